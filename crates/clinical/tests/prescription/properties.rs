//! What holds for every list of medicines.

use std::time::Instant;

use clinical::prescription::formulary::formulary;
use clinical::prescription::{Alert, Patient, Prescription, Request, Sex, check, warm};
use proptest::prelude::*;

/// What a further drug takes the ground from: it was the missing remedy.
const REMEDIED: [&str; 2] = ["methotrexate.folic_acid", "disease.laba_asthma_alone"];

fn person() -> Patient {
    Patient {
        age_years: Some(71.0),
        sex: Some(Sex::Female),
        weight_kg: Some(58.0),
        creatinine: Some(130.0),
        potassium: Some(5.2),
        conditions: vec!["heart failure".into(), "asthma".into(), "type 2 diabetes".into()],
        ..Patient::default()
    }
}

fn checked(medicines: &[String]) -> Prescription {
    check(&Request {
        diagnosis: "Medication review".into(),
        patient: person(),
        medicines: medicines.to_vec(),
        allergies: vec!["penicillin".into()],
    })
}

/// The alert is there, or a graver or wider one of the same kind about the same drugs.
fn still_there(alert: &Alert, later: &Prescription) -> bool {
    later.alerts().any(|other| {
        other.code == alert.code
            && other.severity >= alert.severity
            && alert.drugs.iter().all(|drug| other.drugs.contains(drug))
    })
}

fn drugs(n: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Vec<String>> {
    let names: Vec<String> = formulary().drugs().iter().map(|drug| drug.name.clone()).collect();
    proptest::collection::vec(proptest::sample::select(names), n)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_a_drug_never_removes_an_alert(list in drugs(1..8), more in drugs(1..2)) {
        let before = checked(&list);
        let longer: Vec<String> = list.into_iter().chain(more).collect();
        let after = checked(&longer);
        for alert in before.alerts() {
            prop_assert!(still_there(alert, &after) || REMEDIED.contains(&alert.code.as_str()), "{alert:?}");
        }
    }

    #[test]
    fn order_and_letter_case_change_nothing(list in drugs(1..8)) {
        let shown = |result: &Prescription| {
            result.alerts().map(|a| (a.code.clone(), a.severity, a.drugs.clone())).collect::<Vec<_>>()
        };
        let plain = shown(&checked(&list));
        let turned: Vec<String> = list.iter().rev().map(|name| name.to_uppercase()).collect();
        prop_assert_eq!(plain, shown(&checked(&turned)));
    }

    #[test]
    fn every_name_of_the_formulary_is_read(list in drugs(1..2)) {
        let result = checked(&list);
        prop_assert!(!result.could_not_check.iter().any(|open| open.code == "unknown_drug"), "{:?}", result.could_not_check);
    }

    #[test]
    fn no_text_makes_it_panic(
        diagnosis in "\\PC{0,60}",
        medicines in proptest::collection::vec("\\PC{0,60}", 0..6),
        allergies in proptest::collection::vec("\\PC{0,40}", 0..4),
        conditions in proptest::collection::vec("\\PC{0,40}", 0..4),
        renal in "\\PC{0,20}",
        figures in proptest::array::uniform5(proptest::option::of(proptest::num::f64::ANY)),
    ) {
        let [age_years, weight_kg, creatinine, potassium, pregnancy_weeks] = figures;
        let patient = Patient {
            age_years, weight_kg, creatinine, potassium, pregnancy_weeks, conditions,
            renal_function: Some(renal.clone()), hepatic_function: Some(renal), sex: Some(Sex::Male),
            ..Patient::default()
        };
        let _ = check(&Request { diagnosis, patient, medicines, allergies });
    }

    #[test]
    fn what_looks_like_a_prescription_does_not_make_it_panic(
        medicines in proptest::collection::vec("(warfarin|co-amoxiclav|insulin|GTN|Advair)[ ,;/+.0-9a-z-]{0,30}", 0..6),
        allergies in proptest::collection::vec("(penicillin|sulfa|nuts|aspirin)[ ,;:a-z]{0,20}", 0..4),
    ) {
        let _ = check(&Request { diagnosis: "pneumonia".into(), patient: person(), medicines, allergies });
    }
}

#[test]
fn a_penicillin_is_never_chosen_for_the_penicillin_allergic() {
    let penicillin = |name: &str| {
        formulary()
            .drugs()
            .iter()
            .any(|drug| drug.name == name && drug.classes.iter().any(|class| class == "penicillin"))
    };
    let diagnoses = [
        "pneumonia",
        "strep throat",
        "otitis media",
        "cellulitis",
        "dog bite",
        "UTI",
        "pyelonephritis",
        "impetigo",
        "scarlet fever",
        "dental abscess",
        "COPD exacerbation",
        "sinusitis",
        "Lyme disease",
        "syphilis",
        "diverticulitis",
        "mastitis",
        "meningitis",
    ];
    for diagnosis in diagnoses {
        for allergy in [
            "penicillin",
            "Amoxil",
            "Augmentin - rash",
            "flucloxacillin anaphylaxis",
            "Pen V",
            "allergic to penicillins",
        ] {
            for age_years in [3.0, 16.0, 45.0, 80.0] {
                let patient = Patient {
                    age_years: Some(age_years),
                    weight_kg: Some(14.0f64.max(age_years)),
                    ..Patient::default()
                };
                let request = Request {
                    diagnosis: diagnosis.into(),
                    patient,
                    allergies: vec![allergy.into()],
                    ..Request::default()
                };
                let result = check(&request);
                let given = result.medications.iter().chain(&result.alternatives).find(|m| penicillin(&m.name));
                assert!(given.is_none(), "{diagnosis}, {allergy}, {age_years}: {given:?}");
            }
        }
    }
}

#[test]
fn twelve_drugs_are_checked_within_ten_milliseconds() {
    warm();
    let medicines: Vec<String> = [
        "warfarin 3 mg od",
        "amiodarone 200mg od",
        "simvastatin 40 mg nocte",
        "digoxin 125 micrograms od",
        "furosemide 40 mg bd",
        "ramipril 10 mg od",
        "spironolactone 25 mg od",
        "sertraline 100 mg od",
        "tramadol 50 mg qds",
        "metformin 1g bd",
        "omeprazole 20 mg od",
        "allopurinol 300 mg od",
    ]
    .map(str::to_owned)
    .to_vec();
    let request = Request {
        diagnosis: "pneumonia".into(),
        patient: person(),
        medicines,
        allergies: vec!["penicillin (anaphylaxis)".into(), "sulfa".into()],
    };
    // The quickest of several: the machine may be busy with other things.
    let quickest = (0..8)
        .map(|_| {
            let start = Instant::now();
            let result = check(&request);
            assert!(result.interactions_checked >= 66);
            start.elapsed()
        })
        .min()
        .expect("it ran");
    println!("{quickest:?}");
    assert!(quickest.as_millis() < 10, "{quickest:?}");
}
