//! The findings that are entered: what is there, what is not, how bad and how long.

use leptos::prelude::*;

use super::typeahead::{TypeAhead, Vocabulary};
use crate::components::icon::Icon;
use crate::state::clinic::draft::{DiagnosisDraft, SymptomDraft};
use crate::state::clinic::entry::Entry;

const SEVERITIES: [(&str, &str); 4] =
    [("", "Severity not said"), ("mild", "Mild"), ("moderate", "Moderate"), ("severe", "Severe")];

/// The list, and the field that adds to it.
#[component]
pub fn Symptoms(entry: Entry<DiagnosisDraft>) -> impl IntoView {
    let on_pick = Callback::new(move |name: String| entry.draft.update(|draft| draft.add(&name, false)));
    let keys = Memo::new(move |_| {
        entry.draft.with(|draft| draft.symptoms.iter().map(|symptom| symptom.key).collect::<Vec<_>>())
    });
    view! {
        <TypeAhead
            id="finding"
            label="Add a finding"
            hint="Type a few letters in your own words or the patient’s; Enter adds the first that fits."
            placeholder="cough, short of breath, chest pain …"
            vocabulary=Vocabulary::Findings
            on_pick
            wrong=entry.wrong_with("symptoms")
        />
        <ul class="symptom-list" aria-label="Findings entered" hidden=move || keys.with(Vec::is_empty)>
            <For each=move || keys.get() key=|key| *key let(key)>
                <SymptomLine entry key/>
            </For>
        </ul>
    }
}

#[component]
fn SymptomLine(entry: Entry<DiagnosisDraft>, key: u32) -> impl IntoView {
    let symptom = Memo::new(move |_| {
        entry.draft.with(|draft| draft.symptoms.iter().find(|one| one.key == key).cloned()).unwrap_or_default()
    });
    let change = move |how: &dyn Fn(&mut SymptomDraft)| {
        entry.draft.update(|draft| {
            if let Some(one) = draft.symptoms.iter_mut().find(|one| one.key == key) {
                how(one);
            }
        });
    };
    let name = symptom.get_untracked().name;
    let absent = Memo::new(move |_| symptom.with(|one| one.absent));
    let group = format!("state-{key}");
    let state = |value: bool, label: &'static str| {
        let group = group.clone();
        view! {
            <label class="segmented-option">
                <input
                    type="radio"
                    name=group
                    prop:checked=move || absent.get() == value
                    on:change=move |_| change(&|one| one.absent = value)
                />
                <span>{label}</span>
            </label>
        }
    };
    let severities = SEVERITIES.map(|(value, label)| {
        view! { <option value=value prop:selected=move || symptom.with(|one| one.severity == value)>{label}</option> }
    });
    let on_remove = move |_| entry.draft.update(|draft| draft.symptoms.retain(|one| one.key != key));
    view! {
        <li class="symptom" data-state=move || if absent.get() { "absent" } else { "present" }>
            <span class="symptom-name">{name.clone()}</span>
            <fieldset class="segmented" data-size="tiny">
                <legend class="visually-hidden">{format!("{name} is")}</legend>
                <div class="segmented-options">{state(false, "Present")} {state(true, "Absent")}</div>
            </fieldset>
            <select
                class="input"
                data-size="small"
                aria-label=format!("Severity of {name}")
                disabled=move || absent.get()
                on:change=move |event| {
                    let value = event_target_value(&event);
                    change(&|one| one.severity.clone_from(&value));
                }
            >
                {severities.collect_view()}
            </select>
            <input
                class="input"
                data-size="small"
                type="text"
                autocomplete="off"
                placeholder="How long: 3 days"
                aria-label=format!("How long {name} has lasted")
                disabled=move || absent.get()
                prop:value=move || symptom.with(|one| one.duration.clone())
                on:input=move |event| {
                    let value = event_target_value(&event);
                    change(&|one| one.duration.clone_from(&value));
                }
            />
            <button class="tool" type="button" aria-label=format!("Remove {name}") on:click=on_remove>
                <Icon name="close"/>
            </button>
        </li>
    }
}
