//! What was understood, what shifted the odds, what to ask next, and what could not be used.

use leptos::prelude::*;
use protocol::clinic::{Finding, FindingSource, FindingState};

use super::bits::Lines;
use crate::components::icon::Icon;
use crate::state::clinic::live::LiveCase;

/// Findings by what they are: there, in doubt, not there.
#[component]
pub fn Findings(live: LiveCase) -> impl IntoView {
    let findings = live.part(|view| view.diagnosis.findings.clone());
    let modifiers = live.part(|view| view.diagnosis.modifiers.clone());
    let side = |title: &'static str, kind: &'static str, of: fn(&Finding) -> bool| {
        let lines = move || {
            let lines = findings.get().into_iter().filter(of).map(|finding| view! { <FindingLine finding/> });
            lines.collect_view()
        };
        let is_empty = move || !findings.with(|all| all.iter().any(of));
        view! {
            <div class="evidence-side" data-kind=kind hidden=is_empty>
                <h3 class="evidence-title">{title}</h3>
                <ul class="evidence-list">{lines}</ul>
            </div>
        }
    };
    let shifts = move || {
        let all = modifiers.get();
        (!all.is_empty()).then(|| {
            let lines = all.into_iter().map(|one| view! { <div><dt>{one.name}</dt><dd>{one.effect}</dd></div> });
            view! {
                <h3 class="evidence-title">"What shifts the starting odds"</h3>
                <dl class="shifts">{lines.collect_view()}</dl>
            }
        })
    };
    view! {
        <section class="panel" aria-labelledby="understood">
            <h2 class="panel-title" id="understood">"What was understood"</h2>
            <div class="evidence">
                {side("Present", "for", |finding| finding.state == FindingState::Present && !finding.possible)}
                {side("Absent", "against", |finding| finding.state == FindingState::Absent)}
                {side("In doubt", "doubt", |finding| finding.state == FindingState::Present && finding.possible)}
            </div>
            {shifts}
        </section>
    }
}

#[component]
fn FindingLine(finding: Finding) -> impl IntoView {
    // Words that say the same as the name, or more than a line of it, are not said again.
    let is_told = !finding.text.eq_ignore_ascii_case(&finding.name) && finding.text.chars().count() <= 60;
    let from = match finding.from {
        FindingSource::Narrative => format!("“{}”", finding.text),
        FindingSource::Given => finding.text,
    };
    view! {
        <li class="evidence-line">
            <span>{finding.name}</span>
            {is_told.then(|| view! { <span class="quiet small">{from}</span> })}
        </li>
    }
}

/// What was not understood, and what could not be assessed.
#[component]
pub fn NotAssessed(live: LiveCase) -> impl IntoView {
    let words = live.part(|view| view.diagnosis.not_understood.clone());
    let problems = live
        .part(|view| view.diagnosis.could_not_assess.iter().map(|problem| problem.text.clone()).collect::<Vec<_>>());
    move || {
        let (words, problems) = (words.get(), problems.get());
        (!words.is_empty() || !problems.is_empty()).then(|| {
            let words = (!words.is_empty()).then(|| {
                view! { <p><strong>"Not understood: "</strong>{words.join(", ")}</p> }
            });
            view! {
                <section class="panel warn-box" aria-labelledby="not-assessed">
                    <h2 class="panel-title" id="not-assessed"><Icon name="info"/>"Could not be used"</h2>
                    {words}
                    <Lines lines=problems/>
                </section>
            }
        })
    }
}

/// What would change the ranking most, and the first tests.
#[component]
pub fn Next(live: LiveCase) -> impl IntoView {
    let questions = live.part(|view| view.diagnosis.next_questions.clone());
    let tests = live.part(|view| view.diagnosis.recommended_tests.clone());
    let asks = move || {
        let all = questions.get();
        let most = all.iter().map(|one| one.bits).fold(0.0_f64, f64::max);
        (!all.is_empty()).then(|| {
            let lines = all.into_iter().map(|one| {
                let how = match one.kind.as_str() {
                    "sign" | "vital" => "look",
                    "lab" => "test",
                    _ => "ask",
                };
                let share = if most > 0.0 { one.bits / most } else { 0.0 };
                let told = format!("{:.2} bits; yes in {} of such cases", one.bits, super::bits::percent(one.expected));
                view! {
                    <li class="next-line">
                        <span class="next-how">{how}</span>
                        <span>{one.term}</span>
                        <span class="next-weight">
                            <super::bits::Bar share/>
                            <span class="visually-hidden">{told}</span>
                        </span>
                    </li>
                }
            });
            view! {
                <div>
                    <h3 class="evidence-title">"Would change the ranking most"</h3>
                    <ul class="next-list">{lines.collect_view()}</ul>
                </div>
            }
        })
    };
    let first_tests = move || {
        let all = tests.get();
        (!all.is_empty()).then(|| {
            view! {
                <div>
                    <h3 class="evidence-title">"First tests"</h3>
                    <Lines lines=all/>
                </div>
            }
        })
    };
    let any = move || questions.with(|all| !all.is_empty()) || tests.with(|all| !all.is_empty());
    view! {
        <section class="panel" aria-labelledby="next" hidden=move || !any()>
            <h2 class="panel-title" id="next">"What to ask and test next"</h2>
            <div class="evidence">{asks} {first_tests}</div>
        </section>
    }
}
