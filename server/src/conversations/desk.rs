//! Conversations as REST shows and changes them: checked, found or *not found*, and told to every open door.

use protocol::engine::AskOptions;
use protocol::rest::{
    ChangeConversation, ChatExchange, ChatMessage, ChatStats, CleanedUp, Conversation, ConversationDeleted,
    ConversationList, ConversationStatus, Export, ExportedConversation, MessagePage, NewConversation, Notice, Session,
    SessionLine, SessionList, UserRole,
};
use protocol::{ConversationId, UserId};
use serde_json::Value;

use super::import::export_of;
use super::store::ConversationRow;
use super::store::list::{self, Before, Which};
use super::{Begin, wire};
use crate::audit::Origin;
use crate::auth::Caller;
use crate::clock::rfc3339;
use crate::conversations;
use crate::error::ApiError;
use crate::realtime::commands;
use crate::realtime::doors::text_with_help;
use crate::state::App;
use crate::turns::recall::memory_before;
use crate::turns::title_of;

/// How many rows are looked through at once.
const LOOKED_THROUGH: i64 = 200;
/// The exchanges of a session that are shown.
const EXCHANGES: i64 = 100;
/// Before the first of a list.
const TOP: (i64, &str) = (i64::MAX, "");

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

    async fn open(&self, row: &ConversationRow) -> Result<Conversation, ApiError> {
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
        let begin = Begin { told, origin_key: None };
        let conversation = conversations::create_with(self.app, self.user(), begin, self.origin).await?;
        self.app.hub.conversation_updated(self.user(), conversation.clone());
        Ok(conversation)
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
            let folded = super::store::manner(&mut connection, id).await?.unwrap_or_default().folded_seq;
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
        let summary = if upto > 0 {
            let key = self.app.keys.get(&self.app.db, id.as_str()).await?;
            let memory = memory_before(self.app, id, &key, upto + 1).await?;
            memory.summary(upto + 1, self.app.settings.context_tokens / 3)
        } else {
            None
        };
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

    /// Up to where it is folded, and up to where it is to be.
    async fn fold_to(&self, conversation: &Conversation) -> Result<(i64, i64), ApiError> {
        let mut connection = self.app.db.read().await?;
        let folded = super::store::manner(&mut connection, &conversation.id).await?.unwrap_or_default().folded_seq;
        let keep = i64::try_from(self.app.settings.cleanup_keep).unwrap_or(i64::MAX);
        let first_kept = conversation.message_count.saturating_sub(keep).saturating_add(1);
        // A question and its answer stay together.
        let before =
            super::store::messages_before(&mut connection, &conversation.id, first_kept + 1, LOOKED_THROUGH).await?;
        let question = before.iter().rev().find(|row| row.role == "user");
        let upto = question.map_or(0, |row| row.seq - 1);
        Ok((folded, upto.max(folded)))
    }

    /// One conversation with all of its messages, or all of them. The reads are on the trail.
    pub(crate) async fn export(&self, only: Option<&ConversationId>) -> Result<Export, ApiError> {
        let conversations = match only {
            Some(id) => vec![self.find(id).await?],
            None => self.all().await?,
        };
        let messages: i64 = conversations.iter().map(|one| one.message_count).sum();
        let max = self.app.settings.export_messages;
        if usize::try_from(messages).is_ok_and(|messages| messages > max) {
            let text =
                format!("That is {messages} messages; {max} is the most at once. Take the conversations one by one.");
            return Err(ApiError::new(http::StatusCode::PAYLOAD_TOO_LARGE, text));
        }
        let mut taken = Vec::with_capacity(conversations.len());
        for conversation in conversations {
            let messages = self.all_messages(&conversation.id).await?;
            conversations::note_read(self.app, self.user(), &conversation.id, self.origin).await?;
            taken.push(ExportedConversation { conversation, messages });
        }
        Ok(export_of(taken, self.app.clock.now()))
    }

    pub(super) async fn all(&self) -> Result<Vec<Conversation>, ApiError> {
        let which = Which { user: self.user(), status: "", deleted_since: 0 };
        let (mut all, mut at) = (Vec::new(), (TOP.0, TOP.1.to_owned()));
        loop {
            let rows = {
                let mut connection = self.app.db.read().await?;
                list::page(&mut connection, which, &at, (LOOKED_THROUGH, 0)).await?
            };
            let Some(last) = rows.last() else { return Ok(all) };
            at = (active_at(last), last.id.clone());
            for row in &rows {
                all.push(self.open(row).await?);
            }
        }
    }

    async fn all_messages(&self, id: &ConversationId) -> Result<Vec<ChatMessage>, ApiError> {
        let (mut all, mut place) = (Vec::new(), 0);
        loop {
            let (messages, next) = conversations::after(self.app, id, place).await?;
            all.extend(messages.iter().map(ChatMessage::from));
            match next {
                Some(next) => place = next,
                None => return Ok(all),
            }
        }
    }

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

fn active_at(row: &ConversationRow) -> i64 {
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

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn ratio(sum: i64, count: i64) -> Option<f64> {
    (count > 0).then(|| sum as f64 / count as f64)
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
