//! Figures over the repeats: median and range, as a table and as JSON.

use std::fmt::Write;

use hdrhistogram::Histogram;
use serde_json::{Value, json};

/// A histogram of nanoseconds up to a minute, exact to three digits. It takes a few hundred kilobytes: one a run.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_max(60_000_000_000, 3).expect("a minute and three digits are allowed")
}

/// A quantile in microseconds.
pub fn micros(times: &Histogram<u64>, quantile: f64) -> f64 {
    precise(times.value_at_quantile(quantile)) / 1e3
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "counts and nanoseconds here are far below 2^52")]
pub fn precise(count: u64) -> f64 {
    count as f64
}

/// One figure, measured once a repeat.
#[derive(Debug, Clone)]
struct Figure {
    name: String,
    unit: &'static str,
    goal: &'static str,
    values: Vec<f64>,
}

/// All figures, in the order in which they were first named.
#[derive(Debug, Clone, Default)]
pub struct Report {
    figures: Vec<Figure>,
}

impl Report {
    /// Adds a value to a figure.
    pub fn add(&mut self, name: &str, unit: &'static str, goal: &'static str, value: f64) {
        match self.figures.iter_mut().find(|figure| figure.name == name) {
            Some(figure) => figure.values.push(value),
            None => self.figures.push(Figure { name: name.to_owned(), unit, goal, values: vec![value] }),
        }
    }

    /// A table: figure, median, lowest and highest, goal.
    pub fn table(&self) -> String {
        let width = self.figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or(0);
        let mut out = format!("{:width$}  {:>10}  {:>23}  {:<8}  goal\n", "", "median", "range", "unit");
        for figure in &self.figures {
            let [low, middle, high] = spread(&figure.values).map(figures);
            let range = format!("{low} – {high}");
            let _ =
                writeln!(out, "{:width$}  {middle:>10}  {range:>23}  {:<8}  {}", figure.name, figure.unit, figure.goal);
        }
        out
    }

    /// The same for programs, with every value.
    pub fn json(&self) -> Value {
        self.figures
            .iter()
            .map(|figure| {
                let [low, middle, high] = spread(&figure.values);
                json!({
                    "name": figure.name, "unit": figure.unit, "goal": figure.goal,
                    "median": middle, "low": low, "high": high, "values": figure.values,
                })
            })
            .collect()
    }
}

/// Lowest, median, highest.
fn spread(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = match sorted.len() {
        0 => return [f64::NAN; 3],
        len if len % 2 == 1 => sorted[len / 2],
        len => f64::midpoint(sorted[len / 2 - 1], sorted[len / 2]),
    };
    [sorted[0], middle, sorted[sorted.len() - 1]]
}

/// Three figures that count, no more.
fn figures(value: f64) -> String {
    match value.abs() {
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_stands_between_lowest_and_highest() {
        let shown = |values: &[f64]| spread(values).map(|value| value.to_string());
        assert_eq!(shown(&[3.0, 1.0, 2.0]), ["1", "2", "3"]);
        assert_eq!(shown(&[4.0, 1.0, 2.0, 3.0]), ["1", "2.5", "4"]);
        assert!(spread(&[]).iter().all(|value| value.is_nan()));
    }

    #[test]
    fn a_table_has_a_line_a_figure_in_order() {
        let mut report = Report::default();
        for value in [1.0, 3.0, 2.0] {
            report.add("ack / fdatasync", "×", "small", value);
            report.add("turns", "1/s", "", value * 1000.0);
        }
        let table = report.table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(
            lines[1].starts_with("ack / fdatasync") && lines[1].contains("2.00") && lines[1].contains("1.00 – 3.00")
        );
        assert!(lines[2].contains("2000") && lines[2].contains("1000 – 3000"));
        assert_eq!(report.json()[1]["median"], 2000.0);
        assert_eq!(report.json()[0]["values"], json!([1.0, 3.0, 2.0]));
    }

    #[test]
    fn quantiles_are_in_microseconds() {
        let mut times = histogram();
        for nanos in [1_000, 2_000, 3_000] {
            times.saturating_record(nanos);
        }
        assert!((micros(&times, 0.5) - 2.0).abs() < 0.01);
    }
}
