//! Conversations taken out and taken in again.

use serde_json::{Value, json};

use super::{ask, somebody, text, titled};
use crate::support::{Account, SCRIPT, TestServer};

/// Makes a file wrong.
type Spoil = fn(&mut Value);

async fn taken_out(server: &TestServer, account: &Account, path: &str) -> (String, String) {
    let response = server.http.get(server.url(path)).bearer_auth(&account.token).send().await.expect("an answer");
    assert_eq!(response.status(), 200, "{path}");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(response.headers()["content-disposition"].to_str().expect("text").starts_with("attachment"));
    let kind = response.headers()["content-type"].to_str().expect("text").to_owned();
    (kind, response.text().await.expect("a body"))
}

async fn messages(server: &TestServer, account: &Account, id: &str) -> Value {
    server.get(&format!("/api/chat/conversations/{id}/messages"), Some(&account.token)).await.1["messages"].clone()
}

/// Two conversations of somebody, and all of them taken out.
async fn two() -> (TestServer, Account, String, Value) {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "My <head>").await;
    ask(&server, &account, &json!({"message": "Hello <b>you</b>", "conversation_id": id})).await;
    ask(&server, &account, &json!({"message": "I want to kill myself"})).await;
    let (kind, file) = taken_out(&server, &account, "/api/chat/export").await;
    assert_eq!(kind, "application/json");
    (server, account, id, serde_json::from_str(&file).expect("JSON"))
}

#[tokio::test]
async fn all_of_it_is_taken_out() {
    let (server, account, id, file) = two().await;
    let all = file["conversations"].as_array().expect("a list");
    assert_eq!((all.len(), &file["format"], &file["version"]), (2, &json!("anamnesis.conversations"), &json!(1)));
    let one = all.iter().find(|one| one["conversation"]["id"] == id).expect("it is there");
    assert_eq!(one["messages"], messages(&server, &account, &id).await);
    let (_, single) = taken_out(&server, &account, &format!("/api/chat/conversations/{id}/export?format=json")).await;
    let single: Value = serde_json::from_str(&single).expect("JSON");
    assert_eq!(single["conversations"], json!([one]));
}

#[tokio::test]
async fn as_markdown_and_as_a_page_it_can_be_read_and_nothing_becomes_a_tag() {
    let (server, account, id, _) = two().await;
    let (kind, file) =
        taken_out(&server, &account, &format!("/api/chat/conversations/{id}/export?format=markdown")).await;
    assert!(kind.starts_with("text/markdown"), "{kind}");
    assert!(file.contains("# My <head>") && file.contains("> Hello <b>you</b>") && file.contains(SCRIPT), "{file}");
    let (kind, page) = taken_out(&server, &account, "/api/chat/export?format=html").await;
    assert!(kind.starts_with("text/html"), "{kind}");
    assert!(page.contains("My &lt;head&gt;") && page.contains("Hello &lt;b&gt;you&lt;/b&gt;"), "{page}");
    assert!(!page.contains("<b>") && !page.contains("<script"), "{page}");
    // Help lines stand in the text.
    let elements = file_elements(&server, &account).await;
    assert!(!elements.is_empty());
    assert!(elements.iter().all(|info| page.contains(info.as_str())), "{elements:?}");
}

/// What help lines the answers hold that have no sign which a page writes in another way.
async fn file_elements(server: &TestServer, account: &Account) -> Vec<String> {
    let (_, file) = taken_out(server, account, "/api/chat/export").await;
    let file: Value = serde_json::from_str(&file).expect("JSON");
    let mut found = Vec::new();
    for one in file["conversations"].as_array().expect("a list") {
        for message in one["messages"].as_array().expect("a list") {
            let elements = message["elements"].as_array().expect("a list").iter();
            found.extend(elements.filter(|it| it["type"] == "resource").map(|it| text(&it["info"]).to_owned()));
        }
    }
    found.retain(|info| !info.contains(['&', '<', '>', '"', '\'']));
    found
}

