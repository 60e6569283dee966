//! The stages of a case, each a function of the input and of what the stages before it worked out.
//!
//! Every figure is computed by `clinical`; here it is put into the words of the wire. A prescription check is one pass of
//! the engine, since a choice of medicines needs every rule: its first stage runs it, the others bring its parts in order.

use clinical::diagnosis::{self, Intake};
use clinical::findings::{FindingId, State};
use clinical::prescription;
use protocol::clinic::{
    Candidate, CaseInput, CaseResult, Chunk, Diagnosis, Excluded, Finding, FindingSource, FindingState, Interaction,
    Medication, Modifier, NextQuestion, NotChecked, Prescription, Problem, Severity, Stage, Urgency,
};

use super::types::{Known, Summary, Work};
use super::{request, scores};

/// Who phrases what is not phrased by a model.
const BUILTIN: &str = "builtin";

/// The version of the tables that a case of this kind rests on.
pub(super) fn data_version(input: &CaseInput) -> &'static str {
    match input {
        CaseInput::Diagnosis(_) => diagnosis::data_version(),
        CaseInput::Prescription(_) => prescription::data_version(),
    }
}

/// Reads every table, so that the first case is as fast as the next.
pub(super) fn warm() {
    diagnosis::warm();
    prescription::warm();
}

/// Works a stage out and says what there is to show of it.
pub(super) fn run(stage: Stage, input: &CaseInput, work: &mut Work) -> Vec<Chunk> {
    match input {
        CaseInput::Diagnosis(request) => {
            let mut diagnosis = work.diagnosis.take().unwrap_or_else(empty);
            let mut known = work.known.take().unwrap_or_default();
            let chunks = match stage {
                Stage::SymptomsAnalysis => {
                    understand(&diagnosis::intake(&request::diagnosis_request(request)), &mut known, &mut diagnosis)
                }
                Stage::VitalsEvaluation => evaluate(&mut known, &mut diagnosis),
                Stage::HistoryReview => review(&known, &mut diagnosis),
                Stage::DifferentialDiagnosis => rank(&known, &mut diagnosis),
                Stage::PrimaryDiagnosis => settle(&mut diagnosis),
                _ => Vec::new(),
            };
            work.diagnosis = Some(diagnosis);
            work.known = Some(known);
            chunks
        }
        CaseInput::Prescription(request) => {
            if stage == Stage::AllergyCheck {
                work.prescription = Some(checked(prescription::check(&request::prescription_request(request))));
            }
            work.prescription.as_ref().map(|prescription| shown(stage, prescription)).unwrap_or_default()
        }
    }
}

/// The result, once every stage is done.
pub(super) fn result(work: &Work) -> Option<CaseResult> {
    let diagnosis = work.diagnosis.clone().map(|diagnosis| CaseResult::Diagnosis(Box::new(diagnosis)));
    diagnosis.or_else(|| work.prescription.clone().map(|found| CaseResult::Prescription(Box::new(found))))
}

/// What lists show of a result.
pub(super) fn summary(title: String, result: &CaseResult) -> Summary {
    match result {
        CaseResult::Diagnosis(diagnosis) => Summary {
            title,
            outcome: diagnosis.primary_diagnosis.clone().unwrap_or_default(),
            urgency: Some(diagnosis.urgency),
        },
        CaseResult::Prescription(prescription) => {
            let names: Vec<&str> = prescription.medications.iter().map(|one| one.name.as_str()).collect();
            let outcome = if !names.is_empty() {
                names.join(", ")
            } else if prescription.nothing_safe.is_some() {
                "No safe option".to_owned()
            } else {
                let alerts = prescription.interactions.iter().chain(&prescription.warnings);
                match alerts.filter(|alert| alert.severity >= Severity::Serious).count() {
                    0 => "No serious alert".to_owned(),
                    1 => "1 serious alert".to_owned(),
                    count => format!("{count} serious alerts"),
                }
            };
            Summary { title, outcome, urgency: None }
        }
    }
}

fn empty() -> Diagnosis {
    Diagnosis {
        primary_diagnosis: None,
        icd10: None,
        confidence: 0.0,
        urgency: Urgency::SelfCare,
        see_within: String::new(),
        findings: Vec::new(),
        not_understood: Vec::new(),
        reasoning: String::new(),
        phrased_by: BUILTIN.to_owned(),
        recommended_tests: Vec::new(),
        differential_diagnoses: Vec::new(),
        must_not_miss: Vec::new(),
        red_flags: Vec::new(),
        scores: Vec::new(),
        modifiers: Vec::new(),
        next_questions: Vec::new(),
        other: 0.0,
        could_not_assess: Vec::new(),
        data_version: diagnosis::data_version().to_owned(),
    }
}

