//! The choice of drugs for a diagnosis: what the guideline names first and every rule lets pass.

use super::alert::{Alert, Severity};
use super::context::{Context, Findings};
use super::dosing::{self, Dosing};
use super::formulary::{Drug, formulary};
use super::patient::{Person, Pregnancy};
use super::reader::Medicine;
use super::result::{Excluded, Medication};
use super::rules;
use super::tables::allergies::KnownAllergy;
use super::tables::treatments::{Choice, Treatment};

/// What became of the options.
#[derive(Default)]
pub(crate) struct Selection {
    pub(crate) chosen: Vec<Chosen>,
    pub(crate) alternatives: Vec<Chosen>,
    pub(crate) excluded: Vec<Excluded>,
}

/// An option that passed.
pub(crate) struct Chosen {
    pub(crate) medication: Medication,
    pub(crate) medicine: Medicine,
    pub(crate) needs_weight: bool,
    worst: Option<Severity>,
    /// Drugs that belong to the same regimen stand together.
    regimen: usize,
}

/// For whom is chosen.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) person: &'a Person,
    pub(crate) current: &'a [Medicine],
    pub(crate) allergies: &'a [KnownAllergy],
}

/// What became of one drug.
enum Tried {
    Passed(Box<Chosen>),
    Left(Box<Excluded>),
}

/// Chooses for a condition whose treatment is known.
pub(crate) fn select(treatment: &Treatment, case: Case) -> Selection {
    let person = case.person;
    let mut selection = Selection::default();
    let mut passed: Vec<Chosen> = Vec::new();
    for (regimen, choice) in treatment.options.iter().enumerate().filter(|(_, choice)| is_meant(choice, person)) {
        let drugs = std::iter::once(&choice.drug).chain(&choice.with);
        let tried: Vec<Tried> = drugs.map(|id| one(id, choice, treatment, case, regimen)).collect();
        let complete = tried.iter().all(|one| matches!(one, Tried::Passed(_)));
        for one in tried {
            match one {
                Tried::Passed(chosen) if complete => passed.push(*chosen),
                Tried::Left(excluded) if !selection.excluded.contains(&excluded) => selection.excluded.push(*excluded),
                // Of a regimen all are given or none.
                Tried::Passed(_) | Tried::Left(_) => {}
            }
        }
    }
    let worst_of = |regimen: usize| passed.iter().filter(|c| c.regimen == regimen).filter_map(|c| c.worst).max();
    let mut order: Vec<(u8, Option<Severity>, usize)> = passed
        .iter()
        .map(|c| (c.medication.line, worst_of(c.regimen).filter(|s| *s > Severity::Note), c.regimen))
        .collect();
    order.sort_unstable();
    order.dedup();
    // Where the guideline begins without drugs, all of them are a second step that the prescriber decides about.
    let first =
        order.first().filter(|(line, ..)| !treatment.non_drug_first || *line == 1).map(|(.., regimen)| *regimen);
    for (.., regimen) in order {
        let (these, rest): (Vec<Chosen>, Vec<Chosen>) = passed.into_iter().partition(|c| c.regimen == regimen);
        passed = rest;
        let known = |c: &Chosen| {
            selection.chosen.iter().chain(&selection.alternatives).any(|k| k.medication.drug == c.medication.drug)
        };
        let new: Vec<Chosen> = these.into_iter().filter(|c| !known(c)).collect();
        if Some(regimen) == first { selection.chosen.extend(new) } else { selection.alternatives.extend(new) }
    }
    selection
}

fn is_meant(choice: &Choice, person: &Person) -> bool {
    let age = person.age();
    let pregnant = matches!(person.pregnancy, Pregnancy::Yes(_));
    choice.min_age_years.is_none_or(|least| age.is_none_or(|age| age >= least))
        && choice.below_age_years.is_none_or(|most| age.is_none_or(|age| age < most))
        && choice.pregnant.is_none_or(|wanted| wanted == pregnant)
}

