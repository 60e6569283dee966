//! Rated answers that people agreed to have read: which come in, who reads them, what is left out of them.

use std::process::Command;

use protocol::rest::UserRole;
use serde_json::{Value, json};

use crate::support::{Account, TestServer};

const QUESTION: &str = "I am Pat Tester, born 3 March 1980. Call 020 7946 0958 or me@home.example. I have a cough.";

/// Asks, and gives the answer.
async fn answered(server: &TestServer, account: &Account) -> Value {
    let mut socket = account.chat(server, "").await;
    socket.ask(QUESTION, None).await;
    socket.next_message("assistant").await
}

/// Rates an answer; `more` stands beside the rating.
async fn rate(server: &TestServer, account: &Account, answer: &Value, rating: u8, more: Value) {
    let mut body = json!({"conversation_id": answer["session_id"], "message_id": answer["id"], "rating": rating});
    let fields = body.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    let (status, thanks) = server.post("/api/feedback", &body, Some(&account.token)).await;
    assert_eq!(status, 200, "{thanks}");
}

async fn queue(server: &TestServer, reviewer: &Account, state: &str) -> Value {
    let (status, list) = server.get(&format!("/api/reviews?state={state}"), Some(&reviewer.token)).await;
    assert_eq!(status, 200, "{list}");
    list
}

async fn consent(server: &TestServer, account: &Account, agreed: bool) {
    let form = json!({"review_consent": agreed});
    let patch = server.http.patch(server.url("/auth/me")).json(&form).bearer_auth(&account.token);
    let user: Value = patch.send().await.expect("an answer").json().await.expect("a user");
    assert_eq!(user["review_consent"], json!(agreed), "{user}");
}

/// Somebody with a rated answer in the queue, and a clinician.
async fn one_in_the_queue(server: &TestServer) -> (Account, Account, String) {
    let patient = Account::sign_up(server, "pat").await;
    let answer = answered(server, &patient).await;
    rate(server, &patient, &answer, 1, json!({"review": true, "text": "Pat here: it missed my cough"})).await;
    let clinician = Account::with_role(server, "ada", UserRole::Clinician).await;
    let list = queue(server, &clinician, "open").await;
    (patient, clinician, list["reviews"][0]["id"].as_str().expect("an id").to_owned())
}

#[tokio::test]
async fn only_low_ratings_whose_person_agreed_come_in() {
    let server = TestServer::start().await;
    let patient = Account::sign_up(&server, "pat").await;
    let clinician = Account::with_role(&server, "ada", UserRole::Clinician).await;
    let answer = answered(&server, &patient).await;
    for (rating, more) in [
        (1, json!({})),
        (1, json!({"review": false})),
        (3, json!({"review": true})),
        (5, json!({"review": true})),
        (1, json!({"review": true, "message_id": null})),
    ] {
        rate(&server, &patient, &answer, rating, more).await;
    }
    assert_eq!(queue(&server, &clinician, "open").await, json!({"reviews": [], "total": 0, "open": 0}));
    rate(&server, &patient, &answer, 2, json!({"review": true})).await;
    assert_eq!(queue(&server, &clinician, "open").await["reviews"][0]["rating"], json!(2));

    // What was chosen once stands for whoever says nothing, and is not asked of whoever does.
    consent(&server, &patient, true).await;
    rate(&server, &patient, &answer, 1, json!({})).await;
    rate(&server, &patient, &answer, 1, json!({"review": false})).await;
    assert_eq!(queue(&server, &clinician, "open").await["open"], json!(2));
    // Taken back, it takes back what was given.
    consent(&server, &patient, false).await;
    assert_eq!(queue(&server, &clinician, "open").await["open"], json!(0));
}

#[tokio::test]
async fn the_choice_beside_a_rating_goes_by_the_socket_too() {
    let server = TestServer::start().await;
    let patient = Account::sign_up(&server, "pat").await;
    let mut socket = patient.chat(&server, "").await;
    socket.ask("Hello", None).await;
    let answer = socket.next_message("assistant").await;
    let rating = |review: Value| {
        json!({"type": "feedback", "session_id": answer["session_id"],
            "content": {"rating": 1, "message_id": answer["id"], "review": review}})
    };
    socket.send(&rating(json!("yes"))).await;
    let refused = socket.next_of("error").await;
    assert!(refused["error"].as_str().expect("a text").contains("content.review"), "{refused}");
    socket.send(&rating(json!(true))).await;
    socket.next_message("system").await;
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM answer_reviews").await, [(1,)]);
}

