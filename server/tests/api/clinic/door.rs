//! Door 4, frame by frame, and cases inside door 1.

use serde_json::{Value, json};

use super::{briefs, clinician, door, pneumonia, to_the_end, treatment};
use crate::support::{Account, SCRIPT, Socket, TestServer};

#[tokio::test]
async fn a_diagnosis_comes_in_five_stages() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let mut socket = door(&server, &account).await;
    socket.send(&json!({"type": "diagnosis", "data": pneumonia()})).await;
    let frames = to_the_end(&mut socket).await;
    assert_eq!(
        briefs(&frames),
        [
            "symptoms_analysis 10",
            "findings",
            "vitals_evaluation 30",
            "scores",
            "history_review 50",
            "modifiers",
            "differential_diagnosis 70",
            "candidate",
            "primary_diagnosis 90",
            "complete 100",
            "complete",
        ]
    );
    for (place, frame) in frames.iter().enumerate() {
        assert_eq!(frame["n"], place + 1, "{frame}");
        assert_eq!(frame["case_id"], frames[0]["case_id"]);
        assert!(frame["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')), "{frame}");
    }
    let candidates: Vec<&Value> =
        frames.iter().map(|frame| &frame["content"]).filter(|content| content.get("probability").is_some()).collect();
    assert!(candidates.iter().all(|one| one["total"] == candidates.len() && one["icd10"].is_string()));
    let result = &frames.last().expect("frames")["result"];
    assert_eq!(result["differential_diagnoses"], json!(candidates), "as they were streamed");
    assert_eq!(result["primary_diagnosis"], candidates[0]["diagnosis"]);
    assert_eq!(result["confidence"], candidates[0]["probability"]);
    assert!(result["primary_diagnosis"].as_str().expect("a name").to_lowercase().contains("pneumonia"), "{result}");
    assert!(["urgent", "emergency"].contains(&result["urgency"].as_str().expect("a word")), "{}", result["urgency"]);
    // Respiratory rate 24: 2; saturation 94: 1; pulse 95: 1; temperature 38.5: 1 (RCP 2017).
    let news2 = result["scores"].as_array().expect("scores").iter().find(|score| score["name"] == "NEWS2");
    let news2 = news2.expect("NEWS2");
    assert_eq!((news2["value"].as_f64(), news2["missing"].as_array().map(Vec::len)), (Some(5.0), Some(0)), "{news2}");
    for field in ["must_not_miss", "red_flags", "recommended_tests", "not_understood", "could_not_assess", "reasoning"]
    {
        assert!(result.get(field).is_some(), "{field}");
    }
    assert!(
        result["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .any(|one| one["id"] == "fever" && one["state"] == "present" && one["from"] == "given")
    );
}

#[tokio::test]
async fn a_penicillin_is_not_given_to_the_allergic() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let mut socket = door(&server, &account).await;
    socket.send(&json!({"type": "prescription", "data": treatment()})).await;
    let frames = to_the_end(&mut socket).await;
    let words = briefs(&frames);
    let stages: Vec<&str> = words.iter().map(String::as_str).filter(|word| word.contains(' ')).collect();
    assert_eq!(
        stages,
        [
            "allergy_check 10",
            "medication_selection 30",
            "interaction_check 60",
            "monitoring_advice 80",
            "finalization 95",
            "complete 100"
        ]
    );
    assert_eq!(words[1], "excluded");
    let result = &frames.last().expect("frames")["result"];
    let names = |field: &str| -> String {
        let list = result[field].as_array().expect("a list").iter();
        list.map(|one| one["name"].as_str().expect("a name").to_lowercase()).collect::<Vec<_>>().join(", ")
    };
    assert!(!names("medications").contains("cillin"), "{}", result["medications"]);
    assert!(names("excluded").contains("amoxicillin"), "{}", result["excluded"]);
    assert!(!result["medications"].as_array().expect("a list").is_empty(), "{result}");
    assert_eq!(result["requires_review"], true);
    assert!(result["interactions_checked"].as_u64().expect("a count") >= 1);
    // Each part came as a chunk of its own.
    let chunks =
        |word: &str| -> Vec<Value> { frames.iter().filter_map(|frame| frame["content"].get(word).cloned()).collect() };
    assert_eq!(json!(chunks("medication")), result["medications"]);
    assert_eq!(json!(chunks("interaction")), result["interactions"]);
    assert_eq!(json!(chunks("monitoring")), result["monitoring"]);
}

#[tokio::test]
async fn current_medicines_are_checked_without_a_diagnosis_that_has_any() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = door(&server, &account).await;
    let data = json!({"diagnosis": "Medication review",
                      "patient_info": {"age": 70, "current_medications": ["warfarin", "ibuprofen"]}});
    socket.send(&json!({"type": "prescription", "data": data})).await;
    let frames = to_the_end(&mut socket).await;
    let result = &frames.last().expect("frames")["result"];
    assert!(
        result["interactions"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|alert| alert["severity"] == "serious" || alert["severity"] == "contraindicated"),
        "{result}"
    );
    assert_eq!(result["medications"], json!([]));
}

