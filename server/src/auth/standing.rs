//! Whether a session still holds: its account is in use, nobody ended it, its person was not away for too long.
//! Looked up again after five seconds at the latest, so that what another process ended ends here, too.

use protocol::UserId;
use protocol::rest::UserRole;

use super::identity::Caller;
use super::types::{BrowserRow, SessionRef};
use super::{sessions, store};
use crate::clock::Millis;
use crate::db::StoreError;
use crate::state::App;

/// How long a look-up is believed.
const FRESH: Millis = 5_000;
/// Activity is written at most this often.
const TOUCH_EVERY: Millis = 60_000;

/// A session as it was found.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) user_id: UserId,
    pub(super) role: UserRole,
    active: bool,
    /// Of a browser session.
    last_active_at: Option<Millis>,
    read_at: Millis,
}

impl Standing {
    pub(super) fn of_session(row: &BrowserRow) -> Self {
        Self {
            user_id: row.user_id.clone(),
            role: row.role,
            active: row.active,
            last_active_at: Some(row.last_active_at),
            read_at: Millis::MIN,
        }
    }

    /// The account is in use, and a browser was not idle for too long.
    pub(super) fn holds(&self, app: &App) -> bool {
        let limit = sessions::idle_limit(&app.settings, self.role);
        self.active && self.last_active_at.is_none_or(|last| app.clock.now().saturating_sub(last) < limit)
    }
}

/// The standing of a session that holds.
pub(super) async fn of(app: &App, session: &SessionRef) -> Result<Option<Standing>, StoreError> {
    let now = app.clock.now();
    if let Some(known) = app.auth.standings.get(session)
        && (0..FRESH).contains(&now.saturating_sub(known.read_at))
    {
        return Ok(known.holds(app).then_some(known));
    }
    let mut connection = app.db.read().await?;
    let found = match session {
        SessionRef::Browser(id) => {
            store::session_by_id(&mut connection, id).await?.map(|row| Standing::of_session(&row))
        }
        SessionRef::Family(id) => store::family_standing(&mut connection, id, now)
            .await?
            .map(|(user_id, role, active)| Standing { user_id, role, active, last_active_at: None, read_at: now }),
    };
    drop(connection);
    let found = found.map(|standing| Standing { read_at: now, ..standing }).filter(|standing| standing.holds(app));
    match &found {
        Some(standing) => app.auth.standings.insert(session.clone(), standing.clone()),
        None => drop(app.auth.standings.remove(session)),
    }
    Ok(found)
}

/// Writes that a browser's person did something, at most once a minute. That it could not be written is not their fault.
pub(super) async fn touch(app: &App, id: &str, standing: &Standing) {
    let now = app.clock.now();
    if standing.last_active_at.is_none_or(|last| now.saturating_sub(last) < TOUCH_EVERY) {
        return;
    }
    app.auth.standings.remove(&SessionRef::Browser(id.to_owned()));
    let id = id.to_owned();
    let written = app.writer.run(move |tx| {
        let id = id.clone();
        Box::pin(async move { store::touch_session(&mut tx.connection, &id, now).await })
    });
    if let Err(error) = written.await {
        tracing::warn!(%error, "a session's activity could not be written");
    }
}

/// Whether a caller may still act. `acts`: a person did something, which keeps a browser signed in.
pub(super) async fn authorise(app: &App, caller: &Caller, acts: bool) -> Result<bool, StoreError> {
    if caller.expires_at.is_some_and(|end| app.clock.now() >= end) {
        return Ok(false);
    }
    let session = caller.session_ref();
    let Some(standing) = of(app, &session).await? else { return Ok(false) };
    if acts && let SessionRef::Browser(id) = &session {
        touch(app, id, &standing).await;
    }
    Ok(standing.user_id == caller.user_id && standing.role == caller.role)
}
