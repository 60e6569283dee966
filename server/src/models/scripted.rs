//! A model for tests: says a set text, with faults on request.
//!
//! `scripted:` is followed by parts separated by `;` (a `;` or `\` of the text is written `\;` and `\\`):
//! `text=Hello world` · `chunk=5` characters a piece · `delay_ms=20` before each piece · `stall_after=30` characters it
//! goes silent for ever · `error_after=10` characters it breaks off · `endless` says the text again and again ·
//! `unavailable` can't be asked at all. `{question}` in the text stands for what was asked, `{history}`, `{summary}`,
//! `{facts}` and `{wish}` for what the model was shown besides.
//!
//! Positions count from the beginning of the whole answer, so an answer that is taken up again behaves as the first.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use protocol::message::Usage;

use super::{Answer, Model, ModelError, Piece, Prompt};

/// The scripted model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scripted {
    text: String,
    chunk: usize,
    delay: Duration,
    stall_after: Option<usize>,
    error_after: Option<usize>,
    endless: bool,
    unavailable: bool,
}

impl Scripted {
    /// Reads a script.
    ///
    /// # Errors
    /// Names the part that is wrong and what is allowed.
    pub fn parse(script: &str) -> Result<Self, String> {
        let mut scripted = Self {
            text: "A scripted answer.".into(),
            chunk: 8,
            delay: Duration::ZERO,
            stall_after: None,
            error_after: None,
            endless: false,
            unavailable: false,
        };
        for part in parts(script) {
            let (key, value) = part.split_once('=').unwrap_or((&part, ""));
            let number = || value.parse::<usize>().map_err(|_| format!("`{part}`: a whole number is expected"));
            match key.trim() {
                "" => {}
                "text" => value.clone_into(&mut scripted.text),
                "chunk" => scripted.chunk = number()?.max(1),
                "delay_ms" => scripted.delay = Duration::from_millis(number()? as u64),
                "stall_after" => scripted.stall_after = Some(number()?),
                "error_after" => scripted.error_after = Some(number()?),
                "endless" => scripted.endless = true,
                "unavailable" => scripted.unavailable = true,
                _ => {
                    return Err(format!(
                        "`{part}` is no part of a script; allowed are text=, chunk=, delay_ms=, stall_after=, \
                         error_after=, endless, unavailable"
                    ));
                }
            }
        }
        if scripted.endless && scripted.text.is_empty() {
            return Err("an endless script needs a text".into());
        }
        Ok(scripted)
    }
}

/// Splits at `;`, where `\` keeps the next character as it is.
fn parts(script: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = script.chars();
    while let Some(character) = characters.next() {
        let last = parts.last_mut().expect("never empty");
        match character {
            '\\' => last.extend(characters.next()),
            ';' => parts.push(String::new()),
            other => last.push(other),
        }
    }
    parts
}

/// A text with what was shown put where it asks for it.
fn filled(text: &str, prompt: &Prompt) -> String {
    let history: Vec<&str> = prompt.history.iter().map(|past| past.text.as_str()).collect();
    let own = prompt.facts.iter().map(|fact| fact.text.clone());
    let others = prompt.of_others.iter().map(|other| format!("{}: {}", other.who, other.fact.text));
    let facts: Vec<String> = own.chain(others).collect();
    text.replace("{history}", &history.join(" | "))
        .replace("{summary}", prompt.summary.as_deref().unwrap_or("none"))
        .replace("{facts}", &facts.join(" | "))
        .replace("{wish}", prompt.wish.as_deref().unwrap_or("none"))
        .replace("{question}", &prompt.question)
}

/// Where an answer stands.
struct Saying {
    script: Scripted,
    text: Vec<char>,
    /// Characters said so far, those before a restart of the server included.
    said: usize,
    restart: bool,
    /// The last piece has been given.
    over: bool,
}

impl Saying {
    fn new(script: Scripted, prompt: &Prompt) -> Self {
        let text: Vec<char> = filled(&script.text, prompt).chars().collect();
        let mut saying = Self { script, text, said: 0, restart: false, over: false };
        let same = prompt.already_said.chars().enumerate().all(|(at, character)| saying.at(at) == Some(character));
        if same {
            saying.said = prompt.already_said.chars().count();
        } else {
            saying.restart = true;
        }
        saying
    }

    fn at(&self, position: usize) -> Option<char> {
        if self.script.endless { Some(self.text[position % self.text.len()]) } else { self.text.get(position).copied() }
    }

