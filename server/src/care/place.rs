//! Where somebody is, for the help lines of their country: from their profile, else as they tapped or wrote it in this
//! conversation, else by the locale of their browser. Where none of it is known, an answer to danger ends with countries to
//! tap; it never waits for that.

use protocol::{Element, Role};

use crate::models::{CHOICE, Past};

/// What the id of every country to tap begins with, behind [`CHOICE`].
const COUNTRY: &str = "country_";
/// Behind the others: none of them. Not "skip", which would answer the question of the answer itself.
const OTHER: (&str, &str) = ("other", "Another country");

/// What stands under an answer to danger where the country is not known.
pub(crate) const ASKED: &str = "To see the lines of your country, tap it below, or write its name. The emergency number comes first, wherever you are.";

/// The countries to tap: where most of those who write English live. Any other is written.
const TO_TAP: [&str; 8] = ["US", "GB", "CA", "AU", "IN", "IE", "NZ", "ZA"];

/// The countries whose lines are known, by their ISO 3166-1 codes; further names behind the first.
const NAMES: [(&str, &[&str]); 70] = [
    ("US", &["United States", "USA", "US", "America", "United States of America", "the States"]),
    ("CA", &["Canada"]),
    ("GB", &["United Kingdom", "UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"]),
    ("IE", &["Ireland"]),
    ("AU", &["Australia"]),
    ("NZ", &["New Zealand"]),
    ("IN", &["India"]),
    ("DE", &["Germany", "Deutschland"]),
    ("AT", &["Austria", "Österreich"]),
    ("CH", &["Switzerland", "Schweiz", "Suisse"]),
    ("FR", &["France"]),
    ("ES", &["Spain", "España"]),
    ("NL", &["Netherlands", "Holland"]),
    ("BE", &["Belgium"]),
    ("SE", &["Sweden"]),
    ("NO", &["Norway"]),
    ("BR", &["Brazil", "Brasil"]),
    ("MX", &["Mexico", "México"]),
    ("JP", &["Japan"]),
    ("DK", &["Denmark"]),
    ("IT", &["Italy", "Italia"]),
    ("PT", &["Portugal"]),
    ("FI", &["Finland"]),
    ("IS", &["Iceland"]),
    ("PL", &["Poland"]),
    ("CZ", &["Czechia", "Czech Republic"]),
    ("SK", &["Slovakia"]),
    ("HU", &["Hungary"]),
    ("GR", &["Greece"]),
    ("LT", &["Lithuania"]),
    ("LV", &["Latvia"]),
    ("SI", &["Slovenia"]),
    ("EE", &["Estonia"]),
    ("RO", &["Romania"]),
    ("BG", &["Bulgaria"]),
    ("HR", &["Croatia"]),
    ("LU", &["Luxembourg"]),
    ("CY", &["Cyprus"]),
    ("MT", &["Malta"]),
    ("UA", &["Ukraine"]),
    ("TR", &["Turkey", "Türkiye"]),
    ("RS", &["Serbia"]),
    ("IL", &["Israel"]),
    ("ZA", &["South Africa"]),
    ("KE", &["Kenya"]),
    ("NG", &["Nigeria"]),
    ("GH", &["Ghana"]),
    ("EG", &["Egypt"]),
    ("AE", &["United Arab Emirates", "UAE"]),
    ("SG", &["Singapore"]),
    ("MY", &["Malaysia"]),
    ("PH", &["Philippines"]),
    ("TH", &["Thailand"]),
    ("ID", &["Indonesia"]),
    ("VN", &["Vietnam"]),
    ("KR", &["South Korea", "Korea"]),
    ("CN", &["China"]),
    ("HK", &["Hong Kong"]),
    ("TW", &["Taiwan"]),
    ("LK", &["Sri Lanka"]),
    ("NP", &["Nepal"]),
    ("BD", &["Bangladesh"]),
    ("PK", &["Pakistan"]),
    ("AR", &["Argentina"]),
    ("CL", &["Chile"]),
    ("CO", &["Colombia"]),
    ("PE", &["Peru"]),
    ("UY", &["Uruguay"]),
    ("EC", &["Ecuador"]),
    ("CR", &["Costa Rica"]),
];

