//! Which question comes next, and what the answers say.
//!
//! The order and the branches are those of the screener version of the Columbia-Suicide Severity Rating Scale (Posner et
//! al., Am J Psychiatry 2011; triage points of the Columbia Lighthouse Project, 2016): the wish to be dead and thoughts of
//! suicide are asked of everyone; method, intent and plan only where there are thoughts; behaviour always. What is at hand
//! is asked besides. Nothing is asked twice, and after two questions in a row that someone passes over none is.

use serde::Deserialize;

use super::{Danger, Evidence, Level, Sign};

/// A question of the screener, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// A wish to be dead, or not to wake up.
    Wish,
    /// Thoughts of killing oneself.
    Thoughts,
    /// How it might be done.
    Method,
    /// Some intention of acting on it.
    Intent,
    /// A plan or preparations.
    Plan,
    /// Something within reach to do it with.
    Means,
    /// An attempt, recent or in the past.
    Past,
}

impl Question {
    /// Every question, in order.
    pub const ALL: [Self; 7] =
        [Self::Wish, Self::Thoughts, Self::Method, Self::Intent, Self::Plan, Self::Means, Self::Past];

    /// What a "yes" shows.
    pub(super) fn meaning(self) -> (Danger, Level, Sign) {
        match self {
            Self::Wish => (Danger::SuicidalIdeation, Level::Elevated, Sign::PassiveIdeation),
            Self::Thoughts => (Danger::SuicidalIdeation, Level::High, Sign::ActiveIdeation),
            Self::Method => (Danger::SuicidePlan, Level::High, Sign::Plan),
            Self::Intent => (Danger::SuicideIntent, Level::Imminent, Sign::Intent),
            Self::Plan => (Danger::SuicidePlan, Level::High, Sign::Preparation),
            Self::Means => (Danger::SuicidePlan, Level::High, Sign::Means),
            Self::Past => (Danger::SuicideAttempt, Level::High, Sign::Attempt),
        }
    }

    /// What someone has said of their own accord needs no asking.
    fn is_answered_by(self, evidence: &Evidence) -> bool {
        let Some(sign) = evidence.sign.filter(|_| evidence.level >= Level::Elevated) else { return false };
        match self {
            Self::Wish => evidence.danger.is_suicidal(),
            Self::Thoughts => {
                let is_of_now = !matches!(sign, Sign::PassiveIdeation | Sign::Attempt);
                is_of_now && evidence.danger.is_suicidal() && evidence.level >= Level::High
            }
            Self::Method => matches!(sign, Sign::Plan | Sign::Means | Sign::Preparation),
            Self::Intent => sign == Sign::Intent,
            Self::Plan => sign == Sign::Preparation,
            Self::Means => sign == Sign::Means,
            Self::Past => sign == Sign::Attempt,
        }
    }
}

/// How a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// Passed over, or answered in words that were not understood as either.
    Open,
}

/// The questions that were asked, and their answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Screener {
    answers: [Option<Answer>; Question::ALL.len()],
    /// How many questions in a row were left open.
    left_open: u8,
}

/// After so many questions in a row that were left open no more are asked.
const PATIENCE: u8 = 2;

impl Screener {
    /// Takes in an answer. A later one replaces it, but a "yes" stays.
    pub fn record(&mut self, question: Question, answer: Answer) {
        let held = &mut self.answers[question as usize];
        if *held != Some(Answer::Yes) {
            *held = Some(answer);
        }
        self.left_open = if answer == Answer::Open { self.left_open.saturating_add(1) } else { 0 };
    }

    /// How a question was answered; `None` where it has not been asked.
    pub fn answer(&self, question: Question) -> Option<Answer> {
        self.answers[question as usize]
    }

    /// Whether anything was asked yet.
    pub fn is_begun(&self) -> bool {
        self.answers.iter().any(Option::is_some)
    }

    /// What the answers alone say.
    pub fn level(&self) -> Level {
        let yes = |question: &Question| self.answer(*question) == Some(Answer::Yes);
        let level = Question::ALL.iter().filter(|question| yes(question)).map(|question| question.meaning().1).max();
        // A plan and what it takes within reach: only the decision is missing.
        let ready = yes(&Question::Plan) && yes(&Question::Means);
        level.unwrap_or_default().max(if ready { Level::Imminent } else { Level::None })
    }

    /// The question to ask next, given what the person has said; `None` where there is none left, or they would rather not.
    pub fn next(&self, said: &[Evidence]) -> Option<Question> {
        if self.left_open >= PATIENCE {
            return None;
        }
        let known = |question: Question| said.iter().any(|evidence| question.is_answered_by(evidence));
        let no = |question: Question| self.answer(question) == Some(Answer::No) && !known(question);
        Question::ALL.into_iter().find(|&question| {
            let follows = match question {
                Question::Wish | Question::Thoughts | Question::Past => true,
                Question::Method | Question::Intent | Question::Plan => !no(Question::Thoughts),
                Question::Means => !(no(Question::Thoughts) || (no(Question::Intent) && no(Question::Plan))),
            };
            // Who has thoughts of suicide need not be asked for the weaker wish.
            let weaker = question == Question::Wish && self.answer(Question::Thoughts).is_some();
            follows && !weaker && self.answer(question).is_none() && !known(question)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Question, Screener};
    use crate::crisis::Level;

    /// The questions that come when each is answered in turn.
    fn asked(answers: &[Answer]) -> (Vec<Question>, Screener) {
        let (mut screener, mut questions) = (Screener::default(), Vec::new());
        for &answer in answers {
            let Some(question) = screener.next(&[]) else { break };
            questions.push(question);
            screener.record(question, answer);
        }
        (questions, screener)
    }

    #[test]
    fn yes_to_everything_asks_everything_once_and_ends_imminent() {
        let (questions, screener) = asked(&[Answer::Yes; 12]);
        assert_eq!(questions, Question::ALL);
        assert_eq!((screener.next(&[]), screener.level()), (None, Level::Imminent));
    }

    #[test]
    fn no_thoughts_of_suicide_leads_straight_to_the_past() {
        let (questions, screener) = asked(&[Answer::Yes, Answer::No, Answer::No]);
        assert_eq!(questions, [Question::Wish, Question::Thoughts, Question::Past]);
        assert_eq!((screener.next(&[]), screener.level()), (None, Level::Elevated));
    }

    #[test]
    fn no_intent_and_no_plan_leaves_out_the_means() {
        let (questions, screener) = asked(&[Answer::Yes, Answer::Yes, Answer::Yes, Answer::No, Answer::No, Answer::No]);
        assert!(!questions.contains(&Question::Means) && questions.contains(&Question::Past));
        assert_eq!(screener.level(), Level::High);
    }

    #[test]
    fn two_questions_left_open_end_the_asking() {
        assert_eq!(asked(&[Answer::Open; 5]).0, [Question::Wish, Question::Thoughts]);
        let (questions, _) = asked(&[Answer::Open, Answer::Yes, Answer::Open, Answer::Yes]);
        assert_eq!(questions.len(), 4);
    }

    #[test]
    fn a_plan_within_reach_is_imminent_and_a_yes_stays() {
        let mut screener = Screener::default();
        screener.record(Question::Plan, Answer::Yes);
        assert_eq!(screener.level(), Level::High);
        screener.record(Question::Means, Answer::Yes);
        screener.record(Question::Means, Answer::No);
        assert_eq!(screener.level(), Level::Imminent);
    }

    #[test]
    fn nothing_answered_is_no_level() {
        assert_eq!(Screener::default().level(), Level::None);
        assert_eq!(asked(&[Answer::No; 3]).1.level(), Level::None);
    }
}
