//! What would change the ranking most: expected information of each thing not yet known.

use serde::Serialize;

use super::Case;
use super::engine::{Facts, posteriors};
use super::knowledge::{GENERIC, KNOWLEDGE};
use crate::findings::{FindingId, Kind};

/// Something worth asking, looking at or testing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Question {
    /// The finding that the answer decides.
    pub finding: FindingId,
    /// Its preferred term.
    pub term: &'static str,
    /// What sort of finding it is: asked, examined or tested.
    pub kind: Kind,
    /// Expected information about the diagnosis, in bits.
    pub bits: f64,
    /// Probability that the answer is yes.
    pub expected: f64,
}

/// Tests that any surgery can do at once.
const CHEAP_TESTS: [&str; 14] = [
    "urine_nitrite_leucocytes",
    "urine_blood",
    "urine_protein",
    "urine_glucose",
    "ketones_raised",
    "glucose_high",
    "glucose_low",
    "pregnancy_test_positive",
    "ecg_st_elevation",
    "ecg_atrial_fibrillation",
    "ecg_normal",
    "strep_test_positive",
    "covid_test_positive",
    "influenza_test_positive",
];

/// Conditions that are weighed; the others add next to nothing.
const WEIGHED: usize = 40;

/// At most `limit` questions, most informative first.
pub fn next_questions(case: &Case, limit: usize) -> Vec<Question> {
    let facts = Facts::of(case);
    let (probabilities, _, _) = posteriors(case, &facts);
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
    order.truncate(WEIGHED);
    let sum: f64 = order.iter().map(|i| probabilities[*i]).sum();
    let mut asked: Vec<FindingId> = Vec::new();
    for &i in order.iter().take(15) {
        for &id in &KNOWLEDGE[i].listed {
            let is_known = facts.is_present[id.index()] || facts.is_absent[id.index()];
            let is_cheap = id.get().kind != Kind::Lab || CHEAP_TESTS.contains(&id.id());
            if !is_known && is_cheap && !GENERIC[id.index()] && !asked.contains(&id) {
                asked.push(id);
            }
        }
    }
    let mut out: Vec<Question> = asked
        .into_iter()
        .map(|id| {
            let mut expected = 0.0;
            let mut remaining = 0.0;
            for &i in &order {
                let share = probabilities[i] / sum;
                let p = KNOWLEDGE[i].probability[id.index()].clamp(1e-6, 0.999);
                expected += share * p;
                remaining += share * entropy(p);
            }
            let bits = (entropy(expected) - remaining).max(0.0);
            Question { finding: id, term: &id.get().term, kind: id.get().kind, bits, expected }
        })
        .collect();
    out.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.finding.cmp(&b.finding)));
    out.truncate(limit);
    out
}

fn entropy(p: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        return 0.0;
    }
    -(p * p.log2() + (1.0 - p) * (1.0 - p).log2())
}
