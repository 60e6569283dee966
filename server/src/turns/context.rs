//! What the model is shown of a conversation, within a budget of tokens, and the list of it for the reader.
//!
//! The question comes first, then what the person said that stays true, then as many of the last messages as fit, then
//! a summary of what came before them. A third of the budget at the most is for facts and summary together.

use clinical::facts::Kind;

use super::memory::Known;
use super::recall::Recollection;
use super::summary::shortened;
use crate::clock::{Millis, rfc3339};
use crate::config::Settings;
use crate::models::{Fact, FactKind, OfOther, Past, Prompt};

/// What a message costs besides its text: who said it, where it ends.
const MESSAGE_TOKENS: usize = 4;
const DAY: Millis = 24 * 60 * 60 * 1000;
/// After so long a pregnancy is over: 42 completed weeks are post-term (WHO, ICD-10, volume 2, definitions).
const PREGNANCY: Millis = 294 * DAY;
/// From then on an age or a week of pregnancy is shown with the day on which it was said.
const STALE: Millis = 30 * DAY;

/// How many tokens a text has, estimated without knowing whose: four ASCII characters count as one, any other
/// character as one. English text has about four characters a token with the tokenisers in use, other scripts fewer.
pub fn tokens(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    ascii.div_ceil(4) + text.chars().filter(|character| !character.is_ascii()).count()
}

/// What is shown of a conversation: everything of a [`Prompt`] but the question and the person.
#[derive(Debug, Default)]
pub struct Context {
    history: Vec<Past>,
    summary: Option<String>,
    facts: Vec<Fact>,
    of_others: Vec<OfOther>,
    /// The list of it, for the reader.
    pub shown: Vec<String>,
}

impl Context {
    /// Of a conversation up to and with a question, which is the last thing heard.
    /// `tokens_max` is what was asked for; the setting is never passed. Of what is folded away, only the summary is shown.
    pub fn of(
        known: &Recollection,
        (question, question_seq): (&str, i64),
        now: Millis,
        (tokens_max, folded): (Option<usize>, i64),
        settings: &Settings,
    ) -> Self {
        let most = tokens_max.unwrap_or(usize::MAX).min(settings.context_tokens);
        let budget = most.saturating_sub(tokens(question));
        let mut context = Self { shown: vec!["Your message".to_owned()], ..Self::default() };
        let mut aside = budget / 3;
        context.take_facts(&known.memory.facts, now, &mut aside);
        let history = budget - budget / 3;
        let first = context.take_history(known, (folded, question_seq), history, settings.history_messages);
        let earlier = usize::try_from(first - 1).unwrap_or(0);
        if earlier > 0 {
            context.summary = known.memory.summary(first, aside);
            if context.summary.is_some() {
                context.shown.push(counted(
                    earlier,
                    "A summary of one earlier message",
                    "A summary of",
                    "earlier messages",
                ));
            }
        }
        context.list_facts();
        context
    }

    /// The last messages that fit, and the place of the first of them.
    fn take_history(
        &mut self,
        known: &Recollection,
        (folded, question_seq): (i64, i64),
        budget: usize,
        most: usize,
    ) -> i64 {
        let mut left = budget;
        let mut first = question_seq;
        for (seq, past) in known.before(question_seq).rev().take(most).take_while(|(seq, _)| *seq > folded) {
            // The last two are shown in any case, of a long one the beginning.
            let room = if self.history.len() < 2 { (budget / 3).max(1) } else { left };
            let past = if self.history.len() < 2 { cut(past, room) } else { past.clone() };
            let Some(rest) = left.checked_sub(tokens(&past.text) + MESSAGE_TOKENS) else { break };
            left = rest;
            first = seq;
            self.history.push(past);
        }
        self.history.reverse();
        match self.history.len() {
            0 => {}
            count => self.shown.push(counted(count, "The message before it", "The last", "messages")),
        }
        first
    }

    fn take_facts(&mut self, known: &[Known], now: Millis, left: &mut usize) {
        let holds =
            |known: &&Known| known.kind != Kind::Pregnancy || known.what != "pregnant" || now - known.at < PREGNANCY;
        let mut latest: Vec<&Known> = known.iter().rev().filter(holds).collect();
        // Where not all has room: what must not be forgotten has it first.
        latest.sort_by_key(|known| std::cmp::Reverse(known.weighs()));
        for known in latest {
            let mut text = known.text.clone();
            if matches!(known.kind, Kind::Person | Kind::Pregnancy) && now - known.at >= STALE {
                let day = rfc3339(known.at);
                text = format!("{text} (said on {})", day.get(..10).unwrap_or(&day));
            }
            let Some(rest) = left.checked_sub(tokens(&text) + MESSAGE_TOKENS) else { continue };
            *left = rest;
            let fact = Fact { kind: kind(known.kind), text, seq: known.seq };
            match &known.who {
                None => self.facts.push(fact),
                Some(who) => self.of_others.push(OfOther { who: who.clone(), fact }),
            }
        }
        self.facts.reverse();
        self.facts.sort_by_key(|fact| fact.seq);
        self.of_others.reverse();
        self.of_others.sort_by_key(|other| other.fact.seq);
    }

