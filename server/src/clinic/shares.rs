//! Who lets whom see what: a patient their record for a clinician, a clinician a case for its patient.
//!
//! Either side can end a share. What is ended is not found any more, at once: sockets on the patient's channel close, and
//! a case that is being watched is shown no further. With a record a patient may agree that the clinician is told of danger
//! (`crate::alerts`).

use protocol::clinic::{Share, ShareCase, ShareKind, ShareList, ShareRecord};
use protocol::rest::UserRole;
use protocol::{CaseId, UserId};

use super::access;
use super::cases::People;
use super::fault::Fault;
use super::store::shares::ShareRow;
use super::store::{self};
use super::types::Viewer;
use super::wire;
use crate::audit::{Action, Actor, Entry, Origin};
use crate::db::{StoreError, shared};
use crate::limits::Kind;
use crate::state::App;
use crate::{auth, ids};

/// Shares with the names of both sides.
pub(super) async fn shown(app: &App, rows: &[ShareRow], people: &mut People) -> Result<Vec<Share>, StoreError> {
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let from = people.get(app, &row.from_id).await?;
        let with = people.get(app, &row.with_id).await?;
        out.push(wire::share(row, from, with)?);
    }
    Ok(out)
}

/// What holds between someone and others.
pub async fn list(app: &App, viewer: &Viewer) -> Result<ShareList, Fault> {
    let rows = {
        let mut connection = app.db.read().await?;
        store::shares::of(&mut connection, &viewer.user).await?
    };
    let mut people = People::default();
    let all = shown(app, &rows, &mut people).await?;
    let (given, received) = all.into_iter().partition(|share| share.from.id == viewer.user);
    Ok(ShareList { given, received })
}

/// Lets a clinician see one's record. One that holds already stays as it is, but for a consent that is given with it.
pub async fn share_record(app: &App, viewer: &Viewer, request: &ShareRecord, origin: &Origin) -> Result<Share, Fault> {
    app.limits.check(Kind::Shares, viewer.user.as_str())?;
    // A clinician's cases are of other people, who would know nothing of it.
    if !viewer.is_patient() {
        access::refused(app, viewer, (Action::SHARE, "forbidden"), ("share", ""), origin).await?;
        return Err(Fault::Forbidden("Only a patient can share their record."));
    }
    let found = auth::find_person(app, &request.email).await?;
    let clinician = found.filter(|(id, role)| *role == UserRole::Clinician && *id != viewer.user);
    let Some((clinician, _)) = clinician else {
        access::refused(app, viewer, (Action::SHARE, "not_found"), ("share", ""), origin).await?;
        return Err(Fault::NotFound("clinician"));
    };
    let share = give(app, viewer, (ShareKind::Record, request.alerts), &clinician, None, origin).await?;
    if request.alerts && !share.alerts {
        return set_alerts(app, viewer, &share.id, true, origin).await;
    }
    Ok(share)
}

/// Gives the consent that a clinician is told of danger, or takes it back.
pub async fn set_alerts(app: &App, viewer: &Viewer, id: &str, alerts: bool, origin: &Origin) -> Result<Share, Fault> {
    app.limits.check(Kind::Shares, viewer.user.as_str())?;
    let mut entry = Entry::new(app.clock.now(), Actor::User(viewer.user.clone()), Action::SHARE_CHANGE)
        .object("share", &access::named(id))
        .from(origin);
    entry.reason = if alerts { "alerts_on" } else { "alerts_off" };
    let job = shared((access::named(id), viewer.user.clone(), entry));
    let changed = app
        .writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (id, user, entry) = &*job;
                let changed = store::shares::set_alerts(&mut tx.connection, id, user, alerts).await?;
                let entry = entry.clone();
                tx.audit(if changed.is_some() { entry.subject(user) } else { entry.refused("not_found") });
                Ok(changed)
            })
        })
        .await?;
    let row = changed.ok_or(Fault::NotFound("share"))?;
    let mut all = shown(app, std::slice::from_ref(&row), &mut People::default()).await?;
    all.pop().ok_or(Fault::NotFound("share"))
}

/// Shows one of a clinician's own cases to its patient.
pub async fn share_case(
    app: &App,
    viewer: &Viewer,
    id: &CaseId,
    request: &ShareCase,
    origin: &Origin,
) -> Result<Share, Fault> {
    app.limits.check(Kind::Shares, viewer.user.as_str())?;
    let Some(seen) = access::look(app, viewer, id).await? else {
        access::enter(app, viewer, id, Action::SHARE, origin).await?;
        return Err(Fault::NotFound("case"));
    };
    if !viewer.is_clinician() || !seen.is_own {
        access::refused(app, viewer, (Action::SHARE, "forbidden"), ("case", id.as_str()), origin).await?;
        return Err(Fault::Forbidden("Only the clinician who ran a case can share it."));
    }
    if seen.row.status != "done" {
        return Err(Fault::Conflict("The case is not done yet. Share it when it is."));
    }
    let patient = match (&request.email, &request.user_id) {
        (Some(email), None) => {
            let found = auth::find_person(app, email).await?;
            found.filter(|(_, role)| *role == UserRole::Patient).map(|(id, _)| id)
        }
        (None, Some(patient)) => access::sees_record(app, viewer, patient).await?.then(|| patient.clone()),
        _ => return Err(Fault::Input("Name the patient by `email` or by `user_id`.".to_owned())),
    };
    // A case that was run for somebody is theirs to see and nobody else's.
    let of_another = |patient: &UserId| seen.row.patient_id.as_deref().is_some_and(|of| of != patient.as_str());
    let patient = patient.filter(|patient| *patient != viewer.user && !of_another(patient));
    let Some(patient) = patient else {
        access::refused(app, viewer, (Action::SHARE, "not_found"), ("case", id.as_str()), origin).await?;
        return Err(Fault::NotFound("account"));
    };
    give(app, viewer, (ShareKind::Case, false), &patient, Some(id.clone()), origin).await
}

