use std::fs;

use server::config::SETTINGS;
use sqlx::{Connection, Executor};

use super::{binary, folder, run, words};
use crate::support::{Account, TestServer};

#[test]
fn every_command_explains_itself() {
    let commands: [&[&str]; 12] = [
        &[],
        &["serve"],
        &["migrate"],
        &["user"],
        &["user", "role"],
        &["library"],
        &["library", "search"],
        &["feedback"],
        &["feedback", "export"],
        &["library", "forget-feedback"],
        &["audit"],
        &["audit", "verify"],
    ];
    for command in commands {
        let output = run(&[command, &["--help"]].concat());
        let help = words(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{command:?}");
        assert!(help.contains("Usage: anamnesis") && help.lines().count() > 4, "{command:?}: {help}");
    }
}

#[test]
fn the_long_help_of_serve_names_every_setting() {
    let help = words(&run(&["serve", "--help"]).stdout);
    for setting in SETTINGS {
        assert!(help.contains(&format!("--{}", setting.name.replace('_', "-"))), "{}", setting.name);
        assert!(help.contains(&setting.variable()), "{}", setting.variable());
    }
}

#[test]
fn called_bare_it_shows_what_it_can_do() {
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    let help = words(&output.stderr);
    for command in ["serve", "migrate", "user", "library", "feedback", "audit"] {
        assert!(help.contains(command), "{command}: {help}");
    }
}

#[test]
fn an_unknown_flag_is_refused_and_named() {
    let output = run(&["serve", "--colour", "blue"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(words(&output.stderr).contains("--colour"));
}

#[test]
fn printed_settings_are_all_there_and_can_be_read_again() {
    let printed = words(&run(&["serve", "--print-config", "--node", "here"]).stdout);
    for setting in SETTINGS {
        assert!(printed.contains(&format!("\n{} = ", setting.name)), "{}", setting.name);
    }
    let folder = folder();
    fs::write(folder.path().join("Leptos.toml"), &printed).expect("a file");
    let again = binary().args(["serve", "--print-config"]).current_dir(folder.path()).output().expect("it runs");
    assert!(
        words(&again.stdout).contains("this value is from Leptos.toml\nnode = \"here\""),
        "{}",
        words(&again.stderr)
    );
}

#[test]
fn printed_settings_make_no_data_folder() {
    let folder = folder();
    binary().args(["serve", "--print-config"]).current_dir(folder.path()).output().expect("it runs");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn printed_settings_hide_a_password() {
    let output = run(&["serve", "--print-config", "--database-url", "postgres://someone:swordfish@127.0.0.1/x"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(!words(&output.stdout).contains("swordfish"));
}

#[test]
fn the_version_is_that_of_the_package() {
    assert_eq!(words(&run(&["--version"]).stdout).trim(), format!("anamnesis {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn migrating_twice_is_no_harm() {
    let folder = folder();
    for _ in 0..2 {
        let output = binary().arg("migrate").current_dir(folder.path()).output().expect("it runs");
        assert_eq!((output.status.code(), words(&output.stderr).as_str()), (Some(0), ""));
    }
}

#[test]
fn a_role_for_an_unknown_address_is_refused() {
    let output = run(&["user", "role", "nobody@people.example", "clinician"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(words(&output.stderr).contains("no account"), "{}", words(&output.stderr));
}

#[test]
fn a_library_search_prints_passages() {
    let output = run(&["library", "search", "headache"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(words(&output.stdout).to_lowercase().contains("headache"));
}

/// Runs `audit verify` over the folder of a server that has stopped.
async fn verified(touch: Option<&str>) -> (Option<i32>, String) {
    let folder = folder();
    let data = folder.path().display().to_string();
    // The binary reads the file in the folder, whatever the database of the other tests.
    let server = TestServer::with(&[("data", &data), ("database_url", "")]).await;
    Account::sign_up(&server, "ada").await;
    server.stop().await;
    if let Some(touch) = touch {
        let url = server::db::sqlite_url(&folder.path().join("anamnesis.db"));
        let mut connection = sqlx::AnyConnection::connect(&url).await.expect("the database");
        connection.execute(sqlx::AssertSqlSafe(touch.to_owned())).await.expect("the statement runs");
        connection.close().await.expect("closed");
    }
    let output = binary().args(["audit", "verify", "--data", &data]).output().expect("it runs");
    (output.status.code(), words(&output.stdout) + &words(&output.stderr))
}

#[tokio::test]
async fn a_trail_that_holds_is_said_to() {
    let (code, told) = verified(None).await;
    assert_eq!(code, Some(0), "{told}");
    assert!(told.starts_with("The trail holds: "), "{told}");
}

#[tokio::test]
async fn a_touched_trail_is_said_where() {
    let (code, told) = verified(Some("UPDATE audit SET reason = 'x' WHERE n = 2")).await;
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("entry 2"), "{told}");
}
