//! Resume: stored messages, then the running answer as one chunk, then live; no live frame overtakes the replay.

use std::collections::HashSet;
use std::sync::Arc;

use protocol::engine::ServerEvent;
use protocol::{ConversationId, Message, MessageId};

use super::hub::{Held, Peer, Running, lock};
use crate::audit::Origin;
use crate::conversations;
use crate::db::StoreError;
use crate::state::App;

/// Replays a conversation to one connection. The caller has checked whose it is.
pub async fn resume(
    app: &App,
    peer: &Arc<Peer>,
    session: &ConversationId,
    after_seq: i64,
    held_part: (Option<MessageId>, usize),
    origin: &Origin,
) -> Result<(), StoreError> {
    let room = app.hub.room(&peer.user);
    lock(&room).held.insert(peer.id, Held { conversation: session.clone(), events: Vec::new() });
    let stored = missed(app, session, after_seq, held_part.0.as_ref()).await;
    let noted = conversations::note_read(app, &peer.user, session, origin).await;

    let mut room = lock(&room);
    let held = room.held.remove(&peer.id).map(|held| held.events).unwrap_or_default();
    let (stored, ()) = (stored?, noted?);
    let mut last = after_seq;
    let mut shown = HashSet::new();
    // What was asked for is shown by every door, as a note is.
    let replayed = stored.into_iter().map(|message| (ServerEvent::Note(Box::new(message)), true));
    let mut after = Vec::new();
    for (event, own) in replayed.chain(held) {
        let (ServerEvent::Note(message) | ServerEvent::Stored(message)) = &event else {
            after.push((event, own));
            continue;
        };
        if let Some(id) = message.id.clone()
            && shown.insert(id)
        {
            last = last.max(message.seq.unwrap_or(0));
            peer.show(&event, own);
        }
    }
    if let Some(running) = room.running.get(session)
        && !shown.contains(&running.message)
    {
        peer.say(&rest_of(running, session, held_part));
    }
    peer.say(&ServerEvent::Resumed { session: session.clone(), seq: last });
    for (event, own) in after {
        peer.show(&event, own);
    }
    Ok(())
}

/// Stored messages that the client lacks: those after its place, and the answer of which it holds a part, should that
/// have ended meanwhile at a place before it (a question asked while an answer is written stands behind it).
async fn missed(
    app: &App,
    session: &ConversationId,
    after_seq: i64,
    held: Option<&MessageId>,
) -> Result<Vec<Message>, StoreError> {
    let stored = conversations::after(app, session, after_seq).await?;
    let Some(held) = held else { return Ok(stored) };
    let ended = conversations::message(app, session, held).await?.filter(|message| message.seq <= Some(after_seq));
    Ok(ended.into_iter().chain(stored).collect())
}

/// The running answer from where the client holds it.
fn rest_of(running: &Running, session: &ConversationId, (message, offset): (Option<MessageId>, usize)) -> ServerEvent {
    // A part of another answer, or more than there is, is no part of this one.
    let offset = if message.as_ref() == Some(&running.message) { offset.min(running.text.len()) } else { 0 };
    let offset = (0..=offset).rev().find(|at| running.text.is_char_boundary(*at)).unwrap_or(0);
    ServerEvent::Delta {
        session: session.clone(),
        message: running.message.clone(),
        offset,
        text: running.text[offset..].to_owned(),
    }
}
