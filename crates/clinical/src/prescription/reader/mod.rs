//! Medicines as people type them: "co-amoxiclav 625 tds", "Tylenol", "warfarin 5mg", "HCTZ", brands, misspellings.

use std::collections::BTreeSet;

pub(crate) mod dose;
mod names;
pub(crate) mod text;

pub use dose::{TypedDose, Unit};
use names::{Meaning, names};

use super::formulary::{Drug, DrugIndex, formulary};

/// Whether a word is the name of a drug of the formulary, exactly. What is only known to interact (foods, alcohol) is none.
pub(crate) fn names_medicine(word: &str) -> bool {
    let meaning = names().get(&text::key(word));
    meaning.is_some_and(|drugs| drugs.iter().any(|drug| formulary().get(*drug).complete))
}

/// A medicine that was recognised.
#[derive(Debug, Clone, PartialEq)]
pub struct Medicine {
    /// As typed.
    pub typed: String,
    /// Name as shown: of the drug, or of the parts joined by a slash.
    pub name: String,
    /// The drugs in it: its own entry first, then its parts.
    pub drugs: Vec<DrugIndex>,
    /// Put on skin, eye, ear or nose: rules about the whole body do not apply.
    pub local: bool,
    /// The dose, as far as it could be read.
    pub dose: TypedDose,
    /// The known name, where the spelling had to be corrected.
    pub read_as: Option<String>,
}

/// What became of one medicine of the list.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Recognised.
    Known(Medicine),
    /// Not recognised.
    Unknown {
        /// As typed.
        typed: String,
        /// Nearest names, the nearest first, at most five.
        suggestions: Vec<String>,
    },
}

impl Medicine {
    /// Its drugs.
    pub fn entries(&self) -> impl Iterator<Item = &'static Drug> + '_ {
        self.drugs.iter().map(|index| formulary().get(*index))
    }

    /// The medicine that is this drug alone, as for a candidate of a selection.
    pub(crate) fn of(index: DrugIndex) -> Self {
        from_meaning(formulary().get(index).name.clone(), &vec![index], TypedDose::default())
    }
}

/// Reads one line or field: usually one medicine, several where several are named.
pub fn read(typed: &str) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    // A name may hold a comma itself.
    let whole = names().get(&text::key(typed)).map(|_| vec![typed.trim().to_owned()]);
    for piece in whole.unwrap_or_else(|| pieces(typed)) {
        let found = find(&piece);
        if found.is_empty() {
            if is_nothing(&piece) {
                continue;
            }
            if only_dose_words(&piece) {
                extend_dose(&mut readings, &piece);
                continue;
            }
            readings.push(nearest(&piece));
            continue;
        }
        let dose = dose::read(&piece);
        let several = found.len() > 1;
        for meaning in found {
            // With several drugs in one piece it is not known whose dose was typed.
            let dose = if several { TypedDose::default() } else { dose };
            readings.push(Reading::Known(with_form(from_meaning(piece.clone(), &meaning, dose), &piece)));
        }
    }
    readings
}

/// Nearest names to what was typed, at most `most`; exact beginnings first.
pub fn suggest(typed: &str, most: usize) -> Vec<String> {
    let key = text::key(typed);
    if key.is_empty() {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let beginnings = formulary().drugs().iter().filter(|drug| {
        drug.synonyms.iter().chain(&drug.brands).chain([&drug.name]).any(|name| text::key(name).starts_with(&key))
    });
    let near = names().near(&key, if key.len() > 6 { 3 } else { 2 });
    beginnings
        .map(|drug| drug.name.clone())
        .chain(near.into_iter().map(|(_, _, meaning)| shown(meaning)))
        .filter(|name| seen.insert(name.clone()))
        .take(most)
        .collect()
}

fn pieces(typed: &str) -> Vec<String> {
    // A comma inside a number does not separate.
    let mut pieces = vec![String::new()];
    let chars: Vec<char> = typed.chars().take(2000).collect();
    for (at, &c) in chars.iter().enumerate() {
        let in_number =
            c == ',' && at > 0 && chars[at - 1].is_ascii_digit() && chars.get(at + 1).is_some_and(char::is_ascii_digit);
        if matches!(c, ';' | ',' | '\n' | '•') && !in_number {
            pieces.push(String::new());
        } else {
            pieces.last_mut().expect("there is always a piece").push(c);
        }
    }
    pieces.into_iter().map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty()).collect()
}

