//! The phrases of the vocabulary and of `reading.toml`, as they are looked for.

use std::collections::HashMap;

use super::context::is_negator;
use super::tokens::{Token, cut};
use super::vocabulary::{self, FindingId};
use super::words::WORDS;

/// A phrase that tells of a finding.
pub(super) struct Phrase {
    pub(super) finding: FindingId,
    /// The finding is denied by these words: `afebrile`.
    pub(super) is_absent: bool,
    /// The common forms of the words that count.
    pub(super) words: Vec<String>,
    /// All words in their order, where they must stand so.
    pub(super) exact: Option<Vec<String>>,
    pub(super) must_be_upper: bool,
    /// All its words, also those that do not count.
    spoken: Vec<String>,
}

/// Every phrase.
pub(super) fn phrases() -> Vec<Phrase> {
    let mut out = Vec::new();
    for id in vocabulary::ids() {
        let finding = id.get();
        let term = without_brackets(&finding.term);
        let is_one_name = !term.contains([',']) && !term.contains(" or ") && !term.contains(" and ");
        out.extend(
            finding.lay.iter().chain(&finding.clinical).filter_map(|phrase| cut_phrase(id, phrase, false, true)),
        );
        out.extend(is_one_name.then(|| cut_phrase(id, &term, false, true)).flatten());
    }
    for (table, is_absent) in [(&WORDS.tables.present, false), (&WORDS.tables.absent, true)] {
        for (id, list) in table {
            let finding = FindingId::of(id).expect("reading.toml names findings of the vocabulary");
            out.extend(list.iter().filter_map(|phrase| cut_phrase(finding, phrase, is_absent, false)));
        }
    }
    part(&mut out);
    out
}

/// `Green (bilious) vomiting` as `Green vomiting`.
fn without_brackets(term: &str) -> String {
    let (before, rest) = term.split_once('(').unwrap_or((term, ""));
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

/// Cuts a phrase. `is_strict`: a single word is found as itself only, not through its synonyms. A phrase that begins with
/// `=` is found only as it is written, where a small word decides: `harming myself`.
fn cut_phrase(finding: FindingId, phrase: &str, is_absent: bool, is_strict: bool) -> Option<Phrase> {
    let (is_literal, phrase) = phrase.strip_prefix('=').map_or((finding.get().is_literal, phrase), |rest| (true, rest));
    if phrase.contains(['<', '>', '=']) {
        return None;
    }
    let tokens = cut(phrase, 40);
    let spoken: Vec<&Token> = tokens.iter().filter(|t| !t.canonical.is_empty()).collect();
    let content: Vec<&Token> = spoken.iter().copied().filter(|t| !t.is_stop && !t.is("and") && !t.is("or")).collect();
    let weighty = content.iter().filter(|t| !is_negator(t) && t.canonical != "cannot").count();
    let mut distinct: Vec<&str> = content.iter().map(|t| t.canonical.as_str()).collect();
    distinct.sort_unstable();
    distinct.dedup();
    // `aches and pains` is one word twice; `post op` would be `op`.
    let is_cut_short = spoken.len() > 1 && (distinct.len() <= 1 || (content.len() < spoken.len() && weighty <= 1));
    // `Sensation normal` would be found in `sensation lost`: for what is well the word that says so counts.
    let says_well = |t: &Token| is_absent && matches!(t.folded.as_str(), "normal" | "normally" | "well");
    let content: Vec<&Token> =
        spoken.iter().copied().filter(|t| content.iter().any(|c| c.start == t.start) || says_well(t)).collect();
    let is_own = content.len() == 1 && (is_strict || content[0].is_synonym());
    let spoken: Vec<String> = spoken.iter().map(|t| t.canonical.clone()).collect();
    let words: Vec<String> =
        if is_own { vec![content[0].own_form()] } else { content.iter().map(|t| t.canonical.clone()).collect() };
    let must_be_upper = tokens.len() == 1 && phrase.len() <= 3 && phrase.chars().all(char::is_uppercase);
    let exact = (is_cut_short || is_literal).then(|| spoken.clone());
    (!spoken.is_empty() && (exact.is_some() || !words.is_empty())).then_some(Phrase {
        finding,
        is_absent,
        words,
        exact,
        must_be_upper,
        spoken,
    })
}

/// Without the words that do not count, phrases of several findings may be the same: `pain in the side of my back` and
/// `back pain`. Where one of them says it in these words alone, the others are found as they are written.
fn part(phrases: &mut [Phrase]) {
    let key = |phrase: &Phrase| {
        let mut words = phrase.words.clone();
        words.sort_unstable();
        words.dedup();
        (phrase.is_absent, words)
    };
    let mut whole: HashMap<(bool, Vec<String>), Vec<FindingId>> = HashMap::new();
    for phrase in phrases.iter().filter(|p| p.exact.is_none() && p.words.len() == p.spoken.len()) {
        whole.entry(key(phrase)).or_default().push(phrase.finding);
    }
    for phrase in phrases.iter_mut().filter(|p| p.exact.is_none() && p.words.len() < p.spoken.len()) {
        if whole.get(&key(phrase)).is_some_and(|owners| !owners.contains(&phrase.finding)) {
            phrase.exact = Some(phrase.spoken.clone());
        }
    }
}
