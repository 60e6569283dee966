//! How much the guide says and how, as the person wants it. What is urgent is the same for everybody: no length leaves out
//! how soon to get help, and nothing kind stands before it.

use protocol::rest::{AnswerLength, Tone};

use super::answer::Answer;
use super::claims::Claim;
use super::kinds::Kind;
use super::phrases::GUIDE;
use super::understand::Part;

/// A short answer has about this many words before what is urgent and what is asked, and a full one this many.
const SHORT_WORDS: usize = 110;
const FULL_WORDS: usize = 420;
/// Of each part, so many things are added to a full answer.
const MORE_OF_A_PART: usize = 6;

impl Answer<'_, '_> {
    pub(super) fn is_short(&self) -> bool {
        self.prompt.person.length == Some(AnswerLength::Short)
    }

    pub(super) fn is_full(&self) -> bool {
        self.prompt.person.length == Some(AnswerLength::Full)
    }

    /// How many things to name, where it is so many for everybody.
    pub(super) fn most(&self, normal: usize) -> usize {
        match self.prompt.person.length {
            Some(AnswerLength::Short) => 1,
            Some(AnswerLength::Full) => normal * 2,
            Some(AnswerLength::Normal) | None => normal,
        }
    }

    /// About how many words an answer has, where it is so many for everybody.
    pub(super) fn words(&self, normal: usize) -> usize {
        match self.prompt.person.length {
            Some(AnswerLength::Short) => SHORT_WORDS,
            Some(AnswerLength::Full) => FULL_WORDS,
            Some(AnswerLength::Normal) | None => normal,
        }
    }

    /// A kind word to somebody who tells what weighs on them, unless they want none.
    pub(super) fn comfort(&mut self) {
        if self.prompt.person.tone == Some(Tone::Plain) {
            return;
        }
        if self.understood.kind == Kind::Feelings {
            self.page.own(&GUIDE.say.warmth);
        } else if GUIDE.signs.shy.are_in(&self.text) {
            self.page.own(&GUIDE.say.shy);
        }
    }

    /// A kind word to somebody who wants one, where nothing is urgent.
    pub(super) fn warm(&mut self) {
        let kind = matches!(self.understood.kind, Kind::Symptom | Kind::Medicine | Kind::TestResult | Kind::Lifestyle);
        if kind && self.prompt.person.tone == Some(Tone::Warm) {
            self.page.own(&GUIDE.say.warm);
        }
    }

    /// What else the article says, part by part, to somebody who wants everything.
    pub(super) fn everything(&mut self) {
        if !self.is_full() {
            return;
        }
        for part in [Part::What, Part::Act, Part::People] {
            let new = |claim: &&Claim| {
                claim.part == part
                    && self.is_of_article(claim)
                    && claim.urgency.is_none()
                    && (claim.bullet || claim.stands_alone())
                    && !self.was_said(claim)
            };
            let mut more: Vec<Claim> = self.claims.iter().filter(new).cloned().collect();
            more.sort_by_key(|claim| claim.start);
            more.truncate(MORE_OF_A_PART);
            if more.is_empty() || self.page.words() + 20 >= self.room() {
                continue;
            }
            self.page.paragraph(&format!("**{}**", part.heading()));
            for claim in more {
                if self.page.words() + 12 < self.room() {
                    self.say(&claim, 40, true);
                }
            }
        }
    }
}
