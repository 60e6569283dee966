//! The browser app, rendered on both sides.
//!
//! Start with [`App`], the table of pages; then [`state`], what they remember (its heart is [`state::transcript`]); then
//! [`api`], what they ask of the server. `shell` is the document around it all, on the server.
//!
//! The first render is the same on both sides: no clock, locale, random or storage outside an `Effect`.

pub mod api;
pub mod components;
pub mod pages;
#[cfg(feature = "ssr")]
mod shell;
pub mod state;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};
#[cfg(feature = "ssr")]
pub use shell::{ShellOptions, shell};

use crate::api::ApiFailure;
use crate::pages::{
    auth, care, chat::ChatPage, clinic, documents, error, landing::Landing, library, records, resources::Resources,
    reviews, settings::Settings,
};

/// The page's body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    #[cfg(feature = "hydrate")]
    redirect_by_loading();
    state::session::provide_session();
    view! {
        <Router>
            <components::shortcuts::Shortcuts/>
            <ErrorBoundary fallback=|_| view! { <error::FailureMain failure=unexpected()/> }>
                <FlatRoutes fallback=error::NotFound>
                    <Route path=path!("/") view=Landing ssr=SsrMode::Async/>
                    <Route path=path!("/signup") view=auth::SignUpPage ssr=SsrMode::Async/>
                    <Route path=path!("/signin") view=auth::SignInPage ssr=SsrMode::Async/>
                    <Route path=path!("/code") view=auth::CodePage ssr=SsrMode::Async/>
                    <Route path=path!("/forgot") view=auth::Forgot ssr=SsrMode::Async/>
                    <Route path=path!("/reset") view=auth::Reset ssr=SsrMode::Async/>
                    <Route path=path!("/chat/:id?") view=ChatPage ssr=SsrMode::Async/>
                    <Route path=path!("/search") view=records::search::SearchPage ssr=SsrMode::Async/>
                    <Route path=path!("/archive") view=records::archive::ArchivePage ssr=SsrMode::Async/>
                    <Route path=path!("/statistics") view=records::statistics::StatisticsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=Settings ssr=SsrMode::Async/>
                    <Route path=path!("/clinic") view=clinic::cases::CasesPage ssr=SsrMode::Async/>
                    <Route path=path!("/clinic/new") view=clinic::new::NewCasePage ssr=SsrMode::Async/>
                    <Route path=path!("/clinic/prescribe") view=clinic::prescribe::PrescribePage ssr=SsrMode::Async/>
                    <Route path=path!("/clinic/cases/:id") view=clinic::case::CasePage ssr=SsrMode::Async/>
                    <Route path=path!("/clinic/alerts") view=clinic::alerts::AlertsPage ssr=SsrMode::Async/>
                    <Route path=path!("/clinic/alerts/:id") view=clinic::alerts::AlertPage ssr=SsrMode::Async/>
                    <Route path=path!("/clinic/scores/:id?") view=clinic::scores::ScoresPage ssr=SsrMode::Async/>
                    <Route path=path!("/shared") view=clinic::shared::SharedPage ssr=SsrMode::Async/>
                    <Route path=path!("/shared/:id") view=clinic::shared::SharedCasePage ssr=SsrMode::Async/>
                    <Route path=path!("/reviews") view=reviews::ReviewsPage ssr=SsrMode::Async/>
                    <Route path=path!("/reviews/:id") view=reviews::ReviewPage ssr=SsrMode::Async/>
                    <Route path=path!("/exercises") view=care::exercises::ExercisesPage ssr=SsrMode::Async/>
                    <Route path=path!("/exercises/:id") view=care::exercises::ExercisePage ssr=SsrMode::Async/>
                    <Route path=path!("/progress") view=care::progress::ProgressPage ssr=SsrMode::Async/>
                    <Route path=path!("/questionnaires/:id") view=care::questionnaire::QuestionnairePage ssr=SsrMode::Async/>
                    <Route path=path!("/safety-plan") view=care::safety_plan::SafetyPlanPage ssr=SsrMode::Async/>
                    <Route path=path!("/library") view=library::Library ssr=SsrMode::Async/>
                    <Route path=path!("/library/:id") view=library::ArticlePage ssr=SsrMode::Async/>
                    <Route path=path!("/documents") view=documents::DocumentsPage ssr=SsrMode::Async/>
                    <Route path=path!("/documents/:id") view=documents::open::DocumentPage ssr=SsrMode::Async/>
                    <Route path=path!("/resources") view=Resources ssr=SsrMode::Async/>
                </FlatRoutes>
            </ErrorBoundary>
        </Router>
    }
}

fn unexpected() -> ApiFailure {
    ApiFailure::new(500, "Something went wrong on our side. Please try again.")
}

/// Where a server function says to go on, the whole page goes, as it does before hydration: nothing of the person who
/// was signed in stays in memory, nor of what they began on pages: only signing out leads to the start page. The chat and
/// the progress, a rated answer and the settings go on by themselves.
#[cfg(feature = "hydrate")]
fn redirect_by_loading() {
    let _ = leptos::server_fn::redirect::set_redirect_hook(|to| {
        if to == "/" {
            state::storage::clear_visit();
        }
        let stays = ["/chat/", "/chat?", "/settings#", "/reviews/", "/archive", "/documents"]
            .iter()
            .any(|page| to.starts_with(page));
        if !stays && to != "/progress" {
            let _ = window().location().set_href(to);
        }
    });
}