const SALTS: [&str; 32] = [
    "sodium",
    "potassium",
    "calcium",
    "magnesium",
    "hydrochloride",
    "hcl",
    "maleate",
    "besilate",
    "besylate",
    "mesilate",
    "mesylate",
    "sulfate",
    "sulphate",
    "phosphate",
    "acetate",
    "succinate",
    "tartrate",
    "citrate",
    "fumarate",
    "hydrate",
    "trihydrate",
    "dihydrate",
    "monohydrate",
    "arginine",
    "erbumine",
    "medoxomil",
    "cilexetil",
    "etexilate",
    "axetil",
    "hydrobromide",
    "nitrate",
    "bromide",
];

/// Every drug named in the piece, in order, each once; a known combination as one.
fn find(piece: &str) -> Vec<Meaning> {
    let names = names();
    let words = text::words(piece);
    let mut found: Vec<Meaning> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let most = names.longest.min(words.len() - at);
        let hit =
            (1..=most).rev().find_map(|len| names.get(&words[at..at + len].join(" ")).map(|meaning| (len, meaning)));
        let Some((len, meaning)) = hit else {
            at += 1;
            continue;
        };
        let follows = at > 0 && found.last().is_some_and(|_| SALTS.contains(&words[at].as_str()));
        let new = !found.contains(meaning);
        // "losartan potassium" is losartan; "losartan and potassium" is both.
        let joined = || is_joiner(&words[at - 1]) || slash_before(piece, &words[at]);
        if new && (!follows || len > 1 || joined()) {
            found.push(meaning.clone());
        }
        at += len;
    }
    combine(found)
}

fn is_joiner(word: &str) -> bool {
    matches!(word, "and" | "with" | "plus" | "und" | "et" | "y")
}

fn slash_before(piece: &str, word: &str) -> bool {
    let folded = text::fold(piece);
    folded.find(word).is_some_and(|at| folded[..at].trim_end().ends_with(['/', '+', '&', ',']))
}

/// Several single drugs that are together a combination of the formulary become that one entry.
fn combine(found: Vec<Meaning>) -> Vec<Meaning> {
    if found.len() < 2 || found.iter().any(|meaning| meaning.len() > 1) {
        return found;
    }
    let ids: BTreeSet<&str> = found.iter().map(|meaning| formulary().get(meaning[0]).id.as_str()).collect();
    let own = formulary()
        .iter()
        .find(|(_, drug)| drug.parts.len() == ids.len() && drug.parts.iter().all(|part| ids.contains(part.as_str())));
    match own {
        Some((index, _)) => vec![vec![index]],
        None => found,
    }
}

fn shown(meaning: &Meaning) -> String {
    meaning.iter().map(|index| formulary().get(*index).name.as_str()).collect::<Vec<_>>().join(" / ")
}

fn from_meaning(typed: String, meaning: &Meaning, dose: TypedDose) -> Medicine {
    let mut drugs = meaning.clone();
    for index in meaning {
        for part in &formulary().get(*index).parts {
            if let Some(part) = formulary().index(part).filter(|part| !drugs.contains(part)) {
                drugs.push(part);
            }
        }
    }
    let local = meaning.iter().all(|index| formulary().get(*index).is_local());
    Medicine { typed, name: shown(meaning), drugs, local, dose, read_as: None }
}

/// Follows words such as "cream" or "eye drops" to the local form of the drug.
fn with_form(medicine: Medicine, piece: &str) -> Medicine {
    let words = text::words(piece);
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    let form = if has(&["eye", "ophthalmic"]) {
        "eye"
    } else if has(&["ear", "otic"]) {
        "ear"
    } else if has(&["nasal", "nose"]) {
        "nasal"
    } else if has(&["vaginal", "pessary", "pessaries"]) {
        "vaginal"
    } else if has(&["cream", "ointment", "gel", "lotion", "topical", "shampoo", "foam", "scalp", "mousse"]) {
        "topical"
    } else {
        return medicine;
    };
    let first = formulary().get(medicine.drugs[0]);
    let elsewhere = |route: &String| !["topical", "eye", "ear", "nasal", "vaginal"].contains(&route.as_str());
    if medicine.local || (!first.routes.is_empty() && !first.routes.iter().any(elsewhere)) {
        return medicine;
    }
    match formulary().index(&format!("{}_{form}", first.id)) {
        Some(index) => from_meaning(medicine.typed, &vec![index], medicine.dose),
        // Oral gel of miconazole is swallowed and raises the INR like a capsule; oestrogen and testosterone gels act
        // on the whole body.
        None if first.routes.iter().any(|route| route == form) && !has(&["oral"]) => {
            Medicine { local: true, ..medicine }
        }
        None => medicine,
    }
}

