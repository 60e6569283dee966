//! The JSON of door 1 (`/ws/chat`), as the browser speaks it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clinic::{CaseEvent, DiagnosisRequest, PrescriptionRequest};
use crate::engine::TurnState;
use crate::message::Message;
use crate::rest::Conversation;
use crate::{CaseId, ConversationId, MessageId, UserId};

/// What the browser sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// A question.
    UserMessage {
        /// Which conversation.
        #[serde(default, alias = "conversation_id", skip_serializing_if = "Option::is_none")]
        session_id: Option<ConversationId>,
        /// The client's id: sent twice, stored once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// What is asked.
        content: Question,
        /// What is sent along.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        metadata: Map<String, Value>,
    },
    /// A pressed button.
    Interaction {
        /// Which conversation.
        #[serde(default, alias = "conversation_id", skip_serializing_if = "Option::is_none")]
        session_id: Option<ConversationId>,
        /// Which button.
        content: Interaction,
    },
    /// What the person thinks of an answer.
    Feedback {
        /// Which conversation.
        #[serde(default, alias = "conversation_id", skip_serializing_if = "Option::is_none")]
        session_id: Option<ConversationId>,
        /// The rating.
        content: Rating,
    },
    /// Answer again.
    Regenerate {
        /// Which conversation.
        #[serde(alias = "conversation_id")]
        session_id: ConversationId,
        /// Which answer.
        message_id: MessageId,
    },
    /// Stop the running answer.
    Stop {
        /// Which conversation.
        #[serde(alias = "conversation_id")]
        session_id: ConversationId,
    },
    /// Send what was missed.
    Resume {
        /// Which conversation.
        #[serde(alias = "conversation_id")]
        session_id: ConversationId,
        /// The last stored message held.
        after_seq: i64,
        /// The running answer of which a part is held.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message_id: Option<MessageId>,
        /// How many bytes of it.
        #[serde(default)]
        offset: usize,
    },
    /// Typing, or no longer.
    Typing {
        /// Which conversation.
        #[serde(alias = "conversation_id")]
        session_id: ConversationId,
        /// Whether.
        is_typing: bool,
    },
    /// Read up to here.
    Read {
        /// Which conversation.
        #[serde(alias = "conversation_id")]
        session_id: ConversationId,
        /// The last message read.
        seq: i64,
    },
    /// Runs a differential diagnosis; its frames come back as `case`.
    Diagnosis {
        /// What is entered.
        data: Box<DiagnosisRequest>,
    },
    /// Runs a prescription check; its frames come back as `case`.
    Prescription {
        /// What is entered.
        data: Box<PrescriptionRequest>,
    },
    /// Replays a case after a frame, then goes live.
    Watch {
        /// Which case.
        case_id: CaseId,
        /// The last frame held; 0 for none.
        #[serde(default)]
        after: u32,
    },
    /// Are you there?
    Ping,
}

/// The content of a `user_message`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// Document ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
}

/// The content of an `interaction`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// `button_click`.
    pub action: String,
    /// The button's id.
    pub id: String,
    /// What it carries.
    #[serde(default)]
    pub data: Value,
}

/// The content of a `feedback`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// 1 (worst) to 5 (best).
    pub rating: u8,
    /// In their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of which answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// Clinicians may read the answer and the question, without the name; where it is left out, as the profile says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<bool>,
}

/// What the browser receives. Unknown types are for newer browsers and are passed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// A stored message, or a note.
    Message(Box<Message>),
    /// A question is durable.
    Ack {
        /// The client's id, where it gave one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Ours.
        message_id: MessageId,
        /// Its place.
        seq: i64,
        /// Which conversation.
        session_id: ConversationId,
        /// Stored before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        duplicate: bool,
        /// When.
        timestamp: String,
    },
    /// Where the turn stands.
    Status {
        /// Where.
        state: TurnState,
        /// Its place in the queue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<usize>,
        /// The answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message_id: Option<MessageId>,
        /// Which conversation.
        session_id: ConversationId,
        /// When.
        timestamp: String,
    },
    /// A part of the running answer.
    StreamChunk {
        /// Which answer.
        message_id: MessageId,
        /// The byte at which it begins: hold less, ask `resume`; hold more, cut to it, then append.
        offset: usize,
        /// What is said.
        content_delta: String,
        /// Which conversation.
        session_id: ConversationId,
        /// When.
        timestamp: String,
    },
    /// The answer is being written (`content.status`), or someone else types (`client_id`).
    Typing {
        /// `system` where it is about the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<crate::Role>,
        /// `start` or `stop`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<TypingContent>,
        /// Which other client.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
        /// Whether that one types.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        is_typing: Option<bool>,
        /// Which conversation.
        session_id: ConversationId,
        /// When.
        timestamp: String,
    },
    /// Someone has read.
    Read {
        /// Up to where.
        seq: i64,
        /// Who.
        user_id: UserId,
        /// Which conversation.
        session_id: ConversationId,
        /// When.
        timestamp: String,
    },
    /// Title, status or figures changed.
    ConversationUpdated {
        /// As it is now.
        conversation: Box<Conversation>,
        /// Which conversation.
        session_id: ConversationId,
        /// When.
        timestamp: String,
    },
    /// It is gone.
    ConversationDeleted {
        /// Which conversation.
        session_id: ConversationId,
        /// When.
        timestamp: String,
    },
    /// The replay is whole.
    Resumed {
        /// Which conversation.
        session_id: ConversationId,
        /// The last stored message.
        seq: i64,
        /// When.
        timestamp: String,
    },
    /// A frame of a case that this connection runs or watches.
    Case {
        /// Which case.
        case_id: CaseId,
        /// The frame's place in the case, from 1.
        n: u32,
        /// What it says.
        event: Box<CaseEvent>,
        /// When it was sent.
        timestamp: String,
    },
    /// A case of the person's, or one that they may see, began, ended, or was signed off or shared: look again.
    CaseUpdated {
        /// Which case.
        case_id: CaseId,
        /// When.
        timestamp: String,
    },
    /// Something was not done.
    Error {
        /// Always `system`.
        role: crate::Role,
        /// Why, for a person.
        error: String,
        /// Why, as a word.
        code: String,
        /// The same, as content.
        content: crate::Content,
        /// Which conversation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session_id: Option<ConversationId>,
        /// The client's id of what was refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// When.
        timestamp: String,
    },
    /// Here.
    Pong {
        /// When.
        timestamp: String,
    },
    /// A type that this client does not know.
    #[serde(other)]
    Unknown,
}

/// The content of a `typing` frame about the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingContent {
    /// Always `typing`.
    pub event: String,
    /// `start` or `stop`.
    pub status: String,
}
