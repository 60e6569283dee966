//! `/progress`: what was done over time. It counts what was, never what was not.

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::care::{Days, Effect as Did, Filled, Marker, Mood, Progress};

use super::CarePage;
use super::export::Kind;
use super::trends::{Moods, Scores};
use crate::api::ApiFailure;
use crate::api::care::{ForgetEntry, NoteMood, read_progress};
use crate::components::confirm::Confirm;
use crate::components::field::{FormNotice, failure_of, use_alive};
use crate::components::icon::Icon;
use crate::components::scale::MoodScale;
use crate::components::timestamp::{Shape, Timestamp, plain};

/// The page.
#[component]
pub fn ProgressPage() -> impl IntoView {
    let progress = Resource::new(|| (), |()| read_progress());
    view! {
        <CarePage title="Progress" needs=progress let((_viewer, progress))>
            <main class="container care-main" id="main"><Read progress/></main>
        </CarePage>
    }
}

#[component]
fn Read(progress: Progress) -> impl IntoView {
    let progress = RwSignal::new(progress);
    let (note, forget) = (ServerAction::<NoteMood>::new(), ServerAction::<ForgetEntry>::new());
    let stale = RwSignal::new(None::<ApiFailure>);
    Effect::new(move |_| {
        let noted = note.value().with(|value| matches!(value, Some(Ok(()))));
        let forgotten = forget.value().with(|value| matches!(value, Some(Ok(()))));
        if !noted && !forgotten {
            return;
        }
        leptos::task::spawn_local(async move {
            // The page may have moved on meanwhile.
            match read_progress().await {
                Ok(read) => drop((progress.try_set(read), stale.try_set(None))),
                Err(failure) => drop(stale.try_set(Some(failure))),
            }
        });
    });
    let forget_mood = Callback::new(move |mood: Mood| {
        let name = format!("Delete the mood of {}", plain(&mood.at, Shape::Full));
        view! { <Forget action=forget id=mood.id name ask="Delete what you noted? It can’t be brought back."/> }
            .into_any()
    });
    let days = Memo::new(move |_| progress.with(|progress| progress.days));
    view! {
        <header class="care-head">
            <h1 class="care-title">"Progress"</h1>
            <p class="quiet">{move || told(days.get())}</p>
            <Tools progress/>
        </header>
        <FormNotice failure=stale.into()/>
        <FormNotice failure=failure_of(forget.value())/>
        <section class="care-section" aria-labelledby="mood">
            <h2 class="care-subtitle" id="mood">"How you feel"</h2>
            <Note note/>
            {move || progress.with(|progress| {
                let (moods, exercises) = (progress.moods.clone(), progress.exercises.clone());
                if moods.is_empty() {
                    view! { <p class="quiet">"Nothing is noted yet. Note how you feel above, or before and after an exercise; it will be drawn here."</p> }.into_any()
                } else {
                    view! { <Moods moods exercises forget=forget_mood/> }.into_any()
                }
            })}
        </section>
        <Questionnaire progress forget id="phq9" name="PHQ-9" about="low mood in the last two weeks"/>
        <Questionnaire progress forget id="gad7" name="GAD-7" about="anxiety in the last two weeks"/>
        <section class="care-section" aria-labelledby="exercises">
            <h2 class="care-subtitle" id="exercises">"Exercises"</h2>
            {move || view! { <Effects done=progress.with(|progress| progress.exercises.clone())/> }}
        </section>
        <section class="care-section" aria-labelledby="markers">
            <h2 class="care-subtitle" id="markers">"What you have achieved"</h2>
            {move || view! { <Markers markers=progress.with(|progress| progress.markers.clone())/> }}
        </section>
    }
}

/// Days on which something was done; a pause costs nothing, so none is mentioned.
fn told(days: Days) -> String {
    match days {
        Days { of_last_28: 0, .. } => "Whenever you do something for yourself here, it is remembered here.".to_owned(),
        Days { of_last_7: 0, of_last_28: 1, .. } => {
            "On 1 of the last 28 days you did something for yourself.".to_owned()
        }
        Days { of_last_7: 0, of_last_28, .. } => {
            format!("On {of_last_28} of the last 28 days you did something for yourself.")
        }
        Days { of_last_7, of_last_28, .. } => {
            let day = if of_last_7 == 1 { "day" } else { "days" };
            format!(
                "You did something for yourself on {of_last_7} {day} of the last 7, and on {of_last_28} of the last 28."
            )
        }
    }
}

/// Files and paper; made in the browser, so only there.
#[component]
fn Tools(progress: RwSignal<Progress>) -> impl IntoView {
    let alive = use_alive();
    let failed = RwSignal::new(false);
    let save = move |kind: Kind| {
        #[cfg(feature = "hydrate")]
        failed.set(progress.with_untracked(|progress| super::export::save(kind, progress)).is_err());
        #[cfg(not(feature = "hydrate"))]
        let _ = (kind, progress);
    };
    let on_print = move |_| {
        #[cfg(feature = "hydrate")]
        let _ = window().print();
    };
    let closed = move || !alive.get();
    view! {
        <div class="row care-tools">
            <button class="button" data-size="small" type="button" disabled=closed on:click=move |_| save(Kind::Json)>
                <Icon name="download" small=true/>"Save as JSON"
            </button>
            <button class="button" data-size="small" type="button" disabled=closed on:click=move |_| save(Kind::Csv)>
                <Icon name="download" small=true/>"Save as CSV"
            </button>
            <button class="button" data-size="small" type="button" disabled=closed on:click=on_print>
                <Icon name="print" small=true/>"Print"
            </button>
        </div>
        {move || failed.get().then(|| view! {
            <div class="notice" data-kind="error" role="alert"><Icon name="alert"/><p>"The browser did not save the file. Print the page instead."</p></div>
        })}
    }
}

