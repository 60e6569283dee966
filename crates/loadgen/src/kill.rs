//! kill -9 of the real binary under load, again and again, on the same data.
//!
//! A round: everybody asks questions, several unanswered at once; at some moment the process is killed; the trail is
//! verified; the server starts again; everybody resumes, sends again what it asked in this round, and holds all that is
//! stored against all that was ever acknowledged. What does not hold is said in words, and the rounds go on.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::future::join_all;
use protocol::native::ServerFrame;
use protocol::{MessageId, Role};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::account::Account;
use crate::client::Client;
use crate::history;
use crate::ledger::Ledger;
use crate::script;
use crate::server::{Server, Setup};

/// People at once, each with a conversation.
const PEOPLE: usize = 12;
/// Unanswered questions of one person; below what the server lets wait.
const WINDOW: usize = 3;
/// Each delta waits this long, so that most kills hit answers half said and after their first snapshot.
const DELTA_MS: u64 = 5;
/// Open turns must be finished this long after the start of an optimised server on a machine of its own.
pub const FINISH_MAX: Duration = Duration::from_secs(10);
/// The kill comes within these, counted from when everybody began to ask.
const KILL_AFTER_MS: std::ops::Range<u64> = 100..1200;
/// About how long a question takes to be durable, in microseconds.
const COMMIT_US: u64 = 3_000;

/// What one round found.
#[derive(Debug, Clone, Default)]
pub struct Round {
    /// Which, from 1.
    pub n: u32,
    /// When the kill came, after everybody began to ask.
    pub killed_after: Duration,
    /// Questions acknowledged in this round before the kill.
    pub acknowledged: usize,
    /// Questions that were on their way.
    pub on_their_way: usize,
    /// From the start of the process until it listened.
    pub started_in: Duration,
    /// From then until every open turn was finished.
    pub finished_in: Duration,
    /// What does not hold.
    pub violations: Vec<String>,
}

impl std::fmt::Display for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "round {:>2}: killed after {:>4} ms; {:>4} acknowledged, {:>2} on their way; up in {:>3} ms, all finished {:>4} ms later; ",
            self.n,
            self.killed_after.as_millis(),
            self.acknowledged,
            self.on_their_way,
            self.started_in.as_millis(),
            self.finished_in.as_millis(),
        )?;
        match self.violations.as_slice() {
            [] => write!(f, "nothing lost"),
            violations => write!(f, "{} VIOLATIONS\n  {}", violations.len(), violations.join("\n  ")),
        }
    }
}

/// Kills the binary so many times, on a data folder of its own. `finish_max`: so long after a start every open turn must
/// be finished. Every round is given to `tell` as it ends.
///
/// # Errors
/// Where the rounds could not be run. What was lost is in the rounds.
pub async fn kill_rounds(
    bin: &Path,
    rounds: u32,
    finish_max: Duration,
    tell: impl FnMut(&Round),
) -> anyhow::Result<Vec<Round>> {
    let home = tempfile::tempdir()?;
    kill_rounds_with(&Setup::new(bin, &home.path().join("data")), rounds, finish_max, tell).await
}

/// The same on a prepared setup, such as one with another database.
pub async fn kill_rounds_with(
    setup: &Setup,
    rounds: u32,
    finish_max: Duration,
    mut tell: impl FnMut(&Round),
) -> anyhow::Result<Vec<Round>> {
    let setup = setup.clone().with("ANAMNESIS_MODEL", script::model(DELTA_MS));
    let mut server = setup.start().await?;
    let accounts = Account::create_many(&server, PEOPLE).await?;
    let mut people: Vec<Person> = accounts
        .into_iter()
        .enumerate()
        .map(|(n, account)| Person { account, ledger: Ledger::new(format!("p{n}")), round_from: 0 })
        .collect();
    let mut told = Vec::new();
    for n in 1..=rounds {
        let (next, round) =
            one_round(server, n, &mut people, finish_max).await.with_context(|| format!("round {n}"))?;
        server = next;
        tell(&round);
        told.push(round);
    }
    Ok(told)
}

#[derive(Debug)]
struct Person {
    account: Account,
    ledger: Ledger,
    /// How many questions were asked before this round.
    round_from: usize,
}

async fn one_round(
    server: Server,
    n: u32,
    people: &mut [Person],
    finish_max: Duration,
) -> anyhow::Result<(Server, Round)> {
    let mut round = Round { n, ..Round::default() };
    let before = totals(people);
    let setup = under_load(server, people, &mut round).await?;
    let after = totals(people);
    round.acknowledged = after.acknowledged - before.acknowledged;
    round.on_their_way = after.questions - before.questions - round.acknowledged;

    if let Err(error) = setup.audit_verify().await {
        round.violations.push(format!("trail: {error}"));
    }
    let server = setup.start().await?;
    round.started_in = server.started_in();
    let up = Instant::now();
    let addr = server.addr();
    let found = join_all(people.iter_mut().map(|person| look(addr, person, up, finish_max))).await;
    round.finished_in = up.elapsed();
    for (person, found) in people.iter().zip(found) {
        let email = &person.account.email;
        match found {
            Ok(faults) => round.violations.extend(faults.into_iter().map(|fault| format!("{email}: {fault}"))),
            Err(error) => round.violations.push(format!("{email}: {error:#}")),
        }
    }
    Ok((server, round))
}

struct Totals {
    questions: usize,
    acknowledged: usize,
}

