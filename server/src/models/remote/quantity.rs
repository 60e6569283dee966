//! Reads amounts in a text: numbers, ranges of them, and the unit behind.
//!
//! An answer's amounts are compared with those of the passages, so both are read by the same rules: `1 g` is `1000 mg`,
//! `7 days` are `1 week`, `two tablets` are `2 tablets`. What has no unit that is known here is a bare number.

/// What an amount is of. Amounts are compared within one unit name only.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unit {
    /// The unit that amounts are turned into: `mg`, `ml`, `min`, `tablet` …, with what it is taken per where that matters.
    pub(super) name: String,
    /// How many of `name` one of it is.
    scale: f64,
    /// A dose: an amount without a unit in a source does not speak for it.
    pub(super) dose: bool,
}

/// An amount, or the ends of a range.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    /// Thousandths of the unit's name, or of one.
    pub(super) values: Vec<i64>,
    pub(super) unit: Option<Unit>,
    /// The most digits that one of the numbers is written with; a word has none.
    pub(super) digits: usize,
    /// How many bytes it takes.
    pub(super) length: usize,
}

/// Joins the ends of a range.
const JOINERS: [&str; 6] = [" to ", " or ", "-", "–", "—", "/"];

/// What may stand between a number and its unit.
const BETWEEN: [&str; 5] = ["full ", "whole ", "more ", "extra ", "small "];

const WORDS: [(&str, f64); 25] = [
    ("half", 0.5),
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
    ("hundred", 100.0),
    ("thousand", 1000.0),
];

/// Written, counted as, how many of it, and whether it is a dose.
const UNITS: &[(&[&str], &str, f64, bool)] = &[
    (&["mg", "milligram", "milligrams", "milligramm", "milligrammes"], "mg", 1.0, true),
    (&["g", "gram", "grams", "gramme", "grammes", "gramm"], "mg", 1_000.0, true),
    (&["mcg", "µg", "μg", "ug", "microgram", "micrograms"], "mg", 0.001, true),
    (&["kg", "kilo", "kilos", "kilogram", "kilograms"], "kg", 1.0, false),
    (&["ml", "millilitre", "millilitres", "milliliter", "milliliters"], "ml", 1.0, true),
    (&["cl"], "ml", 10.0, true),
    (&["dl"], "ml", 100.0, true),
    (&["l", "litre", "litres", "liter", "liters"], "ml", 1_000.0, true),
    (&["tablet", "tablets", "tab", "tabs", "pill", "pills", "tablette", "tabletten"], "tablet", 1.0, true),
    (&["comprimé", "comprimés", "comprimido", "comprimidos"], "tablet", 1.0, true),
    (&["capsule", "capsules", "kapsel", "kapseln", "gélule", "gélules", "cápsula", "cápsulas"], "capsule", 1.0, true),
    (&["puff", "puffs"], "puff", 1.0, true),
    (&["drop", "drops", "tropfen", "goutte", "gouttes", "gota", "gotas"], "drop", 1.0, true),
    (&["spray", "sprays"], "spray", 1.0, true),
    (&["sachet", "sachets"], "sachet", 1.0, true),
    (&["suppository", "suppositories"], "suppository", 1.0, true),
    (&["teaspoon", "teaspoons", "tsp"], "teaspoon", 1.0, true),
    (&["tablespoon", "tablespoons", "tbsp"], "tablespoon", 1.0, true),
    (&["unit", "units", "iu", "ie", "ui"], "unit", 1.0, true),
    (&["dose", "doses"], "dose", 1.0, true),
    (&["patch", "patches"], "patch", 1.0, true),
    (&["mmol", "mol", "meq"], "mmol", 1.0, true),
    (&["second", "seconds", "sec", "secs"], "s", 1.0, false),
    (&["minute", "minutes", "min", "mins", "minuten"], "s", 60.0, false),
    (
        &["hour", "hours", "hr", "hrs", "h", "stunde", "stunden", "heure", "heures", "hora", "horas"],
        "s",
        3_600.0,
        false,
    ),
    (&["day", "days", "tag", "tage", "tagen", "jour", "jours", "día", "días"], "s", 86_400.0, false),
    (&["week", "weeks", "woche", "wochen", "semaine", "semaines", "semana", "semanas"], "s", 604_800.0, false),
    (&["month", "months", "monat", "monate", "mois", "mes", "meses"], "month", 1.0, false),
    (&["year", "years", "yr", "yrs", "jahr", "jahre", "jahren", "ans", "año", "años"], "month", 12.0, false),
    (&["°c", "celsius"], "c", 1.0, false),
    (&["°f", "fahrenheit"], "f", 1.0, false),
    (&["°", "degree", "degrees", "grad"], "degree", 1.0, false),
    (&["%", "percent", "prozent"], "%", 1.0, false),
    (&["mmhg"], "mmhg", 1.0, false),
    (&["bpm", "beats"], "bpm", 1.0, false),
    (&["kcal", "calories", "calorie"], "kcal", 1.0, false),
    (&["mm"], "mm", 1.0, false),
    (&["cm"], "mm", 10.0, false),
    (&["m", "metre", "metres", "meter", "meters"], "mm", 1_000.0, false),
    (&["times"], "times", 1.0, false),
];

