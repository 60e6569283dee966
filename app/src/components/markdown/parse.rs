//! Markdown to a small tree of what the page can show. Whatever is not in the tree cannot reach the page: no raw HTML,
//! no images, no links but the few kinds of [`safe_link`].

use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, OffsetIter, Options, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::heal::heal;

/// Deeper nesting than this is shown flat: nobody writes it, and a page of it would be a trap.
const DEPTH_MAX: usize = 12;

/// How to read a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Numbers in brackets are marks of sources.
    pub cites: bool,
    /// The text is still growing: what is half open at its end is closed or held back.
    pub streaming: bool,
    /// These bytes are the passage that someone came to read.
    pub passage: Option<Range<usize>>,
}

/// A block of the page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A heading, from 1.
    Heading(u8, Vec<Inline>),
    /// A list; numbered from the given number on.
    List(Option<u64>, Vec<Vec<Block>>),
    /// A quotation.
    Quote(Vec<Block>),
    /// Preformatted text.
    Code(String),
    /// A head and rows of cells.
    Table(Vec<Vec<Inline>>, Vec<Vec<Vec<Inline>>>),
    /// A thematic break.
    Rule,
}

/// A run of text inside a block.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Inline {
    /// Plain.
    Text(String),
    /// Of the passage that someone came to read; the first of these is marked.
    Passage(String, bool),
    /// The mark of a source, from 1.
    Cite(usize),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Struck out.
    Struck(Vec<Inline>),
    /// Code.
    Code(String),
    /// A link to an address that passed [`safe_link`].
    Link(String, Vec<Inline>),
    /// A line break.
    Break,
}

/// Reads a text.
pub fn parse(text: &str, reading: &Reading) -> Vec<Block> {
    let healed = if reading.streaming { heal(text) } else { text.into() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = TextMergeWithOffset::new(Parser::new_ext(&healed, options).into_offset_iter()).peekable();
    Reader { source: &healed, reading, events, passage_begun: false }.blocks(0)
}

/// Where a link may lead: https, mail, telephone, and pages of this site. Library articles name each other by id alone.
pub fn safe_link(address: &str) -> Option<String> {
    let address = address.trim();
    if address.is_empty() || address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return None;
    }
    if address.starts_with('/') {
        return (!address.starts_with("//")).then(|| address.to_owned());
    }
    if let Some((scheme, rest)) = address.split_once(':') {
        let allowed = ["https", "mailto", "tel"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        return (allowed && !rest.is_empty()).then(|| address.to_owned());
    }
    let article = address.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    article.then(|| format!("/library/{address}"))
}

/// How urgent a paragraph or list item says it is, by the word that it begins with in bold.
pub fn urgency(inlines: &[Inline]) -> Option<&'static str> {
    let Some(Inline::Strong(strong)) = inlines.first() else { return None };
    let (Inline::Text(text) | Inline::Passage(text, _)) = strong.first()? else { return None };
    let words = [("Emergency", "emergency"), ("Urgent", "urgent"), ("Routine", "routine"), ("Self-care", "self_care")];
    words.into_iter().find(|(word, _)| text.starts_with(word)).map(|(_, level)| level)
}

type Events<'a> = Peekable<TextMergeWithOffset<'a, OffsetIter<'a>>>;

struct Reader<'a> {
    source: &'a str,
    reading: &'a Reading,
    events: Events<'a>,
    passage_begun: bool,
}

