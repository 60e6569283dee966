//! The part of a page's host that documents need: the same functions as behind the REST routes.

use app::api::ApiFailure;
use app::api::document_host::DocumentHost;
use async_trait::async_trait;
use protocol::DocumentId;
use protocol::document::{Document, DocumentList, OpenedDocument, ShareDocument};

use super::RequestHost;
use crate::auth::Caller;
use crate::documents::{Desk, Window};

impl RequestHost {
    fn documents_of<'a>(&'a self, caller: &'a Caller) -> Desk<'a> {
        Desk { app: &self.app, user: &caller.user_id, origin: &self.visit.origin }
    }
}

#[async_trait]
impl DocumentHost for RequestHost {
    async fn documents(&self) -> Result<DocumentList, ApiFailure> {
        Ok(self.documents_of(&self.caller().await?).list().await?)
    }

    async fn document(
        &self,
        id: DocumentId,
        at: Option<usize>,
        from: Option<u32>,
    ) -> Result<OpenedDocument, ApiFailure> {
        Ok(self.documents_of(&self.caller().await?).open(&id, Window { at, from }).await?)
    }

    async fn delete_document(&self, id: DocumentId) -> Result<(), ApiFailure> {
        Ok(self.documents_of(&self.caller().await?).delete(&id).await?)
    }

    async fn share_document(&self, id: DocumentId, shared: bool) -> Result<Document, ApiFailure> {
        let caller = self.caller().await?;
        Ok(self.documents_of(&caller).share(caller.role, &id, ShareDocument { shared }).await?)
    }
}
