//! The SQL of what is told of a conversation.

use protocol::ConversationId;
use sqlx::AnyConnection;

use crate::clock::Millis;
use crate::db::StoreError;

/// Folds its messages away up to a place; never back.
pub(crate) async fn fold(
    connection: &mut AnyConnection,
    id: &ConversationId,
    upto: i64,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversations SET folded_seq = $2, updated_at = $3 WHERE id = $1 AND folded_seq < $2")
        .bind(id.as_str())
        .bind(upto)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Puts it away, or takes it out again.
pub(crate) async fn set_status(
    connection: &mut AnyConnection,
    id: &ConversationId,
    status: &'static str,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversations SET status = $2, updated_at = $3 WHERE id = $1 AND status <> 'deleted'")
        .bind(id.as_str())
        .bind(status)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets who answers in it; `None`: whoever answers here.
pub(crate) async fn set_model(
    connection: &mut AnyConnection,
    id: &ConversationId,
    model: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversations SET model_name = $2, updated_at = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(model)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets what its person wants of answers.
pub(crate) async fn set_system_prompt(
    connection: &mut AnyConnection,
    id: &ConversationId,
    sealed: Option<&[u8]>,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversations SET system_prompt = $2, updated_at = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(sealed.map(<[u8]>::to_vec))
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets what a client keeps beside it.
pub(crate) async fn set_metadata(
    connection: &mut AnyConnection,
    id: &ConversationId,
    sealed: &[u8],
) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversations SET metadata = $2 WHERE id = $1")
        .bind(id.as_str())
        .bind(sealed.to_vec())
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets its title.
pub(crate) async fn set_title(
    connection: &mut AnyConnection,
    id: &ConversationId,
    sealed: &[u8],
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE conversations SET title = $2, updated_at = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(sealed.to_vec())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}
