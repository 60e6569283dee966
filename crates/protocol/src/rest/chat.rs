//! The bodies of the routes of conversations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Conversation, ConversationStatus};
use crate::message::{FinishReason, Message, Source};
use crate::{ConversationId, Element, MessageId, Role, UserId};

/// A stored message as REST and door 2 show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatMessage {
    /// Its id.
    pub id: Option<MessageId>,
    /// Its conversation.
    pub conversation_id: Option<ConversationId>,
    /// Who speaks.
    pub role: Role,
    /// What is said: Markdown for an answer, plain text for everything else.
    pub content: String,
    /// Buttons, resources and steps.
    pub elements: Vec<Element>,
    /// What an answer rests on, in the order of its numbered marks.
    pub sources: Vec<Source>,
    /// Who answered.
    pub model_name: Option<String>,
    /// Tokens used for it.
    pub token_count: u64,
    /// From the stored question to the stored answer, in seconds.
    pub generation_time: Option<f64>,
    /// What the model was shown, for the reader.
    pub context_used: Vec<String>,
    /// What else stands beside the text; `safety` as on door 1.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: Map<String, Value>,
    /// Its place in the conversation, from 1.
    pub seq: Option<i64>,
    /// When it was made, RFC 3339 UTC.
    pub created_at: String,
}

/// What it took to make an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GenerationStats {
    /// Who answered.
    pub model_name: Option<String>,
    /// Tokens it was shown.
    pub prompt_tokens: u64,
    /// Tokens it said.
    pub completion_tokens: u64,
    /// Both.
    pub total_tokens: u64,
    /// From the stored question to the stored answer, in seconds.
    pub generation_time: Option<f64>,
    /// How the answer ended.
    pub finish_reason: Option<FinishReason>,
}

impl GenerationStats {
    /// Of an answer.
    pub fn of(answer: &Message) -> Self {
        let metadata = &answer.metadata;
        let (prompt_tokens, completion_tokens) = (metadata.usage.prompt_tokens, metadata.usage.completion_tokens);
        Self {
            model_name: metadata.model.clone(),
            prompt_tokens,
            completion_tokens,
            total_tokens: prompt_tokens.saturating_add(completion_tokens),
            generation_time: metadata.response_time_ms.map(seconds),
            finish_reason: metadata.finish_reason,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "an answer takes far less than 2^52 ms")]
fn seconds(millis: u64) -> f64 {
    millis as f64 / 1000.0
}

impl From<&Message> for ChatMessage {
    fn from(message: &Message) -> Self {
        let Message { id, seq, role, session_id, timestamp, content, metadata } = message.clone();
        let stats = GenerationStats::of(message);
        let mut rest = match serde_json::to_value(&metadata) {
            Ok(Value::Object(rest)) => rest,
            _ => Map::new(),
        };
        // These have places of their own.
        for field in ["sources", "context_used"] {
            rest.remove(field);
        }
        Self {
            id,
            conversation_id: session_id,
            role,
            content: content.text,
            elements: content.elements,
            sources: metadata.sources,
            model_name: metadata.model,
            token_count: stats.total_tokens,
            generation_time: stats.generation_time,
            context_used: metadata.context_used,
            metadata: rest,
            seq,
            created_at: timestamp,
        }
    }
}

/// `POST /api/chat/conversations`; all of it may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NewConversation {
    /// What it is about; else the beginning of the first question.
    pub title: Option<String>,
    /// Who answers in it.
    pub model_name: Option<String>,
    /// What its person wants of answers.
    pub system_prompt: Option<String>,
    /// What a client wants to keep beside it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: Map<String, Value>,
}

/// `PUT /api/chat/conversations/{id}`: what is absent stays; an empty model or system prompt goes back to the default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct ChangeConversation {
    /// What it is about.
    pub title: Option<String>,
    /// `active` or `archived`.
    pub status: Option<ConversationStatus>,
    /// Who answers in it.
    pub model_name: Option<String>,
    /// What its person wants of answers.
    pub system_prompt: Option<String>,
}

/// `GET /api/chat/conversations`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationList {
    /// A page of them, the most recently active first.
    pub conversations: Vec<Conversation>,
    /// How many there are on all pages.
    pub total: i64,
    /// Given back as `before`, the page behind this one, whatever came meanwhile; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `DELETE /api/chat/conversations/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationDeleted {
    /// For a person.
    pub message: String,
    /// Which.
    pub conversation_id: ConversationId,
    /// When, RFC 3339 UTC.
    pub deleted_at: String,
}

/// `GET /api/chat/conversations/{id}/messages`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessagePage {
    /// Of which conversation.
    pub conversation: Conversation,
    /// A page of them, oldest first; without the one being written.
    pub messages: Vec<ChatMessage>,
    /// How many there are on all pages.
    pub total_messages: i64,
}

/// `POST /api/chat/conversations/{id}/cleanup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CleanedUp {
    /// For a person.
    pub message: String,
    /// Which.
    pub conversation_id: ConversationId,
    /// How many messages were folded away now. They stay stored, and can be read as before.
    pub archived: i64,
    /// How many the model is still shown as they are, as far as they fit.
    pub kept: i64,
    /// What the model is shown of all that is folded away; `None` where nothing is.
    pub summary: Option<String>,
    /// When, RFC 3339 UTC.
    pub cleaned_at: String,
}

