//! What a person uploaded. The upload itself is a form for `/api/documents`.

use leptos::prelude::*;
use leptos::server_fn::codec::{Json, PostUrl};
use protocol::DocumentId;
use protocol::document::{Document, DocumentList, OpenedDocument};

use super::ApiFailure;
#[cfg(feature = "ssr")]
use super::document_host::use_documents;
#[cfg(feature = "ssr")]
use super::host::told;

/// Their documents and those shared with them, the newest first.
#[server(prefix = "/fn", endpoint = "documents", input = Json, output = Json)]
pub async fn list_documents() -> Result<DocumentList, ApiFailure> {
    told(use_documents()?.documents().await)
}

/// One of them with its text: around a place of it, in bytes, or from a passage on, where it is long.
#[server(prefix = "/fn", endpoint = "document", input = Json, output = Json)]
pub async fn open_document(id: DocumentId, at: Option<usize>, from: Option<u32>) -> Result<OpenedDocument, ApiFailure> {
    told(use_documents()?.document(id, at, from).await)
}

/// Deletes one; a plain form goes back to the list.
#[server(prefix = "/fn", endpoint = "delete-document", input = PostUrl, output = Json)]
pub async fn delete_document(id: DocumentId) -> Result<(), ApiFailure> {
    told(use_documents()?.delete_document(id).await)?;
    leptos_axum::redirect("/documents");
    Ok(())
}

/// Lets a clinician's patients see one, or no longer.
#[server(prefix = "/fn", endpoint = "share-document", input = PostUrl, output = Json)]
pub async fn share_document(id: DocumentId, shared: bool) -> Result<Document, ApiFailure> {
    let document = told(use_documents()?.share_document(id, shared).await)?;
    leptos_axum::redirect("/documents");
    Ok(document)
}
