//! Leave to hold something large in memory: so many at once, and of one person fewer, so that nobody can hold up all
//! others. Those beyond wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::ApiError;

/// The leaves of one kind.
#[derive(Debug)]
pub struct Leaves {
    all: Arc<Semaphore>,
    of_one: usize,
    /// Of whom something is on its way just now. Held only to look and to note.
    people: Mutex<HashMap<UserId, Arc<Semaphore>>>,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub struct Leave {
    own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Leave {
    /// Makes room for others; the one it was given to still holds something.
    pub fn of_one(self) -> OwnedSemaphorePermit {
        self.own
    }
}

impl Leaves {
    /// So many at once, and so many of one person.
    pub fn new(at_once: usize, of_one: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(at_once)), of_one, people: Mutex::default() }
    }

    /// Waits for one, but for what the person has under way already only so long.
    ///
    /// # Errors
    /// That does not end.
    pub async fn take_within(&self, user: &UserId, wait: Duration) -> Result<Leave, ApiError> {
        let busy = |_| ApiError::conflict("Another file of yours is still on its way. Wait for it, or break it off.");
        let own = timeout(wait, self.of(user).acquire_owned()).await.map_err(busy)?;
        self.among_all(own.map_err(ApiError::internal)?).await
    }

    /// Waits for one.
    ///
    /// # Errors
    /// Never while the server runs.
    pub async fn take(&self, user: &UserId) -> Result<Leave, ApiError> {
        let own = self.of(user).acquire_owned().await.map_err(ApiError::internal)?;
        self.among_all(own).await
    }

    async fn among_all(&self, own: OwnedSemaphorePermit) -> Result<Leave, ApiError> {
        let of_all = Arc::clone(&self.all).acquire_owned().await.map_err(ApiError::internal)?;
        Ok(Leave { own, _of_all: of_all })
    }

    fn of(&self, user: &UserId) -> Arc<Semaphore> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        // Of whom nothing is on its way nothing is kept.
        people.retain(|_, leaves| Arc::strong_count(leaves) > 1);
        Arc::clone(people.entry(user.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.of_one))))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn one_person_waits_for_themselves_and_leaves_room_for_others() {
        let leaves = Leaves::new(3, 2);
        let (ada, ben) = (UserId::new("ada"), UserId::new("ben"));
        let first = leaves.take(&ada).await.expect("a leave");
        let _second = leaves.take(&ada).await.expect("another");
        assert!(leaves.take(&ada).now_or_never().is_none());
        let third = leaves.take(&ben).now_or_never().expect("room for somebody else").expect("a leave");
        assert!(leaves.take(&ben).now_or_never().is_none(), "that was all");
        drop(first);
        drop(third);
        assert!(leaves.take(&ada).now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_is_told_and_a_part_of_one_keeps_only_its_own_person_waiting() {
        let leaves = Leaves::new(1, 1);
        let (ada, ben) = (UserId::new("ada"), UserId::new("ben"));
        let kept = leaves.take(&ada).await.expect("a leave").of_one();
        let refused = leaves.take_within(&ada, Duration::from_secs(30)).await.expect_err("it is not given back");
        assert!(format!("{refused:?}").contains("Another file of yours"), "{refused:?}");
        let others = leaves.take(&ben).now_or_never().expect("room for somebody else");
        let eve = UserId::new("eve");
        let mut waits = std::pin::pin!(leaves.take_within(&eve, Duration::from_secs(30)));
        assert!(
            timeout(Duration::from_mins(10), &mut waits).await.is_err(),
            "for others it is waited as long as it takes"
        );
        drop(others);
        assert!(waits.await.is_ok());
        drop(kept);
        assert!(leaves.take(&ada).now_or_never().is_some());
    }
}
