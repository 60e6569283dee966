//! Short exercises that a person can do on their own, from `data/exercises.toml`, and when to offer them.

use std::sync::LazyLock;

use serde::Deserialize;

/// An exercise, told step by step.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Stable id, such as `ex_breathing`.
    pub id: String,
    /// What a button says.
    pub label: String,
    /// What kind of exercise it is, such as `breathing`.
    pub kind: String,
    /// What to know before beginning.
    pub intro: String,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// What has been achieved when it is done.
    pub marker: String,
    /// How much a finished exercise counts in a person's progress, 0 to 1. A weight of this project, not a measured
    /// effect.
    pub therapeutic_value: f64,
    /// Where the exercise is described.
    pub source: String,
}

/// One step of an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What to do.
    pub text: String,
    /// For how long.
    pub seconds: u32,
}

impl Exercise {
    /// How long the whole takes.
    pub fn seconds(&self) -> u32 {
        self.steps.iter().map(|step| step.seconds).sum()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    exercise: Vec<Exercise>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/exercises.toml")).expect("data/exercises.toml is checked by the tests")
});

/// Every exercise.
pub fn all() -> &'static [Exercise] {
    &DATA.exercise
}

/// The exercise with this id.
pub fn by_id(id: &str) -> Option<&'static Exercise> {
    all().iter().find(|exercise| exercise.id == id)
}

/// What to offer to someone who wrote `text`: for anxiety or panic `ex_breathing` and `ex_grounding`, in this order;
/// else nothing.
pub fn offers(text: &str) -> Vec<&'static Exercise> {
    if crate::crisis::is_anxious(text) {
        ["ex_breathing", "ex_grounding"].into_iter().filter_map(by_id).collect()
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{all, by_id, offers};

    #[test]
    fn every_exercise_is_complete() {
        for exercise in all() {
            assert!(exercise.id.starts_with("ex_") && !exercise.id.ends_with("_complete"), "{}", exercise.id);
            assert!((0.0..=1.0).contains(&exercise.therapeutic_value), "{}", exercise.id);
            assert!(exercise.source.contains("https://"), "{}", exercise.id);
            assert!(!exercise.intro.is_empty() && !exercise.marker.is_empty() && !exercise.label.is_empty());
            assert!(exercise.steps.iter().all(|step| step.seconds > 0 && !step.text.is_empty()), "{}", exercise.id);
            assert!((60..=300).contains(&exercise.seconds()), "{}: {}", exercise.id, exercise.seconds());
            assert_eq!(by_id(&exercise.id), Some(exercise));
        }
        assert_eq!(by_id("ex_nothing"), None);
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
