//! The subjects of all entries and what each is called. Entries of one subject know each other's names.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::kinds::Kind;
use super::names;
use super::terms::{self, Terms};

/// How surely a name means its subject.
const ALIAS: f32 = 0.9;
const MINED: f32 = 0.8;
/// "Huntington's" for Huntington's disease.
const SHORT: f32 = 0.75;
/// Initials mean many things: they count only where nothing else is called so.
const INITIALS: f32 = 0.5;

/// All subjects, by number, and what they are called.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Subjects {
    /// What each is called first.
    pub titles: Vec<String>,
    /// Key of a name (its terms without order) to the subjects called so, and how surely.
    called: HashMap<String, Vec<(u32, f32)>>,
    /// The words of each title, lower case, numerals as digits: what codes are compared with.
    codes: Vec<String>,
}

/// The subjects of entries, entry by entry, while an index is built.
pub(super) struct Gathered {
    pub(super) subjects: Subjects,
    /// By entry: its subject and kind.
    pub(super) of: Vec<(u32, Kind)>,
    /// By subject: every name, as terms with spaces between.
    pub(super) lines: Vec<String>,
}

impl Subjects {
    /// Finds the subjects of these entries and mines what they are called.
    pub(super) fn gather(entries: &[Entry], terms: &mut Terms) -> Gathered {
        let mut subjects = Self::default();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut of = Vec::with_capacity(entries.len());
        let mut found: Vec<HashMap<String, f32>> = Vec::new();
        for entry in entries {
            let (subject, kind) = entry.subject();
            let key = terms::key(&terms.of(&subject));
            let number = *numbers.entry(key).or_insert_with(|| {
                subjects.titles.push(subject.clone());
                subjects.codes.push(terms::numbered(&subject));
                found.push(HashMap::new());
                u32::try_from(subjects.titles.len() - 1).expect("fewer than four thousand million subjects")
            });
            of.push((number, kind));
            let called = &mut found[number as usize];
            let mut add = |name: String, sure: f32| {
                let before = called.entry(name).or_default();
                *before = before.max(sure);
            };
            let own = names::variants(&subject);
            for alias in entry.aliases.iter().flat_map(|alias| names::variants(alias)) {
                add(alias, ALIAS);
            }
            for name in own {
                for mined in names::mined(&name, &entry.text) {
                    add(mined, MINED);
                }
                for initials in names::initials(&name) {
                    add(initials, INITIALS);
                }
                if let Some(short) = names::without_kind(&name) {
                    add(short.to_owned(), SHORT);
                }
                add(name, 1.0);
            }
        }
        let mut lines = Vec::with_capacity(found.len());
        for (number, called) in (0..).zip(found) {
            let mut line = Vec::new();
            for (name, sure) in called {
                let name = terms.of(&name);
                let key = terms::key(&name);
                if key.is_empty() {
                    continue;
                }
                let known = subjects.called.entry(key).or_default();
                match known.iter_mut().find(|(subject, _)| *subject == number) {
                    Some((_, before)) => *before = before.max(sure),
                    None => known.push((number, sure)),
                }
                if sure > INITIALS {
                    line.push(name.join(" "));
                }
            }
            line.sort_unstable();
            lines.push(line.join(" "));
        }
        for known in subjects.called.values_mut() {
            let best = known.iter().map(|(_, sure)| *sure).fold(0.0, f32::max);
            known.retain(|(_, sure)| *sure > INITIALS || best <= INITIALS);
            known.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        }
        Gathered { subjects, of, lines }
    }

    /// The subjects called so, and how surely.
    pub fn called(&self, key: &str) -> &[(u32, f32)] {
        self.called.get(key).map_or(&[], Vec::as_slice)
    }

    /// The subjects for whose title a code may stand, and how well it fits; the best first.
    pub fn fitting(&self, letters: &str, number: &str) -> Vec<(u32, f64)> {
        let mut fitting: Vec<(u32, f64)> = (0..)
            .zip(&self.codes)
            .map(|(subject, title)| (subject, names::code_fits(letters, number, &title.split(' ').collect::<Vec<_>>())))
            .filter(|(_, fits)| *fits > 0.0)
            .collect();
        fitting.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        fitting
    }

    /// Every name's key.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.called.keys().map(String::as_str)
    }
}
