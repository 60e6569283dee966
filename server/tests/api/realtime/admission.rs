//! Who is let in, how many at once, and for how long.

use serde_json::json;

use super::{LIVE, SCRIPT, live, text};
use crate::support::{Account, Socket, TestServer};

const MINUTE: i64 = 60_000;

/// How a socket that is refused ends; a frame before the end is not allowed.
async fn refused(server: &TestServer, path: &str, token: Option<&str>) -> (u16, String) {
    let mut socket = Socket::open(server, path, token).await;
    socket.event().await.expect_err("no frame before the close")
}

#[tokio::test]
async fn without_a_token_a_socket_is_accepted_and_closed_with_one_word() {
    let server = TestServer::start().await;
    assert_eq!(refused(&server, "/ws/chat", None).await, (1008, "unauthenticated".to_owned()));
}

#[tokio::test]
async fn a_forged_token_is_refused() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let (body, _) = account.token.rsplit_once('.').expect("a signature");
    for forged in [format!("{body}.AAAA"), format!("{body}."), "x".to_owned(), String::new()] {
        let path = format!("/ws/chat?token={forged}");
        assert_eq!(refused(&server, &path, None).await, (1008, "unauthenticated".to_owned()), "{forged}");
    }
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let server = TestServer::with_clock(&[]).await;
    let account = Account::sign_up(&server, "ada").await;
    server.pass(31 * MINUTE);
    assert_eq!(refused(&server, "/ws/chat", Some(&account.token)).await, (1008, "unauthenticated".to_owned()));
}

#[tokio::test]
async fn a_token_that_ends_during_the_connection_ends_it() {
    let (_server, _account, mut socket) = live(&[("access_token_life", "2s")]).await;
    assert_eq!(socket.next().await["code"], "token_expired");
    assert_eq!(socket.event().await, Err((1008, "unauthenticated".to_owned())));
}

#[tokio::test]
async fn a_command_after_the_token_ended_is_not_done() {
    let server = TestServer::with_clock(&[]).await;
    let mut socket = Account::sign_up(&server, "ada").await.chat(&server, LIVE).await;
    server.pass(31 * MINUTE);
    socket.ask("Hello", None).await;
    assert_eq!(socket.next().await["code"], "token_expired");
    assert_eq!(socket.event().await, Err((1008, "unauthenticated".to_owned())));
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(0,)]);
}

#[tokio::test]
async fn a_token_that_ended_takes_no_socket_of_a_newer_one_along() {
    let server = TestServer::with_clock(&[("socket_ping", "20ms")]).await;
    let mut account = Account::sign_up(&server, "ada").await;
    let mut old = account.chat(&server, LIVE).await;
    server.pass(29 * MINUTE);
    let (_, tokens) = server.post("/auth/refresh", &json!({"refresh_token": account.refresh_token}), None).await;
    text(&tokens["access_token"]).clone_into(&mut account.token);
    let mut new = account.chat(&server, LIVE).await;
    server.pass(2 * MINUTE);
    // A ping finds the end of the old one.
    assert_eq!(old.next().await["code"], "token_expired");
    assert_eq!(old.event().await, Err((1008, "unauthenticated".to_owned())));
    assert_eq!(super::said(&new.turn("Hello", None).await), SCRIPT);
}

#[tokio::test]
async fn a_command_of_a_session_that_another_process_ended_is_not_done() {
    let server = TestServer::with_clock(&[]).await;
    let mut socket = Account::sign_up(&server, "ada").await.chat(&server, LIVE).await;
    server.tamper("UPDATE refresh_tokens SET revoked_at = 1").await;
    // What is known of a session is believed for five seconds.
    server.pass(6_000);
    socket.ask("Hello", None).await;
    assert_eq!(socket.event().await, Err((1008, "unauthenticated".to_owned())));
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(0,)]);
}

#[tokio::test]
async fn who_can_not_be_looked_up_is_told_to_come_again() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    server.tamper("ALTER TABLE refresh_tokens RENAME TO elsewhere").await;
    assert_eq!(refused(&server, "/ws/chat", Some(&account.token)).await, (1013, "unavailable".to_owned()));
}

#[tokio::test]
async fn one_socket_more_than_a_person_may_have_is_refused() {
    let (server, account, _first) = live(&[("sockets_per_user", "2")]).await;
    let _second = account.chat(&server, "").await;
    assert_eq!(refused(&server, "/ws/chat", Some(&account.token)).await, (1008, "limit".to_owned()));
}

#[tokio::test]
async fn the_sockets_of_others_do_not_count() {
    let (server, _account, _first) = live(&[("sockets_per_user", "1")]).await;
    Account::sign_up(&server, "bob").await.chat(&server, "").await;
}

#[tokio::test]
async fn a_closed_socket_makes_room_for_another() {
    let (server, account, mut first) = live(&[("sockets_per_user", "1")]).await;
    first.close().await;
    let mut second = account.chat(&server, LIVE).await;
    assert_eq!(super::said(&second.turn("Hello", None).await), SCRIPT);
}

#[tokio::test]
async fn too_many_new_sockets_of_an_address_are_refused() {
    let server = TestServer::with(&[("limits", "on"), ("rate_sockets", "2/h")]).await;
    for word in ["unauthenticated", "unauthenticated", "limit"] {
        assert_eq!(refused(&server, "/ws/chat", None).await.1, word);
    }
}

#[tokio::test]
async fn who_is_refused_is_on_the_trail() {
    let server = TestServer::start().await;
    refused(&server, "/ws/chat?token=x", None).await;
    let rows: Vec<(String, String, String)> = server.rows("SELECT actor, action, reason FROM audit").await;
    let expected = ["stranger", "socket.open", "unauthenticated"].map(ToOwned::to_owned);
    assert_eq!(rows, [expected.into()]);
}

#[tokio::test]
async fn a_request_that_is_no_upgrade_is_told_so() {
    let server = TestServer::start().await;
    let (status, _) = server.get("/ws/chat", None).await;
    assert!((400..500).contains(&status), "{status}");
}

#[tokio::test]
async fn a_token_in_the_address_works_as_one_in_the_header() {
    let (server, account, _) = live(&[]).await;
    let mut socket = Socket::open(&server, &format!("/ws/chat?token={}", account.token), None).await;
    assert!(text(&socket.next().await["content"]["text"]).starts_with("Connected"));
}
