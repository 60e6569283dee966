//! A list of names: added one by one, taken away one by one.

use leptos::prelude::*;

use super::typeahead::{TypeAhead, Vocabulary};
use crate::components::icon::Icon;
use crate::state::clinic::entry::ListSlot;

/// The list, and the field that adds to it.
#[component]
pub fn Tokens(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
    vocabulary: Vocabulary,
    value: ListSlot,
    #[prop(optional, into)] wrong: Signal<Option<String>>,
) -> impl IntoView {
    let on_pick = Callback::new(move |name: String| {
        let mut list = value.now.get_untracked();
        // Several at once, as one pastes them.
        for one in name.split([',', ';', '\n']).map(str::trim).filter(|one| !one.is_empty()) {
            if !list.iter().any(|held| held.eq_ignore_ascii_case(one)) {
                list.push(one.to_owned());
            }
        }
        value.set.run(list);
    });
    let remove = move |name: &str| {
        let left = value.now.get_untracked().into_iter().filter(|held| held != name).collect();
        value.set.run(left);
    };
    let hint = hint.unwrap_or("Enter adds it.");
    view! {
        <div class="tokens">
            {match placeholder {
                Some(placeholder) => {
                    view! { <TypeAhead id label hint placeholder vocabulary on_pick wrong/> }.into_any()
                }
                None => view! { <TypeAhead id label hint vocabulary on_pick wrong/> }.into_any(),
            }}
            <ul class="token-list" aria-label=label hidden=move || value.now.with(Vec::is_empty)>
                <For each=move || value.now.get() key=Clone::clone let(name)>
                    {
                        let this = name.clone();
                        view! {
                            <li class="token">
                                <span>{name.clone()}</span>
                                <button class="token-remove" type="button" aria-label=format!("Remove {name}") on:click=move |_| remove(&this)>
                                    <Icon name="close" small=true/>
                                </button>
                            </li>
                        }
                    }
                </For>
            </ul>
        </div>
    }
}
