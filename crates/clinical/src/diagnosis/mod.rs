//! Which conditions are likely, how sure, how urgent, and what to ask next.
//!
//! Start reading at `knowledge.rs` (what a condition is), then `engine.rs` (how findings change its odds). `urgency`
//! decides how soon someone must be seen, `questions` what would tell most, `intake` turns a request into a [`Case`],
//! `result` words everything in five stages.
//!
//! Posterior odds are prior odds times likelihood ratios, tempered because findings are never independent. All figures
//! of the knowledge base are estimates from textbooks and guidelines: the outcome supports a judgement and replaces
//! none.
//!
//! What it must never do: hide what is dangerous because something harmless is likelier ([`Assessment::must_not_miss`]),
//! or take what it was not told as known.

mod engine;
mod intake;
mod knowledge;
mod questions;
mod request;
mod result;
mod tuning;
mod urgency;
mod version;

use serde::{Deserialize, Serialize};

use crate::findings::{FindingId, Sex};

pub use engine::{Assessment, Candidate, Evidence, assess};
pub use intake::{Intake, Source, Understood, intake};
pub use knowledge::{Condition, ListedFinding, Risk, SexRatio, condition, conditions, find_condition};
pub use questions::{Question, next_questions};
pub use request::{Request, RequestHistory, RequestSymptom, RequestVitals};
pub use result::{CandidateOut, DiagnosisResult, FindingOut, Modifier, Stages, findings, modifiers, stages};
pub use urgency::{RedFlag, Triage, red_flags};
pub use version::data_version;

/// Reads every table, so that the first case is as fast as the next.
pub fn warm() {
    let _ = stages(&intake(&Request { narrative: Some("cough".to_owned()), ..Request::default() }));
    let _ = data_version();
}

/// How soon someone must be seen, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Looking after oneself is enough.
    SelfCare,
    /// An ordinary appointment.
    Routine,
    /// Within days.
    Soon,
    /// The same day.
    Urgent,
    /// At once.
    Emergency,
}

/// What is known of one person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    /// Age in years, fractions for babies.
    pub age_years: Option<f64>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Whether pregnant.
    pub pregnant: Option<bool>,
    /// What is there. What these imply need not be listed.
    pub present: Vec<FindingId>,
    /// What is known not to be there.
    pub absent: Vec<FindingId>,
    /// What may be there; it counts half.
    pub possible: Vec<FindingId>,
    /// NEWS2 (0–20), or the least that it can be where something for it is missing.
    pub news2: Option<u8>,
}
