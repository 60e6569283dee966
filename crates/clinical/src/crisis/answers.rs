//! How a message answers a direct question of the guide, whoever worded it.

use super::Level;
use super::normalise::{Token, words};
use super::pattern::Pattern;
use super::rules::{Asking, Rules};
use super::screener::{Answer, Question};

/// How much not wanting to say counts towards a crisis, together with other signs.
pub(super) const EVADED: u8 = 2;

/// Half an answer may come late in a sentence ("well, at my age, sometimes"), but not in a long tale of something else.
const SHORT: usize = 14;

/// An answer, read more finely than the screener keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    Yes,
    /// Half a yes: "sometimes", "not tonight", "I don't know".
    Hedged,
    No,
    /// Not wanted to be said, or met with silence.
    Evaded,
    /// Not understood.
    Open,
}

impl Given {
    /// What the screener keeps. Half a yes to the last step before acting is not taken for a whole one.
    pub(super) fn recorded(self, question: Question) -> Answer {
        match self {
            Self::Yes => Answer::Yes,
            Self::Hedged if question.meaning().1 < Level::Imminent => Answer::Yes,
            Self::No => Answer::No,
            Self::Hedged | Self::Evaded | Self::Open => Answer::Open,
        }
    }
}

/// The question that was asked, where it was a direct one, and how `text` answers it.
pub(super) fn read_answer<'a>(rules: &'a Rules, asked: &str, text: &str) -> Option<(&'a Asking, Given)> {
    let asking = asking(rules, asked)?;
    let answers = &rules.answers;
    let said = words(text, &answers.lexicon).tokens;
    let begins = |patterns: &[Pattern]| !said.is_empty() && patterns.iter().any(|pattern| pattern.ends(&said, 0) != 0);
    let holds = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.find(&said, 0).is_some());
    let given = if said.is_empty() {
        Given::Evaded
    } else if begins(&answers.hedged) {
        Given::Hedged
    } else if begins(&answers.evaded) {
        Given::Evaded
    } else if begins(&answers.no) {
        Given::No
    } else if begins(&asking.yes) {
        Given::Yes
    } else if said.len() <= SHORT && !begins(&answers.asks) && holds(&answers.hedged) {
        Given::Hedged
    } else {
        Given::Open
    };
    let given = match (asking.reversed, given) {
        (true, Given::Yes) => Given::No,
        (true, Given::No) => Given::Yes,
        (_, given) => given,
    };
    Some((asking, given))
}

/// The last question of a text that is one of the direct ones.
fn asking<'a>(rules: &'a Rules, asked: &str) -> Option<&'a Asking> {
    let asked = words(asked, &rules.lexicon);
    asked.questions.iter().rev().find_map(|&sentence| {
        let question: Vec<Token> = asked.tokens.iter().filter(|token| token.sentence == sentence).copied().collect();
        let is_it = |asking: &&Asking| asking.asked.iter().any(|pattern| pattern.find(&question, 0).is_some());
        rules.answers.questions.iter().find(is_it)
    })
}
