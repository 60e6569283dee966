//! The database: `SQLite` in a file, or `PostgreSQL` by `DATABASE_URL`, through one SQL.
//!
//! Reads use the pool ([`Db::read`]). Every write goes through the [`Writer`], which commits what has gathered since
//! its last commit, with the audit rows inside.

mod change;
mod rows;
mod writer;

use std::path::Path;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Connection, Executor};

pub use change::{Applied, Change, MessageUpdate, NewMemory, NewMessage, TurnRow};
pub(crate) use rows::{Column, Kind, ROWS_MAX, Rows};
pub(crate) use writer::shared;
pub use writer::{Job, Tx, Writer};

/// How long a connection may take.
const CONNECT_MAX: Duration = Duration::from_secs(10);

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full, or a limit on the file's size was reached.
    #[error("the disk is full")]
    Full,
    /// A row of that key is there.
    #[error("a row of that key is there")]
    Exists,
    /// What it belongs to was deleted.
    #[error("what it belongs to is not there any more")]
    Gone,
    /// The database does not answer; it is tried again with the next write.
    #[error("the database is away")]
    Away,
    /// The writer has stopped.
    #[error("the store is closing")]
    Closed,
    /// A sealed column could not be opened, or a row holds what it can't.
    #[error("stored data could not be read: {0}")]
    Corrupt(&'static str),
    /// The database said no.
    #[error("database: {0}")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(cause) = &error {
            if cause.is_unique_violation() {
                return Self::Exists;
            }
            // SQLITE_FULL is 13; PostgreSQL says 53100.
            if matches!(cause.code().as_deref(), Some("13" | "53100")) {
                return Self::Full;
            }
            // PostgreSQL takes no NUL in a text, and none of ours has one: nothing is found by it, as in SQLite.
            if cause.code().as_deref() == Some("22021") {
                return Self::Gone;
            }
        }
        Self::Database(error)
    }
}

impl StoreError {
    /// The store itself is in trouble, so that trying the same again at once would only fail again.
    const fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Full
                | Self::Away
                | Self::Database(sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed | sqlx::Error::PoolTimedOut)
        )
    }

    /// The same for another who waited for it.
    const fn again(&self) -> Self {
        match self {
            Self::Full => Self::Full,
            _ => Self::Away,
        }
    }
}

impl From<vault::VaultError> for StoreError {
    fn from(_: vault::VaultError) -> Self {
        Self::Corrupt("a sealed column did not open")
    }
}

/// Why the database could not be opened, for the person who starts the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is wrong, the folder can't be written, the server is away.
    #[error("cannot open the database {place}: {cause}")]
    Connect {
        /// Which, without a password.
        place: String,
        /// Why.
        cause: sqlx::Error,
    },
    /// Its schema is newer than this binary, or a migration failed.
    #[error("{0}")]
    Migrate(String),
}

/// Which engine holds the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// The pool of readers.
#[derive(Debug, Clone)]
pub struct Db {
    pool: AnyPool,
    engine: Engine,
    options: AnyConnectOptions,
}

impl Db {
    /// Opens the database and brings its schema up to date.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        install_default_drivers();
        let engine = if url.starts_with("sqlite:") { Engine::Sqlite } else { Engine::Postgres };
        let fail = |cause| OpenError::Connect { place: without_password(url), cause };
        let options: AnyConnectOptions = url.parse().map_err(fail)?;
        let mut first = sqlx::AnyConnection::connect_with(&options).await.map_err(fail)?;
        prepare(&mut first, engine).await.map_err(fail)?;
        MIGRATIONS.run(&mut first).await.map_err(|error| OpenError::Migrate(migration_advice(&error)))?;
        first.close().await.map_err(fail)?;

        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(CONNECT_MAX)
            .after_connect(move |connection, _| Box::pin(prepare(connection, engine)))
            .connect_with(options.clone())
            .await
            .map_err(fail)?;
        Ok(Self { pool, engine, options })
    }

    /// A connection to read with.
    pub async fn read(&self) -> Result<PoolConnection<Any>, StoreError> {
        Ok(self.pool.acquire().await?)
    }

    /// Which engine.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// A connection of one's own, for the writer.
    pub(crate) async fn connect(&self) -> Result<sqlx::AnyConnection, StoreError> {
        let connect = async {
            let mut connection = sqlx::AnyConnection::connect_with(&self.options).await?;
            prepare(&mut connection, self.engine).await?;
            Ok(connection)
        };
        tokio::time::timeout(CONNECT_MAX, connect).await.map_err(|_| StoreError::Away)?
    }

    /// Moves what was committed from the log into the file, beside the writer. Nothing to do on `PostgreSQL`.
    pub(crate) async fn checkpoint(&self) -> Result<(), StoreError> {
        if self.engine == Engine::Sqlite {
            self.read().await?.execute("PRAGMA wal_checkpoint(PASSIVE)").await?;
        }
        Ok(())
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        let Ok(mut connection) = self.read().await else { return false };
        sqlx::query("SELECT 1").execute(&mut *connection).await.is_ok()
    }

    /// Waits for readers and closes.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// The address of an `SQLite` file.
pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

async fn prepare(connection: &mut sqlx::AnyConnection, engine: Engine) -> Result<(), sqlx::Error> {
    if engine == Engine::Sqlite {
        connection
            .execute(
                // The writer's own checkpoint is the last resort: usually `checkpoint` was there before, so that no
                // acknowledgement waits for it.
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 16000;",
            )
            .await?;
    }
    Ok(())
}

fn migration_advice(error: &MigrateError) -> String {
    match error {
        MigrateError::VersionMissing(version) => format!(
            "the database is from a newer version of Anamnesis (its schema has step {version}, which this binary does not \
             know): start the newer binary, or restore a backup that was made with this one"
        ),
        MigrateError::VersionMismatch(version) => {
            format!("step {version} of the database's schema is not the one that this binary knows: restore a backup")
        }
        other => format!("the database's schema could not be brought up to date: {other}"),
    }
}

fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}://…{}", &url[..scheme], &url[at..]),
        _ => url.to_owned(),
    }
}
