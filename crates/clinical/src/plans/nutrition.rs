//! An answer about food from what is known of a person: amounts, what a condition changes, and what is refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::person::{Field, Person};
use super::said::{Citations, For, Statement, questions, section, sources};
use crate::phrases::{Phrase, mentions};
use crate::profile::Condition;

const FIELDS: [Field; 3] = [Field::Age, Field::Pregnancy, Field::Conditions];
/// What must be known before there are numbers for losing weight.
const FIELDS_OF_WEIGHT: [Field; 4] = [Field::Age, Field::Pregnancy, Field::Conditions, Field::HeightAndWeight];
/// From this body mass index on an adult is overweight, in kg/m² (WHO Technical Report 894, 2000).
const OVERWEIGHT_BMI: f64 = 25.0;

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Losing weight, energy, diets.
    Weight,
    /// Fruit and vegetables.
    FruitAndVegetables,
    /// Fibre.
    Fibre,
    /// Salt.
    Salt,
    /// Sugar.
    Sugar,
    /// Fat.
    Fat,
    /// Protein.
    Protein,
    /// Drinks.
    Fluids,
    /// Alcohol.
    Alcohol,
    /// Caffeine.
    Caffeine,
    /// Vitamin D.
    VitaminD,
}

/// An answer about food. [`Advice::to_markdown`] tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// What was understood of the question; empty for an overview.
    pub topics: Vec<Topic>,
    /// What is refused, and why.
    pub refusal: Option<Refusal>,
    /// Amounts and advice about what was asked.
    pub points: Vec<Statement>,
    /// What this person's conditions change.
    pub for_you: Vec<Statement>,
    /// What to ask a professional first. Never empty.
    pub ask_first: Vec<Statement>,
    /// What is not known and would change the answer.
    pub unknown: Vec<Field>,
    /// What the numbers of the statements mean, from 1. Never empty.
    pub sources: Vec<String>,
}

/// Numbers for losing weight that were asked for and are not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why.
    pub reason: RefusalReason,
    /// In words, for the person.
    pub text: String,
}

/// Why there are no numbers for losing weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// An eating disorder, now or before.
    EatingDisorder,
    /// Under 18 years.
    #[serde(rename = "under_18")]
    Under18,
    /// A pregnancy.
    Pregnant,
    /// Breastfeeding.
    Breastfeeding,
    /// A low weight, or one that falls unintentionally.
    Underweight,
    /// A body mass index under 25.
    NotOverweight,
    /// Something of this is not known.
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    say: Vec<Say>,
    ask_first: Vec<AskFirst>,
    refused: BTreeMap<RefusalReason, String>,
    words: BTreeMap<Topic, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    text: String,
    sources: Vec<String>,
    #[serde(default)]
    of: For,
    topic: Option<Topic>,
    #[serde(default)]
    overview: bool,
    #[serde(default)]
    has_numbers: bool,
    /// Only where numbers for losing weight are not refused.
    #[serde(default)]
    loses_weight: bool,
    /// For a weight that is known, from and to.
    grams_per_kg: Option<(f64, f64)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskFirst {
    /// Only where age, conditions or a pregnancy are not known.
    #[serde(default)]
    where_unknown: bool,
    text: String,
    sources: Vec<String>,
    #[serde(default)]
    of: For,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/plans/food.toml")).expect("food.toml is checked by the tests")
});

static WORDS: LazyLock<Vec<(Topic, Vec<Phrase>)>> = LazyLock::new(|| {
    let parse = |text: &String| Phrase::parse(text).expect("food.toml is checked by the tests");
    DATA.words.iter().map(|(topic, texts)| (*topic, texts.iter().map(parse).collect())).collect()
});

impl Topic {
    /// What a question is about; empty where nothing in it is understood.
    pub fn read(question: &str) -> Vec<Self> {
        WORDS.iter().filter(|(_, phrases)| mentions(question, phrases)).map(|(topic, _)| *topic).collect()
    }
}

