//! The pages of care, for who is signed in: exercises, progress, questionnaires, the safety plan.

pub mod exercises;
pub mod export;
pub mod progress;
pub mod questionnaire;
pub mod safety_plan;
mod times;
pub mod trends;

use leptos::prelude::*;
use leptos_meta::Title;

use super::clinic::Gate;
use crate::api::ApiFailure;
use crate::api::types::Viewer;
use crate::components::care_nav::CareNav;
use crate::components::page::Page;

/// A page of care: shown once what it needs is here.
#[component]
pub fn CarePage<T, V, F>(
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
            <Gate needs only=None let((viewer, needed))>
                <div class="care">
                    <CareNav/>
                    {children((viewer, needed))}
                </div>
            </Gate>
        </Page>
    }
}
