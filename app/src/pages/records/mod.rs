//! The pages about all of one's conversations: search, archive, figures.

pub mod archive;
pub mod import;
pub mod search;
pub mod statistics;

use leptos::prelude::*;
use leptos_meta::Title;
use protocol::rest::UserRole;

use super::clinic::Gate;
use crate::api::ApiFailure;
use crate::api::types::Viewer;
use crate::components::page::Page;
use crate::components::records_nav::RecordsNav;

/// A page about conversations: shown once what it needs is here.
#[component]
fn RecordsPage<T, V, F>(
    title: &'static str,
    /// What the page cannot begin without.
    needs: Resource<Result<T, ApiFailure>>,
    #[prop(default = None)] only: Option<UserRole>,
    /// What stands under the title.
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
            <Gate needs only let((viewer, needed))>
                <div class="clinic">
                    <RecordsNav role=viewer.user.role/>
                    <main class="container clinic-main" id="main">
                        <h1 class="clinic-title">{title}</h1>
                        {children((viewer, needed))}
                    </main>
                </div>
            </Gate>
        </Page>
    }
}
