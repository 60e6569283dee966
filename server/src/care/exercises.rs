//! Guided exercises: which are offered, how one is begun, led through and marked as done.

use std::sync::Arc;

use clinical::crisis::{Speaker, Utterance, Watch};
use clinical::exercises::choice::{self, Learnt, Outcome, Tally};
use clinical::exercises::{self, Answers, Exercise, Next, Tag};
use clinical::profile::Condition;
use protocol::care::{Done, ExerciseLine, Stage};
use protocol::engine::{ErrorCode, ServerEvent};
use protocol::rest::Profile;
use protocol::{Content, ConversationId, Element, Message, Metadata, Role, Safety, UserId};
use serde_json::{Value, json};
use vault::Place;

use super::progress;
use super::store::{self, NewMarker, Reward};
use super::types::{Entered, Noted};
use super::wire;
use crate::alerts::NewAlert;
use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::rfc3339;
use crate::conversations::{Body, wire as sealed};
use crate::db::{Applied, Change, NewMessage, StoreError};
use crate::ids;
use crate::realtime::commands::Refusal;
use crate::realtime::hub::Peer;
use crate::state::App;
use crate::turns::recall;

const COMPLETE: &str = "_complete";
/// The kind of marker that a finished exercise gives.
pub const SKILL_ACQUIRED: &str = "SKILL_ACQUIRED";
/// How many exercises are offered at once.
const OFFERS: usize = 2;

/// What to offer under the answer to this: for anxiety and panic the same two first, else what fits and has helped; of
/// it nothing that this person wants to avoid, and first what they say helps.
pub(super) async fn offers(app: &App, (user, profile): (&UserId, &Profile), question: &str, seed: u64) -> Vec<Element> {
    let tags = exercises::tags(question);
    if tags.is_empty() {
        return Vec::new();
    }
    // What was learned only puts them in order: an answer never fails for want of it.
    let fitting = match known(app, user, profile).await {
        Ok((conditions, overall, own)) => choice::choose(&tags, &conditions, &overall, &own, seed, usize::MAX),
        Err(error) => {
            tracing::warn!(%error, "what was learned could not be read");
            exercises::offers(question)
        }
    };
    let (helps, avoid) = (profile.what_helps.as_deref(), profile.what_to_avoid.as_deref());
    let wished = exercises::wished(fitting, helps.unwrap_or_default(), avoid.unwrap_or_default());
    wished.into_iter().take(OFFERS).map(wire::offer).collect()
}

/// The exercise to begin with, for somebody who has done none.
pub(super) fn first(profile: &Profile) -> Option<Element> {
    let suits = |condition: &str| Condition::read(condition);
    let conditions: Vec<Condition> = profile.conditions.iter().flat_map(|named| suits(named)).collect();
    let suitable = exercises::all().iter().filter(|exercise| exercise.suits(&conditions)).collect();
    let (helps, avoid) = (profile.what_helps.as_deref(), profile.what_to_avoid.as_deref());
    let wished = exercises::wished(suitable, helps.unwrap_or_default(), avoid.unwrap_or_default());
    wished.into_iter().next().map(wire::offer)
}

/// What speaks against an exercise for this person, what has helped everybody, and what has helped them.
async fn known(app: &App, user: &UserId, profile: &Profile) -> Result<(Vec<Condition>, Learnt, Learnt), StoreError> {
    let conditions = profile.conditions.iter().flat_map(|named| Condition::read(named)).collect();
    let rows = {
        let mut connection = app.db.read().await?;
        store::learned(&mut connection).await?
    };
    let overall = rows.into_iter().filter_map(|(context, exercise, helped, tried)| {
        Some((Tag::parse(&context)?, exercise, Tally { helped, did_not: tried - helped }))
    });
    Ok((conditions, overall.collect(), of_person(&progress::entries(app, user).await?)))
}

/// What exercises did for somebody, by what they were offered for.
fn of_person(entered: &[Entered]) -> Learnt {
    let mut learnt = Learnt::default();
    for entry in entered {
        if let Noted::Exercise { exercise, context: Some(context), done } = &entry.noted
            && let (Some(tag), Some(reward)) = (Tag::parse(context), outcome(done).reward())
        {
            learnt.observe(tag, exercise, reward);
        }
    }
    learnt
}

