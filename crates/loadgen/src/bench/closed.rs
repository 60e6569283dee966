//! Closed loop: everybody has one turn in flight, always. Throughput, and many answers streaming at once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::{SinkExt, StreamExt};
use hdrhistogram::Histogram;
use protocol::{ConversationId, MessageId};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message as Frame;

use super::Options;
use super::bed::{self, Bed, DRAIN_MAX, Seat};
use crate::account::Account;
use crate::client::{Socket, ask_frame, text_of};
use crate::floor::nanos;
use crate::glance::{Answer, Glance};
use crate::ledger::Ledger;
use crate::machine::cpu_time;
use crate::report::{Report, histogram, micros, precise};
use crate::script;
use crate::server::Server;

/// Before each delta of a streaming answer: 50 tokens a second.
const DELTA_MS: u64 = 20;

/// What the workers of a run share.
#[derive(Debug)]
struct Run {
    measuring: AtomicBool,
    stop: AtomicBool,
    turns: AtomicU64,
    deltas: AtomicU64,
    /// From the question to its first delta, in the measured time; never held across an await.
    first: Mutex<Histogram<u64>>,
}

/// What a run measured.
struct Measured {
    turns: u64,
    deltas: u64,
    wall: Duration,
    cpu: Duration,
    first: Histogram<u64>,
}

/// Turns a second, and what a turn costs the server, at saturation.
pub async fn throughput(options: &Options, core: Option<usize>, report: &mut Report) -> anyhow::Result<()> {
    let bed = Bed::new(options, core, 0)?;
    let server = bed.start().await?;
    let seats = bed::seats(&server, options.connections).await?;
    let run = measure(options, &server, seats, Duration::ZERO).await?;
    let (turns, cpu) = (precise(run.turns), run.cpu.as_secs_f64());
    anyhow::ensure!(run.turns > 0 && cpu > 0.0, "no turn ended in the measured time");
    report.add("turns per core-second of the server", "1/s", "≥ 8000", turns / cpu);
    report.add("CPU of the server a turn", "µs", "", cpu / turns * 1e6);
    report.add(
        &format!("turns a second, {} conversations", options.connections),
        "1/s",
        "",
        turns / run.wall.as_secs_f64(),
    );
    report.add("the server's core, busy at saturation", "%", "", cpu / run.wall.as_secs_f64() * 100.0);
    Ok(())
}

/// What is added to a model's own time, and what a delta costs, with many answers streaming at once.
pub async fn streams(options: &Options, core: Option<usize>, report: &mut Report) -> anyhow::Result<()> {
    let bed = Bed::new(options, core, DELTA_MS)?;
    let server = bed.start().await?;
    let seats = bed::seats(&server, options.streams).await?;
    // Spread over the length of an answer, so that not everybody begins at once.
    let answer = Duration::from_millis(DELTA_MS) * u32::try_from(script::DELTAS)?;
    let run = measure(options, &server, seats, answer).await?;
    anyhow::ensure!(run.deltas > 0, "nothing was streamed in the measured time");
    let wait = precise(DELTA_MS) * 1e3;
    let name = format!("{} streams of 50/s", options.streams);
    let added = |quantile| (micros(&run.first, quantile) - wait) / 1e3;
    report.add(&format!("first delta, added time p50, {name}"), "ms", "", added(0.5));
    report.add(&format!("first delta, added time p99, {name}"), "ms", "≤ 1", added(0.99));
    report.add(
        &format!("CPU of the server a delta, {name}"),
        "µs",
        "≤ 10",
        run.cpu.as_secs_f64() / precise(run.deltas) * 1e6,
    );
    Ok(())
}

