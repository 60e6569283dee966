//! One labelled field of a form, with what is wrong with it.

use leptos::prelude::*;

use super::icon::Icon;
use crate::api::ApiFailure;

/// What came of a form, as far as it went wrong.
pub type Failure = Signal<Option<ApiFailure>>;

/// What a server action's value says went wrong.
pub fn failure_of<T: Send + Sync + 'static>(value: MappedSignal<Option<Result<T, ApiFailure>>>) -> Failure {
    Signal::derive(move || value.with(|value| value.as_ref().and_then(|result| result.as_ref().err().cloned())))
}

/// A labelled input. The id is the name: one form stands on a page, or `id` tells them apart.
#[component]
#[expect(clippy::too_many_arguments, reason = "the attributes of an input; each is named where the field is used")]
pub fn Field(
    label: &'static str,
    name: &'static str,
    #[prop(optional)] id: Option<&'static str>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "on")] autocomplete: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional, into)] value: Option<String>,
    #[prop(optional)] minlength: Option<usize>,
    #[prop(optional)] maxlength: Option<usize>,
    #[prop(optional)] pattern: Option<&'static str>,
    #[prop(optional)] placeholder: Option<&'static str>,
    #[prop(optional)] data_kind: Option<&'static str>,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] failure: Option<Failure>,
) -> impl IntoView {
    let id = id.unwrap_or(name);
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let wrong = Signal::derive(move || {
        let failure = failure?.get()?;
        // `patch[age]` is the field `age` to the server.
        let bare = name.rsplit('[').next().unwrap_or(name).trim_end_matches(']');
        failure.field.is_some_and(|field| field == bare).then_some(failure.message)
    });
    let described = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || match (hint.is_some(), wrong.with(Option::is_some)) {
            (true, true) => Some(format!("{hint_id} {error_id}")),
            (true, false) => Some(hint_id.clone()),
            (false, true) => Some(error_id.clone()),
            (false, false) => None,
        }
    };
    let shown = RwSignal::new(false);
    let is_password = kind == "password";
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
                {optional.then(|| view! { " " <span class="field-optional">"(optional)"</span> })}
            </label>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id.clone()>{hint}</p> })}
            <div class=is_password.then_some("input-group")>
                <input
                    class="input"
                    id=id
                    name=name
                    type=move || if is_password && shown.get() { "text" } else { kind }
                    autocomplete=autocomplete
                    inputmode=inputmode
                    value=value
                    minlength=minlength
                    maxlength=maxlength
                    pattern=pattern
                    placeholder=placeholder
                    data-kind=data_kind
                    required=!optional
                    aria-describedby=described
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                />
                {is_password.then(|| view! { <ShowPassword shown controls=id/> })}
            </div>
            {move || wrong.get().map(|message| view! {
                <p class="field-error" id=error_id.clone()><Icon name="alert" small=true/>{message}</p>
            })}
        </div>
    }
}

/// Only there when the page is alive: before that it could not do anything.
#[component]
fn ShowPassword(shown: RwSignal<bool>, controls: &'static str) -> impl IntoView {
    let alive = use_alive();
    view! {
        <button
            class="input-addon"
            type="button"
            hidden=move || !alive.get()
            aria-pressed=move || shown.get().to_string()
            aria-controls=controls
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            "Show"
        </button>
    }
}

/// What went wrong with a form as a whole.
#[component]
pub fn FormNotice(failure: Failure) -> impl IntoView {
    move || {
        failure.get().filter(|failure| failure.field.is_none()).map(|failure| {
            view! {
                <div class="notice" data-kind="error" role="alert">
                    <Icon name="alert"/>
                    <p>{failure.message}</p>
                </div>
            }
        })
    }
}

/// False until the page has been taken over in the browser.
pub fn use_alive() -> ReadSignal<bool> {
    let (alive, set_alive) = signal(false);
    Effect::new(move |_| set_alive.set(true));
    alive
}
