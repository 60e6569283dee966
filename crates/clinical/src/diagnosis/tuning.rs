//! The engine's few free numbers, in one place.
//!
//! They were set on cases written for the purpose (`tests/cases`, the half kept for tuning), with the table that
//! `cargo run -p clinical --example cases` prints. None stands for a fact of medicine.

use crate::findings::Kind;

/// Findings are not independent, so their joint weight is less than its sum.
pub(super) const TEMPER: f64 = 0.95;
/// Share of the distances between conditions that is kept, so that what is said is as sure as it turns out to be.
pub(super) const SHARPNESS: f64 = 0.95;
/// Weight of further findings of a group that comes together, beside its strongest.
pub(super) const WITHIN_GROUP: f64 = 0.55;
/// What is left of a child's share of its parent where only the parent is listed.
pub(super) const CHILD_LEAK: f64 = 0.7;
/// Frequency of everything not listed, per 1,000 presentations.
pub(super) const OTHER_FREQUENCY: f64 = 40.0;
/// Likelihood ratio of any finding for what is not listed.
pub(super) const OTHER_RATIO: f64 = 0.9;
/// Weight of a finding that may be there.
pub(super) const POSSIBLE: f64 = 0.5;

/// P(finding | condition) as a share of its base where the condition does not list it: something else must cause it.
pub(super) fn leak(kind: Kind) -> f64 {
    match kind {
        Kind::Symptom => 0.35,
        Kind::Sign => 0.3,
        Kind::Lab => 0.4,
        Kind::Vital => 0.6,
        Kind::Modifier => 0.75,
        Kind::History | Kind::Exposure => 1.0,
    }
}

/// How much of the weight of a finding counts: timing is told loosely.
pub(super) fn weight(kind: Kind) -> f64 {
    match kind {
        Kind::Modifier => 0.6,
        Kind::Vital => 0.8,
        _ => 1.0,
    }
}

/// How likely a finding would have been told if it were there. What is not told is weak evidence that it is not; where a
/// condition hardly comes without an exposure or history, someone with it speaks of that. A dangerous condition is not put
/// aside so: an overdose, a late period or a journey is also kept quiet, forgotten, or not known.
pub(super) fn told(kind: Kind, probability: f64, is_dangerous: bool) -> f64 {
    match kind {
        Kind::Symptom => 0.6,
        Kind::Sign => 0.3,
        Kind::Modifier | Kind::Vital => 0.1,
        Kind::Lab => 0.02,
        Kind::History | Kind::Exposure if probability >= 0.9 && !is_dangerous => 0.7,
        Kind::History | Kind::Exposure => 0.2,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, told};

    #[test]
    fn silence_about_the_exposure_of_a_dangerous_condition_says_little() {
        for kind in [Kind::Exposure, Kind::History] {
            assert!(told(kind, 0.95, true) < told(kind, 0.95, false), "{kind:?}");
            assert!((told(kind, 0.95, true) - told(kind, 0.5, true)).abs() < f64::EPSILON, "{kind:?}");
        }
    }
}
