//! # What it checks
//! That methotrexate is taken once a week, and that folic acid goes with it.
//!
//! # Why it matters
//! Daily instead of weekly kills; it is on every list of events that must never happen.
//!
//! # What it does not cover
//! Cancer chemotherapy, where schedules differ and a specialist prescribes.
//!
//! # Source
//! MHRA Drug Safety Update September 2020; NHS never events list 2018; BSR DMARD guideline 2017.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Fact, Findings, Words};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let folic = context.medicines.iter().any(|medicine| medicine.entries().any(|drug| drug.id == "folic_acid"));
    for (at, medicine) in context.singles() {
        if !medicine.entries().any(|drug| drug.id == "methotrexate") {
            continue;
        }
        match medicine.dose.per_day {
            Some(per_day) if per_day > 0.15 => findings.alert(context, "methotrexate.not_weekly", Severity::Contraindicated, &[at], &Words {
                mechanism: "More often than once a week: bone marrow failure, deaths.",
                advice: "Once a week, on one named day; if already taken daily, blood count now and hospital advice.",
                source: "MHRA 2020; NHS never events 2018",
            }),
            Some(_) => {}
            None => findings.missing(Fact::Dose, &medicine.name),
        }
        if !folic {
            findings.alert(
                context,
                "methotrexate.folic_acid",
                Severity::Note,
                &[at],
                &Words {
                    mechanism: "No folic acid among the medicines.",
                    advice: "Folic acid 5 mg once a week, on another day.",
                    source: "BSR 2017; BNF 2024",
                },
            );
        }
    }
}
