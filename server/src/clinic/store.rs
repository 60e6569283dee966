//! The SQL of cases and their sign-offs. That of shares is in `store/shares.rs`.

pub(crate) mod shares;

use protocol::{CaseId, UserId};
use sqlx::AnyConnection;

use crate::clock::Millis;
use crate::db::StoreError;

/// A row of `cases` without its large columns.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct CaseRow {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) patient_id: Option<String>,
    pub(crate) from_case: Option<String>,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) stage: i64,
    pub(crate) frames: i64,
    pub(crate) decision: Option<String>,
    pub(crate) engine_version: String,
    pub(crate) data_version: String,
    pub(crate) summary: Vec<u8>,
    pub(crate) created_at: Millis,
    pub(crate) updated_at: Millis,
}

/// The large columns.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct CaseBody {
    pub(crate) input: Vec<u8>,
    pub(crate) work: Option<Vec<u8>>,
    pub(crate) result: Option<Vec<u8>>,
}

/// A new case; everything sealed.
#[derive(Debug, Clone)]
pub(crate) struct Insert {
    pub(crate) id: CaseId,
    pub(crate) user: UserId,
    pub(crate) patient: Option<UserId>,
    pub(crate) from_case: Option<CaseId>,
    pub(crate) kind: &'static str,
    pub(crate) engine_version: &'static str,
    pub(crate) data_version: &'static str,
    pub(crate) summary: Vec<u8>,
    pub(crate) input: Vec<u8>,
    pub(crate) at: Millis,
}

/// Makes a case.
pub(crate) async fn insert(connection: &mut AnyConnection, new: &Insert) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO cases (id, user_id, patient_id, from_case, kind, status, stage, frames, engine_version,
         data_version, summary, input, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 'running', 0, 0, $6, $7, $8, $9, $10, $10)",
    )
    .bind(new.id.as_str())
    .bind(new.user.as_str())
    .bind(new.patient.as_ref().map(UserId::as_str))
    .bind(new.from_case.as_ref().map(CaseId::as_str))
    .bind(new.kind)
    .bind(new.engine_version)
    .bind(new.data_version)
    .bind(new.summary.as_slice())
    .bind(new.input.as_slice())
    .bind(new.at)
    .execute(connection)
    .await?;
    Ok(())
}

/// A stage that is done, with what stands in the case from then on.
#[derive(Debug, Clone)]
pub(crate) struct StageDone {
    pub(crate) case: CaseId,
    /// Its place, from 1.
    pub(crate) stage: i64,
    pub(crate) first_n: i64,
    pub(crate) frames: i64,
    pub(crate) body: Vec<u8>,
    pub(crate) work: Option<Vec<u8>>,
    pub(crate) end: Option<End>,
    pub(crate) at: Millis,
}

/// How a case ended.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) status: &'static str,
    pub(crate) summary: Vec<u8>,
    pub(crate) result: Option<Vec<u8>>,
}

/// Stores a stage with its frames. A stage that is there already is `Exists`: none is stored twice.
pub(crate) async fn stage_done(connection: &mut AnyConnection, done: &StageDone) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO case_stages (case_id, stage, first_n, body, created_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(done.case.as_str())
    .bind(done.stage)
    .bind(done.first_n)
    .bind(done.body.as_slice())
    .bind(done.at)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE cases SET stage = $2, frames = $3, work = $4, updated_at = $5 WHERE id = $1")
        .bind(done.case.as_str())
        .bind(done.stage)
        .bind(done.frames)
        .bind(done.work.clone())
        .bind(done.at)
        .execute(&mut *connection)
        .await?;
    if let Some(end) = &done.end {
        sqlx::query("UPDATE cases SET status = $2, summary = $3, result = $4 WHERE id = $1")
            .bind(done.case.as_str())
            .bind(end.status)
            .bind(end.summary.as_slice())
            .bind(end.result.clone())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// A case, whoever's it is.
pub(crate) async fn find(connection: &mut AnyConnection, id: &CaseId) -> Result<Option<CaseRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, user_id, patient_id, from_case, kind, status, stage, frames, decision, engine_version,
                data_version, summary, created_at, updated_at
         FROM cases
         WHERE id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?)
}

