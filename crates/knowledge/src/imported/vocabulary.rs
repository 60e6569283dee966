//! Which terms the index knows, how rare each is, and which one a misspelt word was probably meant to be.

use std::collections::{HashMap, HashSet};

use tantivy::Searcher;

use super::shelf::Fields;
use super::subjects::Subjects;
use crate::words;

/// A library of fewer entries says nothing of how rare a word is; it is taken to have so many.
const FEW: u32 = 2000;

/// Terms of the index.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// Term to the number of entries that have it.
    frequency: HashMap<String, u32>,
    /// First letter and length to the terms of that kind.
    shelves: HashMap<(char, usize), Vec<String>>,
    /// Terms of names.
    in_names: HashSet<String>,
    entries: u32,
}

impl Vocabulary {
    /// Reads the terms of an index.
    pub(super) fn read(searcher: &Searcher, fields: Fields, subjects: &Subjects) -> tantivy::Result<Self> {
        let mut read = Self { entries: u32::try_from(searcher.num_docs()).unwrap_or(u32::MAX), ..Self::default() };
        for segment in searcher.segment_readers() {
            for field in [fields.names, fields.title, fields.body] {
                let inverted = segment.inverted_index(field)?;
                let mut terms = inverted.terms().stream()?;
                while terms.advance() {
                    if let Ok(term) = std::str::from_utf8(terms.key()) {
                        let count = terms.value().doc_freq;
                        match read.frequency.get_mut(term) {
                            Some(before) => *before = (*before).max(count),
                            None => drop(read.frequency.insert(term.to_owned(), count)),
                        }
                    }
                }
            }
        }
        for key in subjects.keys() {
            for term in key.split(' ') {
                if !read.in_names.contains(term) {
                    read.in_names.insert(term.to_owned());
                }
            }
        }
        for term in read.frequency.keys().filter(|term| term.chars().all(char::is_alphabetic)) {
            let first = term.chars().next().unwrap_or(' ');
            read.shelves.entry((first, term.chars().count())).or_default().push(term.clone());
        }
        Ok(read)
    }

    /// Whether any entry has the term.
    pub(super) fn knows(&self, term: &str) -> bool {
        self.frequency.contains_key(term)
    }

    /// Whether a subject's name has the term.
    pub(super) fn names(&self, term: &str) -> bool {
        self.in_names.contains(term)
    }

    /// How rare a term is: 0 where every entry has it, 1 where one has it.
    pub(super) fn rarity(&self, term: &str) -> f32 {
        let count = self.frequency.get(term).copied().unwrap_or(0).max(1);
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let (entries, count) = (self.entries.max(FEW) as f32, count as f32);
        ((entries / count).ln() / entries.ln()).clamp(0.0, 1.0)
    }

    /// The term that was probably meant by one that no entry has.
    pub(super) fn nearest(&self, term: &str) -> Option<&str> {
        let length = term.chars().count();
        let most = match length {
            0..=3 => return None,
            4..=6 => 1,
            7..=9 => 2,
            _ => 3,
        };
        if !term.chars().all(char::is_alphabetic) {
            return None;
        }
        let first = term.chars().next()?;
        let lengths = length.saturating_sub(most)..=length + most;
        let near = lengths.filter_map(|length| self.shelves.get(&(first, length))).flatten();
        near.filter_map(|known| {
            let steps = words::distance(term, known, most)?;
            let count = self.frequency[known];
            // A step less, or a name, outweighs being frequent.
            let named = self.names(known);
            (named || count >= 3).then_some((steps * 2 + usize::from(!named), u32::MAX - count, known))
        })
        .min()
        .map(|(_, _, known)| known.as_str())
    }

    /// Two known terms that were written as one.
    pub(super) fn parts<'term>(&self, term: &'term str) -> Option<(&'term str, &'term str)> {
        if !term.is_ascii() || term.len() < 8 {
            return None;
        }
        (4..=term.len() - 4).map(|at| term.split_at(at)).find(|(one, other)| self.names(one) && self.names(other))
    }
}
