//! A clinician is told of danger where their patient agreed to that, once in a while, and of nothing else.

use std::time::Duration;

use protocol::rest::UserRole;
use serde_json::{Value, json};

use crate::support::{Account, Doomed, TestServer};

const HIGH: &str = "I want to kill myself";
const IMMINENT: &str = "I am going to kill myself tonight";
const ELEVATED: &str = "I wish I was dead";
const MINUTE: i64 = 60_000;

async fn patch(server: &TestServer, path: &str, body: &Value, account: &Account) -> (u16, Value) {
    let request = server.http.patch(server.url(path)).json(body).bearer_auth(&account.token);
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.expect("a body"))
}

/// Lets a clinician in; whether they are to be told.
async fn let_in(server: &TestServer, patient: &Account, clinician: &Account, alerts: bool) -> String {
    let body = json!({"email": clinician.email, "alerts": alerts});
    let (status, share) = server.post("/api/record/shares", &body, Some(&patient.token)).await;
    assert_eq!((status, &share["alerts"]), (200, &json!(alerts)), "{share}");
    share["id"].as_str().expect("an id").to_owned()
}

/// A patient, a clinician of theirs who is to be told, and the share.
async fn agreed(server: &TestServer) -> (Account, Account, String) {
    let patient = Account::sign_up(server, "pat").await;
    let clinician = Account::with_role(server, "ada", UserRole::Clinician).await;
    let share = let_in(server, &patient, &clinician, true).await;
    (patient, clinician, share)
}

/// Says something in a conversation; the whole answer.
async fn say(server: &TestServer, account: &Account, words: &str) -> String {
    let mut socket = account.chat(server, "stream=1").await;
    socket.ask(words, None).await;
    let frames = socket.until(|frame| frame["type"] == "conversation_updated").await;
    let answer = frames.into_iter().find(|frame| frame["role"] == "assistant").expect("an answer");
    answer["content"]["text"].as_str().expect("a text").to_owned()
}

async fn alerts(server: &TestServer, clinician: &Account) -> Value {
    let (status, list) = server.get("/api/clinic/alerts", Some(&clinician.token)).await;
    assert_eq!(status, 200, "{list}");
    list
}

/// Their levels, the newest first.
async fn levels(server: &TestServer, clinician: &Account) -> Vec<Value> {
    let list = alerts(server, clinician).await;
    list["alerts"].as_array().expect("a list").iter().map(|alert| alert["level"].clone()).collect()
}

/// Waits until no letter is left to write; those of alerts.
async fn letters(server: &TestServer) -> Vec<String> {
    let all_written = async {
        let waiting = "SELECT COUNT(*) FROM alerts WHERE mailed_at IS NULL";
        while server.rows::<(i64,)>(waiting).await != [(0,)] {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all_written).await.expect("the letters are written");
    let outbox = std::fs::read_dir(server.data().join("outbox")).expect("an outbox");
    let letters = outbox.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("a letter"));
    letters.filter(|letter| letter.contains("There is an alert for you")).collect()
}

/// Waits until every alert is noted as mailed, which comes after its letter.
async fn mailed(server: &TestServer) {
    let noted = async {
        loop {
            let rows: Vec<(i64,)> =
                server.rows("SELECT CASE WHEN mailed_at IS NULL THEN 0 ELSE 1 END FROM alerts").await;
            if !rows.is_empty() && rows.iter().all(|(mailed,)| *mailed == 1) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), noted).await.expect("the alerts are mailed");
}

/// Leaves the table as a crash between a letter and its note would.
async fn as_if_not_mailed(server: &TestServer) {
    mailed(server).await;
    server.tamper("UPDATE alerts SET mailed_at = NULL").await;
}

/// Waits for so many letters at the least.
async fn enough_letters(server: &TestServer, count: usize) {
    let come = async {
        while letters(server).await.len() < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), come).await.expect("the letters come");
}

