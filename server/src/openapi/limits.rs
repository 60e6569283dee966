//! The limits of what is sent, from the constants and settings that the code itself goes by.

use std::ops::RangeInclusive;

use clinical::safety_plan;
use protocol::limits::{CODE_DIGITS, MESSAGE_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, TITLE_CHARS_MAX};
use serde_json::{Value, json};

use super::operations;
use crate::auth::types::EMAIL_CHARS_MAX;
use crate::auth::wire::{
    AGE_YEARS_MAX, ENTRIES_MAX, ENTRY_CHARS_MAX, HEIGHT_CM, NAME_CHARS_MAX, NOTE_CHARS_MAX, WEIGHT_KG,
};
use crate::chat::ask;
use crate::clinic::cases::{EDITED_CHARS_MAX, REASON_CHARS_MAX};
use crate::clinic::request::ITEM_CHARS_MAX;
use crate::clinic::tools::{OFFERED_MAX, OFFERED_USUAL};
use crate::conversations::search::Q_CHARS_MAX;
use crate::documents::routes as documents;
use crate::realtime::commands::CONTEXT_TOKENS;
use crate::rest::{LIST_MAX, LIST_USUAL};
use crate::state::App;

/// Adds them to the fields of types and to the parameters of operations.
pub(super) fn add(described: &mut Value, app: &App) {
    for (kind, field, limit) in fields(app) {
        let property = &mut described["components"]["schemas"][kind]["properties"][field];
        assert!(property.is_object(), "{kind} has no field {field}");
        lay_upon(property, &limit);
    }
    let schemas = &mut described["components"]["schemas"];
    schemas["AskByRest"]["required"] = json!(["message"]);
    for kind in schemas["Answer"]["oneOf"].as_array_mut().into_iter().flatten() {
        if kind["properties"]["kind"]["enum"][0] == "scale" {
            lay_upon(&mut kind["properties"]["value"], &whole(0, 10));
        }
    }
    for (_, _, operation) in operations(described) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            without_null(&mut parameter["schema"]);
            let name = parameter["name"].as_str().unwrap_or_default();
            if let Some(limit) = of_parameter(app, &id, name) {
                lay_upon(&mut parameter["schema"], &limit);
            }
        }
    }
}

/// What the limit says stands instead of what the type said; null takes it away.
fn lay_upon(schema: &mut Value, limit: &Value) {
    for (name, value) in limit.as_object().into_iter().flatten() {
        match value {
            Value::Null => drop(schema.as_object_mut().and_then(|schema| schema.remove(name))),
            _ if name == "items" => lay_upon(&mut schema["items"], value),
            _ => schema[name] = value.clone(),
        }
    }
}

/// What is no JSON can be left out, and can't be null.
fn without_null(schema: &mut Value) {
    let is_null = |one: &Value| one == "null" || one["type"] == "null";
    if let Some(kinds) = schema["type"].as_array() {
        schema["type"] = kinds.iter().find(|kind| !is_null(kind)).cloned().unwrap_or_default();
    }
    if let Some(kinds) = schema["oneOf"].as_array() {
        let kind = kinds.iter().find(|kind| !is_null(kind)).cloned().unwrap_or_default();
        *schema = kind;
    }
}

fn text(most: usize) -> Value {
    json!({"maxLength": most})
}

/// Something must be written.
fn words(most: usize) -> Value {
    json!({"minLength": 1, "maxLength": most, "pattern": "\\S"})
}

/// On one line, and not only spaces where one is needed.
fn name(least: usize) -> Value {
    const LINE: &str = "[^\\u0000-\\u001f\\u007f-\\u009f]*";
    let pattern =
        if least > 0 { format!("^{LINE}[^\\s\\u0000-\\u001f\\u007f-\\u009f]{LINE}$") } else { format!("^{LINE}$") };
    json!({"minLength": least, "maxLength": NAME_CHARS_MAX, "pattern": pattern})
}

/// It is read as a field that may be absent, so that what is wrong with it is said; it is needed all the same.
fn needed(mut limit: Value) -> Value {
    limit["type"] = json!("string");
    limit
}

/// A figure of 0 clears.
fn measure(range: &RangeInclusive<f64>) -> Value {
    json!({"anyOf": [{"const": 0}, {"minimum": range.start(), "maximum": range.end()}]})
}

