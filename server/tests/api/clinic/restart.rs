//! A case survives the process: what is stored is never worked out again, and the rest is.

use serde_json::{Value, json};

use super::{clinician, door, pneumonia, run, to_the_end};
use crate::support::{Doomed, Socket, TestServer};

#[tokio::test]
async fn a_case_goes_on_at_its_first_stage_that_is_not_stored() {
    let server = TestServer::start().await;
    if !server.is_on_sqlite() {
        println!("skipped: the trigger that stops it is written for SQLite");
        return;
    }
    let account = clinician(&server, "ada").await;
    // The store takes two stages, and then no more.
    server
        .tamper(
            "CREATE TRIGGER stop BEFORE INSERT ON case_stages WHEN NEW.stage = 3
             BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        .await;
    let mut socket = door(&server, &account).await;
    socket.send(&json!({"type": "diagnosis", "data": pneumonia()})).await;
    let before = socket.until(|frame| frame["type"] == "error").await;
    let (said, stored) = before.split_last().expect("frames");
    assert_eq!(said["code"], "storage");
    assert_eq!(stored.len(), 4, "two stages with their chunks: {stored:?}");
    let case = stored[0]["case_id"].clone();
    server.tamper("DROP TRIGGER stop").await;
    // Were the first stage worked out again, its findings would be there again.
    let rows: Vec<(String, i64, String)> = server.rows("SELECT id, stage, status FROM cases").await;
    assert_eq!(rows, [(case.as_str().expect("an id").to_owned(), 2, "running".to_owned())]);

    let server = TestServer::again(server.stop().await, &[]).await;
    let mut socket = Socket::open(&server, &format!("/ws/{}", account.id), Some(&account.token)).await;
    socket.send(&json!({"type": "watch", "case_id": case, "after": 0})).await;
    let after = to_the_end(&mut socket).await;
    assert_eq!(after[..4], *stored, "what was stored is shown as it was, with its times");
    let numbers: Vec<u64> = after.iter().map(|frame| frame["n"].as_u64().expect("a number")).collect();
    assert_eq!(numbers, (1..=after.len() as u64).collect::<Vec<_>>());
    let stages: Vec<(i64,)> = server.rows("SELECT stage FROM case_stages ORDER BY stage").await;
    assert_eq!(stages, (1..=6).map(|stage| (stage,)).collect::<Vec<_>>(), "each stage once");
    // And the whole is what it would have been in one go.
    let (_, whole) = run(&server, &account, "diagnosis", &pneumonia()).await;
    let result = &after.last().expect("frames")["result"];
    for field in ["findings", "scores", "modifiers", "differential_diagnoses", "must_not_miss", "urgency", "reasoning"]
    {
        assert_eq!(result[field], whole[field], "{field}");
    }
}

#[tokio::test]
async fn a_killed_server_ends_its_cases_after_the_restart() {
    let server = Doomed::start(&[]).await;
    let account = clinician(&server, "ada").await;
    let mut socket = door(&server, &account).await;
    socket.send(&json!({"type": "diagnosis", "data": pneumonia()})).await;
    let first = socket.next().await;
    let home = server.crash().await;
    let mut held = vec![first];
    while let Ok(frame) = socket.event().await {
        held.push(frame);
    }
    let server = TestServer::again(home, &[]).await;
    let mut socket = Socket::open(&server, &format!("/ws/{}", account.id), Some(&account.token)).await;
    socket.send(&json!({"type": "watch", "case_id": held[0]["case_id"]})).await;
    let all: Vec<Value> = to_the_end(&mut socket).await;
    assert_eq!(all[..held.len()], held, "what was shown was stored");
}