    async fn next(&mut self) -> Option<Result<Piece, ModelError>> {
        if self.over {
            return None;
        }
        if self.script.unavailable {
            self.over = true;
            return Some(Err(ModelError::Unavailable("the script says so".into())));
        }
        if std::mem::take(&mut self.restart) {
            return Some(Ok(Piece::Restart));
        }
        if !self.script.delay.is_zero() {
            tokio::time::sleep(self.script.delay).await;
        }
        if self.script.error_after.is_some_and(|after| self.said >= after) {
            self.over = true;
            return Some(Err(ModelError::Broke("the script says so".into())));
        }
        if self.script.stall_after.is_some_and(|after| self.said >= after) {
            std::future::pending::<()>().await;
        }
        let edges = [self.script.error_after, self.script.stall_after];
        let edge = edges.into_iter().flatten().min().unwrap_or(usize::MAX);
        let end = (self.said + self.script.chunk).min(edge);
        let piece: String = (self.said..end).map_while(|position| self.at(position)).collect();
        if piece.is_empty() {
            self.over = true;
            let words = |text: &str| text.split_whitespace().count() as u64;
            let completion_tokens = words(&self.text.iter().collect::<String>());
            return Some(Ok(Piece::Usage(Usage { prompt_tokens: 0, completion_tokens })));
        }
        self.said += piece.chars().count();
        Some(Ok(Piece::Text(piece)))
    }
}

impl Model for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn label(&self) -> &'static str {
        "Scripted answers (for tests)"
    }

    fn answer(&self, prompt: Prompt) -> Answer {
        let saying = Saying::new(self.clone(), &prompt);
        stream::unfold(saying, |mut saying| async move { saying.next().await.map(|piece| (piece, saying)) }).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(already_said: &str) -> Prompt {
        Prompt { question: "why?".into(), already_said: already_said.into(), ..Prompt::default() }
    }

    async fn said(script: &str, already_said: &str, most: usize) -> (String, Option<ModelError>, bool) {
        let answer = Scripted::parse(script).unwrap().answer(prompt(already_said));
        let pieces: Vec<_> = answer.take(most).collect().await;
        let mut text = String::new();
        let (mut error, mut restarted) = (None, false);
        for piece in pieces {
            match piece {
                Ok(Piece::Text(more)) => text += &more,
                Ok(Piece::Restart) => restarted = true,
                Ok(_) => {}
                Err(broken) => error = Some(broken),
            }
        }
        (text, error, restarted)
    }

    #[tokio::test]
    async fn a_text_is_said_whole_in_chunks() {
        assert_eq!(said("text=Hello wörld;chunk=3", "", 99).await, ("Hello wörld".into(), None, false));
        assert_eq!(said(r"text=a\;b\\c {question}", "", 99).await.0, r"a;b\c why?");
    }

    #[tokio::test]
    async fn an_error_comes_after_exactly_so_many_characters() {
        let (text, error, _) = said("text=Hello world;chunk=3;error_after=7", "", 99).await;
        assert_eq!(text, "Hello w");
        assert!(matches!(error, Some(ModelError::Broke(_))));
        assert!(matches!(said("unavailable", "", 9).await.1, Some(ModelError::Unavailable(_))));
    }

    #[tokio::test]
    async fn a_stall_says_nothing_more_and_never_ends() {
        let mut answer = Scripted::parse("text=Hello;chunk=2;stall_after=3").unwrap().answer(prompt(""));
        assert_eq!(answer.next().await, Some(Ok(Piece::Text("He".into()))));
        assert_eq!(answer.next().await, Some(Ok(Piece::Text("l".into()))));
        assert!(futures_util::poll!(answer.next()).is_pending());
    }

    #[tokio::test(start_paused = true)]
    async fn a_delay_is_waited_before_each_piece() {
        let begin = tokio::time::Instant::now();
        assert_eq!(said("text=abcd;chunk=2;delay_ms=20", "", 99).await.0, "abcd");
        assert_eq!(begin.elapsed(), Duration::from_millis(60));
    }

    #[tokio::test]
    async fn endless_goes_on_and_on() {
        assert_eq!(said("text=ab;chunk=3;endless", "", 4).await.0, "abababababab");
    }

    #[tokio::test]
    async fn an_answer_is_taken_up_where_it_stood_or_begins_anew() {
        assert_eq!(said("text=Hello world", "Hello", 99).await, (" world".into(), None, false));
        assert_eq!(said("text=Hello world", "Hallo", 99).await, ("Hello world".into(), None, true));
        assert_eq!(said("text=Hi", "Hi and more", 99).await, ("Hi".into(), None, true));
        assert_eq!(said("text=ab;chunk=2;endless", "aba", 1).await, ("ba".into(), None, false));
    }

    #[test]
    fn a_wrong_script_names_the_part_that_is_wrong() {
        assert!(Scripted::parse("chunk=x").unwrap_err().contains("chunk=x"));
        assert!(Scripted::parse("pace=9").unwrap_err().contains("pace=9"));
    }
}
