//! Conversations and their messages: list, open, rename, delete and take back.
//!
//! Titles and bodies are sealed under the conversation's own data key; nothing here returns a row that is not the
//! caller's: what belongs to someone else is *not found*.

pub mod store;
pub mod types;
pub mod wire;

mod cleanup;
mod desk;
mod export;
mod import;
pub(crate) mod routes;
pub(crate) mod search;
mod sessions;

use protocol::rest::{ChangeConversation, Conversation, NewConversation};
use protocol::{ConversationId, Message, MessageId, UserId};

use vault::DataKey;

use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::Millis;
use crate::db::{StoreError, Tx, shared};
use crate::ids;
use crate::leaves::Leaves;
use crate::state::App;
pub(crate) use desk::{Desk, Page};
pub use routes::{large_routes, routes};
pub use search::Search;
pub(crate) use search::Wanted;
use store::MessageRow;
pub use types::Body;

/// The most messages that one page is opened with.
const OPENED_MAX: i64 = 2_000;

/// How many deleted conversations are taken away for good in one go.
const PURGED_AT_ONCE: i64 = 100;

/// Files of conversations that are taken in or out at once, of all and of one person: each takes many times its size while
/// it is read or written.
const FILES_AT_ONCE: usize = 4;
const FILES_OF_ONE: usize = 1;

/// Leave to hold a file of conversations in memory.
pub fn files() -> Leaves {
    Leaves::new(FILES_AT_ONCE, FILES_OF_ONE)
}

/// What a new conversation begins with.
#[derive(Debug, Clone, Default)]
pub struct Begin {
    /// What the person and their client said of it, checked.
    pub told: NewConversation,
    /// By which a question that begins a conversation is known when it is sent again.
    pub origin_key: Option<String>,
}

/// Makes an empty conversation.
pub async fn create(app: &App, user: &UserId, origin: &Origin) -> Result<Conversation, StoreError> {
    create_with(app, user, Begin::default(), origin).await
}

/// Makes a conversation that begins with something.
///
/// # Errors
/// [`StoreError::Exists`] where one of the same origin is there.
pub async fn create_with(app: &App, user: &UserId, begin: Begin, origin: &Origin) -> Result<Conversation, StoreError> {
    let now = app.clock.now();
    let id = ids::conversation(now);
    let job = shared((app.clone(), user.clone(), id.clone(), origin.clone(), begin));
    app.writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (app, user, id, origin, Begin { told, origin_key }) = &*job;
                store::create(&mut tx.connection, id, user, origin_key.as_deref(), now).await?;
                let key = app.keys.create(tx, id.as_str(), now).await?;
                tell(tx, &key, id, told, now).await?;
                let actor = Actor::User(user.clone());
                tx.audit(
                    Entry::new(now, actor, Action::CONVERSATION)
                        .object("conversation", id.as_str())
                        .subject(user)
                        .from(origin),
                );
                Ok(())
            })
        })
        .await?;
    find(app, user, &id).await?.ok_or(StoreError::Corrupt("a conversation just made is not there"))
}

/// Stores what is told of a new conversation.
async fn tell(
    tx: &mut Tx,
    key: &DataKey,
    id: &ConversationId,
    told: &NewConversation,
    now: Millis,
) -> Result<(), StoreError> {
    if let Some(title) = &told.title {
        let sealed = wire::seal_title(key, id, title)?;
        store::set_title(&mut tx.connection, id, &sealed, now).await?;
    }
    if let Some(model) = &told.model_name {
        store::set_model(&mut tx.connection, id, Some(model), now).await?;
    }
    if let Some(wish) = &told.system_prompt {
        let sealed = wire::seal_system_prompt(key, id, wish)?;
        store::set_system_prompt(&mut tx.connection, id, Some(&sealed), now).await?;
    }
    if !told.metadata.is_empty() {
        let sealed = wire::seal_metadata(key, id, &told.metadata)?;
        store::set_metadata(&mut tx.connection, id, &sealed).await?;
    }
    Ok(())
}

