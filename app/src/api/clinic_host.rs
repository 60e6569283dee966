//! The trait behind the clinic's pages, provided in context beside [`super::host::Host`].

use std::sync::Arc;

use async_trait::async_trait;
use leptos::prelude::use_context;
use protocol::CaseId;
use protocol::clinic::tools::ScoreInputs;
use protocol::clinic::{
    Alert, AlertList, Calculator, Case, CaseInput, CaseKind, CaseList, DrugHit, FindingHit, Review, ReviewRequest,
    ScoreAnswer, Share, ShareCase, ShareList, ShareRecord, Understood,
};

use super::ApiFailure;
use super::types::Started;

/// What the clinic's pages need of the server, for the person who made this request. What belongs to someone else is
/// 404; what needs a clinician is 403 for everyone else.
#[async_trait]
pub trait ClinicHost: Send + Sync {
    /// A page of their cases, the newest first; of everyone else what was shared with them.
    async fn cases(&self, kind: Option<CaseKind>, offset: i64) -> Result<CaseList, ApiFailure>;
    /// One case with all that was said in it.
    async fn case(&self, id: CaseId) -> Result<Case, ApiFailure>;
    /// Begins a case and says which; it runs on by itself.
    async fn start_case(&self, input: CaseInput) -> Result<Started, ApiFailure>;
    /// Signs a case off; all sign-offs of it, the newest first.
    async fn review_case(&self, id: CaseId, form: ReviewRequest) -> Result<Vec<Review>, ApiFailure>;
    /// Shows a case to its patient.
    async fn share_case(&self, id: CaseId, form: ShareCase) -> Result<Share, ApiFailure>;
    /// What they let others see, and others them.
    async fn shares(&self) -> Result<ShareList, ApiFailure>;
    /// Lets a clinician see their record, by address.
    async fn share_record(&self, form: ShareRecord) -> Result<Share, ApiFailure>;
    /// Gives the consent that a clinician is told of danger, or takes it back.
    async fn set_share_alerts(&self, id: String, alerts: bool) -> Result<Share, ApiFailure>;
    /// Which clinicians were told that they may be in danger, the newest first.
    async fn record_alerts(&self) -> Result<AlertList, ApiFailure>;
    /// Ends a share; either side can.
    async fn end_share(&self, id: String) -> Result<(), ApiFailure>;

    /// A page of a clinician's alerts, the newest first.
    async fn alerts(&self, offset: i64) -> Result<AlertList, ApiFailure>;
    /// How many of them are not opened.
    async fn unread_alerts(&self) -> Result<i64, ApiFailure>;
    /// Opens one, and what its patient shares; the patient sees that it was seen.
    async fn open_alert(&self, id: String) -> Result<(Alert, CaseList), ApiFailure>;

    /// Findings whose name fits what was typed, best first.
    async fn find_findings(&self, typed: String) -> Result<Vec<FindingHit>, ApiFailure>;
    /// Medicines whose name fits what was typed, best first.
    async fn find_drugs(&self, typed: String) -> Result<Vec<DrugHit>, ApiFailure>;
    /// Reads a note; nothing is stored.
    async fn understand(&self, narrative: String) -> Result<Understood, ApiFailure>;
    /// All calculators.
    async fn calculators(&self) -> Result<Vec<Calculator>, ApiFailure>;
    /// Calculates a score. An input that can't be taken is named by its field.
    async fn calculate(&self, calculator: String, inputs: ScoreInputs) -> Result<ScoreAnswer, ApiFailure>;
}

/// The clinic of this request.
pub fn use_clinic() -> Result<Arc<dyn ClinicHost>, ApiFailure> {
    use_context::<Arc<dyn ClinicHost>>()
        .ok_or_else(|| ApiFailure::new(500, "Something went wrong on our side. Please try again."))
}
