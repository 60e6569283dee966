//! The open transcript as signals: one a message, so that a growing answer redraws itself and nothing else.

use std::collections::HashMap;

use leptos::prelude::*;
use protocol::{Element, Message, Role};

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
    /// The latest step of an exercise or a questionnaire: only its buttons can be pressed.
    pub last_step: RwSignal<Option<Key>>,
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
            last_step: RwSignal::new(last(&transcript, |message| message.role == Role::Interactive)),
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

    /// What was pressed after this message, by the id of the button, as far as the steps that followed tell; the latest
    /// last.
    pub fn taken_after(&self, key: Key) -> Vec<String> {
        self.last_step.track();
        let taken = self.with(|transcript| {
            let after = transcript.items().iter().skip_while(|item| item.key != key).skip(1);
            let steps = after.filter(|item| item.message.role == Role::Interactive);
            steps.filter_map(|item| item.message.content.elements.iter().find_map(pressed_for)).collect()
        });
        taken.unwrap_or_default()
    }

    /// Which button brought the latest step.
    pub fn under_way(&self) -> Option<String> {
        let key = self.last_step.get()?;
        self.with(|transcript| transcript.item(key)?.message.content.elements.iter().find_map(pressed_for)).flatten()
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
        set_if_new(self.last_step, last(transcript, |message| message.role == Role::Interactive));
        if applied.reordered || !applied.touched.is_empty() {
            self.version.update(|version| *version += 1);
        }
    }
}

/// Which button brought a step with this in it. The buttons of a questionnaire carry the answers so far (`q_phq9_02`), so
/// the one that led to them is what they share.
fn pressed_for(element: &Element) -> Option<String> {
    match element {
        Element::Instruction { id, .. } => Some(id.clone()),
        Element::Button { id, .. } if id.starts_with("q_") => {
            id.get(..id.len() - 1).map(|before| before.trim_end_matches('_').to_owned())
        }
        _ => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_tells_which_button_led_to_it() {
        let button = |id: &str| Element::Button { id: id.to_owned(), label: String::new() };
        assert_eq!(pressed_for(&button("q_phq9_0")).as_deref(), Some("q_phq9"));
        assert_eq!(pressed_for(&button("q_phq9_020")).as_deref(), Some("q_phq9_02"));
        assert_eq!(pressed_for(&button("ex_breathing_complete")), None);
        let guided =
            Element::Instruction { id: "ex_grounding".into(), label: String::new(), steps: vec![], prompts: 0 };
        assert_eq!(pressed_for(&guided).as_deref(), Some("ex_grounding"));
    }
}