/// One conversation of this person that is not deleted.
pub async fn find(app: &App, user: &UserId, id: &ConversationId) -> Result<Option<Conversation>, StoreError> {
    let mut connection = app.db.read().await?;
    let Some(row) = store::find(&mut connection, user, id).await? else { return Ok(None) };
    let key = app.keys.open(&mut connection, id.as_str()).await?;
    wire::conversation(&row, &key).map(Some)
}

/// Their conversations that are not deleted, the most recently active first.
pub async fn list(app: &App, user: &UserId, limit: i64) -> Result<Vec<Conversation>, StoreError> {
    let mut connection = app.db.read().await?;
    let mut list = Vec::new();
    for row in store::list(&mut connection, user, limit).await? {
        let key = app.keys.open(&mut connection, &row.id).await?;
        list.push(wire::conversation(&row, &key)?);
    }
    Ok(list)
}

/// Whether a conversation is this person's and not deleted; remembered, since every message asks.
pub async fn is_theirs(app: &App, user: &UserId, id: &ConversationId) -> Result<bool, StoreError> {
    if id.as_str().contains('\0') {
        // No database keeps that in a text.
        return Ok(false);
    }
    if let Some(owner) = app.hub.owner(id) {
        return Ok(owner == *user);
    }
    let mut connection = app.db.read().await?;
    let found = store::find(&mut connection, user, id).await?.is_some();
    if found {
        app.hub.remember_owner(id, user);
    }
    Ok(found)
}

/// The person's most recently active conversation.
pub async fn most_recent(app: &App, user: &UserId) -> Result<Option<ConversationId>, StoreError> {
    let mut connection = app.db.read().await?;
    Ok(store::list(&mut connection, user, 1).await?.pop().map(|row| ConversationId::new(row.id)))
}

/// Messages of a conversation, oldest first.
#[derive(Debug)]
pub struct Stretch {
    /// They.
    pub messages: Vec<Message>,
    /// There are older ones.
    pub has_older: bool,
    /// How many come before them, where all of those were folded away; else 0.
    pub folded: i64,
}

/// The end of a conversation for its owner, without what was folded away unless a message of it is looked for. The read is
/// on the trail.
pub async fn open_transcript(
    app: &App,
    user: &UserId,
    id: &ConversationId,
    (limit, from_seq): (i64, Option<i64>),
    origin: &Origin,
) -> Result<Option<(Conversation, Stretch)>, StoreError> {
    let Some(conversation) = find(app, user, id).await? else { return Ok(None) };
    // Back to the message that is looked for, if it is not further up than a page can hold.
    let back = from_seq.map(|seq| conversation.message_count.saturating_sub(seq.max(1)) + 3);
    let back = back.filter(|back| *back <= OPENED_MAX);
    let limit = limit.max(back.unwrap_or(0));
    let (rows, folded, key) = {
        let mut connection = app.db.read().await?;
        let rows = store::last_messages(&mut connection, id, limit).await?;
        let folded = store::manner(&mut connection, id).await?.unwrap_or_default().folded_seq;
        (rows, folded, app.keys.open(&mut connection, id.as_str()).await?)
    };
    note_read(app, user, id, origin).await?;
    let unfolds = from_seq.is_some_and(|seq| seq <= folded);
    Ok(Some((conversation, stretch(rows, (folded, unfolds), &key)?)))
}

/// Opens rows that end somewhere behind what is folded away, or within it where that is unfolded.
fn stretch(mut rows: Vec<MessageRow>, (folded, unfolds): (i64, bool), key: &DataKey) -> Result<Stretch, StoreError> {
    if !unfolds {
        rows.retain(|row| row.seq > folded);
    }
    // Places count from 1 without gaps.
    let first = rows.first().map_or(1, |row| row.seq);
    let messages: Result<Vec<Message>, StoreError> =
        rows.iter().filter(|row| !row.is_open()).map(|row| wire::message(row, key)).collect();
    Ok(Stretch { messages: messages?, has_older: first > 1, folded: if first == folded + 1 { folded } else { 0 } })
}

