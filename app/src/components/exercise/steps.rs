//! Timed steps: the one that is counted, large; what starts, pauses and skips; all of them, to read.

use leptos::prelude::*;
use protocol::message::Step;

use super::breath::Breath;
use super::course::Course;
use super::player::Player;
use crate::components::icon::Icon;

/// The step that is counted: the circle, the words, the time that is left.
#[component]
pub fn Stage(course: Course, is_breathing: bool) -> impl IntoView {
    let Course { steps, player, begun, .. } = course;
    let stage = NodeRef::<leptos::html::Div>::new();
    // Whoever starts the count looks for what is counted.
    #[cfg(feature = "hydrate")]
    Effect::new(move |before: Option<bool>| {
        let running = player.with(|player| player.running);
        if running
            && before == Some(false)
            && let Some(stage) = stage.get_untracked()
        {
            request_animation_frame(move || {
                let how = web_sys::ScrollIntoViewOptions::new();
                how.set_block(web_sys::ScrollLogicalPosition::Center);
                stage.scroll_into_view_with_scroll_into_view_options(&how);
            });
        }
        running
    });
    let now = Memo::new(move |_| {
        if !begun.get() {
            return String::new();
        }
        let step = player.with(|player| player.step);
        steps.with_value(|steps| {
            steps.get(step).map_or_else(|| "That was the last step.".to_owned(), |step| step.text.clone())
        })
    });
    let share = move || {
        let Player { step, left, .. } = player.get();
        let of = steps.with_value(|steps| steps.get(step).map_or(1, |step| step.seconds.max(1)));
        (f64::from(of.saturating_sub(left)) / f64::from(of)).to_string()
    };
    let counts = move || {
        let Player { step, .. } = player.get();
        steps.with_value(|steps| steps.get(step).is_some_and(|step| step.seconds > 0))
    };
    view! {
        <div class="exercise-stage" node_ref=stage hidden=move || !begun.get()>
            {is_breathing.then(|| view! { <Breath steps player/> })}
            // The words are said when they change; the seconds are for the eye.
            <p class="exercise-now" aria-live="polite">{now}</p>
            <div class="exercise-time" hidden=move || !counts() aria-hidden="true">
                <progress value=share max="1"></progress>
                <span class="exercise-seconds">{move || seconds(player.with(|player| player.left))}</span>
            </div>
        </div>
    }
}

/// All steps, to read: in sight until the count begins.
#[component]
pub fn StepList(course: Course, #[prop(into)] open: Signal<bool>) -> impl IntoView {
    let Course { steps, player, begun, .. } = course;
    let lines = steps.with_value(|steps| {
        let line = |(n, step): (usize, &Step)| {
            let current = move || begun.get() && player.with(|player| player.step == n);
            let (text, time) = (step.text.clone(), seconds(step.seconds));
            view! {
                <li class="exercise-step" aria-current=move || current().then_some("step")>
                    <span>{text}</span>
                    <span class="exercise-seconds">{time}</span>
                </li>
            }
        };
        steps.iter().enumerate().map(line).collect_view()
    });
    let count = steps.with_value(Vec::len);
    view! {
        <details class="fold exercise-all" open=move || open.get()>
            <summary>{format!("All {count} steps")}</summary>
            <ol class="exercise-steps">{lines}</ol>
        </details>
    }
}

/// Start, pause, back, skip, start again, and the way to the end.
#[component]
pub fn Controls(course: Course, alive: ReadSignal<bool>, done: String, on_done: Callback<()>) -> impl IntoView {
    let Course { steps, player, begun, ending, .. } = course;
    let over = Memo::new(move |_| player.with(|player| steps.with_value(|steps| player.is_over(steps))));
    let timed = steps.with_value(|steps| steps.iter().any(|step| step.seconds > 0));
    let on_play = move |_| {
        begun.set(true);
        if over.get_untracked() {
            course.again();
        } else {
            player.update(|player| player.running = !player.running);
        }
    };
    let word = move || match player.get() {
        Player { running: true, .. } => "Pause",
        _ if over.get() => "Start again",
        _ if !begun.get() => "Start",
        Player { .. } => "Go on",
    };
    let closed = move || !alive.get();
    // Nobody who pressed a button should find it gone: it is only closed.
    view! {
        <div class="row exercise-controls">
            {timed.then(|| view! {
                <button class="button" data-kind="primary" type="button" disabled=closed on:click=on_play>{word}</button>
                <button
                    class="button"
                    data-kind="quiet"
                    type="button"
                    disabled=closed
                    aria-disabled=move || player.with(|player| player.step == 0).then_some("true")
                    hidden=move || !begun.get()
                    on:click=move |_| course.play(Player::back)
                >
                    "Back"
                </button>
                <button
                    class="button"
                    data-kind="quiet"
                    type="button"
                    disabled=closed
                    aria-disabled=move || over.get().then_some("true")
                    hidden=move || !begun.get()
                    on:click=move |_| course.play(Player::next)
                >
                    "Skip"
                </button>
                <button
                    class="button"
                    data-kind="quiet"
                    type="button"
                    hidden=move || !begun.get() || over.get()
                    disabled=closed
                    on:click=move |_| course.again()
                >
                    "Start again"
                </button>
                <Sound course alive/>
            })}
            <button
                class="button"
                type="button"
                disabled=closed
                hidden=move || ending.get()
                on:click=move |_| on_done.run(())
            >
                <Icon name="check"/>
                {done}
            </button>
        </div>
    }
}

/// Whether a tone says that a step begins.
#[component]
fn Sound(course: Course, alive: ReadSignal<bool>) -> impl IntoView {
    let on = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    let on_toggle = {
        let context = StoredValue::new_local(None::<web_sys::AudioContext>);
        let step = Memo::new(move |_| course.player.with(|player| (player.step, player.running)));
        Effect::new(move |before: Option<usize>| {
            let (step, running) = step.get();
            if running && before.is_some_and(|before| before != step) && on.get_untracked() {
                context.with_value(|context| context.iter().for_each(super::tone::play));
            }
            step
        });
        move |_| {
            on.update(|on| *on = !*on);
            // Browsers give sound only to who pressed something.
            if on.get_untracked() && context.with_value(Option::is_none) {
                context.set_value(web_sys::AudioContext::new().ok());
            }
            if on.get_untracked() {
                context.with_value(|context| context.iter().for_each(super::tone::play));
            }
        }
    };
    #[cfg(not(feature = "hydrate"))]
    let on_toggle = {
        let _ = course;
        move |_| on.update(|on| *on = !*on)
    };
    view! {
        <button
            class="tool"
            data-size="touch"
            type="button"
            aria-label="A tone at each step"
            aria-pressed=move || on.get().to_string()
            disabled=move || !alive.get()
            on:click=on_toggle
        >
            <Icon name="sound"/>
        </button>
    }
}

fn seconds(seconds: u32) -> String {
    match seconds {
        0 => String::new(),
        1 => "1 second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}
