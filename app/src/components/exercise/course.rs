//! Where somebody is in an exercise, kept for as long as the tab is open, so that a reload loses nothing.

use leptos::prelude::*;
use protocol::care::{Answers, Done};
use protocol::message::Step;
use serde::{Deserialize, Serialize};

use super::player::Player;
use crate::state::storage;

/// Questions answered so far. What was taken back is kept as a draft, to be changed rather than typed again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walked {
    /// What counts.
    pub answers: Answers,
    /// By which questions they came, the first first.
    pub order: Vec<String>,
    /// What stands in the fields.
    pub drafts: Answers,
}

/// Everything of it, as signals.
#[derive(Clone, Copy)]
pub struct Course {
    /// The exercise's steps.
    pub steps: StoredValue<Vec<Step>>,
    /// The count.
    pub player: RwSignal<Player>,
    /// It was started.
    pub begun: RwSignal<bool>,
    /// The steps are done: what is left is to say how it was.
    pub ending: RwSignal<bool>,
    /// How they felt before.
    pub before: RwSignal<Option<u8>>,
    /// How they feel after it.
    pub after: RwSignal<Option<u8>>,
    /// Whether it helped.
    pub rating: RwSignal<Option<u8>>,
    /// What they typed.
    pub walked: RwSignal<Walked>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    step: usize,
    left: u32,
    begun: bool,
    ending: bool,
    before: Option<u8>,
    after: Option<u8>,
    rating: Option<u8>,
    walked: Walked,
}

impl Course {
    /// At the beginning.
    pub fn new(steps: Vec<Step>) -> Self {
        Self {
            player: RwSignal::new(Player::new(&steps)),
            begun: RwSignal::new(false),
            ending: RwSignal::new(false),
            before: RwSignal::new(None),
            after: RwSignal::new(None),
            rating: RwSignal::new(None),
            walked: RwSignal::new(Walked::default()),
            steps: StoredValue::new(steps),
        }
    }

    /// Changes the count by the steps.
    pub fn play(&self, change: impl FnOnce(Player, &[Step]) -> Player) {
        self.player.update(|player| *player = self.steps.with_value(|steps| change(*player, steps)));
    }

    /// Everything again, but for how they felt before.
    pub fn again(&self) {
        self.play(|_, steps| Player { running: true, ..Player::new(steps) });
        self.ending.set(false);
    }

    /// What is sent when it is finished.
    pub fn done(&self) -> Done {
        Done {
            mood_before: self.before.get_untracked(),
            mood_after: self.after.get_untracked(),
            rating: self.rating.get_untracked(),
            answers: self.walked.with_untracked(|walked| walked.answers.clone()),
        }
    }

    /// Takes up what is kept under this name and keeps what changes, until it is over.
    pub fn keep(self, place: String, over: Memo<bool>) {
        Effect::new(move |restored: Option<()>| {
            if restored.is_none()
                && let Some(kept) = storage::read_visit(&place).and_then(|text| serde_json::from_str(&text).ok())
            {
                self.restore(kept);
            }
            let kept = self.kept();
            let text = if over.get() || kept == self.nothing() {
                String::new()
            } else {
                serde_json::to_string(&kept).unwrap_or_default()
            };
            storage::write_visit(&place, &text);
        });
    }

    fn nothing(&self) -> Kept {
        Kept { left: self.steps.with_value(|steps| Player::new(steps).left), ..Kept::default() }
    }

    fn kept(&self) -> Kept {
        let Player { step, left, .. } = self.player.get();
        Kept {
            step,
            left,
            begun: self.begun.get(),
            ending: self.ending.get(),
            before: self.before.get(),
            after: self.after.get(),
            rating: self.rating.get(),
            walked: self.walked.get(),
        }
    }

    fn restore(&self, kept: Kept) {
        self.play(|_, steps| Player::at(steps, kept.step, kept.left));
        self.begun.set(kept.begun);
        self.ending.set(kept.ending);
        self.before.set(kept.before);
        self.after.set(kept.after);
        self.rating.set(kept.rating);
        self.walked.set(kept.walked);
    }
}
