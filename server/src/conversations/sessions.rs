//! Conversations as sessions with exchanges, and figures of them.

use protocol::ConversationId;
use protocol::rest::{
    ChatExchange, ChatStats, Conversation, ConversationDeleted, ConversationStatus, Notice, Session, SessionLine,
    SessionList, UserRole,
};
use serde_json::Value;

use super::desk::{Desk, Page};
use super::store::list;
use super::wire;
use crate::conversations;
use crate::error::ApiError;
use crate::realtime::doors::text_with_help;
use crate::turns::title_of;

/// The exchanges of a session that are shown.
const EXCHANGES: i64 = 100;

impl Desk<'_> {
    /// Figures: one's own, for an administrator everybody's.
    pub(crate) async fn stats(&self) -> Result<ChatStats, ApiError> {
        let all = self.caller.role == UserRole::Admin;
        let figures = {
            let mut connection = self.app.db.read().await?;
            list::figures(&mut connection, if all { "" } else { self.user().as_str() }).await?
        };
        Ok(ChatStats {
            total_conversations: figures.conversations,
            total_messages: figures.messages,
            avg_messages_per_conversation: ratio(figures.messages, figures.conversations).unwrap_or(0.0),
            total_tokens_used: figures.tokens,
            avg_response_time: ratio(figures.millis, figures.turns).map(|millis| millis / 1000.0),
            model_usage: figures.by_model.into_iter().collect(),
            websocket_connections: self.app.hub.standing((!all).then(|| self.user())),
        })
    }

    /// One's own as sessions, the most recently active first.
    pub(crate) async fn sessions(&self, limit: i64) -> Result<SessionList, ApiError> {
        let list = self.list(Page { limit, ..Page::default() }).await?;
        Ok(SessionList { sessions: list.conversations.into_iter().map(line).collect(), total: list.total })
    }

    /// A session with its last exchanges. The read is on the trail.
    pub(crate) async fn session(&self, id: &ConversationId) -> Result<Session, ApiError> {
        let conversation = self.find(id).await?;
        let (rows, key) = {
            let mut connection = self.app.db.read().await?;
            let rows = list::exchanges(&mut connection, id, EXCHANGES).await?;
            (rows, self.app.keys.open(&mut connection, id.as_str()).await?)
        };
        conversations::note_read(self.app, self.user(), id, self.origin).await?;
        let mut messages = Vec::with_capacity(rows.len());
        for (question, answer) in &rows {
            let asked = wire::message(question, &key)?;
            let said = if answer.is_open() { None } else { Some(wire::message(answer, &key)?) };
            let kind = asked.metadata.client.get("message_type").and_then(Value::as_str);
            messages.push(ChatExchange {
                session_id: id.clone(),
                user_id: self.user().clone(),
                message_type: kind.unwrap_or("chat").to_owned(),
                message: asked.content.text,
                created_at: asked.timestamp,
                response: said.as_ref().map(text_with_help),
                response_time_ms: said.as_ref().and_then(|said| said.metadata.response_time_ms),
                context: said.map(|said| said.metadata.context_used).unwrap_or_default(),
            });
        }
        let SessionLine { session_id, title, created_at, updated_at, .. } = line(conversation);
        Ok(Session { session_id, user_id: self.user().clone(), title, created_at, updated_at, messages })
    }

    /// Deletes a session.
    pub(crate) async fn delete_session(&self, id: &ConversationId) -> Result<Notice, ApiError> {
        self.delete(id).await.map(|ConversationDeleted { message, .. }| Notice { message })
    }
}

fn line(conversation: Conversation) -> SessionLine {
    SessionLine {
        is_active: conversation.status == ConversationStatus::Active,
        session_id: conversation.id,
        title: title_of(&conversation.title),
        created_at: conversation.created_at,
        updated_at: conversation.updated_at,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn ratio(sum: i64, count: i64) -> Option<f64> {
    (count > 0).then(|| sum as f64 / count as f64)
}
