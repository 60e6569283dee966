//! The browser app, rendered on both sides.

pub mod api;
pub mod components;
pub mod state;

use leptos::prelude::*;

/// The page's body.
#[component]
pub fn App() -> impl IntoView {
    view! { <main>"Anamnesis"</main> }
}
