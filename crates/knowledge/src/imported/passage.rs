//! The part of an entry that is shown and cited: the run of sentences that says most of what is asked.

use std::collections::HashMap;
use std::ops::Range;

use super::names;
use super::terms::Terms;

/// A passage has about so many words.
const WORDS: usize = 90;

/// How far into a text a passage is looked for, in bytes: a book must not slow a search.
const LOOKED_AT: usize = 1 << 15;

/// The passage that fits these terms best, as bytes of the text.
pub(super) fn best(text: &str, wanted: &[(String, f32)], read: &mut Terms) -> Range<usize> {
    let weights: HashMap<&str, f32> = wanted.iter().map(|(term, weight)| (term.as_str(), *weight)).collect();
    let sentences: Vec<(Range<usize>, usize, f32)> = sentences(names::head(text, LOOKED_AT))
        .into_iter()
        .map(|range| {
            let terms = read.of(&text[range.clone()]);
            let mut said: Vec<&str> =
                terms.iter().map(String::as_str).filter(|term| weights.contains_key(term)).collect();
            said.sort_unstable();
            said.dedup();
            (range, terms.len(), said.iter().map(|term| weights[term]).sum())
        })
        .collect();
    let mut best = (f32::MIN, 0..names_end(text));
    for from in 0..sentences.len() {
        let (mut words, mut score) = (0, 0.0);
        let mut to = from;
        while to < sentences.len() && (words == 0 || words + sentences[to].1 <= WORDS) {
            words += sentences[to].1;
            score += sentences[to].2;
            to += 1;
        }
        if score > best.0 {
            best = (score, sentences[from].0.start..sentences[to - 1].0.end);
        }
    }
    best.1
}

fn names_end(text: &str) -> usize {
    names::head(text, 600).len()
}

/// Sentences and lines, trimmed.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    for (at, letter) in text.char_indices() {
        let ends = letter == '\n'
            || (matches!(letter, '.' | '?' | '!') && bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace));
        if ends {
            push(text, from..at + 1, &mut found);
            from = at + 1;
        }
    }
    push(text, from..text.len(), &mut found);
    found
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let end = start + part.trim().len();
    if start < end {
        found.push(start..end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passage_is_where_the_words_are() {
        let filler = "Nothing of note is said here at all. ".repeat(20);
        let text = format!("{filler}Colchicine eases gout. {filler}");
        let range = best(&text, &[("gout".into(), 1.0)], &mut Terms::default());
        assert!(text[range.clone()].contains("Colchicine eases gout."));
        assert!(range.len() < text.len() / 2);
        assert_eq!(best("", &[], &mut Terms::default()), 0..0);
    }
}
