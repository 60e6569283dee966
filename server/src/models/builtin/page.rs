//! The page being written: Markdown with numbered marks, and the sources behind the numbers.

use std::fmt::Write as _;

use knowledge::{Article, Hit, wire};
use protocol::Source;
use protocol::message::Asking;

use super::claims::sentences;
use super::dialogue::Earlier;
use super::phrases::Words;
use crate::models::Choice;

/// An answer's text and what it rests on.
#[derive(Default)]
pub(super) struct Page<'library> {
    pub(super) text: String,
    pub(super) sources: Vec<Source>,
    /// What can be tapped.
    pub(super) choices: Vec<Choice>,
    /// The question of a plan that it ends with.
    pub(super) asks: Option<Asking>,
    hits: Vec<Hit<'library>>,
    in_list: bool,
    earlier: Earlier,
}

impl<'library> Page<'library> {
    /// A page for a question that found these passages, behind what was said earlier.
    pub(super) fn resting_on(hits: &[Hit<'library>], earlier: Earlier) -> Self {
        Self { hits: hits.to_vec(), earlier, ..Self::default() }
    }

    /// What was said before this page.
    pub(super) fn earlier(&self) -> &Earlier {
        &self.earlier
    }

    pub(super) fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }

    /// Words of the guide itself: the first of them that were not said; where all were, nothing.
    pub(super) fn own(&mut self, words: &Words) {
        let fresh = words.all().iter().find(|text| !self.was_said(text));
        if let Some(text) = fresh {
            self.paragraph(text.trim());
        }
    }

    /// Words of the guide that must not be missing: the last of them where all were said.
    pub(super) fn always(&mut self, words: &Words) {
        let all = words.all();
        let fresh = all.iter().find(|text| !self.was_said(text)).or(all.last());
        if let Some(text) = fresh {
            self.paragraph(text.trim());
        }
    }

    /// Whether a text was said, by its first sentence.
    fn was_said(&self, text: &str) -> bool {
        text.trim().lines().flat_map(sentences).next().is_some_and(|sentence| self.earlier.has(sentence))
    }

    /// A paragraph without a source.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.begin("\n\n");
        self.text += text;
        self.in_list = false;
    }

    /// Goes on in the same paragraph.
    pub(super) fn and(&mut self, text: &str) {
        self.begin(if self.in_list { "\n\n" } else { " " });
        self.text += text;
        self.in_list = false;
    }

    /// What is said last: behind the guide's own words, apart from the library's.
    pub(super) fn next(&mut self, text: &str) {
        if self.text.ends_with(']') { self.paragraph(text) } else { self.and(text) }
    }

    /// A claim of the library as a paragraph.
    pub(super) fn line(&mut self, text: &str, article: &'library Article, position: usize, fit: f64) {
        let mark = self.mark(article, position, fit);
        self.paragraph(&format!("{text} {mark}"));
    }

    /// A claim of the library as a bullet.
    pub(super) fn bullet(&mut self, text: &str, article: &'library Article, position: usize, fit: f64) {
        let mark = self.mark(article, position, fit);
        self.begin(if self.in_list { "\n" } else { "\n\n" });
        write!(self.text, "- {text} {mark}").expect("a String takes everything");
        self.in_list = true;
    }

    /// A passage that was imported, as a bullet.
    pub(super) fn imported(&mut self, text: &str, source: Source) {
        self.sources.push(source);
        self.begin(if self.in_list { "\n" } else { "\n\n" });
        write!(self.text, "- {text} [{}]", self.sources.len()).expect("a String takes everything");
        self.in_list = true;
    }

    fn begin(&mut self, between: &str) {
        if !self.text.is_empty() {
            self.text += between;
        }
    }

    /// The number of the passage that stands at this place.
    fn mark(&mut self, article: &'library Article, position: usize, fit: f64) -> String {
        let passage = article.passage_at(position).expect("claims are made of what passages cover");
        let id = format!("library/{}", article.id);
        let known = self.sources.iter().position(|source| source.id == id && source.start == passage.start);
        let at = known.unwrap_or_else(|| {
            let found = self.hits.iter().find(|hit| hit.article.id == article.id && hit.passage.start == passage.start);
            self.sources.push(wire::source(article, passage, found.map_or(fit, |hit| hit.score)));
            self.sources.len() - 1
        });
        format!("[{}]", at + 1)
    }
}

/// A text that ends as a sentence does.
pub(super) fn closed(text: &str) -> String {
    let text = text.trim().trim_end_matches([';', ',', ':']);
    if text.ends_with(['.', '!', '?', '*', ')']) { text.to_owned() } else { format!("{text}.") }
}
