//! What guidelines treat a condition with first, `data/treatments.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

pub(crate) const TEXT: &str = include_str!("../../../data/treatments.toml");

/// The treatment of one condition in primary care.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Treatment {
    /// Condition id of the diagnostic knowledge base.
    pub(crate) condition: String,
    /// Other names of the diagnosis.
    #[serde(default)]
    pub(crate) names: Vec<String>,
    /// Indications of the formulary's doses that mean this condition, the most fitting first.
    #[serde(default)]
    pub(crate) indications: Vec<String>,
    /// Drugs in the order in which the guideline names them.
    #[serde(default)]
    pub(crate) options: Vec<Choice>,
    /// What comes before or instead of drugs.
    #[serde(default)]
    pub(crate) first: String,
    /// The guideline's first answer is not a drug, so that every drug is a second step.
    #[serde(default)]
    pub(crate) non_drug_first: bool,
    /// When to see the person again and what to look out for.
    #[serde(default)]
    pub(crate) follow_up: String,
    /// Guideline and year.
    pub(crate) source: String,
}

/// One option.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    /// Drug id.
    pub(crate) drug: String,
    /// Drugs that are given together with it.
    #[serde(default)]
    pub(crate) with: Vec<String>,
    /// 1 is first line.
    pub(crate) line: u8,
    /// When this one; empty for everybody.
    #[serde(default)]
    pub(crate) why: String,
    /// Only from this age in years.
    #[serde(default)]
    pub(crate) min_age_years: Option<f64>,
    /// Only below this age in years.
    #[serde(default)]
    pub(crate) below_age_years: Option<f64>,
    /// Only in pregnancy, or only outside it.
    #[serde(default)]
    pub(crate) pregnant: Option<bool>,
    /// Indication whose dose is meant, where it is not the first that fits.
    #[serde(default)]
    pub(crate) indication: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    treatment: Vec<Treatment>,
}

/// The table.
pub(crate) struct Treatments(Vec<Treatment>);

static ALL: LazyLock<Treatments> = LazyLock::new(|| {
    let file: File = toml::from_str(TEXT).expect("data/treatments.toml is checked by the tests");
    Treatments(file.treatment)
});

/// The table.
pub(crate) fn treatments() -> &'static Treatments {
    &ALL
}

impl Treatments {
    /// Every treatment.
    pub(crate) fn all(&self) -> &[Treatment] {
        &self.0
    }

    /// The treatment of a condition.
    pub(crate) fn of(&self, condition: &str) -> Option<&Treatment> {
        self.0.iter().find(|treatment| treatment.condition == condition)
    }
}
