//! Door 3: a request and its response.

use serde_json::{Value, json};

use super::wire::{all, keeps};
use super::{live, text};
use crate::support::{Account, SCRIPT, Socket, TestServer};

async fn connect(server: &TestServer, account: &Account) -> Socket {
    let mut socket = Socket::open(server, "/chat/ws", Some(&account.token)).await;
    let connected = socket.next().await;
    assert_eq!((&connected["type"], &connected["user_id"]), (&json!("connected"), &json!(account.id)));
    assert!(text(&connected["message"]).starts_with("Connected to "), "{connected}");
    socket
}

async fn door(settings: &[(&str, &str)]) -> (TestServer, Account, Socket) {
    let (server, account, _) = live(settings).await;
    let socket = connect(&server, &account).await;
    (server, account, socket)
}

/// What a request is answered with: typing, then the response, and nothing between.
async fn answered(socket: &mut Socket, request: &Value) -> Value {
    socket.send(request).await;
    let (typing, response) = (socket.next().await, socket.next().await);
    assert_eq!(typing["type"], "typing", "{typing}");
    assert_eq!(response["type"], "response", "{response}");
    assert_eq!(typing["session_id"], response["session_id"]);
    response
}

#[tokio::test]
async fn a_request_is_answered_by_typing_and_a_response() {
    let (_server, account, mut socket) = door(&[]).await;
    let response = answered(&mut socket, &json!({"message": "Hello"})).await;
    assert_eq!((text(&response["message"]), &response["user_id"]), (SCRIPT, &json!(account.id)));
    assert_eq!(response["data"]["raw_events"]["content"]["parts"], json!([{"text": SCRIPT}]));
    assert!(response["data"]["response_time_ms"].is_u64(), "{response}");
}

#[tokio::test]
async fn without_a_session_every_request_begins_a_conversation() {
    let (_server, _account, mut socket) = door(&[]).await;
    let first = answered(&mut socket, &json!({"message": "Hello"})).await["session_id"].clone();
    let second = answered(&mut socket, &json!({"message": "Hello"})).await["session_id"].clone();
    assert_ne!(first, second);
    let third = answered(&mut socket, &json!({"message": "Again", "session_id": first})).await;
    assert_eq!(third["session_id"], first);
}

#[tokio::test]
async fn what_happens_elsewhere_is_not_shown() {
    let (server, account, mut socket) = door(&[]).await;
    let mut browser = account.chat(&server, super::LIVE).await;
    browser.turn("Hello", None).await;
    // The next frame is about the request that is wrong.
    socket.send(&json!({})).await;
    assert_eq!(socket.next().await["code"], "bad_field");
}

