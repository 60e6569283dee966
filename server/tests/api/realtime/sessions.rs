//! What becomes of conversations, as open sockets see it.

use serde_json::{Value, json};

use super::{LIVE, about, live, question, refusal, text};
use crate::support::{Account, TestServer};

/// Calls a server function with a form, in this person's name.
pub(super) async fn change(server: &TestServer, account: &Account, name: &str, fields: &[(&str, &str)]) -> Value {
    let request = server.http.post(server.url(&format!("/fn/{name}"))).form(fields).bearer_auth(&account.token);
    let response = request.header("accept", "application/json").send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 200, "{name}");
    serde_json::from_str(&response.text().await.expect("a body")).unwrap_or(Value::Null)
}

#[tokio::test]
async fn a_new_title_is_shown_on_every_device() {
    let (server, account, mut socket) = live(&[]).await;
    let session = text(&socket.turn("Hello", None).await[0]["session_id"]).to_owned();
    socket.next_of("conversation_updated").await;
    change(&server, &account, "rename-conversation", &[("id", &session), ("title", "My head")]).await;
    let shown = socket.next_of("conversation_updated").await;
    assert_eq!((&shown["conversation"]["title"], &shown["session_id"]), (&json!("My head"), &json!(session)));
}

#[tokio::test]
async fn the_first_question_gives_the_title() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.ask("Why does my head hurt?", None).await;
    let shown = socket.next_of("conversation_updated").await;
    assert_eq!(shown["conversation"]["title"], "Why does my head hurt?");
}

#[tokio::test]
async fn a_deleted_conversation_takes_no_questions() {
    let (server, account, mut socket) = live(&[]).await;
    let session = text(&socket.turn("Hello", None).await[0]["session_id"]).to_owned();
    change(&server, &account, "delete-conversation", &[("id", &session)]).await;
    socket.next_of("conversation_deleted").await;
    socket.send(&question(&session, "Again")).await;
    assert_eq!(refusal(&mut socket).await["code"], "not_found");
}

#[tokio::test]
async fn deleting_a_conversation_ends_its_running_answer() {
    let (server, account, mut socket) = live(&[("model", "scripted:stall_after=3"), ("turns_at_once", "1")]).await;
    socket.ask("Hello", None).await;
    let session = text(&socket.next_of("stream_chunk").await["session_id"]).to_owned();
    change(&server, &account, "delete-conversation", &[("id", &session)]).await;
    // The one place for a turn is free again.
    let other = super::new_conversation(&server, &account).await;
    socket.send(&question(&other, "Still there?")).await;
    let chunk = socket.until(|frame| frame["type"] == "stream_chunk" && frame["session_id"] == other.as_str()).await;
    assert!(!chunk.is_empty());
}

#[tokio::test]
async fn a_ping_is_answered_and_is_no_business_of_other_devices() {
    let (server, account, mut one) = live(&[]).await;
    let mut other = account.chat(&server, LIVE).await;
    one.send(&json!({"type": "ping"})).await;
    assert_eq!(one.next().await["type"], "pong");
    assert!(other.is_quiet().await);
}

#[tokio::test]
async fn a_stop_of_a_deleted_conversation_is_not_found() {
    let (server, account, mut socket) = live(&[]).await;
    let session = text(&socket.turn("Hello", None).await[0]["session_id"]).to_owned();
    change(&server, &account, "delete-conversation", &[("id", &session)]).await;
    socket.next_of("conversation_deleted").await;
    socket.send(&about("stop", &session)).await;
    assert_eq!(refusal(&mut socket).await["code"], "not_found");
}
