//! An exercise with typed answers: one question at a time. What comes next is asked of the server, which knows what the
//! answers so far leave out; nothing is stored before the end.

use leptos::prelude::*;
use protocol::care::{Answer, Prompt, PromptKind, Stage};

use super::course::{Course, Walked};
use crate::api::ApiFailure;
use crate::api::care::exercise_next;
use crate::components::field::FormNotice;
use crate::components::scale::Scale;

/// The longest answer, in characters.
const TEXT_MAX: usize = 4_000;

/// Where the walk stands on this page.
#[derive(Clone, Copy)]
struct Way {
    exercise: StoredValue<String>,
    course: Course,
    stage: RwSignal<Option<Stage>>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<ApiFailure>>,
    /// The person went on or back here, so the next question takes the cursor.
    moved: StoredValue<bool>,
}

impl Way {
    /// Goes to where these answers lead. What was answered so far stays as it is where that can't be asked.
    fn go(self, walked: Walked) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        leptos::task::spawn_local(async move {
            let found = exercise_next(self.exercise.get_value(), walked.answers.clone()).await;
            // The page may have moved on meanwhile.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match found {
                Ok(stage) => {
                    self.course.ending.set(matches!(stage, Stage::Done { .. }));
                    self.course.walked.set(walked);
                    self.stage.set(Some(stage));
                }
                Err(failure) => self.failure.set(Some(ApiFailure { field: None, ..failure })),
            }
        });
    }

    fn answer(self, prompt: &str, answer: Answer) {
        let mut walked = self.course.walked.get_untracked();
        walked.answers.insert(prompt.to_owned(), answer);
        walked.order.retain(|other| other != prompt);
        walked.order.push(prompt.to_owned());
        self.moved.set_value(true);
        self.go(walked);
    }

    fn back(self) {
        let mut walked = self.course.walked.get_untracked();
        if let Some(last) = walked.order.pop() {
            walked.answers.remove(&last);
            self.moved.set_value(true);
            self.go(walked);
        }
    }

    fn draft(self, prompt: &str, answer: Option<Answer>) {
        self.course.walked.update(|walked| match answer {
            Some(answer) => drop(walked.drafts.insert(prompt.to_owned(), answer)),
            None => drop(walked.drafts.remove(prompt)),
        });
    }

    fn drafted(self, prompt: &str) -> Option<Answer> {
        self.course.walked.with_untracked(|walked| walked.drafts.get(prompt).cloned())
    }
}

/// The walk: a button that begins it, then its questions, then what was answered.
#[component]
pub fn Walk(exercise: String, count: u32, course: Course, place: String, alive: ReadSignal<bool>) -> impl IntoView {
    let way = Way {
        exercise: StoredValue::new(exercise),
        course,
        stage: RwSignal::new(None),
        busy: RwSignal::new(false),
        failure: RwSignal::new(None),
        moved: StoredValue::new(false),
    };
    let begun = course.begun;
    // Begun here, or before the page was loaded again.
    Effect::new(move |_| {
        if begun.get() && way.stage.with_untracked(Option::is_none) {
            way.go(course.walked.get_untracked());
        }
    });
    let on_begin = move |_| {
        way.moved.set_value(true);
        begun.set(true);
        if way.failure.with_untracked(Option::is_some) {
            way.go(course.walked.get_untracked());
        }
    };
    let place = StoredValue::new(place);
    view! {
        <div class="exercise-walk" aria-busy=move || way.busy.get().then_some("true")>
            {move || way.stage.with(Option::is_none).then(|| view! {
                <p class="quiet small">
                    {format!("Up to {count} questions, one at a time. Each can be left empty. Nothing is kept until you are done.")}
                </p>
                <div class="row">
                    <button class="button" data-kind="primary" type="button" disabled=move || !alive.get() on:click=on_begin>
                        "Begin"
                    </button>
                </div>
            })}
            {move || match way.stage.get()? {
                Stage::Prompt { lead, prompt, done, left } => Some(view! {
                    {(done == 0).then_some(lead).flatten().map(|lead| view! { <p class="exercise-now">{lead.text}</p> })}
                    <Question way prompt place=place.get_value() at=(done + 1, done + left)/>
                }.into_any()),
                Stage::Done { closing, answered } => {
                    let lines = answered.into_iter().filter_map(|(prompt, answer)| {
                        let answer = said(answer)?;
                        Some(view! { <dt>{prompt.ask}</dt><dd>{answer}</dd> })
                    });
                    Some(view! {
                        <h3 class="exercise-subtitle" id=format!("{}-read", place.get_value()) tabindex="-1">"What you wrote"</h3>
                        <dl class="exercise-answers">{lines.collect_view()}</dl>
                        <p class="exercise-now">{closing.text}</p>
                        <div class="row">
                            <button class="button" data-kind="quiet" type="button" on:click=move |_| way.back()>"Back"</button>
                        </div>
                        <TakeCursor way target=format!("#{}-read", place.get_value())/>
                    }.into_any())
                }
            }}
            <FormNotice failure=way.failure.into()/>
        </div>
    }
}