#[tokio::test]
async fn a_clinician_whom_the_patient_chose_is_told_and_what_was_said_is_not() {
    let server = TestServer::start().await;
    let (patient, clinician, _) = agreed(&server).await;
    let answer = say(&server, &patient, HIGH).await;
    assert!(answer.contains("As you agreed, ada Tester is told that you may be in danger."), "{answer}");

    let list = alerts(&server, &clinician).await;
    assert_eq!((&list["total"], &list["unread"]), (&json!(1), &json!(1)));
    let alert = &list["alerts"][0];
    assert_eq!((&alert["level"], &alert["seen_at"]), (&json!("high"), &Value::Null));
    assert_eq!(alert["patient"], json!({"id": patient.id, "name": "pat Tester"}));
    assert!(!alert.to_string().contains("kill"), "{alert}");

    let [letter] = &letters(&server).await[..] else { panic!("one letter") };
    assert!(letter.contains(&clinician.email), "{letter}");
    assert!(letter.lines().any(|line| line.starts_with("http://") && line.ends_with("/clinic/alerts")), "{letter}");
    for word in ["pat", "tester", "kill", "danger", "high", "suicid"] {
        assert!(!letter.to_lowercase().contains(word), "{word}: {letter}");
    }
    let (_, metrics) = server.get("/metrics", None).await;
    assert!(metrics.as_str().expect("a text").contains("anamnesis_clinician_alerts "), "{metrics}");
    let trail: Vec<(String, String)> =
        server.rows("SELECT actor, subject FROM audit WHERE action = 'care.alert' AND outcome = 'done'").await;
    assert_eq!(trail, [("system".to_owned(), patient.id)]);
}

