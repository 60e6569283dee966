//! The trail: every act leaves an entry, and no entry can be touched unseen.

use serde_json::json;
use server::audit::verify::verify;
use sqlx::Executor;

use super::{LIVE, answered, call, stored, text};
use crate::support::{Account, TestServer};

/// Somebody with a conversation and all that can be done with it.
async fn story() -> (TestServer, Account, String) {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, LIVE).await;
    let message = answered(&mut socket, "Hello").await;
    socket.send(&json!({"type": "feedback", "content": {"rating": 5}})).await;
    socket.next_message("system").await;
    socket
        .send(&json!({"type": "interaction", "content": {"action": "button_click", "id": "ex_breathing_complete"}}))
        .await;
    socket.next_message("interactive").await;
    (server, account, text(&message["session_id"]).to_owned())
}

/// What was done since entry `n`.
async fn done(server: &TestServer) -> Vec<String> {
    let rows: Vec<(String, String)> = server.rows("SELECT action, outcome FROM audit ORDER BY n").await;
    rows.into_iter().map(|(action, outcome)| format!("{action} {outcome}")).collect()
}

#[tokio::test]
async fn talking_leaves_its_entries_in_order() {
    let (server, _account, _) = story().await;
    let entries = done(&server).await;
    let opened = entries.iter().position(|entry| entry == "socket.open done").expect("a socket");
    let expected = [
        "socket.open done",
        "conversation.create done",
        "message.create done",
        "message.answer done",
        "message.feedback done",
        "care.marker done",
        "care.noted done",
        "message.create done",
    ];
    assert_eq!(entries[opened..], expected);
}

#[tokio::test]
async fn looks_and_changes_leave_their_entries() {
    let (server, account, session) = story().await;
    let before = done(&server).await.len();
    stored(&server, &account, &json!(session)).await;
    for (name, fields) in [
        ("rename-conversation", vec![("id", session.as_str()), ("title", "Mine")]),
        ("delete-conversation", vec![("id", session.as_str())]),
        ("restore-conversation", vec![("id", session.as_str())]),
    ] {
        assert_eq!(call(&server, &account, name, &fields).await.0, 200, "{name}");
    }
    let expected = [
        "socket.open done",
        "conversation.read done",
        "conversation.change done",
        "conversation.delete done",
        "conversation.restore done",
    ];
    assert_eq!(done(&server).await[before..], expected);
}

#[tokio::test]
async fn an_answer_to_danger_is_named_as_such() {
    let (server, account, _) = story().await;
    answered(&mut account.chat(&server, LIVE).await, "I want to kill myself").await;
    assert_eq!(done(&server).await.last().map(String::as_str), Some("care.crisis done"));
}

#[tokio::test]
async fn entries_say_who_whose_and_from_where() {
    let (server, account, _) = story().await;
    let rows: Vec<(String, String, String, String)> =
        server.rows("SELECT actor, subject, address, request_id FROM audit WHERE action = 'message.create'").await;
    for (actor, subject, address, request) in rows {
        assert_eq!((actor, subject, address.as_str()), (account.id.clone(), account.id.clone(), "127.0.0.1"));
        assert!(!request.is_empty());
    }
}

#[tokio::test]
async fn an_untouched_trail_holds() {
    let (server, _account, _) = story().await;
    let entries = done(&server).await.len();
    let verdict = verify(&mut server.app.db.read().await.expect("a connection")).await.expect("it is read");
    assert_eq!((verdict.links, verdict.broken), (i64::try_from(entries).expect("few"), vec![]));
}

/// What a walk finds after a change, which is taken back; every statement begins from the same trail.
async fn found_after(server: &TestServer, statements: &[&'static str]) -> Option<i64> {
    let mut connection = server.app.db.read().await.expect("a connection");
    connection.execute("BEGIN").await.expect("a transaction");
    for statement in statements {
        connection.execute(*statement).await.expect("the statement runs");
    }
    let verdict = verify(&mut connection).await.expect("the trail is read");
    connection.execute("ROLLBACK").await.expect("it is taken back");
    verdict.broken.first().map(|broken| broken.n)
}

#[tokio::test]
async fn a_changed_field_is_named_by_its_entry() {
    let (server, _account, _) = story().await;
    for change in [
        "UPDATE audit SET at = at + 1 WHERE n = 4",
        "UPDATE audit SET actor = 'system!' WHERE n = 4",
        "UPDATE audit SET action = 'socket.close' WHERE n = 4",
        "UPDATE audit SET object = 'user/x' WHERE n = 4",
        "UPDATE audit SET subject = 'x' WHERE n = 4",
        "UPDATE audit SET outcome = 'undone' WHERE n = 4",
        "UPDATE audit SET reason = 'x' WHERE n = 4",
        "UPDATE audit SET address = '192.0.2.1' WHERE n = 4",
        "UPDATE audit SET request_id = 'x' WHERE n = 4",
        "UPDATE audit SET previous = hash WHERE n = 4",
        "UPDATE audit SET hash = previous WHERE n = 4",
    ] {
        assert_eq!(found_after(&server, &[change]).await, Some(4), "{change}");
    }
}

#[tokio::test]
async fn a_deleted_entry_is_missed_at_the_next() {
    let (server, _account, _) = story().await;
    assert_eq!(found_after(&server, &["DELETE FROM audit WHERE n = 3"]).await, Some(4));
    assert_eq!(found_after(&server, &["DELETE FROM audit WHERE n = 1"]).await, Some(2));
}

#[tokio::test]
async fn entries_that_changed_places_are_found() {
    let (server, _account, _) = story().await;
    let swap = [
        "UPDATE audit SET n = -1 WHERE n = 3",
        "UPDATE audit SET n = 3 WHERE n = 4",
        "UPDATE audit SET n = 4 WHERE n = -1",
    ];
    assert_eq!(found_after(&server, &swap).await, Some(3));
}

#[tokio::test]
async fn an_entry_put_in_between_is_found() {
    let (server, _account, _) = story().await;
    let insert = [
        "UPDATE audit SET n = n + 1000 WHERE n >= 4",
        "UPDATE audit SET n = n - 999 WHERE n >= 1000",
        "INSERT INTO audit (node, n, at, actor, action, object, subject, outcome, reason, address, request_id, previous, hash)
         SELECT node, 4, at, actor, action, object, subject, outcome, reason, address, request_id, hash, hash FROM audit WHERE n = 3",
    ];
    assert_eq!(found_after(&server, &insert).await, Some(4));
}

#[tokio::test]
async fn an_entry_given_to_another_node_is_found() {
    let (server, _account, _) = story().await;
    assert_eq!(found_after(&server, &["UPDATE audit SET node = 'other' WHERE n >= 3"]).await, Some(3));
}
