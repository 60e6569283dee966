//! In the settings: whom a patient lets see their record, and what was shared with them.

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::clinic::{Share, ShareKind, ShareList};
use protocol::rest::UserRole;

use crate::api::clinic::{EndShare, ShareRecord, list_shares};
use crate::components::clinic::sharing::ShareLines;
use crate::components::field::{Field, FormNotice, failure_of};
use crate::state::session::use_session;

/// The section.
#[component]
pub fn Shares() -> impl IntoView {
    let viewer = use_session().viewer;
    let list = Resource::new(|| (), |()| list_shares());
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
                        view! { <Given list can_give={role == Some(UserRole::Patient)}/> }
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
    let received = list.received.into_iter().filter(|share| share.kind == ShareKind::Record).map(|share| {
        view! { <li class="share-line"><span><strong>{share.from.name}</strong>" lets you see their record"</span></li> }
    });
    let received = received.collect_view();
    view! {
        {move || (can_give && shares.with(Vec::is_empty)).then(|| view! { <p class="quiet">"Nobody but you."</p> })}
        <ShareLines shares end/>
        <ul class="share-list">{received}</ul>
        {can_give.then(|| view! {
            <ActionForm action=give attr:class="share-form">
                <FormNotice failure/>
                <Field label="A clinician’s address" name="clinician_email" kind="email" autocomplete="off" failure/>
                <button class="button" type="submit" disabled=move || give.pending().get()>"Let in"</button>
            </ActionForm>
        })}
    }
}