async fn give(
    app: &App,
    viewer: &Viewer,
    (kind, alerts): (ShareKind, bool),
    with: &UserId,
    case: Option<CaseId>,
    origin: &Origin,
) -> Result<Share, Fault> {
    let now = app.clock.now();
    let row = ShareRow {
        id: ids::plain(now),
        kind: kind.as_str().to_owned(),
        from_id: viewer.user.as_str().to_owned(),
        with_id: with.as_str().to_owned(),
        case_id: case.as_ref().map(|case| case.as_str().to_owned()),
        created_at: now,
        alerts: i64::from(alerts),
    };
    let entry = Entry::new(now, Actor::User(viewer.user.clone()), Action::SHARE).object("share", &row.id).from(origin);
    // Whose data it lets be seen: the record is the giver's; a case is about whom it is shown to.
    let entry = entry.subject(if kind == ShareKind::Record { &viewer.user } else { with });
    let job = shared((row.clone(), case.clone().map(|case| (case, with.clone())), entry));
    let stored = app
        .writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (row, case, entry) = &*job;
                store::shares::insert(&mut tx.connection, row).await?;
                if let Some((case, patient)) = case {
                    store::set_patient(&mut tx.connection, case, patient).await?;
                }
                tx.audit(entry.clone());
                Ok(())
            })
        })
        .await;
    let row = match stored {
        Ok(()) => row,
        // It holds already.
        Err(StoreError::Exists) => {
            let mut connection = app.db.read().await?;
            let all = store::shares::of(&mut connection, &viewer.user).await?;
            let same = all.into_iter().find(|one| {
                one.kind == row.kind
                    && one.with_id == row.with_id
                    && one.case_id == row.case_id
                    && one.from_id == row.from_id
            });
            same.ok_or(Fault::Conflict("That was being changed. Please try again."))?
        }
        Err(error) => return Err(error.into()),
    };
    let mut all = shown(app, std::slice::from_ref(&row), &mut People::default()).await?;
    all.pop().ok_or(Fault::NotFound("share"))
}

/// Ends a share, from either side.
pub async fn end(app: &App, viewer: &Viewer, id: &str, origin: &Origin) -> Result<(), Fault> {
    let now = app.clock.now();
    if !access::is_an_id(id) {
        access::refused(app, viewer, (Action::SHARE_END, "not_found"), ("share", id), origin).await?;
        return Err(Fault::NotFound("share"));
    }
    let entry = Entry::new(now, Actor::User(viewer.user.clone()), Action::SHARE_END)
        .object("share", &access::named(id))
        .from(origin);
    let job = shared((id.to_owned(), viewer.user.clone(), entry));
    let ended = app
        .writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (id, user, entry) = &*job;
                let ended = store::shares::end(&mut tx.connection, id, user, now).await?;
                tx.audit(match &ended {
                    Some(row) => entry.clone().subject(&UserId::new(row.from_id.clone())),
                    None => entry.clone().refused("not_found"),
                });
                Ok(ended)
            })
        })
        .await?;
    let row = ended.ok_or(Fault::NotFound("share"))?;
    let (from, with) = (UserId::new(row.from_id), UserId::new(row.with_id));
    let case = row.case_id.map(CaseId::new);
    app.clinic.live.turn_away(&with, &from, case.as_ref());
    if case.is_none() {
        app.hub.close_channel(&with, &from);
    }
    Ok(())
}

/// Ends the share of a case with someone.
pub async fn end_case(app: &App, viewer: &Viewer, id: &CaseId, with: &UserId, origin: &Origin) -> Result<(), Fault> {
    let rows = if access::is_an_id(id.as_str()) {
        let mut connection = app.db.read().await?;
        store::shares::of_case(&mut connection, id).await?
    } else {
        Vec::new()
    };
    let row = rows.into_iter().find(|row| row.with_id == with.as_str() && row.from_id == viewer.user.as_str());
    if let Some(row) = row {
        return end(app, viewer, &row.id, origin).await;
    }
    access::refused(app, viewer, (Action::SHARE_END, "not_found"), ("case", id.as_str()), origin).await?;
    Err(Fault::NotFound("share"))
}
