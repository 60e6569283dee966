//! What people ask about an article's subject: the question, a direct answer, and how it is worded.
//!
//! `library/questions/<article>.toml` holds them. Question and answer become a section of the article, so that they are
//! read and cited like the rest of it; the wordings are what a message is compared with.
//!
//! A message *fits* a question where of each of its groups of phrases one stands in it (the first group, its subject, may
//! stand in what was said before). Of those that fit, the one with the nearest wording is taken. Without fitting, only a
//! wording that is nearly the message's own is ([`Wordings`]).

mod finder;
mod wordings;

use serde::Deserialize;

pub use self::wordings::Wordings;
use super::article::{Article, ArticleSource, Urgency};

/// The heading of the section.
pub const HEADING: &str = "Questions people ask";
/// The file of an article.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its questions, in order.
    pub question: Vec<Question>,
}

/// A question that people ask.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// In short.
    pub ask: String,
    /// A paragraph that begins with the answer.
    pub answer: String,
    /// What it rests on.
    pub source: Rests,
    /// Of each group one phrase stands in a message that asks it; the first is its subject. Lower-case words; one that ends
    /// in `*` goes on as it likes.
    pub needs: Vec<Vec<String>>,
    /// None of these stands in it.
    #[serde(default)]
    pub unless: Vec<String>,
    /// What the answer advises to someone of whom it is true.
    pub urgency: Option<Level>,
    /// How people word it.
    pub asked: Vec<String>,
}

/// The source of an answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Rests {
    /// The article's own, counted from 1.
    Article(usize),
    /// Another document.
    On(ArticleSource),
}

/// As [`Urgency`], as the file writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Call now.
    Emergency,
    /// The same day.
    Urgent,
    /// An appointment.
    Routine,
    /// At home.
    SelfCare,
}

impl From<Level> for Urgency {
    fn from(level: Level) -> Self {
        match level {
            Level::Emergency => Self::Emergency,
            Level::Urgent => Self::Urgent,
            Level::Routine => Self::Routine,
            Level::SelfCare => Self::SelfCare,
        }
    }
}

impl Question {
    /// The bullet of the article's section.
    fn bullet(&self) -> String {
        format!("- **{}** {}\n", self.ask, self.answer)
    }
}

/// An article's text with its questions in it, and the sources that these add.
///
/// # Errors
/// In words, where the file is not as it must be.
pub fn put_in(
    body: &str,
    own: &[ArticleSource],
    file: &str,
) -> Result<(String, Vec<ArticleSource>, Vec<Question>), String> {
    let File { question: questions } = toml::from_str(file).map_err(|error| error.to_string())?;
    let (before, sources) = body.split_once("## Sources\n").ok_or("there is no section of sources")?;
    let mut added: Vec<ArticleSource> = Vec::new();
    let mut listed = sources.trim_end().to_owned();
    for question in &questions {
        match &question.source {
            Rests::Article(at) if (1..=own.len()).contains(at) => {}
            Rests::Article(at) => return Err(format!("`{}`: the article has no source {at}", question.ask)),
            Rests::On(source) if own.contains(source) || added.contains(source) => {}
            Rests::On(source) => {
                listed.extend(["\n- ", &source.publisher, ", ", &source.year.to_string(), ": ", &source.title]);
                added.push(source.clone());
            }
        }
    }
    let section: String = questions.iter().map(Question::bullet).collect();
    Ok((format!("{before}## {HEADING}\n{section}\n## Sources\n{listed}\n"), added, questions))
}

/// What is looked up of a message.
#[derive(Debug, Clone, Copy)]
pub struct Said<'message> {
    /// What it says is there.
    pub asserted: &'message str,
    /// All of it.
    pub whole: &'message str,
    /// What the person said before it, as far as it counts.
    pub before: &'message str,
}

/// A question that a message asks.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'library> {
    /// About what.
    pub article: &'library Article,
    /// Which.
    pub question: &'library Question,
    /// How near, higher is nearer.
    pub score: f64,
    /// How it fits.
    pub fit: Fit,
}

/// How a message fits a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Each group of phrases has one in the message.
    Whole,
    /// It is nearly in the words of a wording, whatever phrases it has.
    Worded,
    /// Its subject was named before, the rest is in the message.
    GoesOn,
    /// It is worded much like it and has all groups of phrases but one, which is not the subject.
    ButForOne,
}

impl Asked<'_> {
    /// Where its answer begins in the article's body, in bytes.
    pub fn start(&self) -> usize {
        self.article.body.find(self.question.bullet().trim_end()).expect("it was put there")
    }
}
