//! Word documents: a ZIP archive with XML in it. Only the text is read; nothing in it is run or fetched.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Block, Kind, Limits, Read, Unreadable};

/// The text, and beside it what stands at the foot of pages.
const PARTS: [(&str, Option<&str>); 3] =
    [("word/document.xml", None), ("word/footnotes.xml", Some("Footnotes")), ("word/endnotes.xml", Some("Endnotes"))];
/// Beyond this, unpacked for packed, is no text that somebody wrote.
const RATIO_MAX: u64 = 200;
/// Below this nothing is a bomb.
const SMALL: u64 = 4 << 20;

type Archive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

/// Reads a Word document.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Unreadable> {
    let damaged = || Unreadable::damaged(Kind::Docx);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut room = limits.unpacked_bytes;
    let styles = match unpack(&mut archive, "word/styles.xml", &mut room, limits)? {
        Some(xml) => styles(&xml, limits)?,
        None => HashMap::new(),
    };
    let mut read = Read::default();
    for (part, heading) in PARTS {
        let Some(xml) = unpack(&mut archive, part, &mut room, limits)? else {
            if heading.is_none() {
                return Err(damaged());
            }
            continue;
        };
        let mut text = Text { styles: &styles, limits, page: 1, breaks: false, blocks: Vec::new(), bytes: 0 };
        text.read(&xml)?;
        if heading.is_none() {
            // Word writes where it last broke pages; where it did not, pages are not known.
            read.pages = text.breaks.then_some(text.page);
            if !text.breaks {
                text.blocks.iter_mut().for_each(|block| block.page = None);
            }
        } else {
            text.blocks.iter_mut().for_each(|block| block.page = None);
        }
        if let Some(heading) = heading.filter(|_| !text.blocks.is_empty()) {
            read.blocks.push(Block { level: Some(1), page: None, text: heading.to_owned() });
        }
        read.blocks.append(&mut text.blocks);
    }
    Ok(read)
}

/// A file of the archive as text, counted while it is unpacked.
fn unpack(
    archive: &mut Archive<'_>,
    name: &str,
    room: &mut u64,
    limits: &Limits,
) -> Result<Option<String>, Unreadable> {
    let damaged = |_| Unreadable::damaged(Kind::Docx);
    let Some(index) = archive.index_for_name(name) else { return Ok(None) };
    let file = match archive.by_index(index) {
        Ok(file) => file,
        Err(zip::result::ZipError::UnsupportedArchive(why)) if why.contains("assword") => {
            return Err(Unreadable::Locked(Kind::Docx.label().to_owned()));
        }
        Err(_) => return Err(Unreadable::damaged(Kind::Docx)),
    };
    let packed = file.compressed_size().max(1);
    let most = (*room).min((packed.saturating_mul(RATIO_MAX)).max(SMALL));
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(damaged)?;
    let unpacked = bytes.len() as u64;
    if unpacked > most {
        let why = if most == *room {
            format!("more than {} MiB", limits.unpacked_bytes >> 20)
        } else {
            format!("more than {RATIO_MAX} to 1")
        };
        return Err(Unreadable::Bomb(why));
    }
    *room -= unpacked;
    String::from_utf8(bytes).map(Some).map_err(|_| Unreadable::damaged(Kind::Docx))
}

