//! Estimated glomerular filtration rate, CKD-EPI 2021 (without race).

use super::inputs::{Checked, InputSpec};
use super::{Calculator, Outcome, Value};

/// µmol/L in one mg/dL of creatinine (molar mass 113.12 g/mol).
pub(crate) const UMOL_L_PER_MG_DL: f64 = 88.4;

pub(super) const CREATININE: InputSpec =
    InputSpec::number("creatinine", "Serum creatinine", "mg/dL or µmol/L", 0.1, 3000.0);
pub(super) const CREATININE_UNIT: InputSpec =
    InputSpec::choice("creatinine_unit", "Unit of creatinine", &[("mg/dL", "mg/dL"), ("umol/L", "µmol/L")]);
pub(super) const SEX: InputSpec = InputSpec::choice("sex", "Sex", &[("female", "Female"), ("male", "Male")]);

pub(super) static EGFR: Calculator = Calculator {
    id: "egfr",
    name: "eGFR (CKD-EPI 2021)",
    purpose: "How well the kidneys of an adult filter. Not for children, acute kidney injury or pregnancy.",
    unit: "mL/min/1.73 m²",
    inputs: &[CREATININE, CREATININE_UNIT, InputSpec::number("age", "Age, years", "years", 18.0, 120.0), SEX],
    source: "Inker et al., N Engl J Med 2021; KDIGO 2024",
    score,
};

fn score(inputs: &Checked<'_>) -> Outcome {
    let (creatinine, notes) = creatinine_mg_dl(inputs);
    let value = creatinine.zip(inputs.number("age")).zip(inputs.word("sex")).map(|((creatinine, age), sex)| {
        let (kappa, alpha, factor): (f64, f64, f64) =
            if sex == "female" { (0.7, -0.241, 1.012) } else { (0.9, -0.302, 1.0) };
        let ratio = creatinine / kappa;
        142.0 * ratio.min(1.0).powf(alpha) * ratio.max(1.0).powf(-1.2) * 0.9938_f64.powf(age) * factor
    });
    // Stages are of the value before it is rounded.
    let bands = value.map(|egfr| match egfr {
        90.0.. => "G1",
        60.0.. => "G2",
        45.0.. => "G3a",
        30.0.. => "G3b",
        15.0.. => "G4",
        _ => "G5",
    });
    Outcome {
        value: value.map(f64::round).map(Value::Exact),
        bands: bands.into_iter().collect(),
        parts: Vec::new(),
        flags: Vec::new(),
        notes,
    }
}

/// Creatinine in mg/dL, and what was understood. Without a unit it is taken for the only one in which a person could have
/// that number; where both could be, it is not taken at all.
pub(super) fn creatinine_mg_dl(inputs: &Checked<'_>) -> (Option<f64>, Vec<String>) {
    let Some(given) = inputs.number("creatinine") else { return (None, Vec::new()) };
    match (inputs.word("creatinine_unit"), given) {
        (Some("mg/dL"), 0.0..=35.0) => (Some(given), Vec::new()),
        (Some("mg/dL"), _) => {
            let note = format!(
                "creatinine {given} mg/dL is not possible; {given} µmol/L would be {:.2} mg/dL",
                given / UMOL_L_PER_MG_DL
            );
            (None, vec![note])
        }
        (Some(_), 9.0..) => (Some(given / UMOL_L_PER_MG_DL), Vec::new()),
        (Some(_), _) => {
            let note = format!(
                "creatinine {given} µmol/L is not possible; {given} mg/dL would be {:.0} µmol/L",
                given * UMOL_L_PER_MG_DL
            );
            (None, vec![note])
        }
        (None, 0.0..9.0) => (Some(given), vec![format!("creatinine {given} is taken as mg/dL")]),
        (None, 35.1..) => (Some(given / UMOL_L_PER_MG_DL), vec![format!("creatinine {given} is taken as µmol/L")]),
        (None, _) => (None, vec![format!("creatinine {given} could be mg/dL or µmol/L: give `creatinine_unit`")]),
    }
}
