//! The SQL of markers, of what people noted for themselves, of safety plans, of feedback and of what is learned: of
//! exercises, and of passages of the library.

use protocol::{ConversationId, MessageId, UserId};
use sqlx::AnyConnection;

use crate::clock::Millis;
use crate::db::StoreError;

/// Something achieved.
#[derive(Debug, Clone)]
pub struct NewMarker {
    pub(crate) id: String,
    pub(crate) user: UserId,
    pub(crate) conversation: Option<ConversationId>,
    pub(crate) marker_type: &'static str,
    pub(crate) therapeutic_value: f64,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Millis,
}

/// Stores a marker.
pub(crate) async fn insert_marker(connection: &mut AnyConnection, marker: &NewMarker) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO markers (id, user_id, conversation_id, marker_type, therapeutic_value, body, achieved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(marker.id.as_str())
    .bind(marker.user.as_str())
    .bind(marker.conversation.as_ref().map(ConversationId::as_str))
    .bind(marker.marker_type)
    .bind(marker.therapeutic_value)
    .bind(marker.body.clone())
    .bind(marker.at)
    .execute(connection)
    .await?;
    Ok(())
}

/// What someone thinks of an answer.
#[derive(Debug, Clone)]
pub(crate) struct NewFeedback {
    pub(crate) id: String,
    pub(crate) user: UserId,
    pub(crate) conversation: ConversationId,
    pub(crate) message: Option<MessageId>,
    pub(crate) rating: u8,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Millis,
}

/// Stores feedback.
pub(crate) async fn insert_feedback(connection: &mut AnyConnection, feedback: &NewFeedback) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO feedback (id, user_id, conversation_id, message_id, rating, body, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(feedback.id.as_str())
    .bind(feedback.user.as_str())
    .bind(feedback.conversation.as_str())
    .bind(feedback.message.as_ref().map(MessageId::as_str))
    .bind(i64::from(feedback.rating))
    .bind(feedback.body.clone())
    .bind(feedback.at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Something done or noted.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub(crate) id: String,
    pub(crate) user: UserId,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Millis,
}

/// Stores what was done or noted.
pub(crate) async fn insert_entry(connection: &mut AnyConnection, entry: &NewEntry) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO care_entries (id, user_id, body, at) VALUES ($1, $2, $3, $4)")
        .bind(entry.id.as_str())
        .bind(entry.user.as_str())
        .bind(entry.body.clone())
        .bind(entry.at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Id, sealed body and time of the last entries of a person, the newest first.
pub(crate) async fn entries(
    connection: &mut AnyConnection,
    user: &UserId,
    limit: i64,
) -> Result<Vec<(String, Vec<u8>, Millis)>, StoreError> {
    Ok(sqlx::query_as("SELECT id, body, at FROM care_entries WHERE user_id = $1 ORDER BY at DESC, id DESC LIMIT $2")
        .bind(user.as_str())
        .bind(limit)
        .fetch_all(connection)
        .await?)
}

/// Deletes an entry of this person; whether there was one.
pub(crate) async fn delete_entry(connection: &mut AnyConnection, user: &UserId, id: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM care_entries WHERE user_id = $1 AND id = $2")
        .bind(user.as_str())
        .bind(id)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// A row of `markers`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct MarkerRow {
    pub(crate) id: String,
    pub(crate) marker_type: String,
    pub(crate) therapeutic_value: f64,
    pub(crate) body: Vec<u8>,
    pub(crate) achieved_at: Millis,
}

/// The last markers of a person, the newest first.
pub(crate) async fn markers(
    connection: &mut AnyConnection,
    user: &UserId,
    limit: i64,
) -> Result<Vec<MarkerRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, marker_type, therapeutic_value, body, achieved_at FROM markers
         WHERE user_id = $1 ORDER BY achieved_at DESC, id DESC LIMIT $2",
    )
    .bind(user.as_str())
    .bind(limit)
    .fetch_all(connection)
    .await?)
}

