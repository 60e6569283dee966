//! The SQL of reviews. What belongs to a deleted conversation is not found.

use protocol::UserId;
use protocol::review::Verdict;
use sqlx::AnyConnection;

use crate::clock::Millis;
use crate::db::StoreError;

/// A rated answer comes into the queue.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    id: &str,
    feedback: &str,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO answer_reviews (id, feedback_id, created_at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(feedback)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes out all that a person gave: they agree no more.
pub(crate) async fn take_back(connection: &mut AnyConnection, user: &UserId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM answer_reviews WHERE feedback_id IN (SELECT id FROM feedback WHERE user_id = $1)")
        .bind(user.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// A line of the queue.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct LineRow {
    pub(super) id: String,
    pub(super) rating: i64,
    pub(super) rated_at: Millis,
    pub(super) verdict: Option<String>,
    pub(super) closed_at: Option<Millis>,
}

/// A page of what is open, the oldest first.
pub(super) async fn open(
    connection: &mut AnyConnection,
    (limit, offset): (i64, i64),
) -> Result<Vec<LineRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT r.id, f.rating, f.created_at AS rated_at, r.verdict, r.closed_at
         FROM answer_reviews AS r
         JOIN feedback AS f ON f.id = r.feedback_id
         JOIN conversations AS c ON c.id = f.conversation_id AND c.status <> 'deleted'
         WHERE r.verdict IS NULL
         ORDER BY r.created_at, r.id
         LIMIT $1 OFFSET $2",
    )
    .bind(limit)
    .bind(offset)
    .fetch_all(connection)
    .await?)
}

/// A page of what is closed, the newest first.
pub(super) async fn closed(
    connection: &mut AnyConnection,
    (limit, offset): (i64, i64),
) -> Result<Vec<LineRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT r.id, f.rating, f.created_at AS rated_at, r.verdict, r.closed_at
         FROM answer_reviews AS r
         JOIN feedback AS f ON f.id = r.feedback_id
         JOIN conversations AS c ON c.id = f.conversation_id AND c.status <> 'deleted'
         WHERE r.verdict IS NOT NULL
         ORDER BY r.closed_at DESC, r.id DESC
         LIMIT $1 OFFSET $2",
    )
    .bind(limit)
    .bind(offset)
    .fetch_all(connection)
    .await?)
}

/// How many are open, and how many are closed.
pub(super) async fn count(connection: &mut AnyConnection) -> Result<(i64, i64), StoreError> {
    Ok(sqlx::query_as(
        "SELECT COUNT(*) - COUNT(r.verdict), COUNT(r.verdict)
         FROM answer_reviews AS r
         JOIN feedback AS f ON f.id = r.feedback_id
         JOIN conversations AS c ON c.id = f.conversation_id AND c.status <> 'deleted'",
    )
    .fetch_one(connection)
    .await?)
}

/// A rated answer with where its texts are.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct ReviewRow {
    pub(super) id: String,
    pub(super) feedback_id: String,
    pub(super) user_id: String,
    pub(super) conversation_id: String,
    pub(super) message_id: Option<String>,
    pub(super) rating: i64,
    pub(super) words: Vec<u8>,
    pub(super) rated_at: Millis,
    pub(super) verdict: Option<String>,
    pub(super) reviewer_id: Option<String>,
    pub(super) note: Option<Vec<u8>>,
    pub(super) closed_at: Option<Millis>,
}

/// One of them.
pub(super) async fn find(connection: &mut AnyConnection, id: &str) -> Result<Option<ReviewRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT r.id, r.feedback_id, f.user_id, f.conversation_id, f.message_id, f.rating, f.body AS words,
             f.created_at AS rated_at, r.verdict, r.reviewer_id, r.note, r.closed_at
         FROM answer_reviews AS r
         JOIN feedback AS f ON f.id = r.feedback_id
         JOIN conversations AS c ON c.id = f.conversation_id AND c.status <> 'deleted'
         WHERE r.id = $1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?)
}

/// So many that were rated at a time or later and stand behind this one, the oldest first.
pub(super) async fn since(
    connection: &mut AnyConnection,
    since: Millis,
    (after_at, after_id): (Millis, &str),
    limit: i64,
) -> Result<Vec<ReviewRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT r.id, r.feedback_id, f.user_id, f.conversation_id, f.message_id, f.rating, f.body AS words,
             f.created_at AS rated_at, r.verdict, r.reviewer_id, r.note, r.closed_at
         FROM answer_reviews AS r
         JOIN feedback AS f ON f.id = r.feedback_id
         JOIN conversations AS c ON c.id = f.conversation_id AND c.status <> 'deleted'
         WHERE f.created_at >= $1 AND (f.created_at > $2 OR (f.created_at = $2 AND r.id > $3))
         ORDER BY f.created_at, r.id
         LIMIT $4",
    )
    .bind(since)
    .bind(after_at)
    .bind(after_id)
    .bind(limit)
    .fetch_all(connection)
    .await?)
}

/// Closes one that is open; false where it is not.
pub(super) async fn close(
    connection: &mut AnyConnection,
    id: &str,
    reviewer: &UserId,
    (verdict, note): (Verdict, Option<&[u8]>),
    now: Millis,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE answer_reviews SET verdict = $2, note = $3, reviewer_id = $4, closed_at = $5
         WHERE id = $1 AND verdict IS NULL",
    )
    .bind(id)
    .bind(verdict.as_str())
    .bind(note.map(<[u8]>::to_vec))
    .bind(reviewer.as_str())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}
