//! # What it checks
//! A sodium that is low already, and three or more drugs that lower it.
//!
//! # Why it matters
//! Falls, confusion and seizures; mostly in the first weeks, mostly over 65.
//!
//! # What it does not cover
//! How fast the sodium fell.
//!
//! # Source
//! AGS Beers 2023; NICE CKS hyponatraemia 2024 (mild 130–135, moderate 125–129, severe below 125 mmol/L).

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let all = context.systemic(|drug| drug.sodium_lowering);
    if all.len() >= 3 {
        findings.alert(
            context,
            "sodium.several",
            Severity::Caution,
            &all,
            &Words {
                mechanism: "Three or more drugs that lower sodium.",
                advice: "Sodium now and two weeks after every change.",
                source: "AGS Beers 2023",
            },
        );
    }
    let Some(sodium) = context.person.given.sodium.filter(|sodium| *sodium < 133.0) else { return };
    let severity = if sodium < 130.0 { Severity::Serious } else { Severity::Caution };
    for at in all.into_iter().filter(|at| context.focus.is_none_or(|focus| focus == *at)) {
        findings.alert(
            context,
            "sodium.low",
            severity,
            &[at],
            &Words {
                mechanism: &format!("Sodium {sodium} mmol/L, and the drug lowers it."),
                advice: "Stop or replace it; find the cause before starting.",
                source: "NICE CKS hyponatraemia 2024; AGS Beers 2023",
            },
        );
    }
}
