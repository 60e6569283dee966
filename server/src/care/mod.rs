//! The therapeutic half: danger is noticed and answered first, exercises are offered and led through, what was achieved
//! is marked, questionnaires and a safety plan are kept, and what people say of an answer is kept and learned from.
//!
//! What is dangerous and what is said about it is computed and worded in `clinical`; this folder brings it to a
//! conversation and stores what comes of it.

pub mod feedback;
pub mod store;
pub mod wire;

mod desk;
mod doing;
mod exercises;
mod manner;
mod passages;
mod place;
mod progress;
mod questionnaires;
mod requested;
pub(crate) mod routes;
mod safety_plan;
mod types;

use std::sync::Arc;

use clinical::crisis::{self, Asked, Assessment, Watch};
use protocol::engine::ErrorCode;
use protocol::rest::Profile;
use protocol::{ConversationId, Element, Safety, UserId};
use serde_json::Value;

pub(crate) use desk::{Desk, exercise_next, questionnaire};
pub(crate) use doing::{answer as doing, asks as asks_how_they_do};
pub use exercises::SKILL_ACQUIRED;
pub use feedback::{Rating, feedback};
pub(crate) use manner::{Wish, question_before, said as wish_in, told as wish_told};
pub use passages::forget_offline as forget_feedback;
pub(crate) use passages::refresh as refresh_learned;
pub(crate) use requested::Requested;
pub use routes::routes;

use crate::alerts::{self, NewAlert};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::auth;
use crate::db::{Change, StoreError};
use crate::models::Past;
use crate::realtime::commands::Refusal;
use crate::realtime::hub::Peer;
use crate::state::App;

/// What was noticed of a conversation.
#[derive(Debug)]
pub struct Care {
    /// For the message's metadata.
    pub safety: Safety,
    assessment: Assessment,
    times_before: usize,
}

/// A reviewed answer.
#[derive(Debug)]
pub struct Reply {
    /// Markdown.
    pub text: String,
    /// Resources.
    pub elements: Vec<Element>,
}

impl Care {
    /// Looks at a conversation, as the watch has heard it. `times_before`: how many answers of the conversation were to
    /// danger already.
    pub fn of(watch: &Watch, times_before: usize) -> Self {
        let assessment = watch.assess();
        Self { safety: wire::safety(&assessment), assessment, times_before }
    }

    /// Whether danger decides the answer, and no model has a say in it.
    pub fn decides(&self) -> bool {
        wire::is_answered_here(&self.assessment)
    }

    /// The reviewed answer for somebody who is there. Where the country is not known it is asked for, once and last.
    pub(crate) fn reply_at(&self, place: &Place) -> Reply {
        let mut reply = self.reply(place.country.clone());
        if let Some(lines) = place.lines() {
            reply = Reply { text: format!("{}\n\n{}", lines.text, reply.text), elements: lines.elements };
        } else if place.country.is_none() && !place.was_asked {
            reply.text = format!("{}\n\n{}", reply.text, place::ASKED);
            reply.elements.extend(place::choices());
        }
        reply
    }

    /// The reviewed answer, with the help lines of the person's country where it is known (ISO 3166-1 alpha-2).
    pub fn reply(&self, country: Option<String>) -> Reply {
        let reply = crisis::reply(&self.assessment, &Asked { country, times_before: self.times_before });
        Reply { elements: reply.resources.iter().map(wire::resource).collect(), text: reply.text }
    }

    /// What is to be stored with the reply, so that whoever may be told of the danger is; the reply then says so.
    pub(crate) async fn tell(&self, app: &App, user: &UserId, reply: &mut Reply) -> Option<NewAlert> {
        let due = alerts::due(app, user, &self.safety).await?;
        reply.text.extend(due.line.map(|line| format!("\n\n{line}")));
        Some(due.alert)
    }

    /// Exercises and questionnaires to offer under the answer to this; none where danger decides it. The same seed gives
    /// the same offers.
    pub async fn offers(&self, app: &App, person: (&UserId, &Profile), question: &str, seed: u64) -> Vec<Element> {
        if self.decides() {
            return Vec::new();
        }
        let mut offers = exercises::offers(app, person, question, seed).await;
        offers.extend(questionnaires::offers(question));
        offers
    }
}

/// Where somebody is, as far as an answer to danger knows.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// As the profile says, else as they said it here, else by their browser's locale.
    country: Option<String>,
    /// It was named by the very message that is answered.
    named: Option<&'static str>,
    /// It was asked for before.
    was_asked: bool,
}

impl Place {
    /// Of a conversation, the question last.
    pub(crate) fn of(profile: &Profile, region: Option<&str>, said: &[&Past]) -> Self {
        let told = place::told(said.iter().copied());
        let named_here = told.map(|(code, _)| code.to_owned());
        Self {
            country: profile.country.clone().or(named_here).or_else(|| region.map(ToOwned::to_owned)),
            named: told.filter(|(_, now)| *now).map(|(code, _)| code),
            was_asked: said.iter().any(|past| place::was_asked(past)),
        }
    }

    /// The lines of the country that was named just now, with what is said to them.
    pub(crate) fn lines(&self) -> Option<Reply> {
        let code = self.named?;
        let text = format!("These are the lines in {}.", place::name(code).unwrap_or(code));
        Some(Reply { text, elements: crisis::help_lines(Some(code)).iter().map(wire::resource).collect() })
    }
}

/// The country a person lives in, where they told it, else that of their browser's locale. An answer to danger never waits
/// for what can't be looked up: without a country it names the lines of everywhere.
async fn country(app: &App, user: &UserId, region: Option<&str>) -> Option<String> {
    let told = auth::profile(app, user).await.ok().and_then(|profile| profile.country);
    told.or_else(|| region.map(ToOwned::to_owned))
}

/// Counts an answer to danger.
pub(crate) fn count_crisis() {
    metrics::counter!("anamnesis_crisis_detected").increment(1);
}

/// Puts an answer to danger on the trail that no message carries, with whom it tells.
async fn trail_crisis(app: &App, user: &UserId, alert: Option<NewAlert>) -> Result<(), StoreError> {
    let entry = Entry::new(app.clock.now(), Actor::System, Action::CRISIS).subject(user);
    app.writer.apply(Change { audit: vec![entry], alert, ..Default::default() }).await?;
    app.alerts.wake();
    Ok(())
}

/// Answers a pressed button, with what it carries.
pub async fn interact(
    app: &App,
    peer: &Arc<Peer>,
    session: &ConversationId,
    (button, data): (&str, Value),
    origin: &Origin,
) -> Result<(), Refusal> {
    if questionnaires::press(app, peer, session, button, origin).await?
        || exercises::press(app, peer, session, (button, data), origin).await?
    {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::NotFound, "There is no such button."))
}
