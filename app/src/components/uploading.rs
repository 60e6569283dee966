//! Files on their way: each with its name and how much of it has arrived, or why it was not taken.

use leptos::prelude::*;

use super::icon::Icon;
use crate::state::upload::{Stage, Upload, Uploads};

/// The list; `kept`: what is there stays in it.
#[component]
pub fn Uploading(uploads: Uploads, #[prop(optional)] kept: bool) -> impl IntoView {
    let shown = move || {
        let all = uploads.all.get();
        all.into_iter().filter(|one| kept || !matches!(one.stage.get(), Stage::Taken(_))).collect::<Vec<_>>()
    };
    view! {
        <ul class="uploads" aria-label="Files" aria-live="polite" hidden=move || shown().is_empty()>
            <For each=shown key=|upload| upload.key let(upload)>
                <UploadLine upload uploads/>
            </For>
        </ul>
    }
}

#[component]
fn UploadLine(upload: Upload, uploads: Uploads) -> impl IntoView {
    let name = upload.name.get_value();
    let state = move || match upload.stage.get() {
        Stage::Sending(_) | Stage::Checking => "busy",
        Stage::Taken(_) => "done",
        Stage::Refused(_) => "failed",
    };
    let icon = move || match upload.stage.get() {
        Stage::Refused(_) => view! { <Icon name="alert" small=true/> },
        Stage::Taken(document) if document.is_picture() => view! { <Icon name="picture" small=true/> },
        _ => view! { <Icon name="file" small=true/> },
    };
    let told = move || match upload.stage.get() {
        Stage::Sending(share) => {
            view! { <progress class="upload-progress" max="1" value=share.to_string() aria-label="Sending"></progress> }
                .into_any()
        }
        Stage::Checking => view! { <progress class="upload-progress" aria-label="Checking"></progress> }.into_any(),
        Stage::Refused(why) => view! { <p class="upload-why">{why}</p> }.into_any(),
        Stage::Taken(_) => ().into_any(),
    };
    let label = format!("Remove {name}");
    view! {
        <li class="upload-line" data-state=state>
            {icon}
            <span class="upload-name">{name}</span>
            <button class="tool" type="button" aria-label=label on:click=move |_| uploads.remove(upload.key)>
                <Icon name="close" small=true/>
            </button>
            {told}
        </li>
    }
}
