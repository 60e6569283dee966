//! Centor score with the age term of `McIsaac`: is a sore throat streptococcal?

use super::inputs::{Checked, InputSpec};
use super::sum::Sum;
use super::{Calculator, Outcome};

pub(super) static CENTOR: Calculator = Calculator {
    id: "centor",
    name: "Centor (McIsaac)",
    purpose: "How likely a sore throat is from group A streptococcus, from 3 years of age.",
    unit: "",
    inputs: &[
        InputSpec::yes_no("absence_of_cough", "No cough"),
        InputSpec::yes_no("fever", "Fever above 38 °C, measured or told"),
        InputSpec::yes_no("tender_anterior_cervical_nodes", "Tender glands at the front of the neck"),
        InputSpec::yes_no("tonsillar_exudate", "Pus on, or swelling of, the tonsils"),
        InputSpec::number("age", "Age, years", "years", 3.0, 120.0),
    ],
    source: "Centor et al., Med Decis Making 1981; McIsaac et al., CMAJ 1998",
    score,
};

fn score(inputs: &Checked<'_>) -> Outcome {
    let by_age = inputs.number("age").map(|age| match age {
        45.0.. => -1.0,
        15.0.. => 0.0,
        _ => 1.0,
    });
    Sum::default()
        .add_if("absence_of_cough", inputs.yes("absence_of_cough"), 1.0)
        .add_if("fever", inputs.yes("fever"), 1.0)
        .add_if("tender_anterior_cervical_nodes", inputs.yes("tender_anterior_cervical_nodes"), 1.0)
        .add_if("tonsillar_exudate", inputs.yes("tonsillar_exudate"), 1.0)
        .add("age", by_age, (-1.0, 1.0))
        .outcome(|total| match total {
            4.0.. => "high",
            2.0.. => "intermediate",
            _ => "low",
        })
}
