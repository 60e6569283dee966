//! How soon: by red flags, by scores, and by what dangerous conditions weigh together.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::engine::{Candidate, Facts};
use super::knowledge::Known;
use super::{Case, Urgency};
use crate::findings::FindingId;

/// A finding that decides urgency, as `data/red_flags.toml` holds it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedFlag {
    /// Id of the finding.
    pub finding: String,
    /// It counts only beside one of these; empty: by itself.
    #[serde(default)]
    pub with: Vec<String>,
    /// It does not count beside one of these, which explain it.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Nor where one of these is denied.
    #[serde(default)]
    pub unless_denied: Vec<String>,
    /// It counts only below this age in years.
    pub max_age: Option<f64>,
    /// It counts also where the age is not known: its words speak of a baby.
    #[serde(default)]
    pub also_without_age: bool,
    /// How soon it asks for.
    pub urgency: Urgency,
    /// Where it is from.
    pub source: String,
}

#[derive(Deserialize)]
struct File {
    red_flag: Vec<RedFlag>,
}

/// The raw table, for the version of the data.
pub(super) const TEXT: &str = include_str!("../../data/red_flags.toml");

static RED_FLAGS: LazyLock<Vec<RedFlag>> =
    LazyLock::new(|| toml::from_str::<File>(TEXT).expect("red_flags.toml holds red flags").red_flag);

/// How soon someone must be seen, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Triage {
    /// How soon.
    pub urgency: Urgency,
    /// Red flags that are there.
    pub red_flags: Vec<FindingId>,
    /// What decided, each in a sentence.
    pub reasons: Vec<String>,
}

/// A finding that at least this share of those with a condition show belongs to its ordinary picture.
const TYPICAL: f64 = 0.5;

/// How urgent a condition would be with these findings: its own, the same day with one of its red flags, an emergency
/// with two. What is harmless by itself is seen within days with one, and the same day with two. Of what can wait, a red
/// flag that every other person with it shows is reckoned with in its own urgency already.
pub(super) fn of_condition(known: &Known, facts: &Facts) -> Urgency {
    let own = known.condition.urgency;
    let counts = |flag: FindingId| own >= Urgency::Urgent || known.probability[flag.index()] < TYPICAL;
    let is_flag = |flag: &&FindingId| facts.is_sure[flag.index()] && counts(**flag);
    let flags = known.red_flags.iter().filter(is_flag).count();
    match flags {
        0 => own,
        1 if own < Urgency::Soon => Urgency::Soon,
        _ if own < Urgency::Soon => Urgency::Urgent,
        1 => own.max(Urgency::Urgent),
        _ => Urgency::Emergency,
    }
}

/// Probability that must be reached by all conditions of at least an urgency together, from gravest to least.
const THRESHOLDS: [(Urgency, f64); 4] =
    [(Urgency::Emergency, 0.16), (Urgency::Urgent, 0.26), (Urgency::Soon, 0.42), (Urgency::Routine, 0.50)];

pub(super) fn triage(case: &Case, facts: &Facts, candidates: &[Candidate]) -> Triage {
    let mut out = Triage { urgency: Urgency::SelfCare, red_flags: Vec::new(), reasons: Vec::new() };
    by_conditions(&mut out, candidates);
    by_danger(&mut out, candidates);
    by_red_flags(&mut out, case, facts);
    if let Some(news2) = case.news2 {
        let by_score = match news2 {
            7.. => Some(Urgency::Emergency),
            5..=6 => Some(Urgency::Urgent),
            _ => None,
        };
        if let Some(urgency) = by_score {
            out.urgency = out.urgency.max(urgency);
            out.reasons.push(format!("NEWS2 reaches {news2} (RCP 2017)."));
        }
    }
    out
}

fn by_conditions(out: &mut Triage, candidates: &[Candidate]) {
    for (urgency, threshold) in THRESHOLDS {
        let of_this: Vec<&Candidate> = candidates.iter().filter(|c| c.urgency >= urgency).collect();
        let mass: f64 = of_this.iter().map(|c| c.probability).sum();
        if mass >= threshold {
            out.urgency = urgency;
            let names: Vec<&str> = of_this.iter().take(3).map(|c| c.condition.name.as_str()).collect();
            out.reasons.push(format!(
                "Conditions of this urgency have a probability of {:.0} % together, first {}.",
                mass * 100.0,
                names.join(", ")
            ));
            return;
        }
    }
    out.reasons.push("What is likely here can be looked after at home.".to_owned());
}

/// A dangerous condition with a tenth of the probability asks for being seen within days, a very urgent one the same day.
fn by_danger(out: &mut Triage, candidates: &[Candidate]) {
    for candidate in candidates.iter().filter(|c| c.condition.must_not_miss && c.probability >= 0.1) {
        let least = if candidate.urgency >= Urgency::Urgent { Urgency::Urgent } else { Urgency::Soon };
        if least > out.urgency {
            out.urgency = least;
            out.reasons.push(format!(
                "{} has a probability of {:.0} % and must not be missed.",
                candidate.condition.name,
                candidate.probability * 100.0
            ));
        }
    }
}

fn by_red_flags(out: &mut Triage, case: &Case, facts: &Facts) {
    let is_there = |id: &str| FindingId::of(id).is_some_and(|f| facts.is_sure[f.index()]);
    for flag in RED_FLAGS.iter() {
        let by_age = flag.max_age.is_none_or(|max| case.age_years.map_or(flag.also_without_age, |age| age < max));
        let by_others = flag.with.is_empty() || flag.with.iter().any(|id| is_there(id));
        let is_denied = |id: &str| FindingId::of(id).is_some_and(|f| facts.is_absent[f.index()]);
        let is_explained =
            flag.unless.iter().any(|id| is_there(id)) || flag.unless_denied.iter().any(|id| is_denied(id));
        if is_there(&flag.finding) && by_age && by_others && !is_explained {
            let finding = FindingId::of(&flag.finding).expect("a test checks every red flag");
            if !out.red_flags.contains(&finding) {
                out.red_flags.push(finding);
            }
            if flag.urgency > out.urgency {
                out.urgency = flag.urgency;
                out.reasons.push(format!("Red flag: {} ({}).", finding.get().term, flag.source));
            }
        }
    }
}

/// Dangerous conditions with a probability of at least 2 %, or made at least five times likelier and 0.5 %.
pub(super) fn must_not_miss(candidates: &[Candidate]) -> Vec<Candidate> {
    let weight = |c: &Candidate| c.probability * if c.urgency == Urgency::Emergency { 3.0 } else { 1.0 };
    let mut out: Vec<Candidate> = candidates
        .iter()
        .filter(|c| c.condition.must_not_miss)
        .filter(|c| c.probability >= 0.02 || (c.probability >= 0.005 && c.probability >= 5.0 * c.prior))
        .cloned()
        .collect();
    out.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.condition.id.cmp(&b.condition.id)));
    out.truncate(8);
    out
}

/// Every red flag of the tables.
pub fn red_flags() -> &'static [RedFlag] {
    &RED_FLAGS
}
