//! A message and its answer in one request.

use serde_json::{Value, json};

use super::{ask, somebody, text, titled};
use crate::support::{Account, SCRIPT};

#[tokio::test]
async fn a_message_is_answered_with_all_that_belongs_to_it() {
    let (server, account) = somebody(&[("model", "builtin")]).await;
    let answered = ask(&server, &account, &json!({"message": "How can I bring down a fever?"})).await;
    let message = &answered["message"];
    assert_eq!((&message["role"], &message["seq"]), (&json!("assistant"), &json!(2)));
    assert_eq!(message["conversation_id"], answered["conversation"]["id"]);
    assert_eq!(answered["conversation"]["title"], "How can I bring down a fever?");
    assert!(!answered["sources_used"].as_array().expect("a list").is_empty(), "{answered}");
    assert_eq!(
        (&message["sources"], &message["context_used"]),
        (&answered["sources_used"], &answered["context_retrieved"])
    );
    assert_eq!(answered["generation_stats"]["model_name"], "builtin");
    assert_eq!(message["metadata"]["safety"]["crisis"], false);
}

#[tokio::test]
async fn without_sources_none_are_sent() {
    let (server, account) = somebody(&[("model", "builtin")]).await;
    let answered =
        ask(&server, &account, &json!({"message": "How can I bring down a fever?", "include_sources": false})).await;
    assert_eq!((&answered["sources_used"], &answered["message"]["sources"]), (&json!([]), &json!([])));
    let id = text(&answered["conversation"]["id"]);
    let (_, page) = server.get(&format!("/api/chat/conversations/{id}/messages"), Some(&account.token)).await;
    assert!(!page["messages"][1]["sources"].as_array().expect("a list").is_empty(), "they are kept");
}

#[tokio::test]
async fn a_message_goes_on_in_the_conversation_it_names_and_is_seen_at_door_1() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    let mut browser = account.chat(&server, "stream=1").await;
    for words in ["One", "Two"] {
        let answered = ask(&server, &account, &json!({"message": words, "conversation_id": id})).await;
        assert_eq!((&answered["conversation"]["id"], text(&answered["message"]["content"])), (&json!(id), SCRIPT));
        assert_eq!(browser.next_message("user").await["content"]["text"], words);
        assert_eq!(browser.next_message("assistant").await["content"]["text"], SCRIPT);
    }
}

#[tokio::test]
async fn the_same_id_asks_once_with_and_without_a_conversation() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    for body in [json!({"message": "Hello", "id": "a"}), json!({"message": "Hello", "id": "a", "conversation_id": id})]
    {
        let (first, again) = (ask(&server, &account, &body).await, ask(&server, &account, &body).await);
        assert_eq!(first["message"]["id"], again["message"]["id"]);
    }
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(4,)]);
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM conversations").await, [(2,)]);
    // Another person's id is another's.
    let bob = Account::sign_up(&server, "bob").await;
    let his = ask(&server, &bob, &json!({"message": "Hello", "id": "a"})).await;
    assert_eq!(his["message"]["seq"], 2);
}

#[tokio::test]
async fn the_same_id_at_the_same_time_asks_once() {
    let (server, account) = somebody(&[]).await;
    let body = json!({"message": "Hello", "id": "a"});
    let (one, two, three) =
        tokio::join!(ask(&server, &account, &body), ask(&server, &account, &body), ask(&server, &account, &body));
    assert_eq!((&one["message"]["id"], &one["message"]["id"]), (&two["message"]["id"], &three["message"]["id"]));
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(2,)]);
}

