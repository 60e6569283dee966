//! What every rule is given, and where it puts what it finds.

use std::collections::{BTreeMap, BTreeSet};

use super::alert::{Alert, NotChecked, Severity};
use super::formulary::Drug;
use super::patient::Person;
use super::reader::Medicine;
use super::tables::allergies::KnownAllergy;

/// A person with a list of medicines.
pub(crate) struct Context<'a> {
    pub(crate) person: &'a Person,
    pub(crate) medicines: &'a [Medicine],
    pub(crate) allergies: &'a [KnownAllergy],
    /// Only what concerns the medicine at this position is of interest: a candidate of a selection.
    pub(crate) focus: Option<usize>,
}

/// A fact that a rule needed and that was not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fact {
    Age,
    Weight,
    Creatinine,
    Pregnancy,
    PregnancyWeeks,
    Breastfeeding,
    Hepatic,
    Potassium,
    Sodium,
    Calcium,
    Qtc,
    HeartRate,
    Systolic,
    Platelets,
    Neutrophils,
    Inr,
    Alt,
    Ck,
    Lithium,
    Digoxin,
    Hba1c,
    Tsh,
    Dose,
    Maximum,
}

/// What the rules found.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) alerts: Vec<Alert>,
    pub(crate) missing: BTreeMap<Fact, BTreeSet<String>>,
    pub(crate) not_checked: Vec<NotChecked>,
}

impl<'a> Context<'a> {
    /// The medicines that a rule about single drugs looks at.
    pub(crate) fn singles(&self) -> impl Iterator<Item = (usize, &'a Medicine)> {
        let focus = self.focus;
        self.medicines.iter().enumerate().filter(move |(at, _)| focus.is_none_or(|focus| focus == *at))
    }

    /// Pairs of medicines, the earlier first.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + use<'a> {
        let (n, focus) = (self.medicines.len(), self.focus);
        (0..n)
            .flat_map(move |i| (i + 1..n).map(move |j| (i, j)))
            .filter(move |(i, j)| focus.is_none_or(|focus| focus == *i || focus == *j))
    }

    /// Positions of the medicines with a drug for which `holds`, local preparations left out; none where the focus is
    /// not among them.
    pub(crate) fn systemic(&self, holds: impl Fn(&Drug) -> bool) -> Vec<usize> {
        let found: Vec<usize> = self
            .medicines
            .iter()
            .enumerate()
            .filter(|(_, medicine)| !medicine.local && medicine.entries().any(&holds))
            .map(|(at, _)| at)
            .collect();
        if self.focus.is_none_or(|focus| found.contains(&focus)) { found } else { Vec::new() }
    }

    /// Name of the medicine at a position.
    pub(crate) fn name(&self, at: usize) -> &str {
        &self.medicines[at].name
    }
}

/// The words of an alert.
pub(crate) struct Words<'a> {
    pub(crate) mechanism: &'a str,
    pub(crate) advice: &'a str,
    pub(crate) source: &'a str,
}

impl Findings {
    /// Adds an alert about the medicines at these positions.
    pub(crate) fn alert(
        &mut self,
        context: &Context,
        code: impl Into<String>,
        severity: Severity,
        at: &[usize],
        words: &Words,
    ) {
        let mut drugs: Vec<String> = at.iter().map(|at| context.name(*at).to_owned()).collect();
        drugs.sort();
        let mut medicines = at.to_vec();
        medicines.sort_unstable();
        self.alerts.push(Alert {
            code: code.into(),
            severity,
            drugs,
            mechanism: words.mechanism.to_owned(),
            advice: words.advice.to_owned(),
            source: words.source.to_owned(),
            interrupt: severity >= Severity::Serious,
            medicines,
        });
    }

    /// Notes that a fact was needed for a drug.
    pub(crate) fn missing(&mut self, fact: Fact, drug: &str) {
        self.missing.entry(fact).or_default().insert(drug.to_owned());
    }

    /// What was not checked, one entry a fact.
    pub(crate) fn missing_facts(&self) -> Vec<NotChecked> {
        self.missing
            .iter()
            .map(|(fact, drugs)| {
                let (code, name, why) = fact.words();
                let drugs = drugs.iter().cloned().collect::<Vec<_>>().join(", ");
                NotChecked {
                    code: code.into(),
                    about: name.into(),
                    text: format!("{why}: {drugs}."),
                    suggestions: Vec::new(),
                }
            })
            .collect()
    }
}

impl Fact {
    /// Code, name and what is left open.
    pub(crate) fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Age => ("missing_age", "age", "Age is not given; doses and age limits not checked for"),
            Self::Weight => ("missing_weight", "weight", "Weight is not given; it decides about the dose of"),
            Self::Creatinine => (
                "missing_creatinine",
                "renal function",
                "Creatinine clearance is not known (creatinine, age, sex and weight needed); limits not checked for",
            ),
            Self::Pregnancy => {
                ("missing_pregnancy", "pregnancy", "Whether she is pregnant is not given; it decides about")
            }
            Self::PregnancyWeeks => (
                "missing_pregnancy_weeks",
                "weeks of pregnancy",
                "The week of pregnancy is not given; it decides about",
            ),
            Self::Breastfeeding => {
                ("missing_breastfeeding", "breastfeeding", "Whether she breastfeeds is not given; it decides about")
            }
            Self::Hepatic => {
                ("missing_hepatic", "liver function", "Liver function is not given; severe disease rules out or limits")
            }
            Self::Potassium => ("missing_potassium", "potassium", "Potassium is not given; limits not checked for"),
            Self::Sodium => ("missing_sodium", "sodium", "Sodium is not given; limits not checked for"),
            Self::Calcium => ("missing_calcium", "calcium", "Calcium is not given; limits not checked for"),
            Self::Qtc => ("missing_qtc", "QTc", "QTc is not given; limits not checked for"),
            Self::HeartRate => ("missing_heart_rate", "heart rate", "Heart rate is not given; limits not checked for"),
            Self::Systolic => {
                ("missing_systolic", "systolic pressure", "Blood pressure is not given; limits not checked for")
            }
            Self::Platelets => ("missing_platelets", "platelets", "Platelets are not given; limits not checked for"),
            Self::Neutrophils => {
                ("missing_neutrophils", "neutrophils", "Neutrophils are not given; limits not checked for")
            }
            Self::Inr => ("missing_inr", "INR", "INR is not given; limits not checked for"),
            Self::Alt => ("missing_alt", "ALT", "ALT is not given; limits not checked for"),
            Self::Ck => ("missing_ck", "creatine kinase", "Creatine kinase is not given; limits not checked for"),
            Self::Lithium => ("missing_lithium", "lithium level", "Lithium level is not given; limits not checked for"),
            Self::Digoxin => ("missing_digoxin", "digoxin level", "Digoxin level is not given; limits not checked for"),
            Self::Hba1c => ("missing_hba1c", "HbA1c", "HbA1c is not given; limits not checked for"),
            Self::Tsh => ("missing_tsh", "TSH", "TSH is not given; limits not checked for"),
            Self::Dose => {
                ("missing_dose", "dose", "Dose or how often was not given, so the maximum was not checked for")
            }
            Self::Maximum => ("no_maximum", "maximum dose", "The tables hold no maximum in this unit for"),
        }
    }
}
