//! `data/guide.toml`: what the guide says by itself, and the signs by which it tells messages apart.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::knowledge::words;

/// The table, read once. A test reads it too, so a mistake in it can't be shipped.
pub(super) static GUIDE: LazyLock<Guide> =
    LazyLock::new(|| toml::from_str(include_str!("../../../data/guide.toml")).expect("guide.toml is as it must be"));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Guide {
    pub(super) say: Say,
    pub(super) offer: Offer,
    pub(super) signs: Signs,
    pub(super) intents: Intents,
    pub(super) first: First,
    pub(super) audience: Vec<Audience>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    pub(super) greeting: String,
    pub(super) thanks: String,
    pub(super) about: String,
    pub(super) privacy: String,
    pub(super) not_health: String,
    pub(super) unknown: String,
    pub(super) harm: String,
    pub(super) over_label: String,
    pub(super) already_taken: String,
    pub(super) prescription: String,
    pub(super) no_diagnosis: String,
    pub(super) loosely: String,
    pub(super) ask_someone: String,
    pub(super) rule_out: String,
    pub(super) not_a_doctor: String,
    pub(super) english_only: String,
    pub(super) empty: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Offer {
    pub(super) what: String,
    #[serde(rename = "do")]
    pub(super) act: String,
    pub(super) help: String,
    pub(super) people: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signs {
    pub(super) greeting: Phrases,
    pub(super) thanks: Phrases,
    pub(super) about: Phrases,
    pub(super) privacy: Phrases,
    pub(super) harm: Phrases,
    pub(super) harm_amounts: Phrases,
    pub(super) harm_ends: Phrases,
    pub(super) over_label: Phrases,
    pub(super) already_taken: Phrases,
    pub(super) dose: Phrases,
    pub(super) no_diagnosis: Phrases,
    pub(super) not_health: Phrases,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Intents {
    pub(super) help: Phrases,
    pub(super) what: Phrases,
    #[serde(rename = "do")]
    pub(super) act: Phrases,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct First {
    /// Ids of articles.
    pub(super) emergency: Vec<String>,
    pub(super) on_the_pack: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Audience {
    pub(super) signs: Phrases,
    /// Words by which a part of an article is known to be for them.
    pub(super) marks: Vec<String>,
}

/// Phrases to look for, each in lower-case words with a space on both sides.
#[derive(Deserialize)]
#[serde(from = "Vec<String>")]
pub(super) struct Phrases(Vec<String>);

impl From<Vec<String>> for Phrases {
    fn from(phrases: Vec<String>) -> Self {
        Self(phrases.iter().map(|phrase| spaced(phrase)).collect())
    }
}

impl Phrases {
    /// Whether one of them stands in a text that has been through [`spaced`].
    pub(super) fn are_in(&self, spaced: &str) -> bool {
        self.0.iter().any(|phrase| spaced.contains(phrase))
    }

    /// Whether the text is one of them and nothing else.
    pub(super) fn have(&self, spaced: &str) -> bool {
        self.0.iter().any(|phrase| phrase == spaced)
    }

    /// How many words the longest of them that stands in the text has.
    pub(super) fn longest_in(&self, spaced: &str) -> usize {
        let found = self.0.iter().filter(|phrase| spaced.contains(phrase.as_str()));
        found.map(|phrase| phrase.split_whitespace().count()).max().unwrap_or(0)
    }
}

/// The words of a text, with a space before, between and behind.
pub(super) fn spaced(text: &str) -> String {
    format!(" {} ", words::words(text).join(" "))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_guide_can_be_read_and_says_nothing_empty() {
        let say = &super::GUIDE.say;
        for text in [&say.greeting, &say.unknown, &say.harm, &say.not_a_doctor] {
            assert!(!text.trim().is_empty());
        }
    }

    #[test]
    fn a_sign_is_found_as_whole_words_only() {
        let greeting = &super::GUIDE.signs.greeting;
        assert!(greeting.are_in(&super::spaced("Hi!")));
        assert!(!greeting.are_in(&super::spaced("hips")));
    }
}
