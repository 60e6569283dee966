//! What a message carries: documents whose passages the answer is given from, and pictures.

use protocol::document::Attachment;
use protocol::engine::ErrorCode;
use protocol::{DocumentId, UserId};

use super::store::DocumentRow;
use super::wire::{self, Head};
use super::{desk, intake, search, store};
use crate::db::StoreError;
use crate::models::{OwnSource, Picture};
use crate::realtime::commands::Refusal;
use crate::state::App;

/// How many passages of what is attached an answer is given from.
const PASSAGES: usize = 6;
/// How many passages from the beginning, of a document of which none fits what is asked.
const FROM_BEGINNING: i64 = 2;

/// Looks at what somebody wants to attach: theirs, or shared with them, and read to its end.
pub(crate) async fn attach(app: &App, user: &UserId, ids: &[String]) -> Result<Vec<Attachment>, Refusal> {
    let most = app.settings.attachments_max;
    if ids.len() > most {
        let text = format!(
            "`content.attachments` has {}; {most} is the most. Send the others with another message.",
            ids.len()
        );
        return Err(Refusal::new(ErrorCode::BadField, text));
    }
    let mut attached: Vec<Attachment> = Vec::with_capacity(ids.len());
    for id in ids.iter().map(DocumentId::new) {
        if attached.iter().any(|other| other.id == id) {
            continue;
        }
        let row = row(app, user, &id).await?.ok_or_else(|| Refusal::not_found("document"))?;
        let key = app.keys.get(&app.db, &row.user_id).await?;
        let head = Head::open(&key, &row)?;
        if row.status != "ready" {
            let text = if row.status == "failed" {
                "A document that is attached could not be read. Take it off the message."
            } else {
                "A document that is attached is still being read. Send this again in a moment."
            };
            return Err(Refusal::new(ErrorCode::Conflict, text));
        }
        attached.push(wire::attachment(&row, &head));
    }
    Ok(attached)
}

async fn row(app: &App, user: &UserId, id: &DocumentId) -> Result<Option<DocumentRow>, StoreError> {
    if !desk::is_an_id(id) {
        return Ok(None);
    }
    let mut connection = app.db.read().await?;
    store::visible_one(&mut connection, user, id).await
}

/// What an answer to a question may be given from: of what is attached, what fits best, or its beginning; else what
/// somebody's documents say of it. What was deleted meanwhile is missing.
pub(crate) async fn passages(
    app: &App,
    user: &UserId,
    question: &str,
    attached: &[Attachment],
) -> Result<Vec<OwnSource>, StoreError> {
    let own = |found: search::OwnPassage, is_attached| OwnSource { source: found.source, is_attached };
    let read: Vec<DocumentId> = attached.iter().filter(|one| !one.is_picture()).map(|one| one.id.clone()).collect();
    if read.is_empty() {
        let found = search::found(app, user, question, None, PASSAGES).await?;
        let claimed = found.into_iter().filter(|found| found.is_claimed).take(PASSAGES / 2);
        return Ok(claimed.map(|found| own(found, false)).collect());
    }
    let mut found = search::found(app, user, question, Some(&read), PASSAGES).await?;
    let mut rows = Vec::new();
    for id in &read {
        let source = format!("{}{id}", wire::SOURCE);
        if !found.iter().any(|found| found.source.id == source) {
            rows.extend(row(app, user, id).await?);
        }
    }
    found.extend(search::beginnings(app, &rows, FROM_BEGINNING).await?);
    Ok(found.into_iter().map(|found| own(found, true)).collect())
}

/// The pictures among what is attached, opened.
pub(crate) async fn pictures(app: &App, user: &UserId, attached: &[Attachment]) -> Result<Vec<Picture>, StoreError> {
    let mut pictures = Vec::new();
    for one in attached.iter().filter(|one| one.is_picture()) {
        let Some(row) = row(app, user, &one.id).await? else { continue };
        let key = app.keys.get(&app.db, &row.user_id).await?;
        let bytes = intake::file(app, &key, &one.id).await?;
        pictures.push(Picture { media_type: wire::kind(&row)?.media_type(), bytes: bytes.into() });
    }
    Ok(pictures)
}
