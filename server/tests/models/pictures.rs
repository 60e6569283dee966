//! Pictures and documents with a question: what a model that sees is sent, and what another is not.

#[path = "../../../crates/documents/tests/made/mod.rs"]
#[expect(dead_code, reason = "the files of another crate's tests, of which these need a part")]
mod made;

use base64::Engine as _;
use serde_json::{Value, json};

use super::provider::{Provider, openai_answer};
use super::support::{Account, TestServer};

async fn server(url: &str, pairs: &[(&str, &str)]) -> TestServer {
    let mut all = vec![("model", "openai:test-model"), ("model_url", url), ("model_tied", "0")];
    all.extend(pairs);
    TestServer::with(&all).await
}

async fn uploaded(server: &TestServer, person: &Account, name: &str, bytes: Vec<u8>) -> String {
    let (status, document) = person.upload(server, name, bytes).await;
    assert_eq!(status, 201, "{document}");
    document["id"].as_str().expect("an id").to_owned()
}

async fn ask(server: &TestServer, person: &Account, text: &str, attachments: &[&str]) -> Value {
    let mut socket = person.chat(server, "").await;
    socket.send(&json!({"type": "user_message", "content": {"text": text, "attachments": attachments}})).await;
    socket.next_message("assistant").await
}

fn last(body: &Value) -> &Value {
    let messages = body["messages"].as_array().expect("messages");
    &messages.last().expect("a question")["content"]
}

#[tokio::test]
async fn what_is_read_off_a_picture_need_not_rest_on_the_library() {
    const READ: &str = "The letter says that your appointment was moved to a Tuesday in the old town hall.";
    let provider = Provider::start(vec![openai_answer(&[READ])]).await;
    let server = server(&provider.url, &[("model_sees", "1"), ("model_tied", "0.34")]).await;
    let ada = Account::sign_up(&server, "ada").await;
    let picture = uploaded(&server, &ada, "letter.jpg", made::jpeg()).await;
    let answer = ask(&server, &ada, "What does this letter say?", &[&picture]).await;
    assert!(answer["content"]["text"].as_str().expect("a text").starts_with(READ), "{answer}");
}

#[tokio::test]
async fn a_model_that_sees_is_sent_the_picture_and_one_that_does_not_is_told_of_it() {
    for sees in ["1", "0"] {
        let provider = Provider::start(vec![openai_answer(&["It looks like a rash."])]).await;
        let server = server(&provider.url, &[("model_sees", sees)]).await;
        let ada = Account::sign_up(&server, "ada").await;
        let picture = uploaded(&server, &ada, "rash.jpg", made::jpeg()).await;
        let answer = ask(&server, &ada, "How can I bring down a fever?", &[&picture]).await;
        let asked = provider.asked();
        let content = last(&asked[0].body).clone();
        let shown = answer["metadata"]["context_used"].to_string();
        if sees == "1" {
            let url = content[1]["image_url"]["url"].as_str().unwrap_or_else(|| panic!("a picture: {content}"));
            let data = url.strip_prefix("data:image/jpeg;base64,").expect("the picture itself");
            let sent = base64::engine::general_purpose::STANDARD.decode(data).expect("base64");
            assert!(sent.starts_with(b"\xff\xd8") && !String::from_utf8_lossy(&sent).contains("GPS"));
            assert!(content[0]["text"].as_str().expect("a text").contains("How can I bring down a fever?"));
            assert!(shown.contains("Pictures: 1"), "{shown}");
        } else {
            let text = content.as_str().expect("a text");
            assert!(text.contains("A picture came with it, which you can't see."), "{text}");
            assert!(!asked[0].body.to_string().contains("base64"));
        }
    }
}

#[tokio::test]
async fn a_model_is_shown_what_is_attached_and_nothing_else_of_the_documents_unless_it_may_be() {
    let letter = b"# Letter\n\nApixaban 5 mg was started for atrial fibrillation in the spring.".to_vec();
    for (setting, attach, is_shown) in [("0", false, false), ("0", true, true), ("1", false, true)] {
        let provider = Provider::start(vec![openai_answer(&["Apixaban 5 mg was started [1]."])]).await;
        let server = server(&provider.url, &[("model_documents", setting)]).await;
        let ada = Account::sign_up(&server, "ada").await;
        let document = uploaded(&server, &ada, "letter.md", letter.clone()).await;
        let attached: &[&str] = if attach { &[&document] } else { &[] };
        ask(&server, &ada, "What does my letter say about apixaban?", attached).await;
        let asked = provider.asked();
        let said = asked.iter().any(|one| one.body.to_string().contains("in the spring"));
        assert_eq!(said, is_shown, "model_documents={setting}, attached: {attach}");
    }
}
