//! A guided exercise: how one feels, its steps or questions, how one feels after it. The same in the chat and on a page of
//! its own; what finishing it does is the caller's.

pub mod breath;
pub mod course;
pub mod ending;
pub mod player;
pub mod steps;
#[cfg(feature = "hydrate")]
mod tone;
pub mod walk;

use leptos::prelude::*;
use protocol::care::Done;
use protocol::message::Step;

use self::course::Course;
use self::ending::Ending;
use self::steps::{Controls, Stage, StepList};
use self::walk::Walk;
use super::field::{Failure, use_alive};
use super::icon::Icon;
use super::scale::MoodScale;

/// What is led through.
#[derive(Debug, Clone)]
pub struct Guide {
    /// The exercise's id.
    pub id: String,
    /// What the card is called.
    pub label: String,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// How many questions with typed answers it has.
    pub prompts: u32,
}

/// Whether it can be finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Yes.
    Open,
    /// It was, and no answer has come yet.
    Sending,
    /// No longer: it is to be read.
    Over,
}

/// The card.
#[component]
pub fn Exercise(
    guide: Guide,
    /// Names its parts on the page.
    place: String,
    /// Under which name where it stands is kept, for as long as the tab is open.
    kept: String,
    /// What the button is called that says it is done.
    done: String,
    #[prop(into)] state: Signal<Finish>,
    #[prop(optional, into)] failure: Failure,
    on_finish: Callback<Done>,
) -> impl IntoView {
    let Guide { id: exercise, label, steps, prompts } = guide;
    let is_breathing = exercise.starts_with("ex_breathing");
    let course = Course::new(steps);
    let over = Memo::new(move |_| state.get() == Finish::Over);
    course.keep(kept, over);
    count(course);
    let alive = use_alive();
    let Course { begun, ending, before, .. } = course;
    let on_end = {
        let target = format!("#{place}-end");
        Callback::new(move |()| {
            course.player.update(|player| player.running = false);
            ending.set(true);
            #[cfg(feature = "hydrate")]
            {
                let target = target.clone();
                request_animation_frame(move || put_cursor(&target));
            }
            #[cfg(not(feature = "hydrate"))]
            let _ = &target;
        })
    };
    let on_done = Callback::new(move |()| on_finish.run(course.done()));
    let title = format!("{place}-title");
    let title_id = title.clone();
    let parts = StoredValue::new((exercise, place, done));
    let body = move || {
        if over.get() {
            return view! { <StepList course open=false/> }.into_any();
        }
        let (exercise, place, done) = parts.get_value();
        let walk = (prompts > 0).then(|| {
            view! { <Walk exercise count=prompts course place=place.clone() alive/> }
        });
        let count = (prompts == 0).then(|| {
            view! {
                <Stage course is_breathing/>
                <Controls course alive done on_done=on_end/>
            }
        });
        let name = format!("{place}-before");
        view! {
            <div hidden=move || begun.get() || ending.get()>
                <MoodScale name legend="How do you feel right now?" value=before disabled=Signal::derive(move || !alive.get())/>
            </div>
            {walk}
            {count}
            <StepList course open=Signal::derive(move || prompts == 0 && !begun.get())/>
            {move || {
                let place = place.clone();
                ending.get().then(|| view! { <Ending course place state failure on_finish=on_done/> })
            }}
        }
        .into_any()
    };
    view! {
        <section class="exercise" data-breathing=is_breathing.then_some("true") aria-labelledby=title_id>
            <h2 class="exercise-title" id=title>{label}</h2>
            {body}
        </section>
    }
}

/// Counts the seconds while it runs; behind the last step it is time to say how it was.
fn count(course: Course) {
    let Course { steps, player, begun, ending, .. } = course;
    #[cfg(feature = "hydrate")]
    let running = Memo::new(move |_| player.with(|player| player.running));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let tick = move || course.play(player::Player::tick);
        if running.get()
            && let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_secs(1))
        {
            on_cleanup(move || handle.clear());
        }
    });
    Effect::new(move |_| {
        let is_over = player.with(|player| steps.with_value(|steps| !steps.is_empty() && player.is_over(steps)));
        if is_over && begun.get() {
            ending.set(true);
        }
    });
}

/// Puts the cursor on the first of these, and says whether there is one.
#[cfg(feature = "hydrate")]
fn focus(selector: &str) -> bool {
    use wasm_bindgen::JsCast;
    let found = document().query_selector(selector).ok().flatten();
    let element = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// The same, where nothing is lost if there is none.
#[cfg(feature = "hydrate")]
pub(crate) fn put_cursor(selector: &str) {
    let _ = focus(selector);
}

/// That something was done.
#[component]
pub fn ProgressNote(label: String) -> impl IntoView {
    view! {
        <div class="progress-note">
            <p><Icon name="check"/>{label.clone()}</p>
            <progress value="1" max="1" aria-label=label>"Finished"</progress>
        </div>
    }
}
