//! Messages that the server has not acknowledged yet, and drafts: kept in the browser by person and conversation, so that
//! a lost connection or a closed page loses nothing.

use protocol::document::Attachment;
use protocol::{ConversationId, UserId};
use serde::{Deserialize, Serialize};

use super::storage;

/// A question on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Our id of it: the server stores it once, however often it is sent.
    pub client_id: String,
    /// What is asked.
    pub text: String,
    /// What is attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<Attachment>,
    /// Why the server refused it; then it waits for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// The unsent messages and drafts of one person.
#[derive(Debug, Clone)]
pub struct Outbox {
    user: UserId,
}

impl Outbox {
    /// Theirs.
    pub fn new(user: UserId) -> Self {
        Self { user }
    }

    fn prefix(&self) -> String {
        format!("anamnesis:{}:unsent:", self.user)
    }

    fn place(&self, session: &ConversationId) -> String {
        self.prefix() + session.as_str()
    }

    /// What waits in a conversation, oldest first.
    pub fn pending(&self, session: &ConversationId) -> Vec<Pending> {
        read(&self.place(session))
    }

    /// What waits in all of them.
    pub fn all(&self) -> Vec<(ConversationId, Vec<Pending>)> {
        let prefix = self.prefix();
        let places = storage::names(&prefix).into_iter();
        places.map(|place| (ConversationId::new(&place[prefix.len()..]), read(&place))).collect()
    }

    /// Keeps a question, or what became of it.
    pub fn keep(&self, session: &ConversationId, pending: Pending) {
        self.change(session, |all| match all.iter_mut().find(|held| held.client_id == pending.client_id) {
            Some(held) => *held = pending,
            None => all.push(pending),
        });
    }

    /// It was refused.
    pub fn refuse(&self, session: &ConversationId, client_id: &str, reason: &str) {
        self.change(session, |all| {
            if let Some(held) = all.iter_mut().find(|held| held.client_id == client_id) {
                held.refused = Some(reason.to_owned());
            }
        });
    }

    /// It is stored by the server, or given up.
    pub fn release(&self, session: &ConversationId, client_id: &str) {
        self.change(session, |all| all.retain(|held| held.client_id != client_id));
    }

    /// Reads before it writes: another window of the same browser may have written meanwhile.
    fn change(&self, session: &ConversationId, change: impl FnOnce(&mut Vec<Pending>)) {
        let place = self.place(session);
        let mut all = read(&place);
        change(&mut all);
        let text = if all.is_empty() { String::new() } else { serde_json::to_string(&all).unwrap_or_default() };
        storage::write(&place, &text);
    }

    fn draft_place(&self, session: Option<&ConversationId>) -> String {
        format!("anamnesis:{}:draft:{}", self.user, session.map_or("new", ConversationId::as_str))
    }

    /// What was begun in a conversation, or in none yet.
    pub fn draft(&self, session: Option<&ConversationId>) -> Option<String> {
        storage::read(&self.draft_place(session))
    }

    /// Keeps what was begun.
    pub fn keep_draft(&self, session: Option<&ConversationId>, text: &str) {
        storage::write(&self.draft_place(session), text);
    }
}

fn read(place: &str) -> Vec<Pending> {
    storage::read(place).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}
