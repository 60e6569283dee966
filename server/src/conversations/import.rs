//! Conversations taken in again from a file of [`super::export`]: all of it is checked before anything is stored, each
//! conversation is a transaction, and one that was taken in before is passed over.

use protocol::rest::{ChatMessage, Conversation, Export, ExportedConversation, Imported, NewConversation};
use protocol::{Content, ConversationId, MessageId, Metadata, Role};
use serde_json::{Value, json};
use vault::DataKey;

use super::desk::Desk;
use super::export::{FORMAT, VERSION};
use super::store::{self, Growth};
use super::{Body, wire};
use crate::audit::{Action, Actor, Entry};
use crate::clock::Millis;
use crate::db::{NewMessage, StoreError, TurnRow, Tx, shared};
use crate::error::ApiError;
use crate::state::App;
use crate::{conversations, ids, turns};

/// A conversation of a file, checked.
struct Checked {
    told: NewConversation,
    origin_key: String,
    messages: Vec<(Role, Millis, Body)>,
}

fn wrong(text: String) -> ApiError {
    ApiError::new(http::StatusCode::UNPROCESSABLE_ENTITY, text)
}

impl Desk<'_> {
    /// Takes a file in.
    pub(crate) async fn import(&self, file: Export) -> Result<Imported, ApiError> {
        if file.format != FORMAT || file.version != VERSION {
            return Err(wrong(format!(
                "`format` must be {FORMAT} and `version` {VERSION}: send what was exported here."
            )));
        }
        let messages: usize = file.conversations.iter().map(|one| one.messages.len()).sum();
        let max = self.app.settings.export_messages;
        if messages > max {
            return Err(wrong(format!(
                "The file has {messages} messages; {max} is the most at once. Send it in parts."
            )));
        }
        let mut checked = Vec::with_capacity(file.conversations.len());
        for (at, one) in file.conversations.into_iter().enumerate() {
            checked.push(self.checked(at, one)?);
        }
        self.fit(&checked).await?;
        let (mut imported, mut skipped) = (Vec::new(), 0);
        for one in checked {
            match self.take_in(one).await {
                Ok(conversation) => {
                    imported.push(conversation.id.clone());
                    self.app.hub.conversation_updated(self.user(), conversation);
                }
                Err(StoreError::Exists) => skipped += 1,
                Err(error) => return Err(error.into()),
            }
        }
        let message = format!("Taken in: {}. There already: {skipped}.", imported.len());
        Ok(Imported { message, conversation_ids: imported, skipped })
    }

    /// Whether they fit beside those that their person keeps. What was taken in before is passed over, and adds nothing.
    async fn fit(&self, all: &[Checked]) -> Result<(), ApiError> {
        let (kept, max) = (self.kept().await?, self.app.settings.conversations_per_user);
        if kept.saturating_add(all.len()) <= max {
            return Ok(());
        }
        let mut new = 0;
        let mut connection = self.app.db.read().await?;
        for one in all {
            let known = store::by_origin(&mut connection, self.user(), &one.origin_key).await?;
            new += usize::from(known.is_none());
        }
        if new == 0 || kept.saturating_add(new) <= max {
            return Ok(());
        }
        Err(ApiError::conflict(format!(
            "You keep {kept} conversations and the file brings {new} more; {max} is the most. Nothing was taken in. Delete \
             what you don't need, or leave some out of the file, and send it again."
        )))
    }

    fn checked(&self, at: usize, one: ExportedConversation) -> Result<Checked, ApiError> {
        let ExportedConversation { conversation, messages } = one;
        let place = format!("conversations[{at}]");
        let Conversation { id, title, model_name, system_prompt, metadata, .. } = conversation;
        if title.chars().count() > protocol::limits::TITLE_CHARS_MAX {
            return Err(wrong(format!("`{place}.conversation.title` must have at most 120 characters.")));
        }
        if Value::Object(metadata.clone()).to_string().len() > self.app.settings.conversation_metadata_bytes.max(2) {
            return Err(wrong(format!("`{place}.conversation.metadata` is too large.")));
        }
        let now = self.app.clock.now();
        let mut checked = Vec::with_capacity(messages.len());
        for (n, message) in messages.into_iter().enumerate() {
            checked.push(self.message(&format!("{place}.messages[{n}]"), message, now)?);
        }
        let settings = &self.app.settings;
        let told = NewConversation {
            title: Some(title).filter(|title| !title.is_empty()),
            // What is not allowed here is left out: it was no part of what was said.
            model_name: model_name.filter(|name| self.app.models.named(name).is_some()),
            system_prompt: system_prompt.filter(|wish| wish.chars().count() <= settings.system_prompt_chars),
            metadata,
        };
        let origin = format!("{}/{id}", self.user());
        let origin_key = self.app.lookup.hash("an imported conversation", origin.as_bytes());
        Ok(Checked { told, origin_key, messages: checked })
    }

    fn message(&self, place: &str, message: ChatMessage, now: Millis) -> Result<(Role, Millis, Body), ApiError> {
        let at = message.created_at.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
        let at = at.ok().filter(|at| (0..=now).contains(at));
        let at = at.ok_or_else(|| wrong(format!("`{place}.created_at` must be a time, and not in the future.")))?;
        let long = match message.role {
            Role::User => message.content.chars().count() > protocol::limits::MESSAGE_CHARS_MAX,
            // What marks a cut stands behind the longest answer.
            _ => message.content.len() > self.app.settings.answer_bytes + 1_024,
        };
        if long {
            return Err(wrong(format!("`{place}.content` is longer than a message can be.")));
        }
        let mut metadata = message.metadata;
        metadata.insert("sources".to_owned(), json!(message.sources));
        metadata.insert("context_used".to_owned(), json!(message.context_used));
        let metadata: Metadata = serde_json::from_value(Value::Object(metadata))
            .map_err(|_| wrong(format!("`{place}.metadata` must be as it was exported.")))?;
        let content = Content { text: message.content, elements: message.elements };
        Ok((message.role, at, Body { content, metadata, ..Body::default() }))
    }

    async fn take_in(&self, one: Checked) -> Result<Conversation, StoreError> {
        let now = self.app.clock.now();
        let id = ids::conversation(now);
        let user = self.user().clone();
        let entry = Entry::new(now, Actor::User(user.clone()), Action::CONVERSATION)
            .object("conversation", id.as_str())
            .subject(&user)
            .from(self.origin);
        let job = shared((self.app.clone(), user.clone(), id.clone(), one, entry));
        self.app
            .writer
            .run(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (app, user, id, one, entry) = &*job;
                    let origin = Some(one.origin_key.as_str());
                    store::create(&mut tx.connection, id, user, origin, now).await?;
                    let key = app.keys.create(tx, id.as_str(), now).await?;
                    conversations::tell(tx, &key, id, &one.told, now).await?;
                    insert(app, tx, (&key, id, user), &one.messages).await?;
                    tx.audit(entry.clone());
                    Ok(())
                })
            })
            .await?;
        let found = conversations::find(self.app, &user, &id).await?;
        found.ok_or(StoreError::Corrupt("a conversation just taken in is not there"))
    }
}

