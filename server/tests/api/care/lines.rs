//! Help lines by country: of the profile, else of the browser's locale, else asked for behind everything else.

use serde_json::{Value, json};

use super::ids;
use crate::support::{Account, Socket, TestServer};

const DANGER: &str = "I want to kill myself. I have decided to do it tonight.";

async fn with_locale(server: &TestServer, account: &Account, locale: Option<&str>) -> Socket {
    let mut headers = vec![("authorization", format!("Bearer {}", account.token))];
    headers.extend(locale.map(|locale| ("accept-language", locale.to_owned())));
    let mut socket = Socket::open_with(server, "/ws/chat", &headers).await;
    socket.next().await;
    socket
}

async fn answer(socket: &mut Socket, words: &str) -> Value {
    socket.ask(words, None).await;
    socket.next_message("assistant").await
}

fn lines(message: &Value) -> Vec<&str> {
    ids(&message["content"], "resource")
}

fn text(message: &Value) -> &str {
    message["content"]["text"].as_str().expect("text")
}

#[tokio::test]
async fn the_locale_names_the_country_and_the_profile_comes_before_it() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = with_locale(&server, &account, Some("en-GB,en;q=0.9")).await;
    let said = answer(&mut socket, DANGER).await;
    assert!(lines(&said).iter().any(|id| id.starts_with("gb")), "{:?}", lines(&said));
    assert!(ids(&said["content"], "button").is_empty(), "nothing is asked: {said}");

    let ben = Account::sign_up(&server, "ben").await;
    let patch = server.http.patch(server.url("/auth/me")).bearer_auth(&ben.token).json(&json!({"country": "DE"}));
    assert_eq!(patch.send().await.expect("an answer").status(), 200);
    let mut socket = with_locale(&server, &ben, Some("en-GB")).await;
    let said = answer(&mut socket, DANGER).await;
    assert!(lines(&said).iter().any(|id| id.starts_with("de")), "{:?}", lines(&said));
    // The country of a locale is on no trail and in no row in the clear.
    let bodies: Vec<(Vec<u8>,)> = server.rows("SELECT body FROM messages").await;
    assert!(bodies.iter().all(|(body,)| !String::from_utf8_lossy(body).contains("\"GB\"")));
}

#[tokio::test]
async fn without_a_country_it_is_asked_once_behind_the_number_and_what_is_tapped_brings_its_lines() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = with_locale(&server, &account, None).await;
    let said = answer(&mut socket, DANGER).await;
    assert!(!lines(&said).is_empty(), "help is there before anything is asked: {said}");
    let buttons = ids(&said["content"], "button");
    assert!(buttons.contains(&"choice_country_IE") && buttons.contains(&"choice_country_other"), "{buttons:?}");
    let (number, asks) = (text(&said).find("112").expect("a number"), text(&said).find("your country").expect("asked"));
    assert!(number < asks, "{}", text(&said));

    let session = &said["session_id"];
    let press = json!({"type": "interaction", "session_id": session,
        "content": {"action": "button_click", "id": "choice_country_IE"}});
    socket.send(&press).await;
    let said = socket.next_message("assistant").await;
    assert!(text(&said).starts_with("These are the lines in Ireland."), "{}", text(&said));
    assert!(lines(&said).iter().any(|id| id.starts_with("ie")), "{:?}", lines(&said));
    assert_eq!(said["metadata"]["safety"]["crisis"], true);
    let next = answer(&mut socket, "I have the tablets here").await;
    assert!(ids(&next["content"], "button").is_empty(), "it is asked once: {next}");
    assert!(lines(&next).iter().any(|id| id.starts_with("ie")), "and kept: {:?}", lines(&next));
}

#[tokio::test]
async fn a_country_can_be_written_instead() {
    let server = TestServer::start().await;
    let account = Account::sign_up(&server, "ada").await;
    let mut socket = with_locale(&server, &account, Some("en")).await;
    answer(&mut socket, DANGER).await;
    let said = answer(&mut socket, "I'm in Kenya").await;
    assert!(text(&said).starts_with("These are the lines in Kenya."), "{}", text(&said));
    assert!(lines(&said).iter().any(|id| id.starts_with("ke")), "{:?}", lines(&said));
}