fn whole(least: i64, most: i64) -> Value {
    json!({"minimum": least, "maximum": most})
}

fn list(most: usize, characters: usize) -> Value {
    json!({"maxItems": most, "items": text(characters)})
}

fn one_of(words: &[&str]) -> Value {
    json!({"enum": words.iter().map(|word| json!(word)).chain([json!(""), Value::Null]).collect::<Vec<_>>()})
}

/// An empty name is the default; null is as if it were left out.
fn models(app: &App) -> Value {
    json!({"enum": app.models.names().into_iter().map(|name| json!(name)).chain([json!(""), Value::Null]).collect::<Vec<_>>()})
}

fn email() -> Value {
    json!({"format": "email", "maxLength": EMAIL_CHARS_MAX})
}

/// The closing question is one of them.
fn steps_of_the_plan() -> Vec<&'static str> {
    safety_plan::plan().step.iter().map(|step| step.id.as_str()).chain([safety_plan::CLOSING]).collect()
}

fn fields(app: &App) -> Vec<(&'static str, &'static str, Value)> {
    let settings = &app.settings;
    let password = || json!({"minLength": PASSWORD_CHARS_MIN, "maxLength": PASSWORD_CHARS_MAX});
    let code = || json!({"pattern": format!("^[0-9]{{{CODE_DIGITS}}}$")});
    let wish = || text(settings.system_prompt_chars);
    let items = || list(settings.case_items, ITEM_CHARS_MAX);
    let changeable = || json!({"enum": ["active", "archived", null], "oneOf": null});
    vec![
        ("SignUp", "email", email()),
        ("SignUp", "password", password()),
        ("SignUp", "first_name", name(1)),
        ("SignUp", "last_name", name(0)),
        ("SignIn", "email", email()),
        ("VerifyCode", "email", email()),
        ("VerifyCode", "code", code()),
        ("ResendCode", "email", email()),
        ("ResetPassword", "email", email()),
        ("ResetPassword", "code", code()),
        ("ResetPassword", "new_password", password()),
        ("ProfilePatch", "first_name", name(1)),
        ("ProfilePatch", "last_name", name(0)),
        ("ProfilePatch", "age", whole(0, i64::from(AGE_YEARS_MAX))),
        ("ProfilePatch", "height_cm", measure(&HEIGHT_CM)),
        ("ProfilePatch", "weight_kg", measure(&WEIGHT_KG)),
        ("ProfilePatch", "fitness_level", one_of(&["beginner", "intermediate", "advanced"])),
        ("ProfilePatch", "country", json!({"pattern": "^([A-Za-z]{2})?$"})),
        ("ProfilePatch", "language", json!({"pattern": "^([A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,3})?$"})),
        ("ProfilePatch", "health_goals", list(ENTRIES_MAX, ENTRY_CHARS_MAX)),
        ("ProfilePatch", "conditions", list(ENTRIES_MAX, ENTRY_CHARS_MAX)),
        ("ProfilePatch", "answer_length", one_of(&["short", "normal", "full"])),
        ("ProfilePatch", "tone", one_of(&["plain", "warm"])),
        ("ProfilePatch", "what_helps", text(NOTE_CHARS_MAX)),
        ("ProfilePatch", "what_to_avoid", text(NOTE_CHARS_MAX)),
        ("AskByRest", "message", needed(words(ask::MESSAGE_CHARS_MAX))),
        ("AskByRest", "model_name", models(app)),
        ("AskByRest", "system_prompt", wish()),
        (
            "AskByRest",
            "max_context_tokens",
            json!({"minimum": CONTEXT_TOKENS.start(), "maximum": CONTEXT_TOKENS.end()}),
        ),
        ("AskByRest", "id", json!({"minLength": 1, "maxLength": 128})),
        ("NewConversation", "title", words(TITLE_CHARS_MAX)),
        ("NewConversation", "model_name", models(app)),
        ("NewConversation", "system_prompt", wish()),
        ("ChangeConversation", "title", words(TITLE_CHARS_MAX)),
        ("ChangeConversation", "model_name", models(app)),
        ("ChangeConversation", "system_prompt", wish()),
        ("ChangeConversation", "status", changeable()),
        ("DiagnosisRequest", "narrative", text(settings.case_narrative_chars)),
        ("DiagnosisRequest", "symptoms", json!({"maxItems": settings.case_items})),
        ("DiagnosisRequest", "title", text(TITLE_CHARS_MAX)),
        ("History", "allergies", items()),
        ("History", "conditions", items()),
        ("History", "medications", items()),
        ("PrescriptionRequest", "diagnosis", text(ITEM_CHARS_MAX)),
        ("PrescriptionRequest", "allergies", items()),
        ("PrescriptionRequest", "title", text(TITLE_CHARS_MAX)),
        ("PatientInfo", "current_medications", items()),
        ("PatientInfo", "conditions", items()),
        ("ReviewRequest", "reason", text(REASON_CHARS_MAX)),
        ("ReviewRequest", "edited", text(EDITED_CHARS_MAX)),
        ("Understand", "narrative", text(settings.case_narrative_chars)),
        ("ShareRecord", "email", email()),
        ("ShareCase", "email", email()),
        ("NoteMood", "score", whole(0, 10)),
        ("Done", "mood_before", whole(0, 10)),
        ("Done", "mood_after", whole(0, 10)),
        ("Done", "rating", whole(1, 5)),
        ("FillIn", "answers", json!({"minItems": 7, "maxItems": 9, "items": {"minimum": 0, "maximum": 3}})),
        ("FillIn", "difficulty", whole(0, 3)),
        (
            "KeepPlan",
            "steps",
            json!({"propertyNames": {"enum": steps_of_the_plan()}, "additionalProperties": {
                "type": "array",
                "maxItems": safety_plan::LINES_MAX,
                "items": {"type": "string", "maxLength": safety_plan::LINE_CHARS_MAX},
            }}),
        ),
        ("FeedbackRequest", "rating", whole(1, 5)),
        ("FeedbackRequest", "text", text(MESSAGE_CHARS_MAX)),
        ("OpenedPassage", "source", json!({"minimum": 1, "maximum": u32::MAX})),
        ("Judge", "note", text(settings.review_note_chars)),
    ]
}

