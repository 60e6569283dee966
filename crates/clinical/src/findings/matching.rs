//! Finding the phrases of the vocabulary in a text.
//!
//! A phrase is found when its words that count stand close together in one clause, in any order and form: `my knee has
//! been swelling up` is `knee swelling`. A phrase of which only one such word would be left is found as it is written.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::context::is_negator;
use super::phrases::{Phrase, phrases};
use super::tokens::Token;
use super::vocabulary::{FindingId, Kind};
use super::words::{WORDS, is_near};

pub(super) struct Pattern {
    pub(super) finding: FindingId,
    /// The finding is denied by these words: `afebrile`.
    pub(super) is_absent: bool,
    words: Vec<u32>,
    /// All words in their order, where they must stand so.
    exact: Option<Vec<String>>,
    must_be_upper: bool,
}

/// A phrase found: which finding, and the tokens that it rests on.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub(super) finding: FindingId,
    pub(super) is_absent: bool,
    pub(super) tokens: Vec<usize>,
}

pub(super) struct Patterns {
    numbers: HashMap<String, u32>,
    phrases: Vec<Pattern>,
    /// For each word the phrases of which it is the rarest.
    anchored: Vec<Vec<usize>>,
    by_initial: HashMap<char, Vec<String>>,
    /// Words that only one finding's phrases use, with that finding.
    telling: HashMap<u32, FindingId>,
}

pub(super) static PATTERNS: LazyLock<Patterns> = LazyLock::new(compile);

fn compile() -> Patterns {
    let mut out = Patterns {
        numbers: HashMap::new(),
        phrases: Vec::new(),
        anchored: Vec::new(),
        by_initial: HashMap::new(),
        telling: HashMap::new(),
    };
    for phrase in phrases() {
        out.add(phrase);
    }
    out.anchor();
    out.find_telling();
    out
}

impl Patterns {
    fn add(&mut self, phrase: Phrase) {
        let used = phrase.exact.as_ref().unwrap_or(&phrase.words);
        let mut words: Vec<u32> = used.iter().map(|word| self.number(word)).collect();
        words.sort_unstable();
        words.dedup();
        let Phrase { finding, is_absent, exact, must_be_upper, .. } = phrase;
        self.phrases.push(Pattern { finding, is_absent, words, exact, must_be_upper });
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = u32::try_from(self.numbers.len()).expect("few words");
        self.numbers.insert(word.to_owned(), number);
        if let Some(first) = word.chars().next() {
            let plain = word.trim_start_matches('=');
            let first = plain.chars().next().unwrap_or(first);
            self.by_initial.entry(first).or_default().push(plain.to_owned());
        }
        number
    }

    fn anchor(&mut self) {
        let mut often = vec![0usize; self.numbers.len()];
        for pattern in &self.phrases {
            for &word in &pattern.words {
                often[word as usize] += 1;
            }
        }
        self.anchored = vec![Vec::new(); self.numbers.len()];
        for (i, pattern) in self.phrases.iter().enumerate() {
            let rarest = pattern.words.iter().min_by_key(|&&word| often[word as usize]).expect("a phrase has words");
            self.anchored[*rarest as usize].push(i);
        }
    }

