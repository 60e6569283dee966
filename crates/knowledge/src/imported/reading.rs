//! Reads a question put to the imported entries: what it is about, what of it, and the terms to look for.
//!
//! People write to a library as they write to a person: a greeting, a story, somewhere in it a name, misspelt, and a
//! question. The name counts most, and of the rest what is rare and clinical.

use std::collections::{HashMap, HashSet};

use super::kinds::{Kind, Wanted};
use super::other_names::OtherNames;
use super::subjects::Subjects;
use super::terms::{self, Terms};
use super::vocabulary::Vocabulary;
use crate::synonyms::Synonyms;
use crate::words;

/// The most terms of a message that are looked for: the rarest.
const MOST_TERMS: usize = 22;
/// The longest name that is looked for, in terms.
const LONGEST_NAME: usize = 9;
/// What a word weighs that is in no name of a subject.
const UNNAMED: f32 = 0.55;
/// What a term weighs that another name or the lay table brings.
const OTHER_NAME: f32 = 0.8;
const LAY: f32 = 0.5;
/// What a corrected word weighs.
const CORRECTED: f32 = 0.85;
/// What counts of a name that stands within a longer one.
const WITHIN: f32 = 0.15;
/// A short word less rare than this is a word and no abbreviation, unless it is written in capitals.
const ORDINARY: f32 = 0.5;
/// What the other names of one single word count, beside being said.
const ONE_WORD: f32 = 0.75;
/// How well a code must fit a name, and how surely it then means it.
const CODE_FITS: f64 = 0.55;
const CODE: f32 = 0.7;
/// The most subjects that one code may stand for.
const MOST_OF_A_CODE: usize = 8;
/// What a name counts in a sentence that asks, beside one that tells.
const ASKING: f32 = 1.25;

/// A question as it was read.
#[derive(Debug, Default)]
pub struct Reading {
    /// Terms to look for, with their weight.
    pub(super) terms: Vec<(String, f32)>,
    /// The subjects that it names, with how surely it is about them.
    pub(super) subjects: HashMap<u32, f32>,
    /// What of them it is after, with how surely.
    pub(super) wanted: Vec<(Kind, f64)>,
}

/// What is needed to read one.
pub(super) struct Reader<'a> {
    pub(super) subjects: &'a Subjects,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) synonyms: &'a Synonyms,
    pub(super) other_names: &'a OtherNames,
    pub(super) wanted: &'a Wanted,
}

struct Word {
    term: String,
    /// As written, in lower case.
    written: String,
    /// In the sentence of this number.
    sentence: usize,
    weight: f32,
    shouted: bool,
}

/// A run of words that names subjects.
struct Named {
    from: usize,
    to: usize,
    subjects: Vec<(u32, f32)>,
    weight: f32,
}