/// An answer in words; nothing for what was left out.
fn said(answer: Answer) -> Option<String> {
    match answer {
        Answer::Text(text) | Answer::Choice(text) => Some(text),
        Answer::Scale(figure) => Some(format!("{figure} of 10")),
        Answer::Skipped => None,
    }
}

#[component]
fn Question(way: Way, prompt: Prompt, place: String, at: (u32, u32)) -> impl IntoView {
    let id = format!("{place}-{}", prompt.id);
    let key = StoredValue::new(prompt.id.clone());
    let drafted = way.drafted(&prompt.id);
    let (now, of) = at;
    let on_next = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let answer = key.with_value(|key| way.drafted(key)).unwrap_or(Answer::Skipped);
        let answer = match answer {
            Answer::Text(text) if text.trim().is_empty() => Answer::Skipped,
            answer => answer,
        };
        key.with_value(|key| way.answer(key, answer));
    };
    let on_skip = move |_| key.with_value(|key| way.answer(key, Answer::Skipped));
    let busy = move || way.busy.get().then_some("true");
    let form = format!("{id}-form");
    let target = format!("#{form} :is(textarea, input)");
    view! {
        <form class="exercise-question" id=form on:submit=on_next>
            <p class="quiet small" aria-live="polite">{format!("Question {now} of {of}")}</p>
            {match prompt.kind {
                PromptKind::Text => view! { <TextAnswer way key id ask=prompt.ask drafted/> }.into_any(),
                PromptKind::Scale => view! { <ScaleAnswer way key id ask=prompt.ask drafted/> }.into_any(),
                PromptKind::Choice => {
                    view! { <ChoiceAnswer way key id ask=prompt.ask choices=prompt.choices drafted/> }.into_any()
                }
            }}
            <div class="row">
                <button class="button" data-kind="primary" type="submit" aria-busy=busy>"Next"</button>
                <button class="button" data-kind="quiet" type="button" on:click=on_skip>"Skip"</button>
                <button
                    class="button"
                    data-kind="quiet"
                    type="button"
                    hidden=now < 2
                    on:click=move |_| way.back()
                >
                    "Back"
                </button>
            </div>
            <TakeCursor way target/>
        </form>
    }
}

#[component]
fn TextAnswer(way: Way, key: StoredValue<String>, id: String, ask: String, drafted: Option<Answer>) -> impl IntoView {
    let text = match drafted {
        Some(Answer::Text(text)) => text,
        _ => String::new(),
    };
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{ask}</label>
            <textarea
                class="input"
                id=id
                maxlength=TEXT_MAX
                prop:value=text
                on:input=move |event| {
                    let answer = Answer::Text(event_target_value(&event));
                    key.with_value(|key| way.draft(key, Some(answer)));
                }
            ></textarea>
        </div>
    }
}

#[component]
fn ScaleAnswer(way: Way, key: StoredValue<String>, id: String, ask: String, drafted: Option<Answer>) -> impl IntoView {
    let value = RwSignal::new(match drafted {
        Some(Answer::Scale(figure)) => Some(figure),
        _ => None,
    });
    Effect::new(move |before: Option<Option<u8>>| {
        let figure = value.get();
        if before.is_some_and(|before| before != figure) {
            key.with_value(|key| way.draft(key, figure.map(Answer::Scale)));
        }
        figure
    });
    view! { <Scale name=id legend=ask from=0 to=10 low="not at all" high="as much as can be" value/> }
}

#[component]
fn ChoiceAnswer(
    way: Way,
    key: StoredValue<String>,
    id: String,
    ask: String,
    choices: Vec<String>,
    drafted: Option<Answer>,
) -> impl IntoView {
    let options = choices.into_iter().map(|choice| {
        let is_drafted = drafted == Some(Answer::Choice(choice.clone()));
        let (label, group) = (choice.clone(), id.clone());
        view! {
            <label class="segmented-option">
                <input
                    type="radio"
                    name=group
                    prop:checked=is_drafted
                    on:change=move |_| key.with_value(|key| way.draft(key, Some(Answer::Choice(choice.clone()))))
                />
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <fieldset class="segmented" data-long="true">
            <legend>{ask}</legend>
            <div class="segmented-options">{options.collect_view()}</div>
        </fieldset>
    }
}

/// Puts the cursor into what has just come, where the person went on or back: the button that they pressed is gone.
#[component]
fn TakeCursor(way: Way, target: String) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if way.moved.get_value() {
            way.moved.set_value(false);
            let target = target.clone();
            request_animation_frame(move || {
                // Of a group, what was chosen before.
                let _ = super::focus(&format!("{target}:checked")) || super::focus(&target);
            });
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (way, target);
}
