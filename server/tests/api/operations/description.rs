//! The description for programs and its page say what the server does: no route is missing or invented, and every
//! example is of its type.

use std::collections::BTreeSet;

use protocol::care::{
    Answers, Completed, Done, ExerciseList, FeedbackAnswer, FeedbackRequest, FillIn, KeepPlan, LearnedPassages,
    NoteMood, OpenedPassage, Progress, Questionnaire, QuestionnaireResult, SafetyPlan, Stage,
};
use protocol::clinic::{
    Alert, AlertList, Calculators, Case, CaseList, CaseResult, ChangeShare, DiagnosisRequest, DrugHits, FindingHits,
    PrescriptionRequest, ReviewRequest, ScoreAnswer, Share, ShareCase, ShareList, ShareRecord, Understand, Understood,
};
use protocol::document::{Document, DocumentList, DocumentSearch, OpenedDocument, ShareDocument};
use protocol::rest::{
    Answered, AskByRest, ChangeConversation, ChatStats, CleanedUp, CodeSent, Conversation, ConversationDeleted,
    ConversationList, Export, Health, Imported, MessagePage, NewConversation, Notice, ProfilePatch, Ready, Refresh,
    ResendCode, ResetPassword, SearchResults, Session, SessionList, SignIn, SignUp, StreamEvent, TokenValid, Tokens,
    User, VerifyCode, WsTicket,
};
use protocol::review::{Judge, RatedAnswer, ReviewList};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use server::router::{Access, ROUTES};

use crate::support::{Account, TestServer};

/// What the table holds and OpenAPI does not describe: server functions are no part of the API, and it has no words for
/// the frames of sockets. The description says so.
fn is_described(access: Access, path: &str) -> bool {
    access != Access::Socket && !path.starts_with("/fn/")
}

async fn description(server: &TestServer) -> Value {
    let (status, described) = server.get("/api/openapi.json", None).await;
    assert_eq!(status, 200, "{described}");
    described
}

/// Every operation: `POST /auth/signup` and itself.
fn operations(described: &Value) -> Vec<(String, &Value)> {
    let paths = described["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("methods").iter();
        methods.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    });
    all.collect()
}

fn successes(operation: &Value) -> impl Iterator<Item = (&String, &Value)> {
    operation["responses"].as_object().expect("answers").iter().filter(|(status, _)| status.as_str() < "300")
}

#[tokio::test]
async fn every_rest_route_is_described_and_nothing_else() {
    let server = TestServer::start().await;
    let described = description(&server).await;
    let found: BTreeSet<String> = operations(&described).into_iter().map(|(name, _)| name).collect();
    let table: BTreeSet<String> = ROUTES
        .iter()
        .filter(|route| is_described(route.access, route.path))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(found, table);
    assert_eq!(described["openapi"].as_str().expect("a version").split('.').take(2).collect::<Vec<_>>(), ["3", "1"]);
    let about = described["info"]["description"].as_str().expect("a text");
    for route in ROUTES.iter().filter(|route| route.access == Access::Socket) {
        assert!(about.contains(route.path), "the description says where sockets are told of: {}", route.path);
    }
}

