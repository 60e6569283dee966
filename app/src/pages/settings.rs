//! `/settings`: about you, how it looks, where you are signed in, leaving.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use protocol::rest::{AnswerLength, Tone};

use super::shares::Shares;
use super::signed_in::SignedIn;
use crate::api::ApiFailure;
use crate::api::accounts::{EndSession, SetReviewConsent, SignOut, UpdateProfile, sessions};
use crate::api::types::{BrowserSession, Viewer};
use crate::components::field::{Field, FormNotice, failure_of, use_alive};
use crate::components::icon::Icon;
use crate::components::page::Page;
use crate::components::timestamp::{Shape, Timestamp};
use crate::state::look::{self, TEXTS, THEMES};

/// The page.
#[component]
pub fn Settings() -> impl IntoView {
    let end = ServerAction::<EndSession>::new();
    let list = Resource::new(move || end.version().get(), |_| sessions());
    view! {
        <Title text="Settings · Anamnesis"/>
        <Page>
            <SignedIn needs=list let((viewer, _sessions))>
                <main class="container settings" id="main">
                    <h1 class="settings-title">"Settings"</h1>
                    <Profile viewer=viewer.clone()/>
                    <Look/>
                    <section class="settings-section" aria-labelledby="sessions">
                        <div class="settings-about">
                            <h2 id="sessions">"Where you are signed in"</h2>
                            <p>"End a session you do not know, then change your password."</p>
                        </div>
                        <Sessions end list/>
                    </section>
                    <Shares/>
                    <Reading agreed=viewer.user.profile.review_consent/>
                    <Leave/>
                </main>
            </SignedIn>
        </Page>
    }
}

#[component]
fn Profile(viewer: Viewer) -> impl IntoView {
    let save = ServerAction::<UpdateProfile>::new();
    let failure = failure_of(save.value());
    let saved = move || save.value().with(|value| matches!(value, Some(Ok(_)))) && !save.pending().get();
    let user = viewer.user;
    let figure =
        |value: Option<f64>| value.filter(|value| *value > 0.0).map(|value| value.to_string()).unwrap_or_default();
    let profile = user.profile;
    view! {
        <section class="settings-section" aria-labelledby="profile">
            <div class="settings-about">
                <h2 id="profile">"About you"</h2>
                <p>"Only if you like. An empty field is cleared."</p>
                <p class="small quiet">{user.email}</p>
            </div>
            <ActionForm action=save attr:class="settings-form">
                <FormNotice failure/>
                {move || saved().then(|| view! {
                    <div class="notice" data-kind="good" role="status"><Icon name="check"/><p>"Saved."</p></div>
                })}
                <div class="settings-fields">
                    <Field label="First name" name="first_name" autocomplete="given-name" value=user.first_name maxlength=100 failure/>
                    <Field
                        label="Last name"
                        name="last_name"
                        autocomplete="family-name"
                        value=user.last_name
                        maxlength=100
                        optional=true
                        failure
                    />
                </div>
                <div class="settings-fields">
                    <Field label="Age in years" name="age" inputmode="numeric" value=figure(profile.age.map(f64::from)) optional=true failure/>
                    <Field label="Height in cm" name="height_cm" inputmode="decimal" value=figure(profile.height_cm) optional=true failure/>
                    <Field label="Weight in kg" name="weight_kg" inputmode="decimal" value=figure(profile.weight_kg) optional=true failure/>
                </div>
                <Conditions conditions=profile.conditions/>
                <Country country=profile.country.unwrap_or_default()/>
                <Answers length=profile.answer_length tone=profile.tone/>
                <Note
                    label="What helps you"
                    name="what_helps"
                    hint="Such as: music, a walk, breathing exercises. What is named comes first where it fits."
                    value=profile.what_helps.unwrap_or_default()
                />
                <Note
                    label="What to avoid"
                    name="what_to_avoid"
                    hint="Such as: meditation, counting breaths. An exercise that is named here is not offered."
                    value=profile.what_to_avoid.unwrap_or_default()
                />
                <button class="button" data-kind="primary" type="submit" disabled=save.pending()>"Save"</button>
            </ActionForm>
        </section>
    }
}

