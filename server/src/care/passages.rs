//! What people's opening and rating of passages says of them, for the order of later searches (`knowledge::learned`).
//!
//! Kept is a row a person and passage, under a keyed hash of both: no text, no time, nothing that names a person. A rating
//! that is changed takes the place of the one before; one taken back leaves nothing. **Answers to danger and emergencies
//! teach nothing**, and what speaks of them is never moved.

use std::sync::Arc;

use knowledge::learned::{self, Learned, Votes};
use protocol::care::{LearnedPassage, LearnedPassages, OpenedPassage};
use protocol::{ConversationId, Message, MessageId, Role, SafetyLevel, Source, UserId};

use super::store::{self, Vote, VoteRow};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::Clock;
use crate::config::Settings;
use crate::conversations::{self, wire};
use crate::db::{Db, StoreError, Writer, shared};
use crate::error::ApiError;
use crate::models::builtin::Builtin;
use crate::serve::{self, StartError};
use crate::state::App;

/// So much of an answer is looked at for a call: it comes first where there is one.
const BEGINNING: usize = 400;
/// What every call of the guide, of its questions and of its rules for language models says.
const CALLS: [&str; 2] = ["emergency number", "112, 911, 999"];

/// Reads what was learned and lets it hold. A store that does not answer leaves what held before.
pub(crate) async fn refresh(app: &App) -> Result<(), StoreError> {
    let tallies = tallies(app).await?;
    let (spread, people) = (app.settings.ranking_spread, app.settings.ranking_people);
    let factors = tallies.into_iter().map(|(passage, votes)| (passage, votes.factor(spread, people)));
    let factors = factors.filter(|(_, factor)| (factor - 1.0).abs() > f64::EPSILON).collect();
    app.library.learn(Learned { factors, fixed: fixed() });
    Ok(())
}

fn fixed() -> std::collections::HashSet<String> {
    Builtin::emergencies_first().iter().cloned().collect()
}

async fn tallies(app: &App) -> Result<Vec<(String, Votes)>, StoreError> {
    let mut connection = app.db.read().await?;
    let rows = store::tallies(&mut connection).await?;
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(rows
        .into_iter()
        .map(|VoteRow { passage, helped, did_not, opened }| {
            (passage, Votes { helped: count(helped), did_not: count(did_not), opened: count(opened) })
        })
        .collect())
}

/// A stored answer of this conversation, with what it cites.
async fn answer(app: &App, session: &ConversationId, id: &MessageId) -> Result<Option<Message>, StoreError> {
    let key = app.keys.get(&app.db, session.as_str()).await?;
    let row = {
        let mut connection = app.db.read().await?;
        conversations::store::message(&mut connection, session, id).await?
    };
    let message = row.filter(|row| !row.is_open()).map(|row| wire::message(&row, &key)).transpose()?;
    Ok(message.filter(|message| message.role == Role::Assistant))
}

/// Whether anything may be learned from what people think of an answer.
fn teaches(answer: &Message) -> bool {
    let begins: String = answer.content.text.chars().take(BEGINNING).collect::<String>().to_lowercase();
    let first = begins.split("\n\n").next().unwrap_or_default();
    answer.metadata.safety.level == SafetyLevel::None
        && answer.metadata.model.as_deref() != Some("care")
        && !CALLS.iter().any(|call| first.contains(call))
}

/// By what a cited passage is known; `None` where it is none of the articles', not as it stands in them now, or one that
/// keeps its place.
fn passage_of(app: &App, source: &Source) -> Option<String> {
    let article = app.library.article(source.id.strip_prefix("library/")?)?;
    let passage = article.passage_at(source.start).filter(|passage| passage.text == source.passage)?;
    let kept = learned::is_safety(article, passage) || Builtin::emergencies_first().contains(&article.id);
    (!kept).then(|| learned::key(article, passage))
}

/// By what a person's vote on a passage is known.
fn voter(app: &App, user: &UserId, passage: &str) -> String {
    app.lookup.hash("passage vote", format!("{user}/{passage}").as_bytes())
}

/// The votes of somebody who rated an answer, to be stored with the rating: 4 and 5 say that it helped, 1 and 2 that it did
/// not, 3 takes back what was said.
pub(super) async fn votes(
    app: &App,
    user: &UserId,
    session: &ConversationId,
    (message, rating): (Option<&MessageId>, u8),
) -> Result<Vec<Vote>, StoreError> {
    let Some(message) = message else { return Ok(Vec::new()) };
    let Some(answer) = answer(app, session, message).await?.filter(teaches) else { return Ok(Vec::new()) };
    let rated = match rating {
        4.. => 1,
        3 => 0,
        _ => -1,
    };
    let passages = answer.metadata.sources.iter().filter_map(|source| passage_of(app, source));
    Ok(passages
        .map(|passage| Vote { voter: voter(app, user, &passage), passage, opened: None, rated: Some(rated) })
        .collect())
}

