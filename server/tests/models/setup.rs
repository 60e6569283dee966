//! An operator's own prompt file, and settings that can't stand.

use server::models::Models;

use super::provider::{Provider, openai_answer};
use super::{LIBRARY, ask, model, question, settings};

#[tokio::test]
async fn an_operators_prompt_file_is_what_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("prompt.md");
    let own =
        include_str!("../../data/prompt.md").replacen("You are the voice of Anamnesis", "You speak for the Clinic", 1);
    std::fs::write(&file, own).expect("a file");
    let provider = Provider::start(vec![openai_answer(&["A fever needs rest [1]."])]).await;
    let models = model(&provider.url, &[("prompt_file", file.to_str().expect("a path"))]);
    ask(&models, question("What is a fever?")).await;
    let asked = provider.asked().remove(0);
    let system = asked.body["messages"][0]["content"].as_str().expect("text");
    assert!(system.starts_with("You speak for the Clinic"), "{system}");
}

#[test]
fn what_can_not_be_used_is_told_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").expect("a file");
    let empty = empty.to_str().expect("a path");
    for (pairs, told) in [
        (vec![("model", "openai:x"), ("prompt_file", empty), ("model_url", "http://127.0.0.1:1/")], "prompt_file"),
        (vec![("model", "openai:x"), ("prompt_file", "/nowhere"), ("model_url", "http://127.0.0.1:1/")], "/nowhere"),
        (vec![("model", "ollama:x"), ("model_ca_file", empty)], "no certificate"),
        (vec![("model", "gemini:x")], "GEMINI_API_KEY"),
        (vec![("model", "mystery:x")], "allowed are"),
    ] {
        let error = Models::from_settings(&settings(&pairs), &LIBRARY, |_| None).err();
        let error = error.unwrap_or_else(|| panic!("{pairs:?}"));
        assert!(error.contains(told), "{error}");
    }
}
