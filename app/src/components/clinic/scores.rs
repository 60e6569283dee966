//! Scores: value, band, parts, what is missing, source.

use leptos::prelude::*;
use protocol::clinic::{Score, ScorePart};

use super::bits::{score_value, words};
use crate::state::clinic::live::LiveCase;

/// The scores of a case.
#[component]
pub fn Scores(live: LiveCase) -> impl IntoView {
    let scores = live.part(|view| view.diagnosis.scores.clone());
    view! {
        <section class="panel" aria-labelledby="scores" hidden=move || scores.with(Vec::is_empty)>
            <h2 class="panel-title" id="scores">"Scores"</h2>
            <div class="score-list">
                {move || scores.get().into_iter().map(|score| view! { <ScoreCard score/> }).collect_view()}
            </div>
        </section>
    }
}

/// One score; its parts are a click away, on paper they are shown.
#[component]
pub fn ScoreCard(
    score: Score,
    /// With its parts in sight.
    #[prop(optional)]
    open: bool,
) -> impl IntoView {
    let Score { name, value, unit, band, parts, flags, notes, missing, source, .. } = score;
    let value = value.map_or_else(|| "–".to_owned(), score_value);
    let missing = missing.iter().map(|name| words(name)).collect::<Vec<_>>();
    let label = format!("Parts of {name}");
    view! {
        <div class="score">
            <p class="score-head">
                <span class="score-name">{name}</span>
                <span class="score-value figures">{value}<span class="score-unit">{unit}</span></span>
                {(!band.is_empty()).then(|| view! { <span class="score-band">{words(&band)}</span> })}
            </p>
            {flags.into_iter().map(|flag| view! { <p class="score-flag small">{words(&flag)}</p> }).collect_view()}
            {(!missing.is_empty()).then(|| view! {
                <p class="score-missing small"><strong>"Missing: "</strong>{missing.join("; ")}</p>
            })}
            <details class="fold" open=open>
                <summary>"Parts and source"</summary>
                <PartTable label parts/>
                {notes.into_iter().map(|note| view! { <p class="small">{note}</p> }).collect_view()}
                <p class="cited">{source}</p>
            </details>
        </div>
    }
}

#[component]
fn PartTable(label: String, parts: Vec<ScorePart>) -> impl IntoView {
    (!parts.is_empty()).then(|| {
        let rows = parts.into_iter().map(|part| {
            view! { <tr><th scope="row">{words(&part.name)}</th><td class="figures">{score_value(part.points)}</td></tr> }
        });
        view! { <table class="parts" aria-label=label><tbody>{rows.collect_view()}</tbody></table> }
    })
}
