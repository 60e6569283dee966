//! Search in what was said.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{ask, somebody, text, titled};
use crate::realtime::long::{MESSAGES, fill};
use crate::support::{Account, TestServer};

const DAY: i64 = 24 * 3_600_000;

async fn search(server: &TestServer, account: &Account, query: &str) -> Value {
    let (status, results) = server.get(&format!("/api/chat/search?{query}"), Some(&account.token)).await;
    assert_eq!(status, 200, "{results}");
    results
}

fn said(results: &Value) -> Vec<&str> {
    results["results"].as_array().expect("a list").iter().map(|hit| text(&hit["message"]["content"])).collect()
}

#[tokio::test]
async fn what_was_said_is_found_the_newest_first_with_its_place() {
    let (server, account) = somebody(&[("model", "scripted:text=Rest.")]).await;
    let id = titled(&server, &account, "It").await;
    for words in ["My HEAD hurts", "My knee hurts", "A headache again"] {
        ask(&server, &account, &json!({"message": words, "conversation_id": id})).await;
    }
    let results = search(&server, &account, "q=head").await;
    assert_eq!((said(&results), &results["total"]), (vec!["A headache again", "My HEAD hurts"], &json!(2)));
    let hit = &results["results"][1];
    assert_eq!(hit["highlights"], json!([{"before": "My ", "found": "HEAD", "after": " hurts"}]));
    assert_eq!(hit["conversation"]["id"], id);
    assert_eq!(said(&search(&server, &account, "q=hurts%20my").await), ["My knee hurts", "My HEAD hurts"]);
    assert_eq!(said(&search(&server, &account, "q=hurts&limit=1").await), ["My knee hurts"]);
    assert_eq!(search(&server, &account, "q=elbow").await, json!({"results": [], "total": 0}));
    // What is said after a search is found by the next.
    ask(&server, &account, &json!({"message": "And my elbow", "conversation_id": id})).await;
    assert_eq!(said(&search(&server, &account, "q=elbow").await), ["And my elbow"]);
}

#[tokio::test]
async fn nobody_finds_what_others_said_or_what_was_deleted() {
    let (server, ada) = somebody(&[]).await;
    let id = titled(&server, &ada, "It").await;
    ask(&server, &ada, &json!({"message": "My head hurts", "conversation_id": id})).await;
    let bob = Account::sign_up(&server, "bob").await;
    assert_eq!(search(&server, &bob, "q=head").await["total"], 0);
    assert_eq!(search(&server, &ada, "q=head").await["total"], 1);
    server.send("DELETE", &format!("/api/chat/conversations/{id}"), None, &ada.token).await;
    assert_eq!(search(&server, &ada, "q=head").await["total"], 0);
    server.send("POST", &format!("/api/chat/conversations/{id}/restore"), None, &ada.token).await;
    assert_eq!(search(&server, &ada, "q=head").await["total"], 1);
}

#[tokio::test]
async fn an_answer_is_found_once_it_is_whole() {
    let (server, account) = somebody(&[("model", "scripted:text=Once upon a time;chunk=4;stall_after=4")]).await;
    let mut browser = account.chat(&server, "stream=1").await;
    browser.ask("Hello", None).await;
    let session = browser.next_of("stream_chunk").await["session_id"].clone();
    assert_eq!(search(&server, &account, "q=once").await["total"], 0);
    browser.send(&json!({"type": "stop", "session_id": session})).await;
    browser.next_message("assistant").await;
    assert_eq!(said(&search(&server, &account, "q=once").await), ["Once"]);
}

#[tokio::test]
async fn days_and_times_bound_it() {
    let server = TestServer::with_clock(&[("access_token_life", "9d")]).await;
    let account = Account::sign_up(&server, "ada").await;
    for words in ["Pain one", "Pain two", "Pain three"] {
        ask(&server, &account, &json!({"message": words})).await;
        server.pass(DAY);
    }
    // The first was said on 2026-11-01.
    for (query, found) in [
        ("q=pain&from=2026-11-02", vec!["Pain three", "Pain two"]),
        ("q=pain&to=2026-11-02", vec!["Pain two", "Pain one"]),
        ("q=pain&from=2026-11-02&to=2026-11-02", vec!["Pain two"]),
        ("q=pain&from=2026-11-02T12:00:00.001Z", vec!["Pain three"]),
    ] {
        assert_eq!(said(&search(&server, &account, query).await), found, "{query}");
    }
}

#[tokio::test]
async fn what_can_not_be_meant_is_refused() {
    let (server, account) = somebody(&[]).await;
    let long = format!("q={}", "x".repeat(201));
    for query in
        ["", "q=", "q=%20", "q=x&limit=0", "q=x&limit=101", "q=x&from=soon", "q=x&to=2026-13-01", long.as_str()]
    {
        let (status, problem) = server.get(&format!("/api/chat/search?{query}"), Some(&account.token)).await;
        assert_eq!(status, 422, "{query}: {problem}");
    }
}

#[tokio::test]
async fn ten_thousand_messages_are_searched_in_at_once() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    fill(&server, &id).await;
    assert_eq!(search(&server, &account, "q=penicillin").await["total"], 1);
    // The quickest of a few: what else runs on the machine says nothing of the search.
    let mut quickest = Duration::MAX;
    for _ in 0..10 {
        let asked = Instant::now();
        let results = search(&server, &account, "q=headache%20day").await;
        quickest = quickest.min(asked.elapsed());
        assert_eq!(results["total"], MESSAGES / 2 - 1);
    }
    // What is shipped is optimised; what is tested here may not be.
    let allowed = Duration::from_millis(if cfg!(debug_assertions) { 400 } else { 100 });
    assert!(quickest < allowed, "{quickest:?}");
}
