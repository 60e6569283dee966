//! The REST routes of alerts.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use protocol::clinic::{Alert, AlertList};
use serde::Deserialize;

use super::desk;
use crate::auth::{Caller, Visit};
use crate::clinic::Viewer;
use crate::error::{ApiError, Path};
use crate::rest::{self, Personal};
use crate::state::App;

/// `/api/clinic/alerts` for clinicians, `/api/record/alerts` for whom they are about.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/clinic/alerts", get(list))
        .route("/api/clinic/alerts/{id}/seen", post(seen))
        .route("/api/record/alerts", get(of_patient))
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    limit: Option<i64>,
    offset: Option<i64>,
}

fn page(asked: Result<Query<PageQuery>, QueryRejection>) -> Result<(i64, i64), ApiError> {
    let PageQuery { limit, offset } = rest::query(asked)?;
    rest::page(limit, offset)
}

async fn list(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    asked: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Personal<AlertList>, ApiError> {
    Ok(Personal(desk::list(&app, &Viewer::from(&caller), page(asked)?, &visit.origin).await?))
}

async fn seen(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Personal<Alert>, ApiError> {
    Ok(Personal(desk::open(&app, &Viewer::from(&caller), &id, &visit.origin).await?))
}

async fn of_patient(
    State(app): State<App>,
    caller: Caller,
    asked: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Personal<AlertList>, ApiError> {
    Ok(Personal(desk::of_patient(&app, &caller.user_id, page(asked)?).await?))
}
