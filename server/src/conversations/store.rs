//! The SQL of conversations and messages. What is written for many at once has one statement of many rows.

pub(crate) mod list;
mod told;

use std::collections::HashMap;

use protocol::{ConversationId, MessageId, UserId};
use sqlx::{AnyConnection, FromRow as _, Row};

pub(crate) use told::{fold, set_metadata, set_model, set_status, set_system_prompt, set_title};

use super::wire::role_word;
use crate::clock::Millis;
use crate::db::{Column, Kind, MessageUpdate, NewMessage, ROWS_MAX, Rows, StoreError};

/// A row of `conversations`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ConversationRow {
    /// Its id.
    pub id: String,
    /// `active`, `archived` or `deleted`.
    pub status: String,
    /// Sealed.
    pub title: Option<Vec<u8>>,
    /// Who answers in it.
    pub model_name: Option<String>,
    /// Sealed: what its person wants of answers.
    pub system_prompt: Option<Vec<u8>>,
    /// Sealed: what a client put there.
    pub metadata: Option<Vec<u8>>,
    /// Messages stored so far.
    pub last_seq: i64,
    /// Tokens used so far.
    pub total_tokens: i64,
    /// When the last message was stored.
    pub last_message_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// A row of `messages`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MessageRow {
    /// Its id.
    pub id: String,
    /// Its conversation.
    pub conversation_id: String,
    /// Its place.
    pub seq: i64,
    /// Who speaks.
    pub role: String,
    /// `open` or `stored`.
    pub state: String,
    /// Sealed.
    pub body: Vec<u8>,
    /// When it was made.
    pub created_at: Millis,
}

impl MessageRow {
    /// It is still being written.
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }
}

const fn state_word(open: bool) -> &'static str {
    if open { "open" } else { "stored" }
}

/// Makes a conversation. `origin_key`: by which it is known that the question that begins it was sent before.
pub(crate) async fn create(
    connection: &mut AnyConnection,
    id: &ConversationId,
    user: &UserId,
    origin_key: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO conversations
             (id, user_id, origin_key, status, last_seq, read_seq, total_tokens, created_at, updated_at)
         VALUES ($1, $2, $3, 'active', 0, 0, 0, $4, $4)",
    )
    .bind(id.as_str())
    .bind(user.as_str())
    .bind(origin_key)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// One that is this person's and not deleted.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    user: &UserId,
    id: &ConversationId,
) -> Result<Option<ConversationRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, status, title, model_name, system_prompt, metadata, last_seq, total_tokens, last_message_at, created_at,
             updated_at
         FROM conversations
         WHERE id = $1 AND user_id = $2 AND status <> 'deleted'",
    )
    .bind(id.as_str())
    .bind(user.as_str())
    .fetch_optional(connection)
    .await?)
}

/// The one that a question sent before began.
pub(crate) async fn by_origin(
    connection: &mut AnyConnection,
    user: &UserId,
    origin_key: &str,
) -> Result<Option<ConversationId>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT id FROM conversations WHERE user_id = $1 AND origin_key = $2")
        .bind(user.as_str())
        .bind(origin_key)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(id,)| ConversationId::new(id)))
}

/// Those of a person that are not deleted, the most recently active first.
pub(crate) async fn list(
    connection: &mut AnyConnection,
    user: &UserId,
    limit: i64,
) -> Result<Vec<ConversationRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, status, title, model_name, system_prompt, metadata, last_seq, total_tokens, last_message_at, created_at,
             updated_at
         FROM conversations
         WHERE user_id = $1 AND status <> 'deleted'
         ORDER BY COALESCE(last_message_at, created_at) DESC, id DESC
         LIMIT $2",
    )
    .bind(user.as_str())
    .bind(limit)
    .fetch_all(connection)
    .await?)
}

/// How a conversation is answered.
#[derive(Debug, Default, sqlx::FromRow)]
pub(crate) struct MannerRow {
    /// Who answers.
    pub(crate) model_name: Option<String>,
    /// Sealed: what its person wants of answers.
    pub(crate) system_prompt: Option<Vec<u8>>,
    /// Up to which place the model is shown a summary only.
    pub(crate) folded_seq: i64,
}

