//! The frames of a case, as door 4 sends them and as they are stored.

use serde::{Deserialize, Serialize};

use super::diagnosis::{Candidate, Finding, Modifier, Problem, Score};
use super::prescription::{Excluded, Interaction, Medication};
use super::{CaseKind, CaseResult};
use crate::CaseId;

/// A stage of a case: its word on the wire is `symptoms_analysis` and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CaseStage))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Diagnosis: what was understood.
    SymptomsAnalysis,
    /// Diagnosis: scores from the vital signs.
    VitalsEvaluation,
    /// Diagnosis: what shifts the starting odds.
    HistoryReview,
    /// Diagnosis: the candidates.
    DifferentialDiagnosis,
    /// Diagnosis: the first of them, urgency, tests.
    PrimaryDiagnosis,
    /// Prescription: what is left out, and why.
    AllergyCheck,
    /// Prescription: what is chosen.
    MedicationSelection,
    /// Prescription: alerts among current and chosen medicines.
    InteractionCheck,
    /// Prescription: what to measure.
    MonitoringAdvice,
    /// Prescription: how to take it, follow-up.
    Finalization,
    /// Both: done.
    Complete,
}

impl Stage {
    /// The stages of a kind, in order, the last one [`Stage::Complete`].
    pub const fn of(kind: CaseKind) -> &'static [Self; 6] {
        match kind {
            CaseKind::Diagnosis => &[
                Self::SymptomsAnalysis,
                Self::VitalsEvaluation,
                Self::HistoryReview,
                Self::DifferentialDiagnosis,
                Self::PrimaryDiagnosis,
                Self::Complete,
            ],
            CaseKind::Prescription => &[
                Self::AllergyCheck,
                Self::MedicationSelection,
                Self::InteractionCheck,
                Self::MonitoringAdvice,
                Self::Finalization,
                Self::Complete,
            ],
        }
    }

    /// How far the case is when the stage begins, in percent.
    pub const fn progress(self) -> u8 {
        match self {
            Self::SymptomsAnalysis | Self::AllergyCheck => 10,
            Self::VitalsEvaluation | Self::MedicationSelection => 30,
            Self::HistoryReview => 50,
            Self::InteractionCheck => 60,
            Self::DifferentialDiagnosis => 70,
            Self::MonitoringAdvice => 80,
            Self::PrimaryDiagnosis => 90,
            Self::Finalization => 95,
            Self::Complete => 100,
        }
    }

    /// What it does, for a person.
    pub const fn message(self) -> &'static str {
        match self {
            Self::SymptomsAnalysis => "Reading findings",
            Self::VitalsEvaluation => "Scoring vital signs",
            Self::HistoryReview => "Weighing age, sex and history",
            Self::DifferentialDiagnosis => "Ranking conditions",
            Self::PrimaryDiagnosis => "Settling diagnosis, urgency and tests",
            Self::AllergyCheck => "Checking allergies and contraindications",
            Self::MedicationSelection => "Selecting medicines and doses",
            Self::InteractionCheck => "Checking interactions",
            Self::MonitoringAdvice => "Working out what to monitor",
            Self::Finalization => "Writing instructions and follow-up",
            Self::Complete => "Done",
        }
    }
}

/// What a stage has to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Chunk {
    /// Of `symptoms_analysis`.
    Findings {
        /// What was understood.
        findings: Vec<Finding>,
        /// Words that nothing covers.
        #[serde(default)]
        not_understood: Vec<String>,
        /// What could not be used, or must be asked.
        #[serde(default)]
        could_not_assess: Vec<Problem>,
    },
    /// Of `vitals_evaluation`.
    Scores {
        /// Scores from what is known.
        scores: Vec<Score>,
    },
    /// Of `history_review`.
    Modifiers {
        /// What shifts the starting odds.
        modifiers: Vec<Modifier>,
    },
    /// Of `allergy_check`.
    Excluded {
        /// Options left out, and why.
        excluded: Vec<Excluded>,
    },
    /// Of `medication_selection`.
    Medication {
        /// One that was chosen.
        medication: Medication,
    },
    /// Of `interaction_check`.
    Interaction {
        /// One alert.
        interaction: Interaction,
    },
    /// Of `monitoring_advice`.
    Monitoring {
        /// One thing to measure or watch.
        monitoring: String,
    },
    /// Of `differential_diagnosis`: one candidate, with its place in the list.
    Candidate(Box<Candidate>),
}

/// What a frame of a case says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CaseEvent {
    /// A stage begins.
    Progress {
        /// Which.
        stage: Stage,
        /// How far the case is, in percent.
        progress: u8,
        /// What is done now, for a person.
        message: String,
        /// RFC 3339 UTC.
        timestamp: String,
    },
    /// A stage has something to show.
    StreamChunk {
        /// What.
        content: Chunk,
        /// RFC 3339 UTC.
        timestamp: String,
    },
    /// The case is done.
    Complete {
        /// All of it.
        result: Box<CaseResult>,
        /// RFC 3339 UTC.
        timestamp: String,
    },
    /// The case could not be ended.
    Error {
        /// Why, for a person.
        error: String,
        /// Why, as a word.
        code: String,
        /// RFC 3339 UTC.
        timestamp: String,
    },
}

/// A frame of a case: its event, with the case and the frame's place beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseFrame {
    /// Which case.
    pub case_id: CaseId,
    /// The frame's place in the case, from 1.
    pub n: u32,
    /// What it says.
    #[serde(flatten)]
    pub event: CaseEvent,
}
