//! Door 1, `GET /ws/chat`: the browser and therapeutic clients.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Query, State};
use axum::response::Response;
use http::request::Parts;
use protocol::engine::{AskOptions, ClientCommand, Door, ErrorCode, ServerEvent};
use protocol::native::{ServerFrame, TypingContent};
use protocol::{Content, Message, MessageId, Metadata, Role};
use serde::Deserialize;
use serde_json::{Value, json};

use super::reader::{self, Field, Reader, no_type, unknown_type, wrong};
use super::{Dialect, Unreadable, case};
use crate::realtime::socket;
use crate::state::App;

const WELCOME: &str =
    "Connected to therapeutic chat. I am an AI, not a doctor. In an emergency call your local emergency number.";

/// What a client may ask for in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    typing: String,
    stream: String,
    client_id: Option<String>,
}

/// Opens a connection.
pub async fn open(
    State(app): State<App>,
    Query(options): Query<Options>,
    parts: Parts,
    upgrade: WebSocketUpgrade,
) -> Response {
    let on = |word: &str| matches!(word, "1" | "true" | "yes");
    let dialect = Native { typing: on(&options.typing), live: on(&options.stream) };
    socket::open(app, parts, upgrade, options.client_id, None, (Box::new(dialect), Some(WELCOME)))
}

/// The options of one connection.
#[derive(Debug, Clone, Copy)]
pub struct Native {
    /// Typing frames are wanted.
    pub typing: bool,
    /// Acks, status, chunks, and what happens elsewhere are wanted.
    pub live: bool,
}

impl Dialect for Native {
    fn command(&self, frame: &str) -> Result<ClientCommand, Unreadable> {
        let frame = reader::object(frame)?;
        let reader = Reader(&frame);
        let read = match frame.get("type").and_then(Value::as_str) {
            Some("user_message") => ask(&reader),
            Some("interaction") => interaction(&reader),
            Some("feedback") => feedback(&reader),
            Some("regenerate") => reader.session_required().and_then(|session| {
                Ok(ClientCommand::Regenerate { session, message: MessageId::new(reader.text("message_id")?) })
            }),
            Some("stop") => reader.session_required().map(|session| ClientCommand::Stop { session }),
            Some("resume") => resume(&reader),
            Some("typing") => reader
                .session_required()
                .and_then(|session| Ok(ClientCommand::Typing { session, is_typing: reader.flag("is_typing")? })),
            Some("read") => reader
                .session_required()
                .and_then(|session| Ok(ClientCommand::Read { session, seq: reader.integer("seq")? })),
            Some("ping") => Ok(ClientCommand::Ping),
            Some(kind @ ("diagnosis" | "prescription" | "watch")) => case::command(kind, &frame),
            Some(known @ "unlock") => {
                Err((ErrorCode::Unsupported, format!("This server does not take {known} frames yet")))
            }
            Some(other) => Err(unknown_type(other)),
            None => Err(no_type()),
        };
        read.map_err(|(code, text)| Unreadable {
            code,
            text,
            session: reader.session().ok().flatten(),
            client_id: frame.get("id").and_then(Value::as_str).map(ToOwned::to_owned),
        })
    }

