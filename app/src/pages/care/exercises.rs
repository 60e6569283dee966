//! `/exercises?for=` and `/exercises/:id`: what can be done by oneself, and doing it.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use protocol::Element;
use protocol::UserId;
use protocol::care::{Completed, Done, ExerciseLine};

use super::CarePage;
use crate::api::ApiFailure;
use crate::api::care::{exercise_done, list_exercises};
use crate::components::crisis_card::{CrisisCard, helps};
use crate::components::exercise::{Exercise, Finish, Guide, ProgressNote};
use crate::components::icon::Icon;
use crate::components::markdown::Markdown;
use crate::pages::error::NotFoundMain;

/// What exercises are for, in words; in this order they are offered to be chosen.
const WHEN: [(&str, &str); 13] = [
    ("panic", "Panic"),
    ("anxiety", "Anxiety"),
    ("stress", "Stress"),
    ("worry", "Worry"),
    ("low_mood", "Low mood"),
    ("sleep", "Sleep"),
    ("tension", "Tension"),
    ("pain", "Pain"),
    ("anger", "Anger"),
    ("grief", "Grief"),
    ("self_criticism", "Self-criticism"),
    ("urges", "Urges"),
    ("avoidance", "Putting off"),
];

fn word(tag: &str) -> String {
    match WHEN.iter().find(|(id, _)| *id == tag) {
        Some((_, word)) => (*word).to_owned(),
        // A newer server may know more.
        None => tag.replace('_', " "),
    }
}

/// All exercises.
#[component]
pub fn ExercisesPage() -> impl IntoView {
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.with(|query| query.get("for")).filter(|tag| !tag.is_empty()));
    let list = Resource::new(|| (), |()| list_exercises());
    view! {
        <CarePage title="Exercises" needs=list let((_viewer, list))>
            <main class="container care-main" id="main">
                <header class="care-head">
                    <h1 class="care-title">"Exercises"</h1>
                    <p class="quiet">
                        "Short things to do by yourself, in your own time. They are no treatment and no test; stop whenever one does you no good."
                    </p>
                </header>
                <Filter chosen/>
                <List list chosen/>
            </main>
        </CarePage>
    }
}

/// Plain links, so that the choice works without a script and has an address.
#[component]
fn Filter(chosen: Memo<Option<String>>) -> impl IntoView {
    let link = move |tag: Option<&'static str>, word: &'static str| {
        let href = tag.map_or_else(|| "/exercises".to_owned(), |tag| format!("/exercises?for={tag}"));
        let is_here = move || chosen.with(|chosen| chosen.as_deref() == tag);
        view! { <li><a class="pick" href=href aria-current=move || is_here().then_some("true")>{word}</a></li> }
    };
    let links = WHEN.iter().map(|(tag, word)| link(Some(*tag), word)).collect_view();
    view! { <nav aria-label="What for"><ul class="picks">{link(None, "All")} {links}</ul></nav> }
}

#[component]
fn List(list: Vec<ExerciseLine>, chosen: Memo<Option<String>>) -> impl IntoView {
    let list = StoredValue::new(list);
    move || {
        let chosen = chosen.get();
        let groups: Vec<(String, Vec<ExerciseLine>)> = list.with_value(|list| match &chosen {
            Some(tag) => {
                let mut fits: Vec<_> = list.iter().filter(|one| one.when.contains(tag)).cloned().collect();
                // What it is for most stands first.
                fits.sort_by_key(|one| one.when.iter().position(|other| other == tag));
                vec![(word(tag), fits)]
            }
            None => WHEN
                .iter()
                .map(|(tag, word)| {
                    let first = |one: &&ExerciseLine| one.when.first().is_some_and(|first| first == tag);
                    ((*word).to_owned(), list.iter().filter(first).cloned().collect())
                })
                .collect(),
        });
        if groups.iter().all(|(_, fits)| fits.is_empty()) {
            return Either::Left(view! {
                <p class="quiet">"No exercise is made for this. " <a href="/exercises">"See all of them"</a></p>
            });
        }
        let groups = groups.into_iter().filter(|(_, fits)| !fits.is_empty()).enumerate().map(|(n, (name, fits))| {
            let id = format!("for-{n}");
            let title_id = id.clone();
            let cards = fits.into_iter().map(|line| view! { <Card line/> }).collect_view();
            view! {
                <section class="care-section" aria-labelledby=title_id>
                    <h2 class="care-subtitle" id=id>{name}</h2>
                    <ul class="card-list">{cards}</ul>
                </section>
            }
        });
        Either::Right(groups.collect_view())
    }
}

