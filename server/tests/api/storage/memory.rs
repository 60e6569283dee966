//! What stays of a conversation is kept sealed, is there after a restart, and is made again where it is lost.

use protocol::ConversationId;
use serde_json::Value;
use server::turns::memory::Memory;

use super::{LIVE, answered, call, text};
use crate::support::{Account, Home, TestServer};

const TELLS: (&str, &str) = ("model", "scripted:text=Known: {facts}.;chunk=400");
/// So many turns that what was said in the first of them is in no window any more.
const TURNS: usize = 50;

/// Names an allergy and then speaks of other things; who, and in which conversation.
async fn tell(server: &TestServer) -> (Account, String) {
    let account = Account::sign_up(server, "ada").await;
    let mut socket = account.chat(server, LIVE).await;
    let mut answer = answered(&mut socket, "I'm allergic to quetzals").await;
    for turn in 1..TURNS {
        answer = answered(&mut socket, &format!("And what about {turn}?")).await;
    }
    (account, text(&answer["session_id"]).to_owned())
}

async fn bodies(server: &TestServer) -> Vec<Vec<u8>> {
    let rows: Vec<(Vec<u8>,)> = server.rows("SELECT body FROM memories").await;
    rows.into_iter().map(|(body,)| body).collect()
}

/// Starts again and asks: the answer.
async fn ask_again(home: Home, account: &Account) -> (TestServer, Value) {
    let server = TestServer::again(home, &[TELLS]).await;
    let answer = answered(&mut account.chat(&server, LIVE).await, "What can I take?").await;
    (server, answer)
}

#[tokio::test]
async fn what_was_said_long_ago_is_known_after_a_restart() {
    let server = TestServer::with(&[TELLS]).await;
    let (account, _) = tell(&server).await;
    let (_server, answer) = ask_again(server.stop().await, &account).await;
    assert_eq!(answer["content"]["text"], "Known: allergic to quetzals.");
    assert_eq!(answer["metadata"]["context_used"][2], "A summary of 80 earlier messages");
}

#[tokio::test]
async fn a_memory_is_sealed_to_its_conversation() {
    let server = TestServer::with(&[TELLS]).await;
    let (_account, session) = tell(&server).await;
    let bodies = bodies(&server).await;
    assert_eq!(bodies.len(), 1);
    assert!(!bodies[0].windows(7).any(|bytes| bytes == b"quetzal"));
    let key = server.app.keys.get(&server.app.db, &session).await.expect("a key");
    let open = |id: &str| Memory::open(&key, &ConversationId::new(id), &bodies[0]);
    assert_eq!(open(&session).expect("it opens").facts[0].text, "allergic to quetzals");
    assert_eq!(open("another"), None);
}

#[tokio::test]
async fn a_conversation_without_a_memory_is_read_once_and_has_one() {
    let server = TestServer::with(&[TELLS]).await;
    let (account, _) = tell(&server).await;
    server.tamper("DELETE FROM memories").await;
    let (server, answer) = ask_again(server.stop().await, &account).await;
    assert_eq!(answer["content"]["text"], "Known: allergic to quetzals.");
    assert_eq!(bodies(&server).await.len(), 1);
}

#[tokio::test]
async fn a_memory_that_does_not_open_is_made_again() {
    let server = TestServer::with(&[TELLS]).await;
    let (account, session) = tell(&server).await;
    server.tamper("UPDATE memories SET body = (SELECT body FROM messages WHERE seq = 1)").await;
    let (server, answer) = ask_again(server.stop().await, &account).await;
    assert_eq!(answer["content"]["text"], "Known: allergic to quetzals.");
    let key = server.app.keys.get(&server.app.db, &session).await.expect("a key");
    let body = bodies(&server).await.pop().expect("a memory");
    assert!(Memory::open(&key, &ConversationId::new(session), &body).is_some(), "it was stored again");
}

#[tokio::test]
async fn a_short_conversation_stores_no_memory() {
    let server = TestServer::with(&[TELLS]).await;
    let account = Account::sign_up(&server, "ada").await;
    answered(&mut account.chat(&server, LIVE).await, "I'm allergic to quetzals").await;
    assert!(bodies(&server).await.is_empty());
    let (_server, answer) = ask_again(server.stop().await, &account).await;
    assert_eq!(answer["content"]["text"], "Known: allergic to quetzals.");
}

#[tokio::test]
async fn a_conversation_taken_back_from_deletion_still_knows() {
    let server = TestServer::with(&[TELLS]).await;
    let (account, session) = tell(&server).await;
    assert_eq!(call(&server, &account, "delete-conversation", &[("id", &session)]).await.0, 200);
    assert_eq!(call(&server, &account, "restore-conversation", &[("id", &session)]).await.0, 200);
    let answer = answered(&mut account.chat(&server, LIVE).await, "What can I take?").await;
    assert_eq!(answer["content"]["text"], "Known: allergic to quetzals.");
}
