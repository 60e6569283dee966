//! The SQL of turns.

use protocol::{ConversationId, MessageId, TurnId, UserId};
use sqlx::AnyConnection;

use super::Turn;
use crate::clock::Millis;
use crate::db::{Rows, StoreError, TurnRow, parts};

/// Stores turns, or where they stand now.
pub(crate) async fn upsert(connection: &mut AnyConnection, turns: &[&TurnRow]) -> Result<(), StoreError> {
    for part in parts(turns) {
        let mut query = Rows::insert(
        "INSERT INTO turns (id, conversation_id, user_id, question_id, answer_id, state, created_at, updated_at)",
        8,
        part.len(),
        "ON CONFLICT (id) DO UPDATE SET
           answer_id = COALESCE(excluded.answer_id, turns.answer_id), state = excluded.state, updated_at = excluded.updated_at",
    )
    .query();
        for turn in part {
            query = query
                .bind(turn.id.as_str())
                .bind(turn.conversation.as_str())
                .bind(turn.user.as_str())
                .bind(turn.question.as_str())
                .bind(turn.answer.as_ref().map(MessageId::as_str))
                .bind(turn.state)
                .bind(turn.created_at)
                .bind(turn.at);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// The turns that are not done, the oldest first.
pub(crate) async fn open_turns(connection: &mut AnyConnection) -> Result<Vec<Turn>, StoreError> {
    type OpenRow = (String, String, String, String, i64, Millis, Option<String>);
    let rows: Vec<OpenRow> = sqlx::query_as(
        "SELECT t.id, t.conversation_id, t.user_id, t.question_id, q.seq, t.created_at, t.answer_id
         FROM turns AS t
         JOIN messages AS q ON q.id = t.question_id
         WHERE t.state <> 'done'
         ORDER BY t.created_at, t.id",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(id, conversation, user, question, question_seq, created_at, answer)| Turn {
            id: TurnId::new(id),
            conversation: ConversationId::new(conversation),
            user: UserId::new(user),
            question: MessageId::new(question),
            question_seq,
            created_at,
            begun: answer.map(MessageId::new),
            asked_by: None,
            request_id: "recovered".to_owned(),
        })
        .collect())
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

/// The answer that a turn began.
pub(crate) async fn answer_of(connection: &mut AnyConnection, turn: &TurnId) -> Result<Option<MessageId>, StoreError> {
    let row: Option<(Option<String>,)> = sqlx::query_as("SELECT answer_id FROM turns WHERE id = $1")
        .bind(turn.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(row.and_then(|(id,)| id).map(MessageId::new))
}
