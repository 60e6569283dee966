use serde_json::{Value, json};

use super::{MINUTE, sign_in_code, trail};
use crate::support::{Account, TestServer};

/// A browser: it keeps the cookie and says where its requests come from.
pub(super) struct Browser<'a> {
    server: &'a TestServer,
    cookie: Option<String>,
    set_cookie: Option<String>,
    clear_site_data: Option<String>,
}

impl<'a> Browser<'a> {
    pub(super) fn new(server: &'a TestServer) -> Self {
        Self { server, cookie: None, set_cookie: None, clear_site_data: None }
    }

    /// Signs in by the pages' forms.
    pub(super) async fn signed_in(server: &'a TestServer, account: &Account) -> Self {
        let mut browser = Self::new(server);
        browser.sign_in(account).await;
        browser
    }

    async fn sign_in(&mut self, account: &Account) {
        let code = sign_in_code(self.server, account).await;
        let (status, answer) =
            self.form("verify", &[("kind", "signin"), ("email", &account.email), ("code", &code)]).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// The cookie as it is sent.
    pub(super) fn cookie(&self) -> String {
        self.cookie.clone().expect("a cookie")
    }

    /// Calls a server function as a script of our page does, with a form.
    pub(super) async fn form(&mut self, name: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let request = self.server.http.post(self.server.url(&format!("/fn/{name}"))).form(fields);
        self.send(request.header("sec-fetch-site", "same-origin").header("accept", "application/json")).await
    }

    /// Calls a server function with JSON.
    async fn call(&mut self, name: &str, body: &Value) -> (u16, Value) {
        let request = self.server.http.post(self.server.url(&format!("/fn/{name}"))).json(body);
        self.send(request.header("sec-fetch-site", "same-origin").header("accept", "application/json")).await
    }

    async fn send(&mut self, mut request: reqwest::RequestBuilder) -> (u16, Value) {
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let response = request.send().await.expect("an answer");
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
        self.clear_site_data = header("clear-site-data");
        if let Some(set) = header("set-cookie") {
            let pair = set.split(';').next().expect("a pair").to_owned();
            self.cookie = (!pair.ends_with('=')).then_some(pair);
            self.set_cookie = Some(set);
        }
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// The address of who is signed in.
    async fn viewer(&mut self) -> Option<String> {
        let (status, viewer) = self.call("viewer", &json!({})).await;
        assert_eq!(status, 200, "{viewer}");
        viewer["user"]["email"].as_str().map(ToOwned::to_owned)
    }
}

#[tokio::test]
async fn a_browser_signs_in_by_forms_and_gets_a_cookie_and_no_token() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut browser = Browser::signed_in(&server, &account).await;
    let set = browser.set_cookie.clone().expect("a cookie");
    let (pair, attributes) = set.split_once("; ").expect("attributes");
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax");
    assert_eq!(pair.strip_prefix("anamnesis=").map(str::len), Some(43), "256 bits");
    assert_eq!(browser.viewer().await.as_deref(), Some("ada@people.example"));
    assert_eq!(Browser::new(&server).viewer().await, None);
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure_and_bound_to_the_host() {
    let server = TestServer::with(&[("public_url", "https://clinic.example")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let browser = Browser::signed_in(&server, &account).await;
    let set = browser.set_cookie.expect("a cookie");
    assert!(set.starts_with("__Host-anamnesis=") && set.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{set}");
}

#[tokio::test]
async fn a_wrong_code_sets_no_cookie() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let code = super::another(&sign_in_code(&server, &account).await);
    let mut browser = Browser::new(&server);
    let (_, failure) = browser.form("verify", &[("kind", "signin"), ("email", &account.email), ("code", &code)]).await;
    assert!(failure.to_string().contains("This code is wrong"), "{failure}");
    assert_eq!(browser.set_cookie, None);
    let (_, failure) =
        browser.form("verify", &[("kind", "password_reset"), ("email", &account.email), ("code", &code)]).await;
    assert!(failure.to_string().contains("This code is wrong"), "{failure}");
}

#[tokio::test]
async fn other_sites_can_t_act_with_the_cookie() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut browser = Browser::signed_in(&server, &account).await;
    let cookie = browser.cookie();
    let post = |path: &str| server.http.post(server.url(path)).header("cookie", &cookie);
    let foreign = [
        post("/fn/sign-out").header("sec-fetch-site", "cross-site"),
        post("/fn/sign-out").header("sec-fetch-site", "same-site").header("origin", server.url("")),
        post("/fn/sign-out").header("origin", "https://evil.example"),
        post("/fn/sign-out").header("origin", "null"),
        post("/fn/sign-out"),
        post("/auth/signout").header("sec-fetch-site", "cross-site"),
        post("/auth/ws-ticket").header("origin", "https://evil.example"),
        server
            .http
            .patch(server.url("/auth/me"))
            .json(&json!({"first_name": "Eve"}))
            .header("cookie", &cookie)
            .header("origin", "null"),
    ];
    for request in foreign {
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 403, "{}", response.url());
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
    assert_eq!(browser.viewer().await.as_deref(), Some("ada@people.example"), "still signed in");
    let own = post("/fn/sign-out")
        .header("origin", server.url(""))
        .header("content-type", "application/x-www-form-urlencoded");
    assert_ne!(own.send().await.expect("an answer").status().as_u16(), 403);
    assert_eq!(browser.viewer().await, None);
}

#[tokio::test]
async fn another_site_can_t_sign_a_browser_in() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let code = sign_in_code(&server, &account).await;
    let fields = [("kind", "signin"), ("email", account.email.as_str()), ("code", code.as_str())];
    let request = server.http.post(server.url("/fn/verify")).form(&fields).header("origin", "https://evil.example");
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 403);
    assert!(response.headers().get("set-cookie").is_none());
}

#[tokio::test]
async fn a_server_function_is_not_called_by_get() {
    let server = TestServer::start().await;
    for path in ["/fn/sign-out", "/fn/viewer", "/fn/nothing"] {
        assert_eq!(server.get(path, None).await.0, 405, "{path}");
    }
}

#[tokio::test]
async fn a_sign_out_ends_the_session_and_clears_what_the_browser_kept() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut browser = Browser::signed_in(&server, &account).await;
    let before = browser.cookie();
    browser.form("sign-out", &[]).await;
    assert_eq!(browser.clear_site_data.as_deref(), Some("\"cache\", \"cookies\""));
    assert_eq!(browser.cookie, None);
    browser.cookie = Some(before);
    assert_eq!(browser.viewer().await, None, "the cookie of before is worth nothing");
    assert!(trail(&server).await.contains(&"account.sign_out done".to_owned()));
}

