//! After an exercise: how one feels now, and whether it helped. Both can be left out.

use leptos::prelude::*;

use super::Finish;
use super::course::Course;
use crate::components::field::{Failure, FormNotice};
use crate::components::icon::Icon;
use crate::components::scale::{MoodScale, Scale};

/// The last part of the card.
#[component]
pub fn Ending(
    course: Course,
    /// Names its parts on the page.
    place: String,
    state: Signal<Finish>,
    failure: Failure,
    on_finish: Callback<()>,
) -> impl IntoView {
    let (after, rating) = (format!("{place}-after"), format!("{place}-rating"));
    let title = place + "-end";
    let title_id = title.clone();
    view! {
        <div class="exercise-end" role="group" aria-labelledby=title_id>
            <h3 class="exercise-subtitle" id=title tabindex="-1">"How was it?"</h3>
            <MoodScale name=after legend="How do you feel now?" value=course.after/>
            <Scale
                name=rating
                legend="Did it help?"
                from=1
                to=5
                low="not at all"
                high="a lot"
                value=course.rating
            />
            <FormNotice failure/>
            <div class="row">
                <button
                    class="button"
                    data-kind="primary"
                    type="button"
                    aria-disabled=move || (state.get() == Finish::Sending).then_some("true")
                    aria-busy=move || (state.get() == Finish::Sending).then_some("true")
                    on:click=move |_| {
                        if state.get_untracked() == Finish::Open {
                            on_finish.run(());
                        }
                    }
                >
                    <Icon name="check"/>
                    "Done"
                </button>
                <span class="quiet small">{move || (state.get() == Finish::Sending).then_some("Sending …")}</span>
            </div>
        </div>
    }
}