/// Every amount of a text.
pub(super) fn all(text: &str) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut before = None;
    while let Some(character) = text[at..].chars().next() {
        if let Some(quantity) = starts(before).then(|| at_start(&text[at..])).flatten() {
            at += quantity.length;
            before = text[..at].chars().next_back();
            found.push(quantity);
        } else {
            at += character.len_utf8();
            before = Some(character);
        }
    }
    found
}

/// Whether an amount can begin behind this character: not within a name such as `B12` or `COVID-19`.
pub(super) fn starts(before: Option<char>) -> bool {
    before.is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '.' | ',' | '-' | '–' | '/' | '_' | '#'))
}

/// The amount that a text begins with.
pub(super) fn at_start(text: &str) -> Option<Quantity> {
    let (first, mut digits, mut length) = number(text)?;
    let mut values = vec![first];
    let mut unit = unit(&text[length..]);
    while unit.is_none()
        && let Some(joiner) = JOINERS.iter().find_map(|joiner| joined(&text[length..], joiner))
        && let Some((next, more, taken)) = number(&text[length + joiner..])
    {
        values.push(next);
        digits = digits.max(more);
        length += joiner + taken;
        unit = self::unit(&text[length..]);
    }
    // The groups of a telephone number.
    while unit.is_none()
        && digits > 2
        && let Some((next, more, taken)) =
            text[length..].strip_prefix(' ').filter(|next| next.len() > 2).and_then(number)
        && more > 2
    {
        values.push(next);
        length += 1 + taken;
        unit = self::unit(&text[length..]);
    }
    let (unit, taken) = unit.map_or((None, 0), |(unit, taken)| (Some(unit), taken));
    length += taken;
    // A word is an amount only with a unit, and `one` so only of a dose: "one day you will" says no number.
    let lone_one = values == [1.0] && unit.as_ref().is_none_or(|unit| !unit.dose);
    if digits == 0 && (unit.is_none() || lone_one) {
        return None;
    }
    let scale = unit.as_ref().map_or(1.0, |unit| unit.scale);
    #[expect(clippy::cast_possible_truncation, reason = "amounts of a text; what is too great becomes the greatest")]
    let values = values.into_iter().map(|value| (value * scale * 1_000.0).round() as i64).collect();
    Some(Quantity { values, unit, digits, length })
}

