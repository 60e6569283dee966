//! The turns that wait: bounded, and fair between people. The database is the truth; this is its order in memory.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::{ConversationId, MessageId, UserId};
use tokio_util::sync::CancellationToken;

use super::Turn;

/// A place kept for a turn that is about to be stored; given back when it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Place<'a> {
    turns: &'a Turns,
    user: UserId,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.turns.lock();
        let left = state.reserved.get_mut(&self.user).map_or(0, |own| {
            *own -= 1;
            *own
        });
        if left == 0 {
            state.reserved.remove(&self.user);
        }
    }
}

/// What can end a running turn early.
#[derive(Debug, Clone)]
pub struct Signals {
    /// The person has heard enough.
    pub stop: CancellationToken,
    /// The server stops: what was said is stored and the turn stays open.
    pub park: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    /// People with waiting turns, in the order in which they are next.
    ring: VecDeque<UserId>,
    waiting: HashMap<UserId, VecDeque<Turn>>,
    count: usize,
    /// Places kept for turns that are being stored.
    reserved: HashMap<UserId, usize>,
    running: HashMap<ConversationId, CancellationToken>,
    /// Conversations whose waiting turn was stopped before it began.
    stopped: Vec<ConversationId>,
}

/// The queue of one process.
#[derive(Debug)]
pub struct Turns {
    /// Guards the order; never held across an await.
    state: Mutex<State>,
    at_once: usize,
    waiting_max: usize,
    waiting_per_user: usize,
    held: AtomicBool,
    park: CancellationToken,
}

impl Turns {
    /// With room as the settings say.
    pub fn new(at_once: usize, waiting_max: usize, waiting_per_user: usize) -> Self {
        Self {
            state: Mutex::default(),
            at_once: at_once.max(1),
            waiting_max,
            waiting_per_user,
            held: AtomicBool::new(false),
            park: CancellationToken::new(),
        }
    }

