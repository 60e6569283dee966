//! A case as its frames make it: pure, so that a replay, a reload and a second window come to the same.

use protocol::clinic::{
    Case, CaseEvent, CaseKind, CaseResult, CaseStatus, Chunk, Diagnosis, Prescription, Stage, Urgency,
};

/// What is known of a case so far.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView {
    /// Which engine.
    pub kind: CaseKind,
    /// Where it stands.
    pub status: CaseStatus,
    /// The last frame that was taken in.
    pub n: u32,
    /// The stage that is being worked out; none before the first frame.
    pub stage: Option<Stage>,
    /// What the engine says of it.
    pub message: String,
    /// How many pieces of the stage's list are here, and how many there will be, where it says so.
    pub pieces: (usize, usize),
    /// The differential, as far as it has come.
    pub diagnosis: Diagnosis,
    /// The prescription, as far as it has come.
    pub prescription: Prescription,
    /// Why it could not be ended.
    pub failure: Option<String>,
}

/// How a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageState {
    /// To come.
    Waiting,
    /// Being worked out.
    Working,
    /// Done.
    Done,
}

impl CaseView {
    /// Nothing known yet.
    pub fn new(kind: CaseKind) -> Self {
        Self {
            kind,
            status: CaseStatus::Running,
            n: 0,
            stage: None,
            message: String::new(),
            pieces: (0, 0),
            diagnosis: no_diagnosis(),
            prescription: no_prescription(),
            failure: None,
        }
    }

    /// As it was stored.
    pub fn of(case: &Case) -> Self {
        let mut view = Self::new(case.summary.kind);
        for frame in &case.frames {
            view.apply(frame.n, &frame.event);
        }
        if let Some(result) = &case.result {
            view.settle(result);
        }
        if case.summary.status == CaseStatus::Failed {
            view.status = CaseStatus::Failed;
        }
        view
    }

    /// Takes a frame in; one that was taken in before changes nothing. True if it changed something.
    pub fn apply(&mut self, n: u32, event: &CaseEvent) -> bool {
        if n <= self.n {
            return false;
        }
        self.n = n;
        match event {
            CaseEvent::Progress { stage, message, .. } => {
                self.stage = Some(*stage);
                self.message.clone_from(message);
                self.pieces = (0, 0);
            }
            CaseEvent::StreamChunk { content, .. } => self.add(content),
            CaseEvent::Complete { result, .. } => self.settle(result),
            CaseEvent::Error { error, .. } => {
                self.status = CaseStatus::Failed;
                self.failure = Some(error.clone());
            }
        }
        true
    }

    fn add(&mut self, chunk: &Chunk) {
        let (diagnosis, prescription) = (&mut self.diagnosis, &mut self.prescription);
        match chunk {
            Chunk::Findings { findings, not_understood, could_not_assess } => {
                diagnosis.findings.clone_from(findings);
                diagnosis.not_understood.clone_from(not_understood);
                diagnosis.could_not_assess.clone_from(could_not_assess);
            }
            Chunk::Scores { scores } => diagnosis.scores.clone_from(scores),
            Chunk::Modifiers { modifiers } => diagnosis.modifiers.clone_from(modifiers),
            Chunk::Candidate(candidate) => {
                self.pieces = (candidate.index, candidate.total);
                diagnosis.differential_diagnoses.push(candidate.as_ref().clone());
            }
            Chunk::Excluded { excluded } => prescription.excluded.clone_from(excluded),
            Chunk::Medication { medication } => prescription.medications.push(medication.clone()),
            Chunk::Interaction { interaction } => prescription.interactions.push(interaction.clone()),
            Chunk::Monitoring { monitoring } => prescription.monitoring.push(monitoring.clone()),
        }
    }

    fn settle(&mut self, result: &CaseResult) {
        match result {
            CaseResult::Diagnosis(result) => self.diagnosis = result.as_ref().clone(),
            CaseResult::Prescription(result) => self.prescription = result.as_ref().clone(),
        }
        self.status = CaseStatus::Done;
        self.stage = Some(Stage::Complete);
    }

    /// The stages that do something, in order.
    pub fn stages(&self) -> impl Iterator<Item = Stage> + use<> {
        Stage::of(self.kind).iter().copied().filter(|stage| *stage != Stage::Complete)
    }

    /// How one of them stands.
    pub fn state_of(&self, stage: Stage) -> StageState {
        let place = |stage: Stage| Stage::of(self.kind).iter().position(|other| *other == stage);
        match (self.status, self.stage.and_then(place), place(stage)) {
            (CaseStatus::Done, ..) => StageState::Done,
            (_, Some(now), Some(this)) if this < now => StageState::Done,
            (_, Some(now), Some(this)) if this == now => StageState::Working,
            _ => StageState::Waiting,
        }
    }

