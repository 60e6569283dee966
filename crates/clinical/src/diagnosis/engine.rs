//! From findings to posterior probabilities.
//!
//! For each condition: ln prior + temper × Σ ln likelihood ratio, normalised over all conditions and "other".
//! - A finding that is there weighs P(f | condition) / base(f). Where it implies a more general one, it is reckoned as
//!   "given the general one", so a chain of `is_a` is one joint probability and nothing counts twice.
//! - A finding that is denied weighs (1 − P) / (1 − base).
//! - A symptom that nobody mentioned weighs a part of that: were it there, it would likely have been told.
//! - Findings of one group of a condition count by their strongest; the others add a share.

use std::sync::LazyLock;

use super::knowledge::{GENERIC, KNOWLEDGE, Known};
use super::urgency::{Triage, triage};
use super::{Case, Urgency, tuning};
use crate::findings::{self, FindingId, Kind, Sex};

/// What one finding did to one condition's odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// The finding.
    pub finding: FindingId,
    /// It is there; else it is not.
    pub is_present: bool,
    /// Natural logarithm of the factor on the odds, as it was counted.
    pub log_ratio: f64,
}

/// A condition with its probability and why.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The condition.
    pub condition: &'static super::Condition,
    /// Posterior probability, 0–1.
    pub probability: f64,
    /// Its share of presentations like this before any finding, 0–1.
    pub prior: f64,
    /// How urgent it would be here, by its own red flags.
    pub urgency: Urgency,
    /// Every finding that moved it, strongest first.
    pub evidence: Vec<Evidence>,
}

/// The whole differential.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// Every condition, most probable first.
    pub candidates: Vec<Candidate>,
    /// Probability of anything that is not listed.
    pub other: f64,
    /// Dangerous conditions that can't be put aside, gravest first.
    pub must_not_miss: Vec<Candidate>,
    /// How soon, and why.
    pub triage: Triage,
}

/// Findings as they are reckoned with.
pub(super) struct Facts {
    /// Everything that is there, with what it implies, and its weight (1, or less when doubtful).
    pub(super) present: Vec<(FindingId, f64)>,
    pub(super) is_present: Vec<bool>,
    /// Present without doubt; red flags need that.
    pub(super) is_sure: Vec<bool>,
    /// What was stated itself, not implied.
    is_stated: Vec<bool>,
    pub(super) is_absent: Vec<bool>,
    absent: Vec<FindingId>,
    /// For each finding the most special one that it implies and that is there; generic ones are none.
    parents: Vec<Option<FindingId>>,
}

impl Facts {
    pub(super) fn of(case: &Case) -> Self {
        let count = findings::all().len();
        let mut weight = vec![0.0f64; count];
        let mut is_stated = vec![false; count];
        for (list, sure) in [(&case.present, 1.0), (&case.possible, tuning::POSSIBLE)] {
            for &id in list {
                is_stated[id.index()] = true;
                for one in std::iter::once(&id).chain(id.ancestors()) {
                    weight[one.index()] = weight[one.index()].max(sure);
                }
            }
        }
        let is_present: Vec<bool> = weight.iter().map(|w| *w > 0.0).collect();
        let is_sure: Vec<bool> = weight.iter().map(|w| *w >= 1.0).collect();
        let mut is_absent = vec![false; count];
        for &id in &case.absent {
            is_absent[id.index()] = !is_present[id.index()];
        }
        // Without the general there is not the special; only the general is counted.
        let absent = findings::ids()
            .filter(|id| is_absent[id.index()] && !id.ancestors().iter().any(|a| is_absent[a.index()]))
            .collect();
        for id in findings::ids() {
            if !is_present[id.index()] && id.ancestors().iter().any(|a| is_absent[a.index()]) {
                is_absent[id.index()] = true;
            }
        }
        let present = findings::ids().filter(|id| is_present[id.index()]).map(|id| (id, weight[id.index()])).collect();
        let there = |p: &&FindingId| is_present[p.index()] && !GENERIC[p.index()];
        let rarest = |a: &&FindingId, b: &&FindingId| a.get().base.total_cmp(&b.get().base);
        let parents = findings::ids().map(|id| id.ancestors().iter().filter(there).min_by(rarest).copied()).collect();
        Self { present, is_present, is_sure, is_stated, is_absent, absent, parents }
    }

    fn parent(&self, id: FindingId) -> Option<FindingId> {
        self.parents[id.index()]
    }
}

static PREGNANCY: LazyLock<FindingId> =
    LazyLock::new(|| FindingId::of("pregnancy_current").expect("in the vocabulary"));

