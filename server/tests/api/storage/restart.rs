//! A restart changes nothing of what was said.

use serde_json::json;

use super::{LIVE, answered, call_json, stored, text};
use crate::support::{Account, TestServer};

#[tokio::test]
async fn what_was_said_is_there_after_a_restart() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, LIVE).await;
    let session = answered(&mut socket, "Why does my head hurt? \u{1f915}").await["session_id"].clone();
    answered(&mut socket, "I want to die").await;
    socket
        .send(&json!({"type": "interaction", "content": {"action": "button_click", "id": "ex_breathing_complete"}}))
        .await;
    socket.next_message("interactive").await;
    let before = stored(&server, &account, &session).await;
    drop(socket);
    let server = TestServer::again(server.stop().await, &[]).await;
    assert_eq!(before.len(), 5);
    assert_eq!(stored(&server, &account, &session).await, before);
}

#[tokio::test]
async fn titles_and_figures_are_there_after_a_restart() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, LIVE).await;
    answered(&mut socket, "Why does my head hurt?").await;
    let (_, before) = call_json(&server, &account, "conversations", &json!({})).await;
    drop(socket);
    let server = TestServer::again(server.stop().await, &[]).await;
    assert_eq!(before[0]["title"], "Why does my head hurt?");
    assert_eq!(call_json(&server, &account, "conversations", &json!({})).await.1, before);
}

#[tokio::test]
async fn places_count_on_after_a_restart() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    answered(&mut account.chat(&server, LIVE).await, "One").await;
    let server = TestServer::again(server.stop().await, &[]).await;
    assert_eq!(answered(&mut account.chat(&server, LIVE).await, "Two").await["seq"], 4);
}

#[tokio::test]
async fn the_trail_goes_on_after_a_restart() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    answered(&mut account.chat(&server, LIVE).await, "One").await;
    let server = TestServer::again(server.stop().await, &[]).await;
    answered(&mut account.chat(&server, LIVE).await, "Two").await;
    let mut connection = server.app.db.read().await.expect("a connection");
    let verdict = server::audit::verify::verify(&mut connection).await.expect("the trail is read");
    assert_eq!(verdict.broken, []);
}

#[tokio::test]
async fn tokens_are_good_after_a_restart() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let server = TestServer::again(server.stop().await, &[]).await;
    let (status, me) = server.get("/auth/me", Some(&account.token)).await;
    assert_eq!((status, text(&me["email"])), (200, account.email.as_str()));
}
