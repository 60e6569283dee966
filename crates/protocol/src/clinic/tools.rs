//! Type-ahead, reading a note, calculators.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::diagnosis::{Finding, FindingState, Problem, Score};
use super::request::{History, Vitals};

/// A finding offered for what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindingHit {
    /// Stable id.
    pub id: String,
    /// Preferred term: what to put into [`super::Symptom::name`].
    pub term: String,
    /// The name that fits what was typed: the term, or another name of it.
    pub matched: String,
    /// `symptom`, `sign`, `vital`, `lab`, `history`, `exposure` or `modifier`.
    pub kind: String,
    /// `SNOMED:…` or `HP:…`, where it is sure.
    pub code: Option<String>,
}

/// `GET /api/clinic/findings?q=&limit=10`, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FindingHits {
    /// What fits.
    pub findings: Vec<FindingHit>,
}

/// A medicine offered for what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DrugHit {
    /// Id in the formulary.
    pub id: String,
    /// Name: what to put into the list of medicines.
    pub name: String,
    /// The name that fits what was typed: the name, a synonym or a brand.
    pub matched: String,
    /// Its classes.
    pub classes: Vec<String>,
}

/// `GET /api/clinic/drugs?q=&limit=10`, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DrugHits {
    /// What fits.
    pub drugs: Vec<DrugHit>,
}

/// `POST /api/clinic/understand`. Nothing is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Understand {
    /// The note, at most 20,000 characters.
    pub narrative: String,
}

/// What a place in a note was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// A finding that is there.
    Present,
    /// A finding that is denied.
    Absent,
    /// A finding said with doubt.
    Possible,
    /// A finding of a relative.
    Family,
    /// A finding of the past that is over.
    Past,
    /// How long something has lasted.
    Duration,
    /// A listed medicine.
    Medicine,
    /// A listed allergy.
    Allergy,
    /// Nothing covers it.
    NotUnderstood,
}

/// A place in a note and what it was taken for. Places may overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mark {
    /// First character, counted in UTF-16 code units as a browser counts.
    pub start: usize,
    /// One past the last, likewise.
    pub end: usize,
    /// What it was taken for.
    pub kind: MarkKind,
    /// The words.
    pub text: String,
    /// The finding's id, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// The finding's preferred term, or the duration in days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
}

/// What was understood of a note.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Understood {
    /// Places in the order of the text.
    pub marks: Vec<Mark>,
    /// Findings as the engine would count them, what follows from vital signs and durations included.
    pub findings: Vec<Finding>,
    /// Vital signs that were read, in °C, mmHg, a minute and percent.
    pub vitals: Vitals,
    /// Age, sex, pregnancy, medicines and allergies that were read.
    pub history: History,
    /// Words that nothing covers.
    pub not_understood: Vec<String>,
    /// What could not be used, or must be asked.
    pub problems: Vec<Problem>,
}

impl Understood {
    /// Findings in a state.
    pub fn of(&self, state: FindingState) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.state == state)
    }
}

/// One of the words of an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InputOption {
    /// On the wire.
    pub value: String,
    /// For a person.
    pub label: String,
}

/// What may be given for an input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InputKind {
    /// `true` or `false`.
    YesNo,
    /// A number from `min` to `max`, both included.
    Number {
        /// As it is written.
        unit: String,
        /// The least that is taken.
        min: f64,
        /// The most that is taken.
        max: f64,
    },
    /// One of these words.
    Choice {
        /// The words.
        options: Vec<InputOption>,
    },
    /// A list of so many whole numbers, each from 0 to `max`.
    Answers {
        /// The questions, in order.
        questions: Vec<String>,
        /// The highest answer.
        max: u8,
    },
}

/// An input of a calculator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalculatorInput {
    /// Its name on the wire.
    pub name: String,
    /// What it is called on a form, with its unit.
    pub label: String,
    /// What may be given.
    #[serde(flatten)]
    pub kind: InputKind,
}

/// A score that can be calculated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Calculator {
    /// As in a path.
    pub id: String,
    /// As clinicians call it.
    pub name: String,
    /// What it says, for whom.
    pub purpose: String,
    /// What its result is counted in; empty for points.
    pub unit: String,
    /// What it is calculated from.
    pub inputs: Vec<CalculatorInput>,
    /// Where its rule is from.
    pub source: String,
}

/// `GET /api/clinic/scores`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Calculators {
    /// All of them.
    pub calculators: Vec<Calculator>,
}

/// What is posted to `/api/clinic/scores/{calculator}`: inputs by name; what is not known is left out.
pub type ScoreInputs = BTreeMap<String, Value>;

/// `POST /api/clinic/scores/{calculator}`. An input that can't be taken is refused with 422 and named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScoreAnswer {
    /// The score: a number; `{low, high}` where inputs are missing; null where nothing can be said without them.
    pub result: Value,
    /// Its parts, band, flags, missing inputs and source.
    pub working: Score,
}
