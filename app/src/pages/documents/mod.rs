//! `/documents`: what a person uploaded, and what was shared with them.

pub mod line;
pub mod open;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use protocol::document::{Document, DocumentList, DocumentStatus};
use protocol::rest::UserRole;

use self::line::DocumentLine;
use super::signed_in::SignedIn;
use crate::api::documents::{DeleteDocument, ShareDocument, list_documents};
use crate::components::field::{FormNotice, failure_of, use_alive};
use crate::components::icon::Icon;
use crate::components::page::Page;
use crate::components::uploading::Uploading;
use crate::state::upload::{ACCEPT, Uploads};

/// The page.
#[component]
pub fn DocumentsPage() -> impl IntoView {
    let list = Resource::new(|| (), |()| list_documents());
    view! {
        <Title text="Documents · Anamnesis"/>
        <Page>
            <SignedIn needs=list let((viewer, list))>
                <Documents list role=viewer.user.role/>
            </SignedIn>
        </Page>
    }
}

#[component]
fn Documents(list: DocumentList, role: UserRole) -> impl IntoView {
    let limits = list.limits;
    let documents = RwSignal::new(list.documents);
    let (used, used_bytes) = own(documents);
    let delete = ServerAction::<DeleteDocument>::new();
    let share = ServerAction::<ShareDocument>::new();
    let asked = StoredValue::new(None);
    Effect::new(move |_| {
        if let Some(input) = delete.input().get() {
            asked.set_value(Some(input.id));
        }
    });
    Effect::new(move |_| {
        delete.version().track();
        if let (Some(Ok(())), Some(id)) = (delete.value().get(), asked.get_value()) {
            asked.set_value(None);
            documents.update(|all| all.retain(|held| held.id != id));
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(changed)) = share.value().get() {
            put(documents, changed);
        }
    });
    #[cfg(feature = "hydrate")]
    watch(documents);
    let (mine, theirs) = (move || of(documents, false), move || of(documents, true));
    view! {
        <main class="container documents" id="main">
            <header class="documents-head">
                <h1 class="documents-title">"Documents"</h1>
                <p class="quiet">
                    "Letters, results and leaflets that you upload are stored encrypted and searched beside the library when you ask something. Nobody else sees them"
                    {if role == UserRole::Clinician { ", but for those that you share with your patients." } else { "." }}
                </p>
            </header>
            <Take documents most=limits.file_bytes/>
            <FormNotice failure=failure_of(delete.value())/>
            <FormNotice failure=failure_of(share.value())/>
            <section class="documents-section" aria-labelledby="own-title">
                <h2 class="documents-subtitle" id="own-title">"Your documents"</h2>
                {move || mine().is_empty().then(|| view! {
                    <p class="quiet">"Nothing is here yet. What you upload will stand here, and you can take it away at any time."</p>
                })}
                <ul class="document-list">
                    <For each=mine key=|document| key_of(document) let(document)>
                        <DocumentLine document delete share can_share={role == UserRole::Clinician}/>
                    </For>
                </ul>
                {move || (used() > 0).then(|| view! {
                    <p class="quiet small">
                        {format!("{} of {} documents, {} of {}", used(), limits.documents, size(used_bytes()), size(limits.total_bytes))}
                    </p>
                })}
            </section>
            {move || (!theirs().is_empty()).then(|| view! {
                <section class="documents-section" aria-labelledby="shared-title">
                    <h2 class="documents-subtitle" id="shared-title">"Shared with you"</h2>
                    <ul class="document-list">
                        {theirs().into_iter().map(|document| view! { <DocumentLine document delete share can_share=false/> }).collect_view()}
                    </ul>
                </section>
            })}
        </main>
    }
}

/// How many are one's own, and how many bytes they have.
fn own(documents: RwSignal<Vec<Document>>) -> (impl Fn() -> usize + Copy, impl Fn() -> u64 + Copy) {
    let used = move || documents.with(|all| all.iter().filter(|one| one.from.is_none()).count());
    let bytes = move || documents.with(|all| all.iter().filter(|one| one.from.is_none()).map(|one| one.size).sum());
    (used, bytes)
}

fn of(documents: RwSignal<Vec<Document>>, of_others: bool) -> Vec<Document> {
    documents.with(|all| all.iter().filter(|one| one.from.is_some() == of_others).cloned().collect())
}

/// A line is drawn anew where something in it changed.
fn key_of(document: &Document) -> String {
    let progress = document.progress.map(|at| at.done);
    format!("{} {:?} {} {progress:?}", document.id, document.status, document.shared)
}