const fn outcome(done: &Done) -> Outcome {
    let mood = match (done.mood_before, done.mood_after) {
        (Some(before), Some(after)) => Some((before, after)),
        _ => None,
    };
    Outcome { rating: done.rating, mood, completed: Some(true) }
}

/// Every exercise, with how often this person has done it.
pub(super) async fn list(app: &App, user: &UserId) -> Result<Vec<ExerciseLine>, StoreError> {
    let entered = progress::entries(app, user).await?;
    let times = |id: &str| {
        let done = |entry: &&Entered| matches!(&entry.noted, Noted::Exercise { exercise, .. } if exercise == id);
        u32::try_from(entered.iter().filter(done).count()).unwrap_or(u32::MAX)
    };
    Ok(exercises::all().iter().map(|exercise| wire::exercise(exercise, times(&exercise.id))).collect())
}

/// Where an exercise with typed answers stands after these. `None` where there is no such exercise, or it has no questions.
pub(super) fn next(id: &str, answers: &protocol::care::Answers) -> Option<Result<Stage, Wrong>> {
    let exercise = exercises::by_id(id).filter(|exercise| !exercise.prompts.is_empty())?;
    let answers = match checked(exercise, answers) {
        Ok(answers) => answers,
        Err(wrong) => return Some(Err(wrong)),
    };
    let stage = match exercises::walk(exercise, &answers) {
        Next::Prompt { lead, prompt, done, left } => Stage::Prompt {
            lead: lead.map(wire::step),
            prompt: wire::prompt(prompt),
            done: u32::try_from(done).unwrap_or(u32::MAX),
            left: u32::try_from(left).unwrap_or(u32::MAX),
        },
        Next::Done { closing } => Stage::Done { closing: wire::step(closing), answered: answered(exercise, &answers) },
        Next::Steps { .. } => return None,
    };
    Some(Ok(stage))
}

fn answered(exercise: &Exercise, answers: &Answers) -> Vec<(protocol::care::Prompt, protocol::care::Answer)> {
    let pairs = exercises::answered(exercise, answers);
    pairs.into_iter().map(|(prompt, answer)| (wire::prompt(prompt), wire::answer(answer))).collect()
}

/// What is wrong with what was entered: which field, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: &'static str,
    pub(crate) text: String,
}

fn checked(exercise: &Exercise, answers: &protocol::care::Answers) -> Result<Answers, Wrong> {
    let mut own = Answers::new();
    for (prompt, answer) in answers {
        let answer = wire::answer_from(answer);
        exercises::check(exercise, prompt, &answer)
            .map_err(|refused| Wrong { field: "answers", text: format!("An answer can't be taken: {refused}.") })?;
        own.insert(prompt.clone(), answer);
    }
    Ok(own)
}

/// Looks at what came with a finished exercise.
fn check_done(exercise: &Exercise, done: &Done) -> Result<Answers, Wrong> {
    if done.mood_before.into_iter().chain(done.mood_after).any(|mood| mood > 10) {
        return Err(Wrong { field: "mood", text: "`mood_before` and `mood_after` are 0 to 10.".to_owned() });
    }
    if done.rating.is_some_and(|rating| !(1..=5).contains(&rating)) {
        return Err(Wrong { field: "rating", text: "`rating` is 1 to 5.".to_owned() });
    }
    checked(exercise, &done.answers)
}

