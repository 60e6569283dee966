//! Who answers: one small trait, and the models behind it.
//!
//! [`builtin`] needs no network: it answers from the library alone. [`remote`] are language models, asked over the network
//! and checked against the library. [`scripted`] is for tests and is never the default.
//! A model is shown a [`Prompt`] and gives back a stream of [`Piece`]s; dropping the stream cancels the answer.
//!
//! A model never decides what is dangerous: that is noticed before it is asked, and answered whether or not it speaks.

pub mod builtin;
pub mod remote;
pub mod scripted;

use std::sync::Arc;

use futures_util::stream::BoxStream;
use knowledge::Library;
use protocol::message::{Asking, Usage};
use protocol::rest::{AnswerLength, Profile, Tone};
use protocol::{Role, Source};

use crate::config::Settings;

/// What a model is shown.
#[derive(Debug, Clone, Default)]
pub struct Prompt {
    /// What is asked now.
    pub question: String,
    /// What was said before, oldest first, within the budget of `turns::context`.
    pub history: Vec<Past>,
    /// What was said before the history, in short.
    pub summary: Option<String>,
    /// What the person said of themselves anywhere in the conversation, oldest first; this question included.
    pub facts: Vec<Fact>,
    /// The same of others (a child, a partner), by whom it is about.
    pub of_others: Vec<OfOther>,
    /// The stored beginning of this very answer, when a turn is taken up again. The stream goes on exactly behind it,
    /// or begins with [`Piece::Restart`].
    pub already_said: String,
    /// Who asks.
    pub person: Person,
    /// What the person wants of the answers in this conversation, in their words. Data, never a rule.
    pub wish: Option<String>,
    /// What the person's own documents say of it, best first.
    pub own: Vec<OwnSource>,
    /// Pictures with the question, for a model that sees.
    pub pictures: Vec<Picture>,
    /// How many pictures are with the question that whoever answers can't see.
    pub unseen_pictures: usize,
}

/// A passage of a person's own document.
#[derive(Debug, Clone)]
pub struct OwnSource {
    /// It, as the source of an answer.
    pub source: Source,
    /// Its document was attached to the question.
    pub is_attached: bool,
}

/// A picture.
#[derive(Clone)]
pub struct Picture {
    /// Such as `image/png`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Arc<[u8]>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Picture").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// One message of the history.
#[derive(Debug, Clone)]
pub struct Past {
    /// Who said it.
    pub role: Role,
    /// What was said.
    pub text: String,
    /// What could be tapped under it.
    pub choices: Vec<Choice>,
}

/// An answer that can be tapped instead of typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the question was about and which answer it is: `choice_<subject>_<answer>` ([`CHOICE`]).
    pub id: String,
    /// What stands on it, and is said by tapping it.
    pub label: String,
}

/// What the id of every choice begins with.
pub const CHOICE: &str = "choice_";

/// Something that a person said of themselves and that stays true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub kind: FactKind,
    /// In the person's words.
    pub text: String,
    /// The place of the message in which it was said.
    pub seq: i64,
}

/// Something that a person said of somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfOther {
    /// Of whom: `son`, `mother`, `he`.
    pub who: String,
    /// What.
    pub fact: Fact,
}

impl OfOther {
    /// Of whom, to the person: `your son`, `him`.
    pub fn whom(&self) -> String {
        match self.who.as_str() {
            "he" => "him".to_owned(),
            "she" => "her".to_owned(),
            who => format!("your {who}"),
        }
    }
}

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FactKind {
    /// Age or sex.
    Person,
    /// A pregnancy, or breastfeeding.
    Pregnancy,
    /// An allergy or intolerance.
    Allergy,
    /// A medicine that is taken.
    Medicine,
    /// An illness that lasts, or an operation had.
    Condition,
}

/// What is known of who asks; all of it optional.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// In whole years.
    pub age: Option<u16>,
    /// How much they want to be told.
    pub length: Option<AnswerLength>,
    /// How they want to be spoken to.
    pub tone: Option<Tone>,
    /// What helps them, in their words.
    pub helps: Option<String>,
    /// What they don't want, in their words.
    pub avoid: Option<String>,
}

impl Person {
    /// As somebody told of themselves.
    pub fn of(profile: &Profile) -> Self {
        Self {
            country: profile.country.clone(),
            language: profile.language.clone(),
            age: profile.age,
            length: profile.answer_length,
            tone: profile.tone,
            helps: profile.what_helps.clone(),
            avoid: profile.what_to_avoid.clone(),
        }
    }

