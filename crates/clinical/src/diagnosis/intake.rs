//! From a request as it comes in (fields, a narrative, or both) to a [`Case`].

use serde::Serialize;

use super::Case;
use super::engine::Facts;
use super::request::{Request, RequestVitals};
use super::urgency::red_flags;
use crate::findings::{
    self, FindingId, Problem, Reading, Sex, State, Vitals, from_duration, from_vitals, problem, suggest,
};

/// Where a finding came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A field.
    Given,
    /// The narrative.
    Narrative,
}

/// A finding as it was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Understood {
    /// Which.
    pub finding: FindingId,
    /// Present or absent.
    pub state: State,
    /// It was said with doubt.
    pub is_possible: bool,
    /// Field or narrative.
    pub source: Source,
    /// The words, or the figure that shows it.
    pub text: String,
}

/// A request understood.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    /// What the engine reckons with.
    pub case: Case,
    /// Every finding with where it came from.
    pub understood: Vec<Understood>,
    /// Vital signs, fields and narrative together.
    pub vitals: Vitals,
    /// Words that nothing covers.
    pub not_understood: Vec<String>,
    /// What must be asked or could not be used.
    pub problems: Vec<Problem>,
}

/// More symptoms than a person can have entered in earnest; the rest is left out and said so.
const MAX_SYMPTOMS: usize = 100;

/// Understands a request. Any request is allowed: what is impossible or contradictory becomes a problem.
pub fn intake(request: &Request) -> Intake {
    let mut out = Intake::default();
    let reading = request.narrative.as_deref().map(findings::read);
    given_symptoms(request, &mut out);
    given_history(request, &mut out);
    if let (Some(reading), Some(text)) = (&reading, &request.narrative) {
        narrative(reading, text, &mut out);
    }
    person(request, reading.as_ref(), &mut out);
    let given = given_vitals(&request.vitals, &mut out.problems);
    out.vitals = given.or(reading.as_ref().map(|r| r.vitals).unwrap_or_default());
    measured(&mut out);
    contradictions(&mut out);
    collect(&mut out);
    impossible(&mut out);
    out
}

fn given_symptoms(request: &Request, out: &mut Intake) {
    if request.symptoms.len() > MAX_SYMPTOMS {
        out.problems.push(problem(
            "too_many_symptoms",
            format!("{} symptoms were entered; only the first {MAX_SYMPTOMS} were used.", request.symptoms.len()),
        ));
    }
    let mut longest: Option<f64> = None;
    for symptom in request.symptoms.iter().take(MAX_SYMPTOMS).filter(|s| !s.name.trim().is_empty()) {
        let Some(list) = known(&symptom.name, "symptom", out) else { continue };
        for (finding, state) in list {
            if symptom.absent {
                out.understood.push(given(finding, State::Absent, &symptom.name));
                continue;
            }
            out.understood.push(given(finding, state, &symptom.name));
            let severe =
                if finding.ancestors().iter().any(|a| a.id() == "abdominal_pain") || finding.id() == "abdominal_pain" {
                    "abdominal_pain_severe"
                } else {
                    "severe_pain"
                };
            let is_pain = finding.ancestors().iter().any(|a| a.id() == "pain") || finding.id().contains("pain");
            let severity = symptom.severity.as_deref().map(str::to_lowercase);
            if is_pain
                && state == State::Present
                && let Some(severity) = severity
            {
                let severe = FindingId::of(severe).expect("in the vocabulary");
                let state = if severity == "severe" { State::Present } else { State::Absent };
                out.understood.push(given(severe, state, &format!("{} ({severity})", symptom.name)));
            }
            if let Some(text) = symptom.duration.as_deref().filter(|t| !t.trim().is_empty()) {
                match findings::days_of(text) {
                    Some(days) => {
                        longest = Some(longest.map_or(days, |l: f64| l.max(days)));
                        for derived in from_duration(days, &[finding]).into_iter().skip(3) {
                            let state = if derived.is_present { State::Present } else { State::Absent };
                            out.understood.push(given(derived.finding, state, text));
                        }
                    }
                    None => out.problems.push(problem("duration_unclear", format!("How long is \"{}\"?", text.trim()))),
                }
            }
        }
    }
    if let Some(days) = longest {
        for derived in from_duration(days, &[]) {
            let state = if derived.is_present { State::Present } else { State::Absent };
            out.understood.push(given(derived.finding, state, &format!("{days} days")));
        }
    }
}

