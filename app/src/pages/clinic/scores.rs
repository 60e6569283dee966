//! `/clinic/scores/:id?`: every calculator, calculated as one types.

use std::collections::BTreeMap;

use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::clinic::{Calculator, CalculatorInput, InputKind, ScoreAnswer};
use serde_json::Value;

use super::ClinicPage;
use crate::api::ApiFailure;
use crate::api::clinic::list_calculators;
use crate::components::clinic::bits::{score_value, words};
use crate::components::clinic::scores::ScoreCard;
use crate::components::field::use_alive;
use crate::components::icon::Icon;

/// Wait for the next key before calculating, in milliseconds.
#[cfg(feature = "hydrate")]
const PAUSE_MS: u64 = 150;

/// What is given so far, by the name of the input.
type Given = RwSignal<BTreeMap<String, Value>>;
/// What was calculated of it.
type Answer = RwSignal<Option<Result<ScoreAnswer, ApiFailure>>>;

/// The page.
#[component]
pub fn ScoresPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let list = Resource::new(|| (), |()| list_calculators());
    view! {
        <ClinicPage title="Calculators" needs=list let((_viewer, list))>
            <main class="container clinic-main" id="main">
                <header class="clinic-head">
                    <h1 class="clinic-title">"Calculators"</h1>
                    <p class="quiet small">"Nothing entered here is stored. What is left out is named, never guessed."</p>
                </header>
                <Calculators list id/>
            </main>
        </ClinicPage>
    }
}

#[component]
fn Calculators(list: Vec<Calculator>, id: Memo<String>) -> impl IntoView {
    let links = list.iter().enumerate().map(|(at, calculator)| {
        let this = calculator.id.clone();
        let is_here = move || id.with(|id| *id == this || (id.is_empty() && at == 0));
        let href = format!("/clinic/scores/{}", calculator.id);
        view! { <li><a class="calculator-link" href=href aria-current=move || is_here().then_some("page")>{calculator.name.clone()}</a></li> }
    });
    let links = links.collect_view();
    let list = StoredValue::new(list);
    let chosen = move || {
        let id = id.get();
        list.with_value(|list| {
            if id.is_empty() { list.first().cloned() } else { list.iter().find(|one| one.id == id).cloned() }
        })
    };
    view! {
        <div class="calculators">
            <nav aria-label="Calculators"><ul class="calculator-list">{links}</ul></nav>
            {move || match chosen() {
                Some(calculator) => Either::Left(view! { <CalculatorForm calculator/> }),
                None => Either::Right(view! { <p class="quiet">"There is no such calculator."</p> }),
            }}
        </div>
    }
}

#[component]
fn CalculatorForm(calculator: Calculator) -> impl IntoView {
    let given: Given = RwSignal::new(BTreeMap::new());
    let answer: Answer = RwSignal::new(None);
    let id = calculator.id.clone();
    calculate_on_change(id, given, answer);
    let (unit, source) = (calculator.unit.clone(), calculator.source.clone());
    let labels: BTreeMap<_, _> =
        calculator.inputs.iter().map(|input| (input.name.clone(), input.label.clone())).collect();
    let inputs = calculator.inputs.into_iter().map(|input| view! { <Input input given answer/> }).collect_view();
    // A form clears its own fields, also those that nothing reads back.
    let on_reset = move |_| {
        given.set(BTreeMap::new());
        answer.set(None);
    };
    view! {
        <section class="calculator" aria-labelledby="calculator-name">
            <header class="calculator-head">
                <h2 id="calculator-name">{calculator.name}</h2>
                <p class="quiet">{calculator.purpose}</p>
            </header>
            <form class="calculator-form" novalidate on:submit=|event| event.prevent_default() on:reset=on_reset>
                {inputs}
                <div><button class="button" data-kind="quiet" type="reset"><Icon name="retry" small=true/>"Clear"</button></div>
            </form>
            <div class="calculator-result">
                <h3 class="visually-hidden">"Result"</h3>
                <Said answer unit=unit/>
                {move || match answer.get() {
                    Some(Ok(answer)) => {
                        let mut score = answer.working;
                        // On this page an input is known by what its field is called.
                        for name in &mut score.missing {
                            if let Some(label) = labels.get(name) {
                                name.clone_from(label);
                            }
                        }
                        view! { <ScoreCard score open=true/> }.into_any()
                    }
                    Some(Err(failure)) if failure.field.is_none() => {
                        view! { <div class="notice" data-kind="error"><Icon name="alert"/><p>{failure.message}</p></div> }.into_any()
                    }
                    Some(Err(_)) => view! { <p class="quiet">"One value can’t be taken: see beside its field."</p> }.into_any(),
                    None => view! {
                        <p class="quiet">"The result appears here as you enter."</p>
                        <p class="cited">{source.clone()}</p>
                    }.into_any(),
                }}
            </div>
        </section>
    }
}

/// The result in one line, for who cannot see it change.
#[component]
fn Said(answer: Answer, unit: String) -> impl IntoView {
    let text = Memo::new(move |_| {
        let score = answer
            .with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok()).map(|one| one.working.clone()));
        let Some(score) = score else { return String::new() };
        let value = score.value.map_or_else(|| "not known yet".to_owned(), score_value);
        format!("{} {value} {unit} {}", score.name, words(&score.band))
    });
    view! { <p class="visually-hidden" role="status">{text}</p> }
}

