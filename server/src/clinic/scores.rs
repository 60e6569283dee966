//! The scores that follow from what is known of a case, and the calculators.
//!
//! A score stands beside a diagnosis only where something of it was measured and it is meant for this person; what is
//! missing makes a range. Nothing is guessed, with one exception that is said: NEWS2 counts oxygen by scale 1 unless
//! chronic lung disease is known (RCP 2017: scale 2 only where hypercapnic failure is confirmed).

use clinical::findings::FindingId;
use clinical::scores::{self, Given, Inputs, Value};
use protocol::clinic::{Calculator, CalculatorInput, InputKind, InputOption, Problem, Score, ScorePart, ScoreValue};

use super::types::Known;

/// Scores for a case, and what they leave open.
pub(super) fn of(known: &Known) -> (Vec<Score>, Vec<Problem>) {
    let mut out = Vec::new();
    let mut open = Vec::new();
    let vitals = &known.vitals;
    let is_measured =
        [vitals.respiratory_rate, vitals.oxygen_saturation, vitals.systolic, vitals.heart_rate, vitals.temperature_c]
            .iter()
            .any(Option::is_some);
    let is_adult = known.age_years.is_none_or(|age| age >= 16.0);
    if is_measured && is_adult && known.pregnant != Some(true) {
        out.extend(news2(known));
    } else if is_measured {
        open.push(Problem {
            code: "news2_not_meant".to_owned(),
            text: "NEWS2 is not meant for children under 16 or in pregnancy; it was not calculated.".to_owned(),
        });
    }
    if (vitals.respiratory_rate.is_some() || vitals.systolic.is_some()) && is_adult {
        out.extend(calculate("qsofa", &qsofa(known)));
    }
    if known.has("cough") && is_adult && (vitals.respiratory_rate.is_some() || vitals.systolic.is_some()) {
        out.extend(calculate("curb65", &curb65(known)));
    }
    if known.has("sore_throat") && known.age_years.is_some_and(|age| age >= 3.0) {
        out.extend(calculate("centor", &centor(known)));
    }
    (out, open)
}

impl Known {
    /// Whether a finding is there, itself or implied.
    fn has(&self, id: &str) -> bool {
        implied(&self.present, id)
    }

    /// Whether a finding is there or not, where that was told.
    fn is(&self, id: &str) -> Option<bool> {
        if self.has(id) {
            return Some(true);
        }
        // Without the general there is not the special.
        let denied = |denied: &String| {
            denied == id
                || FindingId::of(id).is_some_and(|finding| finding.ancestors().iter().any(|a| a.id() == *denied))
        };
        self.absent.iter().any(denied).then_some(false)
    }
}

fn implied(list: &[String], id: &str) -> bool {
    list.iter().any(|one| {
        one == id || FindingId::of(one).is_some_and(|finding| finding.ancestors().iter().any(|a| a.id() == id))
    })
}

/// The least that NEWS2 can be, where it was calculated.
pub(super) fn news2_at_least(scores: &[Score]) -> Option<u8> {
    let value = scores.iter().find(|score| score.calculator == "news2")?.value?;
    let low = match value {
        ScoreValue::Exact(value) => value,
        ScoreValue::Range { low, .. } => low,
    };
    (0..=20_u8).rev().find(|n| f64::from(*n) <= low)
}

fn news2(known: &Known) -> Option<Score> {
    let vitals = &known.vitals;
    let mut inputs = Inputs::new();
    number(&mut inputs, "respiratory_rate", vitals.respiratory_rate);
    number(&mut inputs, "spo2", vitals.oxygen_saturation);
    number(&mut inputs, "systolic_bp", vitals.systolic);
    number(&mut inputs, "pulse", vitals.heart_rate);
    number(&mut inputs, "temperature", vitals.temperature_c);
    yes_no(&mut inputs, "on_oxygen", vitals.on_oxygen);
    let alert = vitals.alert.or(known.is("confusion").map(|confused| !confused));
    if let Some(alert) = alert {
        let word = if alert { "alert" } else { "confusion-or-vpu" };
        inputs.insert("consciousness".to_owned(), Given::Word(word.to_owned()));
    }
    let is_chronic = known.has("copd_history");
    if !is_chronic {
        inputs.insert("spo2_scale".to_owned(), Given::Word("1".to_owned()));
    }
    let mut score = calculate("news2", &inputs)?;
    if vitals.oxygen_saturation.is_some() {
        score.notes.push(if is_chronic {
            "Which scale of oxygen saturation holds was not said; with confirmed hypercapnic failure it is scale 2."
                .to_owned()
        } else {
            "Oxygen saturation by scale 1: no chronic lung disease is known.".to_owned()
        });
    }
    Some(score)
}

