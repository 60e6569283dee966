//! The clinic: differential diagnoses and prescription checks as cases that are worked out stage by stage.
//!
//! Start with `runner.rs` (how a case runs), then `engine.rs` (what a stage works out, by `clinical`) and `live.rs` (who
//! watches). `request.rs` looks at what is entered, `access.rs` says who may see a case, `cases.rs` is what people do with
//! them, `shares.rs` who lets whom see what, `export.rs` takes them out, `tools.rs` is type-ahead, reading a note and the
//! calculators.
//!
//! What it must never do: show a figure that the engines did not compute, show a frame that is not stored, or tell
//! somebody else's case from one that is not there. A finished stage is never run again.

pub mod cases;
pub mod demo;
pub mod fault;
pub mod shares;
pub mod types;

mod access;
mod engine;
mod export;
mod live;
pub(crate) mod pages;
pub(crate) mod request;
pub(crate) mod routes;
mod runner;
mod scores;
mod store;
pub(crate) mod tools;
mod wire;

use std::sync::Arc;

use protocol::clinic::CaseInput;
use protocol::{CaseId, UserId};
use tokio::sync::Semaphore;

pub use fault::Fault;
pub use routes::routes;
pub use types::Viewer;

use crate::audit::{Action, Origin};
use crate::config::Settings;
use crate::db::StoreError;
use crate::ids;
use crate::limits::Kind;
use crate::realtime::hub::Peer;
use crate::state::App;
use types::NewCase;

/// What the clinic keeps in memory.
pub struct Clinic {
    live: live::Live,
    /// Cases that are worked out at once.
    room: Arc<Semaphore>,
}

impl Clinic {
    /// As the settings say.
    pub fn new(settings: &Settings) -> Self {
        Self { live: live::Live::default(), room: Arc::new(Semaphore::new(settings.cases_at_once.max(1))) }
    }
}

/// Makes the tables ready, so that the first case is as fast as the next.
pub fn warm() {
    engine::warm();
}

/// Begins a case. `patient` is whose channel it was asked on, where that is not the asker's own; `peer` watches it.
pub(crate) async fn begin(
    app: &App,
    viewer: &Viewer,
    input: CaseInput,
    patient: Option<UserId>,
    peer: Option<&Arc<Peer>>,
    origin: &Origin,
) -> Result<(CaseId, runner::Outcome), Fault> {
    app.limits.check(Kind::Cases, viewer.user.as_str())?;
    if let Some(wrong) = request::wrong(&input, &app.settings) {
        return Err(Fault::Input(wrong));
    }
    if app.is_draining() {
        return Err(Fault::Parked);
    }
    if app.clinic.live.running_of(&viewer.user) >= app.settings.cases_running_per_user {
        return Err(Fault::Busy);
    }
    let from_case = match &input {
        CaseInput::Prescription(request) => request.from_case.clone(),
        CaseInput::Diagnosis(_) => None,
    };
    let mut patient = patient;
    if let Some(id) = &from_case {
        let seen = access::enter(app, viewer, id, Action::CASE_READ, origin).await?;
        let seen = seen.filter(|seen| seen.row.kind == "diagnosis").ok_or(Fault::NotFound("diagnosis case"))?;
        patient = patient.or_else(|| seen.row.patient_id.filter(|_| seen.is_own).map(UserId::new));
    }
    let new = NewCase {
        id: ids::case(app.clock.now()),
        owner: viewer.user.clone(),
        patient,
        from_case,
        title: request::title_of(&input),
        input,
    };
    let id = new.id.clone();
    Ok((id, runner::start(app, new, peer, origin).await?))
}

/// Shows a connection the frames of a case after a place, then all that come.
pub(crate) async fn watch(
    app: &App,
    viewer: &Viewer,
    peer: &Arc<Peer>,
    id: &CaseId,
    after: u32,
    origin: &Origin,
) -> Result<(), Fault> {
    access::enter(app, viewer, id, Action::CASE_READ, origin).await?.ok_or(Fault::NotFound("case"))?;
    if !app.clinic.live.watch(id, peer, after) {
        // It has ended, or stands still since it was interrupted: then it goes on now.
        runner::take_up(app, id).await?;
        if !app.clinic.live.watch(id, peer, after) {
            return cases::replay(app, peer, id, after).await;
        }
    }
    // A share that ended before this connection was among those who watch turned nobody away.
    let seen = access::look(app, viewer, id).await;
    if !matches!(seen, Ok(Some(_))) {
        app.clinic.live.leave(id, peer);
    }
    seen?.map(drop).ok_or(Fault::NotFound("case"))
}

/// Takes up the cases that were not ended: at the start, and later those that could not be stored.
pub async fn recover(app: &App) -> Result<usize, StoreError> {
    let open = {
        let mut connection = app.db.read().await?;
        store::open_cases(&mut connection).await?
    };
    for id in &open {
        // One that can't be read keeps none of the others waiting.
        if let Err(error) = runner::take_up(app, &CaseId::new(id.clone())).await {
            tracing::error!(%error, case = id, "a case could not be taken up");
        }
    }
    Ok(open.len())
}

/// Whether someone may be on this person's channel: their own, or a patient's who shares their record with them.
pub async fn may_join(app: &App, viewer: &Viewer, channel: &UserId) -> Result<bool, StoreError> {
    Ok(viewer.user == *channel || access::sees_record(app, viewer, channel).await?)
}
