//! Python with the packages that tests use: schemathesis, and a WebSocket client that is not ours.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

/// The Python of a folder of its own below `target/` with the pinned packages in it; why not, where it can't be had.
pub(crate) fn find_or_install(workspace: &Workspace) -> Result<Result<PathBuf, String>> {
    let Some(system) = process::on_path("python3") else {
        return Ok(Err("no Python: install `python3` with `venv` (Debian: `apt-get install python3-venv`)".into()));
    };
    let requirements = workspace.root.join("xtask/python/requirements.txt");
    let folder = workspace.scratch().join("python");
    let (python, stamp) = (folder.join("bin/python"), Stamp::of(&workspace.scratch(), "python"));
    let inputs = Inputs::new("python 1").content(&requirements)?.digest();
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
