//! The clinic: cases, entering them, watching them, calculators, alerts; and, for everyone, what was shared with them.

pub mod alerts;
pub mod case;
pub mod cases;
pub mod new;
pub mod prescribe;
pub mod scores;
pub mod shared;

use leptos::either::EitherOf5;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;
use protocol::rest::UserRole;

use super::error::{FailureMain, NotFoundMain, set_status};
use crate::api::ApiFailure;
use crate::api::types::Viewer;
use crate::components::clinic::nav::ClinicNav;
use crate::components::page::Page;
use crate::state::session::use_session;

/// A page of the clinic: shown to clinicians once what it needs is here, refused to everyone else who is signed in.
#[component]
pub fn ClinicPage<T, V, F>(
    title: &'static str,
    /// What the page cannot begin without.
    needs: Resource<Result<T, ApiFailure>>,
    /// The page's own `<main id="main">`.
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
    V: IntoView + 'static,
    F: Fn((Viewer, T)) -> V + Clone + Send + Sync + 'static,
{
    view! {
        <Title text=format!("{title} · Anamnesis")/>
        <Page>
            <Gate needs only=Some(UserRole::Clinician) let((viewer, needed))>
                <div class="clinic">
                    <ClinicNav/>
                    {children((viewer, needed))}
                </div>
            </Gate>
        </Page>
    }
}

/// What stands between an address and its page: signed in, the right role, and there.
#[component]
pub fn Gate<T, V, F>(needs: Resource<Result<T, ApiFailure>>, only: Option<UserRole>, children: F) -> impl IntoView
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
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
                    match (viewer, needed) {
                        (Ok(None), _) => {
                            let path = format!("/signin?next={}", path.get_untracked());
                            EitherOf5::A(view! { <Redirect path/> })
                        }
                        (Ok(Some(viewer)), _) if only.is_some_and(|only| viewer.user.role != only) => {
                            EitherOf5::B(view! { <RefusedMain/> })
                        }
                        (Ok(Some(viewer)), Ok(needed)) => EitherOf5::C(children((viewer, needed))),
                        (Ok(Some(_)), Err(failure)) if failure.status == 404 => EitherOf5::D(view! { <NotFoundMain/> }),
                        (Ok(Some(_)), Err(failure)) | (Err(failure), _) => {
                            EitherOf5::E(view! { <FailureMain failure/> })
                        }
                    }
                })
            }}
        </Suspense>
    }
}

/// For who is signed in, but not as a clinician.
#[component]
fn RefusedMain() -> impl IntoView {
    set_status(403);
    view! {
        <Title text="For clinicians · Anamnesis"/>
        <main class="container error-page" id="main">
            <p class="error-code">"403"</p>
            <h1 class="error-title">"The clinic is for clinicians"</h1>
            <p class="error-text">
                "Your account is not a clinician’s. What a clinician has shared with you stands under “Shared with me”; your questions are welcome in your conversations."
            </p>
            <div class="row">
                <a class="button" data-kind="primary" href="/shared">"Shared with me"</a>
                <a class="button" data-kind="quiet" href="/chat">"Your conversations"</a>
            </div>
        </main>
    }
}
