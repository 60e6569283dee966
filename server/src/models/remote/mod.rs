//! Language models, asked over the network: Ollama, whatever speaks `OpenAI`'s dialect, Gemini and Vertex AI.
//!
//! Start with [`Remote`]: `dialect` says who is asked, `prompt` what they are told, `talk` is one request, `check`
//! goes through what they say, `gate` holds back what rests on nothing, `breaker` leaves them alone when they fail. **The
//! rules of the prompt never change with what is asked, and nothing of one conversation is ever shown in another.** Where
//! the model can't be had, the built-in guide answers and says so.

mod breaker;
mod check;
mod circles;
mod dialect;
mod fault;
mod gate;
mod prompt;
mod quantity;
mod sentences;
mod talk;
mod tied;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use genai::Client;
use genai::chat::{ChatOptions, ChatRequest};
use knowledge::{Hit, ImportedHit, Library};
use protocol::{Role, Source};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tokio_stream::wrappers::ReceiverStream;

use self::breaker::{Breaker, Patience};
use self::check::Checker;
use self::circles::goes_in_circles;
use self::dialect::Dialect;
use self::fault::Fault;
use self::gate::{Ended, Gate};
use self::prompt::{Material, Template};
use self::sentences::is_question;
use self::talk::{End, Heard, Talk};
use super::builtin::{Builtin, Grounds, Plan};
use super::{Answer, Model, ModelError, Piece, Prompt};
use crate::config::Settings;

/// How many imported entries it is shown at the most.
const IMPORTED: usize = 3;
/// Stands before an answer of the guide in the model's place.
const IN_ITS_PLACE: &str = "*The language model could not be reached; this is the built-in guide's answer.*\n\n";
/// The same where the model spoke, and what it said does not rest on the library.
const UNTIED: &str =
    "*What the language model said did not rest on its sources; this is the built-in guide's answer.*\n\n";
/// Stands behind an answer that its provider's limit cut.
const CUT: &str = "\n\n*The answer was cut here, because it became too long.*";
/// Stands behind an answer that was cut as it went round in circles.
const CIRCLES: &str = "\n\n*The answer was cut here, because the model only repeated itself.*";
/// Stands behind an answer of which the rest did not rest on the library.
const LEFT_OUT: &str = "\n\n*What the language model said further did not rest on its sources and is left out.*";
/// Stands behind an answer that its provider's filter cut.
const WITHHELD: &str = "\n\n*The model's provider withheld the rest of this answer.*";

/// A language model.
pub struct Remote(Arc<Inner>);

struct Inner {
    name: String,
    label: String,
    dialect: Dialect,
    client: Client,
    options: ChatOptions,
    template: Template,
    breaker: Arc<Breaker>,
    library: Arc<Library>,
    guide: Builtin,
    passages: usize,
    tied: f64,
    /// It can see pictures.
    sees: bool,
    /// It is shown what was found in people's documents.
    documents: bool,
    first: Duration,
    idle: Duration,
}

impl Remote {
    /// Opens the language model that the settings name; `None` where they name none.
    ///
    /// # Errors
    /// In words for the operator, without a key.
    pub fn open(
        settings: &Settings,
        library: Arc<Library>,
        environment: &impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, String> {
        let Some(dialect) = Dialect::open(settings, environment)? else { return Ok(None) };
        let template = match &settings.prompt_file {
            None => Template::built_in(),
            Some(file) => {
                let fail = |cause: String| format!("`prompt_file` {}: {cause}", file.display());
                let text = std::fs::read_to_string(file).map_err(|cause| fail(cause.to_string()))?;
                Template::parse(&text).map_err(fail)?
            }
        };
        let mut options = ChatOptions::default().with_capture_usage(true).with_max_tokens(settings.model_answer_tokens);
        options.temperature = settings.model_temperature;
        let patience = Patience {
            failures: settings.model_failures,
            within: settings.model_failures_within,
            rest: settings.model_rest,
        };
        let client = Client::builder().with_reqwest(tls::client(settings, dialect.is_near())?).build();
        Ok(Some(Self(Arc::new(Inner {
            name: settings.model.clone(),
            label: format!("Language model {}", settings.model),
            dialect,
            client: client.map_err(|_| "no client for language models can be made".to_owned())?,
            options,
            template,
            breaker: Breaker::new(patience),
            guide: Builtin::new(Arc::clone(&library)),
            library,
            passages: settings.model_passages,
            tied: settings.model_tied,
            sees: settings.model_sees,
            documents: settings.model_documents,
            first: settings.model_connect + settings.model_first_token,
            idle: settings.model_idle,
        }))))
    }
}

impl Model for Remote {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn label(&self) -> &str {
        &self.0.label
    }

