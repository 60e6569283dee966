//! The bodies of the REST routes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::message::{FinishReason, Message, Source};
use crate::{ConversationId, Element, MessageId, Role, UserId};

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserRole {
    /// Talks about their own health.
    Patient,
    /// Runs cases, and sees what patients share.
    Clinician,
    /// Runs the place; sees no health text, but for rated answers that people agreed to have read.
    Admin,
}

impl UserRole {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Clinician => "clinician",
            Self::Admin => "admin",
        }
    }

    /// The role of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Patient, Self::Clinician, Self::Admin].into_iter().find(|role| role.as_str() == word)
    }
}

/// A person, as they see themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// What they may do.
    pub role: UserRole,
    /// The address was confirmed by a mailed code.
    pub is_verified: bool,
    /// The account may sign in.
    pub is_active: bool,
    /// When it was made, RFC 3339 UTC.
    pub created_at: String,
    /// What they told of themselves.
    #[serde(flatten)]
    pub profile: Profile,
}

/// How much an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerLength {
    /// The direct answer, how soon to get help, the next step.
    Short,
    /// As it is for everybody.
    Normal,
    /// Everything that is known on it.
    Full,
}

impl AnswerLength {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Normal => "normal",
            Self::Full => "full",
        }
    }

    /// The length of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Short, Self::Normal, Self::Full].into_iter().find(|length| length.as_str() == word)
    }
}

/// How an answer speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// To the point.
    Plain,
    /// With a kind word.
    Warm,
}

impl Tone {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Warm => "warm",
        }
    }

    /// The tone of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Plain, Self::Warm].into_iter().find(|tone| tone.as_str() == word)
    }
}

/// What a person told of themselves; every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// In years.
    pub age: Option<u16>,
    /// In centimetres.
    pub height_cm: Option<f64>,
    /// In kilograms.
    pub weight_kg: Option<f64>,
    /// `beginner`, `intermediate` or `advanced`.
    pub fitness_level: Option<String>,
    /// In their words.
    pub health_goals: Vec<String>,
    /// In their words.
    pub conditions: Vec<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Clinicians may read answers that they rate low, and what was asked, without their name.
    pub review_consent: bool,
    /// How much answers say; `normal` where nothing is said.
    pub answer_length: Option<AnswerLength>,
    /// How answers speak.
    pub tone: Option<Tone>,
    /// What helps them, in their words.
    pub what_helps: Option<String>,
    /// What they don't want, in their words.
    pub what_to_avoid: Option<String>,
}

/// `PATCH /auth/me`: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfilePatch {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// In years.
    pub age: Option<u16>,
    /// In centimetres.
    pub height_cm: Option<f64>,
    /// In kilograms.
    pub weight_kg: Option<f64>,
    /// `beginner`, `intermediate` or `advanced`.
    pub fitness_level: Option<String>,
    /// In their words.
    pub health_goals: Option<Vec<String>>,
    /// In their words.
    pub conditions: Option<Vec<String>>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Clinicians may read answers that they rate low; taking it back takes those out again that were given before.
    pub review_consent: Option<bool>,
    /// `short`, `normal` or `full`.
    pub answer_length: Option<String>,
    /// `plain` or `warm`.
    pub tone: Option<String>,
    /// In their words.
    pub what_helps: Option<String>,
    /// In their words.
    pub what_to_avoid: Option<String>,
}

/// `POST /auth/signup`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignUp {
    /// Their address.
    pub email: String,
    /// 8 to 128 characters.
    pub password: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
}

/// `POST /auth/signin`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
}

/// `POST /auth/verify-email` and `/auth/verify-signin`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VerifyCode {
    /// Their address.
    pub email: String,
    /// The mailed code.
    pub code: String,
}

/// What a mailed code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeType {
    /// Confirms an address.
    Signup,
    /// Completes a sign-in.
    Signin,
    /// Allows a new password.
    PasswordReset,
}

impl CodeType {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signup => "signup",
            Self::Signin => "signin",
            Self::PasswordReset => "password_reset",
        }
    }
}

/// `POST /auth/resend-code`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResendCode {
    /// Their address.
    pub email: String,
    /// For what.
    pub code_type: CodeType,
}

/// `POST /auth/refresh`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refresh {
    /// The one given last.
    pub refresh_token: String,
}

