//! The therapeutic half: danger is noticed and answered first, exercises are offered and led through, what was achieved
//! is marked, and what people say of an answer is kept.
//!
//! What is dangerous and what is said about it is computed and worded in `clinical`; this folder brings it to a
//! conversation and stores what comes of it.

pub mod exercises;
pub mod feedback;
pub mod store;
pub mod wire;

use clinical::crisis::{self, Asked, Level, Speaker, Utterance};
use protocol::{Element, Role, Safety};

use crate::conversations::Body;
pub use exercises::interact;
pub use feedback::{Rating, feedback};

/// What was noticed of a conversation.
#[derive(Debug, Default)]
pub struct Care {
    /// For the message's metadata.
    pub safety: Safety,
    /// The answer, where danger decides it.
    pub reply: Option<Reply>,
    /// Exercises to offer under the answer.
    pub offers: Vec<Element>,
}

/// A reviewed answer.
#[derive(Debug)]
pub struct Reply {
    /// Markdown.
    pub text: String,
    /// Resources.
    pub elements: Vec<Element>,
}

/// Looks at a conversation, oldest first, and the question it has come to.
pub fn look(past: &[(Role, Body)], question: &str) -> Care {
    let mut said: Vec<Utterance<'_>> = past
        .iter()
        .filter_map(|(role, body)| {
            let speaker = match role {
                Role::User => Speaker::Person,
                Role::Assistant => Speaker::Guide,
                Role::System | Role::Interactive => return None,
            };
            Some(Utterance { speaker, text: &body.content.text })
        })
        .collect();
    said.push(Utterance { speaker: Speaker::Person, text: question });
    let assessment = crisis::assess(&said);
    let safety = wire::safety(&assessment);
    if assessment.level > Level::None && wire::is_answered_here(&assessment) {
        let times_before = past.iter().filter(|(role, body)| *role == Role::Assistant && body.metadata.safety.crisis).count();
        let reply = crisis::reply(&assessment, &Asked { country: None, times_before });
        let elements = reply.resources.iter().map(wire::resource).collect();
        return Care { safety, reply: Some(Reply { text: reply.text, elements }), offers: Vec::new() };
    }
    let offers = clinical::exercises::offers(question).into_iter().map(wire::offer).collect();
    Care { safety, reply: None, offers }
}
