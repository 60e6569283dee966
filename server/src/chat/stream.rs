//! An answer as server-sent events. Each says how many bytes of it are held then, so that a stream that was cut goes on
//! from there: what is running is read from memory, what has ended from the store, and both are the same text. Only where
//! an answer began anew after a restart of the server may a reader hold something else: they are told so, and get it whole.

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
    /// How many bytes the reader holds.
    pub(super) held: usize,
    /// Whether what they hold is of this answer, though it began anew.
    pub(super) holds_the_new: bool,
    pub(super) with_sources: bool,
}

/// Whether somebody who holds so many bytes of a whole answer holds it whole.
pub(super) fn is_held(message: &Message, held: usize) -> bool {
    held >= text_with_help(message).len() && !message.metadata.began_anew
}

/// A text from a byte on; nothing yet where it has not come so far again.
fn rest_of(text: &str, from: usize) -> String {
    let from = (0..=from.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
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
            let (held, holds_the_new) = (self.held, self.holds_the_new);
            let look = |running: &Running| {
                let is_other = running.began_anew && !holds_the_new;
                (rest_of(&running.text, if is_other { 0 } else { held }), is_other)
            };
            match self.listening.running(&self.conversation, &self.answer, look) {
                Some((text, is_other)) if !text.is_empty() => {
                    return Ok(Some((self.part(&text, is_other), Rest::Text)));
                }
                Some(_) => {}
                None => {
                    if let Some(message) = self.inquirer.whole(&self.conversation, &self.answer).await? {
                        let is_other = message.metadata.began_anew && !self.holds_the_new;
                        let left = rest_of(&text_with_help(&message), if is_other { 0 } else { self.held });
                        if left.is_empty() {
                            return Ok(Some((self.end(&message), Rest::Complete)));
                        }
                        return Ok(Some((self.part(&left, is_other), Rest::End(Box::new(message)))));
                    }
                    if self.inquirer.app.is_draining() && self.inquirer.app.turns.running() == 0 {
                        return Ok(None);
                    }
                }
            }
            self.listening.woken().await;
        }
    }

    /// The next part; `is_other`: the first of an answer that is another than that of which the reader may hold something.
    fn part(&mut self, text: &str, is_other: bool) -> Event {
        let begins = if is_other && self.held > 0 { ANEW } else { "" };
        self.held = text.len() + if is_other { 0 } else { self.held };
        self.holds_the_new |= is_other;
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
        Event::default().id(self.held.to_string()).data(data.to_string())
    }
}
