//! Door 3, `GET /chat/ws`: a request and its response.

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use http::request::Parts;
use protocol::engine::{AskOptions, ClientCommand, Door, ServerEvent, TurnEnd};
use serde_json::{Map, Value, json};

use super::reader::{self, Field, Reader, text_with_help, wrong};
use super::{Dialect, Unreadable};
use crate::realtime::socket;
use crate::state::App;

const WELCOME: &str =
    "Connected to health chat. I am an AI, not a doctor. In an emergency call your local emergency number.";
/// What may be asked for; `clinical` works out all but the first.
const MESSAGE_TYPES: [&str; 4] = ["chat", "health_assessment", "fitness_plan", "nutrition_advice"];

/// Opens a connection.
pub async fn open(State(app): State<App>, parts: Parts, upgrade: WebSocketUpgrade) -> Response {
    socket::open(app, parts, upgrade, None, None, (Box::new(Plain), Some(WELCOME)))
}

/// The dialect; it has no options.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl Dialect for Plain {
    fn command(&self, frame: &str) -> Result<ClientCommand, Unreadable> {
        let frame = reader::object(frame)?;
        ask(&Reader(&frame)).map_err(|(code, text)| reader::unreadable(code, &text))
    }

    fn event(&self, event: &ServerEvent, own: bool, timestamp: &str) -> Vec<String> {
        let frame = match event {
            ServerEvent::Welcome { text, user } => json!({"type": "connected", "message": text, "user_id": user}),
            ServerEvent::Answering { session, active: true } if own => json!({"type": "typing", "session_id": session}),
            ServerEvent::TurnEnded(end) if own => response(end, timestamp),
            ServerEvent::Error { code, text, .. } if own => {
                json!({"type": "error", "message": text, "code": code.as_str()})
            }
            _ => return Vec::new(),
        };
        vec![frame.to_string()]
    }

    fn door(&self) -> Door {
        Door::Plain
    }

    fn one_at_a_time(&self) -> bool {
        true
    }

    fn starts_anew(&self) -> bool {
        true
    }
}

fn ask(frame: &Reader<'_>) -> Field<ClientCommand> {
    let kind = frame.text_or_none("message_type")?;
    if kind.as_deref().is_some_and(|kind| !MESSAGE_TYPES.contains(&kind)) {
        return Err(wrong("message_type", &format!("one of these: {}", MESSAGE_TYPES.join(", "))));
    }
    let metadata: Map<String, Value> = kind.map(|kind| ("message_type".to_owned(), json!(kind))).into_iter().collect();
    Ok(ClientCommand::Ask {
        session: frame.session()?,
        client_id: None,
        text: frame.text("message")?,
        attachments: Vec::new(),
        metadata,
        options: AskOptions::default(),
    })
}

/// The answer, with what its form calls raw events. They are made of the answer as it was checked and stored: what a
/// provider said before that is shown to nobody.
fn response(end: &TurnEnd, timestamp: &str) -> Value {
    let answer = &end.answer;
    let (metadata, text) = (&answer.metadata, text_with_help(answer));
    let usage = &metadata.usage;
    let raw_events = json!({
        "model_version": metadata.model,
        "content": {"parts": [{"text": text}], "role": "model"},
        "usage_metadata": {
            "total_token_count": usage.prompt_tokens.saturating_add(usage.completion_tokens),
            "prompt_token_count": usage.prompt_tokens,
            "candidates_token_count": usage.completion_tokens,
        },
    });
    let computed = metadata.model.as_deref().filter(|name| matches!(*name, "care" | "builtin"));
    json!({
        "type": "response",
        "message": text,
        "session_id": answer.session_id,
        "user_id": end.user,
        "timestamp": timestamp,
        "data": {
            "raw_events": raw_events,
            "response_time_ms": metadata.response_time_ms,
            "processing_method": computed.unwrap_or("language_model"),
        },
    })
}
