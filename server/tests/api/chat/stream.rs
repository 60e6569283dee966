//! An answer as server-sent events: whole, cut and taken up again, refused.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::{ask, somebody, text, titled};
use crate::support::{Account, SCRIPT, TestServer};

const PATIENCE: Duration = Duration::from_secs(20);

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
struct Event {
    name: String,
    id: Option<usize>,
    data: Value,
}

impl Event {
    fn read(lines: &str) -> Option<Self> {
        let field =
            |name: &str| lines.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim_start);
        Some(Self {
            name: field("event").unwrap_or_default().to_owned(),
            id: field("id").map(|id| id.parse().expect("an offset")),
            data: serde_json::from_str(field("data")?).expect("JSON"),
        })
    }
}

/// An open stream.
struct Stream {
    response: reqwest::Response,
    unread: String,
}

impl Stream {
    fn of(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { response, unread: String::new() }
    }

    /// The next event; none where the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.unread = rest;
                // Else a comment that keeps the connection.
                if let Some(read) = Event::read(&event) {
                    return Some(read);
                }
                continue;
            }
            let bytes = timeout(PATIENCE, self.response.chunk()).await.expect("an event within the test's patience");
            self.unread.push_str(std::str::from_utf8(&bytes.expect("the stream is open")?).expect("UTF-8"));
        }
    }

    async fn all(mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}

fn path(conversation: &str) -> String {
    format!("/api/chat/stream/{conversation}")
}

async fn send(
    server: &TestServer,
    account: &Account,
    conversation: &str,
    body: &Value,
    held: Option<usize>,
) -> reqwest::Response {
    let request = server.http.post(server.url(&path(conversation))).bearer_auth(&account.token).json(body);
    let request = match held {
        Some(held) => request.header("last-event-id", held.to_string()),
        None => request,
    };
    request.send().await.expect("an answer")
}

/// What the events say, and that each names how much is held then.
fn said(events: &[Event], held: usize) -> String {
    let mut text = String::new();
    for event in events.iter().filter(|event| event.name.is_empty()) {
        text.push_str(super::text(&event.data["content_delta"]));
        assert_eq!(event.id, Some(held + text.len()), "{event:?}");
    }
    text
}

#[tokio::test]
async fn an_answer_comes_in_parts_then_whole_then_complete() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    let events = Stream::of(send(&server, &account, &id, &json!({"message": "Hello"}), None).await).all().await;
    assert_eq!(said(&events, 0), SCRIPT);
    let [.., whole, complete] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((complete.name.as_str(), &complete.data), ("complete", &json!({})));
    assert_eq!((&whole.data["is_complete"], &whole.data["sources"]), (&json!(true), &json!([])));
    assert_eq!(whole.data["generation_stats"]["model_name"], "scripted");
    assert!(events[..events.len() - 2].iter().all(|event| event.data["is_complete"] == false));
    assert!(events[..events.len() - 1].iter().all(|event| event.data["conversation_id"] == id));
}

#[tokio::test]
async fn by_get_it_is_the_same() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    let query = "message=Hello&include_sources=false&max_context_tokens=200";
    let request = server.http.get(server.url(&format!("{}?{query}", path(&id)))).bearer_auth(&account.token);
    let events = Stream::of(request.send().await.expect("an answer")).all().await;
    assert_eq!(said(&events, 0), SCRIPT);
    assert_eq!(events[events.len() - 2].data.get("sources"), None);
}

#[tokio::test]
async fn cut_after_any_part_and_taken_up_again_it_is_the_same_text() {
    let script = "Fünf süße Öfen — 三つの 文。 🙂 Ende.";
    let (server, account) = somebody(&[("model", &format!("scripted:text={script};chunk=2;delay_ms=2"))]).await;
    let id = titled(&server, &account, "It").await;
    let parts = script.chars().count().div_ceil(2);
    for cut in 0..=parts {
        let body = json!({"message": "Hello", "id": format!("cut {cut}")});
        let mut stream = Stream::of(send(&server, &account, &id, &body, None).await);
        let (mut held, mut text) = (0, String::new());
        for _ in 0..cut {
            let Some(event) = stream.next().await.filter(|event| event.data["is_complete"] == false) else { break };
            text.push_str(super::text(&event.data["content_delta"]));
            held = event.id.expect("an offset");
        }
        drop(stream);
        assert_eq!(held, text.len());
        let again = send(&server, &account, &id, &body, Some(held)).await;
        if again.status() != 204 {
            text += &said(&Stream::of(again).all().await, held);
        }
        assert_eq!(text, script, "cut after {cut} parts");
    }
    assert_eq!(
        server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await,
        [(2 * i64::try_from(parts + 1).expect("few"),)],
        "each was asked once"
    );
}

