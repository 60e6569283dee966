//! Logs and metrics. A request id goes through HTTP, socket and turn. Never health text, never tokens.

use std::io::IsTerminal;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::Instrument;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogFormat, Settings};

tokio::task_local! {
    static REQUEST_ID: RequestId;
}

/// Names one request in the log, in errors and on the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// The id of the request being answered, or an empty text outside of one.
pub fn current_request_id() -> String {
    REQUEST_ID.try_with(|id| id.0.clone()).unwrap_or_default()
}

/// Starts the log. A wrong filter falls back to `info`, since the setting was checked before.
///
/// Whatever the setting says, of other people's crates nothing below `info` is logged: at `trace` a WebSocket library
/// prints the frames it reads, and a mail library the mails it sends. Of the crates that talk to language models nothing
/// is logged at all: their errors quote what a provider answered, and that may quote what a person wrote.
pub fn start_log(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let ours_or_coarse = filter_fn(|event| match event.target().split("::").next() {
        Some("server") => true,
        Some("genai" | "gcp_auth") => false,
        _ => *event.level() <= tracing::Level::INFO,
    });
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter).with(ours_or_coarse);
    // A second start in one process (tests) keeps the first.
    let _ = match settings.log_format {
        LogFormat::Text => registry.with(log.with_ansi(std::io::stderr().is_terminal()).with_target(false)).try_init(),
        LogFormat::Json => registry.with(log.json().flatten_event(true).with_current_span(true)).try_init(),
    };
}

/// A panic's message may quote what a person wrote: only its place is logged.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

/// Starts the metrics of this process, once.
pub fn start_metrics() -> PrometheusHandle {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let handle = PrometheusBuilder::new().install_recorder().expect("the recorder is installed once");
            show_zeros();
            handle
        })
        .clone()
}

/// What operators watch is there before it first happens.
fn show_zeros() {
    metrics::gauge!("anamnesis_connections").set(0.0);
    for name in ["anamnesis_messages_in", "anamnesis_messages_out", "anamnesis_crisis_detected"] {
        metrics::counter!(name).increment(0);
    }
}

/// Gives a request its id and writes a line when it is answered. Neither query nor headers are logged.
pub async fn trace(request: Request, next: Next) -> Response {
    let id = RequestId(uuid::Uuid::new_v4().simple().to_string());
    let (method, path) = (request.method().clone(), loggable_path(request.uri().path()));
    let span = tracing::info_span!("request", request_id = %id.0);
    let started = std::time::Instant::now();
    let mut request = request;
    request.extensions_mut().insert(id.clone());
    let answer = async {
        let mut response = next.run(request).await;
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(%method, path, status = response.status().as_u16(), elapsed_ms, "request");
        metrics::counter!("anamnesis_requests", "status" => response.status().as_u16().to_string()).increment(1);
        metrics::histogram!("anamnesis_request_seconds").record(started.elapsed().as_secs_f64());
        if let Ok(value) = HeaderValue::from_str(&id.0) {
            response.headers_mut().insert("x-request-id", value);
        }
        response
    };
    REQUEST_ID.scope(id.clone(), answer.instrument(span)).await
}

/// A path as it may stand in a log: what a stranger typed there is cut and shown without control characters.
fn loggable_path(path: &str) -> String {
    path.chars().filter(|c| !c.is_control()).take(120).collect()
}
