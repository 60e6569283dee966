//! One turn: a question, followed until its answer is whole, over as many connections as it takes.

use protocol::engine::TurnState;
use protocol::message::{Element, FinishReason};
use protocol::native::{ClientFrame, Interaction, Question, ServerFrame};
use protocol::{ConversationId, Message, MessageId, Role};
use serde_json::{Map, Value};
use tokio::signal::unix::Signal;
use uuid::Uuid;

use super::screen::Screen;
use super::wire::{Gone, Line};

/// What the person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Under an id of its own, so that it is stored once however often it is sent.
    Text { id: String, text: String },
    /// A button of the answer before.
    Press { id: String },
}

impl Asked {
    pub(super) fn text(text: String) -> Self {
        Self::Text { id: Uuid::now_v7().to_string(), text }
    }

    fn frame(&self, session_id: Option<ConversationId>) -> ClientFrame {
        match self.clone() {
            Self::Text { id, text } => ClientFrame::UserMessage {
                session_id,
                id: Some(id),
                content: Question { text, attachments: Vec::new() },
                metadata: Map::new(),
            },
            Self::Press { id } => ClientFrame::Interaction {
                session_id,
                content: Interaction { action: "button_click".to_owned(), id, data: Value::Null },
            },
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Answered,
    /// The answer broke off.
    Failed,
    /// The question was not taken.
    Refused,
    /// By Ctrl-C.
    Interrupted,
}

/// What is known after a turn.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) conversation: Option<ConversationId>,
    /// What can be pressed now: id and label.
    pub(super) buttons: Vec<(String, String)>,
    pub(super) end: End,
}

/// Asks, and shows the answer as it comes.
pub(super) async fn follow(
    line: &mut Line,
    screen: &Screen,
    interrupt: &mut Signal,
    conversation: Option<ConversationId>,
    asked: Asked,
) -> Result<Turn, Box<dyn std::error::Error>> {
    let mut held = Held::new(conversation, asked);
    line.send(&held.asked.frame(held.conversation.clone())).await;
    let mut interrupted = false;
    loop {
        let frame = tokio::select! {
            frame = line.next() => frame,
            _ = interrupt.recv() => {
                if interrupted || held.acked.is_none() {
                    return Ok(held.over(End::Interrupted, Vec::new()));
                }
                interrupted = true;
                if let Some(session_id) = held.conversation.clone() {
                    line.send(&ClientFrame::Stop { session_id }).await;
                }
                continue;
            }
        };
        let text = match frame {
            Ok(text) => text,
            Err(gone) => {
                if gone == Gone::Lost {
                    Screen::note("The connection was lost; opening it again.");
                }
                tokio::select! {
                    again = line.again(gone) => again?,
                    _ = interrupt.recv() => return Ok(held.over(End::Interrupted, Vec::new())),
                }
                let Some(frame) = held.take_up() else {
                    // A button has no name by which a second press would be known.
                    Screen::note("The connection was lost before the server said that it has this. Press it again.");
                    return Ok(held.over(End::Refused, Vec::new()));
                };
                line.send(&frame).await;
                continue;
            }
        };
        screen.frame(&text);
        // What a newer server says that this program can't read is passed over.
        let Ok(frame) = serde_json::from_str::<ServerFrame>(&text) else { continue };
        match held.take(frame) {
            Step::Nothing => {}
            Step::Says(text) => screen.says(&text),
            Step::Anew(text) => screen.anew(&text),
            Step::Waits(position) => Screen::note(&format!("Waiting: {position} before this one.")),
            Step::Behind => {
                if let Some(frame) = held.take_up() {
                    line.send(&frame).await;
                }
            }
            Step::Ended(answer) => {
                let buttons = screen.ended(&answer, held.shown());
                let failed = answer.metadata.finish_reason == Some(FinishReason::Failed);
                let end = if interrupted {
                    End::Interrupted
                } else if failed {
                    End::Failed
                } else {
                    End::Answered
                };
                return Ok(held.over(end, buttons));
            }
            Step::Refused(why) => {
                Screen::note(&why);
                return Ok(held.over(End::Refused, Vec::new()));
            }
        }
    }
}

/// What a frame asks of the screen.
#[derive(Debug, PartialEq)]
enum Step {
    Nothing,
    /// Goes on.
    Says(String),
    /// What was shown does not hold any more; this is said instead.
    Anew(String),
    Waits(usize),
    /// A part is missing.
    Behind,
    Ended(Box<Message>),
    Refused(String),
}

/// What this client holds of the turn.
#[derive(Debug)]
struct Held {
    asked: Asked,
    conversation: Option<ConversationId>,
    /// The place of the question, once it is stored.
    acked: Option<i64>,
    /// Answers to questions of other clients that come before ours.
    ahead: usize,
    answer: Option<(MessageId, String)>,
}

impl Held {
    fn new(conversation: Option<ConversationId>, asked: Asked) -> Self {
        Self { asked, conversation, acked: None, ahead: 0, answer: None }
    }

