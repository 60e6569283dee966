//! Eight clients in one conversation, on two doors, while others talk to the server: they ask, leave and come back, and
//! in the end all of them hold the same.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{LIVE, new_conversation, text};
use crate::support::{Account, Socket, TestServer};

const CLIENTS: usize = 8;
/// How often each asks.
const QUESTIONS: usize = 3;
/// Questions and answers.
const MESSAGES: usize = 2 * CLIENTS * QUESTIONS;
const ANSWER: &str = "Eins, zwei, drei – и так далее.";

#[derive(Clone, Copy, PartialEq)]
enum Door {
    Native,
    Several,
}

/// One client: what it holds of the conversation, and what it still wants to ask.
struct Client<'a> {
    server: &'a TestServer,
    account: &'a Account,
    conversation: &'a str,
    name: String,
    door: Door,
    socket: Socket,
    /// Whole messages by id.
    held: BTreeMap<String, String>,
    /// Answers that are being written.
    parts: BTreeMap<String, String>,
    asked: usize,
    left: bool,
    /// It has not been told yet what it missed.
    behind: bool,
}

impl<'a> Client<'a> {
    async fn enter(server: &'a TestServer, account: &'a Account, conversation: &'a str, n: usize) -> Self {
        let door = if n.is_multiple_of(2) { Door::Native } else { Door::Several };
        let name = format!("client-{n}");
        let socket = connect(server, account, conversation, (door, &name)).await;
        let (held, parts) = (BTreeMap::new(), BTreeMap::new());
        let mut client = Self {
            server,
            account,
            conversation,
            name,
            door,
            socket,
            held,
            parts,
            asked: 0,
            left: false,
            behind: true,
        };
        client.catch_up().await;
        client
    }

    /// Asks with all the others, once all that was asked before is answered; in the second round it leaves with its own
    /// question in the queue, perhaps in the middle of an answer, and comes back.
    async fn talk(mut self) -> (BTreeMap<String, String>, String) {
        while self.held.len() < MESSAGES {
            if self.asked < QUESTIONS && self.held.len() >= 2 * CLIENTS * self.asked {
                self.ask().await;
            }
            let frame = self.socket.next().await;
            self.take(&frame);
            if self.asked == 2 && !self.left {
                self.left = true;
                self.socket.close().await;
                self.socket = connect(self.server, self.account, self.conversation, (self.door, &self.name)).await;
                self.parts.clear();
                self.catch_up().await;
            }
        }
        (self.held, self.name)
    }

    async fn ask(&mut self) {
        let id = format!("{}-{}", self.name, self.asked);
        let frame = match self.door {
            Door::Native => json!({"type": "user_message", "session_id": self.conversation, "id": id,
                                   "content": {"text": question(&id)}}),
            Door::Several => json!({"type": "message", "id": id, "content": question(&id)}),
        };
        self.asked += 1;
        self.socket.send(&frame).await;
    }

    /// What was said before the socket was in the room, as each door has it: door 1 by `resume`, door 2 by REST, once a
    /// ping was answered there. What comes by the socket meanwhile is taken, too.
    async fn catch_up(&mut self) {
        let (asks, ends) = match self.door {
            Door::Native => (json!({"type": "resume", "session_id": self.conversation, "after_seq": 0}), "resumed"),
            Door::Several => (json!({"type": "ping"}), "pong"),
        };
        self.socket.send(&asks).await;
        self.behind = true;
        loop {
            let frame = self.socket.next().await;
            self.take(&frame);
            if frame["type"] == ends {
                break;
            }
        }
        self.behind = false;
        if self.door == Door::Several {
            let path = format!("/api/chat/conversations/{}/messages?limit=500", self.conversation);
            let (status, page) = self.server.get(&path, Some(&self.account.token)).await;
            assert_eq!(status, 200, "{page}");
            for message in page["messages"].as_array().expect("a list") {
                // An answer that is being written comes by the socket.
                if message["role"] == "user" || message["content"] == ANSWER {
                    self.whole(&message["id"], &message["content"]);
                }
            }
        }
    }

