//! How much of an answer rests on the passages that its marks name.
//!
//! A mark behind a statement is cheap to write: it counts where the statement and the passage share words that are not in
//! every passage.

use std::collections::HashSet;

use knowledge::{Library, words};

use super::check::{NO_ADDRESS, NO_SOURCE, NOT_IN_SOURCES, cited_numbers};
use super::sentences::{is_question, sentences};

/// So few words make no statement, whatever they are: a greeting, a heading.
const WORDS: usize = 4;
/// So many make one in any case, fewer where they have two words of medicine.
const STATEMENT_WORDS: usize = 7;
/// So begins what states nothing of medicine: a kind word, or that there is nothing to say.
const STATES_NOTHING: [&str; 29] = [
    "i'm sorry",
    "i am sorry",
    "i'm glad",
    "i am glad",
    "i understand",
    "i can't answer",
    "i can't help",
    "i can't look",
    "i can't read",
    "i cannot answer",
    "i cannot help",
    "i cannot look",
    "i cannot read",
    "i could not find",
    "i couldn't find",
    "i do not have",
    "i do not know",
    "i don't have",
    "i don't know",
    "i have nothing",
    "sorry",
    "thank you",
    "thanks for",
    "the library has no",
    "the library does not",
    "the library doesn't",
    "nothing in the library",
    "the passages do not",
    "the sources do not",
];
/// What else such a sentence goes on with, in more words than these, states something, unless it only asks.
const ON_WORDS: usize = 4;
/// So begins a word to a person, and nothing else.
const KIND: [&str; 16] = [
    "hello",
    "hi!",
    "hi,",
    "hi there",
    "good morning",
    "good evening",
    "goodbye",
    "you're welcome",
    "you are welcome",
    "you're very welcome",
    "glad ",
    "my pleasure",
    "get well",
    "take care",
    "welcome",
    "and welcome",
];
/// An answer of more words has to state something.
const ASIDE_WORDS: usize = 60;
/// So begins what only asks.
const ASKS: [&str; 8] =
    ["ask a", "ask your", "please ask", "please tell", "please describe", "tell me", "could you", "can you"];
/// A statement and its passage share so many words at the least; a short one, one.
const SHARED: usize = 2;
/// How rare a shared word has to be (`Library::rarity`); that of "with" and "your" is below it, that of "fever" above.
const RARE: f64 = 1.5;

/// What an answer may rest on: the rare words of each passage that it was made from.
pub(super) struct Ties<'library> {
    passages: Vec<HashSet<String>>,
    library: &'library Library,
}

/// How many statements an answer makes, and how many of them rest on a passage that they name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tied {
    pub(super) statements: u32,
    pub(super) tied: u32,
}

impl std::ops::Add for Tied {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { statements: self.statements + other.statements, tied: self.tied + other.tied }
    }
}

impl Tied {
    /// The share that rests on something, 0 to 1; 1 where nothing is stated.
    pub(super) fn share(self) -> f64 {
        if self.statements == 0 { 1.0 } else { f64::from(self.tied) / f64::from(self.statements) }
    }
}

impl<'library> Ties<'library> {
    pub(super) fn new(passages: &[&str], library: &'library Library) -> Self {
        Self { passages: passages.iter().map(|passage| rare(passage, library)).collect(), library }
    }

    /// Goes through what was said; `cited` are the passages that its marks stand for, from 0. Marks stand behind their
    /// statement, before or after its full stop; those of a line's end speak for the whole line.
    pub(super) fn of(&self, said: &str, cited: &[usize]) -> Tied {
        let mut all = Tied::default();
        for statement in statements(said) {
            if is_statement(&statement.text, self.library) {
                all.statements += 1;
                all.tied += u32::from(self.rests(&statement, cited));
            }
        }
        all
    }

