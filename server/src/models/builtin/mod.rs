//! The built-in guide: answers from the library alone, without any network and without a language model.
//!
//! A message is understood (`understand`), the library is searched, the answer is composed (`compose`) from what the
//! library says, claim by claim with its source. It never diagnoses, and says when it does not know. The same prompt
//! gives the same answer, which is how one that a restart cut off is taken up again.

mod answer;
mod asked;
mod asking;
mod claims;
mod compose;
mod constellations;
mod dialogue;
mod focus;
mod grounds;
mod help;
mod kinds;
mod manner;
mod own;
mod page;
mod phrases;
mod questions;
mod recognised;
mod slots;
mod subject;
mod telling;
mod understand;
mod whom;

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use knowledge::Library;
use protocol::message::Usage;

use self::dialogue::Dialogue;
pub(super) use self::grounds::{Grounds, Plan};
pub use self::kinds::Kind;
use self::phrases::GUIDE;
use super::{Answer, Model, Piece, Prompt};

/// The built-in guide.
pub struct Builtin {
    library: Arc<Library>,
}

impl Builtin {
    /// A guide to this library.
    pub fn new(library: Arc<Library>) -> Self {
        Self { library }
    }

    /// All pieces of an answer, in order.
    pub fn pieces(&self, prompt: &Prompt) -> Vec<Piece> {
        let dialogue = Dialogue::of(&prompt.history, &self.library);
        let understood = understand::understand(prompt, &dialogue, &self.library);
        let mut page = compose::compose(prompt, &understood, &dialogue, &self.library);
        let waits = !understood.cannot_wait(&self.library) && understood.kind != Kind::Harm;
        let library: Vec<String> = page.sources.iter().map(|source| format!("Library: {}", source.title)).collect();
        own::add(&mut page, prompt, understood.kind, waits);
        if page.text.is_empty() {
            // Whoever asks the same for the tenth time is answered, too.
            page.always(&GUIDE.say.nothing_new);
        }
        let own = page.sources[library.len()..].iter().map(|source| format!("Your document: {}", source.title));
        let mut context: Vec<String> = library.into_iter().chain(own).collect();
        let (mut text, asks) = (page.text, page.asks);
        if prompt.person.language.as_deref().is_some_and(|language| !language.to_lowercase().starts_with("en")) {
            text = format!("{text}\n\n{}", GUIDE.say.english_only.all()[0]);
        }
        if let Some(article) = understood.continues {
            context.insert(0, format!("Your earlier question: {}", article.title));
        }
        context.insert(0, reading_in_words(&understood));
        let mut pieces = Vec::new();
        let rest = text.strip_prefix(prompt.already_said.as_str());
        if rest.is_none() {
            pieces.push(Piece::Restart);
        }
        let usage = Usage {
            prompt_tokens: count(&prompt.question)
                + page.sources.iter().map(|source| count(&source.passage)).sum::<u64>(),
            completion_tokens: count(&text),
        };
        pieces.extend([Piece::Sources(page.sources), Piece::Context(context)]);
        pieces.extend(rest.unwrap_or(&text).split_inclusive(' ').map(|word| Piece::Text(word.to_owned())));
        if !page.choices.is_empty() {
            pieces.push(Piece::Choices(page.choices));
        }
        pieces.extend(asks.map(Piece::Asks));
        pieces.push(Piece::Usage(usage));
        pieces
    }

    /// Articles whose answer always begins with the emergency: of these no rating moves anything.
    pub fn emergencies_first() -> &'static [String] {
        &GUIDE.first.emergency
    }

    /// What kind of message it is, and for whom it is asked.
    pub fn reading(&self, prompt: &Prompt) -> Reading {
        let dialogue = Dialogue::of(&prompt.history, &self.library);
        let understood = understand::understand(prompt, &dialogue, &self.library);
        Reading { kind: understood.kind, whom: understood.whom() }
    }
}

/// How a message was read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// What kind of message it is.
    pub kind: Kind,
    /// For whom it is asked: `baby`, `child`, `pregnancy`, `breastfeeding`, `older`; none where it is an adult.
    pub whom: Vec<&'static str>,
}

/// For whoever wants to see what was understood.
fn reading_in_words(understood: &understand::Understanding) -> String {
    let whom = understood.whom();
    let whom = if whom.is_empty() { String::new() } else { format!(" ({})", whom.join(", ")) };
    format!("Understood as {}{whom}", understood.kind.in_words())
}

/// The guide has no tokens: it counts words.
fn count(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}

impl Model for Builtin {
    fn name(&self) -> &'static str {
        "builtin"
    }

    fn label(&self) -> &'static str {
        "Built-in guide"
    }

    fn answer(&self, prompt: Prompt) -> Answer {
        let library = Arc::clone(&self.library);
        // Composed when it is first polled, so that nothing is done for an answer that nobody takes.
        stream::once(async move { stream::iter(Self::new(library).pieces(&prompt).into_iter().map(Ok)) })
            .flatten()
            .boxed()
    }
}
