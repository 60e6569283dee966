//! Who a plan is for, as far as it is known.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::phrases::{Phrase, mentions};
use crate::profile::Condition;

/// From this age on a pregnancy is no longer asked about. This project's own choice.
const NO_PREGNANCY_FROM_YEARS: f64 = 60.0;
/// And below this one.
const NO_PREGNANCY_BELOW_YEARS: f64 = 10.0;

/// What is known of someone. Every field may be missing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    /// Age in years, 0 to 120; anything else counts as unknown.
    pub age_years: Option<f64>,
    /// Whether a pregnancy is there; `Some(false)` also for those who can't be.
    pub pregnant: Option<bool>,
    /// What they live with; `Some` of nothing where they were asked and said nothing.
    pub conditions: Option<Vec<Condition>>,
    /// What they move for.
    pub goal: Option<Goal>,
    /// How much they move now.
    pub level: Option<Level>,
    /// What they have at hand.
    pub equipment: Option<Equipment>,
    /// Height in centimetres, 50 to 260; anything else counts as unknown.
    pub height_cm: Option<f64>,
    /// Weight in kilograms, 2 to 400; anything else counts as unknown.
    pub weight_kg: Option<f64>,
}

/// What someone moves for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Weight.
    Weight,
    /// Strength.
    Strength,
    /// From walking to running 5 km.
    FiveKm,
    /// Health and well-being.
    Health,
}

/// How much someone moves now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Under 30 minutes a week, or nothing for three months.
    New,
    /// 30 to 150 minutes a week.
    Some,
    /// 150 minutes or more, and strength work, for three months or longer.
    Used,
}

/// What is at hand for strength work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Equipment {
    /// A gym, or weights.
    Gym,
    /// Elastic bands.
    Bands,
    /// A chair and a wall.
    None,
}

/// What is not known, and would change the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// [`Person::age_years`].
    Age,
    /// [`Person::pregnant`].
    Pregnancy,
    /// [`Person::conditions`].
    Conditions,
    /// [`Person::goal`].
    Goal,
    /// [`Person::level`].
    Level,
    /// [`Person::equipment`].
    Equipment,
    /// [`Person::height_cm`] and [`Person::weight_kg`].
    HeightAndWeight,
}

impl Field {
    /// How it may be asked for.
    pub fn question(self) -> &'static str {
        match self {
            Self::Age => "How old are you?",
            Self::Pregnancy => "Are you pregnant, or could you be?",
            Self::Conditions => "Do you live with an illness, or take medicines every day? Which?",
            Self::Goal => "What would you like to move for: health, weight, strength, or running 5 km?",
            Self::Level => "How much do you move in a week: under 30 minutes, up to 150, or more?",
            Self::Equipment => "What do you have at hand: nothing, elastic bands, a gym or weights?",
            Self::HeightAndWeight => "How tall are you, and what do you weigh? You may leave this out.",
        }
    }
}

impl Person {
    pub(super) fn age(&self) -> Option<f64> {
        self.age_years.filter(|age| (0.0..=120.0).contains(age))
    }

    /// `None` where it is not known and could be.
    pub(super) fn is_pregnant(&self) -> Option<bool> {
        let by_age = self.age().filter(|&age| !(NO_PREGNANCY_BELOW_YEARS..NO_PREGNANCY_FROM_YEARS).contains(&age));
        let named = self.conditions.as_ref().is_some_and(|all| all.contains(&Condition::Pregnancy));
        if named { Some(true) } else { self.pregnant.or(by_age.map(|_| false)) }
    }

    /// The conditions, with the pregnancy and a weight that is too low.
    pub(super) fn all_conditions(&self) -> Vec<Condition> {
        let mut all = self.conditions.clone().unwrap_or_default();
        all.extend((self.is_pregnant() == Some(true)).then_some(Condition::Pregnancy));
        // Below 18.5 kg/m² an adult is underweight (WHO Technical Report 894, 2000).
        let is_low = self.is_adult() && self.bmi().is_some_and(|bmi| bmi < 18.5);
        all.extend(is_low.then_some(Condition::Underweight));
        all.sort_unstable();
        all.dedup();
        all
    }

    pub(super) fn is_adult(&self) -> bool {
        self.age().is_some_and(|age| age >= 18.0)
    }

    /// In kg/m².
    pub(super) fn bmi(&self) -> Option<f64> {
        let height_m = self.height_cm.filter(|cm| (50.0..=260.0).contains(cm))? / 100.0;
        Some(self.weight()? / (height_m * height_m))
    }

    /// In kilograms.
    pub(super) fn weight(&self) -> Option<f64> {
        self.weight_kg.filter(|kg| (2.0..=400.0).contains(kg))
    }

