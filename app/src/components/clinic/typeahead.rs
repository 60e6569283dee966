//! A text field that offers names while one types: the combobox pattern of the ARIA practices, by keyboard and by pointer.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::api::clinic::{find_drugs, find_findings};
use crate::components::field::use_alive;
use crate::components::icon::Icon;

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

/// What is typed, what is offered for it, and which of that is pointed at.
#[derive(Clone, Copy)]
struct Combobox {
    vocabulary: Vocabulary,
    on_pick: Callback<String>,
    typed: RwSignal<String>,
    found: RwSignal<Vec<Offer>>,
    current: RwSignal<Option<usize>>,
}

impl Combobox {
    fn new(vocabulary: Vocabulary, on_pick: Callback<String>) -> Self {
        let (typed, found, current) = (RwSignal::new(String::new()), RwSignal::new(Vec::new()), RwSignal::new(None));
        Self { vocabulary, on_pick, typed, found, current }
    }

    fn is_open(self) -> bool {
        self.found.with(|found| !found.is_empty())
    }

    fn close(self) {
        self.found.set(Vec::new());
        self.current.set(None);
    }

    fn pick(self, name: String) {
        self.typed.set(String::new());
        self.close();
        self.on_pick.run(name);
    }

    fn on_input(self, text: String) {
        self.typed.set(text.clone());
        if text.trim().is_empty() { self.close() } else { self.ask(text) }
    }

    #[cfg(feature = "hydrate")]
    fn ask(self, text: String) {
        let is_typed = move |text: &str| self.typed.try_get_untracked().as_deref() == Some(text);
        let ask = move || {
            if !is_typed(&text) {
                return;
            }
            leptos::task::spawn_local(async move {
                let all = offers(self.vocabulary, text.clone()).await;
                // An answer to what is no longer typed is none.
                if is_typed(&text) {
                    let _ = self.found.try_set(all);
                    let _ = self.current.try_set(None);
                }
            });
        };
        set_timeout(ask, std::time::Duration::from_millis(PAUSE_MS));
    }

    /// Only a browser asks.
    #[cfg(not(feature = "hydrate"))]
    fn ask(self, text: String) {
        let _ = (text, self.vocabulary, offers);
    }

    fn go(self, is_down: bool) {
        let count = self.found.with_untracked(Vec::len);
        if count > 0 {
            let next = match (self.current.get_untracked(), is_down) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(at), true) => (at + 1) % count,
                (Some(at), false) => (at + count - 1) % count,
            };
            self.current.set(Some(next));
        }
    }

    fn enter(self) {
        let offer = |at: usize| self.found.with_untracked(|all| all.get(at).cloned());
        let chosen = self.current.get_untracked().and_then(offer);
        let text = self.typed.get_untracked().trim().to_owned();
        match (chosen, self.vocabulary, offer(0)) {
            (Some(offer), ..) => self.pick(offer.name),
            _ if text.is_empty() => {}
            // Of findings the best is taken: what nobody knows could not be reckoned with.
            (None, Vocabulary::Findings, Some(offer)) => self.pick(offer.name),
            _ => self.pick(text),
        }
    }

    fn on_key(self, event: &KeyboardEvent) {
        match event.key().as_str() {
            "ArrowDown" => self.go(true),
            "ArrowUp" => self.go(false),
            "Enter" => self.enter(),
            "Escape" if self.found.with_untracked(|found| !found.is_empty()) => {
                event.stop_propagation();
                self.close();
            }
            _ => return,
        }
        event.prevent_default();
    }
}

fn option_id(id: &str, at: usize) -> String {
    format!("{id}-option-{at}")
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
    let combobox = Combobox::new(vocabulary, on_pick);
    let open = Memo::new(move |_| combobox.is_open());
    let list_id = format!("{id}-list");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || {
            let parts = [hint.map(|_| hint_id.clone()), wrong.with(Option::is_some).then(|| error_id.clone())];
            Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|all| !all.is_empty())
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
                    aria-activedescendant=move || combobox.current.get().map(|at| option_id(id, at))
                    aria-describedby=described
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    disabled=move || !alive.get()
                    prop:value=move || combobox.typed.get()
                    on:input=move |event| combobox.on_input(event_target_value(&event))
                    on:keydown=move |event| combobox.on_key(&event)
                    on:blur=move |_| combobox.close()
                />
                <ul class="typeahead-list" role="listbox" id=list_id.clone() aria-label=label hidden=move || !open.get()>
                    {move || options(id, combobox)}
                </ul>
            </div>
            {move || wrong.get().map(|why| view! {
                <p class="field-error" id=error_id.clone()><Icon name="alert" small=true/>{why}</p>
            })}
        </div>
    }
}

fn options(id: &'static str, combobox: Combobox) -> impl IntoView {
    let offers = combobox.found.get().into_iter().enumerate().map(|(at, offer)| {
        let Offer { name, also } = offer;
        let picked = name.clone();
        view! {
            <li
                class="typeahead-option"
                role="option"
                id=option_id(id, at)
                aria-selected=move || (combobox.current.get() == Some(at)).to_string()
                // Before the field loses the focus.
                on:pointerdown=move |event| {
                    event.prevent_default();
                    combobox.pick(picked.clone());
                }
            >
                <span>{name}</span>
                {(!also.is_empty()).then(|| view! { <span class="typeahead-also">{also}</span> })}
            </li>
        }
    });
    offers.collect_view()
}