    fn minds_the_time(&self) -> bool {
        true
    }

    fn goes_on(&self) -> bool {
        false
    }

    fn sees(&self) -> bool {
        self.0.sees
    }

    fn reads_documents(&self) -> bool {
        self.0.documents
    }

    fn answer(&self, prompt: Prompt) -> Answer {
        let (pieces, taken) = mpsc::channel(1);
        let inner = Arc::clone(&self.0);
        let say = Say { pieces, restart: !prompt.already_said.is_empty() };
        // The telling runs only while its pieces are taken, and is dropped with them.
        let telling = stream::once(async move { inner.answer(prompt, say).await }).filter_map(|()| async { None });
        stream::select(ReceiverStream::new(taken), telling).boxed()
    }
}

/// What became of an answer that was told to its end.
enum Told {
    /// It stands.
    Tied,
    /// It does not rest on what it was shown, and nobody saw it. It may have broken off, too.
    Untied(Option<Fault>),
}

/// Where the pieces go.
struct Say {
    pieces: mpsc::Sender<Result<Piece, ModelError>>,
    /// What was said before a restart of the server goes, once there is something in its place.
    restart: bool,
}

impl Say {
    async fn piece(&mut self, piece: Piece) {
        let shows = !matches!(piece, Piece::Working);
        if shows && std::mem::take(&mut self.restart) {
            self.send(Ok(Piece::Restart)).await;
        }
        self.send(Ok(piece)).await;
    }

    async fn text(&mut self, text: String) {
        if !text.is_empty() {
            self.piece(Piece::Text(text)).await;
        }
    }

    async fn send(&mut self, piece: Result<Piece, ModelError>) {
        // Refused only where nobody takes pieces any more, and then this is dropped as well.
        let _ = self.pieces.send(piece).await;
    }
}

impl Inner {
    async fn answer(&self, mut prompt: Prompt, mut say: Say) {
        // A model does not go on where another request stopped: it answers anew.
        prompt.already_said.clear();
        let grounds = Grounds::of(&prompt, &self.library, self.passages);
        if grounds.guide_only {
            return self.guide_answers(prompt, "", &mut say).await;
        }
        if grounds.about_us {
            let note = format!(
                "*Other answers here may be made by a language model, {}, which is no doctor either. This server sends it \
                 the conversation in order to have it answered; where that goes, and what is kept of it there, whoever \
                 runs this server can tell. This is the built-in guide's answer.*\n\n",
                self.name
            );
            return self.guide_answers(prompt, &note, &mut say).await;
        }
        let Some(leave) = self.breaker.ask() else {
            count("resting");
            return self.guide_answers(prompt, IN_ITS_PLACE, &mut say).await;
        };
        let mut understood = grounds.understood;
        if prompt.unseen_pictures > 0 {
            understood.push(
                "A picture came with it, which you can't see. Say so first, and ask to be told in words what it shows."
                    .to_owned(),
            );
        }
        let sources = self.sources(&grounds.hits, &prompt);
        let material = Material { sources: &sources, understood: &understood };
        let request = self.template.request(&prompt, &material);
        let (talk, first) = match self.reach(request, &mut say).await {
            Ok(reached) => reached,
            Err(fault) => {
                tracing::warn!(%fault, "the language model gave no answer; the guide takes over");
                count("unreached");
                if fault.counts() {
                    leave.failed();
                }
                return self.guide_answers(prompt, IN_ITS_PLACE, &mut say).await;
            }
        };
        say.piece(Piece::Context(shown(&prompt, &sources))).await;
        let (plan, other_language) = (grounds.plan, grounds.other_language);
        match self.tell(talk, first, &prompt, (&sources, plan, other_language), &mut say).await {
            Ok(Told::Tied) => {
                count("answered");
                leave.worked();
            }
            Ok(Told::Untied(fault)) => {
                tracing::info!("an answer did not rest on its sources; the guide takes over");
                count("untied");
                if fault.is_some_and(|fault| fault.counts()) {
                    leave.failed();
                } else {
                    leave.worked();
                }
                self.guide_answers(prompt, UNTIED, &mut say).await;
            }
            Err(fault) => {
                tracing::warn!(%fault, "the language model broke off");
                count("broke_off");
                if fault.counts() {
                    leave.failed();
                } else {
                    leave.worked();
                }
                say.send(Err(fault.to_error())).await;
            }
        }
    }