    /// Which of these are not known.
    pub(super) fn unknown(&self, fields: &[Field]) -> Vec<Field> {
        let is_unknown = |field: &Field| match field {
            Field::Age => self.age().is_none(),
            Field::Pregnancy => self.is_pregnant().is_none(),
            Field::Conditions => self.conditions.is_none(),
            Field::Goal => self.goal.is_none(),
            Field::Level => self.level.is_none(),
            Field::Equipment => self.equipment.is_none(),
            Field::HeightAndWeight => self.bmi().is_none(),
        };
        fields.iter().copied().filter(is_unknown).collect()
    }
}

#[derive(Deserialize)]
struct Words {
    goal: BTreeMap<Goal, Vec<String>>,
    level: BTreeMap<Level, Vec<String>>,
    equipment: BTreeMap<Equipment, Vec<String>>,
}

#[derive(Deserialize)]
struct Data {
    words: Words,
}

struct Known {
    goal: Vec<(Goal, Vec<Phrase>)>,
    level: Vec<(Level, Vec<Phrase>)>,
    equipment: Vec<(Equipment, Vec<Phrase>)>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    fn parsed<T>(table: BTreeMap<T, Vec<String>>) -> Vec<(T, Vec<Phrase>)> {
        let parse = |text: &String| Phrase::parse(text).expect("movement.toml is checked by the tests");
        table.into_iter().map(|(of, texts)| (of, texts.iter().map(parse).collect())).collect()
    }
    let data: Data = toml::from_str(super::movement::TEXT).expect("movement.toml is checked by the tests");
    let Words { goal, level, equipment } = data.words;
    Known { goal: parsed(goal), level: parsed(level), equipment: parsed(equipment) }
});

/// The first in the table whose words stand in the entry.
fn read<T: Copy>(entry: &str, table: &[(T, Vec<Phrase>)]) -> Option<T> {
    table.iter().find(|(_, phrases)| mentions(entry, phrases)).map(|(of, _)| *of)
}

impl Goal {
    /// What a profile's entry means: `lose some weight`. `None` where it is not understood.
    pub fn read(entry: &str) -> Option<Self> {
        read(entry, &KNOWN.goal)
    }
}

impl Level {
    /// What a profile's entry means: `beginner`. The lowest that it may mean; `None` where it is not understood.
    pub fn read(entry: &str) -> Option<Self> {
        read(entry, &KNOWN.level)
    }
}

impl Equipment {
    /// What a profile's entry means: `resistance bands`. `None` where it is not understood.
    pub fn read(entry: &str) -> Option<Self> {
        read(entry, &KNOWN.equipment)
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Equipment, Field, Goal, Level, Person};

    #[test]
    fn entries_of_a_profile_are_understood() {
        assert_eq!(Goal::read("Lose some weight and get fit"), Some(Goal::Weight));
        assert_eq!(Goal::read("run a 5k"), Some(Goal::FiveKm));
        assert_eq!(Goal::read("build muscle"), Some(Goal::Strength));
        assert_eq!(Goal::read("be more active"), Some(Goal::Health));
        assert_eq!(Goal::read("learn Spanish"), None);
        assert_eq!(Level::read("Beginner"), Some(Level::New));
        assert_eq!(Level::read("moderately active"), Some(Level::Some));
        assert_eq!(Level::read("very active"), Some(Level::Used));
        assert_eq!(Level::read("purple"), None);
        assert_eq!(Equipment::read("dumbbells at home"), Some(Equipment::Gym));
        assert_eq!(Equipment::read("resistance bands"), Some(Equipment::Bands));
        assert_eq!(Equipment::read("no equipment"), Some(Equipment::None));
    }

    #[test]
    fn what_is_out_of_range_is_unknown_and_what_follows_is_known() {
        let odd =
            Person { age_years: Some(f64::NAN), height_cm: Some(-3.0), weight_kg: Some(1e9), ..Person::default() };
        let fields = [Field::Age, Field::Pregnancy, Field::HeightAndWeight];
        assert_eq!(odd.unknown(&fields), fields);
        let old = Person { age_years: Some(70.0), ..Person::default() };
        assert_eq!(old.is_pregnant(), Some(false));
        let named = Person { conditions: Some(vec![Condition::Pregnancy]), pregnant: Some(false), ..old };
        assert_eq!(named.is_pregnant(), Some(true));
        let thin = Person { age_years: Some(30.0), height_cm: Some(180.0), weight_kg: Some(55.0), ..Person::default() };
        assert_eq!(thin.all_conditions(), [Condition::Underweight]);
        assert!(Person { age_years: Some(12.0), ..thin }.all_conditions().is_empty());
    }
}
