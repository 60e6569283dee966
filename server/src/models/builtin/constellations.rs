//! Signs that mean something together: `data/constellations.toml`. They decide what a message is about and how soon it is
//! to be seen, before anything is searched for: single words would lead to whatever article has most of them.

use std::sync::LazyLock;

use protocol::Role;
use serde::Deserialize;

use super::kinds::Kind;
use super::phrases::spaced;
use super::whom;
use crate::models::Prompt;

/// The table, read once. A test reads it too, so a mistake in it can't be shipped.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../data/constellations.toml")).expect("constellations.toml is as it must be")
});

/// How many messages before this one are looked at.
const BEFORE: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    sign: Vec<Sign>,
}

/// Signs that stand together, and what the library says on them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sign {
    /// The id of the article.
    pub(super) article: String,
    /// Words of the bullet of "When to get help" that applies.
    pub(super) bullet: Option<String>,
    /// Words of what else the article says to it.
    #[serde(default)]
    pub(super) says: Vec<String>,
    /// Of each list, one stands in the message.
    #[serde(default)]
    now: Vec<AnyOf>,
    /// Of each list, one stands in the message or before it.
    #[serde(default)]
    said: Vec<AnyOf>,
    #[serde(default)]
    unless: AnyOf,
    /// Whether the question in it is answered with yes or with no.
    pub(super) answer: Option<YesNo>,
    /// What kind of message it is.
    kind: Option<String>,
    /// Only for this audience.
    r#for: Option<String>,
}

/// A plain answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum YesNo {
    Yes,
    No,
}

impl YesNo {
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Yes => "Yes.",
            Self::No => "No.",
        }
    }
}

impl Sign {
    /// What kind of message it is, where the table says so.
    pub(super) fn kind(&self) -> Option<Kind> {
        let all = [Kind::Symptom, Kind::Medicine, Kind::TestResult, Kind::Lifestyle, Kind::Feelings];
        let name = self.kind.as_deref()?;
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// Phrases in lower-case words, one of which is looked for; one that ends in `*` goes on as it likes.
#[derive(Default, Deserialize)]
#[serde(from = "Vec<String>")]
struct AnyOf(Vec<String>);

impl From<Vec<String>> for AnyOf {
    fn from(phrases: Vec<String>) -> Self {
        let phrase = |phrase: &String| {
            let words = spaced(phrase);
            if phrase.ends_with('*') { words.trim_end().to_owned() } else { words }
        };
        Self(phrases.iter().map(phrase).collect())
    }
}

impl AnyOf {
    fn are_in(&self, spaced: &str) -> bool {
        self.0.iter().any(|phrase| spaced.contains(phrase.as_str()))
    }

    /// Of what is said to be there; what says by itself that something is missing stands in the whole message.
    fn are_told(&self, asserted: &str, whole: &str) -> bool {
        const MISSING: [&str; 11] = [
            " no ",
            " not ",
            " cant ",
            " hasnt ",
            " havent ",
            " never ",
            " doesnt ",
            " wont ",
            " nothing ",
            " keeps ",
            " hardly ",
        ];
        let of_missing = |phrase: &&String| MISSING.iter().any(|word| phrase.starts_with(word));
        self.are_in(asserted) || self.0.iter().filter(of_missing).any(|phrase| whole.contains(phrase.as_str()))
    }
}

/// What a message tells together with those before it: the first sign of the table that fits. `asserted`: without what it
/// says is not there.
pub(super) fn told(prompt: &Prompt, asserted: &str) -> Option<&'static Sign> {
    let said = prompt.history.iter().rev().filter(|past| past.role == Role::User);
    let before: Vec<&str> = said.take(BEFORE).map(|past| past.text.as_str()).collect();
    let (now, whole) = (spaced(asserted), spaced(&prompt.question));
    let all: String =
        before.iter().map(|text| spaced(&super::focus::without_denied(text).0)).collect::<String>() + &now;
    let audiences = || {
        let own = whom::of(prompt, &prompt.question, true);
        own.into_iter().map(whom::name).collect::<Vec<_>>()
    };
    TABLE.sign.iter().find(|sign| {
        sign.now.iter().all(|any| any.are_told(&now, &whole))
            && sign.said.iter().all(|any| any.are_told(&all, &whole))
            && !sign.unless.are_in(&whole)
            && sign.r#for.as_deref().is_none_or(|name| audiences().contains(&name))
    })
}

/// What the message before told, as [`told`] saw it then.
pub(super) fn told_before(prompt: &Prompt) -> Option<&'static Sign> {
    let at = prompt.history.iter().rposition(|past| past.role == Role::User)?;
    let question = prompt.history[at].text.clone();
    let then = Prompt { question, history: prompt.history[..at].to_vec(), ..prompt.clone() };
    told(&then, &super::focus::without_denied(&then.question).0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::builtin::claims;
    use knowledge::{Library, Query};

    #[test]
    fn what_a_sign_names_stands_in_its_article() {
        let library = Library::load().expect("a whole library");
        for sign in &TABLE.sign {
            let article = library.article(&sign.article).unwrap_or_else(|| panic!("there is no `{}`", sign.article));
            let claims = claims::of(article, &Query::default(), &library);
            assert!(!sign.now.is_empty(), "{}", sign.article);
            assert_eq!(sign.kind.is_some(), sign.kind().is_some(), "{}", sign.article);
            assert!(sign.r#for.as_deref().is_none_or(|name| whom::named(name).is_some()), "{}", sign.article);
            for words in sign.bullet.iter().chain(&sign.says) {
                let holds = |claim: &&claims::Claim| claim.text.to_lowercase().contains(&words.to_lowercase());
                assert_eq!(claims.iter().filter(holds).count(), 1, "{}: `{words}`", sign.article);
            }
        }
    }

    #[test]
    fn signs_are_seen_across_messages_and_not_where_denied() {
        let told_of = |texts: &[&str]| {
            let (now, before) = texts.split_last().expect("a message");
            let past =
                |text: &&str| crate::models::Past { role: Role::User, text: (*text).to_owned(), choices: Vec::new() };
            let prompt =
                Prompt { question: (*now).to_owned(), history: before.iter().map(past).collect(), ..Prompt::default() };
            told(&prompt, &super::super::focus::without_denied(now).0).map(|sign| sign.article.as_str())
        };
        assert_eq!(told_of(&["my back hurts", "its gone numb between my legs"]), Some("back-pain"));
        assert_eq!(told_of(&["awful pain in my left side", "now im shivering"]), Some("kidney-stones"));
        assert_eq!(told_of(&["my chest goes tight when i walk uphill"]), Some("angina"));
        assert_eq!(told_of(&["i have a runny nose"]), None);
        assert_eq!(told_of(&["how do i get fit by walking uphill"]), None);
    }
}
