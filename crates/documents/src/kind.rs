//! What a file is, by what stands in it. Its name only chooses between Markdown and text.

use std::io::Cursor;

use serde::{Deserialize, Serialize};

use super::{Unreadable, plain};

/// How far into a file its beginning is looked for.
const BEGINNING: usize = 1024;

/// What can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A PDF.
    Pdf,
    /// A Word document.
    Docx,
    /// Markdown.
    Markdown,
    /// Text.
    Text,
    /// A web page.
    Html,
    /// A picture.
    Png,
    /// A picture.
    Jpeg,
    /// A picture.
    Webp,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Pdf, Self::Docx, Self::Markdown, Self::Text, Self::Html, Self::Png, Self::Jpeg, Self::Webp];

    /// As a word, in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Markdown => "md",
            Self::Text => "txt",
            Self::Html => "html",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Docx => "Word document",
            Self::Markdown => "Markdown file",
            Self::Text => "text file",
            Self::Html => "web page",
            Self::Png | Self::Jpeg | Self::Webp => "picture",
        }
    }

    /// For the header `Content-Type`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// Whether it is looked at and not read.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Webp)
    }
}

/// What this is.
///
/// # Errors
/// What it is instead, as far as that is known, and what to do.
pub fn kind(bytes: &[u8], name: &str, entries_max: usize) -> Result<Kind, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let beginning = &bytes[..bytes.len().min(BEGINNING)];
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Kind::Png);
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Ok(Kind::Jpeg);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Kind::Webp);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return archive(bytes, entries_max);
    }
    if beginning.windows(5).any(|window| window == b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    if let Some(refused) = other(bytes) {
        return Err(Unreadable::Kind(refused.to_owned()));
    }
    let Some(text) = plain::decode(bytes) else {
        return Err(Unreadable::Kind(
            "This is none of the kinds that can be read: PDF, Word (.docx), Markdown, text (UTF-8), HTML, PNG, JPEG and \
             WebP."
                .to_owned(),
        ));
    };
    let start: String = text.trim_start().chars().take(BEGINNING).collect::<String>().to_ascii_lowercase();
    let page = start.starts_with("<!doctype html")
        || (start.starts_with('<') && ["<html", "<head", "<body"].iter().any(|tag| start.contains(tag)));
    if page {
        return Ok(Kind::Html);
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_markdown = ["md", "markdown"].iter().any(|known| ending.eq_ignore_ascii_case(known));
    Ok(if is_markdown { Kind::Markdown } else { Kind::Text })
}

/// What is known and not taken, with what to do instead.
fn other(bytes: &[u8]) -> Option<&'static str> {
    let boxed = bytes.get(4..8) == Some(b"ftyp");
    Some(match bytes {
        _ if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => {
            "This is an old Office file (such as .doc). Save it as .docx or as PDF and upload that."
        }
        _ if bytes.starts_with(b"{\\rtf") => "This is an RTF file. Save it as .docx or as PDF and upload that.",
        _ if boxed && matches!(bytes.get(8..12), Some(b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" | b"avif")) => {
            "This is a HEIC or AVIF picture. Save or export it as JPEG and upload that."
        }
        _ if bytes.starts_with(b"GIF8")
            || bytes.starts_with(b"BM")
            || bytes.starts_with(b"II*\0")
            || bytes.starts_with(b"MM\0*") =>
        {
            "This is a GIF, BMP or TIFF picture. Save it as PNG or JPEG and upload that."
        }
        _ if boxed => "This is a film or a sound recording, which can't be read here.",
        _ if [&b"\x1f\x8b"[..], b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"]
            .iter()
            .any(|mark| bytes.starts_with(mark)) =>
        {
            ARCHIVE
        }
        _ => return None,
    })
}

const ARCHIVE: &str = "This is an archive. Archives are not unpacked here: upload the files in it one by one.";

/// A ZIP archive is a Word document, or is not taken.
fn archive(bytes: &[u8], entries_max: usize) -> Result<Kind, Unreadable> {
    let refused = || Unreadable::Kind(ARCHIVE.to_owned());
    if claimed_entries(bytes).is_some_and(|entries| entries > entries_max) {
        return Err(Unreadable::Bomb(format!("more than {entries_max} files in it")));
    }
    // Locked Office files are no ZIP archives; a damaged one has no list of what is in it.
    let archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged("ZIP archive".to_owned()))?;
    if archive.len() > entries_max {
        return Err(Unreadable::Bomb(format!("more than {entries_max} files in it")));
    }
    if archive.index_for_name("word/document.xml").is_some() {
        return Ok(Kind::Docx);
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") || has("ppt/presentation.xml") || has("content.xml") {
        return Err(Unreadable::Kind(
            "This is a spreadsheet, a presentation or an OpenDocument file. Save it as PDF and upload that.".to_owned(),
        ));
    }
    Err(refused())
}

/// How many files an archive says that it has, before its list is read.
fn claimed_entries(bytes: &[u8]) -> Option<usize> {
    let tail = &bytes[bytes.len().saturating_sub(66_000)..];
    let at = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let count = tail.get(at + 10..at + 12)?;
    Some(usize::from(u16::from_le_bytes([count[0], count[1]])))
}