#[tokio::test]
async fn every_operation_says_what_it_takes_what_it_gives_and_what_can_go_wrong() {
    let server = TestServer::start().await;
    let described = description(&server).await;
    let tags: Vec<&Value> = described["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]).collect();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&described) {
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(summary.ends_with('.') || summary.ends_with(':'), "{name} has no summary: {summary:?}");
        assert!(ids.insert(operation["operationId"].as_str().expect("an id")), "{name} has the id of another");
        assert!(tags.contains(&&operation["tags"][0]), "{name} is in no group");
        let route = ROUTES.iter().find(|route| name == format!("{} {}", route.method, route.path)).expect("a route");
        let is_open = operation["security"].as_array().expect("security").is_empty();
        assert_eq!(is_open, route.access == Access::Public, "{name}");
        assert_eq!(!is_open, !operation["responses"]["401"]["$ref"].is_null(), "{name} and 401");
        let parameters = operation.get("parameters").map(|all| all.as_array().expect("a list").clone());
        let parameters = parameters.unwrap_or_default();
        for part in route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            assert!(parameters.iter().any(|one| one["in"] == "path" && one["name"] == part), "{name}: {part}");
            assert!(!operation["responses"]["404"].is_null(), "{name} and 404");
        }
        for parameter in &parameters {
            assert!(!parameter["description"].as_str().unwrap_or_default().is_empty(), "{name}: {parameter}");
            assert!(parameter["schema"].is_object(), "{name}: {parameter}");
        }
        if let Some(body) = operation.get("requestBody") {
            let (kind, media) = body["content"].as_object().and_then(|content| content.iter().next()).expect("a body");
            assert!(media["schema"].is_object(), "{name}");
            // A file has no example that could be read here.
            let is_file = kind == "multipart/form-data";
            assert!(is_file || kind == "application/json", "{name} takes {kind}");
            assert!(is_file || !media["example"].is_null(), "{name} has no example of its body");
            for status in ["400", "413", "415", "422", "429"] {
                assert!(!operation["responses"][status].is_null(), "{name} and {status}");
            }
        } else {
            assert!(!matches!(route.method, "PUT" | "PATCH"), "{name} changes something and takes nothing");
        }
        assert!(successes(operation).next().is_some(), "{name} never goes well");
        for (status, answer) in successes(operation).filter(|(status, _)| *status != "204") {
            assert!(!answer["description"].as_str().unwrap_or_default().is_empty(), "{name}: {status}");
            let (_, media) = answer["content"].as_object().and_then(|content| content.iter().next()).expect("a body");
            assert!(media["schema"].is_object(), "{name}: {status}");
            let is_itself = route.path == "/api/openapi.json" || route.path == "/api/docs";
            assert!(is_itself || !media["example"].is_null(), "{name} has no example of {status}");
        }
        for (status, problem) in operation["responses"].as_object().expect("answers") {
            if status.as_str() >= "400" && problem["$ref"].is_null() {
                let media = &problem["content"]["application/problem+json"];
                assert_eq!(media["example"]["status"].to_string(), *status, "{name}");
            }
        }
    }
}

/// Every `$ref` of a description.
fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let server = TestServer::start().await;
    let described = description(&server).await;
    let mut found = Vec::new();
    references(&described, &mut found);
    assert!(found.len() > 200, "{}", found.len());
    for reference in found {
        let place = reference.strip_prefix('#').expect("a place of this file");
        assert!(described.pointer(place).is_some(), "{reference}");
    }
}

/// The result of a case with the case, as the route answers it.
#[derive(Serialize, Deserialize)]
struct CaseAnswer {
    case_id: String,
    #[serde(flatten)]
    result: CaseResult,
}

#[derive(Serialize, Deserialize)]
struct SoFar {
    answers: Answers,
}

/// Reads an example as the type of this name and writes it again; `None` where no type has the name.
fn again(name: &str, example: &Value) -> Option<Result<Value, serde_json::Error>> {
    macro_rules! by_name {
        ($($kind:ident),* $(,)?) => {
            match name {
                $(stringify!($kind) => Some(serde_json::from_value::<$kind>(example.clone())
                    .and_then(|read| serde_json::to_value(read))),)*
                _ => None,
            }
        };
    }
    by_name!(
        AlertList,
        Alert,
        Answered,
        AskByRest,
        Calculators,
        Case,
        CaseAnswer,
        CaseList,
        ChangeConversation,
        ChangeShare,
        ChatStats,
        CleanedUp,
        CodeSent,
        Completed,
        Conversation,
        ConversationDeleted,
        ConversationList,
        DiagnosisRequest,
        Document,
        DocumentList,
        DocumentSearch,
        Done,
        DrugHits,
        ExerciseList,
        Export,
        FeedbackAnswer,
        FeedbackRequest,
        FillIn,
        FindingHits,
        Health,
        Imported,
        Judge,
        KeepPlan,
        LearnedPassages,
        MessagePage,
        NewConversation,
        NoteMood,
        Notice,
        OpenedDocument,
        OpenedPassage,
        PrescriptionRequest,
        ProfilePatch,
        Progress,
        Questionnaire,
        QuestionnaireResult,
        RatedAnswer,
        Ready,
        Refresh,
        ResendCode,
        ResetPassword,
        ReviewList,
        ReviewRequest,
        SafetyPlan,
        ScoreAnswer,
        SearchResults,
        Session,
        SessionList,
        Share,
        ShareCase,
        ShareDocument,
        ShareList,
        ShareRecord,
        SignIn,
        SignUp,
        SoFar,
        Stage,
        StreamEvent,
        TokenValid,
        Tokens,
        Understand,
        Understood,
        User,
        VerifyCode,
        WsTicket,
    )
}

