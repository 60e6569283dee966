//! Too fast, too much, too slow, silent, half a frame, and a server that stops.

use serde_json::{Value, json};

use super::{LIVE, brief, briefs, live, said, text};
use crate::support::{Account, RawSocket, Socket, TestServer};

const STALLS: (&str, &str) = ("model", "scripted:text=Once upon a time;stall_after=4");

#[tokio::test]
async fn questions_beyond_the_rate_are_refused_with_their_id_and_the_socket_stays() {
    let (server, account, _) = live(&[("limits", "on"), ("rate_messages", "2/min")]).await;
    let mut socket = account.chat(&server, LIVE).await;
    for id in ["c1", "c2"] {
        socket.turn("Hello", Some(id)).await;
    }
    socket.ask("Hello", Some("c3")).await;
    let error = socket.next_of("error").await;
    assert_eq!((text(&error["code"]), text(&error["id"])), ("rate_limited", "c3"));
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn one_persons_rate_is_not_anothers() {
    let (server, _account, mut first) = live(&[("limits", "on"), ("rate_messages", "1/min")]).await;
    first.turn("Hello", None).await;
    let mut second = Account::sign_up(&server, "bob").await.chat(&server, LIVE).await;
    second.ask("Hello", None).await;
    assert_eq!(second.next().await["type"], "ack");
}

#[tokio::test]
async fn other_commands_have_a_rate_of_their_own() {
    let (_server, _account, mut socket) = live(&[("limits", "on"), ("rate_commands", "1/min")]).await;
    let stop = json!({"type": "stop", "session_id": "x"});
    socket.send(&stop).await;
    socket.send(&stop).await;
    let codes = [socket.next().await["code"].clone(), socket.next().await["code"].clone()];
    assert_eq!(codes, ["not_found", "rate_limited"]);
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn a_question_beyond_what_may_wait_is_told_that_we_are_busy() {
    let settings = [STALLS, ("turns_at_once", "1"), ("turns_waiting_per_user", "1")];
    let (_server, _account, mut socket) = live(&settings).await;
    socket.ask("It runs", None).await;
    socket.next_of("ack").await;
    socket.ask("It waits", None).await;
    socket.next_of("ack").await;
    socket.ask("It is too much", Some("c3")).await;
    let error = socket.next_of("error").await;
    assert_eq!((text(&error["code"]), text(&error["id"])), ("busy", "c3"));
}

#[tokio::test]
async fn who_waits_is_told_the_place() {
    let (server, _account, mut first) = live(&[STALLS, ("turns_at_once", "1")]).await;
    first.ask("It runs", None).await;
    first.next_of("stream_chunk").await;
    let mut second = Account::sign_up(&server, "bob").await.chat(&server, LIVE).await;
    second.ask("It waits", None).await;
    let status = second.next_of("status").await;
    assert_eq!((&status["state"], &status["position"]), (&json!("queued"), &json!(1)));
}

/// More than the system's own buffers hold for a reader that keeps little.
const FLOOD: [(&str, &str); 4] = [
    ("model", "scripted:text=0123456789abcdef;endless;chunk=16000;delay_ms=2"),
    ("answer_bytes", "6000000"),
    ("socket_queue_bytes", "400000"),
    ("snapshot", "1h"),
];

/// Two sockets of one person, of which one is not read; the other has read until the server gave the first one up.
async fn flooded() -> (TestServer, Account, Socket, Socket, Vec<Value>) {
    let (server, account, _) = live(&FLOOD).await;
    let slow = Socket::open_narrow(&server, "/ws/chat?stream=1", &account.token).await;
    let mut quick = account.chat(&server, "stream=1").await;
    quick.ask("Hello", None).await;
    let frames = quick.until(|frame| frame["type"] == "message" || server.app.hub.connections() == 1).await;
    (server, account, slow, quick, frames)
}

#[tokio::test]
async fn a_slow_reader_is_closed_with_1013() {
    let (_server, _account, mut slow, _quick, _) = flooded().await;
    assert_eq!(slow.closed().await, (1013, "slow reader".to_owned()));
}

#[tokio::test]
async fn a_slow_reader_can_come_back_and_resume() {
    let (server, account, _slow, _quick, frames) = flooded().await;
    let mut again = account.chat(&server, "").await;
    again.send(&json!({"type": "resume", "session_id": frames[0]["session_id"], "after_seq": 0})).await;
    assert_eq!(again.next_message("user").await["content"]["text"], "Hello");
}

#[tokio::test]
async fn a_slow_reader_takes_nothing_from_the_others() {
    let (_server, _account, _slow, mut quick, mut frames) = flooded().await;
    frames.extend(quick.until(|frame| frame["offset"].as_u64() > Some(5_900_000)).await);
    assert!(said(&frames).len() > 5_900_000);
}

#[tokio::test]
async fn a_long_conversation_is_replayed_to_a_reader_that_keeps_up() {
    let (server, account, mut socket) = live(&[("model", "scripted:text={question}")]).await;
    let words = "long ".repeat(1_000);
    let mut session = Value::Null;
    for _ in 0..8 {
        session = super::answered(&mut socket, words.trim()).await["session_id"].clone();
    }
    drop(socket);
    // 16 messages of 5 kB.
    let server = TestServer::again(server.stop().await, &[("socket_queue_bytes", "20000")]).await;
    let mut again = account.chat(&server, LIVE).await;
    again.send(&json!({"type": "resume", "session_id": session, "after_seq": 0})).await;
    let frames = again.until(|frame| frame["type"] == "resumed").await;
    let places: Vec<i64> = frames.iter().filter_map(|frame| frame["seq"].as_i64()).collect();
    assert_eq!(places, (1..=16).chain([16]).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_model_faster_than_any_socket_closes_nobody() {
    let script = format!("scripted:text={};chunk=1", "x".repeat(4_000));
    let (_server, _account, mut socket) = live(&[("model", &script)]).await;
    assert_eq!(said(&socket.turn("Hello", None).await).len(), 4_000);
}

#[tokio::test]
async fn a_silent_peer_is_dropped() {
    let settings = [("socket_ping", "100ms"), ("socket_silence", "300ms")];
    let (server, account, _) = live(&settings).await;
    let mut raw = RawSocket::open(&server, &account.token).await;
    let heard = raw.until_dropped().await;
    // An empty ping is 0x89 0x00.
    assert!(heard.windows(2).any(|pair| pair == [0x89, 0x00]), "it was pinged");
}

#[tokio::test]
async fn a_peer_that_answers_pings_is_kept() {
    let settings = [("socket_ping", "50ms"), ("socket_silence", "1s"), ("access_token_life", "4s")];
    let (_server, _account, mut socket) = live(&settings).await;
    // Reading answers the pings; the first that happens is the end of the token, long after the silence allowed.
    assert_eq!(socket.next().await["code"], "token_expired");
}

#[tokio::test]
async fn half_a_frame_and_then_nothing_is_dropped() {
    let settings = [("socket_ping", "50ms"), ("socket_silence", "200ms")];
    let (server, account, _) = live(&settings).await;
    let mut raw = RawSocket::open(&server, &account.token).await;
    // A masked text frame of 20 bytes, of which four come.
    raw.send(&[0x81, 0x94, 1, 2, 3, 4, b'{', b'"', b't', b'y']).await;
    raw.until_dropped().await;
}

#[tokio::test]
async fn bytes_that_are_no_frames_end_the_connection_and_nothing_else() {
    let (server, account, mut other) = live(&[]).await;
    let mut raw = RawSocket::open(&server, &account.token).await;
    raw.send(&[0xff; 200]).await;
    raw.until_dropped().await;
    assert!(other.is_quiet().await);
}

#[tokio::test]
async fn a_server_that_stops_closes_its_sockets_with_1012() {
    let (server, _account, mut socket) = live(&[]).await;
    let (_, close) = tokio::join!(server.stop(), socket.closed());
    assert_eq!(close, (1012, "restart".to_owned()));
}

#[tokio::test]
async fn a_server_that_stops_lets_a_running_answer_end_first() {
    let script = ("model", "scripted:text=A short answer;chunk=1;delay_ms=5");
    let (server, _account, mut socket) = live(&[script, ("shutdown_grace", "20s")]).await;
    socket.ask("Hello", None).await;
    socket.next_of("stream_chunk").await;
    let (_, message) = tokio::join!(server.stop(), socket.next_message("assistant"));
    assert_eq!(message["metadata"]["finish_reason"], "complete");
}

#[tokio::test]
async fn an_answer_that_outlasts_the_grace_goes_on_after_the_restart() {
    let (server, account, mut socket) = live(&[STALLS, ("shutdown_grace", "100ms")]).await;
    socket.ask("Hello", None).await;
    let chunk = socket.next_of("stream_chunk").await;
    let (home, _) = tokio::join!(server.stop(), socket.closed());
    let server = TestServer::again(home, &[("model", "scripted:text=Once upon a time")]).await;
    let mut socket = account.chat(&server, LIVE).await;
    socket.send(&json!({"type": "resume", "session_id": chunk["session_id"], "after_seq": 1})).await;
    let frames = socket.until(|frame| brief(frame) == "message assistant").await;
    let message = frames.last().expect("the answer");
    assert_eq!(
        (&message["id"], text(&message["content"]["text"])),
        (&chunk["message_id"], "Once upon a time"),
        "{:?}",
        briefs(&frames)
    );
}
