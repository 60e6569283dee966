//! What the guide makes of a message before it answers, for a language model that answers in its place.

use knowledge::{Article, Hit, Library};

use super::dialogue::Dialogue;
use super::kinds::Kind;
use super::{reading_in_words, understand};
use crate::models::Prompt;

/// The section that no answer should be without.
const HELP: &str = "When to get help";

/// What a language model's answer stands on.
pub(in crate::models) struct Grounds<'library> {
    /// Passages that fit, best first, and where the best article says when to get help.
    pub(in crate::models) hits: Vec<Hit<'library>>,
    /// What was understood, a sentence each.
    pub(in crate::models) understood: Vec<String>,
    /// It asks how to do harm: the answer is reviewed text, whoever answers otherwise.
    pub(in crate::models) harm: bool,
    /// It asks who answers, or who reads it.
    pub(in crate::models) about_us: bool,
}

impl<'library> Grounds<'library> {
    /// Reads a prompt's question with what was said before it; at most so many passages.
    pub(in crate::models) fn of(prompt: &Prompt, library: &'library Library, most: usize) -> Self {
        let dialogue = Dialogue::of(&prompt.history, library);
        let read = understand::understand(prompt, &dialogue, library);
        let mut understood = vec![format!("{}.", reading_in_words(&read))];
        let mut hits = read.hits;
        hits.truncate(most);
        if let Some(article) = hits.first().map(|hit| hit.article)
            && !hits.iter().any(|hit| hit.article.id == article.id && hit.passage.heading == HELP)
        {
            hits.extend(help_of(article));
        }
        let mut note = |holds: bool, text: &str| understood.extend(holds.then(|| text.to_owned()));
        note(read.asks_diagnosis, "It asks what somebody has. Only an examination can tell.");
        note(read.dose, "It asks how much of a medicine to take.");
        note(read.over_label, "It asks about taking more than the leaflet says.");
        note(read.already_taken, "Too much of something may have been taken already.");
        if let Some(article) = read.continues {
            understood.push(format!("It goes on from an earlier question about: {}.", article.title));
        }
        if let Some(part) = read.part {
            understood.push(format!("It asks above all for: {}.", part.heading()));
        }
        Self { hits, understood, harm: read.kind == Kind::Harm, about_us: read.kind == Kind::About }
    }
}

fn help_of(article: &Article) -> Option<Hit<'_>> {
    let passage = article.passages.iter().find(|passage| passage.heading == HELP)?.clone();
    Some(Hit { article, passage, score: 0.0 })
}
