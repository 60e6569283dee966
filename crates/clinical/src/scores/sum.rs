//! Points that add up, and what is known of them where an input is missing.

use super::{Outcome, Part, Value};

/// A sum of points in the making.
#[derive(Default)]
pub(crate) struct Sum {
    parts: Vec<Part>,
}

impl Sum {
    /// Adds what an input counts; `None`: it is missing, and could count anything from `least` to `most`.
    pub(crate) fn add(mut self, name: &'static str, points: Option<f64>, (least, most): (f64, f64)) -> Self {
        let points = points.map_or(Value::Range { low: least, high: most }, Value::Exact);
        self.parts.push(Part { name, points });
        self
    }

    /// Adds a criterion that counts so much where it is met.
    pub(crate) fn add_if(self, name: &'static str, met: Option<bool>, points: f64) -> Self {
        let counted = met.map(|met| if met { points } else { 0.0 });
        self.add(name, counted, (points.min(0.0), points.max(0.0)))
    }

    /// The sum, with what it means.
    pub(crate) fn outcome(self, band: impl Fn(f64) -> &'static str) -> Outcome {
        let low: f64 = self.parts.iter().map(|part| part.points.low()).sum();
        let high: f64 = self.parts.iter().map(|part| part.points.high()).sum();
        let known = self.parts.iter().all(|part| matches!(part.points, Value::Exact(_)));
        let value = if known { Value::Exact(low) } else { Value::Range { low, high } };
        Outcome {
            value: Some(value),
            bands: bands(value, band),
            parts: self.parts,
            flags: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// What a value means; of a range, what each end means.
pub(crate) fn bands(value: Value, band: impl Fn(f64) -> &'static str) -> Vec<&'static str> {
    let mut bands = vec![band(value.low()), band(value.high())];
    bands.dedup();
    bands
}