/// Stores messages at their places, and question and answer as a turn.
async fn insert(
    app: &App,
    tx: &mut Tx,
    (key, id, user): (&DataKey, &ConversationId, &protocol::UserId),
    messages: &[(Role, Millis, Body)],
) -> Result<(), StoreError> {
    let Some((_, last, _)) = messages.last() else { return Ok(()) };
    let mut rows: Vec<(NewMessage, i64)> = Vec::with_capacity(messages.len());
    let mut turns: Vec<TurnRow> = Vec::new();
    let mut asked: Option<MessageId> = None;
    for ((role, at, body), seq) in messages.iter().zip(1..) {
        let message = ids::message(app.clock.now());
        match role {
            Role::User => asked = Some(message.clone()),
            Role::Assistant => turns.extend(asked.clone().map(|question| TurnRow {
                id: ids::turn(app.clock.now()),
                conversation: id.clone(),
                user: user.clone(),
                question,
                answer: message.clone(),
                state: "done",
                created_at: *at,
                at: *at,
            })),
            Role::System | Role::Interactive => {}
        }
        let body = wire::seal_body(key, &message, body)?;
        let conversation = id.clone();
        let row = NewMessage {
            id: message,
            conversation,
            role: *role,
            client_key: None,
            open: false,
            body,
            at: *at,
            title: None,
        };
        rows.push((row, seq));
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    store::grow(&mut tx.connection, &[(id.as_str(), Growth { messages: count, at: *last, title: None })]).await?;
    let rows: Vec<(&NewMessage, i64)> = rows.iter().map(|(row, seq)| (row, *seq)).collect();
    store::insert_messages(&mut tx.connection, &rows).await?;
    turns::store::upsert(&mut tx.connection, &turns.iter().collect::<Vec<_>>()).await
}
