//! A fresh server with people on it, for one part.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use tempfile::TempDir;
use tokio::time::sleep;

use super::Options;
use crate::account::Account;
use crate::client::Client;
use crate::history;
use crate::ledger::Ledger;
use crate::script;
use crate::server::{Server, Setup};

/// The last turns may take this long to end once nobody asks any more.
pub const DRAIN_MAX: Duration = Duration::from_secs(20);

/// A data folder that goes away with it, and how to start a server on it.
#[derive(Debug)]
pub struct Bed {
    setup: Setup,
    _home: TempDir,
}

impl Bed {
    /// One for a model with so many milliseconds before each delta.
    pub fn new(options: &Options, core: Option<usize>, delay_ms: u64) -> anyhow::Result<Self> {
        let home = tempfile::tempdir_in(&options.folder)?;
        let mut setup = Setup::new(&options.bin, &home.path().join("data"))
            .with("ANAMNESIS_MODEL", script::model(delay_ms))
            .with("ANAMNESIS_ACCESS_TOKEN_LIFE", "24h")
            .with("ANAMNESIS_SOCKETS_PER_USER", "20000")
            .with("ANAMNESIS_TURNS_WAITING_PER_USER", "1000")
            // The check at the end replays conversations as long as nobody has; it may wait in memory.
            .with("ANAMNESIS_SOCKET_QUEUE_BYTES", "67108864");
        if delay_ms > 0 {
            let at_once = options.streams.max(options.restart) * 2;
            setup = setup.with("ANAMNESIS_TURNS_AT_ONCE", at_once.to_string());
        }
        setup.core = core;
        Ok(Self { setup, _home: home })
    }

    /// Starts it.
    pub async fn start(&self) -> anyhow::Result<Server> {
        self.setup.start().await
    }

    /// Where its data is.
    pub fn data(&self) -> &Path {
        &self.setup.data
    }
}

/// Somebody with a conversation and a connection.
#[derive(Debug)]
pub struct Seat {
    /// Who.
    pub account: Account,
    /// Their connection.
    pub client: Client,
    /// What they asked.
    pub ledger: Ledger,
}

/// So many people, connected.
pub async fn seats(server: &Server, count: usize) -> anyhow::Result<Vec<Seat>> {
    let accounts = Account::create_many(server, count).await?;
    let mut seats = Vec::with_capacity(count);
    for (n, account) in accounts.into_iter().enumerate() {
        let client = Client::connect(server.addr(), &account.token).await?;
        seats.push(Seat { account, client, ledger: Ledger::new(format!("c{n}")) });
    }
    Ok(seats)
}

/// Holds what is stored against what was acknowledged, once every turn is over.
pub async fn check(server: &Server, people: &[(Account, Ledger)]) -> anyhow::Result<()> {
    let begun = Instant::now();
    for (account, ledger) in people {
        anyhow::ensure!(ledger.asked() > 0, "somebody never asked");
        let conversation = ledger.conversation.as_ref().context("somebody was never acknowledged")?;
        let messages = loop {
            let messages = history::fetch(server.addr(), &account.token, conversation).await?;
            if history::is_answered(&messages) || begun.elapsed() > DRAIN_MAX {
                break messages;
            }
            sleep(Duration::from_millis(50)).await;
        };
        let faults = history::faults(&messages, ledger, &script::text());
        anyhow::ensure!(faults.is_empty(), "what is stored does not check out:\n{}", faults.join("\n"));
    }
    Ok(())
}
