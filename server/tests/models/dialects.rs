//! What each provider is sent, and how its answer is read.

use serde_json::{Value, json};

use super::provider::{Act, Asked, EVENTS, Provider, Step, openai_answer};
use super::{Outcome, ask, model, question};

const QUESTION: &str = "What is a fever?";
/// The same in each dialect, cut within a citation.
const PARTS: [&str; 4] = ["A fever is ", "a high temper", "ature [", "1]. Rest."];
const TEXT: &str = "A fever is a high temperature [1]. Rest.";

fn ollama_answer() -> Act {
    let words = PARTS.iter().map(|part| {
        json!({"model": "llama3.2", "created_at": "2026-10-01T12:00:00.1Z",
               "message": {"role": "assistant", "content": part}, "done": false})
    });
    let end = json!({"model": "llama3.2", "created_at": "2026-10-01T12:00:01Z", "done": true, "done_reason": "stop",
                     "message": {"role": "assistant", "content": ""},
                     "total_duration": 4_883_583_458_i64, "prompt_eval_count": 812, "eval_count": 41});
    let lines = words.chain([end]).map(|line| Step::Say(format!("{line}\n"))).collect();
    Act::Stream("application/x-ndjson", lines)
}

fn gemini_answer() -> Act {
    let usage =
        |words: u32| json!({"promptTokenCount": 812, "candidatesTokenCount": words, "totalTokenCount": 812 + words});
    let frame = |at: usize, part: &str| {
        let mut candidate = json!({"content": {"parts": [{"text": part}], "role": "model"}, "index": 0});
        if at + 1 == PARTS.len() {
            candidate["finishReason"] = json!("STOP");
        }
        let words = if at + 1 == PARTS.len() { 41 } else { 9 };
        json!({"candidates": [candidate], "usageMetadata": usage(words), "modelVersion": "gemini-2.5-pro",
               "responseId": "r-7"})
    };
    let frames = PARTS.iter().enumerate().map(|(at, part)| Step::Say(format!("data: {}\r\n\r\n", frame(at, part))));
    Act::Stream(EVENTS, frames.collect())
}

fn is_whole(outcome: &Outcome, version: &str, reason: &str) {
    assert_eq!((outcome.text.as_str(), &outcome.error, &outcome.by), (TEXT, &None, &None));
    assert_eq!((outcome.usage.prompt_tokens, outcome.usage.completion_tokens), (812, 41));
    assert_eq!(outcome.sources.len(), 1, "{:?}", outcome.sources);
    assert!(outcome.sources[0].id.starts_with("library/fever"), "{:?}", outcome.sources);
    assert!(outcome.context.iter().any(|line| line.starts_with("Library: Fever")), "{:?}", outcome.context);
    let raw = &outcome.raw;
    assert_eq!(raw["model_version"], version, "{raw}");
    assert_eq!(raw["finish_reason"], reason, "{raw}");
    assert_eq!(raw["content"], json!({"parts": [{"text": TEXT}], "role": "model"}));
    assert_eq!(raw["usage_metadata"]["total_token_count"], 853);
}

/// The rules come first, and the question last, with its passages.
fn is_in_order(system: &Value, last: &Value) {
    let (system, last) = (system.as_str().expect("text"), last.as_str().expect("text"));
    assert!(system.starts_with("You are the voice of Anamnesis"), "{system}");
    assert!(!system.contains(QUESTION) && !system.contains("<passage id"), "{system}");
    assert!(last.contains("<passage id=\"1\" from=\"library/fever") && last.contains("38 °C"), "{last}");
    assert!(last.trim_end().ends_with(&format!("<question>\n{QUESTION}\n</question>")), "{last}");
}

async fn one(act: Act, pairs: &[(&str, &str)]) -> (Outcome, Asked) {
    let provider = Provider::start(vec![act]).await;
    let outcome = ask(&model(&provider.url, pairs), question(QUESTION)).await;
    let asked = provider.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    (outcome, asked.into_iter().next().expect("one"))
}

#[tokio::test]
async fn openai_compatible_servers_are_asked_and_understood() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    std::fs::write(&key, "sk-of-a-test\n").expect("a key");
    let key = key.to_str().expect("a path");
    let pairs = [("model_key_file", key), ("model_temperature", "0.2"), ("model_answer_tokens", "300")];
    let (outcome, asked) = one(openai_answer(&PARTS), &pairs).await;
    is_whole(&outcome, "test-model-2026-10-01", "stop");
    assert_eq!(asked.path, "/v1/chat/completions");
    assert_eq!(asked.header("authorization"), "Bearer sk-of-a-test");
    let body = &asked.body;
    assert_eq!((&body["model"], &body["stream"]), (&json!("test-model"), &json!(true)));
    assert_eq!((&body["max_tokens"], &body["temperature"]), (&json!(300), &json!(0.2)));
    assert_eq!(body["stream_options"], json!({"include_usage": true}));
    let messages = body["messages"].as_array().expect("messages");
    let roles: Vec<&str> = messages.iter().filter_map(|message| message["role"].as_str()).collect();
    assert_eq!(roles, ["system", "user"]);
    is_in_order(&messages[0]["content"], &messages[1]["content"]);
}

