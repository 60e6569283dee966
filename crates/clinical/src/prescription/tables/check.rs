//! One test for every table: references, ids, ranges, sources.

use std::collections::BTreeSet;

use super::allergies::allergies;
use super::conditions::conditions;
use super::disease::disease_rules;
use super::interactions::interactions;
use super::selector::Selector;
use super::treatments::treatments;
use crate::prescription::formulary::{Drug, formulary};
use crate::prescription::reader::text;

fn faults(text: &str, allowed_classes: &BTreeSet<&str>) -> Option<String> {
    match Selector::parse(text) {
        None => Some(format!("{text} is no selector")),
        Some(Selector::Drug(id)) if formulary().by_id(&id).is_none() => Some(format!("{text} is no drug")),
        Some(Selector::Class(class)) if !allowed_classes.contains(class.as_str()) => {
            Some(format!("no drug is of {text}"))
        }
        Some(_) => None,
    }
}

fn classes() -> BTreeSet<&'static str> {
    formulary().drugs().iter().flat_map(|drug| &drug.classes).map(String::as_str).collect()
}

/// Works that are kept current and so are named without a year.
const KNOWN: [&str; 20] = [
    "BNF",
    "label",
    "SmPC",
    "LactMed",
    "CredibleMeds",
    "FDA",
    "EMA",
    "MHRA",
    "NICE",
    "UKMEC",
    "FSRH",
    "UKTIS",
    "WHO",
    "UKHSA",
    "UKMi",
    "Green Book",
    "CDC",
    "AAAAI",
    "RANZCR",
    "Phansalkar",
];

/// A year or a reference work that is always the current one.
fn is_source(source: &str) -> bool {
    source.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 4 && ("1960"..="2026").contains(&n))
        || KNOWN.iter().any(|known| source.contains(known))
}

