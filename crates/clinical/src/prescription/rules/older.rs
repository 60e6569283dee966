//! # What it checks
//! What the Beers and STOPP criteria say of a drug, from 65 years.
//!
//! # Why it matters
//! Falls, delirium, bleeding and kidney injury come at doses that the young tolerate.
//!
//! # What it does not cover
//! Frailty and aims of treatment, which weigh more than the birthday; so it cautions and does not forbid. Criteria that
//! depend on a second drug or a disease are rules of `interaction` and `disease`.
//!
//! # Source
//! AGS Beers Criteria 2023; STOPP version 3, 2023.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};
use crate::prescription::formulary::Advice;

pub(super) fn check(context: &Context, findings: &mut Findings) {
    if !context.person.is_older() {
        return;
    }
    for (at, medicine) in context.singles().filter(|(_, medicine)| !medicine.local) {
        let Some(older) =
            medicine.entries().filter_map(|drug| drug.older.as_ref()).max_by_key(|older| older.advice as u8)
        else {
            continue;
        };
        let (severity, advice) = if older.advice >= Advice::Avoid {
            (Severity::Caution, "Avoid where there is another way; else the lowest dose for the shortest time.")
        } else {
            (Severity::Note, "Lowest dose; review soon.")
        };
        findings.alert(
            context,
            format!("older.{}", severity.as_str()),
            severity,
            &[at],
            &Words { mechanism: &older.text, advice, source: &older.source },
        );
    }
}
