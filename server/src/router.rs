//! Everything that can be reached, in one table.

mod table;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use protocol::rest::Health;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::error::ApiError;
use crate::limits::{ClientAddress, Kind};
use crate::state::App;
use crate::{alerts, auth, care, chat, clinic, conversations, realtime, reviews, site, telemetry};
pub use table::{Access, ROUTES, Route};

/// The largest body of a request that is not an upload.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The whole router: operations, accounts, sockets, pages.
pub fn router(app: App) -> Router {
    let large = conversations::large_routes()
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(app.settings.import_bytes));
    let limited = Router::new()
        .merge(auth::routes())
        .merge(realtime::routes())
        .merge(conversations::routes())
        .merge(chat::routes())
        .merge(clinic::routes())
        .merge(care::routes())
        .merge(alerts::routes())
        .merge(reviews::routes())
        .merge(site::routes(&app))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .merge(large)
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

async fn health() -> Json<Health> {
    Json(Health {
        status: "healthy".to_owned(),
        agent: "Anamnesis".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Whether new work is taken: the database answers and the server is not stopping.
async fn ready(State(app): State<App>) -> Response {
    if !app.is_draining() && !app.writer.is_closed() && app.db.is_ready().await {
        return Json(serde_json::json!({"status": "ready"})).into_response();
    }
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "The server takes no work just now.").into_response()
}

/// For Prometheus, on loopback unless a setting says otherwise.
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
    let most = if request.uri().path() == "/api/chat/import" { app.settings.import_bytes } else { BODY_BYTES_MAX };
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
