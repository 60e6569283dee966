//! Folding old messages into the summary that the model is shown.

use protocol::ConversationId;
use protocol::rest::{CleanedUp, Conversation};

use super::desk::Desk;
use super::store;
use crate::clock::rfc3339;
use crate::conversations;
use crate::error::ApiError;
use crate::turns::recall::memory_before;

/// How far back a question is looked for: between two there are at most a few steps of an exercise.
const LOOKED_THROUGH: i64 = 200;

impl Desk<'_> {
    /// Folds all but the last messages away: the model is shown their summary from now on. They stay stored, and are
    /// read as before.
    pub(crate) async fn clean_up(&self, id: &ConversationId) -> Result<CleanedUp, ApiError> {
        let conversation = self.find(id).await?;
        if self.app.turns.is_busy(id) {
            return Err(ApiError::conflict("An answer is being written. Stop it, or wait until it is done."));
        }
        let (folded, upto) = self.fold_to(&conversation).await?;
        if upto > folded {
            conversations::fold(self.app, self.user(), id, upto, self.origin).await?;
            if let Some(now) = conversations::find(self.app, self.user(), id).await? {
                self.app.hub.conversation_updated(self.user(), now);
            }
        }
        let summary = self.summary(id, upto).await?;
        let message = if upto > folded {
            "Older messages are folded into a summary. All of them can be read as before."
        } else {
            "There is nothing to fold away yet."
        };
        Ok(CleanedUp {
            message: message.to_owned(),
            conversation_id: id.clone(),
            archived: upto - folded,
            kept: conversation.message_count - upto,
            summary,
            cleaned_at: rfc3339(self.app.clock.now()),
        })
    }

    /// What the model is shown instead of the messages up to a place.
    pub(crate) async fn summary(&self, id: &ConversationId, upto: i64) -> Result<Option<String>, ApiError> {
        if upto == 0 {
            return Ok(None);
        }
        let key = self.app.keys.get(&self.app.db, id.as_str()).await?;
        let memory = memory_before(self.app, id, &key, upto + 1).await?;
        Ok(memory.summary(upto + 1, self.app.settings.context_tokens / 3))
    }

    /// Up to where it is folded, and up to where it is to be.
    async fn fold_to(&self, conversation: &Conversation) -> Result<(i64, i64), ApiError> {
        let mut connection = self.app.db.read().await?;
        let folded = store::manner(&mut connection, &conversation.id).await?.unwrap_or_default().folded_seq;
        let keep = i64::try_from(self.app.settings.cleanup_keep).unwrap_or(i64::MAX);
        let first_kept = conversation.message_count.saturating_sub(keep).saturating_add(1);
        // A question and its answer stay together.
        let before = store::messages_before(&mut connection, &conversation.id, first_kept + 1, LOOKED_THROUGH).await?;
        let question = before.iter().rev().find(|row| row.role == "user");
        let upto = question.map_or(0, |row| row.seq - 1);
        Ok((folded, upto.max(folded)))
    }
}
