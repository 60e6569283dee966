//! # What it checks
//! The limits of every drug by creatinine clearance (Cockcroft–Gault), the gravest that applies.
//!
//! # Why it matters
//! A quarter of those over 75 clear half of what they did; drugs that leave by the kidney pile up.
//!
//! # What it does not cover
//! Acute kidney injury, where creatinine lags behind; dialysis schedules; children, in whom the formula does not hold.
//!
//! # Source
//! BNF 2024 and product characteristics, as named by every limit; MHRA 2019 for the choice of formula.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Fact, Findings, Words};
use crate::prescription::formulary::{Drug, RenalAction, RenalLimit};
use crate::prescription::reader::Medicine;

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let person = context.person;
    for (at, medicine) in context.singles().filter(|(_, medicine)| !medicine.local) {
        let limits: Vec<&RenalLimit> = medicine.entries().flat_map(|drug| &drug.renal).collect();
        let unknown = limits.iter().any(|limit| person.clearance.below(limit.crcl_below).is_none());
        if unknown && (!person.is_child() || person.has("renal_impairment") || person.has("chronic_kidney_disease")) {
            findings.missing(Fact::Creatinine, &medicine.name);
        }
        if let Some(limit) = strictest(medicine.entries(), |limit| person.clearance.below(limit) == Some(true)) {
            let severity = severity(limit.action);
            findings.alert(
                context,
                format!("renal.{}", severity.as_str()),
                severity,
                &[at],
                &Words {
                    mechanism: &format!("{} Limit: CrCl below {} mL/min.", person.clearance.working, limit.crcl_below),
                    advice: &limit.text,
                    source: &limit.source,
                },
            );
        }
        no_entry(context, findings, medicine);
    }
}

fn severity(action: RenalAction) -> Severity {
    match action {
        RenalAction::Monitor => Severity::Note,
        RenalAction::Reduce => Severity::Caution,
        RenalAction::Avoid => Severity::Serious,
        RenalAction::Contraindicated => Severity::Contraindicated,
    }
}

/// The limit that applies: the lowest clearance of those that hold, of equals the strictest.
pub(crate) fn strictest<'a>(
    drugs: impl Iterator<Item = &'a Drug>,
    holds: impl Fn(f64) -> bool,
) -> Option<&'a RenalLimit> {
    drugs
        .flat_map(|drug| &drug.renal)
        .filter(|limit| holds(limit.crcl_below))
        .max_by(|x, y| x.action.cmp(&y.action).then(y.crcl_below.total_cmp(&x.crcl_below)))
}

/// A drug without an entry in the formulary has no limits here; in poor kidneys that must be said.
fn no_entry(context: &Context, findings: &mut Findings, medicine: &Medicine) {
    let poor = context.person.clearance.below(60.0) == Some(true);
    if poor && medicine.entries().next().is_some_and(|drug| !drug.complete) {
        findings.missing(Fact::Creatinine, &medicine.name);
    }
}
