//! Conversations as REST shows and changes them: checked, found or *not found*, and told to every open door.

use protocol::engine::AskOptions;
use protocol::rest::{
    ChangeConversation, ChatMessage, Conversation, ConversationDeleted, ConversationList, ConversationStatus,
    MessagePage, NewConversation,
};
use protocol::{ConversationId, UserId};
use serde_json::Value;

use super::store::list::{self, Before, Which};
use super::store::{self, ConversationRow};
use super::{Begin, wire};
use crate::audit::Origin;
use crate::auth::Caller;
use crate::clock::rfc3339;
use crate::conversations;
use crate::error::ApiError;
use crate::realtime::commands;
use crate::state::App;

/// How many rows are looked through at once.
pub(super) const LOOKED_THROUGH: i64 = 200;
/// Before the first of a list.
pub(super) const TOP: (i64, &str) = (i64::MAX, "");

/// Who asks, and where from.
pub(crate) struct Desk<'a> {
    pub(crate) app: &'a App,
    pub(crate) caller: &'a Caller,
    pub(crate) origin: &'a Origin,
}

/// A page that is asked for, within its limits.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) status: Option<ConversationStatus>,
    /// What stands in the title.
    pub(crate) q: Option<String>,
    pub(crate) limit: i64,
    pub(crate) offset: i64,
    /// Behind this place.
    pub(crate) before: Option<Before>,
}

/// What the last page gave as `next`.
pub(crate) fn place(text: &str) -> Option<Before> {
    let (at, id) = text.split_once('.')?;
    Some((at.parse().ok()?, uuid::Uuid::parse_str(id).ok()?.to_string()))
}

