//! Who is connected, and what is being said: events go to every connection of the person whose conversation it is.
//!
//! **Everything that is shown of one person's conversations passes under that person's room lock**, so that a replay
//! and what comes live can be put in order ([`super::resume`]).

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::engine::{ServerEvent, TurnEnd, TurnState};
use protocol::rest::{Conversation, UserRole, WebsocketConnections};
use protocol::{CaseId, ConversationId, MessageId, UserId};
use quick_cache::sync::Cache;
use tokio::sync::watch;

use super::doors::Dialect;
use super::queue::{Closing, Outgoing};
use crate::clock::{Clock, rfc3339};
use crate::state::App;

/// How much of a person's there may be.
#[derive(Debug, Clone, Copy)]
pub struct RoomLimits {
    /// Connections.
    pub per_user: usize,
    /// Connections of one conversation, at doors that are of one.
    pub per_conversation: usize,
    /// Bytes that wait for a connection.
    pub queue_bytes: usize,
}

/// Names a connection of this process.
pub type PeerId = u64;

/// One connection.
pub struct Peer {
    /// Names it here.
    pub id: PeerId,
    /// Whose.
    pub user: UserId,
    /// What they may do.
    pub role: UserRole,
    /// On whose channel: their own, or a patient's who shares their record with them.
    pub channel: UserId,
    /// Its name towards other clients.
    pub client_id: String,
    /// The browser session or token family it was opened with; ended, it is closed.
    pub session: String,
    /// How it speaks.
    pub dialect: Box<dyn Dialect>,
    /// What waits to be written to it.
    pub outgoing: Outgoing,
    /// It asked and is not answered yet; only at doors that take one question at a time.
    pub awaiting: AtomicBool,
    clock: Clock,
}

impl Peer {
    /// Says something to this connection only.
    pub fn say(&self, event: &ServerEvent) {
        self.show(event, true);
    }

    pub(super) fn show(&self, event: &ServerEvent, own: bool) {
        for frame in self.dialect.event(event, own, &rfc3339(self.clock.now())) {
            metrics::counter!("anamnesis_messages_out").increment(1);
            self.outgoing.push(frame);
        }
    }
}

/// An answer being written.
#[derive(Debug, Clone)]
pub struct Running {
    /// Its message.
    pub message: MessageId,
    /// What was said so far.
    pub text: String,
    /// How often it began anew after a restart of the server.
    pub began_anew: u32,
    /// Who asked, where that connection is here.
    pub asked_by: Option<PeerId>,
}

/// What came while a connection was being replayed to and is shown after it.
pub(super) struct Held {
    pub(super) conversation: ConversationId,
    pub(super) events: Vec<(ServerEvent, bool)>,
}

#[derive(Default)]
pub(super) struct Room {
    pub(super) peers: Vec<Arc<Peer>>,
    pub(super) running: HashMap<ConversationId, Running>,
    pub(super) held: HashMap<PeerId, Held>,
    /// The last messages of a connection's replay: what was stored but not yet shown live is not shown to it again.
    pub(super) replayed: HashMap<PeerId, Vec<MessageId>>,
    /// Wakes who listens without a connection.
    changed: watch::Sender<()>,
}

impl Room {
    fn wake(&self) {
        if self.changed.receiver_count() > 0 {
            self.changed.send_replace(());
        }
    }
}

/// Somebody who waits for an answer without a connection: a request over REST. It is woken by whatever happens, and looks
/// for itself: so nothing waits for a slow reader, and nothing is missed.
pub struct Listening {
    app: App,
    user: UserId,
    room: Arc<Mutex<Room>>,
    changed: watch::Receiver<()>,
}

impl Listening {
    /// What an answer being written says, looked at while nothing is said; `None` where it is not being written.
    pub fn running<T>(
        &self,
        conversation: &ConversationId,
        answer: &MessageId,
        look: impl FnOnce(&Running) -> T,
    ) -> Option<T> {
        let room = lock(&self.room);
        room.running.get(conversation).filter(|running| running.message == *answer).map(look)
    }

