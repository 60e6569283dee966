//! The weeks of a plan: what the first one holds, and how they grow.

use serde::{Deserialize, Serialize};

use super::person::Level;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// Walking before and after a run, in minutes, together.
const WALK_AROUND_RUN_MINUTES: u32 = 10;
/// Sessions grow and shrink in steps of so many minutes, and never below one step.
const STEP_MINUTES: u32 = 5;

/// A week of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// From 1.
    pub number: u32,
    /// Minutes in motion, without the strength sessions.
    pub minutes: u32,
    /// A week with less on purpose.
    pub is_light: bool,
    /// Monday to Sunday.
    pub days: Vec<Day>,
}

/// A day of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// In English: `Monday`.
    pub name: String,
    /// What is done.
    pub session: Session,
}

/// What is done on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// What kind.
    pub kind: SessionKind,
    /// For how long; 0 for rest.
    pub minutes: u32,
    /// Of it running; else 0.
    pub running_minutes: u32,
    /// In words: `30 minutes at moderate effort`.
    pub text: String,
}

/// What kind of session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// One can talk, not sing.
    Moderate,
    /// Only a few words.
    Vigorous,
    /// Easy running.
    Run,
    /// Running and walking by turns.
    RunWalk,
    /// The strength session.
    Strength,
    /// Everyday movement only.
    Rest,
}

/// A first week as the table has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Base {
    /// A goal, or `young`.
    pub(super) goal: String,
    pub(super) level: Level,
    pub(super) days: Vec<String>,
    /// Minutes to grow to; 0 for no growth.
    pub(super) target: u32,
    /// The first of the run sessions, from 1.
    #[serde(default)]
    pub(super) first_run: Option<usize>,
}

/// A session of running and walking.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Run {
    pub(super) text: String,
    /// All of it, without the walking before and after.
    pub(super) minutes: u32,
    /// Of it running.
    pub(super) running: u32,
}

/// How weeks grow.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Progression {
    pub(super) weeks: u32,
    pub(super) more_a_week_minutes: u32,
    pub(super) light_every: u32,
    pub(super) light_percent: u32,
}

/// The weeks from a first one. Where `may_be_vigorous` is not given, vigorous minutes are moderate ones.
pub(super) fn weeks(
    base: &Base,
    runs: &[Run],
    progression: &Progression,
    strength_minutes: u32,
    may_be_vigorous: bool,
) -> Vec<Week> {
    let first: Vec<Session> = base.days.iter().map(|day| session(day, strength_minutes, may_be_vigorous)).collect();
    if let Some(first_run) = base.first_run {
        let left = runs.get(first_run.saturating_sub(1)..).unwrap_or_default();
        return (1..).zip(left).map(|(number, run)| week(number, false, with_run(&first, run))).collect();
    }
    let mut most = moving(&first);
    (1..=progression.weeks)
        .map(|number| {
            let is_light = number % progression.light_every == 0;
            if number > 1 && !is_light {
                most = most.max((most + progression.more_a_week_minutes).min(base.target));
            }
            let wanted = if is_light { most * progression.light_percent / 100 } else { most };
            week(number, is_light, fitted(first.clone(), wanted))
        })
        .collect()
}

fn week(number: u32, is_light: bool, sessions: Vec<Session>) -> Week {
    let minutes = moving(&sessions);
    let days = DAYS.iter().zip(sessions).map(|(name, session)| Day { name: (*name).to_owned(), session }).collect();
    Week { number, minutes, is_light, days }
}

fn moving(sessions: &[Session]) -> u32 {
    sessions.iter().filter(|session| session.kind != SessionKind::Strength).map(|session| session.minutes).sum()
}

/// Reads an entry of the table; the tests read them all.
fn session(entry: &str, strength_minutes: u32, may_be_vigorous: bool) -> Session {
    match entry {
        "-" => Session {
            kind: SessionKind::Rest,
            minutes: 0,
            running_minutes: 0,
            text: "rest, everyday movement".to_owned(),
        },
        "S" => Session {
            kind: SessionKind::Strength,
            minutes: strength_minutes,
            running_minutes: 0,
            text: format!("strength, about {strength_minutes} minutes"),
        },
        "run" => Session { kind: SessionKind::RunWalk, minutes: 0, running_minutes: 0, text: String::new() },
        _ => {
            let kind = match entry.as_bytes().last() {
                Some(b'v') if may_be_vigorous => SessionKind::Vigorous,
                Some(b'r') if may_be_vigorous => SessionKind::Run,
                _ => SessionKind::Moderate,
            };
            timed(kind, entry.trim_end_matches(['v', 'r']).parse().unwrap_or(0))
        }
    }
}

fn timed(kind: SessionKind, minutes: u32) -> Session {
    let how = match kind {
        SessionKind::Vigorous => "at vigorous effort",
        SessionKind::Run => "of easy running",
        _ => "at moderate effort",
    };
    let running_minutes = if kind == SessionKind::Run { minutes } else { 0 };
    Session { kind, minutes, running_minutes, text: format!("{minutes} minutes {how}") }
}

fn with_run(first: &[Session], run: &Run) -> Vec<Session> {
    let minutes = run.minutes + WALK_AROUND_RUN_MINUTES;
    let session = |old: &Session| match old.kind {
        SessionKind::RunWalk => Session {
            kind: SessionKind::RunWalk,
            minutes,
            running_minutes: run.running,
            text: format!("{} ({minutes} minutes with walking before and after)", run.text),
        },
        _ => old.clone(),
    };
    first.iter().map(session).collect()
}

/// The sessions brought to a sum, in steps: the shortest of the moderate ones grow, the longest shrink. It may stay below
/// the sum by less than a step, never above it unless nothing can shrink further.
fn fitted(mut sessions: Vec<Session>, wanted: u32) -> Vec<Session> {
    let is_open = |session: &&mut Session| session.kind == SessionKind::Moderate;
    while moving(&sessions) + STEP_MINUTES <= wanted {
        let Some(shortest) = sessions.iter_mut().filter(is_open).min_by_key(|session| session.minutes) else { break };
        *shortest = timed(SessionKind::Moderate, shortest.minutes + STEP_MINUTES);
    }
    while moving(&sessions) > wanted {
        let longest = sessions.iter_mut().filter(is_open).max_by_key(|session| session.minutes);
        let Some(longest) = longest.filter(|session| session.minutes > STEP_MINUTES) else { break };
        *longest = timed(SessionKind::Moderate, longest.minutes - STEP_MINUTES);
    }
    sessions
}
