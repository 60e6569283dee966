//! Checks what a language model says against what it was shown, while it says it.
//!
//! A citation of a passage that was not given says so; the others are numbered anew in the order in which they come. An
//! amount that stands in no passage and not in the person's own words is marked; a dose, wherever no passage has it: that
//! somebody asks whether they may take it does not speak for it. Addresses that no passage has are taken
//! out. Nothing else is changed.
//!
//! Text is let go as soon as what follows can't change how it is read: all but a few words of it at once.

use std::collections::HashSet;

use super::quantity::{self, Quantity};

/// Stands behind an amount that nobody has.
pub(super) const NOT_IN_SOURCES: &str = " (not in the sources)";
/// Stands for a citation of what was not given.
pub(super) const NO_SOURCE: &str = "(no such source)";
/// Stands for an address that nobody has.
pub(super) const NO_ADDRESS: &str = "(address removed)";
/// Stands at the end of an answer of some length that cites nothing.
const UNTIED: &str = "\n\n*No statement of this answer is tied to a source of the library.*";
/// From so many words an answer makes statements.
const STATEMENT_WORDS: usize = 25;
/// An amount, from its number to its unit, takes no more words.
const WORDS_OF_AN_AMOUNT: usize = 6;
/// What is held back is let go at this length, whatever it is.
const HELD_BYTES: usize = 2_048;
/// Numbers to call for help (`crates/clinical/data/resources.toml`), and `24/7`: a mark behind one could keep somebody from
/// calling.
const ALWAYS: [&str; 8] = ["000", "111", "112", "911", "988", "999", "24", "7"];

/// What an answer may say without a mark.
#[derive(Debug, Default)]
struct Known {
    amounts: HashSet<(String, i64)>,
    /// Numbers without a unit.
    bare: HashSet<i64>,
    /// All numbers as they stand.
    any: HashSet<i64>,
    text: String,
}

impl Known {
    fn of(passages: &[&str], own: &[&str]) -> Self {
        let texts: Vec<&str> = passages.iter().chain(own).copied().collect();
        let mut known = Self { text: texts.join("\n"), ..Self::default() };
        let all = |texts: &[&str], own| {
            let all = texts.iter().flat_map(|text| quantity::all(text));
            all.map(move |quantity| (quantity, own)).collect::<Vec<_>>()
        };
        for (quantity, own) in all(passages, false).into_iter().chain(all(own, true)) {
            known.any.extend(&quantity.values);
            match &quantity.unit {
                Some(unit) if own && unit.dose => {}
                Some(unit) => known.amounts.extend(quantity.values.iter().map(|value| (unit.name.clone(), *value))),
                None => known.bare.extend(&quantity.values),
            }
        }
        known
    }

    fn has(&self, quantity: &Quantity) -> bool {
        quantity.values.iter().all(|value| match &quantity.unit {
            None => self.any.contains(value),
            Some(unit) => {
                let named = |name: &str| self.amounts.contains(&(name.to_owned(), *value));
                named(&unit.name)
                    || (!unit.dose && self.bare.contains(value))
                    || (matches!(unit.name.as_str(), "c" | "f") && named("degree"))
                    || (unit.name == "degree" && (named("c") || named("f")))
            }
        })
    }
}

/// Checks one answer.
#[derive(Debug)]
pub(super) struct Checker {
    known: Known,
    passages: usize,
    /// What is not let go yet.
    held: String,
    /// Whether what is held begins a line.
    at_line_start: bool,
    /// The passages cited so far, from 0, in the order of their marks.
    cited: Vec<usize>,
    words: usize,
}

impl Checker {
    /// Of an answer to be made from these passages; `own` is what the person said.
    pub(super) fn new(passages: &[&str], own: &[&str]) -> Self {
        Self {
            known: Known::of(passages, own),
            passages: passages.len(),
            held: String::new(),
            at_line_start: true,
            cited: Vec::new(),
            words: 0,
        }
    }