/// How deep a heading each style is.
fn styles(xml: &str, limits: &Limits) -> Result<HashMap<String, u8>, Unreadable> {
    let mut styles = HashMap::new();
    let mut style: Option<String> = None;
    events(xml, limits, |event| {
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "style" => {
                style = value(tag, "styleId");
            }
            Event::Start(tag) | Event::Empty(tag) => {
                let level = match tag.local_name().as_ref() {
                    "name" => value(tag, "val").and_then(|name| named(&name)),
                    "outlineLvl" => value(tag, "val").and_then(|level| outline(&level)),
                    _ => None,
                };
                if let (Some(level), Some(style)) = (level, &style) {
                    styles.insert(style.clone(), level);
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(styles)
}

/// The level that a style's name says.
fn named(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase().replace(' ', "");
    match name.strip_prefix("heading") {
        Some(level) => level.parse().ok().filter(|level| (1..=6).contains(level)),
        // Above all headings.
        None => (name == "title").then_some(0),
    }
}

/// The outline counts from 0; 9 is text.
fn outline(level: &str) -> Option<u8> {
    level.parse::<u8>().ok().filter(|level| *level < 6).map(|level| level + 1)
}

struct Text<'a> {
    styles: &'a HashMap<String, u8>,
    limits: &'a Limits,
    page: u32,
    breaks: bool,
    blocks: Vec<Block>,
    bytes: usize,
}

impl Text<'_> {
    fn read(&mut self, xml: &str) -> Result<(), Unreadable> {
        let limits = self.limits;
        let (mut paragraph, mut level, mut page) = (String::new(), None, 1);
        let (mut in_text, mut rows) = (false, 0_usize);
        let mut row = String::new();
        events(xml, limits, |event| {
            match event {
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    "p" => {
                        // A frame within a paragraph has paragraphs of its own.
                        if rows == 0 {
                            self.push(level.take(), page, &mut paragraph)?;
                        }
                        page = self.page;
                    }
                    "t" => in_text = matches!(event, Event::Start(_)),
                    "pStyle" => {
                        level = value(tag, "val").and_then(|style| self.styles.get(&style).copied().or(named(&style)));
                    }
                    "outlineLvl" => level = value(tag, "val").and_then(|level| outline(&level)).or(level),
                    "tab" => paragraph.push(' '),
                    "noBreakHyphen" => paragraph.push('-'),
                    "br" if value(tag, "type").as_deref() == Some("page") => self.turn(),
                    "br" | "cr" => paragraph.push('\n'),
                    "lastRenderedPageBreak" => {
                        self.turn();
                        if paragraph.trim().is_empty() {
                            page = self.page;
                        }
                    }
                    "tr" if matches!(event, Event::Start(_)) => rows += 1,
                    _ => {}
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "t" => in_text = false,
                    "p" if rows > 0 => paragraph.push(' '),
                    "p" => self.push(level.take(), page, &mut paragraph)?,
                    "tc" => {
                        let cell = std::mem::take(&mut paragraph);
                        if !row.is_empty() {
                            row.push_str(" | ");
                        }
                        row.push_str(cell.trim());
                    }
                    "tr" => {
                        rows = rows.saturating_sub(1);
                        if rows == 0 {
                            self.push(None, page, &mut row)?;
                            level = None;
                        }
                    }
                    _ => {}
                },
                Event::Text(text) if in_text => paragraph.push_str(&text.xml10_content()),
                Event::CData(text) if in_text => paragraph.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) if in_text => paragraph.push_str(&resolved(reference)),
                _ => {}
            }
            Ok(())
        })?;
        self.push(level, page, &mut paragraph)
    }

    fn turn(&mut self) {
        self.page = self.page.saturating_add(1);
        self.breaks = true;
    }

    fn push(&mut self, level: Option<u8>, page: u32, text: &mut String) -> Result<(), Unreadable> {
        let text = std::mem::take(text);
        self.bytes += text.len();
        if self.bytes > self.limits.text_bytes {
            return Err(Unreadable::Long(self.limits.text_bytes >> 20));
        }
        if self.page > self.limits.pages {
            return Err(Unreadable::Pages { has: self.page, most: self.limits.pages });
        }
        if !text.trim().is_empty() {
            self.blocks.push(Block { level, page: Some(page), text });
        }
        Ok(())
    }
}

/// Goes through the events of an XML text, as deep as is allowed. Entities of its own are refused.
fn events(
    xml: &str,
    limits: &Limits,
    mut each: impl FnMut(&Event<'_>) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().map_err(|_| Unreadable::damaged(Kind::Docx))?;
        match &event {
            Event::Eof => return Ok(()),
            Event::DocType(_) => return Err(Unreadable::damaged(Kind::Docx)),
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limits.depth {
            return Err(Unreadable::Bomb(format!("more than {} levels within each other", limits.depth)));
        }
        each(&event)?;
    }
}

fn value(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> Cow<'static, str> {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return letter.to_string().into();
    }
    match reference.xml10_content().as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
    .into()
}
