//! What an answer was worth.

use leptos::prelude::*;

use super::icon::Icon;
use crate::state::chat::Rated;

/// The rating of an answer that helped.
pub const HELPFUL: u8 = 5;
/// The rating of one that did not.
pub const NOT_HELPFUL: u8 = 1;
/// The longest text, in characters.
const TEXT_MAX: usize = 2_000;

/// The two thumbs. `asking` opens the form for what was wrong.
#[component]
pub fn Thumbs(rating: RwSignal<Option<u8>>, asking: RwSignal<bool>, rate: Callback<Rated>) -> impl IntoView {
    let pressed = move |of: u8| move || (rating.get() == Some(of)).to_string();
    view! {
        <button
            class="tool"
            type="button"
            aria-label="Helpful"
            aria-pressed=pressed(HELPFUL)
            on:click=move |_| {
                asking.set(false);
                if rating.get_untracked() != Some(HELPFUL) {
                    rating.set(Some(HELPFUL));
                    rate.run(Rated { rating: HELPFUL, text: None, review: None });
                }
            }
        >
            <Icon name="thumb-up"/>
        </button>
        <button
            class="tool"
            type="button"
            aria-label="Not helpful"
            aria-pressed=pressed(NOT_HELPFUL)
            on:click=move |_| {
                if rating.get_untracked() != Some(NOT_HELPFUL) {
                    rating.set(Some(NOT_HELPFUL));
                    asking.set(true);
                }
            }
        >
            <Icon name="thumb-down"/>
        </button>
    }
}

/// What was missing or wrong, and whether it may be read; saying nothing is an answer, too.
#[component]
pub fn FeedbackForm(
    id: String,
    asking: RwSignal<bool>,
    rate: Callback<Rated>,
    /// What the person chose once for all answers.
    agreed: bool,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let agreed = RwSignal::new(agreed);
    let send = move |text: Option<String>| {
        asking.set(false);
        rate.run(Rated { rating: NOT_HELPFUL, text, review: Some(agreed.get_untracked()) });
    };
    view! {
        <form
            class="feedback"
            aria-label="Feedback"
            on:submit=move |event| {
                event.prevent_default();
                let text = text.get_untracked().trim().to_owned();
                send((!text.is_empty()).then_some(text));
            }
        >
            <div class="field">
                <label class="field-label" for=id.clone()>
                    "What was missing or wrong? " <span class="field-optional">"(optional)"</span>
                </label>
                <textarea
                    class="input"
                    id=id
                    maxlength=TEXT_MAX
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
            </div>
            <label class="check small">
                <input
                    type="checkbox"
                    prop:checked=agreed
                    on:change=move |event| agreed.set(event_target_checked(&event))
                />
                <span>"Let our clinicians read this answer and what I asked, without my name, to make it better"</span>
            </label>
            <div class="row" role="group" aria-label="Or is it the length?">
                <button class="button" data-size="small" type="button" on:click=move |_| send(Some("Too long".to_owned()))>
                    "Too long"
                </button>
                <button class="button" data-size="small" type="button" on:click=move |_| send(Some("Too short".to_owned()))>
                    "Too short"
                </button>
            </div>
            <div class="row">
                <button class="button" data-kind="primary" data-size="small" type="submit">"Send feedback"</button>
                <button class="button" data-kind="quiet" data-size="small" type="button" on:click=move |_| send(None)>
                    "No, thank you"
                </button>
            </div>
        </form>
    }
}
