//! `/clinic`: the clinician's cases, the newest first.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::clinic::{CaseKind, CaseList, CaseStatus, CaseSummary};
#[cfg(feature = "hydrate")]
use protocol::native::ServerFrame;

use super::ClinicPage;
use crate::api::clinic::list_cases;
use crate::components::clinic::bits::{UrgencyChip, decision_word, kind_word};
use crate::components::clinic::rail::stage_word;
use crate::components::field::use_alive;
use crate::components::icon::Icon;
use crate::components::timestamp::{Shape, Timestamp};
use crate::state::line::Line;

/// The page.
#[component]
pub fn CasesPage() -> impl IntoView {
    let query = use_query_map();
    let kind = Memo::new(move |_| query.with(|query| query.get("kind")).as_deref().and_then(CaseKind::parse));
    let list = Resource::new(move || kind.get(), |kind| list_cases(kind, 0));
    view! {
        <ClinicPage title="Clinic" needs=list let((_viewer, list))>
            <main class="container clinic-main" id="main">
                <header class="clinic-head">
                    <h1 class="clinic-title">"Cases"</h1>
                    <div class="row">
                        <a class="button" href="/clinic/prescribe">"Check a prescription"</a>
                        <a class="button" data-kind="primary" href="/clinic/new"><Icon name="plus"/>"New case"</a>
                    </div>
                </header>
                <Cases list kind=kind.get_untracked()/>
            </main>
        </ClinicPage>
    }
}

#[component]
fn Cases(list: CaseList, kind: Option<CaseKind>) -> impl IntoView {
    let total = RwSignal::new(list.total);
    let cases = RwSignal::new(list.cases);
    let wanted = RwSignal::new(String::new());
    let line = Line::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let on_frame = move |frame| {
            if matches!(frame, ServerFrame::CaseUpdated { .. }) {
                look_again(cases, total, kind);
            }
        };
        line.connect(move || look_again(cases, total, kind), on_frame);
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = line;
    let shown = Memo::new(move |_| {
        let wanted = wanted.with(|text| text.trim().to_lowercase());
        let fits = |case: &CaseSummary| format!("{} {}", case.title, case.outcome).to_lowercase().contains(&wanted);
        cases.with(|cases| cases.iter().filter(|case| fits(case)).cloned().collect::<Vec<_>>())
    });
    let is_empty = move || cases.with(Vec::is_empty);
    let no_fit = move || !is_empty() && shown.with(Vec::is_empty);
    let on_more = move |_| {
        leptos::task::spawn_local(async move {
            let offset = i64::try_from(cases.with_untracked(Vec::len)).unwrap_or(i64::MAX);
            if let Ok(page) = list_cases(kind, offset).await {
                cases.update(|all| {
                    let new = page.cases.into_iter().filter(|new| all.iter().all(|held| held.id != new.id));
                    let new: Vec<_> = new.collect();
                    all.extend(new);
                });
            }
        });
    };
    let has_more = move || cases.with(|all| i64::try_from(all.len()).is_ok_and(|held| held < total.get()));
    view! {
        <div class="case-tools" hidden=move || is_empty() && kind.is_none()>
            <Kinds kind/>
            <Filter wanted/>
        </div>
        {move || is_empty().then(|| view! { <Nothing kind/> })}
        {move || no_fit().then(|| view! { <p class="quiet">"No case on this page has these words."</p> })}
        <ul class="case-list" aria-label="Cases">
            <For each=move || shown.get() key=|case| (case.id.clone(), case.status, case.decision) let(case)>
                <CaseLine case at="/clinic/cases"/>
            </For>
        </ul>
        {move || has_more().then(|| view! { <button class="button" type="button" on:click=on_more>"Show more"</button> })}
    }
}

