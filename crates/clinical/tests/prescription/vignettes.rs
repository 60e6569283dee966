//! Runs `tests/vignettes/prescription/*.md`: cases that a doctor can review.
//!
//! A file holds cases, each a `## heading`, a sentence of prose, `> key: value` lines of input, and a list of what must
//! come out.

use std::path::Path;

use clinical::prescription::{CreatinineUnit, Patient, Prescription, Request, Severity, Sex, check};

#[derive(Default)]
struct Case {
    title: String,
    request: Request,
    checks: Vec<(String, String)>,
}

#[test]
fn every_vignette_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vignettes/prescription");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is part of the crate") {
        let path = entry.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("readable");
        cases.extend(parse(&path.file_name().unwrap().to_string_lossy(), &text));
    }
    assert!(cases.len() >= 60, "{}", cases.len());
    let mut failed = Vec::new();
    for case in &cases {
        let result = check(&case.request);
        for (key, value) in &case.checks {
            if let Err(why) = holds(key, value, &result) {
                failed.push(format!("{}\n  - {key}: {value}\n    {why}", case.title));
            }
        }
        assert!(!case.checks.is_empty(), "{} checks nothing", case.title);
    }
    assert!(failed.is_empty(), "{} fail:\n{}", failed.len(), failed.join("\n"));
}

fn parse(file: &str, text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case { title: format!("{file}: {title}"), ..Case::default() });
        } else if let Some(input) = line.strip_prefix("> ") {
            let case = cases.last_mut().expect("input stands under a heading");
            let (key, value) = input.split_once(": ").unwrap_or_else(|| panic!("{}: {input}", case.title));
            set(&mut case.request, key, value, &case.title);
        } else if let Some(check) = line.strip_prefix("- ") {
            let (key, value) = check.split_once(": ").unwrap_or((check, ""));
            cases.last_mut().expect("a check stands under a heading").checks.push((key.to_owned(), value.to_owned()));
        }
    }
    cases
}

