//! Type-ahead: findings whose name begins like, contains or nearly is what was typed.

use std::sync::LazyLock;

use serde::Serialize;

use super::vocabulary::{self, FindingId};
use super::words::{fold, is_near};

/// A finding offered for what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The finding.
    pub finding: FindingId,
    /// Its preferred term.
    pub term: &'static str,
    /// The name that fits: the term or a synonym.
    pub matched: &'static str,
}

struct Name {
    finding: FindingId,
    text: &'static str,
    folded: String,
}

static NAMES: LazyLock<Vec<Name>> = LazyLock::new(|| {
    let mut names = Vec::new();
    for id in vocabulary::ids() {
        let finding = id.get();
        for name in std::iter::once(&finding.term).chain(&finding.lay).chain(&finding.clinical) {
            names.push(Name { finding: id, text: name, folded: fold(name) });
        }
    }
    names
});

/// At most `limit` findings for what was typed, best first, each once. Nothing typed gives nothing.
pub fn suggest(typed: &str, limit: usize) -> Vec<Suggestion> {
    let wanted = fold(typed.trim());
    if wanted.is_empty() || wanted.len() > 80 {
        return Vec::new();
    }
    let mut scored: Vec<(u32, usize, &Name)> =
        NAMES.iter().filter_map(|name| Some((rank(&wanted, name)?, name.folded.len(), name))).collect();
    scored.sort_by_key(|(rank, len, name)| (*rank, *len, name.finding));
    let mut out: Vec<Suggestion> = Vec::new();
    for (_, _, name) in scored {
        if out.len() == limit {
            break;
        }
        if out.iter().all(|s| s.finding != name.finding) {
            out.push(Suggestion { finding: name.finding, term: &name.finding.get().term, matched: name.text });
        }
    }
    out
}

/// How well a name fits, 0 best; `None` when it does not.
fn rank(wanted: &str, name: &Name) -> Option<u32> {
    let names = &name.folded;
    if names == wanted {
        return Some(0);
    }
    let is_term = name.text == name.finding.get().term;
    if names.starts_with(wanted) {
        return Some(if is_term { 1 } else { 2 });
    }
    if names.split([' ', '-', '/']).any(|word| word.starts_with(wanted)) {
        return Some(if is_term { 3 } else { 4 });
    }
    let words: Vec<&str> = wanted.split_whitespace().collect();
    if words.len() > 1 && words.iter().all(|word| names.split([' ', '-']).any(|other| other.starts_with(word))) {
        return Some(5);
    }
    if wanted.len() < 4 {
        return None;
    }
    let limit = if wanted.len() >= 8 { 2 } else { 1 };
    let near = names.split(' ').any(|word| is_near(wanted, word, limit)) || is_near(wanted, names, limit);
    near.then_some(6)
}
