//! What decides the advice of an article, as questions with choices: `data/asking/<article-id>.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::models::{CHOICE, Choice as Tapped};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/asking.rs"));
}

/// All plans by the id of their article. A test reads them too, so a mistake in one can't be shipped.
static PLANS: LazyLock<HashMap<&'static str, Plan>> = LazyLock::new(|| {
    embedded::ASKING.iter().map(|(id, text)| (*id, toml::from_str(text).expect("a plan is as it must be"))).collect()
});

/// What to ask about an article, most decisive first.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    pub(super) question: Vec<Question>,
}

/// One short question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    pub(super) slot: Slot,
    pub(super) ask: String,
    pub(super) only: Option<Only>,
    pub(super) choice: Vec<Choice>,
}

/// What a question wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Slot {
    Who,
    Age,
    HowLong,
    HowBad,
    RedFlags,
    Pregnancy,
    Medicines,
    Allergies,
    /// Which of several subjects was meant.
    Which,
}

impl Slot {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Who, "who"),
        (Self::Age, "age"),
        (Self::HowLong, "how_long"),
        (Self::HowBad, "how_bad"),
        (Self::RedFlags, "red_flags"),
        (Self::Pregnancy, "pregnancy"),
        (Self::Medicines, "medicines"),
        (Self::Allergies, "allergies"),
        (Self::Which, "which"),
    ];

    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(slot, _)| *slot == self).map_or("", |(_, name)| name)
    }
}

/// Whom a question is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Only {
    Women,
    Adults,
    Children,
}

/// An answer that can be given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) label: String,
    /// Words of the article that then apply.
    pub(super) bullet: Option<String>,
    /// Of a duration: the longest that falls here.
    pub(super) up_to_days: Option<u32>,
}

/// The plan of an article.
pub(super) fn plan(article: &str) -> Option<&'static Plan> {
    PLANS.get(article)
}

/// The id of a choice: `choice_<slot>_<article>.<answer>`, so that a dialogue can be read again from its history alone.
pub(super) fn tapped(slot: Slot, article: &str, id: &str, label: &str) -> Tapped {
    Tapped { id: format!("{CHOICE}{}_{article}.{id}", slot.name()), label: label.to_owned() }
}

/// What [`tapped`] wrote: slot, article and answer.
pub(super) fn parts(id: &str) -> Option<(Slot, &str, &str)> {
    let rest = id.strip_prefix(CHOICE)?;
    let named = Slot::ALL.iter().find_map(|(slot, name)| Some((*slot, rest.strip_prefix(name)?.strip_prefix('_')?)));
    let (slot, rest) = named?;
    let (article, answer) = rest.split_once('.')?;
    Some((slot, article, answer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::builtin::claims;
    use knowledge::{Library, Query};

    #[test]
    fn every_bullet_stands_once_in_its_article() {
        let library = Library::load().expect("a whole library");
        assert!(PLANS.len() >= 100, "{}", PLANS.len());
        let mut wrong = Vec::new();
        for (id, plan) in PLANS.iter() {
            let article = library.article(id).unwrap_or_else(|| panic!("there is no article `{id}`"));
            let claims = claims::of(article, &Query::default(), &library);
            assert!((1..=3).contains(&plan.question.len()), "{id}");
            for question in &plan.question {
                assert!(
                    question.ask.ends_with('?') && question.ask.split_whitespace().count() <= 28,
                    "{id}: {}",
                    question.ask
                );
                assert!((2..=4).contains(&question.choice.len()), "{id}: {}", question.ask);
                for choice in &question.choice {
                    assert!(choice.label.split_whitespace().count() <= 5, "{id}: {}", choice.label);
                    let Some(bullet) = choice.bullet.as_ref().map(|bullet| bullet.to_lowercase()) else { continue };
                    let holding = claims.iter().filter(|claim| claim.text.to_lowercase().contains(&bullet)).count();
                    wrong.extend((holding != 1).then(|| format!("{id}: `{bullet}` stands in {holding}")));
                }
                let days: Vec<_> = question.choice.iter().filter_map(|choice| choice.up_to_days).collect();
                assert!(days.is_sorted(), "{id}");
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn the_id_of_a_choice_is_read_again() {
        let choice = tapped(Slot::HowLong, "sore-throat", "up_to_a_week", "Up to a week");
        assert_eq!(choice.id, "choice_how_long_sore-throat.up_to_a_week");
        assert_eq!(parts(&choice.id), Some((Slot::HowLong, "sore-throat", "up_to_a_week")));
    }
}
