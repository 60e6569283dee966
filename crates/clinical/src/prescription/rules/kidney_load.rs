//! # What it checks
//! Two or more drugs that harm the kidney in a person whose kidneys are poor already.
//!
//! # Why it matters
//! Acute kidney injury in the community is mostly drugs on poor kidneys.
//!
//! # What it does not cover
//! Contrast media and dehydration that were not named.
//!
//! # Source
//! NICE NG148 2019; BNF 2024.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    if context.person.clearance.below(60.0) != Some(true) {
        return;
    }
    let all = context.systemic(|drug| drug.nephrotoxic);
    if all.len() >= 2 {
        findings.alert(
            context,
            "kidney_load.several",
            Severity::Serious,
            &all,
            &Words {
                mechanism: &format!("Two or more drugs that harm the kidney. {}", context.person.clearance.working),
                advice: "Leave one out; creatinine within a week; stop during vomiting or diarrhoea.",
                source: "NICE NG148 2019; BNF 2024",
            },
        );
    }
}