    /// How far a stage is, in percent: what of its list is here, where it says how long that is.
    pub fn percent(&self, stage: Stage) -> usize {
        match (self.state_of(stage), self.pieces) {
            (StageState::Done, _) => 100,
            (StageState::Working, (index, total)) if total > 0 => index * 100 / total,
            _ => 0,
        }
    }

    /// Whether the result is there.
    pub fn is_done(&self) -> bool {
        self.status == CaseStatus::Done
    }
}

fn no_diagnosis() -> Diagnosis {
    Diagnosis {
        primary_diagnosis: None,
        icd10: None,
        confidence: 0.0,
        urgency: Urgency::SelfCare,
        see_within: String::new(),
        findings: Vec::new(),
        not_understood: Vec::new(),
        reasoning: String::new(),
        phrased_by: String::new(),
        recommended_tests: Vec::new(),
        differential_diagnoses: Vec::new(),
        must_not_miss: Vec::new(),
        red_flags: Vec::new(),
        scores: Vec::new(),
        modifiers: Vec::new(),
        next_questions: Vec::new(),
        other: 0.0,
        could_not_assess: Vec::new(),
        data_version: String::new(),
    }
}

fn no_prescription() -> Prescription {
    Prescription {
        diagnosis: String::new(),
        condition: None,
        advice: Vec::new(),
        medications: Vec::new(),
        alternatives: Vec::new(),
        excluded: Vec::new(),
        nothing_safe: None,
        interactions: Vec::new(),
        warnings: Vec::new(),
        interactions_checked: 0,
        monitoring_required: false,
        monitoring: Vec::new(),
        compliance_notes: Vec::new(),
        phrased_by: String::new(),
        follow_up: Vec::new(),
        requires_review: true,
        data_version: String::new(),
        could_not_check: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use protocol::clinic::Candidate;

    use super::*;

    fn progress(stage: Stage) -> CaseEvent {
        let (progress, message) = (stage.progress(), stage.message().to_owned());
        CaseEvent::Progress { stage, progress, message, timestamp: String::new() }
    }

    fn candidate(name: &str, index: usize, total: usize) -> CaseEvent {
        let candidate = Candidate {
            id: name.to_owned(),
            diagnosis: name.to_owned(),
            icd10: "J18.9".to_owned(),
            probability: 0.5,
            urgency: Urgency::Urgent,
            evidence_for: Vec::new(),
            evidence_against: Vec::new(),
            index,
            total,
        };
        CaseEvent::StreamChunk { content: Chunk::Candidate(Box::new(candidate)), timestamp: String::new() }
    }

    #[test]
    fn stages_fill_as_their_frames_come() {
        let mut view = CaseView::new(CaseKind::Diagnosis);
        assert!(view.stages().all(|stage| view.state_of(stage) == StageState::Waiting));
        view.apply(1, &progress(Stage::SymptomsAnalysis));
        view.apply(2, &progress(Stage::DifferentialDiagnosis));
        assert_eq!(view.state_of(Stage::HistoryReview), StageState::Done);
        assert_eq!(view.state_of(Stage::DifferentialDiagnosis), StageState::Working);
        assert_eq!(view.percent(Stage::DifferentialDiagnosis), 0);
        view.apply(3, &candidate("Pneumonia", 1, 4));
        assert_eq!(view.percent(Stage::DifferentialDiagnosis), 25);
        assert_eq!(view.percent(Stage::PrimaryDiagnosis), 0);
    }

    #[test]
    fn a_frame_that_comes_twice_counts_once() {
        let mut view = CaseView::new(CaseKind::Diagnosis);
        assert!(view.apply(1, &candidate("Pneumonia", 1, 2)));
        assert!(!view.apply(1, &candidate("Pneumonia", 1, 2)));
        assert_eq!(view.diagnosis.differential_diagnoses.len(), 1);
    }

    #[test]
    fn the_result_replaces_what_was_streamed() {
        let mut view = CaseView::new(CaseKind::Diagnosis);
        view.apply(1, &candidate("Pneumonia", 1, 1));
        let result = Box::new(CaseResult::Diagnosis(Box::new(no_diagnosis())));
        view.apply(2, &CaseEvent::Complete { result, timestamp: String::new() });
        assert!(view.is_done());
        assert!(view.diagnosis.differential_diagnoses.is_empty());
        assert!(view.stages().all(|stage| view.percent(stage) == 100));
    }

    #[test]
    fn an_error_keeps_what_is_there_and_says_why() {
        let mut view = CaseView::new(CaseKind::Diagnosis);
        view.apply(1, &candidate("Pneumonia", 1, 1));
        let error =
            CaseEvent::Error { error: "It stopped.".to_owned(), code: "internal".to_owned(), timestamp: String::new() };
        view.apply(2, &error);
        assert_eq!((view.status, view.failure.as_deref()), (CaseStatus::Failed, Some("It stopped.")));
        assert_eq!(view.diagnosis.differential_diagnoses.len(), 1);
    }
}
