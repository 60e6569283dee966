//! The knowledge base: conditions with how often they come, in whom, and with what.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Urgency, tuning};
use crate::findings::{self, FindingId, Sex};

/// A finding of a condition.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedFinding {
    /// Id of the finding.
    pub id: String,
    /// P(finding | condition) in people who present with it.
    pub sens: f64,
}

/// History or exposure that makes a condition likelier.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// Id of the finding.
    pub id: String,
    /// Factor on the prior odds.
    pub ratio: f64,
}

/// Factors on the frequency by sex.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SexRatio {
    /// In males.
    pub male: f64,
    /// In females.
    pub female: f64,
}

/// One condition as its table holds it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Stable id in `snake_case`.
    pub id: String,
    /// Name as shown.
    pub name: String,
    /// Other names.
    pub synonyms: Vec<String>,
    /// ICD-10 code.
    pub icd10: String,
    /// Body system.
    pub system: String,
    /// Per 1,000 presentations to primary and emergency care with a new problem, all ages and both sexes.
    pub frequency: f64,
    /// `[from years, to years, factor]`; the last band that begins at or before an age holds.
    pub ages: Vec<[f64; 3]>,
    /// Factors by sex.
    pub sex: SexRatio,
    /// Factor in pregnancy; 0 where it can't be.
    pub pregnancy: f64,
    /// Findings without which it can't be.
    pub only_if: Vec<String>,
    /// What it needs when it is the diagnosis and typical.
    pub urgency: Urgency,
    /// Whether it must be thought of even where it is unlikely.
    pub must_not_miss: bool,
    /// Findings with their frequency in it.
    pub findings: Vec<ListedFinding>,
    /// Findings that come together.
    pub groups: Vec<Vec<String>>,
    /// History and exposures that make it likelier.
    pub risk: Vec<Risk>,
    /// Findings that make it more urgent than it is by itself: one a step, two an emergency where it is urgent already
    /// (`urgency::of_condition` says how far).
    pub red_flags: Vec<String>,
    /// First tests.
    pub tests: Vec<String>,
    /// What sets it apart.
    pub note: String,
    /// Where it is from.
    pub source: String,
}

impl Condition {
    /// Factor on its frequency at an age in years; 1 where the age is not known.
    pub fn age_factor(&self, age_years: Option<f64>) -> f64 {
        let Some(age) = age_years else { return 1.0 };
        self.ages.iter().rev().find(|[from, ..]| *from <= age).map_or(1.0, |[.., factor]| *factor)
    }

    /// Factor on its frequency by sex; 1 where it is not known.
    pub fn sex_factor(&self, sex: Option<Sex>) -> f64 {
        match sex {
            Some(Sex::Male) => self.sex.male,
            Some(Sex::Female) => self.sex.female,
            None => 1.0,
        }
    }
}

/// A condition ready to be reckoned with: indices instead of names.
pub(super) struct Known {
    pub(super) condition: Condition,
    /// P(finding | condition) for every finding of the vocabulary, listed or not.
    pub(super) probability: Vec<f64>,
    /// Listed findings, or such with a listed child: only their absence counts.
    pub(super) is_listed: Vec<bool>,
    pub(super) listed: Vec<FindingId>,
    pub(super) groups: Vec<Vec<FindingId>>,
    pub(super) red_flags: Vec<FindingId>,
    pub(super) only_if: Vec<FindingId>,
}

#[derive(Deserialize)]
struct File {
    condition: Vec<Condition>,
}

const FILES: [&str; 10] = [
    include_str!("../../data/conditions/cardio_neuro_eye.toml"),
    include_str!("../../data/conditions/digestive_renal_endocrine.toml"),
    include_str!("../../data/conditions/msk_skin_infectious_emergency.toml"),
    include_str!("../../data/conditions/respiratory_ent.toml"),
    include_str!("../../data/conditions/women_children_mental.toml"),
    include_str!("../../data/conditions/further_heart_chest_ear.toml"),
    include_str!("../../data/conditions/further_digestive_kidney_glands_blood.toml"),
    include_str!("../../data/conditions/further_blood_nerves.toml"),
    include_str!("../../data/conditions/further_eye_joints_skin.toml"),
    include_str!("../../data/conditions/further_infection_women_children_mind_poison.toml"),
];