#[tokio::test]
async fn a_stored_answer_is_taken_up_at_every_byte_it_was_cut_at() {
    let script = "Öfen — 三 🙂.";
    let (server, account) = somebody(&[("model", &format!("scripted:text={script};chunk=1"))]).await;
    let id = titled(&server, &account, "It").await;
    let body = json!({"message": "Hello", "id": "a"});
    Stream::of(send(&server, &account, &id, &body, None).await).all().await;
    for (held, _) in script.char_indices() {
        let events = Stream::of(send(&server, &account, &id, &body, Some(held)).await).all().await;
        assert_eq!(said(&events, held), script[held..]);
        assert_eq!(events.last().expect("events").name, "complete");
    }
    assert_eq!(send(&server, &account, &id, &body, Some(script.len())).await.status(), 204);
    // Without an id it is the last answer.
    let events = Stream::of(send(&server, &account, &id, &json!({}), Some(0)).await).all().await;
    assert_eq!(said(&events, 0), script);
}

#[tokio::test]
async fn the_same_id_asks_once_and_tells_the_answer_again() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    let body = json!({"message": "Hello", "id": "a"});
    for _ in 0..2 {
        let events = Stream::of(send(&server, &account, &id, &body, None).await).all().await;
        assert_eq!(said(&events, 0), SCRIPT);
    }
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(2,)]);
}

#[tokio::test]
async fn two_readers_of_one_answer_are_told_the_same() {
    let (server, account) = somebody(&[("model", "scripted:text=A longer answer;chunk=1;delay_ms=2")]).await;
    let id = titled(&server, &account, "It").await;
    let body = json!({"message": "Hello", "id": "a"});
    let mut first = Stream::of(send(&server, &account, &id, &body, None).await);
    let begun = first.next().await.expect("a part");
    let second = Stream::of(send(&server, &account, &id, &body, None).await);
    let (first, second) = tokio::join!(first.all(), second.all());
    let whole = format!("{}{}", text(&begun.data["content_delta"]), said(&first, begun.id.expect("an offset")));
    assert_eq!((whole.as_str(), said(&second, 0).as_str()), ("A longer answer", "A longer answer"));
}

#[tokio::test]
async fn an_answer_that_waits_is_streamed_once_it_begins() {
    let (server, account) =
        somebody(&[("turns_at_once", "1"), ("model", "scripted:text=Once more;chunk=4;stall_after=4")]).await;
    let id = titled(&server, &account, "It").await;
    let mut browser = account.chat(&server, "stream=1").await;
    browser.ask("It runs", None).await;
    let running = browser.next_of("stream_chunk").await["session_id"].clone();
    let other = titled(&server, &account, "Other").await;
    let asked = if running == id { other } else { id };
    let mut stream = Stream::of(send(&server, &account, &asked, &json!({"message": "It waits"}), None).await);
    browser.send(&json!({"type": "stop", "session_id": running})).await;
    assert_eq!(stream.next().await.expect("a part").data["content_delta"], "Once");
}

#[tokio::test]
async fn in_danger_the_help_lines_stand_in_the_text() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    let body = json!({"message": "I want to kill myself", "id": "a"});
    let events = Stream::of(send(&server, &account, &id, &body, None).await).all().await;
    let (_, page) = server.get(&format!("/api/chat/conversations/{id}/messages"), Some(&account.token)).await;
    let elements = page["messages"][1]["elements"].as_array().expect("a list").clone();
    let told = said(&events, 0);
    for line in elements.iter().filter(|element| element["type"] == "resource") {
        assert!(told.contains(text(&line["info"])), "{line} in {told}");
    }
    // And it is the same text when it is read again.
    let half = told.char_indices().nth(told.chars().count() / 2).expect("a text").0;
    let rest = Stream::of(send(&server, &account, &id, &body, Some(half)).await).all().await;
    assert_eq!(said(&rest, half), told[half..]);
}

#[tokio::test]
async fn what_is_wrong_is_refused_before_anything_is_streamed() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    let cases = [
        (json!({}), "`message`"),
        (json!({"message": "x".repeat(5_001)}), "`message`"),
        (json!({"message": "x", "max_context_tokens": true}), "`max_context_tokens`"),
        (json!({"message": "x", "model_name": "other"}), "`model_name`"),
    ];
    for (body, named) in cases {
        let answer = send(&server, &account, &id, &body, None).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (422, &"application/problem+json".parse().expect("a value"))
        );
        let problem: Value = answer.json().await.expect("JSON");
        assert!(text(&problem["detail"]).contains(named), "{problem}");
    }
    let request = server.http.get(server.url(&format!("{}?message=x&max_context_tokens=many", path(&id))));
    let answer = request.bearer_auth(&account.token).send().await.expect("an answer");
    assert_eq!(answer.status(), 422);
    let request = server.http.post(server.url(&path(&id))).bearer_auth(&account.token).header("last-event-id", "x");
    assert_eq!(request.json(&json!({})).send().await.expect("an answer").status(), 422);
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(0,)]);
}

