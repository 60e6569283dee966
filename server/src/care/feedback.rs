//! What people say of an answer is kept, sealed.

use std::sync::Arc;

use protocol::engine::{ErrorCode, ServerEvent};
use protocol::{ConversationId, Element, MessageId};
use vault::Place;

use super::store::{self, NewFeedback};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::db::shared;
use crate::ids;
use crate::realtime::commands::{Refusal, message_exists};
use crate::realtime::hub::Peer;
use crate::state::App;
use crate::turns::engine::note;

/// A rating, checked by the door to be 1 to 5.
#[derive(Debug, Clone)]
pub struct Rating {
    /// 1 (worst) to 5 (best).
    pub rating: u8,
    /// In their words.
    pub text: Option<String>,
    /// Of which answer.
    pub message: Option<MessageId>,
}

/// Stores a rating and thanks for it.
pub async fn feedback(
    app: &App,
    peer: &Arc<Peer>,
    session: &ConversationId,
    rating: Rating,
    origin: &Origin,
) -> Result<(), Refusal> {
    if rating.text.as_ref().is_some_and(|text| text.chars().count() > protocol::limits::MESSAGE_CHARS_MAX) {
        return Err(Refusal::new(ErrorCode::TooLong, "The feedback has more than 8,000 characters."));
    }
    if let Some(message) = &rating.message
        && !message_exists(app, session, message).await?
    {
        return Err(Refusal::not_found("message"));
    }
    let now = app.clock.now();
    let id = ids::plain(now);
    let key = app.keys.get(&app.db, session.as_str()).await?;
    let words = rating.text.unwrap_or_default();
    let body = key
        .seal(Place { table: "feedback", column: "body", row: &id }, words.as_bytes())
        .map_err(crate::db::StoreError::from)?;
    let entry = Entry::new(now, Actor::User(peer.user.clone()), Action::FEEDBACK)
        .object("conversation", session.as_str())
        .subject(&peer.user)
        .from(origin);
    let row = NewFeedback {
        id,
        user: peer.user.clone(),
        conversation: session.clone(),
        message: rating.message,
        rating: rating.rating,
        body,
        at: now,
    };
    let job = shared((row, entry));
    app.writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(async move {
                store::insert_feedback(&mut tx.connection, &job.0).await?;
                tx.audit(job.1.clone());
                Ok(())
            })
        })
        .await?;
    let (text, elements) = thanks(rating.rating);
    peer.say(&ServerEvent::Note(Box::new(note(text, elements, session, now))));
    Ok(())
}

fn thanks(rating: u8) -> (&'static str, Vec<Element>) {
    if rating >= 4 {
        return ("Feedback processed. Thank you — it helps to know what worked.", Vec::new());
    }
    let recommendation = |id: &str, label: &str| Element::Recommendation { id: id.to_owned(), label: label.to_owned() };
    (
        "Feedback processed. Thank you for saying so — here is what may help more.",
        vec![
            recommendation("ask_differently", "Ask again in other words, or add how long and how bad it is"),
            recommendation("regenerate", "Let me answer again"),
            recommendation("see_someone", "Speak to a nurse, pharmacist or doctor if you are worried"),
        ],
    )
}
