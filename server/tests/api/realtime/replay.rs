//! Replays while an answer goes on and ends: nothing twice, nothing missing, nothing before its time.

use serde_json::{Value, json};

use super::{LIVE, live, said, text};
use crate::support::{Account, Socket, TestServer};

const SLOW: (&str, &str) = ("model", "scripted:text=Once upon a time there was a river in a wood;chunk=2;delay_ms=3");

/// Opens a socket and asks for everything.
async fn begin(server: &TestServer, account: &Account, session: &Value) -> Socket {
    let mut socket = account.chat(server, "stream=1").await;
    socket.send(&json!({"type": "resume", "session_id": session, "after_seq": 0})).await;
    socket
}

/// Sockets that resume at every moment of one answer, the last of them after its end; the answer itself.
async fn throughout() -> (TestServer, Account, Vec<Socket>, Value) {
    let (server, account, mut first) = live(&[SLOW, ("sockets_per_user", "100")]).await;
    first.ask("Hello", None).await;
    let mut sockets = Vec::new();
    loop {
        let frame = first.next().await;
        if frame["type"] == "stream_chunk" || frame["type"] == "message" {
            sockets.push(begin(&server, &account, &frame["session_id"]).await);
        }
        if frame["type"] == "message" {
            return (server, account, sockets, frame);
        }
    }
}

/// What a socket is shown from the beginning of the replay until the replay and the answer are whole.
async fn shown(socket: &mut Socket) -> Vec<Value> {
    let mut frames = Vec::new();
    let (mut replayed, mut whole) = (false, false);
    while !(replayed && whole) {
        let frame = socket.next().await;
        replayed |= frame["type"] == "resumed";
        whole |= frame["role"] == "assistant";
        // Only the replay shows the question, so what stood before it came live and is no part of this.
        if frame["role"] == "user" {
            frames.clear();
        }
        frames.push(frame);
    }
    frames
}

#[tokio::test]
async fn whenever_a_client_resumes_the_answer_comes_once() {
    let (_server, _account, sockets, answer) = throughout().await;
    assert!(sockets.len() > 10, "{}", sockets.len());
    for mut socket in sockets {
        let frames = shown(&mut socket).await;
        let answers: Vec<&Value> = frames.iter().filter(|frame| frame["id"] == answer["id"]).collect();
        assert_eq!(answers, [&answer], "{frames:?}");
    }
}

#[tokio::test]
async fn whenever_a_client_resumes_no_live_frame_overtakes_the_replay() {
    let (_server, _account, sockets, _) = throughout().await;
    for mut socket in sockets {
        let frames = shown(&mut socket).await;
        let end = frames.iter().position(|frame| frame["type"] == "resumed").expect("an end");
        let kinds: Vec<&str> = frames[..end].iter().map(|frame| text(&frame["type"])).collect();
        assert!(matches!(kinds[..], ["message"] | ["message", "message" | "stream_chunk"]), "{frames:?}");
    }
}

#[tokio::test]
async fn whenever_a_client_resumes_the_chunks_leave_no_gap() {
    let (_server, _account, sockets, answer) = throughout().await;
    for mut socket in sockets {
        let frames = shown(&mut socket).await;
        let chunks = said(&frames);
        assert!(chunks.is_empty() || chunks == text(&answer["content"]["text"]), "{frames:?}");
    }
}

#[tokio::test]
async fn a_resume_on_the_asking_socket_itself_loses_neither_message_nor_typing() {
    let (_server, _account, mut socket) = live(&[SLOW]).await;
    socket.ask("Hello", None).await;
    let mut frames = Vec::new();
    let over = |frame: &Value| frame["content"]["status"] == "stop";
    while !frames.last().is_some_and(over) {
        let frame = socket.next().await;
        if frame["type"] == "stream_chunk" && frame["offset"] != 0 {
            let resume = json!({"type": "resume", "session_id": frame["session_id"], "after_seq": 1,
                "message_id": frame["message_id"], "offset": frame["offset"]});
            socket.send(&resume).await;
        }
        frames.push(frame);
    }
    // Who asks again for what comes behind the question, once the answer is there, is sent it once more.
    let answers = frames.iter().filter(|frame| frame["role"] == "assistant").count();
    let again = frames.iter().filter(|frame| frame["type"] == "resumed" && frame["seq"] == 2).count();
    assert!((again.max(1)..=again + 1).contains(&answers), "{frames:?}");
}

#[tokio::test]
async fn who_resumes_in_mid_answer_sees_the_next_turn_too() {
    let (server, account, mut first) = live(&[SLOW]).await;
    first.ask("One", None).await;
    let chunk = first.next_of("stream_chunk").await;
    let mut again = account.chat(&server, LIVE).await;
    again.send(&json!({"type": "resume", "session_id": chunk["session_id"], "after_seq": 1})).await;
    again.next_message("assistant").await;
    first.ask("Two", None).await;
    assert_eq!(again.next_message("user").await["content"]["text"], "Two");
}