#[component]
fn Card(line: ExerciseLine) -> impl IntoView {
    let ExerciseLine { id, label, minutes, when, times_done, intro, .. } = line;
    let also = when.iter().take(4).map(|tag| word(tag)).collect::<Vec<_>>().join(" · ");
    view! {
        <li class="card">
            <h3 class="card-title"><a href=format!("/exercises/{id}")>{label}</a></h3>
            <p class="card-text">{intro}</p>
            <p class="card-facts">
                <span><Icon name="clock" small=true/>{format!("{minutes} min")}</span>
                <span>{also}</span>
                {(times_done > 0).then(|| view! { <span><Icon name="check" small=true/>{times(times_done)}</span> })}
            </p>
        </li>
    }
}

fn times(count: u32) -> String {
    match count {
        1 => "done once".to_owned(),
        2 => "done twice".to_owned(),
        count => format!("done {count} times"),
    }
}

/// One exercise.
#[component]
pub fn ExercisePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let list = Resource::new(|| (), |()| list_exercises());
    view! {
        <CarePage title="Exercise" needs=list let((viewer, list))>
            {move || {
                let found = list.iter().find(|one| id.with(|id| one.id == *id)).cloned();
                match found {
                    Some(line) => Either::Left(view! { <Open line user=viewer.id().clone()/> }),
                    None => Either::Right(view! { <NotFoundMain/> }),
                }
            }}
        </CarePage>
    }
}

#[component]
fn Open(line: ExerciseLine, user: UserId) -> impl IntoView {
    let ExerciseLine { id, label, minutes, intro, not_for, steps, prompts, source, times_done, .. } = line;
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let completed = RwSignal::new(None::<Completed>);
    let state = Signal::derive(move || match (completed.with(Option::is_some), busy.get()) {
        (true, _) => Finish::Over,
        (false, true) => Finish::Sending,
        (false, false) => Finish::Open,
    });
    let exercise = id.clone();
    let on_finish = Callback::new(move |done: Done| {
        busy.set(true);
        failure.set(None);
        let id = exercise.clone();
        leptos::task::spawn_local(async move {
            let said = exercise_done(id, done).await;
            // The page may have moved on meanwhile.
            if busy.try_set(false).is_some() {
                return;
            }
            match said {
                Ok(said) => {
                    completed.set(Some(said));
                    #[cfg(feature = "hydrate")]
                    request_animation_frame(|| crate::components::exercise::put_cursor("#completed"));
                }
                Err(said) => failure.set(Some(ApiFailure { field: None, ..said })),
            }
        });
    });
    let kept = format!("anamnesis:exercise:{user}:{id}");
    let guide = Guide { id: id.clone(), label: "Begin".to_owned(), steps, prompts };
    view! {
        <Title text=format!("{label} · Anamnesis")/>
        <main class="container care-main" data-width="narrow" id="main">
            <header class="care-head">
                <a class="article-back" href="/exercises"><Icon name="back" small=true/>"All exercises"</a>
                <h1 class="care-title">{label}</h1>
                <p class="card-facts">
                    <span><Icon name="clock" small=true/>{format!("About {minutes} min")}</span>
                    {(times_done > 0).then(|| view! { <span><Icon name="check" small=true/>{times(times_done)}</span> })}
                </p>
                <p class="care-lead">{intro}</p>
            </header>
            {(!not_for.is_empty()).then(|| view! {
                <p class="notice" data-kind="warn"><Icon name="info"/><span>{not_for}</span></p>
            })}
            <Exercise guide place=id kept done="I have done it".to_owned() state failure=failure on_finish/>
            {move || completed.get().map(|said| view! { <Said said/> })}
            <p class="cited">{format!("Source: {source}")}</p>
        </main>
    }
}

/// What comes back: help first where it is needed.
#[component]
fn Said(said: Completed) -> impl IntoView {
    let Completed { content, safety } = said;
    let helps = helps(&content.elements);
    let crisis = (safety.crisis || !helps.is_empty())
        .then(|| view! { <CrisisCard types=safety.types helps alert=true id="crisis".to_owned()/> });
    let notes = content.elements.into_iter().filter_map(|element| match element {
        Element::Progress { label, .. } => Some(view! { <ProgressNote label/> }),
        _ => None,
    });
    let notes = notes.collect_view();
    view! {
        <section class="care-section" aria-labelledby="completed">
            <h2 class="care-subtitle" id="completed" tabindex="-1">"Done"</h2>
            {crisis}
            {notes}
            <div class="prose"><Markdown text=content.text headings=3/></div>
            <div class="row">
                <a class="button" href="/progress">"See your progress"</a>
                <a class="button" data-kind="quiet" href="/exercises">"All exercises"</a>
            </div>
        </section>
    }
}
