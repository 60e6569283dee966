//! A week's plan of movement from what is known of a person.

use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::person::{Equipment, Field, Goal, Level, Person};
use super::said::{Citations, For, Statement, Text, heading_to, questions, section, sources};
use super::week::{Base, Progression, Run, Week, weeks};
use crate::profile::Condition;

pub(super) const TEXT: &str = include_str!("../../data/plans/movement.toml");

/// With these there is no schedule: what is right is planned with those who treat them. This project's own choice; for
/// [`Condition::WorseAfterEffort`] NICE NG206 (2021).
const NO_SCHEDULE: [Condition; 4] =
    [Condition::WorseAfterEffort, Condition::EatingDisorder, Condition::Underweight, Condition::RecentSurgeryOrInjury];
/// With these nothing vigorous before a doctor was asked (Riebe et al., ACSM 2015, for heart, kidney and diabetes; the
/// others are this project's own).
const NOT_VIGOROUS: [Condition; 9] = [
    Condition::Pregnancy,
    Condition::AfterBirth,
    Condition::HeartDisease,
    Condition::HeartFailure,
    Condition::Stroke,
    Condition::LungDisease,
    Condition::KidneyDisease,
    Condition::Diabetes,
    Condition::LowSugarMedicine,
];
const FIELDS: [Field; 6] =
    [Field::Age, Field::Pregnancy, Field::Conditions, Field::Goal, Field::Level, Field::Equipment];

/// A plan of movement. [`Plan::to_markdown`] tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What it is for; may be another than was asked for, which [`Plan::notes`] then say.
    pub goal: Goal,
    /// For which level.
    pub level: Level,
    /// The weeks, the first one first. Empty where a schedule would be wrong.
    pub weeks: Vec<Week>,
    /// What to aim for.
    pub aim: Vec<Statement>,
    /// How hard.
    pub effort: Vec<Statement>,
    /// The movements of the strength session; empty where there is none.
    pub strength: Vec<String>,
    /// How to do them.
    pub strength_how: Vec<Statement>,
    /// How it grows.
    pub progress: Vec<Statement>,
    /// What holds for this person.
    pub notes: Vec<Statement>,
    /// What to ask a doctor first.
    pub ask_first: Vec<Statement>,
    /// Stop, and call the emergency number. Never empty.
    pub stop_now: Vec<Statement>,
    /// Stop for today, and see a doctor soon. Never empty.
    pub stop_today: Vec<Statement>,
    /// What is not known and would change the plan.
    pub unknown: Vec<Field>,
    /// What the numbers of the statements mean, from 1. Never empty.
    pub sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    /// Read by `person.rs`.
    #[serde(rename = "words")]
    _words: toml::Table,
    progression: Progression,
    week: Vec<Base>,
    run: Vec<Run>,
    strength: Strength,
    say: Vec<Say>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Strength {
    none: Vec<String>,
    bands: Vec<String>,
    gym: Vec<String>,
    pregnant: Vec<String>,
    sets_new: Text,
    sets_some: Text,
    sets_used: Text,
    minutes_new: u32,
    minutes_some: u32,
    minutes_used: u32,
    how: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    part: Part,
    text: String,
    sources: Vec<String>,
    #[serde(default)]
    of: For,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Aim,
    Effort,
    Progress,
    Notes,
    AskFirst,
    StopNow,
    StopToday,
}

static DATA: LazyLock<Data> = LazyLock::new(|| toml::from_str(TEXT).expect("movement.toml is checked by the tests"));

