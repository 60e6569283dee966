//! Several devices of one person, and those of others.

use serde_json::{Value, json};

use super::{LIVE, about, brief, briefs, live, said, text};
use crate::support::{Account, Socket};

fn typing(session: &Value) -> Value {
    json!({"type": "typing", "session_id": session, "is_typing": true})
}

/// Passes over what is left of a turn.
async fn settle(socket: &mut Socket) {
    socket.next_of("conversation_updated").await;
}

#[tokio::test]
async fn second_device_sees_the_same_turn() {
    let (server, account, mut first) = live(&[]).await;
    let mut second = account.chat(&server, LIVE).await;
    let asked = first.turn("Hello", Some("c1")).await;
    let seen = second.until(|frame| frame["content"]["status"] == "stop").await;
    let expected = [
        "message user",
        "typing start",
        "status thinking",
        "status writing",
        "stream_chunk",
        "message assistant",
        "typing stop",
    ];
    assert_eq!(briefs(&seen), expected);
    assert_eq!(seen[0]["id"], asked[0]["message_id"]);
    assert_eq!(said(&seen), said(&asked));
}

#[tokio::test]
async fn the_sender_gets_no_echo_of_its_question() {
    let (_server, _account, mut socket) = live(&[]).await;
    let frames = socket.turn("Hello", None).await;
    assert!(!frames.iter().any(|frame| frame["role"] == "user"), "{frames:?}");
}

#[tokio::test]
async fn the_ack_is_for_the_sender_alone() {
    let (server, account, mut first) = live(&[]).await;
    let mut second = account.chat(&server, LIVE).await;
    first.turn("Hello", Some("c1")).await;
    let seen = second.until(|frame| frame["content"]["status"] == "stop").await;
    assert!(!seen.iter().any(|frame| frame["type"] == "ack"), "{seen:?}");
}

#[tokio::test]
async fn a_plain_socket_sees_nothing_of_what_happens_elsewhere() {
    let (server, account, mut first) = live(&[]).await;
    let (mut plain, mut with_typing) = (account.chat(&server, "").await, account.chat(&server, "typing=1").await);
    let session = first.turn("Hello", None).await[0]["session_id"].clone();
    first.send(&typing(&session)).await;
    first.send(&json!({"type": "read", "session_id": session, "seq": 2})).await;
    settle(&mut first).await;
    assert!(first.is_quiet().await && plain.is_quiet().await && with_typing.is_quiet().await);
}

#[tokio::test]
async fn a_turn_that_fails_is_told_elsewhere_in_live_mode_only() {
    // Nothing is remembered, so a turn reads what was said before.
    let (server, account, mut first) = live(&[("recall_bytes", "1")]).await;
    let mut second = account.chat(&server, LIVE).await;
    let (mut plain, mut with_typing) = (account.chat(&server, "").await, account.chat(&server, "typing=1").await);
    let mut clinic = Socket::open(&server, &format!("/ws/{}", account.id), Some(&account.token)).await;
    // That door has no welcome: a pong says that it is in.
    assert!(clinic.is_quiet().await);
    first.turn("Hello", None).await;
    settle(&mut first).await;
    // What was said does not open any more.
    server.tamper("UPDATE messages SET body = (SELECT body FROM messages WHERE seq = 2) WHERE seq = 1").await;
    first.ask("And now?", None).await;
    for socket in [&mut first, &mut second] {
        assert_eq!(socket.next_of("error").await["code"], "internal");
    }
    assert!(plain.is_quiet().await && with_typing.is_quiet().await && clinic.is_quiet().await);
    plain.ask("And now?", None).await;
    assert_eq!(plain.next().await["code"], "internal", "who asked is told");
}

#[tokio::test]
async fn another_person_sees_nothing() {
    let (server, _account, mut first) = live(&[]).await;
    let mut stranger = Account::sign_up(&server, "bob").await.chat(&server, LIVE).await;
    first.turn("Hello", None).await;
    assert!(stranger.is_quiet().await);
}

#[tokio::test]
async fn typing_is_shown_to_the_others_under_the_name_of_its_client() {
    let (server, account, mut first) = live(&[]).await;
    let session = first.turn("Hello", None).await[0]["session_id"].clone();
    settle(&mut first).await;
    let mut tablet = account.chat(&server, "stream=1&client_id=tablet").await;
    tablet.send(&typing(&session)).await;
    let frame = first.next().await;
    assert_eq!((&frame["client_id"], &frame["is_typing"]), (&json!("tablet"), &json!(true)));
    assert!(tablet.is_quiet().await);
}

#[tokio::test]
async fn a_read_mark_is_shown_to_the_others() {
    let (server, account, mut first) = live(&[]).await;
    let session = first.turn("Hello", None).await[0]["session_id"].clone();
    settle(&mut first).await;
    let mut second = account.chat(&server, LIVE).await;
    second.send(&json!({"type": "read", "session_id": session, "seq": 2})).await;
    let frame = first.next().await;
    assert_eq!((brief(&frame), &frame["seq"], &frame["user_id"]), ("read".to_owned(), &json!(2), &json!(account.id)));
    assert!(second.is_quiet().await);
}

#[tokio::test]
async fn a_read_mark_is_kept_and_never_goes_back() {
    let (server, _account, mut socket) = live(&[]).await;
    let session = socket.turn("Hello", None).await[0]["session_id"].clone();
    settle(&mut socket).await;
    // The last is beyond what was said.
    for seq in [2, 1, 99] {
        socket.send(&json!({"type": "read", "session_id": session, "seq": seq})).await;
    }
    assert!(socket.is_quiet().await);
    assert_eq!(server.rows::<(i64,)>("SELECT read_seq FROM conversations").await, [(2,)]);
}

#[tokio::test]
async fn an_answer_goes_on_when_its_socket_is_gone() {
    let script = ("model", "scripted:text=A short answer;chunk=1;delay_ms=5");
    let (server, account, mut first) = live(&[script]).await;
    let mut second = account.chat(&server, LIVE).await;
    first.ask("Hello", None).await;
    first.next_of("stream_chunk").await;
    drop(first);
    let message = second.next_message("assistant").await;
    assert_eq!(
        (text(&message["content"]["text"]), &message["metadata"]["finish_reason"]),
        ("A short answer", &json!("complete"))
    );
}

#[tokio::test]
async fn an_exercise_begun_on_one_device_is_shown_on_the_other() {
    let (server, account, mut first) = live(&[]).await;
    let mut second = account.chat(&server, LIVE).await;
    first.send(&json!({"type": "interaction", "content": {"action": "button_click", "id": "ex_grounding"}})).await;
    let shown = second.next_message("interactive").await;
    assert_eq!(shown, first.next_message("interactive").await);
}

#[tokio::test]
async fn feedback_is_noted_on_the_socket_that_gave_it_only() {
    let (server, account, mut first) = live(&[]).await;
    let session = first.turn("Hello", None).await[0]["session_id"].clone();
    settle(&mut first).await;
    let mut second = account.chat(&server, LIVE).await;
    let mut frame = about("feedback", text(&session));
    frame["content"] = json!({"rating": 5});
    first.send(&frame).await;
    assert_eq!(brief(&first.next().await), "message system");
    assert!(second.is_quiet().await);
}
