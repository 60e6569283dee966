//! The circle that breathes with the steps of a breathing exercise. It is drawn beside the words, never instead of them,
//! and stands back for a bar where motion is reduced.

use leptos::prelude::*;
use protocol::message::Step;

use super::player::Player;

/// What the breath does in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The circle grows.
    In,
    /// It stays as it is.
    Hold,
    /// It shrinks.
    Out,
    /// Breathe as you like; it stays as it is.
    Free,
}

impl Phase {
    /// What the words of a step ask for: the first of them that names it.
    pub fn of(text: &str) -> Self {
        let words = text.split(|c: char| !c.is_ascii_alphabetic());
        let named = words.filter_map(|word| match word.to_ascii_lowercase().as_str() {
            "in" | "inhale" => Some(Self::In),
            "out" | "exhale" => Some(Self::Out),
            "hold" | "rest" => Some(Self::Hold),
            _ => None,
        });
        named.into_iter().next().unwrap_or(Self::Free)
    }

    const fn key(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Hold => "hold",
            Self::Out => "out",
            Self::Free => "free",
        }
    }
}

/// Whether the circle is large in a step that does not move it: after an in-breath.
fn is_large(steps: &[Step], step: usize) -> bool {
    let before = steps.iter().take(step).rev().map(|step| Phase::of(&step.text));
    before.into_iter().find(|phase| matches!(phase, Phase::In | Phase::Out)) == Some(Phase::In)
}

/// The circle. It is made anew for each step, so that its motion begins with the step.
#[component]
pub fn Breath(steps: StoredValue<Vec<Step>>, player: RwSignal<Player>) -> impl IntoView {
    let step = Memo::new(move |_| player.with(|player| player.step));
    let running = Memo::new(move |_| player.with(|player| player.running));
    let left = move || player.with(|player| if player.left > 0 { player.left.to_string() } else { String::new() });
    move || {
        let n = step.get();
        let (phase, is_large) = steps.with_value(|steps| {
            let phase = steps.get(n).map_or(Phase::Free, |step| Phase::of(&step.text));
            (phase, is_large(steps, n))
        });
        let circle = NodeRef::<leptos::html::Div>::new();
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| {
            if let Some(circle) = circle.get() {
                let of = steps.with_value(|steps| steps.get(n).map_or(0, |step| step.seconds));
                let gone = of.saturating_sub(player.with_untracked(|player| player.left));
                // Through the object model: the policy allows no style attributes.
                let style = web_sys::HtmlElement::style(&circle);
                let _ = style.set_property("--breath-time", &format!("{of}s"));
                let _ = style.set_property("--breath-gone", &format!("-{gone}s"));
            }
        });
        view! {
            <div class="breath" aria-hidden="true">
                <div
                    class="breath-circle"
                    node_ref=circle
                    data-phase=phase.key()
                    data-large=is_large.then_some("true")
                    data-running=move || running.get().then_some("true")
                ></div>
                <span class="breath-count figures">{left}</span>
            </div>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_step_say_what_the_breath_does() {
        let cases = [
            ("Sit or lie so that your back is supported. Let your shoulders drop.", Phase::Free),
            ("Breathe in through your nose: 1, 2, 3, 4.", Phase::In),
            ("Second round. In: 1, 2, 3, 4.", Phase::In),
            ("Hold gently: 1, 2, 3, 4.", Phase::Hold),
            ("Out through your mouth, slowly, as if through a straw.", Phase::Out),
            ("And out.", Phase::Out),
            ("Rest: 1, 2, 3, 4.", Phase::Hold),
            ("Let your breath find its own pace. Notice what is different now.", Phase::Free),
        ];
        for (text, phase) in cases {
            assert_eq!(Phase::of(text), phase, "{text}");
        }
    }

    #[test]
    fn a_hold_keeps_what_the_breath_before_it_made() {
        let steps = ["Sit.", "In.", "Hold.", "Out.", "Rest."].map(|text| Step { text: text.to_owned(), seconds: 4 });
        assert_eq!([0, 2, 4].map(|step| is_large(&steps, step)), [false, true, false]);
    }
}
