//! A deleted conversation is found nowhere, and can be taken back for a while.

use serde_json::{Value, json};

use super::{LIVE, answered, call, call_json, stored, text};
use crate::support::{Account, SCRIPT, TestServer};

const MINUTE: i64 = 60_000;

/// Somebody with a conversation that they deleted.
async fn deleted() -> (TestServer, Account, String) {
    let server = TestServer::with_clock(&[("restore_within", "10min")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let message = answered(&mut account.chat(&server, LIVE).await, "Hello").await;
    let session = text(&message["session_id"]).to_owned();
    assert_eq!(call(&server, &account, "delete-conversation", &[("id", &session)]).await.0, 200);
    (server, account, session)
}

async fn restore(server: &TestServer, account: &Account, session: &str) -> (u16, Value) {
    call(server, account, "restore-conversation", &[("id", session)]).await
}

#[tokio::test]
async fn a_deleted_conversation_is_in_no_list() {
    let (server, account, _) = deleted().await;
    assert_eq!(call_json(&server, &account, "conversations", &json!({})).await, (200, json!([])));
}

#[tokio::test]
async fn a_deleted_conversation_can_not_be_opened_renamed_or_deleted_again() {
    let (server, account, session) = deleted().await;
    let (status, _) = call_json(&server, &account, "transcript", &json!({"id": session})).await;
    assert_eq!(status, 404);
    for (name, fields) in [
        ("rename-conversation", vec![("id", session.as_str()), ("title", "Mine")]),
        ("delete-conversation", vec![("id", session.as_str())]),
    ] {
        assert_eq!(call(&server, &account, name, &fields).await.0, 404, "{name}");
    }
}

#[tokio::test]
async fn a_deleted_conversation_is_not_found_on_a_socket() {
    let (server, account, session) = deleted().await;
    let mut socket = account.chat(&server, LIVE).await;
    socket.send(&json!({"type": "resume", "session_id": session, "after_seq": 0})).await;
    assert_eq!(socket.next().await["code"], "not_found");
}

#[tokio::test]
async fn a_deleted_conversation_is_not_gone_on_with() {
    let (server, account, session) = deleted().await;
    let message = answered(&mut account.chat(&server, LIVE).await, "Hello").await;
    assert_ne!(message["session_id"], session);
}

#[tokio::test]
async fn what_was_deleted_comes_back_whole() {
    let (server, account, session) = deleted().await;
    server.pass(9 * MINUTE);
    assert_eq!(restore(&server, &account, &session).await.0, 200);
    let texts: Vec<Value> = stored(&server, &account, &json!(session))
        .await
        .into_iter()
        .map(|message| message["content"]["text"].clone())
        .collect();
    assert_eq!(texts, ["Hello", SCRIPT]);
}

#[tokio::test]
async fn after_its_time_a_deletion_holds() {
    let (server, account, session) = deleted().await;
    server.pass(11 * MINUTE);
    assert_eq!(restore(&server, &account, &session).await.0, 404);
}

#[tokio::test]
async fn what_was_never_deleted_can_not_be_restored() {
    let (server, account, _) = deleted().await;
    let message = answered(&mut account.chat(&server, LIVE).await, "Hello").await;
    assert_eq!(restore(&server, &account, text(&message["session_id"])).await.0, 404);
}

#[tokio::test]
async fn nobody_else_deletes_or_restores_a_conversation() {
    let (server, account, session) = deleted().await;
    let bob = Account::sign_up(&server, "bob").await;
    assert_eq!(restore(&server, &bob, &session).await.0, 404);
    assert_eq!(restore(&server, &account, &session).await.0, 200);
    assert_eq!(call(&server, &bob, "delete-conversation", &[("id", &session)]).await.0, 404);
}

#[tokio::test]
async fn a_refused_restore_is_on_the_trail() {
    let (server, account, session) = deleted().await;
    server.pass(11 * MINUTE);
    restore(&server, &account, &session).await;
    let last: Vec<(String, String)> = server.rows("SELECT action, outcome FROM audit ORDER BY n DESC LIMIT 1").await;
    assert_eq!(last, [("conversation.restore".to_owned(), "refused".to_owned())]);
}

#[tokio::test]
async fn after_its_time_nothing_of_a_deleted_conversation_is_left() {
    let (server, account, session) = deleted().await;
    server.pass(9 * MINUTE);
    assert_eq!(server::conversations::purge(&server.app).await.expect("the store answers"), 0);
    server.pass(2 * MINUTE);
    assert_eq!(server::conversations::purge(&server.app).await.expect("the store answers"), 1);
    for left in ["SELECT COUNT(*) FROM messages", "SELECT COUNT(*) FROM turns", "SELECT COUNT(*) FROM conversations"] {
        assert_eq!(server.rows::<(i64,)>(left).await, [(0,)], "{left}");
    }
    let keys: Vec<(String,)> = server.rows("SELECT scope FROM data_keys").await;
    assert!(keys.iter().all(|(scope,)| *scope != session), "the key went first of all");
    assert_eq!(restore(&server, &account, &session).await.0, 404);
    let trail: Vec<(i64,)> = server.rows("SELECT COUNT(*) FROM audit WHERE action = 'conversation.purge'").await;
    assert_eq!(trail, [(1,)]);
}
