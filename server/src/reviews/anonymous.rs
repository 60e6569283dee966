//! Takes out of a text what names a person, as far as patterns find it, and puts a word in brackets in its place.
//!
//! Taken out: the person's own name and mail address wherever they stand; mail addresses; telephone and other long numbers;
//! whole dates, and a year of birth; street addresses and postcodes; names behind a title, behind "my name is", and behind
//! a relation ("my husband Jon"). What it can't know stays: other people's names in any other place, employers, schools,
//! villages, a rare illness or story that gives somebody away. It rather takes out too much than too little.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Pattern and what stands in its place, in the order in which they are tried.
static PATTERNS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let pattern = |text: &str, instead| (Regex::new(text).expect("the patterns are tested"), instead);
    let month = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?";
    let street = r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|way|court|ct|square|sq|place|pl|terrace|gardens|crescent|boulevard|blvd|row|grove|hill|mews|parade)";
    let german = r"\p{L}*(?:stra(?:ß|ss)e|str\.|weg|platz|gasse|allee)";
    vec![
        pattern(r"(?i)[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+", "[email]"),
        // Dates before numbers: 01.02.1980 is no telephone number.
        pattern(r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b", "[date]"),
        pattern(r"\b\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})\b", "[date]"),
        pattern(&format!(r"(?i)\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{month},?\s+\d{{4}}\b"), "[date]"),
        pattern(&format!(r"(?i)\b{month}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b"), "[date]"),
        pattern(r"(?i)\b(born(?:\s+(?:in|on))?|birth(?:day|date|[ -]year)?:?|dob:?)\s+(?:19|20)\d{2}\b", "$1 [date]"),
        // In capitals any of those words ends an address; in small letters only such as are little else.
        pattern(
            &format!(
                r"\b\d{{1,5}}[a-zA-Z]?,?\s+(?:\p{{Lu}}[\p{{L}}'’.-]*\s+){{1,3}}?(?i:{street})\b\.?(?i:,?\s+(?:apt|flat|unit)\s+\w+)?"
            ),
            "[address]",
        ),
        pattern(r"(?i)\b\d{1,5}[a-z]?\s+(?:[\p{L}'’-]+\s+){1,2}?(?:street|road|avenue|lane)\b", "[address]"),
        pattern(&format!(r"(?i)\b(?:\p{{L}}+[ -])?{german}\s+\d{{1,4}}\s?[a-z]?\b"), "[address]"),
        pattern(
            r"(?i)\b\d{1,4},?\s+(?:rue|avenue|boulevard|place|via|calle|plaza)\s+(?:[\p{L}'’-]+\s?){1,4}",
            "[address] ",
        ),
        // British and Canadian postcodes; American ones behind a state, German ones before a town.
        pattern(r"(?i)\b[a-z]{1,2}\d[a-z\d]?\s+\d[a-z]{2}\b", "[postcode]"),
        pattern(r"(?i)\b[a-z]\d[a-z]\s?\d[a-z]\d\b", "[postcode]"),
        pattern(r"\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b", "[postcode]"),
        pattern(r"\b\d{5}\s+\p{Lu}\p{Ll}{2,}", "[postcode]"),
        // Seven digits or more with what people put between them.
        pattern(r"\+?\(?\d(?:[\s().-]{0,2}\d){6,}", "[number]"),
        // A full stop stands behind an abbreviation only: "not a doctor. Hard to wake".
        pattern(
            r"\b((?i:mr|mrs|ms|mx|dr|prof)\.?|(?i:miss|doctor|professor|nurse|herr|frau))\s+\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+)?",
            "$1 [name]",
        ),
        pattern(
            r"(?i:\b(my\s+name(?:\s+is|['’]s)|i\s*(?:am|['’]m)\s+called|mein\s+name\s+ist|ich\s+hei(?:ß|ss)e|je\s+m['’]appelle|me\s+llamo))\s+\p{L}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+){0,2}",
            "$1 [name]",
        ),
        pattern(r"\b((?i:call\s+me))\s+\p{Lu}[\p{L}'’-]+", "$1 [name]"),
        pattern(
            r"\b((?i:(?:my|our|his|her|their)\s+(?:\p{L}+\s+)?(?:husband|wife|partner|boyfriend|girlfriend|fianc[ée]e?|son|daughter|child|baby|mum|mom|mother|dad|father|brother|sister|uncle|aunt|cousin|nephew|niece|friend|neighbour|neighbor|boss|colleague|gp|consultant|therapist)(?:,?\s+(?:called|named))?),?)\s+\p{Lu}[\p{Ll}'’-]+(?:\s+\p{Lu}[\p{Ll}'’-]+)?",
            "$1 [name]",
        ),
    ]
});

