//! What is too much, too big, or not text.

use serde_json::{Value, json};

use super::{live, refusal, text};
use crate::support::Socket;

const KIB: usize = 1024;

/// A ping that fills this many bytes.
fn ping_of(bytes: usize) -> String {
    let frame = |filler: usize| json!({"type": "ping", "x": "y".repeat(filler)}).to_string();
    frame(bytes - frame(0).len())
}

async fn told(socket: &mut Socket, words: &str) -> Value {
    socket.ask(words, Some("c1")).await;
    refusal(socket).await
}

#[tokio::test]
async fn an_empty_message_is_refused() {
    let (_server, _account, mut socket) = live(&[]).await;
    for empty in ["", " ", "\n\t ", "\u{2003}"] {
        assert_eq!(told(&mut socket, empty).await["code"], "empty", "{empty:?}");
    }
}

#[tokio::test]
async fn a_message_of_8000_characters_is_taken() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.ask(&"\u{e4}".repeat(8_000), None).await;
    assert_eq!(socket.next().await["type"], "ack");
}

#[tokio::test]
async fn a_message_of_8001_characters_is_refused_with_its_id() {
    let (_server, _account, mut socket) = live(&[]).await;
    let error = told(&mut socket, &"\u{e4}".repeat(8_001)).await;
    assert_eq!((text(&error["code"]), text(&error["id"])), ("too_long", "c1"));
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn a_refused_message_is_not_stored() {
    let (server, _account, mut socket) = live(&[]).await;
    told(&mut socket, "").await;
    told(&mut socket, &"x".repeat(8_001)).await;
    let made: Vec<(i64,)> =
        server.rows("SELECT (SELECT COUNT(*) FROM messages) + (SELECT COUNT(*) FROM conversations)").await;
    assert_eq!(made, [(0,)]);
}

#[tokio::test]
async fn a_client_id_of_an_unreasonable_length_is_refused() {
    let (_server, _account, mut socket) = live(&[]).await;
    for id in [String::new(), "x".repeat(129)] {
        socket.ask("Hello", Some(&id)).await;
        assert_eq!(refusal(&mut socket).await["code"], "bad_field");
    }
}

#[tokio::test]
async fn a_frame_of_64_kib_is_read() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.send_text(&ping_of(64 * KIB)).await;
    assert_eq!(socket.next().await["type"], "pong");
}

#[tokio::test]
async fn a_frame_over_64_kib_is_refused_and_the_socket_stays() {
    let (_server, _account, mut socket) = live(&[]).await;
    for bytes in [64 * KIB + 1, 256 * KIB] {
        socket.send_text(&ping_of(bytes)).await;
        assert_eq!(refusal(&mut socket).await["code"], "too_large", "{bytes}");
    }
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn a_frame_over_256_kib_closes_the_socket() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.send_text(&ping_of(256 * KIB + 1)).await;
    assert_eq!(socket.closed().await.0, 1009);
}

#[tokio::test]
async fn a_binary_frame_is_refused_and_the_socket_stays() {
    let (_server, _account, mut socket) = live(&[]).await;
    for bytes in [Vec::new(), b"{\"type\":\"ping\"}".to_vec(), vec![0xff; 1_000]] {
        socket.send_binary(bytes).await;
        assert_eq!(refusal(&mut socket).await["code"], "binary");
    }
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn the_tenth_bad_frame_in_a_minute_closes_the_socket() {
    let (_server, _account, mut socket) = live(&[]).await;
    for _ in 0..10 {
        socket.send_text("{").await;
        assert_eq!(refusal(&mut socket).await["code"], "bad_json");
    }
    assert_eq!(socket.event().await, Err((1008, "limit".to_owned())));
}

#[tokio::test]
async fn nine_bad_frames_are_forgiven() {
    let (_server, _account, mut socket) = live(&[]).await;
    for _ in 0..9 {
        socket.send_text("{").await;
        refusal(&mut socket).await;
    }
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn a_well_formed_command_that_is_refused_does_not_count_as_a_bad_frame() {
    let (_server, _account, mut socket) = live(&[]).await;
    for _ in 0..12 {
        assert_eq!(told(&mut socket, "").await["code"], "empty");
    }
    assert!(socket.is_quiet().await);
}
