//! What is said in one conversation, as frames arrive: a pure reducer, without browser or clock.
//!
//! [`Transcript::apply`] takes a frame and tells what changed, so that a page redraws only that. Items are ordered by
//! their `seq`; an answer whose `seq` is not known yet stands behind everything that was known when it began, and what
//! was not acknowledged yet stands at the end.

use protocol::engine::TurnState;
use protocol::native::ServerFrame;
use protocol::{Content, ConversationId, FinishReason, Message, MessageId, Metadata, Role};

/// Names an item for as long as the page is open.
pub type Key = u64;

/// Where an item stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemState {
    /// Stored by the server, whole.
    Stored,
    /// An answer being written.
    Streaming,
    /// A question that is not acknowledged yet.
    Waiting {
        /// Our id of it.
        client_id: String,
    },
    /// A question that the server refused.
    NotSent {
        /// Our id of it.
        client_id: String,
        /// Why, for a person.
        reason: String,
    },
}

/// A message on the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Names it on the page.
    pub key: Key,
    /// Where it stands.
    pub state: ItemState,
    /// What it says so far.
    pub message: Message,
    rank: (i64, u64),
}

impl Item {
    fn client_id(&self) -> Option<&str> {
        match &self.state {
            ItemState::Waiting { client_id } | ItemState::NotSent { client_id, .. } => Some(client_id),
            ItemState::Stored | ItemState::Streaming => None,
        }
    }
}

/// What the one status line says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is going on.
    #[default]
    Idle,
    /// The question waits for its turn, at this place.
    Queued(Option<usize>),
    /// Stored; nothing said yet.
    Thinking,
    /// Being said.
    Writing,
    /// It said all it had to say.
    Done,
    /// The person stopped it.
    Stopped,
    /// It broke off.
    Failed,
}

impl Phase {
    /// An answer is under way.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Queued(_) | Self::Thinking | Self::Writing)
    }
}

/// What a frame changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// These items show something else now.
    pub touched: Vec<Key>,
    /// Items came, went or moved.
    pub reordered: bool,
    /// Something is missing: ask `resume`.
    pub wants_resume: bool,
    /// This question of ours is durable: it need not be kept any longer.
    pub acked: Option<String>,
    /// This question of ours was refused, and why.
    pub refused: Option<(String, String)>,
    /// Something to tell the person, beside the transcript.
    pub note: Option<String>,
    /// The conversation is gone.
    pub deleted: bool,
}

