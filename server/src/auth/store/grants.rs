//! The SQL of what is granted for a while: codes, browser sessions, refresh tokens, tickets.

use protocol::UserId;
use protocol::rest::{CodeType, UserRole};
use sqlx::AnyConnection;

use super::role_of;
use crate::auth::codes::NewCode;
use crate::auth::types::{BrowserLine, BrowserRow, RefreshRow, StoredCode};
use crate::clock::Millis;
use crate::db::StoreError;

/// Stores a code.
pub(in crate::auth) async fn insert_code(
    connection: &mut AnyConnection,
    user: &UserId,
    code: &NewCode,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO codes (id, user_id, purpose, code_hash, tries, created_at, expires_at)
         VALUES ($1, $2, $3, $4, 0, $5, $6)",
    )
    .bind(code.id.as_str())
    .bind(user.as_str())
    .bind(code.kind.as_str())
    .bind(code.hash.as_str())
    .bind(now)
    .bind(code.expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Uses up the open codes of this kind.
pub(in crate::auth) async fn spend_codes(
    connection: &mut AnyConnection,
    user: &UserId,
    kind: CodeType,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE codes SET spent_at = $3 WHERE user_id = $1 AND purpose = $2 AND spent_at IS NULL")
        .bind(user.as_str())
        .bind(kind.as_str())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// The newest code of this kind that is neither used nor replaced.
pub(in crate::auth) async fn open_code(
    connection: &mut AnyConnection,
    user: &UserId,
    kind: CodeType,
) -> Result<Option<StoredCode>, StoreError> {
    let row: Option<(String, String, i64, i64)> = sqlx::query_as(
        "SELECT id, code_hash, tries, expires_at
         FROM codes
         WHERE user_id = $1 AND purpose = $2 AND spent_at IS NULL
         ORDER BY created_at DESC, id DESC
         LIMIT 1",
    )
    .bind(user.as_str())
    .bind(kind.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id, code_hash, tries, expires_at)| StoredCode { id, code_hash, tries, expires_at }))
}

/// Counts a try; false where none is left.
pub(in crate::auth) async fn count_try(
    connection: &mut AnyConnection,
    id: &str,
    most: i64,
) -> Result<bool, StoreError> {
    let counted = sqlx::query("UPDATE codes SET tries = tries + 1 WHERE id = $1 AND tries < $2 AND spent_at IS NULL")
        .bind(id)
        .bind(most)
        .execute(connection)
        .await?;
    Ok(counted.rows_affected() == 1)
}

