//! A drawing beside words, never instead of them.

use leptos::prelude::*;

/// An icon of `style/components/icon.css`, by name.
#[component]
pub fn Icon(name: &'static str, #[prop(optional)] small: bool) -> impl IntoView {
    view! { <span class="icon" data-icon=name data-size=small.then_some("small") aria-hidden="true"></span> }
}
