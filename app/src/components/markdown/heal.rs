//! What an answer that is still being written would look like were it finished here: half-open markup at its end is
//! closed or held back, so that no raw `**` flashes by. Only how it looks; the text itself is never changed.

use std::borrow::Cow;

/// A text whose end can be shown.
pub(super) fn heal(text: &str) -> Cow<'_, str> {
    if in_fence(text) {
        return Cow::Borrowed(without_marker_line(text));
    }
    let text = without_marker_line(text);
    let start = text.rfind("\n\n").map_or(0, |at| at + 2);
    let tail = Tail::scan(&text[start..]);
    if tail.is_whole() {
        return Cow::Borrowed(text);
    }
    let mut healed = text[..start].to_owned();
    tail.close(&text[start..], &mut healed);
    Cow::Owned(healed)
}

/// Whether the text ends inside a fenced code block.
fn in_fence(text: &str) -> bool {
    text.lines().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1
}

/// Drops a last line that is nothing but the beginning of a marker: a lone `-` would turn the line above into a heading.
fn without_marker_line(text: &str) -> &str {
    let start = text.rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].trim();
    let marker = !line.is_empty() && line.chars().all(|c| "-=+*_#>`~|.)[".contains(c) || c.is_ascii_digit());
    if marker { &text[..start] } else { text }
}

/// What is open at the end of a block.
#[derive(Default)]
struct Tail {
    /// Emphasis opened and not closed: its marker, and where the text behind it begins.
    open: Vec<(char, usize, usize)>,
    /// An inline code span begun with so many backticks.
    code: usize,
    /// A link or mark: where its bracket stands.
    bracket: Option<usize>,
    /// Where the address of a link begins, with its parenthesis.
    address: Option<usize>,
    /// Where a run of markers at the very end begins that closes nothing.
    cut: Option<usize>,
}

impl Tail {
    fn scan(text: &str) -> Self {
        let mut tail = Self::default();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let run = bytes[at..].iter().take_while(|byte| **byte == bytes[at]).count();
            match bytes[at] {
                b'\\' if tail.code == 0 => {
                    if at + 1 == bytes.len() {
                        tail.cut = Some(at);
                    }
                    at += 2;
                    continue;
                }
                b'`' => tail.on_backticks(run),
                _ if tail.code > 0 => {}
                b'\n' if begins_item(&text[at + 1..]) => tail.open.clear(),
                b'*' | b'_' | b'~' => tail.on_emphasis(text, at, run),
                b'[' if tail.address.is_none() => tail.bracket = Some(at),
                b']' if bytes.get(at + 1) == Some(&b'(') => tail.address = tail.bracket.map(|_| at),
                b']' if at + 1 < bytes.len() => tail.bracket = None,
                b')' if tail.address.is_some() => (tail.address, tail.bracket) = (None, None),
                _ => {}
            }
            at += if matches!(bytes[at], b'`' | b'*' | b'_' | b'~') { run } else { 1 };
        }
        tail
    }

    fn on_backticks(&mut self, run: usize) {
        if self.code == 0 {
            self.code = run;
        } else if self.code == run {
            self.code = 0;
        }
    }

    fn on_emphasis(&mut self, text: &str, at: usize, run: usize) {
        let marker = char::from(text.as_bytes()[at]);
        let before = text[..at].chars().next_back();
        let after = text[at + run..].chars().next();
        let mut left = run;
        if before.is_some_and(|c| !c.is_whitespace()) {
            while let Some((open, length, _)) = self.open.last().copied() {
                if open != marker || length > left {
                    break;
                }
                self.open.pop();
                left -= length;
                if left == 0 {
                    return;
                }
            }
        }
        match after {
            // Nothing behind it yet: it may close or open, so it waits. A single tilde is a plain one.
            None => self.cut = Some(at + run - left),
            Some(c) if c.is_whitespace() || (marker == '~' && left != 2) => {}
            Some(_) if marker == '_' && before.is_some_and(char::is_alphanumeric) => {}
            Some(_) => self.open.push((marker, left.min(3), at + run)),
        }
    }

    fn is_whole(&self) -> bool {
        self.open.is_empty() && self.code == 0 && self.bracket.is_none() && self.cut.is_none()
    }

    fn close(&self, text: &str, into: &mut String) {
        let mut end = self.cut.unwrap_or(text.len());
        match (self.bracket, self.address) {
            (Some(bracket), Some(address)) => {
                into.push_str(&text[..bracket]);
                into.push_str(&text[bracket + 1..address]);
            }
            (Some(bracket), None) if bracket < end => {
                let inside = text[bracket + 1..end].trim_end_matches(']');
                into.push_str(&text[..bracket]);
                if !inside.chars().all(|c| c.is_ascii_digit() || c == ',' || c == ' ') {
                    into.push_str(inside);
                } else if text[..end].ends_with(']') {
                    into.push_str(&text[bracket..end]);
                }
            }
            _ => {
                end = end.min(text.len());
                into.push_str(&text[..end]);
            }
        }
        if self.code > 0 {
            // A span that is still empty is held back with its backticks.
            let ticks = into.len() - into.trim_end_matches('`').len();
            into.truncate(into.len() - ticks);
            if ticks == 0 {
                into.extend(std::iter::repeat_n('`', self.code));
            }
        }
        into.truncate(into.trim_end().len());
        for (marker, length, _) in self.open.iter().rev() {
            into.extend(std::iter::repeat_n(*marker, *length));
        }
    }
}

/// Whether a line begins a list item: emphasis does not reach over from the item before.
fn begins_item(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    line.starts_with("- ") || line.starts_with("* ") || (digits > 0 && line[digits..].starts_with(". "))
}
