//! Documents that the operator imports, beside the built-in articles.
//!
//! Start with [`Imported`]: [`shelf`] keeps entries and their index in the data folder, [`subjects`] and [`names`] find what
//! an entry is about and what that is called, [`reading`] reads a question, [`rank`] ranks. Entries are quoted with their
//! address and date; nothing of a question is kept.

pub mod entry;
pub mod kinds;
pub mod names;
pub mod other_names;
mod passage;
pub mod rank;
pub mod reading;
pub mod shelf;
pub mod subjects;
pub mod terms;
mod vocabulary;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::path::Path;

use tantivy::TantivyDocument;

pub use entry::Entry;
pub use rank::Weights;
pub use shelf::Shelf;

use super::LibraryError;
use super::synonyms::Synonyms;

/// Why imported documents can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The folder.
    #[error("the imported library in {folder} can't be read or written")]
    Shelf {
        /// Which.
        folder: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Two at once.
    #[error("another import is running; wait until it has ended")]
    Busy,
    /// The index.
    #[error("the index of the imported library can't be read or written: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// A table in the binary.
    #[error(transparent)]
    Table(#[from] LibraryError),
}

/// An imported entry that fits.
#[derive(Debug, Clone)]
pub struct ImportedHit {
    /// The entry.
    pub entry: Entry,
    /// The part of its text that fits best, in bytes.
    pub passage: Range<usize>,
    /// How well it fits, higher is better; comparable within one search only.
    pub score: f64,
    /// Whether it fits well enough to be given as an answer: the question names what it is about, or it says nearly all
    /// that the question says.
    pub is_claimed: bool,
}

impl ImportedHit {
    /// The text of the passage.
    pub fn passage(&self) -> &str {
        &self.entry.text[self.passage.clone()]
    }
}

/// The imported entries, open for searching.
pub struct Imported {
    opened: shelf::Opened,
    vocabulary: vocabulary::Vocabulary,
    places: rank::Places,
    other_names: other_names::OtherNames,
    wanted: kinds::Wanted,
    weights: Weights,
}

impl Imported {
    /// Opens what was imported into a data folder; `None` where nothing was.
    ///
    /// # Errors
    /// Where the index can't be read.
    pub fn open(data: &Path) -> Result<Option<Self>, ImportError> {
        let Some(opened) = Shelf::of(data).open()? else { return Ok(None) };
        let searcher = opened.reader.searcher();
        let vocabulary = vocabulary::Vocabulary::read(&searcher, opened.fields, &opened.subjects)?;
        let places = rank::Places::read(&searcher, opened.fields)?;
        let other_names = other_names::OtherNames::load()?;
        Ok(Some(Self {
            opened,
            vocabulary,
            places,
            other_names,
            wanted: kinds::Wanted::prepare(),
            weights: Weights::default(),
        }))
    }

    /// Ranks with these weights; for finding them.
    #[must_use]
    pub fn with_weights(mut self, weights: Weights) -> Self {
        self.weights = weights;
        self
    }

    fn read(&self, question: &str, synonyms: &Synonyms) -> reading::Reading {
        let reader = reading::Reader {
            subjects: &self.opened.subjects,
            vocabulary: &self.vocabulary,
            synonyms,
            other_names: &self.other_names,
            wanted: &self.wanted,
        };
        reader.read(question)
    }

    /// The entries that fit a question best, best first, at most one for each id.
    ///
    /// # Errors
    /// Where the index can't be read.
    pub fn search(
        &self,
        question: &str,
        synonyms: &Synonyms,
        collection: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ImportedHit>, ImportError> {
        let searcher = self.opened.reader.searcher();
        let reading = self.read(question, synonyms);
        let within = rank::Within { searcher: &searcher, fields: self.opened.fields, places: &self.places, collection };
        let ranked = rank::rank(&reading, &within, limit * 2, &self.weights)?;
        let mut read = terms::Terms::default();
        let mut hits: Vec<ImportedHit> = Vec::new();
        for rank::Ranked { address, score, is_named } in ranked {
            if hits.len() == limit {
                break;
            }
            let document: TantivyDocument = searcher.doc(address)?;
            let entry = shelf::entry(&document, self.opened.fields.entry)
                .map_err(|cause| ImportError::Shelf { folder: "library".into(), cause })?;
            if !hits.iter().any(|hit| hit.entry.id == entry.id && hit.entry.collection == entry.collection) {
                let is_claimed = is_named || says_nearly_all(&entry, &reading.terms, &mut read);
                let passage = passage::best(&entry.text, &reading.terms, &mut read);
                hits.push(ImportedHit { entry, passage, score, is_claimed });
            }
        }
        Ok(hits)
    }

    /// How many entries each collection has.
    pub fn collections(&self) -> BTreeMap<String, usize> {
        self.places.collections().map(|(name, count)| (name.to_owned(), count)).collect()
    }
}

/// Where no subject is named, an entry must say this share of what was asked, by weight, to be given as an answer.
const NEARLY_ALL: f32 = 0.8;
/// And at least so many words of it: one word alone, not in a name, is a story and no question.
const LEAST_TERMS: usize = 3;

fn says_nearly_all(entry: &Entry, asked: &[(String, f32)], read: &mut terms::Terms) -> bool {
    if asked.len() < LEAST_TERMS {
        return false;
    }
    let mut said: HashSet<String> = read.of(&entry.text).into_iter().collect();
    said.extend(read.of(&entry.title));
    let all: f32 = asked.iter().map(|(_, weight)| weight).sum();
    let here: f32 = asked.iter().filter(|(term, _)| said.contains(term)).map(|(_, weight)| weight).sum();
    here >= all * NEARLY_ALL
}

/// Replaces the entries of the given ids (by collection), and adds what is new. Gives how many there are then.
///
/// # Errors
/// Where the folder can't be written, or another import is running.
pub fn add(data: &Path, new: Vec<Entry>, told: impl FnMut(usize)) -> Result<usize, ImportError> {
    let shelf = Shelf::of(data);
    let _lock = shelf.lock()?;
    let mut entries = shelf.entries()?;
    {
        let replaced: HashSet<(&str, &str)> =
            new.iter().map(|entry| (entry.collection.as_str(), entry.id.as_str())).collect();
        entries.retain(|entry| !replaced.contains(&(entry.collection.as_str(), entry.id.as_str())));
    }
    entries.extend(new);
    shelf.replace(&entries, told)?;
    Ok(entries.len())
}

/// Removes a collection. Gives how many entries it had.
///
/// # Errors
/// Where the folder can't be written, or an import is running.
pub fn remove(data: &Path, collection: &str) -> Result<usize, ImportError> {
    let shelf = Shelf::of(data);
    let _lock = shelf.lock()?;
    let mut entries = shelf.entries()?;
    let before = entries.len();
    entries.retain(|entry| entry.collection != collection);
    let removed = before - entries.len();
    if removed > 0 {
        shelf.replace(&entries, |_| {})?;
    }
    Ok(removed)
}
