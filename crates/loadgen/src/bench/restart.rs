//! kill -9 with live clients, start again: how soon is everybody where they were?

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::future::join_all;
use protocol::native::ServerFrame;
use protocol::{MessageId, Role};
use tokio::time::sleep;

use super::Options;
use super::bed::{self, Bed, Seat};
use crate::account::Account;
use crate::client::Client;
use crate::ledger::Ledger;
use crate::report::Report;

/// Before each delta: most clients are in the middle of an answer when the kill comes.
const DELTA_MS: u64 = 20;
/// How long everybody talks before it.
const TALK: Duration = Duration::from_secs(2);

/// Somebody whose connection was cut, with what they hold.
struct Cut {
    account: Account,
    ledger: Ledger,
    /// The last question without an ack: client id and text.
    pending: Option<(String, String)>,
    /// The last stored message held.
    seq: i64,
    /// The running answer and the bytes held of it.
    part: Option<(MessageId, usize)>,
}

/// Somebody who is back.
struct Back {
    account: Account,
    ledger: Ledger,
    resumed: Instant,
    acked: Instant,
}

/// First ack and everybody resumed, from the start of the process.
pub async fn measure(options: &Options, core: Option<usize>, report: &mut Report) -> anyhow::Result<()> {
    let bed = Bed::new(options, core, DELTA_MS)?;
    let server = bed.start().await?;
    let seats = bed::seats(&server, options.restart).await?;
    let talking = join_all(seats.into_iter().map(talk));
    let killing = async {
        sleep(TALK).await;
        server.kill().await
    };
    let (cut, setup) = tokio::join!(talking, killing);
    let cut = cut.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let server = setup?.start().await?;
    let (addr, begun) = (server.addr(), server.begun());
    let back = join_all(cut.into_iter().map(|cut| come_back(addr, cut))).await;
    let back = back.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let first = back.iter().map(|back| back.acked).min().context("nobody came back")?;
    let last = back.iter().map(|back| back.resumed).max().context("nobody came back")?;
    let people: Vec<_> = back.into_iter().map(|back| (back.account, back.ledger)).collect();
    bed::check(&server, &people).await?;
    server.setup().audit_verify().await?;
    let name = format!("after kill -9 with {} live clients", options.restart);
    report.add(&format!("listening again, {name}"), "ms", "", server.started_in().as_secs_f64() * 1e3);
    report.add(&format!("first ack, {name}"), "ms", "≤ 150", first.duration_since(begun).as_secs_f64() * 1e3);
    report.add(&format!("all resumed, {name}"), "s", "≤ 3", last.duration_since(begun).as_secs_f64());
    report.add(&format!("lost, doubled, out of order, {name}"), "", "0", 0.0);
    Ok(())
}

/// Asks one question after the other until the connection is cut.
async fn talk(seat: Seat) -> anyhow::Result<Cut> {
    let Seat { account, mut client, ledger } = seat;
    let mut cut = Cut { account, ledger, pending: None, seq: 0, part: None };
    loop {
        if cut.pending.is_none() && cut.part.is_none() {
            let (id, text) = cut.ledger.ask();
            let asking = client.ask(cut.ledger.conversation.as_ref(), &id, &text).await;
            cut.pending = Some((id, text));
            if asking.is_err() {
                return Ok(cut);
            }
        }
        let Ok(frame) = client.next().await else { return Ok(cut) };
        cut.take(frame)?;
    }
}

impl Cut {
    fn take(&mut self, frame: ServerFrame) -> anyhow::Result<()> {
        match frame {
            ServerFrame::Ack { id, message_id, seq, session_id, .. } => {
                self.ledger.acked(&id.unwrap_or_default(), &session_id, &message_id, seq)?;
                self.pending = None;
                self.seq = seq;
                // Until the answer has an id: none of it is held.
                self.part = Some((message_id, 0));
            }
            ServerFrame::StreamChunk { message_id, offset, content_delta, .. } => {
                self.part = Some((message_id, offset + content_delta.len()));
            }
            ServerFrame::Message(message) if message.role == Role::Assistant => {
                self.seq = message.seq.context("a stored answer has a place")?;
                self.part = None;
            }
            ServerFrame::Error { code, error, .. } => anyhow::bail!("{code}: {error}"),
            _ => {}
        }
        Ok(())
    }
}

/// Connects, resumes behind what is held, and asks: the question that was on its way, or a new one.
async fn come_back(addr: SocketAddr, cut: Cut) -> anyhow::Result<Back> {
    let Cut { account, mut ledger, pending, seq, part } = cut;
    let mut client = Client::connect(addr, &account.token).await?;
    if let Some(conversation) = &ledger.conversation {
        client.resume(conversation, seq, part).await?;
        let mut missed = Vec::new();
        crate::history::replay(&mut client, conversation, seq, &mut missed).await?;
        for (expected, message) in (seq + 1..).zip(&missed) {
            anyhow::ensure!(
                message.seq == Some(expected),
                "the replay has seq {:?} where {expected} is expected",
                message.seq
            );
        }
    }
    let resumed = Instant::now();
    let (id, text) = pending.unwrap_or_else(|| ledger.ask());
    client.ask(ledger.conversation.as_ref(), &id, &text).await?;
    loop {
        match client.next().await? {
            ServerFrame::Ack { id: Some(acked), message_id, seq, session_id, .. } if acked == id => {
                ledger.acked(&id, &session_id, &message_id, seq)?;
                return Ok(Back { account, ledger, resumed, acked: Instant::now() });
            }
            ServerFrame::Error { code, error, .. } => anyhow::bail!("{code}: {error}"),
            _ => {}
        }
    }
}
