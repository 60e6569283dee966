//! `/clinic/cases/:id`: a case as it is worked out, and what is decided about it.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::CaseId;
use protocol::clinic::{Case, CaseKind};

use super::ClinicPage;
use crate::api::clinic::open_case;
use crate::components::clinic::alerts::{Afterwards, Alerts, NotChecked, PhrasedBy};
use crate::components::clinic::bits::{UrgencyChip, kind_word, percent};
use crate::components::clinic::differential::{Differential, MustNotMiss};
use crate::components::clinic::given::{Given, given};
use crate::components::clinic::medicines::{Alternatives, Chosen, ExcludedBox};
use crate::components::clinic::nav::Judgement;
use crate::components::clinic::rail::Rail;
use crate::components::clinic::scores::Scores;
use crate::components::clinic::sharing::Sharing;
use crate::components::clinic::sign_off::SignOff;
use crate::components::clinic::understood::{Findings, Next, NotAssessed};
use crate::components::field::use_alive;
use crate::components::icon::Icon;
use crate::components::timestamp::{Shape, Timestamp};
use crate::state::clinic::case::CaseView;
use crate::state::clinic::live::LiveCase;

/// The page.
#[component]
pub fn CasePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| CaseId::new(params.with(|params| params.get("id")).unwrap_or_default()));
    let case = Resource::new(move || id.get(), open_case);
    view! {
        <ClinicPage title="Case" needs=case let((_viewer, case))>
            <OpenCase case is_clinician=true/>
        </ClinicPage>
    }
}

/// An open case; also of who only reads it.
#[component]
pub fn OpenCase(case: Case, is_clinician: bool) -> impl IntoView {
    let kind = case.summary.kind;
    let is_own = case.summary.is_own;
    let versions = format!("Engine {}, tables {}", case.versions.engine, case.versions.data);
    let rows = given(&case.input);
    let live = LiveCase::new(case);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| live.connect());
    view! {
        <main class="container clinic-main" id="main">
            <CaseHead live is_clinician/>
            <div class="case-body">
                <Rail live/>
                <div class="case-columns">
                    {match kind {
                        CaseKind::Diagnosis => Either::Left(view! { <DiagnosisView live/> }),
                        CaseKind::Prescription => Either::Right(view! { <PrescriptionView live/> }),
                    }}
                    <Given rows/>
                    <SignOff live can_decide={is_clinician && is_own}/>
                    {(is_clinician && is_own).then(|| view! { <Sharing live/> })}
                    <Judgement/>
                    <p class="cited">{versions}</p>
                </div>
            </div>
        </main>
    }
}

/// What it is, and what can be done with it.
#[component]
fn CaseHead(live: LiveCase, is_clinician: bool) -> impl IntoView {
    let alive = use_alive();
    let (id, kind, title, created_at, owner, from_case) = live.case.with_value(|case| {
        let summary = &case.summary;
        let owner = (!summary.is_own).then(|| summary.owner.name.clone());
        (
            summary.id.clone(),
            summary.kind,
            summary.title.clone(),
            summary.created_at.clone(),
            owner,
            case.from_case.clone(),
        )
    });
    let export = move |format: &str| format!("/api/clinic/cases/{id}/export?format={format}");
    let id = live.id();
    let done = live.part(CaseView::is_done);
    let can_prescribe = is_clinician && kind == CaseKind::Diagnosis;
    let title = if title.is_empty() { format!("{} case", kind_word(kind)) } else { title };
    view! {
        <header class="clinic-head case-head">
            <div>
                <p class="case-facts">
                    <span>{kind_word(kind)}</span>
                    <Timestamp at=created_at shape=Shape::Full/>
                    {owner.map(|owner| view! { <span>{format!("by {owner}")}</span> })}
                    {from_case.filter(|_| is_clinician).map(|from| view! { <a href=format!("/clinic/cases/{from}")>"Goes on from a diagnosis"</a> })}
                </p>
                <h1 class="clinic-title">{title}</h1>
            </div>
            <div class="row case-actions">
                {can_prescribe.then(|| view! {
                    <a class="button" data-kind="primary" href=format!("/clinic/prescribe?from={id}") hidden=move || !done.get()>"Prescribe"</a>
                })}
                <button
                    class="button"
                    type="button"
                    disabled=move || !alive.get()
                    on:click=move |_| {
                        #[cfg(feature = "hydrate")]
                        let _ = window().print();
                    }
                >
                    <Icon name="print" small=true/>
                    "Print"
                </button>
                <details class="export">
                    <summary class="button"><Icon name="download" small=true/>"Export"</summary>
                    <div class="export-list">
                        <a class="menu-item" href=export("json") rel="external" download="">"JSON"</a>
                        <a class="menu-item" href=export("fhir") rel="external" download="">"FHIR R4 Bundle"</a>
                        <p class="quiet small">"PDF: print, and choose to save."</p>
                    </div>
                </details>
            </div>
        </header>
        {move || live.view.with(|view| view.failure.clone()).map(|why| view! {
            <div class="notice" data-kind="error" role="alert"><Icon name="alert"/><p>{why}</p></div>
        })}
    }
}

#[component]
fn DiagnosisView(live: LiveCase) -> impl IntoView {
    view! {
        <Summary live/>
        <MustNotMiss live/>
        <Differential live/>
        <Next live/>
        <Scores live/>
        <NotAssessed live/>
        <Findings live/>
    }
}

#[component]
fn PrescriptionView(live: LiveCase) -> impl IntoView {
    view! {
        <ExcludedBox live/>
        <Chosen live/>
        <Alerts live/>
        <NotChecked live/>
        <Alternatives live/>
        <Afterwards live/>
    }
}

/// The primary diagnosis in one look. Its place is kept while it is on its way.
#[component]
fn Summary(live: LiveCase) -> impl IntoView {
    let shown = live.part(|view| {
        let result = &view.diagnosis;
        view.is_done().then(|| {
            let name = result.primary_diagnosis.clone().unwrap_or_else(|| "No condition of the tables fits".to_owned());
            (name, result.icd10.clone(), result.confidence, result.urgency, result.see_within.clone())
        })
    });
    let reasoning = live.part(|view| (view.diagnosis.reasoning.clone(), view.diagnosis.phrased_by.clone()));
    view! {
        <section class="panel summary" aria-labelledby="primary">
            <h2 class="panel-title" id="primary">"Most likely"</h2>
            {move || match shown.get() {
                None => view! { <p class="summary-name quiet">"Being worked out …"</p> }.into_any(),
                Some((name, icd10, confidence, urgency, within)) => view! {
                    <p class="summary-name">
                        {name} " "
                        <span class="summary-code figures">{icd10}</span>
                    </p>
                    <p class="summary-facts">
                        <span class="summary-percent figures">{percent(confidence)}</span>
                        <UrgencyChip urgency within=within/>
                    </p>
                }.into_any(),
            }}
            {move || {
                let (text, by) = reasoning.get();
                view! { <p class="summary-why">{text}</p> <PhrasedBy by/> }
            }}
        </section>
    }
}
