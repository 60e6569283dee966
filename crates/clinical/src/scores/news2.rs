//! NEWS2, the National Early Warning Score of acutely ill people from 16 years.

use super::inputs::{Checked, InputSpec};
use super::sum::Sum;
use super::{Calculator, Outcome, Value};

pub(super) static NEWS2: Calculator = Calculator {
    id: "news2",
    name: "NEWS2",
    purpose: "How acutely ill an adult is, from the observations. Not for children under 16 or in pregnancy.",
    unit: "",
    inputs: &[
        InputSpec::number("respiratory_rate", "Respiratory rate, breaths a minute", "a minute", 0.0, 120.0),
        InputSpec::number("spo2", "Oxygen saturation, %", "%", 30.0, 100.0),
        InputSpec::choice(
            "spo2_scale",
            "SpO2 scale",
            &[("1", "Scale 1: everyone else"), ("2", "Scale 2: target 88–92 % (hypercapnic failure)")],
        ),
        InputSpec::yes_no("on_oxygen", "On supplementary oxygen"),
        InputSpec::number("systolic_bp", "Systolic blood pressure, mmHg", "mmHg", 20.0, 350.0),
        InputSpec::number("pulse", "Pulse, beats a minute", "a minute", 0.0, 350.0),
        InputSpec::choice(
            "consciousness",
            "Consciousness",
            &[
                ("alert", "Alert"),
                ("confusion-or-vpu", "New confusion, or responds to voice or pain only, or not at all"),
            ],
        ),
        InputSpec::number_or("temperature", "Temperature, °C", "°C", (24.0, 45.0), fahrenheit),
    ],
    source: "Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017",
    score,
};

/// What a temperature outside the range may have meant.
pub(super) fn fahrenheit(given: f64) -> Option<String> {
    (75.0..=113.0).contains(&given).then(|| format!("{given} °F would be {:.1} °C", (given - 32.0) / 1.8))
}

fn score(inputs: &Checked<'_>) -> Outcome {
    let scale = inputs.word("spo2_scale");
    let oxygen = inputs.yes("on_oxygen");
    let saturation = inputs.number("spo2").and_then(|spo2| saturation(spo2, scale?, oxygen));
    let points = |name: &str, of: fn(f64) -> f64| inputs.number(name).map(of);
    let sum = Sum::default()
        .add("respiratory_rate", points("respiratory_rate", respiration), (0.0, 3.0))
        .add("spo2", saturation, (0.0, 3.0))
        .add_if("on_oxygen", oxygen, 2.0)
        .add("systolic_bp", points("systolic_bp", systolic), (0.0, 3.0))
        .add("pulse", points("pulse", pulse), (0.0, 3.0))
        .add_if("consciousness", inputs.word("consciousness").map(|level| level != "alert"), 3.0)
        .add("temperature", points("temperature", temperature), (0.0, 3.0));
    let mut outcome = sum.outcome(band);
    // A single 3 needs an urgent ward review even where the sum is low.
    if outcome.parts.iter().any(|part| part.points == Value::Exact(3.0)) {
        outcome.flags.push("single_parameter_3");
        for band in outcome.bands.iter_mut().filter(|band| matches!(**band, "low" | "routine")) {
            *band = "low-medium";
        }
        outcome.bands.dedup();
    }
    outcome
}

fn band(total: f64) -> &'static str {
    match total {
        7.0.. => "high",
        5.0.. => "medium",
        1.0.. => "low",
        _ => "routine",
    }
}

fn respiration(rate: f64) -> f64 {
    match rate {
        25.0.. => 3.0,
        21.0.. => 2.0,
        12.0.. => 0.0,
        9.0.. => 1.0,
        _ => 3.0,
    }
}

/// On scale 2 what is above the target counts only where oxygen drives it there.
fn saturation(spo2: f64, scale: &str, on_oxygen: Option<bool>) -> Option<f64> {
    let points = match (scale, spo2) {
        ("1", 96.0..) => 0.0,
        ("1", 94.0..) => 1.0,
        ("1", 92.0..) => 2.0,
        ("1", _) => 3.0,
        (_, 93.0..) => match (on_oxygen?, spo2) {
            (false, _) => 0.0,
            (true, 97.0..) => 3.0,
            (true, 95.0..) => 2.0,
            (true, _) => 1.0,
        },
        (_, 88.0..) => 0.0,
        (_, 86.0..) => 1.0,
        (_, 84.0..) => 2.0,
        _ => 3.0,
    };
    Some(points)
}

fn systolic(mmhg: f64) -> f64 {
    match mmhg {
        220.0.. => 3.0,
        111.0.. => 0.0,
        101.0.. => 1.0,
        91.0.. => 2.0,
        _ => 3.0,
    }
}

fn pulse(rate: f64) -> f64 {
    match rate {
        131.0.. => 3.0,
        111.0.. => 2.0,
        91.0.. => 1.0,
        51.0.. => 0.0,
        41.0.. => 1.0,
        _ => 3.0,
    }
}

/// The chart has one decimal: 38.04 is read as 38.0.
fn temperature(celsius: f64) -> f64 {
    match (celsius * 10.0).round() {
        391.0.. => 2.0,
        381.0.. => 1.0,
        361.0.. => 0.0,
        351.0.. => 1.0,
        _ => 3.0,
    }
}
