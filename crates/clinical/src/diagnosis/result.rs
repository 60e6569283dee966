//! The outcome in five stages, worded from what was computed.

use serde::Serialize;

use super::Urgency;
use super::engine::{Assessment, Candidate, Evidence, assess};
use super::intake::{Intake, Source};
use super::knowledge::conditions;
use super::questions::{Question, next_questions};
use crate::findings::{Kind, Problem, Sex, State};

/// A finding as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingOut {
    /// Stable id.
    pub id: &'static str,
    /// Preferred term.
    pub name: &'static str,
    /// `present` or `absent`.
    pub state: State,
    /// `given` or `narrative`.
    pub from: Source,
    /// Said with doubt.
    pub possible: bool,
    /// The words it was told in, or `measured`.
    pub text: String,
}

/// Something that shifts the starting odds: age, sex, pregnancy, history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Modifier {
    /// What it is.
    pub name: String,
    /// What it does, in a sentence.
    pub effect: String,
}

/// A candidate as it is streamed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CandidateOut {
    /// Stable id of the condition.
    pub id: &'static str,
    /// Its name.
    pub diagnosis: &'static str,
    /// ICD-10 code.
    pub icd10: &'static str,
    /// Posterior probability, 0–1.
    pub probability: f64,
    /// How urgent it would be.
    pub urgency: Urgency,
    /// What speaks for it, with the factor on its odds.
    pub evidence_for: Vec<String>,
    /// What speaks against it, with the factor on its odds.
    pub evidence_against: Vec<String>,
    /// Place in the list, from 1.
    pub index: usize,
    /// Length of the list.
    pub total: usize,
}

/// The five stages of a diagnosis, in their order.
#[derive(Debug, Clone)]
pub struct Stages {
    /// Stage 1: what was understood.
    pub findings: Vec<FindingOut>,
    /// Stage 3: what shifts the starting odds. (Stage 2, the scores, is computed beside it.)
    pub modifiers: Vec<Modifier>,
    /// Stage 4: the differential, most probable first.
    pub candidates: Vec<CandidateOut>,
    /// Dangerous conditions that can't be put aside.
    pub must_not_miss: Vec<CandidateOut>,
    /// What would tell most.
    pub next_questions: Vec<Question>,
    /// Probability of anything that is not listed.
    pub other: f64,
    /// How soon.
    pub urgency: Urgency,
    /// Names of the red flags that are there.
    pub red_flags: Vec<&'static str>,
    /// Why, in sentences.
    pub reasoning: String,
    /// First tests.
    pub recommended_tests: Vec<&'static str>,
    /// Words that nothing covers.
    pub not_understood: Vec<String>,
    /// What must be asked or could not be used.
    pub problems: Vec<Problem>,
}

/// The whole result, with the scores that were computed beside it.
#[derive(Debug, Clone, Serialize)]
pub struct DiagnosisResult<S> {
    /// Name of the most probable condition; none where no condition is listed.
    pub primary_diagnosis: Option<&'static str>,
    /// Its ICD-10 code.
    pub icd10: Option<&'static str>,
    /// Its probability, 0–1.
    pub confidence: f64,
    /// How soon the person must be seen.
    pub urgency: Urgency,
    /// What was understood.
    pub findings: Vec<FindingOut>,
    /// Words that nothing covers.
    pub not_understood: Vec<String>,
    /// Why, in sentences.
    pub reasoning: String,
    /// First tests.
    pub recommended_tests: Vec<&'static str>,
    /// Candidates, the primary first.
    pub differential_diagnoses: Vec<CandidateOut>,
    /// Dangerous conditions that can't be put aside.
    pub must_not_miss: Vec<CandidateOut>,
    /// Red flags that are there.
    pub red_flags: Vec<&'static str>,
    /// Scores.
    pub scores: Vec<S>,
    /// What would tell most.
    pub next_questions: Vec<Question>,
    /// Probability of anything that is not listed.
    pub other: f64,
    /// What must be asked or could not be used.
    pub could_not_assess: Vec<Problem>,
}

impl Stages {
    /// The whole result, with the scores of stage 2.
    pub fn result<S>(self, scores: Vec<S>) -> DiagnosisResult<S> {
        let first = self.candidates.first();
        DiagnosisResult {
            primary_diagnosis: first.map(|c| c.diagnosis),
            icd10: first.map(|c| c.icd10),
            confidence: first.map_or(0.0, |c| c.probability),
            urgency: self.urgency,
            findings: self.findings,
            not_understood: self.not_understood,
            reasoning: self.reasoning,
            recommended_tests: self.recommended_tests,
            differential_diagnoses: self.candidates,
            must_not_miss: self.must_not_miss,
            red_flags: self.red_flags,
            scores,
            next_questions: self.next_questions,
            other: self.other,
            could_not_assess: self.problems,
        }
    }
}

/// Candidates that are shown.
const SHOWN: usize = 10;