#[tokio::test]
async fn a_conversation_of_somebody_else_and_an_answer_that_is_not_there_are_not_found() {
    let (server, ada) = somebody(&[]).await;
    let id = titled(&server, &ada, "Hers").await;
    ask(&server, &ada, &json!({"message": "Hello", "conversation_id": id, "id": "a"})).await;
    let bob = Account::sign_up(&server, "bob").await;
    let body = json!({"message": "Hello", "id": "a"});
    for (account, conversation, held) in [(&bob, id.as_str(), None), (&bob, &id, Some(0)), (&ada, "nothing", None)] {
        assert_eq!(send(&server, account, conversation, &body, held).await.status(), 404);
    }
    assert_eq!(send(&server, &ada, &id, &json!({"id": "b"}), Some(3)).await.status(), 404);
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(2,)]);
}

#[tokio::test]
async fn by_get_a_cookie_or_a_token_in_the_address_is_not_enough() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "It").await;
    let url = server.url(&path(&id));
    for request in [
        server.http.get(format!("{url}?message=Hello&token={}", account.token)),
        server.http.get(format!("{url}?message=Hello")).header("cookie", format!("anamnesis={}", account.token)),
    ] {
        assert_eq!(request.send().await.expect("an answer").status(), 401);
    }
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(0,)]);
}

#[tokio::test]
async fn a_reader_who_signs_out_is_told_no_more() {
    let (server, account) = somebody(&[("model", "scripted:text=Once upon a time;chunk=4;stall_after=4")]).await;
    let id = titled(&server, &account, "It").await;
    let mut stream = Stream::of(send(&server, &account, &id, &json!({"message": "Hello"}), None).await);
    assert_eq!(stream.next().await.expect("a part").data["content_delta"], "Once");
    assert_eq!(server.post("/auth/signout", &json!({}), Some(&account.token)).await.0, 200);
    let error = stream.next().await.expect("an error");
    assert_eq!((error.name.as_str(), &error.data["status"]), ("error", &json!(401)));
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn one_stream_more_than_a_person_may_have_is_refused() {
    let (server, account) =
        somebody(&[("sockets_per_user", "1"), ("model", "scripted:text=Once;chunk=2;stall_after=2")]).await;
    let id = titled(&server, &account, "It").await;
    let body = json!({"message": "Hello", "id": "a"});
    let mut stream = Stream::of(send(&server, &account, &id, &body, None).await);
    stream.next().await.expect("a part");
    assert_eq!(send(&server, &account, &id, &body, Some(0)).await.status(), 429);
}

#[tokio::test]
async fn a_server_that_stops_cuts_the_stream_and_the_next_one_goes_on_with_it() {
    let settings = [("model", "scripted:text=Once upon a time;chunk=4;stall_after=4"), ("shutdown_grace", "100ms")];
    let (server, account) = somebody(&settings).await;
    let id = titled(&server, &account, "It").await;
    let body = json!({"message": "Hello", "id": "a"});
    let mut stream = Stream::of(send(&server, &account, &id, &body, None).await);
    let begun = stream.next().await.expect("a part");
    let (home, rest) = tokio::join!(server.stop(), stream.next());
    assert_eq!(rest, None);
    let server = TestServer::again(home, &[("model", "scripted:text=Once upon a time")]).await;
    let events = Stream::of(send(&server, &account, &id, &body, begun.id).await).all().await;
    assert_eq!(said(&events, 4), " upon a time");
}

#[tokio::test]
async fn whoever_holds_a_part_of_an_answer_that_began_anew_is_told_and_gets_it_whole() {
    let settings = [("model", "scripted:text=Once upon a time;chunk=4;stall_after=4"), ("shutdown_grace", "100ms")];
    let (server, account) = somebody(&settings).await;
    let id = titled(&server, &account, "It").await;
    let body = json!({"message": "Hello", "id": "a"});
    let mut stream = Stream::of(send(&server, &account, &id, &body, None).await);
    let begun = stream.next().await.expect("a part");
    let (home, rest) = tokio::join!(server.stop(), stream.next());
    assert_eq!(rest, None);
    let server = TestServer::again(home, &[("model", "scripted:text=Take care of yourself;chunk=4")]).await;
    let all_of =
        |events: &[Event]| events.iter().filter_map(|event| event.data["content_delta"].as_str()).collect::<String>();
    let whole =
        "\n\n---\n\n*The answer broke off here and was begun anew. This is the whole of it:*\n\nTake care of yourself";
    let events = Stream::of(send(&server, &account, &id, &body, begun.id).await).all().await;
    assert_eq!(all_of(&events), whole);
    // Stored, it is the same; and nobody is told that they hold it who may hold as many bytes of the other.
    let events = Stream::of(send(&server, &account, &id, &body, begun.id).await).all().await;
    assert_eq!(all_of(&events), whole);
    let events = Stream::of(send(&server, &account, &id, &body, Some(21)).await).all().await;
    assert_eq!(all_of(&events), whole);
    // Whoever holds nothing reads nothing but the answer.
    let events = Stream::of(send(&server, &account, &id, &body, Some(0)).await).all().await;
    assert_eq!(all_of(&events), "Take care of yourself");
}
