//! What keeps a browser safe stands on everything that is answered.

use std::collections::HashMap;

use crate::support::{Account, TestServer};

/// The headers of an answer.
async fn headers(server: &TestServer, path: &str) -> HashMap<String, String> {
    let response = server.http.get(server.url(path)).send().await.expect("an answer");
    let pairs = response.headers().iter();
    pairs.map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned())).collect()
}

/// A page, an API route, an error, what is not there, and an embedded file where there is one.
async fn all(server: &TestServer) -> Vec<(String, HashMap<String, String>)> {
    let mut paths = vec!["/".to_owned(), "/health".to_owned(), "/auth/me".to_owned(), "/nothing/here".to_owned()];
    match server::site::assets::url("main.css") {
        Some(style) => paths.push(style.to_owned()),
        None => println!("no embedded file is looked at: this server was built without the browser app"),
    }
    let mut all = Vec::new();
    for path in paths {
        let headers = headers(server, &path).await;
        all.push((path, headers));
    }
    all
}

#[tokio::test]
async fn every_answer_carries_the_fixed_headers() {
    let server = TestServer::start().await;
    let expected = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ];
    for (path, headers) in all(&server).await {
        for (name, value) in expected {
            assert_eq!(headers.get(name).map(String::as_str), Some(value), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn every_answer_has_a_policy_that_lets_nobody_frame_it() {
    let server = TestServer::start().await;
    for (path, headers) in all(&server).await {
        let policy = headers.get("content-security-policy").unwrap_or_else(|| panic!("{path}"));
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        for loose in ["unsafe-inline", "'unsafe-eval'", "*", "http:"] {
            assert!(!policy.contains(loose), "{path}: {policy}");
        }
    }
}

#[tokio::test]
async fn a_pages_scripts_need_a_nonce_that_is_never_the_same() {
    let server = TestServer::start().await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let policy = headers(&server, "/").await["content-security-policy"].clone();
        let nonce =
            policy.split("script-src 'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).map(ToOwned::to_owned);
        nonces.push(nonce.unwrap_or_else(|| panic!("{policy}")));
    }
    assert!(nonces[0].len() >= 16 && nonces[0] != nonces[1], "{nonces:?}");
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let server = TestServer::start().await;
    let mut ids: Vec<String> =
        all(&server).await.into_iter().map(|(_, headers)| headers["x-request-id"].clone()).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[tokio::test]
async fn what_is_personal_is_kept_by_no_cache() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    for path in ["/auth/me", "/auth/verify-token", "/"] {
        let response = server.http.get(server.url(path)).bearer_auth(&account.token).send().await.expect("an answer");
        assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
    }
}

#[tokio::test]
async fn no_answer_names_the_software_behind_it() {
    let server = TestServer::start().await;
    for (path, headers) in all(&server).await {
        assert!(!headers.contains_key("server") && !headers.contains_key("x-powered-by"), "{path}");
    }
}
