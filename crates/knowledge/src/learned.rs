//! What people's opening and rating of passages says of them: a factor near 1 on a passage's place among those that fit.
//!
//! The factor is read off the mean of a Beta posterior (Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, section 2.4):
//! a prior of [`PRIOR`] people on either side says that nothing is known, so that a few move little and nobody moves more
//! than the bound. That somebody opened a passage says far less than that an answer helped, since what stands first is
//! opened first (Joachims et al., SIGIR 2005:154-161); [`OPENED`] is this project's own weight for it.
//!
//! **What is about an emergency keeps its place exactly**, whatever was learned: see [`is_safety`].

use std::collections::{HashMap, HashSet};

use super::article::Urgency;
use super::questions::{self, Level};
use super::{Article, Hit, Passage};

/// So many people on either side are what is expected of a passage before anybody said anything.
pub const PRIOR: f64 = 10.0;
/// What opening counts beside a rating.
pub const OPENED: f64 = 0.25;
/// The section that no rating may move.
const HELP: &str = "When to get help";
/// The topic of articles that no rating may move.
const EMERGENCIES: &str = "emergencies";

/// What people said of a passage, each of them once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Votes {
    /// An answer that cited it helped so many.
    pub helped: u32,
    /// An answer that cited it did not help so many.
    pub did_not: u32,
    /// So many opened it and rated no answer that cited it.
    pub opened: u32,
}

impl Votes {
    /// How many people.
    pub const fn people(self) -> u32 {
        self.helped + self.did_not + self.opened
    }

    /// The factor on the passage's place: from `1 - spread` to `1 + spread`, and exactly 1 for fewer than `people_min`.
    pub fn factor(self, spread: f64, people_min: u32) -> f64 {
        if self.people() < people_min {
            return 1.0;
        }
        let good = f64::from(self.helped) + OPENED * f64::from(self.opened);
        let mean = (PRIOR + good) / (2.0 * PRIOR + good + f64::from(self.did_not));
        1.0 + spread * (2.0 * mean - 1.0)
    }
}

/// By what a passage is known to whoever keeps its votes: its article and a hash of its text. Another text begins anew.
pub fn key(article: &Article, passage: &Passage) -> String {
    // FNV-1a, 64 bits: it only has to tell the passages of one article apart.
    let hash = passage
        .text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{}/{hash:016x}", article.id)
}

/// Everything learned: factors by [`key`], and articles of which nothing is moved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Learned {
    /// By [`key`].
    pub factors: HashMap<String, f64>,
    /// Ids of further articles whose passages keep their places.
    pub fixed: HashSet<String>,
}

impl Learned {
    /// Whether votes of a passage count for nothing, and its place is kept.
    pub fn keeps(&self, article: &Article, passage: &Passage) -> bool {
        self.fixed.contains(&article.id) || is_safety(article, passage)
    }

    /// Puts hits, best first, in the order of what was learned. What [`Learned::keeps`] stays exactly where it is, and the
    /// others change places among themselves. A score belongs to a place, so that the list stays in order.
    pub(super) fn order(&self, hits: &mut [Hit<'_>]) {
        if self.factors.is_empty() {
            return;
        }
        let scores: Vec<f64> = hits.iter().map(|hit| hit.score).collect();
        let open: Vec<usize> =
            (0..hits.len()).filter(|at| !self.keeps(hits[*at].article, &hits[*at].passage)).collect();
        let mut moved: Vec<Hit> = open.iter().map(|at| hits[*at].clone()).collect();
        for hit in &mut moved {
            hit.score *= self.factors.get(&key(hit.article, &hit.passage)).copied().unwrap_or(1.0);
        }
        moved.sort_by(|a, b| b.score.total_cmp(&a.score));
        for (at, hit) in open.into_iter().zip(moved) {
            hits[at] = hit;
        }
        for (hit, score) in hits.iter_mut().zip(scores) {
            hit.score = score;
        }
    }
}

/// Whether a passage speaks of an emergency or of when to get help.
pub fn is_safety(article: &Article, passage: &Passage) -> bool {
    let within = |at: usize| (passage.start..passage.end).contains(&at);
    let asked = |question: &questions::Question| question.urgency == Some(Level::Emergency);
    passage.heading == HELP
        || article.topics.iter().any(|topic| topic == EMERGENCIES)
        || article.sections.iter().flat_map(|section| &section.blocks).any(|block| {
            within(block.range.start) && matches!(block.urgency, Some(Urgency::Emergency | Urgency::Urgent))
        })
        || (passage.heading == questions::HEADING
            && article.questions.iter().filter(|question| asked(question)).any(|question| {
                passage.text.contains(question.answer.as_str()) || passage.text.contains(question.ask.as_str())
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPREAD: f64 = 0.15;

    #[test]
    fn a_crowd_of_one_moves_nothing_and_everybody_together_no_more_than_the_bound() {
        let votes = |helped, did_not, opened| Votes { helped, did_not, opened };
        for few in [votes(0, 0, 0), votes(1, 0, 0), votes(0, 1, 0), votes(0, 0, 2), votes(1, 1, 0)] {
            assert!((few.factor(SPREAD, 3) - 1.0).abs() < f64::EPSILON, "{few:?}");
        }
        let helped = votes(3, 0, 0).factor(SPREAD, 3);
        assert!(helped > 1.0 && helped < 1.03, "three people move little: {helped}");
        assert!(votes(30, 0, 0).factor(SPREAD, 3) > helped, "more move it further");
        assert!((1.14..=1.15).contains(&votes(u32::MAX, 0, 0).factor(SPREAD, 3)));
        assert!((0.85..=0.86).contains(&votes(0, u32::MAX, 0).factor(SPREAD, 3)));
        let (opened, rated) = (votes(0, 0, 10).factor(SPREAD, 3), votes(10, 0, 0).factor(SPREAD, 3));
        assert!(opened > 1.0 && opened < rated, "opening says less than a rating");
        assert!((votes(5, 5, 0).factor(SPREAD, 3) - 1.0).abs() < 1e-12, "half and half says nothing");
    }
}
