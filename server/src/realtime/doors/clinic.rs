//! Door 4, `GET /ws/{user_id}`: cases as they are worked out, and the chat.

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use http::request::Parts;
use protocol::engine::{AskOptions, ClientCommand, Door, ErrorCode, ServerEvent};
use protocol::{ConversationId, Role, UserId};
use serde_json::{Map, Value, json};

use super::reader::{self, no_type, text_with_help, unknown_type, unreadable, wrong};
use super::{Dialect, Unreadable, case};
use crate::error::Path;
use crate::realtime::socket;
use crate::state::App;

/// Opens a connection on a channel: one's own, or that of a patient who shares their record.
pub async fn open(
    State(app): State<App>,
    Path(user): Path<UserId>,
    parts: Parts,
    upgrade: WebSocketUpgrade,
) -> Response {
    socket::open(app, parts, upgrade, None, Some(user), (Box::new(Clinic), None))
}

/// The dialect; it has no options.
#[derive(Debug, Clone, Copy)]
pub struct Clinic;

impl Dialect for Clinic {
    fn command(&self, frame: &str) -> Result<ClientCommand, Unreadable> {
        let frame = reader::object(frame)?;
        let read = match frame.get("type").and_then(Value::as_str) {
            Some(kind @ ("diagnosis" | "prescription" | "watch")) => case::command(kind, &frame),
            Some("chat") => chat(&frame),
            Some("ping") => Ok(ClientCommand::Ping),
            Some(other) => Err(unknown_type(other)),
            None => Err(no_type()),
        };
        read.map_err(|(code, text)| unreadable(code, &text))
    }

    fn event(&self, event: &ServerEvent, own: bool, timestamp: &str) -> Vec<String> {
        let frame = match event {
            ServerEvent::Case(frame) => serde_json::to_value(frame).expect("a frame is plain data"),
            ServerEvent::Stored { message, .. } if own && message.role == Role::Assistant => json!({
                "type": "chat",
                "content": text_with_help(message),
                "session_id": message.session_id,
                "message_id": message.id,
                "timestamp": timestamp,
            }),
            ServerEvent::Error { code, text, session, .. } if own => {
                let mut frame = json!({"type": "error", "error": text, "code": code.as_str(), "timestamp": timestamp});
                if let Some(session) = session {
                    frame["session_id"] = json!(session);
                }
                frame
            }
            ServerEvent::Pong => json!({"type": "pong", "timestamp": timestamp}),
            _ => return Vec::new(),
        };
        vec![frame.to_string()]
    }

    fn door(&self) -> Door {
        Door::Clinic
    }

    fn starts_anew(&self) -> bool {
        true
    }
}

fn chat(frame: &Map<String, Value>) -> Result<ClientCommand, (ErrorCode, String)> {
    let Some(Value::Object(data)) = frame.get("data") else { return Err(wrong("data", "an object")) };
    let text = |name: &str| {
        let value = data.get(name).or_else(|| frame.get(name)).filter(|value| !value.is_null());
        match value {
            None => Ok(None),
            Some(Value::String(text)) if !text.contains('\0') => Ok(Some(text.clone())),
            Some(_) => Err(wrong(&format!("data.{name}"), "a text")),
        }
    };
    let session = match text("session_id")? {
        Some(session) => Some(session),
        None => text("conversation_id")?,
    };
    Ok(ClientCommand::Ask {
        session: session.map(ConversationId::new),
        client_id: text("id")?,
        text: text("content")?.ok_or_else(|| wrong("data.content", "a text"))?,
        attachments: Vec::new(),
        metadata: Map::new(),
        options: AskOptions::default(),
    })
}
