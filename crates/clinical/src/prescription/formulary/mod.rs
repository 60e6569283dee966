//! The formulary: every drug that is known, read once from `data/`.
//!
//! `data/drugs/*.toml` holds drugs with doses, limits and sources. `data/other_drugs.toml` holds drugs that a person
//! may also take: names, classes and properties only, so that rules about them fire; no dose is ever given from it.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

mod drug;

pub use drug::{Advice, Cyp, Dose, Drug, Older, Population, Potassium, Qt, RenalAction, RenalLimit, Reproductive};

/// Position of a drug in the formulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DrugIndex(pub(crate) u16);

/// All drugs and the ways to find them.
#[derive(Debug)]
pub struct Formulary {
    drugs: Vec<Drug>,
    by_id: HashMap<String, DrugIndex>,
    /// Names that mean several drugs together, such as a brand of a combination, as typed in the table.
    pub(crate) combinations: Vec<(String, Vec<DrugIndex>)>,
    /// Further names of one drug, such as abbreviations.
    pub(crate) aliases: Vec<(String, DrugIndex)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DrugFile {
    drug: Vec<Drug>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Combinations {
    /// Formulary entries that are combinations.
    entry: Vec<CombinationEntry>,
    /// Names of combinations that have no entry of their own.
    named: Vec<NamedCombination>,
    /// Abbreviations and names used elsewhere.
    alias: Vec<Alias>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CombinationEntry {
    id: String,
    parts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedCombination {
    names: Vec<String>,
    parts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alias {
    id: String,
    names: Vec<String>,
}

const FORMULARY: [&str; 6] = [
    include_str!("../../../data/drugs/antiinfectives.toml"),
    include_str!("../../../data/drugs/cardiovascular.toml"),
    include_str!("../../../data/drugs/endocrine.toml"),
    include_str!("../../../data/drugs/pain.toml"),
    include_str!("../../../data/drugs/psychiatric_neuro.toml"),
    include_str!("../../../data/drugs/respiratory_gi_other.toml"),
];
const OTHERS: &str = include_str!("../../../data/other_drugs.toml");
const COMBINATIONS: &str = include_str!("../../../data/drug_combinations.toml");

/// The raw tables, for the version of the data.
pub(crate) fn texts() -> impl Iterator<Item = &'static str> {
    FORMULARY.into_iter().chain([OTHERS, COMBINATIONS])
}

static ALL: LazyLock<Formulary> = LazyLock::new(load);

/// The formulary.
pub fn formulary() -> &'static Formulary {
    &ALL
}

fn load() -> Formulary {
    let mut drugs = Vec::new();
    for text in FORMULARY {
        let file: DrugFile = toml::from_str(text).expect("data/drugs/*.toml are checked by the tests");
        drugs.extend(file.drug.into_iter().map(|drug| Drug { complete: true, ..drug }));
    }
    let others: DrugFile = toml::from_str(OTHERS).expect("data/other_drugs.toml is checked by the tests");
    drugs.extend(others.drug);
    let by_id: HashMap<String, DrugIndex> =
        (0u16..).zip(&drugs).map(|(n, drug)| (drug.id.clone(), DrugIndex(n))).collect();
    assert_eq!(by_id.len(), drugs.len(), "every drug id stands once; the tests name the double ones");
    let table: Combinations =
        toml::from_str(COMBINATIONS).expect("data/drug_combinations.toml is checked by the tests");
    let index = |id: &str| *by_id.get(id).unwrap_or_else(|| panic!("drug_combinations.toml names {id}"));
    for entry in &table.entry {
        drugs[usize::from(index(&entry.id).0)].parts.clone_from(&entry.parts);
    }
    let combinations = table
        .named
        .iter()
        .flat_map(|named| {
            let parts: Vec<DrugIndex> = named.parts.iter().map(|id| index(id)).collect();
            named.names.iter().map(move |name| (name.clone(), parts.clone()))
        })
        .collect();
    let aliases =
        table.alias.iter().flat_map(|alias| alias.names.iter().map(|name| (name.clone(), index(&alias.id)))).collect();
    Formulary { drugs, by_id, combinations, aliases }
}

impl Formulary {
    /// Every drug, the formulary's own first.
    pub fn drugs(&self) -> &[Drug] {
        &self.drugs
    }

    /// Position of the drug with this id.
    pub fn index(&self, id: &str) -> Option<DrugIndex> {
        self.by_id.get(id).copied()
    }

    /// The drug with this id.
    pub fn by_id(&self, id: &str) -> Option<&Drug> {
        self.index(id).map(|index| self.get(index))
    }

    /// The drug at a position.
    pub fn get(&self, index: DrugIndex) -> &Drug {
        &self.drugs[usize::from(index.0)]
    }

    /// Every position with its drug.
    pub fn iter(&self) -> impl Iterator<Item = (DrugIndex, &Drug)> {
        (0u16..).zip(&self.drugs).map(|(n, drug)| (DrugIndex(n), drug))
    }
}
