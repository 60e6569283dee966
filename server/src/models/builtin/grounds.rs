//! What the guide makes of a message before it answers, for a language model that answers in its place.

use knowledge::{Article, Hit, Library, Query};
use protocol::Role;
use protocol::message::Asking;
use protocol::rest::{AnswerLength, Tone};

use super::claims;
use super::compose::compose;
use super::dialogue::{Answered, Dialogue};
use super::kinds::Kind;
use super::{focus, reading_in_words, understand};
use crate::models::{Choice, Prompt};

/// The section that no answer should be without.
const HELP: &str = "When to get help";

/// What a language model's answer stands on.
pub(in crate::models) struct Grounds<'library> {
    /// Passages that fit, best first, and where the best article says when to get help.
    pub(in crate::models) hits: Vec<Hit<'library>>,
    /// What was understood, a sentence each.
    pub(in crate::models) understood: Vec<String>,
    /// It asks how to do harm, or tells of something that cannot wait: the guide's words on that are reviewed, a model's
    /// are not, so that the guide answers.
    pub(in crate::models) guide_only: bool,
    /// It asks who answers, or who reads it: what is said of that has to be true, whoever answers otherwise.
    pub(in crate::models) about_us: bool,
    /// It may be answered in another language than English: it is written in one, or asks for it, or the person does.
    pub(in crate::models) other_language: bool,
    /// The question that the guide would ask, and what could be tapped under it.
    pub(in crate::models) plan: Option<Plan>,
}

/// A question that decides the advice.
#[derive(Debug, Clone)]
pub(in crate::models) struct Plan {
    pub(in crate::models) asking: Asking,
    pub(in crate::models) choices: Vec<Choice>,
}

impl<'library> Grounds<'library> {
    /// Reads a prompt's question with what was said before it; at most so many passages.
    pub(in crate::models) fn of(prompt: &Prompt, library: &'library Library, most: usize) -> Self {
        let dialogue = Dialogue::of(&prompt.history, library);
        let read = understand::understand(prompt, &dialogue, library);
        let mut understood = vec![format!("{}.", reading_in_words(&read))];
        understood.extend(wanted(prompt));
        understood.extend(read.answered.as_ref().and_then(|answered| told(answered, library)));
        // What the guide itself would ask: its rules for when to ask, and how often, hold for a model, too.
        let page = compose(prompt, &read, &dialogue, library);
        let plan = page.asks.map(|asking| Plan { asking, choices: page.choices });
        understood.extend(plan.as_ref().map(Plan::in_words));
        let foreign_danger = || focus::tongue(&prompt.question)?.danger(&prompt.question);
        let guide_only = read.kind == Kind::Harm || read.cannot_wait(library) || foreign_danger().is_some();
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
        let said = prompt.history.iter().filter(|past| past.role == Role::User).map(|past| past.text.as_str());
        let other_language = said
            .chain([prompt.question.as_str()])
            .any(|said| focus::tongue(said).is_some() || focus::asks_for_a_language(said))
            || prompt.wish.as_deref().is_some_and(focus::asks_for_a_language)
            || prompt.person.language.as_deref().is_some_and(|language| !language.to_lowercase().starts_with("en"));
        Self { hits, understood, guide_only, about_us: read.kind == Kind::About, other_language, plan }
    }
}

impl Plan {
    fn in_words(&self) -> String {
        let Asking { question, choices, .. } = &self.asking;
        format!(
            "One more fact decides the advice. Before any other, ask this one question first, as the last sentence of your \
             answer: “{question}” It can be answered by tapping: {}. Ask nothing else.",
            choices.join("; ")
        )
    }
}

/// How somebody wants to be answered. What is urgent is never left out for it.
fn wanted(prompt: &Prompt) -> Vec<String> {
    let length = match prompt.person.length {
        Some(AnswerLength::Short) => Some(
            "They want short answers: the direct answer, how soon to get help, the next step; at most 80 words. Never leave \
             out how soon to get help or a warning sign.",
        ),
        Some(AnswerLength::Full) => {
            Some("They want full answers: everything that the passages say on the question, in parts.")
        }
        Some(AnswerLength::Normal) | None => None,
    };
    let tone = match prompt.person.tone {
        Some(Tone::Warm) => Some("They want a warm tone: a kind word first, unless something is urgent."),
        Some(Tone::Plain) => Some("They want a plain tone: to the point, without comforting words."),
        None => None,
    };
    length.into_iter().chain(tone).map(ToOwned::to_owned).collect()
}

/// What was answered to the question before, and what the library says follows from it.
fn told(answered: &Answered<'_>, library: &Library) -> Option<String> {
    match answered {
        Answered::With(article, question, choice) => {
            let asked = format!("To the question “{}” they answer: “{}”.", question.ask, choice.label);
            let follows = choice.bullet.as_ref().and_then(|bullet| {
                let bullet = bullet.to_lowercase();
                let claims = claims::of(article, &Query::default(), library);
                let claim = claims.into_iter().find(|claim| claim.text.to_lowercase().contains(&bullet))?;
                let urgency = claim.urgency.map(|urgency| format!("{}: ", urgency.label())).unwrap_or_default();
                Some(format!(" From that follows, and is to be said first: {urgency}{}", claim.text))
            });
            Some(match follows {
                Some(follows) => asked + &follows,
                None => asked + " Nothing more urgent follows from it.",
            })
        }
        Answered::Left(article) => Some(format!(
            "They leave the question about {} open; go on without it, and name what would make it urgent.",
            article.title
        )),
        Answered::Meant(_) => None,
    }
}

fn help_of(article: &Article) -> Option<Hit<'_>> {
    let passage = article.passages.iter().find(|passage| passage.heading == HELP)?.clone();
    Some(Hit { article, passage, score: 0.0 })
}
