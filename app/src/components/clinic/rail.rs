//! The stages of a case: a rail that fills as work is done.

use leptos::prelude::*;
use protocol::clinic::{CaseStatus, Stage};

use crate::state::clinic::case::StageState;
use crate::state::clinic::live::LiveCase;

/// A stage, as short as it can be named.
pub const fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::SymptomsAnalysis => "Findings",
        Stage::VitalsEvaluation => "Vital signs",
        Stage::HistoryReview => "History",
        Stage::DifferentialDiagnosis => "Differential",
        Stage::PrimaryDiagnosis => "Diagnosis",
        Stage::AllergyCheck => "Allergies",
        Stage::MedicationSelection => "Medicines",
        Stage::InteractionCheck => "Interactions",
        Stage::MonitoringAdvice => "Monitoring",
        Stage::Finalization => "Instructions",
        Stage::Complete => "Done",
    }
}

/// The rail. What stage it is is said when it changes, and only then.
#[component]
pub fn Rail(live: LiveCase) -> impl IntoView {
    let view = live.view;
    let stages = view.with_untracked(|view| view.stages().collect::<Vec<_>>());
    let said = live.part(|view| match (view.status, view.stage) {
        (CaseStatus::Failed, _) => "Stopped".to_owned(),
        (CaseStatus::Done, _) => "Done".to_owned(),
        (CaseStatus::Running, Some(stage)) => format!("{}: {}", stage_word(stage), view.message),
        (CaseStatus::Running, None) => "Waiting to begin".to_owned(),
    });
    let lines = stages.into_iter().map(|stage| {
        let state = Memo::new(move |_| view.with(|view| view.state_of(stage)));
        let percent = Memo::new(move |_| view.with(|view| view.percent(stage)));
        let key = move || match state.get() {
            StageState::Waiting => "waiting",
            StageState::Working => "working",
            StageState::Done => "done",
        };
        view! {
            <li class="rail-stage" data-state=key aria-current=move || (state.get() == StageState::Working).then_some("step")>
                <span class="rail-name">{stage_word(stage)}</span>
                <progress
                    class="rail-bar"
                    max="100"
                    value=move || percent.get().to_string()
                    aria-label=stage_word(stage)
                    aria-valuetext=move || format!("{} %, {}", percent.get(), key())
                ></progress>
            </li>
        }
    });
    view! {
        <aside class="rail" aria-label="Stages">
            <ol class="rail-stages">{lines.collect_view()}</ol>
            <p class="rail-now" role="status">{said}</p>
        </aside>
    }
}
