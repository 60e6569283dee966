//! The frame of every page that scrolls as a whole: header, main, footer.

use leptos::either::Either;
use leptos::prelude::*;
use protocol::rest::UserRole;

use crate::state::session::use_session;

/// Header, the page's own `<main id="main">`, footer.
#[component]
pub fn Page(children: Children, #[prop(optional)] bare: bool) -> impl IntoView {
    view! {
        // The router would scroll there but leave the focus behind; `external` leaves the link to the browser.
        <a class="skip-link" href="#main" rel="external">"Skip to content"</a>
        <div class="page">
            <SiteHeader/>
            {children()}
            {(!bare).then(|| view! { <SiteFooter/> })}
        </div>
    }
}

#[component]
fn SiteHeader() -> impl IntoView {
    let viewer = use_session().viewer;
    view! {
        <header class="container">
            <div class="site-header">
                <a class="wordmark" href="/">"Anamnesis"</a>
                <nav class="site-nav" aria-label="Main">
                    <a class="button site-nav-library" data-kind="quiet" href="/library">"Library"</a>
                    <Suspense>
                        {move || Suspend::new(async move {
                            match viewer.await {
                                Ok(Some(viewer)) => Either::Left(view! {
                                    <RoleLink role=viewer.user.role/>
                                    <a class="button" href="/chat">"Your conversations"</a>
                                }),
                                _ => Either::Right(view! { <a class="button" href="/signin">"Sign in"</a> }),
                            }
                        })}
                    </Suspense>
                </nav>
            </div>
        </header>
    }
}

/// Where someone of this role has work or news of it.
#[component]
fn RoleLink(role: UserRole) -> impl IntoView {
    match role {
        UserRole::Clinician => {
            Some(view! { <a class="button site-nav-role" data-kind="quiet" href="/clinic">"Clinic"</a> }.into_any())
        }
        // On a phone they stand in the list of conversations.
        UserRole::Patient => Some(
            view! {
                <a class="button site-nav-care" data-kind="quiet" href="/exercises">"Exercises"</a>
                <a class="button site-nav-care" data-kind="quiet" href="/progress">"Progress"</a>
            }
            .into_any(),
        ),
        UserRole::Admin => {
            Some(view! { <a class="button site-nav-role" data-kind="quiet" href="/reviews">"Reviews"</a> }.into_any())
        }
    }
}

#[component]
fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer container">
            <div class="site-footer-inner">
                <p>
                    "Anamnesis gives health information. It is not a doctor and does not replace one. In an emergency call your emergency number."
                </p>
                <ul class="site-footer-links">
                    <li><a href="/library">"Library"</a></li>
                    <li><a href="/resources">"Help in a crisis"</a></li>
                    <li><a href="/#privacy">"Privacy"</a></li>
                    <li><a href="/api/docs" rel="external">"API"</a></li>
                </ul>
            </div>
        </footer>
    }
}
