//! Who the note is about: age, sex, pregnancy.

use serde::{Deserialize, Serialize};

use super::age::{Whose, age, group, is_only_mentioned, spelt, whose};
use super::tokens::{Shape, Token};

/// Sex as it bears on what is likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// What a note says of the person themselves.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Patient {
    /// Age in years; fractions for babies.
    pub age_years: Option<f64>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Whether pregnant now.
    pub pregnant: Option<bool>,
    /// Completed weeks of pregnancy.
    pub pregnancy_weeks: Option<f64>,
}

const FEMALE: [&str; 28] = [
    "woman",
    "female",
    "girl",
    "lady",
    "daughter",
    "wife",
    "she",
    "her",
    "mother",
    "mum",
    "mom",
    "f",
    "grandmother",
    "gran",
    "granddaughter",
    "sister",
    "girlfriend",
    "schoolgirl",
    "housewife",
    "hers",
    "herself",
    "nan",
    "niece",
    "waitress",
    "para",
    "g1p0",
    "primigravida",
    "multiparous",
];
const MALE: [&str; 22] = [
    "man",
    "male",
    "boy",
    "gentleman",
    "son",
    "husband",
    "he",
    "his",
    "him",
    "father",
    "dad",
    "m",
    "grandfather",
    "grandson",
    "brother",
    "boyfriend",
    "schoolboy",
    "himself",
    "grandad",
    "gent",
    "nephew",
    "guy",
];
/// Words that only say the sex where they are the subject, not of a relative mentioned by the way.
const KINSHIP: [&str; 12] =
    ["mother", "mum", "mom", "father", "dad", "sister", "brother", "wife", "husband", "girlfriend", "boyfriend", "nan"];

/// Reads age, sex and pregnancy. What is used of the text is marked in `used`.
pub(super) fn patient(tokens: &[Token], used: &mut [bool]) -> Patient {
    let mut found = Patient::default();
    let mut age_is_of = Whose::Unsaid;
    for at in 0..tokens.len() {
        if (found.age_years.is_none() || age_is_of == Whose::Own)
            && let Some((years, upto, sex)) = age(tokens, at)
        {
            used[at..upto].fill(true);
            // Who writes of a relative with an age writes about them, unless they tell of what they have themselves. A
            // parent tells their own age by the way.
            let of = whose(tokens, at);
            let is_first = found.age_years.is_none();
            let counts = match of {
                Whose::Kin => (is_first || years < 18.0) && !is_only_mentioned(tokens, at),
                Whose::Own | Whose::Unsaid => is_first,
            };
            if counts {
                age_is_of = of;
                found.age_years = Some(years);
                found.sex = found.sex.or(sex);
            }
        }
        if found.pregnancy_weeks.is_none()
            && let Some((weeks, upto)) = gestation(tokens, at)
        {
            found.pregnancy_weeks = Some(weeks);
            found.pregnant = Some(true);
            used[at..upto].fill(true);
        }
    }
    found.sex = found.sex.or_else(|| sex_of(tokens));
    if found.age_years.is_none() {
        found.age_years = group(tokens);
    }
    found
}

/// Weeks of pregnancy: `32/40`, `12 weeks pregnant`, `at 30 weeks gestation`, `G1P0 34+2`.
fn gestation(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    if let Shape::Fraction(weeks, under) = tokens[at].shape {
        return ((under - 40.0).abs() < 0.5 && weeks <= 42.0).then_some((weeks, at + 1));
    }
    let first = at;
    let number = tokens[at].number().map(|value| (value, at)).or_else(|| spelt(tokens, at));
    let (value, at) = number.filter(|(value, _)| *value <= 42.0)?;
    let near = tokens[at + 1..].iter().take(6);
    let has_week = tokens.get(at + 1).is_some_and(|t| matches!(t.folded.as_str(), "week" | "weeks" | "wk" | "wks"))
        || (tokens.get(at + 1).is_some_and(|t| t.shape == Shape::Soft('+'))
            && tokens.get(at + 3).is_some_and(|t| t.canonical == "week"));
    if has_week && near.clone().take(5).any(|t| matches!(t.canonical.as_str(), "pregnant" | "gestation" | "gravid")) {
        return Some((value, at + 2));
    }
    if has_week && at < 16 && (5.0..=42.0).contains(&value) && speaks_of_pregnancy(tokens) {
        return Some((value, at + 2));
    }
    // `A 31-year-old woman at 35 weeks has`: nobody else is so many weeks.
    let is_woman = tokens[..first].iter().any(|t| matches!(t.folded.as_str(), "woman" | "female" | "primigravida"));
    if has_week && (5.0..=42.0).contains(&value) && is_woman && first > 0 && tokens[first - 1].is("at") {
        return Some((value, at + 2));
    }
    let says_before =
        tokens[first.saturating_sub(4)..first].iter().any(|t| matches!(t.canonical.as_str(), "pregnant" | "gestation"));
    (has_week && says_before).then_some((value, at + 2))
}

/// Words of antenatal care, where `34 weeks` early in a note is a pregnancy.
fn speaks_of_pregnancy(tokens: &[Token]) -> bool {
    let is_baby = |i: usize| {
        tokens[i].folded == "baby"
            && i > 0
            && matches!(
                tokens[i - 1].folded.as_str(),
                "first" | "second" | "third" | "fourth" | "before" | "2nd" | "my"
            )
    };
    let later = tokens.iter().any(|t| {
        matches!(
            t.folded.as_str(),
            "after" | "postpartum" | "postnatal" | "old" | "born" | "breastfeeding" | "ago" | "since"
        )
    });
    let says = (0..tokens.len()).any(|i| {
        is_baby(i)
            || matches!(
                tokens[i].canonical.as_str(),
                "midwif" | "fetal" | "foetal" | "pregnant" | "fundal" | "trimester"
            )
            || tokens[i].folded == "fetal"
    });
    says && !later
}

fn sex_of(tokens: &[Token]) -> Option<Sex> {
    let mut kin = None;
    for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.is_word()) {
        let word = token.folded.as_str();
        if matches!(word, "m" | "f") && !token.is_upper {
            continue;
        }
        let sex = if FEMALE.contains(&word) {
            Sex::Female
        } else if MALE.contains(&word) {
            Sex::Male
        } else {
            continue;
        };
        if KINSHIP.contains(&word) {
            if at > 0 && tokens[at - 1].is("my") && at < 4 {
                return Some(sex);
            }
            kin = kin.or(None);
            continue;
        }
        return Some(sex);
    }
    // What only one sex has.
    let says = |words: &[&str]| tokens.iter().any(|t| words.contains(&t.canonical.as_str()));
    let has_given_birth = ["had my baby", "had a baby", "gave birth"].iter().any(|words| {
        let words: Vec<&str> = words.split(' ').collect();
        tokens.windows(words.len()).any(|run| run.iter().zip(&words).all(|(t, word)| t.is(word)))
    });
    let of_women = [
        "pregnant",
        "period",
        "vagin",
        "womb",
        "menopaus",
        "postpartum",
        "ovari",
        "vulv",
        "labia",
        "miscarriag",
        "breastfeed",
    ];
    if has_given_birth || says(&of_women) {
        return Some(Sex::Female);
    }
    if says(&["testicl", "scrotum", "penis", "prostat", "ball"]) {
        return Some(Sex::Male);
    }
    kin
}
