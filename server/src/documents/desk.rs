//! What people do with their documents, for a route or a page.

use std::collections::HashMap;
use std::sync::Arc;

use protocol::document::{Document, DocumentLimits, DocumentList, DocumentSearch, OpenedDocument, ShareDocument};
use protocol::rest::UserRole;
use protocol::{DocumentId, UserId};

use super::intake::{self, Upload};
use super::search;
use super::store::{self, DocumentRow};
use super::wire::{self, Head};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::auth;
use crate::db::{Change, StoreError, shared};
use crate::error::ApiError;
use crate::state::App;

/// The most passages that are opened at once.
pub(crate) const PASSAGES_MAX: u32 = 400;

/// Somebody, at the place where they made a request.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) app: &'a App,
    pub(crate) user: &'a UserId,
    pub(crate) origin: &'a Origin,
}

/// A file as it is given back.
pub(super) struct Content {
    pub(super) document: Document,
    pub(super) bytes: Vec<u8>,
}

/// Which passages of a document.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Window {
    /// From this place of the text on, in bytes, and some before it.
    pub(crate) at: Option<usize>,
    /// From this passage on.
    pub(crate) from: Option<u32>,
}

fn not_found() -> ApiError {
    ApiError::not_found("document")
}

impl Desk<'_> {
    /// Takes a file in; the request may end before it is done.
    pub(crate) async fn upload(&self, name: String, bytes: Vec<u8>) -> Result<Document, ApiError> {
        let (app, user, origin) = (self.app.clone(), self.user.clone(), self.origin.clone());
        let taken = tokio::spawn(async move { intake::take(&app, &user, Upload { name, bytes }, &origin).await }).await;
        let id = taken.map_err(|_| ApiError::internal("taking a file in panicked"))??;
        self.find(&id).await
    }

    /// One's own, and those that were shared with one.
    pub(crate) async fn list(&self) -> Result<DocumentList, ApiError> {
        let rows = {
            let mut connection = self.app.db.read().await?;
            store::visible(&mut connection, self.user).await?
        };
        let mut names = HashMap::new();
        let mut documents = Vec::with_capacity(rows.len());
        let (mut used, mut used_bytes) = (0, 0);
        for row in rows {
            let document = self.shown(&row, &mut names).await?;
            if document.from.is_none() {
                used += 1;
                used_bytes += document.size;
            }
            documents.push(document);
        }
        let settings = &self.app.settings;
        let limits = DocumentLimits {
            file_bytes: settings.document_bytes as u64,
            documents: settings.documents_per_user,
            total_bytes: settings.documents_bytes_per_user,
            used,
            used_bytes,
        };
        Ok(DocumentList { documents, limits })
    }

    /// One of them, without its text.
    pub(crate) async fn find(&self, id: &DocumentId) -> Result<Document, ApiError> {
        let row = self.row(id).await?.ok_or_else(not_found)?;
        Ok(self.shown(&row, &mut HashMap::new()).await?)
    }

    /// One of them with its text. That somebody else's was opened is on the trail, and that none was found.
    pub(crate) async fn open(&self, id: &DocumentId, window: Window) -> Result<OpenedDocument, ApiError> {
        let row = self.enter(id).await?;
        let document = self.shown(&row, &mut HashMap::new()).await?;
        let key = self.app.keys.get(&self.app.db, &row.user_id).await?;
        let mut from = i64::from(window.from.unwrap_or(0));
        if let Some(at) = window.at.filter(|_| document.passages > PASSAGES_MAX) {
            from = (search::passage_at(self.app, &key, &row, at).await? - i64::from(PASSAGES_MAX / 4)).max(0);
        }
        let rows = {
            let mut connection = self.app.db.read().await?;
            store::passages(&mut connection, id, from, i64::from(PASSAGES_MAX)).await?
        };
        let mut text = Vec::with_capacity(rows.len());
        for row in &rows {
            text.push(wire::passage(wire::open_passage(&key, id, row)?));
        }
        // Beyond the end, all of it stands before.
        let before = rows.first().map_or(from.min(i64::from(document.passages)), |first| first.n);
        let before = u32::try_from(before).unwrap_or(0);
        let behind = document.passages.saturating_sub(before + u32::try_from(rows.len()).unwrap_or(0));
        Ok(OpenedDocument { document, text, before, behind })
    }

    /// The file of one of them.
    pub(super) async fn content(&self, id: &DocumentId) -> Result<Content, ApiError> {
        let row = self.enter(id).await?;
        let key = self.app.keys.get(&self.app.db, &row.user_id).await?;
        let bytes = intake::file(self.app, &key, id).await?;
        Ok(Content { document: self.shown(&row, &mut HashMap::new()).await?, bytes })
    }

    /// Deletes one of one's own with all of it.
    pub(crate) async fn delete(&self, id: &DocumentId) -> Result<(), ApiError> {
        if self.remove(id).await? { Ok(()) } else { Err(not_found()) }
    }

    /// The same; whether there was one. Whoever reads it hears that it is gone when it would be stored.
    pub(super) async fn remove(&self, id: &DocumentId) -> Result<bool, StoreError> {
        let entry = self.entry(Action::DOCUMENT_DELETE, id);
        let job = shared((self.user.clone(), id.clone(), entry));
        let deleted = self
            .app
            .writer
            .run(move |tx| {
                let job = Arc::clone(&job);
                Box::pin(async move {
                    let (user, id, entry) = &*job;
                    let deleted = is_an_id(id) && store::delete(&mut tx.connection, user, id).await?;
                    let entry = entry.clone();
                    tx.audit(if deleted { entry.subject(user) } else { entry.refused("not_found") });
                    Ok(deleted)
                })
            })
            .await?;
        self.app.documents.indexes.forget(id);
        Ok(deleted)
    }

    /// Lets the patients of a clinician see a document, or no longer.
    pub(crate) async fn share(
        &self,
        role: UserRole,
        id: &DocumentId,
        ShareDocument { shared: share }: ShareDocument,
    ) -> Result<Document, ApiError> {
        if role != UserRole::Clinician {
            self.note(self.entry(Action::DOCUMENT_SHARE, id).refused("forbidden")).await?;
            return Err(ApiError::forbidden("Only a clinician can share a document with their patients."));
        }
        let now = self.app.clock.now();
        let mut entry = self.entry(Action::DOCUMENT_SHARE, id);
        entry.reason = if share { "on" } else { "off" };
        let job = shared((self.user.clone(), id.clone(), entry));
        let row = self
            .app
            .writer
            .run(move |tx| {
                let job = Arc::clone(&job);
                Box::pin(async move {
                    let (user, id, entry) = &*job;
                    let row = if is_an_id(id) {
                        store::set_shared(&mut tx.connection, user, id, share, now).await?
                    } else {
                        None
                    };
                    let entry = entry.clone();
                    tx.audit(if row.is_some() { entry.subject(user) } else { entry.refused("not_found") });
                    Ok(row)
                })
            })
            .await?;
        let row = row.ok_or_else(not_found)?;
        Ok(self.shown(&row, &mut HashMap::new()).await?)
    }

    /// What fits a question best among one's documents and the library together.
    pub(crate) async fn search(&self, question: &str, limit: usize) -> Result<DocumentSearch, ApiError> {
        let own = search::found(self.app, self.user, question, None, limit).await?;
        let library = self.app.library.look_up(question, None, limit).map_err(ApiError::internal)?;
        let mut results: Vec<_> = own.into_iter().map(|own| own.source).collect();
        results.extend(library.iter().map(knowledge::Found::source));
        results.sort_by(|a, b| b.score.total_cmp(&a.score));
        results.truncate(limit);
        Ok(DocumentSearch { results })
    }

    async fn row(&self, id: &DocumentId) -> Result<Option<DocumentRow>, StoreError> {
        if !is_an_id(id) {
            return Ok(None);
        }
        let mut connection = self.app.db.read().await?;
        store::visible_one(&mut connection, self.user, id).await
    }

    /// A document for whoever opens it. One's own is opened without a word.
    async fn enter(&self, id: &DocumentId) -> Result<DocumentRow, ApiError> {
        let row = self.row(id).await?;
        match &row {
            Some(row) if row.user_id == self.user.as_str() => {}
            Some(row) => self.note(self.entry(Action::DOCUMENT_READ, id).subject(&row.owner())).await?,
            None => self.note(self.entry(Action::DOCUMENT_READ, id).refused("not_found")).await?,
        }
        row.ok_or_else(not_found)
    }

    /// What a client wrote for an id goes on the trail where it has the form of one.
    fn entry(&self, action: Action, id: &DocumentId) -> Entry {
        let named = uuid::Uuid::parse_str(id.as_str()).map(|id| id.to_string()).unwrap_or_default();
        Entry::new(self.app.clock.now(), Actor::User(self.user.clone()), action)
            .object("document", &named)
            .from(self.origin)
    }

    async fn note(&self, entry: Entry) -> Result<(), StoreError> {
        self.app.writer.apply(Change { audit: vec![entry], ..Default::default() }).await.map(drop)
    }

    async fn shown(&self, row: &DocumentRow, names: &mut HashMap<String, String>) -> Result<Document, StoreError> {
        let key = self.app.keys.get(&self.app.db, &row.user_id).await?;
        let head = Head::open(&key, row)?;
        let from = if row.user_id == self.user.as_str() {
            None
        } else {
            if !names.contains_key(&row.user_id) {
                let name = auth::name_of(self.app, &row.owner()).await?.unwrap_or_default();
                names.insert(row.user_id.clone(), name);
            }
            Some((row.owner(), names.get(&row.user_id).cloned().unwrap_or_default()))
        };
        let mut document = wire::document(row, head, from)?;
        document.progress = self.app.documents.progress_of(&document.id).filter(|_| row.status == "reading");
        Ok(document)
    }
}

/// Whether it has the form of an id: anything else is not found, and never reaches the database.
pub(super) fn is_an_id(id: &DocumentId) -> bool {
    uuid::Uuid::parse_str(id.as_str()).is_ok()
}