/// Whether a finding is reckoned in the prior and not as evidence.
fn is_in_prior(known: &Known, id: FindingId) -> bool {
    known.only_if.contains(&id) || (id == *PREGNANCY && !known.is_listed[id.index()])
}

fn probability(known: &Known, id: FindingId, parent: Option<FindingId>) -> (f64, f64) {
    let (p, base) = (known.probability[id.index()], id.get().base);
    match parent {
        Some(parent) => {
            let (over, base_over) = (known.probability[parent.index()], parent.get().base);
            ((p / over).min(0.98), (base / base_over).min(0.98))
        }
        None => (p, base),
    }
}

/// Ln of the prior weight, per 1,000 presentations; `None` where it can't be.
pub(super) fn log_prior(known: &Known, case: &Case, facts: &Facts) -> Option<f64> {
    let c = &known.condition;
    let mut weight = c.frequency * c.age_factor(case.age_years) * c.sex_factor(case.sex);
    if case.pregnant == Some(true) && !known.is_listed[PREGNANCY.index()] && known.only_if.is_empty() {
        weight *= c.pregnancy;
    }
    for id in &known.only_if {
        let is_pregnancy = *id == *PREGNANCY;
        let is_there = facts.is_present[id.index()] || (is_pregnancy && case.pregnant == Some(true));
        if is_there {
            weight /= id.get().base;
        } else if facts.is_absent[id.index()] || (is_pregnancy && !may_be_pregnant(case)) {
            return None;
        } else {
            // It would have been told; if not, it is likely not so.
            weight *= if is_pregnancy { 0.3 } else { 0.1 };
        }
    }
    (weight > 0.0).then(|| weight.ln())
}

/// Whether a pregnancy is possible by sex and age (10–56 years), and not denied.
pub(super) fn may_be_pregnant(case: &Case) -> bool {
    case.pregnant.unwrap_or(true)
        && case.sex != Some(Sex::Male)
        && case.age_years.is_none_or(|age| (10.0..=56.0).contains(&age))
}

/// What each finding does to a condition, groups and tempering included.
fn evidence(known: &Known, facts: &Facts) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = Vec::new();
    for &(id, sure) in &facts.present {
        if GENERIC[id.index()] || is_in_prior(known, id) {
            continue;
        }
        let parent = facts.parent(id).filter(|parent| !is_in_prior(known, *parent));
        let (p, base) = probability(known, id, parent);
        let log_ratio = (p / base).ln().clamp(-4.0, 6.0) * sure * tuning::weight(id.get().kind);
        all.push(Evidence { finding: id, is_present: true, log_ratio });
    }
    for &id in &facts.absent {
        if GENERIC[id.index()] || !known.is_listed[id.index()] || is_in_prior(known, id) {
            continue;
        }
        let (p, base) = probability(known, id, facts.parent(id));
        let log_ratio = ((1.0 - p.min(0.97)) / (1.0 - base)).ln() * tuning::weight(id.get().kind);
        all.push(Evidence { finding: id, is_present: false, log_ratio });
    }
    temper_groups(known, &mut all);
    for one in &mut all {
        one.log_ratio *= tuning::TEMPER;
    }
    all
}

fn temper_groups(known: &Known, all: &mut [Evidence]) {
    for group in &known.groups {
        for sign in [1.0, -1.0] {
            let strongest = all
                .iter()
                .filter(|e| group.contains(&e.finding) && e.log_ratio * sign > 0.0)
                .max_by(|a, b| a.log_ratio.abs().total_cmp(&b.log_ratio.abs()))
                .map(|e| e.finding);
            let Some(strongest) = strongest else { continue };
            for one in all.iter_mut().filter(|e| group.contains(&e.finding) && e.log_ratio * sign > 0.0) {
                if one.finding != strongest {
                    one.log_ratio *= tuning::WITHIN_GROUP;
                }
            }
        }
    }
}

