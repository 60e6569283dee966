//! What an operator sees: the routes as a whole, health and metrics, headers, the binary from start to stop.

mod alone;
mod bodies;
mod command_line;
mod description;
mod endpoints;
mod functions;
mod headers;
mod routes;
mod start;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The real binary, without settings of whoever runs the tests.
fn binary() -> Command {
    at(Path::new(env!("CARGO_BIN_EXE_anamnesis")))
}

fn at(program: &Path) -> Command {
    let mut command = Command::new(program);
    let ours = |name: &str| name.starts_with("ANAMNESIS_") || name == "DATABASE_URL";
    for (name, _) in std::env::vars().filter(|(name, _)| ours(name)) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// An empty folder to run in, and to keep data in.
fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Runs the binary in an empty folder to its end.
fn run(arguments: &[&str]) -> Output {
    let folder = folder();
    binary().args(arguments).current_dir(folder.path()).output().expect("the binary runs")
}

/// What a program said, as text.
fn words(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}
