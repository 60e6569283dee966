//! The SQL of documents.

use protocol::{DocumentId, UserId};
use sqlx::AnyConnection;

use crate::clock::Millis;
use crate::db::{Column, Kind, ROWS_MAX, Rows, StoreError};

/// A row of `documents`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct DocumentRow {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) kind: String,
    /// `arriving`, `reading`, `ready` or `failed`.
    pub(crate) status: String,
    pub(crate) size: i64,
    pub(crate) passages: i64,
    /// 0 or 1.
    pub(crate) shared: i64,
    /// Sealed.
    pub(crate) head: Vec<u8>,
    pub(crate) created_at: Millis,
}

impl DocumentRow {
    pub(crate) fn document(&self) -> DocumentId {
        DocumentId::new(self.id.clone())
    }

    pub(crate) fn owner(&self) -> UserId {
        UserId::new(self.user_id.clone())
    }
}

/// A row of `document_passages`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct PassageRow {
    pub(crate) n: i64,
    /// Sealed.
    pub(crate) body: Vec<u8>,
}

/// What a person's documents take.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub(crate) struct Used {
    /// How many there are.
    pub(crate) count: i64,
    /// Of their files.
    pub(crate) bytes: i64,
    /// Of their texts.
    pub(crate) passages: i64,
    /// How many are not read to their end.
    pub(crate) waiting: i64,
}

/// What a person's documents take.
pub(crate) async fn used(connection: &mut AnyConnection, user: &UserId) -> Result<Used, StoreError> {
    Ok(sqlx::query_as(
        "SELECT COUNT(*) AS count, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes,
           CAST(COALESCE(SUM(passages), 0) AS BIGINT) AS passages,
           CAST(COALESCE(SUM(CASE WHEN status = 'reading' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting
         FROM documents
         WHERE user_id = $1",
    )
    .bind(user.as_str())
    .fetch_one(connection)
    .await?)
}

/// Stores a document.
pub(crate) async fn insert(connection: &mut AnyConnection, row: &DocumentRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO documents (id, user_id, kind, status, size, passages, shared, head, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
    )
    .bind(row.id.as_str())
    .bind(row.user_id.as_str())
    .bind(row.kind.as_str())
    .bind(row.status.as_str())
    .bind(row.size)
    .bind(row.passages)
    .bind(row.shared)
    .bind(row.head.clone())
    .bind(row.created_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Stores a part of a file.
pub(crate) async fn insert_part(
    connection: &mut AnyConnection,
    id: &DocumentId,
    n: i64,
    body: &[u8],
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO document_parts (document_id, n, body) VALUES ($1, $2, $3)")
        .bind(id.as_str())
        .bind(n)
        .bind(body.to_vec())
        .execute(connection)
        .await?;
    Ok(())
}

/// A part of a file.
pub(crate) async fn part(
    connection: &mut AnyConnection,
    id: &DocumentId,
    n: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT body FROM document_parts WHERE document_id = $1 AND n = $2")
        .bind(id.as_str())
        .bind(n)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(body,)| body))
}

/// Stores passages, from this place on. Of a document that is gone, nothing: `Gone`.
pub(crate) async fn insert_passages(
    connection: &mut AnyConnection,
    id: &DocumentId,
    rows: &[(i64, Vec<u8>)],
) -> Result<(), StoreError> {
    const COLUMNS: [Column; 3] = [("document_id", Kind::Text), ("n", Kind::Number), ("body", Kind::Bytes)];
    if status(connection, id).await?.as_deref() != Some("reading") {
        return Err(StoreError::Gone);
    }
    for rows in rows.chunks(ROWS_MAX) {
        Rows::insert(connection, "document_passages", &COLUMNS, rows.len(), "")
            .bind(rows, |query, (n, body)| query.bind(id.as_str()).bind(*n).bind(body.clone()))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn status(connection: &mut AnyConnection, id: &DocumentId) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT status FROM documents WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(status,)| status))
}

/// Takes away what was stored of the passages of a document that is read anew.
pub(crate) async fn forget_passages(connection: &mut AnyConnection, id: &DocumentId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM document_passages WHERE document_id = $1").bind(id.as_str()).execute(connection).await?;
    Ok(())
}

/// Passages from this place on.
pub(crate) async fn passages(
    connection: &mut AnyConnection,
    id: &DocumentId,
    from: i64,
    limit: i64,
) -> Result<Vec<PassageRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT n, body
         FROM document_passages
         WHERE document_id = $1 AND n >= $2
         ORDER BY n
         LIMIT $3",
    )
    .bind(id.as_str())
    .bind(from)
    .bind(limit)
    .fetch_all(connection)
    .await?)
}

