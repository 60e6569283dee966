//! Frames of the wrong form: a code that says what is wrong, and the connection stays.

use serde_json::{Value, json};

use super::{live, text};
use crate::support::Socket;

/// Sends frames that can't be read and checks what each is told. So few that the socket is kept.
async fn told(socket: &mut Socket, code: &str, frames: &[Value]) {
    assert!(frames.len() < 10, "the tenth bad frame closes the socket");
    for frame in frames {
        socket.send(frame).await;
        let error = socket.next().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)), "{frame}: {error}");
    }
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn a_question_of_the_wrong_form_names_the_field() {
    let (_server, _account, mut socket) = live(&[]).await;
    let frames = [
        json!({"type": "user_message"}),
        json!({"type": "user_message", "content": "Hello"}),
        json!({"type": "user_message", "content": {}}),
        json!({"type": "user_message", "content": {"text": 5}}),
        json!({"type": "user_message", "id": 5, "content": {"text": "Hello"}}),
        json!({"type": "user_message", "session_id": 5, "content": {"text": "Hello"}}),
        json!({"type": "user_message", "metadata": [], "content": {"text": "Hello"}}),
        json!({"type": "user_message", "content": {"text": "Hello", "attachments": "x"}}),
        json!({"type": "user_message", "content": {"text": "Hello", "attachments": [1]}}),
    ];
    told(&mut socket, "bad_field", &frames).await;
}

#[tokio::test]
async fn buttons_and_feedback_of_the_wrong_form_name_the_field() {
    let (_server, _account, mut socket) = live(&[]).await;
    let frames = [
        json!({"type": "interaction"}),
        json!({"type": "interaction", "content": {"action": "button_click"}}),
        json!({"type": "interaction", "content": {"id": "ex_breathing"}}),
        json!({"type": "interaction", "content": {"action": "wink", "id": "ex_breathing"}}),
        json!({"type": "feedback"}),
        json!({"type": "feedback", "content": {}}),
        json!({"type": "feedback", "content": {"rating": 3, "text": 5}}),
        json!({"type": "feedback", "content": {"rating": 3, "message_id": 5}}),
    ];
    told(&mut socket, "bad_field", &frames).await;
}

#[tokio::test]
async fn commands_about_a_conversation_need_its_name_and_their_own_fields() {
    let (_server, _account, mut socket) = live(&[]).await;
    let frames = [
        json!({"type": "stop"}),
        json!({"type": "stop", "session_id": 5}),
        json!({"type": "typing", "is_typing": true}),
        json!({"type": "typing", "session_id": "x"}),
        json!({"type": "typing", "session_id": "x", "is_typing": "yes"}),
        json!({"type": "read", "session_id": "x"}),
        json!({"type": "read", "session_id": "x", "seq": -1}),
        json!({"type": "read", "session_id": "x", "seq": 1.5}),
        json!({"type": "read", "seq": 1}),
    ];
    told(&mut socket, "bad_field", &frames).await;
}

#[tokio::test]
async fn a_frame_without_a_readable_type_names_that_field() {
    let (_server, _account, mut socket) = live(&[]).await;
    told(&mut socket, "bad_field", &[json!({}), json!({"type": 5}), json!({"type": null}), json!({"type": ["ping"]})])
        .await;
}

#[tokio::test]
async fn an_unknown_type_is_said_back() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.send(&json!({"type": "x"})).await;
    let error = socket.next().await;
    assert_eq!((text(&error["code"]), text(&error["error"])), ("unknown_type", "Unknown message type: x"));
    assert_eq!(error["content"]["text"], error["error"]);
}

#[tokio::test]
async fn an_unknown_type_is_said_back_cut() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.send(&json!({"type": "x".repeat(5_000)})).await;
    assert!(text(&socket.next().await["error"]).len() < 100);
}

#[tokio::test]
async fn what_this_server_does_not_do_yet_is_said_to_be_known() {
    let (_server, _account, mut socket) = live(&[]).await;
    let frames = [json!({"type": "unlock", "session_id": "x", "enc": "", "ciphertext": ""})];
    told(&mut socket, "unsupported", &frames).await;
}

#[tokio::test]
async fn what_is_not_one_json_object_is_bad_json() {
    let (_server, _account, mut socket) = live(&[]).await;
    for wrong in ["", "{", "hello", "[]", "[{\"type\":\"ping\"}]", "5", "null", "\"ping\""] {
        socket.send_text(wrong).await;
        assert_eq!(socket.next().await["code"], "bad_json", "{wrong}");
    }
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn json_nested_very_deeply_is_refused_and_harms_nobody() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.send_text(&("[".repeat(30_000) + &"]".repeat(30_000))).await;
    assert_eq!(socket.next().await["code"], "bad_json");
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn a_refused_question_is_named_by_the_clients_id() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.send(&json!({"type": "user_message", "id": "c7", "content": {"text": 5}})).await;
    assert_eq!(socket.next().await["id"], "c7");
}
