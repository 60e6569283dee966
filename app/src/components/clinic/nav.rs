//! The clinic's own ways, under the header of the page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Cases, new case, calculators.
#[component]
pub fn ClinicNav() -> impl IntoView {
    let path = use_location().pathname;
    let link = move |to: &'static str, label: &'static str| {
        let is_here = move || path.with(|path| path == to || (to == "/clinic/scores" && path.starts_with(to)));
        view! { <a class="clinic-nav-link" href=to aria-current=move || is_here().then_some("page")>{label}</a> }
    };
    view! {
        <nav class="clinic-nav container" aria-label="Clinic">
            {link("/clinic", "Cases")} {link("/clinic/new", "New case")} {link("/clinic/prescribe", "Check a prescription")}
            {link("/clinic/scores", "Calculators")}
        </nav>
    }
}

/// Said on every page that shows what was computed.
#[component]
pub fn Judgement() -> impl IntoView {
    view! {
        <p class="judgement">
            "This supports a clinician’s judgement and does not replace it. Figures are estimates from the named sources; check them against the person in front of you."
        </p>
    }
}
