//! `/shared` and `/shared/:id`: cases that others have shared with who looks.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use protocol::CaseId;
use protocol::clinic::CaseList;

use super::Gate;
use super::case::OpenCase;
use super::cases::CaseLine;
use crate::api::clinic::{list_cases, open_case};
use crate::components::icon::Icon;
use crate::components::page::Page;

/// The list.
#[component]
pub fn SharedPage() -> impl IntoView {
    let list = Resource::new(|| (), |()| list_cases(None, 0));
    view! {
        <Title text="Shared with me · Anamnesis"/>
        <Page>
            <Gate needs=list only=None let((_viewer, list))>
                <main class="container clinic-main" id="main">
                    <header class="clinic-head"><h1 class="clinic-title">"Shared with me"</h1></header>
                    <Shared list/>
                </main>
            </Gate>
        </Page>
    }
}

#[component]
fn Shared(list: CaseList) -> impl IntoView {
    let cases: Vec<_> = list.cases.into_iter().filter(|case| !case.is_own).collect();
    let is_empty = cases.is_empty();
    let lines = cases.into_iter().map(|case| view! { <CaseLine case at="/shared"/> });
    view! {
        <p class="quiet shared-lead">
            "What a clinician worked out about you and chose to show you. It is written for clinicians: ask them about what you do not understand, and change no treatment on your own."
        </p>
        <ul class="case-list" aria-label="Cases">{lines.collect_view()}</ul>
        {is_empty.then(|| view! {
            <section class="empty clinic-empty" aria-labelledby="empty-title">
                <h2 class="empty-title" id="empty-title">"Nothing has been shared with you"</h2>
                <p class="quiet">"A clinician can share a case with you by your address. Whom you let see your record is in your settings."</p>
                <p><a class="button" href="/settings#shares"><Icon name="settings" small=true/>"Settings"</a></p>
            </section>
        })}
    }
}

/// One case, to read.
#[component]
pub fn SharedCasePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| CaseId::new(params.with(|params| params.get("id")).unwrap_or_default()));
    let case = Resource::new(move || id.get(), open_case);
    view! {
        <Title text="Shared with me · Anamnesis"/>
        <Page>
            <Gate needs=case only=None let((_viewer, case))>
                <div class="clinic">
                    <p class="container"><a class="article-back" href="/shared"><Icon name="back" small=true/>"Shared with me"</a></p>
                    <OpenCase case is_clinician=false/>
                </div>
            </Gate>
        </Page>
    }
}
