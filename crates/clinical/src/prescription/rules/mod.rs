//! The rules, one a file, in the order in which they are run.
//!
//! A rule looks at the person and the medicines and adds alerts, or the facts that it would have needed. It never takes
//! an alert away, so that a further medicine can only add.

use super::context::{Context, Findings};

mod allergy;
mod anticholinergic;
mod anticoagulant;
mod bleeding;
mod disease;
mod duplicate;
mod hepatic;
mod interaction;
mod kidney_load;
mod lactation;
mod listed_condition;
mod lithium;
mod maximum_dose;
mod methotrexate;
mod older;
mod paediatric;
mod potassium;
mod pregnancy;
mod qt;
mod renal_limit;
mod sedation;
mod serotonin;
mod sodium;

pub(crate) use renal_limit::strictest;

/// One rule.
pub(crate) struct Rule {
    /// Stable code; the codes of its alerts begin with it.
    pub(crate) code: &'static str,
    /// Looks and adds.
    pub(crate) check: fn(&Context, &mut Findings),
}

/// Every rule.
pub(crate) const RULES: [Rule; 23] = [
    Rule { code: "allergy", check: allergy::check },
    Rule { code: "interaction", check: interaction::check },
    Rule { code: "duplicate", check: duplicate::check },
    Rule { code: "disease", check: disease::check },
    Rule { code: "condition", check: listed_condition::check },
    Rule { code: "pregnancy", check: pregnancy::check },
    Rule { code: "lactation", check: lactation::check },
    Rule { code: "paediatric", check: paediatric::check },
    Rule { code: "older", check: older::check },
    Rule { code: "renal", check: renal_limit::check },
    Rule { code: "hepatic", check: hepatic::check },
    Rule { code: "maximum_dose", check: maximum_dose::check },
    Rule { code: "qt", check: qt::check },
    Rule { code: "serotonin", check: serotonin::check },
    Rule { code: "bleeding", check: bleeding::check },
    Rule { code: "anticoagulant", check: anticoagulant::check },
    Rule { code: "potassium", check: potassium::check },
    Rule { code: "sodium", check: sodium::check },
    Rule { code: "lithium", check: lithium::check },
    Rule { code: "methotrexate", check: methotrexate::check },
    Rule { code: "sedation", check: sedation::check },
    Rule { code: "anticholinergic", check: anticholinergic::check },
    Rule { code: "kidney_load", check: kidney_load::check },
];

/// Runs every rule.
pub(crate) fn run(context: &Context) -> Findings {
    let mut findings = Findings::default();
    for rule in &RULES {
        let before = findings.alerts.len();
        (rule.check)(context, &mut findings);
        debug_assert!(
            findings.alerts[before..].iter().all(|alert| alert.code.split('.').next() == Some(rule.code)),
            "the alerts of {} begin with its code",
            rule.code
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::RULES;

    #[test]
    fn every_rule_has_a_code_of_its_own_and_says_what_it_checks() {
        let codes: BTreeSet<&str> = RULES.iter().map(|rule| rule.code).collect();
        assert_eq!(codes.len(), RULES.len());
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/prescription/rules");
        let mut files = 0;
        for entry in std::fs::read_dir(folder).expect("the folder is part of the crate") {
            let path = entry.expect("readable").path();
            if path.file_name().is_some_and(|name| name == "mod.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("readable");
            let headings: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("//! # ")).collect();
            assert_eq!(
                headings,
                ["What it checks", "Why it matters", "What it does not cover", "Source"],
                "{}",
                path.display()
            );
            files += 1;
        }
        assert_eq!(files, RULES.len());
    }
}
