//! The way through an exercise: from what was answered so far to what comes next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Branch, Exercise, Prompt, PromptKind, Step};

/// The longest typed answer that is taken, in characters.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// The top of every scale; it begins at 0.
const SCALE_MAX: u8 = 10;

/// What was answered to a prompt: `{"kind": "scale", "value": 7}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Answer {
    /// Free text, not empty.
    Text(String),
    /// 0 to 10.
    Scale(u8),
    /// One of the prompt's choices.
    Choice(String),
    /// Left empty.
    Skipped,
}

/// What was answered so far, by the id of the prompt.
pub type Answers = BTreeMap<String, Answer>;

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "next", rename_all = "snake_case")]
pub enum Next<'a> {
    /// The exercise has no prompts: all of its steps, and then it is done.
    Steps {
        /// Every step.
        steps: &'a [Step],
    },
    /// A question.
    Prompt {
        /// The first step of the exercise, to be said before the first prompt.
        #[serde(skip_serializing_if = "Option::is_none")]
        lead: Option<&'a Step>,
        /// What is asked.
        prompt: &'a Prompt,
        /// How many were asked before it, as things stand.
        done: usize,
        /// How many are left with it, at most: later answers may leave some out.
        left: usize,
    },
    /// Every prompt that applies has its answer.
    Done {
        /// The last step of the exercise.
        closing: &'a Step,
    },
}

/// Why an answer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// The exercise has no such prompt.
    #[error("there is no such question")]
    UnknownPrompt,
    /// A text for a scale, or the like.
    #[error("this question takes another kind of answer")]
    WrongKind,
    /// A number above 10.
    #[error("the scale goes from 0 to 10")]
    OffTheScale,
    /// Not one of the choices.
    #[error("this is not one of the choices")]
    NotAChoice,
    /// More than [`TEXT_CHARS_MAX`] characters.
    #[error("the answer is too long")]
    TooLong,
    /// Nothing but white space; [`Answer::Skipped`] says that it is left empty.
    #[error("the answer is empty")]
    Empty,
}

/// What comes next in an exercise. Prompts are asked in order; one whose condition does not hold is left out, and an answer
/// to it does not count, so that going back and answering otherwise takes the other branch. An answer of the wrong kind
/// counts as left empty; [`check`] refuses it before.
pub fn walk<'a>(exercise: &'a Exercise, answers: &Answers) -> Next<'a> {
    let [first, .., last] = exercise.steps.as_slice() else { return Next::Steps { steps: &exercise.steps } };
    if exercise.prompts.is_empty() {
        return Next::Steps { steps: &exercise.steps };
    }
    let asked = applying(exercise, answers);
    match asked.iter().position(|prompt| !answers.contains_key(&prompt.id)) {
        None => Next::Done { closing: last },
        Some(done) => Next::Prompt {
            lead: (done == 0).then_some(first),
            prompt: asked[done],
            done,
            left: asked[done..].iter().filter(|prompt| !answers.contains_key(&prompt.id)).count(),
        },
    }
}

/// What was answered and counts, in the order of the exercise: for reading it again.
pub fn answered<'a>(exercise: &'a Exercise, answers: &'a Answers) -> Vec<(&'a Prompt, &'a Answer)> {
    applying(exercise, answers).into_iter().filter_map(|prompt| Some((prompt, answers.get(&prompt.id)?))).collect()
}

