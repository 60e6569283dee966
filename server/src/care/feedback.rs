//! What people say of an answer is kept, sealed.

use std::sync::Arc;

use protocol::care::{FeedbackAnswer, FeedbackRequest};
use protocol::engine::{ErrorCode, ServerEvent};
use protocol::{ConversationId, Element, MessageId, UserId};
use vault::Place;

use super::store::{self, NewFeedback};
use super::{manner, passages};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::auth;
use crate::conversations;
use crate::db::{StoreError, shared};
use crate::error::ApiError;
use crate::ids;
use crate::realtime::commands::{Refusal, message_exists};
use crate::realtime::hub::Peer;
use crate::reviews;
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
    /// Whether clinicians may read it, without the name; `None`: as the profile says.
    pub review: Option<bool>,
}

/// Stores a rating and thanks for it.
pub async fn feedback(
    app: &App,
    peer: &Arc<Peer>,
    session: &ConversationId,
    rating: Rating,
    origin: &Origin,
) -> Result<(), Refusal> {
    if is_too_long(&rating) {
        return Err(Refusal::new(ErrorCode::TooLong, TOO_LONG));
    }
    if let Some(message) = &rating.message
        && !message_exists(app, session, message).await?
    {
        return Err(Refusal::not_found("message"));
    }
    let stars = rating.rating;
    let changed = keep(app, &peer.user, session, rating, origin).await?;
    let (text, elements) = thanks(stars, changed);
    peer.say(&ServerEvent::Note(Box::new(note(&text, elements, session, app.clock.now()))));
    Ok(())
}

/// The same by REST.
pub(super) async fn rest(
    app: &App,
    user: &UserId,
    said: FeedbackRequest,
    origin: &Origin,
) -> Result<FeedbackAnswer, ApiError> {
    let session = said.conversation_id;
    let rating = Rating { rating: said.rating, text: said.text, message: said.message_id, review: said.review };
    if !(1..=5).contains(&rating.rating) {
        return Err(ApiError::unprocessable("rating", "`rating` is 1 to 5."));
    }
    if is_too_long(&rating) {
        return Err(ApiError::unprocessable("text", TOO_LONG));
    }
    if !conversations::is_theirs(app, user, &session).await? {
        return Err(ApiError::not_found("conversation"));
    }
    if let Some(message) = &rating.message
        && !message_exists(app, &session, message).await?
    {
        return Err(ApiError::not_found("message"));
    }
    let stars = rating.rating;
    let changed = keep(app, user, &session, rating, origin).await?;
    let (text, elements) = thanks(stars, changed);
    let label = |element| match element {
        Element::Recommendation { label, .. } => Some(label),
        _ => None,
    };
    Ok(FeedbackAnswer { message: text, recommendations: elements.into_iter().filter_map(label).collect() })
}

const TOO_LONG: &str = "The feedback has more than 8,000 characters.";

fn is_too_long(rating: &Rating) -> bool {
    rating.text.as_ref().is_some_and(|text| text.chars().count() > protocol::limits::MESSAGE_CHARS_MAX)
}

/// Stores a rating with what it says of the passages that the answer cites, and changes the length of answers where it was
/// wrong; gives what is told of that.
async fn keep(
    app: &App,
    user: &UserId,
    session: &ConversationId,
    rating: Rating,
    origin: &Origin,
) -> Result<Option<&'static str>, StoreError> {
    let now = app.clock.now();
    let id = ids::plain(now);
    let is_read = reviews::is_wanted(app, user, session, &rating).await?;
    let key = app.keys.get(&app.db, session.as_str()).await?;
    let words = rating.text.unwrap_or_default();
    let stars = rating.rating;
    let votes = passages::votes(app, user, session, (rating.message.as_ref(), stars)).await?;
    let learns = !votes.is_empty();
    let body = key.seal(Place { table: "feedback", column: "body", row: &id }, words.as_bytes())?;
    let entry = Entry::new(now, Actor::User(user.clone()), Action::FEEDBACK)
        .object("conversation", session.as_str())
        .subject(user)
        .from(origin);
    let row = NewFeedback {
        id,
        user: user.clone(),
        conversation: session.clone(),
        message: rating.message,
        rating: rating.rating,
        body,
        at: now,
    };
    let job = shared((row, entry, is_read.then(|| ids::plain(now)), votes));
    app.writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(async move {
                store::insert_feedback(&mut tx.connection, &job.0).await?;
                if let Some(review) = &job.2 {
                    reviews::store::insert(&mut tx.connection, review, &job.0.id, now).await?;
                }
                for vote in &job.3 {
                    store::vote(&mut tx.connection, vote).await?;
                }
                tx.audit(job.1.clone());
                Ok(())
            })
        })
        .await?;
    if learns && let Err(error) = passages::refresh(app).await {
        tracing::warn!(%error, "what was learned of passages could not be read");
    }
    Ok(nudge(app, user, (stars, &words), origin).await)
}

/// The rating is stored by now: a length that can't be changed is no failure of it.
async fn nudge(app: &App, user: &UserId, (stars, words): (u8, &str), origin: &Origin) -> Option<&'static str> {
    let profile = auth::profile(app, user).await.ok()?;
    let (patch, told) = manner::nudge(stars, words, &profile)?;
    auth::set_profile(app, user, patch, origin).await.ok()?;
    Some(told)
}

fn thanks(rating: u8, changed: Option<&str>) -> (String, Vec<Element>) {
    let (text, elements) = thanks_for(rating);
    (changed.map_or_else(|| text.to_owned(), |changed| format!("{text} {changed}")), elements)
}

fn thanks_for(rating: u8) -> (&'static str, Vec<Element>) {
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
