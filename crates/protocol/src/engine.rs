//! What a client can ask of the realtime engine, and what the engine says, whatever the door.
//!
//! A door translates its own JSON to [`ClientCommand`] and [`ServerEvent`] to its own JSON, and nothing else.

use serde_json::{Map, Value};

use crate::clinic::{CaseFrame, DiagnosisRequest, PrescriptionRequest};
use crate::message::Message;
use crate::rest::Conversation;
use crate::{CaseId, ConversationId, MessageId, UserId};

/// What a client asks.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientCommand {
    /// A question.
    Ask {
        /// Which conversation; the door's rule decides where none is named.
        session: Option<ConversationId>,
        /// The client's own id: sent twice, stored once.
        client_id: Option<String>,
        /// What is asked.
        text: String,
        /// Document ids.
        attachments: Vec<String>,
        /// What the client sent along.
        metadata: Map<String, Value>,
        /// How it is to be answered.
        options: AskOptions,
    },
    /// A pressed button.
    Interact {
        /// Which conversation.
        session: Option<ConversationId>,
        /// `button_click`.
        action: String,
        /// The button's id.
        id: String,
        /// What the button carries.
        data: Value,
    },
    /// What the person thinks of an answer.
    Feedback {
        /// Which conversation.
        session: Option<ConversationId>,
        /// 1 (worst) to 5 (best).
        rating: u8,
        /// In their words.
        text: Option<String>,
        /// Of which answer.
        message: Option<MessageId>,
        /// Whether clinicians may read it, without the name; `None`: as the profile says.
        review: Option<bool>,
    },
    /// Answer the question before this answer again.
    Regenerate {
        /// Which conversation.
        session: ConversationId,
        /// Which answer.
        message: MessageId,
    },
    /// Stop the running answer.
    Stop {
        /// Which conversation.
        session: ConversationId,
    },
    /// Send what was missed, then go live.
    Resume {
        /// Which conversation.
        session: ConversationId,
        /// The last stored message the client holds.
        after_seq: i64,
        /// The running answer the client holds a part of.
        message: Option<MessageId>,
        /// How many bytes of it.
        offset: usize,
    },
    /// The person is typing, or no longer.
    Typing {
        /// Which conversation.
        session: ConversationId,
        /// Whether.
        is_typing: bool,
    },
    /// Everything up to here was read.
    Read {
        /// Which conversation.
        session: ConversationId,
        /// The last stored message that was read.
        seq: i64,
    },
    /// Run a differential diagnosis.
    Diagnose(Box<DiagnosisRequest>),
    /// Run a prescription check.
    Prescribe(Box<PrescriptionRequest>),
    /// Show a case after a frame, then all that comes.
    Watch {
        /// Which case.
        case: CaseId,
        /// The last frame held; 0 for none.
        after: u32,
    },
    /// Are you there?
    Ping,
}

/// How one question is to be answered, within what the operator allows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct AskOptions {
    /// Who answers; `None`: as the conversation says, else the installation.
    pub model_name: Option<String>,
    /// What the person wants of the answer; `None`: as the conversation says.
    pub system_prompt: Option<String>,
    /// Tokens of the conversation that the model is shown at the most.
    pub max_context_tokens: Option<usize>,
    /// Whether whoever asked is sent the sources.
    pub include_sources: bool,
}

impl Default for AskOptions {
    fn default() -> Self {
        Self { model_name: None, system_prompt: None, max_context_tokens: None, include_sources: true }
    }
}

/// By which way something came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Door 1.
    Native,
    /// Door 2.
    Several,
    /// Door 3.
    Plain,
    /// Door 4.
    Clinic,
    /// A request over REST.
    Rest,
}

/// A turn that is over, with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnEnd {
    /// Whose.
    pub user: UserId,
    /// What was asked.
    pub question: Message,
    /// What was answered.
    pub answer: Message,
    /// As it stands now; `None` where it was deleted meanwhile.
    pub conversation: Option<Conversation>,
    /// Whether whoever asked is sent the sources.
    pub include_sources: bool,
    /// Where it was asked; `None` where that is not known any more.
    pub door: Option<Door>,
}

/// Where a turn stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnState {
    /// Waits for its place.
    Queued,
    /// Being thought about; nothing said yet.
    Thinking,
    /// Being said.
    Writing,
}

