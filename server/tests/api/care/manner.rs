//! How somebody wants to be answered: set in the profile, said in the chat, nudged by feedback; what helps and what to
//! avoid.

use serde_json::{Value, json};

use super::{get, ids, post};
use crate::support::{Account, Socket, TestServer};

const PANIC: &str = "I'm having a panic attack";
const QUESTION: &str = "I have had a headache for two days, what can I do?";

async fn change(server: &TestServer, account: &Account, patch: &Value) -> (u16, Value) {
    let request = server.http.patch(server.url("/auth/me")).bearer_auth(&account.token).json(patch);
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

async fn answer(socket: &mut Socket, words: &str) -> Value {
    socket.ask(words, None).await;
    socket.next_message("assistant").await
}

fn text(message: &Value) -> &str {
    message["content"]["text"].as_str().expect("text")
}

/// Of the answer itself, without what is told of a wish.
fn words(message: &Value) -> usize {
    text(message).split("\n\n*I ").next().unwrap_or_default().split_whitespace().count()
}

#[tokio::test]
async fn length_and_tone_are_set_kept_sealed_and_refused_where_unknown() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let patch =
        json!({"answer_length": "short", "tone": "warm", "what_helps": " a walk ", "what_to_avoid": "marigolds"});
    let (status, user) = change(&server, &account, &patch).await;
    assert_eq!((status, &user["answer_length"], &user["tone"]), (200, &json!("short"), &json!("warm")), "{user}");
    assert_eq!((&user["what_helps"], &user["what_to_avoid"]), (&json!("a walk"), &json!("marigolds")));
    assert_eq!(get(&server, "/auth/me", &account).await, user);
    let sealed: Vec<(Vec<u8>,)> = server.rows("SELECT identity FROM users").await;
    assert!(!String::from_utf8_lossy(&sealed[0].0).contains("marigolds"));
    for wrong in [json!({"answer_length": "epic"}), json!({"tone": "rude"}), json!({"what_helps": "x".repeat(1_001)})] {
        let (status, problem) = change(&server, &account, &wrong).await;
        assert_eq!(status, 422, "{problem}");
    }
    let (_, cleared) = change(&server, &account, &json!({"answer_length": "", "what_helps": ""})).await;
    assert_eq!((&cleared["answer_length"], &cleared["what_helps"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_wish_in_the_chat_is_kept_told_and_the_question_is_answered_again() {
    let server = TestServer::with(&[("model", "builtin")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, "").await;
    let normal = answer(&mut socket, QUESTION).await;
    let short = answer(&mut socket, "shorter please").await;
    assert!(text(&short).contains("I keep my answers short from now on."), "{}", text(&short));
    assert!(!short["metadata"]["sources"].as_array().unwrap().is_empty(), "it answers again: {short}");
    assert_eq!(get(&server, "/auth/me", &account).await["answer_length"], "short");
    let full = answer(&mut socket, "Give me full answers please").await;
    assert!(text(&full).contains("full answers from now on"), "{}", text(&full));
    assert!(words(&short) < words(&normal), "{}\n\n{}", text(&short), text(&normal));
    assert!(words(&full) > words(&normal), "{}\n\n{}", text(&full), text(&normal));
    // In a conversation of its own it is only told.
    let (_, _) = change(&server, &account, &json!({"answer_length": ""})).await;
    let fresh = Account::sign_up(&server, "ben").await;
    let mut socket = fresh.chat(&server, "").await;
    let told = answer(&mut socket, "Keep your answers short").await;
    assert!(text(&told).starts_with("I keep my answers short") && told["metadata"]["model"] == "builtin", "{told}");
    // A question beside it is answered.
    let both = answer(&mut socket, "What helps against hiccups or a cold? More detail please.").await;
    assert!(text(&both).contains("normal length from now on"), "{}", text(&both));
}

#[tokio::test]
async fn what_is_urgent_is_said_at_every_length() {
    let server = TestServer::with(&[("model", "builtin")]).await;
    for (name, length) in [("ada", "short"), ("ben", "normal"), ("cleo", "full")] {
        let account = Account::sign_up(&server, name).await;
        change(&server, &account, &json!({"answer_length": length, "tone": "warm"})).await;
        let mut socket = account.chat(&server, "").await;
        let emergency = answer(&mut socket, "my dads face is drooping and hes slurring his words").await;
        let begins: String = text(&emergency).chars().take(160).collect();
        assert!(begins.contains("112"), "{length}: {begins}");
        let help = answer(&mut socket, "when should I worry about a fever in my baby").await;
        assert!(
            text(&help).contains("Emergency – call now") || text(&help).contains("112"),
            "{length}: {}",
            text(&help)
        );
    }
}

#[tokio::test]
async fn feedback_on_the_length_changes_it_by_a_step_and_says_so() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, "").await;
    let said = answer(&mut socket, "Hello").await;
    let rated = |words: &str| json!({"conversation_id": said["session_id"], "message_id": said["id"], "rating": 1, "text": words});
    for (words, length, told) in [
        ("It was wrong", Value::Null, false),
        ("Too long", json!("short"), true),
        ("still too long", json!("short"), false),
        ("too short", json!("normal"), true),
        ("too short", json!("full"), true),
    ] {
        let (status, thanks) = post(&server, "/api/feedback", rated(words), &account).await;
        assert_eq!(status, 200, "{thanks}");
        assert_eq!(thanks["message"].as_str().unwrap().contains("settings"), told, "{words}: {thanks}");
        assert_eq!(get(&server, "/auth/me", &account).await["answer_length"], length, "{words}");
    }
}

#[tokio::test]
async fn what_is_avoided_is_not_offered_and_what_helps_comes_first() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, "").await;
    let mut offered = async |account: &Account, patch: Value, words: &str| {
        assert_eq!(change(&server, account, &patch).await.0, 200);
        let message = answer(&mut socket, words).await;
        ids(&message["content"], "button").into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(offered(&account, json!({}), PANIC).await, ["ex_breathing", "ex_grounding"]);
    let avoiding = offered(&account, json!({"what_to_avoid": "breathing exercises, please"}), PANIC).await;
    assert!(avoiding.len() == 2 && !avoiding.iter().any(|id| id.contains("breathing")), "{avoiding:?}");
    assert_eq!(avoiding[0], "ex_grounding");
    let helped = offered(&account, json!({"what_to_avoid": "", "what_helps": "Grounding"}), PANIC).await;
    assert_eq!(helped, ["ex_grounding", "ex_breathing"]);
    let sleep = offered(&account, json!({"what_helps": "a body scan"}), "I can't sleep at night").await;
    assert_eq!(sleep.first().map(String::as_str), Some("ex_body_scan"), "{sleep:?}");
}
