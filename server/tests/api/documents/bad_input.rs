//! What is refused, with what is wrong; and that nothing of it stays.

use serde_json::{Value, json};

use super::{get, id, letter, made, uploaded};
use crate::support::{Account, TestServer};

async fn refused(server: &TestServer, ada: &Account, name: &str, bytes: Vec<u8>) -> (u16, String) {
    let (status, problem) = ada.upload(server, name, bytes).await;
    assert_eq!(problem["status"], json!(status), "a problem: {problem}");
    (status, problem["detail"].as_str().expect("a text").to_owned())
}

async fn nothing_is_left(server: &TestServer, ada: &Account) {
    assert_eq!(get(server, ada, "/api/documents").await.1["documents"], json!([]));
    let left = server.rows::<(i64,)>("SELECT (SELECT COUNT(*) FROM documents) + (SELECT COUNT(*) FROM document_parts)");
    assert_eq!(left.await, [(0,)]);
}

#[tokio::test]
async fn files_that_can_t_be_taken_say_why_and_leave_nothing() {
    let server = TestServer::with(&[("document_unpacked_bytes", "8388608"), ("document_pages", "3")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let spaces = vec![b' '; 32 << 20];
    let deep = format!("{}x{}", "<w:p>".repeat(2_000), "</w:p>".repeat(2_000));
    let pages: Vec<_> = (0..4).map(|_| vec![(700, 11, "Said.")]).collect();
    let locked = made::written(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
            b"<< /Filter /Standard /V 1 /R 2 /O (01234567890123456789012345678901) /U (01234567890123456789012345678901) /P -4 >>"
                .to_vec(),
        ],
        "/Encrypt 3 0 R /ID [(a)(b)] ",
    );
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("x.pdf", Vec::new(), 422, "0 bytes"),
        ("letter.pdf", b"MZ\x90\0\x03".to_vec(), 415, "none of the kinds"),
        ("letter.docx", made::zip_of(&[("letter.pdf", &letter())]), 415, "one by one"),
        ("letter.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), 415, ".docx"),
        ("photo.jpg", b"\0\0\0\x18ftypheic".to_vec(), 415, "HEIC"),
        ("bomb.docx", made::zip_of(&[("word/document.xml", &spaces)]), 422, "packed so that it grows"),
        ("bomb.pdf", made::pdf_of(std::slice::from_ref(&spaces), true), 422, "packed so that it grows"),
        ("deep.docx", made::docx(&deep), 422, "levels within each other"),
        ("scan.pdf", made::pdf(&[vec![], vec![]], false), 422, "OCR) is not built in"),
        ("locked.pdf", locked, 422, "password"),
        ("long.pdf", made::pdf(&pages, false), 422, "has 4 pages; 3 is the most"),
        ("spoilt.pdf", b"%PDF-1.4 and nothing more".to_vec(), 422, "damaged"),
        ("cut.png", made::png()[..40].to_vec(), 422, "damaged"),
        ("blank.txt", b" \n\n ".to_vec(), 422, "no text"),
    ];
    for (name, bytes, status, word) in cases {
        let (said, detail) = refused(&server, &ada, name, bytes).await;
        assert_eq!(said, status, "{name}: {detail}");
        assert!(detail.contains(word), "{name}: {detail}");
    }
    nothing_is_left(&server, &ada).await;
}

#[tokio::test]
async fn a_file_is_taken_for_what_it_is_and_not_for_what_it_is_called() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    for (name, bytes, kind) in
        [("letter.txt", letter(), "pdf"), ("x.pdf", made::png(), "png"), ("x.exe", b"Just words.".to_vec(), "txt")]
    {
        let (status, document) = ada.upload(&server, name, bytes).await;
        assert_eq!((status, &document["kind"]), (201, &json!(kind)), "{document}");
    }
}