#[tokio::test]
async fn ollama_is_asked_and_understood() {
    let (outcome, asked) = one(ollama_answer(), &[("model", "ollama:llama3.2")]).await;
    is_whole(&outcome, "llama3.2", "stop");
    assert_eq!(asked.path, "/v1/api/chat");
    assert_eq!((&asked.body["model"], &asked.body["stream"]), (&json!("llama3.2"), &json!(true)));
    assert_eq!(asked.body["options"]["num_predict"], 4096);
    is_in_order(&asked.body["messages"][0]["content"], &asked.body["messages"][1]["content"]);
}

#[tokio::test]
async fn gemini_is_asked_and_understood() {
    let (outcome, asked) = one(gemini_answer(), &[("model", "gemini:gemini-2.5-pro")]).await;
    is_whole(&outcome, "gemini-2.5-pro", "STOP");
    assert_eq!(asked.path, "/v1/models/gemini-2.5-pro:streamGenerateContent");
    assert_eq!(asked.query, "alt=sse", "the key is not in the address");
    assert_eq!(asked.header("x-goog-api-key"), "gemini-key-of-a-test");
    assert_eq!(asked.body["contents"].as_array().map(Vec::len), Some(1));
    is_in_order(&asked.body["systemInstruction"]["parts"][0]["text"], &asked.body["contents"][0]["parts"][0]["text"]);
}

/// A service account whose tokens are given by this address. Its key was made for this test and opens nothing.
fn service_account(folder: &std::path::Path, token_url: &str) -> String {
    let account = json!({
        "type": "service_account", "project_id": "clinic", "private_key_id": "1",
        "private_key": include_str!("service_account_key.pem"),
        "client_email": "anamnesis@clinic.example", "client_id": "1", "token_uri": token_url,
        "auth_uri": "https://accounts.example/auth", "auth_provider_x509_cert_url": "https://accounts.example/certs",
        "client_x509_cert_url": "https://accounts.example/cert",
    });
    let file = folder.join("account.json");
    std::fs::write(&file, account.to_string()).expect("a file");
    file.to_str().expect("a path").to_owned()
}

fn token(seconds: u32) -> Act {
    let body = json!({"access_token": "ya29.of-a-test", "expires_in": seconds, "token_type": "Bearer"});
    Act::Status(200, vec![("content-type", "application/json")], body.to_string())
}

#[tokio::test]
async fn vertex_is_asked_with_a_token_that_is_kept_and_renewed() {
    let folder = tempfile::tempdir().expect("a folder");
    // The first token runs out at once, the second does not.
    let tokens = Provider::start(vec![token(1), token(3600)]).await;
    let account = service_account(folder.path(), &format!("{}token", tokens.url));
    let provider = Provider::start(vec![gemini_answer()]).await;
    let url = format!("{}projects/clinic/locations/europe-west4/", provider.url);
    let models = model(
        &url,
        &[
            ("model", "vertex:gemini-2.5-pro"),
            ("model_key_file", &account),
            ("model_connect", "5s"),
            ("model_idle", "10s"),
        ],
    );
    for fetched in [1, 2, 2] {
        let outcome = ask(&models, question(QUESTION)).await;
        is_whole(&outcome, "gemini-2.5-pro", "STOP");
        assert_eq!(tokens.asked().len(), fetched);
    }
    let asked = provider.asked().pop().expect("asked");
    assert_eq!(
        asked.path,
        "/v1/projects/clinic/locations/europe-west4/publishers/google/models/gemini-2.5-pro:streamGenerateContent"
    );
    assert_eq!(asked.header("authorization"), "Bearer ya29.of-a-test");
    is_in_order(&asked.body["systemInstruction"]["parts"][0]["text"], &asked.body["contents"][0]["parts"][0]["text"]);
}

#[tokio::test]
async fn vertex_without_a_token_is_answered_for_by_the_guide() {
    let folder = tempfile::tempdir().expect("a folder");
    let tokens = Provider::start(vec![super::provider::refusal(403)]).await;
    let account = service_account(folder.path(), &format!("{}token", tokens.url));
    let provider = Provider::start(vec![gemini_answer()]).await;
    let pairs = [
        ("model", "vertex:gemini-2.5-pro"),
        ("model_key_file", account.as_str()),
        ("model_connect", "5s"),
        ("model_idle", "10s"),
    ];
    let outcome = ask(&model(&provider.url, &pairs), question(QUESTION)).await;
    assert!(outcome.is_of_the_guide(), "{outcome:?}");
    assert!(provider.asked().is_empty());
}
