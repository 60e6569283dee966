//! The demo on this machine: `run` serves it, `clean-demo` removes its data.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{BufRead, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::workspace::Workspace;

/// Builds what is not up to date, then becomes the server; it seeds the demo and prints the address and the accounts.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let binary = build::build(workspace, "release")?;
    if std::env::var_os("ANAMNESIS_DATA").is_none() {
        let data = workspace.root.join("data");
        // The server's keys will stand in there: nobody else may look in.
        DirBuilder::new().recursive(true).mode(0o700).create(&data).context("making ./data")?;
    }
    let mut server = Command::new(&binary);
    server.arg("serve").args(arguments).current_dir(&workspace.root);
    if std::env::var_os("ANAMNESIS_DEMO").is_none() {
        server.env("ANAMNESIS_DEMO", "1");
    }
    Err(server.exec()).with_context(|| format!("{} does not start", binary.display()))
}

pub(crate) fn clean(workspace: &Workspace, _arguments: &[String]) -> Result<()> {
    let data = workspace.root.join("data");
    if !data.exists() {
        println!("there is no ./data");
        return Ok(());
    }
    print!("Remove {} with all accounts, conversations and keys in it? [y/N] ", data.display());
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if !is_yes(&answer) {
        println!("nothing removed");
        return Ok(());
    }
    remove(&data)?;
    println!("removed");
    Ok(())
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

/// A server holds an exclusive lock on `lock` in its data folder as long as it runs. We hold it while we remove.
fn remove(data: &Path) -> Result<()> {
    let path = data.join("lock");
    let lock = if path.exists() { Some(File::open(&path).context("opening ./data/lock")?) } else { None };
    match lock.as_ref().map_or(Ok(()), File::try_lock) {
        Ok(()) => fs::remove_dir_all(data).with_context(|| format!("removing {}", data.display())),
        Err(TryLockError::WouldBlock) => bail!("a server is using {}; stop it first", data.display()),
        Err(TryLockError::Error(error)) => Err(error).context("locking ./data/lock"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::write(data.join("lock"), "").unwrap();
        (folder, data)
    }

    #[test]
    fn data_that_a_server_holds_stays() {
        let (_folder, data) = data();
        let held = File::open(data.join("lock")).unwrap();
        held.lock().unwrap();
        let error = remove(&data).unwrap_err().to_string();
        assert!(error.contains("stop it first"), "{error}");
        assert!(data.exists());
        drop(held);
        remove(&data).unwrap();
        assert!(!data.exists());
    }

    #[test]
    fn data_without_a_lock_file_can_go() {
        let (_folder, data) = data();
        fs::remove_file(data.join("lock")).unwrap();
        remove(&data).unwrap();
        assert!(!data.exists());
    }

    #[test]
    fn only_yes_is_yes() {
        assert!(is_yes("y\n") && is_yes("YES\n"));
        assert!(!is_yes("\n") && !is_yes("") && !is_yes("no\n") && !is_yes("yeah, no"));
    }
}
