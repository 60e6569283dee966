//! # What it checks
//! The potassium of the person against drugs that raise or lower it, and three or more drugs that raise it.
//!
//! # Why it matters
//! Both ways end in arrhythmia, and without warning.
//!
//! # What it does not cover
//! Diet and salt substitutes that were not named; haemolysed samples.
//!
//! # Source
//! UK Kidney Association hyperkalaemia guideline 2023 (RAAS inhibitors: do not start above 5.0, stop from 6.0 mmol/L);
//! BNF 2024.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Fact, Findings, Words};
use crate::prescription::formulary::Potassium;

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let raising = context.systemic(|drug| drug.potassium == Potassium::Raises);
    if raising.len() >= 3 {
        findings.alert(
            context,
            "potassium.several_raise",
            Severity::Serious,
            &raising,
            &Words {
                mechanism: "Three or more drugs that raise potassium.",
                advice: "Drop one; potassium and creatinine within a week and after every change.",
                source: "UK Kidney Association 2023; BNF 2024",
            },
        );
    }
    let wanted = |at: &usize| context.focus.is_none_or(|focus| focus == *at);
    let potassium = context.person.given.potassium;
    for at in raising.into_iter().filter(wanted) {
        let Some(potassium) = potassium else {
            findings.missing(Fact::Potassium, context.name(at));
            continue;
        };
        let (severity, advice) = match potassium {
            p if p >= 6.0 => (Severity::Contraindicated, "Stop it and treat the hyperkalaemia today."),
            p if p >= 5.5 => (Severity::Serious, "Do not start; halve or stop, and repeat potassium within days."),
            p if p > 5.0 => (Severity::Caution, "Do not start or raise before potassium is 5.0 or less."),
            _ => continue,
        };
        findings.alert(
            context,
            "potassium.high",
            severity,
            &[at],
            &Words {
                mechanism: &format!("Potassium {potassium} mmol/L, and the drug raises it."),
                advice,
                source: "UK Kidney Association 2023",
            },
        );
    }
    let lowering = context.systemic(|drug| drug.potassium == Potassium::Lowers);
    for at in lowering.into_iter().filter(wanted) {
        let Some(potassium) = potassium.filter(|p| *p < 3.5) else { continue };
        let severity = if potassium < 3.0 { Severity::Serious } else { Severity::Caution };
        findings.alert(
            context,
            "potassium.low",
            severity,
            &[at],
            &Words {
                mechanism: &format!("Potassium {potassium} mmol/L, and the drug lowers it."),
                advice: "Correct potassium (and magnesium) first; look for the cause.",
                source: "BNF 2024",
            },
        );
    }
}