    /// Waits until something has happened since the last time.
    pub async fn woken(&mut self) {
        // The room is held here, and its sender with it.
        let _ = self.changed.changed().await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.app.hub.forget(&self.user, &self.room);
    }
}

/// Every connection of this process.
pub struct Hub {
    /// Guards the table only; each room has its own lock. Never held across an await.
    rooms: Mutex<HashMap<UserId, Arc<Mutex<Room>>>>,
    owners: Cache<ConversationId, UserId>,
    next: AtomicU64,
    connections: AtomicUsize,
    clock: Clock,
}

/// This person has as many connections as one may have.
#[derive(Debug, PartialEq, Eq)]
pub struct TooManyConnections;

impl Hub {
    /// An empty one.
    pub fn new(clock: Clock) -> Self {
        Self {
            rooms: Mutex::default(),
            owners: Cache::new(50_000),
            next: AtomicU64::new(1),
            connections: AtomicUsize::new(0),
            clock,
        }
    }

    /// Takes in a connection. Its welcome comes before anything that happens elsewhere.
    pub fn join(
        &self,
        (user, role, channel): (&UserId, UserRole, UserId),
        session: String,
        client_id: Option<String>,
        (dialect, welcome): (Box<dyn Dialect>, Option<&str>),
        limits: RoomLimits,
    ) -> Result<Arc<Peer>, TooManyConnections> {
        let RoomLimits { per_user, per_conversation, queue_bytes } = limits;
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let peer = Arc::new(Peer {
            id,
            user: user.clone(),
            role,
            channel,
            client_id: client_id.unwrap_or_else(|| format!("client-{id}")),
            session,
            dialect,
            outgoing: Outgoing::new(queue_bytes),
            awaiting: AtomicBool::new(false),
            clock: self.clock.clone(),
        });
        let room = self.room(user);
        let mut room = lock(&room);
        let here = peer.dialect.conversation();
        let together = room.peers.iter().filter(|other| here.is_some() && other.dialect.conversation() == here).count();
        if room.peers.len() >= per_user || together >= per_conversation {
            return Err(TooManyConnections);
        }
        if let Some(text) = welcome {
            peer.say(&ServerEvent::Welcome { text: text.to_owned(), user: user.clone() });
        }
        // Who comes in while an answer is written gets what was said of it so far.
        if let Some((session, running)) = here.and_then(|here| room.running.get_key_value(here)) {
            let Running { message, text, .. } = running.clone();
            peer.show(&ServerEvent::Delta { session: session.clone(), message, offset: 0, text }, false);
        }
        room.peers.push(Arc::clone(&peer));
        metrics::gauge!("anamnesis_connections").set(count(self.connections.fetch_add(1, Ordering::Relaxed) + 1));
        Ok(peer)
    }

    /// Listens to what happens to somebody's conversations; as often at once as they may have connections.
    pub fn listen(app: &App, user: &UserId) -> Result<Listening, TooManyConnections> {
        let room = app.hub.room(user);
        let changed = {
            let room = lock(&room);
            if room.changed.receiver_count() >= app.settings.sockets_per_user {
                return Err(TooManyConnections);
            }
            room.changed.subscribe()
        };
        Ok(Listening { app: app.clone(), user: user.clone(), room, changed })
    }

    /// Who is connected: of one person, or of all.
    pub fn standing(&self, user: Option<&UserId>) -> WebsocketConnections {
        let rooms: Vec<Arc<Mutex<Room>>> = match user {
            Some(user) => self.existing(user).into_iter().collect(),
            None => self.table().values().cloned().collect(),
        };
        let mut standing = WebsocketConnections::default();
        for room in rooms {
            let room = lock(&room);
            let open = room.peers.iter().filter_map(|peer| peer.dialect.conversation());
            let active: HashSet<&ConversationId> = open.chain(room.running.keys()).collect();
            standing.active_conversations += active.len();
            standing.total_connections += room.peers.len();
        }
        standing
    }

