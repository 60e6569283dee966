//! Everything that can be reached, in one table.

mod table;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use protocol::rest::{Health, Ready};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa::OpenApi;

use crate::error::ApiError;
use crate::limits::{ClientAddress, Kind};
use crate::state::App;
use crate::{alerts, auth, care, chat, clinic, conversations, documents, openapi, realtime, reviews, site, telemetry};
pub use table::{Access, ROUTES, Route};

/// The largest body of a request that is not an upload.
pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;

/// What stands around the file in a form that uploads one.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// The whole router: operations, accounts, sockets, pages.
pub fn router(app: App) -> Router {
    let large = conversations::large_routes()
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(app.settings.import_bytes));
    let uploads = documents::large_routes()
        .layer(RequestBodyLimitLayer::new(app.settings.document_bytes.saturating_add(FORM_BYTES_MAX)));
    let limited = Router::new()
        .merge(auth::routes())
        .merge(realtime::routes())
        .merge(conversations::routes())
        .merge(chat::routes())
        .merge(clinic::routes())
        .merge(care::routes())
        .merge(documents::routes())
        .merge(alerts::routes())
        .merge(reviews::routes())
        .merge(openapi::routes())
        .merge(site::routes(&app))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .merge(large)
        .merge(uploads)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(app.clone(), auth::same_site))
        .layer(from_fn_with_state(app.clone(), limit));
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .merge(limited)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(site::headers::add))
        .layer(from_fn(telemetry::trace))
        .with_state(app)
}

/// The routes of operators, as they are described.
#[derive(OpenApi)]
#[openapi(paths(health, ready, metrics))]
pub(crate) struct Described;

/// Says that the process answers.
#[utoipa::path(
    get, path = "/health", operation_id = "health", tag = "Operations",
    responses((status = 200, body = Health)),
)]
async fn health() -> Json<Health> {
    Json(Health {
        status: "healthy".to_owned(),
        agent: "Anamnesis".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Says whether new work is taken: the database answers and the server is not stopping.
#[utoipa::path(
    get, path = "/ready", operation_id = "ready", tag = "Operations",
    responses((status = 200, body = Ready), (status = 503, description = "No work is taken: the server stops, or its database does not answer.")),
)]
async fn ready(State(app): State<App>) -> Response {
    if !app.is_draining() && !app.writer.is_closed() && app.db.is_ready().await {
        return Json(Ready { status: "ready".to_owned() }).into_response();
    }
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "The server takes no work just now.").into_response()
}

/// Gives the figures for Prometheus.
///
/// To loopback addresses only, unless the setting `metrics_public` says otherwise.
#[utoipa::path(
    get, path = "/metrics", operation_id = "metrics", tag = "Operations",
    responses((status = 200, body = String, content_type = "text/plain; version=0.0.4", description = "Figures in the text format of Prometheus."), (status = 404, description = "Asked from another machine.")),
)]
async fn metrics(State(app): State<App>, ClientAddress(address): ClientAddress) -> Response {
    if !app.settings.metrics_public && !address.is_loopback() {
        return ApiError::not_found("page").into_response();
    }
    ([(http::header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.render()).into_response()
}

/// Requests of one address, in and out of accounts alike. Embedded files cost nothing and are not counted.
async fn limit(State(app): State<App>, address: ClientAddress, request: Request, next: Next) -> Response {
    let counted = !request.uri().path().starts_with("/pkg/");
    if counted && let Err(wait) = app.limits.check(Kind::Requests, &address.key()) {
        return ApiError::too_many(wait).into_response();
    }
    let most = match request.uri().path() {
        "/api/chat/import" => app.settings.import_bytes,
        "/api/documents" => app.settings.document_bytes,
        _ => BODY_BYTES_MAX,
    };
    let reads = request.method().is_safe();
    let response = next.run(request).await;
    if !reads && response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        // The layer that counts bytes has only a plain text for this.
        let detail = format!("The request's body is too large; {} KiB is the most.", most / 1024);
        return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response();
    }
    response
}

async fn no_such_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "This address is not asked in that way; the header `Allow` says how.")
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    // The panic's text may quote what a person wrote, so it is not logged here.
    ApiError::internal("a handler panicked").into_response()
}
