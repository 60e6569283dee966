//! The settings that stand in two files are the same in both.

use std::fs;
use std::path::Path;

/// The `[[workspace.metadata.leptos]]` section of a file at the top of the repository.
fn leptos_section(file: &str) -> toml::Value {
    parsed(file)["workspace"]["metadata"]["leptos"].clone()
}

fn parsed(file: &str) -> toml::Table {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands in a folder of the repository");
    let text = fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    text.parse().unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn leptos_settings_are_the_same_in_both_files() {
    assert_eq!(leptos_section("Cargo.toml"), leptos_section("Leptos.toml"));
}

#[test]
fn pages_ask_for_the_app_by_the_name_that_the_build_gives_it() {
    let config = parsed(".cargo/config.toml");
    assert_eq!(leptos_section("Leptos.toml")[0]["output-name"].as_str(), Some("anamnesis"));
    assert_eq!(config["env"]["LEPTOS_OUTPUT_NAME"].as_str(), Some("anamnesis"));
}
