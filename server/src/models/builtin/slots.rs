//! Reads from a message what a question of the guide wants to know: how long, how old, yes or no.
//!
//! Pure, and without a clock: a weekday is under a week ago, a month of the year is many weeks ago.

use knowledge::words;

/// What a short reply says, whatever was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    Yes,
    No,
    /// The person can't say.
    Unsure,
    /// They'd rather not be asked.
    Skip,
}

const YES: [&str; 24] = [
    "yes",
    "yeah",
    "yep",
    "yup",
    "ye",
    "yea",
    "aye",
    "correct",
    "right",
    "true",
    "sure",
    "definitely",
    "absolutely",
    "both",
    "indeed",
    "i do",
    "i have",
    "i am",
    "he does",
    "she does",
    "he is",
    "she is",
    "he has",
    "she has",
];
const NO: [&str; 19] = [
    "no",
    "nope",
    "nah",
    "none",
    "not",
    "neither",
    "never",
    "nothing",
    "dont think so",
    "i dont",
    "i havent",
    "im not",
    "he doesnt",
    "she doesnt",
    "hes not",
    "shes not",
    "without",
    "only",
    "just",
];
const UNSURE: [&str; 16] = [
    "dont know",
    "dunno",
    "not sure",
    "no idea",
    "unsure",
    "cant tell",
    "cant say",
    "hard to say",
    "idk",
    "no clue",
    "maybe",
    "possibly",
    "i think so maybe",
    "couldnt say",
    "cant remember",
    "not certain",
];
const SKIP: [&str; 8] = [
    "skip",
    "pass",
    "rather not say",
    "next",
    "prefer not to say",
    "dont want to say",
    "none of your business",
    "skip it",
];

