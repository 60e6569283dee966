//! Door 2: several clients in one conversation.

use serde_json::{Value, json};

use super::wire::{all, keeps};
use super::{LIVE, new_conversation, question, text};
use crate::support::{Account, SCRIPT, Socket, TestServer};

async fn enter(server: &TestServer, account: &Account, conversation: &str, client: &str) -> Socket {
    let path = format!("/ws/chat/{conversation}?client_id={client}");
    Socket::open(server, &path, Some(&account.token)).await
}

/// A server, somebody, an empty conversation of theirs, and two clients that have been let in, in this order.
async fn two(settings: &[(&str, &str)]) -> (TestServer, Account, String, Socket, Socket) {
    let server = TestServer::with(settings).await;
    let account = Account::sign_up(&server, "ada").await;
    let conversation = new_conversation(&server, &account).await;
    // The upgrade is answered before the room is entered, and this door has no welcome: a pong says that it is.
    let mut one = enter(&server, &account, &conversation, "one").await;
    assert!(one.is_quiet().await);
    let mut two = enter(&server, &account, &conversation, "two").await;
    assert!(two.is_quiet().await);
    (server, account, conversation, one, two)
}

fn message(words: &str) -> Value {
    json!({"type": "message", "id": "m1", "content": words})
}

/// All frames up to the news of the conversation, which end a turn.
async fn turn(socket: &mut Socket) -> Vec<Value> {
    socket.until(|frame| frame["type"] == "conversation_updated").await
}

fn kinds(frames: &[Value]) -> Vec<&str> {
    let mut kinds: Vec<&str> = frames.iter().map(|frame| text(&frame["type"])).collect();
    kinds.dedup();
    kinds
}

/// What the parts of an answer say together, and its last part.
fn streamed(frames: &[Value]) -> (String, Value) {
    let parts: Vec<&Value> =
        frames.iter().filter(|frame| frame["type"] == "streaming_response").map(|frame| &frame["data"]).collect();
    let (last, parts) = parts.split_last().expect("an answer");
    assert!(parts.iter().all(|part| part["is_complete"] == false), "{parts:?}");
    assert_eq!((&last["is_complete"], &last["content_delta"]), (&json!(true), &json!("")));
    (parts.iter().map(|part| text(&part["content_delta"])).collect(), (*last).clone())
}

#[tokio::test]
async fn a_turn_reaches_both_clients_and_the_question_only_the_other() {
    let (_server, _account, _conversation, mut one, mut two) = two(&[]).await;
    one.send(&message("Hello")).await;
    let (asked, seen) = (turn(&mut one).await, turn(&mut two).await);
    assert_eq!(kinds(&asked), ["message_received", "streaming_response", "conversation_updated"]);
    assert_eq!(kinds(&seen), ["user_message", "streaming_response", "conversation_updated"]);
    assert_eq!(streamed(&asked).0, SCRIPT);
    assert_eq!(streamed(&seen).0, SCRIPT);
    assert_eq!(asked[0]["data"]["message_id"], "m1");
    assert_eq!(
        (&seen[0]["data"]["client_id"], &seen[0]["data"]["message"]["content"]),
        (&json!("one"), &json!("Hello"))
    );
}

#[tokio::test]
async fn typing_is_shown_to_the_other_only() {
    let (_server, _account, _conversation, mut one, mut two) = two(&[]).await;
    one.send(&json!({"type": "typing", "is_typing": true})).await;
    assert_eq!(two.next().await, json!({"type": "typing", "data": {"client_id": "one", "is_typing": true}}));
    assert!(one.is_quiet().await);
}

#[tokio::test]
async fn a_turn_from_door_1_is_seen_with_its_whole_at_the_end() {
    let (server, account, conversation, mut one, mut two) = two(&[]).await;
    let mut browser = account.chat(&server, LIVE).await;
    browser.send(&question(&conversation, "Hello")).await;
    for socket in [&mut one, &mut two] {
        let frames = turn(socket).await;
        assert_eq!(kinds(&frames), ["user_message", "streaming_response", "new_message", "conversation_updated"]);
        let whole = &frames[frames.len() - 2]["data"];
        assert_eq!(whole["user_message"]["content"], "Hello");
        assert_eq!(whole["assistant_message"]["content"], SCRIPT);
        assert_eq!(
            (&whole["conversation"]["id"], &whole["conversation"]["message_count"]),
            (&json!(conversation), &json!(2))
        );
    }
}

#[tokio::test]
async fn a_turn_from_door_2_is_seen_at_door_1() {
    let (server, account, _conversation, mut one, _two) = two(&[]).await;
    let mut browser = account.chat(&server, LIVE).await;
    one.send(&message("Hello")).await;
    assert_eq!(browser.next_message("user").await["content"]["text"], "Hello");
    assert_eq!(browser.next_message("assistant").await["content"]["text"], SCRIPT);
}