fn given(finding: FindingId, state: State, text: &str) -> Understood {
    Understood { finding, state, is_possible: false, source: Source::Given, text: text.trim().to_owned() }
}

/// The findings that typed words mean, or a problem with the nearest names.
fn known(typed: &str, what: &str, out: &mut Intake) -> Option<Vec<(FindingId, State)>> {
    if let Some(finding) = findings::find(typed) {
        return Some(vec![(finding, State::Present)]);
    }
    let reading = findings::read(typed);
    let list: Vec<(FindingId, State)> =
        reading.mentions.iter().filter(|m| m.is_current()).map(|m| (m.finding, m.state)).collect();
    if !list.is_empty() {
        return Some(list);
    }
    let near: Vec<&str> = suggest(typed, 3).into_iter().map(|s| s.term).collect();
    let hint = if near.is_empty() { String::new() } else { format!(" Is it one of: {}?", near.join("; ")) };
    out.problems.push(problem("unknown_finding", format!("The {what} \"{}\" is not known.{hint}", typed.trim())));
    out.not_understood.push(typed.trim().to_owned());
    None
}

fn given_history(request: &Request, out: &mut Intake) {
    let history = &request.history;
    for (list, prefix) in [(&history.conditions, "known "), (&history.medications, "takes ")] {
        for typed in list.iter().take(MAX_SYMPTOMS).filter(|t| !t.trim().is_empty()) {
            let reading = findings::read(&format!("{prefix}{typed}"));
            let found: Vec<FindingId> = reading
                .mentions
                .iter()
                .filter(|m| m.state == State::Present && m.is_current())
                .map(|m| m.finding)
                .filter(|f| matches!(f.get().kind, findings::Kind::History | findings::Kind::Exposure))
                .collect();
            if found.is_empty() {
                out.not_understood.push(typed.trim().to_owned());
            }
            for finding in found {
                out.understood.push(given(finding, State::Present, typed));
            }
        }
    }
}

fn narrative(reading: &Reading, text: &str, out: &mut Intake) {
    for mention in reading.mentions.iter().filter(|m| m.is_current()) {
        out.understood.push(Understood {
            finding: mention.finding,
            state: mention.state,
            is_possible: mention.is_possible,
            source: Source::Narrative,
            text: text[mention.start..mention.end].to_owned(),
        });
    }
    if let Some(days) = reading.complaint_days {
        let about: Vec<FindingId> =
            out.understood.iter().filter(|u| u.state == State::Present).map(|u| u.finding).collect();
        let stated: Vec<FindingId> = out.understood.iter().map(|u| u.finding).collect();
        for derived in from_duration(days, &about).into_iter().filter(|d| !stated.contains(&d.finding)) {
            let state = if derived.is_present { State::Present } else { State::Absent };
            let words = reading.durations.iter().find(|d| (d.days - days).abs() < 1e-9);
            let words = words.map_or_else(String::new, |d| text[d.start..d.end].to_owned());
            out.understood.push(Understood {
                finding: derived.finding,
                state,
                is_possible: false,
                source: Source::Narrative,
                text: words,
            });
        }
    }
    out.not_understood.extend(reading.not_understood.iter().map(|s| text[s.start..s.end].to_owned()));
    out.problems.extend(reading.problems.iter().cloned());
}

