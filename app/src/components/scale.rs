//! A figure on a scale, such as how one feels: radio buttons in a row, with words at the ends. It can be left out.

use leptos::prelude::*;

/// The scale. Without JavaScript it is part of a plain form.
#[component]
#[expect(clippy::too_many_arguments, reason = "a scale with its ends; each is named where it is used")]
pub fn Scale(
    /// Of the radio buttons; one on a page.
    #[prop(into)]
    name: String,
    #[prop(into)] legend: String,
    from: u8,
    to: u8,
    /// What the lowest figure means.
    low: &'static str,
    /// What the highest figure means.
    high: &'static str,
    value: RwSignal<Option<u8>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// One must be chosen.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let options = (from..=to).map(move |figure| {
        let label = match figure {
            figure if figure == from => Some(format!("{figure}, {low}")),
            figure if figure == to => Some(format!("{figure}, {high}")),
            _ => None,
        };
        view! {
            <label class="segmented-option">
                <input
                    type="radio"
                    name=name.clone()
                    value=figure.to_string()
                    required=required
                    aria-label=label
                    prop:checked=move || value.get() == Some(figure)
                    on:change=move |_| value.set(Some(figure))
                />
                <span class="figures">{figure.to_string()}</span>
            </label>
        }
    });
    let options = options.collect_view();
    view! {
        <fieldset class="segmented scale" data-count=(to - from + 1).to_string() disabled=move || disabled.get()>
            <legend>
                {legend}
                {(!required).then(|| view! { " " <span class="field-optional">"(optional)"</span> })}
            </legend>
            <div class="segmented-options">{options}</div>
            <p class="scale-ends" aria-hidden="true">
                <span>{format!("{from} = {low}")}</span>
                <span>{format!("{to} = {high}")}</span>
            </p>
            {move || (!required && value.get().is_some()).then(|| view! {
                <button class="text-button small" type="button" on:click=move |_| value.set(None)>"Leave it out"</button>
            })}
        </fieldset>
    }
}

/// How somebody feels, 0 to 10, as everywhere in this app.
#[component]
pub fn MoodScale(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    value: RwSignal<Option<u8>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    view! { <Scale name legend from=0 to=10 low="very bad" high="very good" value disabled required/> }
}