/// Links, so that they work before the page is alive.
#[component]
fn Kinds(kind: Option<CaseKind>) -> impl IntoView {
    let link = move |to: &'static str, of: Option<CaseKind>, label: &'static str| {
        view! { <a class="filter-link" href=to aria-current=(kind == of).then_some("true")>{label}</a> }
    };
    view! {
        <nav class="filter" aria-label="Kind of case">
            {link("/clinic", None, "All")}
            {link("/clinic?kind=diagnosis", Some(CaseKind::Diagnosis), "Diagnoses")}
            {link("/clinic?kind=prescription", Some(CaseKind::Prescription), "Prescriptions")}
        </nav>
    }
}

#[component]
fn Filter(wanted: RwSignal<String>) -> impl IntoView {
    let alive = use_alive();
    view! {
        <input
            class="input case-filter"
            type="search"
            data-size="small"
            aria-label="Filter by words"
            placeholder="Filter by words"
            autocomplete="off"
            disabled=move || !alive.get()
            prop:value=move || wanted.get()
            on:input=move |event| wanted.set(event_target_value(&event))
        />
    }
}

#[component]
fn Nothing(kind: Option<CaseKind>) -> impl IntoView {
    let what = match kind {
        None => "No cases yet",
        Some(CaseKind::Diagnosis) => "No diagnoses yet",
        Some(CaseKind::Prescription) => "No prescriptions yet",
    };
    view! {
        <section class="empty clinic-empty" aria-labelledby="empty-title">
            <h2 class="empty-title" id="empty-title">{what}</h2>
            <p class="quiet">
                "Enter findings or paste a note, and watch what speaks for and against each diagnosis. Then check what may be prescribed. Cases are stored encrypted; only you see them until you share one."
            </p>
            <p class="row">
                <a class="button" data-kind="primary" href="/clinic/new"><Icon name="plus"/>"New case"</a>
                <a class="button" data-kind="quiet" href="/clinic/scores">"Calculators"</a>
            </p>
        </section>
    }
}

/// One case in a list; also of those that were shared.
#[component]
pub fn CaseLine(case: CaseSummary, at: &'static str) -> impl IntoView {
    let href = format!("{at}/{}", case.id);
    let state = match (case.status, case.decision) {
        (CaseStatus::Running, _) => format!("Running: {}", stage_word(case.stage)),
        (CaseStatus::Failed, _) => "Could not be ended".to_owned(),
        (CaseStatus::Done, None) => "Not signed off".to_owned(),
        (CaseStatus::Done, Some(decision)) => decision_word(decision).to_owned(),
    };
    let key = match (case.status, case.decision) {
        (CaseStatus::Running, _) => "running",
        (CaseStatus::Failed, _) => "failed",
        (CaseStatus::Done, None) => "open",
        (CaseStatus::Done, Some(_)) => "signed",
    };
    let title = if case.title.is_empty() { "Untitled case".to_owned() } else { case.title };
    view! {
        <li class="case-line">
            <a class="case-link" href=href>
                <span class="case-name">{title}</span>
                <span class="case-outcome">{case.outcome}</span>
            </a>
            <span class="case-kind" data-kind=case.kind.as_str()>{kind_word(case.kind)}</span>
            <span class="case-urgency">{case.urgency.map(|urgency| view! { <UrgencyChip urgency/> })}</span>
            <span class="case-state" data-state=key>{state}</span>
            <span class="case-when">
                {(!case.is_own).then(|| format!("{} · ", case.owner.name))}
                <Timestamp at=case.created_at shape=Shape::Short/>
            </span>
        </li>
    }
}

/// A case that began, ended or was signed off in another window changes the list.
#[cfg(feature = "hydrate")]
fn look_again(cases: RwSignal<Vec<CaseSummary>>, total: RwSignal<i64>, kind: Option<CaseKind>) {
    leptos::task::spawn_local(async move {
        let Ok(page) = list_cases(kind, 0).await else { return };
        let _ = total.try_set(page.total);
        // Pages that were added below stay.
        cases.try_update(|all| {
            let older: Vec<_> = all.drain(..).filter(|held| page.cases.iter().all(|new| new.id != held.id)).collect();
            *all = page.cases;
            all.extend(older);
        });
    });
}