/// A page of the messages before a place for their owner; it ends where what is folded away begins, and begins there where
/// it is asked for. The read is on the trail. `None` where the conversation is not theirs.
pub async fn earlier(
    app: &App,
    user: &UserId,
    id: &ConversationId,
    before_seq: i64,
    limit: i64,
    origin: &Origin,
) -> Result<Option<Stretch>, StoreError> {
    if !is_theirs(app, user, id).await? {
        return Ok(None);
    }
    let (rows, folded, key) = {
        let mut connection = app.db.read().await?;
        let rows = store::messages_before(&mut connection, id, before_seq, limit).await?;
        let folded = store::manner(&mut connection, id).await?.unwrap_or_default().folded_seq;
        (rows, folded, app.keys.open(&mut connection, id.as_str()).await?)
    };
    note_read(app, user, id, origin).await?;
    stretch(rows, (folded, before_seq <= folded + 1), &key).map(Some)
}

/// How many messages are read at once.
const PAGE: i64 = 100;

/// A page of messages after a place, oldest first, without the one being written; and the place after which there may
/// be more.
pub async fn after(app: &App, id: &ConversationId, seq: i64) -> Result<(Vec<Message>, Option<i64>), StoreError> {
    let mut connection = app.db.read().await?;
    let rows: Vec<MessageRow> = store::messages_after(&mut connection, id, seq, PAGE).await?;
    let key = app.keys.open(&mut connection, id.as_str()).await?;
    let messages: Result<_, StoreError> =
        rows.iter().filter(|row| !row.is_open()).map(|row| wire::message(row, &key)).collect();
    Ok((messages?, rows.last().map(|row| row.seq)))
}

/// One stored message of a conversation, unless it is still being written.
pub async fn message(app: &App, id: &ConversationId, message: &MessageId) -> Result<Option<Message>, StoreError> {
    let mut connection = app.db.read().await?;
    let Some(row) = store::message(&mut connection, id, message).await?.filter(|row| !row.is_open()) else {
        return Ok(None);
    };
    let key = app.keys.open(&mut connection, id.as_str()).await?;
    wire::message(&row, &key).map(Some)
}

/// Writes to the trail that someone looked at a conversation.
pub async fn note_read(app: &App, user: &UserId, id: &ConversationId, origin: &Origin) -> Result<(), StoreError> {
    let entry = Entry::new(app.clock.now(), Actor::User(user.clone()), Action::CONVERSATION_READ)
        .object("conversation", id.as_str())
        .subject(user)
        .from(origin);
    app.writer.apply(crate::db::Change { audit: vec![entry], ..Default::default() }).await.map(drop)
}

/// Gives it another title; `None` where it is not theirs.
pub async fn rename(
    app: &App,
    user: &UserId,
    id: &ConversationId,
    title: &str,
    origin: &Origin,
) -> Result<Option<Conversation>, StoreError> {
    let told = ChangeConversation { title: Some(title.to_owned()), ..ChangeConversation::default() };
    change(app, user, id, told, origin).await
}

/// Changes what is told of it; `None` where it is not theirs.
pub async fn change(
    app: &App,
    user: &UserId,
    id: &ConversationId,
    told: ChangeConversation,
    origin: &Origin,
) -> Result<Option<Conversation>, StoreError> {
    if !is_theirs(app, user, id).await? {
        return Ok(None);
    }
    let key = app.keys.get(&app.db, id.as_str()).await?;
    let title = told.title.as_ref().map(|title| wire::seal_title(&key, id, title)).transpose()?;
    // An empty one goes back to the default.
    let wish = told.system_prompt.as_ref().map(|wish| {
        Some(wish).filter(|wish| !wish.is_empty()).map(|wish| wire::seal_system_prompt(&key, id, wish)).transpose()
    });
    let (wish, model) = (wish.transpose()?, told.model_name.map(|name| Some(name).filter(|name| !name.is_empty())));
    let now = app.clock.now();
    let entry = Entry::new(now, Actor::User(user.clone()), Action::CONVERSATION_CHANGE)
        .object("conversation", id.as_str())
        .subject(user)
        .from(origin);
    let job = shared((id.clone(), title, told.status, model, wish, entry));
    app.writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (id, title, status, model, wish, entry) = &*job;
                if let Some(sealed) = title {
                    store::set_title(&mut tx.connection, id, sealed, now).await?;
                }
                if let Some(status) = status {
                    store::set_status(&mut tx.connection, id, status.as_str(), now).await?;
                }
                if let Some(model) = model {
                    store::set_model(&mut tx.connection, id, model.as_deref(), now).await?;
                }
                if let Some(sealed) = wish {
                    store::set_system_prompt(&mut tx.connection, id, sealed.as_deref(), now).await?;
                }
                tx.audit(entry.clone());
                Ok(())
            })
        })
        .await?;
    let conversation = find(app, user, id).await?;
    if let Some(conversation) = &conversation {
        app.hub.conversation_updated(user, conversation.clone());
    }
    Ok(conversation)
}

