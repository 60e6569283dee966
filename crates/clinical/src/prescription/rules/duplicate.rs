//! # What it checks
//! The same drug twice, alone or inside combinations, and two drugs of one class that are not meant to be added.
//!
//! # Why it matters
//! Paracetamol in two products is the commonest unnoticed overdose; two drugs of a class add harm, rarely effect.
//!
//! # What it does not cover
//! Classes that are combined on purpose: insulins, inhalers that relieve and prevent, weak and strong opioids for
//! breakthrough pain (a caution), drugs put on the skin.
//!
//! # Source
//! STOPP version 3 (2023), section A: any duplicate drug class; BNF 2024.

use crate::prescription::alert::Severity;
use crate::prescription::context::{Context, Findings, Words};
use crate::prescription::formulary::formulary;
use crate::prescription::reader::Medicine;

/// Classes of which one is enough, with how grave two are.
pub(crate) const ONE_ENOUGH: [(&str, Severity); 40] = [
    ("nsaid", Severity::Serious),
    ("doac", Severity::Contraindicated),
    ("ace_inhibitor", Severity::Serious),
    ("arb", Severity::Serious),
    ("beta_blocker", Severity::Serious),
    ("calcium_channel_blocker_dhp", Severity::Caution),
    ("calcium_channel_blocker_non_dhp", Severity::Serious),
    ("thiazide", Severity::Caution),
    ("loop_diuretic", Severity::Caution),
    ("mineralocorticoid_antagonist", Severity::Serious),
    ("statin", Severity::Serious),
    ("fibrate", Severity::Caution),
    ("alpha_blocker", Severity::Caution),
    ("ssri", Severity::Serious),
    ("snri", Severity::Serious),
    ("tca", Severity::Serious),
    ("benzodiazepine", Severity::Caution),
    ("z_drug", Severity::Caution),
    ("opioid", Severity::Caution),
    ("gabapentinoid", Severity::Serious),
    ("triptan", Severity::Contraindicated),
    ("sulfonylurea", Severity::Serious),
    ("dpp4_inhibitor", Severity::Serious),
    ("sglt2_inhibitor", Severity::Serious),
    ("glp1_agonist", Severity::Serious),
    ("ppi", Severity::Caution),
    ("h2_blocker", Severity::Caution),
    ("bisphosphonate", Severity::Serious),
    ("pde5_inhibitor", Severity::Contraindicated),
    ("xanthine_oxidase_inhibitor", Severity::Serious),
    ("macrolide", Severity::Serious),
    ("fluoroquinolone", Severity::Serious),
    ("penicillin", Severity::Caution),
    ("cephalosporin", Severity::Caution),
    ("tetracycline", Severity::Caution),
    ("bladder_antimuscarinic", Severity::Caution),
    ("cholinesterase_inhibitor", Severity::Caution),
    ("contraceptive_combined", Severity::Serious),
    ("corticosteroid_systemic", Severity::Caution),
    ("thionamide", Severity::Serious),
];

pub(super) fn check(context: &Context, findings: &mut Findings) {
    for (i, j) in context.pairs() {
        let (a, b) = (&context.medicines[i], &context.medicines[j]);
        if a.local || b.local {
            continue;
        }
        if let Some(drug) = a.drugs.iter().find(|drug| b.drugs.contains(drug)) {
            let name = &formulary().get(*drug).name;
            findings.alert(
                context,
                "duplicate.same_drug",
                Severity::Serious,
                &[i, j],
                &Words {
                    mechanism: &format!("Both contain {name}."),
                    advice: "Take one of them only, or count them together against the maximum.",
                    source: "STOPP v3 2023, A3",
                },
            );
        } else if let Some((class, severity)) = shared_class(a, b) {
            findings.alert(
                context,
                format!("duplicate.{class}"),
                severity,
                &[i, j],
                &Words {
                    mechanism: &format!("Two drugs of one class ({}).", class.replace('_', " ")),
                    advice: "Choose one; if both are meant, write down why and for how long.",
                    source: "STOPP v3 2023, A3; BNF 2024",
                },
            );
        }
    }
}

fn shared_class(a: &Medicine, b: &Medicine) -> Option<(&'static str, Severity)> {
    let has = |medicine: &Medicine, class: &str| {
        medicine.entries().any(|drug| drug.has_class(class) && !is_apart(&drug.id, class))
    };
    ONE_ENOUGH.into_iter().filter(|(class, _)| has(a, class) && has(b, class)).max_by_key(|(_, severity)| *severity)
}

/// Members of a class for which the second is usual or without harm.
fn is_apart(id: &str, class: &str) -> bool {
    matches!(
        (id, class),
        ("aspirin", "nsaid")
            | ("loperamide" | "naloxone" | "naltrexone" | "nalmefene" | "diphenoxylate", "opioid")
            | ("fludrocortisone", "corticosteroid_systemic")
            | ("timolol_eye", "beta_blocker")
            | ("metolazone", "thiazide")
    )
}
