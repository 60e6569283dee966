//! Help lines by country, from `data/resources.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// How a resource is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// `info` is a number to call.
    Phone,
    /// `info` is a number to send a message to.
    Text,
    /// `info` is the address of a chat.
    Chat,
    /// `info` is the address of a page.
    Website,
}

impl Method {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Text => "text",
            Self::Chat => "chat",
            Self::Website => "website",
        }
    }
}

/// Someone to turn to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Stable id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// How it is reached.
    pub method: Method,
    /// The number or address.
    pub info: String,
    /// Whether it is an emergency service.
    pub emergency: bool,
    /// When it is open: `always` for day and night, else in words; `None` where that is not known.
    pub hours: Option<String>,
    /// Where the operator publishes it.
    pub source: String,
}

/// The countries whose lines are known, as ISO 3166 alpha-2 codes.
pub fn countries() -> Vec<&'static str> {
    DATA.country.iter().map(|place| place.code.as_str()).collect()
}

/// Everything that is known for a country, the emergency number first; for an unknown one, or none, the international
/// directories and what to dial.
pub fn help_lines(country: Option<&str>) -> Vec<Resource> {
    let help = Help::of(country);
    let mut all = vec![help.emergency()];
    all.extend(help.0.lines.iter().map(Line::resource));
    if !help.is_international() {
        let known = |line: &&Line| line.method == Method::Website;
        all.extend(DATA.international.lines.iter().filter(known).map(Line::resource));
    }
    all
}

/// The day (ISO 8601) on which the lines were last gone through. No call is made for it.
pub fn verified_on() -> &'static str {
    &DATA.verified
}

/// What a line is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    Crisis,
    Poison,
    Abuse,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    verified: String,
    international: Place,
    country: Vec<Place>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    #[serde(default)]
    code: String,
    emergency: Emergency,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Emergency {
    label: Option<String>,
    info: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    label: String,
    method: Method,
    info: String,
    hours: Option<String>,
    r#for: Vec<Purpose>,
    source: String,
}

impl Line {
    fn serves(&self, purpose: Purpose) -> bool {
        self.r#for.contains(&purpose)
    }

    fn resource(&self) -> Resource {
        Resource {
            id: self.id.clone(),
            label: self.label.clone(),
            method: self.method,
            info: self.info.clone(),
            emergency: false,
            hours: self.hours.clone(),
            source: self.source.clone(),
        }
    }
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/resources.toml")).expect("data/resources.toml is checked by the tests")
});

/// The help of one country, or of no country in particular.
#[derive(Clone, Copy)]
pub(super) struct Help(&'static Place);

impl Help {
    /// By ISO 3166 alpha-2 code, in any case. An unknown one gets the international set.
    pub(super) fn of(country: Option<&str>) -> Self {
        let known =
            country.and_then(|code| DATA.country.iter().find(|place| place.code.eq_ignore_ascii_case(code.trim())));
        Self(known.unwrap_or(&DATA.international))
    }

    fn is_international(self) -> bool {
        self.0.code.is_empty()
    }

    /// The emergency number as a resource.
    pub(super) fn emergency(self) -> Resource {
        let emergency = &self.0.emergency;
        Resource {
            id: "emergency".to_owned(),
            label: emergency.label.clone().unwrap_or_else(|| format!("Emergency services: {}", emergency.info)),
            method: Method::Phone,
            info: emergency.info.clone(),
            emergency: true,
            hours: Some("always".to_owned()),
            source: emergency.source.clone(),
        }
    }

    /// How a sentence names the emergency number.
    pub(super) fn emergency_words(self) -> String {
        if self.is_international() {
            "your local emergency number (112, 911 or 999)".to_owned()
        } else {
            self.0.emergency.info.clone()
        }
    }

    /// The number to dial, without further words.
    pub(super) fn emergency_number(self) -> String {
        if self.is_international() { "112 / 911 / 999".to_owned() } else { self.0.emergency.info.clone() }
    }

    /// Name and number of the first line for a purpose that is open day and night.
    pub(super) fn line_name(self, purpose: Purpose) -> Option<String> {
        let open = |line: &&Line| line.serves(purpose) && line.hours.as_deref() == Some("always");
        let line = self.0.lines.iter().find(open).filter(|_| !self.is_international())?;
        Some(format!("{} ({})", line.label, line.info))
    }

    /// Lines for a purpose, in the data's order; where the country has none, the international ones.
    pub(super) fn lines(self, purpose: Purpose) -> Vec<Resource> {
        let own: Vec<_> = self.0.lines.iter().filter(|line| line.serves(purpose)).map(Line::resource).collect();
        if !own.is_empty() || self.is_international() {
            return own;
        }
        let directory = DATA.international.lines.iter().find(|line| line.serves(purpose));
        directory.map(Line::resource).into_iter().collect()
    }

    /// The first line for a purpose that is open day and night, as a sentence names it.
    pub(super) fn line_words(self, purpose: Purpose) -> Option<String> {
        if self.is_international() {
            return (purpose == Purpose::Crisis)
                .then(|| "a helpline in your country (findahelpline.com lists them; in the US, 988)".to_owned());
        }
        let directory = || "a helpline in your country (findahelpline.com)".to_owned();
        self.line_name(purpose).or_else(|| (purpose == Purpose::Crisis).then(directory))
    }

    /// Whether a line for this purpose can be reached without speaking.
    pub(super) fn has_writing(self, purpose: Purpose) -> bool {
        self.0.lines.iter().any(|line| line.serves(purpose) && matches!(line.method, Method::Text | Method::Chat))
    }
}

#[cfg(test)]
mod tests {
    use super::{DATA, Help, Purpose};

    #[test]
    fn every_resource_has_a_source_and_the_table_a_date() {
        assert_eq!(DATA.verified.len(), 10);
        for place in DATA.country.iter().chain([&DATA.international]) {
            assert!(place.emergency.source.starts_with("https://"), "{}", place.code);
            for line in &place.lines {
                assert!(line.source.starts_with("https://"), "{}", line.id);
                assert!(!line.r#for.is_empty() && !line.info.is_empty() && !line.label.is_empty(), "{}", line.id);
            }
        }
    }

    #[test]
    fn countries_and_their_lines_occur_once() {
        for (at, place) in DATA.country.iter().enumerate() {
            assert_eq!(place.code.len(), 2);
            assert!(DATA.country[..at].iter().all(|other| other.code != place.code), "{}", place.code);
            for (number, line) in place.lines.iter().enumerate() {
                assert!(line.id.starts_with(&place.code.to_lowercase()), "{}", line.id);
                assert!(place.lines[..number].iter().all(|other| other.id != line.id), "{}", line.id);
            }
        }
    }

    #[test]
    fn every_country_offers_something_for_a_crisis() {
        for place in &DATA.country {
            let help = Help::of(Some(&place.code));
            assert!(!help.lines(Purpose::Crisis).is_empty(), "{}", place.code);
            assert!(help.line_words(Purpose::Crisis).is_some(), "{}", place.code);
        }
    }
}
