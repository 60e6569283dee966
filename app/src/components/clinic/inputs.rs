//! Fields of the clinic's forms: a figure with its unit, a choice of a few, a choice from a list.

use leptos::prelude::*;

use crate::components::icon::Icon;
use crate::state::clinic::entry::Slot;

/// A figure with its unit at the edge, what is wrong with it below.
#[component]
pub fn Figure(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] unit: &'static str,
    #[prop(optional, into)] placeholder: Option<&'static str>,
    value: Slot,
    #[prop(into)] wrong: Signal<Option<String>>,
    /// What was understood, such as a unit; said quietly.
    #[prop(optional, into)]
    note: Signal<Option<String>>,
) -> impl IntoView {
    let (error_id, note_id) = (format!("{id}-error"), format!("{id}-note"));
    let described = {
        let (error_id, note_id) = (error_id.clone(), note_id.clone());
        move || match (wrong.with(Option::is_some), note.with(Option::is_some)) {
            (true, _) => Some(error_id.clone()),
            (false, true) => Some(note_id.clone()),
            (false, false) => None,
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
                // The unit at the edge of the field is for the eye; here it is for the ear.
                {(!unit.is_empty()).then(|| view! { <span class="visually-hidden">{format!(", {unit}")}</span> })}
            </label>
            <div class="input-group">
                <input
                    class="input figures"
                    id=id
                    type="text"
                    inputmode=if placeholder.is_some() { "text" } else { "decimal" }
                    autocomplete="off"
                    placeholder=placeholder
                    data-unit=(!unit.is_empty()).then_some("true")
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    aria-describedby=described
                    prop:value=move || value.now.get()
                    on:input=move |event| value.set.run(event_target_value(&event))
                />
                {(!unit.is_empty()).then(|| view! { <span class="input-addon" aria-hidden="true">{unit}</span> })}
            </div>
            {move || match (wrong.get(), note.get()) {
                (Some(why), _) => {
                    let id = error_id.clone();
                    view! { <p class="field-error" id=id><Icon name="alert" small=true/>{why}</p> }.into_any()
                }
                (None, Some(note)) => view! { <p class="field-hint" id=note_id.clone()>{note}</p> }.into_any(),
                (None, None) => ().into_any(),
            }}
        </div>
    }
}

/// A choice of a few, all in sight. The first is what nobody chose.
#[component]
pub fn Few(
    /// Of the radio buttons.
    name: &'static str,
    legend: &'static str,
    options: &'static [(&'static str, &'static str)],
    value: Slot,
) -> impl IntoView {
    let options = options.iter().map(|(word, label)| {
        view! {
            <label class="segmented-option">
                <input
                    type="radio"
                    name=name
                    value=*word
                    prop:checked=move || value.now.with(|held| held == word)
                    on:change=move |_| value.set.run((*word).to_owned())
                />
                <span>{*label}</span>
            </label>
        }
    });
    view! {
        <fieldset class="segmented" data-size="small">
            <legend>{legend}</legend>
            <div class="segmented-options">{options.collect_view()}</div>
        </fieldset>
    }
}

/// A choice from a list. The first is what nobody chose.
#[component]
pub fn Pick(
    id: &'static str,
    label: &'static str,
    options: &'static [(&'static str, &'static str)],
    value: Slot,
) -> impl IntoView {
    let options = options.iter().map(|(word, label)| {
        view! { <option value=*word prop:selected=move || value.now.with(|held| held == word)>{*label}</option> }
    });
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <select class="input" id=id on:change=move |event| value.set.run(event_target_value(&event))>
                {options.collect_view()}
            </select>
        </div>
    }
}

/// Not said, yes, no.
pub const YES_NO: &[(&str, &str)] = &[("", "Not said"), ("no", "No"), ("yes", "Yes")];
/// Not said, female, male.
pub const SEXES: &[(&str, &str)] = &[("", "Not said"), ("female", "Female"), ("male", "Male")];