impl Reader<'_> {
    pub(super) fn read(&self, question: &str) -> Reading {
        let sentences = sentences(question);
        let mut words = Self::words(&sentences);
        self.correct(&mut words);
        let asking: Vec<bool> = sentences.iter().map(|sentence| asks(sentence)).collect();
        let mut reading = Reading::default();
        self.want(&words, &asking, &mut reading);
        let mut weights: HashMap<String, f32> = HashMap::new();
        let named = self.named(&words, &mut weights);
        let named = if named.is_empty() { self.coded(&words) } else { named };
        for name in &named {
            let within = named.iter().any(|other| {
                other.to - other.from > name.to - name.from && other.from <= name.from && name.to <= other.to
            });
            let asked = if asking[words[name.from].sentence] { ASKING } else { 1.0 };
            let weight = name.weight * asked * if within { WITHIN } else { 1.0 };
            for (subject, sure) in &name.subjects {
                let known = reading.subjects.entry(*subject).or_default();
                // Said twice is more surely meant.
                let (more, less) =
                    if weight * sure > *known { (weight * sure, *known) } else { (*known, weight * sure) };
                *known = more + 0.1 * less;
            }
        }
        for word in words.iter().filter(|word| !self.ignores(&word.written)) {
            let named = if self.vocabulary.names(&word.term) { 1.0 } else { UNNAMED };
            let weight = weights.entry(word.term.clone()).or_default();
            *weight = weight.max(word.weight * named);
        }
        if weights.is_empty() {
            weights.extend(words.iter().map(|word| (word.term.clone(), 1.0)));
        }
        let mut terms: Vec<(String, f32)> =
            weights.into_iter().filter(|(term, _)| self.vocabulary.knows(term)).collect();
        let telling = |(term, weight): &(String, f32)| self.vocabulary.rarity(term) * weight;
        terms.sort_by(|a, b| telling(b).total_cmp(&telling(a)).then_with(|| a.0.cmp(&b.0)));
        terms.truncate(MOST_TERMS);
        // In titles every word is rare: what is everywhere in the texts must not count for that.
        for (term, weight) in &mut terms {
            *weight *= self.vocabulary.rarity(term).max(0.05);
        }
        reading.terms = terms;
        reading
    }

    fn words(sentences: &[&str]) -> Vec<Word> {
        let mut read = Terms::default();
        let mut words = Vec::new();
        for (sentence, text) in sentences.iter().enumerate() {
            let written = words::plain(text);
            let written: Vec<&str> =
                written.split(|mark: char| !mark.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
            for (term, word) in read.of(text).into_iter().zip(written) {
                let shouted =
                    word.len() >= 2 && word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase);
                words.push(Word { term, written: word.to_lowercase(), sentence, weight: 1.0, shouted });
            }
        }
        words
    }

    /// Puts known terms in the place of misspelt ones, and two in the place of two written as one.
    fn correct(&self, words: &mut Vec<Word>) {
        let mut at = 0;
        while at < words.len() {
            let word = &words[at];
            let unknown = !self.vocabulary.knows(&word.term) && !self.ignores(&word.written);
            if unknown && word.written.chars().all(char::is_alphabetic) {
                if let Some((one, other)) = self.vocabulary.parts(&word.term) {
                    let (one, other, sentence) = (one.to_owned(), other.to_owned(), word.sentence);
                    let make = |term: String| Word {
                        written: term.clone(),
                        term,
                        sentence,
                        weight: CORRECTED,
                        shouted: false,
                    };
                    words.splice(at..=at, [make(one), make(other)]);
                    at += 1;
                } else if !self.other_names.knows(&word.term)
                    && let Some(meant) = self.vocabulary.nearest(&word.term)
                {
                    words[at].term = meant.to_owned();
                    words[at].weight = CORRECTED;
                }
            }
            at += 1;
        }
    }

    /// Every run of words that is a name; what other names bring to look for goes into `weights`.
    fn named(&self, words: &[Word], weights: &mut HashMap<String, f32>) -> Vec<Named> {
        let mut named: Vec<Named> = Vec::new();
        for from in 0..words.len() {
            if terms::joins(&words[from].term) {
                continue;
            }
            for to in from + 1..=words.len().min(from + LONGEST_NAME) {
                let run = &words[from..to];
                let last = &run[run.len() - 1];
                if last.sentence != run[0].sentence {
                    break;
                }
                if terms::joins(&last.term) {
                    continue;
                }
                let terms: Vec<String> = run.iter().map(|word| word.term.clone()).collect();
                self.name(from, &terms, run, &mut named, weights);
            }
        }
        named
    }

    fn name(
        &self,
        from: usize,
        terms: &[String],
        run: &[Word],
        named: &mut Vec<Named>,
        weights: &mut HashMap<String, f32>,
    ) {
        let key = terms::key(terms);
        let sure = run.iter().map(|word| word.weight).fold(1.0, f32::min);
        let mut subjects: Vec<(u32, f32)> = self.subjects.called(&key).to_vec();
        // Initials are told from a word by how they are written.
        let short = run.len() == 1 && run[0].written.len() <= 4 && !run[0].shouted;
        if short && (self.ignores(&run[0].written) || self.vocabulary.rarity(&run[0].term) < ORDINARY) {
            subjects.retain(|(_, sure)| *sure >= 0.85);
            if subjects.is_empty() {
                return;
            }
        }
        let only_a_word = short && self.ignores(&run[0].written);
        let mut longer = 0.0_f32;
        for other in self.other_names.of(&key).filter(|_| !only_a_word) {
            longer = longer.max(self.weight(&other.terms));
            let called = self.subjects.called(&other.key);
            subjects.extend(called.iter().map(|(subject, sure)| (*subject, sure * 0.95)));
            for term in &other.terms {
                let weight = weights.entry(term.clone()).or_default();
                *weight = weight.max(OTHER_NAME);
            }
        }
        if terms.len() <= 6 {
            let stems: Vec<String> = run.iter().map(|word| words::stem(&word.written)).collect();
            for means in self.synonyms.means(&stems) {
                let means: Vec<String> = means.iter().map(|stem| terms::term(stem)).collect();
                let called = self.subjects.called(&terms::key(&means));
                subjects.extend(called.iter().map(|(subject, sure)| (*subject, sure * 0.6)));
                for term in means {
                    let weight = weights.entry(term).or_default();
                    *weight = weight.max(LAY);
                }
            }
        }
        if subjects.is_empty() {
            return;
        }
        // A lay word for a sign tells less than the clinical word for it is rare.
        let own = self.weight(terms);
        let weight = own.max(if terms.len() > 1 || own == 0.0 { longer } else { longer * ONE_WORD }) * sure;
        named.push(Named { from, to: from + run.len(), subjects, weight });
    }

    /// Codes that no name is written as: "COXPD16" for combined oxidative phosphorylation deficiency 16.
    fn coded(&self, words: &[Word]) -> Vec<Named> {
        let mut named = Vec::new();
        for (at, word) in words.iter().enumerate().filter(|(_, word)| word.shouted || words.len() <= 3) {
            let written = word.written.as_str();
            let letters = written.trim_end_matches(|last: char| last.is_ascii_digit());
            let own = &written[letters.len()..];
            let next = words.get(at + 1).map_or("", |next| next.term.as_str());
            let number =
                if own.is_empty() && next.starts_with(|first: char| first.is_ascii_digit()) { next } else { own };
            if !(2..=7).contains(&letters.len()) || !letters.chars().all(|letter| letter.is_ascii_alphabetic()) {
                continue;
            }
            let mut fitting = self.subjects.fitting(letters, number);
            fitting.retain(|(_, fits)| *fits >= CODE_FITS);
            fitting.truncate(MOST_OF_A_CODE);
            #[expect(clippy::cast_possible_truncation, reason = "a share")]
            let subjects: Vec<(u32, f32)> =
                fitting.into_iter().map(|(subject, fits)| (subject, CODE * fits as f32)).collect();
            if !subjects.is_empty() {
                named.push(Named { from: at, to: at + 1, subjects, weight: 1.0 });
            }
        }
        named
    }

    /// How much a name tells: rare terms and several of them more.
    fn weight(&self, terms: &[String]) -> f32 {
        let distinct: HashSet<&String> = terms.iter().filter(|term| !terms::joins(term)).collect();
        let rarities: Vec<f32> = distinct.iter().map(|term| self.vocabulary.rarity(term)).collect();
        let rarest = rarities.iter().copied().fold(0.0, f32::max);
        let all: f32 = rarities.iter().sum();
        rarest * rarest.sqrt() + 0.25 * (all - rarest)
    }

    fn want(&self, words: &[Word], asking: &[bool], reading: &mut Reading) {
        for (sentence, asks) in asking.iter().enumerate() {
            let terms: Vec<String> =
                words.iter().filter(|word| word.sentence == sentence).map(|word| word.term.clone()).collect();
            for (kind, sure) in self.wanted.of(&terms) {
                let sure = if *asks { sure } else { sure * 0.35 };
                match reading.wanted.iter_mut().find(|(known, _)| *known == kind) {
                    Some((_, before)) => *before = before.max(sure),
                    None => reading.wanted.push((kind, sure)),
                }
            }
        }
    }

    fn ignores(&self, word: &str) -> bool {
        word.chars().count() < 2
            || self.synonyms.ignores_word(word)
            || self.other_names.ignores(word)
            || terms::joins(word)
    }
}

/// Whether a sentence asks for something.
fn asks(sentence: &str) -> bool {
    const ASKING: [&str; 24] = [
        "?",
        "what ",
        "how ",
        "why ",
        "is there",
        "are there",
        "can you",
        "could you",
        "please",
        "want to know",
        "like to know",
        "wondering",
        "looking for",
        "need to know",
        "information",
        "should i",
        "tell me",
        "advice",
        "help me",
        "can i",
        "does ",
        "is it",
        "interested in",
        "anything",
    ];
    let lower = sentence.to_lowercase();
    ASKING.iter().any(|asks| lower.contains(asks))
}

/// Sentences, each with its mark.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    let bytes = text.as_bytes();
    for (at, letter) in text.char_indices() {
        let ends = match letter {
            '?' | '!' | '\n' => true,
            '.' => bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace),
            _ => false,
        };
        if ends {
            let to = at + letter.len_utf8();
            found.push(&text[from..to]);
            from = to;
        }
    }
    found.push(&text[from..]);
    found.retain(|sentence| sentence.chars().any(char::is_alphanumeric));
    found
}
