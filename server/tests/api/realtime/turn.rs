use serde_json::json;

use super::{LIVE, SCRIPT, answered, brief, briefs, live, said, text};
use crate::support::{Account, TestServer};

#[tokio::test]
async fn a_live_turn_is_ack_typing_status_chunks_message_and_typing_again() {
    let (_server, _account, mut socket) = live(&[]).await;
    let frames = socket.turn("Hello", Some("c1")).await;
    let expected = [
        "ack",
        "typing start",
        "status thinking",
        "status writing",
        "stream_chunk",
        "message assistant",
        "typing stop",
    ];
    assert_eq!(briefs(&frames), expected);
}

#[tokio::test]
async fn a_live_turn_without_typing_has_no_typing_frames() {
    let (server, account, _) = live(&[]).await;
    let mut socket = account.chat(&server, "stream=1").await;
    socket.ask("Hello", None).await;
    let frames = socket.until(|frame| frame["type"] == "conversation_updated").await;
    let expected =
        ["ack", "status thinking", "status writing", "stream_chunk", "message assistant", "conversation_updated"];
    assert_eq!(briefs(&frames), expected);
}

#[tokio::test]
async fn with_typing_alone_a_turn_is_start_message_and_stop() {
    let (server, account, _) = live(&[]).await;
    let mut socket = account.chat(&server, "typing=true").await;
    let frames = socket.turn("Hello", Some("c1")).await;
    assert_eq!(briefs(&frames), ["typing start", "message assistant", "typing stop"]);
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn without_options_an_answer_is_exactly_one_frame() {
    let (server, account, _) = live(&[]).await;
    let mut socket = account.chat(&server, "").await;
    socket.ask("Hello", Some("c1")).await;
    assert_eq!(brief(&socket.next().await), "message assistant");
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn the_chunks_together_are_the_answer() {
    let (_server, _account, mut socket) = live(&[]).await;
    let frames = socket.turn("Hello", None).await;
    assert_eq!(said(&frames), SCRIPT);
    let message = frames.iter().find(|frame| frame["type"] == "message").expect("an answer");
    assert_eq!(message["content"]["text"], SCRIPT);
}

#[tokio::test]
async fn ack_chunks_and_message_name_the_same_turn() {
    let (_server, _account, mut socket) = live(&[]).await;
    let frames = socket.turn("Hello", Some("c1")).await;
    let of = |kind: &str| frames.iter().filter(|frame| frame["type"] == kind).cloned().collect::<Vec<_>>();
    let (ack, message) = (&of("ack")[0], &of("message")[0]);
    assert_eq!((&ack["id"], &ack["seq"], &message["seq"]), (&json!("c1"), &json!(1), &json!(2)));
    assert!(of("stream_chunk").iter().all(|chunk| chunk["message_id"] == message["id"]));
    assert!(frames.iter().all(|frame| frame["session_id"] == ack["session_id"]));
}

#[tokio::test]
async fn every_frame_has_a_type_and_a_time_in_utc() {
    let (_server, _account, mut socket) = live(&[]).await;
    for frame in socket.turn("Hello", None).await {
        let time = text(&frame["timestamp"]);
        assert!(time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok(), "{frame}");
    }
}

#[tokio::test]
async fn without_a_session_the_most_recently_active_conversation_goes_on() {
    let (server, account, mut first) = live(&[]).await;
    let session = answered(&mut first, "One").await["session_id"].clone();
    let mut second = account.chat(&server, LIVE).await;
    let ack = &second.turn("Two", None).await[0];
    assert_eq!((&ack["session_id"], &ack["seq"]), (&session, &json!(3)));
}

#[tokio::test]
async fn conversation_id_is_taken_for_session_id_and_unknown_fields_are_passed_over() {
    let (server, account, mut socket) = live(&[]).await;
    let session = super::new_conversation(&server, &account).await;
    let frame = json!({"type": "user_message", "conversation_id": session, "colour": "blue", "content": {"text": "Hello", "x": 1}});
    socket.send(&frame).await;
    assert_eq!(socket.next_of("ack").await["session_id"], session);
}

#[tokio::test]
async fn a_question_is_stored_without_the_space_around_it() {
    let (server, account, mut socket) = live(&[]).await;
    let session = socket.turn("  Hello \n", None).await[0]["session_id"].clone();
    let mut other = account.chat(&server, LIVE).await;
    other.send(&json!({"type": "resume", "session_id": session, "after_seq": 0})).await;
    assert_eq!(other.next_message("user").await["content"]["text"], "Hello");
}

#[tokio::test]
async fn the_welcome_says_what_this_is_and_that_there_is_no_danger() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = crate::support::Socket::open(&server, "/ws/chat", Some(&account.token)).await;
    let welcome = socket.next().await;
    assert!(text(&welcome["content"]["text"]).starts_with("Connected to therapeutic chat."), "{welcome}");
    assert_eq!(welcome["metadata"]["safety"]["crisis"], false);
}
