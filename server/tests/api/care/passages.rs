//! What opening and rating passages does to later searches, how it is taken back, and what teaches nothing.

use std::collections::BTreeSet;

use protocol::rest::UserRole;
use serde_json::{Value, json};
use server::auth::operator;

use super::{delete, get, post};
use crate::auth::sign_in_again;
use crate::support::{Account, TestServer};

const QUESTION: &str = "What can I do about heartburn at night?";
const BUILTIN: (&str, &str) = ("model", "builtin");

/// An answer of the guide to this person.
async fn answer(server: &TestServer, account: &Account, question: &str) -> Value {
    let mut socket = account.chat(server, "").await;
    socket.ask(question, None).await;
    socket.next_message("assistant").await
}

async fn rate(server: &TestServer, account: &Account, answer: &Value, rating: u8) {
    let body = json!({"conversation_id": answer["session_id"], "message_id": answer["id"], "rating": rating});
    let (status, told) = post(server, "/api/feedback", body, account).await;
    assert_eq!(status, 200, "{told}");
}

async fn open(server: &TestServer, account: &Account, answer: &Value, source: usize) -> u16 {
    let body = json!({"conversation_id": answer["session_id"], "message_id": answer["id"], "source": source});
    post(server, "/api/feedback/opened", body, account).await.0
}

async fn votes(server: &TestServer) -> Vec<(String, String, i64, i64)> {
    server.rows("SELECT voter, passage, opened, rated FROM passage_votes ORDER BY passage, voter").await
}

fn found(server: &TestServer) -> Vec<(String, f64)> {
    let hits = server.app.library.search(QUESTION, 10);
    hits.iter().map(|hit| (knowledge::learned::key(hit.article, &hit.passage), hit.score)).collect()
}

fn factors(server: &TestServer) -> Vec<f64> {
    server.app.library.learned().factors.values().copied().collect()
}

async fn people(server: &TestServer, names: &[&str]) -> Vec<(Account, Value)> {
    let mut people = Vec::new();
    for name in names {
        let account = Account::sign_up(server, name).await;
        let answer = answer(server, &account, QUESTION).await;
        people.push((account, answer));
    }
    people
}

#[tokio::test]
async fn a_few_people_move_a_passage_a_little_and_one_moves_nothing() {
    let server = TestServer::with(&[BUILTIN]).await;
    let before = found(&server);
    let people = people(&server, &["ada", "ben", "cleo"]).await;
    let (ada, first) = &people[0];
    for _ in 0..5 {
        rate(&server, ada, first, 1).await;
        assert_eq!(open(&server, ada, first, 1).await, 200);
    }
    assert_eq!((factors(&server), found(&server)), (Vec::new(), before.clone()), "one person, however often");
    for (account, answer) in &people[1..] {
        rate(&server, account, answer, 2).await;
    }
    let moved = factors(&server);
    assert!(!moved.is_empty() && moved.iter().all(|factor| (0.85..1.0).contains(factor)), "{moved:?}");

    // Each has one row a passage, which leads to nobody and is of no other row's kind.
    let rows = votes(&server).await;
    let voters: BTreeSet<&String> = rows.iter().map(|(voter, ..)| voter).collect();
    assert_eq!(voters.len(), rows.len());
    assert!(rows.iter().all(|(voter, ..)| people.iter().all(|(account, _)| !voter.contains(&account.id))));
    assert!(rows.iter().all(|(.., opened, rated)| *rated == -1 && (0..=1).contains(opened)), "{rows:?}");

    // What is said anew takes the place of what was said; 3 takes it back.
    rate(&server, ada, first, 5).await;
    assert_eq!(votes(&server).await.len(), rows.len());
    rate(&server, &people[1].0, &people[1].1, 3).await;
    rate(&server, &people[2].0, &people[2].1, 3).await;
    assert_eq!((factors(&server), found(&server)), (Vec::new(), before));
    assert!(votes(&server).await.iter().all(|(.., rated)| *rated == 1), "only the first person's are left");
}

