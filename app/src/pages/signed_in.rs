//! Pages that need someone signed in send everyone else to sign in first, and back afterwards.

use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;

use super::error::FailureMain;
use crate::api::types::Viewer;
use crate::state::session::use_session;

/// Shows the page to who is signed in.
#[component]
pub fn SignedIn<V, F>(
    /// The page.
    children: F,
) -> impl IntoView
where
    V: IntoView + 'static,
    F: Fn(Viewer) -> V + Clone + Send + Sync + 'static,
{
    let viewer = use_session().viewer;
    let path = use_location().pathname;
    view! {
        <Suspense>
            {move || {
                let children = children.clone();
                Suspend::new(async move {
                    match viewer.await {
                        Ok(Some(viewer)) => EitherOf3::A(children(viewer)),
                        Ok(None) => EitherOf3::B(view! { <Redirect path=format!("/signin?next={}", path.get_untracked())/> }),
                        Err(failure) => EitherOf3::C(view! { <FailureMain failure/> }),
                    }
                })
            }}
        </Suspense>
    }
}
