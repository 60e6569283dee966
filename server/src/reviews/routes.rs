//! The REST routes of reviews.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use protocol::review::{Judge, RatedAnswer, ReviewList};
use serde::Deserialize;

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

/// Which part of the queue.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    #[default]
    Open,
    Closed,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    state: Part,
    limit: Option<i64>,
    offset: Option<i64>,
}

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

async fn open(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Personal<RatedAnswer>, ApiError> {
    Ok(Personal(desk::open(&app, &caller, &id, &visit.origin).await?))
}

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
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ExportQuery {
    since: Option<String>,
}

async fn take_out(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Query(ExportQuery { since }): Query<ExportQuery>,
) -> Result<Response, ApiError> {
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
