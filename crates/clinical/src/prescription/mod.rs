//! The prescription engine: which drugs for a diagnosis, and what is wrong with a list of medicines.
//!
//! Start reading at [`check`]. A list of medicines as typed becomes [`reader::Medicine`]s, a person as told becomes a
//! `Person`; `rules` looks at both; `selection` tries the guideline's options one by one against every rule.
//!
//! **Nothing is passed as safe because it was not checked**: unknown drugs, doses and facts stand in
//! [`Prescription::could_not_check`]. **No rule takes an alert away**, so a further medicine can only add. **A dose comes
//! only from the formulary** and shows how it was worked out.

mod advice;
mod alert;
mod context;
mod dosing;
pub mod formulary;
mod patient;
pub mod reader;
mod renal;
mod result;
mod rules;
mod selection;
mod tables;
mod version;

pub use alert::{Alert, NotChecked, Severity};
pub use patient::{CreatinineUnit, Patient, Sex};
pub use result::{Excluded, Medication, Prescription};
pub use version::data_version;

use context::{Context, Fact, Findings};
use patient::Person;
use reader::{Medicine, Reading};
use selection::{Case, Selection};
use tables::allergies::{self, KnownAllergy};
use tables::conditions::conditions;
use tables::treatments::{Treatment, treatments};

/// What is to be checked.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Request {
    /// Diagnosis by name, synonym or condition id; "Medication review" or empty to check the current medicines only.
    pub diagnosis: String,
    /// The person.
    pub patient: Patient,
    /// Current medicines as typed.
    pub medicines: Vec<String>,
    /// Allergies as typed, with the reaction where it is known.
    pub allergies: Vec<String>,
}

/// Reads every table, so that the first check is as fast as the next.
pub fn warm() {
    let _ = conditions();
    let _ = tables::interactions::interactions();
    let _ = tables::disease::disease_rules();
    let _ = allergies::allergies();
    let _ = reader::read("warfarin");
    let _ = data_version();
}

/// Checks the current medicines and, for a diagnosis with drug treatment, chooses among what the guideline names.
///
/// Never fails: what is not understood stands in `could_not_check`.
pub fn check(request: &Request) -> Prescription {
    let (mut person, mut could_not_check) = patient::read(&request.patient);
    let current = read_medicines(&request.medicines, &mut could_not_check);
    let allergies = read_allergies(&request.allergies, &mut could_not_check);
    let diagnosis = Diagnosis::read(&request.diagnosis, &mut could_not_check);
    if let Some(condition) = &diagnosis.condition {
        person.conditions.extend(conditions().with(condition));
    }
    let case = Case { person: &person, current: &current, allergies: &allergies };
    let selection = diagnosis.treatment.map(|t| selection::select(t, case)).unwrap_or_default();
    let mut medicines = current.clone();
    medicines.extend(selection.chosen.iter().map(|chosen| chosen.medicine.clone()));
    let context = Context { person: &person, medicines: &medicines, allergies: &allergies, focus: None };
    let mut findings = rules::run(&context);
    settle_chosen(&mut findings, &selection, &current);
    could_not_check.append(&mut findings.not_checked);
    could_not_check.extend(findings.missing_facts());
    could_not_check.sort();
    could_not_check.dedup();
    let (mut interactions, mut warnings): (Vec<Alert>, Vec<Alert>) =
        findings.alerts.into_iter().partition(|alert| alert.medicines.len() > 1);
    sort(&mut interactions);
    sort(&mut warnings);
    let n = medicines.len();
    finish(
        request,
        &diagnosis,
        selection,
        &person,
        &medicines,
        Outcome { interactions, warnings, interactions_checked: n * n.saturating_sub(1) / 2, could_not_check },
    )
}

/// Nearest drug names to what was typed, for type-ahead and for what was not recognised.
pub fn suggest(typed: &str, most: usize) -> Vec<String> {
    reader::suggest(typed, most)
}

/// The code of every rule, in the order in which they are run.
pub fn rule_codes() -> impl Iterator<Item = &'static str> {
    rules::RULES.iter().map(|rule| rule.code)
}

fn read_medicines(typed: &[String], could_not_check: &mut Vec<NotChecked>) -> Vec<Medicine> {
    let mut all = Vec::new();
    for reading in typed.iter().flat_map(|one| reader::read(one)) {
        match reading {
            Reading::Known(medicine) => {
                if let Some(name) = &medicine.read_as {
                    could_not_check.push(NotChecked {
                        code: "spelling".into(),
                        about: medicine.typed.clone(),
                        text: format!("“{}” was read as {name}: confirm.", medicine.typed),
                        suggestions: vec![name.clone()],
                    });
                }
                all.push(medicine);
            }
            Reading::Unknown { typed, suggestions } => could_not_check.push(NotChecked {
                code: "unknown_drug".into(),
                text: format!(
                    "“{typed}” is not known: none of its interactions, limits or cross-allergies were checked."
                ),
                about: typed,
                suggestions,
            }),
        }
    }
    // The order of the list says nothing; sorted, the same list in another order gives the same result.
    all.sort_by(|a, b| (&a.name, &a.typed).cmp(&(&b.name, &b.typed)));
    all
}