/// How it is answered.
pub(crate) async fn manner(
    connection: &mut AnyConnection,
    id: &ConversationId,
) -> Result<Option<MannerRow>, StoreError> {
    Ok(sqlx::query_as("SELECT model_name, system_prompt, folded_seq FROM conversations WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?)
}

/// Deletes softly.
pub(crate) async fn delete(
    connection: &mut AnyConnection,
    user: &UserId,
    id: &ConversationId,
    now: Millis,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE conversations SET status = 'deleted', deleted_at = $3, updated_at = $3
         WHERE id = $1 AND user_id = $2 AND status <> 'deleted'",
    )
    .bind(id.as_str())
    .bind(user.as_str())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes back a deletion that is not older than `oldest`.
pub(crate) async fn restore(
    connection: &mut AnyConnection,
    user: &UserId,
    id: &ConversationId,
    oldest: Millis,
    now: Millis,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE conversations SET status = 'active', deleted_at = NULL, updated_at = $4
         WHERE id = $1 AND user_id = $2 AND status = 'deleted' AND deleted_at >= $3",
    )
    .bind(id.as_str())
    .bind(user.as_str())
    .bind(oldest)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// What was deleted before `oldest`, the oldest first, at most so many: each with its owner.
pub(crate) async fn deleted_before(
    connection: &mut AnyConnection,
    oldest: Millis,
    limit: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, user_id FROM conversations
         WHERE status = 'deleted' AND deleted_at < $1
         ORDER BY deleted_at
         LIMIT $2",
    )
    .bind(oldest)
    .bind(limit)
    .fetch_all(connection)
    .await?)
}

/// Takes a conversation that was deleted before `oldest` away for good, its key first; false where it is not there.
/// What was achieved in it stays with the person.
pub(crate) async fn purge(
    connection: &mut AnyConnection,
    id: &ConversationId,
    oldest: Millis,
) -> Result<bool, StoreError> {
    let due: Option<(String,)> =
        sqlx::query_as("SELECT id FROM conversations WHERE id = $1 AND status = 'deleted' AND deleted_at < $2")
            .bind(id.as_str())
            .bind(oldest)
            .fetch_optional(&mut *connection)
            .await?;
    if due.is_none() {
        return Ok(false);
    }
    for statement in [
        "DELETE FROM data_keys WHERE scope = $1",
        "DELETE FROM memories WHERE conversation_id = $1",
        "DELETE FROM answer_reviews WHERE feedback_id IN (SELECT id FROM feedback WHERE conversation_id = $1)",
        "DELETE FROM feedback WHERE conversation_id = $1",
        "UPDATE markers SET conversation_id = NULL WHERE conversation_id = $1",
        "DELETE FROM turns WHERE conversation_id = $1",
        "DELETE FROM messages WHERE conversation_id = $1",
        "DELETE FROM conversations WHERE id = $1",
    ] {
        sqlx::query(statement).bind(id.as_str()).execute(&mut *connection).await?;
    }
    Ok(true)
}

/// Remembers up to where it was read; never backwards.
pub(crate) async fn mark_read(connection: &mut AnyConnection, id: &ConversationId, seq: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversations SET read_seq = $2 WHERE id = $1 AND read_seq < $2 AND last_seq >= $2")
        .bind(id.as_str())
        .bind(seq)
        .execute(connection)
        .await?;
    Ok(())
}

/// What a group of messages adds to a conversation.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Growth<'a> {
    /// How many messages.
    pub(crate) messages: i64,
    /// When the last of them was made.
    pub(crate) at: Millis,
    /// A sealed title, taken where it has none.
    pub(crate) title: Option<&'a [u8]>,
}

