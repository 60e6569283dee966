//! The SQL of accounts. What is kept of sessions, tokens, tickets and codes is in `store/`.

mod grants;

use protocol::UserId;
use protocol::rest::UserRole;
use sqlx::AnyConnection;

pub(super) use grants::*;

use super::types::Account;
use crate::clock::Millis;
use crate::db::StoreError;

type AccountRow = (String, String, Vec<u8>, String, String, i64, i64, i64);

fn account(row: AccountRow) -> Result<Account, StoreError> {
    let (id, email_hash, identity, password_hash, role, verified, active, created_at) = row;
    Ok(Account {
        id: UserId::new(id),
        email_hash,
        identity,
        password_hash,
        role: role_of(&role)?,
        verified: verified != 0,
        active: active != 0,
        created_at,
    })
}

pub(super) fn role_of(word: &str) -> Result<UserRole, StoreError> {
    UserRole::parse(word).ok_or(StoreError::Corrupt("an account has an unknown role"))
}

/// The account of an address.
pub(super) async fn find_by_email(
    connection: &mut AnyConnection,
    email_hash: &str,
) -> Result<Option<Account>, StoreError> {
    let row: Option<AccountRow> = sqlx::query_as(
        "SELECT id, email_hash, identity, password_hash, role, verified, active, created_at
         FROM users
         WHERE email_hash = $1",
    )
    .bind(email_hash)
    .fetch_optional(connection)
    .await?;
    row.map(account).transpose()
}

/// The account of an id.
pub(super) async fn find(connection: &mut AnyConnection, id: &UserId) -> Result<Option<Account>, StoreError> {
    let row: Option<AccountRow> = sqlx::query_as(
        "SELECT id, email_hash, identity, password_hash, role, verified, active, created_at
         FROM users
         WHERE id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.map(account).transpose()
}

/// Every account, the oldest first.
pub(super) async fn list(connection: &mut AnyConnection) -> Result<Vec<Account>, StoreError> {
    let rows: Vec<AccountRow> = sqlx::query_as(
        "SELECT id, email_hash, identity, password_hash, role, verified, active, created_at
         FROM users
         ORDER BY created_at, id",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(account).collect()
}

/// A new account; its key must be stored in the same transaction.
pub(super) async fn insert(connection: &mut AnyConnection, account: &Account) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO users (id, email_hash, identity, password_hash, role, verified, active, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    )
    .bind(account.id.as_str())
    .bind(account.email_hash.as_str())
    .bind(account.identity.as_slice())
    .bind(account.password_hash.as_str())
    .bind(account.role.as_str())
    .bind(i64::from(account.verified))
    .bind(i64::from(account.active))
    .bind(account.created_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The address was confirmed by a code.
pub(super) async fn set_verified(connection: &mut AnyConnection, id: &UserId, now: Millis) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET verified = 1, updated_at = $2 WHERE id = $1 AND verified = 0")
        .bind(id.as_str())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Another password.
pub(super) async fn set_password(
    connection: &mut AnyConnection,
    id: &UserId,
    password_hash: &str,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(password_hash)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Another name or profile, sealed.
pub(super) async fn set_identity(
    connection: &mut AnyConnection,
    id: &UserId,
    identity: &[u8],
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET identity = $2, updated_at = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(identity)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Another role.
pub(super) async fn set_role(
    connection: &mut AnyConnection,
    id: &UserId,
    role: UserRole,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET role = $2, updated_at = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(role.as_str())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the account may be used.
pub(super) async fn set_active(
    connection: &mut AnyConnection,
    id: &UserId,
    active: bool,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET active = $2, updated_at = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(i64::from(active))
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}