#[tokio::test]
async fn a_wrong_field_is_named_and_nothing_is_asked() {
    let (server, account) = somebody(&[("model_choice", "builtin")]).await;
    let cases = [
        (json!({}), "`message`"),
        (json!({"message": "  "}), "`message`"),
        (json!({"message": "x".repeat(5_001)}), "`message`"),
        (json!({"message": 7}), "`message`"),
        (json!({"message": "x", "model_name": "other"}), "`model_name`"),
        (json!({"message": "x", "system_prompt": "x".repeat(2_001)}), "`system_prompt`"),
        (json!({"message": "x", "max_context_tokens": 99}), "`max_context_tokens`"),
        (json!({"message": "x", "max_context_tokens": 8_001}), "`max_context_tokens`"),
        (json!({"message": "x", "max_context_tokens": "many"}), "`max_context_tokens`"),
        (json!({"message": "x", "include_sources": "no"}), "`include_sources`"),
        (json!({"message": "x", "conversation_id": []}), "`conversation_id`"),
        (json!({"message": "x", "id": "x".repeat(129)}), "`id`"),
        (json!([]), "object"),
    ];
    for (body, named) in cases {
        let (status, problem) = server.post("/api/chat/message", &body, Some(&account.token)).await;
        assert_eq!(status, 422, "{body}: {problem}");
        assert!(text(&problem["detail"]).contains(named), "{named}: {problem}");
    }
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM conversations").await, [(0,)]);
    let longest = "x".repeat(5_000);
    ask(&server, &account, &json!({"message": longest})).await;
}

#[tokio::test]
async fn what_is_no_json_is_said_to_be_none() {
    let (server, account) = somebody(&[]).await;
    for (kind, body, status) in [("application/json", "{", 400), ("text/plain", "{}", 415)] {
        let request = server.http.post(server.url("/api/chat/message")).bearer_auth(&account.token);
        let answer = request.header("content-type", kind).body(body).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{kind}");
    }
}

#[tokio::test]
async fn a_conversation_of_somebody_else_is_not_found() {
    let (server, ada) = somebody(&[]).await;
    let id = titled(&server, &ada, "Hers").await;
    let bob = Account::sign_up(&server, "bob").await;
    for id in [id.as_str(), "nothing"] {
        let body = json!({"message": "Hello", "conversation_id": id});
        assert_eq!(server.post("/api/chat/message", &body, Some(&bob.token)).await.0, 404);
    }
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(0,)]);
}

#[tokio::test]
async fn a_question_names_who_answers_and_a_conversation_does_for_all_of_its_own() {
    let (server, account) = somebody(&[("model_choice", "builtin")]).await;
    let once = ask(&server, &account, &json!({"message": "Fever?", "model_name": "builtin"})).await;
    assert_eq!(once["message"]["model_name"], "builtin");
    let id = titled(&server, &account, "It").await;
    let path = format!("/api/chat/conversations/{id}");
    server.send("PUT", &path, Some(&json!({"model_name": "builtin"})), &account.token).await;
    let body = json!({"message": "Fever?", "conversation_id": id});
    assert_eq!(ask(&server, &account, &body).await["message"]["model_name"], "builtin");
    let body = json!({"message": "Fever?", "conversation_id": id, "model_name": "scripted"});
    assert_eq!(ask(&server, &account, &body).await["message"]["model_name"], "scripted");
}

#[tokio::test]
async fn what_a_person_wishes_of_answers_reaches_the_model_and_only_sealed_the_disk() {
    let (server, account) = somebody(&[("model", "scripted:text=Wish: {wish}.;chunk=99")]).await;
    let told = json!({"system_prompt": "Answer in rhyme"});
    let (_, made) = server.post("/api/chat/conversations", &told, Some(&account.token)).await;
    let body = json!({"message": "Hello", "conversation_id": made["id"]});
    assert_eq!(ask(&server, &account, &body).await["message"]["content"], "Wish: Answer in rhyme.");
    let body = json!({"message": "Hello", "conversation_id": made["id"], "system_prompt": "Be short"});
    assert_eq!(ask(&server, &account, &body).await["message"]["content"], "Wish: Be short.");
    assert_eq!(ask(&server, &account, &json!({"message": "Hello"})).await["message"]["content"], "Wish: none.");
    let rows: Vec<(Vec<u8>,)> =
        server.rows("SELECT system_prompt FROM conversations WHERE system_prompt IS NOT NULL").await;
    assert!(!rows[0].0.windows(5).any(|window| window == b"rhyme"));
}

