//! What people do with cases: list them, open them, sign them off.

use std::collections::HashMap;
use std::sync::Arc;

use protocol::clinic::{Case, CaseFrame, CaseKind, CaseList, CaseSummary, Decision, Person, Review, ReviewRequest};
use protocol::engine::ServerEvent;
use protocol::{CaseId, UserId};

use super::access::{self, Seen};
use super::fault::Fault;
use super::store::{self, Page, ReviewRow};
use super::types::{ReviewBody, Viewer};
use super::{shares, wire};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::rfc3339;
use crate::db::{StoreError, shared};
use crate::realtime::hub::Peer;
use crate::state::App;
use crate::{auth, ids};

pub(crate) const REASON_CHARS_MAX: usize = 2_000;
pub(crate) const EDITED_CHARS_MAX: usize = 8_000;

/// People by their id, each looked up once.
#[derive(Default)]
pub(super) struct People(HashMap<String, Person>);

impl People {
    pub(super) async fn get(&mut self, app: &App, id: &str) -> Result<Person, StoreError> {
        if let Some(person) = self.0.get(id) {
            return Ok(person.clone());
        }
        let id_of = UserId::new(id);
        let name = auth::name_of(app, &id_of).await?.unwrap_or_default();
        let person = Person { id: id_of, name };
        self.0.insert(id.to_owned(), person.clone());
        Ok(person)
    }
}

/// A page of someone's own cases and those shared with them; of a patient's where `patient` shares their record.
pub async fn list(
    app: &App,
    viewer: &Viewer,
    kind: Option<CaseKind>,
    patient: Option<UserId>,
    (limit, offset): (i64, i64),
    origin: &Origin,
) -> Result<CaseList, Fault> {
    let owner = match patient {
        Some(patient) if patient != viewer.user => {
            if !access::sees_record(app, viewer, &patient).await? {
                access::refused(app, viewer, (Action::CASE_LIST, "not_found"), ("user", patient.as_str()), origin)
                    .await?;
                return Err(Fault::NotFound("patient"));
            }
            patient
        }
        _ => viewer.user.clone(),
    };
    let entry =
        Entry::new(app.clock.now(), Actor::User(viewer.user.clone()), Action::CASE_LIST).subject(&owner).from(origin);
    app.writer.apply(crate::db::Change { audit: vec![entry], ..Default::default() }).await?;
    let page = Page {
        with_shared: owner == viewer.user,
        owner,
        kind: kind.map_or("", CaseKind::as_str),
        limit: limit.clamp(1, crate::rest::LIST_MAX),
        offset: offset.max(0),
    };
    let (rows, total) = {
        let mut connection = app.db.read().await?;
        store::list(&mut connection, &page).await?
    };
    let mut people = People::default();
    let mut cases = Vec::with_capacity(rows.len());
    for row in rows {
        let is_own = row.user_id == viewer.user.as_str();
        cases.push(summary(app, &Seen { row, is_own }, &mut people).await?);
    }
    Ok(CaseList { cases, total })
}

async fn summary(app: &App, seen: &Seen, people: &mut People) -> Result<CaseSummary, StoreError> {
    let key = app.keys.get(&app.db, &seen.row.user_id).await?;
    let owner = people.get(app, &seen.row.user_id).await?;
    wire::summary(&seen.row, &key, owner, seen.is_own)
}

/// A whole case.
pub async fn open(app: &App, viewer: &Viewer, id: &CaseId, origin: &Origin) -> Result<Case, Fault> {
    opened(app, viewer, id, Action::CASE_READ, origin).await
}

/// The same for an act of another name.
pub(super) async fn opened(
    app: &App,
    viewer: &Viewer,
    id: &CaseId,
    action: Action,
    origin: &Origin,
) -> Result<Case, Fault> {
    let seen = access::enter(app, viewer, id, action, origin).await?.ok_or(Fault::NotFound("case"))?;
    let key = app.keys.get(&app.db, &seen.row.user_id).await?;
    let (body, stages, reviews, shared_with, prescriptions) = {
        let mut connection = app.db.read().await?;
        let body = store::body(&mut connection, id).await?.ok_or(Fault::NotFound("case"))?;
        let stages = store::stages(&mut connection, id).await?;
        let reviews = store::reviews(&mut connection, id).await?;
        let (shared_with, prescriptions) = if seen.is_own {
            let shares = store::shares::of_case(&mut connection, id).await?;
            (shares, store::went_on_from(&mut connection, id, &seen.row.user_id).await?)
        } else {
            (Vec::new(), Vec::new())
        };
        (body, stages, reviews, shared_with, prescriptions)
    };
    let mut frames: Vec<CaseFrame> = Vec::new();
    for (stage, _, sealed) in stages {
        frames.extend(wire::open_frames(&key, id, stage, &sealed)?);
    }
    let kind = wire::kind(&seen.row)?;
    let result = body.result.as_deref().map(|sealed| wire::open_result(&key, id, kind, sealed)).transpose()?;
    let mut people = People::default();
    let mut signed = Vec::with_capacity(reviews.len());
    for row in &reviews {
        let ReviewBody { decision, reason, edited } = wire::open_review(&key, row)?;
        let reviewer = people.get(app, &row.reviewer_id).await?;
        signed.push(Review { decision, reason, edited, reviewer, at: rfc3339(row.created_at) });
    }
    Ok(Case {
        summary: summary(app, &seen, &mut people).await?,
        input: wire::open_input(&key, id, &body.input)?,
        frames,
        result,
        reviews: signed,
        shared_with: shares::shown(app, &shared_with, &mut people).await?,
        // Whoever sees one case does not thereby see the other.
        from_case: seen.row.from_case.clone().filter(|_| seen.is_own).map(CaseId::new),
        prescriptions,
        versions: wire::versions(&seen.row),
    })
}

