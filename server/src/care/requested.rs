//! Answers of another kind than the ordinary one, asked for by the `message_type` of a question: a plan of movement, advice
//! about food, an assessment of complaints. All of it is computed by `clinical`; no language model has a say in it.

use std::fmt::Write as _;

use clinical::diagnosis::{self, CandidateOut, Request, RequestHistory, Urgency};
use clinical::findings::State;
use clinical::plans::{self, Equipment, Goal, Level, Person, Statement};
use clinical::profile::Condition;
use protocol::Source;
use protocol::rest::Profile;
use serde_json::{Map, Value};

use crate::models::{Fact, FactKind, Prompt};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Requested {
    /// `fitness_plan`.
    Movement,
    /// `nutrition_advice`.
    Food,
    /// `health_assessment`.
    Assessment,
}

/// What to say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    /// Markdown, with numbered marks.
    pub(crate) text: String,
    /// What the marks mean.
    pub(crate) sources: Vec<Source>,
    /// What it rests on of the person, for the reader.
    pub(crate) shown: Vec<String>,
}

impl Requested {
    /// Of what a client sent along; `None` for an ordinary question.
    pub(crate) fn of(client: &Map<String, Value>) -> Option<Self> {
        match client.get("message_type")?.as_str()? {
            "fitness_plan" => Some(Self::Movement),
            "nutrition_advice" => Some(Self::Food),
            "health_assessment" => Some(Self::Assessment),
            _ => None,
        }
    }

    /// The answer, from what the person told of themselves: in their profile, in this conversation, in this message.
    /// `None` where an ordinary answer says more: an assessment of a message that tells no complaint.
    pub(crate) fn answer(self, profile: &Profile, prompt: &Prompt) -> Option<Told> {
        let said = said(prompt);
        match self {
            Self::Movement => {
                let plan = plans::movement(&person(profile, &prompt.facts, &said));
                let groups =
                    [&plan.aim, &plan.effort, &plan.strength_how, &plan.progress, &plan.notes, &plan.ask_first]
                        .into_iter()
                        .chain([&plan.stop_now, &plan.stop_today]);
                let sources = sources("movement", &plan.sources, groups.flatten());
                Some(Told { text: plan.to_markdown(), sources, shown: shown(profile, prompt) })
            }
            Self::Food => {
                let advice = plans::nutrition(&person(profile, &prompt.facts, &said), &prompt.question);
                let groups = [&advice.points, &advice.for_you, &advice.ask_first];
                let sources = sources("food", &advice.sources, groups.into_iter().flatten());
                Some(Told { text: advice.to_markdown(), sources, shown: shown(profile, prompt) })
            }
            Self::Assessment => assessment(profile, prompt),
        }
    }
}

/// What this person wrote in the conversation, the latest last.
fn said(prompt: &Prompt) -> Vec<&str> {
    let before = prompt.history.iter().filter(|past| past.role == protocol::Role::User);
    before.map(|past| past.text.as_str()).chain([prompt.question.as_str()]).collect()
}

fn shown(profile: &Profile, prompt: &Prompt) -> Vec<String> {
    let mut shown = vec!["Your message".to_owned()];
    if *profile != Profile::default() {
        shown.push("Your profile".to_owned());
    }
    if !prompt.facts.is_empty() {
        let facts: Vec<&str> = prompt.facts.iter().map(|fact| fact.text.as_str()).collect();
        shown.push(format!("What you told me: {}", facts.join("; ")));
    }
    shown
}

fn person(profile: &Profile, facts: &[Fact], said: &[&str]) -> Person {
    fn latest<T>(said: &[&str], entries: &[String], read: impl Fn(&str) -> Option<T>) -> Option<T> {
        said.iter().rev().find_map(|text| read(text)).or_else(|| entries.iter().find_map(|entry| read(entry)))
    }
    let level: Vec<String> = profile.fitness_level.iter().cloned().collect();
    let told = facts.iter().filter(|fact| matches!(fact.kind, FactKind::Condition | FactKind::Medicine));
    let named = profile.conditions.iter().map(String::as_str).chain(told.map(|fact| fact.text.as_str()));
    let conditions: Vec<Condition> = named.chain(said.iter().copied()).flat_map(Condition::read).collect();
    let pregnant = facts.iter().any(|fact| fact.kind == FactKind::Pregnancy).then_some(true);
    Person {
        age_years: age(profile, said),
        pregnant,
        // Nothing told is not the same as nothing there.
        conditions: (!conditions.is_empty()).then_some(conditions),
        goal: latest(said, &profile.health_goals, Goal::read),
        level: latest(said, &level, Level::read),
        equipment: latest(said, &[], Equipment::read),
        height_cm: profile.height_cm,
        weight_kg: profile.weight_kg,
    }
}

