//! Who lets whom see what. Either side can end a share; what is ended is not found any more.

use serde::{Deserialize, Serialize};

use crate::{CaseId, UserId};

/// Someone, as others who have to do with them see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Their account.
    pub id: UserId,
    /// Given and family name.
    pub name: String,
}

/// What is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShareKind {
    /// A patient lets a clinician see their record: channel and cases.
    Record,
    /// A clinician lets someone see one case.
    Case,
}

impl ShareKind {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Case => "case",
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Record, Self::Case].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A share that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    /// Its id.
    pub id: String,
    /// What is shared.
    pub kind: ShareKind,
    /// Who shares.
    pub from: Person,
    /// Who may see it.
    pub with: Person,
    /// Which case, of a share of one.
    pub case_id: Option<CaseId>,
    /// The clinician is told when the patient is in danger; of a record only.
    #[serde(default)]
    pub alerts: bool,
    /// RFC 3339 UTC.
    pub created_at: String,
}

/// `GET /api/record/shares`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareList {
    /// What the caller lets others see.
    pub given: Vec<Share>,
    /// What others let the caller see.
    pub received: Vec<Share>,
}

/// `POST /api/record/shares`: lets a clinician see one's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareRecord {
    /// The clinician's address.
    pub email: String,
    /// Tell them when I am in danger.
    #[serde(default)]
    pub alerts: bool,
}

/// `PATCH /api/record/shares/{id}`: gives that consent, or takes it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeShare {
    /// Tell them when I am in danger.
    pub alerts: bool,
}

/// `POST /api/clinic/cases/{id}/share`: shows a case to its patient. One of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ShareCase {
    /// The patient's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The patient's account, of someone who has shared their record with the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}
