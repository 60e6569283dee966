//! # What it checks
//! Whether the formulary has a dose for the age of a child.
//!
//! # Why it matters
//! A child is not a small adult: where no dose is known, none may be derived from the adult's.
//!
//! # What it does not cover
//! Drugs that must not be given below an age (aspirin, codeine, tetracyclines): those are rules of `disease`.
//!
//! # Source
//! BNF for Children 2024, through the doses of the formulary.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let Some(age) = context.person.age().filter(|_| context.person.is_child()) else { return };
    for (at, medicine) in context.singles() {
        let Some(drug) = medicine.entries().next().filter(|drug| drug.complete && !drug.dose.is_empty()) else {
            continue;
        };
        if !drug.dose.iter().any(|dose| dose.covers_age(age)) {
            findings.alert(
                context,
                "paediatric.no_dose",
                Severity::Caution,
                &[at],
                &Words {
                    mechanism: "The formulary has no dose of it for this age.",
                    advice: "Only on a specialist's advice; do not scale down the adult dose.",
                    source: &drug.source,
                },
            );
        }
    }
}
