//! A server that can't start says why in one line, and how to go on.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Output;

use sqlx::{Connection, Executor};

use super::{binary, folder, words};
use crate::support::TestServer;

/// Serves on this folder with these flags, until it gives up.
fn serve(data: &Path, flags: &[&str]) -> Output {
    let mut command = binary();
    command
        .arg("serve")
        .arg("--data")
        .arg(data)
        .args(["--addr", "127.0.0.1:0"])
        .current_dir(data.parent().expect("a parent"));
    command.args(flags).output().expect("the binary runs")
}

/// The one line that a refused start leaves.
fn refusal(output: &Output) -> String {
    let (stdout, stderr) = (words(&output.stdout), words(&output.stderr));
    assert_eq!((output.status.code(), stdout.as_str()), (Some(1), ""), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.starts_with("anamnesis: ") && !stderr.contains("panicked"), "{stderr}");
    stderr
}

/// What a refusal must name: the thing that is wrong, and what to do about it.
fn names(refusal: &str, parts: &[&str]) {
    for part in parts {
        assert!(refusal.contains(part), "{part}: {refusal}");
    }
}

#[test]
fn a_taken_port_is_named() {
    let (taken, folder) = (TcpListener::bind("127.0.0.1:0").expect("a port"), folder());
    let addr = taken.local_addr().expect("an address").to_string();
    let mut command = binary();
    let output =
        command.args(["serve", "--addr", &addr, "--data"]).arg(folder.path().join("data")).output().expect("it runs");
    names(&refusal(&output), &[&addr, "in use", "`addr`"]);
}

#[test]
fn a_file_in_place_of_the_data_folder_is_named() {
    let folder = folder();
    let data = folder.path().join("data");
    fs::write(&data, "no folder").expect("a file");
    names(&refusal(&serve(&data, &[])), &[&data.display().to_string(), "`data`"]);
}

#[test]
fn a_data_folder_under_a_file_is_named() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "no folder").expect("a file");
    let data = file.join("data");
    let mut command = binary();
    let output = command.args(["serve", "--addr", "127.0.0.1:0", "--data"]).arg(&data).output().expect("it runs");
    names(&refusal(&output), &[&data.display().to_string(), "`data`"]);
}

#[tokio::test]
async fn a_database_from_a_newer_version_is_told_as_such() {
    let folder = folder();
    let data = folder.path().join("data");
    let made = binary().args(["migrate", "--data"]).arg(&data).output().expect("it runs");
    assert!(made.status.success(), "{}", words(&made.stderr));
    sqlx::any::install_default_drivers();
    let url = server::db::sqlite_url(&data.join("anamnesis.db"));
    let mut connection = sqlx::AnyConnection::connect(&url).await.expect("the database");
    let step = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                VALUES (9999, 'from the future', TRUE, x'00', 0)";
    connection.execute(step).await.expect("a step");
    connection.close().await.expect("closed");
    names(&refusal(&serve(&data, &[])), &["newer version", "9999", "backup"]);
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let folder = folder();
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("a folder");
    fs::write(data.join("anamnesis.db"), "this is no database, but longer than a header of one would be ".repeat(20))
        .expect("a file");
    names(&refusal(&serve(&data, &[])), &["anamnesis.db"]);
}

#[test]
fn a_wrong_value_is_named_with_what_is_allowed() {
    let folder = folder();
    let output = serve(&folder.path().join("data"), &["--rate-messages", "lots"]);
    names(&refusal(&output), &["`rate_messages`", "`lots`", "30/min"]);
}

#[test]
fn a_wrong_value_of_the_environment_is_named_as_such() {
    let folder = folder();
    let mut command = binary();
    let output =
        command.arg("serve").env("ANAMNESIS_ADDR", "here").current_dir(folder.path()).output().expect("it runs");
    names(&refusal(&output), &["`addr`", "`here`", "environment"]);
}

#[test]
fn an_unknown_setting_in_the_file_is_named() {
    let folder = folder();
    fs::write(folder.path().join("Leptos.toml"), "[anamnesis]\nadress = \"127.0.0.1:0\"\n").expect("a file");
    let output = binary().arg("serve").current_dir(folder.path()).output().expect("it runs");
    names(&refusal(&output), &["`adress`", "Leptos.toml"]);
}

#[test]
fn a_settings_file_that_is_no_toml_is_named() {
    let folder = folder();
    fs::write(folder.path().join("Leptos.toml"), "addr = \n").expect("a file");
    let output = binary().arg("serve").current_dir(folder.path()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    names(&words(&output.stderr), &["anamnesis: ", "Leptos.toml"]);
}

#[test]
fn demo_mode_beyond_loopback_is_refused() {
    let folder = folder();
    let mut command = binary();
    let output = command
        .args(["serve", "--addr", "0.0.0.0:0", "--demo", "1"])
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    names(&refusal(&output), &["demo", "loopback", "0.0.0.0:0"]);
}

#[test]
fn lifted_limits_beyond_loopback_are_refused() {
    let folder = folder();
    let mut command = binary();
    let output = command
        .args(["serve", "--addr", "0.0.0.0:0", "--limits", "off"])
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    names(&refusal(&output), &["limits", "loopback"]);
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused() {
    let server = TestServer::start().await;
    let data = server.data().to_owned();
    let output = tokio::task::spawn_blocking(move || serve(&data, &[])).await.expect("no panic");
    names(&refusal(&output), &["another server", &server.data().display().to_string()]);
}

#[test]
fn a_secret_of_the_wrong_form_is_named_and_not_shown() {
    let folder = folder();
    let mut command = binary();
    command.args(["serve", "--addr", "127.0.0.1:0"]).env("ANAMNESIS_MASTER_KEY", "c2hvcnQ=").current_dir(folder.path());
    let told = refusal(&command.output().expect("it runs"));
    names(&told, &["`master`", "ANAMNESIS_MASTER_KEY", "32 bytes"]);
    assert!(!told.contains("c2hvcnQ"), "{told}");
}

#[test]
fn a_database_server_that_is_away_is_named_without_its_password() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    drop(taken);
    let mut command = binary();
    command.args(["serve", "--addr", "127.0.0.1:0"]).current_dir(folder.path());
    command.env("DATABASE_URL", format!("postgres://someone:swordfish@127.0.0.1:{port}/x"));
    let told = refusal(&command.output().expect("it runs"));
    names(&told, &["cannot open the database", &port.to_string()]);
    assert!(!told.contains("swordfish"), "{told}");
}

#[test]
fn a_model_that_nobody_knows_is_named() {
    let folder = folder();
    names(&refusal(&serve(&folder.path().join("data"), &["--model", "oracle"])), &["`oracle`", "builtin"]);
}
