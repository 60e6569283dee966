//! Who may see a case besides its owner.

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::clinic::Share;

use crate::api::clinic::{EndShare, SetShareAlerts, ShareCase};
use crate::components::field::{Field, FormNotice, failure_of};
use crate::components::icon::Icon;
use crate::components::timestamp::{Shape, Timestamp};
use crate::state::clinic::live::LiveCase;

/// Shows the case to its patient, and ends that.
#[component]
pub fn Sharing(live: LiveCase) -> impl IntoView {
    let share = ServerAction::<ShareCase>::new();
    let failure = failure_of(share.value());
    let end = ServerAction::<EndShare>::new();
    Effect::new(move |_| {
        if let Some(Ok(new)) = share.value().get() {
            live.shares.update(|all| {
                all.retain(|held| held.id != new.id);
                all.push(new);
            });
        }
    });
    view! {
        <section class="panel" id="sharing" aria-labelledby="sharing-title">
            <h2 class="panel-title" id="sharing-title">"Share with the patient"</h2>
            <p class="quiet small">"They see this case as it is, with your sign-off, until you end it. Nobody else does."</p>
            <ShareLines shares=live.shares end consent=None/>
            <ActionForm action=share attr:class="share-form">
                <FormNotice failure/>
                <input type="hidden" name="id" value=live.id().to_string()/>
                <Field label="The patient’s address" name="email" id="share-email" kind="email" autocomplete="off" failure/>
                <button class="button" type="submit" disabled=move || share.pending().get()><Icon name="share" small=true/>"Share"</button>
            </ActionForm>
        </section>
    }
}

/// Shares with a button each that ends it; a line goes when its share has ended.
#[component]
pub fn ShareLines(
    shares: RwSignal<Vec<Share>>,
    end: ServerAction<EndShare>,
    /// Gives and takes back that a clinician is told of danger; of records only.
    consent: Option<ServerAction<SetShareAlerts>>,
) -> impl IntoView {
    let failure = failure_of(end.value());
    let asked = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if let Some(input) = end.input().get() {
            asked.set(Some(input.id));
        }
    });
    Effect::new(move |_| {
        end.version().track();
        if let (Some(Ok(())), Some(id)) = (end.value().get(), asked.get_untracked()) {
            asked.set(None);
            shares.update(|all| all.retain(|held| held.id != id));
        }
    });
    view! {
        <FormNotice failure/>
        <ul class="share-list">
            <For each=move || shares.get() key=|share| (share.id.clone(), share.alerts) let(share)>
                <li class="share-line">
                    <span>
                        <strong>{share.with.name.clone()}</strong>
                        <span class="quiet small">" since " <Timestamp at=share.created_at.clone() shape=Shape::Day/></span>
                    </span>
                    {consent.map(|consent| view! { <Consent share=share.clone() consent/> })}
                    <ActionForm action=end>
                        <input type="hidden" name="id" value=share.id.clone()/>
                        <button class="button" data-size="small" type="submit" aria-label=format!("End sharing with {}", share.with.name)>"End"</button>
                    </ActionForm>
                </li>
            </For>
        </ul>
    }
}

/// Whether the clinician is told of danger, and the button that changes it.
#[component]
fn Consent(share: Share, consent: ServerAction<SetShareAlerts>) -> impl IntoView {
    let name = share.with.name;
    let (told, label, hears) = if share.alerts {
        ("Is told when you are in danger", "Stop telling", format!("Stop telling {name} when I am in danger"))
    } else {
        ("Is not told when you are in danger", "Tell them", format!("Tell them: {name}, when I am in danger"))
    };
    view! {
        <span class="share-consent small" data-on=share.alerts.then_some("true")>{told}</span>
        <ActionForm action=consent>
            <input type="hidden" name="id" value=share.id/>
            <input type="hidden" name="alerts" value=(!share.alerts).to_string()/>
            <button class="button" data-size="small" data-kind="quiet" type="submit" aria-label=hears>{label}</button>
        </ActionForm>
    }
}