    /// What it is shown of the library, of what was imported beside it, and of the person's own documents: what they
    /// attached first.
    fn sources(&self, hits: &[Hit<'_>], prompt: &Prompt) -> Vec<Source> {
        let further = self.library.further(&prompt.question, IMPORTED).unwrap_or_else(|error| {
            tracing::warn!(%error, "the imported library can't be read");
            Vec::new()
        });
        let own = |attached| {
            let these = prompt.own.iter().filter(move |own| own.is_attached == attached);
            these.map(|own| own.source.clone())
        };
        let mut ranked: Vec<Source> = hits.iter().map(Hit::source).chain(own(false)).collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        own(true).chain(ranked).chain(further.iter().map(ImportedHit::source)).collect()
    }

    /// Asks until the first words, at most twice.
    async fn reach(&self, request: ChatRequest, say: &mut Say) -> Result<(Talk, String), Fault> {
        let fault = match self.attempt(request.clone(), say).await {
            Ok(reached) => return Ok(reached),
            Err(fault) => fault,
        };
        let Some(wait) = fault.retry() else { return Err(fault) };
        tracing::info!(%fault, "the language model is asked again");
        say.piece(Piece::Working).await;
        sleep(wait).await;
        self.attempt(request, say).await
    }

    async fn attempt(&self, request: ChatRequest, say: &mut Say) -> Result<(Talk, String), Fault> {
        let asked = Instant::now();
        say.piece(Piece::Working).await;
        let begun = tokio::time::timeout(self.first, async {
            let target = self.dialect.target().await?;
            Talk::begin(&self.client, target, request, &self.options).await
        });
        let mut talk = begun.await.map_err(|_| Fault::Late)??;
        let mut within = self.first.saturating_sub(asked.elapsed());
        loop {
            match talk.next(within, Fault::Late).await? {
                // Blank lines are no words yet.
                Heard::Text(_) if talk.said().trim().is_empty() => {}
                Heard::Text(_) => {
                    metrics::histogram!("anamnesis_model_first_words_seconds").record(asked.elapsed().as_secs_f64());
                    let text = talk.said().to_owned();
                    return Ok((talk, text));
                }
                Heard::Sign => {}
                Heard::End(end) => return Err(end.fault().unwrap_or(Fault::Empty)),
            }
            say.piece(Piece::Working).await;
            // It is at work: from now on only silence counts.
            within = self.idle;
        }
    }

    /// Says what the model says, checked.
    async fn tell(
        &self,
        mut talk: Talk,
        first: String,
        prompt: &Prompt,
        (sources, plan, other_language): (&[Source], Option<Plan>, bool),
        say: &mut Say,
    ) -> Result<Told, Fault> {
        let passages: Vec<&str> = sources.iter().map(|source| source.passage.as_str()).collect();
        let mut checker = Checker::new(&passages, &own_words(prompt));
        // What a model reads off a picture stands in no passage.
        let least = if prompt.pictures.is_empty() { self.tied } else { 0.0 };
        let mut gate = Gate::new(&passages, &self.library, least, other_language);
        let mut marks = 0;
        let mut heard = Heard::Text(first);
        let ended: Result<End, Fault> = loop {
            match heard {
                Heard::Text(text) => {
                    if goes_in_circles(talk.said()) {
                        break Err(Fault::Circles);
                    }
                    let part = checker.take(&text);
                    let Ok(shown) = gate.pass(&part, checker.cited()) else {
                        // It is hung up on: more of the same would come.
                        break Err(Fault::Long);
                    };
                    if last_mark(&shown, &checker) > marks {
                        marks = last_mark(&shown, &checker);
                        say.piece(Piece::Sources(cited(sources, &checker.cited()[..marks]))).await;
                    }
                    // What is held back is work, too.
                    if shown.is_empty() { say.piece(Piece::Working).await } else { say.text(shown).await }
                }
                Heard::Sign => say.piece(Piece::Working).await,
                Heard::End(end) => break Ok(end),
            }
            heard = match talk.next(self.idle, Fault::Silent).await {
                Ok(heard) => heard,
                Err(fault) => break Err(fault),
            };
        };
        let mut fault = ended.as_ref().map_or_else(|fault| Some(fault.clone()), End::fault);
        let in_circles = matches!(fault, Some(Fault::Circles));
        let rest = checker.end();
        let mut asked = is_question(talk.said());
        let mut rest = match gate.end(&rest, checker.cited(), in_circles) {
            Ended::Whole(rest) if fault.is_none() => rest + checker.note(),
            Ended::Whole(rest) | Ended::Aside(rest) => rest,
            Ended::LeftOut(mut rest) => {
                // It was hung up on by us.
                fault.take_if(|fault| matches!(fault, Fault::Long));
                if !in_circles {
                    rest += LEFT_OUT;
                }
                asked = false;
                rest
            }
            Ended::Untied => {
                // What the provider said stays with the answer, sealed, for whoever reviews it.
                say.piece(Piece::Raw(talk.raw(ended.as_ref().ok()))).await;
                return Ok(Told::Untied(fault));
            }
        };
        marks = marks.max(last_mark(&rest, &checker));
        rest += match &fault {
            Some(Fault::Long) => CUT,
            Some(Fault::Circles) => CIRCLES,
            Some(Fault::Filtered) => WITHHELD,
            _ => "",
        };
        say.text(rest).await;
        if let Some(Plan { asking, choices }) = plan.filter(|_| fault.is_none()) {
            if !asked {
                say.text(format!("\n\n{}", asking.question)).await;
            }
            say.piece(Piece::Choices(choices)).await;
            say.piece(Piece::Asks(asking)).await;
        }
        say.piece(Piece::Sources(cited(sources, &checker.cited()[..marks]))).await;
        if let Ok(end) = &ended {
            say.piece(Piece::Usage(end.usage)).await;
        }
        say.piece(Piece::Raw(talk.raw(ended.as_ref().ok()))).await;
        fault.map_or(Ok(Told::Tied), Err)
    }

    /// The guide's answer, in plain sight.
    async fn guide_answers(&self, prompt: Prompt, note: &str, say: &mut Say) {
        say.piece(Piece::By(self.guide.name().to_owned())).await;
        say.text(note.to_owned()).await;
        let mut pieces = self.guide.answer(prompt);
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(Piece::Restart) => {}
                Ok(piece) => say.piece(piece).await,
                Err(error) => say.send(Err(error)).await,
            }
        }
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("anamnesis_model_answers", "outcome" => outcome).increment(1);
}

/// The passages that were cited, in the order of their marks.
fn cited(sources: &[Source], marks: &[usize]) -> Vec<Source> {
    marks.iter().map(|index| sources[*index].clone()).collect()
}

/// The highest mark in a part of an answer, 0 without one: they are numbered in the order in which they come.
fn last_mark(shown: &str, checker: &Checker) -> usize {
    let marks = shown.split('[').skip(1).filter_map(|mark| mark.split_once(']')?.0.parse().ok());
    marks.filter(|mark| *mark <= checker.cited().len()).max().unwrap_or(0)
}

/// What the person said themselves, now and before.
fn own_words(prompt: &Prompt) -> Vec<&str> {
    let said = prompt.history.iter().filter(|past| past.role == Role::User).map(|past| past.text.as_str());
    let facts = prompt.facts.iter().map(|fact| fact.text.as_str());
    said.chain(facts).chain([prompt.question.as_str()]).collect()
}

/// What the model was shown besides the conversation, for the reader.
fn shown(prompt: &Prompt, sources: &[Source]) -> Vec<String> {
    let title = |source: &Source| {
        let what = if source.id.starts_with("documents/") { "Your document" } else { "Library" };
        format!("{what}: {}", source.title)
    };
    let mut shown: Vec<String> = sources.iter().map(title).collect();
    if !prompt.pictures.is_empty() {
        shown.push(format!("Pictures: {}", prompt.pictures.len()));
    }
    shown.extend(prompt.wish.as_ref().map(|_| "What you wish of answers in this conversation".to_owned()));
    shown
}
