//! Documents and pictures: taken in by content, sealed, found, cited, shared, gone.

#[path = "../../../../crates/documents/tests/made/mod.rs"]
#[expect(dead_code, reason = "the files of another crate's tests, of which these need a part")]
mod made;

mod attached;
mod bad_input;
mod restart;
mod sharing;

use serde_json::{Value, json};

use crate::support::{Account, TestServer};

/// A letter of two pages.
fn letter() -> Vec<u8> {
    made::pdf(
        &[
            vec![
                (780, 22, "Discharge letter"),
                (740, 15, "Medicines"),
                (715, 11, "Apixaban 5 mg twice a day was started for atrial fibrillation."),
                (701, 11, "Do not take ibuprofen with it."),
            ],
            vec![(780, 15, "Follow up"), (750, 11, "A blood test of the kidneys in six weeks.")],
        ],
        true,
    )
}

fn id(document: &Value) -> &str {
    document["id"].as_str().unwrap_or_else(|| panic!("an id: {document}"))
}

async fn uploaded(server: &TestServer, person: &Account, name: &str, bytes: Vec<u8>) -> String {
    let (status, document) = person.upload(server, name, bytes).await;
    assert_eq!((status, &document["status"]), (201, &json!("ready")), "{document}");
    id(&document).to_owned()
}

async fn get(server: &TestServer, person: &Account, path: &str) -> (u16, Value) {
    server.get(path, Some(&person.token)).await
}

async fn page(server: &TestServer, person: &Account, path: &str) -> (u16, String) {
    let request = server.http.get(server.url(path)).bearer_auth(&person.token).header("accept", "text/html");
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("a page"))
}

#[tokio::test]
async fn a_document_is_taken_in_listed_opened_found_and_deleted() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    let (status, document) = ada.upload(&server, "letters/of the ward.pdf", letter()).await;
    assert_eq!(status, 201, "{document}");
    assert_eq!((&document["name"], &document["kind"]), (&json!("of the ward.pdf"), &json!("pdf")));
    assert_eq!((&document["title"], &document["pages"]), (&json!("Discharge letter"), &json!(2)));
    assert_eq!((&document["passages"], &document["shared"]), (&json!(2), &json!(false)));
    let document = id(&document);

    let (_, list) = get(&server, &ada, "/api/documents").await;
    assert_eq!(list["documents"].as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!((&list["limits"]["used"], &list["limits"]["file_bytes"]), (&json!(1), &json!(20_971_520)));
    let (_, opened) = get(&server, &ada, &format!("/api/documents/{document}")).await;
    assert_eq!(opened["text"][0]["headings"], json!(["Discharge letter", "Medicines"]));
    assert_eq!((&opened["text"][1]["page"], &opened["text"][0]["start"]), (&json!(2), &json!(0)));

    let (_, found) = get(&server, &ada, "/api/documents/search?q=apixaban+and+ibuprofen&limit=50").await;
    let results = found["results"].as_array().expect("a list");
    let own = json!(format!("documents/{document}"));
    let best = results.iter().find(|it| it["id"] == own).unwrap_or_else(|| panic!("it is found: {found}"));
    assert_eq!(best["title"], "Discharge letter – Medicines, page 1");
    assert!(results.iter().any(|it| it["id"].to_string().contains("library/")), "beside the library: {found}");
    let score = |it: &Value| it["score"].as_f64().expect("a number");
    assert!(results.is_sorted_by(|a, b| score(a) >= score(b)), "ranked together: {found}");

    let (status, shown) = page(&server, &ada, best["url"].as_str().expect("an address")).await;
    assert_eq!(status, 200);
    assert!(shown.contains("<mark id=\"passage\">Apixaban 5 mg twice a day"), "{shown}");
    let (_, listed) = page(&server, &ada, "/documents").await;
    assert!(listed.contains("of the ward.pdf") && listed.contains("2 pages"), "{listed}");

    for table in ["SELECT head FROM documents", "SELECT body FROM document_passages", "SELECT body FROM document_parts"]
    {
        let rows = server.rows::<(Vec<u8>,)>(table).await;
        assert!(!rows.is_empty());
        for (sealed,) in rows {
            let text = String::from_utf8_lossy(&sealed).to_lowercase();
            assert!(!text.contains("ward") && !text.contains("apixaban") && !text.contains("%pdf"), "{table}");
        }
    }

    let path = format!("/api/documents/{document}");
    assert_eq!(server.send("DELETE", &path, None, &ada.token).await.0, 200);
    assert_eq!(get(&server, &ada, &path).await.0, 404);
    assert_eq!(server.send("DELETE", &path, None, &ada.token).await.0, 404);
    let (_, found) = get(&server, &ada, "/api/documents/search?q=apixaban").await;
    assert!(!found.to_string().contains("documents/"), "{found}");
    let left = server.rows::<(i64,)>(
        "SELECT (SELECT COUNT(*) FROM documents) + (SELECT COUNT(*) FROM document_parts) + (SELECT COUNT(*) FROM document_passages)",
    );
    assert_eq!(left.await, [(0,)]);
    let trail: Vec<(String, String)> =
        server.rows("SELECT action, outcome FROM audit WHERE action LIKE 'document.%' ORDER BY n").await;
    let trail: Vec<_> = trail.iter().map(|(action, outcome)| (action.as_str(), outcome.as_str())).collect();
    assert_eq!(
        trail,
        [
            ("document.create", "done"),
            ("document.delete", "done"),
            ("document.read", "refused"),
            ("document.delete", "refused"),
        ]
    );
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_and_is_never_run_here() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    // Of more than one part.
    let page = format!("<html><body><p>Read me.</p><!-- {} --><script>alert(1)</script>", "x".repeat(2_500_000));
    let document = uploaded(&server, &ada, "a \"page\".html", page.clone().into_bytes()).await;
    let address = server.url(&format!("/api/documents/{document}/content"));
    let response = server.http.get(&address).bearer_auth(&ada.token).send().await.expect("an answer");
    let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(header("content-disposition"), "attachment; filename*=UTF-8''a%20%22page%22.html");
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff".into(), "no-store".into()));
    assert_eq!(response.bytes().await.expect("a body"), page.as_bytes());
}

