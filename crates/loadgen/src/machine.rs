//! What the machine says of a process, and which core it runs on. Linux: `/proc`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context;

/// The CPU time of a process with all its threads, those that ended included.
pub fn cpu_time(pid: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let ticks = ticks_of(&stat).context("/proc/PID/stat has another form than expected")?;
    let per_second = rustix::param::clock_ticks_per_second();
    Ok(Duration::from_nanos(ticks.saturating_mul(1_000_000_000 / per_second.max(1))))
}

/// `utime + stime`, fields 14 and 15. The name before them is in brackets and may hold spaces and brackets.
fn ticks_of(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// The resident memory of a process, in bytes.
pub fn resident_bytes(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    resident_of(&status).context("/proc/PID/status has no VmRSS")
}

fn resident_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Whether processes can be pinned: there are two cores and `taskset`.
pub fn can_pin() -> bool {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join("taskset").is_file()));
    cores >= 2 && found
}

/// The command that runs `bin` on one core, or anywhere.
pub fn on_core(bin: &Path, core: Option<usize>) -> Command {
    match core {
        None => Command::new(bin),
        Some(core) => {
            // taskset becomes the command, so the process id stays the one that was started.
            let mut command = Command::new("taskset");
            command.arg("-c").arg(core.to_string()).arg(bin);
            command
        }
    }
}

/// Moves this process, with every thread it has, to one core.
pub fn pin_self(core: usize) -> anyhow::Result<()> {
    let status = Command::new("taskset")
        .args(["-a", "-c", "-p", &core.to_string(), &std::process::id().to_string()])
        .stdout(Stdio::null())
        .status()
        .context("taskset can't be run")?;
    anyhow::ensure!(status.success(), "taskset refused to pin this process to core {core}");
    Ok(())
}

/// Raises the limit of open files to what is allowed; children inherit it.
pub fn raise_file_limit() -> u64 {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if setrlimit(Resource::Nofile, limit).is_err() {
        limit = getrlimit(Resource::Nofile);
    }
    limit.current.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_behind_a_name_with_brackets() {
        let stat = "42 (a (odd) name) S 1 42 42 0 -1 4194304 500 0 0 0 120 30 0 0 20 0 5 0 900 1 2 3";
        assert_eq!(ticks_of(stat), Some(150));
        assert_eq!(ticks_of("42 nothing"), None);
    }

    #[test]
    fn memory_is_read_in_bytes() {
        assert_eq!(resident_of("Name:\tx\nVmRSS:\t    2048 kB\nThreads:\t1\n"), Some(2 * 1024 * 1024));
        assert_eq!(resident_of("Name:\tx\n"), None);
    }

    #[test]
    fn this_process_can_be_looked_at() {
        assert!(resident_bytes(std::process::id()).unwrap() > 0);
        assert!(cpu_time(std::process::id()).is_ok());
    }
}