fn of_parameter(app: &App, operation: &str, name: &str) -> Option<Value> {
    let limit = |usual: i64, most: i64| json!({"minimum": 1, "maximum": most, "default": usual});
    Some(match (operation, name) {
        ("list_messages", "limit") => limit(100, 500),
        ("search_messages" | "list_sessions", "limit") => limit(20, LIST_MAX),
        ("search_documents", "limit") => limit(documents::FOUND.0, documents::FOUND.1),
        ("suggest_findings" | "suggest_drugs", "limit") => limit(OFFERED_USUAL, OFFERED_MAX),
        (_, "limit") => limit(LIST_USUAL, LIST_MAX),
        (_, "offset") => json!({"minimum": 0, "maximum": u32::MAX, "default": 0}),
        ("search_messages", "q") => words(Q_CHARS_MAX),
        ("search_documents", "q") => words(documents::Q_CHARS_MAX),
        ("list_conversations", "q") => text(Q_CHARS_MAX),
        ("list_conversations", "before") => {
            json!({"pattern": "^[0-9]{1,15}\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"})
        }
        ("search_messages", "from" | "to") => json!({"anyOf": [{"format": "date"}, {"format": "date-time"}]}),
        ("export_feedback", "since") => json!({"format": "date"}),
        ("list_conversations", "status") => {
            json!({"$ref": null, "type": "string", "enum": ["active", "archived", "deleted", ""]})
        }
        ("change_conversation", "title") => words(TITLE_CHARS_MAX),
        ("change_conversation", "status") => {
            json!({"$ref": null, "type": "string", "enum": ["active", "archived"]})
        }
        ("ask_stream_by_query", "message") => words(ask::MESSAGE_CHARS_MAX),
        (_, "model_name") => {
            json!({"enum": app.models.names().into_iter().map(|name| json!(name)).chain([json!("")]).collect::<Vec<_>>()})
        }
        (_, "system_prompt") => text(app.settings.system_prompt_chars),
        (_, "max_context_tokens") => json!({"minimum": CONTEXT_TOKENS.start(), "maximum": CONTEXT_TOKENS.end()}),
        ("ask_stream_by_query", "id") => json!({"minLength": 1, "maxLength": 128}),
        (_, "Last-Event-ID") => json!({"pattern": "^[0-9]{1,11}$"}),
        _ => return None,
    })
}
