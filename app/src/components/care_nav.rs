//! The ways between the pages of care, under the header of the page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Exercises, progress, safety plan.
#[component]
pub fn CareNav() -> impl IntoView {
    let path = use_location().pathname;
    let link = move |to: &'static str, also: &'static str, label: &'static str| {
        let is_here = move || path.with(|path| path.starts_with(to) || (!also.is_empty() && path.starts_with(also)));
        view! { <a class="section-nav-link" href=to aria-current=move || is_here().then_some("page")>{label}</a> }
    };
    view! {
        <nav class="section-nav container" aria-label="Care">
            {link("/exercises", "", "Exercises")} {link("/progress", "/questionnaires", "Progress")}
            {link("/safety-plan", "", "Safety plan")}
        </nav>
    }
}