fn one(id: &str, choice: &Choice, treatment: &Treatment, case: Case, regimen: usize) -> Tried {
    let index = formulary().index(id).expect("the tests check that every option is in the formulary");
    let drug = formulary().get(index);
    let medicine = Medicine::of(index);
    let alerts = alerts_about(&medicine, case);
    if let Some(gravest) = alerts.iter().filter(|alert| alert.severity.excludes()).max_by_key(|alert| alert.severity) {
        return Tried::Left(Box::new(left_out(drug, gravest)));
    }
    let Some(dosing) = dose(drug, choice, treatment, case.person) else { return Tried::Left(Box::new(no_dose(drug))) };
    let rationale = rationale(choice, treatment);
    Tried::Passed(Box::new(Chosen {
        needs_weight: dosing.needs_weight,
        medication: Medication {
            name: drug.name.clone(),
            drug: drug.id.clone(),
            dose: dosing.dose,
            route: dosing.route,
            frequency: dosing.frequency,
            duration: dosing.duration,
            calculation: dosing.calculation,
            rationale,
            notes: dosing.notes,
            line: choice.line,
            source: format!("{}; dose: {}", treatment.source, dosing.source),
        },
        medicine,
        worst: alerts.iter().map(|alert| alert.severity).max(),
        regimen,
    }))
}

/// Every alert that this drug would add to the list.
fn alerts_about(medicine: &Medicine, case: Case) -> Vec<Alert> {
    let mut medicines = case.current.to_vec();
    medicines.push(medicine.clone());
    let focus = Some(medicines.len() - 1);
    let context = Context { person: case.person, medicines: &medicines, allergies: case.allergies, focus };
    let Findings { alerts, .. } = rules::run(&context);
    alerts.into_iter().filter(|alert| alert.concerns(medicines.len() - 1)).collect()
}

fn left_out(drug: &Drug, alert: &Alert) -> Excluded {
    let with: Vec<&str> = alert.drugs.iter().map(String::as_str).filter(|name| *name != drug.name).collect();
    let with = if with.is_empty() { String::new() } else { format!("With {}: ", with.join(", ")) };
    Excluded {
        name: drug.name.clone(),
        drug: drug.id.clone(),
        reason: format!("{with}{} {}", alert.mechanism, alert.advice),
        code: alert.code.clone(),
        severity: alert.severity,
        source: alert.source.clone(),
    }
}

fn dose(drug: &Drug, choice: &Choice, treatment: &Treatment, person: &Person) -> Option<Dosing> {
    let mut wanted: Vec<&str> = choice.indication.iter().map(String::as_str).collect();
    wanted.extend(treatment.indications.iter().map(String::as_str));
    wanted.push(&treatment.condition);
    if person.age().is_none() {
        return Some(Dosing {
            dose: "not worked out: age is not given".into(),
            route: drug.routes.first().cloned().unwrap_or_default(),
            frequency: "not worked out".into(),
            duration: "not worked out".into(),
            calculation: None,
            notes: Vec::new(),
            source: drug.source.clone(),
            needs_weight: false,
        });
    }
    dosing::work_out(drug, &dosing::fitting(drug, &wanted, person), person)
}

fn no_dose(drug: &Drug) -> Excluded {
    Excluded {
        name: drug.name.clone(),
        drug: drug.id.clone(),
        reason: "The formulary has no dose of it for this use at this age.".into(),
        code: "selection.no_dose".into(),
        severity: Severity::Caution,
        source: drug.source.clone(),
    }
}

fn rationale(choice: &Choice, treatment: &Treatment) -> String {
    let line = match choice.line {
        1 => "First line",
        2 => "Second line",
        _ => "Later line",
    };
    let why = if choice.why.is_empty() { String::new() } else { format!(": {}", choice.why) };
    let after = if treatment.non_drug_first { " Only after what comes before drugs." } else { "" };
    format!("{line}{why}.{after}")
}
