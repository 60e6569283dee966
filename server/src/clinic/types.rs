//! What is sealed into the columns of a case, and what is known of it while it runs.

use clinical::findings::Vitals;
use protocol::clinic::{CaseInput, CaseKind, Decision, Diagnosis, Prescription, Urgency};
use protocol::rest::UserRole;
use protocol::{CaseId, UserId};
use serde::{Deserialize, Serialize};

use crate::auth::Caller;

/// Who asks, with what they may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Their account.
    pub user: UserId,
    /// Their role.
    pub role: UserRole,
}

impl Viewer {
    /// Whether they may see clinicians' pages and, by a share, other people's data.
    pub fn is_clinician(&self) -> bool {
        self.role == UserRole::Clinician
    }

    /// Whether they have a record that they can share.
    pub fn is_patient(&self) -> bool {
        self.role == UserRole::Patient
    }
}

impl From<&Caller> for Viewer {
    fn from(caller: &Caller) -> Self {
        Self { user: caller.user_id.clone(), role: caller.role }
    }
}

/// The plaintext of `cases.summary`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) outcome: String,
    #[serde(default)]
    pub(crate) urgency: Option<Urgency>,
}

/// The plaintext of `case_reviews.body`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReviewBody {
    pub(crate) decision: Decision,
    pub(crate) reason: Option<String>,
    pub(crate) edited: Option<String>,
}

/// What the stages of a case have worked out so far: the plaintext of `cases.work`. A finished stage is never run again;
/// the next one goes on from here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Work {
    /// What the engine of diagnoses reckons with, once the input is understood.
    pub(crate) known: Option<Known>,
    /// The result of a diagnosis as far as it is filled in.
    pub(crate) diagnosis: Option<Diagnosis>,
    /// The result of a prescription check.
    pub(crate) prescription: Option<Prescription>,
}

/// A `clinical::diagnosis::Case` by the ids of its findings, with the vital signs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) age_years: Option<f64>,
    pub(crate) sex: Option<clinical::findings::Sex>,
    pub(crate) pregnant: Option<bool>,
    pub(crate) present: Vec<String>,
    pub(crate) absent: Vec<String>,
    pub(crate) possible: Vec<String>,
    pub(crate) news2: Option<u8>,
    pub(crate) vitals: Vitals,
}

/// A case to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewCase {
    pub(crate) id: CaseId,
    pub(crate) owner: UserId,
    pub(crate) patient: Option<UserId>,
    pub(crate) from_case: Option<CaseId>,
    pub(crate) input: CaseInput,
    pub(crate) title: String,
}

impl NewCase {
    pub(crate) const fn kind(&self) -> CaseKind {
        match self.input {
            CaseInput::Diagnosis(_) => CaseKind::Diagnosis,
            CaseInput::Prescription(_) => CaseKind::Prescription,
        }
    }
}
