//! The choice that learns loses less than choosing at random or always the same, and nothing where all are alike.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small counts and indices of a simulation"
)]

#[path = "choice/worlds.rs"]
mod worlds;

use worlds::{WORLDS, Way, regret};

const SEEDS: u64 = 20;

#[test]
fn learning_loses_less_than_random_and_fixed_choice_in_every_world() {
    for world in &WORLDS {
        let learning = regret(world, Way::Learning, SEEDS);
        if world.name == "all alike" {
            assert!(learning.abs() < 1e-9, "{learning}");
            continue;
        }
        let random = regret(world, Way::Random, SEEDS);
        let fixed = regret(world, Way::Fixed, SEEDS);
        assert!(learning < 0.75 * random, "{}: {learning:.0} against {random:.0} at random", world.name);
        assert!(learning < 0.75 * fixed, "{}: {learning:.0} against {fixed:.0} fixed", world.name);
    }
}

#[test]
fn where_one_is_clearly_best_less_than_a_third_of_the_random_loss_is_left() {
    let world = &WORLDS[0];
    let (learning, random) = (regret(world, Way::Learning, SEEDS), regret(world, Way::Random, SEEDS));
    assert!(learning < random / 3.0, "{learning:.0} against {random:.0}");
}

#[test]
fn what_others_found_helps_a_person_who_is_new() {
    let world = &WORLDS[3];
    let (shared, alone) = (regret(world, Way::Learning, SEEDS), regret(world, Way::PersonOnly, SEEDS));
    assert!(shared < 0.8 * alone, "{shared:.0} against {alone:.0} alone");
}
