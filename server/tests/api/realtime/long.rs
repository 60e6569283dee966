//! A conversation of ten thousand messages opens at once and answers as fast as a new one.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use protocol::{Content, ConversationId, MessageId, Role};
use serde_json::{Value, json};
use server::conversations::{Body, wire};
use server::db::{Change, NewMemory, NewMessage};
use server::turns::memory::{Memory, Said};

use super::{LIVE, live, new_conversation, question, text};
use crate::support::{Account, Socket, TestServer};

pub(crate) const MESSAGES: usize = 10_000;
/// What the page may take for a conversation of any length.
const AT_ONCE: Duration = Duration::from_millis(300);
const TELLS: (&str, &str) = ("model", "scripted:text=Known: {facts}.;chunk=400");

/// Stores so many messages, and with the last of them what stays of all, as turns do. In the second turn an allergy is
/// named.
pub(crate) async fn fill(server: &TestServer, session: &str) {
    let conversation = ConversationId::new(session);
    let key = server.app.keys.get(&server.app.db, session).await.expect("a key");
    let now = server.app.clock.now();
    let mut memory = Memory::default();
    let mut message = |n: usize| {
        let (role, text) = match n {
            2 => (Role::User, "I'm allergic to penicillin".to_owned()),
            n if n.is_multiple_of(2) => (Role::User, format!("What helps against a headache on day {n}?")),
            n => (Role::Assistant, format!("Rest in a dark room and drink enough. {}", "And so on. ".repeat(n % 40))),
        };
        let seq = i64::try_from(n).expect("a small number") + 1;
        memory.hear(seq, now, Said { role, text: &text, subject: Some("Headache — What you can do"), crisis: false });
        let body = (n + 1 == MESSAGES - 10).then(|| memory.seal(&key, &conversation).expect("it seals"));
        let memory = body.map(|body| NewMemory { conversation: conversation.clone(), body, at: now });
        let id = MessageId::new(format!("msg_{n}_{session}"));
        let body = Body { content: Content { text, elements: Vec::new() }, ..Body::default() };
        let body = wire::seal_body(&key, &id, &body).expect("it seals");
        let conversation = conversation.clone();
        let message = NewMessage { id, conversation, role, client_key: None, open: false, body, at: now, title: None };
        server.app.writer.apply(Change { message: Some(message), memory, ..Change::default() })
    };
    for from in (0..MESSAGES).step_by(500) {
        try_join_all((from..from + 500).map(&mut message)).await.expect("they are stored");
    }
}

/// Asks in a conversation, and says how long it took until the whole answer was there.
async fn turn(socket: &mut Socket, session: &str) -> (Duration, Value) {
    let asked = Instant::now();
    socket.send(&question(session, "And what can I take for it?")).await;
    let answer = socket.next_message("assistant").await;
    (asked.elapsed(), answer)
}

/// The time of a turn in the middle of so many, in one conversation and the other by turns.
async fn compare(socket: &mut Socket, one: &str, other: &str) -> (Duration, Duration) {
    const TURNS: usize = 41;
    let mut times = (Vec::new(), Vec::new());
    for n in 0..TURNS {
        // Whichever is asked second waits for what the first has left to do.
        if n.is_multiple_of(2) {
            times.0.push(turn(socket, one).await.0);
            times.1.push(turn(socket, other).await.0);
        } else {
            times.1.push(turn(socket, other).await.0);
            times.0.push(turn(socket, one).await.0);
        }
    }
    let middle = |mut times: Vec<Duration>| {
        times.sort();
        times[TURNS / 2]
    };
    (middle(times.0), middle(times.1))
}

