//! What a client that was away is sent.

use serde_json::{Value, json};

use super::{LIVE, answered, briefs, live, new_conversation, refusal, said, text};
use crate::support::Socket;

/// Says this and then nothing.
const STALLS: (&str, &str) = ("model", "scripted:text=Once upon a time there was;chunk=5;stall_after=20");
const SAID: &str = "Once upon a time the";

fn resume(session: &Value, after_seq: i64) -> Value {
    json!({"type": "resume", "session_id": session, "after_seq": after_seq})
}

fn resume_at(session: &Value, message: &Value, offset: usize) -> Value {
    json!({"type": "resume", "session_id": session, "after_seq": 1, "message_id": message, "offset": offset})
}

/// Asks, and waits until the answer stalls: conversation and answer.
async fn stalled(socket: &mut Socket) -> (Value, Value) {
    socket.ask("Hello", None).await;
    let last = socket.until(|frame| frame["offset"] == 15).await.pop().expect("a chunk");
    (last["session_id"].clone(), last["message_id"].clone())
}

/// All frames up to the end of the replay.
async fn replay(socket: &mut Socket) -> Vec<Value> {
    socket.until(|frame| frame["type"] == "resumed").await
}

#[tokio::test]
async fn who_missed_nothing_is_only_told_so() {
    let (server, account, mut socket) = live(&[]).await;
    let session = answered(&mut socket, "Hello").await["session_id"].clone();
    let mut again = account.chat(&server, LIVE).await;
    again.send(&resume(&session, 2)).await;
    let frame = again.next().await;
    assert_eq!((&frame["type"], &frame["seq"]), (&json!("resumed"), &json!(2)));
}

#[tokio::test]
async fn missed_messages_come_in_their_order() {
    let (server, account, mut socket) = live(&[]).await;
    answered(&mut socket, "One").await;
    let session = answered(&mut socket, "Two").await["session_id"].clone();
    let mut again = account.chat(&server, LIVE).await;
    again.send(&resume(&session, 1)).await;
    let frames = replay(&mut again).await;
    assert_eq!(briefs(&frames), ["message assistant", "message user", "message assistant", "resumed"]);
    assert_eq!(frames.iter().map(|frame| frame["seq"].as_i64()).collect::<Vec<_>>(), [2, 3, 4, 4].map(Some));
}

#[tokio::test]
async fn an_empty_conversation_has_nothing_to_replay() {
    let (server, account, mut socket) = live(&[]).await;
    let session = json!(new_conversation(&server, &account).await);
    socket.until(|frame| frame["type"] == "conversation_updated").await;
    socket.send(&resume(&session, 0)).await;
    let frame = socket.next().await;
    assert_eq!((&frame["type"], &frame["seq"]), (&json!("resumed"), &json!(0)));
}

#[tokio::test]
async fn a_running_answer_comes_as_one_chunk_from_the_offset() {
    let (server, account, mut socket) = live(&[STALLS]).await;
    let (session, message) = stalled(&mut socket).await;
    let mut again = account.chat(&server, LIVE).await;
    again.send(&resume_at(&session, &message, 5)).await;
    let frames = replay(&mut again).await;
    assert_eq!(briefs(&frames), ["stream_chunk", "resumed"]);
    assert_eq!((&frames[0]["offset"], text(&frames[0]["content_delta"])), (&json!(5), &SAID[5..]));
}

#[tokio::test]
async fn without_an_offset_the_running_answer_comes_from_its_beginning() {
    let (server, account, mut socket) = live(&[STALLS]).await;
    let (session, _) = stalled(&mut socket).await;
    let mut again = account.chat(&server, LIVE).await;
    again.send(&resume(&session, 0)).await;
    let frames = replay(&mut again).await;
    assert_eq!(briefs(&frames), ["message user", "stream_chunk", "resumed"]);
    assert_eq!(said(&frames), SAID);
}

