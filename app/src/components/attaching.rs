//! What is being attached to a message: chosen with the paper clip, dropped or pasted; and how it looks in a message.

use leptos::html::Input;
use leptos::prelude::*;
use protocol::document::Attachment;

use super::icon::Icon;
use super::uploading::Uploading;
use crate::components::field::use_alive;
use crate::state::upload::{ACCEPT, Upload, Uploads};

/// What is being attached to the message that is written.
#[derive(Clone, Copy)]
pub struct Attaching {
    /// The files.
    pub uploads: Uploads,
    /// What was sent last: where that fails, it comes back.
    sent: StoredValue<Vec<Upload>>,
    field: NodeRef<Input>,
}

impl Attaching {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { uploads: Uploads::new(0), sent: StoredValue::default(), field: NodeRef::new() }
    }

    /// What has arrived of it.
    pub fn attached(&self) -> Vec<Attachment> {
        let taken = self.uploads.taken().into_iter();
        taken.map(|one| Attachment { id: one.id, name: one.name, kind: one.kind }).collect()
    }

    /// Takes files from somewhere else than the dialog; whether there were any.
    #[cfg(feature = "hydrate")]
    pub fn take(&self, files: Option<web_sys::FileList>) -> bool {
        let Some(files) = files.filter(|files| files.length() > 0) else { return false };
        self.uploads.send(&files, Callback::new(|_| {}));
        true
    }

    /// It was sent.
    pub fn clear(&self) {
        self.sent.set_value(self.uploads.all.try_update(std::mem::take).unwrap_or_default());
    }

    /// It could not be sent.
    pub fn put_back(&self) {
        let sent = self.sent.try_update_value(std::mem::take).unwrap_or_default();
        self.uploads.all.update(|all| drop(all.splice(..0, sent)));
    }
}

impl Default for Attaching {
    fn default() -> Self {
        Self::new()
    }
}

/// The files that are attached, above what is written.
#[component]
pub fn Attached(attaching: Attaching) -> impl IntoView {
    view! { <Uploading uploads=attaching.uploads kept=true/> }
}

/// The paper clip.
#[component]
pub fn AttachButton(attaching: Attaching) -> impl IntoView {
    let alive = use_alive();
    let on_choose = move |event: leptos::ev::Event| {
        #[cfg(feature = "hydrate")]
        {
            let input: web_sys::HtmlInputElement = event_target(&event);
            attaching.take(input.files());
            input.set_value("");
        }
        #[cfg(not(feature = "hydrate"))]
        drop(event);
    };
    view! {
        <button
            class="tool composer-attach"
            data-size="touch"
            type="button"
            aria-label="Attach a document or picture"
            disabled=move || !alive.get()
            on:click=move |_| {
                #[cfg(feature = "hydrate")]
                if let Some(field) = attaching.field.get_untracked() {
                    field.click();
                }
            }
        >
            <Icon name="attach"/>
        </button>
        <input hidden=true type="file" accept=ACCEPT multiple=true tabindex="-1" node_ref=attaching.field on:change=on_choose/>
    }
}

/// What came with a message: pictures to see, documents to open.
#[component]
pub fn AttachmentList(attached: Vec<Attachment>) -> impl IntoView {
    (!attached.is_empty()).then(|| {
        let lines = attached.into_iter().map(|one| {
            let href = format!("/documents/{}", one.id);
            if one.is_picture() {
                let src = format!("/api/documents/{}/content", one.id);
                view! { <li><a class="attached-picture" href=href><img src=src alt=format!("Picture: {}", one.name) loading="lazy"/></a></li> }
                    .into_any()
            } else {
                view! { <li><a class="attached-file" href=href><Icon name="file" small=true/><span>{one.name}</span></a></li> }
                    .into_any()
            }
        });
        view! { <ul class="attached" aria-label="Attached">{lines.collect_view()}</ul> }
    })
}
