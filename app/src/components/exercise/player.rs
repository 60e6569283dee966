//! Where a count through timed steps stands. Pure: a second is a call.

use protocol::message::Step;

/// Where the player stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Player {
    /// The step, from 0; past the last when it is over.
    pub step: usize,
    /// The seconds left of it.
    pub left: u32,
    /// Counting.
    pub running: bool,
}

impl Player {
    /// At the beginning.
    pub fn new(steps: &[Step]) -> Self {
        Self { step: 0, left: seconds(steps, 0), running: false }
    }

    /// Where it stood before, and still; seconds that the step does not have are left out.
    pub fn at(steps: &[Step], step: usize, left: u32) -> Self {
        let step = step.min(steps.len());
        Self { step, left: left.min(seconds(steps, step)), running: false }
    }

    /// Past the last step.
    pub fn is_over(self, steps: &[Step]) -> bool {
        self.step >= steps.len()
    }

    /// The next step.
    #[must_use]
    pub fn next(self, steps: &[Step]) -> Self {
        let step = (self.step + 1).min(steps.len());
        Self { step, left: seconds(steps, step), running: self.running && step < steps.len() }
    }

    /// The step before, from its beginning.
    #[must_use]
    pub fn back(self, steps: &[Step]) -> Self {
        let step = self.step.saturating_sub(1);
        Self { step, left: seconds(steps, step), ..self }
    }

    /// A second later. A step without a time waits for the person.
    #[must_use]
    pub fn tick(self, steps: &[Step]) -> Self {
        match steps.get(self.step) {
            Some(step) if self.running && step.seconds > 0 => {
                if self.left > 1 {
                    Self { left: self.left - 1, ..self }
                } else {
                    self.next(steps)
                }
            }
            _ => self,
        }
    }
}

fn seconds(steps: &[Step], step: usize) -> u32 {
    steps.get(step).map_or(0, |step| step.seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> Vec<Step> {
        [2, 0, 1].map(|seconds| Step { text: String::new(), seconds }).to_vec()
    }

    #[test]
    fn a_player_counts_each_step_and_stops_after_the_last() {
        let steps = steps();
        let mut player = Player { running: true, ..Player::new(&steps) };
        player = player.tick(&steps);
        assert_eq!((player.step, player.left), (0, 1));
        player = player.tick(&steps);
        assert_eq!((player.step, player.left), (1, 0));
        assert_eq!(player.tick(&steps), player, "a step without a time waits");
        player = player.next(&steps).tick(&steps);
        assert_eq!(player, Player { step: 3, left: 0, running: false });
        assert_eq!(player.next(&steps), player);
        assert!(player.is_over(&steps));
    }

    #[test]
    fn a_paused_player_stands_still() {
        let steps = steps();
        assert_eq!(Player::new(&steps).tick(&steps), Player::new(&steps));
        assert_eq!(Player::new(&[]).tick(&[]), Player::new(&[]));
    }

    #[test]
    fn back_begins_the_step_before_again() {
        let steps = steps();
        let over = Player::at(&steps, 9, 9);
        assert_eq!(over, Player { step: 3, left: 0, running: false });
        assert_eq!(over.back(&steps), Player { step: 2, left: 1, running: false });
        let begun = Player { step: 0, left: 1, running: true };
        assert_eq!(begun.back(&steps), Player { step: 0, left: 2, running: true });
    }
}
