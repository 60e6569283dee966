//! The therapeutic half: danger is noticed and answered first, exercises are offered and led through, what was achieved
//! is marked, and what people say of an answer is kept.
//!
//! What is dangerous and what is said about it is computed and worded in `clinical`; this folder brings it to a
//! conversation and stores what comes of it.

pub mod exercises;
pub mod feedback;
pub mod store;
pub mod wire;

use clinical::crisis::{self, Asked, Assessment, Watch};
use protocol::{Element, Safety};

pub use exercises::interact;
pub use feedback::{Rating, feedback};

/// What was noticed of a conversation.
#[derive(Debug)]
pub struct Care {
    /// For the message's metadata.
    pub safety: Safety,
    /// Exercises to offer under the answer.
    pub offers: Vec<Element>,
    assessment: Assessment,
    times_before: usize,
}

/// A reviewed answer.
#[derive(Debug)]
pub struct Reply {
    /// Markdown.
    pub text: String,
    /// Resources.
    pub elements: Vec<Element>,
}

/// Looks at a conversation that has come to this question, which the watch has heard. `times_before`: how many answers of
/// the conversation were to danger already.
pub fn look(watch: &Watch, question: &str, times_before: usize) -> Care {
    let assessment = watch.assess();
    let offers = if wire::is_answered_here(&assessment) { Vec::new() } else { clinical::exercises::offers(question) };
    Care {
        safety: wire::safety(&assessment),
        offers: offers.into_iter().map(wire::offer).collect(),
        assessment,
        times_before,
    }
}

impl Care {
    /// Whether danger decides the answer, and no model has a say in it.
    pub fn decides(&self) -> bool {
        wire::is_answered_here(&self.assessment)
    }

    /// The reviewed answer, with the help lines of the person's country where it is known (ISO 3166-1 alpha-2).
    pub fn reply(&self, country: Option<String>) -> Reply {
        let reply = crisis::reply(&self.assessment, &Asked { country, times_before: self.times_before });
        Reply { elements: reply.resources.iter().map(wire::resource).collect(), text: reply.text }
    }
}
