//! Rated answers that people agreed to have read, to make answers better: a queue, what a reviewer finds, and a file of it.
//!
//! Start with `is_wanted` (which answers come in) and `desk.rs` (what reviewers do). What is shown and taken out is read
//! in `reading.rs`, where `anonymous.rs` takes out what names a person. Clinicians and administrators read; each reading
//! is on the trail. A consent that is taken back takes everything out again.

pub mod anonymous;
pub mod export;
pub mod store;

mod desk;
mod reading;
pub(crate) mod routes;

use protocol::{ConversationId, UserId};

pub(crate) use desk::{judge, list, open};
pub use routes::routes;

use crate::care::Rating;
use crate::db::StoreError;
use crate::state::App;
use crate::{auth, conversations};

/// Whether a rated answer comes into the queue: rated low, an answer, and its person agreed.
pub(crate) async fn is_wanted(
    app: &App,
    user: &UserId,
    session: &ConversationId,
    rating: &Rating,
) -> Result<bool, StoreError> {
    let Some(message) = rating.message.as_ref().filter(|_| rating.rating <= app.settings.review_rating_max) else {
        return Ok(false);
    };
    let agreed = match rating.review {
        Some(agreed) => agreed,
        // What can't be read is no consent.
        None => auth::profile(app, user).await.is_ok_and(|profile| profile.review_consent),
    };
    if !agreed {
        return Ok(false);
    }
    let mut connection = app.db.read().await?;
    let answer = conversations::store::message(&mut connection, session, message).await?;
    Ok(answer.is_some_and(|row| row.role == "assistant"))
}