    /// Whether an answer that states nothing is one all the same: a question back, a kind word, that there is nothing to
    /// say, a few words that rest on something. A bare "Yes" or the name of a source is none.
    pub(super) fn is_aside(&self, said: &str, cited: &[usize]) -> bool {
        let all = statements(said);
        let is_aside = |sentence: &Statement| {
            !is_statement(&sentence.text, self.library) && (says_nothing(&sentence.text) || self.rests(sentence, cited))
        };
        !all.is_empty() && all.iter().all(is_aside) && said.split_whitespace().count() <= ASIDE_WORDS
    }

    /// Whether a text is in another language than the library: most of its words stand nowhere in that. Units and numbers
    /// are of every language.
    pub(super) fn is_foreign(&self, said: &str) -> bool {
        let said = of_the_model(said);
        let words = words::words(&said).into_iter();
        let words: HashSet<String> =
            words.filter(|word| word.len() > 2 && word.chars().all(char::is_alphabetic)).collect();
        let known = words.iter().filter(|word| self.library.knows(&words::stem(word))).count();
        known * 2 < words.len() && whatlang::detect_lang(&said).is_some_and(|told| told != whatlang::Lang::Eng)
    }

    /// Whether a sentence shares words with a passage that it names.
    fn rests(&self, sentence: &Statement, cited: &[usize]) -> bool {
        let own = rare(&sentence.text, self.library);
        let shared = if words::words(&sentence.text).len() < STATEMENT_WORDS { 1 } else { SHARED };
        sentence.marks.iter().any(|mark| {
            let index = mark.checked_sub(1).and_then(|mark| cited.get(mark));
            let passage = index.and_then(|index| self.passages.get(*index));
            passage.is_some_and(|passage| passage.intersection(&own).count() >= shared)
        })
    }
}

/// Whether a sentence is a question or a kind word, or says that there is nothing to say.
fn says_nothing(text: &str) -> bool {
    let lower = text.trim().to_lowercase().replace('’', "'");
    // Behind a kind word something may be said after all, "Hi, yes.", or only a name.
    let is_name = |part: &str| match words::words(part).as_slice() {
        [word] => part.starts_with(char::is_uppercase) && word != "yes" && word != "no",
        _ => false,
    };
    let mut further = text.split([',', ':', ';', '–', '—']).skip(1).map(str::trim);
    is_question(text)
        || begins_with(&lower, &STATES_NOTHING)
        || begins_with(&lower, &ASKS)
        || (begins_with(&lower, &KIND) && further.all(|part| part.is_empty() || is_name(part) || says_nothing(part)))
}

/// Whether a sentence claims anything that a source could carry.
fn is_statement(text: &str, library: &Library) -> bool {
    let text = text.trim();
    let count = words::words(text).len();
    if count < WORDS || is_question(text) {
        return false;
    }
    let begins = text.to_lowercase().replace('’', "'");
    if begins_with(&begins, &STATES_NOTHING) {
        let asides = [", ", "; ", ": ", " – ", " but ", " and "].iter().filter_map(|join| begins.split_once(join));
        let asks = |rest: &str| ASKS.iter().any(|asks| rest.trim_start_matches("so ").starts_with(asks));
        return asides.into_iter().any(|(_, rest)| words::words(rest).len() > ON_WORDS && !asks(rest));
    }
    count >= STATEMENT_WORDS || rare(text, library).len() >= SHARED
}

fn begins_with(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.starts_with(word))
}

struct Statement {
    text: String,
    marks: Vec<usize>,
}

/// What was said, without what the checker put in.
fn of_the_model(said: &str) -> String {
    [NOT_IN_SOURCES, NO_SOURCE, NO_ADDRESS].iter().fold(said.to_owned(), |said, put_in| said.replace(put_in, ""))
}

