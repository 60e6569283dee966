//! Who lets whom see what, and that it ends when it is ended.

use serde_json::{Value, json};

use super::{clinician, door, pneumonia, run, to_the_end};
use crate::support::{Account, Socket, TestServer};

async fn let_in(server: &TestServer, patient: &Account, clinician: &Account) -> String {
    let (status, share) =
        server.post("/api/record/shares", &json!({"email": clinician.email}), Some(&patient.token)).await;
    assert_eq!(status, 200, "{share}");
    share["id"].as_str().expect("an id").to_owned()
}

async fn delete(server: &TestServer, path: &str, account: &Account) -> u16 {
    let request = server.http.delete(server.url(path)).bearer_auth(&account.token);
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn a_patient_lets_a_clinician_in_and_out_again() {
    let server = TestServer::start().await;
    let (patient, doctor) = (Account::sign_up(&server, "pat").await, clinician(&server, "ada").await);
    let (own, _) = run(&server, &patient, "diagnosis", &pneumonia()).await;
    assert_eq!(server.get(&format!("/api/clinic/cases/{own}"), Some(&doctor.token)).await.0, 404);
    let share = let_in(&server, &patient, &doctor).await;
    assert_eq!(let_in(&server, &patient, &doctor).await, share, "once is enough");

    let (_, given) = server.get("/api/record/shares", Some(&patient.token)).await;
    assert_eq!((&given["given"][0]["with"]["name"], &given["received"]), (&json!("ada Tester"), &json!([])));
    let (_, received) = server.get("/api/record/shares", Some(&doctor.token)).await;
    assert_eq!(received["received"][0]["from"], json!({"id": patient.id, "name": "pat Tester"}));

    // The record: cases and channel.
    assert_eq!(server.get(&format!("/api/clinic/cases/{own}"), Some(&doctor.token)).await.0, 200);
    let (_, list) = server.get(&format!("/api/clinic/cases?patient={}", patient.id), Some(&doctor.token)).await;
    assert_eq!((&list["total"], &list["cases"][0]["is_own"]), (&json!(1), &json!(false)));
    let channel = format!("/ws/{}", patient.id);
    let mut socket = Socket::open(&server, &channel, Some(&doctor.token)).await;
    socket.send(&json!({"type": "diagnosis", "data": pneumonia()})).await;
    let frames = to_the_end(&mut socket).await;
    let case = frames[0]["case_id"].as_str().expect("an id");
    let (_, opened) = server.get(&format!("/api/clinic/cases/{case}"), Some(&doctor.token)).await;
    assert_eq!((&opened["patient_id"], &opened["is_own"]), (&json!(patient.id), &json!(true)));
    // It is the clinician's until they share it.
    assert_eq!(server.get(&format!("/api/clinic/cases/{case}"), Some(&patient.token)).await.0, 404);

    assert_eq!(delete(&server, &format!("/api/record/shares/{share}"), &patient).await, 200);
    assert_eq!(socket.closed().await, (1008, "forbidden".to_owned()));
    let mut socket = Socket::open(&server, &channel, Some(&doctor.token)).await;
    assert_eq!(socket.event().await, Err((1008, "forbidden".to_owned())));
    assert_eq!(server.get(&format!("/api/clinic/cases/{own}"), Some(&doctor.token)).await.0, 404);
    assert_eq!(delete(&server, &format!("/api/record/shares/{share}"), &patient).await, 404);
    let trail: Vec<(String,)> =
        server.rows("SELECT action FROM audit WHERE action LIKE 'share.%' AND outcome = 'done' ORDER BY n").await;
    assert_eq!(trail, [("share.create".to_owned(),), ("share.end".to_owned(),)]);
}

#[tokio::test]
async fn only_clinicians_are_let_in() {
    let server = TestServer::start().await;
    let (patient, other) = (Account::sign_up(&server, "pat").await, Account::sign_up(&server, "bob").await);
    for email in [other.email.as_str(), patient.email.as_str(), "nobody@people.example", "nonsense"] {
        let (status, _) = server.post("/api/record/shares", &json!({"email": email}), Some(&patient.token)).await;
        assert_eq!(status, 404, "{email}");
    }
    let denied: Vec<(i64,)> = server.rows("SELECT COUNT(*) FROM audit WHERE action = 'share.create'").await;
    assert_eq!(denied, [(4,)]);
}

#[tokio::test]
async fn a_share_is_not_ended_by_a_third() {
    let server = TestServer::start().await;
    let (patient, doctor) = (Account::sign_up(&server, "pat").await, clinician(&server, "ada").await);
    let third = clinician(&server, "cleo").await;
    let share = let_in(&server, &patient, &doctor).await;
    assert_eq!(delete(&server, &format!("/api/record/shares/{share}"), &third).await, 404);
    // But by whom it was given to.
    assert_eq!(delete(&server, &format!("/api/record/shares/{share}"), &doctor).await, 200);
}

#[tokio::test]
async fn a_clinician_shows_a_case_to_its_patient_and_takes_it_back() {
    let server = TestServer::start().await;
    let (patient, doctor) = (Account::sign_up(&server, "pat").await, clinician(&server, "ada").await);
    let (case, _) = run(&server, &doctor, "diagnosis", &pneumonia()).await;
    let (path, open) = (format!("/api/clinic/cases/{case}/share"), format!("/api/clinic/cases/{case}"));
    let by_id = json!({"user_id": patient.id});
    assert_eq!(server.post(&path, &by_id, Some(&doctor.token)).await.0, 404, "by id only with a shared record");
    for wrong in [json!({}), json!({"email": patient.email, "user_id": patient.id})] {
        assert_eq!(server.post(&path, &wrong, Some(&doctor.token)).await.0, 422, "{wrong}");
    }
    assert_eq!(server.post(&path, &json!({"email": "nobody@x.example"}), Some(&doctor.token)).await.0, 404);
    let (status, share) = server.post(&path, &json!({"email": patient.email}), Some(&doctor.token)).await;
    assert_eq!((status, &share["kind"], &share["case_id"]), (200, &json!("case"), &json!(case)));

    let (_, list) = server.get("/api/clinic/cases", Some(&patient.token)).await;
    assert_eq!((&list["total"], &list["cases"][0]["is_own"]), (&json!(1), &json!(false)));
    let (status, shown) = server.get(&open, Some(&patient.token)).await;
    assert_eq!((status, &shown["shared_with"]), (200, &json!([])), "whom else is the owner's business");
    let (_, own) = server.get(&open, Some(&doctor.token)).await;
    assert_eq!(own["shared_with"][0]["with"]["id"], json!(patient.id));
    let mut socket = door(&server, &patient).await;
    socket.send(&json!({"type": "watch", "case_id": case, "after": 0})).await;
    to_the_end(&mut socket).await;
    let review = json!({"decision": "accept"});
    assert_eq!(server.post(&format!("{open}/review"), &review, Some(&patient.token)).await.0, 403);

    assert_eq!(delete(&server, &format!("{path}/{}", patient.id), &doctor).await, 200);
    assert_eq!(server.get(&open, Some(&patient.token)).await.0, 404);
    socket.send(&json!({"type": "watch", "case_id": case, "after": 0})).await;
    let frame: Value = socket.next().await;
    assert_eq!(frame["code"], "not_found");
}
