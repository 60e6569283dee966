//! What someone lives with, as far as it decides which exercise, movement or food is right for them.
//!
//! [`Condition::read`] understands what a profile calls a condition; what it does not know, it hands back.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::phrases::{Phrase, mentions};

/// Something that changes what is right for a person. Not a diagnosis: as they, or a record, call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// A pregnancy, now.
    Pregnancy,
    /// Breastfeeding.
    Breastfeeding,
    /// A birth in the last weeks.
    AfterBirth,
    /// Heart or vessel disease.
    HeartDisease,
    /// A heart that pumps too little.
    HeartFailure,
    /// A stroke or a warning stroke, at any time.
    Stroke,
    /// Lung disease other than asthma.
    LungDisease,
    /// Asthma.
    Asthma,
    /// High blood pressure.
    Hypertension,
    /// High cholesterol.
    HighCholesterol,
    /// Diabetes of any type.
    Diabetes,
    /// Insulin, or a tablet that can cause low sugar (a sulfonylurea or glinide).
    LowSugarMedicine,
    /// Kidney disease.
    KidneyDisease,
    /// Liver disease.
    LiverDisease,
    /// Coeliac disease.
    CoeliacDisease,
    /// Gout.
    Gout,
    /// Irritable bowel syndrome.
    IrritableBowel,
    /// Brittle bones.
    Osteoporosis,
    /// Worn or inflamed joints.
    JointDisease,
    /// Back pain.
    BackPain,
    /// An eating disorder, now or before.
    EatingDisorder,
    /// Too little weight, or weight lost without meaning to.
    Underweight,
    /// Effort makes it worse the day after: ME/CFS, long COVID.
    WorseAfterEffort,
    /// An operation, a broken bone or another injury in the last weeks.
    RecentSurgeryOrInjury,
    /// An operation on stomach or bowel, at any time.
    BowelSurgery,
    /// Trouble swallowing.
    SwallowingTrouble,
    /// Psychosis, now or before.
    Psychosis,
    /// Bipolar illness or mania.
    Mania,
    /// Flashbacks, dissociation or post-traumatic stress.
    TraumaMemories,
    /// Falls, or unsure footing.
    Falls,
    /// Epilepsy.
    Epilepsy,
    /// Warfarin or another vitamin K antagonist.
    Warfarin,
    /// Lithium.
    Lithium,
    /// Medicines that raise potassium: ACE inhibitors, sartans, spironolactone, potassium itself.
    PotassiumRaisingMedicine,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    condition: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: Condition,
    name: String,
    phrases: Vec<String>,
}

struct Known {
    id: Condition,
    name: String,
    phrases: Vec<Phrase>,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let data: Data =
        toml::from_str(include_str!("../data/profile.toml")).expect("profile.toml is checked by the tests");
    let known = |row: Row| Known {
        id: row.id,
        name: row.name,
        phrases: row.phrases.iter().map(|text| Phrase::parse(text).expect("checked by the tests")).collect(),
    };
    data.condition.into_iter().map(known).collect()
});

impl Condition {
    /// What it is called in a sentence: `heart disease`.
    pub fn name(self) -> &'static str {
        KNOWN.iter().find(|known| known.id == self).map_or("", |known| known.name.as_str())
    }

    /// The conditions that an entry of a profile or a record names, sorted: `Type 2 diabetes (insulin)`. Empty where none
    /// of them is known; that is not the same as nothing being wrong.
    pub fn read(entry: &str) -> Vec<Self> {
        let mut found: Vec<Self> =
            KNOWN.iter().filter(|known| mentions(entry, &known.phrases)).map(|known| known.id).collect();
        found.sort_unstable();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, KNOWN};

    #[test]
    fn entries_of_a_profile_are_understood() {
        use Condition::*;
        for (entry, expected) in [
            ("pregnant", vec![Pregnancy]),
            ("Pregnancy, 20 weeks", vec![Pregnancy]),
            ("Type 2 diabetes", vec![Diabetes]),
            ("T1D", vec![Diabetes, LowSugarMedicine]),
            ("diabetes on insulin", vec![Diabetes, LowSugarMedicine]),
            ("prediabetes", vec![]),
            ("COPD", vec![LungDisease]),
            ("High blood pressure", vec![Hypertension]),
            ("heart failure", vec![HeartDisease, HeartFailure]),
            ("CKD stage 3", vec![KidneyDisease]),
            ("celiac", vec![CoeliacDisease]),
            ("anorexia", vec![EatingDisorder]),
            ("long covid", vec![WorseAfterEffort]),
            ("PTSD", vec![TraumaMemories]),
            ("hay fever", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(Condition::read(entry), expected, "{entry:?}");
        }
    }

    #[test]
    fn every_condition_has_one_name() {
        for known in KNOWN.iter() {
            assert_eq!(known.id.name(), known.name, "{:?} stands twice", known.id);
            assert!(!known.name.is_empty() && !known.phrases.is_empty());
        }
        let last = Condition::PotassiumRaisingMedicine as usize;
        assert_eq!(KNOWN.len(), last + 1, "a condition without its row, or a row too many");
    }
}
