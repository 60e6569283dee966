//! `data/guide.toml`: what the guide says by itself, and the signs by which it tells messages apart.

use std::sync::LazyLock;

use knowledge::words;
use serde::Deserialize;

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
    pub(super) aspect: Vec<Aspect>,
    pub(super) tongue: Vec<Tongue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    pub(super) greeting: Words,
    pub(super) small_talk: Words,
    pub(super) thanks: Words,
    pub(super) goodbye: Words,
    pub(super) about: Words,
    pub(super) about_sources: Words,
    /// To somebody who doubts what was said.
    pub(super) about_doubt: Words,
    pub(super) account: Words,
    pub(super) feel: Words,
    pub(super) privacy: Words,
    pub(super) delete: Words,
    pub(super) moving: Words,
    pub(super) cannot_do: Words,
    pub(super) not_health: Words,
    pub(super) animal: Words,
    pub(super) imported: Words,
    pub(super) unknown: Words,
    pub(super) nonsense: Words,
    pub(super) abuse: Words,
    pub(super) harm: Words,
    pub(super) harm_food: Words,
    pub(super) over_label: Words,
    pub(super) already_taken: Words,
    pub(super) prescription: Words,
    pub(super) no_diagnosis: Words,
    pub(super) not_covered: Words,
    pub(super) rule_out: Words,
    pub(super) emergency: Words,
    pub(super) urgent: Words,
    /// Of an urgency that was named before.
    pub(super) still: Words,
    pub(super) routine: Words,
    pub(super) self_care: Words,
    pub(super) none_of_these: Words,
    pub(super) left: Words,
    pub(super) noted: Words,
    pub(super) nothing_new: Words,
    pub(super) warmth: Words,
    /// To somebody on whom something weighs that the library has nothing on.
    pub(super) weighs: Words,
    /// To somebody who is ashamed of asking.
    pub(super) shy: Words,
    /// Behind an answer to what weighs on somebody, in place of an offer.
    pub(super) listens: Words,
    /// To somebody who would put off what cannot wait.
    pub(super) not_wait: Words,
    /// To somebody who wants a kind word.
    pub(super) warm: Words,
    pub(super) which: Words,
    pub(super) long: Words,
    pub(super) several: Words,
    /// `{title}` is what was asked besides.
    pub(super) also: Words,
    pub(super) not_a_doctor: Words,
    pub(super) more_help: Words,
    pub(super) what_else: Words,
    pub(super) english_only: Words,
    pub(super) empty: Words,
    pub(super) own_data: Words,
    pub(super) own_quoted: Words,
    pub(super) own_nothing: Words,
    pub(super) your_allergy: Words,
    pub(super) your_medicines: Words,
}

/// A text, and other words for it: what was said once is not said again in the same words.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Words {
    One(String),
    Many(Vec<String>),
}

impl Words {
    /// All of them, in the order in which they are to be used.
    pub(super) fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

/// A side of a subject that people ask about in words too common for the index.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Aspect {
    pub(super) signs: Phrases,
    /// Words by which a claim on it is known.
    pub(super) says: Phrases,
}

/// Another language than the guide's, and what is said to someone who writes in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tongue {
    /// ISO 639-3.
    pub(super) code: String,
    pub(super) signs: Phrases,
    /// Words that may stand for an emergency; not knowing the rest of the language, too often is better than never.
    pub(super) danger: Phrases,
    /// What is said first then.
    pub(super) now: String,
    pub(super) say: String,
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
    pub(super) small_talk: Phrases,
    pub(super) thanks: Phrases,
    pub(super) goodbye: Phrases,
    pub(super) about: Phrases,
    pub(super) about_sources: Phrases,
    pub(super) about_doubt: Phrases,
    pub(super) account: Phrases,
    pub(super) shy: Phrases,
    pub(super) puts_off: Phrases,
    pub(super) grown: Phrases,
    pub(super) feel: Phrases,
    pub(super) privacy: Phrases,
    pub(super) delete: Phrases,
    pub(super) moving: Phrases,
    pub(super) cannot_do: Phrases,
    pub(super) harm: Phrases,
    pub(super) harm_food: Phrases,
    pub(super) harm_amounts: Phrases,
    pub(super) harm_ends: Phrases,
    pub(super) over_label: Phrases,
    pub(super) already_taken: Phrases,
    pub(super) dose: Phrases,
    pub(super) no_diagnosis: Phrases,
    pub(super) not_health: Phrases,
    /// One of them stands in whatever is about health.
    pub(super) health: Phrases,
    pub(super) animal: Animals,
    pub(super) abuse: Phrases,
    pub(super) own_data: Phrases,
    pub(super) feelings: Phrases,
    pub(super) test_result: Phrases,
    pub(super) medicine: Phrases,
    pub(super) lifestyle: Phrases,
    pub(super) women: Phrases,
    pub(super) men: Phrases,
    pub(super) myself: Phrases,
    pub(super) new_subject: Phrases,
    /// What is said to be answered after all.
    pub(super) excuse: Phrases,
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
    pub(super) name: String,
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

/// How an animal is spoken of.
#[derive(Deserialize)]
#[serde(from = "AnimalWords")]
pub(super) struct Animals(Phrases);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnimalWords {
    whose: Vec<String>,
    is: Vec<String>,
    does: Vec<String>,
    to: Vec<String>,
}

impl From<AnimalWords> for Animals {
    fn from(AnimalWords { whose, is, does, to }: AnimalWords) -> Self {
        let mut all = Vec::new();
        for animal in &is {
            all.extend(whose.iter().flat_map(|whose| does.iter().map(move |does| format!("{whose} {animal} {does}"))));
            all.extend(to.iter().map(|to| format!("{to} {animal}")));
            // "My dog's not well."
            all.extend(["my", "our"].map(|whose| format!("{whose} {animal}s")));
        }
        Self(Phrases::from(all))
    }
}

impl Animals {
    /// Whether one of them is spoken of in a text that has been through [`spaced`].
    pub(super) fn are_in(&self, spaced: &str) -> bool {
        self.0.are_in(spaced)
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
        for words in [&say.greeting, &say.unknown, &say.harm, &say.not_a_doctor] {
            assert!(!words.all().is_empty() && words.all().iter().all(|text| !text.trim().is_empty()));
        }
    }

    #[test]
    fn a_sign_is_found_as_whole_words_only() {
        let greeting = &super::GUIDE.signs.greeting;
        assert!(greeting.are_in(&super::spaced("Hi!")));
        assert!(!greeting.are_in(&super::spaced("hips")));
    }
}
