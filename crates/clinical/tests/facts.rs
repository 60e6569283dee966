//! The reader of facts, judged by tables of sentences.

use std::fmt::Write as _;

use clinical::facts::{Kind, Statement, facts};
use proptest::prelude::*;

/// Sentences that the reader was made with.
const SEEN: &str = include_str!("facts/seen.tsv");
/// Sentences written before it, and not looked at while it was made.
const UNSEEN: &str = include_str!("facts/unseen.tsv");

fn cases(table: &'static str) -> impl Iterator<Item = (Vec<String>, &'static str)> {
    let lines = table.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| {
        let (labels, text) = line.split_once('\t').unwrap_or_else(|| panic!("two fields: {line:?}"));
        let labels = labels.split("; ").filter(|label| *label != "none").map(plain);
        (sorted(labels.collect()), text)
    })
}

/// Without the ending of a plural: one allergen is named as many are.
fn plain(label: &str) -> String {
    let label = label.strip_suffix('s').filter(|stem| !stem.ends_with('s')).unwrap_or(label);
    label.to_owned()
}

fn sorted(mut labels: Vec<String>) -> Vec<String> {
    labels.sort();
    labels
}

fn label(said: &Statement) -> String {
    let kind = match said.kind {
        Kind::Person => "person",
        Kind::Pregnancy => "pregnancy",
        Kind::Allergy => "allergy",
        Kind::Medicine => "medicine",
        Kind::Condition => "condition",
    };
    let who = said.who.as_ref().map(|who| format!("{who}:")).unwrap_or_default();
    plain(&format!("{}{who}{kind}={}", if said.holds { "" } else { "-" }, said.what))
}

fn judge(table: &'static str) -> (usize, String) {
    let (mut count, mut wrong) = (0, String::new());
    for (expected, text) in cases(table) {
        count += 1;
        let found = sorted(facts(text).iter().map(label).collect());
        if found != expected {
            writeln!(wrong, "{text:?}\n    found    {found:?}\n    expected {expected:?}").expect("a string takes it");
        }
    }
    (count, wrong)
}

#[test]
fn every_sentence_gives_the_facts_that_it_is_labelled_with() {
    let (count, wrong) = judge(SEEN);
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(count >= 75, "{count}");
}

#[test]
fn sentences_that_were_not_looked_at_give_their_facts_too() {
    let (count, wrong) = judge(UNSEEN);
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(count >= 75, "{count}");
}

#[test]
fn a_fact_is_shown_in_the_persons_own_words() {
    let texts = |text: &str| facts(text).into_iter().map(|said| said.text).collect::<Vec<_>>();
    assert_eq!(
        texts("I'm allergic to Penicillin and I take Metformin 500mg."),
        ["allergic to Penicillin", "takes Metformin"]
    );
    assert_eq!(texts("I'm 20 weeks pregnant, had a stroke in 2019"), ["20 weeks pregnant", "stroke in 2019"]);
    assert_eq!(texts("My daughter is 6 months old"), ["6 months old"]);
}

#[test]
fn letter_case_and_spacing_change_nothing() {
    for (expected, text) in cases(SEEN).chain(cases(UNSEEN)) {
        for variant in [text.to_uppercase(), text.to_lowercase(), text.replace(' ', "   "), text.replace('\'', "’")] {
            assert_eq!(sorted(facts(&variant).iter().map(label).collect()), expected, "{variant:?}");
        }
    }
}

const WORDS: &[&str] = &[
    "i",
    "i'm",
    "my",
    "am",
    "not",
    "allergic",
    "to",
    "on",
    "had",
    "a",
    "allergy",
    "2",
    "34",
    "years",
    "old",
    "pregnant",
    "in",
    "trimester",
    "diabetes",
    ",",
    "?",
    ".",
    ":",
    "and",
    "with",
    "used",
    "from",
    "history",
    "of",
    "switched",
    "son",
];

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        facts(&text);
    }

    #[test]
    fn no_words_make_it_panic(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..30)) {
        facts(&words.join(" "));
    }
}
