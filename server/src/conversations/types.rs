//! What is sealed into a message's body.

use protocol::engine::AskOptions;
use protocol::{Content, Metadata};
use serde::{Deserialize, Serialize};

/// The plaintext of `messages.body`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// What is said.
    pub content: Content,
    /// What stands beside it.
    pub metadata: Metadata,
    /// What a model's provider sent, as it was before it was checked: `model_version`, `content`, `usage_metadata`,
    /// `finish_reason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_events: Option<serde_json::Value>,
    /// Of a question: the country of the locale of the browser that asked, for help lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Of a question: how it is to be answered, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<AskOptions>,
}
