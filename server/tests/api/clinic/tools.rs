//! Type-ahead, reading a note, calculators.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Account, TestServer};

/// The reference vectors beside the repository, where they are there.
fn vectors() -> Option<String> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"));
    from.ancestors().find_map(|folder| std::fs::read_to_string(folder.join("shared/clinical/golden_scores.jsonl")).ok())
}

#[tokio::test]
async fn every_reference_score_is_reproduced_by_the_route() {
    let Some(vectors) = vectors() else {
        println!("skipped: the reference vectors are not there");
        return;
    };
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut seen = BTreeMap::<String, usize>::new();
    for line in vectors.lines() {
        let vector: Value = serde_json::from_str(line).expect("a vector");
        let id = vector["calculator"].as_str().expect("a calculator");
        let path = format!("/api/clinic/scores/{id}");
        let (status, answer) = server.post(&path, &vector["input"], Some(&account.token)).await;
        assert_eq!((status, &answer["result"]), (200, &vector["result"]), "{line}: {answer}");
        *seen.entry(id.to_owned()).or_default() += 1;
    }
    assert!(seen.len() >= 10 && seen.values().sum::<usize>() >= 1_000, "{seen:?}");
}

#[tokio::test]
async fn calculators_name_their_inputs_and_what_is_wrong_with_them() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let token = Some(account.token.as_str());
    let (_, all) = server.get("/api/clinic/scores", token).await;
    let all = all["calculators"].as_array().expect("calculators");
    assert!(all.len() >= 12);
    assert!(all.iter().all(|one| !one["inputs"].as_array().expect("inputs").is_empty() && one["source"].is_string()));
    let (status, answer) = server.post("/api/clinic/scores/qsofa", &json!({"respiratory_rate": 24}), token).await;
    assert_eq!((status, &answer["result"]), (200, &json!({"low": 1, "high": 3})));
    assert_eq!(answer["working"]["missing"], json!(["altered_mentation", "systolic_bp"]));
    for (body, word) in [
        (json!({"respiratory_rate": -3}), "respiratory_rate"),
        (json!({"respiratory_rate": {"a": 1}}), "respiratory_rate"),
        (json!({"nonsense": 1}), "nonsense"),
        (json!([1]), "object"),
    ] {
        let (status, problem) = server.post("/api/clinic/scores/qsofa", &body, token).await;
        assert_eq!(status, 422, "{body}");
        assert!(problem["detail"].as_str().expect("a text").contains(word), "{problem}");
    }
    assert_eq!(server.post("/api/clinic/scores/nothing", &json!({}), token).await.0, 404);
}

#[tokio::test]
async fn findings_and_medicines_are_offered_as_one_types() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let token = Some(account.token.as_str());
    let (_, hits) = server.get("/api/clinic/findings?q=feve&limit=3", token).await;
    let hits = hits["findings"].as_array().expect("findings");
    assert!(hits.len() <= 3 && hits[0]["id"] == "fever", "{hits:?}");
    let (_, hits) = server.get("/api/clinic/drugs?q=amoxi", token).await;
    assert!(hits["drugs"].to_string().contains("amoxicillin"), "{hits}");
    let (_, hits) = server.get("/api/clinic/drugs?q=tylenol", token).await;
    assert_eq!(hits["drugs"][0]["id"], "paracetamol", "{hits}");
    let (_, none) = server.get("/api/clinic/findings?q=", token).await;
    assert_eq!(none, json!({"findings": []}));
    assert_eq!(server.get("/api/clinic/findings?q=a&limit=x", token).await.0, 422);
}

#[tokio::test]
async fn a_note_is_read_in_its_place() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let note = "é 54-year-old woman, 3 days of fever and cough. Denies chest pain. T 38.2, BP 130/80. Xyzzyish.";
    let (status, read) = server.post("/api/clinic/understand", &json!({"narrative": note}), Some(&account.token)).await;
    assert_eq!(status, 200, "{read}");
    let marks = read["marks"].as_array().expect("marks");
    let units: Vec<u16> = note.encode_utf16().collect();
    for mark in marks {
        let at = |name: &str| usize::try_from(mark[name].as_u64().expect("a place")).expect("small");
        assert_eq!(String::from_utf16(&units[at("start")..at("end")]).expect("text"), mark["text"], "{mark}");
    }
    let is = |kind: &str, word: &str| {
        marks.iter().any(|mark| mark["kind"] == kind && mark["text"].to_string().contains(word))
    };
    assert!(is("present", "fever") && is("present", "cough") && is("absent", "chest pain"), "{marks:?}");
    assert!(is("not_understood", "Xyzzyish"), "{marks:?}");
    assert_eq!((&read["history"]["age"], &read["history"]["sex"]), (&json!(54.0), &json!("female")));
    assert_eq!((&read["vitals"]["temperature"], &read["vitals"]["blood_pressure"]), (&json!(38.2), &json!("130/80")));
    let cases: Vec<(i64,)> = server.rows("SELECT COUNT(*) FROM cases").await;
    assert_eq!(cases, [(0,)], "nothing is stored");
}
