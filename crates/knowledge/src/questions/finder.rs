//! Finds which of many phrases stand in a message, in one walk over its words.

use std::collections::HashMap;

/// A phrase that stands in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Which.
    pub(super) phrase: usize,
    /// The first of its words.
    pub(super) at: usize,
    /// How many there are.
    pub(super) length: usize,
}

struct Phrase {
    words: Vec<String>,
    /// Whether its last word may go on.
    open: bool,
}

impl Phrase {
    fn stands_at(&self, words: &[String]) -> bool {
        let Some((last, first)) = self.words.split_last() else { return false };
        words.len() >= self.words.len()
            && first.iter().zip(words).all(|(own, word)| own == word)
            && if self.open { words[first.len()].starts_with(last.as_str()) } else { words[first.len()] == *last }
    }
}

/// Phrases, by the word that they begin with.
#[derive(Default)]
pub(super) struct Finder {
    phrases: Vec<Phrase>,
    by_text: HashMap<String, usize>,
    whole: HashMap<String, Vec<usize>>,
    /// Single words that may go on, by their beginning.
    open: HashMap<String, Vec<usize>>,
}

impl Finder {
    /// Adds a phrase (lower-case words; a `*` at its end lets it go on) and gives its number; the same for the same text.
    pub(super) fn add(&mut self, text: &str) -> usize {
        if let Some(known) = self.by_text.get(text) {
            return *known;
        }
        let number = self.phrases.len();
        let phrase = Phrase { words: crate::words::words(text), open: text.trim_end().ends_with('*') };
        if let Some(first) = phrase.words.first() {
            let map = if phrase.open && phrase.words.len() == 1 { &mut self.open } else { &mut self.whole };
            map.entry(first.clone()).or_default().push(number);
        }
        self.by_text.insert(text.to_owned(), number);
        self.phrases.push(phrase);
        number
    }

    /// Whether a phrase itself says that something is missing ("can't feel", "no period").
    pub(super) fn says_missing(&self, phrase: usize) -> bool {
        const MISSING: [&str; 11] =
            ["no", "not", "cant", "hasnt", "havent", "never", "doesnt", "wont", "nothing", "keeps", "hardly"];
        self.phrases[phrase].words.first().is_some_and(|first| MISSING.contains(&first.as_str()))
    }

    /// Every phrase that stands in these words.
    pub(super) fn find(&self, words: &[String]) -> Vec<Place> {
        let mut found = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let begins = |end: usize| word.get(..end).and_then(|begin| self.open.get(begin));
            for phrase in (1..=word.len()).filter_map(begins).flatten() {
                found.push(Place { phrase: *phrase, at, length: 1 });
            }
            for phrase in self.whole.get(word).into_iter().flatten() {
                if self.phrases[*phrase].stands_at(&words[at..]) {
                    found.push(Place { phrase: *phrase, at, length: self.phrases[*phrase].words.len() });
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn phrases_are_found_as_whole_words_and_may_go_on() {
        let mut finder = Finder::default();
        let [throw, up, hot, cant] = ["throw*", "throwing up*", "hot", "cant feel"].map(|text| finder.add(text));
        let found = |text: &str| {
            let mut found: Vec<usize> = finder.find(&words(text)).iter().map(|place| place.phrase).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(found("he's throwing UP again"), [throw, up]);
        assert_eq!(found("a shot in the arm"), Vec::<usize>::new());
        assert_eq!(found("so hot, can't feel it"), [hot, cant]);
        assert_eq!(finder.add("hot"), hot);
        assert!(finder.says_missing(cant) && !finder.says_missing(hot));
    }
}