/// Shows a connection the stored frames of a case after a place. Each waits for the one before it to be written, so that
/// a long case makes nobody a slow reader.
pub(super) async fn replay(app: &App, peer: &Arc<Peer>, id: &CaseId, after: u32) -> Result<(), Fault> {
    let (row, stages) = {
        let mut connection = app.db.read().await?;
        let row = store::find(&mut connection, id).await?.ok_or(Fault::NotFound("case"))?;
        (row, store::stages(&mut connection, id).await?)
    };
    let key = app.keys.get(&app.db, &row.user_id).await?;
    for (stage, _, sealed) in stages {
        for frame in wire::open_frames(&key, id, stage, &sealed)?.into_iter().filter(|frame| frame.n > after) {
            peer.outgoing.drained().await;
            peer.say(&ServerEvent::Case(Box::new(frame)));
        }
    }
    Ok(())
}

/// Signs a case off: a clinician about one of their own.
pub async fn review(
    app: &App,
    viewer: &Viewer,
    id: &CaseId,
    request: ReviewRequest,
    origin: &Origin,
) -> Result<Case, Fault> {
    let text = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let body = ReviewBody { decision: request.decision, reason: text(request.reason), edited: text(request.edited) };
    let seen = access::look(app, viewer, id).await?;
    let Some(seen) = seen else {
        access::enter(app, viewer, id, Action::CASE_REVIEW, origin).await?;
        return Err(Fault::NotFound("case"));
    };
    if !viewer.is_clinician() || !seen.is_own {
        access::refused(app, viewer, (Action::CASE_REVIEW, "forbidden"), ("case", id.as_str()), origin).await?;
        return Err(Fault::Forbidden("Only the clinician who ran a case can sign it off."));
    }
    checked(&body)?;
    if seen.row.status == "running" {
        return Err(Fault::Conflict("The case is still running. Sign it off when it is done."));
    }
    let now = app.clock.now();
    let key = app.keys.get(&app.db, &seen.row.user_id).await?;
    let review_id = ids::plain(now);
    let row = ReviewRow {
        body: wire::seal_review(&key, &review_id, &body)?,
        id: review_id,
        reviewer_id: viewer.user.as_str().to_owned(),
        created_at: now,
    };
    let entry = Entry::new(now, Actor::User(viewer.user.clone()), Action::CASE_REVIEW)
        .object("case", id.as_str())
        .subject(&UserId::new(seen.row.user_id))
        .from(origin);
    let job = shared((id.clone(), wire::decision_word(body.decision), row, entry));
    app.writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (id, word, row, entry) = &*job;
                store::review(&mut tx.connection, id, word, row).await?;
                tx.audit(entry.clone());
                Ok(())
            })
        })
        .await?;
    open(app, viewer, id, origin).await
}

fn checked(body: &ReviewBody) -> Result<(), Fault> {
    let long = |text: &Option<String>, most: usize| text.as_ref().is_some_and(|text| text.chars().count() > most);
    if long(&body.reason, REASON_CHARS_MAX) {
        return Err(Fault::Input(format!("`reason` is too long: {REASON_CHARS_MAX} characters are the most.")));
    }
    if long(&body.edited, EDITED_CHARS_MAX) {
        return Err(Fault::Input(format!("`edited` is too long: {EDITED_CHARS_MAX} characters are the most.")));
    }
    match body.decision {
        Decision::Reject if body.reason.is_none() => {
            Err(Fault::Input("`reason` is needed to reject a case: say why in a sentence.".to_owned()))
        }
        Decision::Edit if body.edited.is_none() => {
            Err(Fault::Input("`edited` is needed for a change: say what holds instead.".to_owned()))
        }
        _ => Ok(()),
    }
}
