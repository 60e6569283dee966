//! A form that is being filled in: its draft as a signal, kept in the browser, and what is wrong with it.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::ApiFailure;
use crate::state::storage;

/// A form.
pub struct Entry<D: 'static> {
    /// What stands in its fields.
    pub draft: RwSignal<D>,
    /// What is wrong with it: field and why.
    pub wrong: RwSignal<Vec<(String, String)>>,
    /// What went wrong with it as a whole.
    pub failure: RwSignal<Option<ApiFailure>>,
    /// It is on its way.
    pub pending: RwSignal<bool>,
}

impl<D: 'static> Clone for Entry<D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: 'static> Copy for Entry<D> {}

/// One text of a form, to show and to change.
#[derive(Clone, Copy)]
pub struct Slot {
    /// As it is.
    pub now: Signal<String>,
    /// Changes it.
    pub set: Callback<String>,
}

/// One list of a form.
#[derive(Clone, Copy)]
pub struct ListSlot {
    /// As it is.
    pub now: Signal<Vec<String>>,
    /// Changes it.
    pub set: Callback<Vec<String>>,
}

impl<D> Entry<D>
where
    D: Clone + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// Begins with this.
    pub fn new(draft: D) -> Self {
        Self {
            draft: RwSignal::new(draft),
            wrong: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            pending: RwSignal::new(false),
        }
    }

    /// Takes up what was kept in the browser under this name, and keeps what changes from then on.
    pub fn keep(self, name: String) {
        Effect::new(move |taken_up: Option<bool>| {
            if taken_up.is_none() {
                let kept = storage::read(&name).and_then(|kept| serde_json::from_str(&kept).ok());
                if let Some(kept) = kept {
                    self.draft.set(kept);
                }
                self.draft.track();
                return true;
            }
            let text = self.draft.with(|draft| {
                if *draft == D::default() { String::new() } else { serde_json::to_string(draft).unwrap_or_default() }
            });
            storage::write(&name, &text);
            true
        });
    }

    /// One of its texts.
    pub fn slot(self, read: fn(&D) -> &String, write: fn(&mut D) -> &mut String) -> Slot {
        let draft = self.draft;
        let set = Callback::new(move |text| draft.update(|draft| *write(draft) = text));
        Slot { now: Memo::new(move |_| draft.with(|draft| read(draft).clone())).into(), set }
    }

    /// One of its lists.
    pub fn list(self, read: fn(&D) -> &Vec<String>, write: fn(&mut D) -> &mut Vec<String>) -> ListSlot {
        let draft = self.draft;
        let set = Callback::new(move |list| draft.update(|draft| *write(draft) = list));
        ListSlot { now: Memo::new(move |_| draft.with(|draft| read(draft).clone())).into(), set }
    }

    /// What is wrong with one of its fields, by its name.
    pub fn wrong_with(self, field: &'static str) -> Signal<Option<String>> {
        let wrong = self.wrong;
        Memo::new(move |_| wrong.with(|all| all.iter().find(|(name, _)| name == field).map(|(_, why)| why.clone())))
            .into()
    }

    /// Says what is wrong, and goes to the first field of it.
    pub fn refuse(self, wrong: Vec<(impl Into<String>, String)>) {
        let all = wrong.into_iter().map(|(field, why)| (field.into(), why));
        let (wrong, nowhere): (Vec<_>, Vec<_>) = all.partition(|(field, _): &(String, _)| !field.is_empty());
        // What is about no one field is said above them all.
        self.failure.set(nowhere.into_iter().next().map(|(_, why)| ApiFailure::new(422, why)));
        self.wrong.set(wrong);
        focus_first_wrong();
    }

    /// Says why the server did not take it, beside the field that it names.
    pub fn fail(self, failure: ApiFailure) {
        match &failure.field {
            // `vitals.temperature` is the field `temperature` of the page.
            Some(field) => {
                let name = field.rsplit('.').next().unwrap_or(field).to_owned();
                self.wrong.set(vec![(name, failure.message)]);
                focus_first_wrong();
            }
            None => self.failure.set(Some(failure)),
        }
    }

    /// Nothing is wrong yet.
    pub fn clear(self) {
        self.wrong.set(Vec::new());
        self.failure.set(None);
    }
}

/// A slot of an entry, by the name of the field.
#[macro_export]
macro_rules! slot {
    ($entry:expr, $field:ident) => {
        $entry.slot(|draft| &draft.$field, |draft| &mut draft.$field)
    };
}

/// A list of an entry, by the name of the field.
#[macro_export]
macro_rules! list_slot {
    ($entry:expr, $field:ident) => {
        $entry.list(|draft| &draft.$field, |draft| &mut draft.$field)
    };
}

fn focus_first_wrong() {
    #[cfg(feature = "hydrate")]
    request_animation_frame(|| {
        use wasm_bindgen::JsCast;
        let found = document().query_selector("main [aria-invalid=\"true\"]").ok().flatten();
        if let Some(field) = found.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = field.focus();
        }
    });
}
