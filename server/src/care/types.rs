//! What a person did and noted for themselves, as it stands sealed in `care_entries.body`.

use protocol::care::Done;
use serde::{Deserialize, Serialize};

use crate::clock::Millis;

/// What it is, and what was entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Noted {
    /// An exercise that was finished.
    Exercise {
        /// Which.
        exercise: String,
        /// For what it was offered, as a word of `clinical::exercises::Tag`; nothing where it was begun by itself.
        context: Option<String>,
        /// What was entered on the way.
        #[serde(flatten)]
        done: Done,
    },
    /// A questionnaire.
    Questionnaire {
        /// `phq9` or `gad7`.
        questionnaire: String,
        /// An item each.
        answers: Vec<u8>,
        /// How difficult it made things.
        difficulty: Option<u8>,
    },
    /// How they felt, 0 to 10.
    Mood {
        /// 0 (worst) to 10 (best).
        score: u8,
    },
}

/// One entry, opened.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entered {
    pub(crate) id: String,
    pub(crate) at: Millis,
    pub(crate) noted: Noted,
}