/// One line, since a text area cannot be filled by the server.
#[component]
fn Conditions(conditions: Vec<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field-label" for="conditions">"Conditions you live with " <span class="field-optional">"(optional)"</span></label>
            <p class="field-hint" id="conditions-hint">"Separate them with semicolons."</p>
            <input class="input" id="conditions" name="conditions" value=conditions.join("; ") aria-describedby="conditions-hint"/>
        </div>
    }
}

/// Countries whose emergency numbers we can name; anything else is told by the numbers that work in most places.
const COUNTRIES: [(&str, &str); 21] = [
    ("", "Not said"),
    ("AT", "Austria"),
    ("AU", "Australia"),
    ("BE", "Belgium"),
    ("CA", "Canada"),
    ("CH", "Switzerland"),
    ("DE", "Germany"),
    ("DK", "Denmark"),
    ("ES", "Spain"),
    ("FI", "Finland"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
    ("IN", "India"),
    ("IT", "Italy"),
    ("NL", "Netherlands"),
    ("NO", "Norway"),
    ("NZ", "New Zealand"),
    ("PL", "Poland"),
    ("SE", "Sweden"),
    ("US", "United States"),
];

#[component]
fn Country(country: String) -> impl IntoView {
    // One that is not in the list stays what it is.
    let other = (!COUNTRIES.iter().any(|(code, _)| *code == country)).then(|| country.clone());
    let options = COUNTRIES.map(|(code, name)| view! { <option value=code selected=code == country>{name}</option> });
    view! {
        <div class="field">
            <label class="field-label" for="country">"Country " <span class="field-optional">"(optional)"</span></label>
            <select class="input" id="country" name="country" autocomplete="country">
                {options.collect_view()}
                {other.map(|code| view! { <option value=code.clone() selected=true>{code.clone()}</option> })}
            </select>
        </div>
    }
}

/// How answers are given. You can say it in the chat, too.
#[component]
fn Answers(length: Option<AnswerLength>, tone: Option<Tone>) -> impl IntoView {
    let length = length.unwrap_or(AnswerLength::Normal).as_str();
    let tone = tone.map_or("", Tone::as_str);
    view! {
        <div class="settings-fields">
            <Select
                label="Length of answers"
                name="answer_length"
                options=&[("short", "Short"), ("normal", "Normal"), ("full", "Full")]
                chosen=length
            />
            <Select label="Tone" name="tone" options=&[("", "As it comes"), ("plain", "Plain"), ("warm", "Warm")] chosen=tone/>
        </div>
    }
}

#[component]
fn Select(
    label: &'static str,
    name: &'static str,
    options: &'static [(&'static str, &'static str)],
    chosen: &'static str,
) -> impl IntoView {
    let options = options.iter().map(|(value, label)| {
        view! { <option value=*value selected=*value == chosen>{*label}</option> }
    });
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <select class="input" id=name name=name>{options.collect_view()}</select>
        </div>
    }
}

/// One line, as for conditions.
#[component]
fn Note(label: &'static str, name: &'static str, hint: &'static str, value: String) -> impl IntoView {
    let hint_id = format!("{name}-hint");
    view! {
        <div class="field">
            <label class="field-label" for=name>{label} " " <span class="field-optional">"(optional)"</span></label>
            <p class="field-hint" id=hint_id.clone()>{hint}</p>
            <input class="input" id=name name=name value=value maxlength=1000 aria-describedby=hint_id/>
        </div>
    }
}

/// Kept on this device; it works once the page is alive.
#[component]
fn Look() -> impl IntoView {
    let alive = use_alive();
    let theme = RwSignal::new(THEMES[0].0);
    let text = RwSignal::new(TEXTS[0].0);
    Effect::new(move |_| {
        theme.set(look::kept(look::THEME, &THEMES));
        text.set(look::kept(look::TEXT, &TEXTS));
    });
    view! {
        <section class="settings-section" aria-labelledby="look">
            <div class="settings-about"><h2 id="look">"How it looks"</h2><p>"Kept on this device."</p></div>
            <div class="settings-form">
                <Choice legend="Theme" name=look::THEME options=&THEMES chosen=theme alive/>
                <Choice legend="Text size" name=look::TEXT options=&TEXTS chosen=text alive/>
            </div>
        </section>
    }
}

