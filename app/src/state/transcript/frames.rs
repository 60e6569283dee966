//! What each frame does to a transcript.

use protocol::engine::TurnState;
use protocol::{Content, FinishReason, Message, MessageId, Metadata, Role};

use super::Transcript;
use super::types::{Applied, Item, ItemState, Phase};

impl Transcript {
    pub(super) fn on_message(&mut self, message: Message, applied: &mut Applied) {
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
    pub(super) fn store(&mut self, message: Message, applied: &mut Applied) {
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

    pub(super) fn on_ack(
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

    pub(super) fn on_status(
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

    pub(super) fn on_chunk(
        &mut self,
        id: MessageId,
        offset: usize,
        delta: &str,
        timestamp: String,
        applied: &mut Applied,
    ) {
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

    pub(super) fn want_resume(&mut self, applied: &mut Applied) {
        applied.wants_resume = !self.resuming;
        self.resuming = true;
    }

    pub(super) fn on_resumed(&mut self) {
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

    pub(super) fn on_error(&mut self, text: String, code: &str, client_id: Option<String>, applied: &mut Applied) {
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
}