/// The name of a country whose lines are known.
pub(crate) fn name(code: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == code).and_then(|(_, names)| names.first().copied())
}

/// The countries to tap.
pub(crate) fn choices() -> Vec<Element> {
    let button = |(code, label): (&str, &str)| Element::Button {
        id: format!("{CHOICE}{COUNTRY}{code}"),
        label: label.to_owned(),
    };
    TO_TAP.iter().map(|code| (*code, name(code).unwrap_or(code))).chain([OTHER]).map(button).collect()
}

/// The country that somebody named since they were asked for it, the latest last: code, and whether it is the very message
/// that is answered. `said`: the conversation, the question last.
pub(crate) fn told<'a>(said: impl Iterator<Item = &'a Past>) -> Option<(&'static str, bool)> {
    let (mut asked, mut told) = (false, None);
    for past in said {
        match past.role {
            Role::Assistant if was_asked(past) => asked = true,
            Role::User if asked => match named(&past.text) {
                Some(code) => told = Some((code, true)),
                None => told = told.map(|(code, _)| (code, false)),
            },
            _ => {}
        }
    }
    told
}

/// Whether an answer asked for the country.
pub(crate) fn was_asked(past: &Past) -> bool {
    past.choices.iter().any(|choice| choice.id.starts_with(CHOICE) && choice.id[CHOICE.len()..].starts_with(COUNTRY))
}

/// The one country that a short message names: "Kenya", "I'm in the UK".
fn named(text: &str) -> Option<&'static str> {
    const MOST_WORDS: usize = 8;
    let spaced = |text: &str| {
        let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
        format!(" {} ", words.collect::<Vec<_>>().join(" "))
    };
    let said = spaced(text);
    if said.split_whitespace().count() > MOST_WORDS {
        return None;
    }
    let lower = said.to_lowercase();
    // "US" and "us" are two words; every other name may be written as one likes.
    let is =
        |name: &&str| if *name == "US" { said.contains(" US ") } else { lower.contains(&spaced(name).to_lowercase()) };
    let mut found = NAMES.iter().filter_map(|(code, names)| {
        names.iter().filter(|name| is(name)).map(|name| name.len()).max().map(|length| (length, *code))
    });
    // "Northern Ireland" is not Ireland: the longest name counts.
    let first = found.next()?;
    Some(found.fold(first, |best, next| if next.0 > best.0 { next } else { best }).1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Choice;

    fn past(role: Role, text: &str) -> Past {
        let choices = choices().into_iter().filter_map(|element| match element {
            Element::Button { id, label } => Some(Choice { id, label }),
            _ => None,
        });
        let choices = if role == Role::Assistant { choices.collect() } else { Vec::new() };
        Past { role, text: text.to_owned(), choices }
    }

    #[test]
    fn every_country_whose_lines_are_known_has_a_name() {
        let known = clinical::crisis::countries();
        assert!(known.iter().all(|code| name(code).is_some()), "{known:?}");
        assert!(NAMES.iter().all(|(code, names)| known.contains(code) && !names.is_empty()));
        assert!(TO_TAP.iter().all(|code| name(code).is_some()));
    }

    #[test]
    fn a_country_is_named_in_plain_words() {
        for (text, code) in [
            ("Kenya", Some("KE")),
            ("I'm in the UK", Some("GB")),
            ("northern ireland", Some("GB")),
            ("US", Some("US")),
            ("help us please", None),
            ("Another country", None),
            ("my uncle from Spain told me years ago that nothing of it ever helps", None),
        ] {
            assert_eq!(named(text), code, "{text}");
        }
    }

    #[test]
    fn a_country_counts_once_it_was_asked_for() {
        let (asked, kenya, more) = (past(Role::Assistant, "…"), past(Role::User, "Kenya"), past(Role::User, "thanks"));
        assert_eq!(told([&kenya, &asked].into_iter()), None);
        assert_eq!(told([&asked, &kenya].into_iter()), Some(("KE", true)));
        assert_eq!(told([&asked, &kenya, &more].into_iter()), Some(("KE", false)));
    }
}
