//! The SQL of shares.

use protocol::{CaseId, UserId};
use sqlx::AnyConnection;

use crate::clock::Millis;
use crate::db::StoreError;

/// A row of `shares` that was not ended.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct ShareRow {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) from_id: String,
    pub(crate) with_id: String,
    pub(crate) case_id: Option<String>,
    pub(crate) created_at: Millis,
    /// Of a record: the clinician is told when the patient is in danger (0 or 1).
    pub(crate) alerts: i64,
}

/// Stores a share; one that holds already is `Exists`.
pub(crate) async fn insert(connection: &mut AnyConnection, row: &ShareRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO shares (id, kind, from_id, with_id, case_id, created_at, alerts)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.id.as_str())
    .bind(row.kind.as_str())
    .bind(row.from_id.as_str())
    .bind(row.with_id.as_str())
    .bind(row.case_id.as_deref())
    .bind(row.created_at)
    .bind(row.alerts)
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives the consent of a record's share, or takes it back; gives the share, where it holds and is the giver's own.
pub(crate) async fn set_alerts(
    connection: &mut AnyConnection,
    id: &str,
    from: &UserId,
    alerts: bool,
) -> Result<Option<ShareRow>, StoreError> {
    Ok(sqlx::query_as(
        "UPDATE shares SET alerts = $3
         WHERE id = $1 AND from_id = $2 AND kind = 'record' AND ended_at IS NULL
         RETURNING id, kind, from_id, with_id, case_id, created_at, alerts",
    )
    .bind(id)
    .bind(from.as_str())
    .bind(i64::from(alerts))
    .fetch_optional(connection)
    .await?)
}

/// Ends a share of this person, from either side; gives it, where it held.
pub(crate) async fn end(
    connection: &mut AnyConnection,
    id: &str,
    user: &UserId,
    now: Millis,
) -> Result<Option<ShareRow>, StoreError> {
    Ok(sqlx::query_as(
        "UPDATE shares SET ended_at = $3
         WHERE id = $1 AND (from_id = $2 OR with_id = $2) AND ended_at IS NULL
         RETURNING id, kind, from_id, with_id, case_id, created_at, alerts",
    )
    .bind(id)
    .bind(user.as_str())
    .bind(now)
    .fetch_optional(connection)
    .await?)
}

/// All that hold and concern this person, the newest first.
pub(crate) async fn of(connection: &mut AnyConnection, user: &UserId) -> Result<Vec<ShareRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, kind, from_id, with_id, case_id, created_at, alerts
         FROM shares
         WHERE (from_id = $1 OR with_id = $1) AND ended_at IS NULL
         ORDER BY created_at DESC, id DESC",
    )
    .bind(user.as_str())
    .fetch_all(connection)
    .await?)
}

/// Those of one case that hold, the newest first.
pub(crate) async fn of_case(connection: &mut AnyConnection, case: &CaseId) -> Result<Vec<ShareRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, kind, from_id, with_id, case_id, created_at, alerts
         FROM shares
         WHERE case_id = $1 AND kind = 'case' AND ended_at IS NULL
         ORDER BY created_at DESC, id DESC",
    )
    .bind(case.as_str())
    .fetch_all(connection)
    .await?)
}

/// Whether a patient's record is shared with this person.
pub(crate) async fn record_is_shared(
    connection: &mut AnyConnection,
    from: &UserId,
    with: &UserId,
) -> Result<bool, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT shares.id FROM shares JOIN users ON users.id = shares.from_id AND users.role = 'patient'
         WHERE kind = 'record' AND from_id = $1 AND with_id = $2 AND ended_at IS NULL",
    )
    .bind(from.as_str())
    .bind(with.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Whether a case is shared with this person.
pub(crate) async fn case_is_shared(
    connection: &mut AnyConnection,
    case: &CaseId,
    with: &UserId,
) -> Result<bool, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT id FROM shares WHERE kind = 'case' AND case_id = $1 AND with_id = $2 AND ended_at IS NULL",
    )
    .bind(case.as_str())
    .bind(with.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}
