//! Web pages, by the reader that the library's import has.

use knowledge::intake::html;

use super::{Block, Read};

/// The readable text of a page.
pub(super) fn html(page: &str) -> Read {
    let (title, parts) = html::parts(page);
    let blocks = parts.into_iter().map(|part| Block { level: part.level, page: None, text: part.text });
    Read { title: Some(title).filter(|title| !title.is_empty()), blocks: blocks.collect(), ..Read::default() }
}
