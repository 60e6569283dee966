//! What the pages ask besides the routes: which field is wrong, and the tools without a request around them.

use protocol::UserId;
use protocol::clinic::tools::ScoreInputs;
use protocol::clinic::{
    Calculator, CaseInput, DiagnosisRequest, DrugHit, FindingHit, History, ScoreAnswer, Symptom, Understood, Vitals,
};
use serde_json::Value;

use super::fault::Fault;
use super::{request, tools};
use crate::config::Settings;
use crate::limits::Kind;
use crate::state::App;

/// Fields of an input that can't be taken, each with why. A field is wrong if it is refused alone.
pub(crate) fn wrong_fields(input: &CaseInput, settings: &Settings) -> Vec<(String, String)> {
    let Some(all) = request::wrong(input, settings) else { return Vec::new() };
    let found: Vec<_> = match input {
        CaseInput::Diagnosis(asked) => alone(asked)
            .into_iter()
            .filter_map(|(field, one)| {
                let why = request::wrong(&CaseInput::Diagnosis(Box::new(one)), settings)?;
                Some((field.to_owned(), why))
            })
            .collect(),
        CaseInput::Prescription(_) => Vec::new(),
    };
    if found.is_empty() { vec![(named(&all).unwrap_or_default(), all)] } else { found }
}

/// The request with each of its fields alone.
fn alone(asked: &DiagnosisRequest) -> Vec<(&'static str, DiagnosisRequest)> {
    let (vitals, history) = (&asked.vitals, &asked.history);
    // Something to run, so that only the field itself can be refused.
    let with = |vitals: Vitals, history: History| DiagnosisRequest {
        symptoms: vec![Symptom { name: "fever".to_owned(), ..Symptom::default() }],
        vitals,
        history,
        ..DiagnosisRequest::default()
    };
    let vital = |vitals: Vitals| with(vitals, History::default());
    let told = |history: History| with(Vitals::default(), history);
    vec![
        ("temperature", vital(Vitals { temperature: vitals.temperature, ..Vitals::default() })),
        ("heart_rate", vital(Vitals { heart_rate: vitals.heart_rate, ..Vitals::default() })),
        ("blood_pressure", vital(Vitals { blood_pressure: vitals.blood_pressure.clone(), ..Vitals::default() })),
        ("respiratory_rate", vital(Vitals { respiratory_rate: vitals.respiratory_rate, ..Vitals::default() })),
        ("oxygen_saturation", vital(Vitals { oxygen_saturation: vitals.oxygen_saturation, ..Vitals::default() })),
        ("age", told(History { age: history.age, ..History::default() })),
        ("conditions", told(History { conditions: history.conditions.clone(), ..History::default() })),
        ("medications", told(History { medications: history.medications.clone(), ..History::default() })),
        ("allergies", told(History { allergies: history.allergies.clone(), ..History::default() })),
        ("narrative", DiagnosisRequest { narrative: asked.narrative.clone(), ..vital(Vitals::default()) }),
        ("title", DiagnosisRequest { title: asked.title.clone(), ..vital(Vitals::default()) }),
        (
            "symptoms",
            DiagnosisRequest {
                symptoms: asked.symptoms.clone(),
                narrative: Some("x".to_owned()),
                ..Default::default()
            },
        ),
    ]
}

/// The field that a sentence names first.
fn named(sentence: &str) -> Option<String> {
    let (_, rest) = sentence.split_once('`')?;
    let (name, _) = rest.split_once('`')?;
    name.rsplit('.').next().map(str::to_owned)
}

/// Findings for what was typed, best first.
pub(crate) fn findings(typed: &str, most: usize) -> Vec<FindingHit> {
    tools::findings(typed, most).findings
}

/// Medicines for what was typed, best first.
pub(crate) fn drugs(typed: &str, most: usize) -> Vec<DrugHit> {
    tools::drugs(typed, most).drugs
}

/// What is understood of a note.
///
/// # Errors
/// One that is too long.
pub(crate) async fn understand(app: &App, user: &UserId, narrative: String) -> Result<Understood, Fault> {
    app.limits.check(Kind::Cases, user.as_str())?;
    let most = app.settings.case_narrative_chars;
    if narrative.chars().count() > most {
        return Err(Fault::Input(format!("The note is too long: {most} characters are the most.")));
    }
    tokio::task::spawn_blocking(move || tools::understand(&narrative)).await.map_err(|_| Fault::Broken)
}

/// Every calculator.
pub(crate) fn calculators() -> Vec<Calculator> {
    tools::calculators().calculators
}

/// Calculates a score; nothing where there is no such calculator.
///
/// # Errors
/// The first input that can't be taken, and why.
pub(crate) fn calculate(id: &str, inputs: ScoreInputs) -> Result<Option<ScoreAnswer>, (String, String)> {
    match tools::score(id, &Value::Object(inputs.into_iter().collect())) {
        Ok(answer) => Ok(Some(answer)),
        Err(tools::NoScore::Unknown) => Ok(None),
        Err(tools::NoScore::Input(text)) => Err(first_wrong(&text)),
    }
}

/// "`spo2` is 385, and must be …; `pulse` …" as the input and what to say beside its field.
fn first_wrong(text: &str) -> (String, String) {
    let first = text.split("; `").next().unwrap_or(text).trim_end_matches('.');
    let field = named(first).unwrap_or_default();
    let why = first.split_once("` ").map_or(first, |(_, why)| why);
    (field, format!("This {why}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        let flags = std::collections::BTreeMap::new();
        Settings::read(&crate::config::Layers::gather(flags, |_| None, None).unwrap()).unwrap()
    }

    fn asked(vitals: Vitals, age: Option<f64>) -> CaseInput {
        CaseInput::Diagnosis(Box::new(DiagnosisRequest {
            narrative: Some("cough".to_owned()),
            vitals,
            history: History { age, ..History::default() },
            ..DiagnosisRequest::default()
        }))
    }

    #[test]
    fn each_field_that_is_wrong_is_named_and_no_other() {
        let vitals = Vitals { temperature: Some(385.0), heart_rate: Some(80.0), ..Vitals::default() };
        let wrong = wrong_fields(&asked(vitals, Some(400.0)), &settings());
        let fields: Vec<_> = wrong.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["temperature", "age"]);
        assert!(wrong[0].1.contains("385"), "{wrong:?}");
    }

    #[test]
    fn what_can_be_run_has_no_wrong_field() {
        let vitals = Vitals { temperature: Some(101.3), ..Vitals::default() };
        assert_eq!(wrong_fields(&asked(vitals, Some(40.0)), &settings()), []);
    }

    #[test]
    fn a_wrong_input_of_a_score_is_said_beside_its_field() {
        let inputs = [("temperature".to_owned(), Value::from(98.6))].into_iter().collect();
        let (field, why) = calculate("news2", inputs).unwrap_err();
        assert_eq!(field, "temperature");
        assert!(why.starts_with("This is 98.6, and must be from 24 to 45"), "{why}");
        assert!(why.contains("37.0 °C"), "{why}");
    }
}
