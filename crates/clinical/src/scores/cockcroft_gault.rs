//! Creatinine clearance by Cockcroft and Gault, by which most drug doses are adjusted.

use super::inputs::{Checked, InputSpec};
use super::{Calculator, Outcome, Value, egfr};

pub(super) static COCKCROFT_GAULT: Calculator = Calculator {
    id: "cockcroft_gault",
    name: "Creatinine clearance (Cockcroft–Gault)",
    purpose: "Creatinine clearance of an adult, by which drug doses are adjusted. Not for children or acute kidney injury.",
    unit: "mL/min",
    inputs: &[
        egfr::CREATININE,
        egfr::CREATININE_UNIT,
        InputSpec::number("age", "Age, years", "years", 18.0, 120.0),
        egfr::SEX,
        InputSpec::number("weight_kg", "Weight, kg", "kg", 20.0, 400.0),
    ],
    source: "Cockcroft and Gault, Nephron 1976",
    score,
};

/// The clearance in mL/min: age in years, weight in kg, creatinine in mg/dL (Nephron 1976;16:31).
pub(crate) fn clearance_ml_min(age_years: f64, weight_kg: f64, creatinine_mg_dl: f64, female: bool) -> f64 {
    let male = (140.0 - age_years) * weight_kg / (72.0 * creatinine_mg_dl);
    if female { male * 0.85 } else { male }
}

fn score(inputs: &Checked<'_>) -> Outcome {
    let (creatinine, notes) = egfr::creatinine_mg_dl(inputs);
    let rest = inputs.number("age").zip(inputs.word("sex")).zip(inputs.number("weight_kg"));
    let value = creatinine.zip(rest).map(|(creatinine, ((age, sex), weight_kg))| {
        (clearance_ml_min(age, weight_kg, creatinine, sex == "female") * 10.0).round() / 10.0
    });
    Outcome { value: value.map(Value::Exact), bands: Vec::new(), parts: Vec::new(), flags: Vec::new(), notes }
}

#[cfg(test)]
mod tests {
    use super::clearance_ml_min;

    #[test]
    fn as_published() {
        assert!((clearance_ml_min(60.0, 72.0, 1.0, false) - 80.0).abs() < 1e-9);
        assert!((clearance_ml_min(60.0, 72.0, 1.0, true) - 68.0).abs() < 1e-9);
    }
}
