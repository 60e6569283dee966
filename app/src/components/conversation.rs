//! A line in the list of conversations: its title, when it was last active, renaming in place, deleting.

use leptos::form::ActionForm;
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use protocol::ConversationId;
use protocol::limits::TITLE_CHARS_MAX;
use protocol::rest::CleanedUp;

use super::icon::Icon;
use super::timestamp::{Shape, Timestamp};
use crate::api::conversations::{DeleteConversation, archive_conversation, fold_conversation, rename_conversation};
use crate::state::chat::{Chat, Toast, Undo, use_chat};
use crate::state::list;

/// The line of one conversation.
#[component]
pub fn ConversationLine(
    id: ConversationId,
    #[prop(into)] current: Signal<bool>,
    delete: ServerAction<DeleteConversation>,
) -> impl IntoView {
    let chat = use_chat();
    let renaming = RwSignal::new(false);
    let known = {
        let id = id.clone();
        Memo::new(move |_| {
            chat.conversations.with(|all| {
                let found = all.iter().find(|other| other.id == id)?;
                Some((list::title(found).to_owned(), list::activity(found).to_owned()))
            })
        })
    };
    let title = Memo::new(move |_| known.get().map(|(title, _)| title).unwrap_or_default());
    let at = Memo::new(move |_| known.get().map(|(_, at)| at).unwrap_or_default());
    let (href, menu) = (format!("/chat/{id}"), format!("menu-{id}"));
    let id = StoredValue::new(id);
    view! {
        <li class="conversation">
            <Show
                when=move || renaming.get()
                fallback=move || view! {
                    <a
                        class="conversation-link"
                        href=href.clone()
                        aria-current=move || current.get().then_some("page")
                        on:click=|_| super::sidebar::close_drawer()
                    >
                        <span class="conversation-title">{title}</span>
                        {move || view! { <Timestamp class="conversation-time" at=at.get() shape=Shape::Short/> }}
                    </a>
                    <Menu id=id menu=menu.clone() title renaming delete/>
                }
            >
                <RenameForm id=id title renaming/>
            </Show>
        </li>
    }
}

#[component]
fn Menu(
    id: StoredValue<ConversationId>,
    menu: String,
    title: Memo<String>,
    renaming: RwSignal<bool>,
    delete: ServerAction<DeleteConversation>,
) -> impl IntoView {
    let chat = use_chat();
    let on_delete = move |_| chat.deleting.set_value(Some((id.get_value(), title.get_untracked())));
    let on_archive = move |()| {
        leptos::task::spawn_local(async move {
            let id = id.get_value();
            match archive_conversation(id.clone(), true).await {
                Ok(archived) => {
                    let text = format!("“{}” is in the archive.", list::title(&archived));
                    let _ = chat.conversations.try_update(|all| drop(list::remove(all, &id)));
                    chat.toast.set(Some(Toast { text, undo: Some(Undo::Archived(id)) }));
                }
                Err(failure) => chat.say(failure.message),
            }
        });
    };
    let on_fold = move |()| {
        leptos::task::spawn_local(async move {
            match fold_conversation(id.get_value()).await {
                Ok(CleanedUp { archived: 0, message, .. }) => chat.say(message),
                Ok(CleanedUp { archived, .. }) => {
                    chat.say(format!(
                        "{archived} older messages are folded away. They can be unfolded where they stood."
                    ));
                }
                Err(failure) => chat.say(failure.message),
            }
        });
    };
    let file = |format: &str| format!("/api/chat/conversations/{}/export?format={format}", id.get_value());
    let save = |format: &str, label: &'static str| {
        view! {
            <a class="menu-item" href=file(format) rel="external" download=""><Icon name="download"/>{label}</a>
        }
    };
    view! {
        <button class="tool conversation-more" type="button" popovertarget=menu.clone() aria-label=move || format!("More for “{}”", title.get())>
            <Icon name="more"/>
        </button>
        <div class="menu" id=menu.clone() popover="auto">
            <MenuItem menu=menu.clone() icon="edit" label="Rename" on_choice=move |()| renaming.set(true)/>
            <MenuItem menu=menu.clone() icon="fold" label="Fold older messages" on_choice=on_fold/>
            {save("html", "Save to print")}
            {save("markdown", "Save as text")}
            <MenuItem menu=menu.clone() icon="archive" label="Archive" on_choice=on_archive/>
            <ActionForm action=delete>
                <input type="hidden" name="id" value=id.get_value().to_string()/>
                <button class="menu-item" data-kind="danger" type="submit" on:click=on_delete><Icon name="trash"/>"Delete"</button>
            </ActionForm>
        </div>
    }
}

/// A line of the menu, which closes with it.
#[component]
fn MenuItem(
    menu: String,
    icon: &'static str,
    label: &'static str,
    #[prop(into)] on_choice: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class="menu-item"
            type="button"
            popovertarget=menu
            popovertargetaction="hide"
            on:click=move |_| on_choice.run(())
        >
            <Icon name=icon/>
            {label}
        </button>
    }
}

/// Deletes; what is deleted can be taken back for a while. One action for the whole list: a line goes with what it names,
/// and what is still to be said about it must not go, too.
pub(super) fn deleting(chat: Chat, current: Signal<Option<ConversationId>>) -> ServerAction<DeleteConversation> {
    let delete = ServerAction::<DeleteConversation>::new();
    let navigate = use_navigate();
    Effect::new(move |_| {
        let Some(result) = delete.value().get() else { return };
        let deleting = chat.deleting.try_update_value(Option::take).flatten();
        let (id, title) = match (result, deleting) {
            (Ok(()), Some(deleting)) => deleting,
            (Ok(()), None) => return,
            (Err(failure), _) => return chat.say(failure.message),
        };
        // On a phone the drawer would cover the way back.
        super::sidebar::close_drawer();
        chat.conversations.update(|all| drop(list::remove(all, &id)));
        if current.with_untracked(|current| current.as_ref() == Some(&id)) {
            navigate("/chat?new=1", leptos_router::NavigateOptions::default());
        }
        chat.toast.set(Some(Toast { text: format!("“{title}” deleted."), undo: Some(Undo::Deleted(id)) }));
    });
    delete
}

#[component]
fn RenameForm(id: StoredValue<ConversationId>, title: Memo<String>, renaming: RwSignal<bool>) -> impl IntoView {
    let chat = use_chat();
    let field = NodeRef::<Input>::new();
    let name = format!("rename-{}", id.get_value());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
            field.select();
        }
    });
    let on_save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else { return };
        let title = field.value().trim().to_owned();
        renaming.set(false);
        if title.is_empty() {
            return;
        }
        leptos::task::spawn_local(async move {
            match rename_conversation(id.get_value(), title).await {
                Ok(conversation) => drop(chat.conversations.try_update(|all| list::upsert(all, conversation))),
                Err(failure) => chat.say(failure.message),
            }
        });
    };
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            renaming.set(false);
        }
    };
    view! {
        <form
            class="conversation-rename"
            on:submit=on_save
            on:keydown=on_keydown
        >
            <label class="visually-hidden" for=name.clone()>"New title"</label>
            <input class="input" id=name name="title" value=title.get_untracked() maxlength=TITLE_CHARS_MAX node_ref=field/>
            <button class="tool" type="submit" aria-label="Save title"><Icon name="check"/></button>
            <button class="tool" type="button" aria-label="Keep the old title" on:click=move |_| renaming.set(false)>
                <Icon name="close"/>
            </button>
        </form>
    }
}
