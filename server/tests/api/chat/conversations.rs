//! List, find, change, delete and restore; messages, figures, sessions.

use protocol::rest::UserRole;
use serde_json::{Value, json};

use super::{ask, somebody, text, titled};
use crate::support::{Account, SCRIPT, Socket, TestServer};

const DAY: i64 = 24 * 3_600_000;

fn titles(page: &Value) -> Vec<&str> {
    page["conversations"].as_array().expect("a list").iter().map(|it| text(&it["title"])).collect()
}

async fn list(server: &TestServer, account: &Account, query: &str) -> Value {
    let (status, page) = server.get(&format!("/api/chat/conversations?{query}"), Some(&account.token)).await;
    assert_eq!(status, 200, "{page}");
    page
}

#[tokio::test]
async fn a_conversation_is_made_with_what_is_told_of_it() {
    let (server, account) = somebody(&[]).await;
    let told = json!({"title": " My \n head ", "model_name": "scripted", "system_prompt": "Short, please", "metadata": {"from": "app"}});
    let (status, made) = server.post("/api/chat/conversations", &told, Some(&account.token)).await;
    assert_eq!((status, &made["title"], &made["status"]), (201, &json!("My head"), &json!("active")));
    let found = server.get(&format!("/api/chat/conversations/{}", text(&made["id"])), Some(&account.token)).await;
    assert_eq!(found, (200, made.clone()));
    assert_eq!((&made["model_name"], &made["system_prompt"]), (&json!("scripted"), &json!("Short, please")));
    assert_eq!(made["metadata"], json!({"from": "app"}));
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_made() {
    let (server, account) = somebody(&[("conversation_metadata_bytes", "20")]).await;
    let cases = [
        (json!({"title": ""}), "`title`"),
        (json!({"title": "x".repeat(121)}), "`title`"),
        (json!({"title": 7}), "`title`"),
        (json!({"model_name": "other"}), "`model_name`"),
        (json!({"system_prompt": "x".repeat(2_001)}), "`system_prompt`"),
        (json!({"metadata": {"a": "x".repeat(20)}}), "`metadata`"),
        (json!({"metadata": []}), "`metadata`"),
    ];
    for (told, named) in cases {
        let (status, problem) = server.post("/api/chat/conversations", &told, Some(&account.token)).await;
        assert_eq!(status, 422, "{problem}");
        assert!(text(&problem["detail"]).contains(named), "{named}: {problem}");
    }
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM conversations").await, [(0,)]);
}

#[tokio::test]
async fn a_server_may_take_no_system_prompts() {
    let (server, account) = somebody(&[("system_prompt_chars", "0")]).await;
    let told = json!({"system_prompt": "x"});
    assert_eq!(server.post("/api/chat/conversations", &told, Some(&account.token)).await.0, 422);
}

#[tokio::test]
async fn the_list_is_the_most_recently_active_first_and_ones_own() {
    let (server, account) = somebody(&[]).await;
    let first = titled(&server, &account, "First").await;
    titled(&server, &account, "Second").await;
    let bob = Account::sign_up(&server, "bob").await;
    titled(&server, &bob, "His").await;
    ask(&server, &account, &json!({"message": "Hello", "conversation_id": first})).await;
    let page = list(&server, &account, "").await;
    assert_eq!((titles(&page), &page["total"]), (vec!["First", "Second"], &json!(2)));
}

#[tokio::test]
async fn pages_behind_each_other_show_each_once_whatever_comes_meanwhile() {
    let (server, account) = somebody(&[]).await;
    for n in 1..=7 {
        titled(&server, &account, &format!("Number {n}")).await;
    }
    let mut seen = Vec::new();
    let mut next = Value::Null;
    for round in 1..=4 {
        let query = next.as_str().map_or("limit=2".to_owned(), |next| format!("limit=2&before={next}"));
        let page = list(&server, &account, &query).await;
        seen.extend(titles(&page).into_iter().map(ToOwned::to_owned));
        next = page["next"].clone();
        titled(&server, &account, &format!("Meanwhile {round}")).await;
    }
    assert_eq!(next, Value::Null);
    assert_eq!(seen, (1..=7).rev().map(|n| format!("Number {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_title_is_searched_in_without_regard_to_case_and_pages_hold() {
    let (server, account) = somebody(&[]).await;
    for title in ["A headache", "My knee", "HEADACHES again", "Sleep"] {
        titled(&server, &account, title).await;
    }
    let page = list(&server, &account, "q=Headache&limit=1").await;
    assert_eq!((titles(&page), &page["total"]), (vec!["HEADACHES again"], &json!(2)));
    let page = list(&server, &account, &format!("q=headache&limit=1&before={}", text(&page["next"]))).await;
    assert_eq!((titles(&page), page.get("next")), (vec!["A headache"], None));
    assert_eq!(titles(&list(&server, &account, "q=headache&limit=1&offset=1").await), ["A headache"]);
    assert_eq!(list(&server, &account, "q=nothing").await, json!({"conversations": [], "total": 0}));
}

#[tokio::test]
async fn a_status_is_filtered_by() {
    let (server, account) = somebody(&[]).await;
    let away = titled(&server, &account, "Away").await;
    let gone = titled(&server, &account, "Gone").await;
    titled(&server, &account, "Here").await;
    let path = format!("/api/chat/conversations/{away}?status=archived");
    assert_eq!(server.send("PUT", &path, None, &account.token).await.1["status"], "archived");
    server.send("DELETE", &format!("/api/chat/conversations/{gone}"), None, &account.token).await;
    assert_eq!(titles(&list(&server, &account, "").await), ["Here", "Away"]);
    assert_eq!(titles(&list(&server, &account, "status=active").await), ["Here"]);
    assert_eq!(titles(&list(&server, &account, "status=archived").await), ["Away"]);
    assert_eq!(titles(&list(&server, &account, "status=deleted").await), ["Gone"]);
}

#[tokio::test]
async fn a_list_beyond_its_limits_is_refused() {
    let (server, account) = somebody(&[]).await;
    let q = format!("q={}", "x".repeat(201));
    for query in ["limit=0", "limit=101", "limit=x", "offset=-1", "status=lost", "before=x", q.as_str()] {
        let (status, problem) = server.get(&format!("/api/chat/conversations?{query}"), Some(&account.token)).await;
        assert_eq!(status, 422, "{query}: {problem}");
    }
}

#[tokio::test]
async fn what_changes_is_told_to_every_open_door() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "Before").await;
    let mut browser = account.chat(&server, "stream=1").await;
    let mut client = Socket::open(&server, &format!("/ws/chat/{id}"), Some(&account.token)).await;
    assert!(client.is_quiet().await, "let in");
    let path = format!("/api/chat/conversations/{id}");
    let (status, changed) = server.send("PUT", &path, Some(&json!({"title": "After"})), &account.token).await;
    assert_eq!((status, &changed["title"]), (200, &json!("After")));
    assert_eq!(browser.next_of("conversation_updated").await["conversation"], changed);
    assert_eq!(client.next().await, json!({"type": "conversation_updated", "data": changed}));
    let (status, deleted) = server.send("DELETE", &path, None, &account.token).await;
    assert_eq!((status, &deleted["conversation_id"]), (200, &json!(id)));
    assert!(text(&deleted["deleted_at"]).ends_with('Z'), "{deleted}");
    assert_eq!(browser.next_of("conversation_deleted").await["session_id"], id);
    assert_eq!(client.next().await["type"], "conversation_deleted");
}

#[tokio::test]
async fn an_empty_text_takes_model_and_system_prompt_back() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    let path = format!("/api/chat/conversations/{id}");
    let told = json!({"model_name": "scripted", "system_prompt": "Short"});
    let (_, changed) = server.send("PUT", &path, Some(&told), &account.token).await;
    assert_eq!((&changed["model_name"], &changed["system_prompt"]), (&json!("scripted"), &json!("Short")));
    let told = json!({"model_name": "", "system_prompt": ""});
    let (_, changed) = server.send("PUT", &path, Some(&told), &account.token).await;
    assert_eq!((&changed["model_name"], &changed["system_prompt"]), (&Value::Null, &Value::Null));
    assert_eq!(changed["title"], "It");
}

#[tokio::test]
async fn a_wrong_change_is_refused() {
    let (server, account) = somebody(&[]).await;
    let path = format!("/api/chat/conversations/{}", titled(&server, &account, "It").await);
    for told in
        [json!({"title": " "}), json!({"status": "deleted"}), json!({"status": "lost"}), json!({"model_name": "x"})]
    {
        let (status, problem) = server.send("PUT", &path, Some(&told), &account.token).await;
        assert_eq!(status, 422, "{told}: {problem}");
    }
}

#[tokio::test]
async fn what_is_somebody_elses_is_not_found_whatever_is_asked() {
    let (server, ada) = somebody(&[]).await;
    let id = titled(&server, &ada, "Hers").await;
    let bob = Account::sign_up(&server, "bob").await;
    let routes = [
        ("GET", format!("/api/chat/conversations/{id}")),
        ("PUT", format!("/api/chat/conversations/{id}?title=Mine")),
        ("DELETE", format!("/api/chat/conversations/{id}")),
        ("POST", format!("/api/chat/conversations/{id}/restore")),
        ("GET", format!("/api/chat/conversations/{id}/messages")),
        ("GET", format!("/chat/sessions/{id}")),
        ("DELETE", format!("/chat/sessions/{id}")),
        ("GET", "/api/chat/conversations/nothing%00".to_owned()),
    ];
    for (method, path) in routes {
        assert_eq!(server.send(method, &path, None, &bob.token).await.0, 404, "{method} {path}");
    }
    assert_eq!(titles(&list(&server, &ada, "").await), ["Hers"]);
}

#[tokio::test]
async fn a_deleted_conversation_is_not_found_and_can_be_restored_for_thirty_days() {
    let server = TestServer::with_clock(&[("access_token_life", "90d"), ("refresh_token_life", "90d")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let (early, late) = (titled(&server, &account, "Early").await, titled(&server, &account, "Late").await);
    let at = |id: &str| format!("/api/chat/conversations/{id}");
    for id in [&early, &late] {
        assert_eq!(server.send("DELETE", &at(id), None, &account.token).await.0, 200);
        assert_eq!(server.get(&at(id), Some(&account.token)).await.0, 404);
        assert_eq!(server.send("DELETE", &at(id), None, &account.token).await.0, 404, "once is enough");
    }
    server.pass(29 * DAY);
    let (status, restored) = server.send("POST", &format!("{}/restore", at(&early)), None, &account.token).await;
    assert_eq!((status, &restored["title"]), (200, &json!("Early")));
    server.pass(2 * DAY);
    assert_eq!(server.send("POST", &format!("{}/restore", at(&late)), None, &account.token).await.0, 404);
    assert_eq!(titles(&list(&server, &account, "status=deleted").await), Vec::<&str>::new());
    assert_eq!(server::conversations::purge(&server.app).await.expect("it is stored"), 1);
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM conversations").await, [(1,)]);
}

#[tokio::test]
async fn messages_come_oldest_first_in_pages() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    for words in ["One", "Two", "Three"] {
        ask(&server, &account, &json!({"message": words, "conversation_id": id})).await;
    }
    let path = format!("/api/chat/conversations/{id}/messages");
    let (_, page) = server.get(&format!("{path}?limit=2&offset=2"), Some(&account.token)).await;
    let said: Vec<&str> = page["messages"].as_array().expect("a list").iter().map(|it| text(&it["content"])).collect();
    assert_eq!((said, &page["total_messages"]), (vec!["Two", SCRIPT], &json!(6)));
    assert_eq!((&page["messages"][1]["seq"], &page["messages"][1]["role"]), (&json!(4), &json!("assistant")));
    assert_eq!(page["conversation"]["message_count"], 6);
    for query in ["limit=0", "limit=501", "offset=-1"] {
        assert_eq!(server.get(&format!("{path}?{query}"), Some(&account.token)).await.0, 422, "{query}");
    }
}

#[tokio::test]
async fn figures_are_ones_own_and_everybodys_for_an_administrator() {
    let (server, ada) = somebody(&[]).await;
    ask(&server, &ada, &json!({"message": "Hello"})).await;
    ask(&server, &ada, &json!({"message": "I want to kill myself"})).await;
    let bob = Account::sign_up(&server, "bob").await;
    let admin = Account::with_role(&server, "eve", UserRole::Admin).await;
    let _open = ada.chat(&server, "").await;
    let of = async |account: &Account| server.get("/api/chat/stats", Some(&account.token)).await.1;
    let (hers, his, all) = (of(&ada).await, of(&bob).await, of(&admin).await);
    assert_eq!((&hers["total_conversations"], &hers["total_messages"]), (&json!(2), &json!(4)));
    assert_eq!(hers["avg_messages_per_conversation"], 2.0);
    // An answer to danger is of no model.
    assert_eq!(hers["model_usage"], json!({"scripted": 1}));
    assert!(hers["total_tokens_used"].as_i64() > Some(0), "{hers}");
    assert!(hers["avg_response_time"].is_f64(), "{hers}");
    assert_eq!(hers["websocket_connections"], json!({"active_conversations": 0, "total_connections": 1}));
    assert_eq!((&his["total_conversations"], &his["avg_response_time"]), (&json!(0), &Value::Null));
    assert_eq!(all["total_messages"], 4);
}

#[tokio::test]
async fn sessions_are_the_same_conversations_in_another_form() {
    let (server, account) = somebody(&[]).await;
    let long = "x ".repeat(40);
    let id = titled(&server, &account, &long).await;
    let asked = ask(&server, &account, &json!({"message": "Hello", "conversation_id": id})).await;
    let (_, sessions) = server.get("/chat/sessions?limit=5", Some(&account.token)).await;
    assert_eq!((&sessions["total"], &sessions["sessions"][0]["session_id"]), (&json!(1), &json!(id)));
    assert!(text(&sessions["sessions"][0]["title"]).chars().count() <= 50);
    assert_eq!(sessions["sessions"][0]["is_active"], true);
    let (status, session) = server.get(&format!("/chat/sessions/{id}"), Some(&account.token)).await;
    assert_eq!((status, &session["user_id"]), (200, &json!(account.id)));
    let exchange = &session["messages"][0];
    assert_eq!((&exchange["message"], &exchange["response"]), (&json!("Hello"), &json!(SCRIPT)));
    assert_eq!((&exchange["message_type"], &exchange["context"]), (&json!("chat"), &asked["context_retrieved"]));
    assert!(exchange["response_time_ms"].is_u64(), "{exchange}");
    assert_eq!(server.send("DELETE", &format!("/chat/sessions/{id}"), None, &account.token).await.0, 200);
    assert_eq!(server.get("/chat/sessions", Some(&account.token)).await.1, json!({"sessions": [], "total": 0}));
    assert_eq!(server.get("/chat/sessions?limit=101", Some(&account.token)).await.0, 422);
}

#[tokio::test]
async fn what_is_personal_is_kept_by_nobody_on_the_way() {
    let (server, account) = somebody(&[]).await;
    for path in ["/api/chat/conversations", "/api/chat/stats", "/chat/sessions"] {
        let response = server.http.get(server.url(path)).bearer_auth(&account.token).send().await.expect("an answer");
        assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
    }
}

#[tokio::test]
async fn reading_and_being_refused_are_on_the_trail() {
    let (server, ada) = somebody(&[]).await;
    let id = titled(&server, &ada, "Hers").await;
    let bob = Account::sign_up(&server, "bob").await;
    server.get(&format!("/api/chat/conversations/{id}/messages"), Some(&ada.token)).await;
    server.get(&format!("/chat/sessions/{id}"), Some(&ada.token)).await;
    server.get(&format!("/chat/sessions/{id}"), Some(&bob.token)).await;
    let rows: Vec<(String, String)> =
        server.rows("SELECT actor, outcome FROM audit WHERE action = 'conversation.read' ORDER BY n").await;
    let (ada, bob, done, refused) = (ada.id, bob.id, "done".to_owned(), "refused".to_owned());
    assert_eq!(rows, [(ada.clone(), done.clone()), (ada, done), (bob, refused)]);
}
