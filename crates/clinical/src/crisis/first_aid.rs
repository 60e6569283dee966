//! What to do until help arrives, from `data/first_aid.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// Steps for one kind of emergency.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Aid {
    rules: Vec<String>,
    pub(super) headline: String,
    pub(super) steps: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "shown in the table, and checked by the test"))]
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    aid: Vec<Aid>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/first_aid.toml")).expect("data/first_aid.toml is checked by the tests")
});

/// The most pressing entry among those that the rules call for.
pub(super) fn first_aid(mut rules: impl FnMut(&str) -> bool) -> Option<&'static Aid> {
    DATA.aid.iter().find(|aid| aid.rules.iter().any(|rule| rules(rule)))
}

#[cfg(test)]
mod tests {
    use super::{DATA, first_aid};
    use crate::crisis::rules::rules;

    #[test]
    fn every_bodily_rule_has_first_aid_and_every_entry_a_source() {
        for rule in rules().list.iter().filter(|rule| rule.danger.is_bodily()) {
            assert!(first_aid(|code| code == rule.code).is_some(), "{}", rule.code);
        }
        for aid in &DATA.aid {
            assert!(aid.source.contains("https://") || aid.source.contains("20"), "{}", aid.headline);
            assert!((2..=4).contains(&aid.steps.len()), "{}", aid.headline);
            for code in &aid.rules {
                assert!(rules().list.iter().any(|rule| rule.code == code), "{code}");
            }
        }
    }
}
