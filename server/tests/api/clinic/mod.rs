//! The clinic: door 4, cases on door 1, REST, shares, and what is refused.

mod bad_input;
mod cases;
mod door;
mod export;
mod r4;
mod restart;
mod shares;
mod tools;
mod watch;

use protocol::rest::UserRole;
use serde_json::{Value, json};

use crate::support::{Account, Socket, TestServer};

/// Somebody with the role of a clinician.
async fn clinician(server: &TestServer, name: &str) -> Account {
    Account::with_role(server, name, UserRole::Clinician).await
}

/// Door 4 on one's own channel.
async fn door(server: &TestServer, account: &Account) -> Socket {
    Socket::open(server, &format!("/ws/{}", account.id), Some(&account.token)).await
}

/// A chest infection, as PROTOCOL.md writes it.
fn pneumonia() -> Value {
    json!({
        "symptoms": [
            {"name": "fever", "severity": "moderate", "duration": "3 days"},
            {"name": "productive cough", "duration": "3 days"},
            {"name": "pleuritic chest pain"},
            "breathlessness",
        ],
        "vitals": {"temperature": 38.5, "heart_rate": 95, "blood_pressure": "130/80", "respiratory_rate": 24,
                   "oxygen_saturation": 94, "consciousness": "alert", "on_oxygen": false},
        "history": {"age": 45, "sex": "male", "allergies": ["penicillin"], "conditions": ["hypertension"],
                    "medications": ["lisinopril"]},
    })
}

/// Its treatment, for someone who must not have penicillin.
fn treatment() -> Value {
    json!({
        "diagnosis": "Community-acquired pneumonia",
        "patient_info": {"age": 45, "weight": 75, "sex": "male", "renal_function": "normal",
                         "hepatic_function": "normal", "current_medications": ["warfarin"], "creatinine_mg_dl": 1.0},
        "allergies": ["penicillin"],
    })
}

/// Runs a case over REST; its id and its result.
async fn run(server: &TestServer, account: &Account, kind: &str, data: &Value) -> (String, Value) {
    let (status, answer) = server.post(&format!("/api/clinic/{kind}"), data, Some(&account.token)).await;
    assert_eq!(status, 200, "{answer}");
    (answer["case_id"].as_str().expect("an id").to_owned(), answer)
}

/// All frames up to the end of a case.
async fn to_the_end(socket: &mut Socket) -> Vec<Value> {
    socket.until(|frame| frame["type"] == "complete").await
}

/// A frame in a few words.
fn brief(frame: &Value) -> String {
    match frame["type"].as_str().expect("a type") {
        "progress" => format!("{} {}", frame["stage"].as_str().expect("a stage"), frame["progress"]),
        "stream_chunk" => {
            let content = frame["content"].as_object().expect("an object");
            let word = ["findings", "scores", "modifiers", "excluded", "medication", "interaction", "monitoring"]
                .into_iter()
                .find(|word| content.contains_key(*word));
            word.unwrap_or("candidate").to_owned()
        }
        other => other.to_owned(),
    }
}

/// Frames in a few words, the same ones that follow each other counted as one.
fn briefs(frames: &[Value]) -> Vec<String> {
    let mut briefs: Vec<String> = frames.iter().map(brief).collect();
    briefs.dedup();
    briefs
}
