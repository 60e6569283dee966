use serde_json::json;
use server::auth::operator;

use super::{form, sign_in_again, sign_in_code, told, trail};
use crate::support::{Account, PASSWORD, TestServer, mailed_code};

#[tokio::test]
async fn a_password_and_the_mailed_code_give_tokens() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let again = sign_in_again(&server, &account).await;
    assert_eq!(again.id, account.id);
    let (status, valid) = server.get("/auth/verify-token", Some(&again.token)).await;
    assert_eq!(status, 200);
    assert_eq!(valid, json!({"valid": true, "user_id": account.id, "email": account.email, "is_verified": true}));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let (status, wrong) =
        server.post("/auth/signin", &json!({"email": account.email, "password": "not the password"}), None).await;
    assert_eq!(status, 401);
    for (email, password) in [("nobody@people.example", PASSWORD.to_owned()), (account.email.as_str(), "x".repeat(200))]
    {
        let (status, answer) = server.post("/auth/signin", &json!({"email": email, "password": password}), None).await;
        assert_eq!((status, told(&answer)), (401, told(&wrong)), "{email}");
    }
    let refusals = trail(&server).await.iter().filter(|entry| *entry == "account.password refused credentials").count();
    assert_eq!(refusals, 3);
}

#[tokio::test]
async fn a_sign_in_confirms_an_address_that_was_not_confirmed() {
    let server = TestServer::start().await;
    server.post("/auth/signup", &form("ada"), None).await;
    let (status, _) =
        server.post("/auth/signin", &json!({"email": "ada@people.example", "password": PASSWORD}), None).await;
    assert_eq!(status, 200);
    let code = mailed_code(server.data(), "ada@people.example");
    let (status, tokens) =
        server.post("/auth/verify-signin", &json!({"email": "ada@people.example", "code": code}), None).await;
    assert_eq!((status, tokens["user"]["is_verified"].as_bool()), (200, Some(true)), "{tokens}");
}

#[tokio::test]
async fn a_disabled_account_can_do_nothing_until_it_is_enabled() {
    let server = TestServer::with_clock(&[]).await;
    let account = Account::sign_up(&server, "ada").await;
    let code = sign_in_code(&server, &account).await;
    assert_eq!(server.get("/auth/me", Some(&account.token)).await.0, 200);
    let settings = server.app.settings.clone();
    assert!(operator::set_active(settings.clone(), &account.email, false).await.expect("it is stored"));
    server.pass(6_000);
    assert_eq!(server.get("/auth/me", Some(&account.token)).await.0, 401);
    assert_eq!(server.post("/auth/refresh", &json!({"refresh_token": account.refresh_token}), None).await.0, 401);
    assert_eq!(server.post("/auth/verify-signin", &json!({"email": account.email, "code": code}), None).await.0, 400);
    assert_eq!(server.post("/auth/signin", &json!({"email": account.email, "password": PASSWORD}), None).await.0, 401);
    assert!(operator::set_active(settings, &account.email, true).await.expect("it is stored"));
    sign_in_again(&server, &account).await;
}

#[tokio::test]
async fn too_many_tries_are_told_to_wait() {
    let server = TestServer::with(&[("limits", "on"), ("rate_sign_in", "3/min")]).await;
    for _ in 0..3 {
        let (status, _) =
            server.post("/auth/signin", &json!({"email": "a@people.example", "password": PASSWORD}), None).await;
        assert_eq!(status, 401);
    }
    let request =
        server.http.post(server.url("/auth/signin")).json(&json!({"email": "a@people.example", "password": PASSWORD}));
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 429);
    let wait: u64 = response.headers()["retry-after"].to_str().expect("a number").parse().expect("a number");
    assert!((1..=60).contains(&wait), "{wait}");
    let (status, _) =
        server.post("/auth/signin", &json!({"email": "b@people.example", "password": PASSWORD}), None).await;
    assert_eq!(status, 401, "another account has a bucket of its own");
}
