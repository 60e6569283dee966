//! A text field that offers names while one types: the combobox pattern of the ARIA practices, by keyboard and by pointer.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::api::clinic::{find_drugs, find_findings};
use crate::components::field::use_alive;

/// Where the names are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vocabulary {
    /// Findings; nothing else is taken.
    Findings,
    /// Medicines; what is not known is taken as it was typed.
    Drugs,
    /// None: what is typed is taken.
    Free,
}

/// A name that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Offer {
    name: String,
    /// Another name of it that fits what was typed, or what it belongs to.
    also: String,
}

/// Wait for the next letter before asking, in milliseconds.
#[cfg(feature = "hydrate")]
const PAUSE_MS: u64 = 120;

async fn offers(vocabulary: Vocabulary, typed: String) -> Vec<Offer> {
    let other = |name: &str, matched: String| if matched.eq_ignore_ascii_case(name) { String::new() } else { matched };
    match vocabulary {
        Vocabulary::Findings => {
            let found = find_findings(typed).await.unwrap_or_default().into_iter();
            found.map(|hit| Offer { also: other(&hit.term, hit.matched), name: hit.term }).collect()
        }
        Vocabulary::Drugs => {
            let found = find_drugs(typed).await.unwrap_or_default().into_iter();
            found.map(|hit| Offer { also: other(&hit.name, hit.matched), name: hit.name }).collect()
        }
        Vocabulary::Free => Vec::new(),
    }
}

/// The field. What is picked is handed on, and the field is empty again.
#[component]
pub fn TypeAhead(
    /// Names the field in the document.
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
    vocabulary: Vocabulary,
    on_pick: Callback<String>,
    #[prop(optional, into)] wrong: Signal<Option<String>>,
) -> impl IntoView {
    let alive = use_alive();
    let typed = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<Offer>::new());
    let current = RwSignal::new(None::<usize>);
    let open = Memo::new(move |_| found.with(|found| !found.is_empty()));
    let close = move || {
        found.set(Vec::new());
        current.set(None);
    };
    let pick = move |name: String| {
        typed.set(String::new());
        close();
        on_pick.run(name);
    };
    let ask = move |text: String| {
        #[cfg(feature = "hydrate")]
        set_timeout(
            move || {
                if typed.try_get_untracked().as_deref() != Some(text.as_str()) {
                    return;
                }
                leptos::task::spawn_local(async move {
                    let all = offers(vocabulary, text.clone()).await;
                    // An answer to what is no longer typed is none.
                    if typed.try_get_untracked().as_deref() == Some(text.as_str()) {
                        let _ = found.try_set(all);
                        let _ = current.try_set(None);
                    }
                });
            },
            std::time::Duration::from_millis(PAUSE_MS),
        );
        #[cfg(not(feature = "hydrate"))]
        let _ = (text, offers, vocabulary);
    };
    let on_input = move |text: String| {
        typed.set(text.clone());
        if text.trim().is_empty() {
            close();
        } else {
            ask(text);
        }
    };
    let go = move |step: isize| {
        let count = found.with_untracked(Vec::len);
        if count > 0 {
            let next = match (current.get_untracked(), step > 0) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(at), true) => (at + 1) % count,
                (Some(at), false) => (at + count - 1) % count,
            };
            current.set(Some(next));
        }
    };
    let on_enter = move || {
        let chosen = current.get_untracked().and_then(|at| found.with_untracked(|all| all.get(at).cloned()));
        let text = typed.get_untracked().trim().to_owned();
        let first = found.with_untracked(|all| all.first().cloned());
        match (chosen, vocabulary, first) {
            (Some(offer), ..) => pick(offer.name),
            _ if text.is_empty() => {}
            // Of findings the best is taken: what nobody knows could not be reckoned with.
            (None, Vocabulary::Findings, Some(offer)) => pick(offer.name),
            _ => pick(text),
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "ArrowDown" => {
            event.prevent_default();
            go(1);
        }
        "ArrowUp" => {
            event.prevent_default();
            go(-1);
        }
        "Enter" => {
            event.prevent_default();
            on_enter();
        }
        "Escape" if open.get_untracked() => {
            event.prevent_default();
            event.stop_propagation();
            close();
        }
        _ => {}
    };
    let list_id = format!("{id}-list");
    let option_id = move |at: usize| format!("{id}-option-{at}");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || {
            let parts = [hint.map(|_| hint_id.clone()), wrong.with(Option::is_some).then(|| error_id.clone())];
            Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|all| !all.is_empty())
        }
    };
    let options = {
        move || {
            found.get().into_iter().enumerate().map(|(at, offer)| {
                let name = offer.name.clone();
                view! {
                    <li
                        class="typeahead-option"
                        role="option"
                        id=option_id(at)
                        aria-selected=move || (current.get() == Some(at)).to_string()
                        // Before the field loses the focus.
                        on:pointerdown=move |event| {
                            event.prevent_default();
                            pick(name.clone());
                        }
                    >
                        <span>{offer.name}</span>
                        {(!offer.also.is_empty()).then(|| view! { <span class="typeahead-also">{offer.also}</span> })}
                    </li>
                }
            }).collect_view()
        }
    };
    view! {
        <div class="field typeahead">
            <label class="field-label" for=id>{label}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id.clone()>{hint}</p> })}
            <div class="typeahead-box">
                <input
                    class="input"
                    id=id
                    type="text"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    placeholder=placeholder
                    role="combobox"
                    aria-autocomplete="list"
                    aria-expanded=move || open.get().to_string()
                    aria-controls=list_id.clone()
                    aria-activedescendant=move || current.get().map(option_id)
                    aria-describedby=described
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    disabled=move || !alive.get()
                    prop:value=move || typed.get()
                    on:input=move |event| on_input(event_target_value(&event))
                    on:keydown=on_key
                    on:blur=move |_| close()
                />
                <ul class="typeahead-list" role="listbox" id=list_id.clone() aria-label=label hidden=move || !open.get()>
                    {options}
                </ul>
            </div>
            {move || wrong.get().map(|why| view! {
                <p class="field-error" id=error_id.clone()><crate::components::icon::Icon name="alert" small=true/>{why}</p>
            })}
        </div>
    }
}