    /// A place for one more turn of this person, or `None` where there is none.
    pub fn reserve(&self, user: &UserId) -> Option<Place<'_>> {
        let mut state = self.lock();
        let own = state.waiting.get(user).map_or(0, VecDeque::len) + state.reserved.get(user).copied().unwrap_or(0);
        let all = state.count + state.reserved.values().sum::<usize>();
        if all >= self.waiting_max || own >= self.waiting_per_user {
            return None;
        }
        *state.reserved.entry(user.clone()).or_default() += 1;
        Some(Place { turns: self, user: user.clone() })
    }

    /// Adds a stored turn.
    pub fn push(&self, turn: Turn, place: Place<'_>) {
        drop(place);
        self.push_unbounded(turn);
    }

    /// Adds a turn that was stored before: it has its place whatever the bounds say.
    pub fn push_unbounded(&self, turn: Turn) {
        let mut state = self.lock();
        state.count += 1;
        let user = turn.user.clone();
        let own = state.waiting.entry(user.clone()).or_default();
        own.push_back(turn);
        if own.len() == 1 {
            state.ring.push_back(user);
        }
        show_waiting(state.count);
    }

    /// The next turn to run: one of each person in turn, never two of one conversation at once.
    pub fn next(&self) -> Option<(Turn, Signals)> {
        if self.held.load(Ordering::Relaxed) {
            return None;
        }
        let mut state = self.lock();
        if state.running.len() >= self.at_once {
            return None;
        }
        for _ in 0..state.ring.len() {
            let user = state.ring.pop_front()?;
            let State { waiting, running, .. } = &mut *state;
            let own = waiting.get_mut(&user).expect("everybody in the ring has waiting turns");
            let free = own.iter().position(|turn| !running.contains_key(&turn.conversation));
            let turn = free.and_then(|at| own.remove(at));
            if own.is_empty() {
                waiting.remove(&user);
            } else {
                state.ring.push_back(user);
            }
            if let Some(turn) = turn {
                state.count -= 1;
                show_waiting(state.count);
                let stop = CancellationToken::new();
                if let Some(at) = state.stopped.iter().position(|stopped| *stopped == turn.conversation) {
                    state.stopped.swap_remove(at);
                    stop.cancel();
                }
                state.running.insert(turn.conversation.clone(), stop.clone());
                return Some((turn, Signals { stop, park: self.park.clone() }));
            }
        }
        None
    }

    /// A turn of this conversation is over.
    pub fn finished(&self, conversation: &ConversationId) {
        self.lock().running.remove(conversation);
    }

    /// Stops the running answer of a conversation, or the one that waits; false where there is none.
    pub fn stop(&self, conversation: &ConversationId) -> bool {
        let mut state = self.lock();
        if let Some(stop) = state.running.get(conversation) {
            stop.cancel();
            return true;
        }
        let waits = state.waiting.values().flatten().any(|turn| turn.conversation == *conversation);
        if waits && !state.stopped.contains(conversation) {
            state.stopped.push(conversation.clone());
        }
        waits
    }

    /// Whether a turn of this conversation runs or waits.
    pub fn is_busy(&self, conversation: &ConversationId) -> bool {
        let state = self.lock();
        state.running.contains_key(conversation)
            || state.waiting.values().flatten().any(|turn| turn.conversation == *conversation)
    }

    /// Whether the turn of this answer waits.
    pub fn is_waiting(&self, answer: &MessageId) -> bool {
        self.lock().waiting.values().flatten().any(|turn| turn.answer == *answer)
    }

    /// The place of a conversation's waiting turn, from 1.
    pub fn position(&self, conversation: &ConversationId) -> Option<usize> {
        let state = self.lock();
        let owner = state.waiting.iter().find(|(_, own)| own.iter().any(|turn| turn.conversation == *conversation))?;
        let own = owner.1.iter().position(|turn| turn.conversation == *conversation)?;
        let place = state.ring.iter().position(|user| user == owner.0)?;
        // Each round serves one turn of everybody who waits: of those before this person one round more.
        let others = state.ring.iter().enumerate().filter(|(at, _)| *at != place);
        let ahead: usize = others.map(|(at, user)| state.waiting[user].len().min(own + usize::from(at < place))).sum();
        Some(own + ahead + 1)
    }

    /// No further turn begins.
    pub fn hold(&self) {
        self.held.store(true, Ordering::Relaxed);
    }

    /// Running turns store what was said and stay open.
    pub fn park(&self) {
        self.park.cancel();
    }

    /// How many turns run.
    pub fn running(&self) -> usize {
        self.lock().running.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn show_waiting(count: usize) {
    metrics::gauge!("anamnesis_turns_waiting").set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::TurnId;

    fn turn(user: &str, conversation: &str) -> Turn {
        Turn {
            id: TurnId::new("t"),
            conversation: ConversationId::new(conversation),
            user: UserId::new(user),
            question: MessageId::new("q"),
            question_seq: 1,
            created_at: 0,
            asked: None,
            answer: MessageId::new("a"),
            answer_seq: 2,
            answer_at: 0,
            begun: false,
            asked_by: None,
            door: None,
            request_id: String::new(),
        }
    }

    fn next(turns: &Turns) -> Option<String> {
        turns.next().map(|(turn, _)| turn.conversation.to_string())
    }

    #[test]
    fn people_take_turns() {
        let turns = Turns::new(10, 100, 100);
        for conversation in ["a1", "a2", "a3"] {
            turns.push_unbounded(turn("a", conversation));
        }
        turns.push_unbounded(turn("b", "b1"));
        assert_eq!(turns.position(&ConversationId::new("b1")), Some(2));
        let order: Vec<String> = std::iter::from_fn(|| next(&turns)).collect();
        assert_eq!(order, ["a1", "b1", "a2", "a3"]);
    }

    #[test]
    fn one_conversation_answers_one_question_at_a_time() {
        let turns = Turns::new(10, 100, 100);
        turns.push_unbounded(turn("a", "c"));
        turns.push_unbounded(turn("a", "c"));
        assert!(next(&turns).is_some());
        assert_eq!(next(&turns), None);
        turns.finished(&ConversationId::new("c"));
        assert!(next(&turns).is_some());
    }

    #[test]
    fn what_runs_and_waits_is_bounded() {
        let turns = Turns::new(1, 3, 2);
        let (a, b) = (UserId::new("a"), UserId::new("b"));
        for conversation in ["1", "2"] {
            let place = turns.reserve(&a).expect("there is room");
            turns.push(turn("a", conversation), place);
        }
        assert!(turns.reserve(&a).is_none());
        let place = turns.reserve(&b).expect("there is room");
        turns.push(turn("b", "3"), place);
        assert!(turns.reserve(&b).is_none());
        assert!(next(&turns).is_some());
        assert_eq!(next(&turns), None);
    }

    #[test]
    fn a_turn_stopped_while_it_waits_ends_as_soon_as_it_begins() {
        let turns = Turns::new(1, 10, 10);
        turns.push_unbounded(turn("a", "1"));
        turns.push_unbounded(turn("a", "2"));
        let (first, _) = turns.next().expect("one may run");
        assert!(turns.stop(&ConversationId::new("2")));
        turns.finished(&first.conversation);
        let (_, signals) = turns.next().expect("the other may run now");
        assert!(signals.stop.is_cancelled());
        assert!(!turns.stop(&ConversationId::new("none")));
    }
}