/// What was not told, and likely would have been. Negative or zero.
fn silence(known: &Known, facts: &Facts) -> f64 {
    let is_dangerous = known.condition.must_not_miss || known.condition.urgency == Urgency::Emergency;
    let is_open = |id: FindingId| !facts.is_present[id.index()] && !facts.is_absent[id.index()];
    let mut by_finding: Vec<(FindingId, f64)> = Vec::new();
    for &id in &known.listed {
        let kind = id.get().kind;
        if !is_open(id) || GENERIC[id.index()] || is_in_prior(known, id) {
            continue;
        }
        // A listed general one speaks for it: it was not told either, or it was told and nobody needs to say more.
        if id
            .ancestors()
            .iter()
            .any(|a| !facts.is_absent[a.index()] && known.is_listed[a.index()] && !GENERIC[a.index()])
        {
            continue;
        }
        let (p, base) = probability(known, id, facts.parent(id));
        let told = tuning::told(kind, p, is_dangerous);
        let log_ratio = ((1.0 - told * p) / (1.0 - told * base)).ln();
        if log_ratio < 0.0 {
            by_finding.push((id, log_ratio));
        }
    }
    for group in &known.groups {
        let in_group = |id: &FindingId| group.contains(id);
        let strongest = by_finding.iter().filter(|(id, _)| in_group(id)).map(|(_, r)| *r).fold(0.0, f64::min);
        let mut is_first = true;
        for (_, ratio) in by_finding.iter_mut().filter(|(id, _)| in_group(id)) {
            if (*ratio - strongest).abs() < 1e-12 && is_first {
                is_first = false;
            } else {
                *ratio *= tuning::WITHIN_GROUP;
            }
        }
    }
    by_finding.iter().map(|(_, ratio)| ratio).sum::<f64>() * tuning::TEMPER
}

/// Posterior probabilities by condition (in the order of the knowledge base), and of "other".
pub(super) fn posteriors(case: &Case, facts: &Facts) -> (Vec<f64>, Vec<Vec<Evidence>>, f64) {
    let mut scores = Vec::with_capacity(KNOWLEDGE.len());
    let mut all_evidence = Vec::with_capacity(KNOWLEDGE.len());
    for known in KNOWLEDGE.iter() {
        let evidence = evidence(known, facts);
        let total: f64 = evidence.iter().map(|e| e.log_ratio).sum();
        let prior = log_prior(known, case, facts);
        scores.push(prior.map_or(f64::NEG_INFINITY, |prior| prior + total + silence(known, facts)));
        all_evidence.push(evidence);
    }
    let evidence_count =
        facts.present.iter().filter(|(id, _)| facts.is_stated[id.index()] && counts_for_other(*id)).count();
    #[expect(clippy::cast_precision_loss, reason = "a count of findings, far below 2^52")]
    let other = tuning::OTHER_FREQUENCY.ln() + tuning::TEMPER * tuning::OTHER_RATIO.ln() * evidence_count as f64;
    // The order stays; the distances shrink to what the measured hit rates bear out.
    for score in &mut scores {
        *score *= tuning::SHARPNESS;
    }
    let other = other * tuning::SHARPNESS;
    let top = scores.iter().copied().fold(other, f64::max);
    let sum: f64 = scores.iter().map(|s| (s - top).exp()).sum::<f64>() + (other - top).exp();
    let probabilities = scores.iter().map(|s| (s - top).exp() / sum).collect();
    (probabilities, all_evidence, (other - top).exp() / sum)
}

fn counts_for_other(id: FindingId) -> bool {
    !matches!(id.get().kind, Kind::History | Kind::Exposure)
}

/// Assesses a case. Any case is allowed, also one without findings: then it shows what comes most often.
pub fn assess(case: &Case) -> Assessment {
    let facts = Facts::of(case);
    let (probabilities, evidence, other) = posteriors(case, &facts);
    let total: f64 = super::conditions().map(|c| c.frequency).sum::<f64>() + tuning::OTHER_FREQUENCY;
    let mut candidates: Vec<Candidate> = KNOWLEDGE
        .iter()
        .zip(probabilities)
        .zip(evidence)
        .map(|((known, probability), evidence)| Candidate {
            condition: &known.condition,
            probability,
            prior: log_prior(known, case, &facts).map_or(0.0, f64::exp) / total,
            urgency: super::urgency::of_condition(known, &facts),
            evidence: shown(evidence, &facts),
        })
        .collect();
    candidates
        .sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.condition.id.cmp(&b.condition.id)));
    let must_not_miss = super::urgency::must_not_miss(&candidates);
    let triage = triage(case, &facts, &candidates);
    Assessment { candidates, other, must_not_miss, triage }
}

/// Evidence by what was stated: what it implies is added to it.
fn shown(evidence: Vec<Evidence>, facts: &Facts) -> Vec<Evidence> {
    let mut out: Vec<Evidence> = Vec::new();
    let mut implied: Vec<Evidence> = Vec::new();
    for one in evidence {
        if !one.is_present || facts.is_stated[one.finding.index()] { out.push(one) } else { implied.push(one) }
    }
    for one in implied {
        match out.iter_mut().find(|e| e.is_present && e.finding.ancestors().contains(&one.finding)) {
            Some(stated) => stated.log_ratio += one.log_ratio,
            None => out.push(one),
        }
    }
    out.retain(|e| e.log_ratio.abs() > 1e-9);
    out.sort_by(|a, b| b.log_ratio.abs().total_cmp(&a.log_ratio.abs()).then(a.finding.cmp(&b.finding)));
    out
}
