//! A short note that something was done, with the way back.

use leptos::prelude::*;

use crate::api::conversations::{archive_conversation, restore_conversation};
use crate::state::chat::{Undo, use_chat};
use crate::state::list;

/// How long a note stays; one that can be taken back stays longer.
#[cfg(feature = "hydrate")]
const NOTE_SECONDS: u64 = 6;
/// Long enough to find the button by keyboard.
#[cfg(feature = "hydrate")]
const UNDO_SECONDS: u64 = 20;

/// The place where notes appear.
#[component]
pub fn Toasts() -> impl IntoView {
    let chat = use_chat();
    let on_undo = move |undo: Undo| {
        chat.toast.set(None);
        leptos::task::spawn_local(async move {
            let back = match undo {
                Undo::Deleted(id) => restore_conversation(id).await,
                Undo::Archived(id) => archive_conversation(id, false).await,
            };
            match back {
                Ok(conversation) => drop(chat.conversations.try_update(|all| list::upsert(all, conversation))),
                Err(failure) => chat.say(failure.message),
            }
        });
    };
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let Some(stays) = chat.toast.with(|toast| toast.as_ref().map(|toast| toast.undo.is_some())) else { return };
        let seconds = if stays { UNDO_SECONDS } else { NOTE_SECONDS };
        let gone = set_timeout_with_handle(move || chat.toast.set(None), std::time::Duration::from_secs(seconds));
        on_cleanup(move || {
            if let Ok(gone) = gone {
                gone.clear();
            }
        });
    });
    view! {
        <div class="toasts" role="status">
            {move || chat.toast.get().map(|toast| view! {
                <div class="toast">
                    <p>{toast.text}</p>
                    {toast.undo.map(|undo| view! {
                        <button class="button" data-kind="quiet" data-size="small" type="button" on:click=move |_| on_undo(undo.clone())>
                            "Undo"
                        </button>
                    })}
                </div>
            })}
        </div>
    }
}
