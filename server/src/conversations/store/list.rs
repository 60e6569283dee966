//! The SQL of lists and figures.

use protocol::{ConversationId, UserId};
use sqlx::AnyConnection;

use super::{ConversationRow, MessageRow};
use crate::clock::Millis;
use crate::db::StoreError;

/// Which conversations are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Which<'a> {
    /// Whose.
    pub(crate) user: &'a UserId,
    /// Of this status; an empty text: all that are not deleted.
    pub(crate) status: &'a str,
    /// Of those deleted, the ones deleted since.
    pub(crate) deleted_since: Millis,
}

/// A place in a list: of the last conversation before it, when it was active and its id.
pub(crate) type Before = (Millis, String);

/// A page of them behind a place, the most recently active first.
pub(crate) async fn page(
    connection: &mut AnyConnection,
    which: Which<'_>,
    before: &Before,
    (limit, offset): (i64, i64),
) -> Result<Vec<ConversationRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, status, title, model_name, system_prompt, metadata, last_seq, total_tokens, last_message_at, created_at,
             updated_at
         FROM conversations
         WHERE user_id = $1
             AND (status = $2 OR ($2 = '' AND status <> 'deleted'))
             AND (status <> 'deleted' OR deleted_at >= $3)
             AND (COALESCE(last_message_at, created_at) < $4
                  OR (COALESCE(last_message_at, created_at) = $4 AND id < $5))
         ORDER BY COALESCE(last_message_at, created_at) DESC, id DESC
         LIMIT $6 OFFSET $7",
    )
    .bind(which.user.as_str())
    .bind(which.status)
    .bind(which.deleted_since)
    .bind(before.0)
    .bind(before.1.as_str())
    .bind(limit)
    .bind(offset)
    .fetch_all(connection)
    .await?)
}

/// How many there are.
pub(crate) async fn count(connection: &mut AnyConnection, which: Which<'_>) -> Result<i64, StoreError> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*)
         FROM conversations
         WHERE user_id = $1
             AND (status = $2 OR ($2 = '' AND status <> 'deleted'))
             AND (status <> 'deleted' OR deleted_at >= $3)",
    )
    .bind(which.user.as_str())
    .bind(which.status)
    .bind(which.deleted_since)
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// A page of the stored messages of a conversation, oldest first.
pub(crate) async fn messages(
    connection: &mut AnyConnection,
    id: &ConversationId,
    (limit, offset): (i64, i64),
) -> Result<Vec<MessageRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, conversation_id, seq, role, state, body, created_at
         FROM messages
         WHERE conversation_id = $1 AND state = 'stored'
         ORDER BY seq
         LIMIT $2 OFFSET $3",
    )
    .bind(id.as_str())
    .bind(limit)
    .bind(offset)
    .fetch_all(connection)
    .await?)
}

/// How many there are.
pub(crate) async fn count_messages(connection: &mut AnyConnection, id: &ConversationId) -> Result<i64, StoreError> {
    let (count,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM messages WHERE conversation_id = $1 AND state = 'stored'")
            .bind(id.as_str())
            .fetch_one(connection)
            .await?;
    Ok(count)
}

/// Question and answer of the last turns of a conversation, oldest first.
pub(crate) async fn exchanges(
    connection: &mut AnyConnection,
    id: &ConversationId,
    limit: i64,
) -> Result<Vec<(MessageRow, MessageRow)>, StoreError> {
    type Both = (String, i64, Vec<u8>, Millis, String, i64, String, Vec<u8>, Millis);
    let rows: Vec<Both> = sqlx::query_as(
        "SELECT q.id, q.seq, q.body, q.created_at, a.id, a.seq, a.state, a.body, a.created_at
         FROM turns AS t
         JOIN messages AS q ON q.id = t.question_id
         JOIN messages AS a ON a.id = t.answer_id
         WHERE t.conversation_id = $1
         ORDER BY t.created_at DESC, t.id DESC
         LIMIT $2",
    )
    .bind(id.as_str())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let conversation_id = || id.as_str().to_owned();
    let both = rows.into_iter().rev().map(|(q, q_seq, q_body, q_at, a, a_seq, state, a_body, a_at)| {
        let question = MessageRow {
            id: q,
            conversation_id: conversation_id(),
            seq: q_seq,
            role: "user".to_owned(),
            state: "stored".to_owned(),
            body: q_body,
            created_at: q_at,
        };
        let answer = MessageRow {
            id: a,
            conversation_id: conversation_id(),
            seq: a_seq,
            role: "assistant".to_owned(),
            state,
            body: a_body,
            created_at: a_at,
        };
        (question, answer)
    });
    Ok(both.collect())
}

/// Figures of conversations.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figures {
    pub(crate) conversations: i64,
    pub(crate) messages: i64,
    pub(crate) tokens: i64,
    /// Of answered turns, from question to answer, together.
    pub(crate) millis: i64,
    pub(crate) turns: i64,
    pub(crate) by_model: Vec<(String, i64)>,
}

/// Adds up somebody's, or everybody's where the user is an empty text.
pub(crate) async fn figures(connection: &mut AnyConnection, user: &str) -> Result<Figures, StoreError> {
    let (conversations, messages, tokens): (i64, i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), CAST(COALESCE(SUM(last_seq), 0) AS BIGINT), CAST(COALESCE(SUM(total_tokens), 0) AS BIGINT)
         FROM conversations
         WHERE status <> 'deleted' AND ($1 = '' OR user_id = $1)",
    )
    .bind(user)
    .fetch_one(&mut *connection)
    .await?;
    let (millis, turns): (i64, i64) = sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(t.updated_at - t.created_at), 0) AS BIGINT), COUNT(*)
         FROM turns AS t
         JOIN conversations AS c ON c.id = t.conversation_id
         WHERE t.state = 'done' AND t.updated_at > t.created_at AND c.status <> 'deleted' AND ($1 = '' OR c.user_id = $1)",
    )
    .bind(user)
    .fetch_one(&mut *connection)
    .await?;
    let by_model: Vec<(String, i64)> = sqlx::query_as(
        "SELECT m.model_name, COUNT(*)
         FROM messages AS m
         JOIN conversations AS c ON c.id = m.conversation_id
         WHERE m.model_name IS NOT NULL AND c.status <> 'deleted' AND ($1 = '' OR c.user_id = $1)
         GROUP BY m.model_name
         ORDER BY m.model_name",
    )
    .bind(user)
    .fetch_all(connection)
    .await?;
    Ok(Figures { conversations, messages, tokens, millis, turns, by_model })
}
