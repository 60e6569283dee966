//! A schema in words.

use leptos::prelude::*;
use serde_json::Value;

/// A text of the description, or nothing.
pub(super) fn wording(value: &Value) -> String {
    value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, ToOwned::to_owned)
}

/// A sentence in which `code` is marked by backquotes.
pub(super) fn prose(text: &str) -> impl IntoView + use<> {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        let part = part.to_owned();
        if at % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
    });
    parts.collect_view()
}

/// What may stand there.
pub(super) fn of(schema: &Value) -> AnyView {
    let all = ["oneOf", "anyOf", "allOf"].iter().find_map(|name| schema[name].as_array());
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return view! { <a href=format!("#type-{name}")><code>{name.to_owned()}</code></a> }.into_any();
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> = words.iter().map(ToString::to_string).collect();
        return prose(&format!("`{}`", words.join("`, `"))).into_any();
    }
    if let Some(kinds) = all {
        let word = if schema["allOf"].is_array() { " with " } else { " or " };
        let kinds = kinds.iter().enumerate();
        return kinds.map(|(at, one)| view! { {(at > 0).then_some(word)} {of(one)} }).collect_view().into_any();
    }
    let is = |kind: &str| {
        schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.iter().any(|one| one == kind))
    };
    let or_null = if is("null") && schema["type"].is_array() { ", or null" } else { "" };
    if is("array") {
        let most = schema["maxItems"].as_u64().map(|most| format!(", at most {most}"));
        let items = if schema["items"].is_object() { of(&schema["items"]) } else { "anything".into_any() };
        return view! { "list of " {items} {most} {or_null} }.into_any();
    }
    if is("object") && schema["additionalProperties"].is_object() {
        return view! { "by name: " {of(&schema["additionalProperties"])} }.into_any();
    }
    if schema["properties"].is_object() {
        return view! { "an object:" {fields(schema)} }.into_any();
    }
    let word = match () {
        () if is("string") => text(schema),
        () if is("integer") => format!("whole number{}", range(schema)),
        () if is("number") => format!("number{}", range(schema)),
        () if is("boolean") => "true or false".to_owned(),
        () if is("object") => "an object".to_owned(),
        () if is("null") => "null".to_owned(),
        () => "anything".to_owned(),
    };
    let usual = (!schema["default"].is_null()).then(|| format!(", else {}", schema["default"]));
    view! { {word} {usual} {or_null} }.into_any()
}

fn text(schema: &Value) -> String {
    let length = match (schema["minLength"].as_u64(), schema["maxLength"].as_u64()) {
        (Some(least), Some(most)) => format!(", {least} to {most} characters"),
        (None, Some(most)) => format!(", at most {most} characters"),
        (Some(least), None) => format!(", at least {least} characters"),
        (None, None) => String::new(),
    };
    format!("text{length}")
}

fn range(schema: &Value) -> String {
    match (&schema["minimum"], &schema["maximum"]) {
        (Value::Null, Value::Null) => String::new(),
        (least, Value::Null) => format!(" from {least}"),
        (Value::Null, most) => format!(" up to {most}"),
        (least, most) => format!(", {least} to {most}"),
    }
}

/// The fields of a type, or what it is made of.
pub(super) fn fields(schema: &Value) -> AnyView {
    let Some(properties) = schema["properties"].as_object() else {
        let parts = ["oneOf", "anyOf", "allOf"].iter().find_map(|name| schema[name].as_array());
        let Some(parts) = parts else { return view! { <p>{of(schema)}</p> }.into_any() };
        let parts = parts.iter().map(|part| view! { <li>{prose(&wording(&part["description"]))} " " {of(part)}</li> });
        let word = if schema["allOf"].is_array() { "All of:" } else { "One of:" };
        return view! { <p>{word}</p><ul>{parts.collect_view()}</ul> }.into_any();
    };
    let needed = schema["required"].as_array();
    let lines = properties.iter().map(|(name, one)| {
        let is_needed = needed.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(name)));
        view! {
            <div>
                <dt>
                    <code>{name.clone()}</code>
                    <span class="quiet">{if is_needed { ": " } else { ", may be absent: " }} {of(one)}</span>
                </dt>
                <dd>{prose(&wording(&one["description"]))}</dd>
            </div>
        }
    });
    view! { <dl class="api-fields">{lines.collect_view()}</dl> }.into_any()
}