/// Input, work and result of a case.
pub(crate) async fn body(connection: &mut AnyConnection, id: &CaseId) -> Result<Option<CaseBody>, StoreError> {
    Ok(sqlx::query_as("SELECT input, work, result FROM cases WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?)
}

/// Which cases a list shows.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// Cases of this person.
    pub(crate) owner: UserId,
    /// And those that were shared with them one by one.
    pub(crate) with_shared: bool,
    /// Of this kind; empty for both.
    pub(crate) kind: &'static str,
    pub(crate) limit: i64,
    pub(crate) offset: i64,
}

/// A page of cases, the newest first, and how many there are in all.
pub(crate) async fn list(connection: &mut AnyConnection, page: &Page) -> Result<(Vec<CaseRow>, i64), StoreError> {
    let rows = sqlx::query_as(
        "SELECT id, user_id, patient_id, from_case, kind, status, stage, frames, decision, engine_version,
                data_version, summary, created_at, updated_at
         FROM cases
         WHERE (user_id = $1 OR ($2 = 1 AND id IN
                (SELECT case_id FROM shares WHERE with_id = $1 AND kind = 'case' AND ended_at IS NULL)))
           AND ($3 = '' OR kind = $3)
         ORDER BY created_at DESC, id DESC
         LIMIT $4 OFFSET $5",
    )
    .bind(page.owner.as_str())
    .bind(i64::from(page.with_shared))
    .bind(page.kind)
    .bind(page.limit)
    .bind(page.offset)
    .fetch_all(&mut *connection)
    .await?;
    let (total,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*)
         FROM cases
         WHERE (user_id = $1 OR ($2 = 1 AND id IN
                (SELECT case_id FROM shares WHERE with_id = $1 AND kind = 'case' AND ended_at IS NULL)))
           AND ($3 = '' OR kind = $3)",
    )
    .bind(page.owner.as_str())
    .bind(i64::from(page.with_shared))
    .bind(page.kind)
    .fetch_one(&mut *connection)
    .await?;
    Ok((rows, total))
}

/// The cases that were not ended, the oldest first.
pub(crate) async fn open_cases(connection: &mut AnyConnection) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT id FROM cases WHERE status = 'running' ORDER BY created_at, id")
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The frames of a case by stage, in order: stage, place of the first frame, sealed frames.
pub(crate) async fn stages(
    connection: &mut AnyConnection,
    id: &CaseId,
) -> Result<Vec<(i64, i64, Vec<u8>)>, StoreError> {
    Ok(sqlx::query_as("SELECT stage, first_n, body FROM case_stages WHERE case_id = $1 ORDER BY stage")
        .bind(id.as_str())
        .fetch_all(connection)
        .await?)
}

/// The prescriptions of a person that went on from a diagnosis, the newest first.
pub(crate) async fn went_on_from(
    connection: &mut AnyConnection,
    id: &CaseId,
    owner: &str,
) -> Result<Vec<CaseId>, StoreError> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT id FROM cases WHERE from_case = $1 AND user_id = $2 ORDER BY created_at DESC, id DESC")
            .bind(id.as_str())
            .bind(owner)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(id,)| CaseId::new(id)).collect())
}

/// A sign-off; its body sealed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct ReviewRow {
    pub(crate) id: String,
    pub(crate) reviewer_id: String,
    pub(crate) body: Vec<u8>,
    pub(crate) created_at: Millis,
}

/// Stores a sign-off; the last one holds.
pub(crate) async fn review(
    connection: &mut AnyConnection,
    case: &CaseId,
    decision: &'static str,
    row: &ReviewRow,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO case_reviews (id, case_id, reviewer_id, body, created_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(row.id.as_str())
    .bind(case.as_str())
    .bind(row.reviewer_id.as_str())
    .bind(row.body.as_slice())
    .bind(row.created_at)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE cases SET decision = $2, updated_at = $3 WHERE id = $1")
        .bind(case.as_str())
        .bind(decision)
        .bind(row.created_at)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// The sign-offs of a case, the newest first.
pub(crate) async fn reviews(connection: &mut AnyConnection, case: &CaseId) -> Result<Vec<ReviewRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, reviewer_id, body, created_at
         FROM case_reviews
         WHERE case_id = $1
         ORDER BY created_at DESC, id DESC",
    )
    .bind(case.as_str())
    .fetch_all(connection)
    .await?)
}

/// Remembers whom a case is about.
pub(crate) async fn set_patient(
    connection: &mut AnyConnection,
    case: &CaseId,
    patient: &UserId,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE cases SET patient_id = $2 WHERE id = $1 AND patient_id IS NULL")
        .bind(case.as_str())
        .bind(patient.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