/// What to ask the server for after a connection was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumePoint {
    /// The last stored message held.
    pub after_seq: i64,
    /// The running answer of which a part is held.
    pub message_id: Option<MessageId>,
    /// How many bytes of it.
    pub offset: usize,
}

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
                metadata: Metadata::default(),
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

    fn on_message(&mut self, message: Message, applied: &mut Applied) {
        if message.session_id.as_ref().is_some_and(|session| *session != self.session) {
            return;
        }
        if message.id.is_none() || message.seq.is_none() {
            // The welcome names no conversation and is not news; a note about what was sent is.
            if message.session_id.is_some() {
                applied.note = Some(message.content.text);
            }
            return;
        }
        let role = message.role;
        let finish = message.metadata.finish_reason;
        let newest = message.seq >= self.items.iter().filter_map(|item| item.message.seq).max();
        self.store(message, applied);
        if !newest {
            return;
        }
        self.phase = match (role, finish) {
            (Role::User, _) => Phase::Thinking,
            (Role::Assistant, None) => Phase::Writing,
            (_, Some(FinishReason::Stopped)) => Phase::Stopped,
            (_, Some(FinishReason::Failed)) => Phase::Failed,
            (Role::Assistant | Role::Interactive, _) => Phase::Done,
            (Role::System, None | Some(FinishReason::Complete)) => self.phase,
        };
    }

    /// Puts a stored message in its place, or over what is held of it.
    fn store(&mut self, message: Message, applied: &mut Applied) {
        let Some(seq) = message.seq else { return };
        let running = message.role == Role::Assistant && message.metadata.finish_reason.is_none();
        let state = if running { ItemState::Streaming } else { ItemState::Stored };
        if let Some(item) = self.items.iter_mut().find(|item| item.message.id == message.id) {
            // A row of a running answer says less than what already streamed, or than the whole of it.
            let older = running
                && (item.state == ItemState::Stored || item.message.content.text.len() > message.content.text.len());
            if older || (item.state == state && item.message == message) {
                return;
            }
            item.state = state;
            item.message = message;
            applied.touched.push(item.key);
            if item.rank != (seq, 0) {
                item.rank = (seq, 0);
                applied.reordered = true;
                self.sort();
            }
            return;
        }
        let key = self.new_key();
        self.items.push(Item { key, state, message, rank: (seq, 0) });
        applied.touched.push(key);
        applied.reordered = true;
        self.sort();
    }

    fn on_ack(
        &mut self,
        client_id: Option<&str>,
        message_id: &MessageId,
        seq: i64,
        duplicate: bool,
        timestamp: String,
        applied: &mut Applied,
    ) {
        applied.acked = client_id.map(str::to_owned);
        let Some(index) = self.items.iter().position(|item| client_id.is_some() && item.client_id() == client_id)
        else {
            return;
        };
        if self.items.iter().any(|item| item.message.id.as_ref() == Some(message_id)) {
            // A replay brought the stored question before the acknowledgement did.
            self.items.remove(index);
        } else {
            let item = &mut self.items[index];
            item.state = ItemState::Stored;
            item.message.id = Some(message_id.clone());
            item.message.seq = Some(seq);
            item.message.timestamp = timestamp;
            item.rank = (seq, 0);
            applied.touched.push(item.key);
            self.sort();
        }
        applied.reordered = true;
        if !duplicate && !self.phase.is_busy() {
            self.phase = Phase::Thinking;
        }
    }

    fn on_status(
        &mut self,
        state: TurnState,
        position: Option<usize>,
        message_id: Option<&MessageId>,
        applied: &mut Applied,
    ) {
        self.phase = match state {
            TurnState::Queued => Phase::Queued(position),
            TurnState::Thinking => Phase::Thinking,
            TurnState::Writing => Phase::Writing,
        };
        // An answer that was whole is being written anew.
        let again = self.items.iter_mut().find(|item| {
            message_id.is_some() && item.message.id.as_ref() == message_id && item.state == ItemState::Stored
        });
        if let Some(item) = again {
            item.state = ItemState::Streaming;
            item.message.metadata.finish_reason = None;
            applied.touched.push(item.key);
        }
    }

    fn on_chunk(&mut self, id: MessageId, offset: usize, delta: &str, timestamp: String, applied: &mut Applied) {
        let Some(item) = self.items.iter_mut().find(|item| item.message.id.as_ref() == Some(&id)) else {
            if offset > 0 {
                self.want_resume(applied);
                return;
            }
            self.phase = Phase::Writing;
            let key = self.new_key();
            let last = self.items.iter().map(|item| item.rank.0).filter(|seq| *seq < i64::MAX).max().unwrap_or(0);
            self.items.push(Item {
                key,
                state: ItemState::Streaming,
                message: Message {
                    id: Some(id),
                    seq: None,
                    role: Role::Assistant,
                    session_id: Some(self.session.clone()),
                    timestamp,
                    content: Content { text: delta.to_owned(), elements: Vec::new() },
                    metadata: Metadata::default(),
                },
                rank: (last, key + 1),
            });
            self.sort();
            applied.touched.push(key);
            applied.reordered = true;
            return;
        };
        if item.state != ItemState::Streaming {
            // The whole answer is here already; this chunk was overtaken.
            return;
        }
        let text = &mut item.message.content.text;
        if offset > text.len() || !text.is_char_boundary(offset) {
            self.want_resume(applied);
            return;
        }
        text.truncate(offset);
        text.push_str(delta);
        applied.touched.push(item.key);
        self.phase = Phase::Writing;
    }

    fn want_resume(&mut self, applied: &mut Applied) {
        applied.wants_resume = !self.resuming;
        self.resuming = true;
    }

    fn on_resumed(&mut self) {
        self.resuming = false;
        // What was running when the connection went may have ended meanwhile.
        let answered =
            self.items.iter().rev().find(|item| item.state != ItemState::Streaming && item.message.seq.is_some());
        if self.running().is_none()
            && answered.is_none_or(|item| item.message.role != Role::User)
            && self.phase.is_busy()
        {
            self.phase = Phase::Idle;
        }
    }

    fn on_error(&mut self, text: String, code: &str, client_id: Option<String>, applied: &mut Applied) {
        // The person need not know that the token of this connection ended: it is renewed.
        if code == "token_expired" {
            return;
        }
        let refused = client_id.and_then(|id| {
            let item = self.items.iter_mut().find(|item| item.client_id() == Some(&id))?;
            item.state = ItemState::NotSent { client_id: id.clone(), reason: text.clone() };
            applied.touched.push(item.key);
            Some(id)
        });
        match refused {
            Some(id) => applied.refused = Some((id, text)),
            None => applied.note = Some(text),
        }
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
#[path = "transcript_tests.rs"]
mod tests;
