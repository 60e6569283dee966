//! The clinic's part of a page's host: the same functions as behind the REST routes.
//!
//! A case that is begun here is also told to the person's other windows, since no connection asked for it.

use app::api::ApiFailure;
use app::api::clinic_host::ClinicHost;
use app::api::types::Started;
use async_trait::async_trait;
use protocol::CaseId;
use protocol::clinic::tools::ScoreInputs;
use protocol::clinic::{
    Alert, AlertList, Calculator, Case, CaseInput, CaseKind, CaseList, DrugHit, FindingHit, Review, ReviewRequest,
    ScoreAnswer, Share, ShareCase, ShareList, ShareRecord, Understood,
};
use protocol::rest::UserRole;

use super::{RequestHost, failure};
use crate::alerts;
use crate::clinic::{self, Viewer, cases, pages, shares};
use crate::error::ApiError;

/// Cases that the list shows at first, and that each look further back adds.
const PAGE: i64 = 50;
/// Names offered for what was typed.
const OFFERED: usize = 8;

impl RequestHost {
    async fn person(&self) -> Result<Viewer, ApiFailure> {
        Ok(Viewer::from(&self.caller().await?))
    }

    /// The same, where only clinicians may go on.
    async fn clinician(&self) -> Result<Viewer, ApiFailure> {
        let viewer = self.person().await?;
        if viewer.role == UserRole::Clinician {
            return Ok(viewer);
        }
        Err(ApiError::forbidden("This is for clinicians.").into())
    }

    /// Everyone who sees a case is told that it is another now.
    fn tell(&self, case: &Case) {
        let owner = &case.summary.owner.id;
        for user in case.shared_with.iter().map(|share| &share.with.id).chain([owner]) {
            self.app.hub.case_changed(user, &case.summary.id);
        }
    }
}

#[async_trait]
impl ClinicHost for RequestHost {
    async fn cases(&self, kind: Option<CaseKind>, offset: i64) -> Result<CaseList, ApiFailure> {
        let viewer = self.person().await?;
        let origin = &self.visit.origin;
        cases::list(&self.app, &viewer, kind, None, (PAGE, offset), origin).await.map_err(failure)
    }

    async fn case(&self, id: CaseId) -> Result<Case, ApiFailure> {
        let viewer = self.person().await?;
        cases::open(&self.app, &viewer, &id, &self.visit.origin).await.map_err(failure)
    }

    async fn start_case(&self, input: CaseInput) -> Result<Started, ApiFailure> {
        let viewer = self.clinician().await?;
        let wrong = pages::wrong_fields(&input, &self.app.settings);
        if !wrong.is_empty() {
            return Ok(Started::Wrong(wrong));
        }
        let begun = clinic::begin(&self.app, &viewer, input, None, None, &self.visit.origin).await;
        let (id, outcome) = begun.map_err(failure)?;
        let (app, user, case) = (self.app.clone(), viewer.user, id.clone());
        app.hub.case_changed(&user, &case);
        tokio::spawn(async move {
            // However it ends, the list shows it.
            let _ = outcome.await;
            app.hub.case_changed(&user, &case);
        });
        Ok(Started::Case(id))
    }

    async fn review_case(&self, id: CaseId, form: ReviewRequest) -> Result<Vec<Review>, ApiFailure> {
        let viewer = self.clinician().await?;
        let case = cases::review(&self.app, &viewer, &id, form, &self.visit.origin).await.map_err(failure)?;
        self.tell(&case);
        Ok(case.reviews)
    }

    async fn share_case(&self, id: CaseId, form: ShareCase) -> Result<Share, ApiFailure> {
        let viewer = self.clinician().await?;
        let share = shares::share_case(&self.app, &viewer, &id, &form, &self.visit.origin).await;
        let share = share.map_err(|fault| in_field(failure(fault), "email"))?;
        for user in [&share.from.id, &share.with.id] {
            self.app.hub.case_changed(user, &id);
        }
        Ok(share)
    }

