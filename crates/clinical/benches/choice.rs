//! What the choice of exercises loses, against random and fixed choice: `cargo bench -p clinical --bench choice`.
//!
//! Regret is what was missed against always choosing the best, in exercises that would have helped, over 2,000 offers to
//! 40 people; the mean of 50 seeds.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small counts and indices of a simulation"
)]

#[path = "../tests/choice/worlds.rs"]
mod worlds;

use worlds::{PEOPLE, ROUNDS, WORLDS, Way, regret};

const SEEDS: u64 = 50;

fn main() {
    println!("regret over {ROUNDS} rounds, {PEOPLE} people, mean of {SEEDS} seeds");
    println!("{:<28}{:>10}{:>14}{:>10}{:>10}", "world", "learning", "person only", "random", "fixed");
    for world in &WORLDS {
        let of = |way| regret(world, way, SEEDS);
        println!(
            "{:<28}{:>10.1}{:>14.1}{:>10.1}{:>10.1}",
            world.name,
            of(Way::Learning),
            of(Way::PersonOnly),
            of(Way::Random),
            of(Way::Fixed)
        );
    }
}