fn age(profile: &Profile, said: &[&str]) -> Option<f64> {
    let read = |text: &&str| {
        let request = Request { narrative: Some((*text).to_owned()), ..Request::default() };
        diagnosis::intake(&request).case.age_years
    };
    said.iter().rev().find_map(read).or_else(|| profile.age.map(f64::from))
}

/// The list of an answer as sources: each with what it is named for.
fn sources<'a>(of: &str, list: &[String], statements: impl Iterator<Item = &'a Statement>) -> Vec<Source> {
    let statements: Vec<&Statement> = statements.collect();
    list.iter()
        .enumerate()
        .map(|(at, title)| {
            let named = statements.iter().filter(|statement| statement.sources.contains(&(at + 1)));
            let passage = named.map(|statement| statement.text.as_str()).collect::<Vec<_>>().join("\n\n");
            let url = title.split_whitespace().find(|word| word.starts_with("https://")).unwrap_or_default();
            Source {
                id: format!("{of}/{}", at + 1),
                title: title.clone(),
                url: url.trim_end_matches([',', '.', ';', ')']).to_owned(),
                score: 1.0,
                start: 0,
                end: passage.len(),
                passage,
            }
        })
        .collect()
}

/// How many candidates are named.
const NAMED: usize = 4;
/// A candidate below this is not named to a lay reader.
const LEAST: f64 = 0.04;

/// What the engine makes of complaints, for the person who has them: how soon to be seen comes first, and no candidate is
/// said to be theirs.
fn assessment(profile: &Profile, prompt: &Prompt) -> Option<Told> {
    let history = RequestHistory {
        age: profile.age.map(f64::from),
        conditions: profile.conditions.clone(),
        medications: texts(&prompt.facts, FactKind::Medicine),
        allergies: texts(&prompt.facts, FactKind::Allergy),
        pregnant: prompt.facts.iter().any(|fact| fact.kind == FactKind::Pregnancy).then_some(true),
        ..RequestHistory::default()
    };
    let narrative = said(prompt).join("\n");
    let intake = diagnosis::intake(&Request { history, narrative: Some(narrative), ..Request::default() });
    let stages = diagnosis::stages(&intake);
    let (present, absent): (Vec<_>, Vec<_>) =
        stages.findings.iter().filter(|finding| !finding.possible).partition(|finding| finding.state == State::Present);
    if present.is_empty() {
        return None;
    }
    let mut text = format!("**{}**\n\n**What I understood:** ", how_soon(stages.urgency));
    let names = |findings: &[&diagnosis::FindingOut]| {
        findings.iter().map(|finding| finding.name.to_lowercase()).collect::<Vec<_>>().join(", ")
    };
    // Writing to a string can't fail.
    let _ = write!(text, "{}.", names(&present));
    if !absent.is_empty() {
        let _ = write!(text, " Not there: {}.", names(&absent));
    }
    if !stages.red_flags.is_empty() {
        let _ = write!(text, "\n\n**Warning signs:** {}.", stages.red_flags.join("; "));
    }
    candidates(&mut text, "What can look like this (this is no diagnosis)", &stages.candidates);
    candidates(&mut text, "What a doctor makes sure it is not", &stages.must_not_miss);
    let asked: Vec<String> =
        stages.next_questions.iter().take(3).map(|question| question.term.to_lowercase()).collect();
    if !asked.is_empty() {
        let _ = write!(text, "\n\n**It would help to know** whether there is: {}.", asked.join("; "));
    }
    if !stages.not_understood.is_empty() {
        let _ = write!(text, "\n\nI could not make use of: {}.", stages.not_understood.join("; "));
    }
    text.push_str(
        "\n\nThis was computed from what you wrote, by rules and frequencies with named sources, and nobody has examined \
         you. If you feel much worse than it sounds, get help sooner.",
    );
    let mut shown = shown(profile, prompt);
    shown.push("Every complaint of this conversation".to_owned());
    Some(Told { text, sources: Vec::new(), shown })
}

