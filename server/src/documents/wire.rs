//! Rows to and from `protocol`: this is where names, files and passages are sealed and opened.

use documents::{Kind, Passage};
use protocol::document::{Attachment, Document, DocumentOwner, DocumentPassage, DocumentStatus};
use protocol::{DocumentId, Source, UserId};
use serde::{Deserialize, Serialize};
use vault::{DataKey, Place};

use super::store::{DocumentRow, PassageRow};
use crate::clock::rfc3339;
use crate::db::StoreError;

/// What is known of a document beside its text; sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) name: String,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) pages: Option<u32>,
    #[serde(default)]
    pub(super) unread: Vec<u32>,
    #[serde(default)]
    pub(super) problem: Option<String>,
    /// Of a picture.
    #[serde(default)]
    pub(super) size: Option<(u32, u32)>,
}

impl Head {
    pub(super) fn seal(&self, key: &DataKey, id: &DocumentId) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(self).map_err(|_| StoreError::Corrupt("a head could not be written"))?;
        Ok(key.seal(head_place(id.as_str()), &plain)?)
    }

    pub(super) fn open(key: &DataKey, row: &DocumentRow) -> Result<Self, StoreError> {
        let plain = key.open(head_place(&row.id), &row.head)?;
        serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt("a document's head has another form"))
    }

    /// What it is called in a citation.
    pub(super) fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

fn head_place(id: &str) -> Place<'_> {
    Place { table: "documents", column: "head", row: id }
}

/// The row of a part or passage: it opens at its place only.
fn row_of(id: &DocumentId, n: i64) -> String {
    format!("{id}/{n}")
}

pub(super) fn seal_part(key: &DataKey, id: &DocumentId, n: i64, part: &[u8]) -> Result<Vec<u8>, StoreError> {
    Ok(key.seal(Place { table: "document_parts", column: "body", row: &row_of(id, n) }, part)?)
}

pub(super) fn open_part(key: &DataKey, id: &DocumentId, n: i64, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let plain = key.open(Place { table: "document_parts", column: "body", row: &row_of(id, n) }, sealed)?;
    Ok(plain.to_vec())
}

pub(super) fn seal_passage(key: &DataKey, id: &DocumentId, n: i64, passage: &Passage) -> Result<Vec<u8>, StoreError> {
    let plain = serde_json::to_vec(passage).map_err(|_| StoreError::Corrupt("a passage could not be written"))?;
    Ok(key.seal(Place { table: "document_passages", column: "body", row: &row_of(id, n) }, &plain)?)
}

pub(super) fn open_passage(key: &DataKey, id: &DocumentId, row: &PassageRow) -> Result<Passage, StoreError> {
    let place = row_of(id, row.n);
    let plain = key.open(Place { table: "document_passages", column: "body", row: &place }, &row.body)?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt("a passage has another form"))
}

/// The kind of a stored document.
pub(super) fn kind(row: &DocumentRow) -> Result<Kind, StoreError> {
    Kind::parse(&row.kind).ok_or(StoreError::Corrupt("a document has a kind that nobody knows"))
}

/// A document as lists show it.
pub(super) fn document(row: &DocumentRow, head: Head, from: Option<(UserId, String)>) -> Result<Document, StoreError> {
    Ok(Document {
        id: row.document(),
        name: head.name,
        title: head.title,
        kind: row.kind.clone(),
        status: match row.status.as_str() {
            "ready" => DocumentStatus::Ready,
            "failed" => DocumentStatus::Failed,
            "reading" => DocumentStatus::Reading,
            _ => return Err(StoreError::Corrupt("a document has a status that nobody knows")),
        },
        problem: head.problem,
        progress: None,
        size: u64::try_from(row.size).unwrap_or(0),
        pages: head.pages,
        unread_pages: head.unread,
        passages: u32::try_from(row.passages).unwrap_or(0),
        width: head.size.map(|(width, _)| width),
        height: head.size.map(|(_, height)| height),
        shared: row.shared != 0,
        from: from.map(|(id, name)| DocumentOwner { id, name }),
        created_at: rfc3339(row.created_at),
    })
}

/// What a message carries of it.
pub(super) fn attachment(row: &DocumentRow, head: &Head) -> Attachment {
    Attachment { id: row.document(), name: head.name.clone(), kind: row.kind.clone() }
}

/// A passage as a page shows it.
pub(super) fn passage(passage: Passage) -> DocumentPassage {
    let Passage { page, headings, text, start, end } = passage;
    DocumentPassage { page, headings, text, start, end }
}

/// What the ids of sources begin with that are of a document; those of the library begin with `library/`.
pub(super) const SOURCE: &str = "documents/";

/// A passage as the source of an answer. Its address says only where it stands.
pub(super) fn source(id: &DocumentId, head: &Head, passage: Passage, score: f64) -> Source {
    let Passage { page, headings, text, start, end } = passage;
    let heading = headings.last().filter(|heading| *heading != head.label());
    let heading = heading.map(|heading| format!(" – {heading}")).unwrap_or_default();
    let page = page.map(|page| format!(", page {page}")).unwrap_or_default();
    Source {
        id: format!("{SOURCE}{id}"),
        title: format!("{}{heading}{page}", head.label()),
        passage: text,
        url: format!("/documents/{id}?from={start}&to={end}#passage"),
        score,
        start,
        end,
    }
}

/// The name of a file as it is kept: without folders, and without what shows nothing.
pub(super) fn file_name(name: &str, kind: Kind) -> String {
    const CHARS_MAX: usize = 120;
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|letter| !letter.is_control()).collect();
    let name = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return format!("{}.{}", if kind.is_picture() { "picture" } else { "document" }, kind.as_str());
    }
    match name.char_indices().nth(CHARS_MAX) {
        None => name,
        Some((at, _)) => {
            let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.len() <= 8);
            let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
            format!("{}…{ending}", &name[..at])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_its_person_calls_it() {
        assert_eq!(file_name("C:\\letters\\  Dr  Who.pdf", Kind::Pdf), "Dr Who.pdf");
        assert_eq!(file_name("../../etc/passwd\n", Kind::Text), "passwd");
        assert_eq!(file_name("", Kind::Png), "picture.png");
        let long = file_name(&format!("{}.pdf", "ü".repeat(300)), Kind::Pdf);
        assert!(long.chars().count() < 130 && long.ends_with("….pdf"), "{long}");
    }
}
