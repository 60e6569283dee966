//! Where a dialogue stands, read again from its history: what was asked and is still open, what was asked before, what
//! was already said.

use std::collections::HashSet;

use knowledge::{Article, Library, Urgency, words};
use protocol::Role;

use super::asking::{self, Choice, Question, Slot};
use super::claims::sentences;
use super::slots::{self, Reply};
use crate::models::Past;

/// So many questions at most follow each other.
pub(super) const IN_A_ROW: usize = 3;
/// The choice to leave a question.
pub(super) const SKIP: &str = "choice_skip";
/// What an emergency begins with.
pub(super) const CALL: &str = "Call your emergency number now (112, 911, 999 or your local number).";
/// From so many words a sentence is noticed when it comes again.
const NOTICED: usize = 4;

/// A dialogue up to the message that is answered.
pub(super) struct Dialogue<'library> {
    /// The question that the last answer ended with.
    pub(super) open: Option<Open<'library>>,
    /// How many of the last answers ended with a question.
    pub(super) in_a_row: usize,
    /// What was asked, by article.
    pub(super) asked: HashSet<(String, Slot)>,
    pub(super) earlier: Earlier,
    /// The sentence of the last answer that says how soon, where it could not wait.
    pub(super) urged: Option<String>,
}

/// An open question.
pub(super) struct Open<'library> {
    pub(super) slot: Slot,
    /// What it was asked about.
    pub(super) article: Option<&'library Article>,
    /// Of the article's plan.
    pub(super) question: Option<&'static Question>,
    /// Ids and labels of what could be tapped.
    choices: Vec<(String, String)>,
}

