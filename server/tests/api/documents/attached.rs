//! Documents and pictures that come with a message.

use serde_json::{Value, json};

use super::{letter, made, page, uploaded};
use crate::support::{Account, TestServer};

async fn asked(server: &TestServer, person: &Account, text: &str, attachments: &[&str]) -> (Value, Value) {
    let mut socket = person.chat(server, "stream=1").await;
    let mut other = person.chat(server, "stream=1").await;
    socket.send(&json!({"type": "user_message", "content": {"text": text, "attachments": attachments}})).await;
    (other.next_message("user").await, socket.next_message("assistant").await)
}

#[tokio::test]
async fn the_guide_answers_from_what_is_attached_and_says_that_it_can_t_see() {
    let server = TestServer::with(&[("model", "builtin")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let document = uploaded(&server, &ada, "letter.pdf", letter()).await;
    let other = uploaded(&server, &ada, "other.txt", b"Apixaban was stopped again last year.".to_vec()).await;
    let picture = uploaded(&server, &ada, "rash.png", made::png()).await;

    let (question, answer) = asked(&server, &ada, "What does it say about apixaban?", &[&document]).await;
    assert_eq!(question["metadata"]["attachments"], json!([document]));
    assert_eq!(
        question["metadata"]["attached"],
        json!([{"id": document, "name": "letter.pdf", "kind": "pdf"}]),
        "{question}"
    );
    let sources = answer["metadata"]["sources"].to_string();
    assert!(sources.contains(&document) && !sources.contains(&other), "only what is attached: {sources}");
    let text = answer["content"]["text"].as_str().expect("a text");
    assert!(text.contains("In what you attached") && text.contains("Apixaban 5 mg twice a day"), "{text}");

    // Where nothing in it fits what is asked, its beginning is quoted.
    let (_, answer) = asked(&server, &ada, "Please look at this", &[&document]).await;
    assert!(answer["metadata"]["sources"].to_string().contains(&document), "{answer}");

    let (question, answer) = asked(&server, &ada, "Is this rash dangerous?", &[&picture]).await;
    let text = answer["content"]["text"].as_str().expect("a text");
    assert!(text.starts_with("I can't look at pictures"), "{text}");
    assert!(text.len() > 400, "what is asked is answered all the same: {text}");
    let session = question["session_id"].as_str().expect("an id");
    let (_, shown) = page(&server, &ada, &format!("/chat/{session}")).await;
    assert!(shown.contains(&format!("src=\"/api/documents/{picture}/content\"")), "{shown}");
}

#[tokio::test]
async fn danger_is_answered_first_whatever_is_attached() {
    let server = TestServer::with(&[("model", "builtin")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let document = uploaded(&server, &ada, "letter.pdf", letter()).await;
    let (_, answer) = asked(&server, &ada, "I want to kill myself tonight", &[&document]).await;
    assert_eq!(answer["metadata"]["safety"]["crisis"], json!(true), "{answer}");
    assert_eq!(answer["metadata"]["sources"], json!([]));
}

#[tokio::test]
async fn a_picture_is_kept_without_what_it_tells_beside_itself() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    for (name, bytes, media_type) in [
        ("a.png", made::png(), "image/png"),
        ("a.jpg", made::jpeg(), "image/jpeg"),
        ("a.webp", made::webp(), "image/webp"),
    ] {
        let picture = uploaded(&server, &ada, name, bytes).await;
        let address = server.url(&format!("/api/documents/{picture}/content"));
        let response = server.http.get(&address).bearer_auth(&ada.token).send().await.expect("an answer");
        assert_eq!(response.headers()["content-type"], media_type);
        assert!(response.headers()["content-disposition"].to_str().expect("text").starts_with("inline"));
        let bytes = response.bytes().await.expect("a body");
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("taken at home") && !text.contains("GPS"), "{name}");
        let stranger = server.http.get(&address).send().await.expect("an answer");
        assert_eq!(stranger.status().as_u16(), 401);
    }
}

#[tokio::test]
async fn no_more_is_attached_than_is_allowed() {
    let server = TestServer::with(&[("attachments_max", "2")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(uploaded(&server, &ada, &format!("{n}.txt"), format!("Text {n}.").into_bytes()).await);
    }
    let mut socket = ada.chat(&server, "stream=1").await;
    socket.send(&json!({"type": "user_message", "id": "c1", "content": {"text": "x", "attachments": ids}})).await;
    let error = socket.next_of("error").await;
    assert_eq!((&error["code"], &error["id"]), (&json!("bad_field"), &json!("c1")), "{error}");
    // The same one twice is one.
    let twice = json!([ids[0], ids[0]]);
    socket.send(&json!({"type": "user_message", "id": "c2", "content": {"text": "x", "attachments": twice}})).await;
    assert_eq!(socket.next_of("ack").await["id"], "c2");
}
