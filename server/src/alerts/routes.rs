//! The REST routes of alerts.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::AppendHeaders;
use axum::routing::{get, post};
use protocol::clinic::{Alert, AlertList};
use serde::Deserialize;

use super::desk;
use crate::auth::{Caller, Visit};
use crate::clinic::Viewer;
use crate::error::{ApiError, Json, Path};
use crate::state::App;

/// The most alerts of one page.
const LIST_MAX: i64 = 100;

/// `/api/clinic/alerts` for clinicians, `/api/record/alerts` for whom they are about.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/clinic/alerts", get(list))
        .route("/api/clinic/alerts/{id}/seen", post(seen))
        .route("/api/record/alerts", get(of_patient))
}

/// What is personal is kept by nobody on the way.
type Personal<T> = (AppendHeaders<[(&'static str, &'static str); 1]>, Json<T>);

fn personal<T>(body: T) -> Personal<T> {
    (AppendHeaders([("cache-control", "no-store")]), Json(body))
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    limit: Option<i64>,
    offset: Option<i64>,
}

fn page(asked: Result<Query<PageQuery>, QueryRejection>) -> Result<(i64, i64), ApiError> {
    let wrong = || {
        let text = format!("`limit` is 1 to {LIST_MAX}, `offset` from 0.");
        ApiError::new(http::StatusCode::UNPROCESSABLE_ENTITY, text)
    };
    let Query(PageQuery { limit, offset }) = asked.map_err(|_| wrong())?;
    let page = (limit.unwrap_or(50), offset.unwrap_or(0));
    if (1..=LIST_MAX).contains(&page.0) && page.1 >= 0 { Ok(page) } else { Err(wrong()) }
}

async fn list(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    asked: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Personal<AlertList>, ApiError> {
    Ok(personal(desk::list(&app, &Viewer::from(&caller), page(asked)?, &visit.origin).await?))
}

async fn seen(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Personal<Alert>, ApiError> {
    Ok(personal(desk::open(&app, &Viewer::from(&caller), &id, &visit.origin).await?))
}

async fn of_patient(
    State(app): State<App>,
    caller: Caller,
    asked: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Personal<AlertList>, ApiError> {
    Ok(personal(desk::of_patient(&app, &caller.user_id, page(asked)?).await?))
}
