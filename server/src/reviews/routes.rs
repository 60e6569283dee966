//! The REST routes of reviews.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use protocol::review::{Judge, RatedAnswer, ReviewList};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::{desk, export};
use crate::auth::{Caller, Visit};
use crate::error::{ApiError, Json, Path};
use crate::rest::{self, Personal};
use crate::state::App;

/// `/api/reviews`, and `/api/feedback/export`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/reviews", get(list))
        .route("/api/reviews/{id}", get(open).post(judge))
        .route("/api/feedback/export", get(take_out))
}

/// The routes as they are described.
#[derive(OpenApi)]
#[openapi(paths(list, open, judge, take_out))]
pub(crate) struct Described;

/// Which part of the queue.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Part {
    #[default]
    Open,
    Closed,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// What is open, the oldest first, or what is closed, the newest first.
    #[param(inline)]
    state: Part,
    /// How many.
    limit: Option<i64>,
    /// How many are passed over.
    offset: Option<i64>,
}

/// Lists rated answers that people agreed to have read; no text.
#[utoipa::path(
    get, path = "/api/reviews", operation_id = "list_reviews", tag = "Reviews",
    params(ListQuery),
    responses((status = 200, body = ReviewList), (status = 403, description = "Only clinicians and administrators may.")),
)]
async fn list(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    asked: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Personal<ReviewList>, ApiError> {
    let ListQuery { state, limit, offset } = rest::query(asked)?;
    let page = rest::page(limit, offset)?;
    Ok(Personal(desk::list(&app, &caller, matches!(state, Part::Open), page, &visit.origin).await?))
}

/// Opens a rated answer. Who read it is on the trail.
#[utoipa::path(
    get, path = "/api/reviews/{id}", operation_id = "open_review", tag = "Reviews",
    responses((status = 200, body = RatedAnswer), (status = 403, description = "Only clinicians and administrators may.")),
)]
async fn open(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Personal<RatedAnswer>, ApiError> {
    Ok(Personal(desk::open(&app, &caller, &id, &visit.origin).await?))
}

/// Says what was found, which closes it.
#[utoipa::path(
    post, path = "/api/reviews/{id}", operation_id = "judge_review", tag = "Reviews",
    request_body = Judge,
    responses((status = 200, body = RatedAnswer), (status = 403, description = "Only clinicians and administrators may."), (status = 409, description = "Somebody has closed it already.")),
)]
async fn judge(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
    Json(found): Json<Judge>,
) -> Result<Personal<RatedAnswer>, ApiError> {
    Ok(Personal(desk::judge(&app, &caller, &id, found, &visit.origin).await?))
}

/// From which day on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// A day such as 2026-11-01 (UTC): what was rated from then on.
    since: Option<String>,
}

/// Takes rated answers out as JSON lines, one a line, without names.
#[utoipa::path(
    get, path = "/api/feedback/export", operation_id = "export_feedback", tag = "Reviews",
    params(ExportQuery),
    responses((status = 200, body = String, content_type = "application/x-ndjson", description = "A rated answer a line."), (status = 403, description = "Only administrators may.")),
)]
async fn take_out(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    asked: Result<Query<ExportQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let ExportQuery { since } = rest::query(asked)?;
    let wrong = || ApiError::unprocessable("since", "`since` is a day such as 2026-11-01.");
    let since = since.map(|text| export::day(&text).ok_or_else(wrong)).transpose()?;
    let file = export::file(&app, &caller, since, &visit.origin).await?;
    let headers = [
        ("cache-control", "no-store"),
        ("content-type", "application/x-ndjson"),
        ("content-disposition", "attachment; filename=\"rated-answers.jsonl\""),
    ];
    Ok((headers, file).into_response())
}
