//! The open transcript as signals: one a message, so that a growing answer redraws itself and nothing else.

use std::collections::HashMap;

use leptos::prelude::*;
use protocol::{Message, Role};

use super::transcript::{Applied, Item, Key, Phase, Transcript};

/// What the page shows of a [`Transcript`].
#[derive(Clone, Copy)]
pub struct Board {
    transcript: StoredValue<Transcript>,
    cells: StoredValue<HashMap<Key, ArcRwSignal<Item>>>,
    /// Which messages there are, in order.
    pub keys: RwSignal<Vec<Key>>,
    /// What the status line says.
    pub phase: RwSignal<Phase>,
    /// Counts changes, for whoever keeps the end in sight.
    pub version: RwSignal<u64>,
    /// The latest answer.
    pub last_answer: RwSignal<Option<Key>>,
    /// The latest message that stands for danger: the page's one alert.
    pub alert: RwSignal<Option<Key>>,
}

impl Board {
    /// Shows a transcript.
    pub fn new(transcript: Transcript) -> Self {
        let cells = transcript.items().iter().map(|item| (item.key, ArcRwSignal::new(item.clone()))).collect();
        Self {
            keys: RwSignal::new(transcript.items().iter().map(|item| item.key).collect()),
            phase: RwSignal::new(transcript.phase()),
            version: RwSignal::new(0),
            last_answer: RwSignal::new(last(&transcript, |message| message.role == Role::Assistant)),
            alert: RwSignal::new(last(&transcript, |message| message.metadata.safety.crisis)),
            cells: StoredValue::new(cells),
            transcript: StoredValue::new(transcript),
        }
    }

    /// The signal of a message.
    pub fn cell(&self, key: Key) -> Option<ArcRwSignal<Item>> {
        self.cells.try_with_value(|cells| cells.get(&key).cloned()).flatten()
    }

    /// Looks at the transcript; `None` once the page has moved on.
    pub fn with<T>(&self, look: impl FnOnce(&Transcript) -> T) -> Option<T> {
        self.transcript.try_with_value(look)
    }

    /// Changes the transcript and shows what changed; nothing once the page has moved on.
    pub fn change(&self, change: impl FnOnce(&mut Transcript) -> Applied) -> Applied {
        let Some(applied) = self.transcript.try_update_value(change) else { return Applied::default() };
        let _ = self.transcript.try_with_value(|transcript| self.show(transcript, &applied));
        applied
    }

    fn show(&self, transcript: &Transcript, applied: &Applied) {
        for key in &applied.touched {
            let Some(item) = transcript.item(*key) else { continue };
            let known = self.cells.with_value(|cells| cells.get(key).cloned());
            match known {
                Some(cell) => cell.set(item.clone()),
                None => self.cells.update_value(|cells| {
                    cells.insert(*key, ArcRwSignal::new(item.clone()));
                }),
            }
        }
        if applied.reordered {
            self.keys.set(transcript.items().iter().map(|item| item.key).collect());
        }
        set_if_new(self.phase, transcript.phase());
        set_if_new(self.last_answer, last(transcript, |message| message.role == Role::Assistant));
        set_if_new(self.alert, last(transcript, |message| message.metadata.safety.crisis));
        if applied.reordered || !applied.touched.is_empty() {
            self.version.update(|version| *version += 1);
        }
    }
}

fn last(transcript: &Transcript, is: impl Fn(&Message) -> bool) -> Option<Key> {
    transcript.items().iter().rev().find(|item| is(&item.message)).map(|item| item.key)
}

fn set_if_new<T: PartialEq + Send + Sync + Clone + 'static>(signal: RwSignal<T>, value: T) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}
