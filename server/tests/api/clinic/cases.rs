//! Cases over REST: run, listed, opened, signed off.

use serde_json::json;

use super::{clinician, pneumonia, run, treatment};
use crate::support::{Account, TestServer};

#[tokio::test]
async fn a_case_is_listed_and_opened_with_all_that_was_said() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let (first, diagnosis) = run(&server, &account, "diagnosis", &pneumonia()).await;
    let mut data = treatment();
    data["from_case"] = json!(first);
    let (second, _) = run(&server, &account, "prescription", &data).await;

    let (status, list) = server.get("/api/clinic/cases", Some(&account.token)).await;
    assert_eq!((status, &list["total"]), (200, &json!(2)));
    let line = &list["cases"][1];
    assert_eq!(
        (&line["id"], &line["kind"], &line["status"], &line["stage"]),
        (&json!(first), &json!("diagnosis"), &json!("done"), &json!("complete"))
    );
    assert_eq!(line["outcome"], diagnosis["primary_diagnosis"]);
    assert_eq!((&line["urgency"], &line["is_own"]), (&diagnosis["urgency"], &json!(true)));
    assert_eq!(line["owner"], json!({"id": account.id, "name": "ada Tester"}));
    assert_eq!(list["cases"][0]["title"], "Community-acquired pneumonia");
    for (query, total, shown) in [
        ("kind=diagnosis", 1, 1),
        ("kind=prescription", 1, 1),
        ("limit=1", 2, 1),
        ("offset=1", 2, 1),
        ("offset=9", 2, 0),
    ] {
        let (_, page) = server.get(&format!("/api/clinic/cases?{query}"), Some(&account.token)).await;
        assert_eq!((&page["total"], page["cases"].as_array().map(Vec::len)), (&json!(total), Some(shown)), "{query}");
    }
    for query in ["limit=0", "limit=101", "offset=-1", "kind=other", "limit=x"] {
        assert_eq!(server.get(&format!("/api/clinic/cases?{query}"), Some(&account.token)).await.0, 422, "{query}");
    }

    let (status, case) = server.get(&format!("/api/clinic/cases/{first}"), Some(&account.token)).await;
    assert_eq!(status, 200);
    assert_eq!(case["input"]["data"]["vitals"]["temperature"], 38.5);
    assert_eq!(case["result"]["differential_diagnoses"], diagnosis["differential_diagnoses"]);
    assert_eq!(case["frames"].as_array().expect("frames").last().expect("one")["type"], "complete");
    assert_eq!(case["prescriptions"], json!([second]));
    assert_eq!(case["versions"]["data"], diagnosis["data_version"]);
    let (_, case) = server.get(&format!("/api/clinic/cases/{second}"), Some(&account.token)).await;
    assert_eq!(case["from_case"], json!(first));
}

#[tokio::test]
async fn the_same_input_gives_the_same_result() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    for (kind, data) in [("diagnosis", pneumonia()), ("prescription", treatment())] {
        let (_, mut first) = run(&server, &account, kind, &data).await;
        let (_, mut second) = run(&server, &account, kind, &data).await;
        assert_ne!(first["case_id"].take(), second["case_id"].take());
        assert_eq!(first, second);
    }
}

#[tokio::test]
async fn a_clinician_signs_off_and_the_last_word_holds() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let (case, _) = run(&server, &account, "prescription", &treatment()).await;
    let path = format!("/api/clinic/cases/{case}/review");
    for (body, word) in [
        (json!({"decision": "reject"}), "reason"),
        (json!({"decision": "edit", "reason": "x"}), "edited"),
        (json!({"decision": "accept", "reason": "x".repeat(2_001)}), "reason"),
    ] {
        let (status, problem) = server.post(&path, &body, Some(&account.token)).await;
        assert_eq!(status, 422, "{body}");
        assert!(problem["detail"].as_str().expect("a text").contains(word), "{problem}");
    }
    assert_eq!(server.post(&path, &json!({"decision": "maybe"}), Some(&account.token)).await.0, 422);
    let edit = json!({"decision": "edit", "edited": "doxycycline for 7 days", "reason": "local resistance"});
    let (status, opened) = server.post(&path, &edit, Some(&account.token)).await;
    assert_eq!(status, 200, "{opened}");
    let (_, opened) =
        { server.post(&path, &json!({"decision": "reject", "reason": "admitted"}), Some(&account.token)).await };
    assert_eq!(opened["decision"], "reject");
    let reviews = opened["reviews"].as_array().expect("reviews");
    assert_eq!(reviews.len(), 2, "what was said before stays");
    assert_eq!(
        (&reviews[0]["decision"], &reviews[0]["reason"], &reviews[1]["edited"]),
        (&json!("reject"), &json!("admitted"), &json!("doxycycline for 7 days"))
    );
    assert_eq!(reviews[0]["reviewer"]["id"], json!(account.id));
    let trail: Vec<(String,)> =
        server.rows("SELECT object FROM audit WHERE action = 'case.review' AND outcome = 'done'").await;
    assert_eq!(trail.len(), 2);
}

