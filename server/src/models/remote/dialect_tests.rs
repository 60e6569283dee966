use std::collections::BTreeMap;

use super::*;
use crate::config::Layers;

const KEY: &str = "sk-secret-of-a-test";

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let flags: BTreeMap<String, String> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings::read(&Layers::gather(flags, |_| None, None).unwrap()).unwrap()
}

fn open(pairs: &[(&str, &str)], environment: &[(&str, &str)]) -> Result<Option<Dialect>, String> {
    let get = |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Dialect::open(&settings(pairs), &get)
}

async fn target(pairs: &[(&str, &str)], environment: &[(&str, &str)]) -> (String, String) {
    let dialect = open(pairs, environment).unwrap().expect("a language model");
    let target = dialect.target().await.unwrap();
    (target.endpoint.base_url().to_owned(), target.auth.single_key_value().unwrap())
}

#[tokio::test]
async fn the_setting_says_who_is_asked_and_where() {
    assert!(open(&[("model", "builtin")], &[]).unwrap().is_none());
    assert!(open(&[("model", "scripted:text=x")], &[]).unwrap().is_none());
    let (url, _) = target(&[("model", "ollama:llama3.2:1b")], &[]).await;
    assert_eq!(url, "http://127.0.0.1:11434/");
    let (url, key) = target(&[("model", "openai:local"), ("model_url", "http://127.0.0.1:8080/v1")], &[]).await;
    assert_eq!((url.as_str(), key.as_str()), ("http://127.0.0.1:8080/v1/", "none"));
    let (url, key) = target(&[("model", "gemini:gemini-2.5-pro")], &[("GEMINI_API_KEY", KEY)]).await;
    assert_eq!((url.as_str(), key.as_str()), ("https://generativelanguage.googleapis.com/v1beta/", KEY));
    assert_eq!(
        vertex_address("clinic", "europe-west4"),
        "https://europe-west4-aiplatform.googleapis.com/v1/projects/clinic/locations/europe-west4/"
    );
    assert_eq!(
        vertex_address("clinic", "global"),
        "https://aiplatform.googleapis.com/v1/projects/clinic/locations/global/"
    );
}

#[tokio::test]
async fn a_key_comes_from_a_file_or_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, format!("{KEY}\n")).unwrap();
    let file = file.to_str().unwrap();
    let model = ("model", "openai:gpt-4.1");
    assert_eq!(target(&[model, ("model_key_file", file)], &[("OPENAI_API_KEY", "other")]).await.1, KEY);
    assert_eq!(target(&[model], &[("OPENAI_API_KEY_FILE", file)]).await.1, KEY);
    assert_eq!(target(&[model], &[("OPENAI_API_KEY", KEY)]).await.1, KEY);
}

#[test]
fn what_is_missing_or_wrong_is_told_without_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, format!("{KEY} and more\n")).unwrap();
    let file = file.to_str().unwrap();
    for (pairs, told) in [
        (vec![("model", "openai:gpt-4.1")], "OPENAI_API_KEY"),
        (vec![("model", "gemini:gemini-2.5-pro")], "GEMINI_API_KEY"),
        (vec![("model", "openai:")], "not a model's name"),
        (vec![("model", "openai:a b")], "not a model's name"),
        (vec![("model", "ollama:x"), ("model_url", "ftp://x/")], "model_url"),
        (vec![("model", "ollama:x"), ("model_url", "http://user:pass@x/")], "model_url"),
        (vec![("model", "openai:x"), ("model_key_file", file)], "holds no key"),
        (vec![("model", "vertex:llama"), ("model_project", "p")], "gemini…"),
        (vec![("model", "vertex:gemini-2.5-pro"), ("model_key_file", file)], "no key of a service account"),
    ] {
        let error = open(&pairs, &[]).err().unwrap_or_else(|| panic!("{pairs:?}"));
        assert!(error.contains(told) && !error.contains("secret") && !error.contains("user:"), "{error}");
    }
}
