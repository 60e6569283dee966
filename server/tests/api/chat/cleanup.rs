//! Old messages are folded into a summary that the model still sees, and stay where they are.

use serde_json::{Value, json};

use super::{ask, somebody, text, titled};
use crate::support::{Account, TestServer};

const SHOWN: (&str, &str) =
    ("model", "scripted:text=History: {history}. Summary: {summary}. Facts: {facts}.;chunk=4000");

async fn clean_up(server: &TestServer, account: &Account, id: &str) -> (u16, Value) {
    server.send("POST", &format!("/api/chat/conversations/{id}/cleanup"), None, &account.token).await
}

async fn say(server: &TestServer, account: &Account, id: &str, words: &str) -> String {
    let answered = ask(server, account, &json!({"message": words, "conversation_id": id})).await;
    text(&answered["message"]["content"]).to_owned()
}

/// The question in brackets of what the model is shown as history.
fn history(shown: &str) -> &str {
    shown.strip_prefix("History: ").and_then(|rest| rest.split_once(". Summary: ")).expect("as it was scripted").0
}

#[tokio::test]
async fn what_is_folded_away_is_shown_as_a_summary_only_and_facts_stay() {
    let (server, account) = somebody(&[("model", "scripted:text=Rest."), ("cleanup_keep", "2")]).await;
    let id = titled(&server, &account, "It").await;
    say(&server, &account, &id, "I am allergic to penicillin. What helps a sore throat?").await;
    say(&server, &account, &id, "What about a cough?").await;
    say(&server, &account, &id, "And a fever?").await;
    let home = server.stop().await;
    let server = TestServer::again(home, &[SHOWN, ("cleanup_keep", "2")]).await;
    let (status, cleaned) = clean_up(&server, &account, &id).await;
    assert_eq!((status, &cleaned["archived"], &cleaned["kept"]), (200, &json!(4), &json!(2)));
    assert!(text(&cleaned["summary"]).contains("cough"), "{cleaned}");
    assert!(text(&cleaned["cleaned_at"]).ends_with('Z'), "{cleaned}");
    let shown = say(&server, &account, &id, "And now?").await;
    assert_eq!(history(&shown), "And a fever? | Rest.");
    assert!(shown.contains("What helps a sore throat?") && shown.contains("allergic to penicillin"), "{shown}");
}

