//! The REST routes of cases, shares and tools.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use protocol::clinic::{
    Calculators, Case, CaseInput, CaseKind, CaseList, CaseResult, ChangeShare, DiagnosisRequest, DrugHits, FindingHits,
    PrescriptionRequest, ReviewRequest, ScoreAnswer, Share, ShareCase, ShareList, ShareRecord, Understand, Understood,
};
use protocol::rest::Notice;
use protocol::{CaseId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::export::{self, Format};
use super::fault::Fault;
use super::types::Viewer;
use super::{cases, shares, tools};
use crate::auth::{Caller, Visit};
use crate::error::{ApiError, Json, Path};
use crate::limits::Kind;
use crate::rest::{self, Personal};
use crate::state::App;

/// `/api/clinic/…`, and the shares of `/api/record`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/clinic/diagnosis", post(diagnosis))
        .route("/api/clinic/prescription", post(prescription))
        .route("/api/clinic/cases", get(list))
        .route("/api/clinic/cases/{id}", get(open))
        .route("/api/clinic/cases/{id}/review", post(review))
        .route("/api/clinic/cases/{id}/share", post(share_case))
        .route("/api/clinic/cases/{id}/share/{user_id}", delete(end_case_share))
        .route("/api/clinic/cases/{id}/export", get(take_out))
        .route("/api/clinic/understand", post(understand))
        .route("/api/clinic/scores", get(calculators))
        .route("/api/clinic/scores/{calculator}", post(score))
        .route("/api/clinic/findings", get(findings))
        .route("/api/clinic/drugs", get(drugs))
        .route("/api/record/shares", get(list_shares).post(share_record))
        .route("/api/record/shares/{id}", patch(change_share).delete(end_share))
}

/// The routes as they are described.
#[derive(OpenApi)]
#[openapi(paths(
    diagnosis,
    prescription,
    list,
    open,
    review,
    share_case,
    end_case_share,
    take_out,
    understand,
    calculators,
    score,
    findings,
    drugs,
    list_shares,
    share_record,
    change_share,
    end_share
))]
pub(crate) struct Described;

/// A result with its case.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseAnswer)]
struct Answer {
    /// The case, as it is kept.
    case_id: CaseId,
    #[serde(flatten)]
    result: CaseResult,
}

async fn run(app: App, visit: Visit, caller: Caller, input: CaseInput) -> Result<Personal<Answer>, ApiError> {
    let (case_id, outcome) = super::begin(&app, &Viewer::from(&caller), input, None, None, &visit.origin).await?;
    let result = outcome.await.map_err(|_| Fault::Broken)??;
    Ok(Personal(Answer { case_id, result }))
}

/// Works out a differential diagnosis.
///
/// The case is kept. It supports a clinician's judgement and does not replace it.
#[utoipa::path(
    post, path = "/api/clinic/diagnosis", operation_id = "diagnose", tag = "Cases",
    request_body = DiagnosisRequest,
    responses((status = 200, body = Answer), (status = 503, description = "The server stops; the case is kept and goes on by itself.")),
)]
async fn diagnosis(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Json(request): Json<DiagnosisRequest>,
) -> Result<Personal<Answer>, ApiError> {
    run(app, visit, caller, CaseInput::Diagnosis(Box::new(request))).await
}

/// Checks a prescription, and chooses medicines for a diagnosis.
///
/// The case is kept. It always needs a review.
#[utoipa::path(
    post, path = "/api/clinic/prescription", operation_id = "prescribe", tag = "Cases",
    request_body = PrescriptionRequest,
    responses((status = 200, body = Answer), (status = 404, description = "There is no such case to go on from."), (status = 503, description = "The server stops; the case is kept and goes on by itself.")),
)]
async fn prescription(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Json(request): Json<PrescriptionRequest>,
) -> Result<Personal<Answer>, ApiError> {
    run(app, visit, caller, CaseInput::Prescription(Box::new(request))).await
}

/// Which page of the list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// How many.
    limit: Option<i64>,
    /// How many are passed over.
    offset: Option<i64>,
    /// Only of this engine.
    kind: Option<CaseKind>,
    /// Only of this patient, who shares their record.
    patient: Option<UserId>,
}

