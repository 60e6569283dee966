//! An example of every body, of people who don't exist. Tests read each back as its type, and ask a server the questions.

use serde_json::Value;

use super::operations;

/// By operation: what is sent as `request`, and what comes back by its status.
const EXAMPLES: &str = include_str!("../../data/openapi_examples.json");

/// Puts them beside the bodies they are of.
pub(super) fn add(described: &mut Value) {
    let examples: Value = serde_json::from_str(EXAMPLES).expect("the examples are JSON");
    for (_, _, operation) in operations(described) {
        let Some(own) = operation["operationId"].as_str().and_then(|id| examples.get(id)) else { continue };
        let own = own.clone();
        if let (Some(body), Some(request)) = (operation.get_mut("requestBody"), own.get("request")) {
            put(body, request);
        }
        for (status, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
            if let Some(example) = own.get(status) {
                put(answer, example);
            }
        }
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(example) = parameter["name"].as_str().and_then(|name| own["parameters"].get(name)) {
                parameter["example"] = example.clone();
            }
        }
    }
}

/// As the example of the first form of a body.
fn put(body: &mut Value, example: &Value) {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    if let Some((_, media)) = content.and_then(|content| content.iter_mut().next()) {
        media["example"] = example.clone();
    }
}
