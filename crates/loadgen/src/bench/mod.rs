//! The benchmarks: one server at a time, pinned to a core of its own, figures over interleaved repeats.
//!
//! Each part ([`open`] loop for acks, [`closed`] loop for throughput and streams, [`idle`] connections, [`restart`])
//! starts a fresh server, measures, and checks what was stored. **A figure whose deltas, places or stored rows don't
//! check out is never printed**: the part fails, and with it the run.

pub mod bed;
pub mod closed;
pub mod idle;
pub mod open;
pub mod restart;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use serde_json::json;

use crate::floor::Floor;
use crate::machine;
use crate::report::Report;

/// A part of the benchmarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Ack latency at fixed rates.
    Acks,
    /// Turns a second at saturation.
    Throughput,
    /// Many answers streaming at once.
    Streams,
    /// Memory of idle connections.
    Idle,
    /// kill -9 and start again.
    Restart,
}

impl Part {
    /// All, in the order in which they are measured.
    pub const ALL: [Self; 5] = [Self::Acks, Self::Throughput, Self::Streams, Self::Idle, Self::Restart];
}

/// What is measured, and for how long.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which parts.
    pub parts: Vec<Part>,
    /// The server's binary.
    pub bin: PathBuf,
    /// Where data folders are made; decides which disk is measured.
    pub folder: PathBuf,
    /// Measured time of each part.
    pub measured: Duration,
    /// What comes before it and isn't counted.
    pub warm_up: Duration,
    /// Busy connections, each with a conversation.
    pub connections: usize,
    /// How often everything is measured.
    pub repeats: usize,
    /// Turns a second, for acks by open loop.
    pub rates: Vec<u32>,
    /// Answers that stream at once.
    pub streams: usize,
    /// Idle connections.
    pub idle: usize,
    /// Live clients at a kill.
    pub restart: usize,
    /// One JSON object instead of a table.
    pub json: bool,
}

/// Core of the server, and of the generator.
const CORES: (usize, usize) = (0, 1);
/// Round trips and syncs of a floor.
const FLOOR_COUNT: u32 = 500;

/// Runs everything and prints it.
///
/// # Errors
/// The first part that is void, and why.
pub async fn run(options: &Options) -> anyhow::Result<()> {
    let pinned = machine::can_pin();
    if pinned {
        machine::pin_self(CORES.1)?;
    }
    let files = machine::raise_file_limit();
    anyhow::ensure!(
        u64::try_from(options.idle)? + 200 < files,
        "{} connections need more open files than are allowed ({files}); raise `ulimit -n`",
        options.idle
    );
    let core = pinned.then_some(CORES.0);
    let (mut report, mut floors) = (Report::default(), Vec::new());
    for n in 1..=options.repeats {
        let floor = Floor::measure(&options.folder, FLOOR_COUNT).await?;
        eprintln!("repeat {n} of {}: {floor}", options.repeats);
        for part in Part::ALL.into_iter().filter(|part| options.parts.contains(part)) {
            measure(part, options, core, &floor, &mut report).await.with_context(|| format!("void: {part:?}"))?;
        }
        floors.push(floor);
    }
    print(options, pinned, &report, &floors);
    Ok(())
}

async fn measure(
    part: Part,
    options: &Options,
    core: Option<usize>,
    floor: &Floor,
    report: &mut Report,
) -> anyhow::Result<()> {
    match part {
        Part::Acks => {
            for &rate in &options.rates {
                open::measure(options, core, rate, floor, report).await.with_context(|| format!("{rate} turns/s"))?;
            }
            Ok(())
        }
        Part::Throughput => closed::throughput(options, core, report).await,
        Part::Streams => closed::streams(options, core, report).await,
        Part::Idle => idle::measure(options, core, report).await,
        Part::Restart => restart::measure(options, core, report).await,
    }
}

fn print(options: &Options, pinned: bool, report: &Report, floors: &[Floor]) {
    let method = method(options, pinned);
    if options.json {
        let whole = json!({ "method": method, "floors": floors, "figures": report.json() });
        println!("{whole}");
    } else {
        println!("\n{}\n{}", report.table(), method.join("\n"));
    }
}

fn method(options: &Options, pinned: bool) -> [String; 2] {
    let cores =
        if pinned { "server and generator each on a core of its own" } else { "NOT PINNED: one core, or no taskset" };
    [
        format!(
            "Method: {cores}; warm-up {} s, measured {} s, {} interleaved repeats; {} connections, one account and conversation each, \
             64 deltas an answer; server as shipped (sealed, audited), rate limits off.",
            options.warm_up.as_secs(),
            options.measured.as_secs(),
            options.repeats,
            options.connections
        ),
        "Latency counts from the intended send time (open loop), beside the same run's fdatasync of the same folder; every delta, \
         place and stored message of a run is checked, else the run is void."
            .to_owned(),
    ]
}