fn read_allergies(typed: &[String], could_not_check: &mut Vec<NotChecked>) -> Vec<KnownAllergy> {
    let mut all = Vec::new();
    for read in typed.iter().flat_map(|one| allergies::read(one)) {
        match read {
            Ok(known) => all.push(known),
            Err(piece) => could_not_check.push(NotChecked {
                code: "unknown_allergy".into(),
                text: format!("Allergy “{piece}” is not known: no drug was checked against it."),
                suggestions: reader::suggest(&piece, 3),
                about: piece,
            }),
        }
    }
    all.sort_by(|a, b| a.typed.cmp(&b.typed));
    all
}

/// The diagnosis as understood.
pub(crate) struct Diagnosis {
    condition: Option<String>,
    treatment: Option<&'static Treatment>,
}

impl Diagnosis {
    fn read(typed: &str, could_not_check: &mut Vec<NotChecked>) -> Self {
        let key = reader::text::key(typed);
        let review = [
            "",
            "medication review",
            "medicines review",
            "medicine review",
            "drug review",
            "review",
            "interaction check",
        ];
        if review.contains(&key.as_str()) || key.contains("medication review") || key.contains("polypharmacy") {
            return Self { condition: None, treatment: None };
        }
        let exact = conditions().by_name(typed).map(str::to_owned);
        let found = exact.into_iter().chain(conditions().read(typed)).collect::<Vec<_>>();
        let treated =
            found.iter().find_map(|id| conditions().same_first(id).iter().find_map(|same| treatments().of(same)));
        if treated.is_none() {
            let (code, text) = if found.is_empty() {
                (
                    "unknown_diagnosis",
                    format!("“{typed}” was not recognised, so no drug was chosen; the current medicines were checked."),
                )
            } else {
                (
                    "no_treatment",
                    format!(
                        "No drug treatment in primary care is known here for “{typed}”; the current medicines were checked."
                    ),
                )
            };
            could_not_check.push(NotChecked {
                code: code.into(),
                about: typed.to_owned(),
                text,
                suggestions: if found.is_empty() { conditions().suggest(typed) } else { Vec::new() },
            });
        }
        Self {
            condition: treated.map(|t| t.condition.clone()).or_else(|| found.into_iter().next()),
            treatment: treated,
        }
    }
}

/// A chosen drug has a worked-out dose, so its maximum is not an open question; a missing weight for it is one.
fn settle_chosen(findings: &mut Findings, selection: &Selection, current: &[Medicine]) {
    for chosen in &selection.chosen {
        if !current.iter().any(|medicine| medicine.name == chosen.medicine.name)
            && let Some(drugs) = findings.missing.get_mut(&Fact::Dose)
        {
            drugs.remove(&chosen.medicine.name);
        }
    }
    findings.missing.retain(|_, drugs| !drugs.is_empty());
    for chosen in selection.chosen.iter().chain(&selection.alternatives).filter(|chosen| chosen.needs_weight) {
        findings.missing(Fact::Weight, &chosen.medicine.name);
    }
    if selection
        .chosen
        .iter()
        .chain(&selection.alternatives)
        .any(|chosen| chosen.medication.dose.contains("age is not given"))
    {
        selection.chosen.iter().for_each(|chosen| findings.missing(Fact::Age, &chosen.medicine.name));
    }
}

fn sort(alerts: &mut Vec<Alert>) {
    alerts.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| (&a.code, &a.drugs).cmp(&(&b.code, &b.drugs))));
    alerts.dedup_by(|a, b| a.code == b.code && a.drugs == b.drugs && a.mechanism == b.mechanism);
}

struct Outcome {
    interactions: Vec<Alert>,
    warnings: Vec<Alert>,
    interactions_checked: usize,
    could_not_check: Vec<NotChecked>,
}

fn finish(
    request: &Request,
    diagnosis: &Diagnosis,
    selection: Selection,
    person: &Person,
    medicines: &[Medicine],
    outcome: Outcome,
) -> Prescription {
    let advice = advice::of(diagnosis, &selection, person, medicines);
    let nothing_safe = advice::nothing_safe(diagnosis, &selection);
    let medication = |chosen: selection::Chosen| chosen.medication;
    Prescription {
        diagnosis: request.diagnosis.clone(),
        condition: diagnosis.condition.clone(),
        advice: advice.first,
        medications: selection.chosen.into_iter().map(medication).collect(),
        alternatives: selection.alternatives.into_iter().map(medication).collect(),
        excluded: selection.excluded,
        nothing_safe,
        interactions: outcome.interactions,
        warnings: outcome.warnings,
        interactions_checked: outcome.interactions_checked,
        monitoring_required: !advice.monitoring.is_empty(),
        monitoring: advice.monitoring,
        compliance_notes: advice.compliance,
        follow_up: advice.follow_up,
        requires_review: true,
        data_version: data_version().to_owned(),
        could_not_check: outcome.could_not_check,
    }
}
