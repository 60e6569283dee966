//! Rules about a drug and a fact of the person, `data/disease_rules.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::selector::Selector;
use crate::prescription::alert::Severity;
use crate::prescription::formulary::formulary;

pub(crate) const TEXT: &str = include_str!("../../../data/disease_rules.toml");

/// A rule about a drug where facts of the person hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiseaseRule {
    pub(crate) id: String,
    pub(crate) drug: Vec<String>,
    #[serde(default)]
    pub(crate) except: Vec<String>,
    /// The rule does not hold where one of these is taken as well.
    #[serde(default)]
    pub(crate) unless_with: Vec<String>,
    pub(crate) when: When,
    pub(crate) severity: Severity,
    pub(crate) text: String,
    pub(crate) instead: String,
    pub(crate) source: String,
}

/// Facts that must all hold. `_above` is "equal or more", `_below` is "less than".
#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct When {
    pub(crate) condition: Option<String>,
    /// `any`, `first` (before week 13) or `third` (from week 28).
    pub(crate) pregnancy: Option<String>,
    pub(crate) lactation: Option<bool>,
    pub(crate) age_above: Option<f64>,
    pub(crate) age_below: Option<f64>,
    pub(crate) crcl_below: Option<f64>,
    pub(crate) potassium_above: Option<f64>,
    pub(crate) potassium_below: Option<f64>,
    pub(crate) sodium_below: Option<f64>,
    pub(crate) calcium_above: Option<f64>,
    pub(crate) calcium_below: Option<f64>,
    pub(crate) qtc_above: Option<f64>,
    pub(crate) heart_rate_below: Option<f64>,
    pub(crate) systolic_below: Option<f64>,
    pub(crate) platelets_below: Option<f64>,
    pub(crate) neutrophils_below: Option<f64>,
    pub(crate) inr_above: Option<f64>,
    pub(crate) alt_above: Option<f64>,
    pub(crate) alt_times_uln_above: Option<f64>,
    pub(crate) ck_times_uln_above: Option<f64>,
    pub(crate) lithium_above: Option<f64>,
    pub(crate) digoxin_above: Option<f64>,
    pub(crate) hba1c_below: Option<f64>,
    pub(crate) tsh_below: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<DiseaseRule>,
}

/// The rules and, for every drug, which speak about it.
pub(crate) struct DiseaseRules {
    pub(crate) rules: Vec<DiseaseRule>,
    by_drug: Vec<Vec<u16>>,
}

static ALL: LazyLock<DiseaseRules> = LazyLock::new(load);

/// The table.
pub(crate) fn disease_rules() -> &'static DiseaseRules {
    &ALL
}

fn load() -> DiseaseRules {
    let file: File = toml::from_str(TEXT).expect("data/disease_rules.toml is checked by the tests");
    let parsed: Vec<[Vec<Selector>; 2]> = file
        .rule
        .iter()
        .map(|rule| [&rule.drug, &rule.except].map(|list| list.iter().filter_map(|s| Selector::parse(s)).collect()))
        .collect();
    let by_drug = formulary()
        .drugs()
        .iter()
        .map(|drug| {
            (0u16..)
                .zip(&parsed)
                .filter(|(_, [of, except])| {
                    of.iter().any(|s| s.matches(drug)) && !except.iter().any(|s| s.matches(drug))
                })
                .map(|(n, _)| n)
                .collect()
        })
        .collect();
    DiseaseRules { rules: file.rule, by_drug }
}

impl DiseaseRules {
    /// The rules that speak about a drug.
    pub(crate) fn about(&self, drug: crate::prescription::formulary::DrugIndex) -> impl Iterator<Item = &DiseaseRule> {
        self.by_drug[usize::from(drug.0)].iter().map(|at| &self.rules[usize::from(*at)])
    }
}
