//! What a connection costs on which nothing happens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use protocol::Role;
use protocol::native::ServerFrame;
use tokio::time::sleep;

use super::Options;
use super::bed::Bed;
use crate::account::Account;
use crate::client::Client;
use crate::machine::resident_bytes;
use crate::report::{Report, precise};

/// Accounts that the connections are of.
const PEOPLE: usize = 16;
/// Connections opened before counting begins, so that what is allocated once is not counted.
const BEFORE: usize = 64;
/// Opened at once.
const AT_ONCE: usize = 32;
/// Source addresses, since one has only some 28,000 ports.
const SOURCES: usize = 8;
/// Memory is looked at once it has been quiet for so long.
const SETTLE: Duration = Duration::from_secs(1);

/// Resident bytes of the server a connection.
pub async fn measure(options: &Options, core: Option<usize>, report: &mut Report) -> anyhow::Result<()> {
    let bed = Bed::new(options, core, 0)?;
    let server = bed.start().await?;
    let accounts = Account::create_many(&server, PEOPLE).await?;
    // Hashing passwords takes tens of megabytes that go back to the system at some later time. A process that never
    // hashed one has nothing to give back while we count.
    let server = server.kill().await?.start().await?;
    let first = open(server.addr(), &accounts, BEFORE).await?;
    sleep(SETTLE).await;
    let before = resident_bytes(server.pid()?)?;
    let clients = open(server.addr(), &accounts, options.idle).await?;
    sleep(SETTLE).await;
    let after = resident_bytes(server.pid()?)?;
    let bytes = precise(after.saturating_sub(before)) / precise(u64::try_from(options.idle)?.max(1));
    report.add(&format!("resident memory an idle connection, {}", options.idle), "KiB", "≤ 4", bytes / 1024.0);
    drop((first, clients));
    Ok(())
}

async fn open(addr: SocketAddr, accounts: &[Account], count: usize) -> anyhow::Result<Vec<Client>> {
    stream::iter(0..count)
        .map(|n| {
            let last = u8::try_from(n % SOURCES + 1).expect("there are few sources");
            let token = &accounts[n % accounts.len()].token;
            welcomed(addr, token, IpAddr::V4(Ipv4Addr::new(127, 0, 0, last)))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// Connects and waits for the welcome: only then is the connection let in.
async fn welcomed(addr: SocketAddr, token: &str, source: IpAddr) -> anyhow::Result<Client> {
    let mut client = Client::connect_idle(addr, token, source).await?;
    match client.next().await? {
        ServerFrame::Message(message) if message.role == Role::System => Ok(client),
        other => anyhow::bail!("{other:?} where the welcome is expected"),
    }
}
