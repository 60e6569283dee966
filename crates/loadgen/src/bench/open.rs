//! Open loop: questions are sent at a fixed rate, whatever the server does; latency counts from when each was due.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hdrhistogram::Histogram;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message as Frame;

use super::Options;
use super::bed::{self, Bed, DRAIN_MAX, Seat};
use super::closed::acknowledge;
use crate::account::Account;
use crate::client::{Socket, ask_frame, text_of};
use crate::floor::{Floor, nanos};
use crate::glance::{Answer, Glance};
use crate::ledger::Ledger;
use crate::report::{Report, histogram, micros};
use crate::script;

/// A timer is a millisecond coarse: nearer than this the pacer looks at the clock instead, between frames.
const SPIN: Duration = Duration::from_millis(2);

/// One connection's questions.
#[derive(Debug)]
struct Line {
    ledger: Ledger,
    /// Sent and not acknowledged: client id, when it was due.
    unacknowledged: VecDeque<(String, Instant)>,
    /// Acknowledged and not begun to be answered: when it was due.
    unanswered: VecDeque<Instant>,
    answered: usize,
    /// Only what was due from then on is counted.
    count_from: Instant,
    times: Arc<Mutex<Times>>,
}

impl Line {
    fn is_over(&self) -> bool {
        self.answered == self.ledger.asked()
    }
}

/// What all lines measure together.
#[derive(Debug)]
struct Times {
    ack: Histogram<u64>,
    first: Histogram<u64>,
}

/// Guards what the pacer and a receiver share; never held across an await.
type Shared = Arc<Mutex<Line>>;

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Connection {
    account: Account,
    line: Shared,
    sink: SplitSink<Socket, Frame>,
    receiver: JoinHandle<anyhow::Result<()>>,
}

/// Acks and first deltas at a rate of turns a second.
pub async fn measure(
    options: &Options,
    core: Option<usize>,
    rate: u32,
    floor: &Floor,
    report: &mut Report,
) -> anyhow::Result<()> {
    let bed = Bed::new(options, core, 0)?;
    let server = bed.start().await?;
    let seats = bed::seats(&server, options.connections).await?;
    // The disk is as busy as it is now: the floor of this very folder, at this moment.
    let here = Floor::measure(bed.data(), 200).await?;
    let times = Arc::new(Mutex::new(Times { ack: histogram(), first: histogram() }));
    let begin = Instant::now() + Duration::from_millis(50);
    let mut connections: Vec<Connection> =
        seats.into_iter().map(|seat| connect(seat, begin + options.warm_up, &times)).collect();
    pace(&mut connections, begin, rate, options.warm_up + options.measured).await?;
    let mut people = Vec::new();
    for connection in connections {
        let Connection { account, line, receiver, .. } = connection;
        timeout(DRAIN_MAX, receiver).await.context("an answer never came")???;
        people.push((account, lock(&line).ledger.clone()));
    }
    bed::check(&server, &people).await?;
    tell(report, rate, &lock(&times), [floor, &here]);
    Ok(())
}

fn tell(report: &mut Report, rate: u32, Times { ack, first }: &Times, [before, here]: [&Floor; 2]) {
    let sync = f64::midpoint(before.fdatasync_p50_us, here.fdatasync_p50_us);
    let p50 = micros(ack, 0.5);
    report.add(&format!("ack p50 / fdatasync p50, {rate} turns/s"), "×", "", p50 / sync);
    report.add(&format!("ack p50 − fdatasync p50, {rate} turns/s"), "ms", "≤ 0.15", (p50 - sync) / 1e3);
    for (name, quantile, goal) in
        [("p50", 0.5, ""), ("p90", 0.9, ""), ("p99", 0.99, if rate == 1000 { "≤ 2" } else { "" })]
    {
        report.add(&format!("ack {name}, {rate} turns/s"), "ms", goal, micros(ack, quantile) / 1e3);
    }
    report.add(&format!("fdatasync p50 beside it, {rate} turns/s"), "ms", "", sync / 1e3);
    for (name, quantile) in [("p50", 0.5), ("p99", 0.99)] {
        report.add(&format!("first delta {name}, {rate} turns/s"), "ms", "", micros(first, quantile) / 1e3);
    }
}

