//! The vocabulary of findings: one stable id for each, whatever words it is told in.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize, Serializer};

use super::words::fold;

/// What sort of finding it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What a person feels and tells.
    Symptom,
    /// What is seen on examination.
    Sign,
    /// Derived from a measured vital sign.
    Vital,
    /// A test result.
    Lab,
    /// Past or lasting conditions, operations, medicines.
    History,
    /// What a person was exposed to.
    Exposure,
    /// Onset, course, timing, what makes it better or worse.
    Modifier,
}

/// One finding as its table holds it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Stable id in `snake_case`.
    pub id: String,
    /// Preferred term.
    pub term: String,
    /// What sort of finding it is.
    pub kind: Kind,
    /// Ids of more general findings that it implies.
    #[serde(default)]
    pub is_a: Vec<String>,
    /// Phrasings as patients type them.
    #[serde(default)]
    pub lay: Vec<String>,
    /// Clinicians' terms and abbreviations.
    #[serde(default)]
    pub clinical: Vec<String>,
    /// Its phrases are found only as they are written, where small words decide: `only when crying`.
    #[serde(default)]
    pub is_literal: bool,
    /// Probability that a person who comes to primary or emergency care has and would tell or show it.
    pub base: f64,
    /// `SNOMED:…` or `HP:…` where it is sure, else empty.
    #[serde(default)]
    pub code: String,
}

/// A finding of the vocabulary. Only the vocabulary makes one, so each is real.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId(pub(crate) u16);

impl FindingId {
    /// The finding with this stable id.
    pub fn of(id: &str) -> Option<Self> {
        VOCABULARY.by_id.get(id).copied()
    }

    /// What the vocabulary says of it.
    pub fn get(self) -> &'static Finding {
        &VOCABULARY.findings[self.index()]
    }

    /// Its place in [`all`], from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Its stable id.
    pub fn id(self) -> &'static str {
        &self.get().id
    }

    /// More general findings that it implies, near and far, each once.
    pub fn ancestors(self) -> &'static [Self] {
        &VOCABULARY.ancestors[self.index()]
    }

    /// More general findings that it directly implies.
    pub fn parents(self) -> &'static [Self] {
        &VOCABULARY.parents[self.index()]
    }
}

impl fmt::Debug for FindingId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}

impl Serialize for FindingId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.id())
    }
}

struct Vocabulary {
    findings: Vec<Finding>,
    by_id: HashMap<String, FindingId>,
    by_name: HashMap<String, FindingId>,
    parents: Vec<Vec<FindingId>>,
    ancestors: Vec<Vec<FindingId>>,
}

#[derive(Deserialize)]
struct File {
    findings: Vec<Finding>,
}

const FILES: [&str; 12] = [
    include_str!("../../data/findings/general_head_chest_mind.toml"),
    include_str!("../../data/findings/abdomen_limbs_skin_history_tests.toml"),
    include_str!("../../data/findings/more_cardio_neuro_eye.toml"),
    include_str!("../../data/findings/more_digestive_renal_endocrine.toml"),
    include_str!("../../data/findings/more_msk_skin_infectious_emergency.toml"),
    include_str!("../../data/findings/more_respiratory_ent.toml"),
    include_str!("../../data/findings/more_women_children_mental.toml"),
    include_str!("../../data/findings/further_heart_chest_ear.toml"),
    include_str!("../../data/findings/further_digestive_kidney_glands_blood.toml"),
    include_str!("../../data/findings/further_blood_nerves.toml"),
    include_str!("../../data/findings/further_eye_joints_skin.toml"),
    include_str!("../../data/findings/further_infection_women_children_mind_poison.toml"),
];

/// The raw tables, for the version of the data.
pub(crate) fn texts() -> impl Iterator<Item = &'static str> {
    FILES.into_iter()
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let findings: Vec<Finding> = FILES
        .iter()
        .flat_map(|text| toml::from_str::<File>(text).expect("a findings file holds `findings`").findings)
        .collect();
    Vocabulary::compile(findings)
});

impl Vocabulary {
    fn compile(findings: Vec<Finding>) -> Self {
        let number = |i: usize| FindingId(u16::try_from(i).expect("fewer than 65,536 findings"));
        let by_id: HashMap<_, _> = findings.iter().enumerate().map(|(i, f)| (f.id.clone(), number(i))).collect();
        let parents: Vec<Vec<FindingId>> =
            findings.iter().map(|f| f.is_a.iter().filter_map(|id| by_id.get(id).copied()).collect()).collect();
        let mut by_name = HashMap::new();
        for (i, finding) in findings.iter().enumerate() {
            for name in finding.lay.iter().chain(&finding.clinical) {
                by_name.entry(key(name)).or_insert(number(i));
            }
        }
        for (i, finding) in findings.iter().enumerate() {
            by_name.insert(key(&finding.term), number(i));
            by_name.insert(key(&finding.id.replace('_', " ")), number(i));
        }
        let ancestors = (0..findings.len()).map(|i| above(&parents, i)).collect();
        Self { findings, by_id, by_name, parents, ancestors }
    }
}

fn above(parents: &[Vec<FindingId>], of: usize) -> Vec<FindingId> {
    let mut found: Vec<FindingId> = parents[of].clone();
    let mut next = 0;
    while next < found.len() {
        for &parent in &parents[found[next].index()] {
            if !found.contains(&parent) {
                found.push(parent);
            }
        }
        next += 1;
    }
    found
}

fn key(name: &str) -> String {
    name.split_whitespace().map(fold).collect::<Vec<_>>().join(" ")
}

/// Every finding, in the order of the tables.
pub fn all() -> &'static [Finding] {
    &VOCABULARY.findings
}

/// Every finding's handle, in the order of the tables.
pub fn ids() -> impl Iterator<Item = FindingId> {
    VOCABULARY
        .by_id
        .len()
        .checked_sub(1)
        .into_iter()
        .flat_map(|last| (0..=u16::try_from(last).expect("fewer than 65,536 findings")).map(FindingId))
}

/// The finding whose id, term or synonym this is, in any case and spelling (UK or US).
pub fn find(name: &str) -> Option<FindingId> {
    FindingId::of(name.trim()).or_else(|| VOCABULARY.by_name.get(&key(name)).copied())
}
