//! Medicines, allergies and figures as people type them.

use clinical::prescription::reader::{Reading, read};
use clinical::prescription::{Patient, Request, Sex, check, suggest};

fn names(typed: &str) -> Vec<String> {
    read(typed)
        .into_iter()
        .map(|reading| match reading {
            Reading::Known(medicine) => medicine.name,
            Reading::Unknown { typed, .. } => format!("?{typed}"),
        })
        .collect()
}

#[test]
fn medicines_are_read_as_people_type_them() {
    for (typed, expected) in [
        ("co-amoxiclav 625 tds", vec!["Co-amoxiclav"]),
        ("Tylenol", vec!["Paracetamol"]),
        ("warfarin 5mg", vec!["Warfarin"]),
        ("HCTZ", vec!["Hydrochlorothiazide"]),
        ("losartan potassium 50 mg", vec!["Losartan"]),
        ("wafrarin 3 mg", vec!["Warfarin"]),
        ("amoxicilin", vec!["Amoxicillin"]),
        ("hydrochlorthiazide", vec!["Hydrochlorothiazide"]),
        ("Entresto 49/51", vec!["Sacubitril with valsartan"]),
        ("sacubitril/valsartan", vec!["Sacubitril with valsartan"]),
        ("codeine/paracetamol 30/500", vec!["Co-codamol"]),
        ("Exforge 5/160", vec!["Amlodipine / Valsartan"]),
        ("warfarin, digoxin; aspirin 75 mg", vec!["Warfarin", "Digoxin", "Aspirin"]),
        ("paracetamol 500 mg, 2 tablets four times a day", vec!["Paracetamol"]),
        ("albuterol inhaler", vec!["Salbutamol"]),
        ("hydrocortisone 1% cream", vec!["Hydrocortisone cream"]),
        ("none", vec![]),
        ("zzqqxyzol 5 mg", vec!["?zzqqxyzol 5 mg"]),
    ] {
        let got = names(typed);
        let same = got.len() == expected.len()
            && got
                .iter()
                .zip(&expected)
                .all(|(a, b)| a.to_lowercase().starts_with(&b.to_lowercase()[..b.len().min(12)]));
        assert!(same, "{typed}: {got:?}, expected {expected:?}");
    }
}

#[test]
fn what_is_unknown_is_named_with_the_nearest() {
    let result = check(&Request { medicines: vec!["amlodapin".into(), "flurbleol".into()], ..Request::default() });
    assert!(result.could_not_check.iter().any(|open| open.code == "spelling" && open.text.contains("Amlodipine")));
    assert!(result.could_not_check.iter().any(|open| open.code == "unknown_drug" && open.about == "flurbleol"));
    assert!(suggest("amlod", 3).contains(&"Amlodipine".to_owned()));
}

#[test]
fn a_creatinine_without_unit_is_told_apart_or_asked_about() {
    let ask = |creatinine: f64| {
        let patient = Patient {
            age_years: Some(80.0),
            sex: Some(Sex::Female),
            weight_kg: Some(50.0),
            creatinine: Some(creatinine),
            ..Patient::default()
        };
        check(&Request { patient, medicines: vec!["metformin 1 g bd".into()], ..Request::default() })
    };
    let renal = |result: &clinical::prescription::Prescription| {
        result.warnings.iter().any(|alert| alert.code.starts_with("renal."))
    };
    assert!(renal(&ask(180.0)) && renal(&ask(2.04)));
    let unclear = ask(18.0);
    assert!(unclear.could_not_check.iter().any(|open| open.code == "creatinine_unit"));
    assert!(unclear.could_not_check.iter().any(|open| open.code == "missing_creatinine"));
}

#[test]
fn contradictions_are_named() {
    let patient = Patient { age_years: Some(80.0), sex: Some(Sex::Male), pregnant: Some(true), ..Patient::default() };
    let result = check(&Request { patient, ..Request::default() });
    assert!(result.could_not_check.iter().any(|open| open.code == "contradictory"));
    let patient = Patient { age_years: Some(400.0), weight_kg: Some(-3.0), ..Patient::default() };
    let result = check(&Request { patient, ..Request::default() });
    assert_eq!(result.could_not_check.iter().filter(|open| open.code == "implausible_value").count(), 2);
}

#[test]
fn two_drugs_typed_as_one_entry_are_checked_against_each_other() {
    let result = check(&Request { medicines: vec!["warfarin and ibuprofen".into()], ..Request::default() });
    assert!(!result.interactions.is_empty());
}
