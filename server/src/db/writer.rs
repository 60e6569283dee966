//! The one task that writes.
//!
//! It takes all that has gathered since its last commit and commits it in one transaction: one `fdatasync` for many
//! messages. A group that fails is rolled back and run job by job, so that one failing job fails alone. The audit rows
//! of a group are chained and written last, in the same transaction. The same task serves `PostgreSQL`, because the
//! audit chain is one a node and must grow in order (docs/decisions/0001-one-writer-a-node.md).

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::{AnyConnection, Executor};
use tokio::sync::{mpsc, oneshot};

use super::change::{self, Applied, Change};
use super::{Db, Engine, StoreError};
use crate::audit::{self, Chain, Entry};

/// How much is committed at once at the most.
const GROUP_MAX: usize = 128;
/// How often what was committed is moved from the log into the file.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);
/// How many jobs may wait; a caller waits for its place past that.
const QUEUE_MAX: usize = 4_096;

/// What a job works with: the connection of the open transaction, and the trail.
pub struct Tx {
    /// The connection.
    pub connection: AnyConnection,
    pub(super) audit: Vec<Entry>,
}

impl Tx {
    /// Writes to the trail with this transaction.
    pub fn audit(&mut self, entry: Entry) {
        self.audit.push(entry);
    }
}

/// A function of a transaction. It may be run a second time when the group it was in failed.
pub trait Job<T>: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync + 'static {}
impl<T, F> Job<T> for F where F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync + 'static {}

trait ErasedJob: Send {
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>>;
    fn done(self: Box<Self>, failed: Option<StoreError>);
}

struct Pending<T, F> {
    job: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send + 'static, F: Job<T>> ErasedJob for Pending<T, F> {
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>> {
        Box::pin(async move {
            self.value = Some((self.job)(tx).await?);
            Ok(())
        })
    }

    fn done(self: Box<Self>, failed: Option<StoreError>) {
        let outcome = match (failed, self.value) {
            (Some(error), _) => Err(error),
            (None, Some(value)) => Ok(value),
            (None, None) => Err(StoreError::Closed),
        };
        // The caller may be gone; what it asked for is stored all the same.
        let _ = self.reply.send(outcome);
    }
}

enum Work {
    Change(Box<Change>, oneshot::Sender<Result<Applied, StoreError>>),
    Job(Box<dyn ErasedJob>),
}

/// A handle to the writing task. The task ends when the last handle is dropped.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Work>,
}

