//! Wells score of deep vein thrombosis.

use super::inputs::{Checked, InputSpec};
use super::sum::Sum;
use super::{Calculator, Outcome};

/// Name on the wire and points.
const CRITERIA: [(&str, f64); 10] = [
    ("active_cancer", 1.0),
    ("paralysis_paresis_immobilisation", 1.0),
    ("bedridden_or_major_surgery", 1.0),
    ("localised_tenderness", 1.0),
    ("entire_leg_swollen", 1.0),
    ("calf_swelling_over_3cm", 1.0),
    ("pitting_oedema", 1.0),
    ("collateral_superficial_veins", 1.0),
    ("previously_documented_dvt", 1.0),
    ("alternative_diagnosis_as_likely", -2.0),
];

pub(super) static WELLS_DVT: Calculator = Calculator {
    id: "wells_dvt",
    name: "Wells score, deep vein thrombosis",
    purpose: "How likely a deep vein thrombosis of a leg is before tests; from 2 it is likely.",
    unit: "",
    inputs: &[
        InputSpec::yes_no("active_cancer", "Active cancer"),
        InputSpec::yes_no("paralysis_paresis_immobilisation", "Paralysis, paresis or a plaster of the leg"),
        InputSpec::yes_no("bedridden_or_major_surgery", "In bed for 3 days or more, or major surgery within 12 weeks"),
        InputSpec::yes_no("localised_tenderness", "Tender along the deep veins"),
        InputSpec::yes_no("entire_leg_swollen", "Whole leg swollen"),
        InputSpec::yes_no("calf_swelling_over_3cm", "Calf at least 3 cm wider than the other"),
        InputSpec::yes_no("pitting_oedema", "Pitting oedema of that leg only"),
        InputSpec::yes_no("collateral_superficial_veins", "Collateral superficial veins (not varicose)"),
        InputSpec::yes_no("previously_documented_dvt", "Earlier deep vein thrombosis"),
        InputSpec::yes_no("alternative_diagnosis_as_likely", "Something else is at least as likely"),
    ],
    source: "Wells et al., N Engl J Med 2003; NICE NG158 2020",
    score,
};

fn score(inputs: &Checked<'_>) -> Outcome {
    CRITERIA
        .iter()
        .fold(Sum::default(), |sum, (name, points)| sum.add_if(name, inputs.yes(name), *points))
        .outcome(|total| if total >= 2.0 { "likely" } else { "unlikely" })
}
