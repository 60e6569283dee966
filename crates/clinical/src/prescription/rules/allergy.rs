//! # What it checks
//! Every medicine against every allergy: the drug itself, its class, and what cross-reacts, weighed by how the reaction
//! showed. A reaction that was not told is taken as possibly severe.
//!
//! # Why it matters
//! A known allergy is the most avoidable of harms. Withholding what would be safe harms too: figures are shown, and
//! what does not cross-react is cleared by a note.
//!
//! # What it does not cover
//! Whether the label is right (nine of ten penicillin labels are not), and excipients of single brands.
//!
//! # Source
//! Picard 2019 for β-lactams (similar side chain 16.45 %, intermediate 5.60 %, low 2.11 %); AAAAI/ACAAI Drug Allergy
//! Practice Parameter 2022; NICE CG183. Every entry of `data/allergies.toml` names its own.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};
use crate::prescription::formulary::Drug;
use crate::prescription::reader::Medicine;
use crate::prescription::tables::allergies::{
    Allergy, Cross, Grade, KnownAllergy, Reaction, allergies, matches_allergy,
};
use crate::prescription::tables::selector::Selector;

/// Entries that are unwanted effects rather than allergies.
const EFFECTS: [&str; 3] = ["ace_inhibitor_cough", "opioid_pseudoallergy", "adrenaline_intolerance"];

pub(super) fn check(context: &Context, findings: &mut Findings) {
    for allergy in context.allergies {
        for (at, medicine) in context.singles() {
            let hits = direct(allergy, medicine).into_iter().chain(crossed(allergy, medicine));
            // One alert for an allergy and a medicine: the gravest, of equals the first.
            let Some(hit) = hits.reduce(|kept, next| if next.severity > kept.severity { next } else { kept }) else {
                continue;
            };
            findings.alert(
                context,
                format!("allergy.{}", hit.code),
                hit.severity,
                &[at],
                &Words { mechanism: &hit.mechanism, advice: &hit.advice, source: &hit.source },
            );
        }
    }
}

struct Hit {
    code: String,
    severity: Severity,
    mechanism: String,
    advice: String,
    source: String,
}

fn direct(allergy: &KnownAllergy, medicine: &Medicine) -> Option<Hit> {
    let entry = allergy.entries.iter().map(|at| &allergies().all[*at]).find(|entry| is_hit(entry, medicine));
    let named = allergy.drugs.iter().find(|drug| medicine.entries().any(|own| own.id == drug.id));
    let severity = if allergy.reaction == Reaction::Intolerance
        || entry.is_some_and(|entry| EFFECTS.contains(&entry.id.as_str()))
    {
        Severity::Caution
    } else {
        Severity::Contraindicated
    };
    let (code, advice) = match (entry, named) {
        (Some(entry), _) => (entry.id.clone(), entry.text.clone()),
        (None, Some(drug)) => {
            (drug.id.clone(), "Another drug of another class; clarify what happened and when.".to_owned())
        }
        (None, None) => return None,
    };
    Some(Hit {
        code,
        severity,
        mechanism: format!("Allergy given: “{}”. {} belongs to it.", allergy.typed, medicine.name),
        advice,
        source: "NICE CG183 2014; AAAAI/ACAAI Drug Allergy Practice Parameter 2022".into(),
    })
}

fn is_hit(entry: &Allergy, medicine: &Medicine) -> bool {
    entry
        .classes
        .iter()
        .filter_map(|text| Selector::parse(text))
        .any(|selector| medicine.entries().any(|drug| matches_allergy(&selector, drug)))
}

fn crossed(allergy: &KnownAllergy, medicine: &Medicine) -> Option<Hit> {
    let entries: Vec<&Allergy> = allergy.entries.iter().map(|at| &allergies().all[*at]).collect();
    let hits = entries.iter().flat_map(|entry| {
        // An entry for the drug itself is more exact than one for its class.
        let of = |drug: &Drug| {
            let fits =
                |cross: &&Cross| Selector::parse(&cross.to).is_some_and(|selector| matches_allergy(&selector, drug));
            let exact = entry.cross.iter().find(|cross| cross.to.starts_with("drug:") && fits(cross));
            exact.or_else(|| entry.cross.iter().filter(fits).max_by_key(|cross| cross.risk.grade()))
        };
        medicine.entries().filter_map(move |drug| of(drug).map(|cross| (*entry, cross))).collect::<Vec<_>>()
    });
    let (entry, cross) = hits.max_by_key(|(_, cross)| cross.risk.grade())?;
    let grade = cross.risk.grade()?;
    Some(Hit {
        code: format!("{}_cross", entry.id),
        severity: weigh(
            grade,
            allergy.reaction,
            matches!(cross.risk, crate::prescription::tables::allergies::Risk::Percent(_)),
        ),
        mechanism: format!(
            "Allergy given: “{}”. Cross-reaction with {}: {}.",
            allergy.typed,
            medicine.name,
            cross.risk.shown()
        ),
        advice: cross.text.clone(),
        source: cross.source.clone(),
    })
}

/// How grave a cross-reaction of this grade is after this reaction.
fn weigh(grade: Grade, reaction: Reaction, measured: bool) -> Severity {
    match (grade, reaction) {
        (Grade::None, _) | (Grade::Low | Grade::Moderate, Reaction::Intolerance) | (Grade::Low, Reaction::Mild) => {
            Severity::Note
        }
        (Grade::High, Reaction::Intolerance) | (Grade::Low, Reaction::Unknown) | (Grade::Moderate, Reaction::Mild) => {
            Severity::Caution
        }
        (Grade::Low, Reaction::Severe) | (Grade::Moderate, _) => Severity::Serious,
        // A figure of 16 % leaves room for judgement after a mild reaction; "high" in words means the same group.
        (Grade::High, Reaction::Mild | Reaction::Unknown) if measured => Severity::Serious,
        (Grade::High, _) => Severity::Contraindicated,
    }
}