/// What an example says must come out again; what a type adds to it is null or empty.
fn holds(written: &Value, example: &Value) -> bool {
    match (written, example) {
        (Value::Object(written), Value::Object(example)) => {
            example.iter().all(|(name, value)| {
                written.get(name).is_some_and(|written| holds(written, value)) || *value == json!(false)
            }) && written.iter().all(|(name, value)| {
                example.contains_key(name) || value.is_null() || *value == json!([]) || *value == json!({})
            })
        }
        (Value::Array(written), Value::Array(example)) => {
            written.len() == example.len() && written.iter().zip(example).all(|(written, one)| holds(written, one))
        }
        // A symptom may be told by its name alone.
        (Value::Object(written), Value::String(_)) => written.len() == 1 && written.get("name") == Some(example),
        _ => written == example || written.as_f64().is_some_and(|number| Some(number) == example.as_f64()),
    }
}

#[tokio::test]
async fn every_example_is_of_its_type() {
    let server = TestServer::start().await;
    let described = description(&server).await;
    let mut read = 0;
    for (name, operation) in operations(&described) {
        let bodies = operation.get("requestBody").into_iter().chain(successes(operation).map(|(_, answer)| answer));
        for (kind, media) in bodies.filter_map(|body| body["content"].as_object()?.iter().next()) {
            let example = &media["example"];
            if kind == "multipart/form-data" && example.is_null() {
                // A file.
                continue;
            }
            let Some(reference) = media["schema"]["$ref"].as_str() else {
                let is_text = !kind.ends_with("/json") && !kind.ends_with("+json");
                assert!(example.is_null() || example.is_string() == is_text, "{name}: {kind}");
                continue;
            };
            let kind = reference.rsplit('/').next().expect("a name");
            let written = again(kind, example).unwrap_or_else(|| panic!("{kind} is no type that this test knows"));
            let written = written.unwrap_or_else(|error| panic!("{name}: {kind}: {error}"));
            assert!(holds(&written, example), "{name}: {kind}\n{example}\n{written}");
            read += 1;
        }
    }
    assert!(read > 90, "{read}");
}

#[tokio::test]
async fn limits_are_those_of_this_server() {
    let server = TestServer::with(&[("case_narrative_chars", "321"), ("system_prompt_chars", "77")]).await;
    let described = description(&server).await;
    let field = |kind: &str, field: &str| described["components"]["schemas"][kind]["properties"][field].clone();
    assert_eq!(field("Understand", "narrative")["maxLength"], 321);
    assert_eq!(field("NewConversation", "system_prompt")["maxLength"], 77);
    assert_eq!(field("SignUp", "password")["minLength"], protocol::limits::PASSWORD_CHARS_MIN);
    let limit = described["paths"]["/api/chat/conversations/{id}/messages"]["get"]["parameters"]
        .as_array()
        .and_then(|all| all.iter().find(|one| one["name"] == "limit"))
        .expect("a limit");
    assert_eq!((&limit["schema"]["minimum"], &limit["schema"]["maximum"]), (&json!(1), &json!(500)));
}

