//! The list of conversations; a drawer on a phone.

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::ConversationId;
use protocol::rest::UserRole;

use super::conversation::{ConversationLine, deleting};
use super::icon::Icon;
use crate::api::accounts::SignOut;
use crate::state::chat::use_chat;

/// The list, and who is signed in.
#[component]
pub fn Sidebar(#[prop(into)] current: Signal<Option<ConversationId>>) -> impl IntoView {
    let chat = use_chat();
    let delete = deleting(chat, current);
    let sign_out = ServerAction::<SignOut>::new();
    // The connection ends with the sign-in, and may do so before the answer to the form is here.
    Effect::new(move |_| {
        let done = sign_out.value().with(|value| matches!(value, Some(Ok(()))));
        chat.leaving.set(done || sign_out.pending().get());
    });
    let person = chat.viewer.with_value(|viewer| {
        let user = &viewer.user;
        let name = format!("{} {}", user.first_name, user.last_name);
        if name.trim().is_empty() { user.email.clone() } else { name }
    });
    let role = chat.viewer.with_value(|viewer| viewer.user.role);
    let ids =
        Memo::new(move |_| chat.conversations.with(|all| all.iter().map(|one| one.id.clone()).collect::<Vec<_>>()));
    view! {
        <nav class="sidebar" id="conversations" popover="auto" aria-label="Conversations">
            <div class="sidebar-head">
                <a class="wordmark" data-size="small" href="/">"Anamnesis"</a>
                <button
                    class="tool sidebar-close"
                    type="button"
                    popovertarget="conversations"
                    popovertargetaction="hide"
                    aria-label="Close the list"
                >
                    <Icon name="close"/>
                </button>
            </div>
            <div class="sidebar-new">
                <a class="button" href="/chat?new=1" on:click=|_| close_drawer()><Icon name="plus"/>"New conversation"</a>
                <a class="sidebar-way" href="/search"><Icon name="search"/>"Search"<kbd class="sidebar-key" aria-hidden="true">"Ctrl K"</kbd></a>
                {match role {
                    UserRole::Clinician => Some(view! { <a class="sidebar-way" href="/clinic"><Icon name="clinic"/>"Clinic"</a> }),
                    UserRole::Patient => Some(view! { <a class="sidebar-way" href="/shared"><Icon name="share"/>"Shared with me"</a> }),
                    UserRole::Admin => Some(view! { <a class="sidebar-way" href="/statistics"><Icon name="progress"/>"Statistics"</a> }),
                }}
                <a class="sidebar-way" href="/documents"><Icon name="file"/>"Documents"</a>
                {(role == UserRole::Patient).then(|| view! {
                    <a class="sidebar-way" href="/exercises"><Icon name="exercise"/>"Exercises"</a>
                    <a class="sidebar-way" href="/progress"><Icon name="progress"/>"Progress"</a>
                })}
            </div>
            <ul class="sidebar-list">
                <For each=move || ids.get() key=Clone::clone let(id)>
                    {
                        let this = id.clone();
                        let is_current = Signal::derive(move || current.with(|current| current.as_ref() == Some(&this)));
                        view! { <ConversationLine id current=is_current delete/> }
                    }
                </For>
            </ul>
            {move || ids.with(Vec::is_empty).then(|| view! { <p class="sidebar-empty">"Your conversations will stand here."</p> })}
            <a class="sidebar-archive" href="/archive">"Archive and files"</a>
            <div class="sidebar-foot">
                <span class="sidebar-person">{person}</span>
                <a class="tool" href="/settings" aria-label="Settings"><Icon name="settings"/></a>
                <ActionForm action=sign_out>
                    <button class="tool" type="submit" aria-label="Sign out"><Icon name="sign-out"/></button>
                </ActionForm>
            </div>
        </nav>
    }
}

/// After choosing, the drawer is in the way. Where it is no drawer, nothing happens.
pub(crate) fn close_drawer() {
    #[cfg(feature = "hydrate")]
    if let Some(drawer) = document().get_element_by_id("conversations") {
        use wasm_bindgen::JsCast;
        let hide = js_sys::Reflect::get(&drawer, &"hidePopover".into()).ok();
        if let Some(hide) = hide.and_then(|hide| hide.dyn_into::<js_sys::Function>().ok()) {
            let _ = hide.call0(&drawer);
        }
    }
}
