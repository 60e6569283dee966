//! `/clinic/new`: a case is entered, by findings or as a note, or both.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use protocol::clinic::CaseInput;

use super::ClinicPage;
use crate::api::clinic::start_case;
use crate::api::types::{Started, Viewer};
use crate::components::clinic::inputs::{Few, Figure, Pick, SEXES, YES_NO};
use crate::components::clinic::nav::Judgement;
use crate::components::clinic::note::Note;
use crate::components::clinic::symptoms::Symptoms;
use crate::components::clinic::tokens::Tokens;
use crate::components::clinic::typeahead::Vocabulary;
use crate::components::field::{FormNotice, use_alive};
use crate::state::clinic::draft::DiagnosisDraft;
use crate::state::clinic::entry::Entry;
use crate::{list_slot, slot};

const LEVELS: &[(&str, &str)] = &[
    ("", "Not said"),
    ("alert", "Alert"),
    ("confused", "New confusion"),
    ("voice", "Responds to voice"),
    ("pain", "Responds to pain"),
    ("unresponsive", "Unresponsive"),
];

/// The page.
#[component]
pub fn NewCasePage() -> impl IntoView {
    let nothing = Resource::new(|| (), |()| async { Ok(()) });
    view! {
        <ClinicPage title="New case" needs=nothing let((viewer, _nothing))>
            <NewCase viewer/>
        </ClinicPage>
    }
}

#[component]
fn NewCase(viewer: Viewer) -> impl IntoView {
    let entry = Entry::new(DiagnosisDraft::default());
    entry.keep(format!("anamnesis:{}:case", viewer.id()));
    let alive = use_alive();
    let navigate = use_navigate();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        entry.clear();
        let request = match entry.draft.with_untracked(DiagnosisDraft::request) {
            Ok(request) => request,
            Err(wrong) => return entry.refuse(wrong),
        };
        entry.pending.set(true);
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            match start_case(CaseInput::Diagnosis(Box::new(request))).await {
                Ok(Started::Wrong(wrong)) => entry.refuse(wrong),
                Ok(Started::Case(id)) => {
                    entry.draft.set(DiagnosisDraft::default());
                    navigate(&format!("/clinic/cases/{id}"), NavigateOptions::default());
                }
                Err(failure) => entry.fail(failure),
            }
            let _ = entry.pending.try_set(false);
        });
    };
    let on_clear = move |_| {
        entry.clear();
        entry.draft.set(DiagnosisDraft::default());
    };
    view! {
        <main class="container clinic-main" id="main">
            <header class="clinic-head">
                <h1 class="clinic-title">"New case"</h1>
                <p class="quiet small">"What you enter is kept in this browser until you run or clear it."</p>
            </header>
            <form class="entry" novalidate on:submit=on_submit>
                <FormNotice failure=entry.failure.into()/>
                <section class="entry-part" aria-labelledby="part-note">
                    <h2 class="entry-title" id="part-note">"Note"</h2>
                    <div class="entry-body"><Note entry/></div>
                </section>
                <section class="entry-part" aria-labelledby="part-findings">
                    <h2 class="entry-title" id="part-findings">"Findings"</h2>
                    <div class="entry-body"><Symptoms entry/></div>
                </section>
                <PersonPart entry/>
                <VitalsPart entry/>
                <HistoryPart entry/>
                <div class="entry-end">
                    <button class="button" data-kind="primary" data-size="large" type="submit" disabled=move || !alive.get() || entry.pending.get()>
                        "Run the diagnosis"
                    </button>
                    <button class="button" data-kind="quiet" type="button" disabled=move || !alive.get() on:click=on_clear>"Clear"</button>
                    <Judgement/>
                </div>
            </form>
        </main>
    }
}

#[component]
fn PersonPart(entry: Entry<DiagnosisDraft>) -> impl IntoView {
    let sex = slot!(entry, sex);
    view! {
        <section class="entry-part" aria-labelledby="part-person">
            <h2 class="entry-title" id="part-person">"Person"</h2>
            <div class="entry-body">
                <div class="entry-row">
                    <Figure id="age" label="Age" unit="years" value=slot!(entry, age) wrong=entry.wrong_with("age")/>
                    <Few name="sex" legend="Sex" options=SEXES value=sex/>
                    <div hidden=move || sex.now.with(|sex| sex == "male")>
                        <Few name="pregnant" legend="Pregnant" options=YES_NO value=slot!(entry, pregnant)/>
                    </div>
                </div>
                <Figure id="title" label="What to call the case (optional)" placeholder="Never a name: “Monday, room 3”" value=slot!(entry, title) wrong=entry.wrong_with("title")/>
            </div>
        </section>
    }
}

#[component]
fn VitalsPart(entry: Entry<DiagnosisDraft>) -> impl IntoView {
    let temperature = slot!(entry, temperature);
    // The unit is told apart by the figure, and said, so that a slip is seen.
    let fahrenheit = Memo::new(move |_| {
        let given = temperature.now.with(|text| text.trim().replace(',', ".").parse::<f64>().ok())?;
        (80.0..=115.0).contains(&given).then(|| format!("Taken as °F: {:.1} °C.", (given - 32.0) / 1.8))
    });
    view! {
        <section class="entry-part" aria-labelledby="part-vitals">
            <h2 class="entry-title" id="part-vitals">"Vital signs"</h2>
            <div class="entry-body">
                <div class="entry-grid">
                    <Figure id="temperature" label="Temperature" unit="°C or °F" value=temperature wrong=entry.wrong_with("temperature") note=fahrenheit/>
                    <Figure id="heart_rate" label="Heart rate" unit="/min" value=slot!(entry, heart_rate) wrong=entry.wrong_with("heart_rate")/>
                    <Figure id="blood_pressure" label="Blood pressure" unit="mmHg" placeholder="130/80" value=slot!(entry, blood_pressure) wrong=entry.wrong_with("blood_pressure")/>
                    <Figure id="respiratory_rate" label="Respiratory rate" unit="/min" value=slot!(entry, respiratory_rate) wrong=entry.wrong_with("respiratory_rate")/>
                    <Figure id="oxygen_saturation" label="Oxygen saturation" unit="%" value=slot!(entry, oxygen_saturation) wrong=entry.wrong_with("oxygen_saturation")/>
                    <Pick id="consciousness" label="Consciousness" options=LEVELS value=slot!(entry, consciousness)/>
                </div>
                <Few name="on_oxygen" legend="On extra oxygen" options=YES_NO value=slot!(entry, on_oxygen)/>
            </div>
        </section>
    }
}

#[component]
fn HistoryPart(entry: Entry<DiagnosisDraft>) -> impl IntoView {
    view! {
        <section class="entry-part" aria-labelledby="part-history">
            <h2 class="entry-title" id="part-history">"History"</h2>
            <div class="entry-body entry-columns">
                <Tokens id="conditions" label="Conditions" placeholder="hypertension, asthma …" vocabulary=Vocabulary::Free value=list_slot!(entry, conditions) wrong=entry.wrong_with("conditions")/>
                <Tokens id="medications" label="Medicines" placeholder="lisinopril, warfarin …" vocabulary=Vocabulary::Drugs value=list_slot!(entry, medications) wrong=entry.wrong_with("medications")/>
                <Tokens id="allergies" label="Allergies" placeholder="penicillin: rash …" vocabulary=Vocabulary::Drugs value=list_slot!(entry, allergies) wrong=entry.wrong_with("allergies")/>
            </div>
        </section>
    }
}