#[tokio::test]
async fn typing_at_door_1_is_shown_at_door_2() {
    let (server, account, conversation, mut one, _two) = two(&[]).await;
    let mut browser = account.chat(&server, "stream=1&client_id=tablet").await;
    browser.send(&json!({"type": "typing", "session_id": conversation, "is_typing": false})).await;
    assert_eq!(one.next().await["data"], json!({"client_id": "tablet", "is_typing": false}));
}

#[tokio::test]
async fn what_happens_in_other_conversations_is_not_shown() {
    let (server, account, _conversation, mut one, _two) = two(&[]).await;
    let other = new_conversation(&server, &account).await;
    let mut browser = account.chat(&server, LIVE).await;
    browser.send(&question(&other, "Hello")).await;
    browser.next_of("conversation_updated").await;
    assert!(one.is_quiet().await);
}

#[tokio::test]
async fn who_comes_in_while_an_answer_is_written_gets_its_beginning() {
    let (server, account, conversation, mut one, _two) =
        two(&[("model", "scripted:text=Once upon a time;chunk=4;stall_after=8")]).await;
    one.send(&message("Hello")).await;
    let mut said = String::new();
    while said != "Once upo" {
        said.push_str(text(&one.next_of("streaming_response").await["data"]["content_delta"]));
    }
    let mut third = enter(&server, &account, &conversation, "three").await;
    assert_eq!(third.next().await["data"]["content_delta"], "Once upo");
}

#[tokio::test]
async fn the_same_id_asks_once() {
    let (server, _account, _conversation, mut one, _two) = two(&[]).await;
    one.send(&message("Hello")).await;
    let first = turn(&mut one).await[0].clone();
    one.send(&message("Hello")).await;
    assert_eq!(one.next().await, first);
    assert!(one.is_quiet().await);
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(2,)]);
}

