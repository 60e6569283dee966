//! Older turns in a line each: what was asked, and how the answer began. Sentences are taken out as they are; nothing is
//! put into other words.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::context::tokens;

/// The longest question and answer in a line, in characters.
const QUESTION_CHARS: usize = 120;
const ANSWER_CHARS: usize = 180;
/// What stands for an answer to danger.
const HELP_GIVEN: &str = "what to do at once, and help lines";

/// A question and its answer, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The question's place.
    pub seq: i64,
    /// What was asked.
    pub question: String,
    /// What the answer was about.
    pub subject: Option<String>,
    /// How it began; empty until it came.
    pub answer: String,
}

impl Exchange {
    /// A question that has no answer yet.
    pub fn asked(seq: i64, text: &str) -> Self {
        Self { seq, question: question(text), subject: None, answer: String::new() }
    }

    /// Its answer came. `title`: of its first source, an article and a heading.
    pub fn answered(&mut self, text: &str, title: Option<&str>, crisis: bool) {
        self.subject = title.map(|title| title.split(" — ").next().unwrap_or(title).to_owned());
        self.answer = if crisis { HELP_GIVEN.to_owned() } else { answer(text) };
    }

    /// Bytes that it takes in memory, about.
    pub fn weight(&self) -> usize {
        self.question.len() + self.answer.len() + self.subject.as_ref().map_or(0, String::len) + 96
    }

    fn line(&self) -> String {
        let subject = self.subject.as_ref().map(|subject| format!(" ({subject})")).unwrap_or_default();
        let answer = if self.answer.is_empty() { String::new() } else { format!(" Answered: {}", self.answer) };
        format!("- Asked: {}{subject}{answer}", self.question)
    }
}

/// The summary, newest last, within a number of tokens: as many of the latest exchanges as fit into three quarters, and
/// as many of the latest subjects before them as fit into the rest.
pub fn write(subjects: &VecDeque<String>, earlier: &[&Exchange], tokens_max: usize) -> Option<String> {
    let mut left = tokens_max - tokens_max / 4;
    let mut lines = Vec::new();
    for exchange in earlier.iter().rev() {
        let line = exchange.line();
        let Some(rest) = left.checked_sub(tokens(&line) + 1) else { break };
        left = rest;
        lines.push(line);
    }
    let cut = earlier.len() - lines.len();
    let shorter = earlier[..cut].iter().map(|exchange| exchange.subject.as_ref().unwrap_or(&exchange.question));
    let mut left = tokens_max / 4;
    let mut named: Vec<&String> = Vec::new();
    for subject in subjects.iter().chain(shorter).rev().filter(|subject| !subject.is_empty()) {
        if named.contains(&subject) {
            continue;
        }
        let Some(rest) = left.checked_sub(tokens(subject) + 1) else { break };
        left = rest;
        named.push(subject);
    }
    if !named.is_empty() {
        let named: Vec<&str> = named.into_iter().rev().map(String::as_str).collect();
        lines.push(format!("Spoken of before: {}", named.join("; ")));
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The sentence that asks, else the first that says something.
fn question(text: &str) -> String {
    let sentences: Vec<&str> = sentences(text).collect();
    let asks = sentences.iter().find(|sentence| sentence.ends_with('?'));
    let says = || sentences.iter().find(|sentence| sentence.split_whitespace().count() >= 3);
    shortened(asks.or_else(says).or(sentences.first()).copied().unwrap_or_default(), QUESTION_CHARS)
}

/// The first sentence of an answer, without its Markdown and its source marks.
fn answer(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let plain: Vec<String> = lines.map(plain).collect();
    let first = plain.iter().flat_map(|line| sentences(line)).find(|said| said.split_whitespace().count() >= 3);
    let first = first.or_else(|| plain.first().map(String::as_str)).unwrap_or_default();
    shortened(first, ANSWER_CHARS)
}

/// A line without the signs of Markdown and without `[1]`.
fn plain(line: &str) -> String {
    let line = line.trim_start_matches(['-', '*', '>', ' ']);
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find('[') {
        let mark = rest[open + 1..].find(']').map(|close| &rest[open + 1..open + 1 + close]);
        let Some(mark) = mark.filter(|mark| !mark.is_empty() && mark.bytes().all(|byte| byte.is_ascii_digit())) else {
            plain.push_str(&rest[..=open]);
            rest = &rest[open + 1..];
            continue;
        };
        plain.push_str(rest[..open].trim_end());
        rest = &rest[open + mark.len() + 2..];
    }
    plain.push_str(rest);
    plain.replace("**", "").replace(['*', '`'], "")
}

/// A text cut behind `.`, `!`, `?` where a blank follows.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['\n'])
        .flat_map(|line| {
            let mut from = 0;
            let mut parts = Vec::new();
            for (at, sign) in line.match_indices(['.', '!', '?']) {
                let end = at + sign.len();
                if line[end..].starts_with(char::is_whitespace) {
                    parts.push(&line[from..end]);
                    from = end;
                }
            }
            parts.push(&line[from..]);
            parts
        })
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
}

/// At most so many characters, cut at a word.
pub fn shortened(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(most) else { return line };
    let at_word = line[..end].rfind(' ').filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", line[..at_word].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(seq: i64, asked: &str, title: &str, said: &str) -> Exchange {
        let mut exchange = Exchange::asked(seq, asked);
        exchange.answered(said, Some(title), false);
        exchange
    }

    #[test]
    fn a_line_holds_what_was_asked_and_how_the_answer_began() {
        let answer = "## Headache\n\n**Rest in a dark room** and drink enough [1]. Take paracetamol [2].";
        let line =
            exchange(1, "Hello there. My head hurts! What can I do?", "Headache — What you can do", answer).line();
        assert_eq!(line, "- Asked: What can I do? (Headache) Answered: Rest in a dark room and drink enough.");
    }

    #[test]
    fn an_answer_to_danger_is_not_repeated() {
        let mut exchange = Exchange::asked(1, "I want to die");
        exchange.answered("You matter. Call …", None, true);
        assert_eq!(exchange.answer, HELP_GIVEN);
    }

    #[test]
    fn the_newest_comes_last_and_the_budget_holds() {
        let all: Vec<Exchange> = (1..40)
            .map(|n| exchange(n, &format!("Question number {n}?"), &format!("Article {n} — Act"), "Do this now."))
            .collect();
        let earlier: Vec<&Exchange> = all.iter().collect();
        let summary = write(&VecDeque::from(["Sleep".to_owned()]), &earlier, 200).unwrap();
        assert!(tokens(&summary) <= 200, "{}", tokens(&summary));
        assert!(summary.lines().last().unwrap().contains("number 39"), "{summary}");
        assert!(summary.starts_with("Spoken of before: "), "{summary}");
        assert_eq!(write(&VecDeque::new(), &[], 200), None);
    }

    #[test]
    fn brackets_that_are_no_marks_stay() {
        assert_eq!(plain("- a [link](x) and [12] mark [3]."), "a [link](x) and mark.");
    }

    #[test]
    fn long_texts_are_cut_at_a_word() {
        assert_eq!(shortened("one two three four", 9), "one two…");
        assert_eq!(shortened(&"ü".repeat(9), 4), "üüüü…");
    }
}