fn qsofa(known: &Known) -> Inputs {
    let mut inputs = Inputs::new();
    number(&mut inputs, "respiratory_rate", known.vitals.respiratory_rate);
    number(&mut inputs, "systolic_bp", known.vitals.systolic);
    yes_no(&mut inputs, "altered_mentation", altered(known));
    inputs
}

fn curb65(known: &Known) -> Inputs {
    let mut inputs = Inputs::new();
    number(&mut inputs, "respiratory_rate", known.vitals.respiratory_rate);
    number(&mut inputs, "systolic_bp", known.vitals.systolic);
    number(&mut inputs, "diastolic_bp", known.vitals.diastolic);
    number(&mut inputs, "age", known.age_years);
    yes_no(&mut inputs, "confusion", altered(known));
    inputs
}

fn altered(known: &Known) -> Option<bool> {
    let by_scale = known.vitals.gcs.map(|gcs| gcs < 15.0);
    by_scale.or(known.vitals.alert.map(|alert| !alert)).or(known.is("confusion"))
}

fn centor(known: &Known) -> Inputs {
    let mut inputs = Inputs::new();
    yes_no(&mut inputs, "absence_of_cough", known.is("cough").map(|cough| !cough));
    yes_no(&mut inputs, "fever", known.is("fever"));
    yes_no(&mut inputs, "tender_anterior_cervical_nodes", known.is("neck_glands_swollen"));
    yes_no(&mut inputs, "tonsillar_exudate", known.is("tonsils_pus"));
    number(&mut inputs, "age", known.age_years);
    inputs
}

fn number(inputs: &mut Inputs, name: &str, value: Option<f64>) {
    inputs.extend(value.map(|value| (name.to_owned(), Given::Number(value))));
}

fn yes_no(inputs: &mut Inputs, name: &str, value: Option<bool>) {
    inputs.extend(value.map(|value| (name.to_owned(), Given::YesNo(value))));
}

/// A score of inputs that were read already; one out of a calculator's range makes none.
fn calculate(id: &str, inputs: &Inputs) -> Option<Score> {
    let calculator = scores::find(id)?;
    scores::calculate(calculator, inputs).ok().map(|score| wire(&score, calculator.unit))
}

const fn value(value: Value) -> ScoreValue {
    match value {
        Value::Exact(value) => ScoreValue::Exact(value),
        Value::Range { low, high } => ScoreValue::Range { low, high },
    }
}

/// A score as it stands on the wire.
pub(super) fn wire(score: &scores::Score, unit: &str) -> Score {
    let own = |list: &[&'static str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let parts = score.parts.iter().map(|part| ScorePart { name: part.name.to_owned(), points: value(part.points) });
    Score {
        calculator: score.calculator.to_owned(),
        name: score.name.to_owned(),
        value: score.value.map(value),
        unit: unit.to_owned(),
        band: score.bands.join(" to "),
        parts: parts.collect(),
        flags: own(&score.flags),
        notes: score.notes.clone(),
        missing: own(&score.missing),
        source: score.source.to_owned(),
    }
}

/// A calculator as it stands on the wire.
pub(super) fn calculator(calculator: &scores::Calculator) -> Calculator {
    let input = |spec: &scores::InputSpec| CalculatorInput {
        name: spec.name.to_owned(),
        label: spec.label.to_owned(),
        kind: match &spec.kind {
            scores::InputKind::YesNo => InputKind::YesNo,
            scores::InputKind::Number { unit, min, max, .. } => {
                InputKind::Number { unit: (*unit).to_owned(), min: *min, max: *max }
            }
            scores::InputKind::Choice { options } => {
                let option = |(value, label): &(&str, &str)| InputOption {
                    value: (*value).to_owned(),
                    label: (*label).to_owned(),
                };
                InputKind::Choice { options: options.iter().map(option).collect() }
            }
            scores::InputKind::Answers { questions, max } => InputKind::Answers {
                questions: questions.iter().map(|question| (*question).to_owned()).collect(),
                max: *max,
            },
        },
    };
    Calculator {
        id: calculator.id.to_owned(),
        name: calculator.name.to_owned(),
        purpose: calculator.purpose.to_owned(),
        unit: calculator.unit.to_owned(),
        inputs: calculator.inputs.iter().map(input).collect(),
        source: calculator.source.to_owned(),
    }
}