/// Lists cases, one's own and those shared, the newest first.
#[utoipa::path(
    get, path = "/api/clinic/cases", operation_id = "list_cases", tag = "Cases",
    params(ListQuery),
    responses((status = 200, body = CaseList), (status = 404, description = "There is no such patient who shares their record.")),
)]
async fn list(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    asked: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Personal<CaseList>, ApiError> {
    let ListQuery { limit, offset, kind, patient } = rest::query(asked)?;
    let page = rest::page(limit, offset)?;
    Ok(Personal(cases::list(&app, &Viewer::from(&caller), kind, patient, page, &visit.origin).await?))
}

/// Gives a case with everything that it said.
#[utoipa::path(
    get, path = "/api/clinic/cases/{id}", operation_id = "open_case", tag = "Cases",
    responses((status = 200, body = Case)),
)]
async fn open(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> Result<Personal<Case>, ApiError> {
    Ok(Personal(cases::open(&app, &Viewer::from(&caller), &id, &visit.origin).await?))
}

/// Signs a case off; the last decision holds, the others stay.
#[utoipa::path(
    post, path = "/api/clinic/cases/{id}/review", operation_id = "review_case", tag = "Cases",
    request_body = ReviewRequest,
    responses((status = 200, body = Case), (status = 403, description = "Only the clinician who ran a case can sign it off."), (status = 409, description = "The case is still running.")),
)]
async fn review(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<CaseId>,
    Json(request): Json<ReviewRequest>,
) -> Result<Personal<Case>, ApiError> {
    Ok(Personal(cases::review(&app, &Viewer::from(&caller), &id, request, &visit.origin).await?))
}

/// Shows a case to its patient.
#[utoipa::path(
    post, path = "/api/clinic/cases/{id}/share", operation_id = "share_case", tag = "Cases",
    request_body = ShareCase,
    responses((status = 200, body = Share), (status = 403, description = "Only the clinician who ran a case can share it."), (status = 409, description = "The case is not done yet.")),
)]
async fn share_case(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<CaseId>,
    Json(request): Json<ShareCase>,
) -> Result<Personal<Share>, ApiError> {
    Ok(Personal(shares::share_case(&app, &Viewer::from(&caller), &id, &request, &visit.origin).await?))
}

/// Takes a case back from someone it is shared with.
#[utoipa::path(
    delete, path = "/api/clinic/cases/{id}/share/{user_id}", operation_id = "end_case_share", tag = "Cases",
    responses((status = 200, body = Notice)),
)]
async fn end_case_share(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path((id, user)): Path<(CaseId, UserId)>,
) -> Result<Personal<Notice>, ApiError> {
    shares::end_case(&app, &Viewer::from(&caller), &id, &user, &visit.origin).await?;
    Ok(Personal(Notice { message: "The case is not shared with them any more.".to_owned() }))
}

/// In which form.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// As it is shown here, or as HL7 FHIR R4.
    #[param(inline)]
    format: Format,
}

/// Takes a case out as JSON, or as a FHIR R4 Bundle.
#[utoipa::path(
    get, path = "/api/clinic/cases/{id}/export", operation_id = "export_case", tag = "Cases",
    params(ExportQuery),
    responses((status = 200, description = "The case, or a Bundle.", content((Case = "application/json"), (Object = "application/fhir+json"))), (status = 409, description = "The case is not done yet.")),
)]
async fn take_out(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<CaseId>,
    asked: Result<Query<ExportQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let wrong = |_| ApiError::new(http::StatusCode::UNPROCESSABLE_ENTITY, "`format` is json or fhir.");
    let Query(ExportQuery { format }) = asked.map_err(wrong)?;
    let body = export::case(&app, &Viewer::from(&caller), &id, format, &visit.origin).await?;
    let name = format!(
        "attachment; filename=\"case-{}.json\"",
        id.as_str().replace(|c: char| !c.is_ascii_alphanumeric(), "-")
    );
    let headers = [
        ("cache-control", "no-store".to_owned()),
        ("content-type", format.content_type().to_owned()),
        ("content-disposition", name),
    ];
    Ok((headers, body).into_response())
}

/// Reads a note as the engine of diagnoses does, and says what it takes its words for. Nothing is stored.
#[utoipa::path(
    post, path = "/api/clinic/understand", operation_id = "understand", tag = "Tools",
    request_body = Understand,
    responses((status = 200, body = Understood)),
)]
async fn understand(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<Understand>,
) -> Result<Personal<Understood>, ApiError> {
    app.limits.check(Kind::Cases, caller.user_id.as_str())?;
    let most = app.settings.case_narrative_chars;
    if request.narrative.chars().count() > most {
        return Err(Fault::Input(format!("`narrative` is too long: {most} characters are the most.")).into());
    }
    let read = tokio::task::spawn_blocking(move || tools::understand(&request.narrative)).await;
    Ok(Personal(read.map_err(|_| Fault::Broken)?))
}

