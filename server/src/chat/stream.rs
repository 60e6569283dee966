//! An answer as server-sent events. Each says how many bytes of it are held then, so that a stream that was cut goes on
//! from there: what is running is read from memory, what has ended from the store, and both are the same text. Where an
//! answer began anew after a restart of the server, a reader may hold something else: they are told so, and get it whole.

use axum::response::sse::Event;
use futures_util::Stream;
use futures_util::stream::unfold;
use protocol::rest::GenerationStats;
use protocol::{ConversationId, Message, MessageId};
use serde_json::{Value, json};

use super::ask::Inquirer;
use crate::auth;
use crate::error::ApiError;
use crate::realtime::doors::text_with_help;
use crate::realtime::hub::{Listening, Running};

/// Stands before an answer that began anew, behind what a reader holds of the one before.
const ANEW: &str = "\n\n---\n\n*The answer broke off here and was begun anew. This is the whole of it:*\n\n";

/// What is still to be said.
enum Rest {
    /// The text.
    Text,
    /// That it is whole.
    End(Box<Message>),
    /// The last event.
    Complete,
    /// Nothing.
    Nothing,
}

/// An answer on its way to one reader.
pub(super) struct Telling {
    pub(super) inquirer: Inquirer,
    pub(super) listening: Listening,
    pub(super) conversation: ConversationId,
    pub(super) answer: MessageId,
    /// What the reader holds.
    pub(super) held: Held,
    pub(super) with_sources: bool,
}

/// What of an answer a reader holds, as the `id` of an event says it: the offset, and behind nine digits of it how often
/// the answer had begun anew then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Held {
    bytes: usize,
    began_anew: u32,
}

impl Held {
    /// No answer is as long as this.
    const BYTES: u64 = 1_000_000_000;

    pub(super) fn read(id: &str) -> Option<Self> {
        let id: u64 = id.trim().parse().ok()?;
        let began_anew = u32::try_from(id / Self::BYTES).ok()?;
        Some(Self { bytes: usize::try_from(id % Self::BYTES).ok()?, began_anew })
    }

    fn id(self) -> String {
        (u64::from(self.began_anew) * Self::BYTES + self.bytes as u64).to_string()
    }

    /// Whether that is the whole of an answer.
    pub(super) fn is_whole(self, message: &Message) -> bool {
        self.began_anew == message.metadata.began_anew && self.bytes >= text_with_help(message).len()
    }
}

/// What somebody does not hold of a text that began anew so often: of another they hold nothing. Nothing yet where it has
/// not come so far again.
fn rest_of(text: &str, held: Held, began_anew: u32) -> String {
    let from = if held.began_anew == began_anew { held.bytes.min(text.len()) } else { 0 };
    let from = (0..=from).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[from..].to_owned()
}

impl Telling {
    /// The events.
    pub(super) fn events(self) -> impl Stream<Item = Result<Event, std::convert::Infallible>> {
        unfold((self, Rest::Text), |(mut telling, rest)| async move {
            let (event, rest) = telling.next(rest).await?;
            Some((Ok(event), (telling, rest)))
        })
    }

    async fn next(&mut self, rest: Rest) -> Option<(Event, Rest)> {
        match rest {
            Rest::Text => match self.more().await {
                Ok(Some(next)) => Some(next),
                // Cut: the reader comes again, and goes on from where it is.
                Ok(None) => None,
                Err(error) => {
                    let problem = error.problem(self.inquirer.origin.request_id.clone());
                    let data = serde_json::to_string(&problem).expect("a problem is plain data");
                    Some((Event::default().event("error").data(data), Rest::Nothing))
                }
            },
            Rest::End(message) => Some((self.end(&message), Rest::Complete)),
            Rest::Complete => Some((Event::default().event("complete").data("{}"), Rest::Nothing)),
            Rest::Nothing => None,
        }
    }

    /// The next part of the text, or that it is whole; `None` where the server stops.
    async fn more(&mut self) -> Result<Option<(Event, Rest)>, ApiError> {
        loop {
            let Inquirer { app, caller, .. } = &self.inquirer;
            if !auth::still_holds(app, caller).await {
                return Err(ApiError::unauthenticated("Your sign-in is no longer good. Sign in again."));
            }
            let held = self.held;
            let look = |running: &Running| (rest_of(&running.text, held, running.began_anew), running.began_anew);
            match self.listening.running(&self.conversation, &self.answer, look) {
                Some((text, began_anew)) if !text.is_empty() => {
                    return Ok(Some((self.part(&text, began_anew), Rest::Text)));
                }
                Some(_) => {}
                None => {
                    if let Some(message) = self.inquirer.whole(&self.conversation, &self.answer).await? {
                        let began_anew = message.metadata.began_anew;
                        let left = rest_of(&text_with_help(&message), self.held, began_anew);
                        if left.is_empty() {
                            return Ok(Some((self.end(&message), Rest::Complete)));
                        }
                        return Ok(Some((self.part(&left, began_anew), Rest::End(Box::new(message)))));
                    }
                    if self.inquirer.app.is_draining() && self.inquirer.app.turns.running() == 0 {
                        return Ok(None);
                    }
                }
            }
            self.listening.woken().await;
        }
    }

    /// The next part, of an answer that began anew so often.
    fn part(&mut self, text: &str, began_anew: u32) -> Event {
        let is_other = self.held.began_anew != began_anew;
        let begins = if is_other && self.held.bytes > 0 { ANEW } else { "" };
        let before = if is_other { 0 } else { self.held.bytes };
        self.held = Held { bytes: before + text.len(), began_anew };
        self.event(&json!({
            "conversation_id": self.conversation,
            "message_id": self.answer,
            "content_delta": format!("{begins}{text}"),
            "is_complete": false,
        }))
    }

    fn end(&self, message: &Message) -> Event {
        let mut data = json!({
            "conversation_id": self.conversation,
            "message_id": self.answer,
            "content_delta": "",
            "is_complete": true,
            "generation_stats": GenerationStats::of(message),
        });
        if self.with_sources {
            data["sources"] = json!(message.metadata.sources);
        }
        self.event(&data)
    }

    fn event(&self, data: &Value) -> Event {
        Event::default().id(self.held.id()).data(data.to_string())
    }
}
