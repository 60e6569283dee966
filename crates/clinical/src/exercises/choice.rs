//! The order in which exercises are offered, learnt from what helped: Thompson sampling with Beta posteriors.
//!
//! For each context (what somebody struggles with) and exercise the rewards so far are a [`Tally`], once over all people and
//! once for each. [`rank`] draws for every exercise a value from its posterior and sorts by it: what has helped comes
//! first, and what is little known is still tried (Thompson, Biometrika 1933;25:285-294; for rewards between 0 and 1,
//! Agrawal and Goyal, COLT 2012). [`choose`] does that with the exercises that fit and suit.
//!
//! What it must never do: decide about safety. It only orders what may be offered anyway.

mod beta;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fit::{fits, is_anxiety};
use super::{Exercise, FIRST_FOR_ANXIETY, Tag};
use crate::profile::Condition;
use beta::{SplitMix64, beta};

/// How many observations what all people found counts for, at most, against a person's own. Ten is two weeks of nearly
/// daily use: by then a person's own ratings weigh as much as everybody's, and before that a new person has the benefit of
/// the others'. This project's own choice; `benches/choice.rs` shows what it costs and gives.
pub const OVERALL_WEIGHT_MAX: f64 = 10.0;

/// A rating from 1 to 5 and a change of mood count the same; that something was finished at all says less of whether it
/// helped. This project's own weights.
const COMPLETED_WEIGHT: f64 = 0.5;
/// The change of mood, in points of a scale from 0 to 10, that counts as the whole of what can be hoped for. This
/// project's own choice: few change more in some minutes.
const MOOD_CHANGE_FULL: f64 = 4.0;

/// What is known of an exercise afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// 1 (did not help) to 5 (helped a lot).
    pub rating: Option<u8>,
    /// Mood before and after, 0 (very low) to 10 (very good).
    pub mood: Option<(u8, u8)>,
    /// Whether it was finished.
    pub completed: Option<bool>,
}

impl Outcome {
    /// How good it was, from 0 to 1; `None` where nothing is known. Figures off their scale count as its end.
    pub fn reward(self) -> Option<f64> {
        let rating = self.rating.map(|rating| ((f64::from(rating.clamp(1, 5)) - 1.0) / 4.0, 1.0));
        let mood = self.mood.map(|(before, after)| {
            let change = f64::from(after.min(10)) - f64::from(before.min(10));
            ((0.5 + change / (2.0 * MOOD_CHANGE_FULL)).clamp(0.0, 1.0), 1.0)
        });
        let completed = self.completed.map(|done| (f64::from(u8::from(done)), COMPLETED_WEIGHT));
        let known = [rating, mood, completed].into_iter().flatten();
        let (sum, weight) = known.fold((0.0, 0.0), |(sum, weight), (value, own)| (sum + value * own, weight + own));
        (weight > 0.0).then(|| sum / weight)
    }
}

/// Rewards added up: what helped and what did not, each in observations. Both are 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// The sum of the rewards.
    pub helped: f64,
    /// The sum of what was missing from them to 1.
    pub did_not: f64,
}

impl Tally {
    /// One more reward, from 0 to 1.
    fn add(&mut self, reward: f64) {
        self.helped += reward;
        self.did_not += 1.0 - reward;
    }

    fn weight(self) -> f64 {
        self.helped + self.did_not
    }

    /// As many observations as there are, at most so many, in the same proportion.
    fn at_most(self, weight: f64) -> Self {
        let factor = (weight / self.weight().max(f64::MIN_POSITIVE)).min(1.0);
        Self { helped: self.helped * factor, did_not: self.did_not * factor }
    }

    /// Whether it can be reckoned with; what is stored may have been damaged.
    fn is_sound(self) -> bool {
        self.helped.is_finite() && self.did_not.is_finite() && self.helped >= 0.0 && self.did_not >= 0.0
    }
}

/// Everything learnt, of all people or of one: tallies by context and exercise.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Learnt(BTreeMap<Tag, BTreeMap<String, Tally>>);

impl Learnt {
    /// Takes in how an exercise went that was offered in this context. A reward outside 0 to 1 counts as the nearer end, one
    /// that is no number not at all.
    pub fn observe(&mut self, context: Tag, exercise: &str, reward: f64) {
        if !reward.is_nan() {
            let tally = self.0.entry(context).or_default().entry(exercise.to_owned()).or_default();
            tally.add(reward.clamp(0.0, 1.0));
        }
    }

    /// What is known of an exercise in a context.
    pub fn tally(&self, context: Tag, exercise: &str) -> Tally {
        let tally = self.0.get(&context).and_then(|of| of.get(exercise)).copied().unwrap_or_default();
        if tally.is_sound() { tally } else { Tally::default() }
    }
}

