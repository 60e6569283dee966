//! The dose of a drug for a use and a person, with its calculation.

use super::formulary::{Dose, Drug, Population};
use super::patient::{Person, Pregnancy};
use super::rules::strictest;

/// A dose as shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dosing {
    pub(crate) dose: String,
    pub(crate) route: String,
    pub(crate) frequency: String,
    pub(crate) duration: String,
    pub(crate) calculation: Option<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) source: String,
    /// The dose goes by weight and there is none.
    pub(crate) needs_weight: bool,
}

/// The doses of `drug` for the first of these indications that has one for this person; the most fitting first.
pub(crate) fn fitting<'a>(drug: &'a Drug, indications: &[&str], person: &Person) -> Vec<&'a Dose> {
    let Some(age) = person.age() else { return Vec::new() };
    let pregnant = matches!(person.pregnancy, Pregnancy::Yes(_));
    let fits = |dose: &&Dose| {
        dose.covers_age(age)
            && person.given.weight_kg.is_none_or(|kg| kg >= dose.min_weight_kg)
            && match dose.population {
                Population::Adult | Population::Child => true,
                Population::Elderly => person.is_older(),
                Population::Pregnancy => pregnant,
            }
    };
    let rank = |dose: &Dose| match dose.population {
        Population::Pregnancy | Population::Elderly => 0,
        Population::Adult | Population::Child => 1,
    };
    indications
        .iter()
        .map(|indication| {
            let mut found: Vec<&Dose> =
                drug.dose.iter().filter(|dose| dose.indication == *indication).filter(fits).collect();
            found.sort_by_key(|dose| rank(dose));
            // Where a dose for this group stands, those for everybody are not wanted.
            let best = found.first().map_or(1, |dose| rank(dose));
            found.retain(|dose| rank(dose) == best);
            of_the_weight(&found, person.given.weight_kg)
        })
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// Of rows that are for this person and differ in the weight from which they apply, the one of the highest weight
/// reached, whatever their age bands. Where the weight is not known all stay: a lower row is often more for each kilogram,
/// so none of them is the careful one.
fn of_the_weight<'a>(found: &[&'a Dose], weight_kg: Option<f64>) -> Vec<&'a Dose> {
    let is_outdone = |dose: &Dose| {
        weight_kg.is_some()
            && found.iter().any(|other| is_alike(dose, other) && other.min_weight_kg > dose.min_weight_kg)
    };
    found.iter().copied().filter(|dose| !is_outdone(dose)).collect()
}

fn is_alike(a: &Dose, b: &Dose) -> bool {
    a.route == b.route && a.form == b.form
}