fn set(request: &mut Request, key: &str, value: &str, title: &str) {
    let list = || value.split(" | ").map(str::to_owned).collect::<Vec<_>>();
    let number = || {
        value.split(' ').next().unwrap_or_default().parse::<f64>().unwrap_or_else(|_| panic!("{title}: {key} {value}"))
    };
    let patient: &mut Patient = &mut request.patient;
    match key {
        "diagnosis" => value.clone_into(&mut request.diagnosis),
        "medicines" => request.medicines = list(),
        "allergies" => request.allergies = list(),
        "conditions" => patient.conditions = list(),
        "age" => patient.age_years = Some(number()),
        "sex" => patient.sex = Some(if value == "female" { Sex::Female } else { Sex::Male }),
        "weight" => patient.weight_kg = Some(number()),
        "pregnant" => {
            patient.pregnant = Some(value != "no");
            patient.pregnancy_weeks = value.split(' ').next().and_then(|weeks| weeks.parse().ok());
        }
        "breastfeeding" => patient.breastfeeding = Some(value == "yes"),
        "creatinine" => {
            patient.creatinine = Some(number());
            patient.creatinine_unit = match value.split(' ').nth(1) {
                Some("mg/dL") => Some(CreatinineUnit::MgPerDl),
                Some("µmol/L") => Some(CreatinineUnit::UmolPerL),
                _ => None,
            };
        }
        "crcl" => patient.crcl_ml_min = Some(number()),
        "renal" => patient.renal_function = Some(value.to_owned()),
        "hepatic" => patient.hepatic_function = Some(value.to_owned()),
        "potassium" => patient.potassium = Some(number()),
        "sodium" => patient.sodium = Some(number()),
        "qtc" => patient.qtc_ms = Some(number()),
        "inr" => patient.inr = Some(number()),
        "platelets" => patient.platelets = Some(number()),
        _ => panic!("{title}: no input is called {key}"),
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase().contains(&b.to_lowercase())
}

fn holds(key: &str, value: &str, result: &Prescription) -> Result<(), String> {
    let any = |ok: bool, seen: String| if ok { Ok(()) } else { Err(seen) };
    let chosen: Vec<&str> = result.medications.iter().map(|m| m.name.as_str()).collect();
    let offered: Vec<&str> = result.medications.iter().chain(&result.alternatives).map(|m| m.name.as_str()).collect();
    let wanted: Vec<&str> = value.split(" | ").collect();
    let alerts: Vec<String> =
        result.alerts().map(|a| format!("{} {} {}", a.severity.as_str(), a.code, a.drugs.join(" + "))).collect();
    match key {
        // One of these is chosen.
        "chooses" => any(
            wanted.iter().any(|w| chosen.iter().any(|c| same(c, w))),
            format!("chosen: {chosen:?}; excluded: {:?}", reasons(result)),
        ),
        // All of these are chosen or offered.
        "offers" => any(
            wanted.iter().all(|w| offered.iter().any(|c| same(c, w))),
            format!("offered: {offered:?}; excluded: {:?}", reasons(result)),
        ),
        "never" => any(!wanted.iter().any(|w| offered.iter().any(|c| same(c, w))), format!("offered: {offered:?}")),
        "chooses nothing" => any(chosen.is_empty(), format!("chosen: {chosen:?}")),
        "nothing safe" => any(result.nothing_safe.is_some() && offered.is_empty(), format!("offered: {offered:?}")),
        // NAME by CODE
        "excludes" => {
            let (name, code) = value.split_once(" by ").unwrap_or((value, ""));
            any(
                result.excluded.iter().any(|e| same(&e.name, name) && e.code.contains(code)),
                format!("{:?}", reasons(result)),
            )
        }
        "dose" => {
            let text = result
                .medications
                .iter()
                .chain(&result.alternatives)
                .map(|m| {
                    format!(
                        "{} {} {} {} {}",
                        m.name,
                        m.dose,
                        m.frequency,
                        m.duration,
                        m.calculation.as_deref().unwrap_or("")
                    )
                })
                .collect::<Vec<_>>();
            any(wanted.iter().all(|w| text.iter().any(|t| same(t, w))), format!("{text:?}"))
        }
        // SEVERITY CODE [DRUG + DRUG]: at least one such alert
        "contraindicated" | "serious" | "caution" | "note" => {
            let ok = wanted
                .iter()
                .all(|w| alerts.iter().any(|a| a.starts_with(key) && w.split(" + ").all(|part| same(a, part))));
            any(ok, format!("{alerts:#?}"))
        }
        "no alarm" => {
            let loud =
                result.alerts().filter(|a| a.severity >= Severity::Caution).map(|a| a.code.clone()).collect::<Vec<_>>();
            any(loud.is_empty(), format!("{loud:?}"))
        }
        "no interaction" => {
            any(!result.interactions.iter().any(|a| a.severity >= Severity::Caution), format!("{alerts:?}"))
        }
        "could not check" => any(
            wanted.iter().all(|w| result.could_not_check.iter().any(|n| same(&n.code, w) || same(&n.text, w))),
            format!("{:?}", result.could_not_check.iter().map(|n| &n.code).collect::<Vec<_>>()),
        ),
        "advises" => {
            any(wanted.iter().any(|w| result.advice.iter().any(|a| same(a, w))), format!("{:?}", result.advice))
        }
        "monitors" => {
            any(wanted.iter().any(|w| result.monitoring.iter().any(|a| same(a, w))), format!("{:?}", result.monitoring))
        }
        "tells" => any(
            wanted.iter().any(|w| result.compliance_notes.iter().any(|a| same(a, w))),
            format!("{:?}", result.compliance_notes),
        ),
        "pairs" => any(result.interactions_checked.to_string() == value, result.interactions_checked.to_string()),
        _ => Err("no such check".to_owned()),
    }
}

fn reasons(result: &Prescription) -> Vec<String> {
    result.excluded.iter().map(|e| format!("{} by {} ({})", e.name, e.code, e.severity.as_str())).collect()
}