/// Answers a pressed button of an exercise; false where it is none.
pub(super) async fn press(
    app: &App,
    peer: &Arc<Peer>,
    session: &ConversationId,
    (button, data): (&str, Value),
    origin: &Origin,
) -> Result<bool, Refusal> {
    if let Some(exercise) = exercises::by_id(button) {
        let complete = Element::Button { id: format!("{}{COMPLETE}", exercise.id), label: "I have done it".to_owned() };
        let mut text = exercise.intro.clone();
        if !exercise.not_for.is_empty() {
            text.push_str("\n\n");
            text.push_str(&exercise.not_for);
        }
        let content = Content { text, elements: vec![wire::instruction(exercise), complete] };
        say(app, peer, session, Said { content, ..Said::default() }, origin).await?;
        return Ok(true);
    }
    let Some(exercise) = button.strip_suffix(COMPLETE).and_then(exercises::by_id) else { return Ok(false) };
    let done = match data {
        Value::Null => Some(Done::default()),
        data => Some(data).filter(Value::is_object).and_then(|data| serde_json::from_value(data).ok()),
    };
    let done = done.ok_or_else(|| {
        Refusal::new(
            ErrorCode::BadField,
            "`data` of a finished exercise has `mood_before`, `mood_after` (0 to 10), `rating` (1 to 5) and `answers`",
        )
    })?;
    let context = context_of(app, session).await?;
    let said = finish(app, &peer.user, Some(session), (exercise, context), (done, origin.region.as_deref()))
        .await?
        .map_err(|wrong| Refusal::new(ErrorCode::BadField, wrong.text))?;
    say(app, peer, session, said, origin).await?;
    Ok(true)
}

/// For what an exercise was offered: what the last of the person's messages that speaks of it is about.
async fn context_of(app: &App, session: &ConversationId) -> Result<Option<Tag>, StoreError> {
    let said = recall::questions(app, session).await?;
    Ok(said.iter().rev().find_map(|text| exercises::tags(text).first().copied()))
}

