use serde_json::{Value, json};

use super::{MINUTE, SECOND, sign_in_again, trail};
use crate::support::{Account, TestServer};

const DAY: i64 = 24 * 60 * MINUTE;

async fn refresh(server: &TestServer, token: &str) -> (u16, Value) {
    server.post("/auth/refresh", &json!({"refresh_token": token}), None).await
}

fn next(tokens: &Value) -> String {
    tokens["refresh_token"].as_str().expect("a token").to_owned()
}

#[tokio::test]
async fn a_refresh_gives_new_tokens_of_the_same_person() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let (status, tokens) = refresh(&server, &account.refresh_token).await;
    assert_eq!((status, tokens["user"]["id"].as_str()), (200, Some(account.id.as_str())), "{tokens}");
    assert_ne!(next(&tokens), account.refresh_token);
    assert_eq!(server.get("/auth/me", tokens["access_token"].as_str()).await.0, 200);
}

#[tokio::test]
async fn a_spent_refresh_token_ends_its_family_and_no_other() {
    let server = TestServer::with_clock(&[]).await;
    let account = Account::sign_up(&server, "ada").await;
    let elsewhere = sign_in_again(&server, &account).await;
    let (_, first) = refresh(&server, &account.refresh_token).await;
    server.pass(11 * SECOND);
    assert_eq!(refresh(&server, &account.refresh_token).await.0, 401);
    assert_eq!(refresh(&server, &next(&first)).await.0, 401, "the thief's or the owner's: neither is good");
    assert_eq!(server.get("/auth/me", first["access_token"].as_str()).await.0, 401);
    assert_eq!(server.get("/auth/me", Some(&elsewhere.token)).await.0, 200);
    assert_eq!(refresh(&server, &elsewhere.refresh_token).await.0, 200);
    assert!(trail(&server).await.contains(&"account.refresh refused reused".to_owned()));
}

#[tokio::test]
async fn a_lost_reply_can_be_asked_for_again_within_ten_seconds() {
    let server = TestServer::with_clock(&[]).await;
    let account = Account::sign_up(&server, "ada").await;
    assert_eq!(refresh(&server, &account.refresh_token).await.0, 200);
    server.pass(10 * SECOND);
    let (status, again) = refresh(&server, &account.refresh_token).await;
    assert_eq!(status, 200);
    assert_eq!(refresh(&server, &next(&again)).await.0, 200);
}

#[tokio::test]
async fn an_access_token_ends_after_half_an_hour_and_a_refresh_token_after_thirty_days() {
    let server = TestServer::with_clock(&[]).await;
    let account = Account::sign_up(&server, "ada").await;
    server.pass(30 * MINUTE - SECOND);
    assert_eq!(server.get("/auth/me", Some(&account.token)).await.0, 200);
    server.pass(SECOND);
    let (status, problem) = server.get("/auth/me", Some(&account.token)).await;
    assert_eq!(status, 401);
    assert!(problem["detail"].as_str().expect("a detail").contains("expired"), "{problem}");
    let (status, tokens) = refresh(&server, &account.refresh_token).await;
    assert_eq!(status, 200);
    server.pass(30 * DAY);
    assert_eq!(refresh(&server, &next(&tokens)).await.0, 401);
}

#[tokio::test]
async fn forged_tokens_are_refused_as_problems() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let parts: Vec<&str> = account.token.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    let forged = [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(43)),
        account.refresh_token.clone(),
        String::from("nonsense"),
    ];
    for token in &forged {
        let response = server.http.get(server.url("/auth/me")).bearer_auth(token).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 401);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
    }
    for header in ["Basic YTpi", "Bearer", "bearer ", ""] {
        let request = server.http.get(server.url("/auth/me")).header("authorization", header);
        assert_eq!(request.send().await.expect("an answer").status().as_u16(), 401, "{header:?}");
    }
}

#[tokio::test]
async fn refresh_refuses_what_is_no_refresh_token() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    for wrong in ["", "nonsense", account.token.as_str()] {
        assert_eq!(refresh(&server, wrong).await.0, 401);
    }
    assert_eq!(server.post("/auth/refresh", &json!({}), None).await.0, 422);
    assert_eq!(refresh(&server, &account.refresh_token).await.0, 200);
}

#[tokio::test]
async fn a_sign_out_ends_its_tokens_at_once_and_no_others() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let elsewhere = sign_in_again(&server, &account).await;
    assert_eq!(server.get("/auth/me", Some(&account.token)).await.0, 200);
    assert_eq!(server.post("/auth/signout", &json!({}), Some(&account.token)).await.0, 200);
    assert_eq!(server.get("/auth/me", Some(&account.token)).await.0, 401);
    assert_eq!(refresh(&server, &account.refresh_token).await.0, 401);
    assert_eq!(server.get("/auth/me", Some(&elsewhere.token)).await.0, 200);
    assert_eq!(server.post("/auth/signout", &json!({}), None).await.0, 401);
}
