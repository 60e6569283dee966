//! A guided exercise: its steps, a player that counts them, and the button that says it is done.

use leptos::prelude::*;
use protocol::message::Step;

use super::icon::Icon;

/// Where the player stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Player {
    /// The step, from 0; past the last when it is over.
    pub step: usize,
    /// The seconds left of it.
    pub left: u32,
    /// Counting.
    pub running: bool,
}

impl Player {
    /// At the beginning.
    pub fn new(steps: &[Step]) -> Self {
        Self { step: 0, left: steps.first().map_or(0, |step| step.seconds), running: false }
    }

    /// The next step.
    #[must_use]
    pub fn next(self, steps: &[Step]) -> Self {
        let step = (self.step + 1).min(steps.len());
        Self { step, left: steps.get(step).map_or(0, |step| step.seconds), running: self.running && step < steps.len() }
    }

    /// A second later. A step without a time waits for the person.
    #[must_use]
    pub fn tick(self, steps: &[Step]) -> Self {
        match steps.get(self.step) {
            Some(step) if self.running && step.seconds > 0 => {
                if self.left > 1 {
                    Self { left: self.left - 1, ..self }
                } else {
                    self.next(steps)
                }
            }
            _ => self,
        }
    }
}

/// An instruction with its steps.
#[component]
pub fn Exercise(
    /// Names its title on the page.
    id: String,
    label: String,
    steps: Vec<Step>,
    /// The button that says it is done, if it was not pressed yet: its label, and what pressing it does.
    done: Option<(String, Callback<()>)>,
) -> impl IntoView {
    let player = RwSignal::new(Player::new(&steps));
    let finished = RwSignal::new(false);
    let steps = StoredValue::new(steps);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let tick = move || player.update(|player| *player = steps.with_value(|steps| player.tick(steps)));
        if player.with(|player| player.running)
            && let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_secs(1))
        {
            on_cleanup(move || handle.clear());
        }
    });
    let alive = super::field::use_alive();
    let timed = steps.with_value(|steps| steps.iter().any(|step| step.seconds > 0));
    let list = steps.with_value(|steps| {
        let step = |(n, step): (usize, &Step)| view! { <StepLine n step=step.clone() player alive/> };
        steps.iter().enumerate().map(step).collect_view()
    });
    let title_id = id.clone();
    view! {
        <section class="exercise" aria-labelledby=title_id>
            <h2 class="exercise-title" id=id>{label}</h2>
            <ol class="exercise-steps">{list}</ol>
            <div class="row">
                {timed.then(|| view! { <Controls steps player alive/> })}
                {done.map(|(label, press)| view! {
                    <button
                        class="button"
                        data-kind="primary"
                        type="button"
                        disabled=move || finished.get() || !alive.get()
                        on:click=move |_| {
                            finished.set(true);
                            player.update(|player| player.running = false);
                            press.run(());
                        }
                    >
                        <Icon name="check"/>
                        {label}
                    </button>
                })}
            </div>
        </section>
    }
}

#[component]
fn StepLine(n: usize, step: Step, player: RwSignal<Player>, alive: ReadSignal<bool>) -> impl IntoView {
    let current = Memo::new(move |_| alive.get() && player.with(|player| player.step == n));
    let seconds = step.seconds;
    let line = NodeRef::<leptos::html::Li>::new();
    // Whoever started the count looks for the step that is counted.
    #[cfg(feature = "hydrate")]
    let counted = Memo::new(move |_| current.get() && player.with(|player| player.running));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if counted.get()
            && let Some(line) = line.get_untracked()
        {
            let how = web_sys::ScrollIntoViewOptions::new();
            how.set_block(web_sys::ScrollLogicalPosition::Center);
            line.scroll_into_view_with_scroll_into_view_options(&how);
        }
    });
    let words = move || {
        let left = if current.get() { player.with(|player| player.left) } else { seconds };
        match left {
            0 => String::new(),
            1 => "1 second".to_owned(),
            left => format!("{left} seconds"),
        }
    };
    view! {
        <li class="exercise-step" node_ref=line aria-current=move || current.get().then_some("step")>
            <span>{step.text}</span>
            <span class="exercise-seconds">{words}</span>
        </li>
    }
}

#[component]
fn Controls(steps: StoredValue<Vec<Step>>, player: RwSignal<Player>, alive: ReadSignal<bool>) -> impl IntoView {
    let count = steps.with_value(Vec::len);
    let over = move || player.with(|player| player.step >= count);
    let share = move || {
        let player = player.get();
        let of = steps.with_value(|steps| steps.get(player.step).map_or(1, |step| step.seconds.max(1)));
        (f64::from(of.saturating_sub(player.left)) / f64::from(of)).to_string()
    };
    let on_play = move |_| {
        player.update(|player| {
            if player.step >= count {
                *player = steps.with_value(|steps| Player::new(steps));
            }
            player.running = !player.running;
        });
    };
    let word = move || match player.get() {
        Player { running: true, .. } => "Pause",
        Player { step, .. } if step >= count => "Start again",
        Player { step: 0, left, .. }
            if steps.with_value(|steps| steps.first().is_some_and(|first| first.seconds == left)) =>
        {
            "Start"
        }
        Player { .. } => "Go on",
    };
    view! {
        <progress value=share max="1" aria-label="This step" hidden=move || over() || !alive.get()></progress>
        <button class="button" type="button" disabled=move || !alive.get() on:click=on_play>{word}</button>
        <button
            class="button"
            data-kind="quiet"
            type="button"
            disabled=move || over() || !alive.get()
            on:click=move |_| player.update(|player| *player = steps.with_value(|steps| player.next(steps)))
        >
            "Next step"
        </button>
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> Vec<Step> {
        [2, 0, 1].map(|seconds| Step { text: String::new(), seconds }).to_vec()
    }

    #[test]
    fn a_player_counts_each_step_and_stops_after_the_last() {
        let steps = steps();
        let mut player = Player { running: true, ..Player::new(&steps) };
        player = player.tick(&steps);
        assert_eq!((player.step, player.left), (0, 1));
        player = player.tick(&steps);
        assert_eq!((player.step, player.left), (1, 0));
        assert_eq!(player.tick(&steps), player, "a step without a time waits");
        player = player.next(&steps).tick(&steps);
        assert_eq!(player, Player { step: 3, left: 0, running: false });
        assert_eq!(player.next(&steps), player);
    }

    #[test]
    fn a_paused_player_stands_still() {
        let steps = steps();
        assert_eq!(Player::new(&steps).tick(&steps), Player::new(&steps));
        assert_eq!(Player::new(&[]).tick(&[]), Player::new(&[]));
    }
}