    /// Takes in what the model said next, and gives what may be shown of it.
    pub(super) fn take(&mut self, text: &str) -> String {
        self.held += text;
        let cut = self.cut();
        self.let_go(cut)
    }

    /// Gives what is left.
    pub(super) fn end(&mut self) -> String {
        self.let_go(self.held.len())
    }

    /// What has to be said of an answer that is whole.
    pub(super) fn note(&self) -> &'static str {
        if self.cited.is_empty() && self.words >= STATEMENT_WORDS { UNTIED } else { "" }
    }

    /// The passages cited, from 0, in the order of their marks.
    pub(super) fn cited(&self) -> &[usize] {
        &self.cited
    }

    /// Up to where nothing that follows can change how it is read.
    fn cut(&self) -> usize {
        let held = &self.held;
        let quiet = |at: &usize| {
            let line = &held[held[..*at].rfind('\n').map_or(0, |newline| newline + 1)..*at];
            is_quiet(line)
        };
        let ends = held.char_indices().rev().filter(|(_, character)| *character == ' ' || *character == '\n');
        let cut = ends.map(|(at, _)| at + 1).find(quiet).unwrap_or(0);
        if cut == 0 && held.len() > HELD_BYTES { held.rfind(' ').map_or(held.len(), |at| at + 1) } else { cut }
    }

    fn let_go(&mut self, cut: usize) -> String {
        let rest = self.held.split_off(cut);
        let text = std::mem::replace(&mut self.held, rest);
        self.words += text.split_whitespace().count();
        let shown = self.checked(&text, self.at_line_start);
        if let Some(last_line) = text.rsplit('\n').next().filter(|_| !text.is_empty()) {
            let begins = text.contains('\n') || self.at_line_start;
            self.at_line_start = begins && last_line.trim().is_empty();
        }
        shown
    }

    fn checked(&mut self, text: &str, mut line_start: bool) -> String {
        let mut shown = String::with_capacity(text.len() + 32);
        let mut at = 0;
        let mut before = None;
        while let Some(character) = text[at..].chars().next() {
            let rest = &text[at..];
            let taken = if matches!(character, '[' | '【') {
                self.bracket(rest, &mut shown)
            } else if character == '!' && rest[1..].starts_with('[') {
                // A picture is a link that is followed without being asked.
                self.link(&rest[1..], &mut shown).map(|taken| taken + 1)
            } else if quantity::starts(before) {
                if line_start && let Some(length) = list_number(rest) {
                    shown += &rest[..length];
                    Some(length)
                } else {
                    self.address(rest, &mut shown).or_else(|| self.amount(rest, &mut shown))
                }
            } else {
                None
            };
            let length = taken.unwrap_or_else(|| {
                // Only `link` writes links: what it did not take must not be read as one.
                if character == '(' && shown.ends_with(']') {
                    shown.push(' ');
                }
                shown.push(character);
                character.len_utf8()
            });
            line_start = character == '\n' || (line_start && character.is_whitespace());
            at += length;
            before = text[..at].chars().next_back();
        }
        shown
    }

    /// A citation, or a link.
    fn bracket(&mut self, rest: &str, shown: &mut String) -> Option<usize> {
        let close = rest.find([']', '】', '\n']).filter(|close| !rest[*close..].starts_with('\n'))?;
        let open_length = rest.chars().next().map_or(1, char::len_utf8);
        let length = close + rest[close..].chars().next().map_or(1, char::len_utf8);
        let Some(numbers) = cited_numbers(&rest[open_length..close]) else { return self.link(rest, shown) };
        for number in numbers {
            match number.checked_sub(1).filter(|index| *index < self.passages) {
                Some(index) => {
                    let known = self.cited.iter().position(|cited| *cited == index);
                    let mark = known.unwrap_or_else(|| {
                        self.cited.push(index);
                        self.cited.len() - 1
                    });
                    shown.extend(["[", &(mark + 1).to_string(), "]"]);
                }
                None => *shown += NO_SOURCE,
            }
        }
        Some(length)
    }

    /// A link stays a link where its address was in what was shown; else its words stay.
    fn link(&mut self, rest: &str, shown: &mut String) -> Option<usize> {
        // The first bracket that closes ends its words: what was let go before the next can't become one.
        let close = rest.find(']').filter(|close| rest[*close..].starts_with("]("))?;
        let label = &rest[1..close];
        let end = close + 2 + rest[close + 2..].find(')')?;
        if label.contains('\n') || rest[close..end].contains('\n') {
            return None;
        }
        let address = rest[close + 2..end].split_whitespace().next().unwrap_or("");
        let label = self.checked(label, false);
        if !address.is_empty() && self.known.text.contains(address) {
            shown.extend(["[", &label, "](", address, ")"]);
        } else {
            *shown += &label;
        }
        Some(end + 1)
    }

    fn address(&self, rest: &str, shown: &mut String) -> Option<usize> {
        let lower = rest.get(..8.min(rest.len())).unwrap_or("").to_ascii_lowercase();
        if !["http://", "https://", "www."].iter().any(|scheme| lower.starts_with(scheme)) {
            return None;
        }
        let length = rest.find(|character: char| character.is_whitespace()).unwrap_or(rest.len());
        let address = rest[..length].trim_end_matches(['.', ',', ';', ':', ')', '!', '?', '*', '_', '>']);
        *shown += if self.known.text.contains(address) { address } else { NO_ADDRESS };
        Some(address.len())
    }

    fn amount(&self, rest: &str, shown: &mut String) -> Option<usize> {
        let quantity = quantity::at_start(rest)?;
        let written = &rest[..quantity.length];
        *shown += written;
        // A digit alone without a unit is a count of what is told, not a claim.
        let claims = quantity.unit.is_some() || quantity.digits > 1;
        if claims && !self.known.has(&quantity) && !calls_for_help(written) && !is_year(written) {
            *shown += NOT_IN_SOURCES;
        }
        Some(quantity.length)
    }
}

