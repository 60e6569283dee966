//! Many questions at once: each is stored, at a place of its own, and one that fails takes no other with it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{call, text};
use crate::support::{Account, Socket, TestServer};

const ROOM: (&str, &str) = ("turns_waiting_per_user", "1000");

/// The places that are taken, by conversation.
async fn places(server: &TestServer) -> BTreeMap<String, Vec<i64>> {
    let rows: Vec<(String, i64)> =
        server.rows("SELECT conversation_id, seq FROM messages ORDER BY conversation_id, seq").await;
    let mut places: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (conversation, seq) in rows {
        places.entry(conversation).or_default().push(seq);
    }
    places
}

/// Sends all frames at once and gives the acks.
async fn ask_all(mut socket: Socket, frames: Vec<Value>) -> Vec<Value> {
    for frame in &frames {
        socket.send(frame).await;
    }
    let mut acks = Vec::new();
    while acks.len() < frames.len() {
        acks.push(socket.next_of("ack").await);
    }
    acks
}

fn ask(session: &str, id: &str) -> Value {
    json!({"type": "user_message", "session_id": session, "id": id, "content": {"text": id}})
}

#[tokio::test]
async fn two_hundred_questions_at_once_take_places_without_gaps() {
    let server = TestServer::with(&[ROOM, ("model", "scripted:text=Yes")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let mut sessions = Vec::new();
    for _ in 0..20 {
        sessions.push(text(&call(&server, &account, "new-conversation", &[]).await.1["id"]).to_owned());
    }
    let mut asking = Vec::new();
    for part in 0..10 {
        let frames: Vec<Value> = sessions.iter().map(|session| ask(session, &format!("q{part}"))).collect();
        asking.push(tokio::spawn(ask_all(account.chat(&server, "stream=1").await, frames)));
    }
    let mut acked = BTreeSet::new();
    for task in asking {
        for ack in task.await.expect("no panic") {
            acked.insert((text(&ack["session_id"]).to_owned(), ack["seq"].as_i64().expect("a place")));
        }
    }
    assert_eq!(acked.len(), 200);
    let places = places(&server).await;
    for session in &sessions {
        let taken = &places[session];
        assert_eq!(*taken, (1..).take(taken.len()).collect::<Vec<i64>>(), "{session}");
    }
}

#[tokio::test]
async fn a_repeated_question_among_others_takes_none_of_them_with_it() {
    let server = TestServer::with(&[ROOM]).await;
    let account = Account::sign_up(&server, "ada").await;
    let session = text(&call(&server, &account, "new-conversation", &[]).await.1["id"]).to_owned();
    let mut asking = Vec::new();
    for part in 0..10 {
        let frames = vec![ask(&session, "same"), ask(&session, &format!("q{part}"))];
        asking.push(tokio::spawn(ask_all(account.chat(&server, "stream=1").await, frames)));
    }
    let mut acks = Vec::new();
    for task in asking {
        acks.extend(task.await.expect("no panic"));
    }
    let (same, others): (Vec<&Value>, Vec<&Value>) = acks.iter().partition(|ack| ack["id"] == "same");
    let distinct =
        |acks: &[&Value]| acks.iter().map(|ack| ack["message_id"].to_string()).collect::<BTreeSet<_>>().len();
    assert_eq!((distinct(&same), distinct(&others)), (1, 10));
    assert_eq!(same.iter().filter(|ack| ack["duplicate"] == true).count(), 9);
    let stored: Vec<(i64,)> = server.rows("SELECT COUNT(*) FROM messages WHERE role = 'user'").await;
    assert_eq!(stored, [(11,)]);
}

#[tokio::test]
async fn every_question_asked_at_once_is_answered_once() {
    let server = TestServer::with(&[ROOM, ("model", "scripted:text={question}")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let session = text(&call(&server, &account, "new-conversation", &[]).await.1["id"]).to_owned();
    let mut socket = account.chat(&server, "").await;
    for n in 0..20 {
        socket.send(&ask(&session, &format!("q{n}"))).await;
    }
    let mut answers = Vec::new();
    while answers.len() < 20 {
        answers.push(text(&socket.next_message("assistant").await["content"]["text"]).to_owned());
    }
    assert_eq!(answers, (0..20).map(|n| format!("q{n}")).collect::<Vec<_>>());
}
