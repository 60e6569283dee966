//! Starts the server, and stops it without losing anything.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::serve::ListenerExt;
use clinical::crisis::Watch;
use knowledge::Library;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use vault::LookupKey;

use crate::alerts::{self, Courier};
use crate::auth::{self, Auth};
use crate::care::{self, Care};
use crate::clinic::{self, Clinic};
use crate::clock::Clock;
use crate::config::{Limiting, Settings};
use crate::conversations::Search;
use crate::db::{Db, OpenError, StoreError, Writer, sqlite_url};
use crate::documents::{self, Documents};
use crate::keys::Keys;
use crate::limits::Limits;
use crate::mail::Mail;
use crate::models::Models;
use crate::realtime::hub::Hub;
use crate::secrets::{SecretError, Secrets};
use crate::state::{App, AppState};
use crate::turns::recall::Recall;
use crate::turns::{self, Turns};
use crate::{conversations, router, telemetry};

/// Why the server did not start, for the person who starts it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder can't be used.
    #[error("cannot use the data folder {place}: {cause}; set `data` to a folder that this user can write")]
    Data {
        /// Which.
        place: String,
        /// Why.
        cause: std::io::Error,
    },
    /// Another server has the data folder.
    #[error("another server is running on the data folder {0}; stop it first, or set `data` to another folder")]
    Locked(String),
    /// The port is taken, or not ours to take.
    #[error(
        "cannot listen on {addr}: {cause}; stop what listens there, or set `addr` to another port (0 picks a free one)"
    )]
    Listen {
        /// Where.
        addr: SocketAddr,
        /// Why.
        cause: std::io::Error,
    },
    /// A secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The database, later.
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    /// Something else that a setting asks for.
    #[error("{0}")]
    Setting(String),
}

/// A started server that does not listen yet.
pub struct Started {
    /// Its parts.
    pub app: App,
    writer: JoinHandle<()>,
    /// Keeps other servers off the data folder for as long as it is open.
    _lock: Option<std::fs::File>,
}

/// Makes the data folder ready.
pub fn prepare_data(data: &Path) -> Result<(), StartError> {
    use std::os::unix::fs::DirBuilderExt;
    let fail = |cause| StartError::Data { place: data.display().to_string(), cause };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(fail)?;
    let probe = data.join(".write-probe");
    std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)).map_err(fail)
}

/// The database's address: a server's, or the file in the data folder.
pub fn database_url(settings: &Settings) -> String {
    settings.database_url.clone().unwrap_or_else(|| sqlite_url(&settings.data.join("anamnesis.db")))
}

fn lock(data: &Path) -> Result<std::fs::File, StartError> {
    let place = data.join("lock");
    let file = std::fs::File::create(&place)
        .map_err(|cause| StartError::Data { place: place.display().to_string(), cause })?;
    match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(_) => Err(StartError::Locked(data.display().to_string())),
    }
}

/// Opens everything. Nothing is served yet.
pub async fn start(settings: Settings, clock: Clock) -> Result<Started, StartError> {
    prepare_data(&settings.data)?;
    let lock = lock(&settings.data)?;
    let db = Db::open(&database_url(&settings)).await?;
    let secrets = open_secrets(&settings, &db).await?;
    let (writer, task) = Writer::start(&db, &settings.node).await?;
    let library = Arc::new(Library::open(&settings.data).map_err(|error| StartError::Setting(error.to_string()))?);
    let models =
        Models::from_settings(&settings, &library, |name| std::env::var(name).ok()).map_err(StartError::Setting)?;
    // The first message must not wait for the crisis rules to be made ready.
    Care::of(&Watch::over(1), 0);
    // Nor the first case for the tables of medicine.
    tokio::task::spawn_blocking(clinic::warm);
    let app = Arc::new(AppState {
        keys: Keys::new(Arc::clone(&secrets.master)),
        lookup: LookupKey::new(*secrets.pepper),
        mail: Mail::open(&settings).map_err(|error| StartError::Setting(error.to_string()))?,
        alerts: Courier::default(),
        auth: Auth::new(&settings, &secrets),
        limits: Limits::new(&settings),
        hub: Hub::new(clock.clone()),
        clinic: Clinic::new(&settings),
        recall: Recall::new(settings.recall_bytes),
        search: Search::new(settings.search_bytes),
        files: conversations::files(),
        documents: Documents::new(&settings),
        turns: Turns::new(settings.turns_at_once, settings.turns_waiting, settings.turns_waiting_per_user),
        metrics: telemetry::start_metrics(),
        draining: AtomicBool::new(false),
        library,
        models,
        secrets,
        db,
        writer,
        clock,
        settings,
    });
    Ok(Started { app, writer: task, _lock: Some(lock) })
}

