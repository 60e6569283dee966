//! A marked text goes through every field and must be found nowhere at rest, nor in a log.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;

use super::{LIVE, answered, call, text};
use crate::support::{Account, Socket, TestServer};

const CANARY: &str = "quetzal";

/// Takes in what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts to take in everything that this process logs.
fn listen() -> Log {
    let log = Log::default();
    let writer = log.clone();
    let filter = EnvFilter::new("debug,server=trace");
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(move || writer.clone()).init();
    log
}

fn marked(field: &str) -> String {
    format!("{CANARY} {field}")
}

/// Fills every field that a person can write to, and every one that can only be refused.
async fn tell_everything(server: &TestServer) -> Account {
    let account = Account::sign_up(server, &format!("{CANARY}name")).await;
    let profile = json!({"first_name": marked("first"), "last_name": marked("last"), "conditions": [marked("condition")],
        "health_goals": [marked("goal")], "fitness_level": marked("fitness")});
    let patch = server.http.patch(server.url("/auth/me")).json(&profile).bearer_auth(&account.token);
    let answer = patch.send().await.expect("an answer");
    assert!([200, 422].contains(&answer.status().as_u16()), "{}", answer.status());
    let mut socket = account.chat(server, LIVE).await;
    let message = answered(&mut socket, &marked("question")).await;
    let session = text(&message["session_id"]).to_owned();
    let letter = format!("# {}\n\n{}", marked("heading"), marked("letter"));
    let (status, document) = account.upload(server, &format!("{CANARY}.md"), letter.into_bytes()).await;
    assert_eq!(status, 201, "{document}");
    assert_eq!(account.upload(server, &format!("{CANARY}.pdf"), marked("%PDF-1.4 spoilt").into_bytes()).await.0, 422);
    let search = format!("/api/documents/search?q={CANARY}");
    assert!(server.get(&search, Some(&account.token)).await.1.to_string().contains("letter"));
    let (status, _) =
        call(server, &account, "rename-conversation", &[("id", &session), ("title", &marked("title"))]).await;
    assert_eq!(status, 200);
    socket
        .send(&json!({"type": "user_message", "content": {"text": marked("more")},
        "metadata": {"character_id": marked("character"), "world_id": marked("world")}}))
        .await;
    socket.next_message("assistant").await;
    socket.send(&json!({"type": "feedback", "content": {"rating": 1, "text": marked("feedback")}})).await;
    socket.next_message("system").await;
    be_refused(server, &mut socket).await;
    tell_over_rest(server, &account, &session).await;
    account
}

/// Every field of the conversations' REST routes, in bodies and in queries, taken or refused.
async fn tell_over_rest(server: &TestServer, account: &Account, session: &str) {
    let (token, word) = (Some(account.token.as_str()), format!("{CANARY}+rest"));
    let told = json!({"title": marked("title"), "system_prompt": marked("wish"), "metadata": {marked("key"): marked("value")}});
    assert_eq!(server.post("/api/chat/conversations", &told, token).await.0, 201);
    let asked = json!({"message": marked("message"), "id": marked("id"), "system_prompt": marked("wish")});
    assert_eq!(server.post("/api/chat/message", &asked, token).await.0, 200);
    let path = format!("/api/chat/stream/{session}?message={word}&id={word}&system_prompt={word}");
    assert_eq!(server.get(&path, token).await.0, 200);
    let path = format!("/api/chat/conversations/{session}?title={word}&system_prompt={word}");
    assert_eq!(server.send("PUT", &path, None, &account.token).await.0, 200);
    assert_eq!(server.get(&format!("/api/chat/conversations?q={word}"), token).await.0, 200);
    assert_eq!(server.get(&format!("/api/chat/search?q={word}"), token).await.0, 200);
    let (status, file) = server.get("/api/chat/export", token).await;
    assert_eq!((status, holds_canary(file.to_string().as_bytes())), (200, true));
    assert_eq!(server.post("/api/chat/import", &file, token).await.0, 200);
    let wrong = [
        server.post("/api/chat/message", &json!({"message": "x", "model_name": marked("model")}), token).await,
        server.post("/api/chat/message", &json!({"message": "x", "max_context_tokens": marked("tokens")}), token).await,
        server.get(&format!("/api/chat/stream/nothing?message={word}"), token).await,
        server.get(&format!("/api/chat/stream/{session}?message=x&model_name={word}"), token).await,
        server.get(&format!("/api/chat/conversations?status={word}&before={word}"), token).await,
    ];
    for (status, problem) in wrong {
        assert!((400..500).contains(&status), "{status}");
        assert!(!holds_canary(problem.to_string().as_bytes()), "{problem}");
    }
    let mut plain = Socket::open(server, "/chat/ws", token).await;
    plain.send(&json!({"message": marked("plain"), "message_type": marked("kind")})).await;
    plain.send(&json!({"message": marked("plain")})).await;
    plain.next_of("response").await;
    let mut several = Socket::open(server, &format!("/ws/chat/{session}"), token).await;
    several.send(&json!({"type": "message", "content": marked("several"), "id": marked("id")})).await;
    several.next_of("message_received").await;
    several.send(&json!({"type": marked("type")})).await;
    several.next_of("error").await;
}

