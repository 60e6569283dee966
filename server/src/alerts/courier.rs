//! One task writes the letters of alerts: each after the commit of its alert, and at the start those that were left over.
//!
//! A letter says that there is an alert and where to read it; no name, no level, nothing of health.

use std::time::Duration;

use protocol::UserId;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::store;
use crate::auth;
use crate::db::StoreError;
use crate::mail::{Content, Letter};
use crate::state::App;

/// What could not be written is tried again this often.
const AGAIN: Duration = Duration::from_mins(1);
/// Letters that are looked up at once.
const AT_ONCE: i64 = 50;

/// Wakes the task.
#[derive(Debug, Default)]
pub struct Courier(Notify);

impl Courier {
    /// There may be letters to write.
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }
}

/// Writes letters until it is told to stop.
pub async fn run(app: App, stop: CancellationToken) {
    loop {
        if let Err(error) = deliver(&app).await {
            tracing::warn!(%error, "letters of alerts could not be written yet");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.alerts.0.notified() => {}
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

async fn deliver(app: &App) -> Result<(), StoreError> {
    loop {
        let waiting = {
            let mut connection = app.db.read().await?;
            store::to_mail(&mut connection, AT_ONCE).await?
        };
        if waiting.is_empty() {
            return Ok(());
        }
        for (id, clinician, holds) in waiting {
            if holds == 1 {
                write(app, &UserId::new(clinician)).await?;
            }
            // After the letter: killed in between, it is written twice rather than never.
            let now = app.clock.now();
            app.writer
                .run(move |tx| {
                    let id = id.clone();
                    Box::pin(async move { store::set_mailed(&mut tx.connection, &id, now).await })
                })
                .await?;
        }
    }
}

async fn write(app: &App, clinician: &UserId) -> Result<(), StoreError> {
    metrics::counter!("anamnesis_clinician_alerts").increment(1);
    let Some(to) = auth::address_of(app, clinician).await? else { return Ok(()) };
    let content = Content::Alert { page: format!("{}/clinic/alerts", auth::home_address(app)) };
    app.mail.send(&Letter { to, content }, true, app.clock.now()).await;
    Ok(())
}