    /// What of it is known, by name, for the reader.
    pub fn shown(&self) -> Option<String> {
        let known = [
            (self.age.is_some(), "age"),
            (self.country.is_some(), "country"),
            (self.language.is_some(), "language"),
            (self.length.is_some(), "length of answers"),
            (self.tone.is_some(), "tone"),
            (self.helps.is_some(), "what helps you"),
            (self.avoid.is_some(), "what to avoid"),
        ];
        let names: Vec<&str> = known.into_iter().filter_map(|(known, name)| known.then_some(name)).collect();
        (!names.is_empty()).then(|| format!("Your profile: {}", names.join(", ")))
    }
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Forget what was said: the text begins anew. Only ever the first piece.
    Restart,
    /// The next words.
    Text(String),
    /// What the answer rests on, in the order of its numbered marks; replaces what came before.
    Sources(Vec<Source>),
    /// What the model was shown, for the reader.
    Context(Vec<String>),
    /// Things to try or to ask next.
    Recommendations(Vec<String>),
    /// Answers to the question that this answer ends with.
    Choices(Vec<Choice>),
    /// What that question is.
    Asks(Asking),
    /// What was used.
    Usage(Usage),
    /// Nothing to show yet; it is at work.
    Working,
    /// Who answers, where it is not the one that was asked.
    By(String),
    /// What came from the provider, before it was checked; kept sealed with the answer.
    Raw(serde_json::Value),
}

/// An answer as it is made. It ends when it is whole, or with an error.
pub type Answer = BoxStream<'static, Result<Piece, ModelError>>;

/// Why an answer broke off. The texts hold nothing of what a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It could not be asked.
    #[error("the model cannot be reached: {0}")]
    Unavailable(String),
    /// It failed half-way.
    #[error("the model broke off: {0}")]
    Broke(String),
    /// It said nothing for too long.
    #[error("the model took too long")]
    TimedOut,
}

/// Something that answers.
pub trait Model: Send + Sync {
    /// Its stable name, as stored with a message.
    fn name(&self) -> &str;
    /// Its name in words, for people.
    fn label(&self) -> &str;
    /// Whether it ends by itself when it says nothing for too long; one that does not is ended.
    fn minds_the_time(&self) -> bool {
        false
    }
    /// Whether it says again what it said before a restart of the server, and goes on with it.
    fn goes_on(&self) -> bool {
        true
    }
    /// Whether it can see pictures.
    fn sees(&self) -> bool {
        false
    }
    /// Whether it is shown what was found in a person's documents; what they attach it is shown in any case.
    fn reads_documents(&self) -> bool {
        true
    }
    /// Answers. Nothing happens until the stream is polled; dropping it cancels.
    fn answer(&self, prompt: Prompt) -> Answer;
}

/// The models of this installation.
#[derive(Clone)]
pub struct Models {
    current: Arc<dyn Model>,
    /// Those that people may name instead.
    choice: Vec<Arc<dyn Model>>,
}

impl Models {
    /// Opens what the setting names: `builtin`, or `scripted:…` (see [`scripted`]).
    ///
    /// # Errors
    /// In words for the operator: which value, and what is allowed.
    pub fn open(setting: &str, library: Arc<Library>) -> Result<Self, String> {
        let current: Arc<dyn Model> = match setting.split_once(':') {
            None if setting == "builtin" => Arc::new(builtin::Builtin::new(library)),
            Some(("scripted", script)) => Arc::new(scripted::Scripted::parse(script)?),
            _ => {
                return Err(format!(
                    "`{setting}` is not a model; allowed are `builtin`, `ollama:NAME`, `openai:NAME`, `gemini:NAME`, \
                     `vertex:NAME` and, for tests, `scripted:…`"
                ));
            }
        };
        Ok(Self { current, choice: Vec::new() })
    }

    /// Opens what the settings name; keys come from the environment or from files.
    ///
    /// # Errors
    /// In words for the operator, without a key.
    pub fn from_settings(
        settings: &Settings,
        library: &Arc<Library>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let open = |model: &str| -> Result<Arc<dyn Model>, String> {
            let settings = Settings { model: model.to_owned(), ..settings.clone() };
            match remote::Remote::open(&settings, Arc::clone(library), &environment)? {
                Some(remote) => Ok(Arc::new(remote)),
                None => Ok(Self::open(model, Arc::clone(library))?.current),
            }
        };
        let current = open(&settings.model)?;
        let others = settings.model_choice.0.iter().filter(|name| **name != settings.model);
        let choice = others
            .map(|name| open(name).map_err(|why| format!("setting `model_choice`: {why}")))
            .collect::<Result<_, String>>()?;
        Ok(Self { current, choice })
    }

    /// The one of this name, where people may name it.
    pub fn named(&self, name: &str) -> Option<&Arc<dyn Model>> {
        self.all().find(|model| model.name() == name)
    }

    /// The one for a turn: as it names it, else the one that answers. What was allowed once and is no more is passed over.
    pub fn for_turn(&self, name: Option<&str>) -> &Arc<dyn Model> {
        name.and_then(|name| self.named(name)).unwrap_or(&self.current)
    }

    /// The names that people may name.
    pub fn names(&self) -> Vec<&str> {
        self.all().map(|model| model.name()).collect()
    }

    fn all(&self) -> impl Iterator<Item = &Arc<dyn Model>> {
        std::iter::once(&self.current).chain(&self.choice)
    }

    /// The one that answers.
    pub fn current(&self) -> &Arc<dyn Model> {
        &self.current
    }
}

impl std::fmt::Debug for Models {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.names()).finish()
    }
}