#[tokio::test]
async fn what_was_taken_out_can_be_taken_in_elsewhere_once() {
    let (server, _ada, id, file) = two().await;
    let bob = Account::sign_up(&server, "bob").await;
    let mut browser = bob.chat(&server, "stream=1").await;
    let (status, taken) = server.post("/api/chat/import", &file, Some(&bob.token)).await;
    assert_eq!((status, &taken["skipped"]), (200, &json!(0)), "{taken}");
    browser.next_of("conversation_updated").await;
    let ids: Vec<&str> = taken["conversation_ids"].as_array().expect("a list").iter().map(text).collect();
    assert!(ids.len() == 2 && !ids.contains(&id.as_str()), "{taken}");
    let (_, again) = server.post("/api/chat/import", &file, Some(&bob.token)).await;
    assert_eq!((&again["skipped"], &again["conversation_ids"]), (&json!(2), &json!([])));
    let (_, list) = server.get("/api/chat/conversations", Some(&bob.token)).await;
    assert_eq!(list["total"], 2);
    // The same was said at the same time, under new ids.
    for (one, id) in file["conversations"].as_array().expect("a list").iter().zip(ids) {
        let (_, conversation) = server.get(&format!("/api/chat/conversations/{id}"), Some(&bob.token)).await;
        assert_eq!(conversation["title"], one["conversation"]["title"]);
        let theirs = messages(&server, &bob, id).await;
        for (mine, theirs) in one["messages"].as_array().expect("a list").iter().zip(theirs.as_array().expect("a list"))
        {
            for field in ["role", "content", "elements", "sources", "created_at", "seq", "metadata", "context_used"] {
                assert_eq!(mine[field], theirs[field], "{field}");
            }
            assert_ne!(mine["id"], theirs["id"]);
        }
        let (_, session) = server.get(&format!("/chat/sessions/{id}"), Some(&bob.token)).await;
        assert_eq!(session["messages"].as_array().map(Vec::len), Some(1), "{session}");
    }
}

#[tokio::test]
async fn a_conversation_that_was_taken_in_goes_on() {
    let (server, _ada, _, file) = two().await;
    let bob = Account::sign_up(&server, "bob").await;
    let (_, taken) = server.post("/api/chat/import", &file, Some(&bob.token)).await;
    let id = &taken["conversation_ids"][0];
    let answered = ask(&server, &bob, &json!({"message": "And now?", "conversation_id": id})).await;
    assert_eq!(answered["message"]["seq"], 4);
}

#[tokio::test]
async fn a_file_with_something_wrong_is_refused_whole_and_the_place_is_named() {
    let (server, account, _, file) = two().await;
    let cases: [(Spoil, &str); 9] = [
        (|file| file["format"] = json!("other"), "`format`"),
        (|file| file["version"] = json!(2), "`version`"),
        (|file| file["conversations"] = json!(7), "`conversations`"),
        (
            |file| file["conversations"][1]["messages"][0]["created_at"] = json!("yesterday"),
            "conversations[1].messages[0].created_at",
        ),
        (|file| file["conversations"][1]["messages"][0]["created_at"] = json!("2999-01-01T00:00:00Z"), "created_at"),
        (|file| file["conversations"][1]["messages"][0]["role"] = json!("queen"), "conversations[1].messages[0].role"),
        (|file| file["conversations"][1]["conversation"]["title"] = json!("x".repeat(121)), "title"),
        (|file| file["conversations"][1]["messages"][0]["content"] = json!("x".repeat(70_000)), "content"),
        (|file| file["conversations"][1]["messages"][0]["metadata"] = json!({"safety": 7}), "metadata"),
    ];
    let bob = Account::sign_up(&server, "bob").await;
    for (spoil, named) in cases {
        let mut spoiled = file.clone();
        spoil(&mut spoiled);
        let (status, problem) = server.post("/api/chat/import", &spoiled, Some(&bob.token)).await;
        assert_eq!(status, 422, "{named}: {problem}");
        assert!(text(&problem["detail"]).contains(named), "{named}: {problem}");
    }
    assert_eq!(server.get("/api/chat/conversations", Some(&bob.token)).await.1["total"], 0);
    assert_eq!(server.get("/api/chat/export?format=pdf", Some(&account.token)).await.0, 422);
}

#[tokio::test]
async fn more_than_may_be_taken_at_once_is_refused() {
    let (server, _ada, _, file) = two().await;
    let home = server.stop().await;
    let server = TestServer::again(home, &[("export_messages", "3"), ("import_bytes", "2000000")]).await;
    let bob = Account::sign_up(&server, "bob").await;
    assert_eq!(server.post("/api/chat/import", &file, Some(&bob.token)).await.0, 422);
    let ada = server
        .post("/auth/signin", &json!({"email": "ada@people.example", "password": crate::support::PASSWORD}), None)
        .await;
    assert_eq!(ada.0, 200);
    let code = crate::support::mailed_code(server.data(), "ada@people.example");
    let (_, tokens) =
        server.post("/auth/verify-signin", &json!({"email": "ada@people.example", "code": code}), None).await;
    let ada = Account::of("ada@people.example".to_owned(), &tokens);
    assert_eq!(server.get("/api/chat/export", Some(&ada.token)).await.0, 413);
    // Larger than any other body may be, and not too large for this one.
    let padded =
        json!({"format": "other", "version": 1, "exported_at": "", "conversations": [], "x": "y".repeat(1_500_000)});
    assert_eq!(server.post("/api/chat/import", &padded, Some(&bob.token)).await.0, 422);
    let padded = json!({"x": "y".repeat(2_500_000)});
    assert_eq!(server.post("/api/chat/import", &padded, Some(&bob.token)).await.0, 413);
}

