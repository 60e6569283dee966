//! The wire contract of door 1: a changed snapshot is a changed contract.

use serde_json::{Value, json};

use super::{LIVE, about, answered, live, refusal};

/// Takes out what differs from run to run, and the wording of exercises, which is not part of the contract.
pub(super) fn plain(mut frame: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    match name.as_str() {
                        "timestamp" | "generation_time" | "created_at" | "updated_at" | "last_message_at" => {
                            *value = json!("[time]");
                        }
                        "session_id" | "conversation_id" | "user_id" => *value = json!("[id]"),
                        "response_time_ms" => *value = json!("[ms]"),
                        "id" | "message_id" if value.as_str().is_some_and(|id| id.len() >= 36) => {
                            *value = json!("[id]");
                        }
                        "steps" => *value = json!([value[0]]),
                        _ => walk(value),
                    }
                }
            }
            Value::Array(list) => list.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut frame);
    frame
}

pub(super) fn all(frames: Vec<Value>) -> Vec<Value> {
    frames.into_iter().map(plain).collect()
}

/// Compares with the stored form. The order of an object's keys says nothing.
pub(super) fn keeps(name: &str, frames: &impl serde::Serialize) {
    insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(name, frames) });
}

#[tokio::test]
async fn a_live_turn_keeps_its_form() {
    let (_server, _account, mut socket) = live(&[("model", "scripted:text=A headache;chunk=6")]).await;
    socket.ask("Hello", Some("c1")).await;
    let frames = socket.until(|frame| frame["type"] == "conversation_updated").await;
    keeps("live_turn", &all(frames));
}

#[tokio::test]
async fn the_welcome_keeps_its_form() {
    let (server, account, _) = live(&[]).await;
    let mut socket = crate::support::Socket::open(&server, "/ws/chat", Some(&account.token)).await;
    keeps("welcome", &plain(socket.next().await));
}

#[tokio::test]
async fn a_repeated_ack_keeps_its_form() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.turn("Hello", Some("c1")).await;
    socket.ask("Hello", Some("c1")).await;
    keeps("ack_duplicate", &plain(socket.next_of("ack").await));
}

#[tokio::test]
async fn a_waiting_turn_keeps_its_form() {
    let (_server, _account, mut socket) = live(&[("model", "scripted:stall_after=3"), ("turns_at_once", "1")]).await;
    socket.ask("One", None).await;
    socket.next_of("stream_chunk").await;
    socket.ask("Two", None).await;
    keeps("status_queued", &plain(socket.next_of("status").await));
}

#[tokio::test]
async fn what_happens_elsewhere_keeps_its_form() {
    let (server, account, mut here) = live(&[]).await;
    let session = here.turn("Hello", None).await[0]["session_id"].as_str().expect("an id").to_owned();
    let mut there = account.chat(&server, "stream=1&client_id=tablet").await;
    here.next_of("conversation_updated").await;
    there.send(&json!({"type": "typing", "session_id": session, "is_typing": true})).await;
    let typing = here.next().await;
    there.send(&json!({"type": "read", "session_id": session, "seq": 2})).await;
    let read = here.next().await;
    there.send(&json!({"type": "user_message", "session_id": session, "content": {"text": "Again"}})).await;
    let question = here.next().await;
    keeps("elsewhere", &all(vec![typing, read, question]));
}

#[tokio::test]
async fn a_deleted_conversation_keeps_its_form() {
    let (server, account, mut socket) = live(&[]).await;
    let session = socket.turn("Hello", None).await[0]["session_id"].as_str().expect("an id").to_owned();
    socket.next_of("conversation_updated").await;
    super::sessions::change(&server, &account, "delete-conversation", &[("id", &session)]).await;
    keeps("conversation_deleted", &plain(socket.next().await));
}

#[tokio::test]
async fn a_resume_keeps_its_form() {
    let (server, account, mut socket) = live(&[]).await;
    let session = answered(&mut socket, "Hello").await["session_id"].clone();
    let mut again = account.chat(&server, LIVE).await;
    again.send(&json!({"type": "resume", "session_id": session, "after_seq": 0})).await;
    let frames = again.until(|frame| frame["type"] == "resumed").await;
    keeps("resume", &all(frames));
}

#[tokio::test]
async fn an_exercise_keeps_its_form() {
    let (_server, _account, mut socket) = live(&[]).await;
    let press = |id: &str| json!({"type": "interaction", "content": {"action": "button_click", "id": id}});
    socket.send(&press("ex_breathing")).await;
    let begun = socket.next_of("message").await;
    socket.send(&press("ex_breathing_complete")).await;
    let done = socket.next_of("message").await;
    keeps("exercise", &all(vec![begun, done]));
}

#[tokio::test]
async fn feedback_keeps_its_form() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.send(&json!({"type": "feedback", "content": {"rating": 1}})).await;
    keeps("feedback", &plain(socket.next_of("message").await));
}

#[tokio::test]
async fn errors_and_pongs_keep_their_form() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.send(&json!({"type": "x", "id": "c9"})).await;
    let unknown = refusal(&mut socket).await;
    socket.send(&about("stop", "nobody's")).await;
    let not_found = refusal(&mut socket).await;
    socket.send(&json!({"type": "ping"})).await;
    let pong = socket.next().await;
    keeps("errors_and_pong", &all(vec![unknown, not_found, pong]));
}
