//! Test results in running text: `WCC 17.2`, `Hb 71`, `CRP of 88`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::derive::Derived;
use super::tokens::{Shape, Token};
use super::vocabulary::FindingId;
use super::words::fold;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    limit: f64,
    finding: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Factor {
    if_above: Option<f64>,
    if_below: Option<f64>,
    by: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lab {
    names: Vec<String>,
    /// Tokens between name and figure that belong to the name: `HbA1c` is cut into `HbA`, `1`, `c`.
    #[serde(default)]
    skip: usize,
    #[serde(default)]
    above: Vec<Limit>,
    #[serde(default)]
    below: Vec<Limit>,
    normal: [f64; 2],
    factor: Option<Factor>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test of the table and by people"))]
    source: String,
}

#[derive(Deserialize)]
struct File {
    lab: Vec<Lab>,
}

static LABS: LazyLock<Vec<Lab>> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("../../data/findings/labs.toml")).expect("labs.toml holds tests").lab
});

/// The words of a name, and the place of its test in [`LABS`].
type Name = (Vec<String>, usize);

static BY_FIRST_WORD: LazyLock<HashMap<String, Vec<Name>>> = LazyLock::new(|| {
    let mut out: HashMap<String, Vec<Name>> = HashMap::new();
    for (i, lab) in LABS.iter().enumerate() {
        for name in &lab.names {
            let words: Vec<String> = name.split(' ').map(fold).collect();
            out.entry(words[0].clone()).or_default().push((words, i));
        }
    }
    out
});

/// What each result shows, with the token of its figure. What is used of the text is marked in `used`.
pub(super) fn labs(tokens: &[Token], used: &mut [bool]) -> Vec<(Derived, usize)> {
    let mut out = Vec::new();
    for at in 0..tokens.len() {
        let Some(list) = BY_FIRST_WORD.get(&tokens[at].folded) else { continue };
        for (words, i) in list {
            let is_named = words.iter().enumerate().all(|(k, w)| tokens.get(at + k).is_some_and(|t| t.folded == *w));
            let lab = &LABS[*i];
            let from = at + words.len() + lab.skip * 2;
            if let Some((value, place)) = is_named.then(|| figure(tokens, from)).flatten() {
                used[at..=place].fill(true);
                shows(lab, value, place, &mut out);
                break;
            }
        }
    }
    out
}

fn figure(tokens: &[Token], from: usize) -> Option<(f64, usize)> {
    for (place, token) in tokens.iter().enumerate().skip(from).take(3) {
        match token.shape {
            Shape::Number(value) => return Some((value, place)),
            Shape::Soft(':' | '(') => {}
            Shape::Word
                if token.is_stop
                    || matches!(token.folded.as_str(), "only" | "count" | "level" | "low" | "high" | "raised") => {}
            _ => return None,
        }
    }
    None
}

fn shows(lab: &Lab, figure: f64, place: usize, out: &mut Vec<(Derived, usize)>) {
    let value = match &lab.factor {
        Some(f) if f.if_above.is_some_and(|bound| figure > bound) || f.if_below.is_some_and(|bound| figure < bound) => {
            figure * f.by
        }
        _ => figure,
    };
    let is_normal = (lab.normal[0]..=lab.normal[1]).contains(&value);
    for (limits, is_above) in [(&lab.above, true), (&lab.below, false)] {
        for limit in limits {
            let is_present = if is_above { value > limit.limit } else { value < limit.limit };
            if is_present || is_normal {
                let finding = FindingId::of(&limit.finding).expect("labs.toml names findings of the vocabulary");
                out.push((Derived { finding, is_present }, place));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_names_findings_a_source_and_a_range() {
        for lab in LABS.iter() {
            assert!(lab.source.len() > 5 && lab.normal[0] < lab.normal[1], "{:?}", lab.names);
            assert!(!lab.above.is_empty() || !lab.below.is_empty(), "{:?}", lab.names);
            for limit in lab.above.iter().chain(&lab.below) {
                assert!(FindingId::of(&limit.finding).is_some(), "{}", limit.finding);
            }
            assert!(lab.above.iter().all(|l| l.limit >= lab.normal[1]), "{:?}", lab.names);
            assert!(lab.below.iter().all(|l| l.limit <= lab.normal[0]), "{:?}", lab.names);
        }
    }
}
