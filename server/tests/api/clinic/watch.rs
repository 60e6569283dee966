//! Several windows on one case.

use serde_json::{Value, json};

use super::{clinician, door, pneumonia, run, to_the_end};
use crate::support::{Account, TestServer};

fn watch(case: &Value, after: u64) -> Value {
    json!({"type": "watch", "case_id": case, "after": after})
}

#[tokio::test]
async fn two_windows_see_the_same_from_its_start() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let (mut first, mut second) = (door(&server, &account).await, door(&server, &account).await);
    first.send(&json!({"type": "diagnosis", "data": pneumonia()})).await;
    let opening = first.next().await;
    // While it runs: replayed, then live.
    second.send(&watch(&opening["case_id"], 0)).await;
    let mut all = vec![opening.clone()];
    all.extend(to_the_end(&mut first).await);
    assert_eq!(to_the_end(&mut second).await, all);
    // And after it has ended.
    second.send(&watch(&opening["case_id"], 0)).await;
    assert_eq!(to_the_end(&mut second).await, all);
    second.send(&watch(&opening["case_id"], all.len() as u64 - 1)).await;
    assert_eq!(second.next().await, *all.last().expect("frames"));
    second.send(&watch(&opening["case_id"], 1_000)).await;
    assert!(second.is_quiet().await, "nothing comes after the last");
}

#[tokio::test]
async fn many_cases_at_once_keep_their_frames_apart() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let mut socket = door(&server, &account).await;
    for _ in 0..4 {
        socket.send(&json!({"type": "diagnosis", "data": pneumonia()})).await;
    }
    let mut seen = std::collections::BTreeMap::<String, Vec<u64>>::new();
    let mut ended = 0;
    while ended < 4 {
        let frame = socket.next().await;
        let case = frame["case_id"].as_str().expect("an id").to_owned();
        seen.entry(case).or_default().push(frame["n"].as_u64().expect("a number"));
        ended += u32::from(frame["type"] == "complete");
    }
    assert_eq!(seen.len(), 4);
    assert!(seen.values().all(|numbers| *numbers == (1..=numbers.len() as u64).collect::<Vec<_>>()), "{seen:?}");
}

#[tokio::test]
async fn the_case_of_someone_else_is_not_found() {
    let server = TestServer::start().await;
    let owner = clinician(&server, "ada").await;
    let (case, _) = run(&server, &owner, "diagnosis", &pneumonia()).await;
    let other = Account::sign_up(&server, "bob").await;
    let colleague = clinician(&server, "cleo").await;
    for account in [&other, &colleague] {
        let mut socket = door(&server, account).await;
        for id in [case.as_str(), "nothing", "01a1fc6a-0000-7000-8000-000000000000"] {
            socket.send(&watch(&json!(id), 0)).await;
            let frame = socket.next().await;
            assert_eq!((&frame["type"], &frame["code"]), (&json!("error"), &json!("not_found")), "{id}");
        }
    }
    let refused: Vec<(String, String)> = server
        .rows("SELECT actor, object FROM audit WHERE action = 'case.read' AND outcome = 'refused' ORDER BY n")
        .await;
    assert_eq!(refused.len(), 6);
    assert_eq!(refused[0], (other.id.clone(), format!("case/{case}")));
    assert_eq!(refused[1].1, "case/", "what is no id is not kept");
}
