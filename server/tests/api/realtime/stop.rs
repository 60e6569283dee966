use serde_json::json;

use super::{LIVE, about, briefs, live, new_conversation, question, refusal, said, text};

/// Says a little and then nothing, until it is stopped.
const STALLS: (&str, &str) = ("model", "scripted:text=Once upon a time there was;chunk=5;stall_after=15");
const ONE_AT_ONCE: (&str, &str) = ("turns_at_once", "1");

#[tokio::test]
async fn a_stopped_answer_keeps_what_was_said() {
    let (_server, _account, mut socket) = live(&[STALLS]).await;
    socket.ask("Hello", None).await;
    let begun = socket.until(|frame| frame["offset"] == 10).await;
    socket.send(&about("stop", text(&begun[0]["session_id"]))).await;
    let message = socket.next_message("assistant").await;
    assert_eq!(message["metadata"]["finish_reason"], "stopped");
    assert_eq!(message["content"]["text"], said(&begun));
}

#[tokio::test]
async fn a_stopped_answer_is_stored_as_it_was_shown() {
    let (server, account, mut socket) = live(&[STALLS]).await;
    socket.ask("Hello", None).await;
    let session = socket.next_of("stream_chunk").await["session_id"].clone();
    socket.send(&about("stop", text(&session))).await;
    let shown = socket.next_message("assistant").await;
    let mut again = account.chat(&server, LIVE).await;
    again.send(&json!({"type": "resume", "session_id": session, "after_seq": 1})).await;
    assert_eq!(again.next_message("assistant").await, shown);
}

#[tokio::test]
async fn another_device_can_stop_an_answer() {
    let (server, account, mut socket) = live(&[STALLS]).await;
    socket.ask("Hello", None).await;
    let session = socket.next_of("stream_chunk").await["session_id"].clone();
    account.chat(&server, "").await.send(&about("stop", text(&session))).await;
    assert_eq!(socket.next_message("assistant").await["metadata"]["finish_reason"], "stopped");
}

#[tokio::test]
async fn a_stop_with_nothing_to_stop_is_a_conflict() {
    let (_server, _account, mut socket) = live(&[]).await;
    let session = text(&socket.turn("Hello", None).await[0]["session_id"]).to_owned();
    socket.next_of("conversation_updated").await;
    socket.send(&about("stop", &session)).await;
    assert_eq!(refusal(&mut socket).await["code"], "conflict");
}

#[tokio::test]
async fn a_turn_stopped_while_it_waits_says_nothing() {
    let (server, account, mut socket) = live(&[STALLS, ONE_AT_ONCE]).await;
    let (one, two) = (new_conversation(&server, &account).await, new_conversation(&server, &account).await);
    socket.send(&question(&one, "One")).await;
    socket.next_of("stream_chunk").await;
    socket.send(&question(&two, "Two")).await;
    socket.until(|frame| frame["state"] == "queued").await;
    for session in [&two, &one] {
        socket.send(&about("stop", session)).await;
    }
    let frames = socket.until(|frame| frame["type"] == "message" && frame["session_id"] == two.as_str()).await;
    let message = frames.last().expect("the message");
    assert_eq!((&message["metadata"]["finish_reason"], &message["content"]["text"]), (&json!("stopped"), &json!("")));
    assert!(!frames.iter().any(|frame| frame["type"] == "stream_chunk" && frame["session_id"] == two.as_str()));
}

#[tokio::test]
async fn a_waiting_turn_stopped_twice_does_not_stop_the_turn_after_it() {
    let script = ("model", "scripted:text=A short answer;chunk=1;delay_ms=5");
    let (server, account, mut socket) = live(&[script, ONE_AT_ONCE]).await;
    let (one, two) = (new_conversation(&server, &account).await, new_conversation(&server, &account).await);
    socket.send(&question(&one, "One")).await;
    socket.next_of("stream_chunk").await;
    socket.send(&question(&two, "Two")).await;
    socket.until(|frame| frame["state"] == "queued").await;
    for session in [&two, &two, &one] {
        socket.send(&about("stop", session)).await;
    }
    socket.until(|frame| frame["type"] == "message" && frame["session_id"] == two.as_str()).await;
    socket.send(&question(&two, "Three")).await;
    assert_eq!(socket.next_message("assistant").await["metadata"]["finish_reason"], "complete");
}

#[tokio::test]
async fn after_a_stop_the_next_question_is_answered() {
    let script = ("model", "scripted:text=A short answer;chunk=1;delay_ms=5");
    let (_server, _account, mut socket) = live(&[script]).await;
    socket.ask("One", None).await;
    let session = text(&socket.next_of("stream_chunk").await["session_id"]).to_owned();
    socket.send(&about("stop", &session)).await;
    socket.until(|frame| frame["type"] == "conversation_updated").await;
    let expected = [
        "ack",
        "typing start",
        "status thinking",
        "status writing",
        "stream_chunk",
        "message assistant",
        "typing stop",
    ];
    assert_eq!(briefs(&socket.turn("Two", None).await), expected);
}
