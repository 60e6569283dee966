//! C-SSRS screener: how dangerous thoughts of suicide are, by six questions.

use super::inputs::{Checked, InputSpec};
use super::{Calculator, Outcome, Value};

/// Name on the wire, and how much a yes counts: 1 low, 2 moderate, 3 high.
const QUESTIONS: [(&str, f64); 7] = [
    ("wish_to_be_dead", 1.0),
    ("suicidal_thoughts", 1.0),
    ("thoughts_with_method", 2.0),
    ("some_intent", 3.0),
    ("intent_with_plan", 3.0),
    ("behaviour_lifetime", 2.0),
    ("behaviour_past_3_months", 3.0),
];

pub(super) static CSSRS: Calculator = Calculator {
    id: "cssrs",
    name: "C-SSRS screener",
    purpose: "How dangerous thoughts of suicide are: 0 no sign, 1 low, 2 moderate, 3 high. Any yes needs a talk now.",
    unit: "",
    inputs: &[
        InputSpec::yes_no("wish_to_be_dead", "1. Past month: wished to be dead or not to wake up"),
        InputSpec::yes_no("suicidal_thoughts", "2. Past month: thoughts of killing oneself"),
        InputSpec::yes_no("thoughts_with_method", "3. Past month: thought about how"),
        InputSpec::yes_no("some_intent", "4. Past month: some intention of acting on it"),
        InputSpec::yes_no("intent_with_plan", "5. Past month: details worked out, meaning to carry them out"),
        InputSpec::yes_no("behaviour_lifetime", "6. Ever: did, began or prepared anything to end one's life"),
        InputSpec::yes_no("behaviour_past_3_months", "6. … and that within the past 3 months"),
    ],
    source: "Posner et al., Am J Psychiatry 2011; Columbia Lighthouse Project, screener with triage points, 2016",
    score,
};

fn score(inputs: &Checked<'_>) -> Outcome {
    let yes = |(name, level): &(&'static str, f64)| (inputs.yes(name) == Some(true)).then_some(*level);
    let open = |(name, level): &(&'static str, f64)| inputs.yes(name).is_none().then_some(*level);
    let low = QUESTIONS.iter().filter_map(yes).fold(0.0, f64::max);
    let high = QUESTIONS.iter().filter_map(open).fold(low, f64::max);
    #[expect(clippy::float_cmp, reason = "small whole numbers")]
    let value = if low == high { Value::Exact(low) } else { Value::Range { low, high } };
    let band = |level: f64| match level {
        3.0.. => "high",
        2.0.. => "moderate",
        1.0.. => "low",
        _ => "none",
    };
    let parts = QUESTIONS.iter().map(|(name, level)| super::Part {
        name,
        points: match inputs.yes(name) {
            Some(true) => Value::Exact(*level),
            Some(false) => Value::Exact(0.0),
            None => Value::Range { low: 0.0, high: *level },
        },
    });
    Outcome {
        value: Some(value),
        bands: super::sum::bands(value, band),
        parts: parts.collect(),
        flags: Vec::new(),
        notes: Vec::new(),
    }
}