    /// A word of at least five letters whose phrases all belong to one finding (or to it and more special ones) tells
    /// of it even where the rest of the phrase is worded in another way. It must stand in two of its phrases, one of
    /// them short, or be one: in `olive-shaped mass` the olive tells of nothing.
    fn find_telling(&mut self) {
        let mut users: HashMap<u32, Vec<FindingId>> = HashMap::new();
        let mut weights: HashMap<u32, (usize, usize)> = HashMap::new();
        for pattern in &self.phrases {
            for &word in &pattern.words {
                let (phrases, shortest) = weights.entry(word).or_insert((0, usize::MAX));
                *phrases += 1;
                *shortest = (*shortest).min(pattern.words.len());
                let list = users.entry(word).or_default();
                if !list.contains(&pattern.finding) {
                    list.push(pattern.finding);
                }
            }
        }
        for (word, &number) in &self.numbers {
            let is_plain = word.len() >= 5 && word.chars().all(|c| c.is_ascii_alphabetic()) && !WORDS.is_ordinary(word);
            let tells = weights.get(&number).is_some_and(|&(n, shortest)| shortest == 1 || (n >= 2 && shortest == 2));
            let Some(list) = users.get(&number).filter(|_| is_plain && tells) else { continue };
            let general =
                list.iter().find(|one| list.iter().all(|other| other == *one || other.ancestors().contains(one)));
            if let Some(general) =
                general.filter(|one| !matches!(one.get().kind, Kind::History | Kind::Exposure | Kind::Lab))
            {
                self.telling.insert(number, *general);
            }
        }
    }

    /// Findings that a word left over by every phrase tells of. They are possible, not sure.
    pub(super) fn hints(&self, tokens: &[Token], used: &[bool]) -> Vec<Match> {
        let left =
            tokens.iter().enumerate().filter(|(at, t)| !used[*at] && t.is_word() && !t.is_stop && !t.is_corrected);
        left.filter_map(|(at, token)| {
            let finding = *self.telling.get(self.numbers.get(&token.canonical)?)?;
            Some(Match { finding, is_absent: false, tokens: vec![at] })
        })
        .collect()
    }

    /// Whether any phrase uses this word.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.numbers.contains_key(word) || self.numbers.contains_key(&format!("={word}"))
    }

    /// The one word of the phrases that this is a likely typing error of.
    fn corrected(&self, word: &str) -> Option<String> {
        let len = word.chars().count();
        if len < 5 || WORDS.is_ordinary(word) {
            return None;
        }
        let limit = if len >= 11 { 2 } else { 1 };
        let mut near = self
            .by_initial
            .get(&word.chars().next()?)?
            .iter()
            .filter(|known| known.len() >= 4 && is_near(word, known, limit));
        near.next().cloned()
    }

    /// Puts right what is likely a typing error, in the tokens' common form. At most 100 words are tried.
    pub(super) fn correct(&self, tokens: &mut [Token]) {
        let mut tried: HashMap<String, Option<String>> = HashMap::new();
        for token in tokens.iter_mut().filter(|t| t.is_word() && !t.is_stop && !self.knows(&t.canonical)) {
            if !tried.contains_key(&token.canonical) {
                if tried.len() == 100 {
                    continue;
                }
                tried.insert(token.canonical.clone(), self.corrected(&token.canonical));
            }
            if let Some(word) = tried.get(&token.canonical).cloned().flatten() {
                token.is_corrected = true;
                token.folded.clone_from(&word);
                token.canonical = word;
            }
        }
    }

    /// Every phrase found, longest first; none that only repeats words of a longer one.
    pub(super) fn find(&self, tokens: &[Token]) -> Vec<Match> {
        let numbers: Vec<Option<u32>> = tokens
            .iter()
            .map(|t| if t.canonical.is_empty() { None } else { self.numbers.get(&t.canonical).copied() })
            .collect();
        let mut found = Vec::new();
        for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.is_word()) {
            let own = self.numbers.get(&token.own_form());
            for &i in own.map_or(&[][..], |own| &self.anchored[*own as usize]) {
                let pattern = &self.phrases[i];
                if !pattern.must_be_upper || token.is_upper {
                    found.push(Match { finding: pattern.finding, is_absent: pattern.is_absent, tokens: vec![at] });
                }
            }
        }
        for (at, number) in numbers.iter().enumerate() {
            let Some(number) = number else { continue };
            for &i in &self.anchored[*number as usize] {
                let pattern = &self.phrases[i];
                if pattern.must_be_upper && !tokens[at].is_upper {
                    continue;
                }
                let fit = match &pattern.exact {
                    Some(words) => in_order(words, *number, at, tokens, self),
                    None => together(&pattern.words, at, tokens, &numbers),
                };
                if let Some(tokens) = fit {
                    found.push(Match { finding: pattern.finding, is_absent: pattern.is_absent, tokens });
                }
            }
        }
        without_repeats(found)
    }
}