fn texts(facts: &[Fact], kind: FactKind) -> Vec<String> {
    facts.iter().filter(|fact| fact.kind == kind).map(|fact| fact.text.clone()).collect()
}

fn candidates(text: &mut String, heading: &str, list: &[CandidateOut]) {
    let named: Vec<&CandidateOut> =
        list.iter().filter(|candidate| candidate.probability >= LEAST).take(NAMED).collect();
    if named.is_empty() {
        return;
    }
    let _ = write!(text, "\n\n**{heading}**\n");
    for candidate in named {
        let _ = write!(text, "\n- {}", candidate.diagnosis);
        if !candidate.evidence_for.is_empty() {
            let evidence = candidate.evidence_for.iter().take(3).map(|item| item.to_lowercase()).collect::<Vec<_>>();
            let _ = write!(text, ": fits {}", evidence.join(", "));
        }
    }
}

const fn how_soon(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Emergency => "Call the emergency number, or go to an emergency department now.",
        Urgency::Urgent => "Be seen by a doctor today.",
        Urgency::Soon => "See a doctor within a few days.",
        Urgency::Routine => "Book an ordinary appointment.",
        Urgency::SelfCare => {
            "This can usually be looked after at home. See a pharmacist or doctor if it does not get better."
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::Role;
    use serde_json::json;

    use super::*;
    use crate::models::Past;

    fn prompt(question: &str, before: &[&str]) -> Prompt {
        let past = |text: &&str| Past { role: Role::User, text: (*text).to_owned(), choices: Vec::new() };
        Prompt { question: question.to_owned(), history: before.iter().map(past).collect(), ..Prompt::default() }
    }

    #[test]
    fn the_kind_is_a_word_of_the_contract() {
        let of = |word: Value| Requested::of(json!({"message_type": word}).as_object().unwrap());
        assert_eq!(of(json!("fitness_plan")), Some(Requested::Movement));
        assert_eq!(of(json!("nutrition_advice")), Some(Requested::Food));
        assert_eq!(of(json!("health_assessment")), Some(Requested::Assessment));
        assert_eq!((of(json!("chat")), of(json!(3)), Requested::of(&Map::new())), (None, None, None));
    }

    #[test]
    fn a_plan_follows_the_profile_and_what_was_said() {
        let profile = Profile { age: Some(40), fitness_level: Some("beginner".to_owned()), ..Profile::default() };
        let told =
            Requested::Movement.answer(&profile, &prompt("I want to run 5 km", &["I have elastic bands"])).unwrap();
        assert!(told.text.contains("Your first week") && told.text.contains("Stop at once"), "{}", told.text);
        assert!(told.sources.iter().any(|source| source.url.starts_with("https://")), "{:?}", told.sources);
        let marks = (1..=told.sources.len()).all(|n| told.text.contains(&format!("[{n}]")));
        assert!(marks && told.sources.iter().all(|source| !source.passage.is_empty()), "{}", told.text);
        let pregnant = Profile { conditions: vec!["pregnant".to_owned()], ..profile };
        let other = Requested::Movement.answer(&pregnant, &prompt("I want to run 5 km", &[])).unwrap();
        assert_ne!(told.text, other.text);
    }

    #[test]
    fn food_is_answered_in_amounts_and_by_condition() {
        let profile = Profile { conditions: vec!["high blood pressure".to_owned()], ..Profile::default() };
        let told = Requested::Food.answer(&profile, &prompt("How much salt may I eat?", &[])).unwrap();
        assert!(told.text.contains('g') && told.text.contains("For you"), "{}", told.text);
    }

    #[test]
    fn an_assessment_says_first_how_soon_and_never_that_somebody_has_it() {
        let told = Requested::Assessment
            .answer(
                &Profile::default(),
                &prompt("and it spreads to my left arm", &["I'm 61 and have crushing chest pain"]),
            )
            .unwrap();
        assert!(told.text.starts_with("**Call the emergency number"), "{}", told.text);
        assert!(told.text.contains("no diagnosis") && !told.text.contains("You have"), "{}", told.text);
        assert_eq!(Requested::Assessment.answer(&Profile::default(), &prompt("How are you?", &[])), None);
    }
}
