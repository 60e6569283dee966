//! From text to words and stems, the same for articles and for questions.

use std::cell::RefCell;

use tantivy::tokenizer::{Language, LowerCaser, SimpleTokenizer, Stemmer, TextAnalyzer};

/// Apostrophes go before anything is cut, so that "can't" is one word, typed with any of them or none.
pub fn plain(text: &str) -> String {
    text.chars().filter(|character| !matches!(character, '\'' | '’' | '‘' | '`' | '´')).collect()
}

/// Lower-case words of a text, in order; hyphens and all other marks separate.
pub fn words(text: &str) -> Vec<String> {
    plain(text)
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Stems of a text, in order.
pub fn stems(text: &str) -> Vec<String> {
    words(text).iter().map(|word| stem(word)).collect()
}

/// The stem of a lower-case word. A stem of one letter (of AED, say) would stand for too much: the word stays whole.
pub fn stem(word: &str) -> String {
    thread_local!(static ANALYZER: RefCell<TextAnalyzer> = RefCell::new(analyzer()));
    ANALYZER.with_borrow_mut(|analyzer| {
        let mut stream = analyzer.token_stream(word);
        let stem = if stream.advance() { stream.token().text.as_str() } else { "" };
        if stem.len() < 2 { word.to_owned() } else { stem.to_owned() }
    })
}

/// Stems of many texts of the library, each word worked out once. Not for what people write: it keeps every word.
#[derive(Default)]
pub struct Stems(std::collections::HashMap<String, String>);

impl Stems {
    /// Stems of a text, in order.
    pub fn of(&mut self, text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| self.stem(word)).collect()
    }

    /// The stem of a lower-case word.
    pub fn stem(&mut self, word: String) -> String {
        self.0.entry(word).or_insert_with_key(|word| stem(word)).clone()
    }
}

/// The analyzer of the index, on text that has been through [`plain`].
pub fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser).filter(Stemmer::new(Language::English)).build()
}

/// How many letters must be changed, added, left out or swapped with their neighbour; `None` past `most`.
pub fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = a[i - 1] == b[j - 1];
            let mut least = (above[j - 1] + usize::from(!same)).min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    Some(above[b.len()]).filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apostrophes_and_case_do_not_matter() {
        assert_eq!(words("I CAN’T sleep, can't!"), ["i", "cant", "sleep", "cant"]);
        assert_eq!(stems("Headaches coughing"), ["headach", "cough"]);
    }

    #[test]
    fn swapped_letters_are_one_step() {
        assert_eq!(distance("hedaache", "headache", 2), Some(1));
        assert_eq!(distance("migrane", "migraine", 1), Some(1));
        assert_eq!(distance("flu", "fluids", 1), None);
    }
}
