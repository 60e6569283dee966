//! Coming in and going out: a right code gives tokens to an API client, or a cookie to a browser.

use std::sync::Arc;

use http::HeaderValue;
use protocol::UserId;
use protocol::rest::{CodeType, Tokens, VerifyCode};

use super::accounts::{self, Claim};
use super::identity::{Caller, Visit};
use super::refresh::Draft;
use super::sessions::{self, NewSession};
use super::store;
use super::types::SessionRef;
use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::Millis;
use crate::db::{StoreError, Tx};
use crate::error::ApiError;
use crate::state::{App, AppState};

fn signed_in(user: &UserId, session: &str, how: &'static str, origin: &Origin, now: Millis) -> Entry {
    let mut entry = Entry::new(now, Actor::User(user.clone()), Action::SIGN_IN)
        .object("session", session)
        .subject(user)
        .from(origin);
    entry.reason = how;
    entry
}

/// Tokens for a right code.
pub(super) async fn with_tokens(
    app: &App,
    visit: &Visit,
    kind: CodeType,
    form: VerifyCode,
) -> Result<Tokens, ApiError> {
    let claim = Claim::new(app, visit, kind, &form.email, form.code)?;
    let now = app.clock.now();
    let draft = Arc::new(Draft::draw(app, now)?);
    let job = Arc::new((app.clone(), claim, draft.clone()));
    let account = app
        .writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (app, claim, draft) = &*job;
                let Some(account) = accounts::redeem(tx, app, claim, now).await? else { return Ok(None) };
                draft.store(tx, &account.id, None, now).await?;
                tx.audit(signed_in(&account.id, draft.family(), "code", &claim.origin, now));
                Ok(Some(account))
            })
        })
        .await?;
    let account = account.ok_or_else(accounts::wrong_code)?;
    let user = accounts::user(app, &account).await?;
    draft.tokens(app, None, user, now)
}

/// A cookie for a right code. The session that the browser had before ends: its id is not taken over.
pub(super) async fn with_cookie(
    app: &App,
    visit: &Visit,
    before: Option<Caller>,
    kind: CodeType,
    form: VerifyCode,
) -> Result<HeaderValue, ApiError> {
    let claim = Claim::new(app, visit, kind, &form.email, form.code)?;
    let now = app.clock.now();
    let session = Arc::new(NewSession::draw(app, now)?);
    let job = Arc::new((app.clone(), claim, session.clone(), visit.agent.clone()));
    let opened = app
        .writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (app, claim, session, agent) = &*job;
                let Some(account) = accounts::redeem(tx, app, claim, now).await? else { return Ok(false) };
                open(tx, app, &account.id, session, agent, now).await?;
                tx.audit(signed_in(&account.id, &session.id, "code", &claim.origin, now));
                Ok(true)
            })
        })
        .await?;
    if !opened {
        return Err(accounts::wrong_code());
    }
    if let Some(before) = before {
        out(app, visit, &before).await?;
    }
    Ok(sessions::cookie(&app.settings, &session.secret))
}

/// A cookie without a code; for demo mode only.
pub(super) async fn with_cookie_of(
    app: &App,
    visit: &Visit,
    before: Option<Caller>,
    user: UserId,
) -> Result<HeaderValue, ApiError> {
    let now = app.clock.now();
    let session = Arc::new(NewSession::draw(app, now)?);
    let job = Arc::new((app.clone(), user, session.clone(), visit.clone()));
    app.writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (app, user, session, visit) = &*job;
                open(tx, app, user, session, &visit.agent, now).await?;
                tx.audit(signed_in(user, &session.id, "demo", &visit.origin, now));
                Ok(())
            })
        })
        .await?;
    if let Some(before) = before {
        out(app, visit, &before).await?;
    }
    Ok(sessions::cookie(&app.settings, &session.secret))
}

async fn open(
    tx: &mut Tx,
    app: &AppState,
    user: &UserId,
    session: &NewSession,
    agent: &str,
    now: Millis,
) -> Result<(), StoreError> {
    let key = app.keys.open(&mut tx.connection, user.as_str()).await?;
    session.store(tx, &key, user, agent, now).await
}

/// Ends what this caller is signed in by.
pub(super) async fn out(app: &App, visit: &Visit, caller: &Caller) -> Result<(), ApiError> {
    end(app, visit, &caller.user_id, caller.session_ref(), Action::SIGN_OUT).await?;
    Ok(())
}

/// Ends a session of this person; false where there is none.
pub(super) async fn end(
    app: &App,
    visit: &Visit,
    user: &UserId,
    session: SessionRef,
    action: Action,
) -> Result<bool, ApiError> {
    let now = app.clock.now();
    let job = (user.clone(), session.clone(), visit.origin.clone());
    let ended = app
        .writer
        .run(move |tx| {
            let (user, session, origin) = job.clone();
            Box::pin(async move {
                let ended = match &session {
                    SessionRef::Browser(id) => store::end_session(&mut tx.connection, &user, id, now).await?,
                    SessionRef::Family(id) => {
                        store::revoke_family(&mut tx.connection, id, now).await?;
                        true
                    }
                };
                let entry = Entry::new(now, Actor::User(user.clone()), action)
                    .object("session", session.id())
                    .subject(&user)
                    .from(&origin);
                tx.audit(if ended { entry } else { entry.refused("not_found") });
                Ok(ended)
            })
        })
        .await?;
    if ended {
        super::ended(app, user, Some(session.id()));
    }
    Ok(ended)
}