impl FromIterator<(Tag, String, Tally)> for Learnt {
    fn from_iter<I: IntoIterator<Item = (Tag, String, Tally)>>(tallies: I) -> Self {
        let mut learnt = Self::default();
        for (context, exercise, tally) in tallies {
            learnt.0.entry(context).or_default().insert(exercise, tally);
        }
        learnt
    }
}

/// Orders things by draws from their posteriors, best first. The posterior of each is Beta(1, 1), which expects nothing,
/// with all people's tally as at most [`OVERALL_WEIGHT_MAX`] observations, and the person's own tally in full. The same
/// seed gives the same order.
pub fn rank<'a>(ids: &[&'a str], context: Tag, overall: &Learnt, person: &Learnt, seed: u64) -> Vec<&'a str> {
    let mut random = SplitMix64::new(seed);
    let mut drawn: Vec<(f64, &str)> = ids
        .iter()
        .map(|id| {
            let of_all = overall.tally(context, id).at_most(OVERALL_WEIGHT_MAX);
            let own = person.tally(context, id);
            (beta(&mut random, 1.0 + of_all.helped + own.helped, 1.0 + of_all.did_not + own.did_not), *id)
        })
        .collect();
    drawn.sort_by(|one, other| other.0.total_cmp(&one.0));
    drawn.into_iter().map(|(_, id)| id).collect()
}

