//! What people upload: letters and pictures.

use serde::{Deserialize, Serialize};

use crate::{DocumentId, Source, UserId};

/// How far a document is taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DocumentStatus {
    /// It is stored, and being read.
    Reading,
    /// It can be searched, opened and attached.
    Ready,
    /// It could not be read; `problem` says why.
    Failed,
}

/// How many pages are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadingProgress {
    /// So many.
    pub done: u32,
    /// Of so many; 0 where that is not known yet.
    pub of: u32,
}

/// A document or picture, as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Document {
    /// Which.
    pub id: DocumentId,
    /// The file's name.
    pub name: String,
    /// What it calls itself, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `pdf`, `docx`, `md`, `txt`, `html`, `png`, `jpeg` or `webp`: by its content.
    pub kind: String,
    /// How far it is taken in.
    pub status: DocumentStatus,
    /// Why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// While it is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<ReadingProgress>,
    /// Of the file, in bytes.
    pub size: u64,
    /// How many pages it has, where its kind has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Pages of which nothing could be read: pictures, as OCR is not built in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread_pages: Vec<u32>,
    /// How many passages can be found in it.
    pub passages: u32,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// A clinician lets their patients see it.
    pub shared: bool,
    /// Whose it is, where it is somebody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DocumentOwner>,
    /// When it was uploaded, RFC 3339 UTC.
    pub created_at: String,
}

impl Document {
    /// Whether it is looked at and not read.
    pub fn is_picture(&self) -> bool {
        is_picture(&self.kind)
    }
}

/// Whether a kind is looked at and not read.
pub fn is_picture(kind: &str) -> bool {
    matches!(kind, "png" | "jpeg" | "webp")
}

/// Whose a document is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentOwner {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
}

/// All of a person's documents, and what was shared with them, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentList {
    /// The documents.
    pub documents: Vec<Document>,
    /// What may be uploaded.
    pub limits: DocumentLimits,
}

/// What may be uploaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentLimits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Documents of a person.
    pub documents: u64,
    /// Bytes of all of a person's files together.
    pub total_bytes: u64,
    /// How many there are.
    pub used: u64,
    /// How many bytes they have together.
    pub used_bytes: u64,
}

/// A part of a document's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentPassage {
    /// The page on which it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The headings that it stands under, the outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    /// Its paragraphs, with a blank line between.
    pub text: String,
    /// Where it begins in the text of all passages with a blank line between, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// A document with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenedDocument {
    /// It.
    #[serde(flatten)]
    pub document: Document,
    /// All its text, or a part of it.
    pub text: Vec<DocumentPassage>,
    /// How many passages come before the first of these.
    #[serde(default)]
    pub before: u32,
    /// How many come behind the last.
    #[serde(default)]
    pub behind: u32,
}

/// What was found in documents and in the library together, best first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentSearch {
    /// Passages.
    pub results: Vec<Source>,
}

/// Whether a clinician's patients may see a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareDocument {
    /// Whether.
    pub shared: bool,
}

/// What is attached to a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Which document.
    pub id: DocumentId,
    /// The file's name, as it was then.
    pub name: String,
    /// As the kind of a document.
    pub kind: String,
}

impl Attachment {
    /// Whether it is looked at and not read.
    pub fn is_picture(&self) -> bool {
        is_picture(&self.kind)
    }
}
