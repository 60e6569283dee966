//! Keys that work on every page.

use leptos::prelude::*;

/// Ctrl-K, or Cmd-K, leads to the search; whoever is not signed in is asked to sign in there.
#[component]
pub fn Shortcuts() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    {
        let navigate = leptos_router::hooks::use_navigate();
        Effect::new(move |_| {
            let navigate = navigate.clone();
            let handle = window_event_listener(leptos::ev::keydown, move |event| {
                let is_search = event.key().eq_ignore_ascii_case("k") && (event.ctrl_key() || event.meta_key());
                if is_search && !event.alt_key() && !event.shift_key() {
                    event.prevent_default();
                    navigate("/search", leptos_router::NavigateOptions::default());
                }
            });
            on_cleanup(move || handle.remove());
        });
    }
}
