//! The result of a prescription check, and its pieces as they are streamed.

use serde::{Deserialize, Serialize};

/// How grave an alert is, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To know; does not interrupt.
    Note,
    /// Watch, adjust or space.
    Caution,
    /// Usually not; only with a reason and a plan.
    Serious,
    /// Never.
    Contraindicated,
}

/// A medicine that was chosen, with its dose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Medication {
    /// Name.
    pub name: String,
    /// Id in the formulary.
    #[serde(default)]
    pub drug: String,
    /// Single dose, adjusted to the person; says so where something for it is missing.
    pub dose: String,
    /// Such as `oral`.
    pub route: String,
    /// How often.
    pub frequency: String,
    /// How long.
    pub duration: String,
    /// How a dose by weight was worked out.
    #[serde(default)]
    pub calculation: Option<String>,
    /// Why this one: its line in the guideline and when it is meant.
    pub rationale: String,
    /// Notes on the dose.
    #[serde(default)]
    pub notes: Vec<String>,
    /// 1 is first line.
    #[serde(default)]
    pub line: u8,
    /// Guideline of the choice, and reference of the dose.
    pub source: String,
}

/// A medicine that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Excluded {
    /// Name.
    pub name: String,
    /// Id in the formulary.
    #[serde(default)]
    pub drug: String,
    /// Why.
    pub reason: String,
    /// Code of the rule, or `selection.…`.
    pub code: String,
    /// How grave.
    pub severity: Severity,
    /// Reference of the rule.
    pub source: String,
}

/// An alert about two or more medicines, or about one and the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Interaction {
    /// Names of the medicines concerned, sorted.
    pub drugs: Vec<String>,
    /// How grave.
    pub severity: Severity,
    /// What happens, and what comes of it.
    pub mechanism: String,
    /// What to do instead.
    pub advice: String,
    /// Stable code of the rule, `family.rule`.
    pub code: String,
    /// Guideline or reference, with the year.
    pub source: String,
    /// Whether it should interrupt the prescriber.
    #[serde(default)]
    pub interrupt: bool,
}

/// Something that was not checked, and so is not known to be safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotChecked {
    /// Stable code, such as `unknown_drug` or `missing_weight`.
    pub code: String,
    /// The medicine, allergy or condition as typed, or the missing fact.
    pub about: String,
    /// What is missing and what it is needed for.
    pub text: String,
    /// Nearest known names, for what was not recognised.
    #[serde(default)]
    pub suggestions: Vec<String>,
}

/// The result of a prescription check. It always needs a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prescription {
    /// The diagnosis as given.
    pub diagnosis: String,
    /// Its id, where it is known.
    #[serde(default)]
    pub condition: Option<String>,
    /// What to do before or instead of medicines.
    #[serde(default)]
    pub advice: Vec<String>,
    /// The medicines chosen: the first safe option of the guideline.
    pub medications: Vec<Medication>,
    /// Further safe options, in order.
    #[serde(default)]
    pub alternatives: Vec<Medication>,
    /// Options left out, and why.
    pub excluded: Vec<Excluded>,
    /// Said where no option is left: that nothing safe is, and why.
    #[serde(default)]
    pub nothing_safe: Option<String>,
    /// Alerts about two or more medicines, current and chosen; the gravest first.
    pub interactions: Vec<Interaction>,
    /// Alerts about one medicine and the person; the gravest first.
    #[serde(default)]
    pub warnings: Vec<Interaction>,
    /// How many pairs of medicines were checked.
    pub interactions_checked: usize,
    /// Whether anything has to be measured or watched.
    pub monitoring_required: bool,
    /// What, by medicine.
    pub monitoring: Vec<String>,
    /// What the person must know to take it rightly.
    pub compliance_notes: Vec<String>,
    /// Who phrased the compliance notes: `builtin`, or a model's name.
    #[serde(default)]
    pub phrased_by: String,
    /// When to see the person again.
    pub follow_up: Vec<String>,
    /// Always true.
    pub requires_review: bool,
    /// Version of the tables.
    pub data_version: String,
    /// What was not checked; nothing in this list is known to be safe.
    pub could_not_check: Vec<NotChecked>,
}
