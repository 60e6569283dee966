//! Pages that need someone signed in send everyone else to sign in first, and back afterwards.

use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;

use super::error::FailureMain;
use crate::api::ApiFailure;
use crate::api::types::Viewer;
use crate::state::session::use_session;

/// Shows the page to who is signed in, once what it needs is here. One `Suspend` waits for all of it: a second one inside
/// would be left out of what the server sends.
#[component]
pub fn SignedIn<T, V, F>(
    /// What the page cannot begin without.
    needs: Resource<Result<T, ApiFailure>>,
    /// The page.
    children: F,
) -> impl IntoView
where
    T: Clone + Default + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
    V: IntoView + 'static,
    F: Fn((Viewer, T)) -> V + Clone + Send + Sync + 'static,
{
    let viewer = use_session().viewer;
    let path = use_location().pathname;
    view! {
        <Suspense>
            {move || {
                let children = children.clone();
                Suspend::new(async move {
                    let (viewer, needed) = (viewer.await, needs.await);
                    match viewer {
                        Ok(Some(viewer)) => EitherOf3::A(children((viewer, needed.unwrap_or_default()))),
                        Ok(None) => EitherOf3::B(view! { <Redirect path=format!("/signin?next={}", path.get_untracked())/> }),
                        Err(failure) => EitherOf3::C(view! { <FailureMain failure/> }),
                    }
                })
            }}
        </Suspense>
    }
}
