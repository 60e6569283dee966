//! What a check gives back, in the words of the wire format.

use serde::Serialize;

use super::alert::{Alert, NotChecked, Severity};

/// A drug that was chosen, with its dose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Medication {
    /// Name.
    pub name: String,
    /// Id in the formulary.
    pub drug: String,
    /// Single dose, adjusted to the person; says so where something for it is missing.
    pub dose: String,
    /// Route, such as `oral`.
    pub route: String,
    /// How often.
    pub frequency: String,
    /// How long.
    pub duration: String,
    /// How a dose by weight was worked out.
    pub calculation: Option<String>,
    /// Why this drug: its line in the guideline and when it is meant.
    pub rationale: String,
    /// Notes on the dose.
    pub notes: Vec<String>,
    /// 1 is first line.
    pub line: u8,
    /// Guideline of the choice, and reference of the dose.
    pub source: String,
}

/// A drug that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// Name.
    pub name: String,
    /// Id in the formulary.
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

/// The whole check.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Prescription {
    /// The diagnosis as given.
    pub diagnosis: String,
    /// Its id, where it is known.
    pub condition: Option<String>,
    /// What to do before or instead of drugs.
    pub advice: Vec<String>,
    /// The drugs chosen: the first safe option of the guideline.
    pub medications: Vec<Medication>,
    /// Further safe options, in order.
    pub alternatives: Vec<Medication>,
    /// Options left out, and why.
    pub excluded: Vec<Excluded>,
    /// Said where no option is left: that nothing safe is, and why.
    pub nothing_safe: Option<String>,
    /// Alerts about two or more medicines, current and chosen; the gravest first.
    pub interactions: Vec<Alert>,
    /// Alerts about one medicine and the person; the gravest first.
    pub warnings: Vec<Alert>,
    /// How many pairs of medicines were checked.
    pub interactions_checked: usize,
    /// Whether anything has to be measured.
    pub monitoring_required: bool,
    /// What to measure or watch, by drug.
    pub monitoring: Vec<String>,
    /// What the person must know to take it rightly.
    pub compliance_notes: Vec<String>,
    /// When to see the person again.
    pub follow_up: Vec<String>,
    /// Always true: it supports and does not replace judgement.
    pub requires_review: bool,
    /// Version of the tables.
    pub data_version: String,
    /// What was not checked; nothing in this list is known to be safe.
    pub could_not_check: Vec<NotChecked>,
}

impl Prescription {
    /// Every alert.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.interactions.iter().chain(&self.warnings)
    }
}
