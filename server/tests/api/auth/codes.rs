use serde_json::json;

use super::{MINUTE, another, letters, sign_in_again, sign_in_code, told, trail};
use crate::support::{Account, PASSWORD, TestServer, mailed_code};

async fn verify(server: &TestServer, email: &str, code: &str) -> (u16, serde_json::Value) {
    server.post("/auth/verify-signin", &json!({"email": email, "code": code}), None).await
}

#[tokio::test]
async fn a_wrong_code_and_an_unknown_address_get_the_same_answer() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let code = sign_in_code(&server, &account).await;
    let (status, wrong) = verify(&server, &account.email, &another(&code)).await;
    assert_eq!(status, 400);
    for (email, typed) in [
        ("nobody@people.example", code.as_str()),
        ("no address", &code),
        (&account.email, ""),
        (&account.email, "abcdef"),
    ] {
        let (status, answer) = verify(&server, email, typed).await;
        assert_eq!((status, told(&answer)), (400, told(&wrong)), "{email} {typed}");
    }
    assert!(trail(&server).await.contains(&"account.code refused wrong_code".to_owned()));
}

#[tokio::test]
async fn a_code_is_good_once() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let code = sign_in_code(&server, &account).await;
    assert_eq!(verify(&server, &account.email, &code).await.0, 200);
    assert_eq!(verify(&server, &account.email, &code).await.0, 400);
}

#[tokio::test]
async fn one_code_given_twice_at_once_lets_one_in() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let code = sign_in_code(&server, &account).await;
    let (first, second) = tokio::join!(verify(&server, &account.email, &code), verify(&server, &account.email, &code));
    let mut answers = [first.0, second.0];
    answers.sort_unstable();
    assert_eq!(answers, [200, 400]);
}

#[tokio::test]
async fn a_code_is_good_for_fifteen_minutes() {
    let server = TestServer::with_clock(&[]).await;
    let account = Account::sign_up(&server, "ada").await;
    let code = sign_in_code(&server, &account).await;
    server.pass(15 * MINUTE);
    assert_eq!(verify(&server, &account.email, &code).await.0, 400);
    let code = sign_in_code(&server, &account).await;
    server.pass(15 * MINUTE - 1);
    assert_eq!(verify(&server, &account.email, &code).await.0, 200);
}

#[tokio::test]
async fn five_wrong_tries_use_a_code_up() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let code = sign_in_code(&server, &account).await;
    for _ in 0..5 {
        assert_eq!(verify(&server, &account.email, &another(&code)).await.0, 400);
    }
    assert_eq!(verify(&server, &account.email, &code).await.0, 400);
    assert!(trail(&server).await.contains(&"account.code refused too_many_tries".to_owned()));
    let fresh = sign_in_code(&server, &account).await;
    for _ in 0..4 {
        assert_eq!(verify(&server, &account.email, &another(&fresh)).await.0, 400);
    }
    assert_eq!(verify(&server, &account.email, &fresh).await.0, 200, "the fifth try may be the right one");
}

#[tokio::test]
async fn a_new_code_replaces_the_one_before() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let old = sign_in_code(&server, &account).await;
    let resend = json!({"email": account.email, "code_type": "signin"});
    let (status, answer) = server.post("/auth/resend-code", &resend, None).await;
    assert_eq!(status, 200, "{answer}");
    let new = mailed_code(server.data(), &account.email);
    if old != new {
        assert_eq!(verify(&server, &account.email, &old).await.0, 400);
    }
    assert_eq!(verify(&server, &account.email, &new).await.0, 200);
}

#[tokio::test]
async fn a_sign_in_code_is_not_sent_again_without_a_password_before() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let before = letters(&server, &account.email).len();
    let ask = |email: &str, kind: &str| json!({"email": email, "code_type": kind});
    let (status, known) = server.post("/auth/resend-code", &ask(&account.email, "signin"), None).await;
    assert_eq!(status, 200);
    let (_, confirmed) = server.post("/auth/resend-code", &ask(&account.email, "signup"), None).await;
    let (_, unknown) = server.post("/auth/resend-code", &ask("nobody@people.example", "password_reset"), None).await;
    assert_eq!((&known, &known), (&confirmed, &unknown), "nothing tells them apart");
    assert_eq!(letters(&server, &account.email).len(), before);
    assert!(letters(&server, "nobody@people.example").is_empty());
}

#[tokio::test]
async fn a_code_is_good_for_its_own_purpose_only() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let code = sign_in_code(&server, &account).await;
    let (status, _) = server.post("/auth/verify-email", &json!({"email": account.email, "code": code}), None).await;
    assert_eq!(status, 400);
    let reset = json!({"email": account.email, "code": code, "new_password": "another walk by the sea"});
    assert_eq!(server.post("/auth/reset-password", &reset, None).await.0, 400);
    assert_eq!(verify(&server, &account.email, &code).await.0, 200);
}

#[tokio::test]
async fn a_code_of_one_person_is_nothing_for_another() {
    let server = TestServer::start().await;
    let (ada, bob) = (Account::sign_up(&server, "ada").await, Account::sign_up(&server, "bob").await);
    let code = sign_in_code(&server, &ada).await;
    sign_in_code(&server, &bob).await;
    let mailed_to_bob = mailed_code(server.data(), &bob.email);
    if code != mailed_to_bob {
        assert_eq!(verify(&server, &bob.email, &code).await.0, 400);
    }
}

#[tokio::test]
async fn a_reset_sets_the_password_and_ends_what_was_signed_in() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, "").await;
    server.post("/auth/resend-code", &json!({"email": account.email, "code_type": "password_reset"}), None).await;
    let code = mailed_code(server.data(), &account.email);
    let reset = |password: &str| json!({"email": account.email, "code": code, "new_password": password});
    let (status, problem) = server.post("/auth/reset-password", &reset("password"), None).await;
    assert_eq!(status, 422, "{problem}");
    let (status, answer) = server.post("/auth/reset-password", &reset("another walk by the sea"), None).await;
    assert_eq!(status, 200, "a password that was not taken did not cost the code: {answer}");
    assert_eq!(socket.closed().await.0, 1008);
    assert_eq!(server.get("/auth/me", Some(&account.token)).await.0, 401);
    assert_eq!(server.post("/auth/refresh", &json!({"refresh_token": account.refresh_token}), None).await.0, 401);
    let sign_in = |password: &str| json!({"email": account.email, "password": password});
    assert_eq!(server.post("/auth/signin", &sign_in(PASSWORD), None).await.0, 401);
    assert_eq!(server.post("/auth/signin", &sign_in("another walk by the sea"), None).await.0, 200);
    assert_eq!(server.post("/auth/reset-password", &reset("a third walk by the sea"), None).await.0, 400);
}

#[tokio::test]
async fn a_sign_in_begun_before_a_reset_is_not_completed_after_it() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    sign_in_again(&server, &account).await;
    let begun = sign_in_code(&server, &account).await;
    server.post("/auth/resend-code", &json!({"email": account.email, "code_type": "password_reset"}), None).await;
    let code = mailed_code(server.data(), &account.email);
    let reset = json!({"email": account.email, "code": code, "new_password": "another walk by the sea"});
    assert_eq!(server.post("/auth/reset-password", &reset, None).await.0, 200);
    assert_eq!(verify(&server, &account.email, &begun).await.0, 400);
}
