//! Monitoring, how to take it, and when to come back: what follows from the drugs chosen and taken.

use super::Diagnosis;
use super::formulary::Drug;
use super::patient::Person;
use super::reader::Medicine;
use super::selection::Selection;

/// What is said beside the drugs.
#[derive(Default)]
pub(crate) struct Advice {
    pub(crate) first: Vec<String>,
    pub(crate) monitoring: Vec<String>,
    pub(crate) compliance: Vec<String>,
    pub(crate) follow_up: Vec<String>,
}

pub(crate) fn of(diagnosis: &Diagnosis, selection: &Selection, person: &Person, medicines: &[Medicine]) -> Advice {
    let mut advice = Advice::default();
    if let Some(treatment) = diagnosis.treatment {
        advice.first.extend((!treatment.first.is_empty()).then(|| treatment.first.clone()));
        advice.follow_up.extend((!treatment.follow_up.is_empty()).then(|| treatment.follow_up.clone()));
    }
    for medicine in medicines {
        for drug in medicine.entries() {
            for line in &drug.monitoring {
                push(&mut advice.monitoring, format!("{}: {line}", drug.name));
            }
        }
    }
    for chosen in &selection.chosen {
        for drug in chosen.medicine.entries() {
            for line in how_to_take(drug) {
                push(&mut advice.compliance, line);
            }
            if !drug.side_effects.is_empty() {
                let effects = drug.side_effects.iter().take(6).cloned().collect::<Vec<_>>().join(", ");
                push(&mut advice.compliance, format!("{}: tell about {effects}.", drug.name));
            }
        }
        if chosen.medicine.entries().any(|drug| drug.has_class("antibacterial")) {
            push(
                &mut advice.compliance,
                "Take the whole course; come back if it gets worse at any time or no better in 2 to 3 days.".into(),
            );
        }
    }
    if !selection.chosen.is_empty() && advice.follow_up.is_empty() {
        let long = selection.chosen.iter().any(|chosen| chosen.medication.duration.starts_with("ongoing"));
        push(
            &mut advice.follow_up,
            if long {
                "Review effect, side effects and blood tests within 4 weeks, then at least once a year.".into()
            } else {
                "Review if not better when the course ends, sooner if worse.".into()
            },
        );
    }
    if person.is_older() && medicines.len() >= 5 {
        push(&mut advice.follow_up, "Five medicines or more at 65 or over: a structured medication review.".into());
    }
    advice
}

fn push(list: &mut Vec<String>, line: String) {
    if !list.contains(&line) {
        list.push(line);
    }
}

/// How a drug is to be taken, where it decides about its effect. BNF 2024, cautionary and advisory labels.
fn how_to_take(drug: &Drug) -> Vec<String> {
    let name = &drug.name;
    let class = |class: &str| drug.has_class(class);
    let mut all = Vec::new();
    if class("tetracycline") || class("fluoroquinolone") {
        all.push(format!(
            "{name}: two hours apart from milk, antacids, iron, zinc and calcium; protect from strong sun."
        ));
    }
    if class("bisphosphonate") {
        all.push(format!("{name}: fasting, with a full glass of plain water, upright for 30 minutes."));
    }
    if class("nsaid") || class("corticosteroid_systemic") {
        all.push(format!("{name}: with or after food."));
    }
    if drug.sedating {
        all.push(format!("{name}: may make drowsy; do not drive if affected, no alcohol."));
    }
    if class("nitroimidazole") && !drug.is_local() {
        all.push(format!("{name}: no alcohol during the course and two days after."));
    }
    if class("corticosteroid_inhaled") {
        all.push(format!("{name}: rinse the mouth after each use; it works only if used every day."));
    }
    if class("anticoagulant") {
        all.push(format!("{name}: never miss or double a dose; carry the alert card; tell of any bleeding."));
    }
    if class("thyroid_hormone") {
        all.push(format!("{name}: in the morning, half an hour before food, coffee and other medicines."));
    }
    if class("ssri") || class("snri") {
        all.push(format!("{name}: works after 2 to 4 weeks, may unsettle at first; do not stop suddenly; report thoughts of self-harm."));
    }
    if drug.id == "methotrexate" {
        all.push(format!("{name}: once a week, on one named day, never daily; sore throat, bruising or breathlessness: blood count today."));
    }
    all
}

/// Said where options were tried and none is left.
pub(crate) fn nothing_safe(diagnosis: &Diagnosis, selection: &Selection) -> Option<String> {
    let treatment = diagnosis.treatment?;
    let none = selection.chosen.is_empty() && selection.alternatives.is_empty();
    (none && !treatment.options.is_empty()).then(|| {
        let reasons = selection
            .excluded
            .iter()
            .map(|excluded| format!("{} ({})", excluded.name, excluded.code))
            .collect::<Vec<_>>()
            .join(", ");
        if reasons.is_empty() {
            "No option of the guideline is meant for this person: ask a specialist.".to_owned()
        } else {
            format!(
                "No safe option is left of those that the guideline names: {reasons}. Ask a specialist or pharmacist."
            )
        }
    })
}