/// The rows that `first` stands among, lightest first, where they go by weight and there is none.
fn rows_by_weight<'a>(first: &'a Dose, others: &[&'a Dose], person: &Person) -> Vec<&'a Dose> {
    let mut rows: Vec<&Dose> =
        std::iter::once(first).chain(others.iter().copied().filter(|other| is_alike(first, other))).collect();
    rows.sort_by(|a, b| a.min_weight_kg.total_cmp(&b.min_weight_kg));
    let differ = rows.first().zip(rows.last()).is_some_and(|(least, most)| least.min_weight_kg < most.min_weight_kg);
    if person.given.weight_kg.is_none() && differ { rows } else { Vec::new() }
}

/// Every row in words, none of them chosen.
fn weight_needed(rows: &[&Dose], person: &Person) -> String {
    let said: Vec<String> = rows
        .iter()
        .map(|row| {
            let (dose, ..) = amount(row, person);
            let dose = dose.trim_end_matches(": weight needed").to_owned();
            let from = if row.min_weight_kg > 0.0 {
                format!("from {} kg", number(row.min_weight_kg))
            } else {
                "below that".to_owned()
            };
            let note = if row.note.is_empty() { String::new() } else { format!(" ({})", row.note) };
            format!("{from}: {dose}{note}")
        })
        .rev()
        .collect();
    format!("weight needed: {}", said.join("; "))
}

/// Works the dose out.
pub(crate) fn work_out(drug: &Drug, doses: &[&Dose], person: &Person) -> Option<Dosing> {
    let (first, others) = doses.split_first()?;
    let rows = rows_by_weight(first, others, person);
    let (mut dose, calculation, needs_weight) =
        if rows.is_empty() { amount(first, person) } else { (weight_needed(&rows, person), None, true) };
    let mut notes: Vec<String> = Vec::new();
    if !first.note.is_empty() && rows.is_empty() {
        notes.push(first.note.clone());
    }
    let is_told = |other: &Dose| !rows.is_empty() && is_alike(first, other);
    let further = others.iter().filter(|other| other.route == first.route && !is_told(other));
    notes.extend(further.take(2).map(|other| {
        let (dose, ..) = amount(other, person);
        let note = if other.note.is_empty() { String::new() } else { format!(" ({})", other.note) };
        format!("Or, or afterwards: {dose} {}{note}", frequency(other.per_day))
    }));
    let limit = strictest(std::iter::once(drug), |below| person.clearance.below(below) == Some(true));
    if let Some(limit) = limit {
        dose = format!("{}; usual dose {dose} to be adjusted: {}", person.clearance.working, limit.text);
        notes.push(format!("Renal limit below {} mL/min: {} ({})", limit.crcl_below, limit.text, limit.source));
    }
    Some(Dosing {
        dose,
        route: first.route.clone(),
        frequency: frequency(first.per_day),
        duration: duration(first),
        calculation,
        notes,
        source: first.source.clone(),
        needs_weight,
    })
}

/// The single dose, the calculation where it goes by weight, and whether the weight is missing for it.
fn amount(dose: &Dose, person: &Person) -> (String, Option<String>, bool) {
    if let Some(amount) = dose.amount {
        return (format!("{} {}", number(amount), unit(&dose.form, amount)), None, false);
    }
    let Some(per_kg) = dose.amount_per_kg else { return (dose.note.clone(), None, false) };
    let cap = dose.max_single.map(|most| format!(", at most {} {}", number(most), dose.form)).unwrap_or_default();
    let Some(kg) = person.given.weight_kg else {
        return (format!("{} {} per kg{cap}: weight needed", number(per_kg), dose.form), None, true);
    };
    let raw = per_kg * kg;
    let by_day = dose.max_day.zip(dose.per_day).filter(|(_, times)| *times >= 1.0).map(|(most, times)| most / times);
    let single = [dose.max_single, by_day].into_iter().flatten().fold(raw, f64::min);
    let capped =
        if single < raw { format!(", held at the maximum of {} {}", number(single), dose.form) } else { String::new() };
    let calculation =
        format!("{} {}/kg × {} kg = {} {}{capped}", number(per_kg), dose.form, number(kg), number(raw), dose.form);
    (format!("{} {}", number(single), dose.form), Some(calculation), false)
}

fn unit(form: &str, amount: f64) -> String {
    let counted =
        ["tablet", "puff", "application", "drop", "sachet", "spray", "capsule", "plaster", "paediatric tablet"];
    if counted.contains(&form) && amount > 1.0 { format!("{form}s") } else { form.to_owned() }
}

/// At most two decimals, none where whole.
pub(crate) fn number(value: f64) -> String {
    let text = if value < 0.1 { format!("{value:.4}") } else { format!("{value:.2}") };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How often, in words.
pub(crate) fn frequency(per_day: Option<f64>) -> String {
    let Some(per_day) = per_day else { return "single dose or as directed".into() };
    if per_day >= 0.9 {
        return match per_day.round() {
            n if n <= 1.0 => "once daily".into(),
            2.0 => "twice daily".into(),
            3.0 => "three times a day".into(),
            4.0 => "four times a day".into(),
            n => format!("{n:.0} times a day"),
        };
    }
    let per_week = per_day * 7.0;
    if (0.9..=1.1).contains(&per_week) {
        return "once a week".into();
    }
    if (1.9..=2.2).contains(&per_week) {
        return "twice a week".into();
    }
    if (2.8..=3.2).contains(&per_week) {
        return "three times a week".into();
    }
    let days = 1.0 / per_day;
    if days < 7.0 {
        format!("every {} days", number(days.round()))
    } else if days < 60.0 {
        if (27.0..=32.0).contains(&days) {
            "once a month".into()
        } else {
            format!("every {} weeks", number((days / 7.0).round()))
        }
    } else if days < 700.0 {
        let weeks = (days / 7.0).round();
        if weeks <= 14.0 {
            format!("every {weeks:.0} weeks")
        } else {
            format!("every {:.0} months", (days / 30.4).round())
        }
    } else {
        format!("every {:.0} years", (days / 365.0).round())
    }
}

fn duration(dose: &Dose) -> String {
    match dose.days.as_slice() {
        [] => "ongoing, reviewed".into(),
        [only] => days(*only),
        [least, most, ..] if (least - most).abs() < f64::EPSILON => {
            if *least <= 1.0 && dose.per_day.is_none_or(|times| times <= 1.0) {
                "single dose".into()
            } else {
                days(*least)
            }
        }
        [least, most, ..] => format!("{} to {} days", number(*least), number(*most)),
    }
}

fn days(n: f64) -> String {
    if n <= 1.0 { "1 day".into() } else { format!("{} days", number(n)) }
}

#[cfg(test)]
mod tests {
    use super::super::formulary::{Dose, formulary};
    use super::super::patient::{Patient, read};
    use super::{Dosing, fitting, frequency, work_out};

    /// The rows for clarithromycin in pneumonia at eight years: below 8 kg, from 8, 12, 20 and 30 kg (NICE NG138 2019).
    fn weights_of_rows_at(weight_kg: Option<f64>) -> Vec<f64> {
        let given = Patient { age_years: Some(8.0), weight_kg, ..Patient::default() };
        let drug = formulary().by_id("clarithromycin").expect("in the formulary");
        let (person, _) = read(&given);
        let found: Vec<&Dose> = fitting(drug, &["community_acquired_pneumonia"], &person);
        found.iter().map(|dose| dose.min_weight_kg).collect()
    }

    #[test]
    fn of_rows_by_weight_the_highest_reached_applies_alone() {
        for (weight_kg, row) in [(7.0, 0.0), (8.0, 8.0), (19.9, 12.0), (20.0, 20.0), (31.0, 30.0)] {
            assert_eq!(weights_of_rows_at(Some(weight_kg)), [row], "{weight_kg} kg");
        }
    }

    fn dosing_of(drug: &str, indication: &str, age_years: f64, weight_kg: Option<f64>) -> Dosing {
        let given = Patient { age_years: Some(age_years), weight_kg, ..Patient::default() };
        let drug = formulary().by_id(drug).expect("in the formulary");
        let (person, _) = read(&given);
        work_out(drug, &fitting(drug, &[indication], &person), &person).expect("a dose")
    }

    #[test]
    fn without_a_weight_no_row_by_weight_is_chosen_and_all_are_told() {
        assert_eq!(weights_of_rows_at(None).len(), 5);
        for (drug, indication) in [
            ("clarithromycin", "community_acquired_pneumonia"),
            ("oseltamivir", "influenza"),
            ("artesunate", "severe_malaria"),
            ("artemether_lumefantrine", "uncomplicated_falciparum_malaria"),
            ("omeprazole", "gord"),
        ] {
            let dosing = dosing_of(drug, indication, 8.0, None);
            assert!(dosing.needs_weight && dosing.calculation.is_none(), "{drug}");
            assert!(dosing.dose.starts_with("weight needed: from "), "{drug}: {}", dosing.dose);
        }
    }

    #[test]
    fn rows_of_overlapping_ages_are_one_choice_by_weight() {
        for (drug, indication, weight_kg, dose) in [
            ("artemether_lumefantrine", "uncomplicated_falciparum_malaria", 26.0, "3 tablets for this weight"),
            ("artemether_lumefantrine", "uncomplicated_falciparum_malaria", 36.0, "4 tablets for this weight"),
            ("omeprazole", "gord", 25.0, "20 mg for this weight"),
        ] {
            let notes = dosing_of(drug, indication, 8.0, Some(weight_kg)).notes;
            assert!(notes[0].starts_with(dose), "{drug}: {notes:?}");
            assert!(!notes.iter().any(|note| note.starts_with("Or,")), "{drug}: {notes:?}");
        }
    }

    #[test]
    fn how_often_is_said_in_words() {
        for (per_day, words) in [
            (Some(1.0), "once daily"),
            (Some(4.0), "four times a day"),
            (Some(6.0), "6 times a day"),
            (Some(0.143), "once a week"),
            (Some(0.286), "twice a week"),
            (Some(0.5), "every 2 days"),
            (Some(0.033), "once a month"),
            (Some(0.0119), "every 12 weeks"),
            (Some(0.0055), "every 6 months"),
            (Some(0.0009), "every 3 years"),
            (None, "single dose or as directed"),
        ] {
            assert_eq!(frequency(per_day), words, "{per_day:?}");
        }
    }
}