#[tokio::test]
async fn an_answer_cites_what_somebody_uploaded_and_nobody_elses() {
    let server = TestServer::with(&[("model", "builtin")]).await;
    let (ada, bob) = (Account::sign_up(&server, "ada").await, Account::sign_up(&server, "bob").await);
    let document = uploaded(&server, &ada, "letter.pdf", letter()).await;
    let question = "What does my discharge letter say about apixaban?";
    for (person, cites) in [(&ada, true), (&bob, false)] {
        let mut socket = person.chat(&server, "").await;
        socket.ask(question, None).await;
        let answer = socket.next_message("assistant").await;
        let sources = answer["metadata"]["sources"].as_array().expect("a list");
        let own = sources.iter().position(|source| source["id"] == json!(format!("documents/{document}")));
        assert_eq!(own.is_some(), cites, "{answer}");
        let text = answer["content"]["text"].as_str().expect("a text");
        assert_eq!(text.contains("Apixaban 5 mg twice a day was started"), cites, "{text}");
        if let Some(own) = own {
            assert!(text.contains(&format!("[{}]", own + 1)), "{text}");
            let source = &sources[own];
            let url = source["url"].as_str().expect("an address");
            assert_eq!(url, format!("/documents/{document}?from={}&to={}#passage", source["start"], source["end"]));
            assert!(page(&server, person, url).await.1.contains("<mark id=\"passage\">Apixaban"));
            assert!(answer["metadata"]["context_used"].to_string().contains("Your document: Discharge letter"));
        }
    }
    // What has nothing to do with it is answered without it.
    let mut socket = ada.chat(&server, "").await;
    socket.ask("How do I get rid of head lice?", None).await;
    let answer = socket.next_message("assistant").await;
    assert!(!answer["metadata"]["sources"].to_string().contains("documents/"), "{answer}");
}

#[tokio::test]
async fn a_plain_form_is_led_back_to_the_page() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    for (bytes, goes_to) in [(letter(), "/documents"), (b"MZ\x90\0".to_vec(), "/documents?problem=kind")] {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("x.pdf");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = server.http.post(server.url("/api/documents")).bearer_auth(&ada.token).multipart(form);
        let response = request.header("accept", "text/html,*/*").send().await.expect("an answer");
        assert_eq!(
            (response.status().as_u16(), &response.headers()["location"]),
            (303, &goes_to.parse().expect("text"))
        );
    }
    assert!(page(&server, &ada, "/documents?problem=kind").await.1.contains("kind of file can’t be read"));
}
