//! PDF: where each letter stands, put together to lines, paragraphs and headings.
//!
//! The parser may panic on what is damaged; a page that does so counts as not read.

use std::collections::HashMap;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use flate2::read::ZlibDecoder;
use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform, output_doc_page};

use super::{Block, Kind, Limits, Read, Unreadable};

/// A line this much larger than most of the text is a heading.
const HEADING: f64 = 1.12;
/// The longest heading, in characters.
const HEADING_CHARS: usize = 140;
/// From so many pages on, what stands at the edge of most of them is no part of the text.
const EDGES_FROM: usize = 4;
/// How far before a stream its dictionary is looked for.
const DICTIONARY: usize = 4_096;

/// Reads a PDF.
pub(super) fn read(bytes: &[u8], limits: &Limits, told: &mut dyn FnMut(u32, u32)) -> Result<Read, Unreadable> {
    let damaged = || Unreadable::damaged(Kind::Pdf);
    unpacks_within(bytes, limits)?;
    let mut document = quietly(|| Document::load_mem(bytes)).ok_or_else(damaged)?.map_err(|error| {
        let text = format!("{error:?}").to_ascii_lowercase();
        if text.contains("password") || text.contains("encrypt") || text.contains("decrypt") {
            Unreadable::Locked(Kind::Pdf.label().to_owned())
        } else {
            damaged()
        }
    })?;
    if document.is_encrypted() {
        // Many are locked for changes only, and open with an empty password.
        let opened = quietly(AssertUnwindSafe(|| document.decrypt(""))).is_some_and(|opened| opened.is_ok());
        if !opened {
            return Err(Unreadable::Locked(Kind::Pdf.label().to_owned()));
        }
    }
    let pages = quietly(|| document.page_iter().take(limits.pages as usize + 1).count()).ok_or_else(damaged)?;
    let pages = u32::try_from(pages).unwrap_or(u32::MAX);
    if pages > limits.pages {
        let has = quietly(|| document.get_pages().len()).and_then(|has| u32::try_from(has).ok()).unwrap_or(pages);
        return Err(Unreadable::Pages { has, most: limits.pages });
    }
    if pages == 0 {
        return Err(damaged());
    }
    let mut read = Read { pages: Some(pages), ..Read::default() };
    let mut sheets = Vec::new();
    let mut left = limits.text_bytes;
    for page in 1..=pages {
        let mut sheet = Sheet { left, ..Sheet::default() };
        let done = quietly(AssertUnwindSafe(|| output_doc_page(&document, &mut sheet, page)));
        if sheet.left == 0 {
            return Err(Unreadable::Long(limits.text_bytes >> 20));
        }
        left = sheet.left;
        let lines = sheet.end();
        if lines.is_empty() || !matches!(done, Some(Ok(()))) {
            read.unread.push(page);
        }
        sheets.push(lines);
        told(page, pages);
    }
    without_edges(&mut sheets);
    let body = usual_size(&sheets);
    for (page, lines) in (1..).zip(&sheets) {
        paragraphs(page, lines, body, &mut read.blocks);
    }
    Ok(read)
}

/// Runs what may panic; its words may quote the file and are said nowhere.
fn quietly<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

/// Refuses a file of which more would be unpacked than is allowed: every packed stream that is no picture is counted, and
/// nothing of it kept.
fn unpacks_within(bytes: &[u8], limits: &Limits) -> Result<(), Unreadable> {
    let bomb = || Unreadable::Bomb(format!("more than {} MiB", limits.unpacked_bytes >> 20));
    let mut room = limits.unpacked_bytes;
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], b"stream").map(|at| from + at) {
        from = at + 6;
        let begins = match bytes.get(from..from + 2) {
            Some(b"\r\n") => from + 2,
            Some([b'\n' | b'\r', _]) => from + 1,
            _ => continue,
        };
        if bytes[..at].ends_with(b"end") {
            continue;
        }
        let before = &bytes[at.saturating_sub(DICTIONARY)..at];
        let dictionary = &before[rfind(before, b"obj").unwrap_or(0)..];
        if find(dictionary, b"/Image").is_some() {
            continue;
        }
        let (unpacked, packed) = inflated(&bytes[begins..], room);
        if unpacked > room {
            return Err(bomb());
        }
        room -= unpacked;
        from = begins + packed;
    }
    Ok(())
}

