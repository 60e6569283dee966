//! What stands behind a verb: medicines, conditions, allergens, one or several.

use super::vocabulary::{Names, vocabulary};
use super::words::Token;

/// A sentence, and the text that it is cut from.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
}

/// A thing that is named, and the words that name it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) what: String,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Words that stand before a name and say nothing of which one.
const BEFORE: &str = " a an the my our some his her their low high lower higher dose doses daily long term regular of both \
    either severe mild moderate bad slight chronic terrible serious known strong really very prescribed lifelong also \
    mg mcg tablets tablet little bit treatment drug medication called past well controlled uncontrolled ";
/// Words that stand behind a name in a list: how much, how often.
const AFTER: &str = " mg mcg g ml units unit tablets tablet once twice three times daily a day every each in the at morning \
    mornings evening night nightly bedtime per week weekly for it cream inhaler injections spray pump ";
/// A condition followed by one of these is not had.
const NOT_HAD: &str = " risk risks test tests testing tested screening scare check checks checkup gene genes vaccine \
    awareness prevention symptoms symptom signs leaflet clinic nurse runs ";
/// An allergen ends before these.
const NO_ALLERGEN: &str = " and or but so because since as cos which that when while i im ive it its is are was were has \
    have had he she they can could do does did what who why how should would will may if unless then though although \
    any anymore now either too after before for with from at in on by since until not my me we you this these those \
    anything something everything nothing some all them what also though cannot plus ";

impl<'a> Line<'a> {
    /// The word at a place; empty beyond the end.
    pub(super) fn word(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    /// What was typed from one word up to another.
    pub(super) fn typed(&self, from: usize, to: usize) -> &'a str {
        match (self.tokens.get(from), to.checked_sub(1).and_then(|last| self.tokens.get(last))) {
            (Some(first), Some(last)) if last.end > first.start => &self.text[first.start..last.end],
            _ => "",
        }
    }

    /// Whether the sentence, or a part of it, ends here.
    pub(super) fn ends(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(Token::is_pause)
    }

    fn rest(&self, at: usize) -> &'a [Token] {
        self.tokens.get(at..).unwrap_or_default()
    }

    /// A name of this list at a place.
    pub(super) fn name(&self, names: &Names, at: usize) -> Option<(String, usize)> {
        names.at(self.rest(at))
    }

    /// One or several medicines.
    pub(super) fn medicines(&self, at: usize) -> (Vec<Object>, usize) {
        self.list(at, |at| vocabulary().medicine(self.rest(at)))
    }

    /// One or several conditions; with `events`, those that were had and are over, too.
    pub(super) fn conditions(&self, at: usize, events: bool) -> (Vec<Object>, usize) {
        self.list(at, |at| {
            let all = vocabulary();
            let event = events.then(|| all.events.at(self.rest(at))).flatten();
            self.had(all.conditions.at(self.rest(at)).max_by_length(event), at)
        })
    }

    /// One or several events that are over.
    pub(super) fn events(&self, at: usize) -> (Vec<Object>, usize) {
        self.list(at, |at| self.had(vocabulary().events.at(self.rest(at)), at))
    }

    fn had(&self, found: Option<(String, usize)>, at: usize) -> Option<(String, usize)> {
        let (_, length) = found.as_ref()?;
        let (next, then) = (self.word(at + length), self.word(at + length + 1));
        let family = next == "in" && matches!(self.word(at + length + 2), "family" | "families");
        let luck = next == "of" && then == "luck";
        found.filter(|_| !(is_one_of(NOT_HAD, next) || family || luck))
    }

    /// What someone is allergic to: in words of their own after `to`, from the known names in a list.
    pub(super) fn allergens(&self, at: usize) -> (Vec<Object>, usize) {
        self.list_of(at, |at, first| {
            if let Some(known) = self.known_allergen(at) {
                return Some(known);
            }
            let most = if first { 4 } else { 2 };
            let stops = |at: usize| self.ends(at) || is_one_of(NO_ALLERGEN, self.word(at));
            let length = (0..=most).find(|length| stops(at + length)).unwrap_or(0);
            // Of a list the rest is short; a longer part is another sentence.
            let open = length > 0 && (first || self.ends(at + length) || self.word(at + length) == "and");
            open.then(|| (self.joined(at, length), length))
        })
    }

    /// An allergen or a medicine by its name.
    pub(super) fn known_allergen(&self, at: usize) -> Option<(String, usize)> {
        let all = vocabulary();
        all.allergens.at(self.rest(at)).max_by_length(all.medicine(self.rest(at)))
    }

    /// Only those that are known by name.
    pub(super) fn known_allergens(&self, at: usize) -> (Vec<Object>, usize) {
        self.list(at, |at| self.known_allergen(at))
    }

    pub(super) fn joined(&self, at: usize, length: usize) -> String {
        let words: Vec<&str> = (at..at + length).map(|at| self.word(at)).collect();
        words.join(" ")
    }

    fn list(&self, at: usize, name: impl Fn(usize) -> Option<(String, usize)>) -> (Vec<Object>, usize) {
        self.list_of(at, |at, _| name(at))
    }

    fn list_of(&self, at: usize, name: impl Fn(usize, bool) -> Option<(String, usize)>) -> (Vec<Object>, usize) {
        let (mut objects, mut end, mut at) = (Vec::new(), at, at);
        loop {
            let found = (0..=5).map_while(|skipped| {
                let before = (at..at + skipped).all(|at| is_one_of(BEFORE, self.word(at)) || is_number(self.word(at)));
                before.then_some(at + skipped)
            });
            // A name in the words that may stand before one (`chronic pain`) comes first.
            let Some((from, (what, length))) =
                found.into_iter().find_map(|from| Some((from, name(from, objects.is_empty())?)))
            else {
                return (objects, end);
            };
            end = from + length;
            objects.push(Object { what, from, to: end });
            let mut next = end;
            while is_one_of(AFTER, self.word(next)) || is_number(self.word(next)) {
                next += 1;
            }
            let joint = next;
            while matches!(self.word(next), "," | "and" | "or" | "nor" | "plus") {
                next += 1;
            }
            if next == joint {
                return (objects, end);
            }
            at = next;
        }
    }
}

/// The longer of two names.
trait Longer {
    fn max_by_length(self, other: Self) -> Self;
}

impl Longer for Option<(String, usize)> {
    fn max_by_length(self, other: Self) -> Self {
        [self, other].into_iter().flatten().max_by_key(|(_, length)| *length)
    }
}

/// Whether a word stands in a list with blanks around each.
pub(super) fn is_one_of(list: &str, word: &str) -> bool {
    let (list, word) = (list.as_bytes(), word.as_bytes());
    let Some(&first) = word.first() else { return false };
    let mut at = 1;
    // Every word begins behind a blank, so that most are passed over by their first letter.
    while at < list.len() {
        if list[at] == first && list[at..].starts_with(word) && list.get(at + word.len()) == Some(&b' ') {
            return true;
        }
        at += list[at..].iter().position(|byte| *byte == b' ').map_or(list.len(), |blank| blank + 1);
    }
    false
}

/// A number, with or without its unit: `20`, `2.5`, `500mg`.
pub(super) fn is_number(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit())
}
