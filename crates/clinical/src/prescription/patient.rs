//! The person as told, and what can be relied on of it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::alert::NotChecked;
use super::renal::{Clearance, clearance};
use super::tables::conditions::conditions;

/// Sex at birth, as far as it decides about doses and pregnancy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// Unit of a creatinine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CreatinineUnit {
    /// mg/dL.
    #[serde(rename = "mg/dL")]
    MgPerDl,
    /// µmol/L.
    #[serde(rename = "umol/L")]
    UmolPerL,
}

/// What is known of the person. Nothing is assumed for what is missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Patient {
    /// Age in years, 0 to 130; months as a fraction.
    pub age_years: Option<f64>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Weight in kg, 0.3 to 500.
    pub weight_kg: Option<f64>,
    /// Height in cm, 20 to 260.
    pub height_cm: Option<f64>,
    /// Whether pregnant.
    pub pregnant: Option<bool>,
    /// Weeks of pregnancy, 0 to 44.
    pub pregnancy_weeks: Option<f64>,
    /// Whether breastfeeding.
    pub breastfeeding: Option<bool>,
    /// Serum creatinine.
    pub creatinine: Option<f64>,
    /// Its unit; told from the figure where that is certain.
    pub creatinine_unit: Option<CreatinineUnit>,
    /// Creatinine clearance by Cockcroft–Gault in mL/min, where it was computed elsewhere.
    pub crcl_ml_min: Option<f64>,
    /// In words where there is no figure: `normal`, `mild`, `moderate`, `severe` or `dialysis`.
    pub renal_function: Option<String>,
    /// In words: `normal`, `mild`, `moderate` or `severe` (also Child–Pugh A, B, C).
    pub hepatic_function: Option<String>,
    /// Conditions and facts of the history as typed, smoking and falls among them.
    pub conditions: Vec<String>,
    /// Corrected QT interval in ms.
    pub qtc_ms: Option<f64>,
    /// Potassium in mmol/L.
    pub potassium: Option<f64>,
    /// Sodium in mmol/L.
    pub sodium: Option<f64>,
    /// Adjusted calcium in mmol/L.
    pub calcium: Option<f64>,
    /// INR.
    pub inr: Option<f64>,
    /// Platelets, 10⁹/L.
    pub platelets: Option<f64>,
    /// Neutrophils, 10⁹/L.
    pub neutrophils: Option<f64>,
    /// Alanine aminotransferase in U/L.
    pub alt: Option<f64>,
    /// Creatine kinase in multiples of the upper limit of normal.
    pub ck_times_uln: Option<f64>,
    /// Lithium in mmol/L.
    pub lithium: Option<f64>,
    /// Digoxin in µg/L.
    pub digoxin: Option<f64>,
    /// `HbA1c` in mmol/mol.
    pub hba1c: Option<f64>,
    /// TSH in mIU/L.
    pub tsh: Option<f64>,
    /// Heart rate per minute.
    pub heart_rate: Option<f64>,
    /// Systolic pressure in mmHg.
    pub systolic: Option<f64>,
}

/// Whether she is pregnant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pregnancy {
    /// Male, or an age at which it does not happen.
    Impossible,
    /// Told that not.
    No,
    /// Could be; not told.
    Unknown,
    /// Yes; weeks where told.
    Yes(Option<f64>),
}

/// Function of the liver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hepatic {
    Unknown,
    Normal,
    Mild,
    Moderate,
    Severe,
}

/// The person, read: figures within possible ranges, conditions as ids.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) given: Patient,
    pub(crate) pregnancy: Pregnancy,
    pub(crate) clearance: Clearance,
    pub(crate) hepatic: Hepatic,
    pub(crate) conditions: BTreeSet<String>,
}

impl Person {
    pub(crate) fn age(&self) -> Option<f64> {
        self.given.age_years
    }

    pub(crate) fn has(&self, condition: &str) -> bool {
        self.conditions.contains(condition)
    }

    pub(crate) fn is_child(&self) -> bool {
        self.age().is_some_and(|age| age < 18.0)
    }

    pub(crate) fn is_older(&self) -> bool {
        self.age().is_some_and(|age| age >= 65.0)
    }
}

