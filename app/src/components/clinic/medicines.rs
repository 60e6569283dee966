//! Medicines: what is left out and why, what is chosen and how its dose was worked out, what else is safe.

use leptos::prelude::*;
use protocol::clinic::{Excluded, Medication};

use super::bits::{Lines, SeverityChip};
use crate::components::icon::Icon;
use crate::state::clinic::live::LiveCase;

/// What is left out, in red, each with its rule.
#[component]
pub fn ExcludedBox(live: LiveCase) -> impl IntoView {
    let excluded = live.part(|view| view.prescription.excluded.clone());
    move || {
        let all = excluded.get();
        (!all.is_empty()).then(|| {
            let rows = all.into_iter().map(|one| view! { <ExcludedRow one/> });
            view! {
                <section class="panel danger-box" aria-labelledby="excluded">
                    <h2 class="panel-title" id="excluded"><Icon name="alert"/>"Not to be given"</h2>
                    <ul class="excluded-list">{rows.collect_view()}</ul>
                </section>
            }
        })
    }
}

#[component]
fn ExcludedRow(one: Excluded) -> impl IntoView {
    view! {
        <li class="excluded">
            <p class="excluded-head"><span class="excluded-name">{one.name}</span> <SeverityChip severity=one.severity/></p>
            <p>{one.reason}</p>
            <p class="cited"><code>{one.code}</code> " · " {one.source}</p>
        </li>
    }
}

/// What is chosen; what to do first; and that nothing is left, where nothing is.
#[component]
pub fn Chosen(live: LiveCase) -> impl IntoView {
    let medications = live.part(|view| view.prescription.medications.clone());
    let advice = live.part(|view| view.prescription.advice.clone());
    let nothing = live.part(|view| view.prescription.nothing_safe.clone());
    let none = live.part(|view| {
        view.is_done() && view.prescription.medications.is_empty() && view.prescription.nothing_safe.is_none()
    });
    let waiting = live.part(|view| !view.is_done() && view.prescription.medications.is_empty());
    view! {
        <section class="panel" aria-labelledby="medicines">
            <h2 class="panel-title" id="medicines">"Medicines"</h2>
            {move || nothing.get().map(|why| view! {
                <div class="notice" data-kind="error">
                    <Icon name="alert"/>
                    <p class="notice-title">"Nothing safe is left"</p>
                    <p>{why}</p>
                </div>
            })}
            {move || view! { <Lines lines=advice.get()/> }}
            {move || waiting.get().then(|| view! { <p class="quiet">"Medicines appear here as they are chosen."</p> })}
            {move || none.get().then(|| view! { <p class="quiet">"No medicine was chosen; the current ones were checked."</p> })}
            <ol class="medication-list">
                <For each=move || medications.get() key=|one| (one.drug.clone(), one.name.clone(), one.dose.clone()) let(medication)>
                    <li><MedicationCard medication/></li>
                </For>
            </ol>
        </section>
    }
}

/// Further safe options.
#[component]
pub fn Alternatives(live: LiveCase) -> impl IntoView {
    let alternatives = live.part(|view| view.prescription.alternatives.clone());
    view! {
        <section class="panel" aria-labelledby="alternatives" hidden=move || alternatives.with(Vec::is_empty)>
            <h2 class="panel-title" id="alternatives">"Alternatives"</h2>
            <details class="fold">
                <summary>{move || format!("Show {} that passed the same checks", alternatives.with(Vec::len))}</summary>
                <ol class="medication-list">
                    {move || alternatives.get().into_iter().map(|medication| view! { <li><MedicationCard medication/></li> }).collect_view()}
                </ol>
            </details>
        </section>
    }
}

#[component]
fn MedicationCard(medication: Medication) -> impl IntoView {
    let Medication { name, dose, route, frequency, duration, calculation, rationale, notes, source, .. } = medication;
    let fact = |label: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <div><dt>{label}</dt><dd class="figures">{value}</dd></div> })
    };
    view! {
        <article class="medication">
            <h3 class="medication-name">{name}</h3>
            <dl class="medication-facts">
                {fact("Dose", dose)} {fact("Route", route)} {fact("How often", frequency)} {fact("How long", duration)}
            </dl>
            {calculation.map(|how| view! {
                <p class="medication-sum"><span class="medication-sum-label">"Worked out"</span> <span class="figures">{how}</span></p>
            })}
            <p>{rationale}</p>
            <Lines lines=notes/>
            <p class="cited">{source}</p>
        </article>
    }
}