/// How many bytes a joiner takes, with the blanks around it.
fn joined(text: &str, joiner: &str) -> Option<usize> {
    let blanks = |text: &str| text.len() - text.trim_start_matches(is_blank).len();
    if joiner.starts_with(' ') {
        return text.starts_with(joiner).then_some(joiner.len());
    }
    let before = blanks(text);
    let after = text[before..].strip_prefix(joiner)?;
    Some(before + joiner.len() + blanks(after))
}

/// A number in digits or as a word: its value, its digits, its bytes.
fn number(text: &str) -> Option<(f64, usize, usize)> {
    if let Some(value) = text.chars().next().and_then(fraction) {
        return Some((value, 1, text.chars().next().map_or(0, char::len_utf8)));
    }
    if text.starts_with(|character: char| character.is_ascii_digit()) {
        return Some(in_digits(text));
    }
    let length = text.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(text.len());
    let word = text[..length].to_ascii_lowercase();
    let value = WORDS.iter().find(|(name, _)| *name == word)?.1;
    // "twenty-one"
    if (20.0..100.0).contains(&value)
        && let Some(rest) = text[length..].strip_prefix('-')
        && let Some((name, one)) =
            WORDS.iter().find(|(name, one)| *one < 10.0 && rest.to_ascii_lowercase().starts_with(name))
    {
        return Some((value + one.floor(), 0, length + 1 + name.len()));
    }
    // "five hundred"
    let factor = text[length..].strip_prefix(' ').and_then(|rest| {
        let end = rest.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(rest.len());
        let factor = match rest[..end].to_ascii_lowercase().as_str() {
            "hundred" => 100.0,
            "thousand" => 1_000.0,
            _ => return None,
        };
        Some((factor, end + 1))
    });
    Some(factor.map_or((value, 0, length), |(factor, taken)| (value * factor, 0, length + taken)))
}

fn fraction(character: char) -> Option<f64> {
    Some(match character {
        '½' => 0.5,
        '¼' => 0.25,
        '¾' => 0.75,
        _ => return None,
    })
}

/// `1,000` is a thousand, `1,5` and `1.5` are one and a half.
fn in_digits(text: &str) -> (f64, usize, usize) {
    let mut written = String::new();
    let mut length = 0;
    let mut decimal = false;
    loop {
        let run = text[length..].find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len() - length);
        written += &text[length..length + run];
        length += run;
        let mut after = text[length..].chars();
        let mark = after.next();
        let next = text[length..].get(1..).unwrap_or("");
        let following = next.find(|character: char| !character.is_ascii_digit()).unwrap_or(next.len());
        match mark {
            Some(',') if following == 3 && !decimal => {}
            Some('.' | ',') if following > 0 && !decimal => {
                written.push('.');
                decimal = true;
            }
            _ => break,
        }
        length += 1;
    }
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    (written.parse().unwrap_or(f64::MAX), digits, length)
}

