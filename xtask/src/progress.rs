//! The steps of a build as a person sees them: which of how many, and what became of it after how long.

use std::time::Instant;

use anyhow::{Context, Result};

/// What became of a step.
#[derive(Debug)]
pub(crate) enum Done {
    Made(String),
    Unchanged,
    Skipped(String),
}

pub(crate) struct Progress {
    total: usize,
    at: usize,
    started: Instant,
}

impl Progress {
    pub(crate) fn of(total: usize) -> Self {
        Self { total, at: 0, started: Instant::now() }
    }

    /// Announces a step, does it, and says how it ended. The name is part of the error.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Done>) -> Result<()> {
        self.at += 1;
        println!("[{}/{}] {name}", self.at, self.total);
        let began = Instant::now();
        let done = work().with_context(|| name.to_owned())?;
        let seconds = began.elapsed().as_secs_f64();
        match done {
            Done::Made(what) if what.is_empty() => println!("      done in {seconds:.1} s"),
            Done::Made(what) => println!("      {what}, {seconds:.1} s"),
            Done::Unchanged => println!("      unchanged"),
            Done::Skipped(why) => println!("      SKIPPED: {why}"),
        }
        Ok(())
    }

    pub(crate) fn elapsed_seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}
