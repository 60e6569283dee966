//! What people say, to what the library says; and what says nothing (`data/synonyms.toml`).

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::{LibraryError, words};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    ignored: Ignored,
    group: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ignored {
    /// Words separated by white space.
    words: String,
    phrases: Vec<String>,
}

/// What the library says, and what people say for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    means: String,
    said: Vec<String>,
}

/// The table, by stems.
pub struct Synonyms {
    said: HashMap<Vec<String>, Vec<Vec<String>>>,
    ignored_words: HashSet<String>,
    ignored_phrases: HashSet<Vec<String>>,
    words: Vec<String>,
    groups: usize,
}

impl Synonyms {
    /// Reads the table that is in the binary.
    pub fn load() -> Result<Self, LibraryError> {
        let problem = |problem| LibraryError::Table { table: "synonyms.toml", problem };
        let table: Table = toml::from_str(include_str!("../data/synonyms.toml"))
            .map_err(|error: toml::de::Error| problem(error.to_string()))?;
        let mut said: HashMap<Vec<String>, Vec<Vec<String>>> = HashMap::new();
        let mut known = Vec::new();
        for group in &table.group {
            let means = words::stems(&group.means);
            known.extend(words::words(&group.means));
            for phrase in &group.said {
                let stems = words::stems(phrase);
                if stems.is_empty() || means.is_empty() {
                    return Err(problem(format!("`{phrase}` for `{}` has no words", group.means)));
                }
                known.extend(words::words(phrase));
                said.entry(stems).or_default().push(means.clone());
            }
        }
        let ignored_words = words::words(&table.ignored.words).into_iter().collect();
        let ignored_phrases = table.ignored.phrases.iter().map(|phrase| words::stems(phrase)).collect();
        Ok(Self { said, ignored_words, ignored_phrases, words: known, groups: table.group.len() })
    }

    /// What the library says for these stems.
    pub fn means(&self, stems: &[String]) -> &[Vec<String>] {
        self.said.get(stems).map_or(&[], Vec::as_slice)
    }

    /// Whether this word by itself says nothing about what is asked.
    pub fn ignores_word(&self, word: &str) -> bool {
        self.ignored_words.contains(word)
    }

    /// Whether these words together say nothing about what is asked.
    pub fn ignores_phrase(&self, stems: &[String]) -> bool {
        self.ignored_phrases.contains(stems)
    }

    /// Every word of the table's groups.
    pub fn words(&self) -> impl Iterator<Item = String> + '_ {
        self.words.iter().cloned()
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_phrase_is_there_twice_or_says_what_the_stem_says() {
        let table: Table = toml::from_str(include_str!("../data/synonyms.toml")).unwrap();
        assert!(table.group.len() >= 120, "{}", table.group.len());
        let mut seen = HashMap::new();
        let mut wrong = Vec::new();
        for group in &table.group {
            for phrase in &group.said {
                let stems = words::stems(phrase);
                if stems == words::stems(&group.means) {
                    wrong.push(format!("`{phrase}` is `{}`", group.means));
                } else if let Some(before) = seen.insert(stems, (phrase, &group.means)) {
                    wrong.push(format!("`{phrase}` of `{}` is there as {before:?}", group.means));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
