//! What an article says, in claims: bullets and sentences, each with its place and how well it answers the question.

use std::collections::HashSet;

use super::understand::{Part, Understanding, is_audience};
use crate::knowledge::{Article, Block, Library, Urgency, words};

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
}

impl Claim<'_> {
    /// Whether it can be understood without the sentence before it. A bullet has its list's.
    pub(super) fn stands_alone(&self) -> bool {
        const LEANS: [&str; 16] = [
            "they", "it", "its", "this", "these", "that", "those", "he", "she", "but", "also", "so", "and", "or",
            "then", "their",
        ];
        let first = self.text.split(|character: char| !character.is_alphabetic()).find(|word| !word.is_empty());
        self.bullet || first.is_none_or(|word| !LEANS.contains(&word.to_lowercase().as_str()))
    }
}

/// A word that stands in this share of an article's claims tells nothing within it.
const EVERYWHERE: f64 = 0.4;

/// A claim is on its article's subject even where it does not say so; that counts beside other articles only.
const IMPLIED: f64 = 0.4;

/// All claims of an article, in order.
pub(super) fn of<'library>(
    article: &'library Article,
    understood: &Understanding,
    library: &Library,
) -> Vec<Claim<'library>> {
    let implied = IMPLIED * understood.weight_of(article, library);
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
                claims.push(Claim { article, part, text, intro, start, bullet, urgency, fit: 0.0, implied, units: 0 });
            }
        }
    }
    for (claim, own) in claims.iter_mut().zip(&stems) {
        (claim.fit, claim.units) = fit(own, &stems, understood, library);
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
fn fit(
    own: &HashSet<String>,
    article: &[HashSet<String>],
    understood: &Understanding,
    library: &Library,
) -> (f64, usize) {
    #[expect(clippy::cast_precision_loss, reason = "a few dozen claims")]
    let tells = |stem: &String| {
        let share = article.iter().filter(|claim| claim.contains(stem)).count() as f64 / article.len() as f64;
        (1.0 - share / EVERYWHERE).max(0.1)
    };
    let mut total = 0.0;
    let mut units = 0;
    for unit in understood.query.units.iter().filter(|unit| !is_audience(&unit.typed)) {
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
    let numbers = understood.query.numbers.iter().filter(|number| own.contains(*number)).count();
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
