//! A case as it is stored and listed: its input, what its stages said, its result and what was decided about it.

use serde::{Deserialize, Serialize};

use super::diagnosis::{Diagnosis, Urgency};
use super::event::{CaseFrame, Stage};
use super::prescription::Prescription;
use super::request::CaseInput;
use super::share::{Person, Share};
use crate::{CaseId, UserId};

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// A differential diagnosis.
    Diagnosis,
    /// A prescription check.
    Prescription,
}

impl CaseKind {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Diagnosis => "diagnosis",
            Self::Prescription => "prescription",
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Diagnosis, Self::Prescription].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// Stages are still to come.
    Running,
    /// The result is there.
    Done,
    /// It could not be ended.
    Failed,
}

impl CaseStatus {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The status of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Running, Self::Done, Self::Failed].into_iter().find(|status| status.as_str() == word)
    }
}

/// With what a case was worked out, so that it can be run again and compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Versions {
    /// Of the program.
    pub engine: String,
    /// Of the tables: a digest of their text.
    pub data: String,
}

/// The result of either engine. The fields stand where the case's kind says, without a tag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum CaseResult {
    /// Of a differential diagnosis.
    Diagnosis(Box<Diagnosis>),
    /// Of a prescription check.
    Prescription(Box<Prescription>),
}

/// What a clinician decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// As it is.
    Accept,
    /// With changes; [`Review::edited`] says which.
    Edit,
    /// Not; [`Review::reason`] says why.
    Reject,
}

/// `POST /api/clinic/cases/{id}/review`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewRequest {
    /// What was decided.
    pub decision: Decision,
    /// Why; needed for `reject`. At most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What holds instead, in the clinician's words; needed for `edit`. At most 8,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<String>,
}

/// A sign-off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review {
    /// What was decided.
    pub decision: Decision,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// What holds instead.
    #[serde(default)]
    pub edited: Option<String>,
    /// By whom.
    pub reviewer: Person,
    /// RFC 3339 UTC.
    pub at: String,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseSummary {
    /// Its id.
    pub id: CaseId,
    /// Which engine.
    pub kind: CaseKind,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub status: CaseStatus,
    /// The stage that is being worked out, or `complete`.
    pub stage: Stage,
    /// The primary diagnosis, or the medicines chosen, in a line; empty until it is done.
    pub outcome: String,
    /// How soon, of a diagnosis that is done.
    pub urgency: Option<Urgency>,
    /// Who ran it.
    pub owner: Person,
    /// Whether the caller is the owner; else it was shared with them.
    pub is_own: bool,
    /// The account it is about, where it is about one here.
    pub patient_id: Option<UserId>,
    /// The last decision about it.
    pub decision: Option<Decision>,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// RFC 3339 UTC.
    pub updated_at: String,
}

/// `GET /api/clinic/cases`, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseList {
    /// A page of them.
    pub cases: Vec<CaseSummary>,
    /// How many there are in all.
    pub total: i64,
}

/// `GET /api/clinic/cases/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Case {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: CaseSummary,
    /// What it was asked with.
    pub input: CaseInput,
    /// What was said so far, in order.
    pub frames: Vec<CaseFrame>,
    /// The result, once it is done.
    pub result: Option<CaseResult>,
    /// Sign-offs, the newest first; the first one holds.
    pub reviews: Vec<Review>,
    /// Whom it is shared with; to the owner only.
    pub shared_with: Vec<Share>,
    /// The diagnosis that this prescription goes on from.
    pub from_case: Option<CaseId>,
    /// The prescriptions that went on from this diagnosis, the newest first; to the owner only.
    #[serde(default)]
    pub prescriptions: Vec<CaseId>,
    /// With what it was worked out.
    pub versions: Versions,
}