fn is_nothing(piece: &str) -> bool {
    matches!(
        text::key(piece).as_str(),
        "" | "none"
            | "nil"
            | "no"
            | "nothing"
            | "na"
            | "n a"
            | "none known"
            | "nil regular"
            | "no regular medicines"
            | "no medications"
            | "no medicines"
            | "no meds"
            | "no regular medication"
            | "no regular medications"
            | "nkda"
    )
}

const DOSE_WORDS: [&str; 63] = [
    "mg",
    "g",
    "mcg",
    "ug",
    "microgram",
    "micrograms",
    "ml",
    "units",
    "unit",
    "iu",
    "tablet",
    "tablets",
    "tab",
    "tabs",
    "capsule",
    "capsules",
    "cap",
    "caps",
    "puff",
    "puffs",
    "drop",
    "drops",
    "spray",
    "sprays",
    "od",
    "bd",
    "bid",
    "tds",
    "tid",
    "qds",
    "qid",
    "daily",
    "once",
    "twice",
    "three",
    "four",
    "two",
    "one",
    "times",
    "time",
    "a",
    "day",
    "days",
    "every",
    "hours",
    "hourly",
    "week",
    "weekly",
    "night",
    "morning",
    "nightly",
    "nocte",
    "mane",
    "prn",
    "as",
    "needed",
    "required",
    "with",
    "food",
    "at",
    "for",
    "the",
    "in",
];

fn only_dose_words(piece: &str) -> bool {
    text::words(piece).iter().all(|word| is_dose_word(word))
}

/// Whether a word tells how much of a medicine, or how often: `500mg`, `twice`.
pub(crate) fn is_dose_word(word: &str) -> bool {
    let letters = word.trim_start_matches(|c: char| c.is_ascii_digit());
    (letters.is_empty() && !word.is_empty()) || DOSE_WORDS.contains(&letters)
}

/// "paracetamol 500 mg, 2 tablets four times a day": the second piece belongs to the first.
fn extend_dose(readings: &mut [Reading], piece: &str) {
    if let Some(Reading::Known(medicine)) = readings.last_mut() {
        let joined = format!("{}, {piece}", medicine.typed);
        medicine.dose = dose::read(&joined);
        medicine.typed = joined;
    }
}

/// Corrects a spelling where only one drug is near enough; else suggests.
fn nearest(piece: &str) -> Reading {
    let names = names();
    let mut suggestions: Vec<(usize, String)> = Vec::new();
    let words = text::words(piece);
    let whole =
        words.iter().take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit())).cloned().collect::<Vec<_>>();
    let mut tried: Vec<String> = vec![whole.join(" ")];
    tried.extend(words.iter().filter(|word| word.chars().count() >= 5 && !only_dose_words(word)).cloned());
    tried.dedup();
    for word in tried.iter().filter(|word| (4..=40).contains(&word.len())) {
        let allowed = if word.len() >= 9 { 2 } else { 1 };
        let near = names.near(word, if word.len() >= 7 { 3 } else { 2 });
        let close: BTreeSet<&Meaning> =
            near.iter().filter(|(d, ..)| *d <= allowed).map(|(_, _, meaning)| *meaning).collect();
        let same_start = near.first().is_some_and(|(_, name, _)| name.chars().next() == word.chars().next());
        if word.len() >= 6 && close.len() == 1 && same_start {
            let meaning = *close.first().expect("one stands in it");
            let mut medicine = with_form(from_meaning(piece.to_owned(), meaning, dose::read(piece)), piece);
            medicine.read_as = Some(medicine.name.clone());
            return Reading::Known(medicine);
        }
        suggestions.extend(near.into_iter().map(|(d, _, meaning)| (d, shown(meaning))));
    }
    suggestions.sort();
    let mut seen = BTreeSet::new();
    let names =
        suggestions.into_iter().map(|(_, name)| name).filter(|name| seen.insert(name.clone())).take(5).collect();
    Reading::Unknown { typed: piece.to_owned(), suggestions: names }
}