#[tokio::test]
async fn what_is_folded_away_can_be_read_as_before_and_says_so() {
    let (server, account) = somebody(&[("cleanup_keep", "2")]).await;
    let id = titled(&server, &account, "It").await;
    for words in ["One", "Two", "Three"] {
        say(&server, &account, &id, words).await;
    }
    clean_up(&server, &account, &id).await;
    let (_, page) = server.get(&format!("/api/chat/conversations/{id}/messages"), Some(&account.token)).await;
    let archived: Vec<bool> = page["messages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|message| message["metadata"]["archived"] == true)
        .collect();
    assert_eq!(archived, [true, true, true, true, false, false]);
    assert_eq!((&page["messages"][0]["content"], &page["total_messages"]), (&json!("One"), &json!(6)));
}

#[tokio::test]
async fn a_second_time_folds_only_what_came_since() {
    let (server, account) = somebody(&[("cleanup_keep", "2")]).await;
    let id = titled(&server, &account, "It").await;
    let (_, cleaned) = clean_up(&server, &account, &id).await;
    assert_eq!((&cleaned["archived"], &cleaned["kept"], &cleaned["summary"]), (&json!(0), &json!(0), &Value::Null));
    for words in ["One", "Two"] {
        say(&server, &account, &id, words).await;
    }
    let mut browser = account.chat(&server, "stream=1").await;
    assert_eq!(clean_up(&server, &account, &id).await.1["archived"], 2);
    assert_eq!(browser.next_of("conversation_updated").await["session_id"], id);
    let (_, again) = clean_up(&server, &account, &id).await;
    assert_eq!((&again["archived"], &again["kept"]), (&json!(0), &json!(2)));
    say(&server, &account, &id, "Three").await;
    assert_eq!(clean_up(&server, &account, &id).await.1["archived"], 2);
}

#[tokio::test]
async fn a_question_and_its_answer_stay_together() {
    let (server, account) = somebody(&[("cleanup_keep", "3")]).await;
    let id = titled(&server, &account, "It").await;
    for words in ["One", "Two", "Three"] {
        say(&server, &account, &id, words).await;
    }
    let (_, cleaned) = clean_up(&server, &account, &id).await;
    assert_eq!((&cleaned["archived"], &cleaned["kept"]), (&json!(2), &json!(4)));
}

#[tokio::test]
async fn while_an_answer_is_written_nothing_is_folded() {
    let (server, account) = somebody(&[("model", "scripted:text=Once;chunk=2;stall_after=2")]).await;
    let mut browser = account.chat(&server, "stream=1").await;
    browser.ask("Hello", None).await;
    let id = text(&browser.next_of("stream_chunk").await["session_id"]).to_owned();
    assert_eq!(clean_up(&server, &account, &id).await.0, 409);
}

#[tokio::test]
async fn somebody_elses_conversation_is_not_found() {
    let (server, ada) = somebody(&[]).await;
    let id = titled(&server, &ada, "Hers").await;
    let bob = Account::sign_up(&server, "bob").await;
    assert_eq!(clean_up(&server, &bob, &id).await.0, 404);
}

#[tokio::test]
async fn the_page_opens_with_what_is_not_folded_away_and_unfolds_the_rest() {
    let (server, account) = somebody(&[("cleanup_keep", "2")]).await;
    let id = titled(&server, &account, "It").await;
    for words in ["What helps a sore throat?", "What about a cough?", "And a fever?"] {
        say(&server, &account, &id, words).await;
    }
    let page = |name: &'static str, body: Value| {
        let (server, account) = (&server, &account);
        async move { server.post(&format!("/fn/{name}"), &body, Some(&account.token)).await }
    };
    let told = page("fold-conversation", json!({"id": id})).await;
    assert_eq!((told.0, &told.1["archived"], &told.1["kept"]), (200, &json!(4), &json!(2)), "{told:?}");
    let (_, opened) = page("transcript", json!({"id": id})).await;
    let seqs = |page: &Value| -> Vec<i64> {
        page["messages"].as_array().expect("a list").iter().filter_map(|message| message["seq"].as_i64()).collect()
    };
    assert_eq!(
        (seqs(&opened), &opened["has_older"], &opened["folded"]["count"]),
        (vec![5, 6], &json!(true), &json!(4))
    );
    assert!(text(&opened["folded"]["summary"]).contains("cough"), "{opened}");
    let (_, unfolded) = page("earlier-messages", json!({"id": id, "before_seq": 5})).await;
    assert_eq!((seqs(&unfolded), &unfolded["has_older"]), (vec![1, 2, 3, 4], &json!(false)));
    // A message that a search found opens it as far as that.
    let (_, found) = page("transcript", json!({"id": id, "from_seq": 3})).await;
    assert_eq!((seqs(&found), &found["folded"]), (vec![1, 2, 3, 4, 5, 6], &Value::Null));
    let again = page("fold-conversation", json!({"id": id})).await;
    assert_eq!((again.0, &again.1["archived"]), (200, &json!(0)));
    let (_, after) = page("transcript", json!({"id": id})).await;
    assert_eq!(seqs(&after), [5, 6]);
}

#[tokio::test]
async fn above_what_is_folded_a_page_ends_there_and_the_next_unfolds_it() {
    let (server, account) = somebody(&[("cleanup_keep", "70"), ("model", "scripted:text=Rest.")]).await;
    let id = titled(&server, &account, "It").await;
    for n in 0..40 {
        say(&server, &account, &id, &format!("What about a cough on day {n}?")).await;
    }
    let (status, cleaned) = clean_up(&server, &account, &id).await;
    assert_eq!((status, &cleaned["archived"]), (200, &json!(10)), "{cleaned}");
    let page = async |name: &str, body: Value| {
        let (status, page) = server.post(&format!("/fn/{name}"), &body, Some(&account.token)).await;
        assert_eq!(status, 200, "{page}");
        let seqs = page["messages"].as_array().expect("a list").iter().filter_map(|message| message["seq"].as_i64());
        let seqs: Vec<i64> = seqs.collect();
        (seqs[0], seqs.len(), page["has_older"] == true, page["folded"]["count"].clone())
    };
    assert_eq!(page("transcript", json!({"id": id})).await, (21, 60, true, Value::Null));
    assert_eq!(page("earlier-messages", json!({"id": id, "before_seq": 21})).await, (11, 10, true, json!(10)));
    assert_eq!(page("earlier-messages", json!({"id": id, "before_seq": 11})).await, (1, 10, false, Value::Null));
}
