//! What a body or a query may look like, whatever the route: found by asking every route by its description.

use protocol::rest::UserRole;
use serde_json::{Value, json};

use crate::support::{Account, TestServer};

#[tokio::test]
async fn a_list_is_not_taken_for_an_object() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    for (method, path, body) in [
        ("POST", "/auth/signin", json!(["ada@people.example", "a few words"])),
        ("PATCH", "/auth/me", json!([])),
        ("POST", "/api/progress/mood", json!([5])),
        ("POST", "/api/chat/conversations", json!([])),
        ("POST", "/api/clinic/diagnosis", json!({"symptoms": ["fever"], "history": []})),
        ("POST", "/api/clinic/diagnosis", json!({"symptoms": ["fever"], "vitals": [38.5]})),
        ("POST", "/api/clinic/prescription", json!({"diagnosis": "Migraine", "patient_info": []})),
    ] {
        let (status, problem) = server.send(method, path, Some(&body), &ada.token).await;
        assert_eq!(status, 422, "{method} {path} {body}: {problem}");
    }
}

#[tokio::test]
async fn what_is_null_is_as_if_it_were_left_out() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    let body = json!({"symptoms": ["fever"], "vitals": null, "history": null, "narrative": null});
    assert_eq!(server.send("POST", "/api/clinic/diagnosis", Some(&body), &ada.token).await.0, 200);
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_point() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    let mood = |score: &str| {
        let body = format!("{{\"score\": {score}}}");
        let request = server.http.post(server.url("/api/progress/mood")).bearer_auth(&ada.token);
        let request = request.header("content-type", "application/json").body(body);
        async move { request.send().await.expect("an answer").status().as_u16() }
    };
    assert_eq!((mood("5").await, mood("5.0").await), (200, 200));
    assert_eq!((mood("5.5").await, mood("-1.0").await, mood("1e300").await), (422, 422, 422));
    let asked = json!({"message": "How can I bring down a fever?", "max_context_tokens": 500.0});
    assert_eq!(server.post("/api/chat/message", &asked, Some(&ada.token)).await.0, 200);
    let asked = json!({"message": "How can I bring down a fever?", "max_context_tokens": 500.5});
    let (status, problem) = server.post("/api/chat/message", &asked, Some(&ada.token)).await;
    assert_eq!((status, &problem["detail"]), (422, &json!("`max_context_tokens` must be a whole number.")));
}

#[tokio::test]
async fn a_wrong_query_is_a_problem_that_names_the_field() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    for (path, field) in [
        ("/api/feedback/export?since=a&since=b", "since"),
        ("/api/clinic/findings?q=a&limit=0", "limit"),
        ("/api/clinic/drugs?q=a&limit=51", "limit"),
    ] {
        let (status, problem) = server.get(path, Some(&ada.token)).await;
        assert_eq!(status, 422, "{path}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(field)), "{path}: {problem}");
    }
}

#[tokio::test]
async fn an_id_with_a_nul_is_not_found() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    for path in ["/api/chat/conversations/%00", "/chat/sessions/a%00b", "/api/clinic/cases/%00", "/api/reviews/%00"] {
        let (status, problem): (u16, Value) = server.get(path, Some(&ada.token)).await;
        assert_eq!(status, 404, "{path}: {problem}");
    }
}

#[tokio::test]
async fn nothing_is_found_by_an_id_with_a_nul_in_a_body_or_a_query() {
    let server = TestServer::start().await;
    let sam = Account::with_role(&server, "sam", UserRole::Clinician).await;
    let id = "a\u{0}b";
    let (_, own) = server.post("/api/chat/conversations", &json!({}), Some(&sam.token)).await;
    for (path, body) in [
        ("/api/chat/message", json!({"message": "Hello", "conversation_id": id})),
        ("/api/feedback", json!({"conversation_id": id, "rating": 3})),
        ("/api/feedback", json!({"conversation_id": own["id"], "message_id": id, "rating": 3})),
        ("/api/feedback/opened", json!({"conversation_id": own["id"], "message_id": id, "source": 1})),
        ("/api/clinic/prescription", json!({"diagnosis": "Migraine", "from_case": id})),
    ] {
        let (status, problem) = server.post(path, &body, Some(&sam.token)).await;
        assert_eq!(status, 404, "{path}: {problem}");
    }
    let (status, problem) = server.get("/api/clinic/cases?patient=a%00b", Some(&sam.token)).await;
    assert_eq!(status, 404, "{problem}");
}
