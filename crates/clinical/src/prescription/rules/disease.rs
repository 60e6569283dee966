//! # What it checks
//! Every medicine against the facts of the person in `data/disease_rules.toml`: conditions, age, pregnancy with its
//! trimester, breastfeeding, creatinine clearance, laboratory values, heart rate and pressure.
//!
//! # Why it matters
//! Most harm from medicines in older people is a right drug in the wrong person.
//!
//! # What it does not cover
//! Conditions that were not given. A figure that a rule needs and that is missing is named, not assumed normal.
//!
//! # Source
//! AGS Beers 2023, STOPP version 3 (2023), BNF 2024, MHRA and FDA notices, as named by every rule.

use crate::prescription::context::{Context, Fact, Findings, Words};
use crate::prescription::patient::{Person, Pregnancy};
use crate::prescription::reader::Medicine;
use crate::prescription::tables::disease::{DiseaseRule, When, disease_rules};
use crate::prescription::tables::selector::Selector;

pub(super) fn check(context: &Context, findings: &mut Findings) {
    for (at, medicine) in context.singles() {
        let mut shown: Vec<&str> = Vec::new();
        for drug in medicine.drugs.iter().filter(|_| !medicine.local) {
            for rule in disease_rules().about(*drug) {
                if shown.contains(&rule.id.as_str()) || is_balanced(context, rule) {
                    continue;
                }
                match holds(&rule.when, context.person) {
                    Truth::Yes => {
                        shown.push(&rule.id);
                        report(context, findings, at, rule);
                    }
                    Truth::No => {}
                    Truth::Unknown(facts) => facts.into_iter().for_each(|fact| findings.missing(fact, &medicine.name)),
                }
            }
        }
    }
}

/// Whether another medicine takes the ground from the rule, as an inhaled steroid does beside a long-acting beta-agonist.
fn is_balanced(context: &Context, rule: &DiseaseRule) -> bool {
    rule.unless_with
        .iter()
        .filter_map(|text| Selector::parse(text))
        .any(|selector| context.medicines.iter().flat_map(Medicine::entries).any(|drug| selector.matches(drug)))
}

fn report(context: &Context, findings: &mut Findings, at: usize, rule: &DiseaseRule) {
    findings.alert(
        context,
        format!("disease.{}", rule.id),
        rule.severity,
        &[at],
        &Words { mechanism: &rule.text, advice: &rule.instead, source: &rule.source },
    );
}

enum Truth {
    Yes,
    No,
    Unknown(Vec<Fact>),
}

/// Whether all facts hold. One that does not decides; only then is what is missing of interest.
fn holds(when: &When, person: &Person) -> Truth {
    let given = &person.given;
    let mut unknown = Vec::new();
    if when.condition.as_ref().is_some_and(|id| !person.has(id)) {
        return Truth::No;
    }
    let above =
        |limit: Option<f64>, value: Option<f64>, fact: Fact| limit.map(|limit| (value.map(|v| v >= limit), fact));
    let below =
        |limit: Option<f64>, value: Option<f64>, fact: Fact| limit.map(|limit| (value.map(|v| v < limit), fact));
    let checks = [
        above(when.age_above, given.age_years, Fact::Age),
        below(when.age_below, given.age_years, Fact::Age),
        when.crcl_below.map(|limit| (person.clearance.below(limit), Fact::Creatinine)),
        above(when.potassium_above, given.potassium, Fact::Potassium),
        below(when.potassium_below, given.potassium, Fact::Potassium),
        below(when.sodium_below, given.sodium, Fact::Sodium),
        above(when.calcium_above, given.calcium, Fact::Calcium),
        below(when.calcium_below, given.calcium, Fact::Calcium),
        above(when.qtc_above, given.qtc_ms, Fact::Qtc),
        below(when.heart_rate_below, given.heart_rate, Fact::HeartRate),
        below(when.systolic_below, given.systolic, Fact::Systolic),
        below(when.platelets_below, given.platelets, Fact::Platelets),
        below(when.neutrophils_below, given.neutrophils, Fact::Neutrophils),
        above(when.inr_above, given.inr, Fact::Inr),
        above(when.alt_above, given.alt, Fact::Alt),
        // 40 U/L is a usual upper limit for adults; laboratories differ.
        above(when.alt_times_uln_above, given.alt.map(|alt| alt / 40.0), Fact::Alt),
        above(when.ck_times_uln_above, given.ck_times_uln, Fact::Ck),
        above(when.lithium_above, given.lithium, Fact::Lithium),
        above(when.digoxin_above, given.digoxin, Fact::Digoxin),
        below(when.hba1c_below, given.hba1c, Fact::Hba1c),
        below(when.tsh_below, given.tsh, Fact::Tsh),
        when.pregnancy.as_deref().map(|trimester| (pregnant(person, trimester), pregnancy_fact(person))),
        when.lactation.map(|wanted| (breastfeeding(person).map(|is| is == wanted), Fact::Breastfeeding)),
    ];
    for (truth, fact) in checks.into_iter().flatten() {
        match truth {
            Some(true) => {}
            Some(false) => return Truth::No,
            None => unknown.push(fact),
        }
    }
    if unknown.is_empty() { Truth::Yes } else { Truth::Unknown(unknown) }
}

/// Whether she is in this part of pregnancy; the third trimester begins with week 28, the second with week 13.
fn pregnant(person: &Person, trimester: &str) -> Option<bool> {
    match person.pregnancy {
        Pregnancy::Impossible | Pregnancy::No => Some(false),
        Pregnancy::Unknown => None,
        Pregnancy::Yes(_) if trimester == "any" => Some(true),
        Pregnancy::Yes(weeks) => weeks.map(|weeks| if trimester == "first" { weeks < 13.0 } else { weeks >= 28.0 }),
    }
}

fn pregnancy_fact(person: &Person) -> Fact {
    if matches!(person.pregnancy, Pregnancy::Yes(_)) { Fact::PregnancyWeeks } else { Fact::Pregnancy }
}

/// Not told counts as no, unless she was told to be in childbed; few are, and the question would be asked of everyone.
pub(super) fn breastfeeding(person: &Person) -> Option<bool> {
    match person.given.breastfeeding {
        Some(told) => Some(told),
        None if person.has("postpartum") || person.has("under_6_weeks_postpartum_breastfeeding") => None,
        None => Some(false),
    }
}