    /// A connection is gone.
    pub fn leave(&self, peer: &Peer) {
        let room = self.room(&peer.user);
        let mut inner = lock(&room);
        inner.peers.retain(|other| other.id != peer.id);
        inner.held.remove(&peer.id);
        inner.replayed.remove(&peer.id);
        let empty = inner.peers.is_empty() && inner.running.is_empty();
        drop(inner);
        if empty {
            self.forget(&peer.user, &room);
        }
        metrics::gauge!("anamnesis_connections").set(count(self.connections.fetch_sub(1, Ordering::Relaxed) - 1));
    }

    /// Shows an event to all connections of a person; `by` is the one it is of.
    pub fn publish(&self, user: &UserId, by: Option<PeerId>, event: &ServerEvent) {
        let Some(room) = self.existing(user) else { return };
        deliver(&mut lock(&room), by, event);
    }

    /// An answer begins, or is taken up again with what was said before.
    pub fn answer_begins(&self, user: &UserId, conversation: &ConversationId, running: Running) {
        let room = self.room(user);
        let mut room = lock(&room);
        let (message, by) = (running.message.clone(), running.asked_by);
        room.running.insert(conversation.clone(), running);
        let session = conversation.clone();
        let status = ServerEvent::Status { session, state: TurnState::Writing, position: None, message: Some(message) };
        deliver(&mut room, by, &status);
    }

    /// A part of an answer is said.
    pub fn answer_grows(&self, user: &UserId, conversation: &ConversationId, text: &str) {
        let room = self.room(user);
        let mut room = lock(&room);
        let Some(running) = room.running.get_mut(conversation) else { return };
        let offset = running.text.len();
        running.text.push_str(text);
        let (message, by) = (running.message.clone(), running.asked_by);
        deliver(
            &mut room,
            by,
            &ServerEvent::Delta { session: conversation.clone(), message, offset, text: text.to_owned() },
        );
    }

    /// What was said of an answer does not hold: it begins again.
    pub fn answer_restarts(&self, user: &UserId, conversation: &ConversationId) {
        let room = self.room(user);
        let mut room = lock(&room);
        let Some(running) = room.running.get_mut(conversation) else { return };
        running.text.clear();
        running.began_anew += 1;
        let (message, by) = (running.message.clone(), running.asked_by);
        deliver(
            &mut room,
            by,
            &ServerEvent::Delta { session: conversation.clone(), message, offset: 0, text: String::new() },
        );
    }

    /// An answer is whole and stored.
    pub fn answer_ends(&self, by: Option<PeerId>, conversation: &ConversationId, end: TurnEnd) {
        let user = end.user.clone();
        let shared = self.room(&user);
        let mut room = lock(&shared);
        room.running.remove(conversation);
        let message = Box::new(end.answer.clone());
        deliver(&mut room, by, &ServerEvent::Stored { message, client_id: None });
        deliver(&mut room, by, &ServerEvent::TurnEnded(Box::new(end)));
        deliver(&mut room, by, &ServerEvent::Answering { session: conversation.clone(), active: false });
        let empty = room.peers.is_empty() && room.running.is_empty();
        drop(room);
        if empty {
            self.forget(&user, &shared);
        }
    }

    /// An answer is given up without a message (the server stops): live connections learn by the close.
    pub fn answer_parks(&self, user: &UserId, conversation: &ConversationId) {
        if let Some(room) = self.existing(user) {
            let mut room = lock(&room);
            room.running.remove(conversation);
            room.wake();
        }
    }

    /// Title, status or figures changed.
    pub fn conversation_updated(&self, user: &UserId, conversation: Conversation) {
        self.publish(user, None, &ServerEvent::ConversationUpdated(Box::new(conversation)));
    }

    /// It is gone.
    pub fn conversation_deleted(&self, user: &UserId, conversation: &ConversationId) {
        self.owners.remove(conversation);
        self.publish(user, None, &ServerEvent::ConversationDeleted { session: conversation.clone() });
    }

    /// A case of theirs, or one that they may see, began, ended, or was signed off or shared.
    pub fn case_changed(&self, user: &UserId, case: &CaseId) {
        self.publish(user, None, &ServerEvent::CaseChanged { case: case.clone() });
    }

    /// Whose a conversation is, where that is remembered.
    pub fn owner(&self, conversation: &ConversationId) -> Option<UserId> {
        self.owners.get(conversation)
    }

