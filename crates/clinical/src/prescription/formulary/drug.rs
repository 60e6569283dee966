//! What the formulary says about one drug.

use crate::prescription::alert::Severity;
use serde::Deserialize;

/// A drug of `data/drugs/*.toml`, or one that a person may also take (`data/other_drugs.toml`).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the properties are the keys of the table, each a question of its own"
)]
pub struct Drug {
    /// Stable id: the international nonproprietary name in snake case.
    pub id: String,
    /// Name as shown.
    pub name: String,
    /// Other generic names and salts.
    pub synonyms: Vec<String>,
    /// Brand names of any country.
    pub brands: Vec<String>,
    /// Class ids, from general to special.
    pub classes: Vec<String>,
    /// ATC code, empty where not sure.
    pub atc: String,
    /// Routes by which it is given.
    pub routes: Vec<String>,
    /// Use in pregnancy.
    pub pregnancy: Option<Reproductive>,
    /// Use while breastfeeding.
    pub lactation: Option<Reproductive>,
    /// What to do in severe liver disease, empty for nothing special.
    pub hepatic: String,
    /// Risk of torsades de pointes, by `CredibleMeds` category.
    pub qt: Qt,
    /// Raises serotonin.
    pub serotonergic: bool,
    /// Anticholinergic burden, 0 to 3 (ACB scale).
    pub anticholinergic: u8,
    /// Raises the risk of bleeding.
    pub bleeding: bool,
    /// Depresses the central nervous system.
    pub sedating: bool,
    /// Effect on serum potassium.
    pub potassium: Potassium,
    /// Can lower serum sodium.
    pub sodium_lowering: bool,
    /// Can harm the kidney.
    pub nephrotoxic: bool,
    /// Can cause hypoglycaemia.
    pub hypoglycaemia: bool,
    /// Lowers the seizure threshold.
    pub seizure_threshold: bool,
    /// Small distance between an effective and a harmful dose.
    pub narrow_index: bool,
    /// Enzymes and transporters that matter clinically.
    pub cyp: Cyp,
    /// Condition ids in which it needs care.
    pub cautions: Vec<String>,
    /// Condition ids in which it must not be used.
    pub contraindications: Vec<String>,
    /// What to measure or watch.
    pub monitoring: Vec<String>,
    /// The commonest and the gravest unwanted effects.
    pub side_effects: Vec<String>,
    /// What the Beers or STOPP criteria say.
    pub older: Option<Older>,
    /// Doses; none where a specialist starts the drug.
    pub dose: Vec<Dose>,
    /// Limits by creatinine clearance.
    pub renal: Vec<RenalLimit>,
    /// Where the entry is from.
    pub source: String,
    /// Whether it comes from the formulary itself; else only names, classes and properties are known.
    #[serde(skip)]
    pub complete: bool,
    /// Ids of the drugs in a combination, from `data/drug_combinations.toml`.
    #[serde(skip)]
    pub parts: Vec<String>,
}

/// How far a drug may be used in pregnancy or while breastfeeding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Advice {
    /// May be used.
    Ok,
    /// Only where the benefit outweighs what is known or feared.
    Caution,
    /// Better not; another drug first.
    Avoid,
    /// Never.
    Contraindicated,
}

impl Advice {
    /// How grave it is to go against it; none where the drug may be used.
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Ok => None,
            Self::Caution => Some(Severity::Caution),
            Self::Avoid => Some(Severity::Serious),
            Self::Contraindicated => Some(Severity::Contraindicated),
        }
    }
}

/// Advice for pregnancy or lactation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reproductive {
    /// How far it may be used.
    pub advice: Advice,
    /// Trimester, dose or reason.
    #[serde(default)]
    pub note: String,
    /// Source and year.
    pub source: String,
}

/// Risk of torsades de pointes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Qt {
    /// None known.
    #[default]
    None,
    /// Prolongs the interval; torsades not proven.
    Possible,
    /// Known to cause torsades.
    Known,
}