async fn measure(options: &Options, server: &Server, seats: Vec<Seat>, spread: Duration) -> anyhow::Result<Measured> {
    let run = Arc::new(Run {
        measuring: AtomicBool::new(false),
        stop: AtomicBool::new(false),
        turns: AtomicU64::new(0),
        deltas: AtomicU64::new(0),
        first: Mutex::new(histogram()),
    });
    let count = u32::try_from(seats.len())?.max(1);
    let workers: Vec<_> = (0_u32..)
        .zip(seats)
        .map(|(n, seat)| {
            let run = Arc::clone(&run);
            tokio::spawn(async move {
                sleep(spread * n / count).await;
                converse(seat, &run).await
            })
        })
        .collect();
    sleep(options.warm_up + spread).await;
    let pid = server.pid()?;
    run.measuring.store(true, Ordering::Relaxed);
    let (begun, cpu, turns, deltas) =
        (Instant::now(), cpu_time(pid)?, run.turns.load(Ordering::Relaxed), run.deltas.load(Ordering::Relaxed));
    sleep(options.measured).await;
    run.measuring.store(false, Ordering::Relaxed);
    let mut measured = Measured {
        turns: run.turns.load(Ordering::Relaxed) - turns,
        deltas: run.deltas.load(Ordering::Relaxed) - deltas,
        wall: begun.elapsed(),
        cpu: cpu_time(pid)?.saturating_sub(cpu),
        first: histogram(),
    };
    run.stop.store(true, Ordering::Relaxed);
    let mut people = Vec::new();
    for worker in workers {
        people.push(timeout(DRAIN_MAX, worker).await.context("a turn never ended")???);
    }
    measured.first.clone_from(&run.first.lock().unwrap_or_else(PoisonError::into_inner));
    bed::check(server, &people).await?;
    Ok(measured)
}

/// Asks, reads the whole answer, asks again, until the run stops.
async fn converse(seat: Seat, run: &Run) -> anyhow::Result<(Account, Ledger)> {
    let Seat { account, client, mut ledger } = seat;
    let (mut socket, script) = (client.into_socket(), script::text());
    while !run.stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        turn(&mut socket, &mut ledger, &script, run, |first_delta| {
            if first_delta && run.measuring.load(Ordering::Relaxed) {
                run.first.lock().unwrap_or_else(PoisonError::into_inner).saturating_record(nanos(begun));
            }
        })
        .await?;
        run.turns.fetch_add(1, Ordering::Relaxed);
    }
    Ok((account, ledger))
}

async fn turn(
    socket: &mut Socket,
    ledger: &mut Ledger,
    script: &str,
    run: &Run,
    mut delta: impl FnMut(bool),
) -> anyhow::Result<()> {
    let (id, text) = ledger.ask();
    let question = serde_json::to_string(&ask_frame(ledger.conversation.as_ref(), &id, &text))?;
    socket.send(Frame::text(question)).await?;
    let (mut answer, mut asked_at) = (Answer::default(), None);
    loop {
        let Some(text) = text_of(socket.next().await)? else { continue };
        let frame = Glance::read(&text)?;
        match &*frame.kind {
            "stream_chunk" => {
                delta(answer.is_silent());
                answer.take(
                    frame.offset.unwrap_or(usize::MAX),
                    frame.content_delta.as_deref().unwrap_or(""),
                    script,
                )?;
                run.deltas.fetch_add(1, Ordering::Relaxed);
            }
            "ack" => asked_at = Some(acknowledge(&frame, &id, ledger)?),
            "message" if frame.is_answer() => {
                let expected = asked_at.map(|seq: i64| seq + 1);
                anyhow::ensure!(
                    frame.seq == expected,
                    "an answer has seq {:?} where {expected:?} is expected",
                    frame.seq
                );
                let text = frame.content.and_then(|content| content.text).unwrap_or_default();
                return answer.end(&text, script, script::DELTAS);
            }
            "error" => anyhow::bail!("the server said {:?}", frame.code),
            _ => {}
        }
    }
}

/// Takes an ack that is not a duplicate into the ledger; `id` is what it must be of. Gives its place.
pub(super) fn acknowledge(frame: &Glance<'_>, id: &str, ledger: &mut Ledger) -> anyhow::Result<i64> {
    anyhow::ensure!(frame.id.as_deref() == Some(id), "an ack of {:?} where {id} is expected", frame.id);
    anyhow::ensure!(!frame.duplicate, "{id} was called a duplicate and is new");
    let (Some(message), Some(session), Some(seq)) = (&frame.message_id, &frame.session_id, frame.seq) else {
        anyhow::bail!("an ack without message_id, session_id or seq");
    };
    ledger.acked(id, &ConversationId::new(session.as_ref()), &MessageId::new(message.as_ref()), seq)?;
    Ok(seq)
}
