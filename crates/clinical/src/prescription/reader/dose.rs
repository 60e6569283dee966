//! The dose in what was typed: "5mg", "625 tds", "2 x 500 mg four times a day", "10 mg weekly", "1-0-1".

use super::text::fold;

/// A unit in which a dose can be compared with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Milligrams; grams and micrograms are turned into them.
    Milligram,
    /// International units.
    InternationalUnit,
    /// Puffs of an inhaler.
    Puff,
    /// Tablets or capsules.
    Tablet,
    /// Millilitres.
    Millilitre,
    /// Sprays.
    Spray,
    /// Drops.
    Drop,
}

/// What could be read of a dose.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TypedDose {
    /// One dose and its unit.
    pub single: Option<(f64, Unit)>,
    /// Tablets, capsules or puffs a time where a strength was typed as well; already multiplied into `single`.
    pub count: Option<f64>,
    /// Times in 24 hours; 1/7 is once a week.
    pub per_day: Option<f64>,
    /// Only when needed.
    pub as_needed: bool,
}

impl TypedDose {
    /// The amount on a day on which it is taken, where both the dose and how often are known: what is taken once a week
    /// is not spread over the week.
    pub fn daily(&self) -> Option<(f64, Unit)> {
        let (amount, unit) = self.single?;
        Some((amount * self.per_day?.max(1.0), unit))
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads a dose.
pub(crate) fn read(text: &str) -> TypedDose {
    let tokens = tokens(&fold(text));
    let mut dose = TypedDose { per_day: frequency(&tokens), ..TypedDose::default() };
    dose.as_needed = tokens.iter().any(|t| matches!(t.as_str(), "prn" | "needed" | "required" | "sos"));
    let mut strength = None;
    let mut count = None;
    for (at, token) in tokens.iter().enumerate() {
        let Some(number) = number(token) else { continue };
        let next = tokens.get(at + 1).map_or("", String::as_str);
        // "5 mg/kg" and "125 mg / 5 ml" are not one dose; what cannot be read is reported as not given.
        let per = tokens.get(at + 2).is_some_and(|t| t == "/")
            && tokens.get(at + 3).is_some_and(|t| t == "kg" || t == "ml" || number_is(t));
        match unit(next) {
            Some(_) if per => {}
            Some((unit @ (Unit::Tablet | Unit::Puff | Unit::Spray | Unit::Drop), _)) => count = Some((number, unit)),
            Some((unit, factor)) => strength = strength.or(Some((number * factor, unit))),
            None if matches!(next, "x" | "*") => count = count.or(Some((number, Unit::Tablet))),
            None => {}
        }
    }
    dose.single = match (strength, count) {
        // Strengths of inhalers and sprays are per puff, as those of tablets are per tablet.
        (Some((amount, unit)), Some((number, _))) => {
            dose.count = Some(number);
            Some((amount * number, unit))
        }
        (Some(strength), None) => Some(strength),
        (None, Some(count)) => Some(count),
        (None, None) => None,
    };
    dose.single = dose.single.filter(|(amount, _)| amount.is_finite() && *amount > 0.0);
    dose
}

/// Numbers, words and single marks; "500mg" becomes two tokens, "1,000" one number.
fn tokens(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut kind = 0u8;
    let chars: Vec<char> = text.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let digit_next = chars.get(at + 1).is_some_and(char::is_ascii_digit);
        let this = match c {
            '0'..='9' => 1,
            '.' if kind == 1 && digit_next => 1,
            ',' if kind == 1 && thousands(&chars[at + 1..]) => continue,
            c if c.is_alphabetic() => 2,
            '/' | '-' | '*' | '%' | '½' => 3,
            _ => 0,
        };
        if this == 0 {
            kind = 0;
        } else if this == kind && this != 3 {
            all.last_mut().expect("a token of this kind was begun").push(c);
        } else {
            all.push(c.to_string());
            kind = this;
        }
    }
    all
}

fn thousands(rest: &[char]) -> bool {
    rest.len() >= 3 && rest[..3].iter().all(char::is_ascii_digit) && !rest.get(3).is_some_and(char::is_ascii_digit)
}

fn number(token: &str) -> Option<f64> {
    match token {
        "half" | "½" => Some(0.5),
        "one" => Some(1.0),
        "two" => Some(2.0),
        "three" => Some(3.0),
        "four" => Some(4.0),
        "five" => Some(5.0),
        "six" => Some(6.0),
        _ if token.starts_with(|c: char| c.is_ascii_digit()) => token.parse().ok(),
        _ => None,
    }
}

fn number_is(token: &str) -> bool {
    number(token).is_some()
}

fn unit(token: &str) -> Option<(Unit, f64)> {
    Some(match token {
        "mg" | "mgs" | "milligram" | "milligrams" => (Unit::Milligram, 1.0),
        "g" | "gm" | "gram" | "grams" => (Unit::Milligram, 1000.0),
        "mcg" | "ug" | "microgram" | "micrograms" | "mcgs" => (Unit::Milligram, 0.001),
        "unit" | "units" | "iu" | "u" => (Unit::InternationalUnit, 1.0),
        "puff" | "puffs" | "inhalation" | "inhalations" => (Unit::Puff, 1.0),
        "tab" | "tabs" | "tablet" | "tablets" | "cap" | "caps" | "capsule" | "capsules" => (Unit::Tablet, 1.0),
        "ml" | "mls" | "millilitre" | "millilitres" => (Unit::Millilitre, 1.0),
        "spray" | "sprays" => (Unit::Spray, 1.0),
        "drop" | "drops" => (Unit::Drop, 1.0),
        _ => return None,
    })
}

/// Times a day from Latin abbreviations, words, hours between doses or "1-0-1".
fn frequency(tokens: &[String]) -> Option<f64> {
    let has = |word: &str| tokens.iter().any(|token| token == word);
    let pair = |a: &str, b: &str| tokens.windows(2).any(|w| w[0] == a && w[1] == b);
    let weekly = has("weekly") || has("week") || has("wkly");
    if weekly {
        let times = if has("twice") || has("two") {
            2.0
        } else if has("three") || has("thrice") {
            3.0
        } else {
            1.0
        };
        return Some(times / 7.0);
    }
    if pair("alternate", "days") || pair("other", "day") || has("eod") || has("qod") {
        return Some(0.5);
    }
    if has("monthly") {
        return Some(1.0 / 30.0);
    }
    if let Some(hours) = hours_between(tokens) {
        return Some(24.0 / hours);
    }
    let counted = tokens.windows(2).find(|w| w[1] == "times").and_then(|w| number(&w[0]));
    if let Some(times) = counted.filter(|times| (1.0..=24.0).contains(times)) {
        return Some(times);
    }
    if has("qds") || has("qid") || has("qqh") {
        return Some(4.0);
    }
    if has("tds") || has("tid") || has("thrice") {
        return Some(3.0);
    }
    if has("bd") || has("bid") || has("twice") || has("bds") {
        return Some(2.0);
    }
    if let Some(times) = dashed(tokens) {
        return Some(times);
    }
    let once =
        ["od", "daily", "once", "qd", "nocte", "mane", "night", "morning", "bedtime", "hs", "on", "om", "evening"];
    once.iter().any(|word| has(word)).then_some(1.0)
}

/// "every 6 hours", "q8h", "6 hourly", "every 4-6 hours" (the shorter, which is the larger amount).
fn hours_between(tokens: &[String]) -> Option<f64> {
    let at =
        tokens.iter().position(|t| matches!(t.as_str(), "hourly" | "hours" | "hrs" | "h" | "hrly" | "hour" | "hr"))?;
    let before = &tokens[..at];
    let started = before.iter().rposition(|t| matches!(t.as_str(), "every" | "q" | "each"));
    let hourly = matches!(tokens[at].as_str(), "hourly" | "hrly");
    let from = started.map_or_else(|| hourly.then(|| at.saturating_sub(3)), |s| Some(s + 1))?;
    let hours: Vec<f64> = match before[from..]
        .iter()
        .rev()
        .map_while(|t| if t == "-" { Some(None) } else { number(t).map(Some) })
        .flatten()
        .collect::<Vec<_>>()
    {
        found if found.is_empty() => return None,
        found => found,
    };
    hours.into_iter().filter(|h| *h >= 1.0 && *h <= 72.0).reduce(f64::min)
}

fn dashed(tokens: &[String]) -> Option<f64> {
    let times: f64 = tokens
        .windows(5)
        .find(|w| w[1] == "-" && w[3] == "-" && [&w[0], &w[2], &w[4]].iter().all(|t| matches!(t.as_str(), "0" | "1")))
        .map(|w| [&w[0], &w[2], &w[4]].iter().filter_map(|t| number(t)).sum())?;
    (times > 0.0).then_some(times)
}

#[cfg(test)]
mod tests {
    use super::{Unit, read};