/// Reads the person; what is impossible or contradictory is taken out and named.
pub(crate) fn read(given: &Patient) -> (Person, Vec<NotChecked>) {
    let mut given = given.clone();
    let mut asked = Vec::new();
    plausible(&mut given, &mut asked);
    let pregnancy = pregnancy(&given, &mut asked);
    let clearance = clearance(&given, &mut asked);
    let hepatic = hepatic(given.hepatic_function.as_deref(), &mut asked);
    let mut ids = BTreeSet::new();
    for typed in &given.conditions {
        if is_none(typed) {
            continue;
        }
        let found = conditions().read(typed);
        if found.is_empty() {
            asked.push(NotChecked {
                code: "unknown_condition".into(),
                about: typed.clone(),
                text: format!("“{typed}” was not recognised, so no rule about it was checked."),
                suggestions: conditions().suggest(typed),
            });
        }
        ids.extend(found.iter().flat_map(|id| conditions().with(id)));
    }
    let mut person = Person { given, pregnancy, clearance, hepatic, conditions: ids };
    derive(&mut person);
    (person, asked)
}

fn is_none(typed: &str) -> bool {
    matches!(
        typed.trim().to_lowercase().as_str(),
        "" | "none" | "nil" | "no" | "none known" | "nil known" | "no past medical history"
    )
}

fn plausible(given: &mut Patient, asked: &mut Vec<NotChecked>) {
    let mut check = |name: &str, unit: &str, value: &mut Option<f64>, least: f64, most: f64| {
        if value.is_some_and(|v| !(least..=most).contains(&v)) {
            asked.push(NotChecked {
                code: "implausible_value".into(),
                about: name.into(),
                text: format!(
                    "{name} {} {unit} is not possible and was not used; expected {least} to {most}.",
                    value.unwrap_or_default()
                ),
                suggestions: Vec::new(),
            });
            *value = None;
        }
    };
    check("age", "years", &mut given.age_years, 0.0, 130.0);
    check("weight", "kg", &mut given.weight_kg, 0.3, 500.0);
    check("height", "cm", &mut given.height_cm, 20.0, 260.0);
    check("weeks of pregnancy", "weeks", &mut given.pregnancy_weeks, 0.0, 44.0);
    check("creatinine clearance", "mL/min", &mut given.crcl_ml_min, 0.0, 400.0);
    check("QTc", "ms", &mut given.qtc_ms, 200.0, 800.0);
    check("potassium", "mmol/L", &mut given.potassium, 1.0, 10.0);
    check("sodium", "mmol/L", &mut given.sodium, 90.0, 190.0);
    check("calcium", "mmol/L", &mut given.calcium, 0.5, 5.0);
    check("INR", "", &mut given.inr, 0.5, 30.0);
    check("platelets", "× 10⁹/L", &mut given.platelets, 0.0, 3000.0);
    check("neutrophils", "× 10⁹/L", &mut given.neutrophils, 0.0, 200.0);
    check("ALT", "U/L", &mut given.alt, 0.0, 30_000.0);
    check("creatine kinase", "times normal", &mut given.ck_times_uln, 0.0, 5000.0);
    check("lithium", "mmol/L", &mut given.lithium, 0.0, 12.0);
    check("digoxin", "µg/L", &mut given.digoxin, 0.0, 50.0);
    check("HbA1c", "mmol/mol", &mut given.hba1c, 15.0, 250.0);
    check("TSH", "mIU/L", &mut given.tsh, 0.0, 1000.0);
    check("heart rate", "per minute", &mut given.heart_rate, 10.0, 350.0);
    check("systolic pressure", "mmHg", &mut given.systolic, 30.0, 350.0);
}

fn pregnancy(given: &Patient, asked: &mut Vec<NotChecked>) -> Pregnancy {
    let age_allows = given.age_years.is_none_or(|age| (10.0..=60.0).contains(&age));
    let possible = given.sex != Some(Sex::Male) && age_allows;
    let told = given.pregnant.unwrap_or(given.pregnancy_weeks.is_some());
    if told && !possible {
        asked.push(NotChecked {
            code: "contradictory".into(),
            about: "pregnancy".into(),
            text: "Pregnancy does not go with the sex or age given: correct one of them. The pregnancy rules were applied all the same."
                .into(),
            suggestions: Vec::new(),
        });
    }
    if told {
        return Pregnancy::Yes(given.pregnancy_weeks);
    }
    let childbearing = given.age_years.is_none_or(|age| (12.0..=55.0).contains(&age));
    match given.pregnant {
        _ if !possible || !childbearing => Pregnancy::Impossible,
        Some(_) => Pregnancy::No,
        None => Pregnancy::Unknown,
    }
}

