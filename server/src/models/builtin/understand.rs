//! What a message wants: what kind it is, what is asked of the library, for whom, and what it goes on from.

use protocol::Role;

use super::phrases::{GUIDE, spaced};
use crate::knowledge::{Article, Hit, Library, Query, words};
use crate::models::{Past, Prompt};

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    Greeting,
    Thanks,
    About,
    Privacy,
    NotHealth,
    Harm,
    Health,
}

/// The part of an article that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    What,
    Act,
    Help,
    People,
}

impl Part {
    pub(super) const ALL: [Self; 4] = [Self::What, Self::Act, Self::Help, Self::People];

    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::What => "What it is",
            Self::Act => "What you can do",
            Self::Help => "When to get help",
            Self::People => "Children, pregnancy and older people",
        }
    }

    /// As it is offered at the end of an answer.
    pub(super) fn offer(self) -> &'static str {
        let offer = &GUIDE.offer;
        match self {
            Self::What => &offer.what,
            Self::Act => &offer.act,
            Self::Help => &offer.help,
            Self::People => &offer.people,
        }
    }
}

/// A message as it was understood.
#[expect(clippy::struct_excessive_bools, reason = "four signs that stand by themselves, each found or not")]
pub(super) struct Understanding<'library> {
    pub(super) kind: Kind,
    /// What is wanted of the article, where the message says so.
    pub(super) part: Option<Part>,
    /// Indices into the guide's audiences.
    pub(super) audiences: Vec<usize>,
    pub(super) query: Query,
    /// Passages that fit, best first.
    pub(super) hits: Vec<Hit<'library>>,
    /// The article that an earlier question was about, where this message goes on from it.
    pub(super) continues: Option<&'library Article>,
    pub(super) over_label: bool,
    pub(super) already_taken: bool,
    pub(super) dose: bool,
    pub(super) asks_diagnosis: bool,
}

/// How many passages are looked at for one answer.
const PASSAGES: usize = 6;

/// Reads a message with what was said before it.
pub(super) fn understand<'library>(prompt: &Prompt, library: &'library Library) -> Understanding<'library> {
    let text = spaced(&prompt.question);
    let signs = &GUIDE.signs;
    let mut audiences: Vec<usize> =
        (0..GUIDE.audience.len()).filter(|at| GUIDE.audience[*at].signs.are_in(&text)).collect();
    let spoken_of = !audiences.is_empty();
    let own = library.read(&prompt.question);
    let kind = kind(&text, &own, spoken_of, &prompt.history);
    let mut part = part(&text);
    let (mut query, mut continues) = (own, None);
    if kind == Kind::Health {
        let before = subject_before(&prompt.history, library);
        if let Some(article) = before.filter(|_| goes_on(&text, &query, library)) {
            continues = Some(article);
            part = part.or_else(|| accepted_offer(&text, &prompt.history)).or(if spoken_of {
                Some(Part::People)
            } else {
                query.units.is_empty().then_some(Part::Help)
            });
            query = library.read(&format!("{} {}", article.names().nth(1).unwrap_or(&article.title), prompt.question));
        }
    }
    let asks_diagnosis = signs.no_diagnosis.are_in(&text);
    if asks_diagnosis {
        part = part.or(Some(Part::What));
    }
    if !spoken_of {
        audiences.extend(audience_of_age(prompt.person.age));
    }
    let hits = if kind == Kind::Health { library.find(&query, PASSAGES) } else { Vec::new() };
    Understanding {
        kind,
        part,
        audiences,
        query,
        hits,
        continues,
        over_label: signs.over_label.are_in(&text),
        already_taken: signs.already_taken.are_in(&text),
        dose: signs.dose.are_in(&text),
        asks_diagnosis,
    }
}

fn kind(text: &str, query: &Query, spoken_of: bool, history: &[Past]) -> Kind {
    let signs = &GUIDE.signs;
    let bare = query.units.is_empty() && query.numbers.is_empty() && !spoken_of;
    let count = text.split_whitespace().count();
    if count == 0 {
        Kind::Empty
    } else if signs.harm.are_in(text) || (signs.harm_amounts.are_in(text) && signs.harm_ends.are_in(text)) {
        Kind::Harm
    } else if signs.privacy.are_in(text) && !query.names_something() {
        Kind::Privacy
    } else if signs.about.are_in(text) && !query.names_something() && count <= 12 {
        Kind::About
    } else if signs.not_health.are_in(text) && !query.names_something() {
        Kind::NotHealth
    } else if bare && part(text).is_none() && signs.greeting.are_in(text) {
        Kind::Greeting
    } else if bare && part(text).is_none() && signs.thanks.are_in(text) && accepted_offer(text, history).is_none() {
        Kind::Thanks
    } else {
        Kind::Health
    }
}