/// `POST /auth/reset-password`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResetPassword {
    /// Their address.
    pub email: String,
    /// The mailed code.
    pub code: String,
    /// 8 to 128 characters.
    pub new_password: String,
}

/// What sign-up, sign-in and resend answer; the same for known and unknown addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSent {
    /// For a person.
    pub message: String,
    /// `sent` or `queued`.
    pub email_status: String,
}

/// What a verified code and a refresh give.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tokens {
    /// The JWT.
    pub access_token: String,
    /// Good once.
    pub refresh_token: String,
    /// Always `bearer`.
    pub token_type: String,
    /// Of the access token, in seconds.
    pub expires_in: u64,
    /// Whose.
    pub user: User,
}

/// `GET /auth/verify-token`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenValid {
    /// Always true; an invalid token is 401.
    pub valid: bool,
    /// Whose.
    pub user_id: UserId,
    /// Their address.
    pub email: String,
    /// Confirmed.
    pub is_verified: bool,
}

/// `POST /auth/ws-ticket`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WsTicket {
    /// Good once.
    pub ticket: String,
    /// In seconds.
    pub expires_in: u64,
}

/// A message for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What to know.
    pub message: String,
}

/// Whether a conversation is in use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationStatus {
    /// In use.
    #[default]
    Active,
    /// Put away.
    Archived,
    /// Deleted; can be restored for 30 days.
    Deleted,
}

impl ConversationStatus {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }

    /// The status of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Archived, Self::Deleted].into_iter().find(|status| status.as_str() == word)
    }
}

/// A conversation without its messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// What it is about; empty until something was said.
    pub title: String,
    /// Whether it is in use.
    pub status: ConversationStatus,
    /// Stored messages.
    pub message_count: i64,
    /// When the last one was stored, RFC 3339 UTC.
    pub last_message_at: Option<String>,
    /// Who answers in it, where not the default.
    pub model_name: Option<String>,
    /// What the model is told first.
    pub system_prompt: Option<String>,
    /// Tokens used so far.
    pub total_tokens: i64,
    /// What a client put there.
    pub metadata: Map<String, Value>,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// RFC 3339 UTC.
    pub updated_at: String,
}

/// A stored message as REST and door 2 show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub metadata: Map<String, Value>,
    /// Its place in the conversation, from 1.
    pub seq: Option<i64>,
    /// When it was made, RFC 3339 UTC.
    pub created_at: String,
}

/// What it took to make an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `about:blank`, or what kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What a person can act on.
    pub detail: String,
    /// To name when asking for help.
    pub request_id: String,
}

/// `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Always `healthy`; an unhealthy process does not answer.
    pub status: String,
    /// The product's name.
    pub agent: String,
    /// Its version.
    pub version: String,
}

/// `POST /api/chat/conversations`; all of it may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewConversation {
    /// What it is about; else the beginning of the first question.
    pub title: Option<String>,
    /// Who answers in it.
    pub model_name: Option<String>,
    /// What its person wants of answers.
    pub system_prompt: Option<String>,
    /// What a client wants to keep beside it.
    pub metadata: Map<String, Value>,
}

/// `PUT /api/chat/conversations/{id}`: what is absent stays; an empty model or system prompt goes back to the default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct ExportedConversation {
    /// What is told of it.
    pub conversation: Conversation,
    /// Oldest first, without the one being written.
    pub messages: Vec<ChatMessage>,
}

/// `POST /api/chat/import`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// For a person.
    pub message: String,
    /// The new ids, in the order of the file.
    pub conversation_ids: Vec<ConversationId>,
    /// How many were taken in before, and passed over.
    pub skipped: usize,
}

/// `GET /api/chat/search`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchResults {
    /// The newest first.
    pub results: Vec<SearchHit>,
    /// How many there are.
    pub total: i64,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub model_usage: std::collections::BTreeMap<String, i64>,
    /// Who is connected now.
    pub websocket_connections: WebsocketConnections,
}

/// Connections at this moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebsocketConnections {
    /// Conversations that a socket is open to, or in which an answer is being written.
    pub active_conversations: usize,
    /// Open sockets.
    pub total_connections: usize,
}

/// `GET /chat/sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionList {
    /// The most recently active first.
    pub sessions: Vec<SessionLine>,
    /// How many there are.
    pub total: i64,
}

/// A conversation in a list of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
