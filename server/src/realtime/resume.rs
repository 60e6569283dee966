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

/// How many of the messages that were replayed last may be on their way to this connection still.
const ON_THEIR_WAY: usize = 16;

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
    let mut replay = Replay { peer, last: after_seq, shown: HashSet::new(), order: Vec::new() };
    let replayed = replay.stored(app, session, held_part.0.as_ref()).await;
    let noted = conversations::note_read(app, &peer.user, session, origin).await;

    let mut room = lock(&room);
    let held = room.held.remove(&peer.id).map(|held| held.events).unwrap_or_default();
    replayed.and(noted)?;
    let mut after = Vec::new();
    for (event, own) in held {
        match &event {
            ServerEvent::Stored { message, .. } if replay.is_new(message) => peer.show(&event, own),
            ServerEvent::Stored { .. } => {}
            _ => after.push((event, own)),
        }
    }
    if let Some(running) = room.running.get(session)
        && !replay.shown.contains(&running.message)
    {
        peer.say(&rest_of(running, session, held_part));
    }
    peer.say(&ServerEvent::Resumed { session: session.clone(), seq: replay.last });
    for (event, own) in after {
        peer.show(&event, own);
    }
    let Replay { mut order, .. } = replay;
    room.replayed.insert(peer.id, order.split_off(order.len().saturating_sub(ON_THEIR_WAY)));
    Ok(())
}

/// What one connection was shown again.
struct Replay<'a> {
    peer: &'a Peer,
    last: i64,
    shown: HashSet<MessageId>,
    order: Vec<MessageId>,
}

impl Replay<'_> {
    /// Shows the stored messages that the client lacks: those after its place, and before them the answer of which it
    /// holds a part, should that have ended meanwhile (a question asked while an answer is written stands behind it).
    /// Each waits for the one before it to be written, so that a long conversation makes nobody a slow reader.
    async fn stored(
        &mut self,
        app: &App,
        session: &ConversationId,
        held: Option<&MessageId>,
    ) -> Result<(), StoreError> {
        let mut place = self.last;
        if let Some(held) = held
            && let Some(ended) =
                conversations::message(app, session, held).await?.filter(|message| message.seq <= Some(place))
        {
            self.show(ended).await;
        }
        loop {
            let (messages, next) = conversations::after(app, session, place).await?;
            for message in messages {
                self.show(message).await;
            }
            match next {
                Some(next) => place = next,
                None => return Ok(()),
            }
        }
    }

    /// What was asked for is shown by every door, as a note is.
    async fn show(&mut self, message: Message) {
        if self.is_new(&message) {
            self.peer.outgoing.drained().await;
            self.peer.show(&ServerEvent::Note(Box::new(message)), true);
        }
    }

    fn is_new(&mut self, message: &Message) -> bool {
        let Some(id) = &message.id else { return false };
        self.last = self.last.max(message.seq.unwrap_or(0));
        self.order.push(id.clone());
        self.shown.insert(id.clone())
    }
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