/// Puts a document in its place, or first.
fn put(documents: RwSignal<Vec<Document>>, document: Document) {
    documents.try_update(|all| match all.iter_mut().find(|held| held.id == document.id) {
        Some(held) => *held = document,
        None => all.insert(0, document),
    });
}

/// `1.4 MiB`
pub(super) fn size(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    match bytes {
        0..KIB => format!("{bytes} bytes"),
        KIB..MIB => format!("{} KiB", bytes.div_ceil(KIB)),
        _ if bytes < 10 * MIB => format!("{}.{} MiB", bytes / MIB, bytes % MIB * 10 / MIB),
        _ => format!("{} MiB", bytes / MIB),
    }
}

/// Where files are dropped or chosen. Without a script it is a form that sends one.
#[component]
fn Take(documents: RwSignal<Vec<Document>>, most: u64) -> impl IntoView {
    let alive = use_alive();
    let uploads = Uploads::new(most);
    let over = RwSignal::new(false);
    let query = use_query_map();
    let problem = move || query.with(|query| query.get("problem")).map(|word| said_of(&word));
    #[cfg(feature = "hydrate")]
    let done = Callback::new(move |document| put(documents, document));
    let on_choose = move |event: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        {
            let input: web_sys::HtmlInputElement = event_target(&event);
            if let Some(files) = input.files() {
                uploads.send(&files, done);
            }
            // The same file can be chosen again.
            input.set_value("");
        }
        #[cfg(not(feature = "hydrate"))]
        drop(event);
    };
    let on_drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        #[cfg(feature = "hydrate")]
        if let Some(files) = event.data_transfer().and_then(|dropped| dropped.files()) {
            uploads.send(&files, done);
        }
    };
    let _ = documents;
    view! {
        {move || problem().map(|text| view! { <p class="notice" data-kind="error" role="alert"><Icon name="alert"/>{text}</p> })}
        <form
            class="drop"
            method="post"
            action="/api/documents"
            enctype="multipart/form-data"
            data-over=move || over.get().then_some("true")
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=on_drop
        >
            <Icon name="upload"/>
            <p class="drop-what">
                <label class="drop-label" for="file">"Choose files"</label>
                <span class="drop-or">" or drop them here"</span>
            </p>
            <input class="drop-input" id="file" type="file" name="file" accept=ACCEPT multiple=move || alive.get() required=true aria-describedby="drop-hint" on:change=on_choose/>
            <button class="button" type="submit" hidden=move || alive.get()>"Upload"</button>
            <p class="quiet small" id="drop-hint">
                {format!("PDF, Word (.docx), Markdown, text, HTML, PNG, JPEG and WebP, up to {} each. Text in pictures is not read (no OCR); where a picture was taken, and what else is noted in it, is removed.", size(most))}
            </p>
        </form>
        <Uploading uploads/>
    }
}

/// What became of a plain form.
fn said_of(word: &str) -> &'static str {
    match word {
        "too-large" => "This file is too large. Upload the part that matters, or save it smaller.",
        "kind" => "This kind of file can’t be read. Save it as PDF, Word (.docx) or text, or as a PNG or JPEG picture.",
        "full" => "There is no room for more. Delete a document that you don’t need, and upload this one again.",
        "too-fast" => "That was a lot at once. Please wait a little and upload it again.",
        "nothing" => "No file arrived. Choose one and upload it again.",
        _ => "This file could not be read: it is damaged, locked with a password, or has no text in it.",
    }
}

/// Asks again while anything is being read, every second as long as the page is open.
#[cfg(feature = "hydrate")]
fn watch(documents: RwSignal<Vec<Document>>) {
    let reading = Memo::new(move |_| documents.with(|all| all.iter().any(|one| one.status == DocumentStatus::Reading)));
    let timer = StoredValue::new(None::<IntervalHandle>);
    let stop = move || {
        if let Some(handle) = timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move |_| {
        stop();
        if !reading.get() {
            return;
        }
        let ask = move || {
            leptos::task::spawn_local(async move {
                if let Ok(list) = list_documents().await {
                    documents.try_set(list.documents);
                }
            });
        };
        timer.set_value(set_interval_with_handle(ask, std::time::Duration::from_secs(1)).ok());
    });
    on_cleanup(stop);
}

/// Whether it is still being read.
pub(super) fn is_reading(document: &Document) -> bool {
    document.status == DocumentStatus::Reading
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!(
            [0, 900, 1_500, 1_500_000, 20_971_520].map(size),
            ["0 bytes", "900 bytes", "2 KiB", "1.4 MiB", "20 MiB"]
        );
    }
}
