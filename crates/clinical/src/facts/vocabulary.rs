//! The names of `data/facts.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::words::{Token, sentences};

/// The longest name, in words.
const LONGEST: usize = 5;
/// A stem counts in words from this length on: `April` is no medicine.
const STEM_WORD_MIN: usize = 8;

/// All names that are known.
pub(super) struct Vocabulary {
    pub(super) medicines: Names,
    pub(super) conditions: Names,
    pub(super) adjectives: Names,
    pub(super) events: Names,
    pub(super) allergens: Names,
    pub(super) people: Names,
    stems: Vec<String>,
}

/// Names in many words, each with the one spelling under which it is kept.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, String>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    medicines: Table,
    conditions: Table,
    allergens: Table,
    people: Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    source: String,
    names: String,
    #[serde(default)]
    stems: Vec<String>,
    #[serde(default)]
    adjectives: String,
    #[serde(default)]
    events: String,
}

/// The vocabulary that ships with the crate.
pub(super) fn vocabulary() -> &'static Vocabulary {
    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
        Vocabulary::read(include_str!("../../data/facts.toml")).expect("data/facts.toml is checked by the tests")
    });
    &VOCABULARY
}

impl Vocabulary {
    fn read(text: &str) -> Result<Self, String> {
        let data: Data = toml::from_str(text).map_err(|error| error.to_string())?;
        let tables = [&data.medicines, &data.conditions, &data.allergens, &data.people];
        if tables.iter().any(|table| table.source.is_empty()) {
            return Err("a table without a source".to_owned());
        }
        Ok(Self {
            medicines: Names::read(&data.medicines.names)?,
            conditions: Names::read(&data.conditions.names)?,
            adjectives: Names::read(&data.conditions.adjectives)?,
            events: Names::read(&data.conditions.events)?,
            allergens: Names::read(&data.allergens.names)?,
            people: Names::read(&data.people.names)?,
            stems: data.medicines.stems,
        })
    }

    /// A medicine at the beginning of these words: how it is kept, and how many words it takes.
    pub(super) fn medicine(&self, tokens: &[Token]) -> Option<(String, usize)> {
        self.medicines.at(tokens).or_else(|| {
            let word = &tokens.first()?.word;
            let known = word.len() >= STEM_WORD_MIN && self.stems.iter().any(|stem| word.ends_with(stem.as_str()));
            known.then(|| (word.clone(), 1))
        })
    }
}

impl Names {
    fn read(text: &str) -> Result<Self, String> {
        let mut names = HashMap::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let (name, kept) = line.split_once('=').unwrap_or((line, line));
            let words = sentences(name).pop().ok_or("an empty name")?.tokens;
            if words.len() > LONGEST {
                return Err(format!("{name:?} is longer than {LONGEST} words"));
            }
            let name = words.into_iter().map(|token| token.word).collect::<Vec<_>>().join(" ");
            if names.insert(name, kept.trim().to_owned()).is_some() {
                return Err(format!("{line:?} stands there twice"));
            }
        }
        Ok(Self(names))
    }

    /// The longest name at the beginning of these words: how it is kept, and how many words it takes.
    pub(super) fn at(&self, tokens: &[Token]) -> Option<(String, usize)> {
        (1..=LONGEST.min(tokens.len())).rev().find_map(|length| {
            let words: Vec<&str> = tokens[..length].iter().map(|token| token.word.as_str()).collect();
            let name = words.join(" ");
            // One of them is named as many are.
            let kept = self.0.get(&name).or_else(|| self.0.get(&format!("{name}s")))?;
            Some((kept.clone(), length))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, vocabulary};
    use crate::facts::words::sentences;

    #[test]
    fn the_table_is_well_formed_and_kept_names_are_names() {
        let all = vocabulary();
        for names in [&all.medicines, &all.conditions, &all.allergens, &all.people] {
            assert!(names.0.len() > 20);
        }
        let known = |kept: &String| !kept.contains('=') && kept == kept.trim() && *kept == kept.to_lowercase();
        assert!(all.conditions.0.values().chain(all.events.0.values()).chain(all.adjectives.0.values()).all(known));
        assert!(Names::read("a = b\na").is_err());
    }

    #[test]
    fn the_longest_name_is_taken_and_stems_name_medicines() {
        let tokens = |text: &str| sentences(text).remove(0).tokens;
        let all = vocabulary();
        assert_eq!(all.conditions.at(&tokens("type 2 diabetes and")), Some(("type 2 diabetes".to_owned(), 3)));
        assert_eq!(all.medicine(&tokens("azilsartan daily")), Some(("azilsartan".to_owned(), 1)));
        assert_eq!(all.medicine(&tokens("April")), None);
    }
}
