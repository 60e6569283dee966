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

/// A result with its case.
#[derive(Serialize)]
struct Answer {
    case_id: CaseId,
    #[serde(flatten)]
    result: CaseResult,
}

async fn run(app: App, visit: Visit, caller: Caller, input: CaseInput) -> Result<Personal<Answer>, ApiError> {
    let (case_id, outcome) = super::begin(&app, &Viewer::from(&caller), input, None, None, &visit.origin).await?;
    let result = outcome.await.map_err(|_| Fault::Broken)??;
    Ok(Personal(Answer { case_id, result }))
}

async fn diagnosis(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Json(request): Json<DiagnosisRequest>,
) -> Result<Personal<Answer>, ApiError> {
    run(app, visit, caller, CaseInput::Diagnosis(Box::new(request))).await
}

async fn prescription(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Json(request): Json<PrescriptionRequest>,
) -> Result<Personal<Answer>, ApiError> {
    run(app, visit, caller, CaseInput::Prescription(Box::new(request))).await
}

/// Which page of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    limit: Option<i64>,
    offset: Option<i64>,
    kind: Option<CaseKind>,
    patient: Option<UserId>,
}

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

async fn open(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> Result<Personal<Case>, ApiError> {
    Ok(Personal(cases::open(&app, &Viewer::from(&caller), &id, &visit.origin).await?))
}

async fn review(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<CaseId>,
    Json(request): Json<ReviewRequest>,
) -> Result<Personal<Case>, ApiError> {
    Ok(Personal(cases::review(&app, &Viewer::from(&caller), &id, request, &visit.origin).await?))
}

async fn share_case(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<CaseId>,
    Json(request): Json<ShareCase>,
) -> Result<Personal<Share>, ApiError> {
    Ok(Personal(shares::share_case(&app, &Viewer::from(&caller), &id, &request, &visit.origin).await?))
}

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
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ExportQuery {
    format: Format,
}

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

async fn calculators(_: Caller) -> Json<Calculators> {
    Json(tools::calculators())
}

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
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    q: String,
    limit: Option<usize>,
}

impl Typed {
    /// What is offered at the most.
    fn most(&self) -> usize {
        self.limit.unwrap_or(10)
    }
}

async fn findings(_: Caller, typed: Result<Query<Typed>, QueryRejection>) -> Result<Personal<FindingHits>, ApiError> {
    let typed = rest::query(typed)?;
    Ok(Personal(tools::findings(&typed.q, typed.most())))
}

async fn drugs(_: Caller, typed: Result<Query<Typed>, QueryRejection>) -> Result<Personal<DrugHits>, ApiError> {
    let typed = rest::query(typed)?;
    Ok(Personal(tools::drugs(&typed.q, typed.most())))
}

async fn list_shares(State(app): State<App>, caller: Caller) -> Result<Personal<ShareList>, ApiError> {
    Ok(Personal(shares::list(&app, &Viewer::from(&caller)).await?))
}

async fn share_record(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Json(request): Json<ShareRecord>,
) -> Result<Personal<Share>, ApiError> {
    Ok(Personal(shares::share_record(&app, &Viewer::from(&caller), &request, &visit.origin).await?))
}

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

async fn end_share(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Personal<Notice>, ApiError> {
    shares::end(&app, &Viewer::from(&caller), &id, &visit.origin).await?;
    Ok(Personal(Notice { message: "The share has ended.".to_owned() }))
}
