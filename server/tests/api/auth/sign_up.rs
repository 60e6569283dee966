use serde_json::json;

use super::{form, letters, told, trail};
use crate::support::{Account, PASSWORD, TestServer, mailed_code};

#[tokio::test]
async fn a_new_account_is_confirmed_by_the_mailed_code() {
    let server = TestServer::start().await;
    let (status, answer) = server.post("/auth/signup", &form("ada"), None).await;
    assert_eq!((status, answer["email_status"].as_str()), (200, Some("sent")), "{answer}");
    let code = mailed_code(server.data(), "ada@people.example");
    let (status, tokens) =
        server.post("/auth/verify-email", &json!({"email": "ADA@people.example ", "code": code}), None).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!((tokens["token_type"].as_str(), tokens["expires_in"].as_i64()), (Some("bearer"), Some(1800)));
    let user = &tokens["user"];
    assert_eq!((user["email"].as_str(), user["first_name"].as_str()), (Some("ada@people.example"), Some("ada")));
    assert_eq!((user["role"].as_str(), user["is_verified"].as_bool()), (Some("patient"), Some(true)));
    let (status, me) = server.get("/auth/me", tokens["access_token"].as_str()).await;
    assert_eq!((status, &me), (200, user));
}

#[tokio::test]
async fn a_known_address_gets_the_same_answer_and_another_letter() {
    let server = TestServer::start().await;
    let (_, first) = server.post("/auth/signup", &form("ada"), None).await;
    let code = mailed_code(server.data(), "ada@people.example");
    server.post("/auth/verify-email", &json!({"email": "ada@people.example", "code": code}), None).await;
    let (status, second) = server.post("/auth/signup", &form("ada"), None).await;
    assert_eq!((status, told(&second)), (200, told(&first)));
    let letters = letters(&server, "ada@people.example");
    assert_eq!(letters.iter().filter(|letter| letter.contains("You already have an Anamnesis account")).count(), 1);
    assert!(trail(&server).await.contains(&"account.sign_up refused exists".to_owned()));
}

#[tokio::test]
async fn an_address_that_was_never_confirmed_can_sign_up_again_and_the_last_password_holds() {
    let server = TestServer::start().await;
    let mut stranger = form("ada");
    stranger["password"] = json!("chosen by somebody else");
    server.post("/auth/signup", &stranger, None).await;
    let account = Account::sign_up(&server, "ada").await;
    let (status, _) = server
        .post("/auth/signin", &json!({"email": account.email, "password": "chosen by somebody else"}), None)
        .await;
    assert_eq!(status, 401);
    let (status, _) = server.post("/auth/signin", &json!({"email": account.email, "password": PASSWORD}), None).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn what_can_t_be_taken_is_refused_and_nothing_is_stored() {
    let server = TestServer::start().await;
    let wrong = [
        ("email", "not an address"),
        ("email", ""),
        ("password", "seven77"),
        ("password", "password123"),
        ("password", &"x".repeat(129)),
        ("first_name", "  "),
        ("last_name", &"x".repeat(101)),
    ];
    for (field, value) in wrong {
        let mut form = form("ada");
        form[field] = json!(value);
        let (status, problem) = server.post("/auth/signup", &form, None).await;
        assert_eq!((status, problem["status"].as_u64()), (422, Some(422)), "{field} {value}: {problem}");
        assert!(!problem["detail"].as_str().expect("a detail").contains(value) || value.trim().is_empty(), "{problem}");
    }
    let mut missing = form("ada");
    missing.as_object_mut().expect("an object").remove("password");
    assert_eq!(server.post("/auth/signup", &missing, None).await.0, 422);
    assert!(letters(&server, "ada@people.example").is_empty());
    assert!(trail(&server).await.is_empty());
}

#[tokio::test]
async fn the_longest_and_the_shortest_password_are_taken() {
    let server = TestServer::start().await;
    for (name, password) in [("short", "8 chars!".to_owned()), ("long", "y".repeat(128))] {
        let mut form = form(name);
        form["password"] = json!(password);
        assert_eq!(server.post("/auth/signup", &form, None).await.0, 200, "{name}");
    }
}

#[tokio::test]
async fn a_role_in_the_form_is_not_given() {
    let server = TestServer::start().await;
    let mut form = form("ada");
    form["role"] = json!("admin");
    form["is_verified"] = json!(true);
    assert_eq!(server.post("/auth/signup", &form, None).await.0, 200);
    let code = mailed_code(server.data(), "ada@people.example");
    let (_, tokens) =
        server.post("/auth/verify-email", &json!({"email": "ada@people.example", "code": code}), None).await;
    assert_eq!(tokens["user"]["role"], "patient");
}

#[tokio::test]
async fn neither_address_nor_name_nor_password_stands_anywhere_but_in_the_mail() {
    let server = TestServer::start().await;
    let mut form = form("canaryname");
    form["password"] = json!("canarypassword of mine");
    server.post("/auth/signup", &form, None).await;
    let code = mailed_code(server.data(), "canaryname@people.example");
    server.post("/auth/verify-email", &json!({"email": "canaryname@people.example", "code": code}), None).await;
    let home = server.stop().await;
    for file in std::fs::read_dir(home.data()).expect("the data folder") {
        let path = file.expect("a file").path();
        if path.is_file() {
            let bytes = std::fs::read(&path).expect("readable");
            for canary in [&b"canaryname"[..], b"canarypassword"] {
                assert!(!bytes.windows(canary.len()).any(|window| window == canary), "{}", path.display());
            }
        }
    }
}