/// Whether an answer may be given to a prompt.
///
/// # Errors
/// See [`Refused`].
pub fn check(exercise: &Exercise, prompt: &str, answer: &Answer) -> Result<(), Refused> {
    let prompt = exercise.prompts.iter().find(|own| own.id == prompt).ok_or(Refused::UnknownPrompt)?;
    match (prompt.kind, answer) {
        (PromptKind::Text, Answer::Text(text)) if text.trim().is_empty() => Err(Refused::Empty),
        (PromptKind::Text, Answer::Text(text)) if text.chars().count() > TEXT_CHARS_MAX => Err(Refused::TooLong),
        (PromptKind::Scale, Answer::Scale(value)) if *value > SCALE_MAX => Err(Refused::OffTheScale),
        (PromptKind::Choice, Answer::Choice(choice)) if !prompt.choices.contains(choice) => Err(Refused::NotAChoice),
        (_, Answer::Skipped)
        | (PromptKind::Text, Answer::Text(_))
        | (PromptKind::Scale, Answer::Scale(_))
        | (PromptKind::Choice, Answer::Choice(_)) => Ok(()),
        _ => Err(Refused::WrongKind),
    }
}

/// The prompts that apply. A prompt that waits for an answer not yet given does not apply yet under `only_if`, and does
/// under `unless`.
fn applying<'a>(exercise: &'a Exercise, answers: &Answers) -> Vec<&'a Prompt> {
    let mut applying: Vec<&Prompt> = Vec::with_capacity(exercise.prompts.len());
    for prompt in &exercise.prompts {
        let holds = |branch: &Branch| {
            applying.iter().any(|asked| asked.id == branch.prompt)
                && answers.get(&branch.prompt).is_some_and(|answer| branch.is_fulfilled_by(answer))
        };
        if prompt.only_if.as_ref().is_none_or(holds) && !prompt.unless.as_ref().is_some_and(holds) {
            applying.push(prompt);
        }
    }
    applying
}

