//! When to try again: twice as long each time, up to half a minute, and never all at once.

/// The shortest wait, in milliseconds.
const FIRST_MS: f64 = 500.0;
/// The longest.
const LAST_MS: f64 = 30_000.0;

/// How long to wait before attempt `attempt` (from 0), in milliseconds. `chance` is between 0 and 1: half of the wait is
/// left to it, so that a restarted server is not met by everyone in the same moment.
pub fn wait_ms(attempt: u32, chance: f64) -> f64 {
    let whole = (FIRST_MS * f64::from(1u32 << attempt.min(10))).min(LAST_MS);
    whole / 2.0 + whole / 2.0 * chance.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::wait_ms;

    #[test]
    fn waits_grow_to_half_a_minute_and_no_further() {
        for (attempt, longest) in
            [(0, 500.0), (1, 1e3), (2, 2e3), (5, 16e3), (6, 30e3), (7, 30e3), (100, 30e3), (u32::MAX, 30e3)]
        {
            assert!((wait_ms(attempt, 1.0) - longest).abs() < f64::EPSILON, "{attempt}");
        }
    }

    #[test]
    fn chance_takes_off_at_most_half() {
        assert!((wait_ms(3, 0.0) - 2000.0).abs() < f64::EPSILON);
        assert!((wait_ms(3, 1.0) - 4000.0).abs() < f64::EPSILON);
    }
}
