//! What is said in one conversation, as frames arrive: a pure reducer, without browser or clock.
//!
//! [`Transcript::apply`] takes a frame and tells what changed, so that a page redraws only that. Items are ordered by
//! their `seq`; an answer whose `seq` is not known yet stands behind everything that was known when it began, and what
//! was not acknowledged yet stands at the end.

mod frames;
mod types;

use protocol::document::Attachment;
use protocol::native::ServerFrame;
use protocol::{Content, ConversationId, Message, Metadata, Role};

pub use self::types::{Applied, Item, ItemState, Key, Phase, ResumePoint};

/// The messages of one conversation, in order.
#[derive(Debug, Clone)]
pub struct Transcript {
    session: ConversationId,
    items: Vec<Item>,
    phase: Phase,
    next_key: Key,
    resuming: bool,
}

impl Transcript {
    /// As the server gave it. The same messages give the same keys on the server and in the browser.
    pub fn new(session: ConversationId, messages: Vec<Message>) -> Self {
        let mut transcript = Self { session, items: Vec::new(), phase: Phase::Idle, next_key: 0, resuming: false };
        for message in messages {
            transcript.store(message, &mut Applied::default());
        }
        transcript.phase = match transcript.items.last() {
            Some(item) if item.state == ItemState::Streaming => Phase::Writing,
            Some(item) if item.message.role == Role::User => Phase::Thinking,
            _ => Phase::Idle,
        };
        transcript
    }

    /// Which conversation.
    pub fn session(&self) -> &ConversationId {
        &self.session
    }

    /// All messages, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// One of them.
    pub fn item(&self, key: Key) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }

    /// What the status line says.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The last stored message.
    pub fn last_seq(&self) -> i64 {
        self.items
            .iter()
            .filter(|item| item.state == ItemState::Stored)
            .filter_map(|item| item.message.seq)
            .max()
            .unwrap_or(0)
    }

    /// The first stored message that is held.
    pub fn first_seq(&self) -> Option<i64> {
        self.items.iter().filter_map(|item| item.message.seq).min()
    }

    /// The answer being written.
    fn running(&self) -> Option<&Item> {
        self.items.iter().rev().find(|item| item.state == ItemState::Streaming)
    }

    /// From where to take the conversation up again.
    pub fn resume_point(&self) -> ResumePoint {
        let running = self.running();
        // A running answer counts as not held: had it ended meanwhile, it must come again, whole.
        let before_running = running.and_then(|item| item.message.seq).map_or(i64::MAX, |seq| seq - 1);
        ResumePoint {
            after_seq: self.last_seq().min(before_running),
            message_id: running.and_then(|item| item.message.id.clone()),
            offset: running.map_or(0, |item| item.message.content.text.len()),
        }
    }

    /// `resume` was sent: until it is answered, further gaps are the same gap.
    pub fn resume_sent(&mut self) {
        self.resuming = true;
    }

    /// A question of ours that is on its way. Asked again with the same id, it is sent again.
    pub fn ask(&mut self, client_id: &str, text: &str, refused: Option<&str>) -> Applied {
        self.ask_with(client_id, (text, &[]), refused)
    }

    /// The same with what is attached to it.
    pub fn ask_with(
        &mut self,
        client_id: &str,
        (text, attached): (&str, &[Attachment]),
        refused: Option<&str>,
    ) -> Applied {
        let state = match refused {
            None => ItemState::Waiting { client_id: client_id.to_owned() },
            Some(reason) => ItemState::NotSent { client_id: client_id.to_owned(), reason: reason.to_owned() },
        };
        if let Some(item) = self.items.iter_mut().find(|item| item.client_id() == Some(client_id)) {
            item.state = state;
            return Applied { touched: vec![item.key], ..Applied::default() };
        }
        let key = self.new_key();
        self.items.push(Item {
            key,
            state,
            message: Message {
                id: None,
                seq: None,
                role: Role::User,
                session_id: Some(self.session.clone()),
                timestamp: String::new(),
                content: Content { text: text.to_owned(), elements: Vec::new() },
                metadata: Metadata { attached: attached.to_vec(), ..Metadata::default() },
            },
            rank: (i64::MAX, key),
        });
        Applied { touched: vec![key], reordered: true, ..Applied::default() }
    }

    /// A question of ours is given up.
    pub fn discard(&mut self, client_id: &str) -> Applied {
        let before = self.items.len();
        self.items.retain(|item| item.client_id() != Some(client_id));
        Applied { reordered: self.items.len() != before, ..Applied::default() }
    }

    /// Older messages were loaded.
    pub fn prepend(&mut self, messages: Vec<Message>) -> Applied {
        let mut applied = Applied::default();
        for message in messages {
            self.store(message, &mut applied);
        }
        applied
    }

    /// Takes a frame in. Frames of other conversations change nothing.
    pub fn apply(&mut self, frame: ServerFrame) -> Applied {
        let mut applied = Applied::default();
        match frame {
            ServerFrame::Message(message) => self.on_message(*message, &mut applied),
            ServerFrame::Ack { id, message_id, seq, session_id, duplicate, timestamp }
                if session_id == self.session =>
            {
                self.on_ack(id.as_deref(), &message_id, seq, duplicate, timestamp, &mut applied);
            }
            ServerFrame::Status { state, position, message_id, session_id, .. } if session_id == self.session => {
                self.on_status(state, position, message_id.as_ref(), &mut applied);
            }
            ServerFrame::StreamChunk { message_id, offset, content_delta, session_id, timestamp }
                if session_id == self.session =>
            {
                self.on_chunk(message_id, offset, &content_delta, timestamp, &mut applied);
            }
            ServerFrame::Typing { content: Some(content), session_id, .. } if session_id == self.session => {
                if content.status == "start" && !self.phase.is_busy() {
                    self.phase = Phase::Thinking;
                } else if content.status == "stop" && self.phase.is_busy() && self.running().is_none() {
                    self.phase = Phase::Idle;
                }
            }
            ServerFrame::Resumed { session_id, .. } if session_id == self.session => self.on_resumed(),
            ServerFrame::ConversationDeleted { session_id, .. } if session_id == self.session => applied.deleted = true,
            ServerFrame::Error { error, session_id, id, code, .. }
                if session_id.as_ref().is_none_or(|session| *session == self.session) =>
            {
                self.on_error(error, &code, id, &mut applied);
            }
            _ => {}
        }
        applied
    }

    fn new_key(&mut self) -> Key {
        self.next_key += 1;
        self.next_key
    }

    fn sort(&mut self) {
        self.items.sort_by_key(|item| item.rank);
    }
}

#[cfg(test)]
mod tests;