impl Branch {
    fn is_fulfilled_by(&self, answer: &Answer) -> bool {
        match answer {
            Answer::Scale(value) => {
                (self.at_least.is_some() || self.at_most.is_some())
                    && self.at_least.is_none_or(|least| *value >= least)
                    && self.at_most.is_none_or(|most| *value <= most)
            }
            Answer::Choice(choice) => self.one_of.contains(choice),
            Answer::Text(_) | Answer::Skipped => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Answers, Next, Refused, TEXT_CHARS_MAX, answered, check, walk};
    use crate::exercises::{Exercise, PromptKind, all, by_id};

    /// Walks to the end; `given` answers some prompts, the others get a plain answer of their kind.
    fn path(exercise: &Exercise, given: &[(&str, Answer)]) -> (Vec<String>, Answers) {
        let mut answers = Answers::new();
        let mut asked = Vec::new();
        while let Next::Prompt { lead, prompt, done, left } = walk(exercise, &answers) {
            assert_eq!(done, asked.len());
            assert_eq!(lead.is_some(), asked.is_empty());
            assert!(left >= 1 && asked.len() < exercise.prompts.len());
            asked.push(prompt.id.clone());
            let plain = match prompt.kind {
                PromptKind::Text => Answer::Text("a few words".to_owned()),
                PromptKind::Scale => Answer::Scale(7),
                PromptKind::Choice => Answer::Choice(prompt.choices[0].clone()),
            };
            let answer = given.iter().find(|(id, _)| *id == prompt.id).map_or(plain, |(_, answer)| answer.clone());
            assert_eq!(check(exercise, &prompt.id, &answer), Ok(()));
            answers.insert(prompt.id.clone(), answer);
        }
        assert!(matches!(walk(exercise, &answers), Next::Done { .. }));
        (asked, answers)
    }

    fn choice(text: &str) -> Answer {
        Answer::Choice(text.to_owned())
    }

    #[test]
    fn an_exercise_without_prompts_is_its_steps() {
        let exercise = by_id("ex_body_scan").unwrap();
        assert_eq!(walk(exercise, &Answers::new()), Next::Steps { steps: &exercise.steps });
    }

    #[test]
    fn every_walk_ends_also_with_everything_left_empty() {
        for exercise in all().iter().filter(|exercise| !exercise.prompts.is_empty()) {
            path(exercise, &[]);
            let empty: Vec<_> = exercise.prompts.iter().map(|prompt| (prompt.id.as_str(), Answer::Skipped)).collect();
            let (asked, _) = path(exercise, &empty);
            let without: Vec<_> = exercise.prompts.iter().filter(|p| p.only_if.is_none()).map(|p| &p.id).collect();
            assert_eq!(asked.iter().collect::<Vec<_>>(), without, "{}", exercise.id);
        }
    }

    #[test]
    fn the_thought_record_branches_on_belief_and_on_what_is_left_of_the_feeling() {
        let record = by_id("ex_thought_record").unwrap();
        let (plain, _) = path(record, &[]);
        assert!(!plain.iter().any(|id| ["other_thought", "still_strong", "next_step"].contains(&id.as_str())));
        let given = [
            ("belief_before", Answer::Scale(2)),
            ("strength_after", Answer::Scale(9)),
            ("next", choice("Solve a problem")),
        ];
        let (branched, _) = path(record, &given);
        for id in ["other_thought", "still_strong", "next_step"] {
            assert!(branched.iter().any(|asked| asked == id), "{id}");
        }
        assert_eq!(branched.len(), plain.len() + 3);
    }

    #[test]
    fn what_cannot_be_changed_leads_to_comfort_instead_of_a_plan() {
        let problem = by_id("ex_problem_solving").unwrap();
        let (asked, _) = path(problem, &[("influence", choice("No"))]);
        assert_eq!(asked, ["problem", "burden", "influence", "cannot_change"]);
        let (asked, _) = path(problem, &[("influence", choice("Yes")), ("sure", Answer::Scale(4))]);
        assert!(asked.iter().any(|id| id == "smaller") && !asked.iter().any(|id| id == "cannot_change"));
    }

    #[test]
    fn another_answer_takes_the_other_branch_and_what_was_said_on_the_first_no_longer_counts() {
        let problem = by_id("ex_problem_solving").unwrap();
        let (_, mut answers) = path(problem, &[("influence", choice("Yes")), ("sure", Answer::Scale(4))]);
        answers.insert("influence".to_owned(), choice("No"));
        let Next::Prompt { prompt, .. } = walk(problem, &answers) else { panic!("one more is to be asked") };
        assert_eq!(prompt.id, "cannot_change");
        let counting: Vec<_> = answered(problem, &answers).into_iter().map(|(prompt, _)| prompt.id.as_str()).collect();
        assert_eq!(counting, ["problem", "burden", "influence"]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let record = by_id("ex_thought_record").unwrap();
        for (prompt, answer, expected) in [
            ("nothing", Answer::Skipped, Refused::UnknownPrompt),
            ("situation", Answer::Scale(3), Refused::WrongKind),
            ("situation", Answer::Text(" \n".to_owned()), Refused::Empty),
            ("situation", Answer::Text("é".repeat(TEXT_CHARS_MAX + 1)), Refused::TooLong),
            ("belief_before", Answer::Scale(11), Refused::OffTheScale),
            ("next", choice("Something else"), Refused::NotAChoice),
            ("next", Answer::Text("Solve a problem".to_owned()), Refused::WrongKind),
        ] {
            assert_eq!(check(record, prompt, &answer), Err(expected), "{prompt}");
        }
        assert_eq!(check(record, "situation", &Answer::Text("é".repeat(TEXT_CHARS_MAX))), Ok(()));
        assert_eq!(check(record, "belief_before", &Answer::Scale(0)), Ok(()));
    }

    #[test]
    fn answers_survive_being_stored() {
        let (_, answers) = path(by_id("ex_values").unwrap(), &[("moment", Answer::Skipped)]);
        let stored = serde_json::to_string(&answers).unwrap();
        assert_eq!(serde_json::from_str::<Answers>(&stored).unwrap(), answers);
        assert_eq!(serde_json::to_string(&Answer::Scale(7)).unwrap(), r#"{"kind":"scale","value":7}"#);
    }
}
