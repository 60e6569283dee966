//! Made worlds in which exercises help with known odds, and how much each way of choosing loses in them.

use clinical::exercises::Tag;
use clinical::exercises::choice::{Learnt, rank};

pub(crate) const ROUNDS: usize = 2_000;
pub(crate) const PEOPLE: usize = 40;
const ARMS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
const CONTEXTS: [Tag; 2] = [Tag::Sleep, Tag::LowMood];

/// How likely an exercise helps, by person, context and exercise.
pub(crate) struct World {
    pub(crate) name: &'static str,
    odds: fn(&mut Random) -> Odds,
}

type Odds = Vec<[[f64; ARMS.len()]; CONTEXTS.len()]>;

pub(crate) const WORLDS: [World; 6] = [
    World { name: "one is clearly best", odds: |random| everybody(random, [0.8, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4]) },
    World {
        name: "all near each other",
        odds: |random| everybody(random, [0.60, 0.55, 0.55, 0.5, 0.5, 0.5, 0.45, 0.45]),
    },
    World { name: "all alike", odds: |random| everybody(random, [0.5; 8]) },
    World { name: "a steady slope", odds: |random| everybody(random, [0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]) },
    World { name: "it depends on the context", odds: by_context },
    World { name: "it depends on the person", odds: by_person },
];

/// How a choice is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// What this project does.
    Learning,
    /// The same without what all people found: each person for themselves.
    PersonOnly,
    /// Any.
    Random,
    /// Always the same.
    Fixed,
}

/// The mean regret over so many seeds: the sum over the rounds of the best odds less the chosen one's.
pub(crate) fn regret(world: &World, way: Way, seeds: u64) -> f64 {
    let sum: f64 = (0..seeds).map(|seed| one_run(world, way, seed)).sum();
    sum / seeds as f64
}

fn one_run(world: &World, way: Way, seed: u64) -> f64 {
    let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) + 1);
    let odds = (world.odds)(&mut random);
    let mut overall = Learnt::default();
    let mut people = vec![Learnt::default(); PEOPLE];
    let mut regret = 0.0;
    for _ in 0..ROUNDS {
        let (person, at) = (random.below(PEOPLE), random.below(CONTEXTS.len()));
        let context = CONTEXTS[at];
        let draw = random.next();
        let arm = match way {
            Way::Learning => chosen(context, &overall, &people[person], draw),
            Way::PersonOnly => chosen(context, &Learnt::default(), &people[person], draw),
            Way::Random => random.below(ARMS.len()),
            Way::Fixed => 0,
        };
        let own = odds[person][at];
        let reward = f64::from(u8::from(random.unit() < own[arm]));
        overall.observe(context, ARMS[arm], reward);
        people[person].observe(context, ARMS[arm], reward);
        regret += own.iter().copied().fold(0.0, f64::max) - own[arm];
    }
    regret
}

fn chosen(context: Tag, overall: &Learnt, person: &Learnt, seed: u64) -> usize {
    let first = rank(&ARMS, context, overall, person, seed)[0];
    ARMS.iter().position(|arm| *arm == first).expect("one of them")
}

/// The same for all, in an order drawn anew, so that the fixed choice is the best one only by luck.
fn everybody(random: &mut Random, odds: [f64; 8]) -> Odds {
    let odds = random.shuffled(odds);
    vec![[odds; CONTEXTS.len()]; PEOPLE]
}

fn by_context(random: &mut Random) -> Odds {
    let mut one = || random.shuffled([0.8, 0.5, 0.4, 0.4, 0.4, 0.3, 0.3, 0.3]);
    let both = [one(), one()];
    vec![both; PEOPLE]
}

/// Half of the people find the same best; each of the others has one of their own.
fn by_person(random: &mut Random) -> Odds {
    let common = random.shuffled([0.75, 0.5, 0.4, 0.4, 0.4, 0.3, 0.3, 0.3]);
    let own = |random: &mut Random, person: usize| {
        if person.is_multiple_of(2) { common } else { random.shuffled([0.75, 0.5, 0.4, 0.4, 0.4, 0.3, 0.3, 0.3]) }
    };
    (0..PEOPLE).map(|person| [own(random, person); CONTEXTS.len()]).collect()
}

/// `xorshift64*`, for the worlds; what is tested draws with its own generator.
pub(crate) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.unit() * bound as f64) as usize
    }

    fn shuffled(&mut self, mut odds: [f64; 8]) -> [f64; 8] {
        for at in (1..odds.len()).rev() {
            let other = self.below(at + 1);
            odds.swap(at, other);
        }
        odds
    }
}
