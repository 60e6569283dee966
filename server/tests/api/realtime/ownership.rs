//! What belongs to somebody else is not found, whatever is asked about it, and is told apart from nothing.

use serde_json::{Value, json};

use super::{LIVE, live, text};
use crate::support::{Account, Socket, TestServer};

/// Every command that names a conversation.
fn commands(session: &Value, message: &Value) -> Vec<Value> {
    vec![
        json!({"type": "user_message", "session_id": session, "id": "c1", "content": {"text": "Hello"}}),
        json!({"type": "interaction", "session_id": session, "content": {"action": "button_click", "id": "ex_breathing"}}),
        json!({"type": "feedback", "session_id": session, "content": {"rating": 5}}),
        json!({"type": "regenerate", "session_id": session, "message_id": message}),
        json!({"type": "stop", "session_id": session}),
        json!({"type": "resume", "session_id": session, "after_seq": 0}),
        json!({"type": "typing", "session_id": session, "is_typing": true}),
        json!({"type": "read", "session_id": session, "seq": 1}),
    ]
}

/// Somebody's conversation, its owner's socket, and the socket of somebody else.
async fn two_people() -> (TestServer, Value, Socket, Socket) {
    let (server, _account, mut owner) = live(&[]).await;
    owner.ask("Hello", None).await;
    let answer = owner.next_message("assistant").await;
    owner.next_of("conversation_updated").await;
    let stranger = Account::sign_up(&server, "bob").await.chat(&server, LIVE).await;
    (server, answer, owner, stranger)
}

/// What each command is told, without what is the command's own.
async fn told(socket: &mut Socket, session: &Value, message: &Value) -> Vec<Value> {
    let mut answers = Vec::new();
    for command in commands(session, message) {
        socket.send(&command).await;
        let mut answer = socket.next().await;
        for own in ["timestamp", "session_id"] {
            answer.as_object_mut().expect("an object").remove(own);
        }
        answers.push(answer);
    }
    answers
}

#[tokio::test]
async fn every_command_about_somebody_elses_conversation_is_not_found() {
    let (_server, answer, _owner, mut stranger) = two_people().await;
    for command in commands(&answer["session_id"], &answer["id"]) {
        stranger.send(&command).await;
        assert_eq!(stranger.next().await["code"], "not_found", "{command}");
    }
    assert!(stranger.is_quiet().await);
}

#[tokio::test]
async fn somebody_elses_conversation_is_told_apart_from_none_by_nothing() {
    let (_server, answer, _owner, mut stranger) = two_people().await;
    let theirs = told(&mut stranger, &answer["session_id"], &answer["id"]).await;
    let nobodys = told(&mut stranger, &json!("0193a4c2-0000-7000-8000-000000000000"), &json!("msg_none")).await;
    assert_eq!(theirs, nobodys);
}

#[tokio::test]
async fn an_owner_sees_nothing_of_a_strangers_tries() {
    let (_server, answer, mut owner, mut stranger) = two_people().await;
    told(&mut stranger, &answer["session_id"], &answer["id"]).await;
    assert!(owner.is_quiet().await);
}

#[tokio::test]
async fn a_strangers_tries_store_nothing_in_the_conversation() {
    let (server, answer, _owner, mut stranger) = two_people().await;
    told(&mut stranger, &answer["session_id"], &answer["id"]).await;
    let stored: Vec<(i64, i64)> = server.rows("SELECT last_seq, read_seq FROM conversations").await;
    assert_eq!(stored, [(2, 0)]);
    let made: Vec<(i64,)> =
        server.rows("SELECT (SELECT COUNT(*) FROM feedback) + (SELECT COUNT(*) FROM markers)").await;
    assert_eq!(made, [(0,)]);
}

#[tokio::test]
async fn a_refused_look_is_on_the_trail() {
    let (server, answer, _owner, mut stranger) = two_people().await;
    told(&mut stranger, &answer["session_id"], &answer["id"]).await;
    let refused: Vec<(String, String)> =
        server.rows("SELECT object, reason FROM audit WHERE outcome = 'refused' ORDER BY n").await;
    let expected = (format!("conversation/{}", text(&answer["session_id"])), "not_found".to_owned());
    assert_eq!(refused, vec![expected; 8]);
}

#[tokio::test]
async fn what_is_no_id_at_all_is_not_written_to_the_trail() {
    let (server, _answer, _owner, mut stranger) = two_people().await;
    told(&mut stranger, &json!("I have a headache"), &json!("msg_none")).await;
    let written: Vec<(String,)> = server.rows("SELECT object FROM audit WHERE outcome = 'refused'").await;
    assert!(written.iter().all(|(object,)| object == "conversation/"), "{written:?}");
}

#[tokio::test]
async fn an_unknown_conversation_is_never_created() {
    let (server, _account, mut socket) = live(&[]).await;
    told(&mut socket, &json!("0193a4c2-0000-7000-8000-000000000000"), &json!("msg_none")).await;
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM conversations").await, [(0,)]);
}
