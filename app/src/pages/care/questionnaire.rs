//! `/questionnaires/:id`: PHQ-9 and GAD-7, filled in by oneself. No diagnosis comes of it.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use protocol::SafetyType;
use protocol::care::{FillIn, Questionnaire, QuestionnaireResult};

use super::CarePage;
use crate::api::ApiFailure;
use crate::api::care::{keep_questionnaire, open_questionnaire};
use crate::components::crisis_card::{CrisisCard, helps};
use crate::components::field::{FormNotice, use_alive};
use crate::components::icon::Icon;
use crate::components::markdown::Markdown;

/// The page.
#[component]
pub fn QuestionnairePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let form = Resource::new(move || id.get(), open_questionnaire);
    view! {
        <CarePage title="Questionnaire" needs=form let((_viewer, form))>
            <main class="container care-main" data-width="narrow" id="main"><Open form/></main>
        </CarePage>
    }
}

#[component]
fn Open(form: Questionnaire) -> impl IntoView {
    let result = RwSignal::new(None::<QuestionnaireResult>);
    let title = format!("{} · Anamnesis", form.name);
    let (name, about, source) = (form.name.clone(), form.about.clone(), form.source.clone());
    let form = StoredValue::new(form);
    view! {
        <Title text=title/>
        <header class="care-head">
            <a class="article-back" href="/progress"><Icon name="back" small=true/>"Progress"</a>
            <h1 class="care-title">{name}</h1>
            <p class="care-lead">{about}</p>
        </header>
        {move || match result.get() {
            Some(result) => Either::Left(view! { <Outcome result/> }),
            None => Either::Right(view! { <Form form=form.get_value() result/> }),
        }}
        <p class="cited">{source}</p>
    }
}

/// A string: where scripts run, a browser reads what stands in there as text.
const NO_SCRIPT: &str =
    "<p class=\"system-note\">Filling this in needs JavaScript. You can print it and take it with you.</p>";

/// What is chosen so far, an item each.
type Answers = RwSignal<Vec<Option<u8>>>;

#[component]
fn Form(form: Questionnaire, result: RwSignal<Option<QuestionnaireResult>>) -> impl IntoView {
    let alive = use_alive();
    let Questionnaire { id, lead, items, options, difficulty, difficulty_options, .. } = form;
    let count = items.len();
    let answers: Answers = RwSignal::new(vec![None; count]);
    let hardship = RwSignal::new(None::<u8>);
    let missing = RwSignal::new(Vec::<usize>::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let applies = Memo::new(move |_| answers.with(|all| all.iter().flatten().any(|answer| *answer > 0)));
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let given = answers.get_untracked();
        let left: Vec<usize> = (0..given.len()).filter(|n| given[*n].is_none()).collect();
        let is_whole = left.is_empty();
        missing.set(left);
        failure.set(None);
        if !is_whole {
            #[cfg(feature = "hydrate")]
            request_animation_frame(|| crate::components::exercise::put_cursor("#missing"));
            return;
        }
        let difficulty = applies.get_untracked().then(|| hardship.get_untracked()).flatten();
        let filled = FillIn { answers: given.into_iter().flatten().collect(), difficulty };
        busy.set(true);
        let id = id.clone();
        leptos::task::spawn_local(async move {
            let said = keep_questionnaire(id, filled).await;
            // The page may have moved on meanwhile.
            if busy.try_set(false).is_some() {
                return;
            }
            match said {
                Ok(said) => {
                    result.set(Some(said));
                    #[cfg(feature = "hydrate")]
                    request_animation_frame(|| crate::components::exercise::put_cursor("#result"));
                }
                Err(said) => failure.set(Some(ApiFailure { field: None, ..said })),
            }
        });
    };
    let rows = items.into_iter().enumerate().map(|(n, item)| {
        let name = format!("item-{}", n + 1);
        let value = Signal::derive(move || answers.with(|all| all[n]));
        let choose = Callback::new(move |value: u8| {
            answers.update(|all| all[n] = Some(value));
            missing.update(|all| all.retain(|other| *other != n));
        });
        let wrong = Signal::derive(move || missing.with(|all| all.contains(&n)));
        let legend = format!("{}. {item}", n + 1);
        view! { <Item name legend options=options.clone() value choose wrong/> }
    });
    let rows = rows.collect_view();
    let told = move || answers.with(|all| format!("{} of {count} answered", all.iter().flatten().count()));
    let hard = StoredValue::new((difficulty, difficulty_options));
    view! {
        <p class="notice"><Icon name="info"/><span>
            "This is a questionnaire, not a diagnosis: only a professional who talks with you can make one. Your answers are kept with your progress, sealed, and you can delete them there."
        </span></p>
        <form class="care-form questionnaire" novalidate on:submit=on_submit>
            <p class="care-lead">{lead}</p>
            {move || (!missing.with(Vec::is_empty)).then(|| view! { <Missing missing/> })}
            {rows}
            {move || applies.get().then(|| {
                let (legend, options) = hard.get_value();
                let value = Signal::derive(move || hardship.get());
                let choose = Callback::new(move |value: u8| hardship.set(Some(value)));
                view! { <Item name="difficulty".to_owned() legend options value choose wrong=Signal::derive(|| false) optional=true/> }
            })}
            <FormNotice failure=failure.into()/>
            <div class="row">
                <button
                    class="button"
                    data-kind="primary"
                    type="submit"
                    disabled=move || !alive.get()
                    aria-busy=move || busy.get().then_some("true")
                >
                    "See the result"
                </button>
                <span class="quiet small">{told}</span>
            </div>
            <noscript inner_html=NO_SCRIPT></noscript>
        </form>
    }
}