    async fn shares(&self) -> Result<ShareList, ApiFailure> {
        let viewer = self.person().await?;
        shares::list(&self.app, &viewer).await.map_err(failure)
    }

    async fn share_record(&self, form: ShareRecord) -> Result<Share, ApiFailure> {
        let viewer = self.person().await?;
        let share = shares::share_record(&self.app, &viewer, &form, &self.visit.origin).await;
        share.map_err(|fault| in_field(failure(fault), "email"))
    }

    async fn set_share_alerts(&self, id: String, alerts: bool) -> Result<Share, ApiFailure> {
        let viewer = self.person().await?;
        shares::set_alerts(&self.app, &viewer, &id, alerts, &self.visit.origin).await.map_err(failure)
    }

    async fn record_alerts(&self) -> Result<AlertList, ApiFailure> {
        let viewer = self.person().await?;
        alerts::of_patient(&self.app, &viewer.user, (PAGE, 0)).await.map_err(failure)
    }

    async fn alerts(&self, offset: i64) -> Result<AlertList, ApiFailure> {
        let viewer = self.person().await?;
        alerts::list(&self.app, &viewer, (PAGE, offset.max(0)), &self.visit.origin).await.map_err(failure)
    }

    async fn unread_alerts(&self) -> Result<i64, ApiFailure> {
        let viewer = self.person().await?;
        alerts::unread(&self.app, &viewer).await.map_err(failure)
    }

    async fn open_alert(&self, id: String) -> Result<(Alert, CaseList), ApiFailure> {
        let viewer = self.person().await?;
        let origin = &self.visit.origin;
        let alert = alerts::open(&self.app, &viewer, &id, origin).await.map_err(failure)?;
        let patient = Some(alert.patient.id.clone());
        let cases = cases::list(&self.app, &viewer, None, patient, (PAGE, 0), origin).await.map_err(failure)?;
        Ok((alert, cases))
    }

    async fn end_share(&self, id: String) -> Result<(), ApiFailure> {
        let viewer = self.person().await?;
        let held = shares::list(&self.app, &viewer).await.map_err(failure)?;
        shares::end(&self.app, &viewer, &id, &self.visit.origin).await.map_err(failure)?;
        let ended = held.given.into_iter().chain(held.received).find(|share| share.id == id);
        if let Some(Share { case_id: Some(case), from, with, .. }) = ended {
            for user in [from.id, with.id] {
                self.app.hub.case_changed(&user, &case);
            }
        }
        Ok(())
    }

    async fn find_findings(&self, typed: String) -> Result<Vec<FindingHit>, ApiFailure> {
        self.person().await?;
        Ok(pages::findings(&typed, OFFERED))
    }

    async fn find_drugs(&self, typed: String) -> Result<Vec<DrugHit>, ApiFailure> {
        self.person().await?;
        Ok(pages::drugs(&typed, OFFERED))
    }

    async fn understand(&self, narrative: String) -> Result<Understood, ApiFailure> {
        let viewer = self.person().await?;
        pages::understand(&self.app, &viewer.user, narrative).await.map_err(failure)
    }

    async fn calculators(&self) -> Result<Vec<Calculator>, ApiFailure> {
        self.clinician().await?;
        Ok(pages::calculators())
    }

    async fn calculate(&self, calculator: String, inputs: ScoreInputs) -> Result<ScoreAnswer, ApiFailure> {
        self.clinician().await?;
        match pages::calculate(&calculator, inputs) {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(ApiError::not_found("calculator").into()),
            Err(wrong) => Err(ApiFailure::field(&wrong.0, wrong.1)),
        }
    }
}

/// Says it beside the field that was filled in, where it is about what stands there.
fn in_field(failure: ApiFailure, field: &str) -> ApiFailure {
    if matches!(failure.status, 404 | 422) { ApiFailure { field: Some(field.to_owned()), ..failure } } else { failure }
}
