//! Language models: the four dialects, every fault, and what is never sent or said.
//!
//! A provider of the tests ([`provider`]) plays all of them from exchanges made by hand after their documentation, and
//! keeps what it was asked. One test talks to a real llama.cpp server, where there is one ([`llama`]).

mod chat;
mod dialects;
mod faults;
mod injection;
mod llama;
mod pictures;
mod plan;
mod provider;
mod rests;
mod setup;
#[path = "../api/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the support of another test binary, of which this one needs a part")]
mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use futures_util::StreamExt as _;
use knowledge::Library;
use protocol::Source;
use protocol::message::Usage;
use serde_json::Value;
use server::config::{Layers, Settings};
use server::models::{ModelError, Models, Piece, Prompt};

static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| Arc::new(Library::load().expect("the library")));

/// What the guide says first where the model can't be had.
const IN_ITS_PLACE: &str = "*The language model could not be reached; this is the built-in guide's answer.*";

/// All that came of one question.
#[derive(Debug, Default)]
struct Outcome {
    text: String,
    by: Option<String>,
    sources: Vec<Source>,
    context: Vec<String>,
    usage: Usage,
    raw: Value,
    restarts: usize,
    choices: Vec<server::models::Choice>,
    asking: Option<protocol::message::Asking>,
    error: Option<ModelError>,
}

impl Outcome {
    /// What the model itself said, without the guide's question behind it.
    fn own(&self) -> &str {
        let asked = self.asking.as_ref().and_then(|asking| self.text.strip_suffix(asking.question.as_str()));
        asked.unwrap_or(&self.text).trim_end()
    }

    fn is_of_the_guide(&self) -> bool {
        self.by.as_deref() == Some("builtin") && self.text.starts_with(IN_ITS_PLACE) && self.text.len() > 120
    }
}

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let flags: BTreeMap<String, String> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let layers = Layers::gather(flags, |_| None, None).expect("known settings");
    Settings::read(&layers).unwrap_or_else(|error| panic!("{error}"))
}

/// The model of these settings, with short times.
fn model(url: &str, pairs: &[(&str, &str)]) -> Models {
    model_of(&LIBRARY, url, pairs)
}

fn model_of(library: &Arc<Library>, url: &str, pairs: &[(&str, &str)]) -> Models {
    let mut all = vec![
        ("model", "openai:test-model"),
        ("model_url", url),
        ("model_connect", "100ms"),
        ("model_first_token", "600ms"),
        ("model_idle", "1s"),
    ];
    all.extend(pairs);
    Models::from_settings(&settings(&all), library, |name| {
        (name == "GEMINI_API_KEY").then(|| "gemini-key-of-a-test".to_owned())
    })
    .unwrap_or_else(|error| panic!("{error}"))
}

fn question(text: &str) -> Prompt {
    Prompt { question: text.to_owned(), ..Prompt::default() }
}

async fn ask(models: &Models, prompt: Prompt) -> Outcome {
    let mut outcome = Outcome::default();
    let mut pieces = models.current().answer(prompt);
    while let Some(piece) = pieces.next().await {
        assert!(outcome.error.is_none(), "nothing comes behind an error");
        match piece {
            Ok(Piece::Text(text)) => outcome.text += &text,
            Ok(Piece::Restart) => outcome.restarts += 1,
            Ok(Piece::Sources(sources)) => outcome.sources = sources,
            Ok(Piece::Context(context)) => outcome.context = context,
            Ok(Piece::Usage(usage)) => outcome.usage = usage,
            Ok(Piece::By(name)) => outcome.by = Some(name),
            Ok(Piece::Raw(raw)) => outcome.raw = raw,
            Ok(Piece::Choices(choices)) => outcome.choices = choices,
            Ok(Piece::Asks(asking)) => outcome.asking = Some(asking),
            Ok(Piece::Working | Piece::Recommendations(_)) => {}
            Err(error) => outcome.error = Some(error),
        }
    }
    outcome
}
