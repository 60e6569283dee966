//! Two lists written from pharmacy practice by somebody who had not read the tables: what must alert, and what must not.

use clinical::prescription::{Alert, Patient, Prescription, Request, Severity, Sex, check};

struct Case {
    line: &'static str,
    request: Request,
    code: &'static str,
}

fn cases(text: &'static str) -> Vec<Case> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(case).collect()
}

fn case(line: &'static str) -> Case {
    let mut parts = line.split('|');
    let medicines = parts.next().unwrap_or_default().split(" + ").map(str::to_owned).collect();
    let mut request = Request { medicines, ..Request::default() };
    for fact in parts.next().unwrap_or_default().split("; ").filter(|fact| !fact.is_empty()) {
        let (key, value) = fact.split_once('=').unwrap_or_else(|| panic!("{line}: {fact}"));
        let number = || value.parse::<f64>().unwrap_or_else(|_| panic!("{line}: {fact}"));
        let patient: &mut Patient = &mut request.patient;
        match key {
            "age" => patient.age_years = Some(number()),
            "sex" => patient.sex = Some(if value == "female" { Sex::Female } else { Sex::Male }),
            "weight" => patient.weight_kg = Some(number()),
            "crcl" => patient.crcl_ml_min = Some(number()),
            "hepatic" => patient.hepatic_function = Some(value.to_owned()),
            "pregnant" => {
                patient.pregnant = Some(true);
                patient.pregnancy_weeks = value.parse().ok();
            }
            "breastfeeding" => patient.breastfeeding = Some(true),
            "conditions" => patient.conditions = value.split(", ").map(str::to_owned).collect(),
            "allergies" => request.allergies = vec![value.to_owned()],
            _ => panic!("{line}: no fact is called {key}"),
        }
    }
    Case { line, request, code: parts.next().unwrap_or_default() }
}

/// Alerts that are more than a note; of a case about several medicines only those about more than one.
fn loud<'a>(case: &Case, result: &'a Prescription) -> Vec<&'a Alert> {
    let several = case.request.medicines.len() > 1;
    let all = result.interactions.iter().chain(result.warnings.iter().filter(|_| !several));
    all.filter(|alert| alert.severity >= Severity::Caution && alert.code.starts_with(case.code)).collect()
}

fn checked(case: &Case) -> Prescription {
    let result = check(&case.request);
    let unknown = result.could_not_check.iter().find(|open| open.code.starts_with("unknown"));
    assert!(unknown.is_none(), "{}: {unknown:?}", case.line);
    result
}

#[test]
fn what_a_pharmacist_stops_for_alerts() {
    let all = cases(include_str!("independent_must_alert.txt"));
    let silent: Vec<_> = all.iter().filter(|case| loud(case, &checked(case)).is_empty()).map(|c| c.line).collect();
    println!("{} of {} alert; silent: {silent:#?}", all.len() - silent.len(), all.len());
    assert!(all.len() >= 150);
    assert!(silent.len() * 50 <= all.len(), "{silent:#?}");
}

#[test]
fn everyday_treatment_is_left_in_peace() {
    let all = cases(include_str!("independent_quiet.txt"));
    let mut heard = Vec::new();
    for case in &all {
        let result = checked(case);
        let codes: Vec<_> = loud(case, &result).iter().map(|alert| alert.code.clone()).collect();
        if !codes.is_empty() {
            heard.push((case.line, codes));
        }
    }
    println!("{} of {} alarm: {heard:#?}", heard.len(), all.len());
    assert!(all.len() >= 150);
    assert!(heard.len() * 50 <= all.len(), "{heard:#?}");
}
