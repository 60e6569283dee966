//! Who may see a case: its owner; someone it is shared with; a clinician with whom its owner shares their record.
//!
//! What is not theirs is *not found*, and that it was asked for is on the trail.

use protocol::{CaseId, UserId};

use super::store::{self, CaseRow};
use super::types::Viewer;
use crate::audit::{Action, Actor, Entry, Origin};
use crate::db::{Change, StoreError};
use crate::state::App;

/// A case that someone may see.
pub(super) struct Seen {
    pub(super) row: CaseRow,
    pub(super) is_own: bool,
}

/// Whether it has the form of an id: anything else is not found, and never reaches the database.
pub(super) fn is_an_id(text: &str) -> bool {
    uuid::Uuid::parse_str(text).is_ok()
}

/// What a client wrote where an id belongs, for the trail: nothing where it has not the form of one.
pub(super) fn named(text: &str) -> String {
    uuid::Uuid::parse_str(text).map(|id| id.to_string()).unwrap_or_default()
}

/// A case for whoever asks; `None` where there is none that they may see. Nothing is written.
pub(super) async fn look(app: &App, viewer: &Viewer, id: &CaseId) -> Result<Option<Seen>, StoreError> {
    if !is_an_id(id.as_str()) {
        return Ok(None);
    }
    let mut connection = app.db.read().await?;
    let Some(row) = store::find(&mut connection, id).await? else { return Ok(None) };
    let owner = UserId::new(row.user_id.clone());
    let is_own = owner == viewer.user;
    let may = is_own
        || store::shares::case_is_shared(&mut connection, id, &viewer.user).await?
        || (viewer.is_clinician() && store::shares::record_is_shared(&mut connection, &owner, &viewer.user).await?);
    Ok(may.then_some(Seen { row, is_own }))
}

/// The same, for an act that goes on the trail: done, or refused as not found.
pub(super) async fn enter(
    app: &App,
    viewer: &Viewer,
    id: &CaseId,
    action: Action,
    origin: &Origin,
) -> Result<Option<Seen>, StoreError> {
    let seen = look(app, viewer, id).await?;
    let entry = Entry::new(app.clock.now(), Actor::User(viewer.user.clone()), action).from(origin);
    let entry = if let Some(seen) = &seen {
        // Whose it is that is looked at: the patient's, where it was run for one.
        let of = seen.row.patient_id.as_ref().unwrap_or(&seen.row.user_id);
        entry.object("case", id.as_str()).subject(&UserId::new(of.clone()))
    } else {
        entry.object("case", &named(id.as_str())).refused("not_found")
    };
    app.writer.apply(Change { audit: vec![entry], ..Default::default() }).await?;
    Ok(seen)
}

/// Puts an act that was refused on the trail; `object` is a kind and an id as the client wrote it.
pub(super) async fn refused(
    app: &App,
    viewer: &Viewer,
    (action, reason): (Action, &'static str),
    (kind, id): (&str, &str),
    origin: &Origin,
) -> Result<(), StoreError> {
    let entry = Entry::new(app.clock.now(), Actor::User(viewer.user.clone()), action)
        .object(kind, &named(id))
        .refused(reason)
        .from(origin);
    app.writer.apply(Change { audit: vec![entry], ..Default::default() }).await.map(drop)
}

/// Whether a clinician may be on a patient's channel.
pub(super) async fn sees_record(app: &App, viewer: &Viewer, patient: &UserId) -> Result<bool, StoreError> {
    if !viewer.is_clinician() || !is_an_id(patient.as_str()) {
        return Ok(false);
    }
    let mut connection = app.db.read().await?;
    store::shares::record_is_shared(&mut connection, patient, &viewer.user).await
}
