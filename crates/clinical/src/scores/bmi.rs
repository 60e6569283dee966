//! Body mass index.

use super::inputs::{Checked, InputSpec};
use super::{Calculator, Outcome, Value};

pub(super) static BMI: Calculator = Calculator {
    id: "bmi",
    name: "Body mass index",
    purpose: "Weight for height of an adult. It does not tell fat from muscle, and is read otherwise in children and pregnancy.",
    unit: "kg/m²",
    inputs: &[
        InputSpec::number("weight_kg", "Weight, kg", "kg", 20.0, 400.0),
        InputSpec::number_or("height_cm", "Height, cm", "cm", (100.0, 250.0), metres),
    ],
    source: "WHO Technical Report 894, 2000",
    score,
};

fn metres(given: f64) -> Option<String> {
    (1.0..=2.5).contains(&given).then(|| format!("{given} m would be {:.0} cm", given * 100.0))
}

fn score(inputs: &Checked<'_>) -> Outcome {
    let value = inputs.number("weight_kg").zip(inputs.number("height_cm")).map(|(weight_kg, height_cm)| {
        let height_m = height_cm / 100.0;
        (weight_kg / (height_m * height_m) * 10.0).round() / 10.0
    });
    let bands = value.map(|bmi| match bmi {
        40.0.. => "obesity class 3",
        35.0.. => "obesity class 2",
        30.0.. => "obesity class 1",
        25.0.. => "overweight",
        18.5.. => "healthy weight",
        _ => "underweight",
    });
    Outcome {
        value: value.map(Value::Exact),
        bands: bands.into_iter().collect(),
        parts: Vec::new(),
        flags: Vec::new(),
        notes: Vec::new(),
    }
}