fn person(request: &Request, reading: Option<&Reading>, out: &mut Intake) {
    let told = reading.map(|r| r.patient).unwrap_or_default();
    let history = &request.history;
    let age = history.age.filter(|age| {
        let is_possible = (0.0..=120.0).contains(age);
        if !is_possible {
            out.problems
                .push(problem("age_impossible", format!("An age of {age} years is not possible; it was left out.")));
        }
        is_possible
    });
    if let (Some(age), Some(told)) = (age, told.age_years)
        && (age - told).abs() > 1.5
    {
        out.problems.push(problem(
            "age_contradictory",
            format!("The age is entered as {age:.0} and told as {told:.0}; the entered one was used."),
        ));
    }
    let sex = history.sex.as_deref().and_then(|sex| match sex.trim().to_lowercase().as_str() {
        "male" | "m" | "man" | "boy" => Some(Sex::Male),
        "female" | "f" | "woman" | "girl" => Some(Sex::Female),
        "" | "unknown" | "other" => None,
        other => {
            out.problems
                .push(problem("sex_unknown", format!("The sex \"{other}\" was not understood; none was used.")));
            None
        }
    });
    if let (Some(sex), Some(told)) = (sex, told.sex)
        && sex != told
    {
        out.problems.push(problem(
            "sex_contradictory",
            "The sex entered and the one told differ; the entered one was used.".to_owned(),
        ));
    }
    out.case.age_years = age.or(told.age_years);
    out.case.sex = sex.or(told.sex);
    out.case.pregnant = history.pregnant.or(told.pregnant);
    if let Some(weeks) = told.pregnancy_weeks {
        let half = if weeks < 20.0 { "pregnancy_first_half" } else { "pregnancy_second_half" };
        out.understood.push(Understood {
            finding: FindingId::of(half).expect("in the vocabulary"),
            state: State::Present,
            is_possible: false,
            source: Source::Narrative,
            text: format!("{weeks} weeks"),
        });
    }
}

fn given_vitals(vitals: &RequestVitals, problems: &mut Vec<Problem>) -> Vitals {
    let temperature_c = vitals.temperature.and_then(|t| {
        let read = findings::celsius(t);
        if read.is_none() {
            problems.push(problem(
                "vital_impossible",
                format!("A temperature of {t} is neither °C nor °F; it was left out."),
            ));
        }
        read
    });
    let (mut systolic, mut diastolic) = (None, None);
    if let Some(text) = vitals.blood_pressure.as_deref().filter(|t| !t.trim().is_empty()) {
        let mut parts = text.split('/').map(|p| p.trim().parse::<f64>().ok().filter(|v| v.is_finite()));
        systolic = parts.next().flatten();
        diastolic = parts.next().flatten();
        if systolic.is_none() {
            problems.push(problem(
                "blood_pressure_unclear",
                format!("The blood pressure \"{}\" was not understood; write it as 130/80.", text.trim()),
            ));
        }
    }
    let level = vitals.consciousness.as_deref().map(|c| c.trim().to_lowercase());
    let (checked, more) = Vitals {
        temperature_c,
        heart_rate: vitals.heart_rate,
        respiratory_rate: vitals.respiratory_rate,
        systolic,
        diastolic,
        oxygen_saturation: vitals.oxygen_saturation,
        on_oxygen: vitals.on_oxygen,
        gcs: None,
        glucose_mmol_l: None,
        alert: level.filter(|l| !l.is_empty()).map(|l| l == "alert" || l == "a"),
    }
    .checked();
    problems.extend(more);
    checked
}

/// What the vitals show. What was told outright stays, also a fever that is gone when it is measured.
fn measured(out: &mut Intake) {
    let stated: Vec<FindingId> = out.understood.iter().map(|u| u.finding).collect();
    let implied =
        |f: FindingId| out.understood.iter().any(|u| u.state == State::Present && u.finding.ancestors().contains(&f));
    let derived: Vec<_> = from_vitals(&out.vitals, out.case.age_years)
        .into_iter()
        .filter(|d| d.is_present || !(stated.contains(&d.finding) || implied(d.finding)))
        .collect();
    for one in derived {
        let state = if one.is_present { State::Present } else { State::Absent };
        if one.is_present {
            out.understood.retain(|u| u.finding != one.finding || u.state == State::Present);
        }
        out.understood.push(given(one.finding, state, "measured"));
    }
}

