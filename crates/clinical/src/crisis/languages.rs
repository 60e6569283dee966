//! The first sentences of an answer in the language in which the danger was said, from `data/crisis_languages.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Assessment, Evidence};

/// One language's sentences; `{line}` and `{emergency}` are filled in by `reply`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sentences {
    /// Codes of the rules that show the language begin so.
    rules: Vec<String>,
    /// To someone whose own life is in danger.
    pub(super) crisis: String,
    /// The same, within hours.
    pub(super) imminent: String,
    /// In a bodily emergency.
    pub(super) body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    language: Vec<Sentences>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/crisis_languages.toml")).expect("the data is checked by the tests")
});

/// The language of the latest danger, where it is another than English.
pub(super) fn of(assessment: &Assessment) -> Option<&'static Sentences> {
    let shows = |evidence: &&Evidence| assessment.dangers.contains(&evidence.danger);
    let latest = assessment.evidence.iter().rfind(shows)?;
    DATA.language.iter().find(|language| language.rules.iter().any(|rule| latest.rule.starts_with(rule)))
}

#[cfg(test)]
mod tests {
    use super::DATA;
    use crate::crisis::rules::rules;

    #[test]
    fn every_language_has_rules_and_names_line_number_and_the_ai() {
        for language in &DATA.language {
            for prefix in &language.rules {
                assert!(rules().list.iter().any(|rule| rule.code.starts_with(prefix)), "{prefix}");
            }
            for text in [&language.crisis, &language.imminent] {
                assert!(text.contains("{line}") && !text.contains('?'), "{text}");
            }
            for text in [&language.imminent, &language.body] {
                assert!(text.contains("{emergency}"), "{text}");
            }
        }
    }
}
