//! The pages' server functions: the ones that need no account are listed, every other one refuses a stranger.

use std::collections::{BTreeMap, BTreeSet};

use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};

use crate::support::TestServer;

/// What needs no account. This list may only shrink.
const PUBLIC: [&str; 12] = [
    "article",
    "articles",
    "demo-code",
    "demo-sign-in",
    "resend-code",
    "reset-password",
    "sign-in",
    "sign-out",
    "sign-up",
    "site",
    "verify",
    "viewer",
];

/// What each of the others takes, filled in as well as a stranger can.
fn bodies() -> BTreeMap<&'static str, Value> {
    let id = "0193a4c2-0000-7000-8000-000000000000";
    let profile = json!({"first_name": "x", "last_name": "x", "age": "", "height_cm": "", "weight_kg": "", "conditions": "", "country": ""});
    BTreeMap::from([
        ("update-profile", profile),
        ("sessions", json!({})),
        ("end-session", json!({"id": id})),
        ("conversations", json!({})),
        ("transcript", json!({"id": id})),
        ("earlier-messages", json!({"id": id, "before_seq": 100})),
        ("new-conversation", json!({})),
        ("rename-conversation", json!({"id": id, "title": "x"})),
        ("delete-conversation", json!({"id": id})),
        ("restore-conversation", json!({"id": id})),
        ("archive-conversation", json!({"id": id, "archived": "true"})),
        ("fold-conversation", json!({"id": id})),
        ("put-away", json!({})),
        ("search", json!({"wanted": {"q": "cough"}})),
        ("chat-stats", json!({})),
        ("cases", json!({"kind": null, "offset": 0})),
        ("case", json!({"id": id})),
        ("start-case", json!({"input": {"kind": "diagnosis", "data": {"narrative": "cough"}}})),
        ("review-case", json!({"id": id, "decision": "accept"})),
        ("share-case", json!({"id": id, "email": "x@example.org"})),
        ("shares", json!({})),
        ("share-record", json!({"clinician_email": "x@example.org"})),
        ("share-alerts", json!({"id": id, "alerts": "true"})),
        ("record-alerts", json!({})),
        ("alerts", json!({"offset": 0})),
        ("unread-alerts", json!({})),
        ("open-alert", json!({"id": id})),
        ("documents", json!({})),
        ("document", json!({"id": id, "at": null, "from": null})),
        ("delete-document", json!({"id": id})),
        ("share-document", json!({"id": id, "shared": "true"})),
        ("end-share", json!({"id": id})),
        ("find-findings", json!({"typed": "cough"})),
        ("find-drugs", json!({"typed": "aspirin"})),
        ("understand", json!({"narrative": "cough"})),
        ("exercises", json!({})),
        ("exercise-next", json!({"id": "ex_thought_record", "answers": {}})),
        ("exercise-done", json!({"id": "ex_breathing", "done": {}})),
        ("progress", json!({})),
        ("note-mood", json!({"score": 5})),
        ("forget-entry", json!({"id": id})),
        ("questionnaire", json!({"id": "phq9"})),
        ("keep-questionnaire", json!({"id": "gad7", "form": {"answers": [0, 0, 0, 0, 0, 0, 0]}})),
        ("passage-opened", json!({"session": id, "message": format!("msg_{id}"), "number": 1})),
        ("safety-plan", json!({})),
        ("keep-safety-plan", json!({"plan": {"steps": {}}})),
        ("delete-safety-plan", json!({})),
        ("reviews", json!({"open": true, "offset": 0})),
        ("rated-answer", json!({"id": id})),
        ("judge-answer", json!({"id": id, "verdict": "fine"})),
        ("review-consent", json!({"agreed": "on"})),
        ("calculators", json!({})),
        ("calculate", json!({"calculator": "bmi", "inputs": {"weight_kg": 70.0, "height_cm": 170.0}})),
    ])
}

/// The names under which functions are served. The router is made first, which registers them.
fn names() -> BTreeSet<String> {
    server_fn_paths().filter_map(|(path, _)| path.strip_prefix("/fn/").map(ToOwned::to_owned)).collect()
}

#[test]
fn every_function_is_public_or_has_a_body_to_be_tried_with() {
    let known: BTreeSet<String> = PUBLIC.into_iter().chain(bodies().into_keys()).map(ToOwned::to_owned).collect();
    assert_eq!(names(), known);
}

#[tokio::test]
async fn every_other_function_refuses_a_stranger() {
    let server = TestServer::start().await;
    for (name, body) in bodies() {
        let request = server.http.post(server.url(&format!("/fn/{name}"))).header("accept", "application/json");
        // A function reads a form or JSON, not both: the one that it does not read is told so before anybody is asked for.
        // A form has nothing within something.
        let mut form = body.clone();
        form.as_object_mut().expect("an object").retain(|_, value| value.is_string() || value.is_number());
        let tries = [request.try_clone().expect("no body").json(&body), request.form(&form)];
        let mut told = Vec::new();
        for attempt in tries {
            let answer: Value = attempt.send().await.expect("an answer").json().await.unwrap_or_default();
            told.push(answer["status"].clone());
        }
        assert!(
            told.contains(&json!(401)) && told.iter().all(|status| *status == 401 || *status == 422),
            "{name}: {told:?}"
        );
    }
}

#[tokio::test]
async fn no_function_answers_a_get() {
    let server = TestServer::start().await;
    for name in names() {
        let status = server.get(&format!("/fn/{name}"), None).await.0;
        assert_eq!(status, 405, "{name}");
    }
}

#[tokio::test]
async fn no_function_is_called_by_a_page_of_another_site() {
    let server = TestServer::start().await;
    for name in names() {
        let request = server.http.post(server.url(&format!("/fn/{name}"))).header("sec-fetch-site", "cross-site");
        assert_eq!(request.send().await.expect("an answer").status().as_u16(), 403, "{name}");
    }
}

#[tokio::test]
async fn an_unknown_function_is_not_served() {
    let server = TestServer::start().await;
    let (status, _) = server.post("/fn/nothing", &json!({}), None).await;
    assert!((400..500).contains(&status), "{status}");
}