impl Writer {
    /// Starts the task, on a thread of its own: among all that runs on the server's threads, each statement's end would
    /// wait until they have nothing else to do. Entries of this process are chained under `node`. What is given back is
    /// done when the task is.
    ///
    /// # Panics
    /// Where the system gives no thread.
    pub async fn start(db: &Db, node: &str) -> Result<(Self, tokio::task::JoinHandle<()>), StoreError> {
        let connection = db.connect().await?;
        let (queue, work) = mpsc::channel(QUEUE_MAX);
        let task = Task {
            db: db.clone(),
            tx: Tx { connection, audit: Vec::new() },
            chain: Chain::new(node),
            work,
            checkpoint: None,
            checkpoint_at: Instant::now(),
            begin: match db.engine() {
                Engine::Sqlite => "BEGIN IMMEDIATE",
                Engine::Postgres => "BEGIN",
            },
        };
        let (done, ended) = oneshot::channel::<()>();
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime needs a descriptor or two").block_on(task.run());
                drop(done);
            })
            .expect("the writer needs a thread");
        Ok((Self { queue }, tokio::spawn(async move { drop(ended.await) })))
    }

    /// Runs a job in a transaction and answers once it is committed.
    pub async fn run<T: Send + 'static>(&self, job: impl Job<T>) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let pending = Box::new(Pending { job, value: None, reply });
        self.queue.send(Work::Job(pending)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Whether it takes no more.
    pub fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }

    /// Stores a change and answers once it is committed.
    pub async fn apply(&self, change: Change) -> Result<Applied, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(Work::Change(Box::new(change), reply)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

struct Task {
    db: Db,
    tx: Tx,
    chain: Chain,
    work: mpsc::Receiver<Work>,
    begin: &'static str,
    /// The last one, which may still run.
    checkpoint: Option<tokio::task::JoinHandle<()>>,
    checkpoint_at: Instant,
}

impl Task {
    async fn run(mut self) {
        let mut gathered = Vec::with_capacity(GROUP_MAX);
        while self.work.recv_many(&mut gathered, GROUP_MAX).await > 0 {
            self.commit(std::mem::take(&mut gathered)).await;
            gathered.reserve(GROUP_MAX);
            self.checkpoint();
        }
        if let Some(checkpoint) = self.checkpoint.take() {
            let _ = checkpoint.await;
        }
        // The last handle is gone: nobody waits any more.
        let Self { tx, .. } = self;
        let _ = sqlx::Connection::close(tx.connection).await;
    }

    fn checkpoint(&mut self) {
        let runs = self.checkpoint.as_ref().is_some_and(|last| !last.is_finished());
        if runs || self.checkpoint_at.elapsed() < CHECKPOINT_EVERY {
            return;
        }
        self.checkpoint_at = Instant::now();
        let db = self.db.clone();
        self.checkpoint = Some(tokio::spawn(async move {
            if let Err(error) = db.checkpoint().await {
                tracing::warn!(%error, "the log could not be moved into the file; it is tried again");
            }
        }));
    }

    async fn commit(&mut self, mut group: Vec<Work>) {
        metrics::histogram!("anamnesis_writer_group_size")
            .record(f64::from(u32::try_from(group.len()).unwrap_or(u32::MAX)));
        let mut outcome = self.attempt(&mut group, false).await;
        if matches!(outcome, Err(StoreError::Exists)) {
            // A message that was sent again, most likely.
            outcome = self.attempt(&mut group, true).await;
        }
        match outcome {
            Ok(applied) => {
                let mut applied = applied.into_iter();
                for work in group {
                    match work {
                        Work::Change(_, reply) => {
                            let _ = reply.send(Ok(applied.next().expect("one for each change")));
                        }
                        Work::Job(job) => job.done(None),
                    }
                }
            }
            Err(error) if group.len() == 1 => {
                let work = group.pop().expect("a group of one");
                tracing::warn!(error = %error, "a write failed");
                match work {
                    Work::Change(_, reply) => drop(reply.send(Err(error))),
                    Work::Job(job) => job.done(Some(error)),
                }
            }
            Err(error) if error.is_outage() => {
                tracing::warn!(%error, jobs = group.len(), "a group of writes failed");
                for work in group {
                    match work {
                        Work::Change(_, reply) => drop(reply.send(Err(error.again()))),
                        Work::Job(job) => job.done(Some(error.again())),
                    }
                }
            }
            Err(_) => {
                for work in group {
                    Box::pin(self.commit(vec![work])).await;
                }
            }
        }
    }

    /// One transaction. On failure everything is rolled back and the chain stands where it stood.
    async fn attempt(&mut self, group: &mut [Work], repeats: bool) -> Result<Vec<Applied>, StoreError> {
        self.tx.audit.clear();
        let begin = self.begin;
        if let Err(error) = self.tx.connection.execute(begin).await {
            tracing::warn!(%error, "a write could not begin; the connection is made anew");
            self.reconnect().await?;
            self.tx.connection.execute(begin).await?;
        }
        // A job that panics must not take the writer along.
        let filled = std::panic::AssertUnwindSafe(self.fill(group, repeats)).catch_unwind().await;
        let outcome = filled.unwrap_or(Err(StoreError::Corrupt("a write panicked")));
        match outcome {
            Ok(applied) => match self.tx.connection.execute("COMMIT").await {
                Ok(_) => {
                    self.chain.committed();
                    Ok(applied)
                }
                Err(error) => {
                    self.roll_back().await;
                    Err(error.into())
                }
            },
            Err(error) => {
                self.roll_back().await;
                Err(error)
            }
        }
    }

    async fn fill(&mut self, group: &mut [Work], repeats: bool) -> Result<Vec<Applied>, StoreError> {
        for work in group.iter_mut() {
            if let Work::Job(job) = work {
                job.run(&mut self.tx).await?;
            }
        }
        let changes: Vec<&Change> = group
            .iter()
            .filter_map(|work| match work {
                Work::Change(change, _) => Some(&**change),
                Work::Job(_) => None,
            })
            .collect();
        let applied =
            if changes.is_empty() { Vec::new() } else { change::apply(&mut self.tx, &changes, repeats).await? };
        let entries = std::mem::take(&mut self.tx.audit);
        audit::store::append(&mut self.tx.connection, &mut self.chain, &entries).await?;
        Ok(applied)
    }

    async fn roll_back(&mut self) {
        self.chain.rolled_back();
        if self.tx.connection.execute("ROLLBACK").await.is_err() {
            // It is tried again when the next group begins.
            let _ = self.reconnect().await;
        }
    }

    /// A connection that can't even begin or roll back is replaced.
    async fn reconnect(&mut self) -> Result<(), StoreError> {
        self.chain.rolled_back();
        self.tx.connection = self.db.connect().await.inspect_err(|error| {
            tracing::error!(error = %error, "the writer lost the database");
        })?;
        Ok(())
    }
}

/// Lets a job hold what it needs by reference count, since it may run twice.
pub(crate) fn shared<T>(value: T) -> Arc<T> {
    Arc::new(value)
}