#[test]
fn every_selector_means_a_drug_or_a_class() {
    let classes = classes();
    let mut found = Vec::new();
    for rule in interactions().rules() {
        let all = [&rule.a, &rule.b, &rule.c, &rule.except];
        found.extend(
            all.into_iter().flatten().filter_map(|s| faults(s, &classes)).map(|fault| format!("{}: {fault}", rule.id)),
        );
    }
    for rule in &disease_rules().rules {
        let all = [&rule.drug, &rule.except, &rule.unless_with];
        found.extend(
            all.into_iter().flatten().filter_map(|s| faults(s, &classes)).map(|fault| format!("{}: {fault}", rule.id)),
        );
    }
    for allergy in &allergies().all {
        let all = allergy.classes.iter().chain(allergy.cross.iter().map(|cross| &cross.to));
        found.extend(all.filter_map(|s| faults(s, &classes)).map(|fault| format!("{}: {fault}", allergy.id)));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn ids_are_unique_and_every_rule_is_worded_and_sourced() {
    let mut ids = BTreeSet::new();
    for rule in interactions().rules() {
        assert!(ids.insert(format!("interaction.{}", rule.id)), "{} twice", rule.id);
        assert!(is_source(&rule.source), "{}: {}", rule.id, rule.source);
        assert!(
            !rule.a.is_empty() && !rule.b.is_empty() && !rule.mechanism.is_empty() && !rule.effect.is_empty(),
            "{}",
            rule.id
        );
        assert!(!rule.instead.is_empty(), "{}", rule.id);
    }
    for rule in &disease_rules().rules {
        assert!(ids.insert(format!("disease.{}", rule.id)), "{} twice", rule.id);
        assert!(is_source(&rule.source), "{}: {}", rule.id, rule.source);
        assert!(!rule.text.is_empty() && !rule.instead.is_empty() && !rule.drug.is_empty(), "{}", rule.id);
        assert!(rule.when != super::disease::When::default(), "{} has no condition", rule.id);
        assert!(rule.when.pregnancy.as_deref().is_none_or(|t| ["any", "first", "third"].contains(&t)), "{}", rule.id);
    }
    for allergy in &allergies().all {
        assert!(ids.insert(format!("allergy.{}", allergy.id)), "{} twice", allergy.id);
        for cross in &allergy.cross {
            assert!(cross.risk.grade().is_some(), "{}: {:?}", allergy.id, cross.risk);
            assert!(is_source(&cross.source), "{}: {}", allergy.id, cross.source);
        }
    }
}

#[test]
fn every_drug_is_complete_and_in_range() {
    let enzymes = ["3a4", "2d6", "2c9", "2c19", "2c8", "1a2", "2b6", "2e1", "pgp", "oatp1b1", "ugt1a1", "bcrp"];
    for drug in formulary().drugs() {
        let id = &drug.id;
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{id}");
        assert!(!drug.name.is_empty() && !drug.classes.is_empty() && is_source(&drug.source), "{id}");
        assert!(drug.anticholinergic <= 3, "{id}");
        for enzyme in drug.cyp.substrate.iter().chain(&drug.cyp.inhibits).chain(&drug.cyp.induces) {
            let (name, strength) = enzyme.split_once(':').unwrap_or((enzyme, "weak"));
            assert!(enzymes.contains(&name) && ["weak", "moderate", "strong"].contains(&strength), "{id}: {enzyme}");
        }
        assert!(drug.complete || drug.dose.is_empty(), "{id} has a dose outside the formulary");
        assert!(drug.parts.iter().all(|part| formulary().by_id(part).is_some()), "{id}: {:?}", drug.parts);
        for told in drug.pregnancy.iter().chain(&drug.lactation) {
            assert!(is_source(&told.source), "{id}: {}", told.source);
        }
        for limit in &drug.renal {
            assert!(
                (1.0..=120.0).contains(&limit.crcl_below) && is_source(&limit.source) && !limit.text.is_empty(),
                "{id}"
            );
        }
        check_doses(drug);
    }
}

fn check_doses(drug: &Drug) {
    let id = &drug.id;
    for dose in &drug.dose {
        let about = format!("{id}, {}", dose.indication);
        assert!(is_source(&dose.source), "{about}: {}", dose.source);
        assert!(dose.amount.is_some() != dose.amount_per_kg.is_some(), "{about}: fixed or by weight, not both");
        assert!(dose.amount.or(dose.amount_per_kg).is_some_and(|amount| amount > 0.0), "{about}");
        assert!(dose.max_age_years.is_none_or(|most| most >= dose.min_age_years && most <= 120.0), "{about}");
        assert!(dose.per_day.is_none_or(|times| (0.0002..=8.0).contains(&times)), "{about}");
        assert!(dose.days.len() <= 2 && dose.days.windows(2).all(|w| w[0] <= w[1]), "{about}");
        assert!(!dose.route.is_empty() && !dose.form.is_empty(), "{about}");
        // A dose that is given as often as it says must stay under its own maximum.
        if let (Some(amount), Some(times), Some(most)) = (dose.amount, dose.per_day, dose.max_day) {
            assert!(amount * times <= most * 1.01, "{about}: {amount} × {times} is more than {most}");
        }
        assert!(dose.max_single.is_none() || dose.amount_per_kg.is_some(), "{about}");
    }
}

#[test]
fn every_treatment_can_be_given() {
    let mut seen = BTreeSet::new();
    for treatment in treatments().all() {
        let about = &treatment.condition;
        assert!(seen.insert(about), "{about} twice");
        assert!(is_source(&treatment.source), "{about}");
        assert!(!treatment.options.is_empty() || !treatment.first.is_empty(), "{about} says nothing");
        assert!(
            treatment.options.is_empty()
                || treatment.options.iter().any(|o| o.line == 1)
                || treatment.options.iter().all(|o| o.line > 1)
        );
        for option in &treatment.options {
            assert!((1..=3).contains(&option.line), "{about}");
            for id in std::iter::once(&option.drug).chain(&option.with) {
                assert!(
                    formulary().by_id(id).is_some_and(|drug| drug.complete),
                    "{about}: {id} is not in the formulary"
                );
            }
            let drug = formulary().by_id(&option.drug).unwrap();
            let meant = |indication: &String| {
                option.indication.as_ref() == Some(indication)
                    || treatment.indications.contains(indication)
                    || about == indication
            };
            assert!(
                drug.dose.iter().any(|dose| meant(&dose.indication)),
                "{about}: {} has no dose for it",
                option.drug
            );
        }
    }
    assert!(seen.len() >= 120, "{}", seen.len());
}

#[test]
fn every_condition_stands_once() {
    let mut seen = BTreeSet::new();
    for condition in &conditions().all {
        for id in condition.same.iter().chain([&condition.id]) {
            assert!(seen.insert(id), "{id} twice");
        }
        assert!(condition.names.iter().all(|name| !text::key(name).is_empty()), "{}", condition.id);
    }
    for rule in &disease_rules().rules {
        if let Some(id) = &rule.when.condition {
            assert!(!conditions().read(&id.replace('_', " ")).is_empty(), "{id} is not understood");
        }
    }
}

#[test]
fn the_whole_onc_list_is_there() {
    let numbers: BTreeSet<u8> = interactions()
        .rules()
        .iter()
        .filter_map(|rule| rule.source.split("ONC high-priority ").nth(1)?.split('/').next()?.parse().ok())
        .collect();
    assert_eq!(numbers, (1..=15).collect::<BTreeSet<u8>>());
}