    #[test]
    fn doses_are_read_as_people_write_them() {
        for (text, single, per_day) in [
            ("warfarin 5mg", Some((5.0, Unit::Milligram)), None),
            ("paracetamol 1g qds", Some((1000.0, Unit::Milligram)), Some(4.0)),
            ("levothyroxine 125 micrograms od", Some((0.125, Unit::Milligram)), Some(1.0)),
            ("digoxin 62.5mcg daily", Some((0.0625, Unit::Milligram)), Some(1.0)),
            ("ibuprofen 400 mg every 6 hours", Some((400.0, Unit::Milligram)), Some(4.0)),
            ("amoxicillin 500mg q8h", Some((500.0, Unit::Milligram)), Some(3.0)),
            ("morphine 10 mg every 4-6 hours prn", Some((10.0, Unit::Milligram)), Some(6.0)),
            ("methotrexate 10 mg once a week", Some((10.0, Unit::Milligram)), Some(1.0 / 7.0)),
            ("paracetamol 2 x 500mg four times a day", Some((1000.0, Unit::Milligram)), Some(4.0)),
            ("paracetamol 500mg 2 tablets qds", Some((1000.0, Unit::Milligram)), Some(4.0)),
            ("metformin 1,000 mg 1-0-1", Some((1000.0, Unit::Milligram)), Some(2.0)),
            ("insulin glargine 20 units nocte", Some((20.0, Unit::InternationalUnit)), Some(1.0)),
            ("gentamicin 5 mg/kg od", None, Some(1.0)),
            ("co-amoxiclav 625 tds", None, Some(3.0)),
            ("warfarin", None, None),
        ] {
            let dose = read(text);
            match (dose.single, single) {
                (Some((a, u)), Some((b, v))) => assert!((a - b).abs() < 1e-9 && u == v, "{text}: {dose:?}"),
                (a, b) => assert_eq!(a, b, "{text}"),
            }
            match (dose.per_day, per_day) {
                (Some(a), Some(b)) => assert!((a - b).abs() < 1e-9, "{text}: {dose:?}"),
                (a, b) => assert_eq!(a, b, "{text}"),
            }
        }
    }
}