#[tokio::test]
async fn the_chat_answers_in_the_forms_of_this_door() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = door(&server, &account).await;
    socket.send(&json!({"type": "chat", "data": {"content": "What helps against a headache?"}})).await;
    let first = socket.next().await;
    assert_eq!((&first["type"], &first["content"]), (&json!("chat"), &json!(SCRIPT)), "{first}");
    // Without a conversation it is always a new one.
    socket.send(&json!({"type": "chat", "data": {"content": "And against a cough?"}})).await;
    let second = socket.next().await;
    assert_ne!(first["session_id"], second["session_id"]);
    socket.send(&json!({"type": "chat", "data": {"content": "Go on", "session_id": first["session_id"]}})).await;
    assert_eq!(socket.next().await["session_id"], first["session_id"]);
}

#[tokio::test]
async fn help_lines_stand_in_the_text_of_a_crisis() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = door(&server, &account).await;
    socket.send(&json!({"type": "chat", "data": {"content": "I want to kill myself tonight"}})).await;
    let answer = socket.next().await;
    let mut live = account.chat(&server, "stream=1").await;
    live.send(&json!({"type": "resume", "session_id": answer["session_id"], "after_seq": 1})).await;
    let stored = live.next_message("assistant").await;
    let lines: Vec<&Value> = stored["content"]["elements"]
        .as_array()
        .expect("elements")
        .iter()
        .filter(|element| element["type"] == "resource")
        .collect();
    assert!(!lines.is_empty());
    let text = answer["content"].as_str().expect("a text");
    assert!(lines.iter().all(|line| text.contains(line["info"].as_str().expect("a text"))), "{text}");
}

#[tokio::test]
async fn the_channel_of_someone_else_is_closed() {
    let server = TestServer::start().await;
    let patient = Account::sign_up(&server, "pat").await;
    let stranger = clinician(&server, "ada").await;
    for channel in [patient.id.as_str(), "nobody"] {
        let mut socket = Socket::open(&server, &format!("/ws/{channel}"), Some(&stranger.token)).await;
        assert_eq!(socket.event().await, Err((1008, "forbidden".to_owned())), "{channel}");
    }
    // Who tried it is on the trail.
    let tries: Vec<(String,)> = server.rows("SELECT actor FROM audit WHERE reason = 'forbidden' ORDER BY n").await;
    assert_eq!(tries, [(stranger.id.clone(),), (stranger.id.clone(),)]);
}

#[tokio::test]
async fn door_1_shows_cases_inside_its_own_frames() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let mut socket = account.chat(&server, "stream=1&typing=1").await;
    socket.send(&json!({"type": "diagnosis", "data": pneumonia()})).await;
    let frames = socket.until(|frame| frame["event"]["type"] == "complete").await;
    assert!(frames.iter().all(|frame| frame["type"] == "case"), "{frames:?}");
    let numbers: Vec<u64> = frames.iter().map(|frame| frame["n"].as_u64().expect("a number")).collect();
    assert_eq!(numbers, (1..=frames.len() as u64).collect::<Vec<_>>());
    // The same case, watched from its middle through door 4.
    let mut other = door(&server, &account).await;
    other.send(&json!({"type": "watch", "case_id": frames[0]["case_id"], "after": 4})).await;
    let rest = to_the_end(&mut other).await;
    for (one, inside) in rest.iter().zip(&frames[4..]) {
        assert_eq!(one["n"], inside["n"]);
        assert_eq!(one["timestamp"], inside["event"]["timestamp"]);
        assert_eq!(one["content"], inside["event"]["content"]);
    }
    assert_eq!(rest.len(), frames.len() - 4);
}

#[tokio::test]
async fn what_one_runs_is_not_mixed_into_what_others_see() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let (mut first, mut second) = (door(&server, &account).await, door(&server, &account).await);
    first.send(&json!({"type": "diagnosis", "data": pneumonia()})).await;
    to_the_end(&mut first).await;
    assert!(second.is_quiet().await, "a case is shown to those who run or watch it");
}
