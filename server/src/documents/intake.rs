//! A file comes in: checked by its content, stored sealed in parts, read, its passages stored.
//!
//! It is there for its person once the last part is stored. What a crash leaves is put right at the next start
//! ([`recover`]): a file of which parts are missing was never acknowledged and goes, one that was not read to its end is
//! read anew.

use std::sync::Arc;

use documents::{Document, Kind, Passage, Unreadable};
use http::StatusCode;
use protocol::{DocumentId, UserId};
use tokio::sync::oneshot;
use vault::DataKey;

use super::reader::{self, Fault};
use super::store::{self, DocumentRow, Used};
use super::wire::{self, Head};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::db::{StoreError, shared};
use crate::error::ApiError;
use crate::ids;
use crate::state::App;

/// How much of a file one transaction stores.
const PART_BYTES: usize = 1 << 20;
/// How many passages one transaction stores.
const PASSAGES_AT_ONCE: usize = 192;

/// What comes in.
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// How the reading of a document ended.
enum Ended {
    Ready,
    /// Why it could not be read, for people.
    Refused(String),
    /// It goes on at the next start.
    Left,
}

/// Takes a file in. What can be read in a moment is read when this returns; a larger document is still being read.
pub(super) async fn take(app: &App, user: &UserId, upload: Upload, origin: &Origin) -> Result<DocumentId, ApiError> {
    let limits = reader::limits(&app.settings);
    let checked = tokio::task::spawn_blocking(move || {
        let Upload { name, bytes } = upload;
        let kind = documents::kind(&bytes, &name, limits.entries)?;
        let name = wire::file_name(&name, kind);
        if kind.is_picture() {
            let picture = documents::picture::clean(&bytes, kind, &limits)?;
            let head = Head { name, size: Some((picture.width, picture.height)), ..Head::default() };
            return Ok((kind, head, picture.bytes));
        }
        Ok((kind, Head { name, ..Head::default() }, bytes))
    });
    let damaged = || ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "This file is damaged and can't be read.");
    let (kind, head, bytes) = checked.await.map_err(|_| damaged())?.map_err(|why| refused(&why))?;
    let id = ids::document(app.clock.now());
    let status = if kind.is_picture() { "ready" } else { "reading" };
    let stored = async {
        arrive(app, user, (&id, kind), &head, &bytes).await?;
        settle(app, user, &id, status, origin).await?;
        Ok::<_, ApiError>(())
    };
    if let Err(error) = stored.await {
        // Nobody was told of it: what is there of it takes no room.
        if let Err(error) = take_away(app, user, &id).await {
            tracing::warn!(%error, "parts of an upload that failed stay until the next start");
        }
        return Err(error);
    }
    if kind.is_picture() {
        return Ok(id);
    }
    // What has to wait to be read waits in the database.
    let bytes = (app.documents.reading.available_permits() > 0).then_some(bytes);
    let ended = begin(app, user.clone(), id.clone(), kind, bytes);
    match tokio::time::timeout(app.settings.document_wait, ended).await {
        Ok(Ok(Ended::Refused(why))) => {
            // Nobody was told of it yet: it goes, and why is said at once.
            super::desk::Desk { app, user, origin }.remove(&id).await?;
            Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, why))
        }
        _ => Ok(id),
    }
}

