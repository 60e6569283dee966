//! # What it checks
//! Three or more drugs that prolong the QT interval, and a drug known to cause torsades in a person with two or more
//! risk factors. Pairs of QT drugs are rules of `interaction`.
//!
//! # Why it matters
//! Torsades de pointes is rare with one drug and a healthy heart; nearly all cases have several risk factors.
//!
//! # What it does not cover
//! Doses and levels; genetic long QT that is not known.
//!
//! # Source
//! `CredibleMeds` categories; Tisdale 2013 for the risk factors (age, female sex, loop diuretic, low potassium, heart
//! failure, `QTc` on admission).

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Fact, Findings, Words};
use crate::prescription::formulary::Qt;
use crate::prescription::patient::{Person, Sex};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let all = context.systemic(|drug| drug.qt != Qt::None);
    let known = context.systemic(|drug| drug.qt == Qt::Known);
    if all.len() >= 3 && !known.is_empty() {
        findings.alert(context, "qt.several", Severity::Serious, &all, &Words {
            mechanism: "Three or more drugs that prolong the QT interval, at least one of them known to cause torsades de pointes.",
            advice: "Replace what can be replaced; ECG, potassium and magnesium before going on; stop at a QTc of 500 ms.",
            source: "CredibleMeds; BNF 2024",
        });
    }
    let risks = risks(context.person);
    for at in known {
        if context.focus.is_some_and(|focus| focus != at) {
            continue;
        }
        if context.person.given.qtc_ms.is_none() && !risks.is_empty() {
            findings.missing(Fact::Qtc, context.name(at));
        }
        if risks.len() >= 2 {
            findings.alert(context, "qt.risk_factors", Severity::Caution, &[at], &Words {
                mechanism: &format!("Known to cause torsades de pointes; risk factors here: {}.", risks.join(", ")),
                advice: "ECG before and after starting; correct potassium and magnesium; prefer a drug without QT effect.",
                source: "CredibleMeds; Tisdale 2013",
            });
        }
    }
}

fn risks(person: &Person) -> Vec<&'static str> {
    let of = [
        (person.age().is_some_and(|age| age >= 68.0), "68 years or over"),
        (person.given.sex == Some(Sex::Female), "female"),
        (person.has("hypokalaemia"), "low potassium"),
        (person.has("hypomagnesaemia"), "low magnesium"),
        (person.has("heart_failure"), "heart failure"),
        (person.has("bradycardia"), "slow heart"),
        (person.has("prolonged_qt"), "prolonged QT"),
        (person.has("myocardial_infarction_recent"), "recent heart attack"),
    ];
    of.into_iter().filter(|(holds, _)| *holds).map(|(_, name)| name).collect()
}
