//! The candidates, each with its probability and with what speaks for and against it.

use leptos::prelude::*;
use protocol::clinic::Candidate;

use super::bits::{Bar, UrgencyChip, percent};
use crate::state::clinic::live::LiveCase;

/// Candidates in their order; a new one settles below those that are there.
#[component]
pub fn Differential(live: LiveCase) -> impl IntoView {
    let candidates = live.part(|view| view.diagnosis.differential_diagnoses.clone());
    let rest = live.part(|view| view.is_done().then_some(view.diagnosis.other));
    let waiting = live.part(|view| !view.is_done() && view.diagnosis.differential_diagnoses.is_empty());
    view! {
        <section class="panel" aria-labelledby="differential">
            <h2 class="panel-title" id="differential">"Differential diagnosis"</h2>
            {move || waiting.get().then(|| view! { <p class="quiet">"Candidates appear here as they are ranked."</p> })}
            <ol class="candidates">
                <For each=move || candidates.get() key=|candidate| (candidate.index, candidate.diagnosis.clone()) let(candidate)>
                    <CandidateRow candidate/>
                </For>
            </ol>
            {move || rest.get().map(|rest| view! {
                <p class="candidates-rest small quiet">{format!("Anything not listed: {}.", percent(rest))}</p>
            })}
        </section>
    }
}

/// One candidate; the first is open.
#[component]
fn CandidateRow(candidate: Candidate) -> impl IntoView {
    let Candidate { diagnosis, icd10, probability, urgency, evidence_for, evidence_against, index, .. } = candidate;
    view! {
        <li class="candidate">
            <details class="candidate-fold" open=index == 1>
                <summary class="candidate-head">
                    <span class="candidate-name">{diagnosis}</span>
                    <span class="candidate-code figures">{icd10}</span>
                    <UrgencyChip urgency/>
                    <Bar share=probability/>
                    <span class="candidate-percent figures">{percent(probability)}</span>
                </summary>
                <div class="evidence">
                    <EvidenceList title="For" kind="for" lines=evidence_for/>
                    <EvidenceList title="Against" kind="against" lines=evidence_against/>
                </div>
            </details>
        </li>
    }
}

/// One side of the evidence: finding, and the factor on the odds.
#[component]
pub fn EvidenceList(title: &'static str, kind: &'static str, lines: Vec<String>) -> impl IntoView {
    let is_empty = lines.is_empty();
    let lines = lines.into_iter().map(|line| {
        let (finding, factor) = split_factor(&line);
        view! {
            <li class="evidence-line">
                <span>{finding.to_owned()}</span>
                {factor.map(|factor| view! { <span class="evidence-factor figures">{factor.to_owned()}</span> })}
            </li>
        }
    });
    view! {
        <div class="evidence-side" data-kind=kind>
            <h3 class="evidence-title">{title}</h3>
            <ul class="evidence-list">{lines.collect_view()}</ul>
            {is_empty.then(|| view! { <p class="quiet small">"Nothing told so far."</p> })}
        </div>
    }
}

/// `fever (× 3.2)` as finding and factor.
fn split_factor(line: &str) -> (&str, Option<&str>) {
    match line.rsplit_once(" (") {
        Some((finding, factor)) if factor.starts_with(['×', '÷']) => (finding, Some(factor.trim_end_matches(')'))),
        _ => (line, None),
    }
}

/// Dangerous conditions that can't be put aside: never folded, never below what is likelier.
#[component]
pub fn MustNotMiss(live: LiveCase) -> impl IntoView {
    let dangers = live.part(|view| view.diagnosis.must_not_miss.clone());
    let flags = live.part(|view| view.diagnosis.red_flags.clone());
    move || {
        let (dangers, flags) = (dangers.get(), flags.get());
        (!dangers.is_empty() || !flags.is_empty()).then(|| {
            let rows = dangers.iter().map(|danger| {
                let first = danger.evidence_for.iter().take(3).map(|line| split_factor(line).0).collect::<Vec<_>>();
                view! {
                    <li class="danger-row">
                        <span class="danger-name">{danger.diagnosis.clone()}</span>
                        <span class="figures">{percent(danger.probability)}</span>
                        <UrgencyChip urgency=danger.urgency/>
                        {(!first.is_empty()).then(|| view! { <span class="danger-why small">{format!("for it: {}", first.join("; "))}</span> })}
                    </li>
                }
            });
            let rows = (!dangers.is_empty()).then(|| view! { <ul class="danger-list">{rows.collect_view()}</ul> });
            let flags = (!flags.is_empty()).then(|| {
                view! { <p class="danger-flags"><strong>"Red flags: "</strong>{flags.join(" · ")}</p> }
            });
            view! {
                <section class="panel danger-box" aria-labelledby="must-not-miss">
                    <h2 class="panel-title" id="must-not-miss">
                        <crate::components::icon::Icon name="alert"/>
                        "Must not be missed"
                    </h2>
                    {flags}
                    {rows}
                </section>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::split_factor;

    #[test]
    fn the_factor_stands_apart_from_the_finding() {
        assert_eq!(split_factor("Fever (× 3.2)"), ("Fever", Some("× 3.2")));
        assert_eq!(split_factor("no cough (÷ 2.0)"), ("no cough", Some("÷ 2.0")));
        assert_eq!(split_factor("Pain (right side)"), ("Pain (right side)", None));
    }
}
