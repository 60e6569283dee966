//! A step of an exercise or a questionnaire in the chat, and what comes of one.

use leptos::prelude::*;
use protocol::{ConversationId, Element};

use super::choices::{StepButtons, use_waiting};
use super::crisis_card::{CrisisCard, helps};
use super::exercise::{Exercise, Finish, Guide, ProgressNote};
use super::markdown::Markdown;
use crate::state::board::Board;
use crate::state::chat::use_chat;
use crate::state::transcript::{Item, Key};

/// A step of an exercise or a questionnaire. Only the latest one's buttons can be pressed.
#[component]
pub fn StepView(board: Board, item: RwSignal<Item>, key: Key, session: ConversationId) -> impl IntoView {
    let session = StoredValue::new(session);
    let (id, content, safety) = item.with_untracked(|item| {
        let message = &item.message;
        (message.id.clone(), message.content.clone(), message.metadata.safety.clone())
    });
    let text = content.text;
    let helps = helps(&content.elements);
    let crisis = (safety.crisis || !helps.is_empty()).then(|| {
        let alert = Signal::derive(move || board.alert.get() == Some(key));
        view! { <CrisisCard types=safety.types helps alert id=format!("crisis-{key}")/> }
    });
    let (mut buttons, mut guide, mut notes) = (Vec::new(), None, Vec::new());
    for element in content.elements {
        match element {
            Element::Button { id, label } => buttons.push((id, label)),
            Element::Instruction { id, label, steps, prompts } => guide = Some(Guide { id, label, steps, prompts }),
            Element::Progress { label, .. } => notes.push(view! { <ProgressNote label/> }.into_any()),
            Element::Recommendation { label, .. } => {
                notes.push(view! { <p class="system-note">{label}</p> }.into_any());
            }
            Element::Resource { .. } => {}
        }
    }
    let rest = match (guide, buttons.len()) {
        (Some(guide), 1..) => {
            let button = buttons.swap_remove(0);
            let place = id.map_or_else(|| format!("exercise-{key}"), |id| format!("exercise-{id}"));
            Some(view! { <GuidedExercise board key session guide button place/> }.into_any())
        }
        (_, 1..) => Some(view! { <StepButtons board key session buttons/> }.into_any()),
        _ => None,
    };
    view! {
        <article class="message" data-role="interactive" data-state="complete">
            {(!text.is_empty()).then(|| view! { <div class="message-body prose"><Markdown text/></div> })}
            {crisis}
            {notes}
            {rest}
        </article>
    }
}

/// An exercise in the chat: what finishes it is its button, pressed with how it went.
#[component]
fn GuidedExercise(
    board: Board,
    key: Key,
    session: StoredValue<ConversationId>,
    guide: Guide,
    button: (String, String),
    place: String,
) -> impl IntoView {
    let chat = use_chat();
    let (button, done) = button;
    let waiting = use_waiting(board);
    let state = Signal::derive(move || match (board.last_step.get() == Some(key), waiting.with(Option::is_some)) {
        (false, _) => Finish::Over,
        (true, true) => Finish::Sending,
        (true, false) => Finish::Open,
    });
    let on_finish = Callback::new(move |how: protocol::care::Done| {
        waiting.set(Some(button.clone()));
        let data = serde_json::to_value(how).unwrap_or_default();
        session.with_value(|session| chat.press(session, &button, data));
    });
    let kept = format!("anamnesis:{place}");
    view! { <Exercise guide place kept done state on_finish/> }
}