#[tokio::test]
async fn an_answer_stands_formatted_on_a_page_that_can_be_printed() {
    let said =
        "Take **care** <script>alert(1)</script> of [this](javascript:alert(1)) and [that](https://example.org/a)";
    let model = format!("scripted:text={said}");
    let (server, account) = somebody(&[("model", model.as_str())]).await;
    ask(&server, &account, &json!({"message": "One **line**\nand <script>another</script>"})).await;
    let (_, page) = taken_out(&server, &account, "/api/chat/export?format=html").await;
    assert!(page.contains("Take <strong>care</strong> &lt;script&gt;alert(1)&lt;/script&gt; of this and "), "{page}");
    assert!(page.contains("<a href=\"https://example.org/a\" rel=\"noopener noreferrer\">that</a>"), "{page}");
    assert!(page.contains("<p>One **line**<br>\nand &lt;script&gt;another&lt;/script&gt;</p>"), "{page}");
    assert!(!page.contains("<script") && !page.contains("javascript:"), "{page}");
    assert!(page.contains("@media print") && page.contains("color-scheme: light dark"), "{page}");
}

#[tokio::test]
async fn what_came_with_a_message_is_named_on_the_page() {
    let (server, account) = somebody(&[]).await;
    let (status, document) = account.upload(&server, "mine & <b>yours.txt", b"Apixaban twice a day.".to_vec()).await;
    assert_eq!((status, &document["status"]), (201, &json!("ready")), "{document}");
    let mut socket = account.chat(&server, "stream=1").await;
    let content = json!({"text": "What is this?", "attachments": [document["id"]]});
    socket.send(&json!({"type": "user_message", "content": content})).await;
    socket.next_message("assistant").await;
    let (_, page) = taken_out(&server, &account, "/api/chat/export?format=html").await;
    assert!(page.contains("<li>Document: mine &amp; &lt;b&gt;yours.txt</li>"), "{page}");
}

#[tokio::test]
async fn a_file_of_too_many_bytes_is_refused_in_every_form() {
    let (server, account) = somebody(&[("export_bytes", "600")]).await;
    let id = titled(&server, &account, "Mine").await;
    ask(&server, &account, &json!({"message": "Hello", "conversation_id": id})).await;
    for form in ["json", "markdown", "html"] {
        for path in ["/api/chat/export".to_owned(), format!("/api/chat/conversations/{id}/export")] {
            let (status, problem) = server.get(&format!("{path}?format={form}"), Some(&account.token)).await;
            assert_eq!(status, 413, "{path} {form}: {problem}");
            assert!(text(&problem["detail"]).contains("600 bytes"), "{problem}");
        }
    }
}

#[tokio::test]
async fn nobody_takes_in_more_conversations_than_they_may_keep() {
    let (server, _ada, _, file) = two().await;
    let server = TestServer::again(server.stop().await, &[("conversations_per_user", "1")]).await;
    let bob = Account::sign_up(&server, "bob").await;
    let (status, problem) = server.post("/api/chat/import", &file, Some(&bob.token)).await;
    assert_eq!(status, 409, "{problem}");
    assert!(text(&problem["detail"]).contains("brings 2 more; 1 is the most"), "{problem}");
    assert_eq!(bob.conversations(&server).await, 0);
    let mut one = file.clone();
    one["conversations"].as_array_mut().expect("a list").truncate(1);
    let (status, taken) = server.post("/api/chat/import", &one, Some(&bob.token)).await;
    assert_eq!((status, &taken["skipped"]), (200, &json!(0)), "{taken}");
    // What is there already adds nothing; the other one would.
    let (status, taken) = server.post("/api/chat/import", &one, Some(&bob.token)).await;
    assert_eq!((status, &taken["skipped"]), (200, &json!(1)), "{taken}");
    assert_eq!(server.post("/api/chat/import", &file, Some(&bob.token)).await.0, 409);
    assert_eq!(server.post("/api/chat/conversations", &json!({}), Some(&bob.token)).await.0, 409);
    assert_eq!(bob.conversations(&server).await, 1);
    // A question begins one all the same.
    ask(&server, &bob, &json!({"message": "Hello"})).await;
    assert_eq!(bob.conversations(&server).await, 2);
}

#[tokio::test]
async fn somebody_elses_conversation_is_not_found() {
    let (server, _ada, id, _) = two().await;
    let bob = Account::sign_up(&server, "bob").await;
    assert_eq!(server.get(&format!("/api/chat/conversations/{id}/export"), Some(&bob.token)).await.0, 404);
}
