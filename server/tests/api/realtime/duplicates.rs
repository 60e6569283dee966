//! The same client id: asked twice, stored and answered once.

use serde_json::Value;

use super::{LIVE, live, question, text};
use crate::support::{Account, TestServer};

/// What must be the same in both acks.
fn place(ack: &Value) -> (&str, i64, &str) {
    (text(&ack["message_id"]), ack["seq"].as_i64().expect("a number"), text(&ack["session_id"]))
}

#[tokio::test]
async fn a_question_sent_twice_on_a_socket_is_acknowledged_twice_and_answered_once() {
    let (_server, _account, mut socket) = live(&[]).await;
    let first = socket.turn("Hello", Some("c1")).await[0].clone();
    socket.next_of("conversation_updated").await;
    socket.ask("Hello", Some("c1")).await;
    let second = socket.next().await;
    assert_eq!((place(&second), &second["duplicate"]), (place(&first), &Value::Bool(true)));
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn a_first_ack_says_nothing_of_a_duplicate() {
    let (_server, _account, mut socket) = live(&[]).await;
    assert_eq!(socket.turn("Hello", Some("c1")).await[0].get("duplicate"), None);
}

#[tokio::test]
async fn a_question_sent_again_from_another_socket_is_known() {
    let (server, account, mut one) = live(&[]).await;
    let first = one.turn("Hello", Some("c1")).await[0].clone();
    one.next_of("conversation_updated").await;
    let mut other = account.chat(&server, LIVE).await;
    other.ask("Hello", Some("c1")).await;
    let second = other.next().await;
    assert_eq!((place(&second), &second["duplicate"]), (place(&first), &Value::Bool(true)));
    assert!(other.is_quiet().await && one.is_quiet().await);
}

#[tokio::test]
async fn a_question_sent_again_after_a_restart_is_known() {
    let (server, account, mut socket) = live(&[]).await;
    let first = socket.turn("Hello", Some("c1")).await[0].clone();
    drop(socket);
    let server = TestServer::again(server.stop().await, &[]).await;
    let mut socket = account.chat(&server, LIVE).await;
    socket.ask("Hello", Some("c1")).await;
    let second = socket.next().await;
    assert_eq!((place(&second), &second["duplicate"]), (place(&first), &Value::Bool(true)));
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn a_question_sent_twice_at_once_is_stored_once() {
    let (server, account, mut one) = live(&[]).await;
    let session = super::new_conversation(&server, &account).await;
    let mut other = account.chat(&server, LIVE).await;
    let mut frame = question(&session, "Hello");
    frame["id"] = "c1".into();
    tokio::join!(one.send(&frame), other.send(&frame));
    let acks = [one.next_of("ack").await, other.next_of("ack").await];
    assert_eq!(place(&acks[0]), place(&acks[1]));
    let repeated = acks.iter().filter(|ack| ack["duplicate"] == true).count();
    assert_eq!(repeated, 1);
}

#[tokio::test]
async fn the_same_client_id_in_another_conversation_is_another_question() {
    let (server, account, mut socket) = live(&[]).await;
    socket.turn("Hello", Some("c1")).await;
    let mut frame = question(&super::new_conversation(&server, &account).await, "Hello");
    frame["id"] = "c1".into();
    socket.send(&frame).await;
    assert_eq!(socket.next_of("ack").await.get("duplicate"), None);
}

#[tokio::test]
async fn the_same_client_id_of_another_person_is_another_question() {
    let (server, _account, mut socket) = live(&[]).await;
    socket.turn("Hello", Some("c1")).await;
    let bob = Account::sign_up(&server, "bob").await;
    assert_eq!(bob.chat(&server, LIVE).await.turn("Hello", Some("c1")).await[0].get("duplicate"), None);
}
