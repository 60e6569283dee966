//! # What it checks
//! A dose that was typed against the most that the formulary allows in 24 hours for anyone of this age, in the same
//! unit; the same drug in several medicines is added up.
//!
//! # Why it matters
//! Slips of ten times are typed every day.
//!
//! # What it does not cover
//! The maximum for the indication, which may be lower; strengths that are not in mg, units, puffs, sprays, drops or mL;
//! doses of combinations.
//!
//! # Source
//! The doses of the formulary.

use std::collections::BTreeMap;

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Fact, Findings, Words};
use crate::prescription::formulary::{Dose, Drug, DrugIndex, formulary};
use crate::prescription::reader::Unit;

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let mut daily: BTreeMap<DrugIndex, (f64, Unit, Vec<usize>)> = BTreeMap::new();
    for (at, medicine) in context.medicines.iter().enumerate() {
        let wanted = context.focus.is_none_or(|focus| focus == at);
        let Some(index) = medicine.drugs.first().copied().filter(|_| !medicine.local) else { continue };
        let drug = formulary().get(index);
        let Some((amount, unit)) = medicine.dose.daily() else {
            // A candidate has no dose yet: it is computed within the limits.
            if context.focus.is_none() && wanted && drug.complete {
                findings.missing(Fact::Dose, &medicine.name);
            }
            continue;
        };
        let sum = daily.entry(index).or_insert((0.0, unit, Vec::new()));
        if sum.1 == unit {
            sum.0 += amount;
            sum.2.push(at);
        } else if context.focus.is_none() {
            findings.missing(Fact::Maximum, &medicine.name);
        }
    }
    for (index, (amount, unit, at)) in daily {
        if context.focus.is_some_and(|focus| !at.contains(&focus)) {
            continue;
        }
        let drug = formulary().get(index);
        let Some((most, dose)) = maximum(drug, unit, context.person.age()) else {
            if context.focus.is_none() {
                findings.missing(Fact::Maximum, context.name(at[0]));
            }
            continue;
        };
        if amount <= most * 1.001 {
            continue;
        }
        let severity = if amount >= most * 2.0 { Severity::Contraindicated } else { Severity::Serious };
        findings.alert(
            context,
            "maximum_dose.exceeded",
            severity,
            &at,
            &Words {
                mechanism: &format!("{} {} in 24 hours; the most is {}.", shown(amount), unit_name(unit), shown(most)),
                advice: "Check strength, unit and how often; was a tenth meant?",
                source: &dose.source,
            },
        );
    }
}

fn shown(amount: f64) -> String {
    let text = format!("{amount:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Milligram => "mg",
        Unit::InternationalUnit => "units",
        Unit::Puff => "puffs",
        Unit::Tablet => "tablets",
        Unit::Millilitre => "mL",
        Unit::Spray => "sprays",
        Unit::Drop => "drops",
    }
}

/// The greatest maximum of any use at this age; with the age unknown, of any age.
fn maximum(drug: &Drug, unit: Unit, age: Option<f64>) -> Option<(f64, &Dose)> {
    drug.dose
        .iter()
        .filter(|dose| age.is_none_or(|age| dose.covers_age(age)))
        .filter_map(|dose| Some((dose.max_day? * factor(&dose.form, unit)?, dose)))
        .max_by(|x, y| x.0.total_cmp(&y.0))
}

/// What turns an amount of the table into the typed unit.
fn factor(form: &str, unit: Unit) -> Option<f64> {
    Some(match (form, unit) {
        ("g", Unit::Milligram) => 1000.0,
        ("mcg" | "microgram", Unit::Milligram) => 0.001,
        ("mg", Unit::Milligram)
        | ("units", Unit::InternationalUnit)
        | ("puff", Unit::Puff)
        | ("tablet" | "capsule", Unit::Tablet)
        | ("mL", Unit::Millilitre)
        | ("spray", Unit::Spray)
        | ("drop", Unit::Drop) => 1.0,
        _ => return None,
    })
}
