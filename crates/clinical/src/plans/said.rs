//! Statements with their sources, for whom they hold, and how they read as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::person::{Field, Goal, Person};
use crate::profile::Condition;

static SOURCES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/plans/sources.toml")).expect("sources.toml is checked by the tests")
});

/// Something said, with where it is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// A sentence or a few.
    pub text: String,
    /// Places in the answer's list of sources, from 1. Never empty.
    pub sources: Vec<usize>,
}

/// A text of the tables, with the ids of its sources.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) sources: Vec<String>,
}

/// For whom a statement of the tables holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct For {
    /// One of these must be there.
    pub(super) with: Vec<Condition>,
    /// None of these may.
    pub(super) without: Vec<Condition>,
    /// In years, included.
    pub(super) from: Option<f64>,
    /// In years, not included.
    pub(super) below: Option<f64>,
    /// One of these goals; any where empty.
    pub(super) goals: Vec<Goal>,
}

impl For {
    /// Of someone whose age is not known, what holds for adults in general is said, and nothing of another age.
    pub(super) fn holds(&self, person: &Person, conditions: &[Condition], goal: Option<Goal>) -> bool {
        let age = person.age().unwrap_or(40.0);
        (self.with.is_empty() || self.with.iter().any(|condition| conditions.contains(condition)))
            && !self.without.iter().any(|condition| conditions.contains(condition))
            && self.from.is_none_or(|from| age >= from)
            && self.below.is_none_or(|below| age < below)
            && (self.goals.is_empty() || goal.is_some_and(|goal| self.goals.contains(&goal)))
    }
}

/// The sources of one answer, numbered as they come up.
#[derive(Debug, Default)]
pub(super) struct Citations(Vec<&'static str>);

impl Citations {
    pub(super) fn say(&mut self, text: &str, sources: &[String]) -> Statement {
        let mut numbers: Vec<usize> =
            sources.iter().filter_map(|id| SOURCES.get(id)).map(|source| self.number(source)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Statement { text: text.to_owned(), sources: numbers }
    }

    pub(super) fn say_text(&mut self, text: &Text) -> Statement {
        self.say(&text.text, &text.sources)
    }

    fn number(&mut self, source: &'static str) -> usize {
        let at = self.0.iter().position(|known| *known == source).unwrap_or_else(|| {
            self.0.push(source);
            self.0.len() - 1
        });
        at + 1
    }

    pub(super) fn list(self) -> Vec<String> {
        self.0.into_iter().map(str::to_owned).collect()
    }
}

/// Whether every one of these is the id of a source.
#[cfg(test)]
pub(super) fn are_known(sources: &[String]) -> bool {
    !sources.is_empty() && sources.iter().all(|id| SOURCES.contains_key(id))
}

/// A heading with its statements as a list; nothing where there are none.
pub(super) fn section(out: &mut String, heading: &str, statements: &[Statement]) {
    if statements.is_empty() {
        return;
    }
    heading_to(out, heading);
    for Statement { text, sources } in statements {
        // Writing to a string can't fail.
        let _ = write!(out, "- {text} ");
        for number in sources {
            let _ = write!(out, "[{number}]");
        }
        out.push('\n');
    }
}

pub(super) fn heading_to(out: &mut String, heading: &str) {
    let gap = if out.is_empty() { "" } else { "\n" };
    let _ = writeln!(out, "{gap}**{heading}**\n");
}

/// What would help to know, as questions.
pub(super) fn questions(out: &mut String, unknown: &[Field]) {
    if !unknown.is_empty() {
        heading_to(out, "It would help to know");
    }
    for field in unknown {
        let _ = writeln!(out, "- {}", field.question());
    }
}

/// The numbered sources, at the end.
pub(super) fn sources(out: &mut String, sources: &[String]) {
    heading_to(out, "Sources");
    for (at, source) in sources.iter().enumerate() {
        let _ = writeln!(out, "{}. {source}", at + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::{Citations, SOURCES, section};

    #[test]
    fn every_source_has_an_address_except_ones_own() {
        assert!(SOURCES.len() > 20);
        for (id, source) in SOURCES.iter() {
            assert!(id == "own" || source.contains("https://") || source.contains("http://"), "{id}");
        }
    }

    #[test]
    fn sources_are_numbered_as_they_come_up_and_once() {
        let mut citations = Citations::default();
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let first = citations.say("One.", &ids(&["kdigo", "own"]));
        let second = citations.say("Two.", &ids(&["dash", "kdigo"]));
        assert_eq!((first.sources.clone(), second.sources), (vec![1, 2], vec![1, 3]));
        let mut out = String::new();
        section(&mut out, "Points", &[first]);
        section(&mut out, "Nothing", &[]);
        assert_eq!(out, "**Points**\n\n- One. [1][2]\n");
        assert_eq!(citations.list().len(), 3);
    }
}
