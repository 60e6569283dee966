//! The cases of `tests/cases`, read and judged: shared by the examples that measure the diagnosis engine.

use std::fs;
use std::path::Path;

use clinical::diagnosis::{Condition, Urgency};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

/// One case as its file holds it.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) diagnosis: String,
    #[serde(default)]
    pub(crate) accept: Vec<String>,
    pub(crate) icd10: String,
    pub(crate) urgency: Urgency,
    pub(crate) kind: String,
}

/// Every case, in the order of the files.
pub(crate) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names: Vec<_> =
        fs::read_dir(folder).expect("tests/cases is there").map(|e| e.expect("readable").path()).collect();
    names.sort();
    let mut cases = Vec::new();
    for path in names.iter().filter(|p| p.extension().is_some_and(|e| e == "toml")) {
        let text = fs::read_to_string(path).expect("a readable file");
        cases.extend(toml::from_str::<File>(&text).expect("a file of cases").case);
    }
    for case in &cases {
        assert!(["classic", "atypical"].contains(&case.kind.as_str()), "{}: kind {}", case.id, case.kind);
    }
    cases
}

/// The four levels of the cases; "within days" is an ordinary appointment there.
pub(crate) fn level(urgency: Urgency) -> u8 {
    match urgency {
        Urgency::SelfCare => 0,
        Urgency::Routine | Urgency::Soon => 1,
        Urgency::Urgent => 2,
        Urgency::Emergency => 3,
    }
}

/// FNV-1a, so that the halves never move.
pub(crate) fn is_held_apart(id: &str) -> bool {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 17) & 1 == 1
}

pub(crate) fn is_right(case: &Case, condition: &Condition, by_name: bool) -> bool {
    let own: Vec<String> = std::iter::once(&condition.name).chain(&condition.synonyms).map(|n| plain(n)).collect();
    let is_named = std::iter::once(&case.diagnosis).chain(&case.accept).any(|n| own.contains(&plain(n)));
    is_named || (!by_name && condition.icd10.get(..3) == case.icd10.get(..3))
}

pub(crate) fn plain(name: &str) -> String {
    let name = name.split('(').next().unwrap_or_default().to_lowercase();
    let words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty() && !["acute", "the", "of", "s"].contains(w));
    words
        .map(|w| w.replace("ae", "e").replace("oe", "e").trim_end_matches('s').to_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
