//! Short exercises that a person can do on their own, from `data/exercises.toml`: when to offer them, and the way through.
//!
//! [`offers`] is what anxiety or panic is always offered; [`tags`] and [`fits`] say what fits anything else that somebody
//! wrote, and [`choice`] puts that in the order that has helped. [`walk()`] leads through one, with typed answers where it
//! has prompts.
//!
//! What it must never do: stand in for the answer to a danger. A caller asks [`crate::crisis`] first, and offers nothing
//! in a crisis.

pub mod choice;
mod fit;
mod named;
mod tag;
mod walk;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use fit::{fits, tags};
pub use named::{named, wished};
pub use tag::Tag;
pub use walk::{Answer, Answers, Next, Refused, TEXT_CHARS_MAX, answered, check, walk};

use crate::profile::Condition;

/// An exercise, told step by step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Stable id, such as `ex_breathing`.
    pub id: String,
    /// What a button says.
    pub label: String,
    /// What kind of exercise it is, such as `breathing`.
    pub kind: String,
    /// What it is for, the best fit first.
    pub when: Vec<Tag>,
    /// About how long the whole takes, in minutes; with prompts, with typing.
    pub minutes: u32,
    /// Who should not do it, or should stop, as the person reads it.
    pub not_for: String,
    /// With these it is not offered.
    #[serde(default)]
    pub contraindications: Vec<Condition>,
    /// What to know before beginning.
    pub intro: String,
    /// What to do, in order. Never empty.
    pub steps: Vec<Step>,
    /// Questions with typed answers; empty for most. With typing they take the place of the steps between the first and
    /// the last: see [`walk()`].
    #[serde(default)]
    pub prompts: Vec<Prompt>,
    /// What has been achieved when it is done.
    pub marker: String,
    /// How much a finished exercise counts in a person's progress, 0 to 1. A weight of this project, not a measured
    /// effect.
    pub therapeutic_value: f64,
    /// Where the exercise is described, and what is known of its effect.
    pub source: String,
}

/// One step of an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What to do.
    pub text: String,
    /// For how long.
    pub seconds: u32,
}

/// A question with a typed answer. It may always be left empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// Stable within its exercise.
    pub id: String,
    /// What is asked.
    pub ask: String,
    /// What is answered.
    pub kind: PromptKind,
    /// The answers to choose from, for [`PromptKind::Choice`]; else empty.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Asked only if this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<Branch>,
    /// Not asked if this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<Branch>,
}

/// What kind of answer a prompt takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptKind {
    /// Free text.
    Text,
    /// A whole number from 0 to 10.
    Scale,
    /// One of the prompt's choices.
    Choice,
}

/// What an earlier answer was. An answer that was left empty, or not asked for, fulfils nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// The id of an earlier prompt of the same exercise.
    pub prompt: String,
    /// On its scale at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u8>,
    /// On its scale at most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u8>,
    /// One of these choices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
}

impl Exercise {
    /// How long the steps take, in seconds.
    pub fn seconds(&self) -> u32 {
        self.steps.iter().map(|step| step.seconds).sum()
    }

    /// Whether it may be offered to someone with these conditions.
    pub fn suits(&self, conditions: &[Condition]) -> bool {
        !self.contraindications.iter().any(|condition| conditions.contains(condition))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    exercise: Vec<Exercise>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/exercises.toml")).expect("data/exercises.toml is checked by the tests")
});

/// Every exercise.
pub fn all() -> &'static [Exercise] {
    &DATA.exercise
}

/// The exercise with this id.
pub fn by_id(id: &str) -> Option<&'static Exercise> {
    all().iter().find(|exercise| exercise.id == id)
}

/// What anxiety and panic are always offered first, in this order.
const FIRST_FOR_ANXIETY: [&str; 2] = ["ex_breathing", "ex_grounding"];

