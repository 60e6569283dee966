//! Builders for set-up; the acts themselves go through the public interface.

mod account;
mod crash;
mod socket;
mod stored;

pub(crate) use account::{Account, PASSWORD, mailed_code};
pub(crate) use crash::Doomed;
pub(crate) use socket::{RawSocket, Socket};

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use server::clock::Clock;
use server::config::{Layers, Settings};
use server::serve::{self, StartError};
use server::state::App;
use sqlx::Connection;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// 2026-11-01 12:00 UTC, where a test's own clock begins.
pub(crate) const NOON: i64 = 1_793_534_400_000;

/// What the scripted model of the tests says.
pub(crate) const SCRIPT: &str = "One two three four five six seven eight nine ten.";

/// How long an answer may take, the longest of streams included.
const PATIENCE: Duration = Duration::from_mins(3);

/// A running server.
pub(crate) struct TestServer {
    pub(crate) addr: SocketAddr,
    pub(crate) app: App,
    pub(crate) http: reqwest::Client,
    hand: Option<Arc<AtomicI64>>,
    stop: CancellationToken,
    task: JoinHandle<Result<(), StartError>>,
    home: Home,
}

/// What outlives one run of a server: its folder and its database.
pub(crate) struct Home {
    folder: TempDir,
    database: Option<String>,
}

impl Home {
    pub(crate) async fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), database: postgres().await }
    }

    pub(crate) fn data(&self) -> &Path {
        self.folder.path()
    }
}

/// A database of its own on the PostgreSQL named by the environment; `None`: the file in the data folder.
async fn postgres() -> Option<String> {
    let base = std::env::var("ANAMNESIS_TEST_DATABASE_URL").ok()?;
    sqlx::any::install_default_drivers();
    let name = format!("test_{}", uuid::Uuid::new_v4().simple());
    let mut connection = sqlx::AnyConnection::connect(&base).await.expect("the PostgreSQL of the tests answers");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .expect("a database");
    let (server, _) = base.rsplit_once('/').expect("an address with a database");
    Some(format!("{server}/{name}"))
}

impl TestServer {
    /// With the settings of a test: limits as they are, the machine's clock.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With other settings.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::at(Home::new().await, settings, Clock::System, None).await
    }

    /// With a clock that the test moves ([`Self::pass`]).
    pub(crate) async fn with_clock(settings: &[(&str, &str)]) -> Self {
        let (clock, hand) = Clock::fixed(NOON);
        Self::at(Home::new().await, settings, clock, Some(hand)).await
    }

    /// On the folder and database of a server that was stopped before.
    pub(crate) async fn again(home: Home, settings: &[(&str, &str)]) -> Self {
        Self::at(home, settings, Clock::System, None).await
    }

    async fn at(home: Home, settings: &[(&str, &str)], clock: Clock, hand: Option<Arc<AtomicI64>>) -> Self {
        let started = serve::start(settings_of(&home, settings), clock).await.unwrap_or_else(|error| panic!("{error}"));
        let (app, stop) = (started.app.clone(), CancellationToken::new());
        let (ready, address) = oneshot::channel();
        let signal = stop.clone();
        let task = tokio::spawn(async move {
            started.serve(signal, move |addr| ready.send(addr).expect("the test waits for it")).await
        });
        let addr = address.await.expect("the server listens");
        // What does not answer fails its test instead of holding up all the others.
        let http = loadgen::http_builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
        let http = http.build().expect("a client");
        Self { addr, app, http, hand, stop, task, home }
    }

    /// Moves the test's clock.
    pub(crate) fn pass(&self, millis: i64) {
        self.hand.as_ref().expect("started with a clock").fetch_add(millis, Ordering::Relaxed);
    }

    /// The data folder, wherever the settings put it.
    pub(crate) fn data(&self) -> &Path {
        &self.app.settings.data
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// Stops it the way an operator does; what it leaves can be started again.
    pub(crate) async fn stop(self) -> Home {
        self.stop.cancel();
        drop(self.app);
        self.task.await.expect("the server does not panic").unwrap_or_else(|error| panic!("{error}"));
        self.home
    }

    /// POST with a JSON body: status and JSON answer.
    pub(crate) async fn post(
        &self,
        path: &str,
        body: &serde_json::Value,
        token: Option<&str>,
    ) -> (u16, serde_json::Value) {
        let request = self.http.post(self.url(path)).json(body);
        Self::answer(token.map_or_else(
            || request.try_clone().expect("a plain body"),
            |token| request.try_clone().expect("a plain body").bearer_auth(token),
        ))
        .await
    }

    /// GET: status and JSON answer.
    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> (u16, serde_json::Value) {
        let request = self.http.get(self.url(path));
        Self::answer(match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
        .await
    }

    /// Any method with a JSON body, as somebody: status and JSON answer.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&serde_json::Value>,
        token: &str,
    ) -> (u16, serde_json::Value) {
        let request = self.http.request(method.parse().expect("a method"), self.url(path)).bearer_auth(token);
        Self::answer(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    async fn answer(request: reqwest::RequestBuilder) -> (u16, serde_json::Value) {
        let response = request.send().await.expect("the server answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)))
    }
}

/// The settings of a test, read the way the binary reads them.
pub(crate) fn settings_of(home: &Home, settings: &[(&str, &str)]) -> Settings {
    let mut flags: BTreeMap<String, String> = BTreeMap::from([
        ("addr".to_owned(), "127.0.0.1:0".to_owned()),
        ("data".to_owned(), home.data().display().to_string()),
        ("limits".to_owned(), "off".to_owned()),
        ("model".to_owned(), format!("scripted:text={SCRIPT};chunk=9")),
        ("shutdown_grace".to_owned(), "1s".to_owned()),
        // However busy the machine is, an upload is answered once its document is read.
        ("document_wait".to_owned(), "60s".to_owned()),
        // This process is a test: documents are read by the binary.
        ("document_reader".to_owned(), env!("CARGO_BIN_EXE_anamnesis").to_owned()),
    ]);
    if let Some(database) = &home.database {
        flags.insert("database_url".to_owned(), database.clone());
    }
    flags.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let layers = Layers::gather(flags, |_| None, None).expect("known settings");
    Settings::read(&layers).expect("good settings")
}