#[tokio::test]
async fn ten_thousand_messages_open_at_once_and_answer_as_fast_as_none() {
    let (server, account, socket) = live(&[TELLS]).await;
    let long = new_conversation(&server, &account).await;
    fill(&server, &long).await;
    drop(socket);
    // Nothing of it is in memory.
    let server = TestServer::again(server.stop().await, &[TELLS]).await;
    opens(&server, &account, &long).await;

    let mut socket = account.chat(&server, LIVE).await;
    let (cold, answer) = turn(&mut socket, &long).await;
    assert_eq!(text(&answer["content"]["text"]), "Known: allergic to penicillin.");
    assert_eq!(answer["metadata"]["context_used"][2], "A summary of 9980 earlier messages");
    let fresh = new_conversation(&server, &account).await;
    let (first, _) = turn(&mut socket, &fresh).await;
    let (in_long, in_fresh) = compare(&mut socket, &long, &fresh).await;
    println!("the first turn of a server takes {cold:?}, of a new conversation {first:?}");
    println!("then a turn takes {in_long:?}, in the new conversation {in_fresh:?}");
    assert!(in_long < in_fresh * 2, "{in_long:?} and {in_fresh:?}");
}

/// The page's own data and its resume, each at once; and a page of earlier messages.
async fn opens(server: &TestServer, account: &Account, session: &str) {
    let (mut opening, mut opened) = (Duration::MAX, Value::Null);
    // Whatever else the machine does at one moment it does not do at three.
    for _ in 0..3 {
        let asked = Instant::now();
        let (status, page) = server.post("/fn/transcript", &json!({"id": session}), Some(&account.token)).await;
        assert_eq!(status, 200, "{page}");
        opening = opening.min(asked.elapsed());
        opened = page;
    }
    let messages = opened["messages"].as_array().expect("messages");
    assert_eq!((messages.len(), &opened["has_older"]), (60, &json!(true)));
    let last = &messages[59]["seq"];
    assert_eq!(last, &json!(MESSAGES));

    let mut socket = account.chat(server, LIVE).await;
    let asked = Instant::now();
    socket.send(&json!({"type": "resume", "session_id": session, "after_seq": last})).await;
    let frame = socket.next_of("resumed").await;
    let resuming = asked.elapsed();
    assert_eq!(frame["seq"], json!(MESSAGES));

    let asked = Instant::now();
    let body = json!({"id": session, "before_seq": messages[0]["seq"]});
    let (status, earlier) = server.post("/fn/earlier-messages", &body, Some(&account.token)).await;
    let looking_back = asked.elapsed();
    let page = earlier["messages"].as_array().expect("messages");
    assert_eq!((status, page.len(), &page[59]["seq"]), (200, 60, &json!(MESSAGES - 60)));
    println!("opened in {opening:?}, resumed in {resuming:?}, 60 earlier messages in {looking_back:?}");
    assert!(opening + resuming < AT_ONCE && looking_back < AT_ONCE, "{opening:?} {resuming:?} {looking_back:?}");
}

#[tokio::test]
async fn earlier_messages_end_at_the_first_and_are_nobody_elses() {
    let (server, account, mut socket) = live(&[]).await;
    for words in ["One", "Two"] {
        super::answered(&mut socket, words).await;
    }
    let session = super::answered(&mut socket, "Three").await["session_id"].clone();
    let body = json!({"id": session, "before_seq": 4});
    let (status, page) = server.post("/fn/earlier-messages", &body, Some(&account.token)).await;
    let seqs: Vec<&Value> = page["messages"].as_array().expect("messages").iter().map(|one| &one["seq"]).collect();
    assert_eq!((status, seqs, &page["has_older"]), (200, vec![&json!(1), &json!(2), &json!(3)], &json!(false)));
    let other = Account::sign_up(&server, "ben").await;
    let (_, refused) = server.post("/fn/earlier-messages", &body, Some(&other.token)).await;
    assert_eq!(refused["status"], 404, "{refused}");
    let (reads,): (i64,) =
        server.rows("SELECT COUNT(*) FROM audit WHERE action = 'conversation.read'").await.pop().expect("a count");
    assert_eq!(reads, 1, "the look back is on the trail");
}