fn hepatic(told: Option<&str>, asked: &mut Vec<NotChecked>) -> Hepatic {
    let Some(told) = told.map(str::trim).filter(|told| !told.is_empty()) else { return Hepatic::Unknown };
    let folded = told.to_lowercase();
    let has = |any: &[&str]| any.iter().any(|word| folded.contains(word));
    if has(&["severe", "failure", "decompensated", "pugh c", "child c"]) {
        Hepatic::Severe
    } else if has(&["moderate", "pugh b", "child b"]) {
        Hepatic::Moderate
    } else if has(&["mild", "pugh a", "child a", "impair", "reduced"]) {
        Hepatic::Mild
    } else if has(&["normal", "none", "good", "ok"]) {
        Hepatic::Normal
    } else {
        asked.push(NotChecked {
            code: "unknown_hepatic_function".into(),
            about: told.to_owned(),
            text: format!("Liver function “{told}” was not understood: normal, mild, moderate or severe?"),
            suggestions: Vec::new(),
        });
        Hepatic::Unknown
    }
}

/// Conditions that follow from the figures.
fn derive(person: &mut Person) {
    let given = &person.given;
    let mut add: Vec<&str> = Vec::new();
    let mut when = |holds: bool, id: &'static str| {
        if holds {
            add.push(id);
        }
    };
    let least = |value: Option<f64>, limit: f64| value.is_some_and(|v| v >= limit);
    let under = |value: Option<f64>, limit: f64| value.is_some_and(|v| v < limit);
    // Ranges of UK pathology handbooks and NICE: potassium 3.5–5.3, sodium 133–146, adjusted calcium 2.2–2.6 mmol/L.
    when(least(given.potassium, 5.5), "hyperkalaemia");
    when(under(given.potassium, 3.5), "hypokalaemia");
    when(under(given.potassium, 3.0), "severe_hypokalaemia");
    when(under(given.sodium, 133.0), "hyponatraemia");
    when(under(given.sodium, 125.0), "severe_hyponatraemia");
    when(least(given.calcium, 2.6), "hypercalcaemia");
    when(under(given.calcium, 2.2), "hypocalcaemia");
    when(least(given.qtc_ms, 480.0), "prolonged_qt");
    when(under(given.heart_rate, 50.0), "bradycardia");
    when(under(given.systolic, 90.0), "severe_hypotension");
    when(least(given.systolic, 180.0), "severe_hypertension");
    when(under(given.platelets, 100.0), "thrombocytopenia");
    when(matches!(person.pregnancy, Pregnancy::Yes(_)), "pregnancy");
    when(matches!(person.pregnancy, Pregnancy::Yes(Some(weeks)) if weeks < 13.0), "first_trimester_pregnancy");
    when(given.breastfeeding == Some(true), "breastfeeding");
    when(under(given.weight_kg, 50.0) && given.age_years.is_some_and(|age| age >= 18.0), "low_body_weight");
    when(person.clearance.below(30.0) == Some(true), "severe_renal_impairment");
    when(person.clearance.below(60.0) == Some(true), "renal_impairment");
    when(person.hepatic == Hepatic::Severe, "severe_hepatic_impairment");
    when(person.hepatic == Hepatic::Moderate, "moderate_hepatic_impairment");
    if let (Some(weight), Some(height)) = (given.weight_kg, given.height_cm)
        && given.age_years.is_some_and(|age| age >= 18.0)
    {
        let bmi = weight / (height / 100.0).powi(2);
        when(bmi >= 30.0, "obesity");
        when(bmi >= 35.0, "obesity_bmi_35");
    }
    let can_bear = matches!(person.pregnancy, Pregnancy::No | Pregnancy::Unknown) && given.sex == Some(Sex::Female);
    when(can_bear, "pregnancy_possible");
    let ids: Vec<String> = add.into_iter().flat_map(|id| conditions().with(id)).collect();
    person.conditions.extend(ids);
}
