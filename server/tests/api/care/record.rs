//! "How have I been doing?", answered in the chat from the record.

use serde_json::{Value, json};

use super::{DAY, ids, post, press};
use crate::support::{Account, Socket, TestServer};

const ASKS: &str = "How have I been doing lately?";
const MODEL: (&str, &str) = ("model", "scripted:text=MODEL TEXT");

async fn answer(socket: &mut Socket) -> Value {
    socket.ask(ASKS, None).await;
    let said = socket.next_message("assistant").await;
    assert_eq!(said["metadata"]["model"], "builtin", "no model has a say in it: {said}");
    said
}

fn text(message: &Value) -> &str {
    message["content"]["text"].as_str().expect("text")
}

#[tokio::test]
async fn with_nothing_noted_it_says_so_and_what_to_begin_with() {
    let server = TestServer::with(&[MODEL]).await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = account.chat(&server, "").await;
    let said = answer(&mut socket).await;
    assert!(text(&said).contains("nothing"), "{}", text(&said));
    assert_eq!(ids(&said["content"], "button"), ["q_phq9", "q_gad7", "ex_breathing"]);
    let other = press(&mut socket, "q_gad7", Value::Null).await;
    assert!(text(&other).contains("1 of 7"), "what is offered works: {other}");
}

#[tokio::test]
async fn it_is_computed_from_moods_forms_and_exercises() {
    let server = TestServer::with_clock(&[MODEL, ("access_token_life", "90d")]).await;
    let account = Account::sign_up(&server, "ada").await;
    for (score, total) in [(3, 2), (3, 2), (4, 2), (6, 1), (6, 1), (7, 1)] {
        assert_eq!(post(&server, "/api/progress/mood", json!({"score": score}), &account).await.0, 200);
        let form = json!({"answers": [total, total, total, total, total, total, 0, 0, 0]});
        assert_eq!(post(&server, "/api/questionnaires/phq9", form, &account).await.0, 200);
        server.pass(4 * DAY);
    }
    let done = json!({"mood_before": 4, "mood_after": 6});
    assert_eq!(post(&server, "/api/exercises/ex_breathing/complete", done, &account).await.0, 200);
    let mut socket = account.chat(&server, "").await;
    let said = answer(&mut socket).await;
    for part in ["**Mood:**", "points better", "6 of 27", "Box breathing 1 time", "2.0 points better after it"] {
        assert!(text(&said).contains(part), "{part}: {}", text(&said));
    }
    assert!(!text(&said).contains("GAD-7"), "what was never filled in is not spoken of: {}", text(&said));
    assert_eq!(said["metadata"]["safety"]["crisis"], false);
}

#[tokio::test]
async fn thoughts_of_death_in_the_last_form_are_met_with_help_first() {
    let server = TestServer::with(&[MODEL]).await;
    let account = Account::sign_up(&server, "ada").await;
    let form = json!({"answers": [1, 1, 0, 0, 0, 0, 0, 0, 2]});
    assert_eq!(post(&server, "/api/questionnaires/phq9", form, &account).await.0, 200);
    let mut socket = account.chat(&server, "").await;
    let said = answer(&mut socket).await;
    assert_eq!(said["metadata"]["safety"]["crisis"], true, "{said}");
    assert!(!ids(&said["content"], "resource").is_empty());
    assert!(text(&said).contains("PHQ-9") && text(&said).find("**PHQ-9").unwrap() > 100, "{}", text(&said));
}

#[tokio::test]
async fn a_record_is_told_to_nobody_else() {
    let server = TestServer::with(&[MODEL]).await;
    let account = Account::sign_up(&server, "ada").await;
    assert_eq!(post(&server, "/api/progress/mood", json!({"score": 2}), &account).await.0, 200);
    let other = Account::sign_up(&server, "ben").await;
    let mut socket = other.chat(&server, "").await;
    assert!(text(&answer(&mut socket).await).contains("nothing"));
}
