//! The packages of `end2end/`, from npm: Playwright for the browser tests, and `binaryen`, whose wasm-opt the build uses.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::progress::Done;
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

/// Installs what the lock file says, when it has changed. Fails where there is no Node.
pub(crate) fn install(workspace: &Workspace) -> Result<Done> {
    let end2end = workspace.end2end();
    let Some(npm) = process::on_path("npm").filter(|_| process::on_path("node").is_some()) else {
        bail!("no Node: install `node` and `npm` (version 20 or later), https://nodejs.org");
    };
    let stamp = Stamp::of(&workspace.scratch(), "npm");
    let lock = end2end.join("package-lock.json");
    let inputs = Inputs::new("npm 1").content(&end2end.join("package.json"))?.content(&lock)?.digest();
    // npm writes this file last of all.
    let outputs = [end2end.join("node_modules/.package-lock.json")];
    if stamp.holds(&inputs, &outputs) {
        return Ok(Done::Unchanged);
    }
    let verb = if lock.is_file() { "ci" } else { "install" };
    let mut command = Command::new(npm);
    command.args([verb, "--no-audit", "--no-fund"]).current_dir(&end2end);
    // The browser is the system's; see `browser`.
    process::run(command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    stamp.set(&inputs, &outputs)?;
    Ok(Done::Made("npm packages installed".into()))
}
