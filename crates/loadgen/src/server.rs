//! The process under test.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::machine;

/// How long a start may take.
const START_MAX: Duration = Duration::from_mins(1);
const LISTENING: &str = "listening on http://";

/// How to start the binary. Settings that the caller's own environment holds are kept away from it.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The binary.
    pub bin: PathBuf,
    /// Its data folder.
    pub data: PathBuf,
    /// Its settings, by the name of the variable; these win over the defaults here.
    pub env: Vec<(String, String)>,
    /// The core it is to stay on.
    pub core: Option<usize>,
}

impl Setup {
    /// Loopback, any free port, no demo accounts, no rate limits.
    pub fn new(bin: &Path, data: &Path) -> Self {
        Self { bin: bin.to_owned(), data: data.to_owned(), env: Vec::new(), core: None }
    }

    /// With one more setting.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    fn command(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let bin = self.bin.canonicalize().with_context(|| format!("no server binary at {}", self.bin.display()))?;
        let mut command = machine::on_core(&bin, self.core);
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_setting(name)) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            // Elsewhere than at a Leptos.toml, which would be read.
            .current_dir(self.data.parent().unwrap_or(&self.data))
            .env("ANAMNESIS_ADDR", "127.0.0.1:0")
            .env("ANAMNESIS_DATA", &self.data)
            .env("ANAMNESIS_DEMO", "0")
            .env("ANAMNESIS_LIMITS", "off")
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        Ok(command.into())
    }

    /// Starts it and waits until it listens.
    pub async fn start(&self) -> anyhow::Result<Server> {
        let log = self.data.with_extension("log");
        let errors = std::fs::File::options().create(true).append(true).open(&log)?;
        let begun = Instant::now();
        let mut child = self
            .command(&["serve"])?
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .context("the server can't be started")?;
        let mut lines = BufReader::new(child.stdout.take().context("stdout was asked for")?).lines();
        let addr = match timeout(START_MAX, address(&mut lines)).await {
            Ok(Ok(addr)) => addr,
            failed => {
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                let why = failed.map_or_else(|_| "it took too long".to_owned(), |result| format!("{result:?}"));
                anyhow::bail!("the server did not start ({why}):\n{said}");
            }
        };
        // What it says later is read and dropped, so that it never waits for room in the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Server { child, addr, begun, started_in: begun.elapsed(), setup: self.clone() })
    }

    /// Runs `anamnesis audit verify` on the data; what it says where the trail does not hold is the error.
    pub async fn audit_verify(&self) -> anyhow::Result<()> {
        let output = self.command(&["audit", "verify"])?.stdin(Stdio::null()).output().await?;
        let said = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "`audit verify` failed: {}", said.trim());
        Ok(())
    }
}

fn is_setting(name: &OsString) -> bool {
    name == "DATABASE_URL" || name.to_str().is_some_and(|name| name.starts_with("ANAMNESIS_"))
}

async fn address<R: AsyncRead + Unpin>(lines: &mut Lines<BufReader<R>>) -> anyhow::Result<SocketAddr> {
    while let Some(line) = lines.next_line().await? {
        if let Some(at) = line.strip_prefix(LISTENING) {
            return at.trim().parse().with_context(|| format!("`{at}` is not an address"));
        }
    }
    anyhow::bail!("it ended before it listened")
}

/// A running server. Dropped, it is killed.
#[derive(Debug)]
pub struct Server {
    child: Child,
    addr: SocketAddr,
    begun: Instant,
    started_in: Duration,
    setup: Setup,
}

impl Server {
    /// Starts the binary on a data folder, with settings by the name of their variable.
    pub async fn start(bin: &Path, data: &Path, env: &[(&str, &str)]) -> anyhow::Result<Self> {
        let setup = Setup::new(bin, data);
        env.iter().fold(setup, |setup, (name, value)| setup.with(name, *value)).start().await
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// When its process was asked for.
    pub fn begun(&self) -> Instant {
        self.begun
    }

    /// From then until it listened.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// How it was started.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Its process id.
    pub fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("the server has ended")
    }

    /// The folder that its letters are in.
    pub fn outbox(&self) -> PathBuf {
        self.setup.data.join("outbox")
    }

    /// kill -9, and waits until it is gone. Gives back how to start it again on the same data and address.
    pub async fn kill(mut self) -> anyhow::Result<Setup> {
        anyhow::ensure!(self.child.try_wait()?.is_none(), "the server ended by itself before it was killed");
        self.child.kill().await?;
        Ok(self.setup.clone().with("ANAMNESIS_ADDR", self.addr.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn program(folder: &Path, lines: &str) -> PathBuf {
        let path = folder.join("program");
        std::fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[tokio::test]
    async fn the_address_is_read_from_the_line_that_says_it_listens() {
        let folder = tempfile::tempdir().unwrap();
        let bin =
            program(folder.path(), "echo a line before; echo listening on http://127.0.0.1:4711; exec cat /dev/zero");
        let server = Server::start(&bin, &folder.path().join("data"), &[]).await.unwrap();
        assert_eq!(server.addr().port(), 4711);
        let again = server.kill().await.unwrap();
        assert_eq!(again.env, [("ANAMNESIS_ADDR".to_owned(), "127.0.0.1:4711".to_owned())]);
    }

    #[tokio::test]
    async fn a_server_that_does_not_start_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let bin = program(folder.path(), "echo the port is taken >&2; exit 1");
        let error = Server::start(&bin, &folder.path().join("data"), &[]).await.unwrap_err();
        assert!(error.to_string().contains("the port is taken"), "{error}");
    }

    #[tokio::test]
    async fn a_trail_that_does_not_hold_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let bin = program(folder.path(), r#"[ "$1 $2" = "audit verify" ] || exit 3; echo chain main >&2; exit 1"#);
        let error = Setup::new(&bin, &folder.path().join("data")).audit_verify().await.unwrap_err();
        assert!(error.to_string().contains("chain main"), "{error}");
    }
}
