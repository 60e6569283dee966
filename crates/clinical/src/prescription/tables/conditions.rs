//! Conditions as typed, as they stand in the tables, and what follows from them: `data/condition_names.toml`.
//!
//! Tables of different authors call one thing by several ids (`severe_hepatic_impairment`, `liver_disease_severe`). An
//! `[[alias]]` names one of them and the ids that mean the same; `implies` names what is also true.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::disease::disease_rules;
use super::treatments::treatments;
use crate::prescription::formulary::formulary;
use crate::prescription::reader::text;

pub(crate) const TEXT: &str = include_str!("../../../data/condition_names.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Condition {
    /// The id that stands for all.
    pub(crate) id: String,
    /// Other ids for the same thing.
    #[serde(default)]
    pub(crate) same: Vec<String>,
    /// Names as people and clinicians type them.
    #[serde(default)]
    pub(crate) names: Vec<String>,
    /// Ids that are true as well.
    #[serde(default)]
    pub(crate) implies: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    condition: Vec<Condition>,
    /// Ids of the diagnostic knowledge base that no rule is about: known, and without consequence here.
    known: Vec<String>,
}

pub(crate) struct Conditions {
    /// Folded name to the id that stands for it.
    by_name: HashMap<String, String>,
    /// Id to the ids that are true with it, itself included.
    closure: HashMap<String, BTreeSet<String>>,
    longest: usize,
    /// The table itself, for its test.
    #[cfg(test)]
    pub(crate) all: Vec<Condition>,
}

static ALL: LazyLock<Conditions> = LazyLock::new(load);

/// The table.
pub(crate) fn conditions() -> &'static Conditions {
    &ALL
}

fn load() -> Conditions {
    let file: File = toml::from_str(TEXT).expect("data/condition_names.toml is checked by the tests");
    let mut by_name = HashMap::new();
    let mut add = |name: &str, id: &str| {
        by_name.entry(text::key(name)).or_insert_with(|| id.to_owned());
    };
    for condition in &file.condition {
        add(&condition.id, &condition.id);
        for name in condition.same.iter().chain(&condition.names) {
            add(name, &condition.id);
        }
    }
    // Ids that stand in a table and nowhere else are understood as they are written.
    for drug in formulary().drugs() {
        drug.cautions.iter().chain(&drug.contraindications).for_each(|id| add(id, id));
    }
    disease_rules().rules.iter().filter_map(|rule| rule.when.condition.as_deref()).for_each(|id| add(id, id));
    file.known.iter().for_each(|id| add(id, id));
    for treatment in treatments().all() {
        add(&treatment.condition, &treatment.condition);
        treatment.names.iter().for_each(|name| add(name, &treatment.condition));
    }
    let closure = close(&file.condition);
    let longest = by_name.keys().map(|name| name.split(' ').count()).max().unwrap_or(1).min(8);
    Conditions {
        by_name,
        closure,
        longest,
        #[cfg(test)]
        all: file.condition,
    }
}

/// Everything that follows from every id, through as many steps as there are.
fn close(all: &[Condition]) -> HashMap<String, BTreeSet<String>> {
    let by_id: HashMap<&str, &Condition> =
        all.iter().flat_map(|c| c.same.iter().chain([&c.id]).map(move |id| (id.as_str(), c))).collect();
    by_id
        .keys()
        .map(|start| {
            let mut reached = BTreeSet::new();
            let mut open = vec![*start];
            while let Some(id) = open.pop() {
                if !reached.insert(id.to_owned()) {
                    continue;
                }
                if let Some(condition) = by_id.get(id) {
                    open.extend(
                        condition.same.iter().chain(&condition.implies).chain([&condition.id]).map(String::as_str),
                    );
                }
            }
            ((*start).to_owned(), reached)
        })
        .collect()
}

impl Conditions {
    /// The ids that are true where `id` is, itself included.
    pub(crate) fn with(&self, id: &str) -> BTreeSet<String> {
        self.closure.get(id).cloned().unwrap_or_else(|| BTreeSet::from([id.to_owned()]))
    }

    /// Other ids for the same thing, `id` first; what it implies comes last.
    pub(crate) fn same_first(&self, id: &str) -> Vec<String> {
        let with = self.with(id);
        let (same, implied): (Vec<String>, Vec<String>) =
            with.into_iter().partition(|other| self.with(other).contains(id));
        std::iter::once(id.to_owned()).chain(same).chain(implied).collect()
    }

    /// The id that a name stands for, exactly.
    pub(crate) fn by_name(&self, name: &str) -> Option<&str> {
        self.by_name.get(&text::key(name)).map(String::as_str)
    }

    /// All conditions named in what was typed; empty where none is known. What is denied is left out.
    pub(crate) fn read(&self, typed: &str) -> BTreeSet<String> {
        let words = text::words(typed);
        let mut found = BTreeSet::new();
        let mut at = 0;
        while at < words.len() {
            let most = self.longest.min(words.len() - at);
            let hit = (1..=most).rev().find_map(|len| Some((len, self.by_name.get(&words[at..at + len].join(" "))?)));
            match hit {
                Some((len, id)) => {
                    let denied =
                        at > 0 && matches!(words[at - 1].as_str(), "no" | "not" | "without" | "denies" | "excluded");
                    if !denied {
                        found.insert(id.clone());
                    }
                    at += len;
                }
                None => at += 1,
            }
        }
        found
    }

    /// Nearest names, at most three.
    pub(crate) fn suggest(&self, typed: &str) -> Vec<String> {
        let key = text::key(typed);
        let mut near: Vec<(usize, &str)> =
            self.by_name.iter().filter_map(|(name, id)| Some((text::distance(&key, name, 2)?, id.as_str()))).collect();
        near.sort_unstable();
        near.dedup_by_key(|(_, id)| *id);
        near.into_iter().take(3).map(|(_, id)| id.replace('_', " ")).collect()
    }
}
