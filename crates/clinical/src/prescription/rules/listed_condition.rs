//! # What it checks
//! The contraindications and cautions that the formulary lists with a drug against the conditions of the person.
//!
//! # Why it matters
//! It is the net under the finer rules of `disease`: what has no rule of its own is still said.
//!
//! # What it does not cover
//! Conditions that another rule speaks about for the same drug (allergies, pregnancy, breastfeeding).
//!
//! # Source
//! The formulary entry of the drug.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};

/// Said by rules of their own.
const ELSEWHERE: [&str; 4] = ["pregnancy", "breastfeeding", "first_trimester_pregnancy", "elderly"];

pub(super) fn check(context: &Context, findings: &mut Findings) {
    for (at, medicine) in context.singles() {
        let mut shown: Vec<&str> = Vec::new();
        for drug in medicine.entries() {
            let contraindicated = drug.contraindications.iter().map(|id| (id, Severity::Contraindicated));
            let cautions = drug.cautions.iter().map(|id| (id, Severity::Note));
            for (id, severity) in contraindicated.chain(cautions) {
                if ELSEWHERE.contains(&id.as_str())
                    || id.ends_with("_allergy")
                    || !context.person.has(id)
                    || shown.contains(&id.as_str())
                {
                    continue;
                }
                shown.push(id);
                let condition = id.replace('_', " ");
                let (mechanism, advice) = if severity == Severity::Note {
                    (format!("Care is needed in: {condition}."), "Weigh it and watch; see the monitoring.")
                } else {
                    (format!("Contraindicated in: {condition}."), "Choose another drug.")
                };
                findings.alert(
                    context,
                    format!("condition.{id}"),
                    severity,
                    &[at],
                    &Words { mechanism: &mechanism, advice, source: &drug.source },
                );
            }
        }
    }
}
