//! A server that ends as if its process were killed: nothing is closed, stored or said on the way.

use std::ops::Deref;
use std::time::Duration;

use server::clock::Clock;
use tokio::runtime::{Builder, Runtime};

use super::{Home, TestServer};

/// A server on a runtime of its own, so that all its tasks can be dropped where they stand.
pub(crate) struct Doomed {
    server: TestServer,
    runtime: Runtime,
}

impl Doomed {
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let settings: Vec<(String, String)> =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let started = tokio::task::spawn_blocking(move || {
            let settings: Vec<(&str, &str)> =
                settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let server =
                runtime.block_on(async { TestServer::at(Home::new().await, &settings, Clock::System, None).await });
            (server, runtime)
        });
        let (server, runtime) = started.await.expect("it starts");
        Self { server, runtime }
    }

    /// Drops every task at the point where it waits. What it leaves can be started again.
    pub(crate) async fn crash(self) -> Home {
        let TestServer { app, task, home, .. } = self.server;
        drop((app, task));
        let runtime = self.runtime;
        tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(20))).await.expect("no panic");
        home
    }
}

impl Deref for Doomed {
    type Target = TestServer;

    fn deref(&self) -> &TestServer {
        &self.server
    }
}