/// Lists the calculators with their inputs.
#[utoipa::path(
    get, path = "/api/clinic/scores", operation_id = "list_calculators", tag = "Tools",
    responses((status = 200, body = Calculators)),
)]
async fn calculators(_: Caller) -> Json<Calculators> {
    Json(tools::calculators())
}

/// Calculates a score; what is not known is left out, and makes a range.
#[utoipa::path(
    post, path = "/api/clinic/scores/{calculator}", operation_id = "calculate", tag = "Tools",
    request_body = BTreeMap<String, Value>,
    responses((status = 200, body = ScoreAnswer)),
)]
async fn score(
    _: Caller,
    Path(calculator): Path<String>,
    Json(inputs): Json<Value>,
) -> Result<Personal<ScoreAnswer>, ApiError> {
    let answer = tools::score(&calculator, &inputs).map_err(|none| match none {
        tools::NoScore::Unknown => ApiError::not_found("calculator"),
        tools::NoScore::Input(text) => Fault::Input(text).into(),
    })?;
    Ok(Personal(answer))
}

/// What was typed so far.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Typed {
    /// What was typed.
    q: String,
    /// How many at the most.
    limit: Option<i64>,
}

impl Typed {
    /// What is offered at the most.
    fn most(&self) -> Result<usize, ApiError> {
        let (limit, _) = rest::window(self.limit, None, tools::OFFERED_USUAL, tools::OFFERED_MAX)?;
        Ok(usize::try_from(limit).unwrap_or_default())
    }
}

/// Offers findings for what was typed so far, best first.
#[utoipa::path(
    get, path = "/api/clinic/findings", operation_id = "suggest_findings", tag = "Tools",
    params(Typed),
    responses((status = 200, body = FindingHits)),
)]
async fn findings(_: Caller, typed: Result<Query<Typed>, QueryRejection>) -> Result<Personal<FindingHits>, ApiError> {
    let typed = rest::query(typed)?;
    Ok(Personal(tools::findings(&typed.q, typed.most()?)))
}

/// Offers medicines for what was typed so far, best first.
#[utoipa::path(
    get, path = "/api/clinic/drugs", operation_id = "suggest_drugs", tag = "Tools",
    params(Typed),
    responses((status = 200, body = DrugHits)),
)]
async fn drugs(_: Caller, typed: Result<Query<Typed>, QueryRejection>) -> Result<Personal<DrugHits>, ApiError> {
    let typed = rest::query(typed)?;
    Ok(Personal(tools::drugs(&typed.q, typed.most()?)))
}

/// Lists who lets whom see what, as far as the caller is part of it.
#[utoipa::path(
    get, path = "/api/record/shares", operation_id = "list_shares", tag = "Sharing",
    responses((status = 200, body = ShareList)),
)]
async fn list_shares(State(app): State<App>, caller: Caller) -> Result<Personal<ShareList>, ApiError> {
    Ok(Personal(shares::list(&app, &Viewer::from(&caller)).await?))
}

/// Lets a clinician see one's record from now on.
#[utoipa::path(
    post, path = "/api/record/shares", operation_id = "share_record", tag = "Sharing",
    request_body = ShareRecord,
    responses((status = 200, body = Share), (status = 403, description = "Only a patient can share their record."), (status = 404, description = "There is no clinician with this address."), (status = 409, description = "It was being changed in the same moment.")),
)]
async fn share_record(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Json(request): Json<ShareRecord>,
) -> Result<Personal<Share>, ApiError> {
    Ok(Personal(shares::share_record(&app, &Viewer::from(&caller), &request, &visit.origin).await?))
}

/// Says whether the clinician of a share is told when its patient is in danger.
#[utoipa::path(
    patch, path = "/api/record/shares/{id}", operation_id = "change_share", tag = "Sharing",
    request_body = ChangeShare,
    responses((status = 200, body = Share)),
)]
async fn change_share(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
    Json(request): Json<ChangeShare>,
) -> Result<Personal<Share>, ApiError> {
    let viewer = Viewer::from(&caller);
    Ok(Personal(shares::set_alerts(&app, &viewer, &id, request.alerts, &visit.origin).await?))
}

/// Ends a share at once; either side can.
#[utoipa::path(
    delete, path = "/api/record/shares/{id}", operation_id = "end_share", tag = "Sharing",
    responses((status = 200, body = Notice)),
)]
async fn end_share(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Personal<Notice>, ApiError> {
    shares::end(&app, &Viewer::from(&caller), &id, &visit.origin).await?;
    Ok(Personal(Notice { message: "The share has ended.".to_owned() }))
}
