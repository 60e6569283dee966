//! A PostgreSQL of our own for the length of a test run: a cluster in a temporary folder on a free loopback port, ended
//! by its process id.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::process::{self, Running};

pub(crate) const HOW_TO_INSTALL: &str =
    "no PostgreSQL on this machine (on Debian or Ubuntu: `apt-get install postgresql`)";

/// How long a cluster may take to say that it is ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// The folder with `initdb` and `postgres`: Debian's newest, which is not on `PATH`, else the one on `PATH`.
pub(crate) fn find() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.retain(|folder| has_both(folder));
    folders.sort_by_key(|folder| major(folder));
    let on_path = || process::on_path("initdb").and_then(|file| file.parent().map(Path::to_owned));
    folders.pop().or_else(|| on_path().filter(|folder| has_both(folder)))
}

fn has_both(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

/// The 15 of `/usr/lib/postgresql/15/bin`.
fn major(bin: &Path) -> u32 {
    bin.parent().and_then(Path::file_name).and_then(|name| name.to_str()?.parse().ok()).unwrap_or(0)
}

/// A running cluster. Dropping it stops the server, then removes the folder: the fields are in that order.
pub(crate) struct Cluster {
    _server: Running,
    _folder: TempDir,
    port: u16,
}

impl Cluster {
    pub(crate) fn start(bin: &Path) -> Result<Self> {
        let owner = Owner::choose()?;
        let folder = tempfile::Builder::new().prefix("anamnesis-postgres-").tempdir().context("making a folder")?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700))?;
        owner.give(folder.path())?;
        let data = folder.path().join("data");
        let mut initdb = owner.command(&bin.join("initdb"), folder.path());
        initdb.arg("--pgdata").arg(&data).args(["--username", "postgres", "--auth", "trust", "--no-sync"]);
        process::output(initdb.args(["--encoding", "UTF8", "--locale", "C"]))?;

        let port = free_port()?;
        let mut postgres = owner.command(&bin.join("postgres"), folder.path());
        postgres.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        // Tests make a database each and throw it away: nothing here need survive a power cut.
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=400",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "logging_collector=off",
            "log_destination=stderr",
        ] {
            postgres.args(["-c", setting]);
        }
        // A terminal's ctrl-c reaches it too, and means the same there: end at once, connections or not.
        let mut server = Running::start(postgres.stdout(Stdio::null()).stderr(Stdio::piped()))?.stopped_by(Signal::INT);
        wait_until_ready(server.child.stderr.take().expect("standard error was piped"))?;
        Ok(Self { _server: server, _folder: folder, port })
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

/// Reads the log until the server accepts connections, and goes on reading so that it never waits for us.
fn wait_until_ready(log: impl Read + Send + 'static) -> Result<()> {
    let (ready, is_ready) = mpsc::channel();
    std::thread::spawn(move || {
        let mut said = String::new();
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            if line.contains("ready to accept connections") {
                let _ = ready.send(Ok(()));
            }
            if said.len() < 10_000 {
                said = said + &line + "\n";
            }
        }
        let _ = ready.send(Err(said));
    });
    match is_ready.recv_timeout(PATIENCE) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(said)) => bail!("PostgreSQL ended before it was ready:\n{said}"),
        Err(_) => bail!("PostgreSQL was not ready after {} s", PATIENCE.as_secs()),
    }
}

/// A port that was free a moment ago. Someone else may take it first; then PostgreSQL says so and the step fails.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}

/// Who the server runs as. It refuses to run as root, so root takes the user that Debian's package made, else `nobody`.
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn choose() -> Result<Self> {
        if !process::is_root() {
            return Ok(Self(None));
        }
        let users = fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
        let ids = ["postgres", "nobody"].iter().find_map(|name| ids_of(&users, name));
        ensure!(ids.is_some(), "PostgreSQL does not run as root, and there is no user `postgres` or `nobody`");
        Ok(Self(ids))
    }

    fn give(&self, folder: &Path) -> Result<()> {
        let Some((user, group)) = self.0 else { return Ok(()) };
        chown(folder, Some(user), Some(group)).with_context(|| format!("giving {} away", folder.display()))
    }

    /// The program as this user, in a folder that it may enter, without settings of the caller's for another cluster.
    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env("LC_ALL", "C");
        for name in ["PGDATA", "PGPORT", "PGHOST", "PGUSER", "PGOPTIONS"] {
            command.env_remove(name);
        }
        if let Some((user, group)) = self.0 {
            command.gid(group).uid(user);
        }
        command
    }
}

/// User and group of a name in the text of `/etc/passwd`.
fn ids_of(users: &str, name: &str) -> Option<(u32, u32)> {
    let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields[0] == name)?;
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    #[expect(clippy::used_underscore_binding, reason = "the folder is kept only to be removed, but for this test")]
    fn a_cluster_answers_and_leaves_nothing_behind() {
        let Some(bin) = find() else {
            println!("skipped: {HOW_TO_INSTALL}");
            return;
        };
        let cluster = Cluster::start(&bin).unwrap();
        let (folder, port) = (cluster._folder.path().to_owned(), cluster.port);
        assert!(cluster.url().contains(&port.to_string()));
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        drop(cluster);
        assert!(!folder.exists(), "the folder is still there");
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err(), "the server is still there");
    }

    #[test]
    fn a_server_that_ends_early_is_an_error_with_its_own_words() {
        let error = wait_until_ready("FATAL: could not bind\n".as_bytes()).unwrap_err().to_string();
        assert!(error.contains("could not bind"), "{error}");
    }

    #[test]
    fn user_and_group_are_read_from_the_list_of_users() {
        let users = "games:x:5:60:games:/usr/games:/usr/sbin/nologin\npostgres:x:107:115:admin,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(ids_of(users, "postgres"), Some((107, 115)));
        assert_eq!(ids_of(users, "post"), None);
    }

    #[test]
    fn the_newest_version_is_told_by_number() {
        assert!(major(Path::new("/usr/lib/postgresql/15/bin")) > major(Path::new("/usr/lib/postgresql/9/bin")));
    }
}
