//! # What it checks
//! The sum of the anticholinergic burden of all medicines; three and more counts.
//!
//! # Why it matters
//! Confusion, falls, retention and constipation in older people; none of the drugs need look guilty alone.
//!
//! # What it does not cover
//! Doses; drugs on the skin or in the eye.
//!
//! # Source
//! Anticholinergic Cognitive Burden scale (Boustani 2008, update 2012); AGS Beers 2023.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let all = context.systemic(|drug| drug.anticholinergic > 0);
    let burden =
        |at: usize| context.medicines[at].entries().map(|drug| u32::from(drug.anticholinergic)).max().unwrap_or(0);
    let sum: u32 = all.iter().map(|at| burden(*at)).sum();
    if all.len() < 2 || sum < 3 || !context.person.is_older() {
        return;
    }
    let severity = if all.len() >= 3 && sum >= 5 { Severity::Caution } else { Severity::Note };
    findings.alert(
        context,
        "anticholinergic.burden",
        severity,
        &all,
        &Words {
            mechanism: &format!("Anticholinergic burden {sum} together."),
            advice: "Replace the strongest first; at most one strong anticholinergic over 65.",
            source: "ACB scale 2012; AGS Beers 2023",
        },
    );
}
