//! Type-ahead over findings and medicines, reading a note, calculators. Nothing here is stored.

use clinical::diagnosis::{self, Request};
use clinical::findings::{self, Mention, Reading, Sex, State, Subject};
use clinical::prescription;
use clinical::prescription::formulary::{Drug, formulary};
use clinical::scores::{self as engine_scores, Inputs};
use protocol::clinic::{
    Calculators, DrugHit, DrugHits, FindingHit, FindingHits, History, Mark, MarkKind, ScoreAnswer, ScoreValue,
    Understood, Vitals,
};
use serde_json::{Number, Value, json};

use super::{engine, scores};

/// The most that type-ahead offers.
pub(crate) const OFFERED_MAX: i64 = 50;
/// What it offers where nothing is said.
pub(crate) const OFFERED_USUAL: i64 = 10;

/// Findings for what was typed, best first.
pub(super) fn findings(typed: &str, limit: usize) -> FindingHits {
    let offered = findings::suggest(typed, limit).into_iter().map(|hit| {
        let finding = hit.finding.get();
        FindingHit {
            id: finding.id.clone(),
            term: hit.term.to_owned(),
            matched: hit.matched.to_owned(),
            kind: engine::kind(finding.kind).to_owned(),
            code: Some(finding.code.clone()).filter(|code| !code.is_empty()),
        }
    });
    FindingHits { findings: offered.collect() }
}

/// Medicines for what was typed, best first.
pub(super) fn drugs(typed: &str, limit: usize) -> DrugHits {
    let names = prescription::suggest(typed, limit);
    let offered = names.into_iter().filter_map(|name| {
        let drug = formulary().drugs().iter().find(|drug| drug.name == name)?;
        Some(DrugHit { id: drug.id.clone(), matched: matched(drug, typed), classes: drug.classes.clone(), name })
    });
    DrugHits { drugs: offered.collect() }
}

/// The name of a medicine that begins as was typed; its own where none does.
fn matched(drug: &Drug, typed: &str) -> String {
    let typed = typed.trim().to_lowercase();
    let names = std::iter::once(&drug.name).chain(&drug.synonyms).chain(&drug.brands);
    names.into_iter().find(|name| name.to_lowercase().starts_with(&typed)).unwrap_or(&drug.name).clone()
}

/// What is understood of a note, and where.
pub(super) fn understand(narrative: &str) -> Understood {
    let reading = findings::read(narrative);
    let intake = diagnosis::intake(&Request { narrative: Some(narrative.to_owned()), ..Request::default() });
    let words = |span: &findings::Span| narrative.get(span.start..span.end).unwrap_or_default().to_owned();
    Understood {
        marks: marks(&reading, narrative),
        findings: engine::findings(&intake),
        vitals: vitals(&intake.vitals),
        history: History {
            age: intake.case.age_years,
            sex: intake.case.sex.map(|sex| if sex == Sex::Male { "male" } else { "female" }.to_owned()),
            allergies: reading.allergies.iter().map(words).collect(),
            conditions: Vec::new(),
            medications: reading.medicines.iter().map(words).collect(),
            pregnant: intake.case.pregnant,
        },
        not_understood: intake.not_understood.clone(),
        problems: engine::problems(&intake.problems),
    }
}

fn vitals(read: &findings::Vitals) -> Vitals {
    let pressure = |(systolic, diastolic): (f64, Option<f64>)| match diastolic {
        Some(diastolic) => format!("{systolic:.0}/{diastolic:.0}"),
        None => format!("{systolic:.0}"),
    };
    Vitals {
        temperature: read.temperature_c,
        heart_rate: read.heart_rate,
        blood_pressure: read.systolic.map(|systolic| pressure((systolic, read.diastolic))),
        respiratory_rate: read.respiratory_rate,
        oxygen_saturation: read.oxygen_saturation,
        consciousness: read.alert.map(|alert| if alert { "alert" } else { "confused" }.to_owned()),
        on_oxygen: read.on_oxygen,
    }
}

fn marks(reading: &Reading, text: &str) -> Vec<Mark> {
    let place = |start: usize, end: usize, kind: MarkKind| Mark {
        start: units(text, start),
        end: units(text, end),
        kind,
        text: text.get(start..end).unwrap_or_default().to_owned(),
        finding: None,
        term: None,
    };
    let mut marks: Vec<Mark> = Vec::new();
    for mention in &reading.mentions {
        let finding = mention.finding.get();
        marks.push(Mark {
            finding: Some(finding.id.clone()),
            term: Some(finding.term.clone()),
            ..place(mention.start, mention.end, kind(mention))
        });
    }
    for duration in &reading.durations {
        let days = format!("{} days", (duration.days * 10.0).round() / 10.0);
        marks.push(Mark { term: Some(days), ..place(duration.start, duration.end, MarkKind::Duration) });
    }
    let lists = [
        (&reading.medicines, MarkKind::Medicine),
        (&reading.allergies, MarkKind::Allergy),
        (&reading.not_understood, MarkKind::NotUnderstood),
    ];
    for (spans, kind) in lists {
        marks.extend(spans.iter().map(|span| place(span.start, span.end, kind)));
    }
    marks.sort_by_key(|mark| (mark.start, mark.end));
    marks
}

fn kind(mention: &Mention) -> MarkKind {
    if mention.subject == Subject::Family {
        MarkKind::Family
    } else if !mention.is_current() {
        MarkKind::Past
    } else if mention.state == State::Absent {
        MarkKind::Absent
    } else if mention.is_possible {
        MarkKind::Possible
    } else {
        MarkKind::Present
    }
}

/// Where a byte of a text is, counted as a browser counts.
fn units(text: &str, byte: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, letter)| letter.len_utf16()).sum()
}

/// Every calculator.
pub(super) fn calculators() -> Calculators {
    Calculators { calculators: engine_scores::ALL.iter().map(|one| scores::calculator(one)).collect() }
}

/// Why a score was not calculated.
pub(super) enum NoScore {
    /// There is no such calculator.
    Unknown,
    /// What is wrong with the inputs.
    Input(String),
}

/// Calculates a score.
pub(super) fn score(id: &str, inputs: &Value) -> Result<ScoreAnswer, NoScore> {
    let calculator = engine_scores::find(id).ok_or(NoScore::Unknown)?;
    let Value::Object(fields) = inputs else {
        return Err(NoScore::Input("The body must be an object of the calculator's inputs.".to_owned()));
    };
    // What is null is not known.
    let given = fields.iter().filter(|(_, value)| !value.is_null());
    let mut read = Inputs::new();
    for (name, value) in given {
        let value = serde_json::from_value(value.clone())
            .map_err(|_| NoScore::Input(format!("`{name}` must be a number, true or false, a word, or a list.")))?;
        read.insert(name.clone(), value);
    }
    let score = engine_scores::calculate(calculator, &read).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        NoScore::Input(format!("{}.", all.join("; ")))
    })?;
    let working = scores::wire(&score, calculator.unit);
    // Points are whole numbers where nothing of the calculator is a half.
    let is_whole = !matches!(id, "cockcroft_gault" | "wells_pe" | "bmi");
    let result = match working.value {
        Some(ScoreValue::Exact(value)) => number(value, is_whole),
        Some(ScoreValue::Range { low, high }) => json!({"low": number(low, is_whole), "high": number(high, is_whole)}),
        None => Value::Null,
    };
    Ok(ScoreAnswer { result, working })
}

fn number(value: f64, is_whole: bool) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "a score is far below 2^53")]
    if is_whole && value.fract() == 0.0 {
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}
