//! The clinic: cases, what is entered into them, what is decided about them, who may see them; and calculators.
//!
//! What is typed goes in bodies, never in addresses.

use leptos::prelude::*;
use leptos::server_fn::codec::{Json, PostUrl};
use protocol::CaseId;
#[cfg(feature = "ssr")]
use protocol::clinic::ReviewRequest;
use protocol::clinic::tools::ScoreInputs;
use protocol::clinic::{
    Alert, AlertList, Calculator, Case, CaseInput, CaseKind, CaseList, Decision, DrugHit, FindingHit, Review,
    ScoreAnswer, Share, ShareList, Understood,
};

use super::ApiFailure;
#[cfg(feature = "ssr")]
use super::clinic_host::use_clinic;
#[cfg(feature = "ssr")]
use super::host::told;
use super::types::Started;

/// A page of their cases, the newest first.
#[server(prefix = "/fn", endpoint = "cases", input = Json, output = Json)]
pub async fn list_cases(kind: Option<CaseKind>, offset: i64) -> Result<CaseList, ApiFailure> {
    told(use_clinic()?.cases(kind, offset).await)
}

/// One case with all that was said in it.
#[server(prefix = "/fn", endpoint = "case", input = Json, output = Json)]
pub async fn open_case(id: CaseId) -> Result<Case, ApiFailure> {
    told(use_clinic()?.case(id).await)
}

/// Begins a case and says which.
#[server(prefix = "/fn", endpoint = "start-case", input = Json, output = Json)]
pub async fn start_case(input: CaseInput) -> Result<Started, ApiFailure> {
    told(use_clinic()?.start_case(input).await)
}

/// Signs a case off; a plain form goes back to the case.
#[server(prefix = "/fn", endpoint = "review-case", input = PostUrl, output = Json)]
pub async fn review_case(
    id: CaseId,
    decision: Decision,
    #[server(default)] reason: Option<String>,
    #[server(default)] edited: Option<String>,
) -> Result<Vec<Review>, ApiFailure> {
    let said = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let edited = said(edited).filter(|_| decision == Decision::Edit);
    let form = ReviewRequest { decision, reason: said(reason), edited };
    match decision {
        Decision::Reject if form.reason.is_none() => return told(Err(ApiFailure::field("reason", "Say why."))),
        Decision::Edit if form.edited.is_none() => {
            return told(Err(ApiFailure::field("edited", "Write what holds instead.")));
        }
        _ => {}
    }
    let reviews = told(use_clinic()?.review_case(id.clone(), form).await)?;
    leptos_axum::redirect(&format!("/clinic/cases/{id}#sign-off"));
    Ok(reviews)
}

/// Shows a case to its patient.
#[server(prefix = "/fn", endpoint = "share-case", input = PostUrl, output = Json)]
pub async fn share_case(id: CaseId, email: String) -> Result<Share, ApiFailure> {
    let email = email.trim().to_owned();
    if email.is_empty() {
        return told(Err(ApiFailure::field("email", "Write the patient's address.")));
    }
    told(use_clinic()?.share_case(id, protocol::clinic::ShareCase { email: Some(email), user_id: None }).await)
}

/// What they let others see, and others them.
#[server(prefix = "/fn", endpoint = "shares", input = Json, output = Json)]
pub async fn list_shares() -> Result<ShareList, ApiFailure> {
    told(use_clinic()?.shares().await)
}

/// Lets a clinician see their record.
#[server(prefix = "/fn", endpoint = "share-record", input = PostUrl, output = Json)]
pub async fn share_record(
    clinician_email: String,
    /// A box that is not ticked is not sent.
    #[server(default)]
    alerts: Option<String>,
) -> Result<Share, ApiFailure> {
    let email = clinician_email.trim().to_owned();
    if email.is_empty() {
        return told(Err(ApiFailure::field("clinician_email", "Write the clinician's address.")));
    }
    let form = protocol::clinic::ShareRecord { email, alerts: alerts.is_some() };
    told(use_clinic()?.share_record(form).await).map_err(|failure| match failure.field.as_deref() {
        Some("email") => ApiFailure { field: Some("clinician_email".to_owned()), ..failure },
        _ => failure,
    })
}

/// Gives the consent that a clinician is told of danger, or takes it back; a plain form goes back to the page.
#[server(prefix = "/fn", endpoint = "share-alerts", input = PostUrl, output = Json)]
pub async fn set_share_alerts(id: String, alerts: bool) -> Result<Share, ApiFailure> {
    let share = told(use_clinic()?.set_share_alerts(id, alerts).await)?;
    leptos_axum::redirect("/settings#shares");
    Ok(share)
}

/// Which clinicians were told that they may be in danger.
#[server(prefix = "/fn", endpoint = "record-alerts", input = Json, output = Json)]
pub async fn list_record_alerts() -> Result<AlertList, ApiFailure> {
    told(use_clinic()?.record_alerts().await)
}

/// A page of a clinician's alerts, the newest first.
#[server(prefix = "/fn", endpoint = "alerts", input = Json, output = Json)]
pub async fn list_alerts(offset: i64) -> Result<AlertList, ApiFailure> {
    told(use_clinic()?.alerts(offset).await)
}

/// How many of them are not opened.
#[server(prefix = "/fn", endpoint = "unread-alerts", input = Json, output = Json)]
pub async fn count_unread_alerts() -> Result<i64, ApiFailure> {
    told(use_clinic()?.unread_alerts().await)
}

/// Opens one, and what its patient shares.
#[server(prefix = "/fn", endpoint = "open-alert", input = Json, output = Json)]
pub async fn open_alert(id: String) -> Result<(Alert, CaseList), ApiFailure> {
    told(use_clinic()?.open_alert(id).await)
}

/// Ends a share.
#[server(prefix = "/fn", endpoint = "end-share", input = PostUrl, output = Json)]
pub async fn end_share(id: String) -> Result<(), ApiFailure> {
    told(use_clinic()?.end_share(id).await)
}

/// Findings whose name fits what was typed.
#[server(prefix = "/fn", endpoint = "find-findings", input = Json, output = Json)]
pub async fn find_findings(typed: String) -> Result<Vec<FindingHit>, ApiFailure> {
    told(use_clinic()?.find_findings(typed).await)
}

/// Medicines whose name fits what was typed.
#[server(prefix = "/fn", endpoint = "find-drugs", input = Json, output = Json)]
pub async fn find_drugs(typed: String) -> Result<Vec<DrugHit>, ApiFailure> {
    told(use_clinic()?.find_drugs(typed).await)
}

/// Reads a note; nothing is stored.
#[server(prefix = "/fn", endpoint = "understand", input = Json, output = Json)]
pub async fn understand(narrative: String) -> Result<Understood, ApiFailure> {
    told(use_clinic()?.understand(narrative).await)
}

/// All calculators.
#[server(prefix = "/fn", endpoint = "calculators", input = Json, output = Json)]
pub async fn list_calculators() -> Result<Vec<Calculator>, ApiFailure> {
    told(use_clinic()?.calculators().await)
}

/// Calculates a score.
#[server(prefix = "/fn", endpoint = "calculate", input = Json, output = Json)]
pub async fn calculate(calculator: String, inputs: ScoreInputs) -> Result<ScoreAnswer, ApiFailure> {
    told(use_clinic()?.calculate(calculator, inputs).await)
}
