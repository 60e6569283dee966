//! Offsets are places in UTF-8 text, whatever is said.

use serde_json::json;

use super::{LIVE, live, said, text};

/// One, two, three and four bytes a character, and a character made of several.
const WIDE: &str = "a\u{e4}\u{20ac}\u{1f600} \u{1f469}\u{200d}\u{1f52c} e\u{301} \u{65e5}\u{672c}\u{8a9e}.";

#[tokio::test]
async fn chunks_of_wide_characters_fit_together() {
    let script = format!("scripted:text={WIDE};chunk=1");
    let (_server, _account, mut socket) = live(&[("model", &script)]).await;
    assert_eq!(said(&socket.turn("Hello", None).await), WIDE);
}

#[tokio::test]
async fn wide_characters_of_a_question_come_back_as_they_were() {
    let (_server, _account, mut socket) = live(&[("model", "scripted:text=You said: {question};chunk=1")]).await;
    let frames = socket.turn(WIDE, None).await;
    assert_eq!(said(&frames), format!("You said: {WIDE}"));
}

#[tokio::test]
async fn a_resume_in_the_middle_of_a_character_begins_before_it() {
    let script = format!("scripted:text={WIDE};chunk=1;stall_after=4");
    let (server, account, mut socket) = live(&[("model", &script)]).await;
    socket.ask("Hello", None).await;
    let frames = socket.until(|frame| frame["content_delta"] == "\u{1f600}").await;
    let last = frames.last().expect("a chunk");
    // 1 + 2 + 3 bytes stand before the fourth character, which has four.
    for (asked, begins) in [(6, 6), (7, 6), (8, 6), (9, 6), (10, 10), (4, 3), (2, 1)] {
        let mut again = account.chat(&server, LIVE).await;
        let resume = json!({"type": "resume", "session_id": last["session_id"], "after_seq": 1,
            "message_id": last["message_id"], "offset": asked});
        again.send(&resume).await;
        let chunk = again.next().await;
        assert_eq!(chunk["offset"], begins, "asked for {asked}: {chunk}");
        assert_eq!(text(&chunk["content_delta"]), &WIDE[begins..10]);
    }
}
