//! The ways between the pages about conversations, under the header of the page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use protocol::rest::UserRole;

/// Search, archive; for administrators the figures.
#[component]
pub fn RecordsNav(role: UserRole) -> impl IntoView {
    let path = use_location().pathname;
    let link = move |to: &'static str, label: &'static str| {
        let is_here = move || path.with(|path| path.starts_with(to));
        view! { <a class="section-nav-link" href=to aria-current=move || is_here().then_some("page")>{label}</a> }
    };
    view! {
        <nav class="section-nav container" aria-label="Conversations">
            {link("/search", "Search")} {link("/archive", "Archive")}
            {(role == UserRole::Admin).then(|| link("/statistics", "Statistics"))}
        </nav>
    }
}
