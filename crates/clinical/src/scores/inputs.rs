//! What a calculator is given, checked before it counts: the right inputs, of the right kind, in a range people live in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What was given for one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Given {
    /// Yes or no.
    YesNo(bool),
    /// A number, in the unit of the input.
    Number(f64),
    /// One of the words of the input.
    Word(String),
    /// The answers of a questionnaire, in order.
    Answers(Vec<f64>),
}

/// What was given, by the name of the input.
pub type Inputs = BTreeMap<String, Given>;

/// One input of a calculator.
#[derive(Debug, Serialize)]
pub struct InputSpec {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it is called on a form, with its unit.
    pub label: &'static str,
    /// What may be given.
    #[serde(flatten)]
    pub kind: InputKind,
}

/// What may be given for an input.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InputKind {
    /// Yes or no.
    YesNo,
    /// A number from `min` to `max`, both included.
    Number {
        /// As it is written.
        unit: &'static str,
        /// The least that is taken.
        min: f64,
        /// The most that is taken.
        max: f64,
        /// What a number outside may have meant.
        #[serde(skip)]
        meant: fn(f64) -> Option<String>,
    },
    /// One of these words.
    Choice {
        /// Word and label.
        options: &'static [(&'static str, &'static str)],
    },
    /// So many whole numbers, each from 0 to `max`.
    Answers {
        /// The questions, in order.
        questions: &'static [&'static str],
        /// The highest answer.
        max: u8,
    },
}

impl InputSpec {
    /// A question of yes or no.
    pub(crate) const fn yes_no(name: &'static str, label: &'static str) -> Self {
        Self { name, label, kind: InputKind::YesNo }
    }

    /// A number.
    pub(crate) const fn number(
        name: &'static str,
        label: &'static str,
        unit: &'static str,
        min: f64,
        max: f64,
    ) -> Self {
        Self { name, label, kind: InputKind::Number { unit, min, max, meant: |_| None } }
    }

    /// A number that is often given in another unit.
    pub(crate) const fn number_or(
        name: &'static str,
        label: &'static str,
        unit: &'static str,
        (min, max): (f64, f64),
        meant: fn(f64) -> Option<String>,
    ) -> Self {
        Self { name, label, kind: InputKind::Number { unit, min, max, meant } }
    }

    /// One of some words.
    pub(crate) const fn choice(
        name: &'static str,
        label: &'static str,
        options: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { name, label, kind: InputKind::Choice { options } }
    }
}

/// An input that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("`{input}` {problem}")]
pub struct InputError {
    /// Which.
    pub input: String,
    /// What is wrong with it, and what is allowed.
    pub problem: String,
}

/// Inputs of which each is as it must be, or missing.
pub(crate) struct Checked<'a> {
    specs: &'static [InputSpec],
    inputs: &'a Inputs,
}

impl<'a> Checked<'a> {
    pub(crate) fn new(specs: &'static [InputSpec], inputs: &'a Inputs) -> Result<Self, Vec<InputError>> {
        let unknown = inputs.keys().filter(|name| specs.iter().all(|spec| spec.name != *name)).map(|name| {
            let known: Vec<_> = specs.iter().map(|spec| spec.name).collect();
            error(name, format!("is not an input of this score; it takes {}", known.join(", ")))
        });
        let wrong = specs.iter().filter_map(|spec| {
            let problem = problem(&spec.kind, inputs.get(spec.name)?)?;
            Some(error(spec.name, problem))
        });
        let errors: Vec<_> = unknown.chain(wrong).collect();
        if errors.is_empty() { Ok(Self { specs, inputs }) } else { Err(errors) }
    }

    /// The inputs that were not given.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        self.specs.iter().map(|spec| spec.name).filter(|name| !self.inputs.contains_key(*name)).collect()
    }

    pub(crate) fn yes(&self, name: &str) -> Option<bool> {
        match self.inputs.get(name)? {
            Given::YesNo(yes) => Some(*yes),
            _ => None,
        }
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        match self.inputs.get(name)? {
            Given::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn word(&self, name: &str) -> Option<&'a str> {
        match self.inputs.get(name)? {
            Given::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(crate) fn answers(&self, name: &str) -> Option<&'a [f64]> {
        match self.inputs.get(name)? {
            Given::Answers(answers) => Some(answers),
            _ => None,
        }
    }
}

fn error(input: &str, problem: impl Into<String>) -> InputError {
    InputError { input: input.to_owned(), problem: problem.into() }
}

fn problem(kind: &InputKind, given: &Given) -> Option<String> {
    match (kind, given) {
        (InputKind::YesNo, Given::YesNo(_)) => None,
        (InputKind::YesNo, _) => Some("must be true or false".to_owned()),
        (InputKind::Number { unit, min, max, meant }, Given::Number(number)) => {
            if (*min..=*max).contains(number) {
                return None;
            }
            let meant = meant(*number).map(|meant| format!("; {meant}")).unwrap_or_default();
            Some(format!("is {number}, and must be from {min} to {max} {unit}").trim_end().to_owned() + &meant)
        }
        (InputKind::Number { unit, .. }, _) => Some(format!("must be a number in {unit}")),
        (InputKind::Choice { options }, Given::Word(word)) if options.iter().any(|(option, _)| option == word) => None,
        (InputKind::Choice { options }, _) => {
            let words: Vec<_> = options.iter().map(|(word, _)| *word).collect();
            Some(format!("must be one of {}", words.join(", ")))
        }
        (InputKind::Answers { questions, max }, Given::Answers(answers)) => {
            let whole = |answer: &f64| answer.fract() == 0.0 && (0.0..=f64::from(*max)).contains(answer);
            let fits = answers.len() == questions.len() && answers.iter().all(whole);
            (!fits).then(|| format!("must be {} whole numbers from 0 to {max}", questions.len()))
        }
        (InputKind::Answers { questions, max }, _) => {
            Some(format!("must be {} whole numbers from 0 to {max}", questions.len()))
        }
    }
}