#[tokio::test]
async fn what_was_learned_outlives_a_restart_and_is_forgotten_exactly() {
    let server = TestServer::with(&[BUILTIN]).await;
    let before = found(&server);
    let people = people(&server, &["ada", "ben", "cleo"]).await;
    for (account, answer) in &people {
        rate(&server, account, answer, 5).await;
    }
    let learned = server.app.library.learned();
    assert!(!learned.factors.is_empty() && learned.factors.values().all(|factor| *factor > 1.0 && *factor <= 1.15));
    let server = TestServer::again(server.stop().await, &[BUILTIN]).await;
    assert_eq!(server.app.library.learned().factors, learned.factors);

    // Their own votes go with a word of theirs; two are too few then.
    let (ada, _) = &people[0];
    assert_eq!(delete(&server, "/api/feedback", ada).await, 200);
    assert!(factors(&server).is_empty());

    for (account, answer) in &people[..1] {
        rate(&server, account, answer, 5).await;
    }
    assert!(!factors(&server).is_empty());
    let gone = server::care::forget_feedback(&server.app.settings, None).await.expect("it can be written");
    assert!(gone >= 3, "{gone}");
    assert!(votes(&server).await.is_empty());
    let server = TestServer::again(server.stop().await, &[BUILTIN]).await;
    assert_eq!(found(&server), before);
    let trail: Vec<(String,)> =
        server.rows("SELECT actor FROM audit WHERE action = 'library.forget_feedback' AND actor = 'operator'").await;
    assert_eq!(trail.len(), 1);
}

#[tokio::test]
async fn an_administrator_sees_and_forgets_what_was_learned_and_nobody_else_does() {
    let server = TestServer::with(&[BUILTIN, ("ranking_people", "2")]).await;
    let people = people(&server, &["ada", "ben"]).await;
    for (account, answer) in &people {
        rate(&server, account, answer, 5).await;
    }
    let admin = Account::sign_up(&server, "root").await;
    assert_eq!(server.get("/api/library/feedback", Some(&admin.token)).await.0, 403);
    assert_eq!(delete(&server, "/api/library/feedback", &admin).await, 403);
    let granted = operator::grant_role(server.app.settings.clone(), &admin.email, UserRole::Admin).await;
    assert!(granted.expect("it is stored"));
    let admin = sign_in_again(&server, &admin).await;
    let told = get(&server, "/api/library/feedback", &admin).await;
    let passages = told["passages"].as_array().expect("a list").clone();
    assert!(!passages.is_empty() && passages.iter().all(|passage| passage["helped"] == 2), "{told}");
    let one = passages[0]["passage"].as_str().expect("an id");
    assert_eq!(delete(&server, &format!("/api/library/feedback?passage={one}"), &admin).await, 200);
    let left = get(&server, "/api/library/feedback", &admin).await;
    assert_eq!(left["passages"].as_array().expect("a list").len(), passages.len() - 1);
    assert_eq!(delete(&server, "/api/library/feedback", &admin).await, 200);
    assert!(votes(&server).await.is_empty() && factors(&server).is_empty());
}

#[tokio::test]
async fn answers_to_emergencies_and_danger_teach_nothing() {
    let server = TestServer::with(&[BUILTIN]).await;
    let account = Account::sign_up(&server, "ada").await;
    for question in [
        "my dads face is drooping and hes slurring his words",
        "crushing chest pain going down my left arm and sweating",
        "I want to kill myself tonight",
    ] {
        let answer = answer(&server, &account, question).await;
        rate(&server, &account, &answer, 1).await;
        for source in 1..=answer["metadata"]["sources"].as_array().expect("sources").len() {
            assert_eq!(open(&server, &account, &answer, source).await, 200);
        }
    }
    assert_eq!(votes(&server).await, []);
}

#[tokio::test]
async fn what_is_not_theirs_or_not_cited_is_not_found() {
    let server = TestServer::with(&[BUILTIN]).await;
    let people = people(&server, &["ada", "ben"]).await;
    let (ada, theirs) = &people[0];
    assert_eq!(open(&server, &people[1].0, theirs, 1).await, 404, "somebody else's");
    let many = theirs["metadata"]["sources"].as_array().expect("sources").len();
    for source in [0, many + 1, 4_000_000_000] {
        assert_eq!(open(&server, ada, theirs, source).await, 404, "{source}");
    }
    let body = json!({"conversation_id": theirs["session_id"], "message_id": "msg_none", "source": 1});
    assert_eq!(post(&server, "/api/feedback/opened", body, ada).await.0, 404);
    assert_eq!(votes(&server).await, []);
}
