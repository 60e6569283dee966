//! `/archive`: what is not in the list of conversations any more, and all of it as a file.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use protocol::rest::Conversation;

use super::RecordsPage;
use super::import::Import;
use crate::api::conversations::{ArchiveConversation, RestoreConversation, list_put_away};
use crate::api::types::PutAway;
use crate::components::field::{FormNotice, failure_of};
use crate::components::icon::Icon;
use crate::components::timestamp::{Shape, Timestamp};
use crate::state::list;

/// The page.
#[component]
pub fn ArchivePage() -> impl IntoView {
    let back = ServerAction::<ArchiveConversation>::new();
    let needs = Resource::new(move || back.version().get(), |_| list_put_away());
    view! {
        <RecordsPage title="Archive" needs let((_viewer, put_away))>
            <Archived all=put_away.archived.clone() back/>
            <Deleted put_away/>
            <Files/>
        </RecordsPage>
    }
}

#[component]
fn Archived(all: Vec<Conversation>, back: ServerAction<ArchiveConversation>) -> impl IntoView {
    let failure = failure_of(back.value());
    let is_empty = all.is_empty();
    let lines = all.into_iter().map(|conversation| {
        let id = conversation.id.to_string();
        let title = list::title(&conversation).to_owned();
        let label = format!("Put “{title}” back into the list");
        view! {
            <li class="put-away">
                <a class="put-away-link" href=format!("/chat/{id}")>{title}</a>
                <span class="quiet put-away-when">{count(&conversation)}" · "<Timestamp at=list::activity(&conversation) shape=Shape::Day/></span>
                <ActionForm action=back attr:class="put-away-way">
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="archived" value="false"/>
                    <button class="button" data-size="small" type="submit" aria-label=label>"Put back"</button>
                </ActionForm>
            </li>
        }
    });
    view! {
        <section class="records-part" aria-labelledby="archived-title">
            <h2 id="archived-title">"Archived"</h2>
            <FormNotice failure/>
            <ul class="put-away-list">{lines.collect_view()}</ul>
            {is_empty.then(|| view! {
                <p class="quiet">"Nothing is archived. “Archive” in the menu of a conversation takes it out of the list and keeps it here."</p>
            })}
        </section>
    }
}

#[component]
fn Deleted(put_away: PutAway) -> impl IntoView {
    let restore = ServerAction::<RestoreConversation>::new();
    let failure = failure_of(restore.value());
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(Ok(conversation)) = restore.value().get() {
            navigate(&format!("/chat/{}", conversation.id), NavigateOptions::default());
        }
    });
    let PutAway { deleted, restore_days, .. } = put_away;
    let is_empty = deleted.is_empty();
    let lines = deleted.into_iter().map(|conversation| {
        let title = list::title(&conversation).to_owned();
        let label = format!("Restore “{title}”");
        view! {
            <li class="put-away">
                <span class="put-away-link">{title}</span>
                <span class="quiet put-away-when">{count(&conversation)}" · "<Timestamp at=list::activity(&conversation) shape=Shape::Day/></span>
                <ActionForm action=restore attr:class="put-away-way">
                    <input type="hidden" name="id" value=conversation.id.to_string()/>
                    <button class="button" data-size="small" type="submit" aria-label=label>"Restore"</button>
                </ActionForm>
            </li>
        }
    });
    view! {
        <section class="records-part" aria-labelledby="deleted-title">
            <h2 id="deleted-title">"Deleted"</h2>
            <p class="quiet">{format!("What you delete can be restored for {restore_days} days. Then it is gone for good.")}</p>
            <FormNotice failure/>
            <ul class="put-away-list">{lines.collect_view()}</ul>
            {is_empty.then(|| view! { <p class="quiet">"Nothing is waiting to be taken away."</p> })}
        </section>
    }
}

fn count(conversation: &Conversation) -> String {
    match conversation.message_count {
        1 => "1 message".to_owned(),
        count => format!("{count} messages"),
    }
}

/// Everything as a file.
#[component]
fn Files() -> impl IntoView {
    let link = |format: &'static str, label: &'static str| {
        let href = format!("/api/chat/export?format={format}");
        view! { <a class="button" href=href rel="external" download=""><Icon name="download" small=true/>{label}</a> }
    };
    view! {
        <section class="records-part" aria-labelledby="files-title">
            <h2 id="files-title">"All of it as a file"</h2>
            <p class="quiet">
                "Every conversation that is not deleted. The file is not encrypted: keep it where only you can read it. One conversation alone is saved from its menu in the list."
            </p>
            <p class="row">
                {link("html", "To read and print (HTML)")} {link("markdown", "As text (Markdown)")}
                {link("json", "For another server (JSON)")}
            </p>
            <p class="quiet">
                "A JSON file that a server like this one has written can be taken in. What was taken in before is passed over."
            </p>
            <Import/>
        </section>
    }
}