/// `GET /api/chat/export` and `GET /api/chat/conversations/{id}/export` as JSON; `POST /api/chat/import` takes it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Export {
    /// What it is.
    pub format: String,
    /// Of which form.
    pub version: u32,
    /// RFC 3339 UTC.
    pub exported_at: String,
    /// All that was taken out.
    pub conversations: Vec<ExportedConversation>,
}

/// A conversation with all of its messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportedConversation {
    /// What is told of it.
    pub conversation: Conversation,
    /// Oldest first, without the one being written.
    pub messages: Vec<ChatMessage>,
}

/// `POST /api/chat/import`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Imported {
    /// For a person.
    pub message: String,
    /// The new ids, in the order of the file.
    pub conversation_ids: Vec<ConversationId>,
    /// How many were taken in before, and passed over.
    pub skipped: usize,
}

/// What to look for, for `GET /api/chat/search`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct SearchFor {
    /// All of these words, as parts of words, too.
    #[cfg_attr(feature = "openapi", param(required = true))]
    pub q: String,
    /// Said on this day (UTC) or later, or at this time or later.
    pub from: Option<String>,
    /// Said on this day (UTC) or earlier, or before this time.
    pub to: Option<String>,
    /// Only what was said by this one.
    pub role: Option<Role>,
    /// At most so many, 1 to 100.
    pub limit: Option<i64>,
}

/// `GET /api/chat/search`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchResults {
    /// The newest first.
    pub results: Vec<SearchHit>,
    /// How many there are.
    pub total: i64,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchHit {
    /// Where it was said.
    pub conversation: Conversation,
    /// What was said.
    pub message: ChatMessage,
    /// Where in it, the first places.
    pub highlights: Vec<Highlight>,
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Highlight {
    /// What stands before it.
    pub before: String,
    /// It.
    pub found: String,
    /// What stands behind it.
    pub after: String,
}

/// `GET /api/chat/stats`: one's own, for administrators of everybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatStats {
    /// Those that are not deleted.
    pub total_conversations: i64,
    /// In them.
    pub total_messages: i64,
    /// 0 where there are none.
    pub avg_messages_per_conversation: f64,
    /// In them.
    pub total_tokens_used: i64,
    /// From the stored question to the stored answer, in seconds; absent where nothing was answered.
    pub avg_response_time: Option<f64>,
    /// Answers by model; reviewed answers to danger are of none.
    pub model_usage: BTreeMap<String, i64>,
    /// Who is connected now.
    pub websocket_connections: WebsocketConnections,
}

/// Connections at this moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebsocketConnections {
    /// Conversations that a socket is open to, or in which an answer is being written.
    pub active_conversations: usize,
    /// Open sockets.
    pub total_connections: usize,
}

/// `GET /chat/sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// The most recently active first.
    pub sessions: Vec<SessionLine>,
    /// How many there are.
    pub total: i64,
}

/// A conversation in a list of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionLine {
    /// Its id.
    pub session_id: ConversationId,
    /// At most 50 characters.
    pub title: String,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// RFC 3339 UTC.
    pub updated_at: String,
    /// Not put away.
    pub is_active: bool,
}

/// `GET /chat/sessions/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Its id.
    pub session_id: ConversationId,
    /// Whose.
    pub user_id: UserId,
    /// At most 50 characters.
    pub title: String,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// RFC 3339 UTC.
    pub updated_at: String,
    /// The last of them, oldest first.
    pub messages: Vec<ChatExchange>,
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChatExchange {
    /// Of which conversation.
    pub session_id: ConversationId,
    /// Whose.
    pub user_id: UserId,
    /// What was asked.
    pub message: String,
    /// What was answered, with its help lines; `None` while it is being written.
    pub response: Option<String>,
    /// `chat` where nothing else was asked for.
    pub message_type: String,
    /// What the model was shown, for the reader.
    pub context: Vec<String>,
    /// When it was asked, RFC 3339 UTC.
    pub created_at: String,
    /// From the stored question to the stored answer.
    pub response_time_ms: Option<u64>,
}

/// `POST /api/chat/message`, and `/api/chat/stream/{conversation_id}` without `conversation_id`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct AskByRest {
    /// 1 to 5,000 characters.
    pub message: Option<String>,
    /// Where; a new one where none is named.
    pub conversation_id: Option<ConversationId>,
    /// Who answers.
    pub model_name: Option<String>,
    /// What the person wants of the answer.
    pub system_prompt: Option<String>,
    /// 100 to 8,000.
    pub max_context_tokens: Option<usize>,
    /// True where nothing is said.
    pub include_sources: Option<bool>,
    /// The client's: sent twice, asked once.
    pub id: Option<String>,
}

/// What `POST /api/chat/message` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answered {
    /// The answer.
    pub message: ChatMessage,
    /// As it stands now.
    pub conversation: Conversation,
    /// What the answer rests on; empty where it was asked for without.
    pub sources_used: Vec<Source>,
    /// What the model was shown, for the reader.
    pub context_retrieved: Vec<String>,
    /// What it took.
    pub generation_stats: GenerationStats,
}

/// A server-sent event of an answer that is written; the stream is made of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StreamEvent {
    /// How many bytes of the answer are held with it; sent back as `Last-Event-ID`, the stream goes on behind them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `complete` for the last one, `error` with a problem; none for a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// JSON: of a part `conversation_id`, `message_id`, `content_delta`, `is_complete`, and with the last of them `sources`
    /// and `generation_stats`.
    pub data: String,
}
