//! What the model is shown of a conversation, and what of that is listed under the answer.

use serde_json::{Value, json};

use super::{LIVE, answered, live, new_conversation, question, text};
use crate::support::{Account, Doomed, TestServer};

/// Says what it was told of the person.
const TELLS: (&str, &str) = ("model", "scripted:text=Known: {facts}.;chunk=400");
/// Says everything that it was shown.
const TELLS_ALL: (&str, &str) = ("model", "scripted:text={facts} / {summary} / {history};chunk=4000");

fn said(answer: &Value) -> &str {
    text(&answer["content"]["text"])
}

fn shown(answer: &Value) -> Vec<&str> {
    answer["metadata"]["context_used"].as_array().expect("a list").iter().map(text).collect()
}

#[tokio::test]
async fn an_allergy_named_in_the_second_turn_is_known_in_turn_400() {
    let (_server, _account, mut socket) = live(&[TELLS]).await;
    answered(&mut socket, "Hello").await;
    answered(&mut socket, "By the way, I'm allergic to penicillin").await;
    for turn in 3..400 {
        answered(&mut socket, &format!("And what about question {turn}?")).await;
    }
    let last = answered(&mut socket, "What can I take for a sore throat?").await;
    assert_eq!(said(&last), "Known: allergic to penicillin.");
    let expected = [
        "Your message",
        "The last 20 messages",
        "A summary of 778 earlier messages",
        "What you told me: allergic to penicillin",
    ];
    assert_eq!(shown(&last), expected);
}

#[tokio::test]
async fn what_is_shown_is_listed_and_the_library_comes_after_it() {
    let (_server, _account, mut socket) = live(&[("model", "builtin")]).await;
    assert_eq!(shown(&answered(&mut socket, "Hello").await), ["Your message", "Understood as talk"]);
    let answer = answered(&mut socket, "I'm 34 and pregnant. What can I do about a headache?").await;
    let shown = shown(&answer);
    assert_eq!(shown[..3], ["Your message", "The last 2 messages", "What you told me: 34 years old; pregnant"]);
    assert!(shown[3..].iter().any(|line| line.starts_with("Library: ")), "{shown:?}");
}

#[tokio::test]
async fn an_answer_to_danger_was_shown_to_no_model() {
    let (_server, _account, mut socket) = live(&[("model", "builtin")]).await;
    let answer = answered(&mut socket, "I want to die").await;
    assert_eq!((text(&answer["metadata"]["model"]), shown(&answer)), ("care", Vec::new()));
}

#[tokio::test]
async fn what_is_taken_back_is_known_no_more() {
    let (_server, _account, mut socket) = live(&[TELLS]).await;
    answered(&mut socket, "I take warfarin and I'm allergic to latex").await;
    let answer = answered(&mut socket, "I stopped taking warfarin").await;
    assert_eq!(said(&answer), "Known: allergic to latex.");
}

#[tokio::test]
async fn what_is_of_someone_else_is_told_apart() {
    let (_server, _account, mut socket) = live(&[TELLS]).await;
    let answer = answered(&mut socket, "My son is 4 and he is allergic to nuts. I take metformin.").await;
    assert_eq!(said(&answer), "Known: takes metformin | son: 4 years old | son: allergic to nuts.");
    let expected = [
        "Your message",
        "What you told me: takes metformin",
        "What you told me of your son: 4 years old; allergic to nuts",
    ];
    assert_eq!(shown(&answer), expected);
}

#[tokio::test]
async fn no_model_sees_what_another_person_or_another_conversation_said() {
    let (server, account, mut socket) = live(&[TELLS_ALL]).await;
    for turn in 0..15 {
        answered(&mut socket, &format!("I'm allergic to quetzals, why is that? {turn}")).await;
    }
    let mine = answered(&mut socket, "And now?").await;
    assert!(said(&mine).contains("quetzals") && shown(&mine).len() == 4, "{mine}");
    let other = Account::sign_up(&server, "ben").await;
    let mut theirs = other.chat(&server, LIVE).await;
    for turn in 0..15 {
        let answer = answered(&mut theirs, &format!("Am I allergic to anything? {turn}")).await;
        assert!(!answer.to_string().contains("quetzal"), "{answer}");
    }
    let second = new_conversation(&server, &account).await;
    socket.send(&question(&second, "Do I have allergies?")).await;
    let answer = socket.next_message("assistant").await;
    assert_eq!(answer["session_id"], json!(second));
    assert!(!answer.to_string().contains("quetzal"), "{answer}");
}

#[tokio::test]
async fn a_question_answered_again_is_answered_with_what_is_known() {
    let (_server, _account, mut socket) = live(&[TELLS]).await;
    answered(&mut socket, "I'm allergic to penicillin").await;
    let first = answered(&mut socket, "What can I take?").await;
    socket.send(&json!({"type": "regenerate", "session_id": first["session_id"], "message_id": first["id"]})).await;
    let again = socket.next_message("assistant").await;
    assert_eq!(again["content"], first["content"]);
    assert_eq!(shown(&again), shown(&first));
    socket.next_of("conversation_updated").await;
    assert_eq!(said(&answered(&mut socket, "And now?").await), "Known: allergic to penicillin.");
}

#[tokio::test]
async fn a_turn_taken_up_after_a_crash_knows_what_it_knew() {
    // The first answer is short enough to end before the stall.
    let stalls = [("model", "scripted:text=Known: {facts}.;chunk=5;stall_after=35"), ("snapshot", "1ms")];
    let server = Doomed::start(&stalls).await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, LIVE).await;
    answered(&mut socket, "I'm allergic to penicillin").await;
    socket.ask("I take metformin and ramipril", None).await;
    let chunk = socket.next_of("stream_chunk").await;
    socket.until(|frame| frame["offset"] == 30).await;
    let server = TestServer::again(server.crash().await, &[TELLS]).await;
    let mut socket = account.chat(&server, LIVE).await;
    socket.send(&json!({"type": "resume", "session_id": chunk["session_id"], "after_seq": 3})).await;
    let answer = socket.next_message("assistant").await;
    assert_eq!(said(&answer), "Known: allergic to penicillin | takes metformin | takes ramipril.");
}

#[tokio::test]
async fn a_long_message_leaves_room_for_the_rest() {
    let (_server, _account, mut socket) = live(&[TELLS_ALL, ("context_tokens", "600")]).await;
    answered(&mut socket, "I'm allergic to latex").await;
    answered(&mut socket, &"long ".repeat(1_500)).await;
    let answer = answered(&mut socket, "Well?").await;
    assert!(said(&answer).starts_with("allergic to latex / "), "{answer}");
    assert!(said(&answer).len() < 4 * 600, "{}", said(&answer).len());
    assert_eq!(shown(&answer)[0], "Your message");
}
