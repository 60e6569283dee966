//! The clinic's own ways, under the header of the page.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::api::clinic::count_unread_alerts;

/// Cases, new case, calculators, alerts, answers to review.
#[component]
pub fn ClinicNav() -> impl IntoView {
    let path = use_location().pathname;
    // Asked for once a page: asking by itself would keep who has left signed in.
    let unread = RwSignal::new(0_i64);
    Effect::new(move |_| {
        path.track();
        leptos::task::spawn_local(async move {
            if let Ok(count) = count_unread_alerts().await {
                let _ = unread.try_set(count);
            }
        });
    });
    let link = move |to: &'static str, label: &'static str| {
        let has_more = ["/clinic/scores", "/clinic/alerts", "/reviews"].contains(&to);
        let is_here = move || path.with(|path| path == to || (has_more && path.starts_with(to)));
        let count = move || {
            let unread = unread.get();
            (to == "/clinic/alerts" && unread > 0).then(|| view! {
                " " <span class="section-nav-count">{unread}<span class="visually-hidden">" not opened"</span></span>
            })
        };
        view! { <a class="section-nav-link" href=to aria-current=move || is_here().then_some("page")>{label}{count}</a> }
    };
    view! {
        <nav class="section-nav container" aria-label="Clinic">
            {link("/clinic", "Cases")} {link("/clinic/new", "New case")} {link("/clinic/prescribe", "Check a prescription")}
            {link("/clinic/scores", "Calculators")} {link("/clinic/alerts", "Alerts")} {link("/reviews", "Answers to review")}
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
