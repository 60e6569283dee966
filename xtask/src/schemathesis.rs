//! The API against its own description: schemathesis asks a demo server what `/api/openapi.json` allows, and what it
//! does not. What it asks, as whom and how much, is in `xtask/schemathesis/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::counts::Counts;
use crate::e2e::Server;
use crate::report::Outcome;
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;
use crate::{build, process};

pub(crate) fn habit(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    match run(workspace, arguments)? {
        Outcome::Passed(_) => Ok(()),
        Outcome::Failed(_) => bail!("the server and its description differ"),
        Outcome::Skipped(why) => bail!("schemathesis did not run: {why}"),
    }
}

/// Installs it where it is not yet, builds, starts a server and asks, with these arguments besides.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<Outcome> {
    let folder = workspace.root.join("xtask/schemathesis");
    let python = match python(workspace, &folder.join("requirements.txt"))? {
        Ok(python) => python,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    let binary = build::build(workspace, "release")?;
    let server = Server::start(&binary)?;
    let mut command = Command::new(python);
    command.arg(folder.join("run.py")).arg(server.address()).arg(server.data()).arg(&binary).args(arguments);
    // It writes what it learns of a run beside itself; that is of no use to the next.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    let (status, _) = process::tee(&mut command)?;
    if status.success() {
        return Ok(Outcome::Passed(Counts::default()));
    }
    eprintln!("the last that the server said:\n{}", server.last_words());
    Ok(Outcome::Failed(Counts::default()))
}

/// The Python of a folder of its own below `target/` with the pinned version in it; why not, where it can't be had.
fn python(workspace: &Workspace, requirements: &Path) -> Result<Result<PathBuf, String>> {
    let Some(system) = process::on_path("python3") else {
        return Ok(Err("no Python: install `python3` with `venv` (Debian: `apt-get install python3-venv`)".into()));
    };
    let folder = workspace.scratch().join("schemathesis");
    let (python, stamp) = (folder.join("bin/python"), Stamp::of(&workspace.scratch(), "schemathesis"));
    let inputs = Inputs::new("schemathesis 1").content(requirements)?.digest();
    let outputs = [folder.join("bin/schemathesis")];
    if stamp.holds(&inputs, &outputs) {
        return Ok(Ok(python));
    }
    if let Err(error) = process::run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&folder)) {
        return Ok(Err(format!("no folder for its packages could be made ({error:#}); is `python3-venv` installed?")));
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(requirements);
    if let Err(error) = process::run(&mut pip) {
        return Ok(Err(format!("its packages could not be installed ({error:#})")));
    }
    stamp.set(&inputs, &outputs)?;
    Ok(Ok(python))
}
