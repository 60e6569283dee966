//! One file a dialect: pure translations between a door's JSON and the engine, without storage and without state beyond
//! the connection's options.

pub mod clinic;
pub mod native;
pub mod plain;
pub mod several;

mod case;
mod reader;

pub(crate) use reader::{help_of, text_with_help};

use protocol::ConversationId;
use protocol::engine::{ClientCommand, Door, ErrorCode, ServerEvent};

/// What could not be read of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Why, as a word.
    pub code: ErrorCode,
    /// Why, for a person.
    pub text: String,
    /// The conversation it named.
    pub session: Option<ConversationId>,
    /// The client's id of it.
    pub client_id: Option<String>,
}

/// How a connection speaks.
pub trait Dialect: Send + Sync {
    /// Reads a frame.
    fn command(&self, frame: &str) -> Result<ClientCommand, Unreadable>;
    /// The frames that show an event; `own` where this connection asked for it. None where this door does not show it.
    fn event(&self, event: &ServerEvent, own: bool, timestamp: &str) -> Vec<String>;
    /// Which door it is.
    fn door(&self) -> Door;
    /// The one conversation that the connection is of, where it is of one.
    fn conversation(&self) -> Option<&ConversationId> {
        None
    }
    /// Whether a question has to wait until the one before it is answered.
    fn one_at_a_time(&self) -> bool {
        false
    }
    /// Whether a question that names no conversation begins a new one; else it goes to the most recently active.
    fn starts_anew(&self) -> bool {
        false
    }
}