/// What is not answered yet, by number, each a way to it.
#[component]
fn Missing(missing: RwSignal<Vec<usize>>) -> impl IntoView {
    let links = move || {
        let links = missing.get().into_iter().map(|n| {
            let target = format!("#item-{}", n + 1);
            view! { <li><a class="pick" href=target rel="external">{format!("Question {}", n + 1)}</a></li> }
        });
        links.collect_view()
    };
    view! {
        <div class="notice" data-kind="error" role="alert" id="missing" tabindex="-1">
            <Icon name="alert"/>
            <p>"Some questions are not answered yet. Choose what fits best for each."</p>
            <ul class="picks">{links}</ul>
        </div>
    }
}

#[component]
fn Item(
    name: String,
    legend: String,
    options: Vec<String>,
    value: Signal<Option<u8>>,
    choose: Callback<u8>,
    wrong: Signal<bool>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let alive = use_alive();
    let error = format!("{name}-error");
    let described = error.clone();
    let options = options.into_iter().zip(0_u8..).map(|(label, figure)| {
        let group = name.clone();
        // The link of the summary leads to the first.
        let id = (figure == 0).then(|| name.clone());
        view! {
            <label class="segmented-option">
                <input
                    type="radio"
                    id=id
                    name=group
                    value=figure.to_string()
                    prop:checked=move || value.get() == Some(figure)
                    on:change=move |_| choose.run(figure)
                />
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <fieldset
            class="segmented question"
            data-size="small"
            disabled=move || !alive.get()
            data-invalid=move || wrong.get().then_some("true")
            aria-describedby=move || wrong.get().then(|| described.clone())
        >
            <legend>
                {legend}
                {optional.then(|| view! { " " <span class="field-optional">"(optional)"</span> })}
            </legend>
            <div class="segmented-options">{options.collect_view()}</div>
            {move || wrong.get().then(|| view! {
                <p class="field-error" id=error.clone()><Icon name="alert" small=true/>"Not answered yet."</p>
            })}
        </fieldset>
    }
}

/// What comes of it; help first where it is needed.
#[component]
fn Outcome(result: QuestionnaireResult) -> impl IntoView {
    let QuestionnaireResult { filled, meaning, next, change, source, care } = result;
    let care = care.map(|care| {
        let types = vec![SafetyType::SuicidalIdeation];
        view! {
            <h2 class="visually-hidden">"Help now"</h2>
            <CrisisCard types helps=helps(&care.elements) alert=true id="crisis".to_owned()/>
            <div class="prose"><Markdown text=care.text headings=3/></div>
        }
    });
    view! {
        <section class="care-section" aria-labelledby="result">
            {care}
            <h2 class="care-subtitle" id="result" tabindex="-1">"Result"</h2>
            <p class="outcome">
                <span class="outcome-score figures">{format!("{} of {}", filled.score, filled.max)}</span>
                <span class="outcome-band">{filled.band}</span>
            </p>
            <p>{meaning}</p>
            <p>{next}</p>
            {change.map(|change| view! { <p>{change}</p> })}
            <p class="quiet small">"This is no diagnosis. It is kept with your progress."</p>
            <p class="cited">{source}</p>
            <div class="row">
                <a class="button" href="/progress">"See your progress"</a>
                <a class="button" data-kind="quiet" href="/exercises">"Exercises"</a>
            </div>
        </section>
    }
}