/// Changes how far a document is, from one state to another; whether it was in that.
pub(crate) async fn set_status(
    connection: &mut AnyConnection,
    id: &DocumentId,
    (from, to): (&'static str, &'static str),
    now: Millis,
) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE documents SET status = $3, updated_at = $4 WHERE id = $1 AND status = $2")
        .bind(id.as_str())
        .bind(from)
        .bind(to)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends the reading of a document, with what is known of it now; whether it was being read.
pub(crate) async fn end_reading(
    connection: &mut AnyConnection,
    id: &DocumentId,
    (status, passages, head): (&'static str, i64, &[u8]),
    now: Millis,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE documents
         SET status = $2, passages = $3, head = $4, updated_at = $5
         WHERE id = $1 AND status = 'reading'",
    )
    .bind(id.as_str())
    .bind(status)
    .bind(passages)
    .bind(head.to_vec())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A person's documents and what clinicians with whom they share their record let them see, the newest first.
pub(crate) async fn visible(connection: &mut AnyConnection, user: &UserId) -> Result<Vec<DocumentRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, user_id, kind, status, size, passages, shared, head, created_at
         FROM documents
         WHERE status <> 'arriving'
           AND (user_id = $1
             OR (shared = 1 AND status = 'ready' AND user_id IN (
               SELECT shares.with_id
               FROM shares
               JOIN users AS clinician ON clinician.id = shares.with_id AND clinician.role = 'clinician'
               JOIN users AS patient ON patient.id = shares.from_id AND patient.role = 'patient'
               WHERE shares.kind = 'record' AND shares.from_id = $1 AND shares.ended_at IS NULL)))
         ORDER BY created_at DESC, id DESC",
    )
    .bind(user.as_str())
    .fetch_all(connection)
    .await?)
}

/// One of those.
pub(crate) async fn visible_one(
    connection: &mut AnyConnection,
    user: &UserId,
    id: &DocumentId,
) -> Result<Option<DocumentRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, user_id, kind, status, size, passages, shared, head, created_at
         FROM documents
         WHERE id = $2 AND status <> 'arriving'
           AND (user_id = $1
             OR (shared = 1 AND status = 'ready' AND user_id IN (
               SELECT shares.with_id
               FROM shares
               JOIN users AS clinician ON clinician.id = shares.with_id AND clinician.role = 'clinician'
               JOIN users AS patient ON patient.id = shares.from_id AND patient.role = 'patient'
               WHERE shares.kind = 'record' AND shares.from_id = $1 AND shares.ended_at IS NULL)))",
    )
    .bind(user.as_str())
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?)
}

/// Lets a person's patients see a document, or not; gives it, where it is theirs.
pub(crate) async fn set_shared(
    connection: &mut AnyConnection,
    user: &UserId,
    id: &DocumentId,
    shared: bool,
    now: Millis,
) -> Result<Option<DocumentRow>, StoreError> {
    Ok(sqlx::query_as(
        "UPDATE documents SET shared = $3, updated_at = $4
         WHERE id = $2 AND user_id = $1 AND status <> 'arriving'
         RETURNING id, user_id, kind, status, size, passages, shared, head, created_at",
    )
    .bind(user.as_str())
    .bind(id.as_str())
    .bind(i64::from(shared))
    .bind(now)
    .fetch_optional(connection)
    .await?)
}

/// Deletes a document of this person with all that belongs to it; whether there was one.
pub(crate) async fn delete(connection: &mut AnyConnection, user: &UserId, id: &DocumentId) -> Result<bool, StoreError> {
    let own: Option<(String,)> = sqlx::query_as("SELECT id FROM documents WHERE id = $1 AND user_id = $2")
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    if own.is_none() {
        return Ok(false);
    }
    forget_passages(connection, id).await?;
    sqlx::query("DELETE FROM document_parts WHERE document_id = $1")
        .bind(id.as_str())
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM documents WHERE id = $1").bind(id.as_str()).execute(connection).await?;
    Ok(true)
}

/// What was not taken in to its end when the process ended.
pub(crate) async fn open(connection: &mut AnyConnection) -> Result<Vec<DocumentRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, user_id, kind, status, size, passages, shared, head, created_at
         FROM documents
         WHERE status IN ('arriving', 'reading')
         ORDER BY created_at",
    )
    .fetch_all(connection)
    .await?)
}
