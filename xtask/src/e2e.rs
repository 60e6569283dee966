//! Browser tests: the built binary on a free port with a data folder of its own, and Playwright against it.

use std::fs::File;
use std::io::{BufRead, BufReader, PipeReader, Write, pipe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::counts::Counts;
use crate::process::Running;
use crate::report::Outcome;
use crate::workspace::{DEV, Workspace};
use crate::{browser, build, node, process, python};

/// How long the server may take to listen: it seeds the demo first.
const PATIENCE: Duration = Duration::from_mins(1);
const LISTENING: &str = "listening on ";

pub(crate) fn habit(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let (profile, arguments) = match arguments {
        [flag, profile, rest @ ..] if flag == "--profile" => (profile.as_str(), rest),
        _ => (DEV, arguments),
    };
    match run(workspace, profile, arguments)? {
        Outcome::Passed(_) => Ok(()),
        Outcome::Failed(_) => bail!("browser tests failed"),
        Outcome::Skipped(why) => bail!("browser tests did not run: {why}"),
    }
}

/// Builds, finds a browser, starts a server, and runs Playwright with these arguments.
pub(crate) fn run(workspace: &Workspace, profile: &str, arguments: &[String]) -> Result<Outcome> {
    let chromium = browser::find_or_install()?;
    let binary = build::build(workspace, profile)?;
    node::install(workspace).context("the packages of end2end")?;
    let server = Server::start(&binary)?;
    let playwright = workspace.end2end().join("node_modules/.bin/playwright");
    let mut command = Command::new(playwright);
    command.current_dir(workspace.end2end()).arg("test").args(arguments);
    command.env("E2E_BASE_URL", &server.address).env("E2E_DATA", server.data());
    command.env("CHROMIUM_PATH", chromium).env("ANAMNESIS_BIN", binary);
    match python::find_or_install(workspace)? {
        Ok(python) => drop(command.env("PYTHON", python)),
        Err(why) => eprintln!("clients in Python are not tested: {why}"),
    }
    let (status, printed) = process::tee(&mut command)?;
    let counts = Counts::from_playwright(&printed);
    if status.success() {
        return Ok(Outcome::Passed(counts));
    }
    eprintln!("the last that the server said:\n{}", server.last_words());
    Ok(Outcome::Failed(counts))
}

/// A server of the built binary; it ends, and its data go, with this value.
pub(crate) struct Server {
    _process: Running,
    folder: TempDir,
    address: String,
}

impl Server {
    pub(crate) fn start(binary: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("anamnesis-e2e-").tempdir().context("making a folder")?;
        let (output, input) = pipe().context("making a pipe")?;
        let mut command = Command::new(binary);
        command.arg("serve").current_dir(folder.path()).stdin(Stdio::null());
        command.stdout(input.try_clone()?).stderr(input);
        for (name, _) in std::env::vars_os() {
            // The person's own settings are not the tests'.
            if name.to_string_lossy().starts_with("ANAMNESIS_") || name == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        command.env("ANAMNESIS_ADDR", "127.0.0.1:0").env("ANAMNESIS_DATA", folder.path().join("data"));
        command.env("ANAMNESIS_DEMO", "1").env("ANAMNESIS_LIMITS", "off");
        let process = Running::start(&mut command)?;
        // Our own copies of the pipe's writing end must go, or its reading end never ends.
        drop(command);
        let log = File::create(folder.path().join("server.log")).context("making the server's log")?;
        let address = wait_for_address(output, log)?;
        Ok(Self { _process: process, folder, address })
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

/// Copies what the server says into its log, and gives the address as soon as it names it.
fn wait_for_address(output: PipeReader, mut log: File) -> Result<String> {
    let (found, address) = mpsc::channel();
    std::thread::spawn(move || {
        let mut said = String::new();
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = writeln!(log, "{line}");
            if let Some(address) = address_in(&line) {
                let _ = found.send(Ok(address.to_owned()));
            }
            if said.len() < 10_000 {
                said = said + &line + "\n";
            }
        }
        let _ = found.send(Err(said));
    });
    match address.recv_timeout(PATIENCE) {
        Ok(Ok(address)) => Ok(address),
        Ok(Err(said)) => bail!("the server ended before it listened:\n{said}"),
        Err(_) => bail!("the server did not listen within {} s", PATIENCE.as_secs()),
    }
}

/// The address in `listening on http://127.0.0.1:41234`.
fn address_in(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(LISTENING)?;
    let address = rest.split_whitespace().next()?;
    address.starts_with("http://").then(|| address.trim_end_matches(['/', '"', ',']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_servers_line() {
        assert_eq!(address_in("listening on http://127.0.0.1:41234"), Some("http://127.0.0.1:41234"));
        assert_eq!(
            address_in("INFO serve: listening on http://127.0.0.1:41234/ (demo)"),
            Some("http://127.0.0.1:41234")
        );
        assert_eq!(address_in("listening on a socket"), None);
        assert_eq!(address_in("demo accounts:"), None);
    }

    #[test]
    fn a_server_that_ends_early_is_an_error_with_its_own_words() {
        let (output, mut input) = pipe().unwrap();
        input.write_all(b"the port is taken\n").unwrap();
        drop(input);
        let error = wait_for_address(output, tempfile::tempfile().unwrap()).unwrap_err().to_string();
        assert!(error.contains("the port is taken"), "{error}");
    }
}
