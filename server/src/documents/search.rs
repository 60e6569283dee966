//! What is found in somebody's documents. The indexes are made of opened rows, stand in memory only, one a document, and
//! are kept as far as there is room. Which documents may be looked in is asked of the database each time.

use std::collections::hash_map::{self, HashMap};
use std::sync::Arc;

use documents::Passage;
use knowledge::OwnDocument;
use protocol::{DocumentId, Source, UserId};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use vault::DataKey;

use super::store::{self, DocumentRow};
use super::wire::{self, Head};
use crate::audit::{Action, Actor, Entry};
use crate::cache;
use crate::db::{Change, StoreError};
use crate::state::App;

/// How many passages are read at once.
const PAGE: i64 = 256;

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<DocumentId, Arc<OwnDocument>> for Bytes {
    fn weight(&self, _: &DocumentId, index: &Arc<OwnDocument>) -> u64 {
        index.bytes() as u64
    }
}

/// The indexes of documents, bounded by bytes; what was used longest ago goes first.
pub(super) struct Indexes(Cache<DocumentId, Arc<OwnDocument>, Bytes>);

impl Indexes {
    /// With room for so many bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self(cache::by_weight(bytes_max, Bytes))
    }

    /// Forgets a document.
    pub(super) fn forget(&self, id: &DocumentId) {
        self.0.remove(id);
    }
}

/// A passage of somebody's documents.
#[derive(Debug, Clone)]
pub(crate) struct OwnPassage {
    /// As the source of an answer.
    pub(crate) source: Source,
    /// It fits well enough to be claimed as an answer.
    pub(crate) is_claimed: bool,
}

/// What fits a question best in somebody's documents, best first; `only` in these, where they may see them.
pub(crate) async fn found(
    app: &App,
    user: &UserId,
    question: &str,
    only: Option<&[DocumentId]>,
    limit: usize,
) -> Result<Vec<OwnPassage>, StoreError> {
    let mut rows = {
        let mut connection = app.db.read().await?;
        store::visible(&mut connection, user).await?
    };
    rows.retain(|row| row.passages > 0 && only.is_none_or(|only| only.contains(&row.document())));
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut indexes = Vec::with_capacity(rows.len());
    for row in &rows {
        indexes.push(index(app, row).await?);
    }
    let (library, question) = (Arc::clone(&app.library), question.to_owned());
    let hits = tokio::task::spawn_blocking(move || {
        let own: Vec<&OwnDocument> = indexes.iter().map(AsRef::as_ref).collect();
        library.find_own(&question, &own, limit)
    });
    let hits = hits.await.map_err(|_| StoreError::Corrupt("a search in documents panicked"))?;
    let mut heads: HashMap<usize, (DataKey, Head)> = HashMap::new();
    let mut found = Vec::with_capacity(hits.len());
    for hit in hits {
        let row = &rows[hit.document];
        let id = row.document();
        let (key, head) = match heads.entry(hit.document) {
            hash_map::Entry::Occupied(opened) => opened.into_mut(),
            hash_map::Entry::Vacant(place) => {
                let key = app.keys.get(&app.db, &row.user_id).await?;
                let head = Head::open(&key, row)?;
                place.insert((key, head))
            }
        };
        let n = i64::try_from(hit.passage).unwrap_or(i64::MAX);
        let passage = {
            let mut connection = app.db.read().await?;
            store::passages(&mut connection, &id, n, 1).await?.pop()
        };
        // Deleted meanwhile.
        let Some(passage) = passage.filter(|passage| passage.n == n) else { continue };
        let source = wire::source(&id, head, wire::open_passage(key, &id, &passage)?, hit.score);
        found.push(OwnPassage { source, is_claimed: hit.is_claimed });
    }
    let others: Vec<&DocumentRow> =
        heads.keys().map(|at| &rows[*at]).filter(|row| row.user_id != user.as_str()).collect();
    note_read(app, user, &others).await?;
    Ok(found)
}

/// That passages of somebody else's documents were given is on the trail, as their opening is.
async fn note_read(app: &App, user: &UserId, rows: &[&DocumentRow]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let entry = |row: &&DocumentRow| {
        Entry::new(app.clock.now(), Actor::User(user.clone()), Action::DOCUMENT_READ)
            .object("document", row.document().as_str())
            .subject(&row.owner())
    };
    let audit = rows.iter().map(entry).collect();
    app.writer.apply(Change { audit, ..Default::default() }).await.map(drop)
}

/// The first passages of documents, for whoever attaches them and asks nothing that stands in them.
pub(super) async fn beginnings(app: &App, rows: &[DocumentRow], each: i64) -> Result<Vec<OwnPassage>, StoreError> {
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| row.passages > 0) {
        let (id, key) = (row.document(), app.keys.get(&app.db, &row.user_id).await?);
        let head = Head::open(&key, row)?;
        let passages = {
            let mut connection = app.db.read().await?;
            store::passages(&mut connection, &id, 0, each).await?
        };
        for passage in &passages {
            let source = wire::source(&id, &head, wire::open_passage(&key, &id, passage)?, 0.0);
            found.push(OwnPassage { source, is_claimed: true });
        }
    }
    Ok(found)
}

async fn index(app: &App, row: &DocumentRow) -> Result<Arc<OwnDocument>, StoreError> {
    let id = row.document();
    if let Some(index) = app.documents.indexes.0.get(&id) {
        return Ok(index);
    }
    // One at a time: what is opened for it is many times its size. Another search may have made it meanwhile.
    let leave = app.documents.indexing.acquire().await;
    if let Some(index) = app.documents.indexes.0.get(&id) {
        return Ok(index);
    }
    let key = app.keys.get(&app.db, &row.user_id).await?;
    let head = Head::open(&key, row)?;
    let mut passages = Vec::new();
    loop {
        let rows = {
            let mut connection = app.db.read().await?;
            store::passages(&mut connection, &id, i64::try_from(passages.len()).unwrap_or(i64::MAX), PAGE).await?
        };
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            passages.push(wire::open_passage(&key, &id, row)?);
        }
        tokio::task::yield_now().await;
    }
    let built = tokio::task::spawn_blocking(move || {
        let called = format!("{} {}", head.title.as_deref().unwrap_or_default(), head.name);
        let texts = passages.iter().map(|Passage { headings, text, .. }| (headings.join(" "), text.as_str()));
        OwnDocument::build(&called, texts)
    });
    let built = Arc::new(built.await.map_err(|_| StoreError::Corrupt("an index of a document panicked"))?);
    app.documents.indexes.0.insert(id, Arc::clone(&built));
    drop(leave);
    Ok(built)
}

/// The passage that stands at this place of the text.
pub(super) async fn passage_at(app: &App, key: &DataKey, row: &DocumentRow, at: usize) -> Result<i64, StoreError> {
    let id = row.document();
    let (mut low, mut high) = (0, row.passages.max(1));
    // Places grow with passages: halving finds it.
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let passage = {
            let mut connection = app.db.read().await?;
            store::passages(&mut connection, &id, middle, 1).await?.pop()
        };
        match passage {
            Some(passage) if wire::open_passage(key, &id, &passage)?.start <= at => low = middle,
            _ => high = middle,
        }
    }
    Ok(low)
}