/// The secrets, and that they are those of this database.
pub(crate) async fn open_secrets(settings: &Settings, db: &Db) -> Result<Secrets, StartError> {
    let sealed = Keys::any(db).await?;
    let secrets = Secrets::open(&settings.data, sealed.is_some(), |name| std::env::var(name).ok())?;
    if let Some((scope, wrapped)) = sealed
        && vault::DataKey::unwrap(&wrapped, &secrets.master, &scope).is_err()
    {
        return Err(StartError::Setting(
            "secret `master` is not the one that this database was sealed with: give the right one back".to_owned(),
        ));
    }
    Ok(secrets)
}

impl Started {
    /// Listens, seeds the demo where it is asked for, takes open turns up again, and serves until `stop` is cancelled.
    pub async fn serve(self, stop: CancellationToken, listening: impl FnOnce(SocketAddr)) -> Result<(), StartError> {
        let app = self.app;
        let wanted = app.settings.addr;
        let listener = TcpListener::bind(wanted).await.map_err(|cause| StartError::Listen { addr: wanted, cause })?;
        let addr = listener.local_addr().map_err(|cause| StartError::Listen { addr: wanted, cause })?;
        app.auth.listening_on(addr);
        if app.settings.demo {
            auth::demo::seed(&app).await.map_err(|error| StartError::Setting(error.detail().to_owned()))?;
            auth::demo::seed_cases(&app).await?;
        }
        care::refresh_learned(&app).await?;
        turns::recover(&app).await?;
        let open = clinic::recover(&app).await?;
        if open > 0 {
            tracing::info!(open, "cases are taken up again");
        }
        let read_anew = documents::recover(&app).await?;
        if read_anew > 0 {
            tracing::info!(read_anew, "documents are read anew");
        }
        let chores = tokio::spawn(chores(app.clone(), stop.clone()));
        let courier = tokio::spawn(alerts::courier(app.clone(), stop.clone()));
        listening(addr);

        let service = router::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let drain = CancellationToken::new();
        let draining = drain.clone();
        // Without it, the second of two small frames waits for the reader to acknowledge the first: 40 ms.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps its delay");
            }
        });
        let server = axum::serve(listener, service).with_graceful_shutdown(async move { draining.cancelled().await });
        let server = tokio::spawn(async move { server.await });
        stop.cancelled().await;
        shut_down(&app).await;
        drain.cancel();
        // Sockets were told to close; what is still open after the grace is cut.
        let _ = tokio::time::timeout(app.settings.shutdown_grace, server).await;
        chores.abort();
        courier.abort();
        app.db.close().await;
        drop(app);
        let _ = tokio::time::timeout(Duration::from_secs(5), self.writer).await;
        Ok(())
    }
}

/// Not ready first; running answers may end within the grace, what is left is parked; then the sockets close with 1012.
async fn shut_down(app: &App) {
    app.draining.store(true, Ordering::Relaxed);
    tracing::info!(running = app.turns.running(), connections = app.hub.connections(), "stopping");
    app.turns.hold();
    let patience = tokio::time::Instant::now() + app.settings.shutdown_grace;
    while app.turns.running() > 0 && tokio::time::Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    app.turns.park();
    let patience = tokio::time::Instant::now() + Duration::from_secs(2);
    while app.turns.running() > 0 && tokio::time::Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    app.hub.close_all();
}

/// Small work that comes back.
async fn chores(app: App, stop: CancellationToken) {
    let mut minute = tokio::time::interval(Duration::from_mins(1));
    let mut upkeep = tokio::time::interval(Duration::from_secs(5));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            // Histograms keep every sample until they are folded, whether or not anybody reads them.
            _ = upkeep.tick() => app.metrics.run_upkeep(),
            _ = minute.tick() => {
                if app.settings.limits == Limiting::On {
                    app.limits.tidy();
                }
                auth::tidy(&app).await;
                if let Err(error) = care::refresh_learned(&app).await {
                    tracing::warn!(%error, "what was learned of passages could not be read");
                }
                if let Err(error) = clinic::recover(&app).await {
                    tracing::warn!(%error, "cases that stand still could not be looked up");
                }
                match conversations::purge(&app).await {
                    Ok(0) => {}
                    Ok(count) => tracing::info!(count, "deleted conversations are gone for good"),
                    Err(error) => tracing::warn!(%error, "deleted conversations could not be taken away"),
                }
            }
        }
    }
}