/// What to offer to someone who wrote `text`: for anxiety or panic `ex_breathing` and `ex_grounding`, in this order;
/// else nothing.
pub fn offers(text: &str) -> Vec<&'static Exercise> {
    if crate::crisis::is_anxious(text) { FIRST_FOR_ANXIETY.into_iter().filter_map(by_id).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::{FIRST_FOR_ANXIETY, Prompt, PromptKind, all, by_id, offers};

    #[test]
    fn every_exercise_is_complete() {
        assert!(all().len() >= 12);
        for exercise in all() {
            let id = exercise.id.as_str();
            assert!(id.starts_with("ex_") && !id.ends_with("_complete"), "{id}");
            assert!((0.0..=1.0).contains(&exercise.therapeutic_value), "{id}");
            assert!(exercise.source.contains("https://"), "{id}");
            assert!(!exercise.intro.is_empty() && !exercise.marker.is_empty() && !exercise.label.is_empty(), "{id}");
            assert!(!exercise.not_for.is_empty() && !exercise.when.is_empty(), "{id}");
            assert!(exercise.steps.len() >= 2, "{id}: the walk with typing needs a first and a last step");
            assert!(exercise.steps.iter().all(|step| step.seconds > 0 && !step.text.is_empty()), "{id}");
            assert!((60..=600).contains(&exercise.seconds()), "{id}: {}", exercise.seconds());
            let told = exercise.seconds().div_ceil(60);
            assert!(!exercise.prompts.is_empty() || told.abs_diff(exercise.minutes) <= 1, "{id}: {told} minutes");
            assert_eq!(by_id(id), Some(exercise), "{id} stands twice");
        }
        assert_eq!(by_id("ex_nothing"), None);
    }

    #[test]
    fn a_step_can_be_read_in_its_seconds() {
        for exercise in all().iter().filter(|exercise| exercise.kind != "breathing") {
            for step in &exercise.steps {
                let words = u32::try_from(step.text.split_whitespace().count()).unwrap();
                assert!(words * 10 <= step.seconds * 24 + 10, "{}: {:?} in {} s", exercise.id, step.text, step.seconds);
            }
        }
    }

    #[test]
    fn prompts_are_whole_and_branch_only_on_earlier_ones() {
        for exercise in all() {
            let mut earlier: Vec<&Prompt> = Vec::new();
            for prompt in &exercise.prompts {
                let at = format!("{}.{}", exercise.id, prompt.id);
                assert_eq!(prompt.kind == PromptKind::Choice, !prompt.choices.is_empty(), "{at}");
                assert!(!prompt.ask.is_empty() && !earlier.iter().any(|before| before.id == prompt.id), "{at}");
                for branch in prompt.only_if.iter().chain(&prompt.unless) {
                    let asked = earlier.iter().find(|before| before.id == branch.prompt);
                    let asked = asked.unwrap_or_else(|| panic!("{at} branches on what was not asked before"));
                    let by_scale = branch.at_least.is_some() || branch.at_most.is_some();
                    assert_eq!(by_scale, asked.kind == PromptKind::Scale, "{at}");
                    assert_eq!(!branch.one_of.is_empty(), asked.kind == PromptKind::Choice, "{at}");
                    assert!(branch.one_of.iter().all(|choice| asked.choices.contains(choice)), "{at}");
                }
                earlier.push(prompt);
            }
        }
    }

    #[test]
    fn what_is_always_offered_has_no_contraindication() {
        for id in FIRST_FOR_ANXIETY {
            assert!(by_id(id).unwrap().contraindications.is_empty(), "{id}");
        }
    }

    #[test]
    fn anxiety_and_panic_are_offered_breathing_then_grounding() {
        for text in [
            "I'm so anxious",
            "my ANXIETY is really bad tonight",
            "I think I'm having a panic attack",
            "I’m panicking!!",
            "I can't calm down",
            "feeling overwhelmed and on edge",
            "I am worried sick about the results",
            "my heart is racing and I'm scared",
            "i feel anxiuos all the time",
            "I feel very nervous about my exam tomorrow",
            "I'm freaking out",
            "I'm not anxious about money but I am panicking about my exam",
            "i cant stop worrying",
            "I'm stressed and anxious",
        ] {
            let ids: Vec<_> = offers(text).iter().map(|exercise| exercise.id.as_str()).collect();
            assert_eq!(ids, ["ex_breathing", "ex_grounding"], "{text}");
        }
    }

    #[test]
    fn other_messages_are_offered_nothing() {
        for text in [
            "",
            "I'm not anxious",
            "I don't have anxiety, just a headache",
            "no panic, it's only a cold",
            "I don't feel anxious at all",
            "What can I do against a headache?",
            "my heart races when I run",
            "I have a fever and a cough",
            "hello",
            "my mother never panics",
            "I can't wait to see the sea",
        ] {
            assert!(offers(text).is_empty(), "{text}");
        }
    }
}