/// The raw tables, for the version of the data.
pub(super) fn texts() -> impl Iterator<Item = &'static str> {
    FILES.into_iter()
}

pub(super) static KNOWLEDGE: LazyLock<Vec<Known>> = LazyLock::new(|| {
    FILES
        .iter()
        .flat_map(|text| toml::from_str::<File>(text).expect("a conditions file holds `condition` tables").condition)
        .map(Known::compile)
        .collect()
});

static BY_NAME: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (i, known) in KNOWLEDGE.iter().enumerate() {
        for synonym in &known.condition.synonyms {
            names.entry(synonym.to_lowercase()).or_insert(i);
        }
    }
    for (i, known) in KNOWLEDGE.iter().enumerate() {
        names.insert(known.condition.name.to_lowercase(), i);
        names.insert(known.condition.id.clone(), i);
        names.insert(known.condition.id.replace('_', " "), i);
    }
    names
});

fn finding(id: &str) -> FindingId {
    FindingId::of(id).unwrap_or_else(|| panic!("`{id}` is not in the vocabulary of findings"))
}

/// Findings so general that they say nothing by themselves.
pub(super) static GENERIC: LazyLock<Vec<bool>> = LazyLock::new(|| {
    const NAMES: [&str; 3] = ["pain", "one_sided", "both_sides"];
    findings::all().iter().map(|f| NAMES.contains(&f.id.as_str())).collect()
});

impl Known {
    fn compile(condition: Condition) -> Self {
        let listed: Vec<FindingId> = condition.findings.iter().map(|f| finding(&f.id)).collect();
        let mut own: HashMap<FindingId, f64> = HashMap::new();
        for risk in &condition.risk {
            let id = finding(&risk.id);
            own.insert(id, (id.get().base * risk.ratio).min(0.95));
        }
        for (id, f) in listed.iter().zip(&condition.findings) {
            own.insert(*id, f.sens);
        }
        // What a child shows, its parents show too.
        let mut raised = own.clone();
        for (id, p) in &own {
            for &parent in id.ancestors() {
                if !own.contains_key(&parent) {
                    let at_least = raised.entry(parent).or_insert(0.0);
                    *at_least = at_least.max(*p).max(parent.get().base * tuning::leak(parent.get().kind));
                }
            }
        }
        let probability = findings::ids().map(|id| probability(id, &raised)).collect();
        let is_listed = findings::ids().map(|id| raised.contains_key(&id)).collect();
        let groups = condition.groups.iter().map(|g| g.iter().map(|id| finding(id)).collect()).collect();
        let red_flags = condition.red_flags.iter().map(|id| finding(id)).collect();
        let only_if = condition.only_if.iter().map(|id| finding(id)).collect();
        Self { condition, probability, is_listed, listed, groups, red_flags, only_if }
    }
}

/// P(finding | condition): listed, or a share of a listed parent, or what other causes leave.
fn probability(id: FindingId, listed: &HashMap<FindingId, f64>) -> f64 {
    if let Some(p) = listed.get(&id) {
        return p.clamp(0.0005, 0.995);
    }
    let base = id.get().base;
    let by_parent = id
        .ancestors()
        .iter()
        .filter(|parent| !GENERIC[parent.index()])
        .filter_map(|parent| listed.get(parent).map(|p| p * base / parent.get().base * tuning::CHILD_LEAK))
        .fold(f64::NAN, f64::min);
    let p = if by_parent.is_nan() { base * tuning::leak(id.get().kind) } else { by_parent };
    p.clamp(1e-6, 0.95)
}

/// Every condition, in the order of the tables.
pub fn conditions() -> impl Iterator<Item = &'static Condition> {
    KNOWLEDGE.iter().map(|known| &known.condition)
}

/// The condition with this stable id.
pub fn condition(id: &str) -> Option<&'static Condition> {
    KNOWLEDGE.iter().map(|known| &known.condition).find(|c| c.id == id)
}

/// The condition with this id, name or synonym, in any case.
pub fn find_condition(name: &str) -> Option<&'static Condition> {
    BY_NAME.get(&name.trim().to_lowercase()).map(|i| &KNOWLEDGE[*i].condition)
}
