//! Conversations and asking over REST.

mod cleanup;
mod conversations;
mod export;
mod message;
mod search;
mod stream;
mod terminal;

use serde_json::{Value, json};

use crate::support::{Account, TestServer};

/// A server and somebody with an account.
async fn somebody(settings: &[(&str, &str)]) -> (TestServer, Account) {
    let server = TestServer::with(settings).await;
    let account = Account::sign_up(&server, "ada").await;
    (server, account)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}"))
}

/// A new conversation with this title.
async fn titled(server: &TestServer, account: &Account, title: &str) -> String {
    let (status, made) = server.post("/api/chat/conversations", &json!({"title": title}), Some(&account.token)).await;
    assert_eq!(status, 201, "{made}");
    text(&made["id"]).to_owned()
}

/// Asks and waits for the answer.
async fn ask(server: &TestServer, account: &Account, body: &Value) -> Value {
    let (status, answered) = server.post("/api/chat/message", body, Some(&account.token)).await;
    assert_eq!(status, 200, "{answered}");
    answered
}