#[tokio::test]
async fn that_an_alert_was_seen_is_shown_to_whom_it_is_about() {
    let server = TestServer::with_clock(&[]).await;
    let (patient, clinician, _) = agreed(&server).await;
    say(&server, &patient, HIGH).await;
    let id = alerts(&server, &clinician).await["alerts"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/clinic/alerts/{id}/seen");
    server.pass(MINUTE);
    let (status, seen) = server.post(&path, &json!({}), Some(&clinician.token)).await;
    assert_eq!((status, &seen["seen_at"]), (200, &json!("2026-11-01T12:01:00.000Z")), "{seen}");
    server.pass(MINUTE);
    let (_, again) = server.post(&path, &json!({}), Some(&clinician.token)).await;
    assert_eq!(again["seen_at"], seen["seen_at"], "the first time counts");
    assert_eq!(alerts(&server, &clinician).await["unread"], json!(0));

    let (_, told) = server.get("/api/record/alerts", Some(&patient.token)).await;
    assert_eq!(told["alerts"][0]["clinician"]["name"], json!("ada Tester"));
    assert_eq!(told["alerts"][0]["seen_at"], seen["seen_at"]);
    let trail: Vec<(String, String)> =
        server.rows("SELECT actor, subject FROM audit WHERE action = 'care.alert_seen' AND outcome = 'done'").await;
    assert_eq!(trail, [(clinician.id.clone(), patient.id.clone()), (clinician.id, patient.id)]);
}

#[tokio::test]
async fn nobody_is_told_without_consent_below_the_level_or_of_someone_else() {
    let server = TestServer::start().await;
    let patient = Account::sign_up(&server, "pat").await;
    let clinician = Account::with_role(&server, "ada", UserRole::Clinician).await;
    let share = let_in(&server, &patient, &clinician, false).await;
    let answer = say(&server, &patient, IMMINENT).await;
    assert!(!answer.contains("is told"), "{answer}");
    assert_eq!(levels(&server, &clinician).await, Vec::<Value>::new());
    // The consent is for what comes, not for what was.
    let other = Account::sign_up(&server, "bob").await;
    let_in(&server, &other, &clinician, true).await;
    for words in [ELEVATED, "My friend wants to kill herself"] {
        let answer = say(&server, &other, words).await;
        assert!(!answer.contains("is told"), "{answer}");
    }
    assert_eq!(levels(&server, &clinician).await, Vec::<Value>::new());
    let path = format!("/api/record/shares/{share}");
    let (status, changed) = patch(&server, &path, &json!({"alerts": true}), &patient).await;
    assert_eq!((status, &changed["alerts"]), (200, &json!(true)));
    assert_eq!(levels(&server, &clinician).await, Vec::<Value>::new());
    assert_eq!(letters(&server).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_level_from_which_a_clinician_is_told_is_a_setting() {
    let server = TestServer::with(&[("alerts_from", "elevated")]).await;
    let (patient, clinician, _) = agreed(&server).await;
    say(&server, &patient, ELEVATED).await;
    assert_eq!(levels(&server, &clinician).await, [json!("elevated")]);
}

#[tokio::test]
async fn within_the_window_only_something_graver_is_told_again() {
    let server = TestServer::with_clock(&[("alerts_window", "30min"), ("access_token_life", "1d")]).await;
    let (patient, clinician, _) = agreed(&server).await;
    say(&server, &patient, HIGH).await;
    server.pass(29 * MINUTE);
    let answer = say(&server, &patient, HIGH).await;
    assert!(answer.contains("ada Tester is told"), "it is still so: {answer}");
    assert_eq!(levels(&server, &clinician).await, [json!("high")]);
    say(&server, &patient, IMMINENT).await;
    assert_eq!(levels(&server, &clinician).await, [json!("imminent"), json!("high")]);
    server.pass(31 * MINUTE);
    say(&server, &patient, IMMINENT).await;
    assert_eq!(levels(&server, &clinician).await, [json!("imminent"), json!("imminent"), json!("high")]);
    assert_eq!(letters(&server).await.len(), 3);
}

#[tokio::test]
async fn each_clinician_who_is_to_be_told_is_and_no_other() {
    let server = TestServer::start().await;
    let (patient, ada, _) = agreed(&server).await;
    let (ben, cleo) = (
        Account::with_role(&server, "ben", UserRole::Clinician).await,
        Account::with_role(&server, "cleo", UserRole::Clinician).await,
    );
    let_in(&server, &patient, &ben, true).await;
    let_in(&server, &patient, &cleo, false).await;
    let answer = say(&server, &patient, HIGH).await;
    assert!(answer.contains("ada Tester and ben Tester are told"), "{answer}");
    assert_eq!(levels(&server, &ada).await, [json!("high")]);
    assert_eq!(levels(&server, &ben).await, [json!("high")]);
    assert_eq!(levels(&server, &cleo).await, Vec::<Value>::new());
    // What is another's is not found.
    let id = alerts(&server, &ben).await["alerts"][0]["id"].as_str().expect("an id").to_owned();
    for wrong in [id.as_str(), "0193a4c2-0000-7000-8000-000000000000", "nonsense"] {
        let path = format!("/api/clinic/alerts/{wrong}/seen");
        assert_eq!(server.post(&path, &json!({}), Some(&cleo.token)).await.0, 404, "{wrong}");
    }
    assert_eq!(alerts(&server, &ben).await["unread"], json!(1));
}

#[tokio::test]
async fn what_is_withdrawn_tells_nobody_any_more() {
    let server = TestServer::start().await;
    let (patient, clinician, share) = agreed(&server).await;
    let path = format!("/api/record/shares/{share}");
    say(&server, &patient, HIGH).await;
    let id = alerts(&server, &clinician).await["alerts"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(patch(&server, &path, &json!({"alerts": false}), &patient).await.0, 200);
    // What was not opened is taken back with the consent.
    assert_eq!(alerts(&server, &clinician).await, json!({"alerts": [], "total": 0, "unread": 0}));
    let seen = format!("/api/clinic/alerts/{id}/seen");
    assert_eq!(server.post(&seen, &json!({}), Some(&clinician.token)).await.0, 404);
    let answer = say(&server, &patient, IMMINENT).await;
    assert!(!answer.contains("is told"), "{answer}");

    assert_eq!(patch(&server, &path, &json!({"alerts": true}), &patient).await.0, 200);
    assert_eq!(server.post(&seen, &json!({}), Some(&clinician.token)).await.0, 200);
    let end = server.http.delete(server.url(&path)).bearer_auth(&patient.token).send().await.expect("an answer");
    assert_eq!(end.status(), 200);
    // With the share everything goes, opened or not.
    assert_eq!(alerts(&server, &clinician).await["total"], json!(0));
    say(&server, &patient, IMMINENT).await;
    let told: Vec<(i64,)> = server.rows("SELECT COUNT(*) FROM alerts").await;
    assert_eq!(told, [(1,)]);
    assert_eq!(patch(&server, &path, &json!({"alerts": true}), &patient).await.0, 404, "it has ended");
    let trail: Vec<(String, String)> =
        server.rows("SELECT outcome, reason FROM audit WHERE action = 'share.change' ORDER BY n").await;
    let trail: Vec<_> = trail.iter().map(|(outcome, reason)| format!("{outcome} {reason}")).collect();
    assert_eq!(trail, ["done alerts_off", "done alerts_on", "refused not_found"]);
}

#[tokio::test]
async fn only_the_patient_changes_the_consent() {
    let server = TestServer::start().await;
    let patient = Account::sign_up(&server, "pat").await;
    let clinician = Account::with_role(&server, "ada", UserRole::Clinician).await;
    let share = let_in(&server, &patient, &clinician, false).await;
    let other = Account::sign_up(&server, "bob").await;
    let path = format!("/api/record/shares/{share}");
    for wrong in [&clinician, &other] {
        assert_eq!(patch(&server, &path, &json!({"alerts": true}), wrong).await.0, 404);
    }
    assert_eq!(patch(&server, &path, &json!({}), &patient).await.0, 422);
    assert_eq!(patch(&server, "/api/record/shares/nonsense", &json!({"alerts": true}), &patient).await.0, 404);
    // Letting them in again with the box gives it.
    assert_eq!(let_in(&server, &patient, &clinician, true).await, share);
}

#[tokio::test]
async fn only_clinicians_have_alerts() {
    let server = TestServer::start().await;
    let patient = Account::sign_up(&server, "pat").await;
    let admin = Account::with_role(&server, "root", UserRole::Admin).await;
    for account in [&patient, &admin] {
        assert_eq!(server.get("/api/clinic/alerts", Some(&account.token)).await.0, 403);
        let path = "/api/clinic/alerts/0193a4c2-0000-7000-8000-000000000000/seen";
        assert_eq!(server.post(path, &json!({}), Some(&account.token)).await.0, 403);
    }
    let clinician = Account::with_role(&server, "ada", UserRole::Clinician).await;
    for wrong in ["limit=0", "limit=101", "offset=-1", "limit=x"] {
        assert_eq!(server.get(&format!("/api/clinic/alerts?{wrong}"), Some(&clinician.token)).await.0, 422, "{wrong}");
    }
}

#[tokio::test]
async fn what_is_typed_into_an_exercise_tells_the_clinician_too() {
    let server = TestServer::start().await;
    let (patient, clinician, _) = agreed(&server).await;
    let next = json!({"answers": {}});
    let (status, stage) = server.post("/api/exercises/ex_thought_record/next", &next, Some(&patient.token)).await;
    assert_eq!(status, 200, "{stage}");
    let prompt = stage["prompt"]["id"].as_str().expect("an id");
    let done = json!({"answers": {prompt: {"kind": "text", "value": IMMINENT}}});
    let (status, completed) =
        server.post("/api/exercises/ex_thought_record/complete", &done, Some(&patient.token)).await;
    assert_eq!(status, 200, "{completed}");
    assert!(completed["content"]["text"].as_str().expect("a text").contains("ada Tester is told"), "{completed}");
    assert_eq!(levels(&server, &clinician).await, [json!("imminent")]);
}

#[tokio::test]
async fn an_alert_survives_a_crash_with_its_answer_and_its_letter_is_written_afterwards() {
    let server = Doomed::start(&[]).await;
    let (patient, clinician, _) = agreed(&server).await;
    say(&server, &patient, HIGH).await;
    as_if_not_mailed(&server).await;
    let server = TestServer::again(server.crash().await, &[]).await;
    assert_eq!(levels(&server, &clinician).await, [json!("high")]);
    enough_letters(&server, 2).await;
}

#[tokio::test]
async fn a_letter_that_waits_is_not_written_once_the_consent_is_gone() {
    let server = Doomed::start(&[]).await;
    let (patient, clinician, share) = agreed(&server).await;
    say(&server, &patient, HIGH).await;
    enough_letters(&server, 1).await;
    assert_eq!(
        patch(&server, &format!("/api/record/shares/{share}"), &json!({"alerts": false}), &patient).await.0,
        200
    );
    as_if_not_mailed(&server).await;
    let server = TestServer::again(server.crash().await, &[]).await;
    mailed(&server).await;
    assert_eq!(letters(&server).await.len(), 1, "the first one only");
    assert_eq!(levels(&server, &clinician).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_pages_show_what_the_routes_say() {
    let server = TestServer::start().await;
    let (patient, clinician, _) = agreed(&server).await;
    say(&server, &patient, HIGH).await;
    let page = async |path: &str, account: &Account| {
        let request = server.http.get(server.url(path)).bearer_auth(&account.token);
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("a page"))
    };
    let (status, list) = page("/clinic/alerts", &clinician).await;
    assert_eq!(status, 200);
    assert!(list.contains("pat Tester") && list.contains("High danger") && list.contains("Not opened"), "{list}");
    let id = alerts(&server, &clinician).await["alerts"][0]["id"].as_str().expect("an id").to_owned();
    let (status, opened) = page(&format!("/clinic/alerts/{id}"), &clinician).await;
    assert_eq!(status, 200);
    assert!(opened.contains("You opened this on") && !opened.contains("kill"), "{opened}");
    assert_eq!(alerts(&server, &clinician).await["unread"], json!(0));
    assert_eq!(page("/clinic/alerts", &patient).await.0, 403);
    assert_eq!(page("/clinic/alerts/nonsense", &clinician).await.0, 404);
}
