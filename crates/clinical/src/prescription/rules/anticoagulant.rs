//! # What it checks
//! What the dose of an anticoagulant hangs on: INR for warfarin; age, weight and creatinine for the direct ones, with
//! the criteria for the lower dose of apixaban and edoxaban in atrial fibrillation worked out.
//!
//! # Why it matters
//! Too much bleeds, too little strokes, and half of the reduced doses given have no ground.
//!
//! # What it does not cover
//! The indication: after a thrombosis the doses differ. Bridging and operations.
//!
//! # Source
//! Product characteristics of apixaban and edoxaban; BNF 2024; NICE NG196.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Fact, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    for (at, medicine) in context.singles() {
        let has = |id: &str| medicine.entries().any(|drug| drug.id == id);
        let class = |class: &str| medicine.entries().any(|drug| drug.has_class(class));
        let given = &context.person.given;
        if class("vitamin_k_antagonist") && given.inr.is_none() {
            findings.missing(Fact::Inr, &medicine.name);
        }
        if !class("doac") {
            continue;
        }
        if given.weight_kg.is_none() {
            findings.missing(Fact::Weight, &medicine.name);
        }
        if given.age_years.is_none() {
            findings.missing(Fact::Age, &medicine.name);
        }
        if has("apixaban") {
            apixaban(context, findings, at);
        }
        let edoxaban_low =
            given.weight_kg.is_some_and(|kg| kg <= 60.0) || context.person.clearance.below(50.0) == Some(true);
        if has("edoxaban") && edoxaban_low {
            findings.alert(
                context,
                "anticoagulant.edoxaban_dose",
                Severity::Caution,
                &[at],
                &Words {
                    mechanism: "60 kg or less, or creatinine clearance 15 to 50 mL/min.",
                    advice: "30 mg once daily instead of 60 mg.",
                    source: "Edoxaban product characteristics; BNF 2024",
                },
            );
        }
    }
}

/// Two of three: 80 years, 60 kg or less, creatinine 133 µmol/L (1.5 mg/dL) or more.
fn apixaban(context: &Context, findings: &mut Findings, at: usize) {
    let given = &context.person.given;
    let creatinine_high = given.creatinine.map(|value| match given.creatinine_unit {
        Some(crate::prescription::patient::CreatinineUnit::UmolPerL) => value >= 133.0,
        Some(crate::prescription::patient::CreatinineUnit::MgPerDl) => value >= 1.5,
        None => value >= 133.0 || (1.5..=15.0).contains(&value),
    });
    let met = [given.age_years.map(|age| age >= 80.0), given.weight_kg.map(|kg| kg <= 60.0), creatinine_high];
    if met.iter().filter(|holds| **holds == Some(true)).count() >= 2 {
        findings.alert(
            context,
            "anticoagulant.apixaban_dose",
            Severity::Caution,
            &[at],
            &Words {
                mechanism: "Two of: 80 years or over, 60 kg or less, creatinine 133 µmol/L or more.",
                advice: "In atrial fibrillation 2.5 mg twice daily.",
                source: "Apixaban product characteristics; BNF 2024",
            },
        );
    }
}
