//! One request to a language model, and what comes of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use genai::chat::{ChatOptions, ChatRequest, ChatStream, ChatStreamEvent, StopReason};
use genai::{Client, ServiceTarget};
use protocol::message::Usage;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::fault::Fault;

/// What came next.
#[derive(Debug)]
pub(super) enum Heard {
    Text(String),
    /// It thinks, or does what we have no use for.
    Sign,
    End(End),
}

/// How an answer ended.
#[derive(Debug)]
pub(super) struct End {
    pub(super) usage: Usage,
    reason: Option<StopReason>,
}

impl End {
    /// What there is to say against it.
    pub(super) fn fault(&self) -> Option<Fault> {
        match &self.reason {
            // Two dialects end without a reason only where the connection ended in the middle.
            None => Some(Fault::Broke),
            Some(StopReason::MaxTokens(_)) => Some(Fault::Long),
            Some(StopReason::ContentFilter(_)) => Some(Fault::Filtered),
            Some(_) => None,
        }
    }
}

/// What providers say beside the text.
#[derive(Debug, Default)]
struct Aside {
    version: Option<String>,
    id: Option<String>,
}

impl Aside {
    /// From a frame: `model` and `id` (`OpenAI`), `modelVersion` and `responseId` (Gemini), `model` (Ollama).
    fn hear(&mut self, frame: &Value) {
        let text = |names: [&str; 2]| names.iter().find_map(|name| frame[*name].as_str()).map(ToOwned::to_owned);
        self.version = self.version.take().or_else(|| text(["modelVersion", "model"]));
        self.id = self.id.take().or_else(|| text(["responseId", "id"]));
    }
}

/// A running request. Dropping it closes the connection.
pub(super) struct Talk {
    stream: ChatStream,
    aside: Arc<Mutex<Aside>>,
    /// All that it said, unchecked.
    text: String,
}

impl Talk {
    /// Asks. Nothing is sent before the first [`Self::next`].
    pub(super) async fn begin(
        client: &Client,
        target: ServiceTarget,
        request: ChatRequest,
        options: &ChatOptions,
    ) -> Result<Self, Fault> {
        let aside = Arc::new(Mutex::new(Aside::default()));
        let listener = Arc::clone(&aside);
        let options = options.clone().with_raw_frame_fn(move |_, frame| {
            let mut aside = listener.lock().unwrap_or_else(PoisonError::into_inner);
            if aside.version.is_none()
                && let Some(frame) = frame.json()
            {
                aside.hear(&frame);
            }
        });
        let response = client.exec_chat_stream(target, request, Some(&options)).await.map_err(Fault::from)?;
        Ok(Self { stream: response.stream, aside, text: String::new() })
    }

    /// What comes next, within this time.
    pub(super) async fn next(&mut self, within: Duration, late: Fault) -> Result<Heard, Fault> {
        let heard = async {
            loop {
                return match self.stream.next().await {
                    None => Err(Fault::Broke),
                    Some(Err(error)) => Err(error.into()),
                    Some(Ok(ChatStreamEvent::Chunk(chunk))) if chunk.content.is_empty() => continue,
                    Some(Ok(ChatStreamEvent::Chunk(chunk))) => Ok(Heard::Text(chunk.content)),
                    // Neither says anything of the model: the one is made here, the other by a proxy.
                    Some(Ok(ChatStreamEvent::Start | ChatStreamEvent::Heartbeat)) => continue,
                    Some(Ok(ChatStreamEvent::End(end))) => {
                        let count =
                            |tokens: Option<i32>| tokens.and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
                        let usage = end.captured_usage.unwrap_or_default();
                        let usage = Usage {
                            prompt_tokens: count(usage.prompt_tokens),
                            completion_tokens: count(usage.completion_tokens),
                        };
                        Ok(Heard::End(End { usage, reason: end.captured_stop_reason }))
                    }
                    Some(Ok(_)) => Ok(Heard::Sign),
                };
            }
        };
        let heard = timeout(within, heard).await.unwrap_or(Err(late))?;
        if let Heard::Text(text) = &heard {
            self.text += text;
        }
        Ok(heard)
    }

    /// All that it said so far.
    pub(super) fn said(&self) -> &str {
        &self.text
    }

    /// What came from the provider, in the form of the wire contract.
    pub(super) fn raw(&self, end: Option<&End>) -> Value {
        let aside = self.aside.lock().unwrap_or_else(PoisonError::into_inner);
        let usage = end.map(|end| end.usage).unwrap_or_default();
        json!({
            "model_version": aside.version,
            "response_id": aside.id,
            "content": {"parts": [{"text": self.text}], "role": "model"},
            "finish_reason": end.and_then(|end| end.reason.as_ref()).map(StopReason::raw),
            "usage_metadata": {
                "prompt_token_count": usage.prompt_tokens,
                "candidates_token_count": usage.completion_tokens,
                "total_token_count": usage.prompt_tokens + usage.completion_tokens,
            },
        })
    }
}
