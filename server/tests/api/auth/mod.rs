//! Accounts: what works, and what is refused.

mod browser;
mod codes;
mod profile;
mod roles;
mod sign_in;
mod sign_up;
mod sockets;
mod tokens;

use serde_json::{Value, json};

use crate::support::{Account, PASSWORD, TestServer, mailed_code};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// A sign-up form.
fn form(name: &str) -> Value {
    json!({"email": format!("{name}@people.example"), "password": PASSWORD, "first_name": name, "last_name": "Tester"})
}

/// Gives the password and reads the mailed code.
async fn sign_in_code(server: &TestServer, account: &Account) -> String {
    let (status, answer) =
        server.post("/auth/signin", &json!({"email": account.email, "password": PASSWORD}), None).await;
    assert_eq!(status, 200, "{answer}");
    mailed_code(server.data(), &account.email)
}

/// Signs in a second time, as another client.
pub(crate) async fn sign_in_again(server: &TestServer, account: &Account) -> Account {
    let code = sign_in_code(server, account).await;
    let (status, tokens) =
        server.post("/auth/verify-signin", &json!({"email": account.email, "code": code}), None).await;
    assert_eq!(status, 200, "{tokens}");
    Account::of(account.email.clone(), &tokens)
}

/// What a person is told, without what differs from request to request.
fn told(answer: &Value) -> Value {
    let mut answer = answer.clone();
    answer.as_object_mut().expect("an object").remove("request_id");
    answer
}

/// A code that is not this one.
fn another(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().expect("digits") + 1) % 1_000_000)
}

/// The words of the trail: action, outcome, reason, in order.
async fn trail(server: &TestServer) -> Vec<String> {
    let mut connection = server.app.db.read().await.expect("a connection");
    let rows: Vec<(String, String, String)> =
        sqlx::query_as("SELECT action, outcome, reason FROM audit ORDER BY node, n")
            .fetch_all(&mut *connection)
            .await
            .expect("the trail");
    rows.into_iter()
        .map(|(action, outcome, reason)| format!("{action} {outcome} {reason}").trim_end().to_owned())
        .collect()
}

/// How many letters went to this address.
fn letters(server: &TestServer, email: &str) -> Vec<String> {
    let files = std::fs::read_dir(server.data().join("outbox")).expect("an outbox");
    let texts = files.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("a letter"));
    texts.filter(|text| text.contains(&format!("To: {email}"))).collect()
}
