//! Cuts articles into passages: what is found, cited and shown.
//!
//! A passage is a run of whole blocks of one section, 60 to 150 words where the section allows it. What people ask is cut
//! question by question.

use super::article::Section;
use super::questions;

/// A passage of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The heading it stands under.
    pub heading: String,
    /// Its text, exactly the bytes `start..end` of the article's body.
    pub text: String,
    /// Where it begins in the body, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// From here a passage is long enough to stand alone.
const ENOUGH_WORDS: usize = 60;
/// A passage grows to no more than this, unless one block alone is longer.
const MOST_WORDS: usize = 150;

/// Cuts the sections of a body; "Sources" is listed elsewhere and not cut.
pub fn cut(body: &str, sections: &[Section]) -> Vec<Passage> {
    let mut passages = Vec::new();
    for section in sections.iter().filter(|section| section.heading != "Sources") {
        let first_of_section = passages.len();
        let mut words_so_far = 0;
        for block in &section.blocks {
            let words = body[block.range.clone()].split_whitespace().count();
            let starts = passages.len() == first_of_section
                || section.heading == questions::HEADING
                || words_so_far + words > MOST_WORDS
                || (words_so_far >= ENOUGH_WORDS && words >= ENOUGH_WORDS);
            if starts {
                let (start, end) = (block.range.start, block.range.end);
                passages.push(Passage { heading: section.heading.clone(), text: String::new(), start, end });
                words_so_far = words;
            } else {
                passages.last_mut().expect("the section has begun").end = block.range.end;
                words_so_far += words;
            }
        }
        if section.heading != questions::HEADING {
            join_short_tail(body, &mut passages, first_of_section);
        }
    }
    for passage in &mut passages {
        body[passage.start..passage.end].clone_into(&mut passage.text);
    }
    passages
}

/// A last passage too short to stand alone joins the one before it where both stay within bounds.
fn join_short_tail(body: &str, passages: &mut Vec<Passage>, first_of_section: usize) {
    let words = |passage: &Passage| body[passage.start..passage.end].split_whitespace().count();
    if let [before, last] = &passages[first_of_section.max(passages.len().saturating_sub(2))..]
        && words(last) < ENOUGH_WORDS
        && words(before) + words(last) <= MOST_WORDS
    {
        let end = last.end;
        passages.pop();
        passages.last_mut().expect("there were two").end = end;
    }
}
