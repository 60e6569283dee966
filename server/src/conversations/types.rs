//! What is sealed into a message's body.

use protocol::{Content, Metadata};
use serde::{Deserialize, Serialize};

/// The plaintext of `messages.body`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// What is said.
    pub content: Content,
    /// What stands beside it.
    pub metadata: Metadata,
}
