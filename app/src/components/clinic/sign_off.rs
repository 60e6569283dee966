//! Sign-off: accept, change, or reject with a reason; what was decided stays on record.

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::clinic::{Decision, Review};

use super::bits::decision_word;
use crate::api::clinic::ReviewCase;
use crate::components::field::{FormNotice, failure_of};
use crate::components::icon::Icon;
use crate::components::timestamp::{Shape, Timestamp};
use crate::state::clinic::case::CaseView;
use crate::state::clinic::live::LiveCase;

const DECISIONS: [(Decision, &str, &str); 3] = [
    (Decision::Accept, "accept", "Accept as it is"),
    (Decision::Edit, "edit", "Accept with changes"),
    (Decision::Reject, "reject", "Reject"),
];

/// The record, and for who may decide the form.
#[component]
pub fn SignOff(
    live: LiveCase,
    /// Whether the reader decides, or only sees what was decided.
    can_decide: bool,
) -> impl IntoView {
    let reviews = live.reviews;
    let done = live.part(CaseView::is_done);
    view! {
        <section class="panel" id="sign-off" aria-labelledby="sign-off-title">
            <h2 class="panel-title" id="sign-off-title">"Sign-off"</h2>
            {move || reviews.with(Vec::is_empty).then(|| view! { <p class="quiet">"Not signed off yet. What stands here is a computed suggestion."</p> })}
            <ol class="review-list">
                {move || reviews.get().into_iter().map(|review| view! { <ReviewLine review/> }).collect_view()}
            </ol>
            {move || (can_decide && done.get()).then(|| view! { <Decide live/> })}
        </section>
    }
}

#[component]
fn ReviewLine(review: Review) -> impl IntoView {
    let key = match review.decision {
        Decision::Accept => "accept",
        Decision::Edit => "edit",
        Decision::Reject => "reject",
    };
    view! {
        <li class="review" data-decision=key>
            <p>
                <strong>{decision_word(review.decision)}</strong>
                {format!(" by {}, ", review.reviewer.name)}
                <Timestamp at=review.at shape=Shape::Full/>
            </p>
            {review.edited.map(|text| view! { <p class="review-text">{text}</p> })}
            {review.reason.map(|text| view! { <p class="review-text"><span class="quiet">"Reason: "</span>{text}</p> })}
        </li>
    }
}

#[component]
fn Decide(live: LiveCase) -> impl IntoView {
    let action = ServerAction::<ReviewCase>::new();
    let failure = failure_of(action.value());
    let decision = RwSignal::new(Decision::Accept);
    Effect::new(move |_| {
        if let Some(Ok(all)) = action.value().get() {
            live.reviews.set(all);
        }
    });
    let wrong = move |field: &'static str| {
        let failure = failure.get().filter(|failure| failure.field.as_deref() == Some(field));
        failure.map(|failure| view! { <p class="field-error"><Icon name="alert" small=true/>{failure.message}</p> })
    };
    let options = DECISIONS.map(|(value, word, label)| {
        view! {
            <label class="segmented-option">
                <input
                    type="radio"
                    name="decision"
                    value=word
                    checked=value == Decision::Accept
                    on:change=move |_| decision.set(value)
                />
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <ActionForm action attr:class="decide">
            <FormNotice failure/>
            <input type="hidden" name="id" value=live.id().to_string()/>
            <fieldset class="segmented" data-size="small">
                <legend>"Your decision"</legend>
                <div class="segmented-options">{options.collect_view()}</div>
            </fieldset>
            <div class="field" hidden=move || decision.get() != Decision::Edit>
                <label class="field-label" for="edited">"What holds instead"</label>
                <textarea class="input" id="edited" name="edited" rows="3" maxlength="8000"></textarea>
                {move || wrong("edited")}
            </div>
            <div class="field">
                <label class="field-label" for="reason">
                    "Reason "
                    {move || (decision.get() != Decision::Reject).then(|| view! { <span class="field-optional">"(optional)"</span> })}
                </label>
                <input
                    class="input"
                    id="reason"
                    name="reason"
                    maxlength="2000"
                    autocomplete="off"
                    required=move || decision.get() == Decision::Reject
                />
                {move || wrong("reason")}
            </div>
            <button class="button" data-kind="primary" type="submit" disabled=move || action.pending().get()>"Record decision"</button>
        </ActionForm>
    }
}
