//! Findings that follow from measured vitals at an age, and from durations.
//!
//! Limits: adults NEWS2 and ordinary definitions (tachycardia over 100, RCP 2017); children NICE NG143 (2019) to five
//! years, Advanced Paediatric Life Support (7th edition 2023) above; fever 38 °C (NG143); raised blood pressure NICE
//! NG136 (2019); glucose WHO (2006).

use super::vitals::Vitals;
use super::vocabulary::FindingId;

/// A finding by a measured value: present, or shown not to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Derived {
    /// Which.
    pub finding: FindingId,
    /// Present, or shown to be absent.
    pub is_present: bool,
}

/// Pulse and breathing rates above which they are fast at an age: (from years, beats, beats very fast, breaths).
const FAST: [(f64, f64, f64, f64); 6] = [
    (0.0, 160.0, 190.0, 60.0),
    (0.5, 160.0, 190.0, 50.0),
    (1.0, 150.0, 180.0, 40.0),
    (2.0, 140.0, 170.0, 40.0),
    (5.0, 120.0, 150.0, 30.0),
    (12.0, 100.0, 129.0, 20.0),
];

/// What these vitals show at this age (`None`: taken as adult).
pub fn from_vitals(vitals: &Vitals, age_years: Option<f64>) -> Vec<Derived> {
    let mut out = Vec::new();
    // Between "there" and "clearly not" nothing is said.
    let mut grade = |id: &str, is_present: bool, is_absent: bool| {
        if is_present || is_absent {
            let finding = FindingId::of(id).expect("the vital findings are in the vocabulary");
            out.push(Derived { finding, is_present });
        }
    };
    let age = age_years.unwrap_or(40.0);
    let (_, fast, very_fast, breaths) = *FAST.iter().rev().find(|(from, ..)| *from <= age).unwrap_or(&FAST[0]);
    if let Some(t) = vitals.temperature_c {
        grade("fever", t >= 38.0, t < 37.5);
        grade("fever_high", t >= 39.0, t < 38.5);
        grade("hypothermia", t < 35.0, t >= 36.0);
        grade("core_temperature_over_40", t >= 40.0, false);
    }
    if let Some(rate) = vitals.heart_rate {
        grade("tachycardia", rate > fast, rate <= 0.9 * fast);
        grade("tachycardia_severe", rate > very_fast, rate <= fast);
        let slow = if age < 1.0 {
            90.0
        } else if age < 12.0 {
            60.0
        } else {
            50.0
        };
        grade("bradycardia", rate < slow, rate >= slow + 10.0);
    }
    if let Some(rate) = vitals.respiratory_rate {
        grade("tachypnoea", rate > breaths, rate <= 0.9 * breaths);
        grade("bradypnoea", rate < if age < 5.0 { 15.0 } else { 10.0 }, rate >= 12.0);
    }
    if let Some(systolic) = vitals.systolic {
        let low = if age < 10.0 { 70.0 + 2.0 * age } else { 90.0 };
        let diastolic = vitals.diastolic.unwrap_or(0.0);
        grade("hypotension", systolic < low || (age >= 10.0 && systolic <= 90.0), systolic >= low + 15.0);
        if age >= 16.0 {
            grade(
                "blood_pressure_raised",
                systolic >= 140.0 || diastolic >= 90.0,
                systolic < 135.0 && diastolic < 85.0,
            );
            grade(
                "hypertension_severe",
                systolic >= 180.0 || diastolic >= 120.0,
                systolic < 160.0 && diastolic < 110.0,
            );
        }
    }
    if let Some(saturation) = vitals.oxygen_saturation {
        grade("hypoxia", saturation < 94.0, saturation >= 96.0);
    }
    if let Some(gcs) = vitals.gcs {
        grade("reduced_consciousness", gcs < 15.0, gcs >= 15.0);
    } else if let Some(alert) = vitals.alert {
        grade("reduced_consciousness", !alert, alert);
    }
    if let Some(glucose) = vitals.glucose_mmol_l {
        grade("glucose_low", glucose < 4.0, glucose >= 4.5);
        grade("glucose_high", glucose >= 11.1, glucose < 9.0);
        grade("glucose_very_high", glucose >= 30.0, glucose < 20.0);
    }
    out
}

/// What a duration of the complaint shows. `about` are the findings that it was told of.
pub fn from_duration(days: f64, about: &[FindingId]) -> Vec<Derived> {
    let mut out = Vec::new();
    let mut say = |id: &str, is_present: bool| {
        out.push(Derived {
            finding: FindingId::of(id).expect("the duration findings are in the vocabulary"),
            is_present,
        });
    };
    say("onset_over_hours_days", days <= 7.0);
    say("duration_over_3_weeks", days >= 21.0);
    say("duration_over_3_months", days >= 90.0);
    let has = |id: &str| {
        let wanted = FindingId::of(id).expect("in the vocabulary");
        about.iter().any(|f| *f == wanted || f.ancestors().contains(&wanted))
    };
    for (of, lasting, from) in [
        ("fever", "fever_over_5_days", 5.0),
        ("cough", "cough_over_3_weeks", 21.0),
        ("diarrhoea", "diarrhoea_chronic", 28.0),
        ("hoarse_voice", "hoarse_over_3_weeks", 21.0),
    ] {
        // A fever told with a complaint of months is not a fever of months.
        if has(of) && !(of == "fever" && days > 21.0) {
            say(lasting, days >= from);
        }
    }
    out
}
