//! # What it checks
//! What the formulary says of a drug in liver disease, where the liver is told to work badly.
//!
//! # Why it matters
//! Sedatives and opioids bring on encephalopathy; drugs that the liver clears pile up; a few harm it further.
//!
//! # What it does not cover
//! Raised enzymes without loss of function (see the disease rules for those that count).
//!
//! # Source
//! BNF 2024, entry of the drug.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Fact, Findings, Words};
use crate::prescription::patient::Hepatic;

pub(super) fn check(context: &Context, findings: &mut Findings) {
    for (at, medicine) in context.singles().filter(|(_, medicine)| !medicine.local) {
        let Some(drug) = medicine.entries().find(|drug| !drug.hepatic.is_empty()) else { continue };
        let forbids = forbids(&drug.hepatic);
        let severity = match (context.person.hepatic, forbids) {
            (Hepatic::Normal, _) | (Hepatic::Unknown | Hepatic::Mild, Severity::Caution) => continue,
            (Hepatic::Unknown, _) => {
                if severe_by_history(context) {
                    forbids
                } else {
                    findings.missing(Fact::Hepatic, &medicine.name);
                    continue;
                }
            }
            (Hepatic::Severe, severity) => severity,
            (Hepatic::Moderate | Hepatic::Mild, _) => Severity::Caution,
        };
        findings.alert(
            context,
            format!("hepatic.{}", severity.as_str()),
            severity,
            &[at],
            &Words { mechanism: "The liver is told to work badly.", advice: &drug.hepatic, source: &drug.source },
        );
    }
}

fn severe_by_history(context: &Context) -> bool {
    ["severe_hepatic_impairment", "liver_failure", "decompensated_cirrhosis"].iter().any(|id| context.person.has(id))
}

/// How far the words go in severe disease.
fn forbids(text: &str) -> Severity {
    let text = text.to_lowercase();
    if text.starts_with("contraindicated") {
        Severity::Contraindicated
    } else if text.starts_with("avoid") {
        Severity::Serious
    } else {
        Severity::Caution
    }
}
