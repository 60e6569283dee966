//! The rated answers that people agreed to have read as JSON lines, without what names anybody, for the command line and
//! for administrators. Ids are random and new in every file; those of one conversation are the same within it.

use std::collections::HashMap;

use protocol::rest::UserRole;
use protocol::review::{RatedAnswer, Verdict};
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::{desk, reading, store};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::auth::{Caller, operator};
use crate::clock::{Clock, Millis};
use crate::config::Settings;
use crate::db::{Change, Db, StoreError};
use crate::error::ApiError;
use crate::keys::Keys;
use crate::serve::StartError;
use crate::state::App;

/// Rows that are read at once.
const AT_ONCE: i64 = 200;

/// A source of an answer.
#[derive(Debug, Serialize)]
struct Named<'a> {
    title: &'a str,
    url: &'a str,
}

/// A line of the file.
#[derive(Debug, Serialize)]
struct Line<'a> {
    id: String,
    conversation: String,
    rated_on: &'a str,
    rating: u8,
    text: Option<&'a str>,
    question: &'a str,
    answer: &'a str,
    model: Option<&'a str>,
    context_used: &'a [String],
    sources: Vec<Named<'a>>,
    verdict: Option<Verdict>,
    note: Option<&'a str>,
}

/// Midnight (UTC) of a day such as 2026-11-01.
pub(crate) fn day(text: &str) -> Option<Millis> {
    let date: jiff::civil::Date = text.trim().parse().ok()?;
    Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// Reads the lines of a file, some at a time.
pub(crate) struct Lines<'a> {
    db: &'a Db,
    keys: &'a Keys,
    since: Millis,
    last: (Millis, String),
    conversations: HashMap<String, String>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(db: &'a Db, keys: &'a Keys, since: Option<Millis>) -> Self {
        let since = since.unwrap_or(0);
        Self { db, keys, since, last: (since.saturating_sub(1), String::new()), conversations: HashMap::new() }
    }

    /// The next lines, each with its end; none where there are no more.
    pub(crate) async fn next(&mut self) -> Result<Vec<String>, StoreError> {
        let mut connection = self.db.read().await?;
        let last = (self.last.0, self.last.1.as_str());
        let rows = store::since(&mut connection, self.since, last, AT_ONCE).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let read = reading::read(&mut connection, self.keys, &row).await?;
            let conversation = self.conversations.entry(row.conversation_id).or_insert_with(random);
            lines.push(line(&read, conversation)?);
            self.last = (row.rated_at, row.id);
        }
        Ok(lines)
    }
}

fn random() -> String {
    Uuid::new_v4().to_string()
}

fn line(read: &RatedAnswer, conversation: &str) -> Result<String, StoreError> {
    let line = Line {
        id: random(),
        conversation: conversation.to_owned(),
        rated_on: read.line.rated_at.get(..10).unwrap_or_default(),
        rating: read.line.rating,
        text: read.text.as_deref(),
        question: &read.question,
        answer: &read.answer,
        model: read.model.as_deref(),
        context_used: &read.context_used,
        sources: read.sources.iter().map(|source| Named { title: &source.title, url: &source.url }).collect(),
        verdict: read.line.verdict,
        note: read.note.as_deref(),
    };
    let text = serde_json::to_string(&line).map_err(|_| StoreError::Corrupt("a rated answer has no JSON form"))?;
    Ok(text + "\n")
}

/// For an administrator: the whole file. More than the setting allows is refused rather than cut.
pub(super) async fn file(
    app: &App,
    caller: &Caller,
    since: Option<Millis>,
    origin: &Origin,
) -> Result<String, ApiError> {
    let entry = desk::enter(app, caller, (Action::FEEDBACK_EXPORT, &[UserRole::Admin]), origin).await?;
    app.writer.apply(Change { audit: vec![entry], ..Default::default() }).await?;
    let most = app.settings.review_export_max;
    let mut lines = Lines::new(&app.db, &app.keys, since);
    let (mut file, mut count) = (String::new(), 0);
    loop {
        let next = lines.next().await?;
        if next.is_empty() {
            return Ok(file);
        }
        count += next.len();
        if count > most {
            let text = format!(
                "There are more than {most}. Ask for those since a later day with `since`, or use the command line."
            );
            return Err(ApiError::unprocessable("since", text));
        }
        file.extend(next);
    }
}

/// For the command line, whether or not the server runs: writes all lines, and gives how many there were.
pub(crate) async fn write(settings: &Settings, since: Option<Millis>) -> Result<usize, StartError> {
    let (db, secrets) = operator::open(settings).await?;
    let (writer, task) = operator::writer(&db, settings).await?;
    let entry = Entry::new(Clock::System.now(), Actor::Operator, Action::FEEDBACK_EXPORT);
    let noted = writer.apply(Change { audit: vec![entry], ..Default::default() }).await;
    drop(writer);
    // The task ends by itself with the last handle; it closes its connection.
    let _ = task.await;
    noted?;
    let keys = Keys::new(secrets.master.clone());
    let mut lines = Lines::new(&db, &keys, since);
    let (mut out, mut count) = (tokio::io::stdout(), 0);
    loop {
        let next = lines.next().await?;
        if next.is_empty() {
            break;
        }
        count += next.len();
        let written = out.write_all(next.concat().as_bytes()).await;
        written.map_err(|cause| StartError::Setting(format!("the lines can't be written: {cause}")))?;
    }
    let written = out.flush().await;
    written.map_err(|cause| StartError::Setting(format!("the lines can't be written: {cause}")))?;
    db.close().await;
    Ok(count)
}
