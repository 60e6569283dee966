//! How long it has lasted.

use serde::Serialize;

use super::tokens::{Shape, Token};

/// A duration told in the text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Duration {
    /// Length in days.
    pub days: f64,
    /// First byte of the words.
    pub start: usize,
    /// One past their last byte.
    pub end: usize,
    #[serde(skip)]
    pub(super) token: usize,
}

/// Days of a unit as it is written, `None` for other words.
pub(super) fn unit_days(word: &str) -> Option<f64> {
    Some(match word {
        "minute" | "minutes" | "min" | "mins" => 1.0 / 1440.0,
        "hour" | "hours" | "hr" | "hrs" | "h" => 1.0 / 24.0,
        "day" | "days" | "d" | "night" | "nights" => 1.0,
        "week" | "weeks" | "wk" | "wks" => 7.0,
        "fortnight" => 14.0,
        "month" | "months" | "mth" | "mths" => 30.4,
        "year" | "years" | "yr" | "yrs" => 365.25,
        _ => return None,
    })
}

pub(super) fn count(word: &str) -> Option<f64> {
    Some(match word {
        "a" | "an" | "one" => 1.0,
        "two" | "couple" => 2.0,
        "three" | "few" => 3.0,
        "four" => 4.0,
        "five" | "several" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "twelve" => 12.0,
        "half" => 0.5,
        _ => return None,
    })
}

/// Every duration, in the order of the text. Tokens in `used` (an age, a gestation) are none.
pub(super) fn durations(tokens: &[Token], used: &mut [bool]) -> Vec<Duration> {
    let mut out = Vec::new();
    for at in 0..tokens.len() {
        if used[at] {
            continue;
        }
        if let Some((days, upto)) = duration(tokens, at).filter(|(_, upto)| !used[at..*upto].contains(&true)) {
            used[at..upto].fill(true);
            out.push(Duration { days, start: tokens[at].start, end: tokens[upto - 1].end, token: at });
        }
    }
    out
}

fn duration(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let token = &tokens[at];
    let word = |i: usize| tokens.get(at + i).filter(|t| t.clause == token.clause).map_or("", |t| t.folded.as_str());
    // `3/7`, `2/52`, `6/12` as clinicians write days, weeks, months.
    if let Shape::Fraction(value, under) = token.shape {
        let unit = [(7.0, 1.0), (52.0, 7.0), (12.0, 30.4), (24.0, 1.0 / 24.0)]
            .into_iter()
            .find(|(u, _)| f64::abs(u - under) < 0.5)?
            .1;
        return Some((value * unit, at + 1));
    }
    let value = token.number().or_else(|| token.is_word().then(|| count(&token.folded)).flatten());
    if let Some(value) = value {
        // `twice a day` is a rate, `for a day` a duration.
        if matches!(token.folded.as_str(), "a" | "an") {
            let before = at.checked_sub(1).map_or("", |i| tokens[i].folded.as_str());
            let leads = matches!(
                before,
                "for"
                    | "past"
                    | "last"
                    | "over"
                    | "about"
                    | "since"
                    | "nearly"
                    | "almost"
                    | "within"
                    | "around"
                    | "than"
                    | ""
            );
            let follows =
                matches!(word(2), "ago" | "of" | "now" | "history" | "since") || matches!(word(1), "few" | "couple");
            if !leads && !follows {
                return None;
            }
        }
        // `3 days`, `3-4 days`, `a few days`, `two to three weeks`
        let skip = if word(1) == "of" {
            1
        } else if word(1) == "few" || word(1) == "couple" {
            1 + usize::from(word(2) == "of")
        } else {
            0
        };
        let value = if word(1) == "few" {
            3.0
        } else if word(1) == "couple" {
            2.0
        } else {
            value
        };
        if let Some(unit) = unit_days(word(1 + skip)).filter(|_| word(1) != "d" || tokens[at + 1].is_glued) {
            return Some((value * unit, at + 2 + skip));
        }
        let second = tokens.get(at + 1 + usize::from(word(1) == "to" || word(1) == "or")).and_then(Token::number);
        if let Some(second) = second {
            let offset = 2 + usize::from(word(1) == "to" || word(1) == "or");
            if let Some(unit) = unit_days(word(offset)) {
                return Some((value.midpoint(second) * unit, at + offset + 1));
            }
        }
        return None;
    }
    match token.folded.as_str() {
        "today" | "tonight" | "overnight" => Some((0.5, at + 1)),
        "yesterday" => Some((1.0, at + 1)),
        "since" => since(word(1)).or_else(|| since(word(2))).map(|days| (days, at + 2)),
        "this" if matches!(word(1), "morning" | "afternoon" | "evening") => Some((0.4, at + 2)),
        "last" if word(1) == "night" => Some((0.7, at + 2)),
        "last" if word(1) == "week" => Some((7.0, at + 2)),
        "weeks" if before_is_for(tokens, at) => Some((28.0, at + 1)),
        "months" if before_is_for(tokens, at) => Some((120.0, at + 1)),
        "years" if before_is_for(tokens, at) => Some((1000.0, at + 1)),
        "days" if before_is_for(tokens, at) => Some((4.0, at + 1)),
        _ => None,
    }
}

fn before_is_for(tokens: &[Token], at: usize) -> bool {
    at > 0 && matches!(tokens[at - 1].folded.as_str(), "for" | "many" | "over")
}

fn since(word: &str) -> Option<f64> {
    Some(match word {
        "yesterday" => 1.0,
        "today" | "morning" => 0.4,
        "night" => 0.7,
        // A weekday is within the last week.
        "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday" | "weekend" => 3.5,
        _ => return None,
    })
}
