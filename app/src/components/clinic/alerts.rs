//! Alerts about medicines, what to watch, how to take them, and what could not be checked.

use leptos::prelude::*;
use protocol::clinic::{Interaction, Severity};

use super::bits::{Lines, SeverityChip};
use crate::components::icon::Icon;
use crate::state::clinic::live::LiveCase;

/// Interactions and warnings: what should interrupt is in sight, the rest a click away.
#[component]
pub fn Alerts(live: LiveCase) -> impl IntoView {
    let interactions = live.part(|view| view.prescription.interactions.clone());
    let warnings = live.part(|view| view.prescription.warnings.clone());
    let checked = live.part(|view| (view.is_done(), view.prescription.interactions_checked));
    let told = move || {
        let (done, pairs) = checked.get();
        done.then(|| match pairs {
            0 => "No two medicines to compare.".to_owned(),
            1 => "1 pair of medicines was compared.".to_owned(),
            pairs => format!("{pairs} pairs of medicines were compared."),
        })
    };
    view! {
        <section class="panel" aria-labelledby="alerts">
            <h2 class="panel-title" id="alerts">"Interactions and warnings"</h2>
            {move || view! { <AlertList alerts=interactions.get()/> }}
            {move || view! { <AlertList alerts=warnings.get()/> }}
            {move || told().map(|told| view! { <p class="quiet small">{told}</p> })}
        </section>
    }
}

#[component]
fn AlertList(alerts: Vec<Interaction>) -> impl IntoView {
    let (loud, still): (Vec<_>, Vec<_>) =
        alerts.into_iter().partition(|alert| alert.interrupt || alert.severity > Severity::Note);
    let count = still.len();
    let rows = |alerts: Vec<Interaction>| alerts.into_iter().map(|alert| view! { <AlertRow alert/> }).collect_view();
    view! {
        <ul class="alert-list">{rows(loud)}</ul>
        {(count > 0).then(|| view! {
            <details class="fold">
                <summary>{if count == 1 { "1 note".to_owned() } else { format!("{count} notes") }}</summary>
                <ul class="alert-list">{rows(still)}</ul>
            </details>
        })}
    }
}

#[component]
fn AlertRow(alert: Interaction) -> impl IntoView {
    let level = super::bits::severity_word(alert.severity).0;
    view! {
        <li class="alert-row" data-level=level>
            <p class="alert-head"><SeverityChip severity=alert.severity/> <strong>{alert.drugs.join(" + ")}</strong></p>
            <p>{alert.mechanism}</p>
            <p><strong>"What to do: "</strong>{alert.advice}</p>
            <p class="cited"><code>{alert.code}</code> " · " {alert.source}</p>
        </li>
    }
}

/// What was not checked: not known to be safe.
#[component]
pub fn NotChecked(live: LiveCase) -> impl IntoView {
    let open = live.part(|view| view.prescription.could_not_check.clone());
    move || {
        let all = open.get();
        (!all.is_empty()).then(|| {
            let rows = all.into_iter().map(|one| {
                let near = one.suggestions.join(", ");
                view! {
                    <li>
                        {one.text}
                        {(!near.is_empty()).then(|| view! { <span class="quiet">{format!(" Nearest: {near}.")}</span> })}
                    </li>
                }
            });
            view! {
                <section class="panel warn-box" aria-labelledby="not-checked">
                    <h2 class="panel-title" id="not-checked"><Icon name="alert"/>"Could not be checked"</h2>
                    <p class="small">"Nothing in this list is known to be safe."</p>
                    <ul class="plain-list">{rows.collect_view()}</ul>
                </section>
            }
        })
    }
}

/// What to measure, how to take it, when to come back.
#[component]
pub fn Afterwards(live: LiveCase) -> impl IntoView {
    let lists = live.part(|view| {
        let result = &view.prescription;
        [
            ("Monitoring", result.monitoring.clone()),
            ("How to take it", result.compliance_notes.clone()),
            ("Follow-up", result.follow_up.clone()),
        ]
    });
    let phrased = live.part(|view| view.prescription.phrased_by.clone());
    move || {
        let any = lists.with(|lists| lists.iter().any(|(_, lines)| !lines.is_empty()));
        any.then(|| {
            let parts = lists.get().into_iter().filter(|(_, lines)| !lines.is_empty()).map(|(title, lines)| {
                view! { <div><h3 class="evidence-title">{title}</h3><Lines lines/></div> }
            });
            let by = phrased.get();
            view! {
                <section class="panel" aria-labelledby="afterwards">
                    <h2 class="panel-title" id="afterwards">"Monitoring and instructions"</h2>
                    <div class="evidence">{parts.collect_view()}</div>
                    <PhrasedBy by/>
                </section>
            }
        })
    }
}

/// Who worded a text, where it was not the built-in wording.
#[component]
pub fn PhrasedBy(by: String) -> impl IntoView {
    let by = Some(by).filter(|by| !by.is_empty() && by != "builtin");
    by.map(|by| view! { <p class="quiet small">"Worded by " {by} " from what was computed; checked against it."</p> })
}
