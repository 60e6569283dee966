//! The REST routes of alerts.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use protocol::clinic::{Alert, AlertList};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

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

/// The routes as they are described.
#[derive(OpenApi)]
#[openapi(paths(list, seen, of_patient))]
pub(crate) struct Described;

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// How many.
    limit: Option<i64>,
    /// How many are passed over.
    offset: Option<i64>,
}

fn page(asked: Result<Query<PageQuery>, QueryRejection>) -> Result<(i64, i64), ApiError> {
    let PageQuery { limit, offset } = rest::query(asked)?;
    rest::page(limit, offset)
}

/// Lists alerts about patients who agreed to it, the newest first.
#[utoipa::path(
    get, path = "/api/clinic/alerts", operation_id = "list_alerts", tag = "Alerts",
    params(PageQuery),
    responses((status = 200, body = AlertList), (status = 403, description = "Only clinicians have alerts.")),
)]
async fn list(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    asked: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Personal<AlertList>, ApiError> {
    Ok(Personal(desk::list(&app, &Viewer::from(&caller), page(asked)?, &visit.origin).await?))
}

/// Opens an alert; its patient sees from now on that it was opened.
#[utoipa::path(
    post, path = "/api/clinic/alerts/{id}/seen", operation_id = "open_alert", tag = "Alerts",
    responses((status = 200, body = Alert), (status = 403, description = "Only clinicians have alerts.")),
)]
async fn seen(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Personal<Alert>, ApiError> {
    Ok(Personal(desk::open(&app, &Viewer::from(&caller), &id, &visit.origin).await?))
}

/// Lists alerts about the caller: who was told, when, how grave.
#[utoipa::path(
    get, path = "/api/record/alerts", operation_id = "list_own_alerts", tag = "Alerts",
    params(PageQuery),
    responses((status = 200, body = AlertList)),
)]
async fn of_patient(
    State(app): State<App>,
    caller: Caller,
    asked: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Personal<AlertList>, ApiError> {
    Ok(Personal(desk::of_patient(&app, &caller.user_id, page(asked)?).await?))
}
