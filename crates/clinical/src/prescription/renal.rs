//! Creatinine clearance by Cockcroft–Gault, with its unit told apart and its working shown.
//!
//! The formula and the molar mass are those of the crate's calculators.

use super::alert::NotChecked;
use super::patient::{CreatinineUnit, Patient, Sex};
use crate::scores::cockcroft_gault::clearance_ml_min;
use crate::scores::egfr::UMOL_L_PER_MG_DL;

/// What is known of the clearance, in mL/min.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clearance {
    /// Least and greatest value it can have; equal where computed, none where unknown.
    pub(crate) range: Option<(f64, f64)>,
    /// How it came about, for showing.
    pub(crate) working: String,
    /// What would be needed to know it.
    pub(crate) needs: Vec<&'static str>,
}

impl Clearance {
    /// Whether it lies below a limit; `None` where that is not known.
    pub(crate) fn below(&self, limit: f64) -> Option<bool> {
        let (least, most) = self.range?;
        if most < limit {
            Some(true)
        } else if least >= limit {
            Some(false)
        } else {
            None
        }
    }
}

/// The creatinine in mg/dL. Without a unit, 0.1–15 can only be mg/dL and 25–2000 only µmol/L.
fn mg_per_dl(given: &Patient, asked: &mut Vec<NotChecked>) -> Option<f64> {
    let value = given.creatinine?;
    let mg = match given.creatinine_unit {
        Some(CreatinineUnit::MgPerDl) => Some(value),
        Some(CreatinineUnit::UmolPerL) => Some(value / UMOL_L_PER_MG_DL),
        None if (0.1..=15.0).contains(&value) => Some(value),
        None if (25.0..=2000.0).contains(&value) => Some(value / UMOL_L_PER_MG_DL),
        None => None,
    };
    let possible = mg.filter(|mg| (0.1..=25.0).contains(mg));
    if possible.is_none() {
        asked.push(NotChecked {
            code: "creatinine_unit".into(),
            about: "creatinine".into(),
            text: format!("Creatinine {value} was not used: is it in mg/dL or in µmol/L, and is the figure right?"),
            suggestions: vec!["mg/dL".into(), "µmol/L".into()],
        });
    }
    possible
}

pub(crate) fn clearance(given: &Patient, asked: &mut Vec<NotChecked>) -> Clearance {
    let creatinine = mg_per_dl(given, asked);
    if let Some(crcl) = given.crcl_ml_min {
        return Clearance {
            range: Some((crcl, crcl)),
            working: format!("CrCl {crcl:.0} mL/min as given"),
            needs: Vec::new(),
        };
    }
    let adult = given.age_years.is_none_or(|age| age >= 18.0);
    if let (Some(age), Some(sex), Some(weight), Some(mg), true) =
        (given.age_years, given.sex, given.weight_kg, creatinine, adult)
    {
        let value = clearance_ml_min(age, weight, mg, sex == Sex::Female);
        let factor = if sex == Sex::Female { " × 0.85" } else { "" };
        let working = format!(
            "CrCl (Cockcroft–Gault) = (140 − {age:.0}) × {weight:.0} kg / (72 × {mg:.2} mg/dL){factor} = {value:.0} mL/min"
        );
        return Clearance { range: Some((value, value)), working, needs: Vec::new() };
    }
    let needs = [
        ("creatinine", creatinine.is_none()),
        ("age", given.age_years.is_none()),
        ("sex", given.sex.is_none()),
        ("weight", given.weight_kg.is_none()),
    ];
    let needs = needs.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect();
    match given.renal_function.as_deref().and_then(in_words) {
        Some((least, most)) => Clearance {
            range: Some((least, most)),
            working: format!("Renal function given in words only: CrCl taken as {least:.0} to {most:.0} mL/min"),
            needs,
        },
        None => Clearance { range: None, working: String::new(), needs },
    }
}

/// Ranges of the FDA guidance on renal impairment (2024): mild 60–89, moderate 30–59, severe 15–29 mL/min.
fn in_words(told: &str) -> Option<(f64, f64)> {
    let told = told.to_lowercase();
    let has = |any: &[&str]| any.iter().any(|word| told.contains(word));
    Some(if has(&["dialysis", "esrd", "end stage", "end-stage", "failure", "stage 5", "ckd5"]) {
        (0.0, 14.9)
    } else if has(&["severe", "stage 4", "ckd4"]) {
        (15.0, 29.9)
    } else if has(&["stage 3a"]) {
        (45.0, 59.9)
    } else if has(&["stage 3b"]) {
        (30.0, 44.9)
    } else if has(&["moderate", "stage 3", "ckd3"]) {
        (30.0, 59.9)
    } else if has(&["mild", "stage 2"]) {
        (60.0, 89.9)
    } else if has(&["normal", "none", "good", "ok", "stage 1"]) {
        (90.0, 150.0)
    } else if has(&["impair", "reduced", "poor", "ckd", "abnormal"]) {
        (0.0, 89.9)
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use super::clearance;
    use crate::prescription::patient::{Patient, Sex};

    fn man(creatinine: f64) -> Patient {
        Patient {
            age_years: Some(60.0),
            sex: Some(Sex::Male),
            weight_kg: Some(72.0),
            creatinine: Some(creatinine),
            ..Patient::default()
        }
    }

    #[test]
    fn units_are_told_apart_or_asked_about() {
        let mut asked = Vec::new();
        let mg = clearance(&man(1.0), &mut asked).range.unwrap().0;
        let umol = clearance(&man(88.4), &mut asked).range.unwrap().0;
        assert!((mg - umol).abs() < 1e-9 && asked.is_empty());
        assert_eq!(clearance(&man(18.0), &mut asked).range, None);
        assert_eq!(asked[0].code, "creatinine_unit");
    }
}
