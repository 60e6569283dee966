//! What a clinician and a patient see of alerts, by a route or by a page alike.

use std::sync::Arc;

use protocol::UserId;
use protocol::clinic::{Alert, AlertList, Person};

use super::store::{self, AlertRow};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::auth;
use crate::clinic::{Fault, Viewer};
use crate::clock::rfc3339;
use crate::db::{Change, StoreError, shared};
use crate::state::App;

async fn person(app: &App, id: String) -> Result<Person, StoreError> {
    let id = UserId::new(id);
    Ok(Person { name: auth::name_of(app, &id).await?.unwrap_or_default(), id })
}

async fn shown(app: &App, row: AlertRow) -> Result<Alert, StoreError> {
    Ok(Alert {
        id: row.id,
        patient: person(app, row.patient_id).await?,
        clinician: person(app, row.clinician_id).await?,
        level: store::level(&row.level).ok_or(StoreError::Corrupt("an alert has an unknown level"))?,
        created_at: rfc3339(row.created_at),
        seen_at: row.seen_at.map(rfc3339),
    })
}

fn entry(app: &App, viewer: &Viewer, action: Action, origin: &Origin) -> Entry {
    Entry::new(app.clock.now(), Actor::User(viewer.user.clone()), action).from(origin)
}

/// Only clinicians have alerts.
async fn clinician(app: &App, viewer: &Viewer, action: Action, origin: &Origin) -> Result<(), Fault> {
    if viewer.is_clinician() {
        return Ok(());
    }
    let audit = vec![entry(app, viewer, action, origin).refused("forbidden")];
    app.writer.apply(Change { audit, ..Default::default() }).await?;
    Err(Fault::Forbidden("Only clinicians have alerts."))
}

/// A page of a clinician's, the newest first.
pub(crate) async fn list(app: &App, viewer: &Viewer, page: (i64, i64), origin: &Origin) -> Result<AlertList, Fault> {
    clinician(app, viewer, Action::ALERT_LIST, origin).await?;
    let audit = vec![entry(app, viewer, Action::ALERT_LIST, origin)];
    app.writer.apply(Change { audit, ..Default::default() }).await?;
    let (rows, (total, unread)) = {
        let mut connection = app.db.read().await?;
        let rows = store::of_clinician(&mut connection, &viewer.user, page).await?;
        (rows, store::count(&mut connection, &viewer.user).await?)
    };
    let mut alerts = Vec::with_capacity(rows.len());
    for row in rows {
        alerts.push(shown(app, row).await?);
    }
    Ok(AlertList { alerts, total, unread })
}

/// How many a clinician has not opened; nobody else has any.
pub(crate) async fn unread(app: &App, viewer: &Viewer) -> Result<i64, Fault> {
    if !viewer.is_clinician() {
        return Ok(0);
    }
    let mut connection = app.db.read().await?;
    Ok(store::count(&mut connection, &viewer.user).await?.1)
}

/// Opens one: from now on its patient sees that it was seen, and when.
pub(crate) async fn open(app: &App, viewer: &Viewer, id: &str, origin: &Origin) -> Result<Alert, Fault> {
    clinician(app, viewer, Action::ALERT_SEEN, origin).await?;
    let now = app.clock.now();
    // Whatever a client wrote there: only what has the form of an id goes on the trail.
    let named = uuid::Uuid::parse_str(id).map(|id| id.to_string()).unwrap_or_default();
    let job = shared((named.clone(), viewer.user.clone(), entry(app, viewer, Action::ALERT_SEEN, origin)));
    let seen = app
        .writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(async move {
                let (id, user, entry) = &*job;
                let row = store::see(&mut tx.connection, id, user, now).await?;
                let entry = entry.clone().object("alert", id);
                tx.audit(match &row {
                    Some(row) => entry.subject(&UserId::new(row.patient_id.clone())),
                    None => entry.refused("not_found"),
                });
                Ok(row)
            })
        })
        .await?;
    Ok(shown(app, seen.ok_or(Fault::NotFound("alert"))?).await?)
}

/// A page of those about whoever asks, the newest first.
pub(crate) async fn of_patient(app: &App, patient: &UserId, page: (i64, i64)) -> Result<AlertList, StoreError> {
    let (rows, (total, unread)) = {
        let mut connection = app.db.read().await?;
        let rows = store::of_patient(&mut connection, patient, page).await?;
        (rows, store::count_of_patient(&mut connection, patient).await?)
    };
    let mut alerts = Vec::with_capacity(rows.len());
    for row in rows {
        alerts.push(shown(app, row).await?);
    }
    Ok(AlertList { alerts, total, unread })
}