/// Counts conversations on, and gives the last place of each. One that is deleted or not there is missing in the answer.
pub(crate) async fn grow(
    connection: &mut AnyConnection,
    grown: &[(&str, Growth<'_>)],
) -> Result<HashMap<String, i64>, StoreError> {
    const COLUMNS: [Column; 4] =
        [("id", Kind::Text), ("messages", Kind::Number), ("at", Kind::Number), ("first_title", Kind::Bytes)];
    let mut places = HashMap::new();
    for part in grown.chunks(ROWS_MAX) {
        let query = Rows::new(
            connection,
            "UPDATE conversations SET last_seq = last_seq + v.messages, last_message_at = v.at, updated_at = v.at,
             title = COALESCE(title, v.first_title) FROM",
            &COLUMNS,
            part.len(),
            "AND conversations.id = v.id AND status <> 'deleted' RETURNING conversations.id, last_seq",
        )
        .bind(part, |query, (id, growth)| {
            query.bind(*id).bind(growth.messages).bind(growth.at).bind(growth.title.map(<[u8]>::to_vec))
        });
        for row in query.fetch_all(&mut *connection).await? {
            places.insert(row.try_get(0)?, row.try_get(1)?);
        }
    }
    Ok(places)
}

/// Stores messages at their places.
pub(crate) async fn insert_messages(
    connection: &mut AnyConnection,
    messages: &[(&NewMessage, i64)],
) -> Result<(), StoreError> {
    const COLUMNS: [Column; 10] = [
        ("id", Kind::Text),
        ("conversation_id", Kind::Text),
        ("seq", Kind::Number),
        ("role", Kind::Text),
        ("client_key", Kind::Text),
        ("state", Kind::Text),
        ("body", Kind::Bytes),
        ("tokens", Kind::Number),
        ("created_at", Kind::Number),
        ("updated_at", Kind::Number),
    ];
    for part in messages.chunks(ROWS_MAX) {
        let query =
            Rows::insert(connection, "messages", &COLUMNS, part.len(), "").bind(part, |query, (message, seq)| {
                query
                    .bind(message.id.as_str())
                    .bind(message.conversation.as_str())
                    .bind(*seq)
                    .bind(role_word(message.role))
                    .bind(message.client_key.as_deref())
                    .bind(state_word(message.open))
                    .bind(message.body.as_slice())
                    .bind(0_i64)
                    .bind(message.at)
                    .bind(message.at)
            });
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Replaces the bodies of messages that grew or ended.
pub(crate) async fn update_messages(
    connection: &mut AnyConnection,
    updates: &[&MessageUpdate],
) -> Result<(), StoreError> {
    const COLUMNS: [Column; 6] = [
        ("id", Kind::Text),
        ("now_state", Kind::Text),
        ("now_body", Kind::Bytes),
        ("now_tokens", Kind::Number),
        ("now_model", Kind::Text),
        ("at", Kind::Number),
    ];
    for part in updates.chunks(ROWS_MAX) {
        let query = Rows::new(
            connection,
            "UPDATE messages SET state = v.now_state, body = v.now_body, tokens = v.now_tokens, model_name = v.now_model,
             updated_at = v.at FROM",
            &COLUMNS,
            part.len(),
            "AND messages.id = v.id",
        )
        .bind(part, |query, update| {
            query
                .bind(update.id.as_str())
                .bind(state_word(update.open))
                .bind(update.body.as_slice())
                .bind(update.tokens)
                .bind(update.model.as_deref())
                .bind(update.at)
        });
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Adds the tokens of answers that ended to their conversations, and gives these as they are now.
pub(crate) async fn count_tokens(
    connection: &mut AnyConnection,
    updates: &[&MessageUpdate],
) -> Result<HashMap<String, ConversationRow>, StoreError> {
    const COLUMNS: [Column; 2] = [("key", Kind::Text), ("tokens", Kind::Number)];
    let mut rows = HashMap::new();
    let mut sums: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
    for update in updates.iter().filter(|update| !update.open) {
        *sums.entry(update.conversation.as_str()).or_default() += update.tokens;
    }
    let sums: Vec<(&str, i64)> = sums.into_iter().collect();
    for part in sums.chunks(ROWS_MAX) {
        let query = Rows::new(
            connection,
            "UPDATE conversations SET total_tokens = total_tokens + v.tokens FROM",
            &COLUMNS,
            part.len(),
            "AND conversations.id = v.key
             RETURNING id, status, title, model_name, system_prompt, metadata, last_seq, total_tokens, last_message_at,
             created_at, updated_at",
        )
        .bind(part, |query, (id, tokens)| query.bind(*id).bind(*tokens));
        for row in query.fetch_all(&mut *connection).await? {
            let row = ConversationRow::from_row(&row)?;
            rows.insert(row.id.clone(), row);
        }
    }
    Ok(rows)
}

/// Which of these client keys are stored: conversation, client key, message, place.
pub(crate) async fn by_client_keys(
    connection: &mut AnyConnection,
    keys: &[(&ConversationId, &str)],
) -> Result<Vec<(ConversationId, String, MessageId, i64)>, StoreError> {
    const COLUMNS: [Column; 2] = [("conversation", Kind::Text), ("client", Kind::Text)];
    let mut stored = Vec::new();
    for part in keys.chunks(ROWS_MAX) {
        let query = Rows::new(
            connection,
            "SELECT m.conversation_id, m.client_key, m.id, m.seq FROM messages AS m,",
            &COLUMNS,
            part.len(),
            "AND m.conversation_id = v.conversation AND m.client_key = v.client",
        )
        .bind(part, |query, (conversation, client)| query.bind(conversation.as_str()).bind(*client));
        for row in query.fetch_all(&mut *connection).await? {
            let conversation = ConversationId::new(row.try_get::<String, _>(0)?);
            stored.push((conversation, row.try_get(1)?, MessageId::new(row.try_get::<String, _>(2)?), row.try_get(3)?));
        }
    }
    Ok(stored)
}

/// The last messages, oldest first.
pub(crate) async fn last_messages(
    connection: &mut AnyConnection,
    id: &ConversationId,
    limit: i64,
) -> Result<Vec<MessageRow>, StoreError> {
    let mut rows: Vec<MessageRow> = sqlx::query_as(
        "SELECT id, conversation_id, seq, role, state, body, created_at
         FROM messages
         WHERE conversation_id = $1
         ORDER BY seq DESC
         LIMIT $2",
    )
    .bind(id.as_str())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.reverse();
    Ok(rows)
}

/// Messages before a place, the last of them, oldest first.
pub(crate) async fn messages_before(
    connection: &mut AnyConnection,
    id: &ConversationId,
    seq: i64,
    limit: i64,
) -> Result<Vec<MessageRow>, StoreError> {
    let mut rows: Vec<MessageRow> = sqlx::query_as(
        "SELECT id, conversation_id, seq, role, state, body, created_at
         FROM messages
         WHERE conversation_id = $1 AND seq < $2
         ORDER BY seq DESC
         LIMIT $3",
    )
    .bind(id.as_str())
    .bind(seq)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.reverse();
    Ok(rows)
}

/// Messages after a place, the first of them, oldest first.
pub(crate) async fn messages_after(
    connection: &mut AnyConnection,
    id: &ConversationId,
    seq: i64,
    limit: i64,
) -> Result<Vec<MessageRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, conversation_id, seq, role, state, body, created_at
         FROM messages
         WHERE conversation_id = $1 AND seq > $2
         ORDER BY seq
         LIMIT $3",
    )
    .bind(id.as_str())
    .bind(seq)
    .bind(limit)
    .fetch_all(connection)
    .await?)
}

/// One message of a conversation.
pub(crate) async fn message(
    connection: &mut AnyConnection,
    conversation: &ConversationId,
    id: &MessageId,
) -> Result<Option<MessageRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, conversation_id, seq, role, state, body, created_at
         FROM messages
         WHERE id = $1 AND conversation_id = $2",
    )
    .bind(id.as_str())
    .bind(conversation.as_str())
    .fetch_optional(connection)
    .await?)
}
