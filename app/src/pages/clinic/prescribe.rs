//! `/clinic/prescribe?from=`: a prescription is entered; one that goes on from a diagnosis knows it already.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use protocol::CaseId;
use protocol::clinic::CaseInput;

use super::ClinicPage;
use crate::api::clinic::{open_case, start_case, understand};
use crate::api::types::{Started, Viewer};
use crate::components::clinic::inputs::{Few, Figure, Pick, SEXES, YES_NO};
use crate::components::clinic::nav::Judgement;
use crate::components::clinic::tokens::Tokens;
use crate::components::clinic::typeahead::Vocabulary;
use crate::components::field::{FormNotice, use_alive};
use crate::components::icon::Icon;
use crate::state::clinic::draft::PrescriptionDraft;
use crate::state::clinic::entry::Entry;
use crate::{list_slot, slot};

const KIDNEYS: &[(&str, &str)] = &[
    ("", "Not said"),
    ("normal", "Normal"),
    ("mild", "Mildly impaired"),
    ("moderate", "Moderately impaired"),
    ("severe", "Severely impaired"),
    ("dialysis", "Dialysis"),
];
const LIVER: &[(&str, &str)] = &[
    ("", "Not said"),
    ("normal", "Normal"),
    ("mild", "Mildly impaired (Child–Pugh A)"),
    ("moderate", "Moderately impaired (Child–Pugh B)"),
    ("severe", "Severely impaired (Child–Pugh C)"),
];
const CREATININE_UNITS: &[(&str, &str)] = &[("", "Unit"), ("umol_l", "µmol/L"), ("mg_dl", "mg/dL")];

/// The page.
#[component]
pub fn PrescribePage() -> impl IntoView {
    let query = use_query_map();
    let from = Memo::new(move |_| query.with(|query| query.get("from")).filter(|id| !id.is_empty()).map(CaseId::new));
    let start = Resource::new(
        move || from.get(),
        |from| async move {
            let Some(from) = from else { return Ok(None) };
            let case = open_case(from).await?;
            let mut draft = PrescriptionDraft::going_on_from(&case);
            if let CaseInput::Diagnosis(request) = &case.input
                && let Some(note) = &request.narrative
                && let Ok(read) = understand(note.clone()).await
            {
                draft.complete(&read);
            }
            Ok(Some((draft, case.summary.title)))
        },
    );
    view! {
        <ClinicPage title="Check a prescription" needs=start let((viewer, start))>
            <Prescribe viewer start/>
        </ClinicPage>
    }
}

#[component]
fn Prescribe(viewer: Viewer, start: Option<(PrescriptionDraft, String)>) -> impl IntoView {
    let from = start.as_ref().and_then(|(draft, _)| draft.from_case.clone());
    let title = start.as_ref().map(|(_, title)| title.clone());
    let begin = StoredValue::new(start.map(|(draft, _)| draft).unwrap_or_default());
    let entry = Entry::new(begin.get_value());
    let place = from.as_ref().map_or_else(|| "new".to_owned(), ToString::to_string);
    entry.keep(format!("anamnesis:{}:prescription:{place}", viewer.id()));
    let alive = use_alive();
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        entry.clear();
        let request = match entry.draft.with_untracked(PrescriptionDraft::request) {
            Ok(request) => request,
            Err(wrong) => return entry.refuse(wrong),
        };
        entry.pending.set(true);
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            match start_case(CaseInput::Prescription(Box::new(request))).await {
                Ok(Started::Wrong(wrong)) => entry.refuse(wrong),
                Ok(Started::Case(id)) => {
                    entry.draft.set(PrescriptionDraft::default());
                    navigate(&format!("/clinic/cases/{id}"), NavigateOptions::default());
                }
                Err(failure) => entry.fail(failure),
            }
            let _ = entry.pending.try_set(false);
        });
    };
    let on_clear = move |_| {
        entry.clear();
        entry.draft.set(begin.get_value());
    };
    view! {
        <main class="container clinic-main" id="main">
            <header class="clinic-head">
                <h1 class="clinic-title">"Check a prescription"</h1>
                {from.map(|from| view! {
                    <p class="quiet small">
                        "Goes on from "
                        <a href=format!("/clinic/cases/{from}")>{title.filter(|title| !title.is_empty()).unwrap_or_else(|| "a diagnosis".to_owned())}</a>
                        ". Check what was taken over."
                    </p>
                })}
            </header>
            <form class="entry" novalidate on:submit=on_submit>
                <FormNotice failure=entry.failure.into()/>
                <section class="entry-part" aria-labelledby="part-diagnosis">
                    <h2 class="entry-title" id="part-diagnosis">"Diagnosis"</h2>
                    <div class="entry-body">
                        <Figure id="diagnosis" label="What is treated" placeholder="Community-acquired pneumonia; empty to review the current medicines" value=slot!(entry, diagnosis) wrong=entry.wrong_with("diagnosis")/>
                    </div>
                </section>
                <PersonPart entry/>
                <ListsPart entry/>
                <OrgansPart entry/>
                <div class="entry-end">
                    <button class="button" data-kind="primary" data-size="large" type="submit" disabled=move || !alive.get() || entry.pending.get()>
                        "Run the check"
                    </button>
                    <button class="button" data-kind="quiet" type="button" disabled=move || !alive.get() on:click=on_clear>
                        <Icon name="retry" small=true/>"Start over"
                    </button>
                    <Judgement/>
                </div>
            </form>
        </main>
    }
}

