//! The API against its own description: schemathesis asks a demo server what `/api/openapi.json` allows, and what it
//! does not. What it asks, as whom and how much, is in `xtask/schemathesis/`.

use std::process::Command;

use anyhow::{Result, bail};

use crate::counts::Counts;
use crate::e2e::Server;
use crate::report::Outcome;
use crate::workspace::{DEV, Workspace};
use crate::{build, process, python};

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
    let python = match python::find_or_install(workspace)? {
        Ok(python) => python,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    let binary = build::build(workspace, DEV)?;
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
