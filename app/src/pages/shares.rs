//! In the settings: whom a patient lets see their record, and what was shared with them.

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::clinic::{Alert, AlertList, Share, ShareKind, ShareList};
use protocol::rest::UserRole;

use crate::api::clinic::{EndShare, SetShareAlerts, ShareRecord, list_record_alerts, list_shares};
use crate::components::clinic::bits::danger_word;
use crate::components::clinic::sharing::ShareLines;
use crate::components::field::{Field, FormNotice, failure_of};
use crate::components::timestamp::{Shape, Timestamp};
use crate::state::session::use_session;

/// The section.
#[component]
pub fn Shares() -> impl IntoView {
    let viewer = use_session().viewer;
    let list = Resource::new(|| (), |()| list_shares());
    let told = Resource::new(|| (), |()| list_record_alerts());
    view! {
        <section class="settings-section" id="shares" aria-labelledby="shares-title">
            <div class="settings-about">
                <h2 id="shares-title">"Who may see your record"</h2>
                <p>"A clinician whom you let in sees what you share until you end it. You can end it at any time."</p>
                <p><a href="/shared">"Shared with me"</a></p>
            </div>
            <div class="settings-form">
                <Suspense>
                    {move || Suspend::new(async move {
                        let role = viewer.await.ok().flatten().map(|viewer| viewer.user.role);
                        let list = list.await.unwrap_or_default();
                        let told = told.await.unwrap_or_default();
                        view! {
                            <Given list can_give={role == Some(UserRole::Patient)}/>
                            <Told told/>
                        }
                    })}
                </Suspense>
            </div>
        </section>
    }
}

/// Who was let in, by whom it is ended, and the form that lets someone in.
#[component]
fn Given(list: ShareList, can_give: bool) -> impl IntoView {
    let give = ServerAction::<ShareRecord>::new();
    let failure = failure_of(give.value());
    let end = ServerAction::<EndShare>::new();
    let consent = ServerAction::<SetShareAlerts>::new();
    let records: Vec<Share> = list.given.into_iter().filter(|share| share.kind == ShareKind::Record).collect();
    let shares = RwSignal::new(records);
    Effect::new(move |_| {
        if let Some(Ok(new)) = give.value().get() {
            shares.update(|all| {
                all.retain(|held| held.id != new.id);
                all.push(new);
            });
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(changed)) = consent.value().get() {
            shares.update(|all| {
                if let Some(held) = all.iter_mut().find(|held| held.id == changed.id) {
                    *held = changed;
                }
            });
        }
    });
    let received = list.received.into_iter().filter(|share| share.kind == ShareKind::Record).map(|share| {
        view! { <li class="share-line"><span><strong>{share.from.name}</strong>" lets you see their record"</span></li> }
    });
    let received = received.collect_view();
    view! {
        {move || (can_give && shares.with(Vec::is_empty)).then(|| view! { <p class="quiet">"Nobody but you."</p> })}
        <FormNotice failure=failure_of(consent.value())/>
        <ShareLines shares end consent=can_give.then_some(consent)/>
        <ul class="share-list">{received}</ul>
        {can_give.then(|| view! {
            <ActionForm action=give attr:class="share-form">
                <FormNotice failure/>
                <Field label="A clinician’s address" name="clinician_email" kind="email" autocomplete="off" failure/>
                <Agree/>
                <button class="button" type="submit" disabled=move || give.pending().get()>"Let in"</button>
            </ActionForm>
        })}
    }
}

/// The consent, and what comes of it in so many words.
#[component]
fn Agree() -> impl IntoView {
    view! {
        <div class="share-agree">
            <label class="check">
                <input type="checkbox" name="alerts" value="on" aria-describedby="alerts-hint"/>
                <span>"Tell this clinician when I am in danger"</span>
            </label>
            <p class="field-hint" id="alerts-hint">
                "When what you write here shows that you may be in serious danger, they get a mail that says only that there is an alert for them, and here they see your name, how grave it is, and when. What you wrote is not sent. You are told so in the answer, and see here when they opened it. Nobody may look at once, so it does not replace an emergency call. You can change this at any time."
            </p>
        </div>
    }
}

/// Who was told that the person may be in danger.
#[component]
fn Told(told: AlertList) -> impl IntoView {
    (!told.alerts.is_empty()).then(|| {
        let lines = told.alerts.into_iter().map(|alert| view! { <ToldLine alert/> }).collect_view();
        view! {
            <h3 class="share-title">"Who was told that you may be in danger"</h3>
            <ul class="share-list" aria-label="Who was told">{lines}</ul>
        }
    })
}

#[component]
fn ToldLine(alert: Alert) -> impl IntoView {
    let (_, level) = danger_word(alert.level);
    view! {
        <li class="share-line">
            <span>
                <strong>{alert.clinician.name.clone()}</strong>
                <span class="quiet small">{format!(" · {level} · ")}<Timestamp at=alert.created_at shape=Shape::Full/></span>
            </span>
            <span class="small">
                {match alert.seen_at {
                    Some(at) => view! { {format!("Seen by {} on ", alert.clinician.name)} <Timestamp at shape=Shape::Full/> }.into_any(),
                    None => "Not opened yet".into_any(),
                }}
            </span>
        </li>
    }
}
