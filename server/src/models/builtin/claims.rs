//! What an article says, in claims: bullets and sentences, each with its place and how well it answers the question.

use std::collections::HashSet;
use std::ops::Range;

use knowledge::{Article, Block, Library, Query, Urgency, words};

use super::understand::{Part, is_audience, weight_of};

/// A bullet or a sentence.
#[derive(Debug, Clone)]
pub(super) struct Claim<'library> {
    pub(super) article: &'library Article,
    pub(super) part: Part,
    /// Without the dash, the urgency and the links.
    pub(super) text: String,
    /// Of a bullet: the words that lead its list in ("For a nosebleed:").
    pub(super) intro: Option<String>,
    /// Where it begins in the body.
    pub(super) start: usize,
    pub(super) bullet: bool,
    pub(super) urgency: Option<Urgency>,
    /// How much it says of what is asked beyond the article's own subject.
    pub(super) fit: f64,
    /// How much the article it stands in is named.
    pub(super) implied: f64,
    /// How many words of the question it has, where it has all of their unit.
    pub(super) units: usize,
    /// Its clauses (of a bullet on when to get help) or sentences.
    pub(super) pieces: Vec<Piece>,
}

/// A part of a claim that can stand for itself.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Bytes of the claim's text.
    pub(super) range: Range<usize>,
    pub(super) fit: f64,
    pub(super) units: usize,
}

impl Claim<'_> {
    /// The piece that says most of what is asked.
    pub(super) fn best_piece(&self) -> Option<&Piece> {
        self.pieces.iter().reduce(|best, next| if next.fit > best.fit + 0.2 { next } else { best })
    }

    /// As many words as there is room for, around the piece that says most of what is asked, else from the beginning.
    pub(super) fn clipped(&self, most_words: usize) -> &str {
        let at = self
            .best_piece()
            .map_or(0, |best| self.pieces.iter().take_while(|piece| piece.range.start < best.range.start).count());
        self.around(at, most_words, true)
    }

    /// As many words as there is room for, from the piece in which these words stand.
    pub(super) fn clipped_at(&self, words: &str, most_words: usize) -> &str {
        let place = self.text.to_lowercase().find(&words.to_lowercase()).unwrap_or(0);
        let at = self.pieces.iter().take_while(|piece| piece.range.end <= place).count();
        self.around(at.min(self.pieces.len().saturating_sub(1)), most_words, false)
    }

    /// Fits better by so much, and in those pieces of which `is` holds.
    pub(super) fn raise(&mut self, more: f64, is: impl Fn(&str) -> bool) {
        self.fit += more;
        for piece in &mut self.pieces {
            if is(&self.text[piece.range.clone()]) {
                piece.fit += more;
            }
        }
    }

    /// With the sentence that follows it.
    pub(super) fn append(&mut self, next: &Self) {
        let shift = self.text.len() + 1;
        self.text = format!("{} {}", self.text, next.text);
        let moved = next
            .pieces
            .iter()
            .map(|piece| Piece { range: piece.range.start + shift..piece.range.end + shift, ..piece.clone() });
        self.pieces.extend(moved);
    }

    /// With the words that lead its list in before it.
    pub(super) fn led_in(&self, intro: &str) -> Self {
        let text = format!("{intro} {}", self.text);
        let pieces = vec![Piece { range: 0..text.len(), fit: self.fit, units: self.units }];
        Self { text, pieces, ..self.clone() }
    }

    fn around(&self, at: usize, most_words: usize, from_start: bool) -> &str {
        let count = |range: Range<usize>| self.text[range].split_whitespace().count();
        let Some(first) = self.pieces.get(at) else { return &self.text };
        if from_start && count(0..self.text.len()) <= most_words {
            return &self.text;
        }
        // From the beginning where that fits, so that what introduces a list is not lost.
        let (mut start, mut end) = (first.range.start, first.range.end);
        if from_start && count(0..end) <= most_words {
            start = 0;
        }
        for next in &self.pieces[at + 1..] {
            if count(start..next.range.end) > most_words {
                break;
            }
            end = next.range.end;
        }
        self.text[start..end].trim()
    }

    /// Whether it can be understood without the sentence before it. A bullet has its list's.
    pub(super) fn stands_alone(&self) -> bool {
        const LEANS: [&str; 16] = [
            "they", "it", "its", "this", "these", "that", "those", "he", "she", "but", "also", "so", "and", "or",
            "then", "their",
        ];
        let first = self.text.split(|character: char| !character.is_alphabetic()).find(|word| !word.is_empty());
        let refers = self.text.starts_with("See ") && self.text.split_whitespace().count() <= 8;
        !refers && (self.bullet || first.is_none_or(|word| !LEANS.contains(&word.to_lowercase().as_str())))
    }
}

