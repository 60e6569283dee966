//! Who the note is about: age, sex, pregnancy.

use serde::{Deserialize, Serialize};

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
    for at in 0..tokens.len() {
        if found.age_years.is_none()
            && let Some((years, upto, sex)) = age(tokens, at)
        {
            found.age_years = Some(years);
            found.sex = found.sex.or(sex);
            used[at..upto].fill(true);
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

/// An age at `at`: years, the token after it, and the sex if it stands in the same words (`45M`).
fn age(tokens: &[Token], at: usize) -> Option<(f64, usize, Option<Sex>)> {
    if let Some(found) = infant(tokens, at) {
        return Some(found);
    }
    let spelt = || tokens[at].is_word().then(|| super::durations::count(&tokens[at].folded)).flatten();
    let value = tokens[at].number().or_else(spelt)?;
    let next = tokens.get(at + 1)?;
    let word = |i: usize| tokens.get(at + i).map_or("", |t| t.folded.as_str());
    let before = |back: usize| at.checked_sub(back).map_or("", |i| tokens[i].folded.as_str());
    let is_aged =
        matches!(before(1), "aged" | "age") || (before(2) == "age" && tokens[at - 1].shape == Shape::Soft(':'));
    let letter = |i: usize| match word(i) {
        "m" | "male" | "man" | "gentleman" | "boy" => Some(Sex::Male),
        "f" | "female" | "woman" | "lady" | "girl" => Some(Sex::Female),
        _ => None,
    };
    if !next.is_word() && !is_aged {
        return subject_age(tokens, at, value);
    }
    let unit = match word(1) {
        "year" | "years" | "yr" | "yrs" | "y" | "yo" | "y/o" | "yro" => 1.0,
        "month" | "months" | "mo" | "mth" | "mths" | "mnth" => 12.0,
        "week" | "weeks" | "wk" | "wks" => 52.18,
        "day" | "days" => 365.25,
        "hour" | "hours" | "h" => 8766.0,
        "m" | "f" if next.is_upper && next.is_glued => {
            // `45M` is a man of 45; `3m` in small letters would be months or metres.
            return (value <= 120.0).then(|| (value, at + 2, letter(1)));
        }
        "male" | "female" | "man" | "woman" | "m" | "f" if (1.0..=120.0).contains(&value) && value.fract() == 0.0 => {
            return Some((value, at + 2, letter(1)));
        }
        _ if is_aged && value <= 120.0 => return Some((value, at + 1, letter(1))),
        _ => return subject_age(tokens, at, value),
    };
    let is_old = matches!(word(2), "old" | "o" | "of") && (word(2) != "of" || word(3) == "age");
    let is_short =
        matches!(word(1), "yo" | "y/o" | "yro") || (word(1) == "y" && (word(2) == "o" || letter(2).is_some()));
    let is_person = letter(2).is_some() || matches!(word(2), "baby" | "infant" | "child" | "boy" | "girl" | "toddler");
    if !(is_old || is_short || is_aged || is_person) {
        return None;
    }
    let years = value / unit;
    let upto = at + if is_old { 3 } else { 2 };
    let sex = letter(upto - at).or_else(|| letter(2));
    (years <= 130.0).then_some((years, upto.min(tokens.len()), sex))
}

/// `My mum is 80 and …`, `I'm 34, …`, `Girl, 4.`, `my little boy is 4.`
fn subject_age(tokens: &[Token], at: usize, value: f64) -> Option<(f64, usize, Option<Sex>)> {
    tokens[at].number()?;
    let before = |back: usize| at.checked_sub(back).map_or("", |i| tokens[i].folded.as_str());
    let is_said = matches!(before(1), "is" | "im" | "hes" | "shes" | "was") || (before(1) == "am" && before(2) == "i");
    let is_named = at >= 2
        && matches!(tokens[at - 1].shape, Shape::Soft(','))
        && matches!(before(2), "girl" | "boy" | "man" | "woman" | "lady" | "male" | "female" | "son" | "daughter");
    let ends = tokens.get(at + 1).is_none_or(|t| {
        matches!(t.shape, Shape::Soft(_)) || t.is("and") || t.is("with") || t.clause != tokens[at].clause
    });
    ((is_said || is_named) && ends && (1.0..=120.0).contains(&value) && value.fract() == 0.0).then_some((
        value,
        at + 1,
        None,
    ))
}

/// `5/12 boy`, `3/52 old girl`, `girl, 5 weeks`.
fn infant(tokens: &[Token], at: usize) -> Option<(f64, usize, Option<Sex>)> {
    let person = |t: &Token| match t.folded.as_str() {
        "boy" | "male" | "son" => Some(Some(Sex::Male)),
        "girl" | "female" | "daughter" => Some(Some(Sex::Female)),
        "baby" | "infant" | "old" | "child" | "toddler" => Some(None),
        _ => None,
    };
    if let Shape::Fraction(value, under) = tokens[at].shape {
        let unit = [(12.0, 12.0), (52.0, 52.18), (7.0, 365.25)].into_iter().find(|(u, _)| f64::abs(u - under) < 0.5)?.1;
        let sex = tokens[at + 1..].iter().take(4).take_while(|t| t.clause == tokens[at].clause).find_map(person)?;
        return Some((value / unit, at + 1, sex));
    }
    let value = tokens[at].number()?;
    let per_year = match tokens.get(at + 1)?.folded.as_str() {
        "weeks" | "week" | "wk" | "wks" => 52.18,
        "months" | "month" | "mths" => 12.0,
        "days" | "day" => 365.25,
        _ => return None,
    };
    let is_early = (2..14).contains(&at);
    let is_named = is_early && matches!(tokens[at - 1].shape, Shape::Soft(',')) && tokens[at - 2].is_word();
    let sex = is_named.then(|| person(&tokens[at - 2])).flatten()?;
    Some((value / per_year, at + 2, sex))
}

/// Weeks of pregnancy: `32/40`, `12 weeks pregnant`, `at 30 weeks gestation`, `G1P0 34+2`.
fn gestation(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    if let Shape::Fraction(weeks, under) = tokens[at].shape {
        return ((under - 40.0).abs() < 0.5 && weeks <= 42.0).then_some((weeks, at + 1));
    }
    let value = tokens[at].number().filter(|v| *v <= 42.0)?;
    let near = tokens[at + 1..].iter().take(6);
    let has_week = tokens.get(at + 1).is_some_and(|t| matches!(t.folded.as_str(), "week" | "weeks" | "wk" | "wks"))
        || tokens.get(at + 3).is_some_and(|t| t.canonical == "week");
    if has_week && near.clone().take(5).any(|t| matches!(t.canonical.as_str(), "pregnant" | "gestation" | "gravid")) {
        return Some((value, at + 2));
    }
    if has_week && at < 16 && (5.0..=42.0).contains(&value) && speaks_of_pregnancy(tokens) {
        return Some((value, at + 2));
    }
    // `A 31-year-old woman at 35 weeks has`: nobody else is so many weeks.
    let is_woman = tokens[..at].iter().any(|t| matches!(t.folded.as_str(), "woman" | "female" | "primigravida"));
    if has_week && (5.0..=42.0).contains(&value) && is_woman && at > 0 && tokens[at - 1].is("at") {
        return Some((value, at + 2));
    }
    let says_before =
        tokens[at.saturating_sub(4)..at].iter().any(|t| matches!(t.canonical.as_str(), "pregnant" | "gestation"));
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
    if says(&["pregnant", "period", "vagin", "womb", "menopaus", "postpartum", "ovari", "vulv"]) {
        return Some(Sex::Female);
    }
    if says(&["testicl", "scrotum", "penis", "prostat", "ball"]) {
        return Some(Sex::Male);
    }
    kin
}

/// A rough age where only a word for it stands.
fn group(tokens: &[Token]) -> Option<f64> {
    tokens.iter().take(40).find_map(|t| match t.folded.as_str() {
        "newborn" | "neonate" => Some(0.04),
        "baby" | "infant" => Some(0.5),
        "toddler" => Some(2.0),
        "schoolboy" | "schoolgirl" => Some(9.0),
        "teenager" | "teenage" => Some(15.0),
        "elderly" => Some(80.0),
        _ => None,
    })
}