/// A file that can't be taken: 415 for a kind, else 422.
fn refused(why: &Unreadable) -> ApiError {
    let status = match why {
        Unreadable::Kind(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    ApiError::new(status, why.to_string())
}

/// Stores a file where there is room for it; it is not there for anybody yet.
async fn arrive(
    app: &App,
    user: &UserId,
    (id, kind): (&DocumentId, Kind),
    head: &Head,
    bytes: &[u8],
) -> Result<(), ApiError> {
    let now = app.clock.now();
    let key = app.keys.get(&app.db, user.as_str()).await?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let row = DocumentRow {
        id: id.as_str().to_owned(),
        user_id: user.as_str().to_owned(),
        kind: kind.as_str().to_owned(),
        status: "arriving".to_owned(),
        size,
        passages: 0,
        shared: 0,
        head: head.seal(&key, id)?,
        created_at: now,
    };
    let most = |setting: u64| i64::try_from(setting).unwrap_or(i64::MAX);
    let (count_max, bytes_max) = (most(app.settings.documents_per_user), most(app.settings.documents_bytes_per_user));
    let waiting_max = most(app.settings.documents_waiting_per_user);
    let fits = move |kept: &Used, size: i64| {
        kept.count < count_max && kept.bytes.saturating_add(size) <= bytes_max && kept.waiting < waiting_max
    };
    let job = shared((user.clone(), row));
    let kept = app
        .writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(async move {
                let (user, row) = &*job;
                let kept = store::used(&mut tx.connection, user).await?;
                if fits(&kept, row.size) {
                    store::insert(&mut tx.connection, row).await?;
                }
                Ok(kept)
            })
        })
        .await?;
    if kept.waiting >= waiting_max {
        return Err(ApiError::conflict(format!(
            "{waiting_max} of your documents are still being read. Upload this one once some of them are."
        )));
    }
    if kept.count >= count_max {
        return Err(ApiError::conflict(format!(
            "You keep {count_max} documents, which is the most. Delete one that you don't need and upload this again."
        )));
    }
    if kept.bytes.saturating_add(size) > bytes_max {
        return Err(ApiError::conflict(format!(
            "Your documents would have more than {} MiB together, which is the most. Delete one that you don't need and \
             upload this again.",
            bytes_max >> 20
        )));
    }
    for (n, part) in (0..).zip(bytes.chunks(PART_BYTES)) {
        let job = shared((id.clone(), wire::seal_part(&key, id, n, part)?));
        app.writer
            .run(move |tx| {
                let job = Arc::clone(&job);
                Box::pin(async move { store::insert_part(&mut tx.connection, &job.0, n, &job.1).await })
            })
            .await?;
    }
    Ok(())
}

/// From now on it is there for its person.
async fn settle(
    app: &App,
    user: &UserId,
    id: &DocumentId,
    status: &'static str,
    origin: &Origin,
) -> Result<(), StoreError> {
    let now = app.clock.now();
    let entry = Entry::new(now, Actor::User(user.clone()), Action::DOCUMENT)
        .object("document", id.as_str())
        .subject(user)
        .from(origin);
    let job = shared((id.clone(), entry));
    app.writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(async move {
                store::set_status(&mut tx.connection, &job.0, ("arriving", status), now).await?;
                tx.audit(job.1.clone());
                Ok(())
            })
        })
        .await
}

/// Reads a document in a task of its own; what is given back hears how that ended.
fn begin(app: &App, user: UserId, id: DocumentId, kind: Kind, bytes: Option<Vec<u8>>) -> oneshot::Receiver<Ended> {
    let (done, ended) = oneshot::channel();
    if app.documents.begins(&id) {
        let app = app.clone();
        tokio::spawn(async move {
            let end = match read(&app, &user, &id, kind, bytes).await {
                Ok(end) => end,
                Err(error) => {
                    tracing::error!(%error, "a document could not be taken in; the next start tries again");
                    Ended::Left
                }
            };
            app.documents.ends(&id);
            // Whoever uploaded it may wait no longer.
            let _ = done.send(end);
        });
    }
    ended
}

async fn read(
    app: &App,
    user: &UserId,
    id: &DocumentId,
    kind: Kind,
    bytes: Option<Vec<u8>>,
) -> Result<Ended, StoreError> {
    let key = app.keys.get(&app.db, user.as_str()).await?;
    let leave = app.documents.reading.acquire().await;
    if by_id(app, user, id).await?.is_none() {
        // Deleted while it waited.
        return Ok(Ended::Left);
    }
    let bytes = match bytes {
        Some(bytes) => bytes,
        None => file(app, &key, id).await?,
    };
    let started = std::time::Instant::now();
    let told = |done, of| app.documents.is_at(id, done, of);
    let read = reader::read(&app.settings, kind, &bytes, told).await;
    drop((leave, bytes));
    metrics::histogram!("anamnesis_document_read_seconds").record(started.elapsed().as_secs_f64());
    let Some(row) = by_id(app, user, id).await? else { return Ok(Ended::Left) };
    let mut head = Head::open(&key, &row)?;
    match read {
        Ok(Document { title, pages, unread, passages }) => {
            (head.title, head.pages, head.unread) = (title, pages, unread);
            let count = i64::try_from(passages.len()).unwrap_or(i64::MAX);
            let most = i64::try_from(app.settings.documents_passages_per_user).unwrap_or(i64::MAX);
            if used(app, user).await?.passages.saturating_add(count) > most {
                let why = "All your documents together would have more text than can be searched. Delete one that you \
                           don't need and upload this again."
                    .to_owned();
                head.problem = Some(why.clone());
                end(app, &key, id, ("failed", 0), &head).await?;
                return Ok(Ended::Refused(why));
            }
            keep(app, &key, id, &passages).await?;
            end(app, &key, id, ("ready", count), &head).await?;
            Ok(Ended::Ready)
        }
        Err(fault) => {
            let why = match fault {
                Fault::File(why) => why.to_string(),
                Fault::Ended(why) => why.to_owned(),
                Fault::Ours(error) => {
                    tracing::error!(%error, "the program that reads documents did not start");
                    "Something went wrong on our side. Please delete this and upload it again later.".to_owned()
                }
            };
            metrics::counter!("anamnesis_documents_refused").increment(1);
            head.problem = Some(why.clone());
            end(app, &key, id, ("failed", 0), &head).await?;
            Ok(Ended::Refused(why))
        }
    }
}

