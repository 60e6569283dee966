//! A provider that speaks all dialects, does as the test says, and keeps what it was asked.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// One step of an answer.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// These bytes.
    Say(String),
    /// A pause.
    Wait(Duration),
    /// Silence, with the connection open.
    Stall,
    /// The connection breaks.
    Reset,
    /// The same bytes for ever.
    Forever(String),
}

/// What is done with a request.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// A stream of this content type.
    Stream(&'static str, Vec<Step>),
    /// A status with headers and a body.
    Status(u16, Vec<(&'static str, &'static str)>, String),
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

struct Play {
    acts: Mutex<VecDeque<Act>>,
    asked: Mutex<Vec<Asked>>,
    /// Streams that ended or were left.
    closed: watch::Sender<usize>,
}

/// The running provider.
pub(crate) struct Provider {
    pub(crate) url: String,
    play: Arc<Play>,
    task: JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Closing(Arc<Play>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.closed.send_modify(|count| *count += 1);
    }
}

impl Provider {
    /// Does these one after the other; the last again and again.
    pub(crate) async fn start(acts: Vec<Act>) -> Self {
        assert!(!acts.is_empty());
        let play =
            Arc::new(Play { acts: Mutex::new(acts.into()), asked: Mutex::default(), closed: watch::Sender::new(0) });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/v1/", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&play));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { url, play, task }
    }

    /// All requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.play.asked.lock().expect("no panic").clone()
    }

    /// Waits until so many streams have ended or were left; false where that takes longer than a second.
    pub(crate) async fn closes(&self, count: usize) -> bool {
        let mut closed = self.play.closed.subscribe();
        let waited = timeout(Duration::from_secs(1), closed.wait_for(|closed| *closed >= count)).await;
        waited.is_ok()
    }
}

async fn answer(State(play): State<Arc<Play>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    let asked = Asked {
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        headers: parts.headers,
        body: serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned())),
    };
    play.asked.lock().expect("no panic").push(asked);
    let act = {
        let mut acts = play.acts.lock().expect("no panic");
        if acts.len() > 1 { acts.pop_front() } else { acts.front().cloned() }
    };
    match act.expect("there is always one") {
        Act::Status(status, headers, body) => {
            let response = headers
                .into_iter()
                .fold(Response::builder().status(status), |response, (name, value)| response.header(name, value));
            response.body(Body::from(body)).expect("a response")
        }
        Act::Stream(kind, steps) => {
            let closing = Closing(play);
            let pieces = stream::iter(steps).flat_map(move |step| {
                let _kept = &closing;
                said(step)
            });
            Response::builder().header("content-type", kind).body(Body::from_stream(pieces)).expect("a response")
        }
    }
}

type Said = Result<Bytes, std::io::Error>;

fn said(step: Step) -> stream::BoxStream<'static, Said> {
    match step {
        Step::Say(text) => stream::once(async { Ok(text.into()) }).boxed(),
        Step::Wait(time) => stream::once(sleep(time)).filter_map(|()| async { None }).boxed(),
        Step::Stall => stream::pending().boxed(),
        Step::Reset => stream::once(async { Err(std::io::Error::other("the test breaks it")) }).boxed(),
        Step::Forever(text) => stream::repeat_with(move || Ok::<_, Infallible>(Bytes::from(text.clone())))
            .map(|piece| piece.map_err(|never| match never {}))
            .then(|piece| async {
                tokio::task::yield_now().await;
                piece
            })
            .boxed(),
    }
}

/// The content type of server-sent events.
pub(crate) const EVENTS: &str = "text/event-stream";

/// A frame of `OpenAI`'s dialect with these words.
pub(crate) fn openai(text: &str) -> Step {
    openai_frame(&json!({"content": text}), &Value::Null)
}

fn openai_frame(delta: &Value, reason: &Value) -> Step {
    let frame = json!({
        "id": "chatcmpl-7", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": "test-model-2026-10-01",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    });
    Step::Say(format!("data: {frame}\n\n"))
}

/// The end of `OpenAI`'s dialect: a reason, the usage, the sentinel.
pub(crate) fn openai_end(reason: &str) -> Vec<Step> {
    let usage = json!({
        "id": "chatcmpl-7", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": "test-model-2026-10-01",
        "choices": [], "usage": {"prompt_tokens": 812, "completion_tokens": 41, "total_tokens": 853},
    });
    vec![
        openai_frame(&json!({}), &json!(reason)),
        Step::Say(format!("data: {usage}\n\n")),
        Step::Say("data: [DONE]\n\n".to_owned()),
    ]
}

/// A whole answer of `OpenAI`'s dialect.
pub(crate) fn openai_answer(parts: &[&str]) -> Act {
    let role = openai_frame(&json!({"role": "assistant", "content": ""}), &Value::Null);
    let words = parts.iter().map(|part| openai(part));
    Act::Stream(EVENTS, [role].into_iter().chain(words).chain(openai_end("stop")).collect())
}

/// What an error of this status looks like. Providers quote the request in them.
pub(crate) fn refusal(status: u16) -> Act {
    let body = json!({"error": {"message": "You said: my secret rash", "type": "test", "code": status}});
    Act::Status(status, vec![("content-type", "application/json")], body.to_string())
}