/// Names that are common words, too: in small letters they stay, or every "will" would tell that somebody is called so.
const WORDS: &[&str] = &[
    "april", "art", "august", "baker", "ball", "bell", "best", "bill", "bird", "black", "brown", "bush", "butler",
    "chase", "cook", "dawn", "day", "dean", "drew", "faith", "fisher", "fox", "frank", "gene", "grace", "grant",
    "gray", "green", "guy", "hall", "hill", "hope", "jack", "jean", "joy", "june", "king", "lake", "little", "long",
    "love", "mark", "may", "miles", "moon", "north", "page", "pat", "pope", "power", "price", "ray", "reed", "rice",
    "rich", "rob", "rose", "sandy", "sharp", "short", "skip", "small", "stone", "strong", "sue", "sunny", "ward",
    "west", "white", "will", "winter", "wolf", "wood", "young",
];

/// For the texts of one person.
#[derive(Debug)]
pub struct Anonymous {
    names: Option<Regex>,
}

impl Anonymous {
    /// `names` are the person's own: given and family name, mail address.
    pub fn of(names: &[String]) -> Self {
        let parts = names.iter().flat_map(|name| name.split(|c: char| !c.is_alphabetic() && !"'’-".contains(c)));
        let mut parts: Vec<&str> = parts.filter(|part| part.chars().count() > 1).collect();
        // The longest first: of "Ann" and "Ann-Marie" the whole one.
        parts.sort_unstable_by_key(|part| std::cmp::Reverse(part.len()));
        parts.dedup();
        let any = parts.iter().map(|part| regex::escape(part)).collect::<Vec<_>>().join("|");
        let names = (!any.is_empty()).then(|| Regex::new(&format!(r"(?i)\b(?:{any})(?:['’]s)?\b")));
        Self { names: names.and_then(Result::ok) }
    }

    /// The text without what names somebody.
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (pattern, instead) in PATTERNS.iter() {
            if pattern.is_match(&text) {
                text = pattern.replace_all(&text, *instead).into_owned();
            }
        }
        let Some(names) = &self.names else { return text };
        let instead = |found: &Captures<'_>| {
            let found = &found[0];
            if WORDS.contains(&found) { found.to_owned() } else { "[name]".to_owned() }
        };
        names.replace_all(&text, instead).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Anonymous {
        Anonymous::of(&["Ada".to_owned(), "Will".to_owned(), "ada.will@example.org".to_owned()])
    }

    #[test]
    fn what_names_a_person_is_taken_out() {
        for (said, left) in [
            ("I am Ada Will, write to ada.w+x@mail.example.org", "I am [name] [name], write to [email]"),
            ("ADA's test; I will go", "[name] test; I will go"),
            ("Call +44 20 7946 0958 or (030) 123-45678", "Call [number] or [number]"),
            ("NHS 943 476 5919, call 116 123", "NHS [number], call 116 123"),
            ("born 3rd of March 1980, seen 2026-11-01 and 01.02.26", "born [date], seen [date] and [date]"),
            ("Born in 1957. March 3, 2020 was bad", "Born in [date]. [date] was bad"),
            ("I live at 12b Old Mill Road, London SW1A 1AA", "I live at [address], London [postcode]"),
            ("22 acacia avenue", "[address]"),
            ("Hauptstraße 5, 10115 Berlin", "[address], [postcode]"),
            ("Albany NY 12207", "Albany [postcode]"),
            ("Dr. House and Mrs Peel said so", "Dr. [name] and Mrs [name] said so"),
            (
                "my name is jon smith and my husband Jon Snow snores",
                "my name is [name] smith and my husband [name] snores",
            ),
            ("Please call me Kim, or my little brother Tom", "Please call me [name], or my little brother [name]"),
            ("My daughter, called Mia, is hot", "My daughter, called [name], is hot"),
        ] {
            assert_eq!(ada().text(said), left);
        }
    }

    #[test]
    fn figures_of_health_stay() {
        for said in [
            "Blood pressure 152/94, pulse 88, temperature 38.5, since 3 days",
            "I take 500 mg twice a day, 2.5 ml at night, and 1,000 units",
            "PHQ-9 of 14, HbA1c 44, eGFR 59, 6.2 mmol/l",
            "I am 45 and my husband is 50; my mother has asthma",
            "It began in May and I may get worse. Since 2019.",
            "Take 1 or 2 tablets on the way to the clinic",
            "I'm the built-in guide, not a doctor. Hard to wake your child? Call me on a day, nurse. It is my son. He is 4.",
        ] {
            assert_eq!(ada().text(said), said);
        }
    }

    #[test]
    fn without_names_the_patterns_still_hold() {
        let nobody = Anonymous::of(&[String::new(), "x".to_owned()]);
        assert_eq!(nobody.text("I will write to a@b.example"), "I will write to [email]");
    }
}
