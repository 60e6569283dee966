//! What is shown instead of a page that is not there or did not work.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::ApiFailure;
use crate::components::page::Page;

/// Sets the status of the answer that this page is part of.
pub(crate) fn set_status(status: u16) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}

/// Nothing is at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <Page><NotFoundMain/></Page> }
}

/// The part of it inside a page.
#[component]
pub fn NotFoundMain() -> impl IntoView {
    set_status(404);
    view! {
        <Title text="Not found · Anamnesis"/>
        <main class="container error-page" id="main">
            <p class="error-code">"404"</p>
            <h1 class="error-title">"There is nothing at this address"</h1>
            <p class="error-text">
                "The page may have moved, or the conversation may have been deleted or belong to another account."
            </p>
            <div class="row">
                <a class="button" data-kind="primary" href="/chat">"Go to your conversations"</a>
                <a class="button" data-kind="quiet" href="/">"Start page"</a>
            </div>
        </main>
    }
}

/// A page could not be made.
#[component]
pub fn FailureMain(failure: ApiFailure) -> impl IntoView {
    let status = if failure.status == 0 { 503 } else { failure.status };
    set_status(status);
    view! {
        <Title text="Something went wrong · Anamnesis"/>
        <main class="container error-page" id="main">
            <p class="error-code">{status}</p>
            <h1 class="error-title">"This page could not be shown"</h1>
            <p class="error-text">{failure.message}</p>
            <p class="error-text">"What you had sent and saw confirmed is safe."</p>
            <div class="row">
                <a class="button" data-kind="primary" href="">"Try again"</a>
                <a class="button" data-kind="quiet" href="/">"Start page"</a>
            </div>
        </main>
    }
}