#[tokio::test]
async fn what_is_just_within_a_limit_is_taken_and_what_is_past_it_is_refused() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    let described = description(&server).await;
    let schemas = &described["components"]["schemas"];
    let most = |kind: &str, field: &str| {
        let most = schemas[kind]["properties"][field]["maxLength"].as_u64().expect("a limit");
        usize::try_from(most).expect("it fits")
    };
    let cases = [
        ("PATCH", "/auth/me", "ProfilePatch", "what_helps"),
        ("PATCH", "/auth/me", "ProfilePatch", "first_name"),
        ("POST", "/api/chat/conversations", "NewConversation", "title"),
        ("POST", "/api/chat/conversations", "NewConversation", "system_prompt"),
        ("POST", "/api/clinic/understand", "Understand", "narrative"),
    ];
    for (method, path, kind, field) in cases {
        let most = most(kind, field);
        let fits = server.send(method, path, Some(&json!({field: "x".repeat(most)})), &ada.token).await;
        assert!(fits.0 < 300, "{kind}.{field}: {}", fits.1);
        let past = server.send(method, path, Some(&json!({field: "x".repeat(most + 1)})), &ada.token).await;
        assert_eq!(past.0, 422, "{kind}.{field}");
    }
}

#[tokio::test]
async fn the_page_shows_every_operation_and_runs_and_loads_nothing() {
    let server = TestServer::start().await;
    let described = description(&server).await;
    let response = server.http.get(server.url("/api/docs")).send().await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    let policy = response.headers()["content-security-policy"].to_str().expect("a text").to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let page = response.text().await.expect("a page");
    for (name, operation) in operations(&described) {
        let id = operation["operationId"].as_str().expect("an id");
        assert!(page.contains(&format!("id=\"{id}\"")) && page.contains(&format!("href=\"#{id}\"")), "{name}");
    }
    for name in described["components"]["schemas"].as_object().expect("types").keys() {
        assert!(page.contains(&format!("id=\"type-{name}\"")), "{name}");
    }
    for forbidden in ["<script", " style=", "src=\"http", "href=\"http", "url("] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[tokio::test]
async fn json_that_is_nested_very_deeply_is_refused_by_every_route_and_harms_nobody() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    let described = description(&server).await;
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let objects = "{\"a\":".repeat(10_000) + "1" + &"}".repeat(10_000);
    let mut tried = 0;
    for (name, operation) in operations(&described) {
        let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") else { continue };
        let (method, path) = name.split_once(' ').expect("a method and a path");
        let fields = schema["$ref"].as_str().and_then(|kind| described.pointer(&kind[1..])?["properties"].as_object());
        // As a whole, and in the place of each field that is known.
        let within = fields.into_iter().flatten().map(|(field, _)| format!("{{\"{field}\":{deep}}}"));
        for body in within.chain([deep.clone(), objects.clone()]) {
            let request = server.http.request(method.parse().expect("a method"), server.url(path));
            let request = request.bearer_auth(&ada.token).header("content-type", "application/json").body(body.clone());
            let answer = request.send().await.expect("an answer");
            let status = answer.status().as_u16();
            // An object whose fields nobody knows is an empty one: where nothing is needed, that is taken.
            let is_taken = body.starts_with("{\"a\"") && status < 300;
            assert!((400..500).contains(&status) || is_taken, "{name}: {status} to {}", &body[..40]);
            if !is_taken {
                assert_eq!(answer.headers()["content-type"], "application/problem+json", "{name}");
            }
            tried += 1;
        }
    }
    assert!(tried > 80, "{tried}");
    assert_eq!(server.get("/health", None).await.0, 200);
    assert_eq!(server.get("/auth/me", Some(&ada.token)).await.0, 200);
}

/// The browser would carry what it has no use for.
#[test]
fn only_the_server_has_types_describe_themselves() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    for package in ["app", "frontend", "crates/knowledge", "crates/loadgen"] {
        let manifest = std::fs::read_to_string(root.join(package).join("Cargo.toml")).expect("a manifest");
        assert!(!manifest.contains("openapi") && !manifest.contains("utoipa"), "{package}");
    }
}