fn calculate_on_change(id: String, given: Given, answer: Answer) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let inputs = given.get();
        if inputs.is_empty() {
            answer.set(None);
            return;
        }
        let id = id.clone();
        let timer = set_timeout_with_handle(
            move || {
                leptos::task::spawn_local(async move {
                    let found = crate::api::clinic::calculate(id, inputs.clone()).await;
                    if given.try_get_untracked().as_ref() == Some(&inputs) {
                        let _ = answer.try_set(Some(found));
                    }
                });
            },
            std::time::Duration::from_millis(PAUSE_MS),
        );
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (id, given, answer);
}

#[component]
fn Input(input: CalculatorInput, given: Given, answer: Answer) -> impl IntoView {
    let CalculatorInput { name, label, kind } = input;
    match kind {
        InputKind::Number { unit, min, max } => {
            view! { <NumberInput name label unit range=(min, max) given answer/> }.into_any()
        }
        InputKind::YesNo => {
            let options = vec![(Value::Bool(false), "No".to_owned()), (Value::Bool(true), "Yes".to_owned())];
            view! { <ChoiceInput name label options given/> }.into_any()
        }
        InputKind::Choice { options } => {
            let options = options.into_iter().map(|option| (Value::String(option.value), option.label)).collect();
            view! { <ChoiceInput name label options given/> }.into_any()
        }
        InputKind::Answers { questions, max } => view! { <AnswersInput name label questions max given/> }.into_any(),
    }
}

fn put(given: Given, name: &str, value: Option<Value>) {
    given.update(|given| match value {
        Some(value) => drop(given.insert(name.to_owned(), value)),
        None => drop(given.remove(name)),
    });
}

#[component]
fn NumberInput(
    name: String,
    label: String,
    unit: String,
    range: (f64, f64),
    given: Given,
    answer: Answer,
) -> impl IntoView {
    let alive = use_alive();
    let id = format!("input-{name}");
    let (error_id, hint_id) = (format!("{id}-error"), format!("{id}-hint"));
    let not_a_number = RwSignal::new(false);
    let wrong = {
        let name = name.clone();
        Memo::new(move |_| {
            if not_a_number.get() {
                return Some("Write a number.".to_owned());
            }
            let failure = answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()))?;
            (failure.field.as_deref() == Some(name.as_str())).then_some(failure.message)
        })
    };
    let on_input = move |event| {
        let text = event_target_value(&event).trim().replace(',', ".");
        let number = text.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
        not_a_number.set(number.is_none() && !text.is_empty());
        put(given, &name, number.map(Value::Number));
    };
    let described = {
        let (error_id, hint_id) = (error_id.clone(), hint_id.clone());
        move || if wrong.with(Option::is_some) { error_id.clone() } else { hint_id.clone() }
    };
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <p class="field-hint" id=hint_id>{format!("{} to {} {unit}", range.0, range.1)}</p>
            <input
                class="input figures"
                id=id
                type="text"
                inputmode="decimal"
                autocomplete="off"
                aria-describedby=described
                aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                disabled=move || !alive.get()
                on:input=on_input
            />
            {move || wrong.get().map(|why| view! {
                <p class="field-error" id=error_id.clone()><Icon name="alert" small=true/>{why}</p>
            })}
        </div>
    }
}

#[component]
fn ChoiceInput(name: String, label: String, options: Vec<(Value, String)>, given: Given) -> impl IntoView {
    let alive = use_alive();
    let is_long = options.iter().any(|(_, label)| label.chars().count() > 24);
    let group = format!("input-{name}");
    let options = options.into_iter().map(|(value, label)| {
        let (name, group) = (name.clone(), group.clone());
        view! {
            <label class="segmented-option">
                <input type="radio" name=group on:change=move |_| put(given, &name, Some(value.clone()))/>
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <fieldset class="segmented" data-size="small" data-long=is_long.then_some("true") disabled=move || !alive.get()>
            <legend>{label}</legend>
            <div class="segmented-options">{options.collect_view()}</div>
        </fieldset>
    }
}

/// A questionnaire: it counts once every question is answered.
#[component]
fn AnswersInput(name: String, label: String, questions: Vec<String>, max: u8, given: Given) -> impl IntoView {
    let alive = use_alive();
    let answers = RwSignal::new(vec![None::<u8>; questions.len()]);
    Effect::new({
        let name = name.clone();
        move |_| {
            let all: Option<Vec<Value>> = answers.with(|all| all.iter().map(|one| one.map(Value::from)).collect());
            put(given, &name, all.map(Value::Array));
        }
    });
    Effect::new(move |_| {
        // The form was cleared.
        if given.with(BTreeMap::is_empty) && answers.with_untracked(|all| all.iter().all(Option::is_some)) {
            answers.update(|all| all.fill(None));
        }
    });
    let count = questions.len();
    let told = move || answers.with(|all| format!("{} of {count} answered", all.iter().flatten().count()));
    let rows = questions.into_iter().enumerate().map(|(at, question)| {
        let group = format!("{name}-{at}");
        let options = (0..=max).map(|value| {
            let group = group.clone();
            view! {
                <label class="segmented-option">
                    <input
                        type="radio"
                        name=group
                        prop:checked=move || answers.with(|all| all[at] == Some(value))
                        on:change=move |_| answers.update(|all| all[at] = Some(value))
                    />
                    <span class="figures">{value}</span>
                </label>
            }
        });
        view! {
            <fieldset class="segmented question" data-size="small" disabled=move || !alive.get()>
                <legend>{format!("{}. {question}", at + 1)}</legend>
                <div class="segmented-options">{options.collect_view()}</div>
            </fieldset>
        }
    });
    view! {
        <div class="questions">
            <p><strong>{label}</strong> " " <span class="quiet small">{told}</span></p>
            {rows.collect_view()}
        </div>
    }
}