#[tokio::test]
async fn a_patient_may_run_the_engines_but_sign_off_and_share_nothing() {
    let server = TestServer::start().await;
    let patient = Account::sign_up(&server, "pat").await;
    let (case, _) = run(&server, &patient, "diagnosis", &pneumonia()).await;
    let review = json!({"decision": "accept"});
    assert_eq!(server.post(&format!("/api/clinic/cases/{case}/review"), &review, Some(&patient.token)).await.0, 403);
    let share = json!({"email": "bob@people.example"});
    assert_eq!(server.post(&format!("/api/clinic/cases/{case}/share"), &share, Some(&patient.token)).await.0, 403);
    let denied: Vec<(String,)> = server.rows("SELECT action FROM audit WHERE reason = 'forbidden' ORDER BY n").await;
    assert_eq!(denied, [("case.review".to_owned(),), ("share.create".to_owned(),)]);
}

#[tokio::test]
async fn the_case_of_someone_else_is_404_everywhere() {
    let server = TestServer::start().await;
    let owner = clinician(&server, "ada").await;
    let (case, _) = run(&server, &owner, "diagnosis", &pneumonia()).await;
    let other = clinician(&server, "bob").await;
    let token = Some(other.token.as_str());
    for path in [format!("/api/clinic/cases/{case}"), format!("/api/clinic/cases/{case}/export?format=fhir")] {
        assert_eq!(server.get(&path, token).await.0, 404, "{path}");
    }
    let review = json!({"decision": "accept"});
    assert_eq!(server.post(&format!("/api/clinic/cases/{case}/review"), &review, token).await.0, 404);
    let share = json!({"email": other.email});
    assert_eq!(server.post(&format!("/api/clinic/cases/{case}/share"), &share, token).await.0, 404);
    let mut data = treatment();
    data["from_case"] = json!(case);
    assert_eq!(server.post("/api/clinic/prescription", &data, token).await.0, 404);
    let (_, list) = server.get("/api/clinic/cases", token).await;
    assert_eq!(list["total"], 0);
    assert_eq!(server.get(&format!("/api/clinic/cases?patient={}", owner.id), token).await.0, 404);
    let denied: Vec<(String,)> = server
        .rows(
            "SELECT action FROM audit WHERE action LIKE 'c%' AND outcome != 'done' OR action LIKE 'share.%' ORDER BY n",
        )
        .await;
    let denied: Vec<&str> = denied.iter().map(|(action,)| action.as_str()).collect();
    assert_eq!(denied, ["case.read", "case.export", "case.review", "share.create", "case.read", "case.list"]);
}

#[tokio::test]
async fn nothing_of_a_case_is_in_the_clear_at_rest() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let data = json!({"symptoms": ["cough"], "narrative": "xylophonic murmuration", "title": "zeppelin"});
    let (case, result) = run(&server, &account, "diagnosis", &data).await;
    assert!(result["not_understood"].to_string().contains("xylophonic"));
    let review = json!({"decision": "reject", "reason": "quixotry"});
    server.post(&format!("/api/clinic/cases/{case}/review"), &review, Some(&account.token)).await;
    let folder = server.data().to_owned();
    for entry in std::fs::read_dir(&folder).expect("the data folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        for word in ["xylophonic", "zeppelin", "quixotry", "symptoms_analysis"] {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word} in {}", path.display());
        }
    }
}

#[tokio::test]
async fn the_demo_has_two_examples_by_the_engines_and_no_more_after_a_restart() {
    let server = TestServer::with(&[("demo", "1")]).await;
    let server = TestServer::again(server.stop().await, &[("demo", "1")]).await;
    let cases: Vec<(String, String)> = server.rows("SELECT kind, status FROM cases ORDER BY created_at, id").await;
    let done = |kind: &str| (kind.to_owned(), "done".to_owned());
    assert_eq!(cases, [done("diagnosis"), done("prescription")]);
}