#[tokio::test]
async fn a_patient_is_signed_out_after_an_hour_of_doing_nothing() {
    let server = TestServer::with_clock(&[]).await;
    let account = Account::sign_up(&server, "ada").await;
    let mut browser = Browser::signed_in(&server, &account).await;
    for _ in 0..3 {
        server.pass(59 * MINUTE);
        assert!(browser.viewer().await.is_some(), "what they do counts as activity");
    }
    server.pass(60 * MINUTE);
    assert_eq!(browser.viewer().await, None);
}

#[tokio::test]
async fn staff_are_signed_out_after_a_quarter_of_an_hour() {
    let server = TestServer::with_clock(&[("demo", "1")]).await;
    let mut browser = Browser::new(&server);
    browser.form("demo-sign-in", &[("role", "clinician")]).await;
    server.pass(14 * MINUTE);
    assert_eq!(browser.viewer().await.as_deref(), Some("clinician@demo.anamnesis.example"));
    server.pass(15 * MINUTE);
    assert_eq!(browser.viewer().await, None);
}

#[tokio::test]
async fn signing_in_again_gives_another_id_and_ends_the_one_before() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut browser = Browser::signed_in(&server, &account).await;
    let before = browser.cookie();
    browser.sign_in(&account).await;
    assert_ne!(browser.cookie(), before);
    let mut old = Browser::new(&server);
    old.cookie = Some(before);
    assert_eq!(old.viewer().await, None);
    assert!(browser.viewer().await.is_some());
}

#[tokio::test]
async fn a_person_lists_and_ends_their_own_sessions_only() {
    let server = TestServer::start().await;
    let (ada, bob) = (Account::sign_up(&server, "ada").await, Account::sign_up(&server, "bob").await);
    let mut here = Browser::signed_in(&server, &ada).await;
    let mut there = Browser::signed_in(&server, &ada).await;
    let mut other = Browser::signed_in(&server, &bob).await;
    let (_, sessions) = here.call("sessions", &json!({})).await;
    let sessions = sessions.as_array().expect("a list");
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    let elsewhere = sessions.iter().find(|session| session["current"] == false).expect("the other");
    let id = elsewhere["id"].as_str().expect("an id");
    assert!(!there.cookie().contains(id), "the id is not the secret");
    let (_, failure) = other.form("end-session", &[("id", id)]).await;
    assert!(failure.to_string().contains("no such session"), "{failure}");
    assert!(there.viewer().await.is_some());
    here.form("end-session", &[("id", id)]).await;
    assert_eq!(there.viewer().await, None);
    assert!(here.viewer().await.is_some());
}

#[tokio::test]
async fn demo_accounts_sign_in_with_one_click_in_demo_mode_only() {
    let server = TestServer::with(&[("demo", "1")]).await;
    for role in ["patient", "clinician", "admin"] {
        let mut browser = Browser::new(&server);
        browser.form("demo-sign-in", &[("role", role)]).await;
        let (_, viewer) = browser.call("viewer", &json!({})).await;
        assert_eq!(viewer["user"]["role"], role, "{viewer}");
    }
    let plain = TestServer::start().await;
    let mut browser = Browser::new(&plain);
    browser.form("demo-sign-in", &[("role", "admin")]).await;
    assert_eq!(browser.set_cookie, None);
}

#[tokio::test]
async fn codes_are_shown_in_demo_mode_only() {
    for demo in ["1", "0"] {
        let server = TestServer::with(&[("demo", demo)]).await;
        let account = Account::sign_up(&server, "ada").await;
        let code = sign_in_code(&server, &account).await;
        let (_, shown) =
            Browser::new(&server).call("demo-code", &json!({"email": account.email, "kind": "signin"})).await;
        assert_eq!(shown, if demo == "1" { json!(code) } else { Value::Null });
    }
}

#[tokio::test]
async fn demo_accounts_are_made_once() {
    let server = TestServer::with(&[("demo", "1")]).await;
    let home = server.stop().await;
    let server = TestServer::again(home, &[("demo", "1")]).await;
    assert_eq!(trail(&server).await.iter().filter(|entry| *entry == "account.sign_up done").count(), 3);
}
