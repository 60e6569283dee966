use serde_json::{Value, json};

use super::SECOND;
use super::browser::Browser;
use crate::support::{Account, Socket, TestServer};

async fn ticket(server: &TestServer, account: &Account) -> String {
    let (status, answer) = server.post("/auth/ws-ticket", &json!({}), Some(&account.token)).await;
    assert_eq!((status, answer["expires_in"].as_u64()), (200, Some(30)), "{answer}");
    answer["ticket"].as_str().expect("a ticket").to_owned()
}

async fn refused(server: &TestServer, path: &str, headers: &[(&str, String)]) -> String {
    let mut socket = Socket::open_with(server, path, headers).await;
    match socket.event().await {
        Err((1008, word)) => word,
        other => panic!("{other:?}"),
    }
}

async fn welcomed(server: &TestServer, path: &str, headers: &[(&str, String)]) -> Socket {
    let mut socket = Socket::open_with(server, path, headers).await;
    let welcome: Value = socket.next().await;
    assert_eq!(welcome["role"], "system", "{welcome}");
    socket
}

#[tokio::test]
async fn a_ticket_opens_one_socket() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let path = format!("/ws/chat?ticket={}", ticket(&server, &account).await);
    welcomed(&server, &path, &[]).await;
    assert_eq!(refused(&server, &path, &[]).await, "unauthenticated");
}

#[tokio::test]
async fn a_ticket_is_good_for_thirty_seconds() {
    let server = TestServer::with_clock(&[]).await;
    let account = Account::sign_up(&server, "ada").await;
    let (early, late) = (ticket(&server, &account).await, ticket(&server, &account).await);
    server.pass(30 * SECOND - 1);
    welcomed(&server, &format!("/ws/chat?ticket={early}"), &[]).await;
    server.pass(1);
    assert_eq!(refused(&server, &format!("/ws/chat?ticket={late}"), &[]).await, "unauthenticated");
}

#[tokio::test]
async fn a_ticket_is_worth_nothing_once_its_session_ended() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let path = format!("/ws/chat?ticket={}", ticket(&server, &account).await);
    server.post("/auth/signout", &json!({}), Some(&account.token)).await;
    assert_eq!(refused(&server, &path, &[]).await, "unauthenticated");
}

#[tokio::test]
async fn a_token_opens_a_socket_by_header_and_by_query() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    welcomed(&server, &format!("/ws/chat?token={}", account.token), &[]).await;
    welcomed(&server, "/ws/chat", &[("authorization", format!("Bearer {}", account.token))]).await;
}

#[tokio::test]
async fn a_socket_without_anything_good_is_refused_with_one_word() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    for path in ["/ws/chat", "/ws/chat?token=", "/ws/chat?token=nonsense", "/ws/chat?ticket=nonsense"] {
        assert_eq!(refused(&server, path, &[]).await, "unauthenticated", "{path}");
    }
    // What is shown first decides: a good cookie does not make up for a bad token.
    let browser = Browser::signed_in(&server, &account).await;
    let headers = [("cookie", browser.cookie()), ("origin", server.url(""))];
    assert_eq!(refused(&server, "/ws/chat?token=nonsense", &headers).await, "unauthenticated");
}

#[tokio::test]
async fn a_cookie_opens_a_socket_for_our_own_pages_only() {
    let server = TestServer::with(&[("allowed_origins", "https://app.example")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let browser = Browser::signed_in(&server, &account).await;
    let from = |origin: &str| [("cookie", browser.cookie()), ("origin", origin.to_owned())];
    welcomed(&server, "/ws/chat", &from(&server.url(""))).await;
    welcomed(&server, "/ws/chat", &from("https://app.example")).await;
    for other in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        assert_eq!(refused(&server, "/ws/chat", &from(other)).await, "origin", "{other}");
    }
    assert_eq!(refused(&server, "/ws/chat", &[("cookie", browser.cookie())]).await, "origin");
}

#[tokio::test]
async fn a_sign_out_closes_the_sockets_of_its_session_and_no_others() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut browser = Browser::signed_in(&server, &account).await;
    let mut theirs = welcomed(&server, "/ws/chat", &[("cookie", browser.cookie()), ("origin", server.url(""))]).await;
    let ticket = ticket(&server, &account).await;
    let mut by_ticket = welcomed(&server, &format!("/ws/chat?ticket={ticket}"), &[]).await;
    browser.form("sign-out", &[]).await;
    assert_eq!(theirs.closed().await, (1008, "unauthenticated".to_owned()));
    assert!(by_ticket.is_quiet().await);
    server.post("/auth/signout", &json!({}), Some(&account.token)).await;
    assert_eq!(by_ticket.closed().await, (1008, "unauthenticated".to_owned()));
}