fn understand(intake: &Intake, known: &mut Known, diagnosis: &mut Diagnosis) -> Vec<Chunk> {
    let ids = |list: &[FindingId]| list.iter().map(|finding| finding.id().to_owned()).collect();
    *known = Known {
        age_years: intake.case.age_years,
        sex: intake.case.sex,
        pregnant: intake.case.pregnant,
        present: ids(&intake.case.present),
        absent: ids(&intake.case.absent),
        possible: ids(&intake.case.possible),
        news2: None,
        vitals: intake.vitals,
    };
    diagnosis.findings = findings(intake);
    diagnosis.not_understood.clone_from(&intake.not_understood);
    diagnosis.could_not_assess = problems(&intake.problems);
    vec![Chunk::Findings {
        findings: diagnosis.findings.clone(),
        not_understood: diagnosis.not_understood.clone(),
        could_not_assess: diagnosis.could_not_assess.clone(),
    }]
}

/// Findings as they stand on the wire.
pub(super) fn findings(intake: &Intake) -> Vec<Finding> {
    let found = diagnosis::findings(intake).into_iter().map(|finding| Finding {
        id: finding.id.to_owned(),
        name: finding.name.to_owned(),
        state: match finding.state {
            State::Present => FindingState::Present,
            State::Absent => FindingState::Absent,
        },
        from: match finding.from {
            diagnosis::Source::Given => FindingSource::Given,
            diagnosis::Source::Narrative => FindingSource::Narrative,
        },
        possible: finding.possible,
        text: finding.text,
    });
    found.collect()
}

/// Problems as they stand on the wire.
pub(super) fn problems(list: &[clinical::findings::Problem]) -> Vec<Problem> {
    list.iter().map(|one| Problem { code: one.code.to_owned(), text: one.text.clone() }).collect()
}

fn evaluate(known: &mut Known, diagnosis: &mut Diagnosis) -> Vec<Chunk> {
    let (scores, open) = scores::of(known);
    known.news2 = scores::news2_at_least(&scores);
    diagnosis.could_not_assess.extend(open);
    diagnosis.scores.clone_from(&scores);
    vec![Chunk::Scores { scores }]
}

/// What the engine reckons with, from what was stored.
fn intake_of(known: &Known) -> Intake {
    let ids = |list: &[String]| list.iter().filter_map(|id| FindingId::of(id)).collect();
    Intake {
        case: diagnosis::Case {
            age_years: known.age_years,
            sex: known.sex,
            pregnant: known.pregnant,
            present: ids(&known.present),
            absent: ids(&known.absent),
            possible: ids(&known.possible),
            news2: known.news2,
        },
        vitals: known.vitals,
        ..Intake::default()
    }
}

fn review(known: &Known, diagnosis: &mut Diagnosis) -> Vec<Chunk> {
    let modifiers = diagnosis::modifiers(&intake_of(known));
    diagnosis.modifiers = modifiers.into_iter().map(|one| Modifier { name: one.name, effect: one.effect }).collect();
    vec![Chunk::Modifiers { modifiers: diagnosis.modifiers.clone() }]
}

fn rank(known: &Known, diagnosis: &mut Diagnosis) -> Vec<Chunk> {
    let stages = diagnosis::stages(&intake_of(known));
    diagnosis.differential_diagnoses = stages.candidates.into_iter().map(candidate).collect();
    diagnosis.must_not_miss = stages.must_not_miss.into_iter().map(candidate).collect();
    diagnosis.other = stages.other;
    diagnosis.urgency = urgency(stages.urgency);
    see_within(stages.urgency).clone_into(&mut diagnosis.see_within);
    diagnosis.red_flags = stages.red_flags.into_iter().map(str::to_owned).collect();
    diagnosis.reasoning = stages.reasoning;
    diagnosis.recommended_tests = stages.recommended_tests.into_iter().map(str::to_owned).collect();
    diagnosis.next_questions = stages
        .next_questions
        .into_iter()
        .map(|question| NextQuestion {
            finding: question.finding.id().to_owned(),
            term: question.term.to_owned(),
            kind: kind(question.kind).to_owned(),
            bits: question.bits,
            expected: question.expected,
        })
        .collect();
    diagnosis.differential_diagnoses.iter().map(|one| Chunk::Candidate(Box::new(one.clone()))).collect()
}

fn settle(diagnosis: &mut Diagnosis) -> Vec<Chunk> {
    if let Some(first) = diagnosis.differential_diagnoses.first() {
        diagnosis.primary_diagnosis = Some(first.diagnosis.clone());
        diagnosis.icd10 = Some(first.icd10.clone());
        diagnosis.confidence = first.probability;
    }
    Vec::new()
}