/// Notes that a person opened a passage that an answer of theirs cites. Of an answer that teaches nothing, nothing is kept.
pub(super) async fn opened(app: &App, user: &UserId, opened: OpenedPassage, origin: &Origin) -> Result<(), ApiError> {
    let OpenedPassage { conversation_id: session, message_id, source } = opened;
    if !conversations::is_theirs(app, user, &session).await? {
        return Err(ApiError::not_found("conversation"));
    }
    let answer = answer(app, &session, &message_id).await?.ok_or_else(|| ApiError::not_found("answer"))?;
    let cited = usize::try_from(source).ok().and_then(|number| answer.metadata.sources.get(number.checked_sub(1)?));
    let cited = cited.ok_or_else(|| ApiError::not_found("source of this answer"))?;
    let Some(passage) = passage_of(app, cited).filter(|_| teaches(&answer)) else { return Ok(()) };
    let vote = Vote { voter: voter(app, user, &passage), passage, opened: Some(true), rated: None };
    let entry = Entry::new(app.clock.now(), Actor::User(user.clone()), Action::PASSAGE_OPENED)
        .object("conversation", session.as_str())
        .subject(user)
        .from(origin);
    let job = shared((vote, entry));
    app.writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(async move {
                store::vote(&mut tx.connection, &job.0).await?;
                tx.audit(job.1.clone());
                Ok(())
            })
        })
        .await?;
    Ok(refresh(app).await?)
}

/// Takes back everything that a person's opening and rating said of passages.
pub(super) async fn withdraw(app: &App, user: &UserId, origin: &Origin) -> Result<u64, ApiError> {
    let known = {
        let mut connection = app.db.read().await?;
        store::voted(&mut connection).await?
    };
    let voters: Vec<String> = known.iter().map(|passage| voter(app, user, passage)).collect();
    let entry = Entry::new(app.clock.now(), Actor::User(user.clone()), Action::PASSAGES_FORGET)
        .object("user", user.as_str())
        .subject(user)
        .from(origin);
    let job = shared((voters, entry));
    let gone = app
        .writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(async move {
                let mut gone = 0;
                for voter in &job.0 {
                    gone += store::delete_vote(&mut tx.connection, voter).await?;
                }
                tx.audit(job.1.clone());
                Ok(gone)
            })
        })
        .await?;
    refresh(app).await?;
    Ok(gone)
}

/// What was learned, for an administrator: of passages on which enough people said something.
pub(super) async fn list(app: &App) -> Result<LearnedPassages, ApiError> {
    let (spread, people) = (app.settings.ranking_spread, app.settings.ranking_people);
    let shown = tallies(app).await?.into_iter().filter(|(_, votes)| votes.people() >= people);
    let mut passages: Vec<LearnedPassage> = shown
        .map(|(passage, votes)| LearnedPassage {
            passage,
            helped: votes.helped,
            did_not_help: votes.did_not,
            opened: votes.opened,
            factor: votes.factor(spread, people),
        })
        .collect();
    passages.sort_by(|a, b| a.factor.total_cmp(&b.factor).then_with(|| a.passage.cmp(&b.passage)));
    Ok(LearnedPassages { passages, spread, people_min: people })
}

/// Forgets what was learned, of one passage or of all, as an administrator.
pub(super) async fn forget(
    app: &App,
    user: &UserId,
    passage: Option<String>,
    origin: &Origin,
) -> Result<u64, ApiError> {
    let entry = Entry::new(app.clock.now(), Actor::User(user.clone()), Action::PASSAGES_FORGET).from(origin);
    let gone = delete(&app.writer, passage, entry).await?;
    refresh(app).await?;
    Ok(gone)
}

/// That an administrator looked is on the trail.
pub(super) async fn looked(app: &App, user: &UserId, origin: &Origin) -> Result<(), StoreError> {
    let entry = Entry::new(app.clock.now(), Actor::User(user.clone()), Action::PASSAGES_READ).from(origin);
    app.writer.apply(crate::db::Change { audit: vec![entry], ..Default::default() }).await.map(drop)
}

async fn delete(writer: &Writer, passage: Option<String>, entry: Entry) -> Result<u64, StoreError> {
    let job = shared((passage, entry));
    writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(async move {
                let gone = store::delete_votes(&mut tx.connection, job.0.as_deref()).await?;
                tx.audit(job.1.clone());
                Ok(gone)
            })
        })
        .await
}

/// The same from the command line, whether or not the server runs. A running server takes notice within a minute.
pub async fn forget_offline(settings: &Settings, passage: Option<String>) -> Result<u64, StartError> {
    serve::prepare_data(&settings.data)?;
    let db = Db::open(&serve::database_url(settings)).await?;
    // A chain of its own: the server may be writing to the node's at this moment.
    let (writer, task) = Writer::start(&db, &format!("{}-operator", settings.node)).await?;
    let entry = Entry::new(Clock::System.now(), Actor::Operator, Action::PASSAGES_FORGET);
    let gone = delete(&writer, passage, entry).await;
    drop(writer);
    let _ = task.await;
    db.close().await;
    Ok(gone?)
}