/// Whether what follows a line's beginning can't change how it is read.
fn is_quiet(line: &str) -> bool {
    let open = |open: &str, close: &[char]| line.rfind(open).is_some_and(|at| !line[at..].contains(close));
    if open("[", &[']']) || open("【", &['】']) || open("](", &[')']) {
        return false;
    }
    let numeric = |word: &str| {
        word.contains(|character: char| character.is_numeric())
            || word.split(|character: char| !character.is_alphanumeric()).any(quantity::is_number_word)
    };
    !line.split(quantity::is_blank).filter(|word| !word.is_empty()).rev().take(WORDS_OF_AN_AMOUNT).any(numeric)
}

/// `1`, `1, 2`, `passage 3`: what a citation's brackets hold.
pub(super) fn cited_numbers(inside: &str) -> Option<Vec<usize>> {
    let inside = inside.trim().trim_start_matches('^');
    let number = |part: &str| {
        let part = part.trim();
        let part = ["passage ", "source ", "Passage ", "Source "]
            .iter()
            .find_map(|name| part.strip_prefix(name))
            .unwrap_or(part);
        // What some models write behind the number: `1†source`.
        let part = part.split('†').next().unwrap_or(part).trim();
        (part.len() <= 4).then(|| part.parse().ok()).flatten()
    };
    inside.split([',', ';']).map(number).collect()
}

/// `1. ` or `2) ` at the beginning of a line.
fn list_number(rest: &str) -> Option<usize> {
    let digits = rest.find(|character: char| !character.is_ascii_digit())?;
    let mark = &rest[digits..];
    (1..=2).contains(&digits).then_some(())?;
    (mark.starts_with(". ") || mark.starts_with(") ")).then_some(digits + 2)
}

fn calls_for_help(written: &str) -> bool {
    let numbers = written.split(|character: char| !character.is_alphanumeric());
    let words = |word: &&str| !word.is_empty() && *word != "or";
    written != "24" && numbers.filter(words).all(|number| ALWAYS.contains(&number))
}

fn is_year(written: &str) -> bool {
    written.len() == 4 && written.parse::<u16>().is_ok_and(|year| (1900..2100).contains(&year))
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