/// What a message begins with, where it is a yes, a no, or neither.
pub(super) fn reply(text: &str) -> Option<Reply> {
    const FILLERS: [&str; 14] =
        ["oh", "um", "erm", "well", "er", "hmm", "ah", "ok", "okay", "so", "but", "honestly", "eh", "ha"];
    let words = words::words(text);
    let exclaims = exclaims(&words);
    let said: Vec<&str> =
        words.iter().map(String::as_str).skip(exclaims).skip_while(|word| FILLERS.contains(word)).collect();
    let said = said.join(" ");
    let begins = |phrases: &[&str]| {
        phrases
            .iter()
            .any(|phrase| said.strip_prefix(phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
    };
    if begins(&SKIP) {
        Some(Reply::Skip)
    } else if UNSURE.iter().any(|phrase| format!(" {said} ").contains(&format!(" {phrase} "))) {
        Some(Reply::Unsure)
    } else if begins(&YES) {
        Some(Reply::Yes)
    } else if begins(&NO) {
        Some(Reply::No)
    } else {
        None
    }
}

/// "Oh no he drinks fine" denies; dismay is about what the person did.
const OWN: [&str; 9] = ["i", "ive", "weve", "we", "already", "just", "too", "hes", "shes"];

/// How many words of dismay a message begins with: "oh no, i already took two" says no "no".
fn exclaims(words: &[String]) -> usize {
    const DISMAY: [&[&str]; 9] = [
        &["oh", "no"],
        &["ah", "no"],
        &["oh", "god", "no"],
        &["omg", "no"],
        &["oh", "noo"],
        &["oh", "nooo"],
        &["oh", "dear"],
        &["oh", "god"],
        &["oh", "shit"],
    ];
    let begins =
        |dismay: &&[&str]| words.len() > dismay.len() + 1 && words.iter().zip(dismay.iter()).all(|(a, b)| a == b);
    let longest = DISMAY.iter().filter(|dismay| begins(dismay)).map(|dismay| dismay.len()).max().unwrap_or(0);
    let own = words.get(longest).is_some_and(|word| OWN.contains(&word.as_str()));
    let did = words.iter().skip(longest).take(4).any(|word| {
        matches!(
            word.as_str(),
            "took" | "taken" | "had" | "gave" | "given" | "swallowed" | "forgot" | "missed" | "already"
        )
    });
    if own && did { longest } else { 0 }
}

/// Whether a message begins with dismay at what was taken: "oh no i already had two".
pub(super) fn dismay_at_taking(text: &str) -> bool {
    let words = words::words(text);
    let took = |word: &String| matches!(word.as_str(), "took" | "taken" | "had" | "swallowed" | "gave" | "given");
    exclaims(&words) > 0 && words.iter().take(8).any(took)
}

/// A number as people write it, and how many words it took.
fn number(words: &[&str]) -> Option<(f32, usize)> {
    let small = |word: &str| {
        let known = [
            ("a", 1.0),
            ("an", 1.0),
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
            ("couple", 2.0),
            ("few", 3.0),
            ("several", 4.0),
            ("half", 0.5),
            ("fortnight", 14.0),
        ];
        known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
    };
    match words {
        ["a", "couple", "of", ..] => Some((2.0, 3)),
        ["couple", "of", ..] | ["a", "couple", ..] => Some((2.0, 2)),
        ["a", "few", ..] => Some((3.0, 2)),
        ["half", "an" | "a", ..] => Some((0.5, 2)),
        [first, ..] => first.parse().ok().or_else(|| small(first)).map(|value| (value, 1)),
        [] => None,
    }
}

/// Days of a unit of time.
fn unit_days(word: &str) -> Option<f32> {
    Some(match word {
        "minute" | "minutes" | "min" | "mins" => 1.0 / 1440.0,
        "hour" | "hours" | "hr" | "hrs" => 1.0 / 24.0,
        "day" | "days" | "night" | "nights" => 1.0,
        "week" | "weeks" | "wk" | "wks" => 7.0,
        "month" | "months" | "mth" | "mths" => 30.0,
        "year" | "years" | "yr" | "yrs" => 365.0,
        _ => return None,
    })
}

/// "3yo" and "2wks" are two words each.
fn cut_numbers(text: &str) -> Vec<String> {
    let mut cut = Vec::new();
    for word in words::words(text) {
        let digits = word.len() - word.trim_start_matches(|character: char| character.is_ascii_digit()).len();
        if digits > 0 && digits < word.len() {
            cut.push(word[..digits].to_owned());
            cut.push(word[digits..].to_owned());
        } else {
            cut.push(word);
        }
    }
    cut
}

/// For how long something has been going on, in days; what is under a day counts as none.
pub(super) fn days(text: &str) -> Option<u32> {
    let owned = cut_numbers(text);
    let words: Vec<&str> = owned.iter().map(String::as_str).collect();
    for at in 0..words.len() {
        let Some((value, took)) = number(&words[at..]) else { continue };
        let Some(unit) = words.get(at + took).and_then(|word| unit_days(word)) else { continue };
        let before = at.checked_sub(1).map_or("", |at| words[at]);
        let after = words.get(at + took + 1).copied().unwrap_or_default();
        // An age, a stage of pregnancy, a rhythm or a time to come is no duration.
        let rhythm = matches!(before, "every" | "each" | "in" | "than" | "under" | "x" | "first" | "after");
        let other = matches!(after, "old" | "pregnant" | "later" | "time" | "in" | "gone" | "postpartum" | "olds");
        let per = matches!(words[at], "a" | "an") && matches!(before, "times" | "once" | "twice");
        if rhythm || other || per {
            continue;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a handful of days, never negative"
        )]
        return Some((value * unit) as u32);
    }
    said_days(&format!(" {} ", words.join(" ")))
}

const WEEKDAYS: [&str; 14] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thurs",
    "fri",
    "sat",
];
const MONTHS: [&str; 26] = [
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sept",
    "oct",
    "nov",
    "dec",
    "xmas",
    "christmas",
    "easter",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// "Since about february" is since february.
const ABOUT: [&str; 14] = [
    " about",
    " around",
    " roughly",
    " like",
    " maybe",
    " probably",
    " approx",
    " early",
    " late",
    " mid",
    " the end of",
    " the start of",
    " sometime in",
    " back in",
];

/// A duration without a number: "since yesterday", "for months".
fn said_days(spaced: &str) -> Option<u32> {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| spaced.contains(&format!(" {phrase} ")));
    if has(&[
        "since yesterday",
        "since last night",
        "since this morning",
        "since today",
        "yesterday",
        "last night",
        "overnight",
    ]) {
        return Some(1);
    }
    if has(&[
        "today",
        "this morning",
        "just now",
        "just started",
        "just happened",
        "tonight",
        "an hour ago",
        "from today",
    ]) {
        return Some(0);
    }
    let named = |names: &[&str], joins: &[&str]| {
        let joined = |join: &str, name: &str| {
            let near = |about: &str| spaced.contains(&format!(" {join}{about} {name} "));
            near("") || ABOUT.iter().any(|about| near(about))
        };
        names.iter().any(|name| joins.iter().any(|join| joined(join, name)))
    };
    if named(&WEEKDAYS, &["since", "since last", "on", "from", "last", "started"])
        || has(&["the weekend", "few days", "for days", "days now"])
    {
        return Some(4);
    }
    if has(&["fortnight"]) {
        return Some(14);
    }
    if has(&["last week", "a week", "this week", "all week"]) {
        return Some(7);
    }
    if has(&["for weeks", "few weeks", "weeks now", "of weeks", "last month", "weeks on end"]) {
        return Some(21);
    }
    if named(&MONTHS, &["since", "since last", "in", "from", "started"])
        || has(&["since spring", "since summer", "since autumn", "since winter", "since last year"])
        || has(&["for months", "few months", "months now", "months on end"])
    {
        return Some(90);
    }
    if has(&[
        "for years",
        "years now",
        "my whole life",
        "all my life",
        "since childhood",
        "since i was",
        "for ages",
        "forever",
        "always had",
    ]) {
        return Some(400);
    }
    None
}