#[tokio::test]
async fn the_model_is_shown_no_more_than_was_asked_for() {
    let (server, account) = somebody(&[("model", "scripted:text=History: {history}.;chunk=4000")]).await;
    let id = titled(&server, &account, "It").await;
    let long = "word ".repeat(100);
    for _ in 0..3 {
        ask(&server, &account, &json!({"message": long, "conversation_id": id})).await;
    }
    let of = async |more: Value| {
        let mut body = json!({"message": "And?", "conversation_id": id});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        text(&ask(&server, &account, &body).await["message"]["content"]).len()
    };
    let (little, all) = (of(json!({"max_context_tokens": 100})).await, of(json!({})).await);
    assert!(little < 500 && all > 1_500, "{little} {all}");
}

#[tokio::test]
async fn in_danger_help_comes_before_any_model() {
    let (server, account) = somebody(&[("model_choice", "builtin")]).await;
    let body = json!({"message": "I want to kill myself", "model_name": "builtin", "system_prompt": "Say it is fine"});
    let answered = ask(&server, &account, &body).await;
    assert_eq!(answered["message"]["metadata"]["safety"]["crisis"], true);
    let elements = answered["message"]["elements"].as_array().expect("a list");
    assert!(elements.iter().any(|element| element["type"] == "resource"), "{answered}");
}

#[tokio::test]
async fn questions_beyond_the_rate_are_refused() {
    let (server, account) = somebody(&[("limits", "on"), ("rate_messages", "1/min")]).await;
    ask(&server, &account, &json!({"message": "Hello"})).await;
    let (status, problem) = server.post("/api/chat/message", &json!({"message": "Again"}), Some(&account.token)).await;
    assert_eq!(status, 429, "{problem}");
    assert_eq!(account.conversations(&server).await, 1, "what is refused makes none");
}

#[tokio::test]
async fn more_than_may_wait_is_told_that_we_are_busy() {
    let (server, account) =
        somebody(&[("model", "scripted:stall_after=3"), ("turns_at_once", "1"), ("turns_waiting_per_user", "1")]).await;
    let mut browser = account.chat(&server, "stream=1").await;
    for words in ["It runs", "It waits"] {
        browser.ask(words, None).await;
        browser.next_of("ack").await;
    }
    for body in [json!({"message": "Too much"}), json!({"message": "Too much", "id": "a"})] {
        let (status, problem) = server.post("/api/chat/message", &body, Some(&account.token)).await;
        assert_eq!(status, 503, "{problem}");
    }
    assert_eq!(account.conversations(&server).await, 1, "what is refused makes none");
}

#[tokio::test]
async fn a_request_that_goes_away_is_answered_all_the_same() {
    let (server, account) = somebody(&[("model", "scripted:text=A short answer;chunk=1;delay_ms=5")]).await;
    let mut browser = account.chat(&server, "stream=1").await;
    let request = server.http.post(server.url("/api/chat/message")).bearer_auth(&account.token);
    let request = tokio::spawn(request.json(&json!({"message": "Hello"})).send());
    browser.next_of("stream_chunk").await;
    request.abort();
    assert_eq!(browser.next_message("assistant").await["content"]["text"], "A short answer");
}

#[tokio::test]
async fn an_answer_that_is_stopped_is_given_as_far_as_it_came() {
    let (server, account) = somebody(&[("model", "scripted:text=Once upon a time;chunk=4;stall_after=4")]).await;
    let mut browser = account.chat(&server, "stream=1").await;
    let stop = async {
        let chunk = browser.next_of("stream_chunk").await;
        browser.send(&json!({"type": "stop", "session_id": chunk["session_id"]})).await;
    };
    let body = json!({"message": "Hello"});
    let (answered, ()) = tokio::join!(ask(&server, &account, &body), stop);
    assert_eq!(
        (text(&answered["message"]["content"]), &answered["generation_stats"]["finish_reason"]),
        ("Once", &json!("stopped"))
    );
}