    /// What was shown of the answer.
    fn shown(&self) -> &str {
        self.answer.as_ref().map_or("", |(_, text)| text)
    }

    /// What is sent on a new connection: the question where nobody knows whether it arrived, else what is missing.
    fn take_up(&self) -> Option<ClientFrame> {
        match (&self.acked, &self.conversation, &self.asked) {
            (Some(seq), Some(session), _) => Some(ClientFrame::Resume {
                session_id: session.clone(),
                after_seq: *seq,
                message_id: self.answer.as_ref().map(|(id, _)| id.clone()),
                offset: self.shown().len(),
            }),
            (_, _, Asked::Text { .. }) => Some(self.asked.frame(self.conversation.clone())),
            (_, _, Asked::Press { .. }) => None,
        }
    }

    fn take(&mut self, frame: ServerFrame) -> Step {
        match frame {
            ServerFrame::Ack { id, seq, session_id, .. } if self.is_ours(id.as_deref()) => {
                self.conversation = Some(session_id);
                self.acked = Some(seq);
                Step::Nothing
            }
            ServerFrame::Status { state: TurnState::Queued, position: Some(position), session_id, .. }
                if self.acked.is_some() && self.is_here(&session_id) =>
            {
                (self.ahead, self.answer) = (position, None);
                Step::Waits(position)
            }
            // Before the question is acknowledged, what comes is of somebody else's.
            ServerFrame::StreamChunk { message_id, offset, content_delta, session_id, .. }
                if self.acked.is_some() && self.is_here(&session_id) && self.ahead == 0 =>
            {
                self.chunk(message_id, offset, &content_delta)
            }
            ServerFrame::Message(message) => self.message(message),
            ServerFrame::Error { error, session_id, id, .. }
                if self.is_ours(id.as_deref()) || (self.acked.is_none() && session_id == self.conversation) =>
            {
                Step::Refused(error)
            }
            _ => Step::Nothing,
        }
    }

    fn message(&mut self, message: Box<Message>) -> Step {
        let here = message.session_id.as_ref().is_some_and(|session| self.is_here(session));
        let after = message.seq.is_some_and(|seq| self.acked.is_none_or(|ours| seq > ours));
        let pressed = matches!(self.asked, Asked::Press { .. });
        // An exercise's step is the answer to a button, and has no question that could be acknowledged.
        let ends = match message.role {
            Role::Assistant => self.acked.is_some() || pressed,
            Role::Interactive => pressed,
            Role::User | Role::System => false,
        };
        if !here || !after || !ends {
            return Step::Nothing;
        }
        if self.ahead > 0 {
            self.ahead -= 1;
            return Step::Nothing;
        }
        self.conversation.clone_from(&message.session_id);
        Step::Ended(message)
    }

    /// Hold less than `offset`: ask for it. Hold more: cut to it, then append.
    fn chunk(&mut self, id: MessageId, offset: usize, delta: &str) -> Step {
        if self.answer.as_ref().is_none_or(|(held, _)| *held != id) {
            self.answer = Some((id, String::new()));
        }
        let (_, held) = self.answer.as_mut().expect("just made");
        if offset > held.len() || !held.is_char_boundary(offset) {
            return Step::Behind;
        }
        let anew = offset < held.len() && !held[offset..].starts_with(delta);
        if offset < held.len() && !anew {
            // Held already, of a connection before.
            return Step::Nothing;
        }
        held.truncate(offset);
        held.push_str(delta);
        if anew { Step::Anew(held.clone()) } else { Step::Says(delta.to_owned()) }
    }

    fn is_ours(&self, named: Option<&str>) -> bool {
        match &self.asked {
            Asked::Text { id, .. } => named == Some(id),
            // A choice becomes a question of its own, without a name.
            Asked::Press { .. } => named.is_none(),
        }
    }

