//! `loadgen floor | bench | kill`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use loadgen::bench::{self, Options, Part};
use loadgen::floor::Floor;

#[derive(Debug, Parser)]
#[command(about = "Load on the real binary: benchmarks, and kills with a count of what was lost")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The machine's own times: loopback round trip, fdatasync.
    Floor {
        /// The folder whose disk is measured.
        #[arg(default_value_os_t = std::env::temp_dir())]
        folder: PathBuf,
        /// How many of each.
        #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
        count: u32,
    },
    /// Ack latency, throughput, streams, idle connections, restart.
    Bench(Bench),
    /// kill -9 under load, again and again; fails when anything acknowledged is lost.
    Kill {
        /// The server's binary.
        #[arg(long, env = "ANAMNESIS_BIN", default_value = "target/release/anamnesis")]
        bin: PathBuf,
        /// How many kills.
        #[arg(long, default_value_t = 20)]
        rounds: u32,
    },
}

#[derive(Debug, Args)]
struct Bench {
    /// The server's binary.
    #[arg(long, env = "ANAMNESIS_BIN", default_value = "target/release/anamnesis")]
    bin: PathBuf,
    /// Where data folders are made; decides which disk is measured.
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    folder: PathBuf,
    /// Measured seconds of each part.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Seconds before them that aren't counted.
    #[arg(long, default_value_t = 3)]
    warmup: u64,
    /// Busy connections, each with a conversation.
    #[arg(long, default_value_t = 64, value_parser = 1..=10_000)]
    connections: i64,
    /// How often everything is measured.
    #[arg(long, default_value_t = 5, value_parser = 1..=100)]
    repeats: i64,
    /// One short repeat: to see that it runs, not to judge by.
    #[arg(long, conflicts_with = "full")]
    quick: bool,
    /// 10,000 idle connections, 1,000 streams and 1,000 clients at the restart.
    #[arg(long)]
    full: bool,
    /// These parts only, with commas between.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// One JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

impl Bench {
    fn options(self) -> anyhow::Result<Options> {
        let (streams, idle, restart) = match (self.quick, self.full) {
            (true, _) => (32, 500, 32),
            (_, true) => (1_000, 10_000, 1_000),
            _ => (200, 2_000, 200),
        };
        let (seconds, warmup, repeats) = if self.quick { (2, 1, 1) } else { (self.seconds, self.warmup, self.repeats) };
        let parts = if self.only.is_empty() { Part::ALL.to_vec() } else { self.only };
        Ok(Options {
            parts,
            bin: self.bin,
            folder: self.folder,
            measured: Duration::from_secs(seconds),
            warm_up: Duration::from_secs(warmup),
            connections: usize::try_from(self.connections)?,
            repeats: usize::try_from(repeats)?,
            rates: vec![200, 1_000],
            streams,
            idle,
            restart,
            json: self.json,
        })
    }
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    // One thread: the generator has one core, and the clock is looked at between frames.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(run_or_stop(command)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("loadgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Ended by a signal, too, the server that was started ends with us, and its data goes away.
async fn run_or_stop(command: Command) -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        done = run(command) => done,
        _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
        _ = terminate.recv() => anyhow::bail!("terminated"),
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Floor { folder, count } => {
            let floor = Floor::measure(&folder, count).await?;
            println!("{floor}\n{}", serde_json::to_string(&floor)?);
            Ok(())
        }
        Command::Bench(bench) => bench::run(&bench.options()?).await,
        Command::Kill { bin, rounds } => {
            let told =
                loadgen::kill_rounds(&bin, rounds, loadgen::kill::FINISH_MAX, |round| println!("{round}")).await?;
            let violations: usize = told.iter().map(|round| round.violations.len()).sum();
            let acknowledged: usize = told.iter().map(|round| round.acknowledged).sum();
            println!("{} kills, {acknowledged} questions acknowledged, {violations} violations", told.len());
            anyhow::ensure!(violations == 0, "{violations} violations");
            Ok(())
        }
    }
}
