//! What a person has or has not, in one vocabulary, and a reader that finds it in free text.
//!
//! Start reading at `vocabulary.rs`; [`read`] is in `reading.rs`. A text is cut into words (`tokens`, `words`), the
//! phrases of the vocabulary are found in it (`matching`), and each is judged by what stands around it (`context`):
//! denied, doubtful, a relative's, past. `patient`, `vitals` and `durations` read figures; `derive` says what those show.
//!
//! What it must never do: guess. What no finding covers is handed back as not understood, and a figure whose unit is
//! not clear is asked about.

mod age;
mod context;
mod derive;
mod durations;
mod labs;
mod matching;
mod medicines;
mod patient;
mod phrases;
mod reading;
mod suggest;
mod tokens;
mod vitals;
mod vocabulary;
mod words;

use serde::Serialize;

pub use derive::{Derived, from_duration, from_vitals};
pub use durations::Duration;
pub use patient::{Patient, Sex};
pub use reading::{Mention, Reading, Span, State, Subject, days_of, read};
pub use suggest::{Suggestion, suggest};
pub use vitals::{Vitals, celsius, glucose};
pub(crate) use vocabulary::texts;
pub use vocabulary::{Finding, FindingId, Kind, all, find, ids};

/// Something in the input that could not be used as it stands. It is data, never an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable code.
    pub code: &'static str,
    /// What is wrong, in a sentence for the clinician.
    pub text: String,
}

pub(crate) fn problem(code: &'static str, text: String) -> Problem {
    Problem { code, text }
}
