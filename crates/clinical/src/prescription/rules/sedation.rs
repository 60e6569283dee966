//! # What it checks
//! Three or more drugs that depress the central nervous system. Pairs with opioids are rules of `interaction`.
//!
//! # Why it matters
//! Falls and fractures; with opioids, breathing that stops in sleep.
//!
//! # What it does not cover
//! Alcohol that was not named; tolerance after long use.
//!
//! # Source
//! AGS Beers 2023 (three or more: avoid); FDA boxed warning 2016 and MHRA 2020 for opioids with benzodiazepines.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let all = context.systemic(|drug| drug.sedating);
    if all.len() < 3 {
        return;
    }
    let opioid = all.iter().any(|at| context.medicines[*at].entries().any(|drug| drug.has_class("opioid")));
    let severity = if opioid || context.person.is_older() { Severity::Serious } else { Severity::Caution };
    findings.alert(
        context,
        "sedation.several",
        severity,
        &all,
        &Words {
            mechanism: "Three or more drugs that depress the central nervous system.",
            advice: "Reduce to fewer than three, one at a time; no driving; naloxone at home with an opioid.",
            source: "AGS Beers 2023; FDA 2016; MHRA 2020",
        },
    );
}