fn in_order(words: &[String], anchor: u32, at: usize, tokens: &[Token], all: &Patterns) -> Option<Vec<usize>> {
    let offset = words.iter().position(|word| all.numbers.get(word) == Some(&anchor))?;
    let first = at.checked_sub(offset)?;
    let run = tokens.get(first..first + words.len())?;
    let fits = run.iter().zip(words).all(|(token, word)| token.canonical == *word && token.clause == tokens[at].clause);
    fits.then(|| (first..first + words.len()).collect())
}

/// The nearest occurrence of each word around `at`, if all stand close enough together.
fn together(words: &[u32], at: usize, tokens: &[Token], numbers: &[Option<u32>]) -> Option<Vec<usize>> {
    if words.len() == 1 {
        return Some(vec![at]);
    }
    let room = words.len() + if words.len() == 2 { 3 } else { 4 };
    let here = &tokens[at];
    let is_close = |i: &usize| tokens[*i].clause == here.clause && tokens[*i].place.abs_diff(here.place) < room;
    let mut used = vec![at];
    for &word in words.iter().filter(|&&word| Some(word) != numbers[at]) {
        let before = (0..at).rev().take_while(is_close).find(|&i| numbers[i] == Some(word));
        let after = (at + 1..tokens.len()).take_while(is_close).find(|&i| numbers[i] == Some(word));
        let distance = |i: usize| tokens[i].place.abs_diff(here.place);
        used.push(match (before, after) {
            (Some(b), Some(a)) => {
                if distance(b) < distance(a) {
                    b
                } else {
                    a
                }
            }
            (b, a) => b.or(a)?,
        });
    }
    used.sort_unstable();
    let (first, last) = (used[0], used[used.len() - 1]);
    let is_near = tokens[last].place - tokens[first].place < room;
    let is_split = (first..last).any(|i| is_negator(&tokens[i]) && !used.contains(&i));
    // A denial that belongs to the phrase stands right before what it denies: `not eating`, not `not drowsy, eating`.
    let is_loose = used
        .iter()
        .any(|&i| is_negator(&tokens[i]) && used.iter().all(|&j| j <= i || tokens[j].place - tokens[i].place > 2));
    (is_near && !is_split && !is_loose).then_some(used)
}

fn without_repeats(mut found: Vec<Match>) -> Vec<Match> {
    found.sort_by(|a, b| {
        b.tokens.len().cmp(&a.tokens.len()).then_with(|| a.tokens.cmp(&b.tokens)).then(a.finding.cmp(&b.finding))
    });
    let mut kept: Vec<Match> = Vec::new();
    for candidate in found {
        let is_part = kept.iter().any(|longer| {
            candidate.tokens.iter().all(|token| longer.tokens.contains(token)) && repeats(longer, &candidate)
        });
        if !is_part {
            kept.push(candidate);
        }
    }
    kept
}

/// Whether a match within a longer one says nothing of its own. `Fever` within `hay fever` does not; `itch` within
/// `itchy rash`, or `chest pain` within `chest pain into the arm`, does.
fn repeats(longer: &Match, shorter: &Match) -> bool {
    if longer.finding == shorter.finding {
        return true;
    }
    if longer.tokens.len() == shorter.tokens.len() {
        return false;
    }
    let tells = |m: &Match| matches!(m.finding.get().kind, Kind::Symptom | Kind::Sign);
    let is_implied = longer.finding.ancestors().contains(&shorter.finding) && !longer.is_absent;
    is_implied || !tells(longer) || !tells(shorter)
}