impl Desk<'_> {
    pub(super) const fn user(&self) -> &UserId {
        &self.caller.user_id
    }

    /// A page of one's own, the most recently active first.
    pub(crate) async fn list(&self, page: Page) -> Result<ConversationList, ApiError> {
        let which = Which {
            user: self.user(),
            status: page.status.map_or("", ConversationStatus::as_str),
            deleted_since: conversations::restorable_since(self.app, self.app.clock.now()),
        };
        let before = page.before.unwrap_or_else(|| (TOP.0, TOP.1.to_owned()));
        // One more than is shown says whether there is another page.
        let window = (page.limit + 1, page.offset);
        let q = page.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
        let (mut found, total) = if let Some(q) = q {
            self.titled(which, q, &before, window).await?
        } else {
            let mut connection = self.app.db.read().await?;
            let rows = list::page(&mut connection, which, &before, window).await?;
            let total = list::count(&mut connection, which).await?;
            drop(connection);
            let mut found = Vec::with_capacity(rows.len());
            for row in rows {
                found.push((place_of(&row), self.open(&row).await?));
            }
            (found, total)
        };
        let shown = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let next = (found.len() > shown).then(|| found[shown - 1].0.clone());
        found.truncate(shown);
        Ok(ConversationList { conversations: found.into_iter().map(|(_, it)| it).collect(), total, next })
    }

    /// Those in whose titles this stands. Titles are sealed, so each is opened and looked at here.
    async fn titled(
        &self,
        which: Which<'_>,
        q: &str,
        before: &Before,
        (limit, offset): (i64, i64),
    ) -> Result<(Vec<(String, Conversation)>, i64), ApiError> {
        let q = q.to_lowercase();
        let (mut found, mut total, mut behind) = (Vec::new(), 0, 0);
        let mut at: Before = (TOP.0, TOP.1.to_owned());
        loop {
            let rows = {
                let mut connection = self.app.db.read().await?;
                list::page(&mut connection, which, &at, (LOOKED_THROUGH, 0)).await?
            };
            let Some(last) = rows.last() else { return Ok((found, total)) };
            at = (active_at(last), last.id.clone());
            for row in &rows {
                let conversation = self.open(row).await?;
                if !conversation.title.to_lowercase().contains(&q) {
                    continue;
                }
                total += 1;
                let is_behind = (active_at(row), row.id.as_str()) < (before.0, before.1.as_str());
                if is_behind {
                    behind += 1;
                    if behind > offset && behind <= offset + limit {
                        found.push((place_of(row), conversation));
                    }
                }
            }
        }
    }

    pub(super) async fn open(&self, row: &ConversationRow) -> Result<Conversation, ApiError> {
        let key = self.app.keys.get(&self.app.db, &row.id).await?;
        Ok(wire::conversation(row, &key)?)
    }

    /// Makes one.
    pub(crate) async fn create(&self, told: NewConversation) -> Result<Conversation, ApiError> {
        let told = NewConversation {
            title: told.title.map(|title| checked_title(&title)).transpose()?,
            model_name: told.model_name.filter(|name| !name.is_empty()),
            system_prompt: told.system_prompt.filter(|wish| !wish.trim().is_empty()),
            metadata: told.metadata,
        };
        self.allow(told.model_name.clone(), told.system_prompt.clone())?;
        let bytes = Value::Object(told.metadata.clone()).to_string().len();
        let max = self.app.settings.conversation_metadata_bytes;
        if bytes > max && !told.metadata.is_empty() {
            let text = format!("`metadata` has {bytes} bytes as JSON; {max} is the most.");
            return Err(ApiError::unprocessable("metadata", text));
        }
        self.has_room().await?;
        let begin = Begin { told, origin_key: None };
        let conversation = conversations::create_with(self.app, self.user(), begin, self.origin).await?;
        self.app.hub.conversation_updated(self.user(), conversation.clone());
        Ok(conversation)
    }

    /// How many they keep, without those that were deleted.
    pub(super) async fn kept(&self) -> Result<usize, ApiError> {
        let mut connection = self.app.db.read().await?;
        let kept = list::count(&mut connection, Which { user: self.user(), status: "", deleted_since: 0 }).await?;
        Ok(usize::try_from(kept).unwrap_or(usize::MAX))
    }

    /// Whether one more may be made. A question begins one all the same: nobody who asks is sent away to tidy up.
    async fn has_room(&self) -> Result<(), ApiError> {
        let max = self.app.settings.conversations_per_user;
        if self.kept().await? < max {
            return Ok(());
        }
        Err(ApiError::conflict(format!(
            "You keep {max} conversations, which is the most. Delete one that you don't need and begin this one again."
        )))
    }

    /// Within what the operator allows.
    fn allow(&self, model_name: Option<String>, system_prompt: Option<String>) -> Result<(), ApiError> {
        commands::allowed(self.app, AskOptions { model_name, system_prompt, ..AskOptions::default() })?;
        Ok(())
    }

    /// One's own. What is somebody else's is not found, which is written to the trail.
    pub(crate) async fn find(&self, id: &ConversationId) -> Result<Conversation, ApiError> {
        commands::theirs(self.app, self.user(), id, self.origin).await?;
        let found = conversations::find(self.app, self.user(), id).await?;
        found.ok_or_else(|| ApiError::not_found("conversation"))
    }

    /// Changes what is told of it.
    pub(crate) async fn change(&self, id: &ConversationId, told: ChangeConversation) -> Result<Conversation, ApiError> {
        commands::theirs(self.app, self.user(), id, self.origin).await?;
        if told.status == Some(ConversationStatus::Deleted) {
            return Err(ApiError::unprocessable("status", "`status` is active or archived; to delete, send DELETE."));
        }
        let told = ChangeConversation { title: told.title.map(|title| checked_title(&title)).transpose()?, ..told };
        self.allow(told.model_name.clone().filter(|name| !name.is_empty()), told.system_prompt.clone())?;
        let changed = conversations::change(self.app, self.user(), id, told, self.origin).await?;
        changed.ok_or_else(|| ApiError::not_found("conversation"))
    }

    /// Deletes it; it can be restored for a while.
    pub(crate) async fn delete(&self, id: &ConversationId) -> Result<ConversationDeleted, ApiError> {
        let deleted_at = rfc3339(self.app.clock.now());
        if !conversations::set_deleted(self.app, self.user(), id, true, self.origin).await? {
            return Err(ApiError::not_found("conversation"));
        }
        let days = self.app.settings.restore_within.as_secs() / 86_400;
        let message = if days > 0 {
            format!("Deleted. It can be restored for {days} days.")
        } else {
            "Deleted. It can be restored for a short while.".to_owned()
        };
        Ok(ConversationDeleted { message, conversation_id: id.clone(), deleted_at })
    }

    /// Takes a deletion back.
    pub(crate) async fn restore(&self, id: &ConversationId) -> Result<Conversation, ApiError> {
        if !conversations::set_deleted(self.app, self.user(), id, false, self.origin).await? {
            return Err(ApiError::not_found("deleted conversation that can still be restored"));
        }
        self.find(id).await
    }

    /// A page of its messages, oldest first. The read is on the trail.
    pub(crate) async fn messages(&self, id: &ConversationId, page: (i64, i64)) -> Result<MessagePage, ApiError> {
        let conversation = self.find(id).await?;
        let (rows, total_messages, folded, key) = {
            let mut connection = self.app.db.read().await?;
            let rows = list::messages(&mut connection, id, page).await?;
            let total = list::count_messages(&mut connection, id).await?;
            let folded = store::manner(&mut connection, id).await?.unwrap_or_default().folded_seq;
            (rows, total, folded, self.app.keys.open(&mut connection, id.as_str()).await?)
        };
        conversations::note_read(self.app, self.user(), id, self.origin).await?;
        let mut messages = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut message = ChatMessage::from(&wire::message(row, &key)?);
            if row.seq <= folded {
                message.metadata.insert("archived".to_owned(), Value::Bool(true));
            }
            messages.push(message);
        }
        Ok(MessagePage { conversation, messages, total_messages })
    }
}

pub(super) fn active_at(row: &ConversationRow) -> i64 {
    row.last_message_at.unwrap_or(row.created_at)
}

fn place_of(row: &ConversationRow) -> String {
    format!("{}.{}", active_at(row), row.id)
}

fn checked_title(title: &str) -> Result<String, ApiError> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() || title.chars().count() > protocol::limits::TITLE_CHARS_MAX {
        return Err(ApiError::unprocessable("title", "`title` must have 1 to 120 characters."));
    }
    Ok(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_time_and_an_id() {
        let id = "01900000-0000-7000-8000-000000000000";
        assert_eq!(place(&format!("12.{id}")), Some((12, id.to_owned())));
        for wrong in ["", "12", "12.", "x.01900000-0000-7000-8000-000000000000", "12.nothing"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_title_is_one_line_of_at_most_120_characters() {
        assert_eq!(checked_title("  My \n head ").unwrap(), "My head");
        assert!(checked_title(" ").is_err());
        assert!(checked_title(&"x".repeat(121)).is_err());
    }
}