/// How many bytes come out (one more than `most` where there are more), and how many went in; none where it is not packed.
fn inflated(packed: &[u8], most: u64) -> (u64, usize) {
    if packed.first().is_none_or(|first| first & 0x0f != 8) {
        return (0, 0);
    }
    let mut decoder = ZlibDecoder::new(packed);
    let (mut count, mut buffer) = (0_u64, [0; 16 * 1024]);
    while let Ok(read) = decoder.read(&mut buffer) {
        count += read as u64;
        if read == 0 || count > most {
            break;
        }
    }
    (count, usize::try_from(decoder.total_in()).unwrap_or(0).min(packed.len()))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = wanted[0];
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn rfind(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

/// A line of a page.
#[derive(Debug, Clone)]
struct Line {
    text: String,
    /// Of its letters, from the foot of the page, in points.
    y: f64,
    size: f64,
}

/// One page while it is put together.
#[derive(Default)]
struct Sheet {
    lines: Vec<Line>,
    begins_word: bool,
    /// Where the letter before ended.
    end: f64,
    /// Bytes that may still come.
    left: usize,
}

impl Sheet {
    fn end(self) -> Vec<Line> {
        self.lines.into_iter().filter(|line| !line.text.trim().is_empty()).collect()
    }
}

impl OutputDev for Sheet {
    fn begin_page(&mut self, _: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        at: &Transform,
        width: f64,
        _: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        self.left = self.left.saturating_sub(text.len());
        if self.left == 0 {
            return Err(OutputError::FormatError(std::fmt::Error));
        }
        // The side of the square that a letter fills.
        let (across, up) = (font_size * at.m11.hypot(at.m12), font_size * at.m21.hypot(at.m22));
        let size = (across * up).abs().sqrt();
        let size = if size.is_finite() && size > 0.01 { size } else { 1.0 };
        let (x, y) = (at.m31, at.m32);
        let goes_on = self.lines.last().is_some_and(|line| {
            let same = (line.y - y).abs() <= 0.5 * size.max(line.size);
            // Far back to the left is another column, or the next line of a very tight text.
            same && x >= self.end - size * 20.0
        });
        if goes_on {
            let line = self.lines.last_mut().expect("there is one");
            if (self.begins_word && x > self.end + size * 0.1) || x > self.end + size * 0.6 {
                line.text.push(' ');
            }
            line.text.push_str(text);
            line.size = line.size.max(size);
        } else {
            self.lines.push(Line { text: text.to_owned(), y, size });
        }
        self.begins_word = false;
        self.end = x + width * across;
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.begins_word = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// Takes away what stands first or last on most pages, but for its numbers.
fn without_edges(sheets: &mut [Vec<Line>]) {
    let shape = |line: &Line| {
        let letters = line.text.chars().filter(|letter| !letter.is_ascii_digit() && !letter.is_whitespace());
        letters.collect::<String>()
    };
    if sheets.len() < EDGES_FROM {
        return;
    }
    let mut seen: HashMap<(bool, String), usize> = HashMap::new();
    for lines in sheets.iter() {
        let edges = [(true, lines.first()), (false, lines.last())];
        for (first, line) in edges.into_iter().filter_map(|(first, line)| Some((first, line?))) {
            *seen.entry((first, shape(line))).or_default() += 1;
        }
    }
    let most = sheets.len() * 6 / 10;
    for lines in sheets.iter_mut() {
        if lines.len() > 1 && lines.last().is_some_and(|line| seen.get(&(false, shape(line))) > Some(&most)) {
            lines.pop();
        }
        if lines.len() > 1 && lines.first().is_some_and(|line| seen.get(&(true, shape(line))) > Some(&most)) {
            lines.remove(0);
        }
    }
}

/// The size that most letters have.
fn usual_size(sheets: &[Vec<Line>]) -> f64 {
    let mut letters: HashMap<i64, usize> = HashMap::new();
    for line in sheets.iter().flatten() {
        *letters.entry(halves(line.size)).or_default() += line.text.len();
    }
    let most = letters.into_iter().max_by_key(|(size, count)| (*count, -*size));
    #[expect(clippy::cast_precision_loss, reason = "a size of letters")]
    most.map_or(1.0, |(size, _)| size as f64 / 2.0)
}

/// A size in half points.
#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn halves(size: f64) -> i64 {
    (size * 2.0).round().clamp(1.0, 2_000.0) as i64
}

/// Puts the lines of a page together.
fn paragraphs(page: u32, lines: &[Line], body: f64, blocks: &mut Vec<Block>) {
    let mut before: Option<&Line> = None;
    let mut level_before = None;
    for line in lines {
        let text = line.text.trim();
        let level = level(line, body);
        let goes_on = before.is_some_and(|before| {
            let gap = before.y - line.y;
            let near = gap > -0.2 * line.size && gap <= 1.6 * line.size.max(before.size);
            near && level == level_before && halves(before.size) == halves(line.size) && !begins_item(text)
        });
        if let (true, Some(block)) = (goes_on, blocks.last_mut()) {
            join(&mut block.text, text);
        } else {
            blocks.push(Block { level, page: Some(page), text: text.to_owned() });
        }
        (before, level_before) = (Some(line), level);
    }
}

fn level(line: &Line, body: f64) -> Option<u8> {
    let text = line.text.trim();
    let ratio = line.size / body;
    let is_heading = ratio >= HEADING
        && text.chars().count() <= HEADING_CHARS
        && text.chars().filter(|letter| letter.is_alphabetic()).count() >= 2;
    is_heading.then_some(if ratio >= 1.6 {
        1
    } else if ratio >= 1.3 {
        2
    } else {
        3
    })
}

/// Whether a line begins an item of a list.
fn begins_item(text: &str) -> bool {
    let mut letters = text.chars();
    match letters.next() {
        Some('•' | '◦' | '▪' | '●' | '–' | '*' | '‣' | '∙' | '·') => true,
        Some('-') => letters.next().is_some_and(char::is_whitespace),
        Some(digit) if digit.is_ascii_digit() => {
            let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
            rest.starts_with(". ") || rest.starts_with(") ")
        }
        _ => false,
    }
}

/// Adds a line; a word that was parted at the end of the one before is put together.
fn join(text: &mut String, line: &str) {
    let parted = text.ends_with('-')
        && text[..text.len() - 1].ends_with(char::is_alphabetic)
        && line.starts_with(char::is_lowercase);
    if parted || text.ends_with('\u{ad}') {
        text.pop();
    } else {
        text.push(' ');
    }
    text.push_str(line);
}
