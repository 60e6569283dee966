//! Cuts text into passages: what is found, cited and shown.
//!
//! A passage is a run of whole paragraphs under one heading, 150 to 250 words where the text allows it. One paragraph that
//! is longer is cut behind a sentence, else behind a word.

use super::{Block, Passage};

/// From here a passage is long enough to stand alone.
const ENOUGH_WORDS: usize = 150;
/// A passage grows to no more than this.
const MOST_WORDS: usize = 250;
/// Nor to more bytes: some scripts have no spaces, and some texts are one word.
const MOST_BYTES: usize = 2_500;
/// The longest heading that is kept.
const HEADING_CHARS: usize = 120;
/// What stands between two paragraphs, and between two passages.
const BETWEEN: &str = "\n\n";

/// Cuts the blocks of a text.
pub fn cut(blocks: Vec<Block>) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    let mut headings: Vec<(u8, String)> = Vec::new();
    let mut open: Option<Passage> = None;
    let mut last_heading_alone: Option<Block> = None;
    for block in blocks {
        if let Some(level) = block.level {
            passages.extend(open.take());
            // A heading with nothing under it but the next of its kind is said all the same.
            if let Some(alone) = last_heading_alone.take().filter(|alone| alone.level >= Some(level)) {
                passages.push(passage(alone.page, &headings, alone.text));
            }
            headings.retain(|(other, _)| *other < level);
            headings.push((level, line(&block.text, HEADING_CHARS)));
            last_heading_alone = Some(block);
            continue;
        }
        last_heading_alone = None;
        for piece in pieces(&block.text) {
            let fits = open.as_ref().is_some_and(|open| {
                let (words, more) = (count(&open.text), count(piece));
                words + more <= MOST_WORDS
                    && open.text.len() + piece.len() <= MOST_BYTES
                    && !(words >= ENOUGH_WORDS && more >= ENOUGH_WORDS / 3)
            });
            if let Some(open) = open.as_mut().filter(|_| fits) {
                open.text.push_str(BETWEEN);
                open.text.push_str(piece);
            } else {
                passages.extend(open.replace(passage(block.page, &headings, piece.to_owned())));
            }
        }
    }
    passages.extend(open);
    if let Some(alone) = last_heading_alone {
        passages.push(passage(alone.page, &headings, alone.text));
    }
    let mut at = 0;
    for passage in &mut passages {
        (passage.start, passage.end) = (at, at + passage.text.len());
        at = passage.end + BETWEEN.len();
    }
    passages
}

fn passage(page: Option<u32>, headings: &[(u8, String)], text: String) -> Passage {
    let headings = headings.iter().map(|(_, heading)| heading.clone()).collect();
    Passage { page, headings, text, start: 0, end: 0 }
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// A text in one line, of at most so many characters.
pub fn line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        None => line,
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
    }
}

/// A paragraph in pieces that are short enough.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while let Some(at) = too_long(rest) {
        let (piece, behind) = rest.split_at(at);
        pieces.push(piece.trim());
        rest = behind.trim();
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// Where a text that is too long is cut: behind the last sentence that fits, else the last word, else the last letter.
fn too_long(text: &str) -> Option<usize> {
    let mut words = 0;
    let mut in_word = false;
    let mut end = None;
    for (at, letter) in text.char_indices() {
        let starts = !letter.is_whitespace() && !in_word;
        in_word = !letter.is_whitespace();
        words += usize::from(starts);
        if words > MOST_WORDS || at >= MOST_BYTES {
            end = Some(at);
            break;
        }
    }
    let within = &text[..end?];
    let ends = |(at, letter): (usize, char)| {
        let behind = at + letter.len_utf8();
        let sentence = letter == '\n'
            || matches!(letter, '。' | '！' | '？')
            || (matches!(letter, '.' | '!' | '?') && text[behind..].starts_with(char::is_whitespace));
        sentence.then_some(behind)
    };
    let half = within.len() / 2;
    within
        .char_indices()
        .rev()
        .find_map(ends)
        .filter(|at| *at >= half)
        .or_else(|| within.rfind(char::is_whitespace).filter(|at| *at >= half))
        .or(Some(within.len()))
        .filter(|at| *at > 0)
}
