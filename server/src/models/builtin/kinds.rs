//! What kind of message it is.

use knowledge::{Article, Query};
use protocol::Role;

use super::phrases::{GUIDE, spaced};
use super::slots;
use crate::models::Past;

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing was typed.
    Empty,
    /// What someone feels or fears in the body.
    Symptom,
    /// About a medicine.
    Medicine,
    /// About a number or a finding.
    TestResult,
    /// About eating, moving and living.
    Lifestyle,
    /// What the person said before.
    OwnData,
    /// What weighs on someone.
    Feelings,
    /// About this app and its guide.
    About,
    /// A greeting, thanks, or talk.
    SmallTalk,
    /// About something else than health.
    NotHealth,
    /// Nothing that can be answered: nonsense, or another language.
    NotAnswerable,
    /// A way to harm someone.
    Harm,
}

impl Kind {
    /// Its name, as in the vignettes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty | Self::NotAnswerable => "not_answerable",
            Self::Symptom => "symptom",
            Self::Medicine => "medicine",
            Self::TestResult => "test_result",
            Self::Lifestyle => "lifestyle",
            Self::OwnData => "own_data",
            Self::Feelings => "feelings",
            Self::About => "about_app",
            Self::SmallTalk => "small_talk",
            Self::NotHealth => "not_health",
            Self::Harm => "harm",
        }
    }

    /// Whether it is answered from the library.
    pub fn is_of_health(self) -> bool {
        matches!(self, Self::Symptom | Self::Medicine | Self::TestResult | Self::Lifestyle | Self::Feelings)
    }

    /// In words, for whoever wants to see what was understood.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Empty | Self::NotAnswerable => "something that I could not read",
            Self::Symptom => "a complaint",
            Self::Medicine => "a question about a medicine",
            Self::TestResult => "a question about a result",
            Self::Lifestyle => "a question about living well",
            Self::OwnData => "a question about what you told me",
            Self::Feelings => "something that weighs on you",
            Self::About => "a question about this app",
            Self::SmallTalk => "talk",
            Self::NotHealth => "something other than health",
            Self::Harm => "a way to harm someone",
        }
    }
}

const THANKS: [&str; 4] = [" thanks ", " thank ", " cheers ", " thx "];

/// Whether it is an animal that is ill, and nobody whom it bit, scratched or makes sneeze.
pub(super) fn of_an_animal(text: &str) -> bool {
    const PEOPLE: [&str; 10] =
        [" bit ", " bite ", " bites ", " bitten ", " scratch", " allerg", " lick", " son ", " daughter ", " toddler "];
    GUIDE.signs.animal.are_in(text) && !PEOPLE.iter().any(|word| text.contains(word))
}

/// Whether a short message without a subject of its own goes on from one about this app: "and is it really gone?".
pub(super) fn of_this_app_before(text: &str, query: &Query, history: &[Past]) -> bool {
    const MOST: usize = 9;
    const POINTS: [&str; 14] = [
        " it ",
        " that ",
        " them ",
        " they ",
        " really ",
        " who ",
        " where ",
        " how ",
        " you ",
        " also ",
        " really ",
        " gone ",
        " back ",
        " forever ",
    ];
    let last = history.iter().rev().find(|past| past.role == Role::User);
    let before = last.is_some_and(|past| {
        let text = spaced(&past.text);
        let signs = &GUIDE.signs;
        [&signs.delete, &signs.moving, &signs.privacy, &signs.account].iter().any(|signs| signs.are_in(&text))
    });
    let points = POINTS.iter().any(|word| text.contains(word));
    before
        && points
        && !GUIDE.signs.health.are_in(text)
        && !query.names_something()
        && text.split_whitespace().count() <= MOST
}

/// Whether a message goes on from one about an animal that is ill.
pub(super) fn of_an_animal_before(text: &str, history: &[Past]) -> bool {
    const PERSON: [&str; 7] = [" im ", " ive ", " my son ", " my daughter ", " my mum ", " my dad ", " my wife "];
    let last = history.iter().rev().find(|past| past.role == Role::User);
    let before = last.is_some_and(|past| of_an_animal(&spaced(&past.text)));
    before && text.split_whitespace().count() <= 14 && !PERSON.iter().any(|word| text.contains(word))
}

