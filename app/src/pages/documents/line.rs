//! One document in the list.

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::document::{Document, DocumentStatus};

use super::{is_reading, size};
use crate::api::documents::{DeleteDocument, ShareDocument};
use crate::components::confirm::Confirm;
use crate::components::icon::Icon;
use crate::components::timestamp::{Shape, Timestamp};

/// Its name, what is known of it, and what can be done with it.
#[component]
pub fn DocumentLine(
    document: Document,
    delete: ServerAction<DeleteDocument>,
    share: ServerAction<ShareDocument>,
    can_share: bool,
) -> impl IntoView {
    let id = document.id.clone();
    let is_own = document.from.is_none();
    let name = document.name.clone();
    let can_share = can_share && is_own && document.status == DocumentStatus::Ready;
    let shared = document.shared;
    let icon = if document.is_picture() { "picture" } else { "file" };
    let state = match document.status {
        DocumentStatus::Reading => "reading",
        DocumentStatus::Ready => "ready",
        DocumentStatus::Failed => "failed",
    };
    view! {
        <li class="document-line" data-state=state>
            <Icon name=icon/>
            <div class="document-about">
                <a class="document-name" href=format!("/documents/{id}")>{name.clone()}</a>
                <Facts document=document.clone()/>
                <Progress document=document.clone()/>
                {document.problem.map(|problem| view! { <p class="document-problem"><Icon name="alert" small=true/><span>{problem}</span></p> })}
            </div>
            {is_own.then(|| view! {
                <div class="document-tools">
                    {can_share.then(|| view! { <Share id=id.to_string() name=name.clone() shared share/> })}
                    <Confirm id=format!("delete-{id}") label="Delete" name=format!("Delete {name}") ask="Delete this document with its text? It can’t be brought back. Answers that quote it stay in your conversations.">
                        <ActionForm action=delete>
                            <input type="hidden" name="id" value=id.to_string()/>
                            <button class="button" data-kind="danger" data-size="small" type="submit">"Delete"</button>
                        </ActionForm>
                    </Confirm>
                </div>
            })}
        </li>
    }
}

/// Kind, size, pages and day.
#[component]
pub fn Facts(document: Document) -> impl IntoView {
    let pages = match document.pages {
        Some(1) => " · 1 page".to_owned(),
        Some(pages) => format!(" · {pages} pages"),
        None => String::new(),
    };
    let facts = format!("{} · {}{pages} · ", kind(&document.kind), size(document.size));
    view! {
        <p class="document-facts quiet small">
            {document.from.map(|from| format!("From {} · ", from.name))}
            {facts}
            <Timestamp at=document.created_at shape=Shape::Day/>
            {document.shared.then_some(" · shared with your patients")}
        </p>
    }
}

/// What a kind is called.
fn kind(word: &str) -> &'static str {
    match word {
        "pdf" => "PDF",
        "docx" => "Word",
        "md" => "Markdown",
        "html" => "Web page",
        "txt" => "Text",
        _ => "Picture",
    }
}

#[component]
fn Progress(document: Document) -> impl IntoView {
    is_reading(&document).then(|| match document.progress.filter(|at| at.of > 0) {
        Some(at) => view! {
            <p class="document-progress small">
                <progress aria-label="Pages read" max=at.of.to_string() value=at.done.to_string()></progress>
                {format!("Reading page {} of {}", at.done, at.of)}
            </p>
        }
        .into_any(),
        None => view! { <p class="document-progress small"><progress aria-label="Reading"></progress>"Reading…"</p> }
            .into_any(),
    })
}

/// Lets patients see it, or no longer.
#[component]
fn Share(id: String, name: String, shared: bool, share: ServerAction<ShareDocument>) -> impl IntoView {
    let (label, hears) = if shared {
        ("Stop sharing", format!("Stop sharing {name} with your patients"))
    } else {
        ("Share with patients", format!("Share with patients: {name}"))
    };
    view! {
        <ActionForm action=share>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="shared" value=(!shared).to_string()/>
            <button class="button" data-size="small" data-kind="quiet" type="submit" aria-label=hears><Icon name="share" small=true/>{label}</button>
        </ActionForm>
    }
}