#[tokio::test]
async fn an_offset_of_another_answer_counts_for_nothing() {
    let (server, account, mut socket) = live(&[STALLS]).await;
    let (session, _) = stalled(&mut socket).await;
    let mut again = account.chat(&server, LIVE).await;
    again.send(&resume_at(&session, &json!("msg_other"), 5)).await;
    assert_eq!(said(&replay(&mut again).await), SAID);
}

#[tokio::test]
async fn an_offset_beyond_the_end_begins_at_the_end() {
    let (server, account, mut socket) = live(&[STALLS]).await;
    let (session, message) = stalled(&mut socket).await;
    let mut again = account.chat(&server, LIVE).await;
    again.send(&resume_at(&session, &message, 5_000)).await;
    let chunk = again.next().await;
    assert_eq!((&chunk["offset"], &chunk["content_delta"]), (&json!(SAID.len()), &json!("")));
}

#[tokio::test]
async fn what_comes_after_the_replay_goes_on_where_it_ended() {
    let script = ("model", "scripted:text=Once upon a time there was a river;chunk=1;delay_ms=2");
    let (server, account, mut socket) = live(&[script]).await;
    socket.ask("Hello", None).await;
    let chunk = socket.next_of("stream_chunk").await;
    let mut again = account.chat(&server, "stream=1").await;
    again.send(&resume(&chunk["session_id"], 1)).await;
    let mut frames = again.until(|frame| frame["type"] == "message").await;
    // What came live before the replay is said again by it, from the beginning.
    let begun = frames.iter().position(|frame| frame["offset"] == 0).expect("the replay");
    let frames = frames.split_off(begun);
    assert_eq!(briefs(&frames), ["stream_chunk", "resumed", "stream_chunk", "message assistant"]);
    assert_eq!(said(&frames), text(&frames.last().expect("the message")["content"]["text"]));
}

#[tokio::test]
async fn an_answer_that_ended_meanwhile_is_sent_though_later_messages_are_held() {
    let (server, account, mut socket) = live(&[STALLS]).await;
    let (session, message) = stalled(&mut socket).await;
    // The second question has its place behind the answer that is still being written.
    socket.ask("Are you there?", None).await;
    assert_eq!(socket.next_of("ack").await["seq"], 3);
    drop(socket);
    let mut other = account.chat(&server, LIVE).await;
    other.send(&super::about("stop", text(&session))).await;
    other.next_of("conversation_updated").await;
    let mut again = account.chat(&server, LIVE).await;
    again
        .send(&json!({"type": "resume", "session_id": session, "after_seq": 3, "message_id": message, "offset": 20}))
        .await;
    let frames = replay(&mut again).await;
    assert!(frames.iter().any(|frame| frame["id"] == message && frame["seq"] == 2), "{frames:?}");
}

#[tokio::test]
async fn a_plain_socket_that_asks_is_sent_the_stored_messages() {
    let (server, account, mut socket) = live(&[]).await;
    let session = answered(&mut socket, "Hello").await["session_id"].clone();
    let mut plain = account.chat(&server, "").await;
    plain.send(&resume(&session, 0)).await;
    assert_eq!(briefs(&replay(&mut plain).await), ["message user", "message assistant", "resumed"]);
}

#[tokio::test]
async fn resume_needs_a_session_and_a_place() {
    let (_server, _account, mut socket) = live(&[]).await;
    let wrong = [
        json!({"type": "resume", "after_seq": 0}),
        json!({"type": "resume", "session_id": "x"}),
        json!({"type": "resume", "session_id": "x", "after_seq": -1}),
        json!({"type": "resume", "session_id": "x", "after_seq": 0, "offset": -1}),
        json!({"type": "resume", "session_id": "x", "after_seq": 0, "offset": "1"}),
    ];
    for frame in wrong {
        socket.send(&frame).await;
        assert_eq!(refusal(&mut socket).await["code"], "bad_field", "{frame}");
    }
}
