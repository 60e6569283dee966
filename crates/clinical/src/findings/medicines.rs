//! Medicines named in running text: "takes atorvastatin 20 mg at night".

use super::context::Context;
use super::reading::Span;
use super::tokens::{Shape, Token};
use super::words::WORDS;
use crate::prescription::reader;

/// How words begin beside which a medicine is not one that is taken.
const NOT_TAKEN: [&str; 8] =
    ["allerg", "anaphyla", "intoleran", "reaction", "reacted", "overdos", "stopped", "discontinu"];

/// Medicines that the person takes, in order, outside of lists (`listed`, by token). What is denied, stopped long ago or
/// another's is none. `measured` are words of a result: "potassium 5.2" is no medicine.
pub(super) fn named(
    text: &str,
    tokens: &[Token],
    contexts: &[Context],
    (listed, measured): (&[bool], &[bool]),
) -> Vec<(Span, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let context = &contexts[at];
        let is_theirs = !(context.is_denied || context.is_family || context.is_past);
        if listed[at] || measured[at] || !token.is_word() || token.is_stop || !is_theirs {
            continue;
        }
        // "Penicillin allergy", "an overdose of paracetamol": named, and not what is taken.
        let beside = |other: &&Token| other.clause == token.clause && !matches!(other.shape, Shape::Soft(_));
        let around = tokens[..at].iter().rev().take_while(beside).chain(tokens[at..].iter().take_while(beside));
        let is_spoken_of_otherwise =
            around.into_iter().any(|other| NOT_TAKEN.iter().any(|begin| other.folded.starts_with(begin)));
        if is_spoken_of_otherwise || WORDS.is_ordinary(&token.canonical) {
            continue;
        }
        if !reader::names_medicine(&text[token.start..token.end]) {
            continue;
        }
        let goes_on = |next: &&Token| {
            next.clause == token.clause && (next.number().is_some() || reader::is_dose_word(&next.folded))
        };
        let dosed = at + 1 + tokens[at + 1..].iter().take_while(goes_on).count();
        // "Metformin for …": what stands at the end must tell something.
        let end = at + 1 + tokens[at + 1..dosed].iter().rposition(|last| !last.is_stop).map_or(0, |last| last + 1);
        found.push((Span { start: token.start, end: tokens[end - 1].end }, at..end));
    }
    found
}
