//! # What it checks
//! Three or more drugs that raise serotonin. Pairs, MAO inhibitors above all, are rules of `interaction`.
//!
//! # Why it matters
//! Serotonin toxicity comes from combinations; most pairs are tolerated, three seldom have a plan.
//!
//! # What it does not cover
//! Overdose.
//!
//! # Source
//! BNF 2024; FDA safety communication on opioids and serotonin, 2016.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let all = context.systemic(|drug| drug.serotonergic);
    if all.len() >= 3 {
        findings.alert(
            context,
            "serotonin.several",
            Severity::Serious,
            &all,
            &Words {
                mechanism: "Three or more drugs that raise serotonin: agitation, tremor, sweating, fever.",
                advice: "Reduce to what is needed; tell the person the early signs and to come at once.",
                source: "BNF 2024; FDA 2016",
            },
        );
    }
}
