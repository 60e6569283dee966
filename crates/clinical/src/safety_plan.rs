//! A personal safety plan in six steps, after Stanley and Brown: what is asked, with examples, from
//! `data/safety_plan.toml`; and how much may be written.
//!
//! What it must never do: stand before help. In a crisis the answer of [`crate::crisis`] is shown first, and
//! [`SafetyPlan::stop_first`] above the plan.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The most lines that a step takes.
pub const LINES_MAX: usize = 12;
/// The longest line, in characters.
pub const LINE_CHARS_MAX: usize = 300;
/// The id under which what is written at the end is kept.
pub const CLOSING: &str = "closing";

/// The plan as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyPlan {
    /// Its title.
    pub title: String,
    /// What it is for.
    pub intro: String,
    /// Shown above everything: what to do instead of writing when it is urgent.
    pub stop_first: String,
    /// That it is best made with someone.
    pub with_someone: String,
    /// Where to keep it.
    pub keep: String,
    /// Whose method it is.
    pub source: String,
    /// What is known of its effect.
    pub evidence: String,
    /// What it is not.
    pub not_for: String,
    /// The six steps, in order.
    pub step: Vec<Step>,
    /// What is asked at the end.
    pub closing: Closing,
}

/// A step of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Stable id, such as `signs`.
    pub id: String,
    /// Its place, from 1.
    pub number: u8,
    /// In the person's voice.
    pub heading: String,
    /// Why it is asked.
    pub why: String,
    /// What is asked.
    pub prompts: Vec<String>,
    /// What others might write.
    pub examples: Vec<String>,
}

/// What is asked at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// What is asked.
    pub prompts: Vec<String>,
    /// What others might write.
    pub examples: Vec<String>,
    /// What is said when it is done.
    pub message: String,
}

/// What a person wrote: lines by the id of the step, or [`CLOSING`].
pub type Written = BTreeMap<String, Vec<String>>;

/// Why what was written is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// There is no such step.
    #[error("there is no such step")]
    UnknownStep,
    /// More than [`LINES_MAX`] lines in a step.
    #[error("a step takes at most {LINES_MAX} lines")]
    TooManyLines,
    /// A line of more than [`LINE_CHARS_MAX`] characters.
    #[error("a line takes at most {LINE_CHARS_MAX} characters")]
    TooLong,
}

static PLAN: LazyLock<SafetyPlan> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/safety_plan.toml")).expect("safety_plan.toml is checked by the tests")
});

/// The plan as it is asked for.
pub fn plan() -> &'static SafetyPlan {
    &PLAN
}

/// What was written, as it is kept: lines trimmed, empty lines and empty steps left out. A plan may have gaps.
///
/// # Errors
/// See [`Refused`].
pub fn tidy(written: Written) -> Result<Written, Refused> {
    let mut kept = Written::new();
    for (step, lines) in written {
        if step != CLOSING && !plan().step.iter().any(|own| own.id == step) {
            return Err(Refused::UnknownStep);
        }
        let lines: Vec<String> =
            lines.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        if lines.len() > LINES_MAX {
            return Err(Refused::TooManyLines);
        }
        if lines.iter().any(|line| line.chars().count() > LINE_CHARS_MAX) {
            return Err(Refused::TooLong);
        }
        if !lines.is_empty() {
            kept.insert(step, lines);
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::{CLOSING, LINE_CHARS_MAX, LINES_MAX, Refused, Written, plan, tidy};

    fn written(step: &str, lines: &[&str]) -> Written {
        Written::from([(step.to_owned(), lines.iter().map(|line| (*line).to_owned()).collect())])
    }

    #[test]
    fn the_plan_has_its_six_steps_and_puts_help_first() {
        let plan = plan();
        assert_eq!(plan.step.iter().map(|step| step.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
        let mut ids: Vec<_> = plan.step.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(ids, ["signs", "alone", "company", "help", "professionals", "surroundings"]);
        ids.push(CLOSING);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 7);
        for step in &plan.step {
            assert!(!step.heading.is_empty() && !step.why.is_empty(), "{}", step.id);
            assert!(!step.prompts.is_empty() && !step.examples.is_empty(), "{}", step.id);
            assert!(step.examples.iter().all(|line| line.chars().count() <= LINE_CHARS_MAX), "{}", step.id);
        }
        assert!(plan.stop_first.contains("emergency number") && plan.source.contains("https://"));
    }

    #[test]
    fn what_is_written_is_kept_without_what_is_empty() {
        let kept = tidy(written("signs", &["  I stop answering.  ", "", "\t"])).unwrap();
        assert_eq!(kept, written("signs", &["I stop answering."]));
        assert_eq!(tidy(written("alone", &[" "])), Ok(Written::new()));
        assert_eq!(tidy(written(CLOSING, &["The dog."])), Ok(written(CLOSING, &["The dog."])));
        let full = vec!["a"; LINES_MAX];
        assert_eq!(tidy(written("help", &full)), Ok(written("help", &full)));
    }

    #[test]
    fn too_much_and_what_belongs_nowhere_is_refused() {
        assert_eq!(tidy(written("diary", &["a"])), Err(Refused::UnknownStep));
        assert_eq!(tidy(written("help", &vec!["a"; LINES_MAX + 1])), Err(Refused::TooManyLines));
        let long = "é".repeat(LINE_CHARS_MAX + 1);
        assert_eq!(tidy(written("help", &[&long])), Err(Refused::TooLong));
        assert!(tidy(written("help", &[&long[..LINE_CHARS_MAX * 2]])).is_ok());
    }
}
