//! Door 1, frame by frame: what is said, what is refused, what happens when a side is slow, gone or hostile.

mod admission;
mod care;
mod context;
mod devices;
mod duplicates;
mod forms;
pub(crate) mod long;
mod many;
mod models;
mod offsets;
mod ownership;
mod plain;
mod pressure;
mod refusals;
mod regenerate;
mod replay;
mod resume;
mod sessions;
mod several;
mod stop;
mod turn;
mod wire;

use serde_json::{Value, json};

use crate::support::{Account, SCRIPT, Socket, TestServer};

/// Everything that door 1 shows.
const LIVE: &str = "typing=1&stream=1";

/// A text of a frame.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}"))
}

/// A frame in a few words, for comparing whole turns.
fn brief(frame: &Value) -> String {
    let detail = match text(&frame["type"]) {
        "message" => text(&frame["role"]),
        "status" => text(&frame["state"]),
        "typing" => frame["content"]["status"].as_str().unwrap_or("elsewhere"),
        "error" => text(&frame["code"]),
        _ => "",
    };
    format!("{} {detail}", text(&frame["type"])).trim_end().to_owned()
}

/// The same for many, with chunks that follow each other counted as one.
fn briefs(frames: &[Value]) -> Vec<String> {
    let mut briefs: Vec<String> = frames.iter().map(brief).collect();
    briefs.dedup_by(|a, b| a == b && a == "stream_chunk");
    briefs
}

/// What all chunks of these frames say together; they must follow each other without a gap.
fn said(frames: &[Value]) -> String {
    let mut said = String::new();
    for chunk in frames.iter().filter(|frame| frame["type"] == "stream_chunk") {
        assert_eq!(chunk["offset"], said.len(), "{chunk} after {said:?}");
        said.push_str(text(&chunk["content_delta"]));
    }
    said
}

/// The one error that comes next.
async fn refusal(socket: &mut Socket) -> Value {
    let frame = socket.next().await;
    assert_eq!(frame["type"], "error", "{frame}");
    frame
}

/// An empty conversation, made the way the page makes one.
async fn new_conversation(server: &TestServer, account: &Account) -> String {
    let request = server.http.post(server.url("/fn/new-conversation")).bearer_auth(&account.token);
    let response = request.header("accept", "application/json").send().await.expect("an answer");
    let conversation: Value = response.json().await.expect("a conversation");
    text(&conversation["id"]).to_owned()
}

/// A question to a named conversation.
fn question(session: &str, words: &str) -> Value {
    json!({"type": "user_message", "session_id": session, "content": {"text": words}})
}

/// A frame about a conversation.
fn about(kind: &str, session: &str) -> Value {
    json!({"type": kind, "session_id": session})
}

/// Asks, and gives the answer once all devices were shown everything about it.
async fn answered(socket: &mut Socket, words: &str) -> Value {
    socket.ask(words, None).await;
    let frames = socket.until(|frame| frame["type"] == "conversation_updated").await;
    frames.into_iter().find(|frame| frame["role"] == "assistant").expect("an answer")
}

/// A server, somebody with an account, and a socket of theirs that sees everything.
async fn live(settings: &[(&str, &str)]) -> (TestServer, Account, Socket) {
    let server = TestServer::with(settings).await;
    let account = Account::sign_up(&server, "ada").await;
    let socket = account.chat(&server, LIVE).await;
    (server, account, socket)
}