/// A plan for someone. What is not known is taken as it is safest: the level as new, no vigorous effort, health as the goal,
/// nothing at hand.
pub fn movement(person: &Person) -> Plan {
    let conditions = person.all_conditions();
    let unknown = person.unknown(&FIELDS);
    let Limits { is_known, has_schedule, may_be_vigorous, goal } = limits(person, &conditions, &unknown);
    let level = person.level.unwrap_or(Level::New);
    let mut said = Citations::default();
    let mut part = |part: Part| -> Vec<Statement> {
        let fitting = DATA.say.iter().filter(|say| say.part == part && say.of.holds(person, &conditions, Some(goal)));
        fitting.map(|say| said.say(&say.text, &say.sources)).collect()
    };
    let [aim, effort, progress] = [Part::Aim, Part::Effort, Part::Progress].map(&mut part);
    let [mut notes, ask_first] = [Part::Notes, Part::AskFirst].map(&mut part);
    let [stop_now, stop_today] = [Part::StopNow, Part::StopToday].map(&mut part);
    if person.goal.is_some_and(|wanted| wanted != goal) {
        notes.insert(0, said.say(other_goal(is_known), &["own".to_owned()]));
    }
    let weeks = if has_schedule { schedule(person, goal, level, may_be_vigorous) } else { Vec::new() };
    let is_strength =
        weeks.iter().any(|week| week.days.iter().any(|day| day.session.kind == super::SessionKind::Strength));
    let strength_how =
        if is_strength { vec![said.say_text(sets(level)), said.say_text(&DATA.strength.how)] } else { Vec::new() };
    Plan {
        goal,
        level,
        strength: if is_strength { strength(person, &conditions) } else { Vec::new() },
        strength_how,
        weeks,
        aim,
        effort,
        progress,
        notes,
        ask_first,
        stop_now,
        stop_today,
        unknown,
        sources: said.list(),
    }
}

/// What is left open by what is known of someone.
struct Limits {
    /// Nothing is missing that speaks against vigorous effort or a goal.
    is_known: bool,
    has_schedule: bool,
    may_be_vigorous: bool,
    /// The wanted one, or health where that is not for them.
    goal: Goal,
}

fn limits(person: &Person, conditions: &[Condition], unknown: &[Field]) -> Limits {
    let has = |of: &[Condition]| conditions.iter().any(|condition| of.contains(condition));
    let is_known =
        [Field::Age, Field::Pregnancy, Field::Conditions, Field::Level].iter().all(|field| !unknown.contains(field));
    let has_schedule = !has(&NO_SCHEDULE);
    let may_be_vigorous = is_known && has_schedule && person.is_adult() && !has(&NOT_VIGOROUS);
    let is_young = person.age().is_some_and(|age| age < 18.0);
    let wanted = person.goal.unwrap_or(Goal::Health);
    let is_offered = match wanted {
        Goal::FiveKm => may_be_vigorous,
        Goal::Weight => is_known && has_schedule && person.is_adult() && !has(&[Condition::Pregnancy]),
        Goal::Strength => has_schedule && !is_young,
        Goal::Health => true,
    };
    Limits { is_known, has_schedule, may_be_vigorous, goal: if is_offered { wanted } else { Goal::Health } }
}

fn other_goal(is_known: bool) -> &'static str {
    if is_known {
        "This is a plan for health and well-being: the one you asked for is not offered with what you have told."
    } else {
        "This is a plan for health and well-being; for the one you asked for, your age, how much you move now, illnesses and a pregnancy must be known first."
    }
}

/// Children under 5 have none: they play.
fn schedule(person: &Person, goal: Goal, level: Level, may_be_vigorous: bool) -> Vec<Week> {
    let name = match person.age() {
        Some(age) if age < 5.0 => return Vec::new(),
        Some(age) if age < 18.0 => "young",
        _ => match goal {
            Goal::Weight => "weight",
            Goal::Strength => "strength",
            Goal::FiveKm => "five_km",
            Goal::Health => "health",
        },
    };
    let base = DATA.week.iter().find(|base| base.goal == name && base.level == level);
    let strength = match level {
        Level::New => DATA.strength.minutes_new,
        Level::Some => DATA.strength.minutes_some,
        Level::Used => DATA.strength.minutes_used,
    };
    base.map_or_else(Vec::new, |base| weeks(base, &DATA.run, &DATA.progression, strength, may_be_vigorous))
}

