//! Text and Markdown.

use std::borrow::Cow;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Block, Read};

/// The text of a file: UTF-8, or UTF-16 that says so. `None` where it is neither, or has characters that no text has.
pub(super) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let utf16 = |units: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes[2..].as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        String::from_utf16(&pairs.iter().map(|pair| units(*pair)).collect::<Vec<_>>()).ok().map(Cow::Owned)
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes)?,
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes)?,
        _ => Cow::Borrowed(std::str::from_utf8(bytes).ok()?),
    };
    let odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\u{c}' | '\u{85}');
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Cow::Owned(text) => Cow::Owned(text),
    };
    (!text.contains(odd)).then_some(text)
}

/// Paragraphs are parted by blank lines.
pub(super) fn text(text: &str) -> Read {
    let mut read = Read::default();
    let mut paragraph = String::new();
    for line in text.lines().map(str::trim_end).chain([""]) {
        if !line.trim().is_empty() {
            paragraph.push_str(line);
            paragraph.push('\n');
        } else if !paragraph.is_empty() {
            read.blocks.push(Block { level: None, page: None, text: std::mem::take(&mut paragraph) });
        }
    }
    read
}

/// Markdown, as what it says: marks of emphasis and addresses are dropped.
pub(super) fn markdown(text: &str) -> Read {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, options) {
        reader.take(event);
    }
    reader.end(None);
    Read { blocks: reader.blocks, ..Read::default() }
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    text: String,
    /// In lists within lists, their next numbers; none for bullets.
    lists: Vec<Option<u64>>,
    /// In what is not shown.
    unshown: usize,
}

impl Reader {
    fn end(&mut self, level: Option<u8>) {
        if !self.text.trim().is_empty() {
            let text = std::mem::take(&mut self.text);
            self.blocks.push(Block { level, page: None, text });
        }
        self.text.clear();
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::MetadataBlock(_)) => self.unshown += 1,
            Event::End(TagEnd::MetadataBlock(_)) => self.unshown = self.unshown.saturating_sub(1),
            _ if self.unshown > 0 => {}
            Event::Start(Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::Table(_)) => self.end(None),
            Event::Start(Tag::Paragraph) if self.lists.is_empty() => self.end(None),
            Event::End(TagEnd::Heading(level)) => self.end(Some(level as u8)),
            Event::Start(Tag::List(first)) => {
                if self.lists.is_empty() {
                    self.end(None);
                }
                self.lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.end(None);
                }
            }
            Event::Start(Tag::Item) => {
                self.text.push('\n');
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        self.text.push_str(&number.to_string());
                        self.text.push_str(". ");
                        *number = number.saturating_add(1);
                    }
                    _ => self.text.push_str("• "),
                }
            }
            Event::End(TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::Table) if self.lists.is_empty() => {
                self.end(None);
            }
            Event::End(TagEnd::Paragraph | TagEnd::TableRow | TagEnd::TableHead) | Event::HardBreak => {
                self.text.push('\n');
            }
            Event::End(TagEnd::TableCell) => self.text.push_str(" | "),
            Event::Text(text) | Event::Code(text) => self.text.push_str(&text),
            Event::Html(_) | Event::InlineHtml(_) | Event::SoftBreak => self.text.push(' '),
            Event::TaskListMarker(done) => self.text.push_str(if done { "[x] " } else { "[ ] " }),
            _ => {}
        }
    }
}
