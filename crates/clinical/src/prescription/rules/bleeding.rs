//! # What it checks
//! Three or more drugs that raise the risk of bleeding, and any of them where platelets are low.
//!
//! # Why it matters
//! Risks multiply: an anticoagulant, an antiplatelet and an SSRI or NSAID bleed far more than any two.
//!
//! # What it does not cover
//! Planned triple therapy after a stent, which has an end date that the prescriber knows.
//!
//! # Source
//! ESC 2023 acute coronary syndromes; NICE NG196; BNF 2024.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let all = context.systemic(|drug| drug.bleeding);
    if all.len() >= 3 {
        findings.alert(
            context,
            "bleeding.several",
            Severity::Serious,
            &all,
            &Words {
                mechanism: "Three or more drugs that raise the risk of bleeding.",
                advice: "Ask whether each is still needed; a PPI while two or more go on; blood count.",
                source: "ESC 2023; NICE NG196; BNF 2024",
            },
        );
    }
    if context.person.given.platelets.is_some_and(|platelets| platelets < 50.0) {
        for at in all.into_iter().filter(|at| context.focus.is_none_or(|focus| focus == *at)) {
            findings.alert(
                context,
                "bleeding.platelets",
                Severity::Serious,
                &[at],
                &Words {
                    mechanism: "Platelets below 50 × 10⁹/L.",
                    advice: "Withhold until haematology has advised.",
                    source: "BSH 2024; BNF 2024",
                },
            );
        }
    }
}
