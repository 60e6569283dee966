//! Rated answers that people agreed to have read, without their name: the queue, one of them, and what is found.

use serde::{Deserialize, Serialize};

use crate::message::Source;

/// What a reviewer finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing is wrong with it.
    Fine,
    /// Right, and badly said.
    Wording,
    /// Not right.
    Wrong,
    /// It could harm somebody.
    Unsafe,
}

impl Verdict {
    /// All of them, the mildest first.
    pub const ALL: [Self; 4] = [Self::Fine, Self::Wording, Self::Wrong, Self::Unsafe];

    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Wording => "wording",
            Self::Wrong => "wrong",
            Self::Unsafe => "unsafe",
        }
    }

    /// The verdict of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == word)
    }
}

/// A rated answer in the queue; its text is shown, and put on the trail, when it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewLine {
    /// Its id, which tells nothing of the person.
    pub id: String,
    /// 1 (worst) to 5 (best).
    pub rating: u8,
    /// When it was rated, RFC 3339 UTC.
    pub rated_at: String,
    /// What was found; none while it is open.
    pub verdict: Option<Verdict>,
    /// When it was closed, RFC 3339 UTC.
    pub closed_at: Option<String>,
}

/// `GET /api/reviews`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewList {
    /// A page of those asked for; what is open the oldest first, what is closed the newest first.
    pub reviews: Vec<ReviewLine>,
    /// All of those asked for.
    pub total: i64,
    /// Those that are open.
    pub open: i64,
}

/// `GET /api/reviews/{id}`: names, addresses, numbers and dates are taken out of the texts as far as they are found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RatedAnswer {
    /// As in the queue.
    #[serde(flatten)]
    pub line: ReviewLine,
    /// What was asked.
    pub question: String,
    /// What was answered: Markdown.
    pub answer: String,
    /// Who answered.
    pub model: Option<String>,
    /// What of the conversation whoever answered was shown.
    pub context_used: Vec<String>,
    /// What the answer rests on.
    pub sources: Vec<Source>,
    /// What the person said of it.
    pub text: Option<String>,
    /// Who closed it.
    pub reviewer: Option<String>,
    /// The reviewer's words.
    pub note: Option<String>,
}

/// `POST /api/reviews/{id}`: closes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Judge {
    /// What was found.
    pub verdict: Verdict,
    /// Why, or what would be better.
    #[serde(default)]
    pub note: Option<String>,
}
