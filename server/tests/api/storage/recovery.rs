//! A process that ends at any moment: what was acknowledged is there, and what was open is finished.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{LIVE, answer_at, stored, text};
use crate::support::{Account, Doomed, Socket, TestServer};

const SAYS: &str = "Once upon a time there was a river that ran through a wood and over stones to the sea.";

fn slow() -> String {
    format!("scripted:text={SAYS};chunk=1;delay_ms=4")
}

/// A server in mid-answer, with a part of the answer stored; the last chunk that was shown.
async fn in_mid_answer() -> (Doomed, Account, Value) {
    let server = Doomed::start(&[("model", &slow()), ("snapshot", "10ms")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, LIVE).await;
    socket.ask("Hello", None).await;
    let length = |rows: Vec<(i64,)>| rows[0].0;
    let mut first = None;
    loop {
        let chunk = socket.next_of("stream_chunk").await;
        let now = length(server.rows("SELECT LENGTH(body) FROM messages WHERE state = 'open'").await);
        // The row grows by what was said since.
        if now > *first.get_or_insert(now) {
            return (server, account, chunk);
        }
    }
}

#[tokio::test]
async fn an_answer_cut_by_a_crash_is_finished_after_the_restart() {
    let (server, account, chunk) = in_mid_answer().await;
    let server = TestServer::again(server.crash().await, &[("model", &slow())]).await;
    let answer = answer_at(&server, &account, &chunk["session_id"], 2).await;
    assert_eq!((&answer["id"], text(&answer["content"]["text"])), (&chunk["message_id"], SAYS));
    assert_eq!(answer["metadata"]["finish_reason"], "complete");
}

#[tokio::test]
async fn an_answer_taken_up_again_begins_with_what_was_stored() {
    let (server, account, chunk) = in_mid_answer().await;
    let server = TestServer::again(server.crash().await, &[("model", "scripted:unavailable")]).await;
    // This model adds nothing, so what is there was stored before the crash.
    let answer = answer_at(&server, &account, &chunk["session_id"], 2).await;
    let kept = text(&answer["content"]["text"]);
    assert!(!kept.is_empty() && SAYS.starts_with(kept), "{kept}");
    assert_eq!(answer["metadata"]["finish_reason"], "failed");
}

#[tokio::test]
async fn a_model_that_would_say_something_else_begins_the_answer_anew() {
    let (server, account, chunk) = in_mid_answer().await;
    let server = TestServer::again(server.crash().await, &[("model", "scripted:text=Something else.")]).await;
    let answer = answer_at(&server, &account, &chunk["session_id"], 2).await;
    assert_eq!((&answer["id"], text(&answer["content"]["text"])), (&chunk["message_id"], "Something else."));
}

#[tokio::test]
async fn turns_that_waited_at_a_crash_are_answered_after_the_restart() {
    let server = Doomed::start(&[("model", "scripted:stall_after=2"), ("turns_at_once", "1")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, LIVE).await;
    let mut session = Value::Null;
    for words in ["One", "Two", "Three"] {
        socket.ask(words, None).await;
        session = socket.next_of("ack").await["session_id"].clone();
    }
    let server = TestServer::again(server.crash().await, &[("model", "scripted:text=A{question}")]).await;
    let answers: BTreeMap<i64, Value> = answers(&server, &account, &session, 3).await;
    let texts: Vec<&str> = answers.values().map(|answer| text(&answer["content"]["text"])).collect();
    assert_eq!(texts, ["AOne", "ATwo", "AThree"]);
}

/// So many answers of a conversation, by their places.
async fn answers(server: &TestServer, account: &Account, session: &Value, count: usize) -> BTreeMap<i64, Value> {
    let mut socket = account.chat(server, LIVE).await;
    socket.send(&json!({"type": "resume", "session_id": session, "after_seq": 0})).await;
    let mut answers = BTreeMap::new();
    while answers.len() < count {
        let answer = socket.next_message("assistant").await;
        answers.insert(answer["seq"].as_i64().expect("a place"), answer);
    }
    answers
}

#[tokio::test]
async fn an_answer_is_made_once_whatever_happens() {
    let (server, account, chunk) = in_mid_answer().await;
    let server = TestServer::again(server.crash().await, &[("model", &slow())]).await;
    answer_at(&server, &account, &chunk["session_id"], 2).await;
    let server = TestServer::again(server.stop().await, &[]).await;
    assert_eq!(stored(&server, &account, &chunk["session_id"]).await.len(), 2);
    assert_eq!(server.rows::<(String,)>("SELECT state FROM turns").await, [("done".to_owned(),)]);
}

/// Asks without waiting until the server is gone; the acks that came.
async fn flood(mut socket: Socket, name: usize) -> Vec<Value> {
    let mut acks = Vec::new();
    for n in 0.. {
        let frame =
            json!({"type": "user_message", "id": format!("{name}-{n}"), "content": {"text": format!("{name}-{n}")}});
        if !socket.try_send(&frame).await {
            break;
        }
        match socket.event().await {
            Ok(ack) => acks.push(ack),
            Err(_) => break,
        }
    }
    acks
}

#[tokio::test]
async fn no_acknowledged_question_is_lost_in_a_crash() {
    let settings =
        [("turns_waiting_per_user", "100000"), ("turns_waiting", "100000"), ("model", "scripted:stall_after=1")];
    let server = Doomed::start(&settings).await;
    let account = Account::sign_up(&server, "ada").await;
    let mut watcher = account.chat(&server, "stream=1").await;
    watcher.ask("Hello", None).await;
    let session = watcher.next_of("ack").await["session_id"].clone();
    let mut clients = Vec::new();
    for name in 0..4 {
        clients.push(tokio::spawn(flood(account.chat(&server, "acks=1&stream=1").await, name)));
    }
    // In full swing: the watcher sees every question.
    watcher.until(|frame| frame["role"] == "user" && frame["seq"].as_i64() > Some(40)).await;
    let home = server.crash().await;
    let mut acks = Vec::new();
    for client in clients {
        acks.extend(client.await.expect("no panic").into_iter().filter(|frame| frame["type"] == "ack"));
    }
    let server = TestServer::again(home, &settings).await;
    let kept: BTreeMap<String, Value> = stored(&server, &account, &session)
        .await
        .into_iter()
        .map(|message| (text(&message["id"]).to_owned(), message))
        .collect();
    assert!(acks.len() > 10, "{}", acks.len());
    for ack in acks {
        let message = kept.get(text(&ack["message_id"])).unwrap_or_else(|| panic!("lost: {ack}"));
        assert_eq!((&message["seq"], &message["content"]["text"]), (&ack["seq"], &ack["id"]));
    }
}