    fn list_facts(&mut self) {
        if !self.facts.is_empty() {
            let texts: Vec<&str> = self.facts.iter().map(|fact| fact.text.as_str()).collect();
            self.shown.push(format!("What you told me: {}", texts.join("; ")));
        }
        for (at, other) in self.of_others.iter().enumerate() {
            if self.of_others[..at].iter().any(|earlier| earlier.who == other.who) {
                continue;
            }
            let theirs = self.of_others.iter().filter(|another| another.who == other.who);
            let texts: Vec<&str> = theirs.map(|other| other.fact.text.as_str()).collect();
            self.shown.push(format!("What you told me of {}: {}", other.whom(), texts.join("; ")));
        }
    }

    /// The prompt, and the list of what is in it.
    pub fn into_prompt(self, question: String, already_said: String) -> (Prompt, Vec<String>) {
        let Self { history, summary, facts, of_others, shown } = self;
        (Prompt { question, history, summary, facts, of_others, already_said, ..Prompt::default() }, shown)
    }
}

fn kind(kind: Kind) -> FactKind {
    match kind {
        Kind::Person => FactKind::Person,
        Kind::Pregnancy => FactKind::Pregnancy,
        Kind::Allergy => FactKind::Allergy,
        Kind::Medicine => FactKind::Medicine,
        Kind::Condition => FactKind::Condition,
    }
}

fn counted(count: usize, one: &str, before: &str, after: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{before} {count} {after}") }
}

/// A message of which at most so many tokens are shown.
fn cut(past: &Past, most: usize) -> Past {
    let mut past = past.clone();
    if tokens(&past.text) > most {
        // No character counts for more than a token, so that this many fit.
        past.text = shortened(&past.text, most.saturating_sub(1));
    }
    past
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use protocol::{Content, Metadata, Role};

    use super::*;
    use crate::config::Layers;

    const NOW: Millis = 1_793_534_400_000;

    fn settings(context_tokens: &str) -> Settings {
        let flags = BTreeMap::from([("context_tokens".to_owned(), context_tokens.to_owned())]);
        Settings::read(&Layers::gather(flags, |_| None, None).unwrap()).unwrap()
    }

    /// A conversation of these messages, a person's and an answer by turns, the last of them the question.
    fn shown_of(said: &[&str], said_at: Millis, context_tokens: &str) -> (Prompt, Vec<String>) {
        let mut known = Recollection::default();
        for (text, seq) in said.iter().zip(1..) {
            let role = if seq % 2 == 1 { Role::User } else { Role::Assistant };
            let content = Content { text: (*text).to_owned(), elements: Vec::new() };
            known.hear(seq, said_at, role, &content, &Metadata::default());
        }
        let (question, seq) = (said[said.len() - 1], i64::try_from(said.len()).unwrap());
        Context::of(&known, (question, seq), NOW, (None, 0), &settings(context_tokens))
            .into_prompt(question.to_owned(), String::new())
    }

    fn cost(prompt: &Prompt) -> usize {
        let history: usize = prompt.history.iter().map(|past| tokens(&past.text)).sum();
        let facts: usize = prompt.facts.iter().map(|fact| tokens(&fact.text)).sum();
        tokens(&prompt.question) + history + facts + prompt.summary.as_deref().map_or(0, tokens)
    }

    #[test]
    fn four_ascii_characters_are_a_token_and_any_other_is_one() {
        assert_eq!(["", "a", "word", "words", "\u{1f915}\u{fc}"].map(tokens), [0, 1, 1, 2, 2]);
    }

    #[test]
    fn a_conversation_of_any_length_costs_no_more_than_the_budget() {
        let long = "So it is with this. ".repeat(200);
        for count in [1, 2, 3, 9, 59] {
            let said: Vec<&str> = (0..count).map(|_| long.as_str()).chain(["I take metformin. And now?"]).collect();
            let said = &said[usize::from(said.len().is_multiple_of(2))..];
            for budget in ["60", "600", "6000"] {
                let (prompt, _) = shown_of(said, NOW, budget);
                assert!(cost(&prompt) <= budget.parse().unwrap(), "{count} messages in {budget}: {}", cost(&prompt));
            }
        }
    }

    #[test]
    fn what_was_said_last_is_shown_first_of_all() {
        let long = "So it is with this. ".repeat(100);
        let (prompt, shown) = shown_of(&[&long, &long, "Well?", "Rest.", "For how long?"], NOW, "200");
        let history: Vec<&str> = prompt.history.iter().map(|past| past.text.as_str()).collect();
        assert_eq!(history, ["Well?", "Rest."]);
        assert_eq!(shown, ["Your message", "The last 2 messages", "A summary of 2 earlier messages"]);
    }

    #[test]
    fn a_pregnancy_ends_by_itself_and_an_age_is_shown_with_its_day() {
        let facts = |days: i64| {
            let (prompt, _) = shown_of(&["I'm 34 and 20 weeks pregnant"], NOW - days * DAY, "4000");
            prompt.facts.into_iter().map(|fact| fact.text).collect::<Vec<_>>()
        };
        assert_eq!(facts(1), ["34 years old", "20 weeks pregnant"]);
        assert_eq!(facts(100), ["34 years old (said on 2026-07-24)", "20 weeks pregnant (said on 2026-07-24)"]);
        assert_eq!(facts(294), ["34 years old (said on 2026-01-11)"]);
    }
}