#[component]
fn Choice(
    legend: &'static str,
    name: &'static str,
    options: &'static [(&'static str, &'static str)],
    chosen: RwSignal<&'static str>,
    alive: ReadSignal<bool>,
) -> impl IntoView {
    let options = options.iter().map(|(value, label)| {
        view! {
            <label class="segmented-option">
                <input
                    type="radio"
                    name=name
                    value=*value
                    prop:checked=move || chosen.get() == *value
                    on:change=move |_| {
                        chosen.set(value);
                        look::choose(name, value);
                    }
                />
                <span>{*label}</span>
            </label>
        }
    });
    view! {
        <fieldset class="segmented" disabled=move || !alive.get()>
            <legend>{legend}</legend>
            <div class="segmented-options">{options.collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Sessions(end: ServerAction<EndSession>, list: Resource<Result<Vec<BrowserSession>, ApiFailure>>) -> impl IntoView {
    let failure = failure_of(end.value());
    view! {
        <div class="settings-form">
            <FormNotice failure/>
            <Transition>
                {move || Suspend::new(async move {
                    let list = list.await.unwrap_or_default();
                    let lines = list.into_iter().map(|session| view! { <SessionLine session end/> });
                    view! { <ul class="session-list">{lines.collect_view()}</ul> }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn SessionLine(session: BrowserSession, end: ServerAction<EndSession>) -> impl IntoView {
    let label = format!("End the session on {}", session.agent);
    view! {
        <li class="session">
            <Icon name="device"/>
            <div>
                <p class="session-name">{session.agent}</p>
                <p class="session-seen">
                    {if session.current {
                        "This device".into_any()
                    } else {
                        view! { "Last used " <Timestamp at=session.last_active_at shape=Shape::Full/> }.into_any()
                    }}
                </p>
            </div>
            {(!session.current).then(|| view! {
                <ActionForm action=end>
                    <input type="hidden" name="id" value=session.id/>
                    <button class="button" data-size="small" type="submit" aria-label=label>"End"</button>
                </ActionForm>
            })}
        </li>
    }
}

/// The choice that stands beside every low rating, remembered.
#[component]
fn Reading(agreed: bool) -> impl IntoView {
    let save = ServerAction::<SetReviewConsent>::new();
    let failure = failure_of(save.value());
    let saved = move || save.value().with(|value| matches!(value, Some(Ok(_)))) && !save.pending().get();
    view! {
        <section class="settings-section" id="reading" aria-labelledby="reading-title">
            <div class="settings-about">
                <h2 id="reading-title">"Making answers better"</h2>
                <p>"You are asked with every answer that you rate low; this is what the box says at first."</p>
            </div>
            <ActionForm action=save attr:class="settings-form">
                <FormNotice failure/>
                {move || saved().then(|| view! {
                    <div class="notice" data-kind="good" role="status"><Icon name="check"/><p>"Saved."</p></div>
                })}
                <div>
                    <label class="check">
                        <input type="checkbox" name="agreed" value="on" checked=agreed aria-describedby="reading-hint"/>
                        <span>"Let clinicians here read answers that I rate low and what I asked, without my name"</span>
                    </label>
                    <p class="field-hint" id="reading-hint">
                        "Your name, addresses, telephone numbers and dates are taken out of the texts as far as they are found; administrators may save them in that form. Save this without the tick, and everything that you let them read before is taken out again."
                    </p>
                </div>
                <button class="button" type="submit" disabled=save.pending()>"Save this choice"</button>
            </ActionForm>
        </section>
    }
}

#[component]
fn Leave() -> impl IntoView {
    let sign_out = ServerAction::<SignOut>::new();
    view! {
        <section class="settings-section" aria-labelledby="leave">
            <div class="settings-about">
                <h2 id="leave">"Leave"</h2>
                <p>"Drafts and unsent messages stay in this browser, for when you are back; what you began in an exercise or a plan does not."</p>
            </div>
            <div class="settings-form">
                <ActionForm action=sign_out>
                    <button class="button" type="submit"><Icon name="sign-out"/>"Sign out"</button>
                </ActionForm>
            </div>
        </section>
    }
}
