//! The cases that run, and the connections that watch them.
//!
//! **Everything that is shown of a running case passes under that case's lock**: who begins to watch is shown the frames
//! so far and goes live in one step, so that no frame is missing, doubled or out of order. A frame is stored before it
//! is shown.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::clinic::CaseFrame;
use protocol::engine::ServerEvent;
use protocol::{CaseId, UserId};

use crate::realtime::hub::Peer;

/// A running case as it is shown.
#[derive(Default)]
struct Show {
    owner: Option<UserId>,
    frames: Vec<CaseFrame>,
    viewers: Vec<Arc<Peer>>,
    ended: bool,
}

/// The running cases of this process.
#[derive(Default)]
pub(crate) struct Live {
    /// Guards the table only; each case has its own lock. Never held across an await.
    cases: Mutex<HashMap<CaseId, Arc<Mutex<Show>>>>,
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Live {
    /// A case begins, or is taken up with the frames that it has; false where it runs already.
    pub(super) fn begin(&self, id: &CaseId, owner: &UserId, frames: Vec<CaseFrame>) -> bool {
        let mut cases = lock(&self.cases);
        if cases.contains_key(id) {
            return false;
        }
        let show = Show { owner: Some(owner.clone()), frames, ..Show::default() };
        cases.insert(id.clone(), Arc::new(Mutex::new(show)));
        true
    }

    /// How many of this person run.
    pub(super) fn running_of(&self, owner: &UserId) -> usize {
        let shows: Vec<_> = lock(&self.cases).values().cloned().collect();
        shows.iter().filter(|show| lock(show).owner.as_ref() == Some(owner)).count()
    }

    fn show(&self, id: &CaseId) -> Option<Arc<Mutex<Show>>> {
        lock(&self.cases).get(id).cloned()
    }

    /// Frames that are stored now.
    pub(super) fn add(&self, id: &CaseId, frames: &[CaseFrame]) {
        let Some(show) = self.show(id) else { return };
        let mut show = lock(&show);
        for frame in frames {
            let event = ServerEvent::Case(Box::new(frame.clone()));
            for viewer in &show.viewers {
                viewer.say(&event);
            }
        }
        show.frames.extend_from_slice(frames);
    }

    /// Something that is not a frame, for all who watch.
    pub(super) fn tell(&self, id: &CaseId, event: &ServerEvent) {
        let Some(show) = self.show(id) else { return };
        for viewer in &lock(&show).viewers {
            viewer.say(event);
        }
    }

    /// A case runs no more; what it said is in the store.
    pub(super) fn end(&self, id: &CaseId) {
        if let Some(show) = lock(&self.cases).remove(id) {
            lock(&show).ended = true;
        }
    }

    /// Shows a connection the frames after a place, then all that come; false where the case does not run.
    pub(super) fn watch(&self, id: &CaseId, peer: &Arc<Peer>, after: u32) -> bool {
        let Some(show) = self.show(id) else { return false };
        let mut show = lock(&show);
        if show.ended {
            return false;
        }
        for frame in show.frames.iter().filter(|frame| frame.n > after) {
            peer.say(&ServerEvent::Case(Box::new(frame.clone())));
        }
        if show.viewers.iter().all(|viewer| viewer.id != peer.id) {
            show.viewers.push(Arc::clone(peer));
        }
        true
    }

    /// A connection watches a case no longer.
    pub(super) fn leave(&self, id: &CaseId, peer: &Arc<Peer>) {
        if let Some(show) = self.show(id) {
            lock(&show).viewers.retain(|viewer| viewer.id != peer.id);
        }
    }

    /// Someone may not see an owner's cases any more: `None` for all of them.
    pub(super) fn turn_away(&self, viewer: &UserId, owner: &UserId, case: Option<&CaseId>) {
        let shows: Vec<_> = lock(&self.cases)
            .iter()
            .filter(|(id, _)| case.is_none_or(|case| case == *id))
            .map(|(_, show)| Arc::clone(show))
            .collect();
        for show in shows {
            let mut show = lock(&show);
            if show.owner.as_ref() == Some(owner) {
                show.viewers.retain(|peer| peer.user != *viewer);
            }
        }
    }
}