#[tokio::test]
async fn a_reviewer_reads_it_without_the_name_and_that_is_on_the_trail() {
    let server = TestServer::start().await;
    let (patient, clinician, id) = one_in_the_queue(&server).await;
    let (status, read) = server.get(&format!("/api/reviews/{id}"), Some(&clinician.token)).await;
    assert_eq!(status, 200, "{read}");
    let question = "I am [name] [name], born [date]. Call [number] or [email]. I have a cough.";
    assert_eq!((&read["question"], &read["text"]), (&json!(question), &json!("[name] here: it missed my cough")));
    assert_eq!((&read["rating"], &read["model"]), (&json!(1), &json!("scripted")));
    assert!(read["context_used"].is_array() && read["sources"].is_array(), "{read}");
    let told = read.to_string();
    for secret in [patient.id.as_str(), patient.email.as_str(), "Tester", "7946"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
    let trail: Vec<(String, String, String)> =
        server.rows("SELECT actor, subject, object FROM audit WHERE action = 'feedback.read'").await;
    assert_eq!(trail, [(clinician.id, patient.id, format!("review/{id}"))]);
}

#[tokio::test]
async fn a_verdict_closes_it_once() {
    let server = TestServer::start().await;
    let (_patient, clinician, id) = one_in_the_queue(&server).await;
    let admin = Account::with_role(&server, "root", UserRole::Admin).await;
    let path = format!("/api/reviews/{id}");
    for wrong in [json!({"verdict": "bad"}), json!({}), json!({"verdict": "fine", "note": "x".repeat(4001)})] {
        assert_eq!(server.post(&path, &wrong, Some(&clinician.token)).await.0, 422, "{wrong}");
    }
    let found = json!({"verdict": "wrong", "note": " It should ask for how long. "});
    let (status, closed) = server.post(&path, &found, Some(&clinician.token)).await;
    assert_eq!(status, 200, "{closed}");
    assert_eq!(
        (&closed["verdict"], &closed["note"], &closed["reviewer"]),
        (&json!("wrong"), &json!("It should ask for how long."), &json!("ada Tester"))
    );
    let [(note,)] = &server.rows::<(Vec<u8>,)>("SELECT note FROM answer_reviews").await[..] else { panic!("one note") };
    assert!(!note.windows(8).any(|part| part == b"how long"), "a note is sealed");
    assert_eq!(server.post(&path, &found, Some(&admin.token)).await.0, 409);
    assert_eq!(queue(&server, &admin, "open").await["total"], json!(0));
    assert_eq!(queue(&server, &admin, "closed").await["reviews"][0]["verdict"], json!("wrong"));
    let trail: Vec<(String, String)> =
        server.rows("SELECT outcome, reason FROM audit WHERE action = 'feedback.review' ORDER BY n").await;
    assert_eq!(trail[0], ("done".to_owned(), "wrong".to_owned()));
    assert_eq!(trail[1], ("refused".to_owned(), "closed".to_owned()));
}

#[tokio::test]
async fn nobody_else_reads_judges_or_takes_out() {
    let server = TestServer::start().await;
    let (patient, clinician, id) = one_in_the_queue(&server).await;
    let path = format!("/api/reviews/{id}");
    assert_eq!(server.get("/api/reviews", Some(&patient.token)).await.0, 403);
    assert_eq!(server.get(&path, Some(&patient.token)).await.0, 403, "not even one's own");
    assert_eq!(server.post(&path, &json!({"verdict": "fine"}), Some(&patient.token)).await.0, 403);
    for account in [&patient, &clinician] {
        assert_eq!(server.get("/api/feedback/export", Some(&account.token)).await.0, 403);
    }
    let denied: Vec<(i64,)> =
        server.rows("SELECT COUNT(*) FROM audit WHERE action LIKE 'feedback.%' AND outcome = 'refused'").await;
    assert_eq!(denied, [(5,)]);
    for wrong in ["nonsense", "0193a4c2-0000-7000-8000-000000000000"] {
        let (status, _) = server.get(&format!("/api/reviews/{wrong}"), Some(&clinician.token)).await;
        assert_eq!(status, 404, "{wrong}");
    }
    for wrong in ["state=old", "limit=0", "limit=101", "offset=-1"] {
        assert_eq!(server.get(&format!("/api/reviews?{wrong}"), Some(&clinician.token)).await.0, 422, "{wrong}");
    }
}

#[tokio::test]
async fn what_belongs_to_a_deleted_conversation_is_not_found() {
    let server = TestServer::with_clock(&[("restore_within", "10min")]).await;
    let (patient, clinician, id) = one_in_the_queue(&server).await;
    let sessions: Vec<(String,)> = server.rows("SELECT id FROM conversations").await;
    let request = server.http.post(server.url("/fn/delete-conversation")).form(&[("id", &sessions[0].0)]);
    let deleted = request.bearer_auth(&patient.token).header("accept", "application/json").send().await;
    assert_eq!(deleted.expect("an answer").status(), 200);
    assert_eq!(server.get(&format!("/api/reviews/{id}"), Some(&clinician.token)).await.0, 404);
    assert_eq!(queue(&server, &clinician, "open").await["open"], json!(0));
    server.pass(11 * 60_000);
    assert_eq!(server::conversations::purge(&server.app).await.expect("the store answers"), 1);
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM answer_reviews").await, [(0,)]);
}

/// The lines of a file.
fn lines(file: &str) -> Vec<Value> {
    file.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test]
async fn an_administrator_takes_out_what_was_agreed_to_without_who() {
    let server = TestServer::with_clock(&[]).await;
    let (patient, clinician, id) = one_in_the_queue(&server).await;
    let found = json!({"verdict": "unsafe", "note": "Ask Mr Brown, 020 7946 0958"});
    assert_eq!(server.post(&format!("/api/reviews/{id}"), &found, Some(&clinician.token)).await.0, 200);
    let admin = Account::with_role(&server, "root", UserRole::Admin).await;
    let export = async |query: &str| {
        let request = server.http.get(server.url(&format!("/api/feedback/export{query}"))).bearer_auth(&admin.token);
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("a body"))
    };
    let (status, file) = export("").await;
    assert_eq!(status, 200, "{file}");
    let [line] = &lines(&file)[..] else { panic!("one line: {file}") };
    assert_eq!(
        (&line["rated_on"], &line["rating"], &line["verdict"], &line["note"]),
        (&json!("2026-11-01"), &json!(1), &json!("unsafe"), &json!("Ask Mr [name], [number]"))
    );
    let sessions: Vec<(String,)> = server.rows("SELECT id FROM conversations").await;
    for secret in [&patient.id, &patient.email, &id, &sessions[0].0, &clinician.id] {
        assert!(!file.contains(secret.as_str()), "{secret}: {file}");
    }
    assert!(!file.contains("Tester") && !file.contains("7946"), "{file}");
    let (_, again) = export("?since=2026-11-01").await;
    assert_ne!(lines(&again)[0]["id"], line["id"], "ids are new in every file");
    assert_eq!(export("?since=2026-11-02").await, (200, String::new()));
    assert_eq!(export("?since=yesterday").await.0, 422);
}