/// The kind of a message that has nothing to do with the library; `None` where it is about health.
pub(super) fn not_of_health(text: &str, query: &Query, goes_on: bool) -> Option<Kind> {
    let signs = &GUIDE.signs;
    let content = query.units.iter().filter(|unit| unit.known).count();
    let bare = content == 0 && query.numbers.is_empty();
    let names = query.names_something();
    let count = text.split_whitespace().count();
    let short = count <= 14;
    if count == 0 {
        return Some(Kind::Empty);
    }
    if signs.harm.are_in(text)
        || signs.harm_food.are_in(text)
        || (signs.harm_amounts.are_in(text) && signs.harm_ends.are_in(text))
    {
        return Some(Kind::Harm);
    }
    if signs.own_data.are_in(text) {
        return Some(Kind::OwnData);
    }
    if signs.cannot_do.are_in(text)
        || signs.about_sources.are_in(text)
        || signs.about_doubt.are_in(text)
        || (signs.account.are_in(text) && !names)
        || signs.feel.are_in(text)
        || (signs.delete.are_in(text) && !names)
        || (signs.moving.are_in(text) && !names)
        || (signs.privacy.are_in(text) && !names)
        || (signs.about.are_in(text) && !names && short)
    {
        return Some(Kind::About);
    }
    if (signs.not_health.are_in(text) && !names) || of_an_animal(text) {
        return Some(Kind::NotHealth);
    }
    let talk = signs.greeting.are_in(text) || signs.small_talk.are_in(text) || signs.abuse.are_in(text);
    if (talk || signs.goodbye.have(text)) && !names && (bare || short) && content <= 2 && !goes_on_with(text, goes_on) {
        return Some(Kind::SmallTalk);
    }
    if signs.abuse.are_in(text) && !names && short {
        return Some(Kind::SmallTalk);
    }
    let thanks = signs.thanks.have(text) || THANKS.iter().any(|word| text.contains(word));
    if thanks && !names && content <= 2 && short && !asks(text, "") && !(goes_on && is_assent(text)) {
        return Some(Kind::SmallTalk);
    }
    if bare && !goes_on && query.units.iter().all(|unit| !unit.known) && query.units.len() >= 2 && !asks(text, "") {
        return Some(Kind::NotAnswerable);
    }
    None
}

/// "Yes" and "ok" accept what was offered, "so …" goes on.
fn goes_on_with(text: &str, goes_on: bool) -> bool {
    goes_on && (asks(text, "") || is_assent(text)) && !GUIDE.signs.abuse.are_in(text)
}

fn is_assent(text: &str) -> bool {
    matches!(text.trim(), "ok" | "okay" | "yes" | "yes please" | "ok please" | "ok yes")
}

/// Whether a message asks something; `written`: as it was typed.
pub(super) fn asks(text: &str, written: &str) -> bool {
    const ASKS: [&str; 17] = [
        " what ",
        " how ",
        " should ",
        " can i ",
        " when ",
        " why ",
        " is it ",
        " do i ",
        " whats ",
        " does ",
        " will ",
        " could ",
        " and if ",
        " which ",
        " can he ",
        " can she ",
        " is there ",
    ];
    written.contains('?') || ASKS.iter().any(|word| text.contains(word))
}

/// The kind of a message about health, by its words and by what it is about. `names_medicine`: it names one.
pub(super) fn of_health(
    text: &str,
    written: &str,
    query: &Query,
    article: Option<&Article>,
    names_medicine: bool,
) -> Kind {
    const TAKES: [&str; 11] = [
        " take ",
        " taking ",
        " took ",
        " im on ",
        " taken ",
        " been on ",
        " started ",
        " with it ",
        " tablet ",
        " tablets ",
        " gave ",
    ];
    let signs = &GUIDE.signs;
    let of = |topics: &[&str]| {
        article.is_some_and(|article| article.topics.iter().any(|topic| topics.contains(&topic.as_str())))
    };
    let first = |topics: &[&str]| {
        article.and_then(|article| article.topics.first()).is_some_and(|topic| topics.contains(&topic.as_str()))
    };
    if slots::blood_pressure(written).is_some() {
        return Kind::TestResult;
    }
    let asks = asks(text, written);
    let vaccine = article.is_some_and(|article| article.id.contains("vaccin"));
    if first(&["medicines"]) || vaccine || (names_medicine && (asks || TAKES.iter().any(|word| text.contains(word)))) {
        return Kind::Medicine;
    }
    let told = signs.test_result.are_in(text);
    let counted = !query.numbers.is_empty() || text.contains(" result") || text.contains(" came back ");
    if (told && (counted || of(&["tests"]))) || first(&["tests"]) {
        return Kind::TestResult;
    }
    if (signs.feelings.are_in(text) && !of(&["emergencies"])) || first(&["mental-health"]) {
        return Kind::Feelings;
    }
    if signs.medicine.are_in(text) && asks {
        return Kind::Medicine;
    }
    let ill = of(&["symptoms", "conditions", "infections", "emergencies", "injuries"]);
    let living = of(&["living-well", "food-and-drink", "movement", "prevention"]);
    if living && (!ill || signs.lifestyle.are_in(text)) {
        return Kind::Lifestyle;
    }
    Kind::Symptom
}
