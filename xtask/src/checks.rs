//! What `test` and `lint` run, the cheap first: a person learns of a missing space before a browser is started.

use std::env;
use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::counts::Counts;
use crate::report::{Outcome, Report};
use crate::stamp::files_below;
use crate::workspace::{DEV, WASM_TARGET, Workspace};
use crate::{e2e, postgres, process, schemathesis, wasm};

/// Names a real language model to the tests of models (`server/tests/models/llama.rs`).
const LLAMA: &str = "ANAMNESIS_TEST_LLAMA";

pub(crate) fn fmt(workspace: &Workspace, _arguments: &[String]) -> Result<()> {
    process::run(workspace.cargo().args(["fmt", "--all"]))
}

pub(crate) fn lint(workspace: &Workspace, _arguments: &[String]) -> Result<()> {
    let mut report = Report::default();
    lint_steps(workspace, &mut report);
    report.finish()
}

pub(crate) fn test(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let filter = arguments.first().map(String::as_str);
    let mut report = Report::default();
    if filter.is_none() {
        lint_steps(workspace, &mut report);
    }
    let runner = Runner { workspace, filter };
    // By itself, with the features that it was just built with: together with the others it would be built twice.
    report.step("tests of xtask", || runner.run(&["--package", "xtask"], None));
    report.step("tests (SQLite)", || runner.run(&["--workspace", "--exclude", "xtask"], None));
    report.step("examples in docs", || runner.run_doc_tests());
    report.step("tests (PostgreSQL)", || on_postgres(&runner));
    if filter.is_none_or(|filter| browser_tests_mention(workspace, filter)) {
        let grep = filter.map(|filter| ["--grep".to_owned(), filter.to_owned()]);
        report.step("browser tests", || e2e::run(workspace, DEV, grep.as_ref().map_or(&[], |grep| &grep[..])));
    }
    if filter.is_none() {
        if env::var_os(LLAMA).is_none() {
            let why = format!("{LLAMA} names no llama.cpp server and model (CONTRIBUTING.md, “A language model”)");
            report.step("a real language model", || Ok(Outcome::Skipped(why)));
        }
        report.step("schemathesis", || schemathesis::run(workspace, &[]));
    }
    report.finish()
}

fn lint_steps(workspace: &Workspace, report: &mut Report) {
    let cargo = |arguments: &[&str]| {
        let mut cargo = workspace.cargo();
        cargo.args(arguments);
        cargo
    };
    report.step("format", || passes(&mut cargo(&["fmt", "--all", "--check"])));
    report.step("clippy (native)", || {
        passes(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    report.step("clippy (wasm)", || {
        wasm::ensure_target()?;
        let frontend = ["clippy", "--package", "frontend", "--target", WASM_TARGET, "--features", "hydrate"];
        passes(cargo(&frontend).args(["--", "-D", "warnings"]))
    });
    report.step("docs", || passes(cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings")));
}

/// A check that is not a test: the program says itself what is wrong.
fn passes(command: &mut Command) -> Result<Outcome> {
    process::run(command).map(|()| Outcome::Passed(Counts::default()))
}

fn on_postgres(runner: &Runner) -> Result<Outcome> {
    let Some(bin) = postgres::find() else {
        return Ok(Outcome::Skipped(postgres::HOW_TO_INSTALL.into()));
    };
    let cluster = postgres::Cluster::start(&bin)?;
    // The tests of the crate's parts and of its engines know no database; nor do those of how frames look and when they
    // come, which are most of the time.
    let mut arguments = vec!["--workspace", "--exclude", "xtask", "--test", "api", "--"];
    for part in FRAMES {
        arguments.extend(["--skip", part]);
    }
    runner.run(&arguments, Some(&cluster.url()))
}

/// What is about frames alone, by the names of their tests.
const FRAMES: [&str; 12] = [
    "realtime::admission",
    "realtime::devices",
    "realtime::forms",
    "realtime::offsets",
    "realtime::plain",
    "realtime::pressure",
    "realtime::refusals",
    "realtime::regenerate",
    "realtime::several",
    "realtime::stop",
    "realtime::turn",
    "realtime::wire",
];

/// With a filter the browser tests, which want a build of the browser app, run only if one of them may be meant.
fn browser_tests_mention(workspace: &Workspace, filter: &str) -> bool {
    let files = files_below(&workspace.end2end().join("tests"), &|_| true).unwrap_or_default();
    files.iter().any(|file| fs::read_to_string(file).is_ok_and(|text| text.contains(filter)))
}

/// The tests of Rust. All of a binary's in one process, which reads the library once for all: a process for each test
/// takes five times as long.
struct Runner<'a> {
    workspace: &'a Workspace,
    filter: Option<&'a str>,
}

impl Runner<'_> {
    /// Runs the tests of these packages (always all but xtask where it is about the product, so that none is compiled
    /// twice with other features); with a database's address, on that database.
    fn run(&self, packages: &[&str], database: Option<&str>) -> Result<Outcome> {
        let mut cargo = self.workspace.cargo();
        cargo.args(["test", "--no-fail-fast"]);
        if !packages.contains(&"--test") {
            // Without benchmarks, which are for `cargo xtask bench`; examples are compiled by clippy.
            cargo.arg("--tests");
        }
        cargo.args(packages).args(self.filter);
        if let Some(url) = database {
            cargo.env("ANAMNESIS_TEST_DATABASE_URL", url);
        }
        counted(&mut cargo)
    }

    fn run_doc_tests(&self) -> Result<Outcome> {
        let mut cargo = self.workspace.cargo();
        cargo.args(["test", "--doc", "--no-fail-fast", "--workspace", "--exclude", "xtask", "--exclude", "frontend"]);
        counted(cargo.args(self.filter))
    }
}

fn counted(command: &mut Command) -> Result<Outcome> {
    let (status, printed) = process::tee(command)?;
    let counts = Counts::from_libtest(&printed);
    Ok(if status.success() { Outcome::Passed(counts) } else { Outcome::Failed(counts) })
}
