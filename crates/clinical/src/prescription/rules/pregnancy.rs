//! # What it checks
//! The advice for pregnancy of every drug, where she is pregnant or could be.
//!
//! # Why it matters
//! Some drugs malform or kill the child; others are withheld without need. Drugs that may be used raise nothing.
//!
//! # What it does not cover
//! Men who father a child (see the disease rules for the few drugs where it counts) and plans to become pregnant.
//!
//! # Source
//! UKTIS, BNF 2024 and labels, as named by every entry.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Fact, Findings, Words};
use crate::prescription::patient::Pregnancy;

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let pregnancy = context.person.pregnancy;
    if matches!(pregnancy, Pregnancy::Impossible | Pregnancy::No) {
        return;
    }
    for (at, medicine) in context.singles() {
        let gravest =
            medicine.entries().filter_map(|drug| drug.pregnancy.as_ref()).max_by_key(|told| told.advice as u8);
        let Some(told) = gravest else {
            if medicine.entries().any(|drug| !drug.complete) {
                findings.missing(Fact::Pregnancy, &medicine.name);
            }
            continue;
        };
        let Some(severity) = told.advice.severity() else { continue };
        if pregnancy == Pregnancy::Unknown {
            if severity >= Severity::Serious {
                findings.missing(Fact::Pregnancy, &medicine.name);
            }
            continue;
        }
        let note = if told.note.is_empty() { "Not to be used in pregnancy if it can be avoided." } else { &told.note };
        findings.alert(context, format!("pregnancy.{}", severity.as_str()), severity, &[at], &Words {
            mechanism: note,
            advice: "Choose a drug with experience in pregnancy, or ask obstetrics before stopping long-term treatment.",
            source: &told.source,
        });
    }
}