/// Runs the engine on an understood request and words every stage.
pub fn stages(intake: &Intake) -> Stages {
    let assessment = assess(&intake.case);
    let shown: Vec<&Candidate> = assessment
        .candidates
        .iter()
        .enumerate()
        .take_while(|(i, c)| c.probability > 0.0 && *i < SHOWN && (*i < 3 || c.probability >= 0.01))
        .map(|(_, c)| c)
        .collect();
    let total = shown.len();
    let candidates: Vec<CandidateOut> = shown.iter().enumerate().map(|(i, c)| candidate(c, i + 1, total)).collect();
    let danger_total = assessment.must_not_miss.len();
    let must_not_miss =
        assessment.must_not_miss.iter().enumerate().map(|(i, c)| candidate(c, i + 1, danger_total)).collect();
    let mut recommended_tests: Vec<&'static str> = Vec::new();
    for test in shown
        .iter()
        .take(3)
        .chain(assessment.must_not_miss.iter().take(2).collect::<Vec<_>>().iter())
        .flat_map(|c| &c.condition.tests)
    {
        if !recommended_tests.contains(&test.as_str()) {
            recommended_tests.push(test);
        }
    }
    recommended_tests.truncate(10);
    Stages {
        findings: findings(intake),
        modifiers: modifiers(intake),
        reasoning: reasoning(&assessment, &candidates),
        candidates,
        must_not_miss,
        next_questions: next_questions(&intake.case, 6),
        other: assessment.other,
        urgency: assessment.triage.urgency,
        red_flags: assessment.triage.red_flags.iter().map(|f| f.get().term.as_str()).collect(),
        recommended_tests,
        not_understood: intake.not_understood.clone(),
        problems: intake.problems.clone(),
    }
}

/// Stage 1: what was understood.
pub fn findings(intake: &Intake) -> Vec<FindingOut> {
    intake
        .understood
        .iter()
        .map(|u| FindingOut {
            id: u.finding.id(),
            name: &u.finding.get().term,
            state: u.state,
            from: u.source,
            possible: u.is_possible,
            text: u.text.clone(),
        })
        .collect()
}

/// Stage 3: what shifts the starting odds.
pub fn modifiers(intake: &Intake) -> Vec<Modifier> {
    let mut out = Vec::new();
    let case = &intake.case;
    if let Some(age) = case.age_years {
        let shifted = conditions().filter(|c| !(0.5..=2.0).contains(&c.age_factor(Some(age)))).count();
        let text = if age < 2.0 { format!("{:.0} months", age * 12.0) } else { format!("{age:.0} years") };
        out.push(Modifier {
            name: format!("Age {text}"),
            effect: format!("Makes {shifted} conditions at least twice as likely, or half as likely, as on average."),
        });
    }
    if let Some(sex) = case.sex {
        let barred = conditions().filter(|c| c.sex_factor(Some(sex)) == 0.0).count();
        let name = if sex == Sex::Male { "Male" } else { "Female" };
        out.push(Modifier { name: name.to_owned(), effect: format!("Rules out {barred} conditions.") });
    }
    if let Some(pregnant) = case.pregnant {
        let effect =
            if pregnant { "Conditions of pregnancy are considered." } else { "Conditions of pregnancy are ruled out." };
        out.push(Modifier {
            name: if pregnant { "Pregnant" } else { "Not pregnant" }.to_owned(),
            effect: effect.to_owned(),
        });
    }
    for id in case.present.iter().filter(|f| matches!(f.get().kind, Kind::History | Kind::Exposure)) {
        let raised: Vec<&str> = conditions()
            .filter(|c| c.risk.iter().any(|r| r.id == id.id() && r.ratio >= 1.5))
            .take(4)
            .map(|c| c.name.as_str())
            .collect();
        if !raised.is_empty() {
            out.push(Modifier {
                name: id.get().term.clone(),
                effect: format!("Makes likelier: {}.", raised.join(", ")),
            });
        }
    }
    out
}

fn candidate(c: &Candidate, index: usize, total: usize) -> CandidateOut {
    let list = |is_for: bool| -> Vec<String> {
        let of_side = c.evidence.iter().filter(|e| (e.log_ratio > 0.0) == is_for && e.log_ratio.abs() >= 0.1);
        of_side.take(8).map(worded).collect()
    };
    CandidateOut {
        id: &c.condition.id,
        diagnosis: &c.condition.name,
        icd10: &c.condition.icd10,
        probability: c.probability,
        urgency: c.urgency,
        evidence_for: list(true),
        evidence_against: list(false),
        index,
        total,
    }
}

fn worded(e: &Evidence) -> String {
    let term = &e.finding.get().term;
    let factor = e.log_ratio.exp();
    let factor = if factor >= 1.0 { format!("× {factor:.1}") } else { format!("÷ {:.1}", 1.0 / factor) };
    if e.is_present { format!("{term} ({factor})") } else { format!("no {} ({factor})", lower(term)) }
}

/// The first letter small, unless the word is an abbreviation.
fn lower(term: &str) -> String {
    let mut letters = term.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            format!("{}{}", first.to_lowercase(), &term[first.len_utf8()..])
        }
        _ => term.to_owned(),
    }
}

fn reasoning(assessment: &Assessment, candidates: &[CandidateOut]) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(first) = candidates.first() {
        parts.push(format!("Most likely is {} ({:.0} %).", lower(first.diagnosis), first.probability * 100.0));
        if !first.evidence_for.is_empty() {
            let list: Vec<&str> = first.evidence_for.iter().take(4).map(String::as_str).collect();
            parts.push(format!("For it: {}.", list.join("; ")));
        }
        if !first.evidence_against.is_empty() {
            let list: Vec<&str> = first.evidence_against.iter().take(3).map(String::as_str).collect();
            parts.push(format!("Against it: {}.", list.join("; ")));
        }
    }
    let dangers: Vec<String> = assessment
        .must_not_miss
        .iter()
        .take(3)
        .map(|c| format!("{} ({:.1} %)", lower(&c.condition.name), c.probability * 100.0))
        .collect();
    if !dangers.is_empty() {
        parts.push(format!("Not to be missed: {}.", dangers.join(", ")));
    }
    parts.extend(assessment.triage.reasons.iter().cloned());
    parts.join(" ")
}
