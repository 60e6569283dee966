use std::sync::atomic::Ordering;

use serde_json::json;

use crate::support::{Account, TestServer};

#[tokio::test]
async fn health_says_who_answers() {
    let server = TestServer::start().await;
    let expected = json!({"status": "healthy", "agent": "Anamnesis", "version": env!("CARGO_PKG_VERSION")});
    assert_eq!(server.get("/health", None).await, (200, expected));
}

#[tokio::test]
async fn an_address_asked_in_another_way_says_in_which() {
    let server = TestServer::start().await;
    let response = server.http.delete(server.url("/api/clinic/cases")).send().await.expect("an answer");
    assert_eq!(response.status(), 405);
    assert!(response.headers()["allow"].to_str().expect("a text").contains("GET"), "{:?}", response.headers());
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let bytes = server.http.get(server.url("/api/clinic/cases/%ff")).send().await.expect("an answer");
    assert!(bytes.status().is_client_error(), "{}", bytes.status());
    assert_eq!(bytes.headers()["content-type"], "application/problem+json");
}

#[tokio::test]
async fn a_running_server_is_ready() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/ready", None).await.0, 200);
}

#[tokio::test]
async fn a_stopping_server_is_healthy_and_not_ready() {
    let server = TestServer::start().await;
    server.app.draining.store(true, Ordering::Relaxed);
    assert_eq!((server.get("/ready", None).await.0, server.get("/health", None).await.0), (503, 200));
}

#[tokio::test]
async fn a_server_whose_database_is_gone_is_not_ready() {
    let server = TestServer::start().await;
    server.app.db.close().await;
    assert_eq!(server.get("/ready", None).await.0, 503);
}

#[tokio::test]
async fn the_metrics_name_what_operators_watch_before_anything_happened() {
    let server = TestServer::start().await;
    let (status, metrics) = server.get("/metrics", None).await;
    let metrics = metrics.as_str().expect("a text").to_owned();
    assert_eq!(status, 200);
    for name in ["connections", "messages_in", "messages_out", "crisis_detected"] {
        let counted = |line: &str| {
            !line.starts_with('#') && line.split([' ', '{']).next().is_some_and(|metric| metric.contains(name))
        };
        assert!(metrics.lines().any(counted), "{name}: {metrics}");
    }
}

/// What a metric without labels stands at.
async fn metric(server: &TestServer, name: &str) -> f64 {
    let (_, metrics) = server.get("/metrics", None).await;
    let line = metrics
        .as_str()
        .expect("a text")
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(ToOwned::to_owned));
    line.unwrap_or_else(|| panic!("no {name}")).parse().expect("a number")
}

#[tokio::test]
async fn a_turn_is_counted() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, "typing=1").await;
    let before = metric(&server, "anamnesis_messages_in").await;
    socket.turn("I want to kill myself", None).await;
    assert!(metric(&server, "anamnesis_messages_in").await >= before + 1.0);
    assert!(metric(&server, "anamnesis_messages_out").await >= 3.0);
    assert!(metric(&server, "anamnesis_crisis_detected").await >= 1.0);
    assert!(metric(&server, "anamnesis_connections").await >= 1.0);
}

#[tokio::test]
async fn an_error_is_a_problem_with_the_requests_id() {
    let server = TestServer::start().await;
    let response = server.http.get(server.url("/auth/me")).send().await.expect("an answer");
    let header = |name: &str| response.headers().get(name).expect("a header").to_str().expect("text").to_owned();
    let (kind, id) = (header("content-type"), header("x-request-id"));
    let problem: serde_json::Value = response.json().await.expect("JSON");
    assert_eq!(kind, "application/problem+json");
    assert_eq!(
        (&problem["status"], &problem["request_id"], &problem["type"]),
        (&json!(401), &json!(id), &json!("about:blank"))
    );
    assert!(problem["title"].is_string() && problem["detail"].is_string());
}

#[tokio::test]
async fn wrong_bodies_are_problems_with_the_right_status() {
    let server = TestServer::start().await;
    let send = |body: String, kind: &'static str| {
        let request = server.http.post(server.url("/auth/signin")).header("content-type", kind).body(body);
        async move {
            let response = request.send().await.expect("an answer");
            let kind = response.headers()["content-type"].to_str().expect("text").to_owned();
            (response.status().as_u16(), kind)
        }
    };
    let json = "application/json";
    let cases = [
        ("{".to_owned(), json, 400),
        ("{}".to_owned(), json, 422),
        ("{\"email\":5,\"password\":\"x\"}".to_owned(), json, 422),
        ("email=x".to_owned(), "application/x-www-form-urlencoded", 415),
        (format!("\"{}\"", "x".repeat(2_000_000)), json, 413),
    ];
    for (body, kind, status) in cases {
        let short: String = body.chars().take(40).collect();
        assert_eq!(send(body, kind).await, (status, "application/problem+json".to_owned()), "{short}");
    }
}

#[tokio::test]
async fn too_many_requests_of_an_address_are_told_when_to_come_back() {
    let server = TestServer::with(&[("limits", "on"), ("rate_requests", "3/min")]).await;
    for _ in 0..3 {
        assert_eq!(server.get("/auth/me", None).await.0, 401);
    }
    let response = server.http.get(server.url("/auth/me")).send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 429);
    let wait: u64 = response.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
}

#[tokio::test]
async fn health_is_answered_however_many_ask() {
    let server = TestServer::with(&[("limits", "on"), ("rate_requests", "1/min")]).await;
    for _ in 0..5 {
        assert_eq!(server.get("/health", None).await.0, 200);
    }
}
