//! What holds for every operation of a kind, and so stands beside no handler: who may ask, the parameters of its path,
//! and what can go wrong.

use protocol::rest::Problem;
use serde_json::{Value, json};
use utoipa::PartialSchema;

use super::operations;
use crate::router::{Access, ROUTES};

/// Problems that any operation of a kind can come to, by their name among the components.
const SHARED: [(&str, u16, &str, &str); 9] = [
    (
        "BadRequest",
        400,
        "The body is not JSON, or a code is wrong, used or too old.",
        "The request's body is not valid JSON.",
    ),
    ("Unauthorized", 401, "No token, or one that is no longer good.", "Sign in to do this."),
    (
        "Forbidden",
        403,
        "The request came from a page of another site, or the account may not do this.",
        "Your account may not do this.",
    ),
    ("NotFound", 404, "There is nothing like that, or it is somebody else's.", "There is no such conversation."),
    ("TooLarge", 413, "The body is too large.", "The request's body is too large; 1024 KiB is the most."),
    (
        "NotJson",
        415,
        "The body is not JSON by its header.",
        "Send JSON with the header Content-Type: application/json.",
    ),
    ("Unprocessable", 422, "A field is missing or wrong; which one is said.", "`limit` must be 1 to 100."),
    ("TooMany", 429, "Too much in a short time.", "Too many tries in a short time. Please wait 12 s and try again."),
    (
        "NotStored",
        507,
        "The server's disk is full; nothing was stored.",
        "The server's disk is full, so nothing was stored. Please try again later.",
    ),
];

/// What a parameter of a path is, where a handler says nothing of it.
const PATHS: [(&str, &str); 4] = [
    ("id", "Its id, as it was answered."),
    ("conversation_id", "The conversation's id."),
    ("user_id", "The account of whom it is shared with."),
    ("calculator", "The calculator's id, as `GET /api/clinic/scores` lists it."),
];

/// What a shared problem is.
pub(super) fn about(name: &str) -> &'static str {
    SHARED.iter().find(|(known, ..)| *known == name).map_or("", |(_, _, about, _)| about)
}

/// Adds all of that.
pub(super) fn add(described: &mut Value) {
    for (path, method, operation) in operations(described) {
        let access = ROUTES.iter().find(|route| route.path == path && route.method == method).map(|route| route.access);
        let is_open = access == Some(Access::Public);
        operation["security"] = if is_open { json!([]) } else { json!([{"bearer": []}]) };
        path_parameters(operation, &path);
        // A body that can be left out is no null.
        if let Some(schema) = operation.pointer_mut("/requestBody/content/application~1json/schema")
            && let Some(kinds) = schema["oneOf"].as_array()
        {
            let kind = kinds.iter().find(|kind| kind["type"] != "null").cloned().unwrap_or_default();
            *schema = kind;
        }
        problems(operation, &path, &method, is_open);
    }
    let schemas = described["components"]["schemas"].as_object_mut().expect("there are types");
    schemas.insert("Problem".to_owned(), serde_json::to_value(Problem::schema()).expect("a type is plain data"));
    // A type without a description of its own is described by its answer.
    let about: serde_json::Map<String, Value> = schemas.clone();
    described["components"]["responses"] = SHARED
        .iter()
        .map(|(name, status, about, detail)| ((*name).to_owned(), shared(*status, about, detail)))
        .collect();
    described["components"]["securitySchemes"] = json!({"bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `access_token` of a sign-in. (Pages of the site itself have a cookie instead.)",
    }});
    for (_, _, operation) in operations(described) {
        for (status, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
            finish(status, answer, &about);
        }
    }
}

fn path_parameters(operation: &mut Value, path: &str) {
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        if !parameters.iter().any(|one| one["in"] == "path" && one["name"] == name) {
            let (_, about) = PATHS.iter().find(|(known, _)| *known == name).expect("each parameter of a path is told");
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "description": about, "schema": {"type": "string"},
            }));
        }
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
}

/// What can go wrong follows from what an operation takes; what its handler says of a status stays.
fn problems(operation: &mut Value, path: &str, method: &str, is_open: bool) {
    // Health, readiness and metrics are answered before anything is counted or looked at.
    if matches!(path, "/health" | "/ready" | "/metrics") {
        return;
    }
    let takes =
        |place: &str| operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["in"] == place));
    let (takes_body, changes) = (operation["requestBody"].is_object(), method != "GET");
    let can = [
        ("BadRequest", takes_body),
        ("Unauthorized", !is_open),
        ("Forbidden", changes),
        ("NotFound", takes("path")),
        ("TooLarge", takes_body),
        ("NotJson", takes_body),
        ("Unprocessable", takes_body || takes("query") || takes("header")),
        ("TooMany", true),
        ("NotStored", changes),
    ];
    for (name, _) in can.iter().filter(|(_, can)| *can) {
        let (_, status, _, _) = SHARED.iter().find(|(known, ..)| known == name).expect("a shared problem");
        let status = status.to_string();
        if operation["responses"][&status].is_null() {
            operation["responses"][&status] = json!({"$ref": format!("#/components/responses/{name}")});
        }
    }
}

fn shared(status: u16, about: &str, detail: &str) -> Value {
    let mut answer = json!({"description": about, "content": problem(status, detail)});
    if status == 429 {
        answer["headers"] = json!({"Retry-After": {"description": "For how many seconds to wait.", "schema": {"type": "integer", "minimum": 1}}});
    }
    if status == 401 {
        answer["headers"] = json!({"WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}}});
    }
    answer
}

/// A problem of this status as it is sent.
fn problem(status: u16, detail: &str) -> Value {
    let title = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    let example = Problem {
        kind: "about:blank".to_owned(),
        title: title.to_owned(),
        status,
        detail: detail.to_owned(),
        request_id: "4f8411ed87904c1f9d3f0d1f7b0a8c55".to_owned(),
    };
    json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}})
}

/// A problem that a handler names gets its body; an answer that says nothing of itself is described by its type.
fn finish(status: &str, answer: &mut Value, types: &serde_json::Map<String, Value>) {
    if answer["$ref"].is_string() {
        return;
    }
    if let Some(problem_status) = status.parse::<u16>().ok().filter(|status| *status >= 400) {
        let about = answer["description"].as_str().unwrap_or_default().to_owned();
        *answer = shared(problem_status, &about, &about);
        return;
    }
    if answer["description"].as_str().is_none_or(str::is_empty) {
        let schema =
            answer["content"].as_object().and_then(|content| content.values().next()).map(|one| &one["schema"]);
        let name = schema.and_then(|schema| schema["$ref"].as_str()).and_then(|name| name.rsplit('/').next());
        let about = name.and_then(|name| types.get(name)).and_then(|kind| kind["description"].as_str());
        // The first line; which route it belongs to is known here.
        let line = about.and_then(|about| about.lines().next()).unwrap_or("Done.");
        answer["description"] = json!(line);
    }
}