/// The word of a kind of finding.
pub(super) const fn kind(kind: clinical::findings::Kind) -> &'static str {
    use clinical::findings::Kind;
    match kind {
        Kind::Symptom => "symptom",
        Kind::Sign => "sign",
        Kind::Vital => "vital",
        Kind::Lab => "lab",
        Kind::History => "history",
        Kind::Exposure => "exposure",
        Kind::Modifier => "modifier",
    }
}

/// The wire has four words; *within days* is the same word as *the same day*, never the one of an ordinary appointment.
const fn urgency(urgency: diagnosis::Urgency) -> Urgency {
    match urgency {
        diagnosis::Urgency::SelfCare => Urgency::SelfCare,
        diagnosis::Urgency::Routine => Urgency::Routine,
        diagnosis::Urgency::Soon | diagnosis::Urgency::Urgent => Urgency::Urgent,
        diagnosis::Urgency::Emergency => Urgency::Emergency,
    }
}

const fn see_within(urgency: diagnosis::Urgency) -> &'static str {
    match urgency {
        diagnosis::Urgency::SelfCare => "looking after oneself",
        diagnosis::Urgency::Routine => "an ordinary appointment",
        diagnosis::Urgency::Soon => "within days",
        diagnosis::Urgency::Urgent => "the same day",
        diagnosis::Urgency::Emergency => "at once",
    }
}

fn candidate(one: diagnosis::CandidateOut) -> Candidate {
    Candidate {
        id: one.id.to_owned(),
        diagnosis: one.diagnosis.to_owned(),
        icd10: one.icd10.to_owned(),
        probability: one.probability,
        urgency: urgency(one.urgency),
        evidence_for: one.evidence_for,
        evidence_against: one.evidence_against,
        index: one.index,
        total: one.total,
    }
}

fn shown(stage: Stage, found: &Prescription) -> Vec<Chunk> {
    match stage {
        Stage::AllergyCheck => vec![Chunk::Excluded { excluded: found.excluded.clone() }],
        Stage::MedicationSelection => {
            found.medications.iter().map(|one| Chunk::Medication { medication: one.clone() }).collect()
        }
        Stage::InteractionCheck => {
            found.interactions.iter().map(|one| Chunk::Interaction { interaction: one.clone() }).collect()
        }
        Stage::MonitoringAdvice => {
            found.monitoring.iter().map(|line| Chunk::Monitoring { monitoring: line.clone() }).collect()
        }
        _ => Vec::new(),
    }
}

const fn severity(severity: prescription::Severity) -> Severity {
    match severity {
        prescription::Severity::Note => Severity::Note,
        prescription::Severity::Caution => Severity::Caution,
        prescription::Severity::Serious => Severity::Serious,
        prescription::Severity::Contraindicated => Severity::Contraindicated,
    }
}

fn medication(one: prescription::Medication) -> Medication {
    Medication {
        name: one.name,
        drug: one.drug,
        dose: one.dose,
        route: one.route,
        frequency: one.frequency,
        duration: one.duration,
        calculation: one.calculation,
        rationale: one.rationale,
        notes: one.notes,
        line: one.line,
        source: one.source,
    }
}

fn alert(one: prescription::Alert) -> Interaction {
    Interaction {
        drugs: one.drugs,
        severity: severity(one.severity),
        mechanism: one.mechanism,
        advice: one.advice,
        code: one.code,
        source: one.source,
        interrupt: one.interrupt,
    }
}

fn checked(found: prescription::Prescription) -> Prescription {
    let excluded = found.excluded.into_iter().map(|one| Excluded {
        name: one.name,
        drug: one.drug,
        reason: one.reason,
        code: one.code,
        severity: severity(one.severity),
        source: one.source,
    });
    let could_not_check = found.could_not_check.into_iter().map(|one| NotChecked {
        code: one.code,
        about: one.about,
        text: one.text,
        suggestions: one.suggestions,
    });
    Prescription {
        diagnosis: found.diagnosis,
        condition: found.condition,
        advice: found.advice,
        medications: found.medications.into_iter().map(medication).collect(),
        alternatives: found.alternatives.into_iter().map(medication).collect(),
        excluded: excluded.collect(),
        nothing_safe: found.nothing_safe,
        interactions: found.interactions.into_iter().map(alert).collect(),
        warnings: found.warnings.into_iter().map(alert).collect(),
        interactions_checked: found.interactions_checked,
        monitoring_required: found.monitoring_required,
        monitoring: found.monitoring,
        compliance_notes: found.compliance_notes,
        phrased_by: BUILTIN.to_owned(),
        follow_up: found.follow_up,
        requires_review: found.requires_review,
        data_version: found.data_version,
        could_not_check: could_not_check.collect(),
    }
}
