//! The SQL of markers and feedback.

use protocol::{ConversationId, MessageId, UserId};
use sqlx::AnyConnection;

use crate::clock::Millis;
use crate::db::StoreError;

/// Something achieved.
#[derive(Debug, Clone)]
pub struct NewMarker {
    pub(crate) id: String,
    pub(crate) user: UserId,
    pub(crate) conversation: ConversationId,
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
    .bind(marker.conversation.as_str())
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