fn totals(people: &[Person]) -> Totals {
    Totals {
        questions: people.iter().map(|person| person.ledger.asked()).sum(),
        acknowledged: people.iter().map(|person| person.ledger.acknowledged()).sum(),
    }
}

/// Everybody asks until the server is killed.
async fn under_load(server: Server, people: &mut [Person], round: &mut Round) -> anyhow::Result<Setup> {
    let addr = server.addr();
    let mut ready = Vec::new();
    for person in people.iter_mut() {
        person.round_from = person.ledger.asked();
        let client = Client::connect(addr, &person.account.token).await?;
        ready.push((client, &mut person.ledger));
    }
    let asked = Notify::new();
    let asking = join_all(ready.into_iter().map(|(client, ledger)| ask_until_gone(client, ledger, &asked)));
    let begun = Instant::now();
    let killing = async {
        moment(round.n, &asked).await;
        (begun.elapsed(), server.kill().await)
    };
    let (ended, (killed_after, setup)) = tokio::join!(asking, killing);
    round.killed_after = killed_after;
    round.violations.extend(ended.into_iter().flatten());
    setup
}

/// Waits for when to kill. Every other time that is while a question is on its way to the disk.
async fn moment(n: u32, asked: &Notify) {
    // A hasher's random keys are randomness enough.
    let random = RandomState::new().hash_one(n);
    sleep(Duration::from_millis(KILL_AFTER_MS.start + random % (KILL_AFTER_MS.end - KILL_AFTER_MS.start))).await;
    if n.is_multiple_of(2) {
        // Where nobody asks any more the load has ended, and what is found then will say why.
        let _ = timeout(FINISH_MAX, asked.notified()).await;
        let (begun, wait) = (Instant::now(), Duration::from_micros(random % COMMIT_US));
        while begun.elapsed() < wait {
            tokio::task::yield_now().await;
        }
    }
}

/// Keeps several questions unanswered until the connection ends. Gives what the server did that it should not.
async fn ask_until_gone(mut client: Client, ledger: &mut Ledger, asked: &Notify) -> Vec<String> {
    let mut violations = Vec::new();
    let mut unanswered = 0;
    loop {
        // Before the first ack the conversation is not known yet.
        let window = if ledger.conversation.is_some() { WINDOW } else { 1 };
        while unanswered < window {
            let (id, text) = ledger.ask();
            if client.ask(ledger.conversation.as_ref(), &id, &text).await.is_err() {
                return violations;
            }
            asked.notify_waiters();
            unanswered += 1;
        }
        // The kill is the only way out: a frame may be cut in two by it.
        let Ok(frame) = client.next().await else { return violations };
        match frame {
            ServerFrame::Ack { id, message_id, seq, session_id, duplicate, .. } => {
                let id = id.unwrap_or_default();
                if duplicate {
                    violations.push(format!("{id} was called a duplicate and is new"));
                }
                violations
                    .extend(ledger.acked(&id, &session_id, &message_id, seq).err().map(|error| error.to_string()));
            }
            ServerFrame::Message(message) if message.role == Role::Assistant => unanswered -= 1,
            ServerFrame::Error { code, error, id, .. } => {
                violations.push(format!("{id:?} was refused: {code}: {error}"));
                unanswered -= 1;
            }
            _ => {}
        }
    }
}

/// Resumes, sends this round's questions again, waits until everything is answered, and compares.
async fn look(addr: SocketAddr, person: &mut Person, up: Instant, finish_max: Duration) -> anyhow::Result<Vec<String>> {
    let Person { account, ledger, round_from } = person;
    let mut client = Client::connect(addr, &account.token).await?;
    let mut faults = send_again(&mut client, ledger, *round_from).await?;
    let conversation = ledger.conversation.clone().context("everybody was acknowledged once by now")?;
    let messages = loop {
        let messages = history::fetch(addr, &account.token, &conversation).await?;
        if history::is_answered(&messages) {
            break messages;
        }
        if up.elapsed() > finish_max {
            faults.push(format!("a turn is still open {} s after the start", finish_max.as_secs()));
            break messages;
        }
        sleep(Duration::from_millis(100)).await;
    };
    faults.extend(history::faults(&messages, ledger, &script::text()));
    Ok(faults)
}

/// Sends questions again, as a client does that missed the ack: what was acknowledged must come back as it was.
async fn send_again(client: &mut Client, ledger: &mut Ledger, from: usize) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    let again: Vec<(String, String, Option<MessageId>)> =
        ledger.questions().skip(from).map(|(id, text, ack)| (id, text, ack.map(|ack| ack.message.clone()))).collect();
    for (id, text, _) in &again {
        client.ask(ledger.conversation.as_ref(), id, text).await?;
    }
    let mut waiting: HashMap<String, Option<MessageId>> = again.into_iter().map(|(id, _, ack)| (id, ack)).collect();
    while !waiting.is_empty() {
        match client.next().await? {
            ServerFrame::Ack { id: Some(id), message_id, seq, session_id, duplicate, .. } => {
                if waiting.remove(&id).flatten().is_some() && !duplicate {
                    faults.push(format!("{id} was acknowledged before and is stored again as seq {seq}"));
                }
                faults.extend(ledger.acked(&id, &session_id, &message_id, seq).err().map(|error| error.to_string()));
            }
            ServerFrame::Error { id: Some(id), code, error, .. } if waiting.remove(&id).is_some() => {
                faults.push(format!("{id} was refused when sent again: {code}: {error}"));
            }
            _ => {}
        }
    }
    Ok(faults)
}