/// A finished exercise outside of a conversation: stores it and says what is said to it.
pub(super) async fn complete(
    app: &App,
    user: &UserId,
    exercise: &'static Exercise,
    done: Done,
    origin: &Origin,
) -> Result<Result<(Content, Safety), Wrong>, StoreError> {
    let said = match finish(app, user, None, (exercise, None), (done, origin.region.as_deref())).await? {
        Ok(said) => said,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let now = app.clock.now();
    let audit = said.audit(user, origin, now);
    let (content, safety) = (said.content.clone(), said.safety.clone());
    let told = said.alert.is_some();
    let Said { marker, entry, reward, alert, .. } = said;
    app.writer.apply(Change { marker, entry, reward, alert, audit, ..Default::default() }).await?;
    if told {
        app.alerts.wake();
    }
    Ok(Ok((content, safety)))
}

/// What is said in an interactive message, and what is stored with it.
#[derive(Default)]
pub(super) struct Said {
    pub(super) content: Content,
    pub(super) safety: Safety,
    pub(super) marker: Option<NewMarker>,
    pub(super) entry: Option<store::NewEntry>,
    pub(super) reward: Option<Reward>,
    pub(super) alert: Option<NewAlert>,
}

impl Said {
    fn audit(&self, user: &UserId, origin: &Origin, now: i64) -> Vec<Entry> {
        let entry = |action| Entry::new(now, Actor::User(user.clone()), action).subject(user).from(origin);
        let achieved = self.marker.as_ref().map(|marker| entry(Action::MARKER).object("marker", &marker.id));
        let noted = self.entry.as_ref().map(|noted| entry(Action::NOTED).object("entry", &noted.id));
        let crisis = self.safety.crisis.then(|| Entry::new(now, Actor::System, Action::CRISIS).subject(user));
        achieved.into_iter().chain(noted).chain(crisis).collect()
    }
}

async fn finish(
    app: &App,
    user: &UserId,
    conversation: Option<&ConversationId>,
    (exercise, offered_for): (&'static Exercise, Option<Tag>),
    (done, region): (Done, Option<&str>),
) -> Result<Result<Said, Wrong>, StoreError> {
    let answers = match check_done(exercise, &done) {
        Ok(answers) => answers,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let now = app.clock.now();
    let key = app.keys.get(&app.db, user.as_str()).await?;
    let marker_id = ids::plain(now);
    let description = json!({"exercise": exercise.id, "description": exercise.marker}).to_string();
    let body = key.seal(Place { table: "markers", column: "body", row: &marker_id }, description.as_bytes())?;
    let progress = Element::Progress { id: marker_id.clone(), label: exercise.marker.clone() };
    let marker = NewMarker {
        id: marker_id,
        user: user.clone(),
        conversation: conversation.cloned(),
        marker_type: SKILL_ACQUIRED,
        therapeutic_value: exercise.therapeutic_value,
        body,
        at: now,
    };
    let mut content =
        Content { text: format!("Well done. {}.", exercise.marker.trim_end_matches('.')), elements: vec![progress] };
    let written = written(exercise, &answers);
    content.text.push_str(&written.0);
    // What is typed into an exercise is heard like anything else that is said.
    let (mut safety, mut alert) = (Safety::default(), None);
    let mut watch = Watch::over(written.1.len().max(1));
    written.1.iter().for_each(|text| watch.hear(Utterance { speaker: Speaker::Person, text }));
    let care = super::Care::of(&watch, 0);
    if care.safety.crisis {
        let mut reply = care.reply(super::country(app, user, region).await);
        super::count_crisis();
        alert = care.tell(app, user, &mut reply).await;
        content.text = format!("{}{}", reply.text, written.0);
        content.elements.extend(reply.elements);
        safety = care.safety;
    }
    let reward = offered_for.zip(outcome(&done).reward()).map(|(tag, helped)| Reward {
        context: tag.as_str(),
        arm: exercise.id.as_str(),
        helped,
    });
    let noted = Noted::Exercise {
        exercise: exercise.id.clone(),
        context: offered_for.map(|tag| tag.as_str().to_owned()),
        done,
    };
    let entry = Some(progress::sealed(&key, user, &noted, now)?);
    Ok(Ok(Said { content, safety, marker: Some(marker), entry, reward, alert }))
}

/// What was typed, as it is read again in the conversation, and the texts alone.
fn written(exercise: &Exercise, answers: &Answers) -> (String, Vec<String>) {
    use std::fmt::Write as _;
    let (mut told, mut texts) = (String::new(), Vec::new());
    for (prompt, answer) in exercises::answered(exercise, answers) {
        let answer = match answer {
            exercises::Answer::Skipped => continue,
            exercises::Answer::Scale(value) => format!("{value} of 10"),
            exercises::Answer::Choice(choice) => choice.clone(),
            exercises::Answer::Text(text) => {
                texts.push(text.clone());
                text.lines().collect::<Vec<_>>().join("\n> ")
            }
        };
        let _ = write!(told, "\n\n**{}**\n\n> {answer}", prompt.ask);
    }
    (told, texts)
}

/// Stores an interactive message with what belongs to it, and shows it.
pub(super) async fn say(
    app: &App,
    peer: &Arc<Peer>,
    session: &ConversationId,
    said: Said,
    origin: &Origin,
) -> Result<(), Refusal> {
    let now = app.clock.now();
    let id = ids::message(now);
    let key = app.keys.get(&app.db, session.as_str()).await?;
    let mut audit = said.audit(&peer.user, origin, now);
    let stored = Entry::new(now, Actor::User(peer.user.clone()), Action::MESSAGE).object("message", id.as_str());
    audit.push(stored.subject(&peer.user).from(origin));
    let told = said.alert.is_some();
    let metadata = Metadata { safety: said.safety, ..Metadata::default() };
    let body = Body { content: said.content, metadata, ..Body::default() };
    let message = NewMessage {
        id: id.clone(),
        conversation: session.clone(),
        role: Role::Interactive,
        client_key: None,
        open: false,
        body: sealed::seal_body(&key, &id, &body)?,
        at: now,
        title: None,
    };
    let change = Change {
        message: Some(message),
        marker: said.marker,
        entry: said.entry,
        reward: said.reward,
        alert: said.alert,
        audit,
        ..Default::default()
    };
    let Applied::At(seq) = app.writer.apply(change).await? else {
        return Err(Refusal::not_found("conversation"));
    };
    if told {
        app.alerts.wake();
    }
    let message = Message {
        id: Some(id),
        seq: Some(seq),
        role: Role::Interactive,
        session_id: Some(session.clone()),
        timestamp: rfc3339(now),
        content: body.content,
        metadata: body.metadata,
    };
    let stored = ServerEvent::Stored { message: Box::new(message), client_id: None };
    app.hub.publish(&peer.user, Some(peer.id), &stored);
    Ok(())
}