#[component]
fn PersonPart(entry: Entry<PrescriptionDraft>) -> impl IntoView {
    let sex = slot!(entry, sex);
    let is_male = move || sex.now.with(|sex| sex == "male");
    view! {
        <section class="entry-part" aria-labelledby="part-person">
            <h2 class="entry-title" id="part-person">"Person"</h2>
            <div class="entry-body">
                <div class="entry-grid">
                    <Figure id="age" label="Age" unit="years" value=slot!(entry, age) wrong=entry.wrong_with("age")/>
                    <Figure id="weight" label="Weight" unit="kg" value=slot!(entry, weight) wrong=entry.wrong_with("weight")/>
                    <Figure id="height_cm" label="Height" unit="cm" value=slot!(entry, height_cm) wrong=entry.wrong_with("height_cm")/>
                </div>
                <div class="entry-row">
                    <Few name="sex" legend="Sex" options=SEXES value=sex/>
                    <div hidden=is_male><Few name="pregnant" legend="Pregnant" options=YES_NO value=slot!(entry, pregnant)/></div>
                    <div hidden=is_male><Few name="breastfeeding" legend="Breastfeeding" options=YES_NO value=slot!(entry, breastfeeding)/></div>
                </div>
            </div>
        </section>
    }
}

#[component]
fn ListsPart(entry: Entry<PrescriptionDraft>) -> impl IntoView {
    view! {
        <section class="entry-part" aria-labelledby="part-lists">
            <h2 class="entry-title" id="part-lists">"What is known"</h2>
            <div class="entry-body entry-columns">
                <Tokens id="medications" label="Current medicines" hint="With dose and how often, where known." placeholder="warfarin 5 mg once daily …" vocabulary=Vocabulary::Drugs value=list_slot!(entry, medications) wrong=entry.wrong_with("current_medications")/>
                <Tokens id="allergies" label="Allergies" hint="With the reaction, where known." placeholder="penicillin: anaphylaxis …" vocabulary=Vocabulary::Drugs value=list_slot!(entry, allergies) wrong=entry.wrong_with("allergies")/>
                <Tokens id="conditions" label="Conditions" hint="Falls and smoking, too." placeholder="heart failure, asthma …" vocabulary=Vocabulary::Free value=list_slot!(entry, conditions) wrong=entry.wrong_with("conditions")/>
            </div>
        </section>
    }
}

#[component]
fn OrgansPart(entry: Entry<PrescriptionDraft>) -> impl IntoView {
    view! {
        <section class="entry-part" aria-labelledby="part-organs">
            <h2 class="entry-title" id="part-organs">"Kidneys, liver, blood"</h2>
            <div class="entry-body">
                <p class="quiet small">"What is left out is not assumed to be normal: it is named under what could not be checked."</p>
                <div class="entry-grid">
                    <Figure id="creatinine" label="Creatinine" value=slot!(entry, creatinine) wrong=entry.wrong_with("creatinine")/>
                    <Pick id="creatinine_unit" label="Unit of creatinine" options=CREATININE_UNITS value=slot!(entry, creatinine_unit)/>
                    <Pick id="renal_function" label="Kidneys, in words" options=KIDNEYS value=slot!(entry, renal_function)/>
                    <Pick id="hepatic_function" label="Liver, in words" options=LIVER value=slot!(entry, hepatic_function)/>
                    <Figure id="potassium" label="Potassium" unit="mmol/L" value=slot!(entry, potassium) wrong=entry.wrong_with("potassium")/>
                    <Figure id="sodium" label="Sodium" unit="mmol/L" value=slot!(entry, sodium) wrong=entry.wrong_with("sodium")/>
                    <Figure id="inr" label="INR" value=slot!(entry, inr) wrong=entry.wrong_with("inr")/>
                    <Figure id="qtc_ms" label="QTc" unit="ms" value=slot!(entry, qtc_ms) wrong=entry.wrong_with("qtc_ms")/>
                </div>
            </div>
        </section>
    }
}