#[tokio::test]
async fn more_than_the_setting_allows_is_refused_rather_than_cut() {
    let server = TestServer::with(&[("review_export_max", "1")]).await;
    let (patient, _clinician, _) = one_in_the_queue(&server).await;
    let admin = Account::with_role(&server, "root", UserRole::Admin).await;
    assert_eq!(server.get("/api/feedback/export", Some(&admin.token)).await.0, 200);
    let answer = answered(&server, &patient).await;
    rate(&server, &patient, &answer, 1, json!({"review": true})).await;
    let (status, problem) = server.get("/api/feedback/export", Some(&admin.token)).await;
    assert_eq!(status, 422);
    assert!(problem["detail"].as_str().expect("a text").contains("`since`"), "{problem}");
}

#[tokio::test]
async fn the_command_line_prints_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().display().to_string();
    // The binary reads the file in the folder, whatever the database of the other tests.
    let server = TestServer::with(&[("data", &data), ("database_url", "")]).await;
    one_in_the_queue(&server).await;
    let export = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anamnesis"));
        command.args(["feedback", "export", "--data", &data]).args(more).env_remove("DATABASE_URL");
        let output = command.current_dir(folder.path()).output().expect("it runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let (code, file) = export(&[]);
    assert_eq!((code, lines(&file).len()), (Some(0), 1), "{file}");
    assert!(file.contains("born [date]") && !file.contains("Tester"), "{file}");
    assert_eq!(export(&["--since", "2100-01-01"]), (Some(0), String::new()));
    assert_eq!(export(&["--since", "soon"]).0, Some(1));
    let trail: Vec<(String,)> =
        server.rows("SELECT actor FROM audit WHERE action = 'feedback.export' AND outcome = 'done'").await;
    assert_eq!(trail.len(), 2);
    assert!(trail.iter().all(|(actor,)| actor == "operator"));
}

#[tokio::test]
async fn the_pages_show_what_the_routes_say() {
    let server = TestServer::start().await;
    let (patient, clinician, id) = one_in_the_queue(&server).await;
    let page = async |path: &str, account: &Account| {
        let request = server.http.get(server.url(path)).bearer_auth(&account.token);
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("a page"))
    };
    let (status, list) = page("/reviews", &clinician).await;
    assert_eq!(status, 200);
    assert!(list.contains("Rated 1 of 5") && !list.contains("cough"), "{list}");
    let (status, read) = page(&format!("/reviews/{id}"), &clinician).await;
    assert_eq!(status, 200);
    assert!(read.contains("born [date]") && read.contains("Close it") && !read.contains("7946"), "{read}");
    assert_eq!(page("/reviews", &patient).await.0, 403);
    assert_eq!(page("/reviews/nonsense", &clinician).await.0, 404);
}
