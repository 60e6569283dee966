//! # What it checks
//! Every pair, and for a few rules every three, of the medicines against `data/interactions.toml`: all of the ONC
//! high-priority list and what a careful pharmacist would stop for. Specific rules come before generic ones (by
//! enzyme or property); of several the gravest is shown, the others are named with it.
//!
//! # Why it matters
//! In a comparison 19 US systems alerted on 69 % of high-priority pairs; and prescribers override what cries wolf, so
//! what Phansalkar 2013 lists as not to interrupt is a note.
//!
//! # What it does not cover
//! Drugs that neither the tables nor the generic rules know; doses; the order in which drugs are started.
//!
//! # Source
//! Phansalkar, JAMIA 2012 and 2013; BNF 2024; labels and safety notices as named by every rule.

use crate::prescription::alert::{Alert, Severity};
use crate::prescription::context::{Context, Findings};
use crate::prescription::reader::Medicine;
use crate::prescription::tables::interactions::{A, B, C, Interaction, interactions};

pub(super) fn check(context: &Context, findings: &mut Findings) {
    let table = interactions();
    let roles: Vec<Vec<(u16, u8)>> = context.medicines.iter().map(of).collect();
    for (i, j) in context.pairs() {
        let hits = common(&roles[i], &roles[j])
            .filter(|(rule, x, y)| {
                table.rule(*rule).c.is_empty() && (x & A != 0 && y & B != 0 || x & B != 0 && y & A != 0)
            })
            .map(|(rule, ..)| table.rule(rule))
            .filter(|rule| !covers_itself(rule, context, i, j))
            .collect::<Vec<_>>();
        if let Some(alert) = strongest(context, &hits, &[i, j]) {
            findings.alerts.push(alert);
        }
    }
    triples(context, &roles, findings);
}

/// Parts of a combination have the same drug on both sides: `drug:aspirin` in one is not `drug:aspirin` of another.
fn covers_itself(rule: &Interaction, context: &Context, i: usize, j: usize) -> bool {
    let (a, b) = (&context.medicines[i], &context.medicines[j]);
    a.drugs.first() == b.drugs.first() && rule.generic
}

fn of(medicine: &Medicine) -> Vec<(u16, u8)> {
    if medicine.local
        && medicine.drugs.iter().any(|drug| !crate::prescription::formulary::formulary().get(*drug).is_local())
    {
        // A systemic drug in a local form: too little is absorbed for the rules about it.
        return Vec::new();
    }
    interactions().roles(&medicine.drugs)
}

/// Rules in which both stand, with the places of each; both lists are sorted by rule.
fn common<'a>(x: &'a [(u16, u8)], y: &'a [(u16, u8)]) -> impl Iterator<Item = (u16, u8, u8)> + 'a {
    let mut at = 0;
    x.iter().filter_map(move |(rule, places)| {
        while at < y.len() && y[at].0 < *rule {
            at += 1;
        }
        y.get(at).filter(|(other, _)| other == rule).map(|(_, others)| (*rule, *places, *others))
    })
}

/// The gravest specific rule, else the gravest generic one.
fn strongest(context: &Context, hits: &[&Interaction], at: &[usize]) -> Option<Alert> {
    let specific = hits.iter().any(|rule| !rule.generic);
    let mut of_kind: Vec<&&Interaction> = hits.iter().filter(|rule| rule.generic != specific).collect();
    of_kind.sort_by(|x, y| y.severity.cmp(&x.severity).then_with(|| x.id.cmp(&y.id)));
    let (first, others) = of_kind.split_first()?;
    let mut mechanism = format!("{} {}", first.mechanism, first.effect);
    for other in others.iter().filter(|other| other.severity >= Severity::Serious).take(2) {
        mechanism.push_str(" Also: ");
        mechanism.push_str(&other.effect);
    }
    let mut drugs: Vec<String> = at.iter().map(|at| context.name(*at).to_owned()).collect();
    drugs.sort();
    Some(Alert {
        code: format!("interaction.{}", first.id),
        severity: first.severity,
        drugs,
        mechanism,
        advice: first.instead.clone(),
        source: first.source.clone(),
        interrupt: first.interrupt,
        medicines: at.to_vec(),
    })
}

fn triples(context: &Context, roles: &[Vec<(u16, u8)>], findings: &mut Findings) {
    let table = interactions();
    let has = |medicine: usize, rule: u16, place: u8| {
        roles[medicine]
            .binary_search_by_key(&rule, |(rule, _)| *rule)
            .is_ok_and(|at| roles[medicine][at].1 & place != 0)
    };
    let n = context.medicines.len();
    for (rule, content) in (0u16..).zip(table.rules()).filter(|(_, rule)| !rule.c.is_empty()) {
        let in_place = |place: u8| (0..n).filter(|m| has(*m, rule, place)).collect::<Vec<_>>();
        let (a, b, c) = (in_place(A), in_place(B), in_place(C));
        let mut seen: Vec<[usize; 3]> = Vec::new();
        let triples = a.iter().flat_map(|x| b.iter().flat_map(|y| c.iter().map(|z| [*x, *y, *z])).collect::<Vec<_>>());
        for mut set in triples {
            set.sort_unstable();
            let different = set[0] != set[1] && set[1] != set[2] && distinct_drugs(context, set);
            let wanted = context.focus.is_none_or(|focus| set.contains(&focus));
            if different && wanted && !seen.contains(&set) {
                seen.push(set);
                findings.alerts.extend(strongest(context, &[content], &set));
            }
        }
    }
}

fn distinct_drugs(context: &Context, [x, y, z]: [usize; 3]) -> bool {
    let first = |at: usize| context.medicines[at].drugs.first();
    first(x) != first(y) && first(y) != first(z) && first(x) != first(z)
}
