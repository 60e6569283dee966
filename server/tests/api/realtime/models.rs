//! A model that errs, stalls, is away or never ends: what was said is kept, and the next question is answered.

use serde_json::{Value, json};

use super::{LIVE, live, said, text};
use crate::support::{Account, Socket, TestServer};

/// Asks, and gives the frames of the turn and its answer.
async fn turn(socket: &mut Socket) -> (Vec<Value>, Value) {
    let frames = socket.turn("Hello", None).await;
    let message = frames.iter().find(|frame| frame["role"] == "assistant").expect("an answer").clone();
    (frames, message)
}

/// The answer as it is stored.
async fn stored(server: &TestServer, account: &Account, message: &Value) -> Value {
    let mut socket = account.chat(server, LIVE).await;
    socket.send(&json!({"type": "resume", "session_id": message["session_id"], "after_seq": 1})).await;
    socket.next_message("assistant").await
}

#[tokio::test]
async fn a_model_that_breaks_off_leaves_what_it_said() {
    let (server, account, mut socket) = live(&[("model", "scripted:text=Half of an answer;error_after=7")]).await;
    let (frames, message) = turn(&mut socket).await;
    assert_eq!(
        (text(&message["content"]["text"]), &message["metadata"]["finish_reason"]),
        ("Half of", &json!("failed"))
    );
    assert_eq!(said(&frames), "Half of");
    assert_eq!(stored(&server, &account, &message).await, message);
}

#[tokio::test]
async fn a_model_that_stalls_is_given_up() {
    let settings = [("model", "scripted:text=Half of an answer;stall_after=7"), ("model_idle", "200ms")];
    let (server, account, mut socket) = live(&settings).await;
    let (_, message) = turn(&mut socket).await;
    assert_eq!(
        (text(&message["content"]["text"]), &message["metadata"]["finish_reason"]),
        ("Half of", &json!("failed"))
    );
    assert_eq!(stored(&server, &account, &message).await, message);
}

#[tokio::test]
async fn a_model_that_is_away_is_answered_for_in_words() {
    let (_server, _account, mut socket) = live(&[("model", "scripted:unavailable")]).await;
    let (_, message) = turn(&mut socket).await;
    assert_eq!(message["metadata"]["finish_reason"], "failed");
    assert!(text(&message["content"]["text"]).starts_with("I could not answer this just now."), "{message}");
}

#[tokio::test]
async fn a_model_that_says_nothing_is_answered_for_in_words() {
    let (_server, _account, mut socket) = live(&[("model", "scripted:text=")]).await;
    let (_, message) = turn(&mut socket).await;
    assert_eq!(message["metadata"]["finish_reason"], "failed");
    assert!(!text(&message["content"]["text"]).is_empty());
}

#[tokio::test]
async fn a_model_that_never_ends_is_cut_and_it_is_said() {
    let settings = [("model", "scripted:text=And so on. ;endless;chunk=7"), ("answer_bytes", "2000")];
    let (server, account, mut socket) = live(&settings).await;
    let (frames, message) = turn(&mut socket).await;
    let words = text(&message["content"]["text"]);
    let (kept, told) = words.split_at(2_000);
    assert!(kept.starts_with("And so on. And so on. ") && told.contains("too long"), "{told}");
    assert_eq!(message["metadata"]["finish_reason"], "failed");
    assert_eq!(said(&frames), words);
    assert_eq!(stored(&server, &account, &message).await, message);
}

#[tokio::test]
async fn a_cut_never_splits_a_character() {
    let settings = [("model", "scripted:text=\u{20ac};endless;chunk=5"), ("answer_bytes", "1000")];
    let (_server, _account, mut socket) = live(&settings).await;
    let (_, message) = turn(&mut socket).await;
    let euros = text(&message["content"]["text"]).chars().take_while(|c| *c == '\u{20ac}').count();
    assert_eq!(euros, 333);
}

#[tokio::test]
async fn an_endless_answer_can_be_stopped() {
    let settings = [("model", "scripted:text=And so on. ;endless;delay_ms=1"), ("answer_bytes", "100000000")];
    let (_server, _account, mut socket) = live(&settings).await;
    socket.ask("Hello", None).await;
    let session = socket.next_of("stream_chunk").await["session_id"].clone();
    socket.send(&super::about("stop", text(&session))).await;
    assert_eq!(socket.next_message("assistant").await["metadata"]["finish_reason"], "stopped");
}

#[tokio::test]
async fn after_a_failure_the_next_question_is_answered() {
    // The first answer is longer than where the model breaks off, the second is not.
    let (_server, _account, mut socket) = live(&[("model", "scripted:text={question};error_after=10")]).await;
    assert_eq!(
        socket.turn("A long question", None).await.iter().find(|f| f["role"] == "assistant").expect("an answer")["metadata"]
            ["finish_reason"],
        "failed"
    );
    socket.ask("Short", None).await;
    assert_eq!(socket.next_message("assistant").await["metadata"]["finish_reason"], "complete");
}

#[tokio::test]
async fn a_failed_answer_can_be_made_again() {
    let (server, account, mut socket) = live(&[("model", "scripted:text=Half of an answer;error_after=7")]).await;
    let (_, message) = turn(&mut socket).await;
    drop(socket);
    let server = TestServer::again(server.stop().await, &[("model", "scripted:text=All of it")]).await;
    let mut socket = account.chat(&server, LIVE).await;
    socket.send(&json!({"type": "regenerate", "session_id": message["session_id"], "message_id": message["id"]})).await;
    assert_eq!(socket.next_message("assistant").await["content"]["text"], "All of it");
}
