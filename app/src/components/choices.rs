//! Answers to the question that an answer ends with, to tap instead of typing.

use leptos::prelude::*;
use protocol::{ConversationId, Element};

use crate::state::board::Board;
use crate::state::chat::use_chat;
use crate::state::transcript::Key;

/// What the id of every choice begins with.
const CHOICE: &str = "choice_";
/// The choice that answers nothing.
const SKIP: &str = "choice_skip";

/// Whether a button is an answer to tap rather than something to do.
pub fn is_choice(id: &str) -> bool {
    id.starts_with(CHOICE)
}

/// The choices under an answer, as long as it is the latest: what is tapped is said.
#[component]
pub fn Choices(
    board: Board,
    elements: Memo<Vec<Element>>,
    key: Key,
    session: StoredValue<ConversationId>,
) -> impl IntoView {
    let chat = use_chat();
    let alive = super::field::use_alive();
    let latest = Memo::new(move |_| board.last_answer.get() == Some(key) && !board.phase.get().is_busy());
    move || {
        if !latest.get() {
            return None;
        }
        let buttons: Vec<_> = elements
            .get()
            .into_iter()
            .filter_map(|element| match element {
                Element::Button { id, label } if is_choice(&id) => Some((id, label)),
                _ => None,
            })
            .map(|(id, label)| {
                let said = label.clone();
                view! {
                    <button
                        class="button choice"
                        class:choice-skip=id == SKIP
                        type="button"
                        disabled=move || !alive.get()
                        on:click=move |_| session.with_value(|session| chat.ask(session, &said))
                    >
                        {label}
                    </button>
                }
            })
            .collect();
        (!buttons.is_empty())
            .then(|| view! { <div class="choices" role="group" aria-label="Answers to tap">{buttons}</div> })
    }
}
