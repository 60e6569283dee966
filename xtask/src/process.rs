//! Running other programs: with their output shown, kept, or both, and never left behind.
//!
//! On ctrl-c (or a polite kill) the children are asked to end; the habit then sees them fail and unwinds, so that every
//! guard on the way stops its service and removes its folder.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// The process ids of the children that are not yet waited for.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// From now on ctrl-c ends the children first. With none running there is nothing to clean up, so it ends us at once.
pub(crate) fn watch_interrupts() {
    let handler = || {
        INTERRUPTED.store(true, Ordering::SeqCst);
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_empty() {
            std::process::exit(130);
        }
        for id in running.iter() {
            send(*id, Signal::TERM);
        }
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        eprintln!("ctrl-c will not clean up: {error}");
    }
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Runs a program to its end with our own input and output.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = Running::start(command)?.wait()?;
    check(command, status)
}

/// Runs a program to its end and gives what it printed; what it says on standard error is shown.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let mut running = Running::start(command.stdout(Stdio::piped()))?;
    let mut text = String::new();
    let mut stdout = running.child.stdout.take().expect("standard output was piped");
    stdout.read_to_string(&mut text).with_context(|| format!("reading from {}", name(command)))?;
    let status = running.wait()?;
    check(command, status)?;
    Ok(text)
}

/// Runs a program to its end, shows both its outputs as they come, and gives them as one text beside its status.
pub(crate) fn tee(command: &mut Command) -> Result<(ExitStatus, String)> {
    let mut running = Running::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let stdout = running.child.stdout.take().expect("standard output was piped");
    let stderr = running.child.stderr.take().expect("standard error was piped");
    let text = Mutex::new(String::new());
    std::thread::scope(|scope| {
        scope.spawn(|| copy_lines(stdout, std::io::stdout(), &text));
        scope.spawn(|| copy_lines(stderr, std::io::stderr(), &text));
    });
    let status = running.wait()?;
    Ok((status, text.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// A line that can't be shown (a closed terminal) is still kept: the counts depend on it.
fn copy_lines(from: impl Read, mut to: impl Write, text: &Mutex<String>) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        let _ = to.write_all(&line);
        text.lock().unwrap_or_else(PoisonError::into_inner).push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
}

fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if interrupted() {
        bail!("interrupted");
    }
    if !status.success() {
        bail!("{} ended with {status}", name(command));
    }
    Ok(())
}

/// The program and its first argument: enough to know which call it was.
fn name(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let program = program.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    command.get_args().next().map_or_else(|| program.clone(), |first| format!("{program} {}", first.to_string_lossy()))
}

/// The first file of this name in a folder of `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path: OsString = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Whether we may install packages and change the owner of files.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A child that does not outlive this value.
pub(crate) struct Running {
    pub(crate) child: Child,
    /// How the program is asked to end when it is still running at the end of this value.
    stop_signal: Signal,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("{} does not start", name(command)))?;
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).push(child.id());
        Ok(Self { child, stop_signal: Signal::TERM })
    }

    pub(crate) fn stopped_by(mut self, signal: Signal) -> Self {
        self.stop_signal = signal;
        self
    }

    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().context("waiting for a child");
        self.forget();
        status
    }

    /// Asks the program to end, and insists after ten seconds.
    fn stop(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(10);
        send(self.child.id(), self.stop_signal);
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(10)),
                Ok(Some(_)) | Err(_) => return,
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn forget(&self) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).retain(|id| *id != self.child.id());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.stop();
        }
        self.forget();
    }
}

/// A child that has ended meanwhile is not an error.
fn send(id: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_that_is_shown_is_also_kept() {
        let (status, text) = tee(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"])).unwrap();
        assert_eq!(status.code(), Some(3));
        let mut lines: Vec<_> = text.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["err", "out"]);
    }

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let error = output(Command::new("sh").args(["-c", "exit 7"])).unwrap_err().to_string();
        assert!(error.contains("sh -c") && error.contains('7'), "{error}");
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error_that_names_it() {
        let error = run(&mut Command::new("no-such-program-here")).unwrap_err().to_string();
        assert!(error.contains("no-such-program-here"), "{error}");
    }

    #[test]
    fn a_child_ends_with_its_guard() {
        let running = Running::start(Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null())).unwrap();
        let id = running.child.id();
        drop(running);
        let pid = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
        assert!(rustix::process::test_kill_process(pid).is_err(), "the child is still there");
        assert!(!RUNNING.lock().unwrap().contains(&id));
    }
}
