//! What reviewers do: see the queue, open a rated answer, say what they find. By a route or by a page alike.

use std::sync::Arc;

use protocol::UserId;
use protocol::rest::UserRole;
use protocol::review::{Judge, RatedAnswer, ReviewList};

use super::{reading, store};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::auth::{self, Caller};
use crate::db::{Change, shared};
use crate::error::ApiError;
use crate::limits::Kind;
use crate::state::App;

/// Whoever is let in: clinicians and administrators. A refusal is on the trail.
pub(super) async fn enter(
    app: &App,
    caller: &Caller,
    (action, roles): (Action, &[UserRole]),
    origin: &Origin,
) -> Result<Entry, ApiError> {
    let entry = Entry::new(app.clock.now(), Actor::User(caller.user_id.clone()), action).from(origin);
    if let Err(refused) = caller.require(roles) {
        let audit = vec![entry.refused("forbidden")];
        app.writer.apply(Change { audit, ..Default::default() }).await?;
        return Err(refused);
    }
    Ok(entry)
}

const REVIEWERS: &[UserRole] = &[UserRole::Clinician, UserRole::Admin];

/// A page of the queue: what is open, or what is closed.
pub(crate) async fn list(
    app: &App,
    caller: &Caller,
    is_open: bool,
    page: (i64, i64),
    origin: &Origin,
) -> Result<ReviewList, ApiError> {
    let entry = enter(app, caller, (Action::FEEDBACK_LIST, REVIEWERS), origin).await?;
    app.writer.apply(Change { audit: vec![entry], ..Default::default() }).await?;
    let mut connection = app.db.read().await?;
    let rows =
        if is_open { store::open(&mut connection, page).await? } else { store::closed(&mut connection, page).await? };
    let (open, closed) = store::count(&mut connection).await?;
    let reviews = rows.iter().map(reading::line).collect::<Result<Vec<_>, _>>()?;
    Ok(ReviewList { reviews, total: if is_open { open } else { closed }, open })
}

/// An id as a client wrote it; anything else is not found and never reaches the database.
fn named(id: &str) -> String {
    uuid::Uuid::parse_str(id).map(|id| id.to_string()).unwrap_or_default()
}

async fn not_found(app: &App, entry: Entry) -> ApiError {
    let audit = vec![entry.refused("not_found")];
    match app.writer.apply(Change { audit, ..Default::default() }).await {
        Ok(_) => ApiError::not_found("rated answer"),
        Err(error) => error.into(),
    }
}

/// Opens one; who read whose is on the trail before it is shown.
pub(crate) async fn open(app: &App, caller: &Caller, id: &str, origin: &Origin) -> Result<RatedAnswer, ApiError> {
    let entry = enter(app, caller, (Action::FEEDBACK_READ, REVIEWERS), origin).await?;
    let id = named(id);
    let entry = entry.object("review", &id);
    let row = {
        let mut connection = app.db.read().await?;
        store::find(&mut connection, &id).await?
    };
    let Some(row) = row else { return Err(not_found(app, entry).await) };
    let entry = entry.subject(&UserId::new(row.user_id.clone()));
    app.writer.apply(Change { audit: vec![entry], ..Default::default() }).await?;
    let mut answer = {
        let mut connection = app.db.read().await?;
        reading::read(&mut connection, &app.keys, &row).await?
    };
    if let Some(reviewer) = row.reviewer_id {
        answer.reviewer = auth::name_of(app, &UserId::new(reviewer)).await?;
    }
    Ok(answer)
}

/// Says what was found, and closes it.
pub(crate) async fn judge(
    app: &App,
    caller: &Caller,
    id: &str,
    found: Judge,
    origin: &Origin,
) -> Result<RatedAnswer, ApiError> {
    app.limits.check(Kind::Commands, caller.user_id.as_str())?;
    let entry = enter(app, caller, (Action::FEEDBACK_REVIEW, REVIEWERS), origin).await?;
    let note = found.note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
    let most = app.settings.review_note_chars;
    if note.as_ref().is_some_and(|note| note.chars().count() > most) {
        return Err(ApiError::unprocessable("note", format!("The note is too long: {most} characters are the most.")));
    }
    let id = named(id);
    let entry = entry.object("review", &id);
    let row = {
        let mut connection = app.db.read().await?;
        store::find(&mut connection, &id).await?
    };
    let Some(row) = row else { return Err(not_found(app, entry).await) };
    let key = app.keys.get(&app.db, &row.conversation_id).await?;
    let sealed = note.map(|note| key.seal(reading::note_place(&id), note.as_bytes())).transpose();
    let sealed = sealed.map_err(crate::db::StoreError::from)?;
    let mut entry = entry.subject(&UserId::new(row.user_id));
    entry.reason = found.verdict.as_str();
    let now = app.clock.now();
    let job = shared((id.clone(), caller.user_id.clone(), sealed, entry));
    let closed = app
        .writer
        .run(move |tx| {
            let job = Arc::clone(&job);
            Box::pin(async move {
                let (id, reviewer, note, entry) = &*job;
                let found = (found.verdict, note.as_deref());
                let closed = store::close(&mut tx.connection, id, reviewer, found, now).await?;
                let entry = entry.clone();
                tx.audit(if closed { entry } else { entry.refused("closed") });
                Ok(closed)
            })
        })
        .await?;
    if !closed {
        return Err(ApiError::conflict("Somebody has closed this already. Look at it again."));
    }
    open(app, caller, &id, origin).await
}
