//! A document that takes long: it is told so, a restart reads it anew, and what never ends is ended.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use super::{get, id, letter};
use crate::support::{Account, TestServer};

/// A reader that never says anything.
fn silent(folder: &Path) -> String {
    let program = folder.join("silent");
    std::fs::write(&program, "#!/bin/sh\nexec /bin/sleep 600\n").expect("a file");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("a program");
    program.display().to_string()
}

/// Asks until the document is as it should be.
async fn becomes(server: &TestServer, person: &Account, document: &str, status: &str) -> Value {
    let path = format!("/api/documents/{document}");
    let asking = async {
        loop {
            let (code, document) = get(server, person, &path).await;
            assert_eq!(code, 200, "{document}");
            if document["status"] == json!(status) {
                return document;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), asking).await.expect("it gets there")
}

#[tokio::test]
async fn a_document_that_was_being_read_is_read_anew_after_a_restart() {
    let programs = tempfile::tempdir().expect("a folder");
    let silent = silent(programs.path());
    let server = TestServer::with(&[("document_reader", &silent), ("document_wait", "50ms")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let (status, document) = ada.upload(&server, "letter.pdf", letter()).await;
    assert_eq!((status, &document["status"]), (201, &json!("reading")), "{document}");
    assert_eq!(document["progress"], json!({"done": 0, "of": 0}));
    let document = id(&document).to_owned();
    let asked = json!({"type": "user_message", "content": {"text": "What is this?", "attachments": [document]}});
    let mut socket = ada.chat(&server, "").await;
    socket.send(&asked).await;
    assert_eq!(socket.next_of("error").await["code"], "conflict");
    // What was not whole when the process ended was acknowledged to nobody, and goes.
    server
        .tamper("INSERT INTO documents SELECT '0193a4c2-0000-7000-8000-000000000000', user_id, kind, 'arriving', size, 0, 0, head, created_at, updated_at FROM documents")
        .await;

    let server = TestServer::again(server.stop().await, &[]).await;
    let ready = becomes(&server, &ada, &document, "ready").await;
    assert_eq!((&ready["pages"], &ready["passages"], &ready["progress"]), (&json!(2), &json!(2), &Value::Null));
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM documents").await, [(1,)]);
}

#[tokio::test]
async fn reading_that_never_ends_is_ended() {
    let programs = tempfile::tempdir().expect("a folder");
    let silent = silent(programs.path());
    let settings = [("document_reader", silent.as_str()), ("document_time", "1s"), ("document_wait", "50ms")];
    let server = TestServer::with(&settings).await;
    let ada = Account::sign_up(&server, "ada").await;
    let (_, document) = ada.upload(&server, "letter.pdf", letter()).await;
    let failed = becomes(&server, &ada, id(&document), "failed").await;
    assert!(failed["problem"].as_str().expect("a text").contains("took too long"), "{failed}");
    let path = format!("/api/documents/{}", id(&document));
    assert_eq!(server.send("DELETE", &path, None, &ada.token).await.0, 200);
}

#[tokio::test]
async fn reading_that_fills_memory_is_ended_and_nothing_else_is() {
    let server = TestServer::with(&[("document_memory_bytes", "100000000"), ("document_wait", "60s")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let text = "word ".repeat(3_000_000).into_bytes();
    let (status, problem) = ada.upload(&server, "long.txt", text).await;
    assert_eq!(status, 422, "{problem}");
    assert!(problem["detail"].as_str().expect("a text").contains("memory"), "{problem}");
    assert_eq!(server.get("/ready", None).await.0, 200);
}
