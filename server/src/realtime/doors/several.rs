//! Door 2, `GET /ws/chat/{conversation_id}`: several clients in one conversation.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Query, State};
use axum::response::Response;
use http::request::Parts;
use protocol::engine::{AskOptions, ClientCommand, Door, ServerEvent, TurnEnd};
use protocol::rest::{ChatMessage, GenerationStats};
use protocol::{ConversationId, Message, MessageId, Role};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::reader::{self, Field, Reader, help_lines, no_type, unknown_type};
use super::{Dialect, Unreadable};
use crate::error::Path;
use crate::realtime::socket;
use crate::state::App;

/// What a client may ask for in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    client_id: Option<String>,
}

/// Opens a connection to one conversation.
pub async fn open(
    State(app): State<App>,
    Path(conversation): Path<ConversationId>,
    Query(options): Query<Options>,
    parts: Parts,
    upgrade: WebSocketUpgrade,
) -> Response {
    socket::open(app, parts, upgrade, options.client_id, None, (Box::new(Several { conversation }), None))
}

/// The conversation of one connection; nothing else is shown on it.
#[derive(Debug, Clone)]
pub struct Several {
    /// Which.
    pub conversation: ConversationId,
}

impl Dialect for Several {
    fn command(&self, frame: &str) -> Result<ClientCommand, Unreadable> {
        let frame = reader::object(frame)?;
        let reader = Reader(&frame);
        let read = match frame.get("type").and_then(Value::as_str) {
            Some("message") => self.ask(&reader),
            Some("typing") => {
                let session = self.conversation.clone();
                reader.flag("is_typing").map(|is_typing| ClientCommand::Typing { session, is_typing })
            }
            Some("ping") => Ok(ClientCommand::Ping),
            Some(other) => Err(unknown_type(other)),
            None => Err(no_type()),
        };
        read.map_err(|(code, text)| Unreadable {
            code,
            text,
            session: Some(self.conversation.clone()),
            client_id: frame.get("id").and_then(Value::as_str).map(ToOwned::to_owned),
        })
    }

    fn event(&self, event: &ServerEvent, own: bool, timestamp: &str) -> Vec<String> {
        let here = |session: &ConversationId| *session == self.conversation;
        let frames = match event {
            ServerEvent::Ack { client_id, message, session, .. } if here(session) => {
                let named = client_id.as_deref().unwrap_or(message.as_str());
                vec![json!({"type": "message_received", "data": {"message_id": named, "id": message}})]
            }
            ServerEvent::Stored { message, client_id } if message.session_id.as_ref().is_some_and(here) => {
                stored(message, client_id.as_deref(), own)
            }
            // An answer that begins anew says so by a part without text, for which this door has no form: the last
            // frames have the whole.
            ServerEvent::Delta { session, message, text, .. } if here(session) && !text.is_empty() => {
                vec![self.chunk(message, text)]
            }
            ServerEvent::TurnEnded(end) if end.answer.session_id.as_ref().is_some_and(here) => self.ended(end, own),
            ServerEvent::Typing { session, client_id, is_typing } if here(session) && !own => {
                vec![json!({"type": "typing", "data": {"client_id": client_id, "is_typing": is_typing}})]
            }
            ServerEvent::ConversationUpdated(conversation) if here(&conversation.id) => {
                vec![json!({"type": "conversation_updated", "data": conversation})]
            }
            ServerEvent::ConversationDeleted { session } if here(session) => {
                vec![json!({"type": "conversation_deleted", "data": {"conversation_id": session}})]
            }
            ServerEvent::Error { code, text, session, client_id } if own || session.as_ref().is_some_and(here) => {
                let mut data = json!({"message": text, "code": code.as_str()});
                if let Some(id) = client_id {
                    data["message_id"] = json!(id);
                }
                vec![json!({"type": "error", "data": data})]
            }
            ServerEvent::Pong => vec![json!({"type": "pong", "timestamp": timestamp})],
            _ => Vec::new(),
        };
        frames.iter().map(ToString::to_string).collect()
    }

    fn door(&self) -> Door {
        Door::Several
    }

    fn conversation(&self) -> Option<&ConversationId> {
        Some(&self.conversation)
    }
}

impl Several {
    fn ask(&self, frame: &Reader<'_>) -> Field<ClientCommand> {
        Ok(ClientCommand::Ask {
            session: Some(self.conversation.clone()),
            client_id: frame.text_or_none("id")?,
            text: frame.text("content")?,
            attachments: Vec::new(),
            metadata: Map::new(),
            options: AskOptions {
                model_name: frame.text_or_none("model_name")?,
                include_sources: frame.flag_or("include_sources", true)?,
                ..AskOptions::default()
            },
        })
    }

    fn chunk(&self, message: &MessageId, text: &str) -> Value {
        let data = json!({
            "conversation_id": self.conversation,
            "message_id": message,
            "content_delta": text,
            "is_complete": false,
        });
        json!({"type": "streaming_response", "data": data})
    }

    /// The last frames of an answer, and the whole turn where it did not come through this door.
    fn ended(&self, end: &TurnEnd, own: bool) -> Vec<Value> {
        let TurnEnd { question, answer, conversation, .. } = end;
        let mut frames = Vec::new();
        let help = help_lines(answer);
        if let Some(id) = answer.id.as_ref().filter(|_| !help.is_empty()) {
            frames.push(self.chunk(id, &help));
        }
        let with_sources = end.include_sources || !own;
        let sources = if with_sources { answer.metadata.sources.as_slice() } else { &[] };
        let data = json!({
            "conversation_id": self.conversation,
            "message_id": answer.id,
            "content_delta": "",
            "is_complete": true,
            "sources": sources,
            "generation_stats": GenerationStats::of(answer),
        });
        frames.push(json!({"type": "streaming_response", "data": data}));
        if end.door != Some(Door::Several) {
            let data = json!({
                "user_message": ChatMessage::from(question),
                "assistant_message": ChatMessage::from(answer),
                "conversation": conversation,
            });
            frames.push(json!({"type": "new_message", "data": data}));
        }
        frames
    }
}

/// A question of somebody else, or a step of an exercise; an answer has frames of its own.
fn stored(message: &Message, client_id: Option<&str>, own: bool) -> Vec<Value> {
    match message.role {
        Role::User if !own => {
            let data = json!({"client_id": client_id, "message": ChatMessage::from(message)});
            vec![json!({"type": "user_message", "data": data})]
        }
        Role::User | Role::Assistant => Vec::new(),
        Role::System | Role::Interactive => {
            let data =
                json!({"user_message": null, "assistant_message": ChatMessage::from(message), "conversation": null});
            vec![json!({"type": "new_message", "data": data})]
        }
    }
}