fn connect(seat: Seat, count_from: Instant, times: &Arc<Mutex<Times>>) -> Connection {
    let (sink, stream) = seat.client.into_socket().split();
    let line = Arc::new(Mutex::new(Line {
        ledger: seat.ledger,
        unacknowledged: VecDeque::new(),
        unanswered: VecDeque::new(),
        answered: 0,
        count_from,
        times: Arc::clone(times),
    }));
    let receiver = tokio::spawn(receive(stream, Arc::clone(&line)));
    Connection { account: seat.account, line, sink, receiver }
}

/// Sends each question when it is due, round robin, then says that there are no more.
async fn pace(connections: &mut [Connection], begin: Instant, rate: u32, length: Duration) -> anyhow::Result<()> {
    let interval = Duration::from_secs(1) / rate.max(1);
    let end = begin + length;
    let mut due = begin;
    for n in (0..connections.len()).cycle() {
        if due >= end {
            break;
        }
        while let Some(left) = due.checked_duration_since(Instant::now()) {
            if left > SPIN { sleep(left.saturating_sub(SPIN)).await } else { tokio::task::yield_now().await }
        }
        let connection = &mut connections[n];
        let frame = {
            let mut line = lock(&connection.line);
            let (id, text) = line.ledger.ask();
            let frame = serde_json::to_string(&ask_frame(line.ledger.conversation.as_ref(), &id, &text))?;
            line.unacknowledged.push_back((id, due));
            frame
        };
        connection.sink.send(Frame::text(frame)).await?;
        due += interval;
    }
    let all_asked = Instant::now();
    for connection in connections.iter_mut() {
        while !lock(&connection.line).is_over() && !connection.receiver.is_finished() {
            anyhow::ensure!(
                all_asked.elapsed() < DRAIN_MAX,
                "answers are missing {} s after the last question",
                DRAIN_MAX.as_secs()
            );
            sleep(Duration::from_millis(5)).await;
        }
        connection.sink.close().await?;
    }
    Ok(())
}

/// Reads until the connection is closed by the pacer; everything asked must be answered by then.
async fn receive(mut stream: SplitStream<Socket>, line: Shared) -> anyhow::Result<()> {
    let script = script::text();
    let mut answer = Answer::default();
    while let Some(frame) = stream.next().await {
        let Ok(text) = text_of(Some(frame)) else { break };
        let Some(text) = text else { continue };
        let frame = Glance::read(&text)?;
        let mut line = lock(&line);
        match &*frame.kind {
            "ack" => {
                let (id, due) = line.unacknowledged.pop_front().context("an ack of nothing")?;
                acknowledge(&frame, &id, &mut line.ledger)?;
                if due >= line.count_from {
                    lock(&line.times).ack.saturating_record(nanos(due));
                }
                line.unanswered.push_back(due);
            }
            "stream_chunk" => {
                if answer.is_silent() {
                    let due = line.unanswered.pop_front().context("an answer to nothing")?;
                    if due >= line.count_from {
                        lock(&line.times).first.saturating_record(nanos(due));
                    }
                }
                answer.take(
                    frame.offset.unwrap_or(usize::MAX),
                    frame.content_delta.as_deref().unwrap_or(""),
                    &script,
                )?;
            }
            "message" if frame.is_answer() => {
                let text = frame.content.and_then(|content| content.text).unwrap_or_default();
                std::mem::take(&mut answer).end(&text, &script, script::DELTAS)?;
                line.answered += 1;
            }
            "error" => anyhow::bail!("the server said {:?}", frame.code),
            _ => {}
        }
    }
    let line = lock(&line);
    let (answered, asked) = (line.answered, line.ledger.asked());
    anyhow::ensure!(answered == asked, "the connection ended with {answered} of {asked} questions answered");
    Ok(())
}
