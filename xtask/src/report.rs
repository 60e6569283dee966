//! What the steps of a test run came to: a table, and one last line that counts all tests.

use std::fmt::Write;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::counts::Counts;
use crate::process;

/// How a step ended, beside how many tests it ran.
pub(crate) enum Outcome {
    /// It did what it should; checks that are not tests count none.
    Passed(Counts),
    /// Tests failed, or something else did: then the reason was shown when it happened.
    Failed(Counts),
    /// It could not run here; why, and what to do about it.
    Skipped(String),
}

struct Step {
    name: String,
    outcome: Outcome,
    seconds: f64,
}

#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<Step>,
}

impl Report {
    /// Does a step and notes its end. A failure is no reason to leave out the steps after it: one run shows all.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Outcome>) {
        if process::interrupted() {
            return;
        }
        println!("\n── {name}");
        let began = Instant::now();
        let outcome = work().unwrap_or_else(|error| {
            eprintln!("{name}: {error:#}");
            Outcome::Failed(Counts::default())
        });
        if let Outcome::Skipped(why) = &outcome {
            println!("SKIPPED: {why}");
        }
        self.steps.push(Step { name: name.to_owned(), outcome, seconds: began.elapsed().as_secs_f64() });
    }

    /// Prints the table and, as the very last line, the count; fails if any step did.
    pub(crate) fn finish(self) -> Result<()> {
        println!("\n{}", self.table());
        if process::interrupted() {
            bail!("interrupted");
        }
        let failed: Vec<&str> = self.steps.iter().filter(|step| step.failures() > 0).map(|step| &*step.name).collect();
        if !failed.is_empty() {
            eprintln!("failed: {}", failed.join(", "));
        }
        println!("{}", self.last_line());
        if !failed.is_empty() {
            // The reasons stand above, and nothing may stand below the last line.
            std::process::exit(1);
        }
        Ok(())
    }

    fn table(&self) -> String {
        let mut table = format!("{:<28} {:<8} {:>7} {:>7} {:>9}\n", "step", "result", "passed", "failed", "seconds");
        for Step { name, outcome, seconds } in &self.steps {
            let (result, counts) = match outcome {
                Outcome::Passed(counts) => ("ok", *counts),
                Outcome::Failed(counts) => ("FAILED", *counts),
                Outcome::Skipped(_) => ("skipped", Counts::default()),
            };
            let figure = |count: usize| if count == 0 { "-".to_owned() } else { count.to_string() };
            let (passed, failed) = (figure(counts.passed), figure(counts.failed));
            writeln!(table, "{name:<28} {result:<8} {passed:>7} {failed:>7} {seconds:>9.1}")
                .expect("writing to a String can't fail");
        }
        table
    }

    fn last_line(&self) -> String {
        let passed: usize = self.steps.iter().map(Step::passes).sum();
        let failed: usize = self.steps.iter().map(Step::failures).sum();
        format!("{passed} passed, {failed} failed")
    }
}

impl Step {
    fn passes(&self) -> usize {
        match &self.outcome {
            Outcome::Passed(counts) | Outcome::Failed(counts) => counts.passed,
            Outcome::Skipped(_) => 0,
        }
    }

    /// A step that failed for another reason than a test (it does not compile, clippy warns) counts as one failure, so
    /// that the last line never says `0 failed` of a run that failed.
    fn failures(&self) -> usize {
        match &self.outcome {
            Outcome::Failed(counts) => counts.failed.max(1),
            Outcome::Passed(_) | Outcome::Skipped(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcomes: Vec<Outcome>) -> Report {
        let mut report = Report::default();
        for outcome in outcomes {
            report.step("step", || Ok(outcome));
        }
        report
    }

    #[test]
    fn the_last_line_counts_the_tests_of_all_steps() {
        let counts = |passed, failed| Counts { passed, failed };
        let report = report(vec![
            Outcome::Passed(Counts::default()),
            Outcome::Passed(counts(10, 0)),
            Outcome::Failed(counts(4, 2)),
            Outcome::Skipped("no browser".into()),
        ]);
        assert_eq!(report.last_line(), "14 passed, 2 failed");
    }

    #[test]
    fn a_step_that_fails_without_a_test_is_one_failure() {
        let mut report = report(vec![Outcome::Passed(Counts { passed: 3, failed: 0 })]);
        report.step("clippy", || bail!("it warns"));
        assert_eq!(report.last_line(), "3 passed, 1 failed");
        assert!(report.table().contains("FAILED"));
    }
}
