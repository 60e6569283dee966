//! Allergies with their classes and cross-reactivity, `data/allergies.toml`, and the reading of what is typed.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::selector::Selector;
use crate::prescription::formulary::Drug;
use crate::prescription::reader::{self, Reading, text};

pub(crate) const TEXT: &str = include_str!("../../../data/allergies.toml");

/// An allergy or intolerance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Allergy {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) synonyms: Vec<String>,
    pub(crate) classes: Vec<String>,
    pub(crate) text: String,
    pub(crate) cross: Vec<Cross>,
}

/// What else may react.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cross {
    pub(crate) to: String,
    pub(crate) risk: Risk,
    pub(crate) text: String,
    pub(crate) source: String,
}

/// How often it reacts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Risk {
    /// Per cent.
    Percent(f64),
    /// `<1` (per cent), `none`, `low`, `moderate` or `high`.
    Words(String),
}

/// The grade of a cross-reaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    None,
    Low,
    Moderate,
    High,
}

impl Risk {
    /// Under 1 % counts as none, under 5 % as low, under 10 % as moderate.
    pub(crate) fn grade(&self) -> Option<Grade> {
        Some(match self {
            Self::Percent(percent) if *percent < 1.0 => Grade::None,
            Self::Percent(percent) if *percent < 5.0 => Grade::Low,
            Self::Percent(percent) if *percent < 10.0 => Grade::Moderate,
            Self::Percent(_) => Grade::High,
            Self::Words(words) => match words.as_str() {
                "none" | "<1" => Grade::None,
                "low" => Grade::Low,
                "moderate" => Grade::Moderate,
                "high" => Grade::High,
                _ => return None,
            },
        })
    }

    /// As said to a person.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Percent(percent) => format!("{percent} %"),
            Self::Words(words) if words == "<1" => "under 1 %".to_owned(),
            Self::Words(words) => words.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    allergy: Vec<Allergy>,
}

/// The table and its names.
pub(crate) struct Allergies {
    pub(crate) all: Vec<Allergy>,
    by_name: HashMap<String, Vec<usize>>,
}

static ALL: LazyLock<Allergies> = LazyLock::new(|| {
    let file: File = toml::from_str(TEXT).expect("data/allergies.toml is checked by the tests");
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, allergy) in file.allergy.iter().enumerate() {
        for name in allergy.synonyms.iter().chain([&allergy.id, &allergy.name]) {
            let entry = by_name.entry(singular(&text::key(name))).or_default();
            if !entry.contains(&at) {
                entry.push(at);
            }
        }
    }
    Allergies { all: file.allergy, by_name }
});

/// The table.
pub(crate) fn allergies() -> &'static Allergies {
    &ALL
}

/// How grave the reaction was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reaction {
    /// Nausea, headache: an effect, not an allergy.
    Intolerance,
    /// Not told: treated as an allergy that may be grave.
    Unknown,
    /// A rash and no more.
    Mild,
    /// Anaphylaxis, angioedema, skin or organ damage.
    Severe,
}

/// An allergy as recognised.
#[derive(Debug, Clone)]
pub(crate) struct KnownAllergy {
    pub(crate) typed: String,
    /// Entries of the table.
    pub(crate) entries: Vec<usize>,
    /// Drugs named themselves.
    pub(crate) drugs: Vec<&'static Drug>,
    pub(crate) reaction: Reaction,
}

/// What was typed, read; several where several are listed. The error is a part that means nothing known.
pub(crate) fn read(typed: &str) -> Vec<Result<KnownAllergy, String>> {
    typed.split([';', ',', '\n']).map(str::trim).filter(|piece| !is_none(piece)).fold(
        Vec::new(),
        |mut all: Vec<Result<KnownAllergy, String>>, piece| {
            let reaction = reaction(piece);
            let words = text::words(piece);
            match (read_one(piece), all.last_mut()) {
                (Some(known), _) => all.push(Ok(known)),
                // "penicillin, anaphylaxis": the second part tells how the first showed.
                (None, Some(Ok(before))) if reaction != Reaction::Unknown && words.len() <= 4 => {
                    before.reaction = before.reaction.max(reaction);
                }
                (None, _) => all.push(Err(piece.to_owned())),
            }
            all
        },
    )
}

