//! For whom it is asked: a baby, a child, someone pregnant or breastfeeding, an older person; else an adult.

use protocol::Role;

use super::phrases::{GUIDE, spaced};
use super::slots;
use crate::models::{FactKind, Prompt};

/// From this age a person is older.
const OLDER: f32 = 65.0;
/// Until this age a person is a child.
const GROWN: f32 = 16.0;

/// The index of an audience.
pub(super) fn named(name: &str) -> Option<usize> {
    GUIDE.audience.iter().position(|audience| audience.name == name)
}

/// The name of an audience.
pub(super) fn name(at: usize) -> &'static str {
    &GUIDE.audience[at].name
}

/// Whether words only say for whom it is asked.
pub(super) fn is_audience(typed: &str) -> bool {
    GUIDE.audience.iter().any(|audience| audience.signs.have(&spaced(typed)))
}

/// Whether a word says for whom a part of the library is.
pub(super) fn is_mark(word: &str) -> bool {
    GUIDE.audience.iter().any(|audience| audience.marks.iter().any(|mark| mark == word))
}

/// The audiences of which a message has a sign, or the age.
pub(super) fn signs_in(text: &str, message: &str) -> Vec<usize> {
    let mut found: Vec<usize> = (0..GUIDE.audience.len()).filter(|at| GUIDE.audience[*at].signs.are_in(text)).collect();
    if slots::weeks_pregnant(message) && !found.iter().any(|at| name(*at) == "pregnancy") {
        found.extend(named("pregnancy"));
    }
    let Some(years) = slots::age_years(message) else { return found };
    let young = |at: &usize| matches!(GUIDE.audience[*at].name.as_str(), "baby" | "child");
    if years >= GROWN {
        found.retain(|at| !young(at));
    }
    let of_age = match years {
        ..1.0 => "baby",
        ..GROWN => "child",
        OLDER.. => "older",
        _ => return found,
    };
    if of_age == "child" {
        found.retain(|at| GUIDE.audience[*at].name != "baby");
    }
    found.extend(named(of_age).filter(|at| !found.contains(at)));
    found
}

/// The audiences of a message: its own; else those of the messages that it goes on from; a pregnancy lasts.
pub(super) fn of(prompt: &Prompt, question: &str, goes_on: bool) -> Vec<usize> {
    let text = spaced(question);
    let own = signs_in(&text, question);
    if !own.is_empty() {
        return own;
    }
    let asked = prompt.history.iter().rev().find(|past| past.role == Role::Assistant);
    if asked.is_some_and(|past| past.text.contains("pregnan")) && slots::says_weeks(question) {
        return named("pregnancy").into_iter().collect();
    }
    if GUIDE.signs.myself.are_in(&text) {
        return Vec::new();
    }
    let before = prompt.history.iter().rev().filter(|past| past.role == Role::User).take(6);
    let mut before = before.map(|past| signs_in(&spaced(&past.text), &past.text));
    let carried = if goes_on { before.find(|found| !found.is_empty()) } else { None };
    if let Some(carried) = carried {
        return carried;
    }
    let lasting = prompt.facts.iter().rev().find(|fact| fact.kind == FactKind::Pregnancy);
    if let Some(fact) = lasting {
        let found = signs_in(&spaced(&fact.text), "");
        return if found.is_empty() { named("pregnancy").into_iter().collect() } else { found };
    }
    let said = prompt.history.iter().filter(|past| past.role == Role::User).map(|past| spaced(&past.text));
    if said
        .into_iter()
        .any(|text| text.contains(" im pregnant ") || text.contains(" weeks pregnant ") || slots::weeks_pregnant(&text))
    {
        return named("pregnancy").into_iter().collect();
    }
    let name = match prompt.person.age {
        Some(0..16) => "child",
        Some(65..) => "older",
        _ => return Vec::new(),
    };
    named(name).into_iter().collect()
}