/// A new browser session.
pub(in crate::auth) async fn insert_session(
    connection: &mut AnyConnection,
    id: &str,
    secret_hash: &str,
    user: &UserId,
    agent: &[u8],
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO browser_sessions (id, secret_hash, user_id, agent, created_at, last_active_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
    )
    .bind(id)
    .bind(secret_hash)
    .bind(user.as_str())
    .bind(agent)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

type SessionRow = (String, String, String, i64, i64);

fn session(row: SessionRow) -> Result<BrowserRow, StoreError> {
    let (id, user_id, role, active, last_active_at) = row;
    Ok(BrowserRow { id, user_id: UserId::new(user_id), role: role_of(&role)?, active: active != 0, last_active_at })
}

/// The session behind a cookie.
pub(in crate::auth) async fn session_by_secret(
    connection: &mut AnyConnection,
    secret_hash: &str,
) -> Result<Option<BrowserRow>, StoreError> {
    let row: Option<SessionRow> = sqlx::query_as(
        "SELECT s.id, s.user_id, u.role, u.active, s.last_active_at
         FROM browser_sessions s JOIN users u ON u.id = s.user_id
         WHERE s.secret_hash = $1 AND s.ended_at IS NULL",
    )
    .bind(secret_hash)
    .fetch_optional(connection)
    .await?;
    row.map(session).transpose()
}

/// A session by its id.
pub(in crate::auth) async fn session_by_id(
    connection: &mut AnyConnection,
    id: &str,
) -> Result<Option<BrowserRow>, StoreError> {
    let row: Option<SessionRow> = sqlx::query_as(
        "SELECT s.id, s.user_id, u.role, u.active, s.last_active_at
         FROM browser_sessions s JOIN users u ON u.id = s.user_id
         WHERE s.id = $1 AND s.ended_at IS NULL",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    row.map(session).transpose()
}

/// The sessions of a person that were not ended, the most recently active first.
pub(in crate::auth) async fn sessions_of(
    connection: &mut AnyConnection,
    user: &UserId,
) -> Result<Vec<BrowserLine>, StoreError> {
    let rows: Vec<(String, Vec<u8>, i64, i64)> = sqlx::query_as(
        "SELECT id, agent, created_at, last_active_at
         FROM browser_sessions
         WHERE user_id = $1 AND ended_at IS NULL
         ORDER BY last_active_at DESC, id DESC",
    )
    .bind(user.as_str())
    .fetch_all(connection)
    .await?;
    let line = |(id, agent, created_at, last_active_at)| BrowserLine { id, agent, created_at, last_active_at };
    Ok(rows.into_iter().map(line).collect())
}

/// Its owner did something.
pub(in crate::auth) async fn touch_session(
    connection: &mut AnyConnection,
    id: &str,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE browser_sessions SET last_active_at = $2 WHERE id = $1 AND last_active_at < $2 AND ended_at IS NULL",
    )
    .bind(id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a session of this person; false where there is none.
pub(in crate::auth) async fn end_session(
    connection: &mut AnyConnection,
    user: &UserId,
    id: &str,
    now: Millis,
) -> Result<bool, StoreError> {
    let ended =
        sqlx::query("UPDATE browser_sessions SET ended_at = $3 WHERE id = $1 AND user_id = $2 AND ended_at IS NULL")
            .bind(id)
            .bind(user.as_str())
            .bind(now)
            .execute(connection)
            .await?;
    Ok(ended.rows_affected() == 1)
}

/// Ends every session and revokes every refresh token of a person.
pub(in crate::auth) async fn end_everything(
    connection: &mut AnyConnection,
    user: &UserId,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE browser_sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL")
        .bind(user.as_str())
        .bind(now)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE refresh_tokens SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL")
        .bind(user.as_str())
        .bind(now)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM tickets WHERE user_id = $1").bind(user.as_str()).execute(connection).await?;
    Ok(())
}

/// A new refresh token, not spent.
pub(in crate::auth) struct NewRefresh<'a> {
    pub(in crate::auth) id: &'a str,
    pub(in crate::auth) secret_hash: &'a str,
    pub(in crate::auth) family: &'a str,
    pub(in crate::auth) user: &'a UserId,
    pub(in crate::auth) expires_at: Millis,
}

/// Stores a refresh token.
pub(in crate::auth) async fn insert_refresh(
    connection: &mut AnyConnection,
    token: &NewRefresh<'_>,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO refresh_tokens (id, secret_hash, family, user_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(token.id)
    .bind(token.secret_hash)
    .bind(token.family)
    .bind(token.user.as_str())
    .bind(now)
    .bind(token.expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

type StoredRefresh = (String, String, String, i64, Option<i64>, Option<i64>);

/// The refresh token of this hash.
pub(in crate::auth) async fn refresh_by_secret(
    connection: &mut AnyConnection,
    secret_hash: &str,
) -> Result<Option<RefreshRow>, StoreError> {
    let row: Option<StoredRefresh> = sqlx::query_as(
        "SELECT id, family, user_id, expires_at, spent_at, revoked_at
         FROM refresh_tokens
         WHERE secret_hash = $1",
    )
    .bind(secret_hash)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id, family, user_id, expires_at, spent_at, revoked_at)| RefreshRow {
        id,
        family,
        user_id: UserId::new(user_id),
        expires_at,
        spent_at,
        revoked: revoked_at.is_some(),
    }))
}

/// Marks a refresh token as spent; the first spending counts.
pub(in crate::auth) async fn spend_refresh(
    connection: &mut AnyConnection,
    id: &str,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE refresh_tokens SET spent_at = $2 WHERE id = $1 AND spent_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Revokes a family of refresh tokens.
pub(in crate::auth) async fn revoke_family(
    connection: &mut AnyConnection,
    family: &str,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE refresh_tokens SET revoked_at = $2 WHERE family = $1 AND revoked_at IS NULL")
        .bind(family)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whose family it is, their role, and whether the account is in use; `None` where the family was revoked or has run out.
pub(in crate::auth) async fn family_standing(
    connection: &mut AnyConnection,
    family: &str,
    now: Millis,
) -> Result<Option<(UserId, UserRole, bool)>, StoreError> {
    let row: Option<(String, String, i64)> = sqlx::query_as(
        "SELECT u.id, u.role, u.active
         FROM refresh_tokens r JOIN users u ON u.id = r.user_id
         WHERE r.family = $1 AND r.revoked_at IS NULL AND r.expires_at > $2
         LIMIT 1",
    )
    .bind(family)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    row.map(|(id, role, active)| Ok((UserId::new(id), role_of(&role)?, active != 0))).transpose()
}

/// Stores a ticket.
pub(in crate::auth) async fn insert_ticket(
    connection: &mut AnyConnection,
    secret_hash: &str,
    user: &UserId,
    session: &str,
    expires_at: Millis,
    ends_at: Option<Millis>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO tickets (secret_hash, user_id, session_id, expires_at, ends_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(secret_hash)
    .bind(user.as_str())
    .bind(session)
    .bind(expires_at)
    .bind(ends_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a ticket away and says what it stood for: the session, when the ticket ends, and when what opens with it does.
pub(in crate::auth) async fn take_ticket(
    connection: &mut AnyConnection,
    secret_hash: &str,
) -> Result<Option<(String, Millis, Option<Millis>)>, StoreError> {
    let row: Option<(String, Millis, Option<Millis>)> =
        sqlx::query_as("DELETE FROM tickets WHERE secret_hash = $1 RETURNING session_id, expires_at, ends_at")
            .bind(secret_hash)
            .fetch_optional(connection)
            .await?;
    Ok(row)
}

/// Forgets what ended before `past`: codes, tickets, refresh tokens and sessions.
pub(in crate::auth) async fn sweep(connection: &mut AnyConnection, past: Millis) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM codes WHERE expires_at < $1").bind(past).execute(&mut *connection).await?;
    sqlx::query("DELETE FROM tickets WHERE expires_at < $1").bind(past).execute(&mut *connection).await?;
    sqlx::query("DELETE FROM refresh_tokens WHERE expires_at < $1").bind(past).execute(&mut *connection).await?;
    sqlx::query("DELETE FROM browser_sessions WHERE last_active_at < $1").bind(past).execute(connection).await?;
    Ok(())
}