    fn event(&self, event: &ServerEvent, own: bool, timestamp: &str) -> Vec<String> {
        let timestamp = timestamp.to_owned();
        let frame = match event {
            ServerEvent::Welcome { text, .. } => welcome(text, timestamp),
            ServerEvent::Stored { message, .. } => {
                // Without live mode: exactly one frame an answer, and nothing of what happens elsewhere. With it, the
                // sender gets no echo of its own question.
                let question = message.role == Role::User;
                let shown = if self.live { !(question && own) } else { own && !question };
                if !shown {
                    return Vec::new();
                }
                ServerFrame::Message(message.clone())
            }
            ServerEvent::Note(message) => ServerFrame::Message(message.clone()),
            ServerEvent::Ack { client_id, message, seq, session, duplicate } if self.live => ServerFrame::Ack {
                id: client_id.clone(),
                message_id: message.clone(),
                seq: *seq,
                session_id: session.clone(),
                duplicate: *duplicate,
                timestamp,
            },
            ServerEvent::Status { session, state, position, message } if self.live => ServerFrame::Status {
                state: *state,
                position: *position,
                message_id: message.clone(),
                session_id: session.clone(),
                timestamp,
            },
            ServerEvent::Delta { session, message, offset, text } if self.live => ServerFrame::StreamChunk {
                message_id: message.clone(),
                offset: *offset,
                content_delta: text.clone(),
                session_id: session.clone(),
                timestamp,
            },
            ServerEvent::Answering { session, active } if self.typing && (self.live || own) => ServerFrame::Typing {
                role: Some(Role::System),
                content: Some(TypingContent {
                    event: "typing".to_owned(),
                    status: if *active { "start" } else { "stop" }.to_owned(),
                }),
                client_id: None,
                is_typing: None,
                session_id: session.clone(),
                timestamp,
            },
            ServerEvent::Typing { session, client_id, is_typing } if self.live && !own => ServerFrame::Typing {
                role: None,
                content: None,
                client_id: Some(client_id.clone()),
                is_typing: Some(*is_typing),
                session_id: session.clone(),
                timestamp,
            },
            ServerEvent::Read { session, seq, user } if self.live && !own => {
                ServerFrame::Read { seq: *seq, user_id: user.clone(), session_id: session.clone(), timestamp }
            }
            ServerEvent::ConversationUpdated(conversation) if self.live => ServerFrame::ConversationUpdated {
                session_id: conversation.id.clone(),
                conversation: conversation.clone(),
                timestamp,
            },
            ServerEvent::ConversationDeleted { session } if self.live => {
                ServerFrame::ConversationDeleted { session_id: session.clone(), timestamp }
            }
            // Whoever asks to resume is shown the end of it.
            ServerEvent::Resumed { session, seq } => {
                ServerFrame::Resumed { session_id: session.clone(), seq: *seq, timestamp }
            }
            ServerEvent::Error { code, text, session, client_id } if self.live || own => ServerFrame::Error {
                role: Role::System,
                error: text.clone(),
                code: code.as_str().to_owned(),
                content: Content { text: text.clone(), elements: Vec::new() },
                session_id: session.clone(),
                id: client_id.clone(),
                timestamp,
            },
            ServerEvent::Case(frame) => ServerFrame::Case {
                case_id: frame.case_id.clone(),
                n: frame.n,
                event: Box::new(frame.event.clone()),
                timestamp,
            },
            ServerEvent::CaseChanged { case } if self.live => {
                ServerFrame::CaseUpdated { case_id: case.clone(), timestamp }
            }
            ServerEvent::Pong => ServerFrame::Pong { timestamp },
            _ => return Vec::new(),
        };
        vec![serde_json::to_string(&frame).expect("a frame is plain data")]
    }

    fn door(&self) -> Door {
        Door::Native
    }
}

fn welcome(text: &str, timestamp: String) -> ServerFrame {
    ServerFrame::Message(Box::new(Message {
        id: None,
        seq: None,
        role: Role::System,
        session_id: None,
        timestamp,
        content: Content { text: text.to_owned(), elements: Vec::new() },
        metadata: Metadata::default(),
    }))
}

fn ask(frame: &Reader<'_>) -> Field<ClientCommand> {
    let content = frame.content()?;
    let text = content.get("text").and_then(Value::as_str).ok_or_else(|| wrong("content.text", "a text"))?;
    let attachments = match content.get("attachments") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list
            .iter()
            .map(|id| id.as_str().map(ToOwned::to_owned).ok_or_else(|| wrong("content.attachments", "a list of ids")))
            .collect::<Field<Vec<String>>>()?,
        Some(_) => return Err(wrong("content.attachments", "a list of ids")),
    };
    Ok(ClientCommand::Ask {
        session: frame.session()?,
        client_id: frame.text_or_none("id")?,
        text: text.to_owned(),
        attachments,
        metadata: frame.object("metadata")?,
        options: AskOptions::default(),
    })
}

fn interaction(frame: &Reader<'_>) -> Field<ClientCommand> {
    let content = frame.content()?;
    let reader = Reader(&content);
    Ok(ClientCommand::Interact {
        session: frame.session()?,
        action: reader.text("action").map_err(|_| wrong("content.action", "a text"))?,
        id: reader.text("id").map_err(|_| wrong("content.id", "a text"))?,
        data: content.get("data").cloned().unwrap_or_else(|| json!({})),
    })
}

fn feedback(frame: &Reader<'_>) -> Field<ClientCommand> {
    let content = frame.content()?;
    let reader = Reader(&content);
    let rating = content.get("rating").and_then(Value::as_u64).filter(|rating| (1..=5).contains(rating));
    Ok(ClientCommand::Feedback {
        session: frame.session()?,
        rating: rating
            .and_then(|rating| u8::try_from(rating).ok())
            .ok_or_else(|| wrong("content.rating", "a whole number from 1 to 5"))?,
        text: reader.text_or_none("text").map_err(|_| wrong("content.text", "a text"))?,
        message: reader
            .text_or_none("message_id")
            .map_err(|_| wrong("content.message_id", "a text"))?
            .map(MessageId::new),
        review: match content.get("review") {
            None | Some(Value::Null) => None,
            Some(review) => Some(review.as_bool().ok_or_else(|| wrong("content.review", "true or false"))?),
        },
    })
}

fn resume(frame: &Reader<'_>) -> Field<ClientCommand> {
    let offset = match frame.0.get("offset") {
        None | Some(Value::Null) => 0,
        Some(_) => frame.integer("offset")?,
    };
    Ok(ClientCommand::Resume {
        session: frame.session_required()?,
        after_seq: frame.integer("after_seq")?,
        message: frame.text_or_none("message_id")?.map(MessageId::new),
        offset: usize::try_from(offset).unwrap_or(usize::MAX),
    })
}
