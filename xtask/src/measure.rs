//! Figures: how fast the built binary is, how well questions are found, and how much of the code the tests reach.

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{build, packages, process};

pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let binary = build::build(workspace, "release")?;
    let mut cargo = workspace.cargo();
    cargo.args(["run", "--release", "--package", "loadgen", "--", "bench"]).args(arguments);
    process::run(cargo.env("ANAMNESIS_BIN", binary))?;
    process::run(workspace.cargo().args(["bench", "--package", "knowledge", "--bench", "retrieval"]))?;
    process::run(workspace.cargo().args(["bench", "--package", "clinical", "--bench", "engines"]))?;
    process::run(workspace.cargo().args(["bench", "--package", "clinical", "--bench", "choice"]))
}

pub(crate) fn coverage(workspace: &Workspace, _arguments: &[String]) -> Result<()> {
    if !packages::cargo_has(workspace, "llvm-cov") {
        bail!("install it first: `cargo install cargo-llvm-cov --locked` and `rustup component add llvm-tools`");
    }
    process::run(workspace.cargo().args(["llvm-cov", "--workspace", "--exclude", "xtask", "--html"]))
}
