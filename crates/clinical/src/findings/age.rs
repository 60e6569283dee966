//! How old the person of a note is.

use super::patient::Sex;
use super::tokens::{Shape, Token};

/// An age at `at`: years, the token after it, and the sex if it stands in the same words (`45M`).
pub(super) fn age(tokens: &[Token], at: usize) -> Option<(f64, usize, Option<Sex>)> {
    if let Some(found) = infant(tokens, at) {
        return Some(found);
    }
    if let Some((years, upto)) = decade(tokens, at) {
        return Some((years, upto, None));
    }
    let first = at;
    let (value, at) = tokens[at].number().map(|value| (value, at)).or_else(|| spelt(tokens, at))?;
    let Some(next) = tokens.get(at + 1) else { return subject_age(tokens, at, value) };
    let word = |i: usize| tokens.get(at + i).map_or("", |t| t.folded.as_str());
    let before = |back: usize| first.checked_sub(back).map_or("", |i| tokens[i].folded.as_str());
    let is_aged =
        matches!(before(1), "aged" | "age") || (before(2) == "age" && tokens[first - 1].shape == Shape::Soft(':'));
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

/// A number in words at `at` and its last token: `twenty-eight` is two. The units of such a number are none by themselves,
/// and `a` and `few` none that an age is told in.
pub(super) fn spelt(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let teens = ["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
    let token = &tokens[at];
    if let Some((teen, _)) = (11u8..).zip(teens).find(|(_, word)| token.is(word)) {
        return Some((f64::from(teen), at));
    }
    let unit = |t: &Token| {
        let is_vague = matches!(t.folded.as_str(), "a" | "an" | "half" | "couple" | "few" | "several");
        let count = (t.is_word() && !is_vague).then(|| super::durations::count(&t.folded)).flatten();
        count.filter(|count| *count < 10.0)
    };
    if let Some(tens) = tens(token) {
        let next = tokens.get(at + 1).filter(|t| t.clause == token.clause).and_then(unit);
        return Some(next.map_or((tens, at), |units| (tens + units, at + 1)));
    }
    let ends_another = at > 0 && tens(&tokens[at - 1]).is_some() && tokens[at - 1].clause == token.clause;
    let ten = token.is("ten").then_some(10.0);
    unit(token).or(ten).filter(|_| !ends_another).map(|units| (units, at))
}

fn tens(token: &Token) -> Option<f64> {
    let words = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    (2u8..).zip(words).find(|(_, word)| token.is(word)).map(|(tens, _)| f64::from(tens) * 10.0)
}

/// `in her late 20s`, `in my fifties`: the middle of what is meant.
fn decade(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let names = ["twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"];
    let by_name = (2u8..).zip(names).find(|(_, name)| tokens[at].is(name)).map(|(tens, _)| (f64::from(tens) * 10.0, 1));
    let by_figure = || {
        let value = tokens[at].number().filter(|v| (20.0..=90.0).contains(v) && v % 10.0 == 0.0)?;
        tokens.get(at + 1).filter(|t| t.is("s") && t.is_glued).map(|_| (value, 2))
    };
    let (from, len) = by_name.or_else(by_figure)?;
    let before = |back: usize| at.checked_sub(back).map_or("", |i| tokens[i].folded.as_str());
    let (part, back) = match before(1) {
        "early" => (2.0, 2),
        "mid" => (5.0, 2),
        "late" => (8.0, 2),
        _ => (5.0, 1),
    };
    let is_of_someone = matches!(before(back), "my" | "his" | "her" | "their");
    is_of_someone.then_some((from + part, at + len))
}

/// Words for the person that a story is about.
const PEOPLE: [&str; 38] = [
    "girl",
    "boy",
    "man",
    "woman",
    "lady",
    "male",
    "female",
    "son",
    "daughter",
    "mum",
    "mom",
    "mother",
    "dad",
    "father",
    "husband",
    "wife",
    "partner",
    "friend",
    "brother",
    "sister",
    "boyfriend",
    "girlfriend",
    "grandma",
    "grandmother",
    "gran",
    "nan",
    "grandad",
    "grandfather",
    "granddad",
    "grandpa",
    "neighbor",
    "flatmate",
    "colleague",
    "aunt",
    "uncle",
    "cousin",
    "baby",
    "toddler",
];

/// Whose age it is that is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Of the one who writes: `I'm 34`.
    Own,
    /// Of a relative of theirs: `my mum is 80`.
    Kin,
    /// Not said: `45M`, `a girl of four`.
    Unsaid,
}

/// Whose age it is that stands at `at`, from the words of its clause before it.
pub(super) fn whose(tokens: &[Token], at: usize) -> Whose {
    let clause = tokens[at].clause;
    let from = at - tokens[..at].iter().rev().take_while(|t| t.clause == clause).count();
    for i in (from.max(at.saturating_sub(5))..at).rev() {
        let word = tokens[i].folded.as_str();
        if matches!(word, "i" | "im" | "ive") {
            return Whose::Own;
        }
        let is_kin = PEOPLE[7..].contains(&word) || word.strip_suffix('s').is_some_and(|w| PEOPLE[7..].contains(&w));
        if is_kin && i > from && matches!(tokens[i - 1].folded.as_str(), "my" | "our" | "his" | "her") {
            return Whose::Kin;
        }
    }
    Whose::Unsaid
}

/// Whether a relative whose age stands at `at` is not who the note is about: they died, or the writer tells of what they
/// have themselves.
pub(super) fn is_only_mentioned(tokens: &[Token], at: usize) -> bool {
    let clause = tokens[at].clause;
    let in_clause = tokens.iter().filter(|t| t.clause == clause);
    if in_clause.clone().any(|t| matches!(t.folded.as_str(), "died" | "dead" | "deceased")) {
        return true;
    }
    let word = |i: usize| tokens.get(i).map_or("", |t| t.folded.as_str());
    // `I have a four-year-old`, `I have a son`.
    let has_child = |i: usize| {
        word(i) == "a" && (PEOPLE.contains(&word(i + 1)) || tokens.get(i + 1).is_some_and(|t| t.number().is_some()))
    };
    let suffers = |i: usize| !HAS_DONE.contains(&word(i)) && !has_child(i);
    (0..tokens.len()).any(|i| match word(i) {
        "i" => match word(i + 1) {
            "have" | "had" | "get" | "got" | "keep" => suffers(i + 2),
            "feel" => !matches!(word(i + 2), "like" | "that" | "he" | "she" | "worried"),
            _ => false,
        },
        "ive" => matches!(word(i + 1), "had" | "got") && suffers(i + 2),
        // `I am 51 and have a cough`.
        "and" => {
            let clause = tokens[i].clause;
            let is_own = tokens[..i]
                .iter()
                .rev()
                .take_while(|t| t.clause == clause)
                .any(|t| matches!(t.folded.as_str(), "i" | "im"));
            is_own && matches!(word(i + 1), "have" | "get" | "feel") && suffers(i + 2)
        }
        _ => false,
    })
}

/// After `I have` these tell of what the writer did or saw, not of what they suffer from.
const HAS_DONE: [&str; 21] = [
    "been", "noticed", "given", "tried", "called", "seen", "found", "brought", "taken", "to", "him", "her", "my", "no",
    "not", "never", "checked", "rung", "just", "read", "asking",
];

/// `My mum is 80 and …`, `I'm 34, …`, `Girl, 4.`, `my husband (59)`, `our son just turned 4`.
fn subject_age(tokens: &[Token], at: usize, value: f64) -> Option<(f64, usize, Option<Sex>)> {
    tokens[at].number()?;
    let before = |back: usize| at.checked_sub(back).map_or("", |i| tokens[i].folded.as_str());
    // `My mum's 77`.
    let owner = before(1).strip_suffix('s').unwrap_or_default();
    let is_said = matches!(before(1), "is" | "im" | "hes" | "shes" | "was" | "turned")
        || (before(1) == "am" && before(2) == "i")
        || (matches!(before(1), "nearly" | "almost" | "now") && matches!(before(2), "is" | "im" | "hes" | "shes"))
        || (PEOPLE.contains(&owner) && before(2) == "my");
    let is_named = at >= 2 && matches!(tokens[at - 1].shape, Shape::Soft(',' | '(')) && PEOPLE.contains(&before(2));
    let ends = tokens.get(at + 1).is_none_or(|t| {
        matches!(t.shape, Shape::Soft(_))
            || matches!(t.folded.as_str(), "and" | "with" | "last" | "this" | "today" | "yesterday")
            || t.clause != tokens[at].clause
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

/// A rough age where only a word for it stands. Somebody's baby, born or to be born, is not who the note is about.
pub(super) fn group(tokens: &[Token]) -> Option<f64> {
    tokens.iter().enumerate().take(40).filter(|(at, _)| !is_of_the_mother(tokens, *at)).find_map(|(_, t)| {
        match t.folded.as_str() {
            "newborn" | "neonate" => Some(0.04),
            "baby" | "infant" => Some(0.5),
            "toddler" => Some(2.0),
            "schoolboy" | "schoolgirl" => Some(9.0),
            "teenager" | "teenage" => Some(15.0),
            "elderly" => Some(80.0),
            _ => None,
        }
    })
}

/// `I had my first baby`, `breastfeeding the baby`, `since my baby was born`; not `since yesterday my baby`.
fn is_of_the_mother(tokens: &[Token], at: usize) -> bool {
    let word = |i: Option<usize>| i.and_then(|i| tokens.get(i)).map_or("", |t| t.folded.as_str());
    let is_ordinal = matches!(word(at.checked_sub(1)), "first" | "second" | "third" | "fourth" | "new" | "healthy");
    let whose = at.checked_sub(if is_ordinal { 2 } else { 1 });
    let owner = word(whose);
    if matches!(owner, "having" | "expecting" | "delivered" | "breastfeeding" | "nursing") {
        return true;
    }
    if !matches!(owner, "my" | "a" | "the" | "our" | "her") {
        return false;
    }
    let is_born = (1..=2).any(|i| matches!(word(Some(at + i)), "born" | "came" | "come" | "arrived" | "birth"));
    match word(whose.and_then(|i| i.checked_sub(1))) {
        "had" | "having" | "expecting" | "delivered" | "nursing" | "breastfeeding" | "harming" | "hurting" => true,
        "before" | "after" | "since" => is_born,
        _ => false,
    }
}