/// How an open question was answered.
#[derive(Clone, Copy)]
pub(super) enum Answered<'library> {
    /// With a choice of the plan, on this article.
    With(&'library Article, &'static Question, &'static Choice),
    /// With the subject that was meant.
    Meant(&'library Article),
    /// With "skip" or "I don't know".
    Left(&'library Article),
}

impl<'library> Answered<'library> {
    pub(super) fn article(&self) -> &'library Article {
        match self {
            Self::With(article, ..) | Self::Meant(article) | Self::Left(article) => article,
        }
    }
}

impl<'library> Dialogue<'library> {
    pub(super) fn of(history: &[Past], library: &'library Library) -> Self {
        let answers: Vec<&Past> = history.iter().filter(|past| past.role == Role::Assistant).collect();
        let asks = |past: &&Past| past.choices.iter().any(|choice| asking::parts(&choice.id).is_some());
        let open = answers.last().filter(|past| asks(past)).and_then(|past| open(past, library));
        let mut asked = HashSet::new();
        for choice in answers.iter().flat_map(|past| &past.choices) {
            if let Some((slot, article, _)) = asking::parts(&choice.id) {
                asked.insert((article.to_owned(), slot));
            }
        }
        Self {
            open,
            in_a_row: answers.iter().rev().take_while(|past| asks(past)).count(),
            asked,
            earlier: Earlier::of(answers.iter().map(|past| past.text.as_str())),
            urged: answers.last().and_then(|past| urged(&past.text)),
        }
    }

    /// Whether the last answer was of something that cannot wait.
    pub(super) fn is_urgent(&self) -> bool {
        self.urged.is_some()
    }

    /// Whether a message is nothing but an answer to the open question: a choice, or a word or two.
    pub(super) fn taps(&self, message: &str) -> bool {
        let said = words::words(message);
        let is = |label: &String| words::words(label) == said;
        said.len() <= 2 || self.open.as_ref().is_some_and(|open| open.choices.iter().any(|(_, label)| is(label)))
    }

    /// What a message says to the open question; `None` where it does not answer it.
    pub(super) fn answered(&self, message: &str, library: &'library Library) -> Option<Answered<'library>> {
        let open = self.open.as_ref()?;
        let said = words::words(message);
        let is = |label: &str| words::words(label) == said;
        let tapped = open.choices.iter().find(|(_, label)| is(label)).map(|(id, _)| id.as_str());
        if open.slot == Slot::Which {
            let named = tapped.and_then(|id| asking::parts(id)).and_then(|(_, _, id)| library.article(id));
            return named.map(Answered::Meant);
        }
        let (article, question) = (open.article?, open.question?);
        if tapped.is_some_and(|id| id == SKIP) {
            return Some(Answered::Left(article));
        }
        let with = |choice| Answered::With(article, question, choice);
        if let Some(choice) = question.choice.iter().find(|choice| is(&choice.label)) {
            return Some(with(choice));
        }
        let asks = message.contains('?') || said.len() > 25;
        let days = slots::days(message).filter(|_| open.slot == Slot::HowLong);
        if let Some(choice) = days.and_then(|days| of_days(question, days)) {
            return Some(with(choice));
        }
        if matches!(open.slot, Slot::Who | Slot::Age)
            && let Some(choice) = of_age(question, message)
        {
            return Some(with(choice));
        }
        if asks {
            return None;
        }
        if let Some(choice) = by_words(question, &said) {
            return Some(with(choice));
        }
        let begins = |choice: &&Choice, starts: &[&str]| {
            let label = words::words(&choice.label);
            label.first().is_some_and(|first| starts.contains(&first.as_str()))
        };
        match slots::reply(message)? {
            Reply::Skip | Reply::Unsure => Some(Answered::Left(article)),
            Reply::Yes => {
                // Without knowing which, the one that comes first is taken: plans name the gravest first.
                let yes = question.choice.iter().find(|choice| begins(choice, &["yes"]));
                yes.or_else(|| question.choice.iter().find(|choice| choice.bullet.is_some())).map(with)
            }
            Reply::No => {
                let no = question.choice.iter().find(|choice| begins(choice, &["no", "none", "neither", "nobody"]));
                no.or_else(|| question.choice.iter().find(|choice| choice.bullet.is_none())).map(with)
            }
        }
    }
}

/// The choice into which a duration falls.
pub(super) fn of_days(question: &'static Question, days: u32) -> Option<&'static Choice> {
    if question.choice.iter().all(|choice| choice.up_to_days.is_none()) {
        return None;
    }
    let last = question.choice.last().filter(|choice| choice.up_to_days.is_none());
    question.choice.iter().find(|choice| choice.up_to_days.is_some_and(|most| days <= most)).or(last)
}

/// The choice for someone of the age that a message says.
pub(super) fn of_age(question: &'static Question, message: &str) -> Option<&'static Choice> {
    let years = slots::age_years(message)?;
    let id = |names: &[&str]| question.choice.iter().find(|choice| names.iter().any(|name| choice.id == *name));
    match years {
        ..0.25 => id(&["baby", "newborn", "child"]),
        ..2.0 => id(&["infant", "toddler", "child", "baby"]),
        ..16.0 => id(&["child", "teenager"]),
        65.0.. => id(&["older", "adult"]),
        _ => id(&["adult", "other"]),
    }
}

/// Whether a message has what one of the graver choices says, so that it need not be asked: of "A lump or change", either.
pub(super) fn is_told(question: &'static Question, said: &str) -> bool {
    const JOINS: [&str; 12] = ["a", "an", "the", "with", "in", "on", "or", "and", "very", "of", "some", "for"];
    let said: HashSet<String> = words::stems(said).into_iter().collect();
    let holds = |label: &str| {
        let words = words::words(label);
        let plain = words.first().is_some_and(|first| matches!(first.as_str(), "yes" | "no" | "none" | "neither"));
        let own: Vec<String> =
            words.iter().filter(|word| !JOINS.contains(&word.as_str())).map(|word| words::stem(word)).collect();
        !plain && !own.is_empty() && own.iter().all(|stem| said.contains(stem))
    };
    let graver = question.choice.iter().filter(|choice| choice.bullet.is_some());
    graver.flat_map(|choice| choice.label.split(", ").flat_map(|part| part.split(" or "))).any(holds)
}

/// The one choice whose telling words a message has.
fn by_words(question: &'static Question, said: &[String]) -> Option<&'static Choice> {
    const PLAIN: [&str; 22] = [
        "yes", "no", "none", "of", "these", "one", "a", "an", "or", "the", "and", "than", "more", "under", "over",
        "up", "to", "in", "it", "is", "someone", "other",
    ];
    let said: HashSet<String> = said.iter().map(|word| words::stem(word)).collect();
    let has = |choice: &&Choice| {
        let label = words::words(&choice.label);
        let telling: Vec<String> =
            label.iter().filter(|word| !PLAIN.contains(&word.as_str())).map(|word| words::stem(word)).collect();
        !telling.is_empty() && telling.iter().filter(|stem| said.contains(*stem)).count() * 2 > telling.len()
    };
    let mut found = question.choice.iter().filter(has);
    found.next().filter(|_| found.next().is_none())
}

/// How soon an answer says that it is, where it begins with that: what stands at the end of it is a warning.
fn urged(answer: &str) -> Option<String> {
    const LABELS: [Urgency; 2] = [Urgency::Emergency, Urgency::Urgent];
    let begins = |line: &&str| {
        let line = line.trim_start_matches("- ").trim_start_matches("**");
        line.starts_with("Call your emergency number now (")
            || LABELS.iter().any(|urgency| line.starts_with(urgency.label()))
    };
    let found = answer.lines().take(5).find(begins)?;
    let said = found.split_once(":** ").map_or(found, |(_, rest)| rest);
    // The call itself says nothing of why.
    let call = said.starts_with("Call your emergency number now");
    let first = sentences(said).into_iter().nth(usize::from(call))?.split(" [").next()?.trim();
    Some(if call { format!("{CALL} {first}") } else { first.to_owned() })
}

fn open<'library>(past: &Past, library: &'library Library) -> Option<Open<'library>> {
    let (slot, id, _) = past.choices.iter().find_map(|choice| asking::parts(&choice.id))?;
    let question = asking::plan(id).and_then(|plan| plan.question.iter().find(|question| question.slot == slot));
    let choices = past.choices.iter().map(|choice| (choice.id.clone(), choice.label.clone())).collect();
    Some(Open { slot, article: library.article(id), question, choices })
}

/// What the guide said before, so that it does not say it again.
#[derive(Default, Clone)]
pub(super) struct Earlier {
    sentences: HashSet<String>,
    whole: String,
}

impl Earlier {
    fn of<'text>(answers: impl Iterator<Item = &'text str>) -> Self {
        let mut earlier = Self::default();
        for answer in answers {
            for line in answer.lines() {
                let line = line.split_once(":** ").map_or(line, |(_, rest)| rest);
                for sentence in sentences(line) {
                    earlier.sentences.extend(key(sentence));
                }
            }
            earlier
                .whole
                .extend(answer.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase));
            earlier.whole.push('|');
        }
        earlier
    }

    /// Whether anything was said.
    pub(super) fn is_empty(&self) -> bool {
        self.whole.is_empty()
    }

    /// Whether a sentence was said in these words.
    pub(super) fn has(&self, sentence: &str) -> bool {
        key(sentence).is_some_and(|key| self.sentences.contains(&key))
    }

    /// Whether a claim, or how it begins, was said.
    pub(super) fn began(&self, text: &str) -> bool {
        let plain: String = text
            .chars()
            .filter(|character| character.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .take(36)
            .collect();
        plain.len() >= 12 && self.whole.contains(&plain)
    }

    /// Of a text the first run of sentences that were not said.
    pub(super) fn fresh<'text>(&self, text: &'text str) -> &'text str {
        let mut begin = None;
        let mut at = 0;
        for sentence in sentences(text) {
            let (start, end) = (at, at + sentence.len());
            at = end;
            match (begin, self.has(sentence)) {
                (None, false) => begin = Some(start),
                (Some(begin), true) => return text[begin..start].trim(),
                _ => {}
            }
        }
        begin.map_or("", |begin| text[begin..].trim())
    }
}

/// By what a sentence is known; short ones are not noticed.
fn key(sentence: &str) -> Option<String> {
    // The number of a source is no part of it.
    let sentence = sentence.split(" [").next().unwrap_or_default();
    let words = words::words(sentence);
    (words.len() >= NOTICED).then(|| words.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_not_said_again() {
        let earlier = Earlier::of(["Rest a day or two. Drink some water now. [1]\n\n- **Emergency – call now (112):** you faint twice today [2]"].into_iter());
        assert!(earlier.has("drink some water now."));
        assert!(earlier.has("you faint twice today."));
        assert_eq!(
            earlier.fresh("Rest a day or two. Sleep at fixed times. Drink some water now."),
            "Sleep at fixed times."
        );
    }
}
