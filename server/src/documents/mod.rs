//! What people upload: documents, whose text is found and cited beside the library's, and pictures.
//!
//! Start with `intake.rs` (a file comes in: checked by content, stored sealed in parts, read, its passages stored) and
//! `reader.rs` (a document is read in a process of its own, which can be ended). `desk.rs` is what a route or a page asks
//! for, [`search`] finds passages by indexes in memory, `attached.rs` is what a message carries.
//!
//! What somebody else uploaded is not found, but for what a clinician shares with the patients who share their record with
//! that clinician; that is asked of the database each time, so that it ends at once.

mod attached;
mod desk;
mod intake;
pub mod reader;
pub(crate) mod routes;
pub mod search;
pub(crate) mod store;
mod wire;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use protocol::document::ReadingProgress;
use protocol::{DocumentId, Source};
use tokio::sync::Semaphore;

pub(crate) use attached::{attach, passages, pictures};
pub(crate) use desk::{Desk, Window};
pub use intake::recover;
pub use routes::{large_routes, routes};

use crate::config::Settings;
use crate::leaves::Leaves;

/// Uploads that are in memory at once; those beyond wait.
const UPLOADS_AT_ONCE: usize = 8;
/// The same of one person, so that nobody can hold up all others.
const UPLOADS_OF_ONE: usize = 2;

/// Whether an answer rests on something that somebody uploaded, and not on the library.
pub(crate) fn is_own(source: &Source) -> bool {
    source.id.starts_with(wire::SOURCE)
}

/// What is kept of documents in memory.
pub struct Documents {
    /// Leave to hold an upload in memory.
    pub(crate) uploads: Leaves,
    /// Leave to read a document.
    reading: Semaphore,
    /// Leave to open a document for its index.
    indexing: Semaphore,
    /// How far those are that are being read. Held only to look and to note.
    progress: Mutex<HashMap<DocumentId, ReadingProgress>>,
    indexes: search::Indexes,
}

impl Documents {
    /// As the settings say.
    pub fn new(settings: &Settings) -> Self {
        Self {
            uploads: Leaves::new(UPLOADS_AT_ONCE, UPLOADS_OF_ONE),
            indexing: Semaphore::new(1),
            reading: Semaphore::new(settings.documents_at_once.max(1)),
            progress: Mutex::default(),
            indexes: search::Indexes::new(settings.documents_index_bytes),
        }
    }

    /// How far a document is read, while it is.
    fn progress_of(&self, id: &DocumentId) -> Option<ReadingProgress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied()
    }

    /// Whether a document is being read by this process; if it was not, it counts as being read from now on.
    fn begins(&self, id: &DocumentId) -> bool {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.insert(id.clone(), ReadingProgress { done: 0, of: 0 }).is_none()
    }

    fn is_at(&self, id: &DocumentId, done: u32, of: u32) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = progress.get_mut(id) {
            *held = ReadingProgress { done, of };
        }
    }

    fn ends(&self, id: &DocumentId) {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}
