//! A frame of door 1, read without copying. Under load the generator must cost less than the server.

use std::borrow::Cow;

use serde::Deserialize;

/// The fields that the hot path looks at, whatever the type.
#[derive(Debug, Deserialize)]
pub struct Glance<'a> {
    /// What kind of frame it is.
    #[serde(rename = "type", borrow)]
    pub kind: Cow<'a, str>,
    /// The client's id on an ack, the message's on a message.
    #[serde(default, borrow)]
    pub id: Option<Cow<'a, str>>,
    /// Which message an ack or a chunk is of.
    #[serde(default, borrow)]
    pub message_id: Option<Cow<'a, str>>,
    /// Which conversation.
    #[serde(default, borrow)]
    pub session_id: Option<Cow<'a, str>>,
    /// The place of a stored message.
    #[serde(default)]
    pub seq: Option<i64>,
    /// Stored before.
    #[serde(default)]
    pub duplicate: bool,
    /// Where a chunk begins, in bytes.
    #[serde(default)]
    pub offset: Option<usize>,
    /// What a chunk says.
    #[serde(default, borrow)]
    pub content_delta: Option<Cow<'a, str>>,
    /// Who speaks.
    #[serde(default, borrow)]
    pub role: Option<Cow<'a, str>>,
    /// The word of an error.
    #[serde(default, borrow)]
    pub code: Option<Cow<'a, str>>,
    /// What a message says.
    #[serde(default, borrow)]
    pub content: Option<Text<'a>>,
}

/// The text of a message.
#[derive(Debug, Deserialize)]
pub struct Text<'a> {
    /// Absent in typing frames.
    #[serde(default, borrow)]
    pub text: Option<Cow<'a, str>>,
}

impl<'a> Glance<'a> {
    /// Reads a frame.
    pub fn read(frame: &'a str) -> anyhow::Result<Self> {
        serde_json::from_str(frame).map_err(|error| anyhow::anyhow!("a frame can't be read: {error}"))
    }

    /// A stored answer, whole.
    pub fn is_answer(&self) -> bool {
        self.kind == "message" && self.role.as_deref() == Some("assistant")
    }
}

/// One answer as it comes in, checked against the script.
#[derive(Debug, Default)]
pub struct Answer {
    held: usize,
    deltas: usize,
}

impl Answer {
    /// Takes a chunk: it must begin where the last one ended and say what the script says there.
    pub fn take(&mut self, offset: usize, delta: &str, script: &str) -> anyhow::Result<()> {
        anyhow::ensure!(offset == self.held, "a chunk begins at {offset} where {} is held", self.held);
        let expected = script.get(offset..offset + delta.len());
        anyhow::ensure!(expected == Some(delta), "a chunk at {offset} does not say what the script says");
        self.held += delta.len();
        self.deltas += 1;
        Ok(())
    }

    /// Whether nothing was said yet.
    pub fn is_silent(&self) -> bool {
        self.deltas == 0
    }

    /// The whole answer is there: text and number of deltas must be the script's.
    pub fn end(self, text: &str, script: &str, deltas: usize) -> anyhow::Result<()> {
        anyhow::ensure!(text == script, "an answer does not say what the script says");
        anyhow::ensure!(self.held == script.len(), "chunks of {} bytes for an answer of {}", self.held, script.len());
        anyhow::ensure!(self.deltas == deltas, "{} deltas where {deltas} are expected", self.deltas);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_an_ack_and_a_message_are_read() {
        let chunk =
            r#"{"type":"stream_chunk","message_id":"msg_2","offset":4,"content_delta":"a \"b","timestamp":"x"}"#;
        let chunk = Glance::read(chunk).unwrap();
        assert_eq!((chunk.offset, chunk.content_delta.as_deref()), (Some(4), Some("a \"b")));
        let ack = Glance::read(r#"{"type":"ack","id":"c1","message_id":"msg_1","seq":7,"session_id":"s"}"#).unwrap();
        assert_eq!((ack.id.as_deref(), ack.seq, ack.duplicate), (Some("c1"), Some(7), false));
        let message = r#"{"type":"message","id":"msg_2","seq":8,"role":"assistant","content":{"text":"all","elements":[]},"metadata":{}}"#;
        assert!(Glance::read(message).unwrap().is_answer());
        assert!(Glance::read(r#"{"type":"typing","content":{"event":"typing","status":"start"}}"#).is_ok());
    }

    #[test]
    fn chunks_must_join_and_say_what_the_script_says() {
        let mut answer = Answer::default();
        answer.take(0, "ab", "abcd").unwrap();
        assert!(answer.take(1, "bc", "abcd").is_err());
        assert!(answer.take(2, "xx", "abcd").is_err());
        answer.take(2, "cd", "abcd").unwrap();
        assert!(answer.take(4, "e", "abcd").is_err());
        answer.end("abcd", "abcd", 2).unwrap();
    }

    #[test]
    fn an_answer_with_missing_deltas_is_void() {
        let mut answer = Answer::default();
        answer.take(0, "abcd", "abcd").unwrap();
        assert!(answer.end("abcd", "abcd", 2).is_err());
        assert!(Answer::default().end("abcd", "abcd", 0).is_err());
    }
}
