//! What must never be lost, and what must never be readable.

mod canary;
mod deletion;
mod full_disk;
mod groups;
mod memory;
mod recovery;
mod restart;
mod trail;

use serde_json::{Value, json};

use crate::support::{Account, Socket, TestServer};

/// Everything that door 1 shows.
const LIVE: &str = "typing=1&stream=1";

/// A text of a frame.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}"))
}

/// The stored messages of a conversation, as a new socket is shown them.
async fn stored(server: &TestServer, account: &Account, session: &Value) -> Vec<Value> {
    let mut socket = account.chat(server, "").await;
    socket.send(&json!({"type": "resume", "session_id": session, "after_seq": 0})).await;
    let mut frames = socket.until(|frame| frame["type"] == "resumed").await;
    frames.pop();
    frames
}

/// The answer at this place, once it is stored.
async fn answer_at(server: &TestServer, account: &Account, session: &Value, seq: i64) -> Value {
    let mut socket = account.chat(server, LIVE).await;
    socket.send(&json!({"type": "resume", "session_id": session, "after_seq": seq - 1})).await;
    socket.until(|frame| frame["role"] == "assistant" && frame["seq"] == seq).await.pop().expect("the answer")
}

/// Asks, and gives the answer once all devices were shown everything about it.
async fn answered(socket: &mut Socket, words: &str) -> Value {
    socket.ask(words, None).await;
    let frames = socket.until(|frame| frame["type"] == "conversation_updated").await;
    frames.into_iter().find(|frame| frame["role"] == "assistant").expect("an answer")
}

/// Calls a server function with a form, in this person's name: status and answer. A function that fails says its status
/// in the answer.
async fn call(server: &TestServer, account: &Account, name: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let request = server.http.post(server.url(&format!("/fn/{name}"))).form(fields).bearer_auth(&account.token);
    let response = request.header("accept", "application/json").send().await.expect("an answer");
    let status = response.status().as_u16();
    outcome(status, serde_json::from_str(&response.text().await.expect("a body")).unwrap_or(Value::Null))
}

/// The same with a body of JSON.
async fn call_json(server: &TestServer, account: &Account, name: &str, body: &Value) -> (u16, Value) {
    let (status, answer) = server.post(&format!("/fn/{name}"), body, Some(&account.token)).await;
    outcome(status, answer)
}

fn outcome(status: u16, answer: Value) -> (u16, Value) {
    let told = answer["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    (told.unwrap_or(status), answer)
}
