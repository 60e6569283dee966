//! What every handler can reach.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use knowledge::Library;
use metrics_exporter_prometheus::PrometheusHandle;
use vault::LookupKey;

use crate::alerts::Courier;
use crate::auth::Auth;
use crate::clinic::Clinic;
use crate::clock::Clock;
use crate::config::Settings;
use crate::conversations::Search;
use crate::db::{Db, Writer};
use crate::documents::Documents;
use crate::keys::Keys;
use crate::leaves::Leaves;
use crate::limits::Limits;
use crate::mail::Mail;
use crate::models::Models;
use crate::realtime::hub::Hub;
use crate::secrets::Secrets;
use crate::turns::Turns;
use crate::turns::recall::Recall;

/// Shared by all that runs.
pub type App = Arc<AppState>;

/// The parts of a running server.
pub struct AppState {
    /// As they were read at the start.
    pub settings: Settings,
    /// Time.
    pub clock: Clock,
    /// To read with.
    pub db: Db,
    /// To write with.
    pub writer: Writer,
    /// Data keys.
    pub keys: Keys,
    /// Keyed hashes of what is looked up and not read.
    pub lookup: LookupKey,
    /// What signs and peppers.
    pub secrets: Secrets,
    /// Mail.
    pub mail: Mail,
    /// Writes the letters of alerts.
    pub alerts: Courier,
    /// What accounts keep in memory.
    pub auth: Auth,
    /// Rate limits.
    pub limits: Limits,
    /// The library.
    pub library: Arc<Library>,
    /// Who answers.
    pub models: Models,
    /// Who is connected.
    pub hub: Hub,
    /// Turns that wait and run.
    pub turns: Turns,
    /// Cases that run.
    pub clinic: Clinic,
    /// What was said lately, opened.
    pub recall: Recall,
    /// What was opened to be searched in.
    pub search: Search,
    /// Leave to hold a file of conversations in memory, taken in or out.
    pub files: Leaves,
    /// What is kept of documents in memory.
    pub documents: Documents,
    /// What `/metrics` prints.
    pub metrics: PrometheusHandle,
    /// The server stops: it takes no new work.
    pub draining: AtomicBool,
}

impl AppState {
    /// Whether new work is refused.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