fn sets(level: Level) -> &'static Text {
    match level {
        Level::New => &DATA.strength.sets_new,
        Level::Some => &DATA.strength.sets_some,
        Level::Used => &DATA.strength.sets_used,
    }
}

fn strength(person: &Person, conditions: &[Condition]) -> Vec<String> {
    let rows = match person.equipment.unwrap_or(Equipment::None) {
        _ if conditions.contains(&Condition::Pregnancy) => &DATA.strength.pregnant,
        Equipment::None => &DATA.strength.none,
        Equipment::Bands => &DATA.strength.bands,
        Equipment::Gym => &DATA.strength.gym,
    };
    rows.clone()
}

impl Plan {
    /// The plan as plain Markdown, with its sources numbered at the end.
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        section(&mut out, "What to aim for", &self.aim);
        if let Some(first) = self.weeks.first() {
            heading_to(&mut out, "Your first week");
            for day in &first.days {
                // Writing to a string can't fail.
                let _ = writeln!(out, "- {}: {}", day.name, day.session.text);
            }
            self.later_weeks(&mut out);
        }
        section(&mut out, "How hard", &self.effort);
        if !self.strength.is_empty() {
            heading_to(&mut out, "The strength session");
            for row in &self.strength {
                let _ = writeln!(out, "- {row}");
            }
        }
        section(&mut out, "How to do it", &self.strength_how);
        section(&mut out, "How it grows", &self.progress);
        section(&mut out, "For you", &self.notes);
        section(&mut out, "Ask first", &self.ask_first);
        section(&mut out, "Stop at once and call the emergency number with", &self.stop_now);
        section(&mut out, "Stop for today and see a doctor soon with", &self.stop_today);
        questions(&mut out, &self.unknown);
        sources(&mut out, &self.sources);
        out
    }

    fn later_weeks(&self, out: &mut String) {
        heading_to(out, "The weeks after");
        for week in self.weeks.iter().skip(1) {
            let run = week.days.iter().find(|day| day.session.kind == super::SessionKind::RunWalk);
            let light = if week.is_light { ", a lighter week" } else { "" };
            let _ = match run {
                Some(day) => writeln!(out, "- Week {}: three times {}", week.number, day.session.text),
                None => writeln!(out, "- Week {}: {} minutes in all{light}", week.number, week.minutes),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DATA, Equipment, Goal, Level};
    use crate::plans::said::are_known;

    #[test]
    fn the_table_is_whole() {
        for goal in ["health", "weight", "strength", "five_km", "young"] {
            for level in [Level::New, Level::Some, Level::Used] {
                let found: Vec<_> = DATA.week.iter().filter(|base| base.goal == goal && base.level == level).collect();
                assert_eq!(found.len(), 1, "{goal} {level:?}");
                let base = found[0];
                assert_eq!(base.days.len(), 7, "{goal} {level:?}");
                let is_read = |day: &str| {
                    ["-", "S", "run"].contains(&day)
                        || day
                            .trim_end_matches(['v', 'r'])
                            .parse::<u32>()
                            .is_ok_and(|minutes| minutes > 0 && minutes % 5 == 0)
                };
                assert!(base.days.iter().all(|day| is_read(day)), "{goal} {level:?}: {:?}", base.days);
                assert_eq!(base.days.iter().any(|day| day == "run"), base.first_run.is_some(), "{goal} {level:?}");
            }
        }
        for say in &DATA.say {
            assert!(are_known(&say.sources) && !say.text.is_empty(), "{}", say.text);
        }
        for text in [&DATA.strength.sets_new, &DATA.strength.sets_some, &DATA.strength.sets_used, &DATA.strength.how] {
            assert!(are_known(&text.sources));
        }
        assert!(
            DATA.run.windows(2).all(|pair| pair[0].running < pair[1].running && pair[1].running <= pair[0].running + 4)
        );
        assert!(DATA.run.iter().all(|run| run.running <= run.minutes));
        assert_eq!(Goal::read("5k"), Some(Goal::FiveKm));
        assert_eq!(Equipment::read("gym"), Some(Equipment::Gym));
    }
}
