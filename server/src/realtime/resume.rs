//! Resume: stored messages, then the running answer as one chunk, then live; no live frame overtakes the replay.

use std::collections::HashSet;
use std::sync::Arc;

use protocol::engine::ServerEvent;
use protocol::{ConversationId, MessageId};

use super::hub::{Held, Peer, lock};
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
    let stored = conversations::after(app, session, after_seq).await;
    let noted = conversations::note_read(app, &peer.user, session, origin).await;

    let mut room = lock(&room);
    let held = room.held.remove(&peer.id).map(|held| held.events).unwrap_or_default();
    let (stored, ()) = (stored?, noted?);
    let mut last = after_seq;
    let mut shown = HashSet::new();
    let live = held.into_iter().filter_map(|(event, own)| match event {
        ServerEvent::Stored(message) => Some((*message, own)),
        _ => None,
    });
    for (message, own) in stored.into_iter().map(|message| (message, false)).chain(live) {
        if let Some(id) = message.id.clone()
            && shown.insert(id)
        {
            last = last.max(message.seq.unwrap_or(0));
            peer.show(&ServerEvent::Stored(Box::new(message)), own);
        }
    }
    if let Some(running) = room.running.get(session)
        && !shown.contains(&running.message)
    {
        let (message, offset) = held_part;
        // A part of another answer, or more than there is, is no part of this one.
        let offset = if message.as_ref() == Some(&running.message) { offset.min(running.text.len()) } else { 0 };
        let offset = (0..=offset).rev().find(|at| running.text.is_char_boundary(*at)).unwrap_or(0);
        peer.say(&ServerEvent::Delta {
            session: session.clone(),
            message: running.message.clone(),
            offset,
            text: running.text[offset..].to_owned(),
        });
    }
    peer.say(&ServerEvent::Resumed { session: session.clone(), seq: last });
    Ok(())
}