/// An answer to a question about food; an overview where the question names nothing that is known here.
pub fn nutrition(person: &Person, question: &str) -> Advice {
    let topics = Topic::read(question);
    let conditions = person.all_conditions();
    let is_of_weight = topics.contains(&Topic::Weight);
    let reason = refusal(person, &conditions);
    let is_numberless = conditions.contains(&Condition::EatingDisorder);
    let mut said = Citations::default();
    let fits = |say: &&Say| {
        say.of.holds(person, &conditions, None)
            && !(say.has_numbers && is_numberless)
            && !(say.loses_weight && reason.is_some())
    };
    let is_asked = |say: &&Say| match say.topic {
        Some(topic) => topics.contains(&topic) || (topics.is_empty() && say.overview),
        None => false,
    };
    let fitting = || DATA.say.iter().filter(fits);
    let points: Vec<Statement> = fitting().filter(is_asked).map(|say| amount(person, &mut said, say)).collect();
    let for_you =
        fitting().filter(|say| say.topic.is_none()).map(|say| said.say(&say.text, &say.sources)).collect::<Vec<_>>();
    let unknown = person.unknown(if is_of_weight { &FIELDS_OF_WEIGHT } else { &FIELDS });
    let ask_first = DATA.ask_first.iter().filter(|ask| {
        ask.of.holds(person, &conditions, None)
            && (!ask.where_unknown || unknown.iter().any(|field| FIELDS.contains(field)))
    });
    let ask_first = ask_first.map(|ask| said.say(&ask.text, &ask.sources)).collect();
    let refusal = reason.filter(|_| is_of_weight);
    Advice {
        refusal: refusal.map(|reason| Refusal { reason, text: DATA.refused.get(&reason).cloned().unwrap_or_default() }),
        unknown,
        topics,
        points,
        for_you,
        ask_first,
        sources: said.list(),
    }
}

/// Why numbers for losing weight are refused, the gravest reason first; `None` where they may be given.
fn refusal(person: &Person, conditions: &[Condition]) -> Option<RefusalReason> {
    let has = |condition| conditions.contains(&condition);
    if has(Condition::EatingDisorder) {
        Some(RefusalReason::EatingDisorder)
    } else if person.age().is_some_and(|age| age < 18.0) {
        Some(RefusalReason::Under18)
    } else if has(Condition::Pregnancy) {
        Some(RefusalReason::Pregnant)
    } else if has(Condition::Breastfeeding) {
        Some(RefusalReason::Breastfeeding)
    } else if has(Condition::Underweight) {
        Some(RefusalReason::Underweight)
    } else if !person.unknown(&FIELDS_OF_WEIGHT).is_empty() {
        Some(RefusalReason::Unknown)
    } else {
        person.bmi().is_some_and(|bmi| bmi < OVERWEIGHT_BMI).then_some(RefusalReason::NotOverweight)
    }
}

/// With the grams that follow from a known weight, unless that weight is not one to reckon with.
fn amount(person: &Person, said: &mut Citations, say: &Say) -> Statement {
    let mut statement = said.say(&say.text, &say.sources);
    let is_reckoned = person.is_adult() && person.bmi().is_none_or(|bmi| (18.5..30.0).contains(&bmi));
    if let (Some((from, to)), Some(kg), true) = (say.grams_per_kg, person.weight(), is_reckoned) {
        let grams = |per_kg: f64| (per_kg * kg).round();
        let span = if from < to { format!("{} to {}", grams(from), grams(to)) } else { grams(from).to_string() };
        // Writing to a string can't fail.
        let _ = write!(statement.text, " At {kg:.0} kg: {span} g.");
    }
    statement
}

impl Advice {
    /// The answer as plain Markdown, with its sources numbered at the end.
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        if let Some(refusal) = &self.refusal {
            let _ = writeln!(out, "{}", refusal.text);
        }
        section(&mut out, if self.topics.is_empty() { "A day's food, in amounts" } else { "How much" }, &self.points);
        section(&mut out, "For you", &self.for_you);
        section(&mut out, "Ask first", &self.ask_first);
        questions(&mut out, &self.unknown);
        sources(&mut out, &self.sources);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{DATA, RefusalReason, Topic};
    use crate::plans::said::are_known;

    #[test]
    fn the_table_is_whole() {
        let said = DATA.say.iter().map(|say| (&say.text, &say.sources));
        for (text, sources) in said.chain(DATA.ask_first.iter().map(|ask| (&ask.text, &ask.sources))) {
            assert!(are_known(sources) && !text.is_empty(), "{text}");
        }
        for say in &DATA.say {
            let has_digit = say.text.chars().any(|c| c.is_ascii_digit());
            let names_people_only = say.of.below.is_some() && say.of.from.is_none();
            assert!(!has_digit || say.has_numbers || names_people_only || say.loses_weight, "{}", say.text);
        }
        assert_eq!(DATA.refused.len(), RefusalReason::Unknown as usize + 1);
        assert_eq!(DATA.words.len(), Topic::VitaminD as usize + 1);
        for topic in DATA.words.keys() {
            assert!(DATA.say.iter().any(|say| say.topic == Some(*topic)), "{topic:?}");
        }
    }

    #[test]
    fn questions_are_understood() {
        assert_eq!(Topic::read("How much salt may I eat?"), [Topic::Salt]);
        assert_eq!(Topic::read("how many calories to lose 5 kg"), [Topic::Weight]);
        assert_eq!(Topic::read("Is coffee ok, and how much water should I drink?"), [Topic::Fluids, Topic::Caffeine]);
        assert_eq!(Topic::read("what should I eat"), []);
    }
}
