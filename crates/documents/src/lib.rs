//! What people upload, read: bytes in, text and passages out, or what is wrong in words for people. No I/O.
//!
//! Start with [`kind`], which looks at the content and hardly at the name, and [`read`]. `pdf`, `docx`, `markup` and `plain`
//! each make [`Block`]s of a file; [`passages`] cuts those. [`picture`] checks a picture and takes out what it tells beside
//! itself. Everything that a hostile file could make large is a limit ([`Limits`]); what a parser does with memory and time
//! before it can be asked is for whoever calls: run [`read`] where it can be ended.

mod docx;
mod kind;
mod markup;
pub mod passages;
mod pdf;
pub mod picture;
mod plain;

use serde::{Deserialize, Serialize};

pub use kind::{Kind, kind};

/// How large anything may become.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limits {
    /// Pages of a document.
    pub pages: u32,
    /// Bytes that may come out of what is packed.
    pub unpacked_bytes: u64,
    /// Files within a file.
    pub entries: usize,
    /// How deep elements may stand within elements.
    pub depth: usize,
    /// Bytes of text.
    pub text_bytes: usize,
    /// Width times height of a picture.
    pub pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pages: 2_000,
            unpacked_bytes: 256 << 20,
            entries: 5_000,
            depth: 256,
            text_bytes: 16 << 20,
            pixels: 50_000_000,
        }
    }
}

/// What was read of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What it calls itself, where it does.
    pub title: Option<String>,
    /// How many pages it has, where its kind has pages.
    pub pages: Option<u32>,
    /// Pages of which no text could be read: pictures of pages, and what is damaged.
    pub unread: Vec<u32>,
    /// What is found, cited and shown, in order; together, all its text.
    pub passages: Vec<Passage>,
}

/// A part of a document's text, never across a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The page on which it begins.
    pub page: Option<u32>,
    /// The headings that it stands under, the outermost first.
    pub headings: Vec<String>,
    /// Its paragraphs, with a blank line between.
    pub text: String,
    /// Where it begins in the text of all passages with a blank line between, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// A paragraph or a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// How deep a heading it is, from 1; `None` for text.
    pub level: Option<u8>,
    /// On which page.
    pub page: Option<u32>,
    /// Its text, without blank lines.
    pub text: String,
}

/// Why a file can't be taken, for the person who has it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// Nothing in it.
    #[error("This file is empty (0 bytes). Look whether it was saved as a whole, and upload it again.")]
    Empty,
    /// None of the kinds.
    #[error("{0}")]
    Kind(String),
    /// A password is needed.
    #[error("This {0} is locked with a password. Save a copy without one and upload that.")]
    Locked(String),
    /// No text.
    #[error(
        "This is a PDF of pictures of pages; there is no text in it, and reading pictures (OCR) is not built in. Upload \
         a PDF with text that can be marked, or the text itself."
    )]
    Pictures,
    /// No text, in what has no pages.
    #[error("There is no text in this file.")]
    NoText,
    /// Too many pages.
    #[error("This document has {has} pages; {most} is the most. Upload the part that matters.")]
    Pages {
        /// How many it has.
        has: u32,
        /// How many it may have.
        most: u32,
    },
    /// It would fill memory.
    #[error("This file is packed so that it grows far beyond its size ({0}). It is not unpacked.")]
    Bomb(String),
    /// Too much text.
    #[error("This file has more text than can be taken in ({0} MiB is the most). Upload the part that matters.")]
    Long(usize),
    /// Not as its kind must be.
    #[error("This {0} is damaged and can't be read. Open it on your device, save it anew and upload that.")]
    Damaged(String),
    /// A picture with too many pixels.
    #[error("This picture has {has} megapixels; {most} is the most. Save it smaller and upload that.")]
    Pixels {
        /// How many it has.
        has: u64,
        /// How many it may have.
        most: u64,
    },
}

impl Unreadable {
    fn damaged(kind: Kind) -> Self {
        Self::Damaged(kind.label().to_owned())
    }
}

/// Reads a document. `told` hears how many of how many pages are done.
///
/// # Errors
/// What is wrong with the file.
pub fn read(bytes: &[u8], kind: Kind, limits: &Limits, told: &mut dyn FnMut(u32, u32)) -> Result<Document, Unreadable> {
    let read = match kind {
        Kind::Pdf => pdf::read(bytes, limits, told)?,
        Kind::Docx => docx::read(bytes, limits)?,
        Kind::Markdown => plain::markdown(&plain::decode(bytes).ok_or_else(|| Unreadable::damaged(kind))?),
        Kind::Text => plain::text(&plain::decode(bytes).ok_or_else(|| Unreadable::damaged(kind))?),
        Kind::Html => markup::html(&plain::decode(bytes).ok_or_else(|| Unreadable::damaged(kind))?),
        Kind::Png | Kind::Jpeg | Kind::Webp => return Err(Unreadable::NoText),
    };
    if let Some(has) = read.pages.filter(|pages| *pages > limits.pages) {
        return Err(Unreadable::Pages { has, most: limits.pages });
    }
    let blocks: Vec<Block> = read.blocks.into_iter().filter_map(tidy).collect();
    if blocks.iter().map(|block| block.text.len()).sum::<usize>() > limits.text_bytes {
        return Err(Unreadable::Long(limits.text_bytes >> 20));
    }
    if !blocks.iter().any(|block| block.text.chars().any(char::is_alphanumeric)) {
        return Err(if kind == Kind::Pdf { Unreadable::Pictures } else { Unreadable::NoText });
    }
    let first =
        || blocks.iter().find(|block| block.level.is_some_and(|level| level <= 1)).map(|block| block.text.clone());
    let title = read.title.or_else(first).map(|title| passages::line(&title, TITLE_CHARS)).filter(|it| !it.is_empty());
    Ok(Document { title, pages: read.pages, unread: read.unread, passages: passages::cut(blocks) })
}

/// The longest title.
const TITLE_CHARS: usize = 160;

/// What a reader of one kind makes of a file.
#[derive(Debug, Default)]
struct Read {
    title: Option<String>,
    pages: Option<u32>,
    unread: Vec<u32>,
    blocks: Vec<Block>,
}

/// Without characters that show nothing, and without blank lines; `None` where nothing is left.
fn tidy(mut block: Block) -> Option<Block> {
    let lines = block.text.lines().map(|line| {
        let shown = line.chars().map(|letter| if letter == '\t' || letter == '\u{a0}' { ' ' } else { letter });
        let hidden = |letter: &char| {
            letter.is_control() || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
        };
        shown.filter(|letter| !hidden(letter)).collect::<String>().split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    });
    block.text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    (!block.text.is_empty()).then_some(block)
}
