//! The SQL of turns.

use protocol::{ConversationId, MessageId, TurnId, UserId};
use sqlx::AnyConnection;

use super::Turn;
use crate::clock::Millis;
use crate::db::{Column, Kind, NewMemory, ROWS_MAX, Rows, StoreError, TurnRow};

/// Stores turns, or where they stand now.
pub(crate) async fn upsert(connection: &mut AnyConnection, turns: &[&TurnRow]) -> Result<(), StoreError> {
    const COLUMNS: [Column; 8] = [
        ("id", Kind::Text),
        ("conversation_id", Kind::Text),
        ("user_id", Kind::Text),
        ("question_id", Kind::Text),
        ("answer_id", Kind::Text),
        ("state", Kind::Text),
        ("created_at", Kind::Number),
        ("updated_at", Kind::Number),
    ];
    for part in turns.chunks(ROWS_MAX) {
        let query = Rows::insert(
            connection,
            "turns",
            &COLUMNS,
            part.len(),
            "ON CONFLICT (id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at",
        )
        .bind(part, |query, turn| {
            query
                .bind(turn.id.as_str())
                .bind(turn.conversation.as_str())
                .bind(turn.user.as_str())
                .bind(turn.question.as_str())
                .bind(turn.answer.as_str())
                .bind(turn.state)
                .bind(turn.created_at)
                .bind(turn.at)
        });
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Stores what stays of conversations, in the place of what was stored before.
pub(crate) async fn keep_memories(connection: &mut AnyConnection, memories: &[&NewMemory]) -> Result<(), StoreError> {
    const COLUMNS: [Column; 3] = [("conversation_id", Kind::Text), ("body", Kind::Bytes), ("updated_at", Kind::Number)];
    for part in memories.chunks(ROWS_MAX) {
        let query = Rows::insert(
            connection,
            "memories",
            &COLUMNS,
            part.len(),
            "ON CONFLICT (conversation_id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at",
        )
        .bind(part, |query, memory| {
            query.bind(memory.conversation.as_str()).bind(memory.body.as_slice()).bind(memory.at)
        });
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// What stays of a conversation, sealed.
pub(crate) async fn memory(
    connection: &mut AnyConnection,
    conversation: &ConversationId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT body FROM memories WHERE conversation_id = $1")
        .bind(conversation.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(body,)| body))
}

/// The turns that are not done, the oldest first.
pub(crate) async fn open_turns(connection: &mut AnyConnection) -> Result<Vec<Turn>, StoreError> {
    type OpenRow = (String, String, String, String, i64, Millis, String, i64, Millis);
    let rows: Vec<OpenRow> = sqlx::query_as(
        "SELECT t.id, t.conversation_id, t.user_id, t.question_id, q.seq, t.created_at, a.id, a.seq, a.created_at
         FROM turns AS t
         JOIN messages AS q ON q.id = t.question_id
         JOIN messages AS a ON a.id = t.answer_id
         WHERE t.state <> 'done'
         ORDER BY t.created_at, t.id",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, conversation, user, question, question_seq, created_at, answer, answer_seq, answer_at)| Turn {
            id: TurnId::new(id),
            conversation: ConversationId::new(conversation),
            user: UserId::new(user),
            question: MessageId::new(question),
            question_seq,
            created_at,
            asked: None,
            answer: MessageId::new(answer),
            answer_seq,
            answer_at,
            begun: true,
            asked_by: None,
            door: None,
            request_id: "recovered".to_owned(),
        })
        .collect())
}

/// The answer that was given to a question last.
pub(crate) async fn answer_of(
    connection: &mut AnyConnection,
    conversation: &ConversationId,
    question: &MessageId,
) -> Result<Option<MessageId>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT answer_id
         FROM turns
         WHERE conversation_id = $1 AND question_id = $2
         ORDER BY created_at DESC, id DESC
         LIMIT 1",
    )
    .bind(conversation.as_str())
    .bind(question.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id,)| MessageId::new(id)))
}

/// The answer of a conversation's last turn.
pub(crate) async fn last_answer(
    connection: &mut AnyConnection,
    conversation: &ConversationId,
) -> Result<Option<MessageId>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT answer_id
         FROM turns
         WHERE conversation_id = $1
         ORDER BY created_at DESC, id DESC
         LIMIT 1",
    )
    .bind(conversation.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id,)| MessageId::new(id)))
}

/// Whether the turn of an answer is over.
pub(crate) async fn is_done(
    connection: &mut AnyConnection,
    conversation: &ConversationId,
    answer: &MessageId,
) -> Result<bool, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT state FROM turns WHERE conversation_id = $1 AND answer_id = $2")
            .bind(conversation.as_str())
            .bind(answer.as_str())
            .fetch_optional(connection)
            .await?;
    Ok(row.is_none_or(|(state,)| state == "done"))
}

/// The question that an answer is to.
pub(crate) async fn question_of(
    connection: &mut AnyConnection,
    conversation: &ConversationId,
    answer: &MessageId,
) -> Result<Option<(MessageId, i64)>, StoreError> {
    let row: Option<(String, i64)> = sqlx::query_as(
        "SELECT q.id, q.seq
         FROM turns AS t
         JOIN messages AS q ON q.id = t.question_id
         WHERE t.conversation_id = $1 AND t.answer_id = $2",
    )
    .bind(conversation.as_str())
    .bind(answer.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id, seq)| (MessageId::new(id), seq)))
}