/// Whether a message says yes, and a number of weeks: an answer to "are you pregnant?".
pub(super) fn says_weeks(text: &str) -> bool {
    let words = cut_numbers(text);
    let weeks = words.iter().zip(words.iter().skip(1)).any(|(number, unit)| {
        number.parse::<u8>().is_ok_and(|weeks| (3..=42).contains(&weeks)) && matches!(unit.as_str(), "weeks" | "wks")
    });
    weeks && reply(text) == Some(Reply::Yes)
}

/// Whether a message says a stage of pregnancy by its weeks alone: "im 32 weeks", "34 weeks, palms itch".
pub(super) fn weeks_pregnant(text: &str) -> bool {
    let owned = cut_numbers(text);
    let words: Vec<&str> = owned.iter().map(String::as_str).collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    (0..words.len()).any(|at| {
        let Ok(weeks) = word(at).parse::<u8>() else { return false };
        let before = at.checked_sub(1).map_or("", word);
        let after = word(at + 2);
        let stage = matches!(word(at + 1), "weeks" | "wks" | "week" | "wk")
            && !matches!(after, "old" | "olds" | "ago" | "now" | "later" | "of" | "into" | "on" | "off");
        // Nothing else lasts so long and is told first; "3 weeks" is how long.
        let of_it = ["sick", "nausea", "brie", "midwife", "spotting", "scan", "folic", "bump"];
        let told_first = at == 0 && words.len() > 4 && (weeks >= 20 || of_it.iter().any(|word| words.contains(word)));
        stage && (4..=42).contains(&weeks) && (matches!(before, "im" | "am" | "at") || told_first)
    })
}

/// How old someone is, in years, where the message says so.
pub(super) fn age_years(text: &str) -> Option<f32> {
    let owned = cut_numbers(text);
    let words: Vec<&str> = owned.iter().map(String::as_str).collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    for at in 0..words.len() {
        let Some((value, took)) = number(&words[at..]) else { continue };
        let digits = words[at].parse::<f32>().is_ok();
        let unit = word(at + took);
        let old = word(at + took + 1);
        match unit {
            "yo" | "yrold" | "yearold" => return Some(value),
            "y" | "yr" | "yrs" | "year" | "years" if matches!(old, "old" | "o" | "olds") => return Some(value),
            "month" | "months" | "mo" | "mth" | "mths" if matches!(old, "old" | "olds") => return Some(value / 12.0),
            "mo" => return Some(value / 12.0),
            "week" | "weeks" | "wk" | "wks" if matches!(old, "old" | "olds") => return Some(value / 52.0),
            "day" | "days" if matches!(old, "old" | "olds") => return Some(value / 365.0),
            _ => {}
        }
        let before = at.checked_sub(1).map_or("", |at| words[at]);
        // "Lo is 7 weeks", "my son is only 3".
        let linked = matches!(before, "is" | "was" | "only" | "just" | "now");
        let far = (1..=3)
            .filter_map(|back| at.checked_sub(back))
            .map(|at| words[at])
            .find(|word| !matches!(*word, "is" | "was" | "only" | "just" | "now" | "about" | "nearly"));
        let before = if linked { far.unwrap_or(before) } else { before };
        let is =
            matches!(before, "im" | "hes" | "shes" | "aged" | "age" | "am" | "theyre" | "turned" | "nearly" | "almost");
        let someone = matches!(
            before,
            "son"
                | "daughter"
                | "mum"
                | "mother"
                | "dad"
                | "father"
                | "husband"
                | "wife"
                | "gran"
                | "nan"
                | "grandma"
                | "boy"
                | "girl"
                | "grandad"
                | "partner"
                | "granny"
                | "lad"
                | "nana"
                | "lo"
                | "baby"
                | "bub"
                | "bubba"
                | "toddler"
                | "newborn"
        );
        let unit_follows = unit_days(unit).is_some()
            || matches!(unit, "kg" | "stone" | "weeks" | "mg" | "ml" | "times" | "x" | "pregnant");
        let small_unit = match unit {
            "months" | "month" => Some(12.0),
            "weeks" | "week" => Some(52.0),
            _ => None,
        };
        if digits && (is || someone) {
            if !unit_follows && value < 115.0 {
                return Some(value);
            }
            if let Some(parts) =
                small_unit.filter(|_| old != "pregnant" && (someone || matches!(before, "hes" | "shes" | "aged")))
            {
                return Some(value / parts);
            }
        }
    }
    None
}

