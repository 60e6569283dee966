//! The clinic: what a case is asked with, what its stages say, and what comes of it.
//!
//! Start with [`request`] (what is entered), then [`event`] (the frames of door 4, in the order in which they come), then
//! [`diagnosis`] and [`prescription`] (the two results), [`case`] (what is stored of all that), [`tools`] (type-ahead,
//! reading a note, calculators), [`share`] (who lets whom see what), [`alert`] (who is told of danger).
//!
//! Numbers carry their unit in their description; a probability is 0 to 1.

pub mod alert;
pub mod case;
pub mod diagnosis;
pub mod event;
pub mod prescription;
pub mod request;
pub mod share;
pub mod tools;

pub use alert::{Alert, AlertList};
pub use case::{
    Case, CaseKind, CaseList, CaseResult, CaseStatus, CaseSummary, Decision, Review, ReviewRequest, Versions,
};
pub use diagnosis::{
    Candidate, Diagnosis, Finding, FindingSource, FindingState, Modifier, NextQuestion, Problem, Score, ScorePart,
    ScoreValue, Urgency,
};
pub use event::{CaseEvent, CaseFrame, Chunk, Stage};
pub use prescription::{Excluded, Interaction, Medication, NotChecked, Prescription, Severity};
pub use request::{CaseInput, DiagnosisRequest, History, PatientInfo, PrescriptionRequest, Symptom, Vitals};
pub use share::{ChangeShare, Person, Share, ShareCase, ShareKind, ShareList, ShareRecord};
pub use tools::{
    Calculator, CalculatorInput, Calculators, DrugHit, DrugHits, FindingHit, FindingHits, InputKind, InputOption, Mark,
    MarkKind, ScoreAnswer, Understand, Understood,
};
