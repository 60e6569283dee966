//! How well danger is noticed in the labelled texts of `tests/crisis`: `cargo run -p clinical --example crisis`.
//!
//! Figures are given for both halves, misses are shown of the open half only (see `tests/crisis/labelled.rs`). With words
//! behind `--` it shows what is found in each of them as one conversation; with a lone `-`, which lines of the standard
//! input would be taken for a crisis, each a conversation of its own (`label<tab>text`, or only a text).

#[path = "../tests/crisis/labelled.rs"]
mod labelled;

use std::collections::BTreeMap;

use clinical::crisis::{Speaker, Utterance, Watch, assess};
use labelled::{Half, Judged, Labelled, Share};

fn main() {
    let said: Vec<_> = std::env::args().skip(1).collect();
    if said == ["-"] {
        return flagged_lines();
    }
    if !said.is_empty() {
        return show(&said);
    }
    let sets = [
        ("utterances", labelled::utterances()),
        ("conversations", labelled::conversations()),
        ("typical", labelled::typical()),
        ("personas", labelled::personas()),
        ("in passing", labelled::in_passing()),
        ("apart", labelled::apart()),
    ];
    for (name, set) in sets {
        let judged: Vec<_> = set.iter().map(|one| (one, one.judge())).collect();
        for half in [Half::Open, Half::Held] {
            figures(name, half, &judged);
        }
        misses(&judged);
    }
}

fn show(said: &[String]) {
    let mut watch = Watch::over(usize::MAX);
    for text in said {
        watch.hear(Utterance { speaker: Speaker::Person, text });
        let found = watch.assess();
        let words = |one: &clinical::crisis::Evidence| said[one.utterance][one.start..one.end].to_owned();
        let rules: Vec<_> = found.evidence.iter().map(|one| (one.rule, words(one))).collect();
        println!("{} {:?} {rules:?}  «{text}»", found.level.as_str(), found.dangers);
    }
}

fn flagged_lines() {
    let (mut flagged, mut all) = (0_u32, 0_u32);
    for line in std::io::stdin().lines() {
        let line = line.expect("the standard input is text");
        let (label, text) = line.rsplit_once('\t').unwrap_or(("", &line));
        let found = assess(&[Utterance { speaker: Speaker::Person, text }]);
        all += 1;
        if found.is_crisis() {
            flagged += 1;
            let words = |one: &clinical::crisis::Evidence| text[one.start..one.end].to_owned();
            let rules: Vec<_> = found.evidence.iter().map(|one| format!("{} «{}»", one.rule, words(one))).collect();
            println!("{label}\t{text}\t{} {}", found.level.as_str(), rules.join(", "));
        }
    }
    println!("{}", Share { right: flagged, all });
}

fn figures(name: &str, half: Half, judged: &[(&Labelled, Judged)]) {
    println!("\n== {name}, {half:?} half");
    let set = || judged.iter().filter(|(one, _)| one.half == half);
    let mut groups: BTreeMap<&str, Vec<Judged>> = BTreeMap::new();
    for (one, judged) in set() {
        groups.entry(&one.group).or_default().push(*judged);
        groups.entry("all").or_default().push(*judged);
    }
    for (group, judged) in groups {
        let at_risk = || judged.iter().filter(|one| one.at_risk);
        let safe = || judged.iter().filter(|one| !one.at_risk);
        println!(
            "{group:10} noticed {}   level {}   kind {}   not flagged {}",
            Share::of(at_risk(), |one| one.is_flagged()),
            Share::of(at_risk(), |one| one.level_right),
            Share::of(at_risk(), |one| one.kind_right),
            Share::of(safe(), |one| !one.is_flagged()),
        );
    }
    let mut labels: BTreeMap<String, Share> = BTreeMap::new();
    for (one, judged) in set() {
        let share = labels.entry(one.label()).or_default();
        share.all += 1;
        share.right += u32::from(judged.level_right && judged.kind_right);
    }
    for (label, share) in labels {
        println!("    {label:28} all right {share}");
    }
}

fn misses(judged: &[(&Labelled, Judged)]) {
    println!("\n-- misses of the open half");
    for (one, judged) in judged.iter().filter(|(one, _)| one.half == Half::Open) {
        if judged.level_right && judged.kind_right {
            continue;
        }
        let found = one.assessment();
        let rules: Vec<_> = found.evidence.iter().map(|one| one.rule).collect();
        println!(
            "{:8} {:28} {:9} {:?} {rules:?}  «{}»",
            one.group,
            one.label(),
            judged.level.as_str(),
            found.dangers.iter().map(|danger| danger.as_str()).collect::<Vec<_>>(),
            one.name
        );
    }
}
