//! Wells score of pulmonary embolism.

use super::inputs::{Checked, InputSpec};
use super::sum::Sum;
use super::{Calculator, Outcome};

/// Name on the wire and points.
const CRITERIA: [(&str, f64); 7] = [
    ("clinical_signs_of_dvt", 3.0),
    ("pe_most_likely_diagnosis", 3.0),
    ("heart_rate_over_100", 1.5),
    ("immobilisation_or_surgery", 1.5),
    ("previous_dvt_or_pe", 1.5),
    ("haemoptysis", 1.0),
    ("malignancy", 1.0),
];

pub(super) static WELLS_PE: Calculator = Calculator {
    id: "wells_pe",
    name: "Wells score, pulmonary embolism",
    purpose: "How likely a pulmonary embolism is before tests; above 4 it is likely.",
    unit: "",
    inputs: &[
        InputSpec::yes_no("clinical_signs_of_dvt", "Clinical signs of deep vein thrombosis"),
        InputSpec::yes_no("pe_most_likely_diagnosis", "Nothing else is more likely than pulmonary embolism"),
        InputSpec::yes_no("heart_rate_over_100", "Heart rate above 100 a minute"),
        InputSpec::yes_no("immobilisation_or_surgery", "Immobile for 3 days or more, or surgery within 4 weeks"),
        InputSpec::yes_no("previous_dvt_or_pe", "Earlier deep vein thrombosis or pulmonary embolism"),
        InputSpec::yes_no("haemoptysis", "Coughing up blood"),
        InputSpec::yes_no("malignancy", "Cancer, treated within 6 months or palliative"),
    ],
    source: "Wells et al., Thromb Haemost 2000; NICE NG158 2020",
    score,
};

fn score(inputs: &Checked<'_>) -> Outcome {
    let mut outcome = CRITERIA
        .iter()
        .fold(Sum::default(), |sum, (name, points)| sum.add_if(name, inputs.yes(name), *points))
        .outcome(|total| if total > 4.0 { "likely" } else { "unlikely" });
    let three = |total: f64| match total {
        _ if total > 6.0 => "three-tier: high",
        _ if total >= 2.0 => "three-tier: moderate",
        _ => "three-tier: low",
    };
    outcome.flags = super::sum::bands(outcome.value.expect("a sum has a value"), three);
    outcome
}