impl Reader<'_> {
    /// Blocks up to the end of what holds them, which is taken too.
    fn blocks(&mut self, depth: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some((event, _)) = self.events.peek() {
            match event {
                Event::End(_) => {
                    self.events.next();
                    return blocks;
                }
                Event::Start(tag) if !is_inline(tag) => {
                    let Some((Event::Start(tag), _)) = self.events.next() else { return blocks };
                    self.block(&tag, depth, &mut blocks);
                }
                Event::Rule => {
                    self.events.next();
                    blocks.push(Block::Rule);
                }
                // A tight list item holds its text without a paragraph around it.
                _ => {
                    let loose = self.loose_inlines(depth);
                    if !loose.is_empty() {
                        blocks.push(Block::Paragraph(loose));
                    }
                }
            }
        }
        blocks
    }

    fn block(&mut self, tag: &Tag<'_>, depth: usize, blocks: &mut Vec<Block>) {
        if depth >= DEPTH_MAX {
            blocks.push(Block::Paragraph(vec![Inline::Text(self.flat())]));
            return;
        }
        match tag {
            Tag::Heading { level, .. } => {
                let inlines = self.inlines(depth);
                blocks.push(Block::Heading(level_number(*level), inlines));
            }
            Tag::BlockQuote(_) => {
                let inner = self.blocks(depth + 1);
                blocks.push(Block::Quote(inner));
            }
            Tag::CodeBlock(_) => {
                let code = self.flat();
                blocks.push(Block::Code(code));
            }
            Tag::List(start) => {
                let items = self.items(depth + 1);
                blocks.push(Block::List(*start, items));
            }
            Tag::Table(_) => {
                let table = self.table(depth);
                blocks.push(table);
            }
            // Paragraphs, raw HTML (as the text that it is), and whatever a later version may bring.
            _ => {
                let inlines = self.inlines(depth);
                if !inlines.is_empty() {
                    blocks.push(Block::Paragraph(inlines));
                }
            }
        }
    }

    fn items(&mut self, depth: usize) -> Vec<Vec<Block>> {
        let mut items = Vec::new();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::Item) => items.push(self.blocks(depth)),
                Event::End(_) => break,
                _ => {}
            }
        }
        items
    }

    fn table(&mut self, depth: usize) -> Block {
        let mut rows: Vec<Vec<Vec<Inline>>> = Vec::new();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
                Event::Start(Tag::TableCell) => {
                    let cell = self.inlines(depth);
                    if let Some(row) = rows.last_mut() {
                        row.push(cell);
                    }
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        let mut rows = rows.into_iter();
        Block::Table(rows.next().unwrap_or_default(), rows.collect())
    }

    /// Inlines up to the end of what holds them, which is taken too.
    fn inlines(&mut self, depth: usize) -> Vec<Inline> {
        let mut inlines = Vec::new();
        while let Some((event, range)) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            self.inline(event, range, depth, &mut inlines);
        }
        inlines
    }

    /// Inlines up to the next block or end, which is left.
    fn loose_inlines(&mut self, depth: usize) -> Vec<Inline> {
        let mut inlines = Vec::new();
        while let Some((event, _)) = self.events.peek() {
            let over = match event {
                Event::End(_) | Event::Rule => true,
                Event::Start(tag) => !is_inline(tag),
                _ => false,
            };
            if over {
                break;
            }
            if let Some((event, range)) = self.events.next() {
                self.inline(event, range, depth, &mut inlines);
            }
        }
        inlines
    }

    fn inline(&mut self, event: Event<'_>, range: Range<usize>, depth: usize, into: &mut Vec<Inline>) {
        match event {
            Event::Text(text) => self.text(&text, range, into),
            Event::Code(code) => into.push(Inline::Code(code.into_string())),
            Event::Html(html) | Event::InlineHtml(html) => into.push(Inline::Text(html.into_string())),
            Event::SoftBreak => self.text("\n", range, into),
            Event::HardBreak => into.push(Inline::Break),
            Event::Start(_) if depth >= DEPTH_MAX => into.push(Inline::Text(self.flat())),
            Event::Start(tag) => {
                let inner = self.inlines(depth + 1);
                match tag {
                    Tag::Emphasis => into.push(Inline::Emphasis(inner)),
                    Tag::Strong => into.push(Inline::Strong(inner)),
                    Tag::Strikethrough => into.push(Inline::Struck(inner)),
                    Tag::Link { dest_url, .. } => match safe_link(&dest_url) {
                        Some(address) => into.push(Inline::Link(address, inner)),
                        None => into.extend(inner),
                    },
                    _ => into.extend(inner),
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>, into: &mut Vec<Inline>) {
        let Some(passage) = self.reading.passage.clone() else {
            self.marks(text, into);
            return;
        };
        if range.end <= passage.start || range.start >= passage.end {
            self.marks(text, into);
        } else if self.source.get(range.clone()) == Some(text) {
            // The text stands in the source as it is, so the passage can be cut out of it.
            let from = floor(text, passage.start.saturating_sub(range.start));
            let to = floor(text, passage.end - range.start);
            self.marks(&text[..from], into);
            self.passage(&text[from..to], into);
            self.marks(&text[to..], into);
        } else {
            self.passage(text, into);
        }
    }

    fn passage(&mut self, text: &str, into: &mut Vec<Inline>) {
        if !text.is_empty() {
            into.push(Inline::Passage(text.to_owned(), !self.passage_begun));
            self.passage_begun |= !text.trim().is_empty();
        }
    }

    /// Plain text, with `[1]` and `[1, 2]` as marks of sources.
    fn marks(&self, text: &str, into: &mut Vec<Inline>) {
        let mut plain = String::new();
        for part in text.split_inclusive(']') {
            let mark = part.rfind('[').filter(|_| self.reading.cites && part.ends_with(']'));
            let numbers = mark.and_then(|open| cited(&part[open + 1..part.len() - 1]));
            if let (Some(open), Some(numbers)) = (mark, numbers) {
                plain.push_str(part[..open].trim_end_matches(' '));
                push_text(&mut plain, into);
                into.extend(numbers.into_iter().map(Inline::Cite));
            } else {
                plain.push_str(part);
            }
        }
        push_text(&mut plain, into);
    }

    /// All text up to the end of what holds it, which is taken too.
    fn flat(&mut self) -> String {
        let mut text = String::new();
        let mut depth = 0usize;
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => {
                    text.push_str(&part);
                }
                Event::SoftBreak | Event::HardBreak => text.push('\n'),
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => break,
                Event::End(_) => depth -= 1,
                _ => {}
            }
        }
        text
    }
}

fn push_text(plain: &mut String, into: &mut Vec<Inline>) {
    if !plain.is_empty() {
        into.push(Inline::Text(std::mem::take(plain)));
    }
}

/// The numbers in a mark of sources; no article has a hundred.
fn cited(inside: &str) -> Option<Vec<usize>> {
    let number = |part: &str| part.trim().parse().ok().filter(|n| (1..100).contains(n));
    if inside.is_empty() || inside.starts_with('+') {
        return None;
    }
    inside.split(',').map(number).collect()
}

/// The nearest boundary of a character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
