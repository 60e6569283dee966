//! Danger is answered before any model is asked; exercises work, and what people say of an answer is kept.

use serde_json::{Value, json};

use super::{LIVE, live, new_conversation, refusal, text};
use crate::support::{Account, Socket};

const DANGER: &str = "I want to kill myself. I have decided to do it tonight.";
const MODEL: (&str, &str) = ("model", "scripted:text=MODEL TEXT");

fn press(id: &str) -> Value {
    json!({"type": "interaction", "content": {"action": "button_click", "id": id}})
}

fn rate(rating: &Value) -> Value {
    json!({"type": "feedback", "content": {"rating": rating, "text": "It helped."}})
}

/// The ids of elements of this type.
fn ids<'a>(message: &'a Value, kind: &str) -> Vec<&'a str> {
    let elements = message["content"]["elements"].as_array().expect("elements");
    elements.iter().filter(|element| element["type"] == kind).map(|element| text(&element["id"])).collect()
}

async fn answer(socket: &mut Socket, words: &str) -> Value {
    socket.ask(words, None).await;
    socket.next_message("assistant").await
}

#[tokio::test]
async fn a_statement_of_suicidal_intent_is_answered_with_resources() {
    let (_server, _account, mut socket) = live(&[MODEL]).await;
    let message = answer(&mut socket, DANGER).await;
    assert!(!ids(&message, "resource").is_empty(), "{message}");
}

#[tokio::test]
async fn a_crisis_is_named_in_the_safety_of_the_answer() {
    let (_server, _account, mut socket) = live(&[MODEL]).await;
    let safety = &answer(&mut socket, DANGER).await["metadata"]["safety"];
    assert_eq!(safety["crisis"], true, "{safety}");
    assert!(["elevated", "high", "imminent"].contains(&text(&safety["level"])), "{safety}");
    assert!(!safety["types"].as_array().expect("types").is_empty(), "{safety}");
}

#[tokio::test]
async fn no_model_has_a_say_in_a_crisis() {
    let (_server, _account, mut socket) = live(&[MODEL]).await;
    socket.ask(DANGER, None).await;
    let frames = socket.until(|frame| frame["role"] == "assistant").await;
    assert!(!frames.iter().any(|frame| frame.to_string().contains("MODEL TEXT")), "{frames:?}");
}

#[tokio::test]
async fn a_crisis_is_answered_when_the_model_is_away() {
    let (_server, _account, mut socket) = live(&[("model", "scripted:unavailable")]).await;
    let message = answer(&mut socket, DANGER).await;
    assert_eq!(
        (&message["metadata"]["finish_reason"], &message["metadata"]["safety"]["crisis"]),
        (&json!("complete"), &json!(true))
    );
}

#[tokio::test]
async fn a_harmless_question_is_no_crisis() {
    let (_server, _account, mut socket) = live(&[MODEL]).await;
    let message = answer(&mut socket, "How much water should I drink?").await;
    assert_eq!(message["metadata"]["safety"], json!({"crisis": false, "level": "none", "types": []}));
    assert_eq!(message["content"], json!({"text": "MODEL TEXT", "elements": []}));
}

#[tokio::test]
async fn anxiety_is_offered_breathing_and_grounding() {
    let (_server, _account, mut socket) = live(&[MODEL]).await;
    let message = answer(&mut socket, "I feel very anxious and can't calm down").await;
    assert_eq!(ids(&message, "button"), ["ex_breathing", "ex_grounding"]);
}

#[tokio::test]
async fn an_offered_exercise_begins_with_steps_and_a_button_that_ends_it() {
    let (_server, _account, mut socket) = live(&[]).await;
    socket.send(&press("ex_breathing")).await;
    let message = socket.next_message("interactive").await;
    assert_eq!(
        (ids(&message, "instruction"), ids(&message, "button")),
        (vec!["ex_breathing"], vec!["ex_breathing_complete"])
    );
}

#[tokio::test]
async fn a_finished_exercise_is_progress_and_stores_a_marker() {
    let (server, account, mut socket) = live(&[]).await;
    socket.send(&press("ex_breathing_complete")).await;
    let message = socket.next_message("interactive").await;
    let markers: Vec<(String, String, String)> = server.rows("SELECT id, user_id, marker_type FROM markers").await;
    assert_eq!(markers, [(ids(&message, "progress")[0].to_owned(), account.id, "SKILL_ACQUIRED".to_owned())]);
}

#[tokio::test]
async fn an_unknown_button_is_not_found() {
    let (_server, _account, mut socket) = live(&[]).await;
    for id in ["ex_nothing", "_complete", "ex_breathing_complete_complete", ""] {
        socket.send(&press(id)).await;
        let refused = socket.next_of("error").await;
        assert_eq!(refused["code"], "not_found", "{id}");
    }
}

#[tokio::test]
async fn every_rating_from_one_to_five_is_kept() {
    let (server, _account, mut socket) = live(&[]).await;
    for rating in 1..=5 {
        socket.send(&rate(&json!(rating))).await;
        let note = socket.next_of("message").await;
        assert!(text(&note["content"]["text"]).starts_with("Feedback processed."), "{note}");
    }
    let kept: Vec<(i64,)> = server.rows("SELECT rating FROM feedback ORDER BY rating").await;
    assert_eq!(kept, [(1,), (2,), (3,), (4,), (5,)]);
}

#[tokio::test]
async fn a_rating_outside_one_to_five_is_refused() {
    let (_server, _account, mut socket) = live(&[]).await;
    for rating in [json!(0), json!(6), json!(-1), json!(2.5), json!("5"), json!(null), json!(300)] {
        socket.send(&rate(&rating)).await;
        assert_eq!(refusal(&mut socket).await["code"], "bad_field", "{rating}");
    }
}

#[tokio::test]
async fn feedback_on_a_message_of_somebody_else_is_not_found() {
    let (server, _account, mut socket) = live(&[]).await;
    let theirs = answer(&mut socket, "Hello").await["id"].clone();
    let bob = Account::sign_up(&server, "bob").await;
    let session = new_conversation(&server, &bob).await;
    let mut socket = bob.chat(&server, LIVE).await;
    socket
        .send(&json!({"type": "feedback", "session_id": session, "content": {"rating": 1, "message_id": theirs}}))
        .await;
    assert_eq!(refusal(&mut socket).await["code"], "not_found");
}

#[tokio::test]
async fn feedback_names_the_answer_it_is_about() {
    let (server, _account, mut socket) = live(&[]).await;
    let message = answer(&mut socket, "Hello").await;
    let session = &message["session_id"];
    socket
        .send(
            &json!({"type": "feedback", "session_id": session, "content": {"rating": 4, "message_id": message["id"]}}),
        )
        .await;
    socket.next_message("system").await;
    let kept: Vec<(Option<String>,)> = server.rows("SELECT message_id FROM feedback").await;
    assert_eq!(kept, [(Some(text(&message["id"]).to_owned()),)]);
}
