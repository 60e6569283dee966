//! Reads a document in a process of its own: this same program, called with `read-document`.
//!
//! A parser of other people's files may loop, fill memory or overflow its stack, and a thread can't be ended. A process
//! can: it has a limit of memory and of time, may write no file, gets no environment and so no secret, and says what it
//! read over a pipe.

use std::io::{BufRead as _, Read as _};
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use documents::{Document, Kind, Limits, Unreadable};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use crate::config::Settings;

/// How it is called.
pub const COMMAND: &str = "read-document";
/// The stack of whatever reads.
const STACK: usize = 16 << 20;
/// What the allocator of whatever reads takes at once, in KiB.
const ARENA_KIB: &str = "16384";
/// What the program itself may take of addresses beside the memory that it reads with.
const PROGRAM_BYTES: u64 = 1 << 30;
/// JSON of a text is at most so much longer than the text, places and headings included.
const JSON_FACTOR: u64 = 12;

/// What is to be read, on the first line of its input; the file follows.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    kind: Kind,
    bytes: usize,
    limits: Limits,
    memory: u64,
    seconds: u64,
}

/// A line of what it says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    /// So many of so many pages are done.
    At(u32, u32),
    /// It is read.
    Read(Document),
    /// It can't be.
    Refused(Unreadable),
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// Because of the file.
    #[error(transparent)]
    File(#[from] Unreadable),
    /// Reading it took more time or memory than is allowed, or ended in the middle.
    #[error("{0}")]
    Ended(&'static str),
    /// Because of us.
    #[error("the reader could not be started: {0}")]
    Ours(std::io::Error),
}

/// The limits of the settings.
pub(super) fn limits(settings: &Settings) -> Limits {
    Limits {
        pages: settings.document_pages,
        unpacked_bytes: settings.document_unpacked_bytes,
        text_bytes: settings.document_text_bytes,
        pixels: settings.document_pixels,
        ..Limits::default()
    }
}

/// Reads a document; `told` hears how many of how many pages are done.
pub(super) async fn read(
    settings: &Settings,
    kind: Kind,
    bytes: &[u8],
    told: impl FnMut(u32, u32),
) -> Result<Document, Fault> {
    const LATE: Fault =
        Fault::Ended("This document took too long to read. Upload the part that matters, or save it anew.");
    match tokio::time::timeout(settings.document_time, run(settings, kind, bytes, told)).await {
        Ok(read) => read,
        // Dropped with its future, the process is ended.
        Err(_) => Err(LATE),
    }
}

async fn run(settings: &Settings, kind: Kind, bytes: &[u8], mut told: impl FnMut(u32, u32)) -> Result<Document, Fault> {
    const BROKE: Fault = Fault::Ended(
        "This document could not be read: it is damaged, or it takes more memory than is allowed. Save it anew, or upload \
         the part that matters.",
    );
    let program = match &settings.document_reader {
        Some(program) => program.clone(),
        None => std::env::current_exe().map_err(Fault::Ours)?,
    };
    let mut child = tokio::process::Command::new(program)
        .arg(COMMAND)
        .env_clear()
        // Else the allocator takes a GiB for itself before the limit holds.
        .env("MIMALLOC_ARENA_RESERVE", ARENA_KIB)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Fault::Ours)?;
    let (mut input, output) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
    let limits = limits(settings);
    let most = limits.text_bytes as u64 * JSON_FACTOR;
    let order = Order {
        kind,
        bytes: bytes.len(),
        limits,
        memory: settings.document_memory_bytes,
        seconds: settings.document_time.as_secs().max(1),
    };
    let mut head = serde_json::to_vec(&order).expect("an order is plain data");
    head.push(b'\n');
    let give = async {
        // Where it stops listening it has said why.
        if input.write_all(&head).await.is_ok() {
            let _ = input.write_all(bytes).await;
        }
        drop(input);
    };
    let take = async {
        let mut lines = BufReader::new(output.take(most));
        let mut line = Vec::new();
        loop {
            line.clear();
            match lines.read_until(b'\n', &mut line).await {
                Ok(0) | Err(_) => return Err(BROKE),
                Ok(_) => {}
            }
            match serde_json::from_slice(&line) {
                Ok(Said::At(done, of)) => told(done, of),
                Ok(Said::Read(document)) => return Ok(document),
                Ok(Said::Refused(why)) => return Err(why.into()),
                Err(_) => return Err(BROKE),
            }
        }
    };
    let ((), read) = tokio::join!(give, take);
    // What it still does is of no use.
    let _ = child.kill().await;
    read
}

/// What the process does: limits itself, reads, and says what it read.
pub fn child() -> ExitCode {
    // The words of a panic may quote the file.
    std::panic::set_hook(Box::new(|_| {}));
    let said = std::thread::Builder::new().stack_size(STACK).spawn(obey).map(std::thread::JoinHandle::join);
    match said {
        Ok(Ok(Some(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn obey() -> Option<()> {
    let mut input = std::io::stdin().lock();
    let mut head = String::new();
    input.by_ref().take(4_096).read_line(&mut head).ok()?;
    let order: Order = serde_json::from_str(&head).ok()?;
    limit_self(order.memory, order.seconds);
    let mut bytes = Vec::with_capacity(order.bytes);
    input.take(order.bytes as u64).read_to_end(&mut bytes).ok()?;
    if bytes.len() != order.bytes {
        return None;
    }
    let mut output = std::io::stdout().lock();
    let mut at = std::time::Instant::now();
    let mut told = |done: u32, of: u32| {
        if at.elapsed() >= Duration::from_millis(100) {
            at = std::time::Instant::now();
            say(&mut output, &Said::At(done, of));
        }
    };
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        documents::read(&bytes, order.kind, &order.limits, &mut told)
    }));
    let said = match read {
        Ok(Ok(document)) => Said::Read(document),
        Ok(Err(why)) => Said::Refused(why),
        Err(_) => Said::Refused(Unreadable::Damaged(order.kind.label().to_owned())),
    };
    say(&mut output, &said);
    Some(())
}

fn say(output: &mut impl std::io::Write, said: &Said) {
    if let Ok(mut line) = serde_json::to_vec(said) {
        line.push(b'\n');
        let _ = output.write_all(&line).and_then(|()| output.flush());
    }
}

/// No more memory and time than this, no file, no other process, and no picture of its memory on the disk.
fn limit_self(memory: u64, seconds: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let to = |most: u64| Rlimit { current: Some(most), maximum: Some(most) };
    // Where a system knows one of them not, the others hold.
    for (resource, most) in [
        (Resource::Data, memory),
        (Resource::As, memory.saturating_add(PROGRAM_BYTES)),
        (Resource::Cpu, seconds),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ] {
        let _ = setrlimit(resource, to(most));
    }
}
