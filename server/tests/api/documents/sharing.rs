//! A clinician lets their patients see a document, for as long as both sides let it.

use protocol::rest::UserRole;
use serde_json::{Value, json};

use super::{get, letter, page, uploaded};
use crate::support::{Account, TestServer};

async fn sees(server: &TestServer, person: &Account, document: &str) -> [bool; 3] {
    let (_, list) = get(server, person, "/api/documents").await;
    let (_, found) = get(server, person, "/api/documents/search?q=apixaban").await;
    let (status, _) = get(server, person, &format!("/api/documents/{document}")).await;
    [list.to_string().contains(document), found.to_string().contains(document), status == 200]
}

#[tokio::test]
async fn a_clinician_s_document_is_seen_by_their_patients_until_either_ends_it() {
    let server = TestServer::start().await;
    let doctor = Account::with_role(&server, "doc", UserRole::Clinician).await;
    let (pat, stranger) = (Account::sign_up(&server, "pat").await, Account::sign_up(&server, "eve").await);
    let document = uploaded(&server, &doctor, "leaflet.pdf", letter()).await;
    let let_in = json!({"email": doctor.email});
    let (_, share) = server.post("/api/record/shares", &let_in, Some(&pat.token)).await;
    assert_eq!(sees(&server, &pat, &document).await, [false; 3], "it is not shared yet");

    let path = format!("/api/documents/{document}");
    let set = async |shared: bool| server.send("PATCH", &path, Some(&json!({"shared": shared})), &doctor.token).await;
    let (status, shared) = set(true).await;
    assert_eq!((status, &shared["shared"]), (200, &json!(true)), "{shared}");
    assert_eq!(sees(&server, &pat, &document).await, [true; 3]);
    assert_eq!(sees(&server, &stranger, &document).await, [false; 3]);
    let (_, opened) = get(&server, &pat, &path).await;
    assert_eq!(opened["from"]["name"], "doc Tester");
    assert!(page(&server, &pat, "/documents").await.1.contains("Shared with you"));
    let looks: Vec<(String, String)> =
        server.rows("SELECT actor, subject FROM audit WHERE action = 'document.read' AND outcome = 'done'").await;
    assert!(looks.contains(&(pat.id.clone(), doctor.id.clone())), "{looks:?}");

    // To be read only.
    assert_eq!(server.send("DELETE", &path, None, &pat.token).await.0, 404);
    assert_eq!(server.send("PATCH", &path, Some(&json!({"shared": false})), &pat.token).await.0, 403);
    assert_eq!(get(&server, &pat, "/api/documents").await.1["limits"]["used"], json!(0));

    set(false).await;
    assert_eq!(sees(&server, &pat, &document).await, [false; 3], "the clinician ended it");
    set(true).await;
    let share = format!("/api/record/shares/{}", share["id"].as_str().expect("an id"));
    assert_eq!(server.send("DELETE", &share, None, &pat.token).await.0, 200);
    assert_eq!(sees(&server, &pat, &document).await, [false; 3], "the patient ended it");
    assert_eq!(sees(&server, &doctor, &document).await, [true; 3]);
}

#[tokio::test]
async fn only_a_clinician_shares_and_only_their_own() {
    let server = TestServer::start().await;
    let doctor = Account::with_role(&server, "doc", UserRole::Clinician).await;
    let pat = Account::sign_up(&server, "pat").await;
    let document = uploaded(&server, &pat, "letter.pdf", letter()).await;
    let path = format!("/api/documents/{document}");
    let body = json!({"shared": true});
    assert_eq!(server.send("PATCH", &path, Some(&body), &pat.token).await.0, 403);
    assert_eq!(server.send("PATCH", &path, Some(&body), &doctor.token).await.0, 404);
    let wrong: Value = json!({"shared": "yes"});
    assert_eq!(server.send("PATCH", &path, Some(&wrong), &doctor.token).await.0, 422);
    // That a record is shared shows a clinician no document.
    server.post("/api/record/shares", &json!({"email": doctor.email}), Some(&pat.token)).await;
    assert_eq!(sees(&server, &doctor, &document).await, [false; 3]);
}
