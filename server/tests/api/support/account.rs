//! Somebody with an account, made through the public interface.

use std::path::Path;

use protocol::rest::UserRole;
use serde_json::{Value, json};
use server::auth::operator;

use super::{Socket, TestServer};

pub(crate) const PASSWORD: &str = "a long walk by the sea";

/// A signed-in person.
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

impl Account {
    /// Signs up, reads the mailed code and signs in.
    pub(crate) async fn sign_up(server: &TestServer, name: &str) -> Self {
        let email = format!("{name}@people.example");
        let form = json!({"email": email, "password": PASSWORD, "first_name": name, "last_name": "Tester"});
        let (status, answer) = server.post("/auth/signup", &form, None).await;
        assert_eq!(status, 200, "{answer}");
        let code = mailed_code(server.data(), &email);
        let (status, tokens) = server.post("/auth/verify-email", &json!({"email": email, "code": code}), None).await;
        assert_eq!(status, 200, "{tokens}");
        Self::of(email, &tokens)
    }

    /// The same, for somebody who was given a role.
    pub(crate) async fn with_role(server: &TestServer, name: &str, role: UserRole) -> Self {
        let account = Self::sign_up(server, name).await;
        let granted = operator::grant_role(server.app.settings.clone(), &account.email, role).await;
        assert!(granted.expect("it is stored"));
        let form = json!({"email": account.email, "password": PASSWORD});
        assert_eq!(server.post("/auth/signin", &form, None).await.0, 200);
        let code = mailed_code(server.data(), &account.email);
        let form = json!({"email": account.email, "code": code});
        let (status, tokens) = server.post("/auth/verify-signin", &form, None).await;
        assert_eq!(status, 200, "{tokens}");
        Self::of(account.email, &tokens)
    }

    pub(crate) fn of(email: String, tokens: &Value) -> Self {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Self {
            id: text(&tokens["user"]["id"]),
            email,
            token: text(&tokens["access_token"]),
            refresh_token: text(&tokens["refresh_token"]),
        }
    }

    /// Uploads a file: status and JSON answer.
    pub(crate) async fn upload(&self, server: &TestServer, name: &str, bytes: Vec<u8>) -> (u16, Value) {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = server.http.post(server.url("/api/documents")).bearer_auth(&self.token).multipart(form);
        let response = request.send().await.expect("the server answers");
        let status = response.status().as_u16();
        (status, response.json().await.expect("JSON"))
    }

    /// How many conversations they have.
    pub(crate) async fn conversations(&self, server: &TestServer) -> i64 {
        let (status, page) = server.get("/api/chat/conversations", Some(&self.token)).await;
        assert_eq!(status, 200, "{page}");
        page["total"].as_i64().expect("a count")
    }

    /// Opens door 1 with these options, and takes the welcome.
    pub(crate) async fn chat(&self, server: &TestServer, options: &str) -> Socket {
        let mut socket = Socket::open(server, &format!("/ws/chat?{options}"), Some(&self.token)).await;
        let welcome = socket.next().await;
        assert_eq!(welcome["role"], "system", "{welcome}");
        socket
    }
}

/// The code of the newest mail to this address.
pub(crate) fn mailed_code(data: &Path, email: &str) -> String {
    let mut mails: Vec<_> = std::fs::read_dir(data.join("outbox"))
        .expect("an outbox")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .filter(|path| std::fs::read_to_string(path).expect("a mail").contains(email))
        .collect();
    mails.sort();
    let text = std::fs::read_to_string(mails.last().expect("a mail to this address")).expect("a mail");
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    text.lines().map(str::trim).find(is_code).expect("a code on a line of its own").to_owned()
}
