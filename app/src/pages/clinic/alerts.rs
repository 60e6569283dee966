//! `/clinic/alerts`: patients who may be in danger and agreed that their clinician is told; `/clinic/alerts/:id`: one of them.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::clinic::{Alert, AlertList, CaseList};

use super::ClinicPage;
use super::cases::CaseLine;
use crate::api::clinic::{list_alerts, open_alert};
use crate::components::clinic::bits::DangerChip;
use crate::components::icon::Icon;
use crate::components::timestamp::{Shape, Timestamp};

/// The list.
#[component]
pub fn AlertsPage() -> impl IntoView {
    let list = Resource::new(|| (), |()| list_alerts(0));
    view! {
        <ClinicPage title="Alerts" needs=list let((_viewer, list))>
            <main class="container clinic-main" id="main">
                <header class="clinic-head"><h1 class="clinic-title">"Alerts"</h1></header>
                <Alerts list/>
            </main>
        </ClinicPage>
    }
}

#[component]
fn Alerts(list: AlertList) -> impl IntoView {
    let told = match list.unread {
        0 => "You have opened all of them.".to_owned(),
        1 => "1 is not opened.".to_owned(),
        unread => format!("{unread} are not opened."),
    };
    let (is_empty, total) = (list.alerts.is_empty(), list.total);
    let alerts = RwSignal::new(list.alerts);
    let on_more = move |_| {
        leptos::task::spawn_local(async move {
            let offset = i64::try_from(alerts.with_untracked(Vec::len)).unwrap_or(i64::MAX);
            if let Ok(page) = list_alerts(offset).await {
                let _ = alerts.try_update(|all| {
                    let new = page.alerts.into_iter().filter(|new| all.iter().all(|held| held.id != new.id));
                    let new: Vec<_> = new.collect();
                    all.extend(new);
                });
            }
        });
    };
    let has_more = move || alerts.with(|all| i64::try_from(all.len()).is_ok_and(|held| held < total));
    view! {
        <p class="quiet shared-lead">
            "Patients who share their record with you and agreed that you are told when they may be in danger. It is found by rules in what they write; it can be wrong, and it can miss. "
            {(!is_empty).then_some(told)}
        </p>
        <ul class="case-list" aria-label="Alerts">
            <For each=move || alerts.get() key=|alert| alert.id.clone() let(alert)><AlertLine alert/></For>
        </ul>
        {move || has_more().then(|| view! { <button class="button" type="button" on:click=on_more>"Show more"</button> })}
        {is_empty.then(|| view! {
            <section class="empty clinic-empty" aria-labelledby="empty-title">
                <h2 class="empty-title" id="empty-title">"No alerts"</h2>
                <p class="quiet">
                    "A patient can let you see their record in their settings, and say there whether you are told when they may be in danger. Then a mail without any name comes to you, and the alert stands here."
                </p>
            </section>
        })}
    }
}

#[component]
fn AlertLine(alert: Alert) -> impl IntoView {
    let href = format!("/clinic/alerts/{}", alert.id);
    let is_open = alert.seen_at.is_none();
    view! {
        <li class="case-line" data-shape="short" data-unread=is_open.then_some("true")>
            <a class="case-link" href=href><span class="case-name">{alert.patient.name}</span></a>
            <span class="case-urgency"><DangerChip level=alert.level/></span>
            <span class="case-state" data-state=if is_open { "open" } else { "signed" }>
                {if is_open { "Not opened" } else { "Opened" }}
            </span>
            <span class="case-when"><Timestamp at=alert.created_at shape=Shape::Full/></span>
        </li>
    }
}

/// One alert: opening it tells its patient so.
#[component]
pub fn AlertPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let opened = Resource::new(move || id.get(), open_alert);
    view! {
        <ClinicPage title="Alert" needs=opened let((_viewer, (alert, cases)))>
            <main class="container clinic-main" id="main">
                <p><a class="article-back" href="/clinic/alerts"><Icon name="back" small=true/>"Alerts"</a></p>
                <Opened alert cases/>
            </main>
        </ClinicPage>
    }
}

#[component]
fn Opened(alert: Alert, cases: CaseList) -> impl IntoView {
    let name = alert.patient.name;
    let lines = cases.cases.into_iter().map(|case| view! { <CaseLine case at="/clinic/cases"/> }).collect_view();
    view! {
        <header class="clinic-head">
            <h1 class="clinic-title">{name.clone()}</h1>
            <DangerChip level=alert.level/>
        </header>
        <section class="panel danger-box shared-lead" aria-labelledby="what-title">
            <h2 class="panel-title" id="what-title"><Icon name="alert"/>"May be in danger"</h2>
            <p>"This was found in what they wrote on " <Timestamp at=alert.created_at shape=Shape::Full/> ". They were answered at once with what to do and with help lines for where they live, and were told that you are told."</p>
            <p>"What they wrote is not shown to you. Reach them in the way that you have agreed on; if you can’t and fear for their life, call the emergency number for where they are."</p>
        </section>
        {alert.seen_at.map(|at| view! { <p class="quiet">"You opened this on " <Timestamp at shape=Shape::Full/> "; they can see that."</p> })}
        <section class="panel" aria-labelledby="record-title">
            <h2 class="panel-title" id="record-title">{format!("What {name} shares with you")}</h2>
            {(cases.total == 0).then(|| view! { <p class="quiet">"There is no case in their record."</p> })}
            <ul class="case-list" aria-label="Cases">{lines}</ul>
        </section>
    }
}