/// Why a command was not done. The word on the wire is [`ErrorCode::as_str`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Not JSON, or not an object.
    BadJson,
    /// A binary frame.
    Binary,
    /// A frame over 64 KiB.
    TooLarge,
    /// A `type` nobody knows.
    UnknownType,
    /// A field is missing or of the wrong type.
    BadField,
    /// Text empty after trimming.
    Empty,
    /// Text of more than 8,000 characters.
    TooLong,
    /// No such conversation or message of this person.
    NotFound,
    /// Their role does not allow it.
    Forbidden,
    /// Too much in too short a time.
    RateLimited,
    /// The token ended during the connection.
    TokenExpired,
    /// Nothing to stop, nothing to regenerate.
    Conflict,
    /// The store did not take it; nothing was kept.
    Storage,
    /// The queue of turns is full.
    Busy,
    /// Known, but not built into this server.
    Unsupported,
    /// Our fault.
    Internal,
}

impl ErrorCode {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadJson => "bad_json",
            Self::Binary => "binary",
            Self::TooLarge => "too_large",
            Self::UnknownType => "unknown_type",
            Self::BadField => "bad_field",
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::RateLimited => "rate_limited",
            Self::TokenExpired => "token_expired",
            Self::Conflict => "conflict",
            Self::Storage => "storage",
            Self::Busy => "busy",
            Self::Unsupported => "unsupported",
            Self::Internal => "internal",
        }
    }
}

/// What the engine says.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerEvent {
    /// First on a connection, where the door has a welcome.
    Welcome {
        /// What it says.
        text: String,
        /// To whom.
        user: UserId,
    },
    /// A question is durable.
    Ack {
        /// The client's id of it.
        client_id: Option<String>,
        /// Ours.
        message: MessageId,
        /// Its place.
        seq: i64,
        /// Which conversation.
        session: ConversationId,
        /// It was stored before; nothing else follows.
        duplicate: bool,
    },
    /// Where the turn stands.
    Status {
        /// Which conversation.
        session: ConversationId,
        /// Where it stands.
        state: TurnState,
        /// Its place in the queue, from 1, while it waits.
        position: Option<usize>,
        /// The answer, once it has an id.
        message: Option<MessageId>,
    },
    /// A part of the running answer.
    Delta {
        /// Which conversation.
        session: ConversationId,
        /// Which answer.
        message: MessageId,
        /// The byte at which it begins.
        offset: usize,
        /// What is said.
        text: String,
    },
    /// A stored message.
    Stored {
        /// It.
        message: Box<Message>,
        /// The client that said it, where one did.
        client_id: Option<String>,
    },
    /// A turn is over; its answer was shown as stored just before.
    TurnEnded(Box<TurnEnd>),
    /// A note that is not stored (feedback).
    Note(Box<Message>),
    /// The answer is being written, or no longer.
    Answering {
        /// Which conversation.
        session: ConversationId,
        /// Whether.
        active: bool,
    },
    /// Someone else is typing.
    Typing {
        /// Which conversation.
        session: ConversationId,
        /// Which of its clients.
        client_id: String,
        /// Whether.
        is_typing: bool,
    },
    /// Someone has read.
    Read {
        /// Which conversation.
        session: ConversationId,
        /// Up to where.
        seq: i64,
        /// Who.
        user: UserId,
    },
    /// Its title, status or figures changed.
    ConversationUpdated(Box<Conversation>),
    /// It is gone.
    ConversationDeleted {
        /// Which conversation.
        session: ConversationId,
    },
    /// The replay is whole; live from here.
    Resumed {
        /// Which conversation.
        session: ConversationId,
        /// The last stored message.
        seq: i64,
    },
    /// A frame of a case that this connection runs or watches.
    Case(Box<CaseFrame>),
    /// A case of this person's, or one that they may see, began, ended, or was signed off or shared.
    CaseChanged {
        /// Which case.
        case: CaseId,
    },
    /// Something was not done.
    Error {
        /// Why, as a word.
        code: ErrorCode,
        /// Why, for a person.
        text: String,
        /// Which conversation, where one was named.
        session: Option<ConversationId>,
        /// The client's id of what was refused, so that it can be kept as a draft.
        client_id: Option<String>,
    },
    /// Here.
    Pong,
}