/// What is said: each part of a sentence with the marks behind it, or those of its line.
fn statements(said: &str) -> Vec<Statement> {
    let line = |line| {
        let mut all = Vec::new();
        sentences(line).for_each(|sentence| parts(sentence, &mut all));
        let of_line = all.last().map_or_else(Vec::new, |last: &Statement| last.marks.clone());
        all.iter_mut().filter(|part| part.marks.is_empty()).for_each(|part| part.marks.clone_from(&of_line));
        all
    };
    of_the_model(said).lines().flat_map(line).collect()
}

/// The parts of a sentence, each with the marks behind it.
fn parts(sentence: &str, all: &mut Vec<Statement>) {
    let before = all.len();
    let mut text = String::new();
    let mut rest = sentence;
    while let Some(character) = rest.chars().next() {
        let behind = &rest[character.len_utf8()..];
        let mark = matches!(character, '[' | '【').then(|| behind.find([']', '】'])).flatten();
        if let Some((close, marks)) = mark.and_then(|close| Some((close, cited_numbers(&behind[..close])?))) {
            match all.last_mut() {
                Some(last) if all_blank(&text) => last.marks.extend(marks),
                _ => all.push(Statement { text: std::mem::take(&mut text), marks }),
            }
            text.clear();
            rest = behind[close..].trim_start_matches([']', '】']);
            continue;
        }
        text.push(character);
        rest = behind;
    }
    if text.contains(char::is_alphanumeric) {
        all.push(Statement { text, marks: Vec::new() });
    } else if let Some(last) = all[before..].last_mut() {
        // How it ends: as a question, or not.
        last.text += text.trim();
    }
}

fn all_blank(text: &str) -> bool {
    !text.contains(char::is_alphanumeric)
}

fn rare(text: &str, library: &Library) -> HashSet<String> {
    let mut stems = words::stems(text);
    stems.retain(|stem| library.rarity(stem) >= RARE);
    stems.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    const PASSAGES: [&str; 2] = [
        "Most coughs end by themselves within three weeks. Honey in warm water soothes the throat.",
        "See a doctor about a cough with blood, breathlessness or a fever that lasts.",
    ];

    fn of(said: &str) -> f64 {
        static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load().expect("the library"));
        Ties::new(&PASSAGES, &LIBRARY).of(said, &[0, 1]).share()
    }

    #[test]
    fn a_statement_rests_on_the_passage_that_it_names() {
        for (said, tied) in [
            ("Most coughs go by themselves within three weeks [1].", 1.0),
            ("Most coughs go by themselves within three weeks. [1]", 1.0),
            (
                "Honey in warm water can soothe your throat [1]. Blood or breathlessness with it: see a doctor soon [2].",
                1.0,
            ),
            ("Honey in warm water can soothe your throat. Most coughs are over within three weeks. [1]", 1.0),
            ("The moon is made of old green cheese, they say [1].", 0.0),
            ("Honey in warm water can soothe your throat [2].", 0.0),
            ("Honey in warm water can soothe your throat [7].", 0.0),
            ("Honey in warm water can soothe your throat.", 0.0),
            ("Honey in warm water can soothe your throat [1].\nAnd bees are a sort of very small aeroplane.", 0.5),
        ] {
            assert!((of(said) - tied).abs() < 1e-9, "{said}: {}", of(said));
        }
    }

    #[test]
    fn what_states_nothing_needs_no_source() {
        for said in [
            "",
            "Hello!",
            "I am sorry to hear that.",
            "Since when do you have this cough, and is there fever?",
            "# Cough",
            "The library has no passage on this.",
            "I don't have anything in the library on that subject, sorry.",
        ] {
            assert!((of(said) - 1.0).abs() < 1e-9, "{said}");
        }
    }

    #[test]
    fn a_kind_beginning_hides_no_statement_and_neither_does_a_short_one() {
        for said in [
            "I don't think chest pain like yours needs a doctor.",
            "I'm sorry to hear that, you can safely stop your tablets today.",
            "Sorry, wait with the fever until Monday.",
            "Stop your insulin tablets today.",
        ] {
            assert!(of(said) < 1e-9, "{said}");
        }
    }
}