/// Folds its messages away up to a place.
pub(crate) async fn fold(
    app: &App,
    user: &UserId,
    id: &ConversationId,
    upto: i64,
    origin: &Origin,
) -> Result<(), StoreError> {
    let now = app.clock.now();
    let entry = Entry::new(now, Actor::User(user.clone()), Action::CONVERSATION_CHANGE)
        .object("conversation", id.as_str())
        .subject(user)
        .from(origin);
    let job = shared((id.clone(), entry));
    app.writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (id, entry) = &*job;
                store::fold(&mut tx.connection, id, upto, now).await?;
                tx.audit(entry.clone());
                Ok(())
            })
        })
        .await
}

/// Deletes it or takes a deletion back; false where it is not theirs, or the time to take it back is over.
pub async fn set_deleted(
    app: &App,
    user: &UserId,
    id: &ConversationId,
    deleted: bool,
    origin: &Origin,
) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let oldest = restorable_since(app, now);
    let action = if deleted { Action::CONVERSATION_DELETE } else { Action::CONVERSATION_RESTORE };
    let entry = Entry::new(now, Actor::User(user.clone()), action)
        .object("conversation", id.as_str())
        .subject(user)
        .from(origin);
    let job = shared((user.clone(), id.clone(), entry));
    let changed = app
        .writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (user, id, entry) = &*job;
                let changed = if deleted {
                    store::delete(&mut tx.connection, user, id, now).await?
                } else {
                    store::restore(&mut tx.connection, user, id, oldest, now).await?
                };
                let entry = entry.clone();
                tx.audit(if changed { entry } else { entry.refused("not_found") });
                Ok(changed)
            })
        })
        .await?;
    if changed && deleted {
        app.turns.stop(id);
        app.recall.forget(id);
        app.search.forget(id);
        app.hub.conversation_deleted(user, id);
    } else if changed && let Some(conversation) = find(app, user, id).await? {
        app.hub.conversation_updated(user, conversation);
    }
    Ok(changed)
}

/// What was deleted before this can't be taken back.
pub(crate) fn restorable_since(app: &App, now: Millis) -> Millis {
    now.saturating_sub(i64::try_from(app.settings.restore_within.as_millis()).unwrap_or(i64::MAX))
}

/// Takes away for good what was deleted and can't be taken back any more; gives how many. A conversation is a
/// transaction of its own, so that a long one keeps nobody waiting for the rest.
pub async fn purge(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let oldest = restorable_since(app, now);
    let due = {
        let mut connection = app.db.read().await?;
        store::deleted_before(&mut connection, oldest, PURGED_AT_ONCE).await?
    };
    let mut purged = 0;
    for (id, user) in due {
        let id = ConversationId::new(id);
        let entry = Entry::new(now, Actor::System, Action::CONVERSATION_PURGE)
            .object("conversation", id.as_str())
            .subject(&UserId::new(user));
        let job = shared((id.clone(), entry));
        let gone = app
            .writer
            .run(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (id, entry) = &*job;
                    let gone = store::purge(&mut tx.connection, id, oldest).await?;
                    if gone {
                        tx.audit(entry.clone());
                    }
                    Ok(gone)
                })
            })
            .await?;
        app.keys.forget(id.as_str());
        purged += usize::from(gone);
    }
    Ok(purged)
}