/// A word that stands in this share of an article's claims tells nothing within it.
const EVERYWHERE: f64 = 0.4;

/// A claim is on its article's subject even where it does not say so; that counts beside other articles only.
const IMPLIED: f64 = 0.4;

/// All claims of an article, in order.
pub(super) fn of<'library>(article: &'library Article, query: &Query, library: &Library) -> Vec<Claim<'library>> {
    let implied = IMPLIED * weight_of(query, article, library);
    let mut claims = Vec::new();
    let mut stems: Vec<HashSet<String>> = Vec::new();
    for part in Part::ALL {
        let mut intro: Option<String> = None;
        for block in &article.section(part.heading()).blocks {
            if !block.bullet {
                let last = sentences(article.text(block)).pop().unwrap_or_default().trim();
                intro = last.ends_with(':').then(|| without_links(last));
            }
            for (start, text) in pieces(article, block) {
                let intro = intro.clone().filter(|_| block.bullet);
                stems.push(
                    words::stems(&format!("{} {text}", intro.as_deref().unwrap_or_default())).into_iter().collect(),
                );
                let (bullet, urgency) = (block.bullet, block.urgency);
                claims.push(Claim {
                    article,
                    part,
                    text,
                    intro,
                    start,
                    bullet,
                    urgency,
                    fit: 0.0,
                    implied,
                    units: 0,
                    pieces: Vec::new(),
                });
            }
        }
    }
    for (claim, own) in claims.iter_mut().zip(&stems) {
        (claim.fit, claim.units) = fit(own, &stems, query, library);
        let ranges = if claim.urgency.is_some() { clauses(&claim.text) } else { ranges(sentences(&claim.text)) };
        let alone = ranges.len() == 1;
        let piece = |range: Range<usize>| {
            let (fit, units) = if alone {
                (claim.fit, claim.units)
            } else {
                let own: HashSet<String> = words::stems(&claim.text[range.clone()]).into_iter().collect();
                fit(&own, &stems, query, library)
            };
            Piece { range, fit, units }
        };
        claim.pieces = ranges.into_iter().map(piece).collect();
    }
    claims
}

/// A bullet is one piece; a paragraph is one a sentence.
fn pieces(article: &Article, block: &Block) -> Vec<(usize, String)> {
    let raw = article.text(block);
    if block.bullet {
        let text = raw.trim_start_matches("- ");
        let text = Urgency::strip(text).map_or(text, |(_, rest)| rest);
        return vec![(block.range.start, without_links(text))];
    }
    let mut position = block.range.start;
    sentences(raw)
        .into_iter()
        .map(|sentence| {
            let start = position;
            position += sentence.len();
            (start, without_links(sentence.trim()))
        })
        .filter(|(_, text)| !text.ends_with(':'))
        .collect()
}

/// Cuts behind a full stop, question or exclamation mark (with what closes on it) before a space.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut begin = 0;
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices([' ', '\n']) {
        let before = text[begin..at].trim_end_matches(['*', ')', '"']);
        let closed = text[begin..at].matches('(').count() == text[begin..at].matches(')').count();
        let small = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        if before.ends_with(['.', '?', '!']) && closed && !small {
            sentences.push(&text[begin..=at]);
            begin = at + 1;
        }
    }
    if begin < text.len() {
        sentences.push(&text[begin..]);
    }
    sentences
}

