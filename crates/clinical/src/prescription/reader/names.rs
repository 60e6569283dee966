//! Every name of every drug, folded, and the search for the nearest.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::text::{distance, key};
use crate::prescription::formulary::{DrugIndex, formulary};

/// What a name stands for: one drug, or the parts of a combination.
pub(crate) type Meaning = Vec<DrugIndex>;

/// The names, and the longest of them in words.
pub(crate) struct Names {
    all: HashMap<String, Meaning>,
    pub(crate) longest: usize,
}

static NAMES: LazyLock<Names> = LazyLock::new(build);

/// All names.
pub(crate) fn names() -> &'static Names {
    &NAMES
}

fn build() -> Names {
    let formulary = formulary();
    let mut all = HashMap::new();
    let mut add = |name: &str, meaning: Meaning| {
        let key = key(name);
        if key.contains(' ') {
            // "co amoxiclav" is also typed "coamoxiclav".
            all.entry(key.replace(' ', "")).or_insert_with(|| meaning.clone());
        }
        all.entry(key).or_insert(meaning);
    };
    // Names come before synonyms and brands: where two drugs share a word, the drug called so has it.
    for (index, drug) in formulary.iter() {
        add(&drug.id, vec![index]);
        add(&drug.name, vec![index]);
    }
    for (name, index) in &formulary.aliases {
        add(name, vec![*index]);
    }
    for (name, parts) in &formulary.combinations {
        add(name, parts.clone());
    }
    for (index, drug) in formulary.iter() {
        for synonym in &drug.synonyms {
            add(synonym, vec![index]);
        }
    }
    for (index, drug) in formulary.iter() {
        for brand in &drug.brands {
            add(brand, vec![index]);
        }
    }
    all.remove("");
    let longest = all.keys().map(|name| name.split(' ').count()).max().unwrap_or(1);
    Names { all, longest }
}

impl Names {
    /// What a folded name stands for.
    pub(crate) fn get(&self, key: &str) -> Option<&Meaning> {
        self.all.get(key)
    }

    /// Known names near a folded word: distance, name, meaning; the nearest first.
    pub(crate) fn near(&self, word: &str, most: usize) -> Vec<(usize, &str, &Meaning)> {
        let mut near: Vec<_> = self
            .all
            .iter()
            .filter(|(name, _)| name.len() >= 4)
            .filter_map(|(name, meaning)| Some((distance(word, name, most)?, name.as_str(), meaning)))
            .collect();
        near.sort_unstable();
        near
    }
}
