use serde_json::{Value, json};

use super::{LIVE, answered, briefs, live, refusal, text};

fn again(session: &Value, message: &Value) -> Value {
    json!({"type": "regenerate", "session_id": session, "message_id": message})
}

#[tokio::test]
async fn a_question_answered_again_has_both_answers() {
    let (server, account, mut socket) = live(&[]).await;
    let first = answered(&mut socket, "Hello").await;
    socket.send(&again(&first["session_id"], &first["id"])).await;
    let second = socket.next_message("assistant").await;
    socket.next_of("conversation_updated").await;
    let mut other = account.chat(&server, LIVE).await;
    other.send(&json!({"type": "resume", "session_id": first["session_id"], "after_seq": 1})).await;
    let kept = other.until(|frame| frame["type"] == "resumed").await;
    assert_eq!(kept[..2], [first, second]);
}

#[tokio::test]
async fn an_answer_made_again_comes_as_any_other_but_without_ack() {
    let (_server, _account, mut socket) = live(&[]).await;
    let first = answered(&mut socket, "Hello").await;
    socket.send(&again(&first["session_id"], &first["id"])).await;
    let frames = socket.until(|frame| frame["content"]["status"] == "stop").await;
    let expected =
        ["typing start", "status thinking", "status writing", "stream_chunk", "message assistant", "typing stop"];
    assert_eq!(briefs(&frames), expected);
}

#[tokio::test]
async fn an_earlier_answer_made_again_answers_its_own_question() {
    let (_server, _account, mut socket) = live(&[("model", "scripted:text=You said: {question}")]).await;
    let first = answered(&mut socket, "one").await;
    answered(&mut socket, "two").await;
    socket.send(&again(&first["session_id"], &first["id"])).await;
    let made = socket.next_message("assistant").await;
    assert_eq!((&made["content"]["text"], &made["seq"]), (&json!("You said: one"), &json!(5)));
}

#[tokio::test]
async fn what_is_no_answer_of_this_conversation_is_not_found() {
    let (server, account, mut socket) = live(&[]).await;
    let first = answered(&mut socket, "Hello").await;
    let question = {
        let mut other = account.chat(&server, LIVE).await;
        other.send(&json!({"type": "resume", "session_id": first["session_id"], "after_seq": 0})).await;
        other.next_message("user").await["id"].clone()
    };
    let elsewhere = json!(super::new_conversation(&server, &account).await);
    let session = &first["session_id"];
    for (session, message) in [(session, &json!("msg_none")), (session, &question), (&elsewhere, &first["id"])] {
        socket.send(&again(session, message)).await;
        socket.until(|frame| frame["code"] == "not_found").await;
    }
}

#[tokio::test]
async fn an_answer_is_not_made_again_while_one_is_written() {
    let script = "scripted:text=You said: {question};chunk=1;stall_after=14";
    let (_server, _account, mut socket) = live(&[("model", script)]).await;
    // The first answer is short enough to end before the stall.
    let first = answered(&mut socket, "one").await;
    socket.ask("something much longer", None).await;
    socket.next_of("stream_chunk").await;
    socket.send(&again(&first["session_id"], &first["id"])).await;
    let refused = socket.next_of("error").await;
    assert_eq!((text(&refused["code"]), &refused["session_id"]), ("conflict", &first["session_id"]));
}

#[tokio::test]
async fn making_again_needs_both_names() {
    let (_server, _account, mut socket) = live(&[]).await;
    for frame in [json!({"type": "regenerate", "session_id": "x"}), json!({"type": "regenerate", "message_id": "x"})] {
        socket.send(&frame).await;
        assert_eq!(refusal(&mut socket).await["code"], "bad_field");
    }
}