#[tokio::test]
async fn what_is_too_large_names_the_limit() {
    let server = TestServer::with(&[("document_bytes", "1048576")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    for size in [(1 << 20) + 1, 3 << 20] {
        let part = reqwest::multipart::Part::bytes(vec![b'x'; size]).file_name("x.txt");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = server.http.post(server.url("/api/documents")).bearer_auth(&ada.token).multipart(form);
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 413);
        let problem: Value = response.json().await.expect("a problem");
        let detail = problem["detail"].as_str().expect("a text");
        assert!(detail.contains("1 MiB is the most") || detail.contains("1024 KiB is the most"), "{detail}");
    }
    nothing_is_left(&server, &ada).await;
}

#[tokio::test]
async fn a_form_without_a_file_says_so() {
    let server = TestServer::start().await;
    let ada = Account::sign_up(&server, "ada").await;
    let post = |form| server.http.post(server.url("/api/documents")).bearer_auth(&ada.token).multipart(form).send();
    let other = reqwest::multipart::Part::bytes(letter()).file_name("x.pdf");
    let forms = [
        (reqwest::multipart::Form::new().text("other", "words"), "no file in the field"),
        (reqwest::multipart::Form::new().part("other", other), "no file in the field"),
        (reqwest::multipart::Form::new().text("file", "words"), "holds no file"),
    ];
    for (form, word) in forms {
        let response = post(form).await.expect("an answer");
        assert_eq!(response.status().as_u16(), 400);
        let problem: Value = response.json().await.expect("a problem");
        assert!(problem["detail"].as_str().expect("a text").contains(word), "{problem}");
    }
    let (status, problem) = server.post("/api/documents", &json!({"file": "x"}), Some(&ada.token)).await;
    assert_eq!(status, 415, "{problem}");
    let broken = server.http.post(server.url("/api/documents")).bearer_auth(&ada.token);
    let broken = broken.header("content-type", "multipart/form-data; boundary=x").body("--x\r\nnonsense");
    assert_eq!(broken.send().await.expect("an answer").status().as_u16(), 400);
    let stranger = server.http.post(server.url("/api/documents")).body("x").send().await.expect("an answer");
    assert_eq!(stranger.status().as_u16(), 401);
}

#[tokio::test]
async fn there_is_room_for_so_many_and_so_much() {
    let server = TestServer::with(&[("documents_per_user", "2"), ("documents_bytes_per_user", "1000")]).await;
    let (ada, bob) = (Account::sign_up(&server, "ada").await, Account::sign_up(&server, "bob").await);
    let (status, detail) = refused(&server, &ada, "x.txt", "word ".repeat(300).into_bytes()).await;
    assert_eq!(status, 409, "{detail}");
    let first = uploaded(&server, &ada, "one.txt", b"One.".to_vec()).await;
    uploaded(&server, &ada, "two.txt", b"Two.".to_vec()).await;
    let (status, detail) = refused(&server, &ada, "three.txt", b"Three.".to_vec()).await;
    assert_eq!(status, 409);
    assert!(detail.contains("2 documents, which is the most"), "{detail}");
    uploaded(&server, &bob, "one.txt", b"One.".to_vec()).await;
    assert_eq!(server.send("DELETE", &format!("/api/documents/{first}"), None, &ada.token).await.0, 200);
    uploaded(&server, &ada, "three.txt", b"Three.".to_vec()).await;
}

#[tokio::test]
async fn another_s_document_is_not_found_in_any_way() {
    let server = TestServer::start().await;
    let (ada, bob) = (Account::sign_up(&server, "ada").await, Account::sign_up(&server, "bob").await);
    let (_, document) = ada.upload(&server, "letter.pdf", letter()).await;
    let nobodys = "0193a4c2-0000-7000-8000-000000000000";
    for id in [id(&document), nobodys, "x'; DROP TABLE documents"] {
        let path = format!("/api/documents/{}", id.replace(' ', "%20"));
        for (method, path, body) in
            [("GET", path.clone(), None), ("GET", format!("{path}/content"), None), ("DELETE", path.clone(), None)]
        {
            let (status, answer) = server.send(method, &path, body, &bob.token).await;
            assert_eq!((status, &answer["detail"]), (404, &json!("There is no such document.")), "{method} {path}");
        }
        let mut socket = bob.chat(&server, "").await;
        socket.send(&json!({"type": "user_message", "content": {"text": "What is this?", "attachments": [id]}})).await;
        let error = socket.next_of("error").await;
        assert_eq!((&error["code"], &error["error"]), (&json!("not_found"), &json!("There is no such document.")));
    }
    assert_eq!(get(&server, &ada, &format!("/api/documents/{}", id(&document))).await.0, 200);
    for (query, field) in [("", "q"), ("?q=", "q"), ("?q=x&limit=0", "limit"), ("?q=x&limit=x", "limit")] {
        let (status, problem) = get(&server, &ada, &format!("/api/documents/search{query}")).await;
        assert_eq!(status, 422, "{problem}");
        assert!(problem["detail"].as_str().expect("a text").contains(&format!("`{field}`")), "{problem}");
    }
}
