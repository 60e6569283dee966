//! A clinician is told that a patient is in danger, where the patient agreed to that. Nothing of what was said goes along.

use serde::{Deserialize, Serialize};

use super::share::Person;
use crate::message::SafetyLevel;

/// That somebody was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alert {
    /// Its id.
    pub id: String,
    /// Who may be in danger.
    pub patient: Person,
    /// Who was told.
    pub clinician: Person,
    /// How grave, as it was found.
    pub level: SafetyLevel,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// When the clinician opened it, RFC 3339 UTC.
    pub seen_at: Option<String>,
}

/// `GET /api/clinic/alerts` and `GET /api/record/alerts`: the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertList {
    /// A page of them.
    pub alerts: Vec<Alert>,
    /// All of them.
    pub total: i64,
    /// Those that the clinician has not opened.
    pub unread: i64,
}
