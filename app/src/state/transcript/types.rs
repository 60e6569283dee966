//! What a transcript is made of.

use protocol::{Message, MessageId};

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
    pub(super) rank: (i64, u64),
}

impl Item {
    pub(super) fn client_id(&self) -> Option<&str> {
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