    /// Remembers whose it is, until it is deleted.
    pub fn remember_owner(&self, conversation: &ConversationId, user: &UserId) {
        self.owners.insert(conversation.clone(), user.clone());
    }

    /// Closes a person's connections: all, or those of one browser session or token family.
    pub fn close_user(&self, user: &UserId, session: Option<&str>) {
        let Some(room) = self.existing(user) else { return };
        let room = lock(&room);
        for peer in room.peers.iter().filter(|peer| session.is_none_or(|session| peer.session == session)) {
            peer.outgoing.close(Closing::SignedOut);
        }
        room.wake();
    }

    /// Closes someone's connections on another person's channel.
    pub fn close_channel(&self, user: &UserId, channel: &UserId) {
        let Some(room) = self.existing(user) else { return };
        for peer in lock(&room).peers.iter().filter(|peer| peer.channel == *channel) {
            peer.outgoing.close(Closing::Forbidden);
        }
    }

    /// Closes every connection, for the server stops.
    pub fn close_all(&self) {
        for room in self.table().values() {
            let room = lock(room);
            for peer in &room.peers {
                peer.outgoing.close(Closing::Restart);
            }
            room.wake();
        }
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    pub(super) fn room(&self, user: &UserId) -> Arc<Mutex<Room>> {
        Arc::clone(self.table().entry(user.clone()).or_default())
    }

    fn existing(&self, user: &UserId) -> Option<Arc<Mutex<Room>>> {
        self.table().get(user).cloned()
    }

    /// Drops an empty room, unless someone came in meanwhile.
    fn forget(&self, user: &UserId, room: &Arc<Mutex<Room>>) {
        let mut table = self.table();
        // Two references: the table's and ours. A third belongs to someone who is about to use it.
        let idle = lock(room).peers.is_empty() && lock(room).running.is_empty() && Arc::strong_count(room) == 2;
        if idle {
            table.remove(user);
        }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<UserId, Arc<Mutex<Room>>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn lock(room: &Mutex<Room>) -> MutexGuard<'_, Room> {
    room.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which conversation an event is of; while that is replayed to a connection, the event does not overtake the replay.
fn replayable(event: &ServerEvent) -> Option<&ConversationId> {
    match event {
        ServerEvent::Stored { message, .. } => message.session_id.as_ref(),
        ServerEvent::TurnEnded(end) => end.answer.session_id.as_ref(),
        ServerEvent::ConversationUpdated(conversation) => Some(&conversation.id),
        ServerEvent::Delta { session, .. }
        | ServerEvent::Status { session, .. }
        | ServerEvent::Answering { session, .. }
        | ServerEvent::Typing { session, .. }
        | ServerEvent::Read { session, .. }
        | ServerEvent::ConversationDeleted { session } => Some(session),
        _ => None,
    }
}

/// Whether an event is worth nothing once it is late: what was said of the running answer comes with the replay's end,
/// and nobody needs to know who typed meanwhile.
const fn is_fleeting(event: &ServerEvent) -> bool {
    matches!(event, ServerEvent::Delta { .. } | ServerEvent::Status { .. } | ServerEvent::Typing { .. })
}

fn deliver(room: &mut Room, by: Option<PeerId>, event: &ServerEvent) {
    room.wake();
    let Room { peers, held, replayed, .. } = room;
    for peer in peers.iter() {
        let own = by == Some(peer.id);
        if own && matches!(event, ServerEvent::TurnEnded(_) | ServerEvent::Answering { active: false, .. }) {
            // Before it is told: what it sends then finds it free.
            peer.awaiting.store(false, Ordering::Release);
        }
        if let Some(held) = held.get_mut(&peer.id)
            && replayable(event) == Some(&held.conversation)
        {
            if !is_fleeting(event) {
                held.events.push((event.clone(), own));
            }
            continue;
        }
        if let ServerEvent::Stored { message, .. } = event
            && let (Some(id), Some(replayed)) = (&message.id, replayed.get(&peer.id))
            && replayed.contains(id)
        {
            continue;
        }
        peer.show(event, own);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of connections is far below 2^52")]
fn count(connections: usize) -> f64 {
    connections as f64
}
