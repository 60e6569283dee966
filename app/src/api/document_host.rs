//! The trait behind the pages of documents, provided in context beside [`super::host::Host`].

use std::sync::Arc;

use async_trait::async_trait;
use leptos::prelude::use_context;
use protocol::DocumentId;
use protocol::document::{Document, DocumentList, OpenedDocument};

use super::ApiFailure;

/// What the pages of documents need of the server, for the person who made this request. What they may not see is 404.
#[async_trait]
pub trait DocumentHost: Send + Sync {
    /// Their documents and those shared with them, the newest first.
    async fn documents(&self) -> Result<DocumentList, ApiFailure>;
    /// One with its text, around a place or from a passage on.
    async fn document(
        &self,
        id: DocumentId,
        at: Option<usize>,
        from: Option<u32>,
    ) -> Result<OpenedDocument, ApiFailure>;
    /// Deletes one of their own with all of it.
    async fn delete_document(&self, id: DocumentId) -> Result<(), ApiFailure>;
    /// Lets a clinician's patients see one, or no longer.
    async fn share_document(&self, id: DocumentId, shared: bool) -> Result<Document, ApiFailure>;
}

/// The host of this request.
pub fn use_documents() -> Result<Arc<dyn DocumentHost>, ApiFailure> {
    use_context::<Arc<dyn DocumentHost>>()
        .ok_or_else(|| ApiFailure::new(500, "Something went wrong on our side. Please try again."))
}
