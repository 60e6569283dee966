//! What a rule has to say.

use serde::Serialize;

/// How grave an alert is; the gravest is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
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

impl Severity {
    /// As in the wire format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Caution => "caution",
            Self::Serious => "serious",
            Self::Contraindicated => "contraindicated",
        }
    }

    /// Whether a drug with such an alert is left out of a selection.
    pub fn excludes(self) -> bool {
        self >= Self::Serious
    }
}

/// A medical finding about one drug and the person, or about several drugs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// Stable code, `family.rule`, such as `interaction.onc_ssri_maoi`.
    pub code: String,
    /// How grave.
    pub severity: Severity,
    /// Names of the drugs concerned, sorted.
    pub drugs: Vec<String>,
    /// Why: what happens, and what comes of it.
    pub mechanism: String,
    /// What to do instead.
    pub advice: String,
    /// Guideline or reference, with the year.
    pub source: String,
    /// Whether it should interrupt the prescriber; false for what Phansalkar 2013 lists as not to interrupt.
    pub interrupt: bool,
    /// Positions of the medicines concerned in the list that was checked.
    #[serde(skip)]
    pub medicines: Vec<usize>,
}

impl Alert {
    /// Whether the medicine at this position is concerned.
    pub fn concerns(&self, medicine: usize) -> bool {
        self.medicines.contains(&medicine)
    }
}

/// Something that was not checked, and so is not known to be safe.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotChecked {
    /// Stable code, such as `unknown_drug` or `missing_weight`.
    pub code: String,
    /// The drug, allergy or condition as typed, or the missing fact.
    pub about: String,
    /// What is missing and what it is needed for.
    pub text: String,
    /// Nearest known names, for what was not recognised.
    pub suggestions: Vec<String>,
}