fn read_one(piece: &str) -> Option<KnownAllergy> {
    let table = allergies();
    let words: Vec<String> = text::words(piece).iter().map(|word| singular(word)).collect();
    let mut entries: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let hit = (1..=6.min(words.len() - at))
            .rev()
            .find_map(|len| Some((len, table.by_name.get(&words[at..at + len].join(" "))?)));
        match hit {
            Some((len, found)) => {
                entries.extend(found.iter().filter(|entry| !entries.contains(entry)).copied().collect::<Vec<_>>());
                at += len;
            }
            None => at += 1,
        }
    }
    let drugs: Vec<&'static Drug> = reader::read(piece)
        .into_iter()
        .filter_map(|reading| match reading {
            Reading::Known(medicine) => Some(medicine.entries().collect::<Vec<_>>()),
            Reading::Unknown { .. } => None,
        })
        .flatten()
        .collect();
    // A drug that is named but has no entry of its own may belong to a class that has.
    for (at, allergy) in table.all.iter().enumerate() {
        let hit = allergy
            .classes
            .iter()
            .filter_map(|s| Selector::parse(s))
            .any(|s| drugs.iter().any(|drug| matches_allergy(&s, drug)));
        if hit && !entries.contains(&at) && !is_narrower(allergy, &words) {
            entries.push(at);
        }
    }
    (!entries.is_empty() || !drugs.is_empty()).then(|| KnownAllergy {
        typed: piece.to_owned(),
        entries,
        drugs,
        reaction: reaction(piece),
    })
}

/// Entries for one kind of reaction (angioedema, cough, dystonia, pseudo-allergy) apply only where their words stand.
fn is_narrower(allergy: &Allergy, words: &[String]) -> bool {
    const BY_REACTION: [(&str, &[&str]); 6] = [
        ("ace_inhibitor_angioedema", &["angioedema", "swelling", "swollen", "tongue", "anaphylaxi"]),
        ("ace_inhibitor_cough", &["cough"]),
        ("metoclopramide_dystonia", &["dystonia", "oculogyric", "lockjaw", "spasm"]),
        ("opioid_pseudoallergy", &["itch", "itching", "itchy", "nausea", "sick", "vomiting", "drowsy"]),
        ("clavulanic_acid", &["jaundice", "liver", "hepatiti", "cholestatic"]),
        ("clozapine_neutropenia", &["neutropenia", "agranulocytosi", "red"]),
    ];
    BY_REACTION
        .iter()
        .any(|(id, needed)| allergy.id == *id && !words.iter().any(|word| needed.contains(&word.as_str())))
}

/// As [`Selector::matches`], but a drug on the skin counts: an allergy does not ask for the dose.
pub(crate) fn matches_allergy(selector: &Selector, drug: &Drug) -> bool {
    match selector {
        Selector::Class(class) => drug.has_class(class),
        other => other.matches(drug),
    }
}

fn singular(text: &str) -> String {
    text.split(' ')
        .map(|word| if word.len() > 4 && !word.ends_with("ss") { word.strip_suffix('s').unwrap_or(word) } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether "no allergies" was typed.
fn is_none(piece: &str) -> bool {
    matches!(
        text::key(piece).as_str(),
        "" | "none"
            | "nil"
            | "no"
            | "nka"
            | "nkda"
            | "none known"
            | "no known allergies"
            | "no known drug allergies"
            | "n a"
            | "no allergies"
            | "no allergy"
            | "nil known"
            | "not known"
            | "unknown"
    )
}

fn reaction(piece: &str) -> Reaction {
    let words = text::words(piece).join(" ");
    let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
    if has(&[
        "anaphyl",
        "angioedema",
        "angioneurotic",
        "swell",
        "swollen",
        "throat",
        "tongue",
        "breath",
        "wheez",
        "collapse",
        "stevens",
        "sjs",
        "toxic epidermal",
        "dress",
        "blister",
        "peeling",
        "hepatitis",
        "jaundice",
        "agranulocyt",
        "serum sickness",
        "shock",
        "severe",
        "hospital",
        "intubat",
        "nephritis",
        "haemolytic",
        "hypotension",
    ]) {
        Reaction::Severe
    } else if has(&["rash", "hives", "urticaria", "itch", "mild", "exanthem"]) {
        Reaction::Mild
    } else if has(&[
        "nausea",
        "vomit",
        "sick",
        "diarrh",
        "headache",
        "upset",
        "intoleran",
        "dizz",
        "drows",
        "constipat",
        "cough",
        "thrush",
    ]) {
        Reaction::Intolerance
    } else {
        Reaction::Unknown
    }
}
