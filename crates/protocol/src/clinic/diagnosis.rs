//! The result of a differential diagnosis, and its pieces as they are streamed.

use serde::{Deserialize, Serialize};

/// How soon someone must be seen, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Looking after oneself is enough.
    SelfCare,
    /// An ordinary appointment.
    Routine,
    /// The same day, or within days: see [`Diagnosis::see_within`].
    Urgent,
    /// At once.
    Emergency,
}

/// Whether a finding is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// It is there.
    Present,
    /// It is denied, or shown not to be there.
    Absent,
}

/// Where a finding came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FindingSource {
    /// A field.
    Given,
    /// The narrative.
    Narrative,
}

/// A finding as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// Stable id.
    pub id: String,
    /// Preferred term.
    pub name: String,
    /// Present or absent.
    pub state: FindingState,
    /// Field or narrative.
    pub from: FindingSource,
    /// Said with doubt; it counts half.
    #[serde(default)]
    pub possible: bool,
    /// The words it was told in, or `measured`.
    pub text: String,
}

/// Something that could not be used, or must be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseProblem))]
pub struct Problem {
    /// Stable code.
    pub code: String,
    /// In a sentence.
    pub text: String,
}

/// Something that shifts the starting odds: age, sex, pregnancy, history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Modifier {
    /// What it is.
    pub name: String,
    /// What it does, in a sentence.
    pub effect: String,
}

/// A score, or the range in which it lies where something is missing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ScoreValue {
    /// Every input was given.
    Exact(f64),
    /// Something was missing.
    Range {
        /// The least that it can be.
        low: f64,
        /// The most that it can be.
        high: f64,
    },
}

/// What one input adds to a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScorePart {
    /// The input, or the criterion: a stable word.
    pub name: String,
    /// Its points; a range where the input is missing.
    pub points: ScoreValue,
}

/// A calculated score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Score {
    /// The calculator's id, as in a path.
    #[serde(default)]
    pub calculator: String,
    /// As clinicians call it: `NEWS2`.
    pub name: String,
    /// The result; none where nothing can be said without what is missing.
    pub value: Option<ScoreValue>,
    /// What the value is counted in; empty for points.
    #[serde(default)]
    pub unit: String,
    /// What the value means; from the lowest to the highest that is possible, with ` to ` between.
    pub band: String,
    /// What adds up to it.
    pub parts: Vec<ScorePart>,
    /// What is to be known whatever the value, such as `single_parameter_3`.
    #[serde(default)]
    pub flags: Vec<String>,
    /// What was understood of what was given, such as a unit.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Inputs that were not given, by name.
    pub missing: Vec<String>,
    /// Where the rule is from.
    pub source: String,
}

/// A condition with its probability and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    /// Stable id of the condition.
    #[serde(default)]
    pub id: String,
    /// Its name.
    pub diagnosis: String,
    /// ICD-10 code.
    pub icd10: String,
    /// Posterior probability.
    pub probability: f64,
    /// How urgent it would be here.
    pub urgency: Urgency,
    /// What speaks for it, each with the factor on its odds.
    pub evidence_for: Vec<String>,
    /// What speaks against it, likewise.
    pub evidence_against: Vec<String>,
    /// Place in its list, from 1.
    pub index: usize,
    /// Length of its list.
    pub total: usize,
}

/// Something worth asking, looking at or testing next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextQuestion {
    /// The finding that the answer decides.
    pub finding: String,
    /// Its preferred term.
    pub term: String,
    /// `symptom`, `sign`, `vital`, `lab`, `history`, `exposure` or `modifier`.
    pub kind: String,
    /// Expected information about the diagnosis, in bits.
    pub bits: f64,
    /// Probability that the answer is yes.
    pub expected: f64,
}

/// The result of a differential diagnosis. It supports a judgement and replaces none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Diagnosis {
    /// Name of the most probable condition; none where no condition is listed.
    pub primary_diagnosis: Option<String>,
    /// Its ICD-10 code.
    pub icd10: Option<String>,
    /// Its probability.
    pub confidence: f64,
    /// How soon the person must be seen.
    pub urgency: Urgency,
    /// The same in words: `at once`, `the same day`, `within days`, `an ordinary appointment`, `looking after oneself`.
    pub see_within: String,
    /// What was understood.
    pub findings: Vec<Finding>,
    /// Words that nothing covers.
    pub not_understood: Vec<String>,
    /// Why, in sentences.
    pub reasoning: String,
    /// Who phrased the reasoning: `builtin`, or a model's name.
    #[serde(default)]
    pub phrased_by: String,
    /// First tests.
    pub recommended_tests: Vec<String>,
    /// Candidates, the primary first.
    pub differential_diagnoses: Vec<Candidate>,
    /// Dangerous conditions that can't be put aside, gravest first.
    pub must_not_miss: Vec<Candidate>,
    /// Red flags that are there.
    pub red_flags: Vec<String>,
    /// Scores from what is known.
    pub scores: Vec<Score>,
    /// What shifted the starting odds.
    #[serde(default)]
    pub modifiers: Vec<Modifier>,
    /// What would tell most.
    #[serde(default)]
    pub next_questions: Vec<NextQuestion>,
    /// Probability of anything that is not listed.
    #[serde(default)]
    pub other: f64,
    /// What could not be used, or must be asked.
    pub could_not_assess: Vec<Problem>,
    /// Version of the tables.
    #[serde(default)]
    pub data_version: String,
}
