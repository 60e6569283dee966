//! What can't be meant is named, and the connection stays.

use serde_json::{Value, json};

use super::{clinician, door, pneumonia, run, to_the_end};
use crate::support::{Account, TestServer};

/// Each with a word that the answer must have.
fn wrong() -> Vec<(Value, &'static str)> {
    vec![
        (json!({"vitals": {"temperature": 385}}), "temperature"),
        (json!({"vitals": {"heart_rate": 9500}}), "heart rate"),
        (json!({"vitals": {"oxygen_saturation": 940}}), "oxygen saturation"),
        (json!({"vitals": {"blood_pressure": "80/130"}}), "blood pressure"),
        (json!({"vitals": {"blood_pressure": "high"}}), "blood pressure"),
        (json!({"symptoms": ["fever"], "history": {"age": 400}}), "age"),
        (json!({"symptoms": ["fever"], "history": {"sex": "grue"}}), "sex"),
        (json!({"symptoms": [{"name": "fever", "severity": "purple"}]}), "severity"),
        (json!({"symptoms": ["fever"], "vitals": {"consciousness": "fine"}}), "consciousness"),
        (json!({}), "Nothing was entered"),
        (json!({"symptoms": [], "narrative": "  "}), "Nothing was entered"),
        (json!({"symptoms": vec!["fever"; 300]}), "symptoms"),
    ]
}

#[tokio::test]
async fn what_cannot_be_meant_is_named_on_the_socket() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let mut socket = door(&server, &account).await;
    for (data, word) in wrong() {
        socket.send(&json!({"type": "diagnosis", "data": data})).await;
        let frame = socket.next().await;
        assert_eq!((&frame["type"], &frame["code"]), (&json!("error"), &json!("bad_field")), "{data}: {frame}");
        assert!(frame["error"].as_str().expect("a text").contains(word), "{data}: {frame}");
    }
    // The connection stays, and no case was made.
    socket.send(&json!({"type": "diagnosis", "data": pneumonia()})).await;
    to_the_end(&mut socket).await;
    let cases: Vec<(i64,)> = server.rows("SELECT COUNT(*) FROM cases").await;
    assert_eq!(cases, [(1,)]);
}

#[tokio::test]
async fn what_cannot_be_meant_is_422_over_rest() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    for (data, word) in wrong() {
        let (status, problem) = server.post("/api/clinic/diagnosis", &data, Some(&account.token)).await;
        assert_eq!(status, 422, "{data}: {problem}");
        assert!(problem["detail"].as_str().expect("a text").contains(word), "{data}: {problem}");
    }
    // Which entry is said by its place, and what was entered is not repeated.
    let data = json!({"symptoms": ["cough", {"name": "weeping eczema", "severity": "purple"}]});
    let (_, problem) = server.post("/api/clinic/diagnosis", &data, Some(&account.token)).await;
    let detail = problem["detail"].as_str().expect("a text");
    assert!(detail.contains("`symptoms[1].severity`") && !detail.contains("eczema"), "{detail}");
    let nothing = json!({"patient_info": {"age": 40}});
    assert_eq!(server.post("/api/clinic/prescription", &nothing, Some(&account.token)).await.0, 422);
}

#[tokio::test]
async fn a_field_of_a_wrong_type_is_named_by_its_place_and_not_quoted() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = door(&server, &account).await;
    let frames = [
        (json!({"type": "diagnosis", "data": {"vitals": {"temperature": "secret"}}}), "data.vitals.temperature"),
        (json!({"type": "diagnosis", "data": {"symptoms": "secret"}}), "data.symptoms"),
        (json!({"type": "prescription", "data": {"patient_info": {"age": ["secret"]}}}), "data.patient_info.age"),
        (json!({"type": "diagnosis"}), "data"),
        (json!({"type": "watch"}), "case_id"),
        (json!({"type": "chat", "data": {}}), "data.content"),
    ];
    for (frame, place) in frames {
        socket.send(&frame).await;
        let answer = socket.next().await;
        let text = answer["error"].as_str().expect("a text");
        assert!(text.contains(&format!("`{place}`")) && !text.contains("secret"), "{answer}");
        assert_eq!(answer["code"], "bad_field");
    }
    socket.send(&json!({"type": "nonsense"})).await;
    assert_eq!(socket.next().await["code"], "unknown_type");
    socket.send_text("{").await;
    assert_eq!(socket.next().await["code"], "bad_json");
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn what_is_null_is_as_if_it_were_left_out() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let data =
        json!({"symptoms": ["cough"], "vitals": null, "history": {"age": null, "allergies": null}, "narrative": null});
    let (_, with_nulls) = run(&server, &account, "diagnosis", &data).await;
    let (_, without) = run(&server, &account, "diagnosis", &json!({"symptoms": ["cough"]})).await;
    assert_eq!(with_nulls["differential_diagnoses"], without["differential_diagnoses"]);
}

#[tokio::test]
async fn units_are_told_apart() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let fahrenheit =
        json!({"symptoms": ["cough"], "vitals": {"temperature": 101.3}, "history": {"age": 30, "sex": "female"}});
    let (_, result) = run(&server, &account, "diagnosis", &fahrenheit).await;
    let fever = result["findings"].as_array().expect("findings").iter().find(|one| one["id"] == "fever");
    assert_eq!(fever.expect("38.5 °C is a fever")["state"], "present");
}

#[tokio::test]
async fn what_does_not_fit_together_is_said_in_the_result() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let pregnant = json!({"symptoms": ["headache", "zzyzx"], "history": {"age": 80, "sex": "male", "pregnant": true}});
    let (_, result) = run(&server, &account, "diagnosis", &pregnant).await;
    let codes: Vec<&str> = result["could_not_assess"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|problem| problem["code"].as_str().expect("a code"))
        .collect();
    assert!(codes.contains(&"pregnancy_impossible") && codes.contains(&"unknown_finding"), "{codes:?}");
    let many: Vec<String> = (0..200).map(|n| format!("symptom {n}")).collect();
    let (_, result) = run(&server, &account, "diagnosis", &json!({"symptoms": many})).await;
    assert!(result["could_not_assess"].to_string().contains("too_many_symptoms"));
    let unknown =
        json!({"diagnosis": "Medication review", "patient_info": {"current_medications": ["warfrin", "zzyzx"]}});
    let (_, result) = run(&server, &account, "prescription", &unknown).await;
    let left = result["could_not_check"].as_array().expect("a list");
    assert!(left.iter().any(|one| one["code"] == "unknown_drug" && one["about"] == "zzyzx"), "{left:?}");
    assert!(left.iter().any(|one| one["suggestions"].to_string().to_lowercase().contains("warfarin")), "{left:?}");
}

#[tokio::test]
async fn more_cases_than_one_may_start_are_refused() {
    let server = TestServer::with(&[("limits", "on"), ("rate_cases", "2/h")]).await;
    let account = Account::sign_up(&server, "ada").await;
    for _ in 0..2 {
        run(&server, &account, "diagnosis", &pneumonia()).await;
    }
    let (status, _) = server.post("/api/clinic/diagnosis", &pneumonia(), Some(&account.token)).await;
    assert_eq!(status, 429);
    let mut socket = door(&server, &account).await;
    socket.send(&json!({"type": "diagnosis", "data": pneumonia()})).await;
    assert_eq!(socket.next().await["code"], "rate_limited");
}