/// Effect on serum potassium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Potassium {
    /// None that matters.
    #[default]
    #[serde(rename = "")]
    Unchanged,
    /// Raises it.
    #[serde(rename = "raises")]
    Raises,
    /// Lowers it.
    #[serde(rename = "lowers")]
    Lowers,
}

/// Enzymes and transporters.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cyp {
    /// Enzymes that clear it, such as `3a4`.
    pub substrate: Vec<String>,
    /// Enzymes that it inhibits, such as `3a4:strong`.
    pub inhibits: Vec<String>,
    /// Enzymes that it induces.
    pub induces: Vec<String>,
}

/// Advice for people of 65 and over.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Older {
    /// `avoid` or `caution`.
    pub advice: Advice,
    /// Why and when.
    pub text: String,
    /// Beers or STOPP, with the year.
    pub source: String,
}

/// One dose for one use in one group of people.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dose {
    /// Condition id, or a use such as `pain`.
    pub indication: String,
    /// Whom it is for.
    pub population: Population,
    /// From this age in years.
    pub min_age_years: f64,
    /// Up to this age in years; a whole number includes that year of life.
    pub max_age_years: Option<f64>,
    /// From this weight in kg.
    pub min_weight_kg: f64,
    /// Route.
    pub route: String,
    /// Unit of the amounts, such as `mg` or `puff`.
    pub form: String,
    /// Single dose, fixed.
    pub amount: Option<f64>,
    /// Single dose by weight, in the unit per kg.
    pub amount_per_kg: Option<f64>,
    /// Most for a single dose by weight.
    pub max_single: Option<f64>,
    /// Times in 24 hours; 0.143 is once a week; none for a single dose or as needed.
    pub per_day: Option<f64>,
    /// Most in 24 hours.
    pub max_day: Option<f64>,
    /// Usual course in days, shortest and longest; empty for long-term use.
    pub days: Vec<f64>,
    /// What else to know.
    pub note: String,
    /// Source and year.
    pub source: String,
}

/// Whom a dose is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Population {
    /// Adults.
    #[default]
    Adult,
    /// Children.
    Child,
    /// Older people.
    Elderly,
    /// Pregnant women.
    Pregnancy,
}

/// What to do below a creatinine clearance.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenalLimit {
    /// Cockcroft–Gault clearance in mL/min below which it applies.
    pub crcl_below: f64,
    /// What to do.
    pub action: RenalAction,
    /// In words.
    pub text: String,
    /// Source and year.
    pub source: String,
}

/// What to do in renal impairment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RenalAction {
    /// Check more often.
    Monitor,
    /// Lower the dose or lengthen the interval.
    Reduce,
    /// Better not.
    Avoid,
    /// Never.
    Contraindicated,
}

impl Drug {
    /// Whether it acts only where it is put, so that rules about whole-body effects do not apply.
    pub fn is_local(&self) -> bool {
        const LOCAL: [&str; 5] = ["topical", "eye", "ear", "nasal", "vaginal"];
        // Timolol drops reach the lungs and the heart: as a beta-blocker they count as taken by mouth.
        !self.routes.is_empty()
            && self.routes.iter().all(|route| LOCAL.contains(&route.as_str()))
            && self.id != "timolol_eye"
    }

    /// Whether it belongs to a class.
    pub fn has_class(&self, class: &str) -> bool {
        self.classes.iter().any(|own| own == class)
    }
}

impl Dose {
    /// Whether it is meant for somebody of this age.
    pub fn covers_age(&self, age_years: f64) -> bool {
        let above = age_years >= self.min_age_years;
        let below = self.max_age_years.is_none_or(|most| {
            // "11" and "0.99" both mean the whole year of life; "0.25" means three months.
            if most.fract() == 0.0 || most.fract() >= 0.9 { age_years < most.floor() + 1.0 } else { age_years <= most }
        });
        above && below
    }
}
