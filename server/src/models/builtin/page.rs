//! The page being written: Markdown with numbered marks, and the sources behind the numbers.

use std::fmt::Write as _;

use protocol::Source;

use super::claims::sentences;
use crate::knowledge::{Article, Hit, wire};

/// An answer's text and what it rests on.
#[derive(Default)]
pub(super) struct Page<'library> {
    pub(super) text: String,
    pub(super) sources: Vec<Source>,
    hits: Vec<Hit<'library>>,
    in_list: bool,
}

impl<'library> Page<'library> {
    /// A page for a question that found these passages.
    pub(super) fn resting_on(hits: &[Hit<'library>]) -> Self {
        Self { hits: hits.to_vec(), ..Self::default() }
    }

    /// Words of the guide itself.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.begin("\n\n");
        self.text += text;
        self.in_list = false;
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

/// As much of a text as fits into this many words, cut between sentences, else between clauses; never nothing.
pub(super) fn clip(text: &str, most_words: usize) -> String {
    let count = |text: &str| text.split_whitespace().count();
    if count(text) <= most_words {
        return text.to_owned();
    }
    let mut clipped = String::new();
    for sentence in sentences(text) {
        if count(&clipped) + count(sentence) <= most_words {
            clipped += sentence;
            continue;
        }
        // What begins a list of signs must not stand without them.
        if count(&clipped) * 3 < most_words {
            for (at, clause) in sentence.split("; ").enumerate() {
                if at > 0 && count(&clipped) + count(clause) > most_words {
                    break;
                }
                clipped += if at > 0 { "; " } else { "" };
                clipped += clause;
            }
        }
        break;
    }
    let clipped = clipped.trim_end().trim_end_matches(';');
    if clipped.ends_with(['.', '!', '?', '*', ')']) { clipped.to_owned() } else { format!("{clipped}.") }
}

#[cfg(test)]
mod tests {
    use super::clip;

    #[test]
    fn a_text_is_cut_between_sentences_then_between_clauses() {
        assert_eq!(clip("One two. Three four five.", 3), "One two.");
        assert_eq!(clip("one two; three four; five six", 4), "one two; three four.");
        assert_eq!(clip("one two three", 1), "one two three.");
    }
}
