//! What the writer does by itself: durable jobs a second and the latency of one, beside the disk's own `fdatasync`.
//!
//! `cargo bench -p server --bench writer`. One job is what a question costs: a message row, a turn row, an audit row.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first fault")]

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{ConversationId, Role, TurnId, UserId};
use server::audit::{Action, Actor, Entry};
use server::db::{Change, Db, NewMessage, TurnRow, Writer, sqlite_url};
use server::ids;

const CONVERSATIONS: usize = 64;
const MEASURED: Duration = Duration::from_secs(3);

fn main() {
    let folder = tempfile::tempdir_in(".").unwrap();
    let floor = fdatasync(folder.path());
    println!("fdatasync of 4 KiB: p50 {:.0} µs", micros(floor));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open(&sqlite_url(&folder.path().join("bench.db"))).await.unwrap();
        let (writer, _task) = Writer::start(&db, "bench").await.unwrap();
        let people = seed(&writer).await;
        for callers in [1, 8, 64, 256] {
            let (jobs_a_second, p50, p99) = measure(&writer, &people, callers).await;
            println!(
                "{callers:>3} callers: {jobs_a_second:>7.0} jobs/s · p50 {:>6.0} µs ({:.1} × fdatasync) · p99 {:>6.0} µs",
                micros(p50),
                p50.as_secs_f64() / floor.as_secs_f64(),
                micros(p99)
            );
        }
    });
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn fdatasync(folder: &std::path::Path) -> Duration {
    let mut file = File::create(folder.join("floor")).unwrap();
    file.write_all(&vec![0; 4 << 20]).unwrap();
    file.sync_all().unwrap();
    let mut times: Vec<Duration> = (0..500)
        .map(|n| {
            let begun = Instant::now();
            file.write_all_at(&[7; 4096], n % 1000 * 4096).unwrap();
            file.sync_data().unwrap();
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

async fn seed(writer: &Writer) -> Arc<Vec<(UserId, ConversationId)>> {
    let people: Vec<(UserId, ConversationId)> =
        (0..CONVERSATIONS).map(|_| (ids::user(0), ids::conversation(0))).collect();
    let people = Arc::new(people);
    let shared = Arc::clone(&people);
    writer
        .run(move |tx| {
            let people = Arc::clone(&shared);
            Box::pin(async move {
                for (user, conversation) in people.iter() {
                    sqlx::query(
                        "INSERT INTO users (id, email_hash, identity, password_hash, role, verified, active, created_at, updated_at)
                         VALUES ($1, $1, $2, '', 'patient', 1, 1, 0, 0)",
                    )
                    .bind(user.as_str())
                    .bind(vec![0_u8])
                    .execute(&mut tx.connection)
                    .await?;
                    sqlx::query(
                        "INSERT INTO conversations (id, user_id, status, last_seq, read_seq, total_tokens, created_at, updated_at)
                         VALUES ($1, $2, 'active', 0, 0, 0, 0, 0)",
                    )
                    .bind(conversation.as_str())
                    .bind(user.as_str())
                    .execute(&mut tx.connection)
                    .await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    people
}

async fn measure(
    writer: &Writer,
    people: &Arc<Vec<(UserId, ConversationId)>>,
    callers: usize,
) -> (f64, Duration, Duration) {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (writer, people) = (writer.clone(), Arc::clone(people));
            tokio::spawn(async move {
                let mut times = Vec::new();
                while begun.elapsed() < MEASURED {
                    let asked = Instant::now();
                    let (user, conversation) = &people[(caller + times.len()) % people.len()];
                    writer.apply(question(user, conversation)).await.unwrap();
                    times.push(asked.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let elapsed = begun.elapsed().as_secs_f64();
    times.sort();
    #[expect(clippy::cast_precision_loss, reason = "a count of jobs")]
    let rate = times.len() as f64 / elapsed;
    (rate, times[times.len() / 2], times[times.len() * 99 / 100])
}

fn question(user: &UserId, conversation: &ConversationId) -> Change {
    let now = 1_700_000_000_000;
    let (message, answer) = (ids::message(now), ids::message(now));
    let turn: TurnId = ids::turn(now);
    Change {
        turn: Some(TurnRow {
            id: turn,
            conversation: conversation.clone(),
            user: user.clone(),
            question: message.clone(),
            answer: answer.clone(),
            state: "queued",
            created_at: now,
            at: now,
        }),
        audit: vec![
            Entry::new(now, Actor::User(user.clone()), Action::MESSAGE)
                .object("message", message.as_str())
                .subject(user),
        ],
        message: Some(NewMessage {
            id: message,
            conversation: conversation.clone(),
            role: Role::User,
            client_key: None,
            open: false,
            body: vec![7; 400],
            at: now,
            title: None,
        }),
        answer: Some(NewMessage {
            id: answer,
            conversation: conversation.clone(),
            role: Role::Assistant,
            client_key: None,
            open: true,
            body: Vec::new(),
            at: now,
            title: None,
        }),
        ..Change::default()
    }
}
