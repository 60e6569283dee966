//! Clinical scores: each from its inputs, with its parts, its band and its source.
//!
//! Start at [`ALL`] and [`calculate`]. A score from incomplete input is a range from the least to the most that the missing
//! inputs allow, and names them; it is never a guess. [`inputs`] checks what is given, [`sum`] adds up points; every other
//! file is one calculator.

pub mod inputs;
pub mod sum;

mod bmi;
mod centor;
pub(crate) mod cockcroft_gault;
mod cssrs;
mod curb65;
pub(crate) mod egfr;
mod news2;
mod qsofa;
mod questionnaires;
mod wells_dvt;
mod wells_pe;

use serde::Serialize;

use inputs::Checked;
pub use inputs::{Given, InputError, InputKind, InputSpec, Inputs};

/// Every calculator.
pub static ALL: &[&Calculator] = &[
    &news2::NEWS2,
    &qsofa::QSOFA,
    &curb65::CURB65,
    &centor::CENTOR,
    &wells_pe::WELLS_PE,
    &wells_dvt::WELLS_DVT,
    &questionnaires::PHQ9,
    &questionnaires::GAD7,
    &cssrs::CSSRS,
    &egfr::EGFR,
    &cockcroft_gault::COCKCROFT_GAULT,
    &bmi::BMI,
];

/// A score that can be calculated.
#[derive(Debug, Serialize)]
pub struct Calculator {
    /// Stable, as in a path: `news2`.
    pub id: &'static str,
    /// As clinicians call it: `NEWS2`.
    pub name: &'static str,
    /// What it says, for whom.
    pub purpose: &'static str,
    /// What its result is counted in; empty for points.
    pub unit: &'static str,
    /// What it is calculated from.
    pub inputs: &'static [InputSpec],
    /// Where its rule is from.
    pub source: &'static str,
    #[serde(skip)]
    score: fn(&Checked<'_>) -> Outcome,
}

/// A result, or the range in which it lies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Every input was given.
    Exact(f64),
    /// Something was missing.
    Range {
        /// The least that it can be.
        low: f64,
        /// The most that it can be.
        high: f64,
    },
}

impl Value {
    /// The least that it can be.
    pub fn low(self) -> f64 {
        match self {
            Self::Exact(value) | Self::Range { low: value, .. } => value,
        }
    }

    /// The most that it can be.
    pub fn high(self) -> f64 {
        match self {
            Self::Exact(value) | Self::Range { high: value, .. } => value,
        }
    }
}

/// What one input adds to a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The input, or the criterion: a stable word.
    pub name: &'static str,
    /// Its points; a range where the input is missing.
    pub points: Value,
}

/// What a calculator makes of its inputs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    /// `None` where nothing can be said without what is missing.
    pub(crate) value: Option<Value>,
    /// What the value means; two where the range spans more than one.
    pub(crate) bands: Vec<&'static str>,
    pub(crate) parts: Vec<Part>,
    /// What is to be known whatever the value, such as a single red parameter.
    pub(crate) flags: Vec<&'static str>,
    /// What the result rests on besides, such as the unit that was understood.
    pub(crate) notes: Vec<String>,
}

/// A calculated score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Which calculator: its id.
    pub calculator: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The result in [`Calculator::unit`], or its range; `None` where too much is missing.
    pub value: Option<Value>,
    /// What the value means, from the lowest that is possible to the highest.
    pub bands: Vec<&'static str>,
    /// What adds up to it.
    pub parts: Vec<Part>,
    /// What is to be known whatever the value.
    pub flags: Vec<&'static str>,
    /// What was understood of what was given.
    pub notes: Vec<String>,
    /// The inputs that were not given, by name.
    pub missing: Vec<&'static str>,
    /// Where the rule is from.
    pub source: &'static str,
}

/// The calculator of this id.
pub fn find(id: &str) -> Option<&'static Calculator> {
    ALL.iter().copied().find(|calculator| calculator.id == id)
}

/// Calculates a score.
///
/// # Errors
/// Every input that is not one of the calculator's, is of a wrong kind, or is out of the range in which people live.
pub fn calculate(calculator: &Calculator, inputs: &Inputs) -> Result<Score, Vec<InputError>> {
    let checked = Checked::new(calculator.inputs, inputs)?;
    let Outcome { value, bands, parts, flags, notes } = (calculator.score)(&checked);
    Ok(Score {
        calculator: calculator.id,
        name: calculator.name,
        value,
        bands,
        parts,
        flags,
        notes,
        missing: checked.missing(),
        source: calculator.source,
    })
}
