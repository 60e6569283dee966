//! Refresh tokens: good once, each gives the next of its family. A spent one that comes back is a sign of theft and
//! ends the family (RFC 9700), except within seconds, when it is a client whose reply was lost.

use protocol::UserId;
use protocol::rest::{Tokens, User};
use zeroize::Zeroizing;

use super::identity::Visit;
use super::store::{self, NewRefresh};
use super::types::{Account, RefreshRow};
use super::{accounts, tokens};
use crate::audit::{Action, Actor, Entry};
use crate::clock::Millis;
use crate::db::{StoreError, Tx};
use crate::error::ApiError;
use crate::limits::Kind;
use crate::state::{App, AppState};

/// How long after it was spent a token is still taken for one whose reply was lost.
const GRACE: Millis = 10_000;

/// A refresh token to be given out.
pub(super) struct Draft {
    id: String,
    secret: Zeroizing<String>,
    secret_hash: String,
    expires_at: Millis,
}

impl Draft {
    pub(super) fn draw(app: &AppState, now: Millis) -> Result<Self, StoreError> {
        let secret = tokens::opaque()?;
        Ok(Self {
            id: crate::ids::plain(now),
            secret_hash: hash(app, &secret),
            secret,
            expires_at: now.saturating_add(super::millis(app.settings.refresh_token_life)),
        })
    }

    /// The family that it begins where it is the first.
    pub(super) fn family(&self) -> &str {
        &self.id
    }

    /// Stores it; the first of a family gives the family its id.
    pub(super) async fn store(
        &self,
        tx: &mut Tx,
        user: &UserId,
        family: Option<&str>,
        now: Millis,
    ) -> Result<(), StoreError> {
        let family = family.unwrap_or(&self.id);
        let row =
            NewRefresh { id: &self.id, secret_hash: &self.secret_hash, family, user, expires_at: self.expires_at };
        store::insert_refresh(&mut tx.connection, &row, now).await
    }

    /// What a client gets: this token and an access token of the same family.
    pub(super) fn tokens(
        &self,
        app: &AppState,
        family: Option<&str>,
        user: User,
        now: Millis,
    ) -> Result<Tokens, ApiError> {
        let family = family.unwrap_or(&self.id);
        let life = app.settings.access_token_life;
        let access_token =
            app.auth.tokens.sign(&user.id, family, now, super::millis(life)).map_err(ApiError::internal)?;
        Ok(Tokens {
            access_token,
            refresh_token: self.secret.to_string(),
            token_type: "bearer".to_owned(),
            expires_in: life.as_secs(),
            user,
        })
    }
}

fn hash(app: &AppState, secret: &str) -> String {
    app.lookup.hash("refresh token", secret.as_bytes())
}

/// What is to be done with a token that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judgement {
    Rotate,
    Refuse(&'static str),
    Revoke,
}

fn judge(row: &RefreshRow, now: Millis) -> Judgement {
    match row.spent_at {
        _ if row.revoked => Judgement::Refuse("revoked"),
        _ if now >= row.expires_at => Judgement::Refuse("expired"),
        Some(spent) if now.saturating_sub(spent) > GRACE => Judgement::Revoke,
        Some(_) | None => Judgement::Rotate,
    }
}

/// What became of it.
enum Outcome {
    Rotated(Box<Account>, String),
    Refused,
    Revoked(UserId, String),
}

/// Gives the next tokens for a refresh token.
pub(super) async fn rotate(app: &App, visit: &Visit, secret: &str) -> Result<Tokens, ApiError> {
    app.limits.check(Kind::Accounts, &visit.address_key)?;
    let now = app.clock.now();
    let draft = std::sync::Arc::new(Draft::draw(app, now)?);
    let (secret_hash, origin, next) = (hash(app, secret), visit.origin.clone(), draft.clone());
    let outcome = app
        .writer
        .run(move |tx| {
            let (secret_hash, origin, next) = (secret_hash.clone(), origin.clone(), next.clone());
            Box::pin(async move {
                let (outcome, entry) = try_rotate(tx, &secret_hash, &next, now).await?;
                tx.audit(entry.from(&origin));
                Ok(outcome)
            })
        })
        .await?;
    match outcome {
        Outcome::Rotated(account, family) => {
            let user = accounts::user(app, &account).await?;
            draft.tokens(app, Some(&family), user, now)
        }
        Outcome::Revoked(user, family) => {
            super::ended(app, &user, Some(&family));
            Err(refused())
        }
        Outcome::Refused => Err(refused()),
    }
}

fn refused() -> ApiError {
    ApiError::unauthenticated("This refresh token is no longer good. Sign in again.")
}

async fn try_rotate(tx: &mut Tx, secret_hash: &str, next: &Draft, now: Millis) -> Result<(Outcome, Entry), StoreError> {
    let stranger = || Entry::new(now, Actor::Stranger, Action::REFRESH);
    let Some(row) = store::refresh_by_secret(&mut tx.connection, secret_hash).await? else {
        return Ok((Outcome::Refused, stranger().refused("unknown")));
    };
    let refused = |reason| stranger().object("session", &row.family).subject(&row.user_id).refused(reason);
    match judge(&row, now) {
        Judgement::Refuse(reason) => return Ok((Outcome::Refused, refused(reason))),
        Judgement::Revoke => {
            store::revoke_family(&mut tx.connection, &row.family, now).await?;
            return Ok((Outcome::Revoked(row.user_id.clone(), row.family.clone()), refused("reused")));
        }
        Judgement::Rotate => {}
    }
    let account = store::find(&mut tx.connection, &row.user_id).await?.filter(|account| account.active);
    let Some(account) = account else { return Ok((Outcome::Refused, refused("inactive"))) };
    store::spend_refresh(&mut tx.connection, &row.id, now).await?;
    next.store(tx, &row.user_id, Some(&row.family), now).await?;
    let entry = Entry::new(now, Actor::User(row.user_id.clone()), Action::REFRESH)
        .object("session", &row.family)
        .subject(&row.user_id);
    Ok((Outcome::Rotated(Box::new(account), row.family), entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(spent_at: Option<Millis>, revoked: bool) -> RefreshRow {
        let user_id = UserId::new("u");
        RefreshRow { id: "r".to_owned(), family: "f".to_owned(), user_id, expires_at: 1_000_000, spent_at, revoked }
    }

    #[test]
    fn a_fresh_token_rotates() {
        assert_eq!(judge(&row(None, false), 999_999), Judgement::Rotate);
    }

    #[test]
    fn a_spent_one_has_ten_seconds_and_then_ends_its_family() {
        assert_eq!(judge(&row(Some(0), false), 10_000), Judgement::Rotate);
        assert_eq!(judge(&row(Some(0), false), 10_001), Judgement::Revoke);
    }

    #[test]
    fn revoked_and_expired_ones_are_refused() {
        assert_eq!(judge(&row(None, true), 0), Judgement::Refuse("revoked"));
        assert_eq!(judge(&row(None, false), 1_000_000), Judgement::Refuse("expired"));
    }
}
