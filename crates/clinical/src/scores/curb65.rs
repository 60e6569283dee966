//! CURB-65: how severe a community-acquired pneumonia is.

use super::inputs::{Checked, InputSpec};
use super::sum::Sum;
use super::{Calculator, Outcome};

pub(super) static CURB65: Calculator = Calculator {
    id: "curb65",
    name: "CURB-65",
    purpose: "How severe a community-acquired pneumonia of an adult is.",
    unit: "",
    inputs: &[
        InputSpec::yes_no("confusion", "New confusion"),
        InputSpec::number_or("urea_mmol_l", "Urea, mmol/L", "mmol/L", (0.2, 60.0), nitrogen),
        InputSpec::number("respiratory_rate", "Respiratory rate, breaths a minute", "a minute", 0.0, 120.0),
        InputSpec::number("systolic_bp", "Systolic blood pressure, mmHg", "mmHg", 20.0, 350.0),
        InputSpec::number("diastolic_bp", "Diastolic blood pressure, mmHg", "mmHg", 10.0, 250.0),
        InputSpec::number("age", "Age, years", "years", 16.0, 120.0),
    ],
    source: "Lim et al., Thorax 2003; NICE NG138 2019",
    score,
};

/// Urea nitrogen in mg/dL, as it is given in America, over 2.8 is urea in mmol/L.
fn nitrogen(given: f64) -> Option<String> {
    (given > 60.0).then(|| format!("{given} mg/dL of urea nitrogen would be {:.1} mmol/L", given / 2.8))
}

fn score(inputs: &Checked<'_>) -> Outcome {
    Sum::default()
        .add_if("confusion", inputs.yes("confusion"), 1.0)
        .add_if("urea_gt_7_mmol_l", inputs.number("urea_mmol_l").map(|urea| urea > 7.0), 1.0)
        .add_if("respiratory_rate_ge_30", inputs.number("respiratory_rate").map(|rate| rate >= 30.0), 1.0)
        .add_if("low_blood_pressure", low_pressure(inputs), 1.0)
        .add_if("age_ge_65", inputs.number("age").map(|age| age >= 65.0), 1.0)
        .outcome(|total| match total {
            3.0.. => "high",
            2.0.. => "intermediate",
            _ => "low",
        })
}

/// One of the two is enough where it is low.
fn low_pressure(inputs: &Checked<'_>) -> Option<bool> {
    let systolic = inputs.number("systolic_bp").map(|mmhg| mmhg < 90.0);
    let diastolic = inputs.number("diastolic_bp").map(|mmhg| mmhg <= 60.0);
    match (systolic, diastolic) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}