/// Sentences that follow each other without a gap, as ranges.
fn ranges(sentences: Vec<&str>) -> Vec<Range<usize>> {
    let mut at = 0;
    let range = |sentence: &str| {
        let start = at;
        at += sentence.len();
        start..at
    };
    sentences.into_iter().map(range).collect()
}

/// Sentences, cut again behind each semicolon outside brackets.
fn clauses(text: &str) -> Vec<Range<usize>> {
    let mut clauses = Vec::new();
    for sentence in ranges(sentences(text)) {
        let mut begin = sentence.start;
        let mut depth = 0_i32;
        for (at, character) in text[sentence.clone()].char_indices() {
            depth += i32::from(character == '(') - i32::from(character == ')');
            if character == ';' && depth == 0 {
                let end = sentence.start + at + 1;
                clauses.push(begin..end);
                begin = end;
            }
        }
        clauses.push(begin..sentence.end);
    }
    clauses
}

/// `[flu](flu)` becomes `flu`: square brackets in an answer are for the numbers of sources.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        plain += before;
        match link.split_once("](").and_then(|(label, target)| Some((label, target.split_once(')')?.1))) {
            Some((label, after)) => {
                plain += label;
                rest = after;
            }
            None => rest = link,
        }
    }
    plain + rest
}

/// How much a claim says of what is asked, and of how many of its units. For whom it is asked does not count: what is
/// said for them stands in a part of its own.
fn fit(own: &HashSet<String>, article: &[HashSet<String>], query: &Query, library: &Library) -> (f64, usize) {
    #[expect(clippy::cast_precision_loss, reason = "a few dozen claims")]
    let tells = |stem: &String| {
        let share = article.iter().filter(|claim| claim.contains(stem)).count() as f64 / article.len() as f64;
        (1.0 - share / EVERYWHERE).max(0.1)
    };
    let mut total = 0.0;
    let mut units = 0;
    for unit in query.units.iter().filter(|unit| !is_audience(&unit.typed)) {
        // A set phrase counts by what it means, or where all its words are there.
        let phrase = unit.typed.contains(' ') && !unit.means.is_empty();
        let has_all = |words: &[String]| words.iter().all(|stem| own.contains(stem));
        let best = std::iter::once(&unit.stems)
            .filter(|words| !phrase || (words.len() > 1 && has_all(words)))
            .chain(&unit.means)
            .map(|words| {
                let all: f64 = words.iter().map(|stem| library.rarity(stem)).sum::<f64>().max(0.1);
                let said = words.iter().filter(|stem| own.contains(*stem));
                unit.weight * said.map(|stem| library.rarity(stem) * tells(stem)).sum::<f64>() / all
            })
            .fold(0.0, f64::max);
        total += best;
        let whole = std::iter::once(&unit.stems).chain(&unit.means).filter(|words| has_all(words));
        units += whole.map(Vec::len).max().unwrap_or(0).min(2);
    }
    let numbers = query.numbers.iter().filter(|number| own.contains(*number)).count();
    #[expect(clippy::cast_precision_loss, reason = "a handful of numbers")]
    let numbers = numbers as f64;
    (total + numbers, units)
}

#[cfg(test)]
mod tests {
    #[test]
    fn sentences_end_behind_their_brackets() {
        let text = "Rest (see NICE. Yes). Use ice 2.5 cm. **Do not wait.** Go.";
        let sentences: Vec<_> = super::sentences(text).into_iter().map(str::trim).collect();
        assert_eq!(sentences, ["Rest (see NICE. Yes).", "Use ice 2.5 cm.", "**Do not wait.**", "Go."]);
    }

    #[test]
    fn links_become_their_words() {
        assert_eq!(super::without_links("take [paracetamol](paracetamol) (or not)"), "take paracetamol (or not)");
    }
}