#[tokio::test]
async fn what_can_not_be_read_is_an_error_and_the_socket_stays() {
    let (_server, _account, _conversation, mut one, _two) = two(&[]).await;
    let cases = [
        ("{", "bad_json", "Invalid JSON format"),
        ("[]", "bad_json", "A frame is one JSON object"),
        (r#"{"type":"x"}"#, "unknown_type", "Unknown message type: x"),
        ("{}", "bad_field", "A frame needs a `type`, which is a text"),
        (r#"{"type":"message"}"#, "bad_field", "`content` must be a text"),
        (r#"{"type":"message","content":"  "}"#, "empty", "The message is empty."),
        (
            r#"{"type":"message","content":"x","include_sources":1}"#,
            "bad_field",
            "`include_sources` must be true or false",
        ),
        (r#"{"type":"typing"}"#, "bad_field", "`is_typing` must be true or false"),
    ];
    for (frame, code, words) in cases {
        one.send_text(frame).await;
        let error = one.next().await;
        assert_eq!(error, json!({"type": "error", "data": {"message": words, "code": code}}), "{frame}");
    }
    assert!(one.is_quiet().await);
}

#[tokio::test]
async fn a_conversation_of_somebody_else_and_one_that_is_not_there_are_refused_alike() {
    let (server, _ada, conversation, _one, _two) = two(&[]).await;
    let bob = Account::sign_up(&server, "bob").await;
    for id in [conversation.as_str(), "01900000-0000-7000-8000-000000000000", "nothing"] {
        let mut socket = enter(&server, &bob, id, "three").await;
        let error = socket.next().await;
        assert_eq!(error["data"], json!({"message": "There is no such conversation.", "code": "not_found"}));
        assert_eq!(socket.event().await, Err((1008, "forbidden".to_owned())));
    }
    let refused = server.rows::<(i64,)>("SELECT COUNT(*) FROM audit WHERE reason = 'not_found'").await;
    assert_eq!(refused, [(3,)]);
}

#[tokio::test]
async fn one_socket_more_than_a_conversation_may_have_is_refused() {
    let (server, account, conversation, mut one, _two) = two(&[("sockets_per_conversation", "2")]).await;
    let mut third = enter(&server, &account, &conversation, "three").await;
    assert_eq!(third.event().await, Err((1008, "limit".to_owned())));
    let elsewhere = new_conversation(&server, &account).await;
    assert!(enter(&server, &account, &elsewhere, "three").await.is_quiet().await);
    one.close().await;
    assert!(enter(&server, &account, &conversation, "four").await.is_quiet().await);
}

#[tokio::test]
async fn a_model_that_is_not_allowed_is_refused_and_nothing_is_asked() {
    let (server, _account, _conversation, mut one, _two) = two(&[("model_choice", "builtin")]).await;
    one.send(&json!({"type": "message", "id": "m1", "content": "Hello", "model_name": "other"})).await;
    let error = one.next().await;
    assert_eq!(error["data"]["code"], "bad_field");
    assert_eq!(error["data"]["message"], "`model_name` must be one of these: scripted, builtin");
    assert_eq!(error["data"]["message_id"], "m1");
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(0,)]);
}

#[tokio::test]
async fn a_model_that_is_allowed_answers() {
    let (_server, _account, _conversation, mut one, _two) = two(&[("model_choice", "builtin")]).await;
    one.send(&json!({"type": "message", "content": "How can I bring down a fever?", "model_name": "builtin"})).await;
    let (said, last) = streamed(&turn(&mut one).await);
    assert_ne!(said, SCRIPT);
    assert_eq!(last["generation_stats"]["model_name"], "builtin");
    assert!(!last["sources"].as_array().expect("a list").is_empty(), "{last}");
}

#[tokio::test]
async fn without_sources_only_the_asker_goes_without() {
    let (_server, _account, _conversation, mut one, mut two) = two(&[("model", "builtin")]).await;
    one.send(&json!({"type": "message", "content": "How can I bring down a fever?", "include_sources": false})).await;
    let (_, mine) = streamed(&turn(&mut one).await);
    let (_, theirs) = streamed(&turn(&mut two).await);
    assert_eq!(mine["sources"], json!([]));
    assert!(!theirs["sources"].as_array().expect("a list").is_empty());
}

#[tokio::test]
async fn in_danger_the_help_lines_stand_in_the_text() {
    let (_server, _account, _conversation, mut one, _two) = two(&[]).await;
    one.send(&message("I want to kill myself")).await;
    let frames = turn(&mut one).await;
    let (said, _) = streamed(&frames);
    assert!(said.contains("findahelpline.com") || said.contains("112") || said.contains("988"), "{said}");
    let lines = said.lines().filter(|line| line.contains(": ")).count();
    assert!(lines > 0, "{said}");
}

#[tokio::test]
async fn a_conversation_that_is_deleted_says_so_and_takes_nothing_more() {
    let (server, account, conversation, mut one, _two) = two(&[]).await;
    super::sessions::change(&server, &account, "delete-conversation", &[("id", &conversation)]).await;
    let expected = json!({"type": "conversation_deleted", "data": {"conversation_id": conversation}});
    assert_eq!(one.next().await, expected);
    one.send(&message("Hello")).await;
    assert_eq!(one.next().await["data"]["code"], "not_found");
}

#[tokio::test]
async fn a_question_beyond_the_rate_is_refused_with_its_id() {
    let (_server, _account, _conversation, mut one, _two) = two(&[("limits", "on"), ("rate_messages", "1/min")]).await;
    one.send(&message("Hello")).await;
    turn(&mut one).await;
    one.send(&json!({"type": "message", "id": "m2", "content": "Again"})).await;
    let error = one.next().await;
    assert_eq!((&error["data"]["code"], &error["data"]["message_id"]), (&json!("rate_limited"), &json!("m2")));
}

#[tokio::test]
async fn every_frame_keeps_its_form() {
    let (server, account, conversation, mut one, mut two) =
        two(&[("model", "scripted:text=A headache;chunk=20")]).await;
    one.send(&message("Hello")).await;
    let (asked, seen) = (turn(&mut one).await, turn(&mut two).await);
    let mut browser = account.chat(&server, LIVE).await;
    browser.send(&question(&conversation, "Again")).await;
    let elsewhere = turn(&mut two).await;
    two.send(&json!({"type": "typing", "is_typing": true})).await;
    turn(&mut one).await;
    let typing = one.next().await;
    one.send(&json!({"type": "ping"})).await;
    let pong = one.next().await;
    one.send_text("{").await;
    let error = one.next().await;
    super::sessions::change(&server, &account, "delete-conversation", &[("id", &conversation)]).await;
    let deleted = one.next().await;
    let frames = json!({
        "asked": all(asked), "seen": all(seen), "elsewhere": all(elsewhere),
        "typing": all(vec![typing]), "pong": all(vec![pong]), "error": all(vec![error]), "deleted": all(vec![deleted]),
    });
    keeps("several", &frames);
}

#[tokio::test]
async fn a_client_that_joins_floods_and_leaves_takes_nothing_from_the_others() {
    let (server, account, conversation, mut one, mut two) = two(&[("limits", "on")]).await;
    let mut flood = enter(&server, &account, &conversation, "flood").await;
    for n in 0..2_000 {
        let frame = match n % 4 {
            0 => json!({"type": "typing", "is_typing": true}),
            1 => json!({"type": "ping"}),
            2 => json!({"type": "message", "content": "x".repeat(9_000)}),
            _ => json!({"type": "no such type", "data": [[[[[[[[]]]]]]]]}),
        };
        // It reads nothing of what it is told, and may be cut off for it.
        if !flood.try_send(&frame).await {
            break;
        }
    }
    drop(flood);
    one.send(&message("Hello")).await;
    for (socket, name) in [(&mut one, "one"), (&mut two, "two")] {
        let frames = turn(socket).await;
        assert_eq!(streamed(&frames).0, SCRIPT, "{name}");
        let typed = frames.iter().filter(|frame| frame["type"] == "typing").count();
        assert!((1..=240).contains(&typed), "{name} was shown {typed}");
    }
    let gone = async {
        while server.app.hub.connections() > 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), gone).await.expect("nothing of it is held");
    let mut three = enter(&server, &account, &conversation, "three").await;
    assert!(three.is_quiet().await);
}
