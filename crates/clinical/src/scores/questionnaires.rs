//! PHQ-9 and GAD-7: how much depression and anxiety weigh, by a person's own answers of the last two weeks.

use super::inputs::{Checked, InputKind, InputSpec};
use super::{Calculator, Outcome, Part, Value};

/// The questions are named by what they ask; the wording of the forms is their authors'.
const PHQ9_ITEMS: [&str; 9] = [
    "little_interest",
    "low_mood",
    "sleep",
    "tiredness",
    "appetite",
    "feeling_a_failure",
    "concentration",
    "slowed_or_restless",
    "thoughts_of_death_or_self_harm",
];

const GAD7_ITEMS: [&str; 7] = [
    "nervous",
    "worry_without_control",
    "too_much_worry",
    "trouble_relaxing",
    "restless",
    "irritable",
    "afraid_something_awful",
];

pub(super) static PHQ9: Calculator = Calculator {
    id: "phq9",
    name: "PHQ-9",
    purpose: "How much depression weighs, by a person's own answers: each 0 (not at all) to 3 (nearly every day).",
    unit: "",
    inputs: &[InputSpec {
        name: "responses",
        label: "Nine answers, 0 to 3",
        kind: InputKind::Answers { questions: &PHQ9_ITEMS, max: 3 },
    }],
    source: "Kroenke et al., J Gen Intern Med 2001",
    score: phq9,
};

pub(super) static GAD7: Calculator = Calculator {
    id: "gad7",
    name: "GAD-7",
    purpose: "How much anxiety weighs, by a person's own answers: each 0 (not at all) to 3 (nearly every day).",
    unit: "",
    inputs: &[InputSpec {
        name: "responses",
        label: "Seven answers, 0 to 3",
        kind: InputKind::Answers { questions: &GAD7_ITEMS, max: 3 },
    }],
    source: "Spitzer et al., Arch Intern Med 2006",
    score: gad7,
};

fn phq9(inputs: &Checked<'_>) -> Outcome {
    let mut outcome = add_up(inputs, &PHQ9_ITEMS, |total| match total {
        20.0.. => "severe",
        15.0.. => "moderately-severe",
        10.0.. => "moderate",
        5.0.. => "mild",
        _ => "none-minimal",
    });
    // Whatever the sum: someone who thinks of death is asked about it.
    if outcome.parts.last().is_some_and(|last| last.points.low() > 0.0) {
        outcome.flags.push("self_harm_item");
    }
    outcome
}

fn gad7(inputs: &Checked<'_>) -> Outcome {
    let mut outcome = add_up(inputs, &GAD7_ITEMS, |total| match total {
        15.0.. => "severe",
        10.0.. => "moderate",
        5.0.. => "mild",
        _ => "minimal",
    });
    if outcome.value.is_some_and(|value| value.low() >= 10.0) {
        outcome.flags.push("above_case_threshold");
    }
    outcome
}

fn add_up(inputs: &Checked<'_>, items: &[&'static str], band: impl Fn(f64) -> &'static str) -> Outcome {
    let empty = Outcome { value: None, bands: Vec::new(), parts: Vec::new(), flags: Vec::new(), notes: Vec::new() };
    let Some(answers) = inputs.answers("responses") else { return empty };
    let total = answers.iter().sum();
    let parts = items.iter().zip(answers).map(|(name, answer)| Part { name, points: Value::Exact(*answer) });
    Outcome { value: Some(Value::Exact(total)), bands: vec![band(total)], parts: parts.collect(), ..empty }
}
