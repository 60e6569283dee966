//! Answers to tap instead of typing: to the question that an answer ends with, and to the items of a questionnaire.

use leptos::prelude::*;
use protocol::{ConversationId, Element};

use super::icon::Icon;
use crate::state::board::Board;
use crate::state::chat::{Said, use_chat};
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
                        on:click=move |_| session.with_value(|session| {
                            chat.ask(session, &Said { text: said.clone(), attached: Vec::new() });
                        })
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

/// What was pressed and not answered yet: a new step is the answer, and what the server refused can be pressed again.
pub fn use_waiting(board: Board) -> RwSignal<Option<String>> {
    let chat = use_chat();
    let waiting = RwSignal::new(None);
    Effect::new(move |_| {
        board.last_step.track();
        chat.refused.track();
        waiting.set(None);
    });
    waiting
}

/// The buttons of a step, as long as it is the latest. What was chosen stays to be read.
#[component]
pub fn StepButtons(
    board: Board,
    key: Key,
    session: StoredValue<ConversationId>,
    buttons: Vec<(String, String)>,
) -> impl IntoView {
    let chat = use_chat();
    let alive = super::field::use_alive();
    let waiting = use_waiting(board);
    // Of the last item nothing that follows tells what was chosen.
    let pressed = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if let Some(id) = waiting.get() {
            pressed.set(Some(id));
        }
    });
    let chosen = Memo::new(move |_| {
        let latest = board.last_step.get() == Some(key);
        if latest { waiting.get() } else { board.taken_after(key).into_iter().next().or_else(|| pressed.get()) }
    });
    let closed = Memo::new(move |_| board.last_step.get() != Some(key) || waiting.with(Option::is_some));
    let buttons = buttons.into_iter().map(|(id, label)| {
        let id = StoredValue::new(id);
        let is_chosen = Memo::new(move |_| id.with_value(|id| chosen.with(|chosen| chosen.as_ref() == Some(id))));
        view! {
            <button
                class="button choice"
                type="button"
                disabled=move || !alive.get()
                aria-disabled=move || closed.get().then_some("true")
                aria-pressed=move || is_chosen.get().to_string()
                on:click=move |_| {
                    if !closed.get_untracked() {
                        waiting.set(Some(id.get_value()));
                        session.with_value(|session| {
                            id.with_value(|id| chat.press(session, id, serde_json::Value::Null));
                        });
                    }
                }
            >
                {move || is_chosen.get().then(|| view! { <Icon name="check" small=true/> })}
                {label}
            </button>
        }
    });
    view! { <div class="choices" role="group" aria-label="Answers">{buttons.collect_view()}</div> }
}
