//! Errors of REST routes: public text and internal cause apart, as `application/problem+json` (RFC 9457).

use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use protocol::rest::Problem;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use crate::db::StoreError;
use crate::limits::RetryAfter;
use crate::telemetry;

/// What a person is told, and why it happened, for the log.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    detail: String,
    /// The form field it is about.
    pub(crate) field: Option<&'static str>,
    retry_after_s: Option<u64>,
    cause: Option<String>,
}

impl ApiError {
    /// Any status with its text.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), field: None, retry_after_s: None, cause: None }
    }

    /// 400.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 401.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail)
    }

    /// 403.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// 404: unknown, or somebody else's; never told apart.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("There is no such {what}."))
    }

    /// 409.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// 422 about one field.
    pub fn unprocessable(field: &'static str, detail: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// 429.
    pub fn too_many(RetryAfter(wait): RetryAfter) -> Self {
        let seconds = wait.as_secs() + 1;
        let detail = format!("Too many tries in a short time. Please wait {seconds} s and try again.");
        Self { retry_after_s: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    /// 500, with a cause for the log.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side. Please try again.")
        }
    }

    /// The HTTP status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// What a person is told.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// As it is told on the wire.
    pub(crate) fn problem(&self, request_id: String) -> Problem {
        Problem {
            kind: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            request_id,
        }
    }

    fn log(&self) {
        if let Some(cause) = &self.cause {
            tracing::error!(cause, status = self.status.as_u16(), "request failed");
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self {
                cause: Some(error.to_string()),
                ..Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "The server's disk is full, so nothing was stored. Please try again later.",
                )
            },
            StoreError::Gone => Self::not_found("conversation"),
            StoreError::Exists => Self::conflict("That is there already."),
            other => Self::internal(other),
        }
    }
}

impl From<RetryAfter> for ApiError {
    fn from(wait: RetryAfter) -> Self {
        Self::too_many(wait)
    }
}

impl From<ApiError> for app::api::ApiFailure {
    fn from(error: ApiError) -> Self {
        error.log();
        Self { status: error.status.as_u16(), field: error.field.map(ToOwned::to_owned), message: error.detail }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let problem = self.problem(telemetry::current_request_id());
        let body = serde_json::to_vec(&problem).expect("a problem is plain data");
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// What was sent, where its header says that it is JSON. Nothing at all needs no header.
pub(crate) async fn json_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let kind = kind.as_deref().and_then(|kind| kind.split(';').next()).map(str::trim).unwrap_or_default();
    let is_json = kind.eq_ignore_ascii_case("application/json");
    let body = Bytes::from_request(request, state)
        .await
        .map_err(|error| ApiError::new(error.status(), "The request's body could not be read."))?;
    let is_nothing = body.is_empty() && kind.is_empty();
    if !is_json && !is_nothing {
        let text = "Send JSON with the header Content-Type: application/json.";
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    Ok(body)
}

/// In JSON 5.0 is a whole number, too. serde takes it for none, so it is written as one where a body does not fit.
pub(crate) fn whole_numbers(value: Value) -> Value {
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "a number this small is exact in both")]
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => Value::from(float as i64),
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(whole_numbers).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, field)| (name, whole_numbers(field))).collect(),
        other => other,
    }
}

/// A JSON body; what is wrong with it is said: 400 for what is not JSON, 422 for a missing or wrong field.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let body = json_body(request, state).await?;
        // serde takes a list for a struct, one field after the other; no body is meant so.
        if !body.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(&body).is_ok() {
            return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "The body must be one JSON object."));
        }
        match axum::Json::<T>::from_bytes(&body) {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::JsonDataError(error)) => {
                let whole = serde_json::from_slice::<Value>(&body).ok().map(whole_numbers);
                if let Some(value) = whole.and_then(|body| serde_json::from_value(body).ok()) {
                    return Ok(Self(value));
                }
                // serde's words name the field and what was expected, and may quote the value: keep the words before it.
                let text = error.body_text();
                let reason = text.rsplit_once(": ").map_or(text.as_str(), |(_, reason)| reason);
                let reason = reason.split(" at line").next().unwrap_or(reason);
                let safe =
                    if reason.starts_with("missing field") { reason } else { "a field has a wrong type or value" };
                Err(ApiError::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    format!("The request's JSON does not fit: {safe}."),
                ))
            }
            Err(_) => Err(ApiError::bad_request("The request's body is not valid JSON.")),
        }
    }
}

/// What stands in the path; where it can't be read there is nothing at that address.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        // No id has one, and PostgreSQL takes none in a text.
        if parts.uri.path().contains("%00") {
            return Err(ApiError::not_found("page"));
        }
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(ApiError::not_found("page")),
        }
    }
}

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}