async fn be_refused(server: &TestServer, socket: &mut Socket) {
    let wrong = [
        json!({"type": marked("type")}),
        json!({"type": "stop", "session_id": marked("session")}),
        json!({"type": "feedback", "content": {"rating": marked("rating")}}),
        json!({"type": "interaction", "content": {"action": "button_click", "id": marked("button")}}),
        json!({"type": "interaction", "content": {"action": marked("action"), "id": "x"}}),
    ];
    for frame in wrong {
        socket.send(&frame).await;
        socket.next_of("error").await;
    }
    socket.send_text(&marked("{no json")).await;
    socket.next_of("error").await;
    let (status, _) = server.post("/auth/signin", &json!({"email": marked("address"), "password": 5}), None).await;
    assert!((400..500).contains(&status), "{status}");
}

/// Files under a folder, the outbox left out.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .filter(|path| !path.ends_with("outbox"))
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

/// Whether the mark stands in these bytes, as text or as the texts that bytes become.
fn holds_canary(bytes: &[u8]) -> bool {
    let hex = CANARY.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let lower = bytes.to_ascii_lowercase();
    [CANARY.as_bytes(), hex.as_bytes()].iter().any(|mark| lower.windows(mark.len()).any(|window| window == *mark))
}

#[tokio::test]
async fn what_people_say_is_in_no_file_of_the_data_folder() {
    let server = TestServer::start().await;
    Box::pin(tell_everything(&server)).await;
    for file in files(server.data()) {
        assert!(!holds_canary(&std::fs::read(&file).expect("a file")), "{}", file.display());
    }
    let home = server.stop().await;
    for file in files(home.data()) {
        assert!(!holds_canary(&std::fs::read(&file).expect("a file")), "{}", file.display());
    }
}

#[tokio::test]
async fn what_people_say_is_in_no_row_of_the_database() {
    let server = TestServer::start().await;
    Box::pin(tell_everything(&server)).await;
    for table in TABLES {
        // A table's name can't be bound; these are written above.
        let sql = if server.is_on_sqlite() {
            dump_sqlite(table)
        } else {
            format!("SELECT CAST(t.* AS TEXT) FROM {table} AS t")
        };
        let mut connection = server.app.db.read().await.expect("a connection");
        let rows: Vec<(String,)> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *connection).await.expect("rows");
        assert!(!rows.iter().any(|(row,)| holds_canary(row.as_bytes())), "{table}");
        assert!(!rows.is_empty() || OPTIONAL.contains(&table), "{table} has no rows: it proves nothing");
    }
}

/// Every table that holds what came from people.
const TABLES: [&str; 11] = [
    "users",
    "data_keys",
    "codes",
    "refresh_tokens",
    "conversations",
    "messages",
    "memories",
    "turns",
    "feedback",
    "audit",
    "markers",
];
/// Those that the story above leaves empty; of memories see `memory.rs`.
const OPTIONAL: [&str; 2] = ["markers", "memories"];

/// SQLite has no text of a whole row: the bytes of its sealed column and the words of the others.
fn dump_sqlite(table: &str) -> String {
    let columns = match table {
        "users" => "email_hash || hex(identity) || password_hash || role",
        "data_keys" => "scope || recipient || hex(wrapped)",
        "codes" => "user_id || purpose || code_hash",
        "refresh_tokens" => "secret_hash || family || user_id",
        "conversations" => {
            "id || user_id || status || COALESCE(hex(title), '') || COALESCE(hex(metadata), '')
             || COALESCE(hex(system_prompt), '') || COALESCE(origin_key, '') || COALESCE(model_name, '')"
        }
        "messages" => "id || role || COALESCE(client_key, '') || hex(body) || COALESCE(model_name, '')",
        "memories" => "conversation_id || hex(body)",
        "turns" => "id || conversation_id || state",
        "feedback" => "id || COALESCE(message_id, '') || hex(body)",
        "audit" => "actor || action || object || subject || outcome || reason || address || request_id",
        _ => "id || marker_type || hex(body)",
    };
    format!("SELECT {columns} FROM {table}")
}

#[tokio::test]
async fn what_people_say_is_in_no_log() {
    let log = listen();
    let server = TestServer::start().await;
    let account = Box::pin(tell_everything(&server)).await;
    server.stop().await;
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap_or_else(PoisonError::into_inner)).to_lowercase();
    assert!(logged.contains("ws_connect") && logged.contains("ws_disconnect"), "the log was not taken in");
    let found: Vec<&str> = logged.lines().filter(|line| line.contains(CANARY)).collect();
    assert_eq!(found, Vec::<&str>::new());
    let secrets = [&account.token, &account.refresh_token].map(|secret| secret.to_lowercase());
    assert!(!secrets.iter().any(|secret| logged.contains(secret.as_str())), "a token is in the log");
}

#[tokio::test]
async fn what_people_say_is_in_no_metric() {
    let server = TestServer::start().await;
    Box::pin(tell_everything(&server)).await;
    let (status, metrics) = server.get("/metrics", None).await;
    assert_eq!((status, holds_canary(text(&metrics).as_bytes())), (200, false));
}

#[tokio::test]
async fn the_search_for_the_canary_can_find_it() {
    let server = TestServer::start().await;
    Box::pin(tell_everything(&server)).await;
    let outbox = std::fs::read_dir(server.data().join("outbox")).expect("an outbox");
    let letters: Vec<Vec<u8>> =
        outbox.map(|file| std::fs::read(file.expect("a file").path()).expect("a letter")).collect();
    assert!(letters.iter().any(|letter| holds_canary(letter)));
    assert!(holds_canary(Value::from(marked("x")).to_string().as_bytes()));
}