async fn used(app: &App, user: &UserId) -> Result<Used, StoreError> {
    let mut connection = app.db.read().await?;
    store::used(&mut connection, user).await
}

/// Takes away what there is of a document that nobody was told of.
async fn take_away(app: &App, user: &UserId, id: &DocumentId) -> Result<(), StoreError> {
    let job = shared((user.clone(), id.clone()));
    app.writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(async move { store::delete(&mut tx.connection, &job.0, &job.1).await.map(drop) })
        })
        .await
}

async fn by_id(app: &App, user: &UserId, id: &DocumentId) -> Result<Option<DocumentRow>, StoreError> {
    let mut connection = app.db.read().await?;
    store::visible_one(&mut connection, user, id).await
}

/// Stores passages, a few at a time.
async fn keep(app: &App, key: &DataKey, id: &DocumentId, passages: &[Passage]) -> Result<(), StoreError> {
    let first = shared(id.clone());
    app.writer
        .run(move |tx| {
            let id = Arc::clone(&first);
            Box::pin(async move { store::forget_passages(&mut tx.connection, &id).await })
        })
        .await?;
    let mut n = 0;
    for passages in passages.chunks(PASSAGES_AT_ONCE) {
        let mut rows = Vec::with_capacity(passages.len());
        for passage in passages {
            rows.push((n, wire::seal_passage(key, id, n, passage)?));
            n += 1;
        }
        let job = shared((id.clone(), rows));
        app.writer
            .run(move |tx| {
                let job = Arc::clone(&job);
                Box::pin(async move { store::insert_passages(&mut tx.connection, &job.0, &job.1).await })
            })
            .await?;
    }
    Ok(())
}

async fn end(
    app: &App,
    key: &DataKey,
    id: &DocumentId,
    (status, passages): (&'static str, i64),
    head: &Head,
) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let job = shared((id.clone(), head.seal(key, id)?));
    app.writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(
                async move { store::end_reading(&mut tx.connection, &job.0, (status, passages, &job.1), now).await },
            )
        })
        .await
}

/// A stored file, opened.
pub(super) async fn file(app: &App, key: &DataKey, id: &DocumentId) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    for n in 0.. {
        let part = {
            let mut connection = app.db.read().await?;
            store::part(&mut connection, id, n).await?
        };
        let Some(part) = part else { break };
        bytes.extend(wire::open_part(key, id, n, &part)?);
    }
    Ok(bytes)
}

/// Puts right what the last process left.
pub async fn recover(app: &App) -> Result<usize, StoreError> {
    let open = {
        let mut connection = app.db.read().await?;
        store::open(&mut connection).await?
    };
    let mut read_anew = 0;
    for row in open {
        let (id, user) = (row.document(), row.owner());
        if row.status == "arriving" {
            take_away(app, &user, &id).await?;
        } else if let Ok(kind) = wire::kind(&row) {
            read_anew += 1;
            drop(begin(app, user, id, kind, None));
        } else {
            // A newer version took it in.
            tracing::warn!(kind = row.kind, "a document of a kind that is not known here waits to be read");
        }
    }
    Ok(read_anew)
}
