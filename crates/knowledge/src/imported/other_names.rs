//! Other names of conditions, from `data/condition_names.toml`: eponyms, lay and clinical names, abbreviations.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::terms::{self, Terms};
use crate::LibraryError;
use crate::words;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Words of letters that are not of the question, separated by white space.
    chatter: String,
    /// One condition a line, its names separated by `=`.
    names: String,
}

/// Another name, ready to be looked for.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) key: String,
    pub(super) terms: Vec<String>,
}

/// The table.
#[derive(Debug)]
pub struct OtherNames {
    groups: Vec<Vec<Name>>,
    by_key: HashMap<String, Vec<usize>>,
    terms: HashSet<String>,
    chatter: HashSet<String>,
}

impl OtherNames {
    /// Reads the table that is in the binary.
    ///
    /// # Errors
    /// Where the table is not as it must be.
    pub fn load() -> Result<Self, LibraryError> {
        let problem = |problem| LibraryError::Table { table: "condition_names.toml", problem };
        let table: Table = toml::from_str(include_str!("../../data/condition_names.toml"))
            .map_err(|error: toml::de::Error| problem(error.to_string()))?;
        let mut read = Terms::default();
        let mut groups = Vec::new();
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        let mut known = HashSet::new();
        for line in table.names.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut names: Vec<Name> = Vec::new();
            for name in line.split('=') {
                let terms: Vec<String> = read.of(name.trim()).into_iter().filter(|term| !terms::joins(term)).collect();
                let key = terms::key(&terms);
                // Spellings that meet anyway stand in the table for whoever reads it.
                if names.iter().all(|known| known.key != key) {
                    names.push(Name { key, terms });
                }
            }
            if !line.contains('=') || names.iter().any(|name| name.key.is_empty()) {
                return Err(problem(format!("`{line}` must have two names or more")));
            }
            for name in &names {
                known.extend(name.terms.iter().cloned());
                let groups_of = by_key.entry(name.key.clone()).or_default();
                if groups_of.last() != Some(&groups.len()) {
                    groups_of.push(groups.len());
                }
            }
            groups.push(names);
        }
        Ok(Self { groups, by_key, terms: known, chatter: words::words(&table.chatter).into_iter().collect() })
    }

    /// The other names of what is called so.
    pub(super) fn of<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Name> {
        let groups = self.by_key.get(key).map_or(&[][..], Vec::as_slice);
        groups.iter().flat_map(|group| &self.groups[*group]).filter(move |name| name.key != key)
    }

    /// Whether a name of the table has this term.
    pub(super) fn knows(&self, term: &str) -> bool {
        self.terms.contains(term)
    }

    /// Whether this word belongs to a letter and not to a question.
    pub(super) fn ignores(&self, word: &str) -> bool {
        self.chatter.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_the_others() {
        let table = OtherNames::load().unwrap();
        assert!(table.groups.len() >= 400, "{}", table.groups.len());
        for group in &table.groups {
            for name in group {
                let others: Vec<&str> = table.of(&name.key).map(|other| other.key.as_str()).collect();
                for other in group.iter().filter(|other| other.key != name.key) {
                    assert!(others.contains(&other.key.as_str()), "`{}` does not lead to `{}`", name.key, other.key);
                }
            }
        }
    }
}
