//! Scores against reference vectors, and what is refused.

use std::collections::BTreeMap;

use clinical::scores::{self, Given, Inputs, Value};
use proptest::prelude::*;

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/clinical/golden_scores.jsonl");

fn score(id: &str, inputs: &str) -> Result<scores::Score, Vec<scores::InputError>> {
    let inputs: Inputs = serde_json::from_str(inputs).expect("inputs");
    scores::calculate(scores::find(id).expect("a calculator"), &inputs)
}

#[test]
fn every_reference_result_is_reproduced() {
    let Ok(vectors) = std::fs::read_to_string(VECTORS) else {
        println!("skipped: {VECTORS} is not there");
        return;
    };
    let mut seen = BTreeMap::<String, usize>::new();
    for line in vectors.lines() {
        let vector: serde_json::Value = serde_json::from_str(line).expect("a vector");
        let id = vector["calculator"].as_str().expect("a calculator");
        let score = score(id, &vector["input"].to_string()).unwrap_or_else(|errors| panic!("{line}: {errors:?}"));
        assert_eq!(
            score.value.map(|value| (value.low(), value.high())),
            vector["result"].as_f64().map(|n| (n, n)),
            "{line}"
        );
        assert!(score.missing.is_empty(), "{line}");
        let working = &vector["working"];
        for key in ["band", "level", "risk_band", "two_tier", "probability", "severity", "ckd_g_stage"] {
            if let Some(band) = working[key].as_str() {
                assert_eq!(score.bands, [band], "{line}");
            }
        }
        *seen.entry(id.to_owned()).or_default() += 1;
    }
    assert!(seen.len() >= 10 && seen.values().sum::<usize>() >= 1_000, "{seen:?}");
}

#[test]
fn a_missing_input_makes_a_range_and_is_named() {
    let score = score("news2", r#"{"respiratory_rate":26,"spo2":95,"spo2_scale":"1","on_oxygen":false,"pulse":80}"#)
        .expect("good inputs");
    assert_eq!(score.value, Some(Value::Range { low: 4.0, high: 13.0 }));
    assert_eq!(score.missing, ["systolic_bp", "consciousness", "temperature"]);
    assert_eq!(score.bands, ["low-medium", "high"]);
    assert_eq!(score.flags, ["single_parameter_3"]);
}

#[test]
fn a_clearance_without_a_weight_is_not_guessed() {
    let score = score("cockcroft_gault", r#"{"creatinine":1.0,"creatinine_unit":"mg/dL","age":70,"sex":"male"}"#)
        .expect("good inputs");
    assert_eq!((score.value, score.missing), (None, vec!["weight_kg"]));
}

#[test]
fn units_that_were_mixed_up_are_told() {
    let said = |id, inputs: &str| {
        score(id, inputs).expect_err("refused").iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    assert!(said("news2", r#"{"temperature":98.6}"#).contains("98.6 °F would be 37.0 °C"));
    assert!(said("curb65", r#"{"urea_mmol_l":84}"#).contains("30.0 mmol/L"));
    assert!(said("bmi", r#"{"height_cm":1.8}"#).contains("180 cm"));
}

#[test]
fn creatinine_without_a_unit_is_understood_or_asked_about() {
    let note = |creatinine| {
        let score =
            score("egfr", &format!(r#"{{"creatinine":{creatinine},"age":60,"sex":"male"}}"#)).expect("good inputs");
        (score.value.is_some(), score.notes)
    };
    assert_eq!(note("1.1"), (true, vec!["creatinine 1.1 is taken as mg/dL".to_owned()]));
    assert_eq!(note("97"), (true, vec!["creatinine 97 is taken as µmol/L".to_owned()]));
    assert!(!note("20").0);
    let wrong =
        score("egfr", r#"{"creatinine":97,"creatinine_unit":"mg/dL","age":60,"sex":"male"}"#).expect("good inputs");
    assert_eq!(wrong.value, None);
    assert!(wrong.notes[0].contains("97 µmol/L would be 1.10 mg/dL"), "{:?}", wrong.notes);
}

#[test]
fn what_is_not_an_input_or_of_a_wrong_kind_is_named() {
    let errors =
        score("qsofa", r#"{"systolic":90,"altered_mentation":"yes","respiratory_rate":-3}"#).expect_err("refused");
    let named: Vec<_> = errors.iter().map(|error| error.input.as_str()).collect();
    assert_eq!(named, ["systolic", "altered_mentation", "respiratory_rate"]);
    assert!(score("phq9", r#"{"responses":[1,2,3]}"#).is_err());
    assert!(score("phq9", r#"{"responses":[4,0,0,0,0,0,0,0,0]}"#).is_err());
    assert!(score("centor", r#"{"fever":1}"#).is_err());
}

#[test]
fn thoughts_of_death_flag_whatever_the_sum() {
    let score = score("phq9", r#"{"responses":[0,0,0,0,0,0,0,0,1]}"#).expect("good inputs");
    assert_eq!((score.bands, score.flags), (vec!["none-minimal"], vec!["self_harm_item"]));
}

#[test]
fn the_screener_takes_the_gravest_answer() {
    let band = |inputs: &str| score("cssrs", inputs).expect("good inputs").bands;
    let no = r#""wish_to_be_dead":false,"suicidal_thoughts":false,"thoughts_with_method":false,"some_intent":false,"intent_with_plan":false"#;
    assert_eq!(band(&format!(r#"{{{no},"behaviour_lifetime":false,"behaviour_past_3_months":false}}"#)), ["none"]);
    assert_eq!(band(&format!(r#"{{{no},"behaviour_lifetime":true,"behaviour_past_3_months":false}}"#)), ["moderate"]);
    assert_eq!(band(&format!(r#"{{{no},"behaviour_lifetime":true}}"#)), ["moderate", "high"]);
    assert_eq!(band(r#"{"some_intent":true}"#), ["high"]);
}

proptest! {
    /// Whatever else is given: leaving one input out never gives a range that the whole score is not in.
    #[test]
    fn a_range_holds_the_whole_score(
        rate in 5.0..40.0_f64, spo2 in 80.0..100.0_f64, scale in prop::bool::ANY, oxygen: bool, systolic in 70.0..240.0_f64,
        pulse in 30.0..160.0_f64, alert: bool, temperature in 33.0..42.0_f64, left_out in 0_usize..8,
    ) {
        let mut inputs = Inputs::from([
            ("respiratory_rate".to_owned(), Given::Number(rate.round())),
            ("spo2".to_owned(), Given::Number(spo2.round())),
            ("spo2_scale".to_owned(), Given::Word(if scale { "1" } else { "2" }.to_owned())),
            ("on_oxygen".to_owned(), Given::YesNo(oxygen)),
            ("systolic_bp".to_owned(), Given::Number(systolic.round())),
            ("pulse".to_owned(), Given::Number(pulse.round())),
            ("consciousness".to_owned(), Given::Word(if alert { "alert" } else { "confusion-or-vpu" }.to_owned())),
            ("temperature".to_owned(), Given::Number(temperature)),
        ]);
        let news2 = scores::find("news2").expect("NEWS2");
        let whole = scores::calculate(news2, &inputs).expect("good inputs").value.expect("a sum");
        let name = news2.inputs[left_out].name;
        inputs.remove(name);
        let range = scores::calculate(news2, &inputs).expect("good inputs").value.expect("a sum");
        prop_assert!(range.low() <= whole.low() && whole.high() <= range.high());
    }
}
