use serde_json::{Value, json};

use super::trail;
use crate::support::{Account, TestServer};

async fn change(server: &TestServer, account: &Account, patch: &Value) -> (u16, Value) {
    let request = server.http.patch(server.url("/auth/me")).bearer_auth(&account.token).json(patch);
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

#[tokio::test]
async fn a_person_changes_what_they_told_and_the_rest_stays() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let (status, user) =
        change(&server, &account, &json!({"age": 36, "conditions": ["asthma"], "country": "gb"})).await;
    assert_eq!(status, 200, "{user}");
    let (_, user) = change(&server, &account, &json!({"first_name": "Augusta", "country": ""})).await;
    assert_eq!((user["first_name"].as_str(), user["last_name"].as_str()), (Some("Augusta"), Some("Tester")));
    assert_eq!((&user["age"], &user["conditions"], &user["country"]), (&json!(36), &json!(["asthma"]), &Value::Null));
    assert_eq!(server.get("/auth/me", Some(&account.token)).await.1, user);
    assert!(trail(&server).await.contains(&"account.profile_change done".to_owned()));
}

#[tokio::test]
async fn role_address_and_standing_can_t_be_set() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let (_, before) = server.get("/auth/me", Some(&account.token)).await;
    let wishes =
        json!({"role": "admin", "email": "other@people.example", "is_active": false, "is_verified": false, "id": "x"});
    let (status, after) = change(&server, &account, &wishes).await;
    assert_eq!((status, after), (200, before));
}

#[tokio::test]
async fn a_value_out_of_range_is_refused_and_nothing_changes() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let (_, before) = server.get("/auth/me", Some(&account.token)).await;
    for wrong in [
        json!({"age": 131, "first_name": "New"}),
        json!({"age": -1}),
        json!({"first_name": ""}),
        json!({"fitness_level": "heroic"}),
    ] {
        assert_eq!(change(&server, &account, &wrong).await.0, 422, "{wrong}");
    }
    assert_eq!(server.get("/auth/me", Some(&account.token)).await.1, before);
}

#[tokio::test]
async fn a_stranger_sees_nothing() {
    let server = TestServer::start().await;
    for path in ["/auth/me", "/auth/verify-token"] {
        let (status, problem) = server.get(path, None).await;
        assert_eq!((status, problem["status"].as_u64()), (401, Some(401)), "{path}");
    }
    assert_eq!(server.post("/auth/ws-ticket", &json!({}), None).await.0, 401);
    assert_eq!(
        server.http.patch(server.url("/auth/me")).json(&json!({})).send().await.expect("an answer").status().as_u16(),
        401
    );
}
