//! Conversations and their messages: list, open, rename, delete and take back.
//!
//! Titles and bodies are sealed under the conversation's own data key; nothing here returns a row that is not the
//! caller's: what belongs to someone else is *not found*.

pub mod store;
pub mod types;
pub mod wire;

use protocol::rest::Conversation;
use protocol::{ConversationId, Message, MessageId, UserId};

use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::Millis;
use crate::db::{StoreError, shared};
use crate::ids;
use crate::state::App;
use store::MessageRow;
pub use types::Body;

/// How many deleted conversations are taken away for good in one go.
const PURGED_AT_ONCE: i64 = 100;

/// Makes an empty conversation.
pub async fn create(app: &App, user: &UserId, origin: &Origin) -> Result<Conversation, StoreError> {
    let now = app.clock.now();
    let id = ids::conversation(now);
    let job = shared((app.clone(), user.clone(), id.clone(), origin.clone()));
    app.writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (app, user, id, origin) = &*job;
                store::create(&mut tx.connection, id, user, now).await?;
                app.keys.create(tx, id.as_str(), now).await?;
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

/// A page of a conversation for its owner, oldest first, and whether there are older ones. The read is on the trail.
pub async fn open_transcript(
    app: &App,
    user: &UserId,
    id: &ConversationId,
    limit: i64,
    origin: &Origin,
) -> Result<Option<(Conversation, Vec<Message>, bool)>, StoreError> {
    let Some(conversation) = find(app, user, id).await? else { return Ok(None) };
    let (rows, key) = {
        let mut connection = app.db.read().await?;
        let rows = store::last_messages(&mut connection, id, limit + 1).await?;
        (rows, app.keys.open(&mut connection, id.as_str()).await?)
    };
    note_read(app, user, id, origin).await?;
    let has_older = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
    let skip = usize::from(has_older);
    let messages: Result<Vec<Message>, StoreError> =
        rows.iter().skip(skip).filter(|row| !row.is_open()).map(|row| wire::message(row, &key)).collect();
    Ok(Some((conversation, messages?, has_older)))
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
    if !is_theirs(app, user, id).await? {
        return Ok(None);
    }
    let key = app.keys.get(&app.db, id.as_str()).await?;
    let sealed = wire::seal_title(&key, id, title)?;
    let now = app.clock.now();
    let entry = Entry::new(now, Actor::User(user.clone()), Action::CONVERSATION_CHANGE)
        .object("conversation", id.as_str())
        .subject(user)
        .from(origin);
    let job = shared((id.clone(), sealed, entry));
    app.writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (id, sealed, entry) = &*job;
                store::set_title(&mut tx.connection, id, sealed, now).await?;
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
        app.hub.conversation_deleted(user, id);
    } else if changed && let Some(conversation) = find(app, user, id).await? {
        app.hub.conversation_updated(user, conversation);
    }
    Ok(changed)
}

/// What was deleted before this can't be taken back.
fn restorable_since(app: &App, now: Millis) -> Millis {
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