/// How one feels now: a plain form.
#[component]
fn Note(note: ServerAction<NoteMood>) -> impl IntoView {
    let value = RwSignal::new(None);
    let noted = Memo::new(move |_| note.value().with(|value| matches!(value, Some(Ok(())))) && !note.pending().get());
    Effect::new(move |_| {
        if noted.get() {
            value.set(None);
        }
    });
    view! {
        <ActionForm action=note attr:class="care-form">
            <FormNotice failure=failure_of(note.value())/>
            <MoodScale name="score" legend="How do you feel right now?" value required=true/>
            <div class="row">
                <button class="button" data-kind="primary" type="submit" aria-busy=move || note.pending().get().then_some("true")>"Note it"</button>
                <span class="small" role="status">{move || noted.get().then_some("Noted.")}</span>
            </div>
        </ActionForm>
    }
}

/// The button that deletes one entry, once that is confirmed.
#[component]
fn Forget(action: ServerAction<ForgetEntry>, id: String, name: String, ask: &'static str) -> impl IntoView {
    view! {
        <Confirm id=format!("forget-{id}") label="Delete" name ask>
            <ActionForm action>
                <input type="hidden" name="id" value=id/>
                <button class="button" data-kind="danger" data-size="small" type="submit">"Delete it"</button>
            </ActionForm>
        </Confirm>
    }
}

/// One questionnaire over time, and the way to fill it in.
#[component]
fn Questionnaire(
    progress: RwSignal<Progress>,
    forget: ServerAction<ForgetEntry>,
    id: &'static str,
    name: &'static str,
    about: &'static str,
) -> impl IntoView {
    let filled = Memo::new(move |_| {
        progress.with(|progress| {
            progress.questionnaires.iter().filter(|one| one.questionnaire == id).cloned().collect::<Vec<Filled>>()
        })
    });
    let forget = Callback::new(move |one: Filled| {
        let name = format!("Delete {name} of {}", plain(&one.completed_at, Shape::Day));
        view! { <Forget action=forget id=one.id name ask="Delete what you filled in? It can’t be brought back."/> }
            .into_any()
    });
    let href = format!("/questionnaires/{id}");
    view! {
        <section class="care-section" aria-labelledby=id>
            <h2 class="care-subtitle" id=id>{name}</h2>
            {move || {
                let filled = filled.get();
                if filled.is_empty() {
                    view! { <p class="quiet">{format!("Questions about {about}. Fill them in now and again in some weeks to see what changes.")}</p> }.into_any()
                } else {
                    view! { <Scores filled forget/> }.into_any()
                }
            }}
            <p class="care-tools"><a class="button" href=href>{format!("Fill in the {name}")}</a></p>
        </section>
    }
}

/// What was done, and what it did to mood.
#[component]
fn Effects(done: Vec<Did>) -> impl IntoView {
    if done.is_empty() {
        return view! {
            <p class="quiet">"You have not finished one yet. A short one to begin with is "<a href="/exercises/ex_breathing">"Box breathing"</a>"."</p>
        }
        .into_any();
    }
    let rows = done.into_iter().map(|one| {
        view! {
            <tr>
                <th scope="row"><a href=format!("/exercises/{}", one.id)>{one.label}</a></th>
                <td class="figures">{one.times.to_string()}</td>
                <td class="figures">{change(one.mood_change)}</td>
                <td class="figures">{one.rated.to_string()}</td>
            </tr>
        }
    });
    view! {
        <div class="table-scroll">
            <table class="table" aria-label="Exercises">
                <thead>
                    <tr>
                        <th scope="col">"Exercise"</th>
                        <th scope="col">"Times done"</th>
                        <th scope="col">"Mood after it, on average"</th>
                        <th scope="col">"Times noted"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
        <p class="quiet small">"Points of 10, before to after. A few times say little; many may show what does you good."</p>
    }
    .into_any()
}

/// `+1.5`, `−2`, `0`; a dash where nothing was noted.
fn change(points: Option<f64>) -> String {
    let Some(points) = points else { return "–".to_owned() };
    let tenths = (points * 10.0).round() / 10.0;
    let size = tenths.abs();
    match tenths {
        tenths if tenths > 0.0 => format!("+{size}"),
        tenths if tenths < 0.0 => format!("−{size}"),
        _ => "0".to_owned(),
    }
}

#[component]
fn Markers(markers: Vec<Marker>) -> impl IntoView {
    if markers.is_empty() {
        return view! { <p class="quiet">"What you finish stands here, with its day."</p> }.into_any();
    }
    let lines = markers.into_iter().map(|marker| {
        view! {
            <li class="marker">
                <Icon name="check"/>
                <span>{marker.description}</span>
                <Timestamp class="small" at=marker.achieved_at shape=Shape::Day/>
            </li>
        }
    });
    view! { <ul class="markers">{lines.collect_view()}</ul> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_signed() {
        let told = [Some(1.5), Some(-2.04), Some(0.02), None].map(change);
        assert_eq!(told, ["+1.5", "−2", "0", "–"].map(str::to_owned));
    }

    #[test]
    fn days_are_counted_and_pauses_are_not_mentioned() {
        let days = |of_last_7, of_last_28| told(Days { of_last_7, of_last_28, in_a_row: 0, longest_row: 9 });
        assert_eq!(days(0, 0), "Whenever you do something for yourself here, it is remembered here.");
        assert_eq!(days(0, 2), "On 2 of the last 28 days you did something for yourself.");
        assert_eq!(days(3, 9), "You did something for yourself on 3 days of the last 7, and on 9 of the last 28.");
    }
}