    fn take(&mut self, frame: &Value) {
        let data = &frame["data"];
        match (self.door, text(&frame["type"])) {
            (_, "error") => panic!("{}: {frame}", self.name),
            (Door::Native, "ack") => self.stored(&frame["id"], &frame["message_id"]),
            (Door::Native, "message") if frame["id"].is_string() => {
                self.whole(&frame["id"], &frame["content"]["text"]);
            }
            (Door::Native, "stream_chunk") if !self.held.contains_key(text(&frame["message_id"])) => {
                let held = self.parts.entry(text(&frame["message_id"]).to_owned()).or_default();
                let offset = usize::try_from(frame["offset"].as_u64().expect("a place")).expect("small");
                if offset <= held.len() {
                    held.truncate(offset);
                    held.push_str(text(&frame["content_delta"]));
                } else {
                    assert!(self.behind, "{}: a gap before {frame}", self.name);
                }
            }
            (Door::Several, "message_received") => self.stored(&data["message_id"], &data["id"]),
            (Door::Several, "user_message") => {
                let message = &data["message"];
                self.whole(&message["id"], &message["content"]);
            }
            (Door::Several, "new_message") => {
                for message in [&data["user_message"], &data["assistant_message"]] {
                    self.whole(&message["id"], &message["content"]);
                }
            }
            (Door::Several, "streaming_response") if !self.held.contains_key(text(&data["message_id"])) => {
                let held = self.parts.entry(text(&data["message_id"]).to_owned()).or_default();
                held.push_str(text(&data["content_delta"]));
                if data["is_complete"] == true {
                    let said = json!(held.clone());
                    self.whole(&data["message_id"], &said);
                }
            }
            _ => {}
        }
    }

    /// An own question is stored.
    fn stored(&mut self, named: &Value, id: &Value) {
        self.whole(id, &json!(question(text(named))));
    }

    fn whole(&mut self, id: &Value, said: &Value) {
        let (id, said) = (text(id).to_owned(), text(said).to_owned());
        if let Some(part) = self.parts.remove(&id) {
            assert!(said.starts_with(&part), "{}: {part:?} of {said:?}", self.name);
        }
        let before = self.held.insert(id, said.clone());
        assert!(before.is_none_or(|before| before == said), "{}: told in two ways", self.name);
    }
}

fn question(id: &str) -> String {
    format!("What about {id}?")
}

async fn connect(server: &TestServer, account: &Account, conversation: &str, (door, name): (Door, &str)) -> Socket {
    match door {
        Door::Native => account.chat(server, &format!("{LIVE}&client_id={name}")).await,
        Door::Several => {
            let path = format!("/ws/chat/{conversation}?client_id={name}");
            Socket::open(server, &path, Some(&account.token)).await
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_clients_hold_the_same_in_the_end() {
    let model = format!("scripted:text={ANSWER};chunk=3;delay_ms=2");
    let server = TestServer::with(&[("model", &model), ("turns_waiting_per_user", "100")]).await;
    let account = Account::sign_up(&server, "ada").await;
    let conversation = new_conversation(&server, &account).await;
    let noise = async {
        let others = futures_util::future::join_all(["ben", "cleo", "dora", "emil"].map(async |name| {
            let other = Account::sign_up(&server, name).await;
            let mut socket = other.chat(&server, LIVE).await;
            for n in 0..6 {
                socket.turn(&format!("Something else, {n}"), None).await;
            }
        }));
        others.await;
    };
    let clients = async {
        let entered = (0..CLIENTS).map(|n| Client::enter(&server, &account, &conversation, n));
        let clients = futures_util::future::join_all(entered).await;
        futures_util::future::join_all(clients.into_iter().map(Client::talk)).await
    };
    let ((), held) = tokio::join!(noise, clients);

    let path = format!("/api/chat/conversations/{conversation}/messages?limit=500");
    let (_, page) = server.get(&path, Some(&account.token)).await;
    let stored: BTreeMap<String, String> = page["messages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|message| (text(&message["id"]).to_owned(), text(&message["content"]).to_owned()))
        .collect();
    assert_eq!(stored.len(), MESSAGES);
    for (held, name) in held {
        assert_eq!(held, stored, "{name}");
    }
    let strangers = server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await;
    assert_eq!(strangers, [(i64::try_from(MESSAGES).expect("small") + 4 * 6 * 2,)]);
}