/// What is wanted: the longest sign decides, and of equals the more careful part.
fn part(text: &str) -> Option<Part> {
    let intents = &GUIDE.intents;
    let found = [
        (intents.what.longest_in(text), Part::What),
        (intents.act.longest_in(text), Part::Act),
        (intents.help.longest_in(text), Part::Help),
    ];
    found.into_iter().filter(|(length, _)| *length > 0).max_by_key(|(length, _)| *length).map(|(_, part)| part)
}

/// Whether a message has no subject of its own: nothing named, nothing that the library has never heard of, and short or
/// speaking of "it". One that names a thing "for it" goes on too.
fn goes_on(text: &str, query: &Query, library: &Library) -> bool {
    const POINTS_BACK: [&str; 10] = [
        " for it ",
        " with it ",
        " for that ",
        " for this ",
        " it ",
        " that ",
        " this ",
        " them ",
        " these ",
        " those ",
    ];
    let points_back = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    let content: Vec<_> = query.units.iter().filter(|unit| !is_audience(&unit.typed)).collect();
    if content.iter().any(|unit| !unit.names.is_empty()) {
        return points_back(&POINTS_BACK[..4]);
    }
    if content.is_empty() {
        return true;
    }
    let heard_of = content.iter().all(|unit| unit.known);
    let short = text.split_whitespace().count() <= 8;
    heard_of && (points_back(&POINTS_BACK) || (short && library.find(query, 1).is_empty()))
}

/// Whether words only say for whom it is asked.
pub(super) fn is_audience(typed: &str) -> bool {
    GUIDE.audience.iter().any(|audience| audience.signs.have(&spaced(typed)))
}

/// The article that the last question with a subject was about.
fn subject_before<'library>(history: &[Past], library: &'library Library) -> Option<&'library Article> {
    let asked = history.iter().rev().filter(|past| past.role == Role::User);
    let asked: Vec<Query> = asked.map(|past| library.read(&past.text)).filter(Query::names_something).collect();
    // "And in pregnancy?" is a question about what came before it.
    let of_its_own =
        |query: &&Query| query.units.iter().any(|unit| !unit.names.is_empty() && !is_audience(&unit.typed));
    let subject = |query: &Query| library.find(query, 1).first().map(|hit| hit.article);
    asked.iter().filter(of_its_own).find_map(subject).or_else(|| asked.iter().find_map(subject))
}

/// The part that the last answer offered first, where the message is nothing but a yes.
fn accepted_offer(text: &str, history: &[Past]) -> Option<Part> {
    const YES: [&str; 14] = [
        "yes",
        "yes please",
        "yeah",
        "yep",
        "sure",
        "ok",
        "okay",
        "please",
        "tell me more",
        "more",
        "go on",
        "please do",
        "yes tell me",
        "yes thanks",
    ];
    if !YES.contains(&text.trim()) {
        return None;
    }
    let last = history.iter().rev().find(|past| past.role == Role::Assistant)?;
    let offered = |part: &Part| last.text.rfind(part.offer()).map(|at| (at, *part));
    Part::ALL.iter().filter_map(offered).min_by_key(|(at, _)| *at).map(|(_, part)| part)
}

fn audience_of_age(age: Option<u16>) -> Option<usize> {
    let mark = match age? {
        0..16 => "children",
        65.. => "older",
        _ => return None,
    };
    GUIDE.audience.iter().position(|audience| audience.marks.iter().any(|known| known == mark))
}

impl Understanding<'_> {
    /// How much the question names this article; one that it does not name at all only comes near.
    pub(super) fn weight_of(&self, article: &Article, library: &Library) -> f64 {
        let at = library.articles().iter().position(|known| known.id == article.id);
        let naming = self.query.units.iter().filter(|unit| at.is_some_and(|at| unit.names.contains(&at)));
        naming.map(|unit| unit.weight).sum()
    }

    /// Whether the question names this article, or a word of it stands in the article's title.
    pub(super) fn speaks_of(&self, article: &Article, library: &Library) -> bool {
        let title = words::stems(&article.title);
        let in_title = |stems: &Vec<String>| !stems.is_empty() && stems.iter().all(|stem| title.contains(stem));
        let units = self.query.units.iter().filter(|unit| !is_audience(&unit.typed));
        self.weight_of(article, library) > 0.0
            || units.flat_map(|unit| std::iter::once(&unit.stems).chain(&unit.means)).any(in_title)
    }

    /// Whether a text is for one of the audiences.
    pub(super) fn is_for(&self, text: &str) -> bool {
        let words = words::words(text);
        let marks = self.audiences.iter().flat_map(|at| &GUIDE.audience[*at].marks);
        marks.into_iter().any(|mark| words.contains(mark))
    }
}
