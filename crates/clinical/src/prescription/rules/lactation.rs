//! # What it checks
//! The advice for breastfeeding of every drug, where she breastfeeds.
//!
//! # Why it matters
//! A few drugs harm the infant through milk; most do not, and stopping breastfeeding has a price.
//!
//! # What it does not cover
//! Infants born early or ill, for whom less is safe.
//!
//! # Source
//! `LactMed` and BNF 2024, as named by every entry.

use crate::prescription::context::{Context, Fact, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let feeding = super::disease::breastfeeding(context.person);
    if feeding == Some(false) {
        return;
    }
    for (at, medicine) in context.singles() {
        let gravest =
            medicine.entries().filter_map(|drug| drug.lactation.as_ref()).max_by_key(|told| told.advice as u8);
        let Some(told) = gravest else {
            if medicine.entries().any(|drug| !drug.complete) {
                findings.missing(Fact::Breastfeeding, &medicine.name);
            }
            continue;
        };
        let Some(severity) = told.advice.severity() else { continue };
        if feeding.is_none() {
            findings.missing(Fact::Breastfeeding, &medicine.name);
            continue;
        }
        let note =
            if told.note.is_empty() { "Not to be used while breastfeeding if it can be avoided." } else { &told.note };
        findings.alert(
            context,
            format!("lactation.{}", severity.as_str()),
            severity,
            &[at],
            &Words {
                mechanism: note,
                advice: "Choose a drug that passes into milk less, rather than stopping breastfeeding.",
                source: &told.source,
            },
        );
    }
}