/// The unit that a text begins with, and its bytes with the blank before it.
fn unit(text: &str) -> Option<(Unit, usize)> {
    let mut rest = text.trim_start_matches(['*', '_']);
    rest = rest.strip_prefix('-').unwrap_or_else(|| rest.strip_prefix(is_blank).unwrap_or(rest));
    rest = rest.trim_start_matches(['*', '_']);
    for word in BETWEEN {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    if let Some(after) = rest.strip_prefix("per cent") {
        return Some((Unit { name: "%".into(), scale: 1.0, dose: false }, text.len() - after.len()));
    }
    let mut length = word_length(rest);
    let written = &rest[..length];
    let mut unit = named(written)?;
    if unit.name == "degree" {
        let after = &rest[length..];
        let kind = after.strip_prefix(is_blank).unwrap_or(after);
        let end = word_length(kind);
        match kind[..end].to_lowercase().as_str() {
            "c" | "celsius" => unit.name = "c".into(),
            "f" | "fahrenheit" => unit.name = "f".into(),
            _ => return Some((unit, text.len() - rest.len() + length)),
        }
        length = rest.len() - kind.len() + end;
    } else if let Some(per) = rest[length..].strip_prefix('/') {
        let end = word_length(per);
        let per_what = per[..end].to_lowercase();
        if end > 0 {
            length += 1 + end;
            // How much a day is the amount itself; how much a kilogram, or in a litre, is another thing.
            if !matches!(per_what.as_str(), "d" | "day" | "h" | "hour" | "hr" | "dose" | "min") {
                unit.name = format!("{}/{per_what}", unit.name);
            }
        }
    }
    Some((unit, text.len() - rest.len() + length))
}

fn word_length(text: &str) -> usize {
    let part = |character: char| character.is_alphabetic() || matches!(character, '°' | '%');
    text.find(|character: char| !part(character)).unwrap_or(text.len())
}

fn named(written: &str) -> Option<Unit> {
    let temperature = match written {
        "C" => Some("c"),
        "F" => Some("f"),
        _ => None,
    };
    if let Some(name) = temperature {
        return Some(Unit { name: name.into(), scale: 1.0, dose: false });
    }
    let written = written.to_lowercase();
    let (_, name, scale, dose) = UNITS.iter().find(|(words, ..)| words.contains(&written.as_str()))?;
    Some(Unit { name: (*name).into(), scale: *scale, dose: *dose })
}

/// Whether a word is a number.
pub(super) fn is_number_word(word: &str) -> bool {
    WORDS.iter().any(|(name, _)| name.eq_ignore_ascii_case(word))
}

pub(super) fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{202f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Vec<i64>, String)> {
        let unit = |quantity: &Quantity| quantity.unit.as_ref().map_or_else(String::new, |unit| unit.name.clone());
        all(text).into_iter().map(|quantity| (quantity.values.clone(), unit(&quantity))).collect()
    }

    fn one(text: &str) -> (i64, String) {
        let found = read(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        (found[0].0[0], found[0].1.clone())
    }

    #[test]
    fn amounts_are_read_however_they_are_written() {
        for (text, thousandths, unit) in [
            ("take 500 mg now", 500_000, "mg"),
            ("take 500mg now", 500_000, "mg"),
            ("a 500-mg tablet", 500_000, "mg"),
            ("**500** mg", 500_000, "mg"),
            ("0.5 g", 500_000, "mg"),
            ("1,000 mg", 1_000_000, "mg"),
            ("five hundred milligrams", 500_000, "mg"),
            ("250 micrograms", 250, "mg"),
            ("1,5 Liter", 1_500_000, "ml"),
            ("Two tablets", 2_000, "tablet"),
            ("½ tablet", 500, "tablet"),
            ("38.5 °C", 38_500, "c"),
            ("38 degrees Celsius", 38_000, "c"),
            ("101 F", 101_000, "f"),
            ("7 days", 604_800_000, "s"),
            ("one week or so is 1 week", 604_800_000, "s"),
            ("15 mg/kg", 15_000, "mg/kg"),
            ("400 mg/day", 400_000, "mg"),
            ("5.5 mmol/l", 5_500, "mmol/l"),
            ("50 per cent", 50_000, "%"),
            ("two full weeks", 1_209_600_000, "s"),
        ] {
            assert_eq!(one(text), (thousandths, unit.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_range_has_one_unit() {
        for text in ["200-400 mg", "200 – 400 mg", "200 to 400 mg", "200 or 400 mg", "200 mg to 400 mg"] {
            let values: Vec<i64> = read(text)
                .into_iter()
                .flat_map(|(values, unit)| {
                    assert_eq!(unit, "mg", "{text}");
                    values
                })
                .collect();
            assert_eq!(values, [200_000, 400_000], "{text}");
        }
        assert_eq!(read("120/80 mmHg"), [(vec![120_000, 80_000], "mmhg".to_owned())]);
    }

    #[test]
    fn names_and_plain_words_are_no_amounts() {
        for text in ["vitamin B12", "COVID-19", "one day you will", "two of them", "omega-3", "no numbers"] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
