//! The REST routes as OpenAPI 3.1 (`/api/openapi.json`), and as a page to read (`/api/docs`).
//!
//! What an operation takes and gives stands beside its handler (`#[utoipa::path]`) and on the types of `protocol`. What
//! follows from that is added here, in one place each: who may ask and what can go wrong (`rules.rs`), the limits
//! (`limits.rs`), the examples (`examples.rs`). A test compares all of it with the table of routes.
//!
//! Sockets are not in it: OpenAPI has no words for frames. `docs/api.md` describes them.

mod examples;
mod limits;
mod page;
mod rules;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderValue, header};
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::state::App;
use crate::{alerts, auth, care, chat, clinic, conversations, documents, reviews, router};

/// Groups of operations, in the order in which they are read.
const TAGS: [(&str, &str); 14] = [
    ("Accounts", "A password alone lets nobody in: a mailed code completes every sign-in."),
    ("Asking", "A question and its answer, whole or in parts."),
    ("Conversations", "One's own conversations: listed, changed, deleted, taken out and in, searched."),
    ("Sessions", "The same conversations as sessions of questions with their answers."),
    ("Documents", "Letters and pictures that a person uploads: read, searched, cited, shared by a clinician."),
    ("Cases", "Differential diagnoses and prescription checks. Anyone signed in may run them."),
    ("Tools", "Type-ahead, reading a note, calculators. Nothing is stored."),
    ("Sharing", "A patient lets a clinician see their record, and can end that at any time."),
    ("Alerts", "A clinician is told that a patient is in danger, where the patient agreed to that."),
    ("Care", "Exercises, progress, questionnaires, the safety plan."),
    ("Feedback", "What people think of answers, and what is learned of it."),
    ("Reviews", "Rated answers that people agreed to have read, without their names."),
    ("Operations", "For whoever runs the server."),
    ("Description", "What you read now."),
];

const ABOUT: &str = "Accounts, conversations and cases over REST. All of it is JSON in UTF-8; times are RFC 3339 in \
    UTC. Unknown fields are ignored. What is unknown and what is somebody else's is 404, never told apart. A method \
    that an address does not take is 405.\n\nThe WebSockets (`/ws/chat`, `/ws/chat/{conversation_id}`, `/chat/ws`, \
    `/ws/{user_id}`) are not described here, since OpenAPI has no words for their frames: they are in `docs/api.md` of \
    the source. Pages and their server functions (`/fn/…`) are no part of the API.";

/// The description, made when it is first asked for: a server that nobody asks has nothing to do for it.
#[derive(Debug, Clone, Default)]
struct Made(Arc<OnceLock<(Bytes, Bytes)>>);

/// `/api/openapi.json` and `/api/docs`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/openapi.json", get(description))
        .route("/api/docs", get(docs))
        .layer(axum::Extension(Made::default()))
}

impl Made {
    /// The description and its page.
    fn get(&self, app: &App) -> &(Bytes, Bytes) {
        self.0.get_or_init(|| {
            let described = describe(app);
            let json = serde_json::to_vec(&described).expect("a description is plain data");
            (json.into(), page::html(&described).into())
        })
    }
}

/// The routes as they are described.
#[derive(OpenApi)]
#[openapi(paths(description, docs))]
struct Described;

/// Gives this description, as OpenAPI 3.1.
#[utoipa::path(
    get, path = "/api/openapi.json", operation_id = "description", tag = "Description",
    responses((status = 200, body = Object, description = "The description.")),
)]
async fn description(State(app): State<App>, made: axum::Extension<Made>) -> Response {
    answer(made.get(&app).0.clone(), "application/json")
}

/// Gives this description as a page to read.
#[utoipa::path(
    get, path = "/api/docs", operation_id = "docs", tag = "Description",
    responses((status = 200, body = String, content_type = "text/html; charset=utf-8", description = "The page.")),
)]
async fn docs(State(app): State<App>, made: axum::Extension<Made>) -> Response {
    let mut response = answer(made.get(&app).1.clone(), "text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(page::POLICY));
    response
}

fn answer(body: Bytes, kind: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body).into_response()
}

/// The whole description, with the limits of this server.
pub fn describe(app: &App) -> Value {
    let mut all = auth::routes::Described::openapi();
    for part in [
        chat::routes::Described::openapi(),
        conversations::routes::Described::openapi(),
        clinic::routes::Described::openapi(),
        alerts::routes::Described::openapi(),
        care::routes::Described::openapi(),
        documents::routes::Described::openapi(),
        reviews::routes::Described::openapi(),
        router::Described::openapi(),
        Described::openapi(),
    ] {
        all.merge(part);
    }
    let mut described = serde_json::to_value(all).expect("a description is plain data");
    described["info"] = json!({
        "title": "Anamnesis",
        "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    described["servers"] = json!([{"url": "/"}]);
    described["tags"] =
        TAGS.iter().map(|(name, description)| json!({"name": name, "description": description})).collect();
    rules::add(&mut described);
    limits::add(&mut described, app);
    examples::add(&mut described);
    unlink(&mut described);
    described
}

/// Comments of the source link to its items; here only their names are left.
fn unlink(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "description" || name == "summary" => {
                        *text = text.replace("[`", "`").replace("`]", "`");
                    }
                    _ => unlink(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(unlink),
        _ => {}
    }
}

/// Every operation of a description: its path, its method and itself.
fn operations(described: &mut Value) -> impl Iterator<Item = (String, String, &mut Value)> {
    let paths = described["paths"].as_object_mut().into_iter().flatten();
    paths.flat_map(|(path, methods)| {
        let methods = methods.as_object_mut().into_iter().flatten();
        methods.map(|(method, operation)| (path.clone(), method.to_uppercase(), operation))
    })
}