#[tokio::test]
async fn what_is_wrong_is_an_error_and_the_socket_stays() {
    let (_server, _account, mut socket) = door(&[]).await;
    let long = json!({"message": "x".repeat(8_001)}).to_string();
    let cases = [
        ("{", "bad_json"),
        ("7", "bad_json"),
        ("{}", "bad_field"),
        (r#"{"message":7}"#, "bad_field"),
        (r#"{"message":" "}"#, "empty"),
        (r#"{"message":"x","message_type":"poem"}"#, "bad_field"),
        (r#"{"message":"x","session_id":"nobody's"}"#, "not_found"),
        (long.as_str(), "too_long"),
    ];
    for (frame, code) in cases {
        socket.send_text(frame).await;
        let error = socket.next().await;
        assert_eq!((text(&error["type"]), text(&error["code"])), ("error", code), "{error}");
        assert!(!text(&error["message"]).is_empty());
    }
    answered(&mut socket, &json!({"message": "Hello"})).await;
}

#[tokio::test]
async fn somebody_elses_conversation_is_not_found() {
    let (server, _ada, mut hers) = door(&[]).await;
    let session = answered(&mut hers, &json!({"message": "Hello"})).await["session_id"].clone();
    let bob = Account::sign_up(&server, "bob").await;
    let mut his = connect(&server, &bob).await;
    his.send(&json!({"message": "Hello", "session_id": session})).await;
    assert_eq!(his.next().await["code"], "not_found");
}

#[tokio::test]
async fn a_second_request_before_the_response_is_told_to_wait() {
    let script = ("model", "scripted:text=A long answer;chunk=3;stall_after=6");
    let (server, account, mut socket) = door(&[script]).await;
    socket.send(&json!({"message": "Hello"})).await;
    let session = socket.next().await["session_id"].clone();
    socket.send(&json!({"message": "And this?"})).await;
    assert_eq!(socket.next().await["code"], "busy");
    // Once the answer has ended, the next is taken.
    let mut browser = account.chat(&server, super::LIVE).await;
    browser.send(&json!({"type": "stop", "session_id": session})).await;
    assert_eq!(socket.next().await["type"], "response");
    socket.send(&json!({"message": "And this?"})).await;
    assert_eq!(socket.next().await["type"], "typing");
}

#[tokio::test]
async fn a_request_beyond_what_may_wait_is_told_that_we_are_busy() {
    let script = ("model", "scripted:stall_after=3");
    let (server, account, mut first) = door(&[script, ("turns_at_once", "1"), ("turns_waiting_per_user", "1")]).await;
    let (mut second, mut third) = (connect(&server, &account).await, connect(&server, &account).await);
    for socket in [&mut first, &mut second] {
        socket.send(&json!({"message": "Hello"})).await;
        assert_eq!(socket.next().await["type"], "typing");
    }
    third.send(&json!({"message": "Hello"})).await;
    assert_eq!(third.next().await["code"], "busy");
    assert_eq!(account.conversations(&server).await, 2, "what is refused makes none");
}

#[tokio::test]
async fn a_message_type_asks_for_another_kind_of_answer() {
    let (_server, _account, mut socket) = door(&[]).await;
    let plan =
        answered(&mut socket, &json!({"message": "I am 40 and a beginner", "message_type": "fitness_plan"})).await;
    assert_ne!(text(&plan["message"]), SCRIPT);
    assert_eq!(plan["data"]["processing_method"], "builtin");
    let chat = answered(&mut socket, &json!({"message": "Hello", "message_type": "chat"})).await;
    assert_eq!((text(&chat["message"]), &chat["data"]["processing_method"]), (SCRIPT, &json!("language_model")));
}

#[tokio::test]
async fn in_danger_the_help_lines_stand_in_the_response() {
    let (server, account, mut socket) = door(&[]).await;
    let mut browser = account.chat(&server, super::LIVE).await;
    let response = answered(&mut socket, &json!({"message": "I want to kill myself"})).await;
    let shown = browser.next_message("assistant").await;
    let elements = shown["content"]["elements"].as_array().expect("elements");
    let lines: Vec<&Value> = elements.iter().filter(|element| element["type"] == "resource").collect();
    assert!(!lines.is_empty(), "{shown}");
    for line in lines {
        assert!(text(&response["message"]).contains(text(&line["info"])), "{line} in {response}");
    }
    assert_eq!(response["data"]["processing_method"], "care");
}

#[tokio::test]
async fn a_request_at_door_3_is_seen_at_door_1() {
    let (server, account, mut socket) = door(&[]).await;
    let mut browser = account.chat(&server, super::LIVE).await;
    answered(&mut socket, &json!({"message": "Hello"})).await;
    assert_eq!(browser.next_message("user").await["content"]["text"], "Hello");
    assert_eq!(browser.next_message("assistant").await["content"]["text"], SCRIPT);
}

#[tokio::test]
async fn every_frame_keeps_its_form() {
    let (server, account, _) = live(&[("model", "scripted:text=A headache;chunk=20")]).await;
    let mut socket = Socket::open(&server, "/chat/ws", Some(&account.token)).await;
    let connected = socket.next().await;
    socket.send(&json!({"message": "Hello", "message_type": "chat"})).await;
    let (typing, response) = (socket.next().await, socket.next().await);
    socket.send_text("{").await;
    let error = socket.next().await;
    keeps("plain", &all(vec![connected, typing, response, error]));
}