    fn is_here(&self, session: &ConversationId) -> bool {
        self.conversation.as_ref().is_none_or(|here| here == session)
    }

    fn over(self, end: End, buttons: Vec<(String, String)>) -> Turn {
        Turn { conversation: self.conversation, buttons, end }
    }
}

/// The buttons of a message, in order: id and label.
pub(super) fn buttons_of(message: &Message) -> Vec<(String, String)> {
    let buttons = message.content.elements.iter().filter_map(|element| match element {
        Element::Button { id, label } => Some((id.clone(), label.clone())),
        _ => None,
    });
    buttons.collect()
}

#[cfg(test)]
mod tests {
    use protocol::native::{ClientFrame, ServerFrame};
    use serde_json::{Value, json};

    use super::{Asked, Held, Step};

    fn held() -> Held {
        Held::new(None, Asked::Text { id: "q".to_owned(), text: "Hello".to_owned() })
    }

    fn take(held: &mut Held, mut frame: Value) -> Step {
        frame["session_id"] = json!("c");
        frame["timestamp"] = json!("2026-11-22T10:00:00Z");
        held.take(serde_json::from_value::<ServerFrame>(frame).expect("a frame"))
    }

    fn ack(held: &mut Held) {
        assert_eq!(take(held, json!({"type": "ack", "id": "q", "message_id": "m1", "seq": 3})), Step::Nothing);
    }

    fn chunk(offset: usize, delta: &str) -> Value {
        json!({"type": "stream_chunk", "message_id": "a", "offset": offset, "content_delta": delta})
    }

    #[test]
    fn before_it_is_stored_the_question_is_sent_again() {
        let held = held();
        assert_eq!(held.take_up(), Some(held.asked.frame(None)));
        // A button has no name, and would be pressed twice.
        assert_eq!(Held::new(None, Asked::Press { id: "x".to_owned() }).take_up(), None);
    }

    #[test]
    fn once_it_is_stored_only_what_is_missing_is_asked_for() {
        let mut held = held();
        ack(&mut held);
        assert_eq!(take(&mut held, chunk(0, "Once é")), Step::Says("Once é".to_owned()));
        let Some(ClientFrame::Resume { after_seq, message_id, offset, .. }) = held.take_up() else {
            panic!("a resume")
        };
        assert_eq!((after_seq, message_id.as_ref().map(protocol::MessageId::as_str), offset), (3, Some("a"), 7));
    }

    #[test]
    fn chunks_are_put_together_as_the_protocol_says() {
        let mut held = held();
        ack(&mut held);
        take(&mut held, chunk(0, "Once "));
        assert_eq!(take(&mut held, chunk(9, "a time")), Step::Behind);
        assert_eq!(take(&mut held, chunk(0, "Once ")), Step::Nothing, "held already");
        assert_eq!(take(&mut held, chunk(5, "upon")), Step::Says("upon".to_owned()));
        assert_eq!(take(&mut held, chunk(5, "more")), Step::Anew("Once more".to_owned()));
        assert_eq!(held.shown(), "Once more");
    }

    #[test]
    fn answers_to_others_that_come_first_are_not_ours() {
        let mut held = held();
        assert_eq!(take(&mut held, chunk(9, "an answer that was running before")), Step::Nothing);
        ack(&mut held);
        assert_eq!(
            take(&mut held, chunk(0, "the same, before we know that we wait")),
            Step::Says("the same, before we know that we wait".to_owned())
        );
        assert_eq!(take(&mut held, json!({"type": "status", "state": "queued", "position": 1})), Step::Waits(1));
        assert_eq!(take(&mut held, chunk(0, "theirs")), Step::Nothing);
        let answer = |seq: i64| {
            json!({"type": "message", "id": "a", "seq": seq, "role": "assistant",
                   "content": {"text": "x", "elements": []}, "metadata": {}})
        };
        assert_eq!(take(&mut held, answer(4)), Step::Nothing);
        assert!(matches!(take(&mut held, answer(6)), Step::Ended(_)));
    }

    #[test]
    fn what_is_refused_is_told_by_its_id() {
        let mut held = held();
        let error = |id: &str| {
            json!({"type": "error", "role": "system", "error": "No.", "code": "too_long", "content": {"text": "No."},
                   "id": id})
        };
        assert_eq!(take(&mut held, error("other")), Step::Nothing);
        assert_eq!(take(&mut held, error("q")), Step::Refused("No.".to_owned()));
    }
}
