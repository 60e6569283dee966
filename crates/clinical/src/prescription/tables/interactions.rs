//! Drug–drug interactions, `data/interactions.toml`, indexed by drug so that a list is checked in microseconds.

use std::sync::LazyLock;

use serde::Deserialize;

use super::selector::Selector;
use crate::prescription::alert::Severity;
use crate::prescription::formulary::{DrugIndex, formulary};

pub(crate) const TEXT: &str = include_str!("../../../data/interactions.toml");

/// One rule about two, or with `c` three, different drugs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Interaction {
    pub(crate) id: String,
    pub(crate) a: Vec<String>,
    pub(crate) b: Vec<String>,
    #[serde(default)]
    pub(crate) c: Vec<String>,
    #[serde(default)]
    pub(crate) except: Vec<String>,
    pub(crate) severity: Severity,
    pub(crate) mechanism: String,
    pub(crate) effect: String,
    pub(crate) instead: String,
    pub(crate) interrupt: bool,
    /// By property or enzyme: shown only where no specific rule speaks about the same drugs.
    #[serde(default)]
    pub(crate) generic: bool,
    pub(crate) source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Interaction>,
}

/// The rules and, for every drug, in which place of which rule it stands.
pub(crate) struct Interactions {
    rules: Vec<Interaction>,
    /// For every drug: `(rule, places)`, sorted by rule; places is a set of [`A`], [`B`], [`C`].
    roles: Vec<Vec<(u16, u8)>>,
}

/// First place of a rule.
pub(crate) const A: u8 = 1;
/// Second place.
pub(crate) const B: u8 = 2;
/// Third place.
pub(crate) const C: u8 = 4;

static ALL: LazyLock<Interactions> = LazyLock::new(load);

/// The table.
pub(crate) fn interactions() -> &'static Interactions {
    &ALL
}

fn load() -> Interactions {
    let file: File = toml::from_str(TEXT).expect("data/interactions.toml is checked by the tests");
    let parsed: Vec<[Vec<Selector>; 4]> = file
        .rule
        .iter()
        .map(|rule| {
            [&rule.a, &rule.b, &rule.c, &rule.except]
                .map(|list| list.iter().filter_map(|s| Selector::parse(s)).collect())
        })
        .collect();
    let roles = formulary()
        .drugs()
        .iter()
        .map(|drug| {
            (0u16..)
                .zip(&parsed)
                .filter_map(|(n, [a, b, c, except])| {
                    let excepted = except.iter().any(|selector| selector.matches(drug));
                    // `except` takes a drug out of what a class or property brings in; a drug named itself is meant.
                    let any = |list: &[Selector]| {
                        list.iter().any(|s| s.matches(drug) && (!excepted || matches!(s, Selector::Drug(_))))
                    };
                    let places = u8::from(any(a)) * A + u8::from(any(b)) * B + u8::from(any(c)) * C;
                    (places != 0).then_some((n, places))
                })
                .collect()
        })
        .collect();
    Interactions { rules: file.rule, roles }
}

impl Interactions {
    /// Every rule.
    pub(crate) fn rules(&self) -> &[Interaction] {
        &self.rules
    }

    /// The places that any of these drugs has, by rule; sorted by rule.
    pub(crate) fn roles(&self, drugs: &[DrugIndex]) -> Vec<(u16, u8)> {
        let mut all: Vec<(u16, u8)> = Vec::new();
        for drug in drugs {
            all.extend(&self.roles[usize::from(drug.0)]);
        }
        all.sort_unstable_by_key(|(rule, _)| *rule);
        all.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 |= next.1;
            }
            same
        });
        all
    }

    /// A rule by its position.
    pub(crate) fn rule(&self, at: u16) -> &Interaction {
        &self.rules[usize::from(at)]
    }
}
