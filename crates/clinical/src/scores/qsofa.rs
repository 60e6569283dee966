//! qSOFA: who, of people with a suspected infection outside intensive care, may do badly.

use super::inputs::{Checked, InputSpec};
use super::sum::Sum;
use super::{Calculator, Outcome};

pub(super) static QSOFA: Calculator = Calculator {
    id: "qsofa",
    name: "qSOFA",
    purpose: "Who, of adults with a suspected infection outside intensive care, may do badly. A low score does not rule sepsis out.",
    unit: "",
    inputs: &[
        InputSpec::yes_no("altered_mentation", "Altered mentation (Glasgow coma scale below 15)"),
        InputSpec::number("respiratory_rate", "Respiratory rate, breaths a minute", "a minute", 0.0, 120.0),
        InputSpec::number("systolic_bp", "Systolic blood pressure, mmHg", "mmHg", 20.0, 350.0),
    ],
    source: "Singer et al., Sepsis-3, JAMA 2016",
    score,
};

fn score(inputs: &Checked<'_>) -> Outcome {
    Sum::default()
        .add_if("altered_mentation", inputs.yes("altered_mentation"), 1.0)
        .add_if("respiratory_rate", inputs.number("respiratory_rate").map(|rate| rate >= 22.0), 1.0)
        .add_if("systolic_bp", inputs.number("systolic_bp").map(|mmhg| mmhg <= 100.0), 1.0)
        .outcome(|total| if total >= 2.0 { "high-risk" } else { "low-risk" })
}
