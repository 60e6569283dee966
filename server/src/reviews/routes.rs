//! The REST routes of reviews.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::get;
use protocol::review::{Judge, RatedAnswer, ReviewList};
use serde::Deserialize;

use super::{desk, export};
use crate::auth::{Caller, Visit};
use crate::error::{ApiError, Json, Path};
use crate::state::App;

/// The most lines of one page.
const LIST_MAX: i64 = 100;

/// `/api/reviews`, and `/api/feedback/export`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/reviews", get(list))
        .route("/api/reviews/{id}", get(open).post(judge))
        .route("/api/feedback/export", get(take_out))
}

/// What is personal is kept by nobody on the way.
type Personal<T> = (AppendHeaders<[(&'static str, &'static str); 1]>, Json<T>);

fn personal<T>(body: T) -> Personal<T> {
    (AppendHeaders([("cache-control", "no-store")]), Json(body))
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
    let wrong = || {
        let text = format!("`state` is open or closed, `limit` 1 to {LIST_MAX}, `offset` from 0.");
        ApiError::new(http::StatusCode::UNPROCESSABLE_ENTITY, text)
    };
    let Query(ListQuery { state, limit, offset }) = asked.map_err(|_| wrong())?;
    let page = (limit.unwrap_or(50), offset.unwrap_or(0));
    if !(1..=LIST_MAX).contains(&page.0) || page.1 < 0 {
        return Err(wrong());
    }
    Ok(personal(desk::list(&app, &caller, matches!(state, Part::Open), page, &visit.origin).await?))
}

async fn open(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Personal<RatedAnswer>, ApiError> {
    Ok(personal(desk::open(&app, &caller, &id, &visit.origin).await?))
}

async fn judge(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
    Json(found): Json<Judge>,
) -> Result<Personal<RatedAnswer>, ApiError> {
    Ok(personal(desk::judge(&app, &caller, &id, found, &visit.origin).await?))
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