/// Keeps a safety plan in place of the one before.
pub(crate) async fn keep_plan(
    connection: &mut AnyConnection,
    user: &UserId,
    body: &[u8],
    at: Millis,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO safety_plans (user_id, body, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at",
    )
    .bind(user.as_str())
    .bind(body.to_vec())
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Somebody's safety plan, sealed, and when it was kept.
pub(crate) async fn plan(
    connection: &mut AnyConnection,
    user: &UserId,
) -> Result<Option<(Vec<u8>, Millis)>, StoreError> {
    Ok(sqlx::query_as("SELECT body, updated_at FROM safety_plans WHERE user_id = $1")
        .bind(user.as_str())
        .fetch_optional(connection)
        .await?)
}

/// Deletes a safety plan.
pub(crate) async fn delete_plan(connection: &mut AnyConnection, user: &UserId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM safety_plans WHERE user_id = $1").bind(user.as_str()).execute(connection).await?;
    Ok(())
}

/// What an exercise did for somebody, 0 (nothing) to 1.
#[derive(Debug, Clone)]
pub struct Reward {
    pub(crate) context: &'static str,
    pub(crate) arm: &'static str,
    pub(crate) helped: f64,
}

/// Adds to what is known of everybody together.
pub(crate) async fn learn(connection: &mut AnyConnection, reward: &Reward) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO learned (context, arm, helped, tried) VALUES ($1, $2, $3, 1)
         ON CONFLICT (context, arm) DO UPDATE
         SET helped = learned.helped + excluded.helped, tried = learned.tried + excluded.tried",
    )
    .bind(reward.context)
    .bind(reward.arm)
    .bind(reward.helped)
    .execute(connection)
    .await?;
    Ok(())
}

/// Context, arm, sum of rewards and how many, of everybody together.
pub(crate) async fn learned(connection: &mut AnyConnection) -> Result<Vec<(String, String, f64, f64)>, StoreError> {
    Ok(sqlx::query_as("SELECT context, arm, helped, tried FROM learned").fetch_all(connection).await?)
}

/// What one person says of a passage; what is `None` stays as it is.
#[derive(Debug, Clone)]
pub(crate) struct Vote {
    pub(crate) voter: String,
    pub(crate) passage: String,
    pub(crate) opened: Option<bool>,
    pub(crate) rated: Option<i64>,
}

/// Stores what somebody says of a passage in place of what they said of it before. One that says nothing any more goes.
pub(crate) async fn vote(connection: &mut AnyConnection, vote: &Vote) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO passage_votes (voter, passage, opened, rated) VALUES ($1, $2, $3, $4)
         ON CONFLICT (voter) DO UPDATE
         SET opened = CASE WHEN $5 = 1 THEN excluded.opened ELSE passage_votes.opened END,
             rated = CASE WHEN $6 = 1 THEN excluded.rated ELSE passage_votes.rated END",
    )
    .bind(vote.voter.as_str())
    .bind(vote.passage.as_str())
    .bind(i64::from(vote.opened.unwrap_or_default()))
    .bind(vote.rated.unwrap_or_default())
    .bind(i64::from(vote.opened.is_some()))
    .bind(i64::from(vote.rated.is_some()))
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM passage_votes WHERE voter = $1 AND opened = 0 AND rated = 0")
        .bind(vote.voter.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// What was said of a passage, each person counted once.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct VoteRow {
    pub(crate) passage: String,
    pub(crate) helped: i64,
    pub(crate) did_not: i64,
    pub(crate) opened: i64,
}

/// Every passage on which somebody said something.
pub(crate) async fn tallies(connection: &mut AnyConnection) -> Result<Vec<VoteRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT passage,
                CAST(SUM(CASE WHEN rated = 1 THEN 1 ELSE 0 END) AS BIGINT) AS helped,
                CAST(SUM(CASE WHEN rated = -1 THEN 1 ELSE 0 END) AS BIGINT) AS did_not,
                CAST(SUM(CASE WHEN rated = 0 AND opened = 1 THEN 1 ELSE 0 END) AS BIGINT) AS opened
         FROM passage_votes
         GROUP BY passage",
    )
    .fetch_all(connection)
    .await?)
}

/// The passages on which somebody said something.
pub(crate) async fn voted(connection: &mut AnyConnection) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT passage FROM passage_votes").fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(passage,)| passage).collect())
}

/// Deletes one vote; how many there were.
pub(crate) async fn delete_vote(connection: &mut AnyConnection, voter: &str) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM passage_votes WHERE voter = $1").bind(voter).execute(connection).await?;
    Ok(done.rows_affected())
}

/// Deletes the votes on a passage, or all; how many there were.
pub(crate) async fn delete_votes(connection: &mut AnyConnection, passage: Option<&str>) -> Result<u64, StoreError> {
    let done = match passage {
        Some(passage) => {
            sqlx::query("DELETE FROM passage_votes WHERE passage = $1").bind(passage).execute(connection).await?
        }
        None => sqlx::query("DELETE FROM passage_votes").execute(connection).await?,
    };
    Ok(done.rows_affected())
}