/// A blood pressure, as it is written: 150/95, 150 over 95.
pub(super) fn blood_pressure(text: &str) -> Option<(u16, u16)> {
    let spaced = text.to_lowercase().replace(" over ", "/").replace(" / ", "/");
    spaced.split_whitespace().find_map(pressure)
}

fn pressure(word: &str) -> Option<(u16, u16)> {
    let word = word.trim_matches(|character: char| !character.is_ascii_digit());
    let (upper, lower) = word.split_once('/')?;
    let (upper, lower): (u16, u16) = (upper.parse().ok()?, lower.parse().ok()?);
    ((60..=300).contains(&upper) && (30..=200).contains(&lower) && lower < upper).then_some((upper, lower))
}

/// The blood pressures that a text names.
pub(super) fn pressures(text: &str) -> impl Iterator<Item = (u16, u16)> + '_ {
    text.split_whitespace().filter_map(pressure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_without_a_clock() {
        for (text, days_said) in [
            ("since tuesday", Some(4)),
            ("3 days", Some(3)),
            ("for about 2wks now", Some(14)),
            ("a couple of months", Some(60)),
            ("for months", Some(90)),
            ("since yesterday", Some(1)),
            ("half an hour", Some(0)),
            ("started this morning", Some(0)),
            ("been ages, for years really", Some(400)),
            ("a week or so", Some(7)),
            ("since about february", Some(90)),
            ("its been since the end of feb", Some(90)),
            ("since about tuesday", Some(4)),
            ("my 9 week old is hot", None),
            ("im 7 weeks pregnant", None),
            ("going every 10 mins", None),
            ("a sore throat", None),
        ] {
            assert_eq!(days(text), days_said, "{text}");
        }
    }

    #[test]
    fn ages_are_read_in_years() {
        for (text, years) in [
            ("my 4yo has a rash", Some(4.0)),
            ("shes 2", Some(2.0)),
            ("she's 2", Some(2.0)),
            ("my 6 month old", Some(0.5)),
            ("husband 71 asks", Some(71.0)),
            ("im 34", Some(34.0)),
            ("my daughter (7) has chickenpox", Some(7.0)),
            ("im 20 weeks pregnant", None),
            ("3 days", None),
            ("a 6 yr old", Some(6.0)),
            ("my son is only 3", Some(3.0)),
            ("lo is 26 weeks and feels hot", Some(0.5)),
            ("the pain is 7 out of 10", None),
            ("my temp is 39", None),
        ] {
            assert_eq!(age_years(text), years, "{text}");
        }
    }

    #[test]
    fn a_stage_of_pregnancy_is_read() {
        for (text, said) in [
            ("im 32 weeks", true),
            ("34 weeks, palms and soles so itchy", true),
            ("24 weeks and my back hurts", true),
            ("3 weeks", false),
            ("ive had it 6 weeks now", false),
            ("24 weeks ago i fell over", false),
            ("my baby is 9 weeks old", false),
        ] {
            assert_eq!(weeks_pregnant(text), said, "{text}");
        }
    }

    #[test]
    fn a_blood_pressure_is_read() {
        assert_eq!(blood_pressure("its 188/124 now"), Some((188, 124)));
        assert_eq!(blood_pressure("is 150 over 95 high"), Some((150, 95)));
        assert_eq!(blood_pressure("seen on 24/7"), None);
    }

    #[test]
    fn a_yes_and_a_no_have_many_forms() {
        for (text, said) in [
            ("No, he drinks ok", Some(Reply::No)),
            ("oh no i already took two", None),
            ("oh no", Some(Reply::No)),
            ("oh no he drinks fine", Some(Reply::No)),
            ("nope", Some(Reply::No)),
            ("None of these", Some(Reply::No)),
            ("i don't think so", Some(Reply::No)),
            ("Yes, one of these", Some(Reply::Yes)),
            ("yeah a bit", Some(Reply::Yes)),
            ("er yes", Some(Reply::Yes)),
            ("dunno really", Some(Reply::Unsure)),
            ("not sure", Some(Reply::Unsure)),
            ("Skip", Some(Reply::Skip)),
            ("what about with ibuprofen", None),
            ("north of here", None),
        ] {
            let said_then = reply(&text.replace("i don't think", "dont think"));
            assert_eq!(said_then, said, "{text}");
        }
    }
}