/// Up to `most` exercises for what somebody struggles with ([`super::tags`]), best first. Nothing with a contraindication
/// among `conditions`. Where anxiety or panic is among the tags, `ex_breathing` and `ex_grounding` lead, as
/// [`super::offers`] promises, and only what follows is learnt. The first of the tags is the context to
/// [`Learnt::observe`] under.
pub fn choose(
    tags: &[Tag],
    conditions: &[Condition],
    overall: &Learnt,
    person: &Learnt,
    seed: u64,
    most: usize,
) -> Vec<&'static Exercise> {
    let Some(&context) = tags.first() else { return Vec::new() };
    let suitable: Vec<&Exercise> = fits(tags).into_iter().filter(|exercise| exercise.suits(conditions)).collect();
    let is_fixed = |exercise: &&&Exercise| is_anxiety(tags) && FIRST_FOR_ANXIETY.contains(&exercise.id.as_str());
    let open: Vec<&str> =
        suitable.iter().filter(|exercise| !is_fixed(exercise)).map(|exercise| exercise.id.as_str()).collect();
    let ranked = rank(&open, context, overall, person, seed);
    let learnt = ranked.into_iter().filter_map(super::by_id);
    suitable.iter().filter(is_fixed).copied().chain(learnt).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::{Learnt, OVERALL_WEIGHT_MAX, Outcome, Tag, Tally, choose, rank};
    use crate::exercises::{all, fits};
    use crate::profile::Condition;

    fn ids(tags: &[Tag], conditions: &[Condition], overall: &Learnt, person: &Learnt, seed: u64) -> Vec<&'static str> {
        choose(tags, conditions, overall, person, seed, 99).iter().map(|exercise| exercise.id.as_str()).collect()
    }

    fn taught(context: Tag, exercise: &str, reward: f64, times: usize) -> Learnt {
        let mut learnt = Learnt::default();
        (0..times).for_each(|_| learnt.observe(context, exercise, reward));
        learnt
    }

    /// How often `exercise` leads, of 200 seeds.
    fn leads(tags: &[Tag], exercise: &str, overall: &Learnt, person: &Learnt) -> usize {
        (0..200).filter(|seed| ids(tags, &[], overall, person, *seed)[0] == exercise).count()
    }

    #[test]
    fn the_same_seed_gives_the_same_order_and_others_give_others() {
        let none = Learnt::default();
        assert_eq!(ids(&[Tag::Sleep], &[], &none, &none, 7), ids(&[Tag::Sleep], &[], &none, &none, 7));
        let orders: std::collections::BTreeSet<_> =
            (0..50).map(|seed| ids(&[Tag::Sleep], &[], &none, &none, seed)).collect();
        assert!(orders.len() > 20, "{}", orders.len());
    }

    #[test]
    fn what_helped_comes_first_and_what_did_not_comes_last() {
        let none = Learnt::default();
        let helped = taught(Tag::Sleep, "ex_body_scan", 1.0, 30);
        assert!(
            leads(&[Tag::Sleep], "ex_body_scan", &helped, &none)
                > leads(&[Tag::Sleep], "ex_body_scan", &none, &none) * 2
        );
        let failed = taught(Tag::Sleep, "ex_body_scan", 0.0, 30);
        assert!(leads(&[Tag::Sleep], "ex_body_scan", &failed, &none) <= 1);
        // What was learnt in one context says nothing in another.
        let elsewhere = taught(Tag::Pain, "ex_body_scan", 0.0, 30);
        assert_eq!(ids(&[Tag::Sleep], &[], &elsewhere, &none, 3), ids(&[Tag::Sleep], &[], &none, &none, 3));
    }

    #[test]
    fn a_persons_own_experience_outweighs_everybodys() {
        let everybody = taught(Tag::Sleep, "ex_body_scan", 1.0, 100_000);
        let own = taught(Tag::Sleep, "ex_body_scan", 0.0, 30);
        assert!(leads(&[Tag::Sleep], "ex_body_scan", &everybody, &own) < 20);
        let bounded = everybody.tally(Tag::Sleep, "ex_body_scan").at_most(OVERALL_WEIGHT_MAX);
        assert!((bounded.weight() - OVERALL_WEIGHT_MAX).abs() < 1e-9 && bounded.did_not.abs() < 1e-9);
    }

    #[test]
    fn what_a_condition_speaks_against_is_never_offered() {
        let everything = Tag::ALL;
        for exercise in all() {
            for &condition in &exercise.contraindications {
                let best = everything.iter().fold(Learnt::default(), |mut learnt, &tag| {
                    (0..500).for_each(|_| learnt.observe(tag, &exercise.id, 1.0));
                    learnt
                });
                for seed in 0..20 {
                    let offered = ids(&everything, &[condition], &best, &best, seed);
                    assert!(!offered.contains(&exercise.id.as_str()), "{} with {condition:?}", exercise.id);
                    assert!(offered.len() >= 8, "{condition:?} leaves {offered:?}");
                }
            }
        }
        let pregnant = ids(&[Tag::Sleep], &[Condition::Pregnancy], &Learnt::default(), &Learnt::default(), 1);
        assert!(!pregnant.contains(&"ex_breathing_478") && pregnant.contains(&"ex_wind_down"));
    }

    #[test]
    fn anxiety_keeps_the_two_fixed_first_whatever_was_learnt() {
        let mut against = taught(Tag::Anxiety, "ex_breathing", 0.0, 1_000);
        (0..1_000).for_each(|_| against.observe(Tag::Anxiety, "ex_worry_time", 1.0));
        for seed in 0..50 {
            let offered = ids(&[Tag::Anxiety], &[Condition::HeartDisease], &against, &against, seed);
            assert_eq!(offered[..2], ["ex_breathing", "ex_grounding"]);
            assert_eq!(offered.len(), offered.iter().collect::<std::collections::BTreeSet<_>>().len());
        }
        assert!(choose(&[], &[], &against, &against, 1, 3).is_empty());
        assert_eq!(choose(&[Tag::Panic], &[], &against, &against, 1, 1).len(), 1);
        assert_eq!(ids(&[Tag::Grief], &[], &against, &against, 1).len(), fits(&[Tag::Grief]).len());
    }

    #[test]
    fn rewards_are_between_nothing_and_everything() {
        let reward = |rating, mood, completed| Outcome { rating, mood, completed }.reward();
        assert_eq!(reward(None, None, None), None);
        assert_eq!(reward(Some(5), None, None), Some(1.0));
        assert_eq!(reward(Some(1), None, None), Some(0.0));
        assert_eq!(reward(None, Some((4, 4)), None), Some(0.5));
        assert_eq!(reward(None, Some((3, 9)), None), Some(1.0));
        assert_eq!(reward(None, Some((9, 2)), None), Some(0.0));
        assert_eq!(reward(Some(255), Some((255, 255)), None), Some(0.75));
        // (0.75 + 0.75 + 0.5) / 2.5
        assert_eq!(reward(Some(4), Some((4, 6)), Some(true)), Some(0.8));
        assert!(reward(Some(3), None, Some(false)) < reward(Some(3), None, None));
    }

    #[test]
    fn what_is_stored_comes_back_and_damage_counts_as_nothing() {
        let learnt = taught(Tag::LowMood, "ex_activation", 0.75, 4);
        let stored = serde_json::to_string(&learnt).unwrap();
        assert_eq!(stored, r#"{"low_mood":{"ex_activation":{"helped":3.0,"did_not":1.0}}}"#);
        assert_eq!(serde_json::from_str::<Learnt>(&stored).unwrap(), learnt);
        let damaged = r#"{"low_mood":{"ex_activation":{"helped":-3.0,"did_not":1e999}}}"#.replace("1e999", "1e300");
        let damaged: Learnt = serde_json::from_str(&damaged).unwrap();
        assert_eq!(damaged.tally(Tag::LowMood, "ex_activation"), Tally::default());
        let mut odd = Learnt::default();
        odd.observe(Tag::Pain, "ex_body_scan", f64::NAN);
        assert_eq!(odd, Learnt::default());
        odd.observe(Tag::Pain, "ex_body_scan", 9.0);
        assert_eq!(odd.tally(Tag::Pain, "ex_body_scan"), Tally { helped: 1.0, did_not: 0.0 });
        assert_eq!(rank(&["a", "b"], Tag::Pain, &damaged, &odd, 1).len(), 2);
    }
}