/// A finding both present and absent is neither, and is asked about. Where it decides how soon someone must be seen it
/// counts as there: an emergency must not get lost because it is also denied.
fn contradictions(out: &mut Intake) {
    let both: Vec<FindingId> = out
        .understood
        .iter()
        .filter(|a| a.state == State::Present && !a.is_possible)
        .map(|a| a.finding)
        .filter(|f| out.understood.iter().any(|b| b.finding == *f && b.state == State::Absent))
        .collect();
    for finding in both {
        if !out.understood.iter().any(|u| u.finding == finding && u.state == State::Absent) {
            continue;
        }
        let is_red_flag = red_flags().iter().any(|flag| flag.finding == finding.id());
        let outcome = if is_red_flag { "as a red flag it counts as there" } else { "it was not used" };
        out.problems.push(problem(
            "contradictory",
            format!("\"{}\" is told as there and as not there; {outcome}.", finding.get().term),
        ));
        out.understood.retain(|u| u.finding != finding || (is_red_flag && u.state == State::Present));
    }
}

fn collect(out: &mut Intake) {
    for u in &out.understood {
        let list = match (u.state, u.is_possible) {
            (State::Present, false) => &mut out.case.present,
            (State::Present, true) => &mut out.case.possible,
            (State::Absent, false) => &mut out.case.absent,
            (State::Absent, true) => continue,
        };
        if !list.contains(&u.finding) {
            list.push(u.finding);
        }
    }
    out.case.present.sort();
    out.case.absent.sort();
    out.case.possible.sort();
    let facts = Facts::of(&out.case);
    let is_there = |id: &str| FindingId::of(id).is_some_and(|f| facts.is_present[f.index()]);
    if out.case.pregnant.is_none()
        && is_there("pregnancy_current")
        && !out.case.possible.iter().any(|f| f.id() == "pregnancy_current")
    {
        out.case.pregnant = Some(true);
    }
    if out.case.pregnant == Some(true) && !is_there("pregnancy_current") {
        out.case.present.push(FindingId::of("pregnancy_current").expect("in the vocabulary"));
    }
    if out.case.pregnant == Some(true)
        && out.case.present.iter().any(|f| f.id() == "vaginal_bleeding")
        && !is_there("bleeding_in_pregnancy")
    {
        out.case.present.push(FindingId::of("bleeding_in_pregnancy").expect("in the vocabulary"));
    }
}

/// Pregnant men, pregnant 80-year-olds, and nothing at all.
fn impossible(out: &mut Intake) {
    if out.case.pregnant == Some(true) {
        let is_male = out.case.sex == Some(Sex::Male);
        let is_age = out.case.age_years.is_some_and(|age| !(10.0..=56.0).contains(&age));
        if is_male || is_age {
            out.problems.push(problem(
                "pregnancy_impossible",
                "A pregnancy does not fit the sex or age entered; it was not used. Please check all three.".to_owned(),
            ));
            out.case.pregnant = Some(false);
            let is_pregnancy = |f: &FindingId| {
                f.id() == "pregnancy_current" || f.ancestors().iter().any(|a| a.id() == "pregnancy_current")
            };
            out.case.present.retain(|f| !is_pregnancy(f));
            out.case.possible.retain(|f| !is_pregnancy(f));
        }
    }
    if out.case.present.is_empty() && out.case.possible.is_empty() {
        out.problems.push(problem(
            "no_findings",
            "Nothing that is there was understood. What follows shows only what comes most often.".to_owned(),
        ));
    }
    if out.case.age_years.is_none() {
        out.problems.push(problem("age_missing", "The age is not known; it was not used.".to_owned()));
    }
    if out.case.sex.is_none() {
        out.problems.push(problem("sex_missing", "The sex is not known; it was not used.".to_owned()));
    }
}
