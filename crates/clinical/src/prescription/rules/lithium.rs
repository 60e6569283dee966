//! # What it checks
//! What lithium cannot be given safely without: a level, kidney function; and loss of salt or water.
//!
//! # Why it matters
//! The toxic level begins where the useful one ends; the kidney decides which it is.
//!
//! # What it does not cover
//! Drugs that raise the level, which are rules of `interaction`, and limits, which are rules of `disease`.
//!
//! # Source
//! NICE CG185 2014 (levels weekly until stable, then every 3 to 6 months); BNF 2024.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Fact, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    for (at, medicine) in context.singles() {
        if !medicine.entries().any(|drug| drug.id == "lithium") {
            continue;
        }
        if context.person.given.lithium.is_none() {
            findings.missing(Fact::Lithium, &medicine.name);
        }
        let losing = [
            "dehydration",
            "viral_gastroenteritis",
            "bacterial_gastroenteritis",
            "diarrhoea",
            "low_sodium_diet",
            "hyponatraemia",
        ]
        .into_iter()
        .find(|id| context.person.has(id));
        if let Some(id) = losing {
            findings.alert(
                context,
                "lithium.salt_and_water",
                Severity::Serious,
                &[at],
                &Words {
                    mechanism: &format!(
                        "Loss of salt or water ({}) makes the kidney keep lithium.",
                        id.replace('_', " ")
                    ),
                    advice: "Level, sodium and creatinine today; stop while the loss lasts; ask who prescribes it.",
                    source: "BNF 2024; NICE CG185",
                },
            );
        }
    }
}
