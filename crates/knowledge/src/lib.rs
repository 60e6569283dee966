//! The health library: documents in, passages out, each with the very place it stands.
//!
//! Start with [`Library`]: [`article`] reads a built-in article, [`passages`] cuts it, [`index`] holds the passages in
//! memory, [`questions`] holds what people ask, [`words`] and [`synonyms`] turn what people type into terms, [`search`] ranks. The articles are in the binary.
//! What an operator imports beside them is read by [`intake`] and kept and found by [`imported`]; [`found`] puts both
//! together. [`learned`] is what ratings say of passages, [`own`] finds in people's own documents. Nothing of a question is kept.

pub mod article;
pub mod command;
pub mod found;
pub mod imported;
pub mod index;
pub mod intake;
pub mod learned;
pub mod own;
pub mod passages;
pub mod questions;
pub mod search;
pub mod synonyms;
pub mod wire;
pub mod words;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

pub use article::{Article, ArticleSource, Block, Section, Urgency};
pub use found::Found;
pub use imported::{ImportError, Imported, ImportedHit};
pub use own::{OwnDocument, OwnHit};
pub use passages::Passage;
pub use questions::{Asked, Question};
pub use search::{Hit, Query};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/library.rs"));
    include!(concat!(env!("OUT_DIR"), "/questions.rs"));
}

/// Why the library could not be opened. It is part of the binary, so this is a mistake of its authors.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// An article is not as it must be.
    #[error("library article `{id}`: {problem}")]
    Article {
        /// Which.
        id: String,
        /// What is wrong, with the line where that is known.
        problem: String,
    },
    /// A table beside the articles is not as it must be.
    #[error("library table `{table}`: {problem}")]
    Table {
        /// Which file.
        table: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The index could not be built.
    #[error("the library's index cannot be built")]
    Index(#[from] tantivy::TantivyError),
}

/// The articles and their index, built once and never changed. That of the binary is shared by all who open it.
struct Shelf {
    articles: Vec<Article>,
    by_id: HashMap<String, usize>,
    index: index::Index,
    synonyms: synonyms::Synonyms,
    wordings: questions::Wordings,
}

/// The articles, what was imported beside them, and what was learned of passages.
pub struct Library {
    shelf: Arc<Shelf>,
    imported: Option<Imported>,
    /// Replaced as a whole. Never held while a search runs.
    learned: RwLock<Arc<learned::Learned>>,
}

impl Shelf {
    fn of(texts: &[(&str, &str)], asked: &[(&str, &str)]) -> Result<Self, LibraryError> {
        let asked: HashMap<&str, &str> = asked.iter().copied().collect();
        let articles = texts.iter().map(|(id, text)| Article::parse(id, text, asked.get(id).copied()));
        let mut articles = articles.collect::<Result<Vec<_>, _>>()?;
        articles.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(id) = asked.keys().find(|id| !articles.iter().any(|article| article.id == **id)) {
            return Err(LibraryError::Article {
                id: (*id).to_owned(),
                problem: "there are questions and no article".into(),
            });
        }
        let by_id = articles.iter().enumerate().map(|(at, article)| (article.id.clone(), at)).collect();
        let synonyms = synonyms::Synonyms::load()?;
        let index = index::Index::build(&articles, &synonyms)?;
        let wordings = questions::Wordings::of(&articles);
        Ok(Self { articles, by_id, index, synonyms, wordings })
    }
}

impl Library {
    /// Opens the library that is in the binary, and beside it what was imported into this data folder.
    ///
    /// # Errors
    /// Where the imported index can't be read, or an article is not as it must be.
    pub fn open(data: &Path) -> Result<Self, ImportError> {
        let mut library = Self::load()?;
        library.imported = Imported::open(data)?;
        Ok(library)
    }

    /// Opens the library that is in the binary.
    ///
    /// # Errors
    /// Where an article or a table is not as it must be.
    pub fn load() -> Result<Self, LibraryError> {
        static SHELF: OnceLock<Arc<Shelf>> = OnceLock::new();
        if let Some(shelf) = SHELF.get() {
            return Ok(Self::of(Arc::clone(shelf)));
        }
        let shelf = Shelf::of(embedded::LIBRARY, embedded::QUESTIONS)?;
        Ok(Self::of(Arc::clone(SHELF.get_or_init(|| Arc::new(shelf)))))
    }

    /// Opens what was imported into this data folder, without the articles: that is quicker where none is asked for.
    ///
    /// # Errors
    /// Where the imported index can't be read.
    pub fn open_imported(data: &Path) -> Result<Self, ImportError> {
        let mut library = Self::from_texts(&[])?;
        library.imported = Imported::open(data)?;
        Ok(library)
    }

    /// How many articles are in the binary.
    pub fn builtin_count() -> usize {
        embedded::LIBRARY.len()
    }

    /// Opens a library of these articles (id and whole text).
    ///
    /// # Errors
    /// Where an article or a table is not as it must be.
    pub fn from_texts(texts: &[(&str, &str)]) -> Result<Self, LibraryError> {
        Self::from_parts(texts, &[])
    }

    /// Opens a library of these articles and of what people ask about them, each an id and a whole text.
    ///
    /// # Errors
    /// Where an article, its questions or a table are not as they must be.
    pub fn from_parts(texts: &[(&str, &str)], asked: &[(&str, &str)]) -> Result<Self, LibraryError> {
        Shelf::of(texts, asked).map(|shelf| Self::of(Arc::new(shelf)))
    }

    fn of(shelf: Arc<Shelf>) -> Self {
        Self { shelf, imported: None, learned: RwLock::default() }
    }

    /// The article of this id.
    pub fn article(&self, id: &str) -> Option<&Article> {
        self.shelf.by_id.get(id).map(|at| &self.shelf.articles[*at])
    }

    /// All articles, by id.
    pub fn articles(&self) -> &[Article] {
        &self.shelf.articles
    }

    /// Reads a question: its terms, and the articles that it names. Searching does this by itself.
    pub fn read(&self, question: &str) -> Query {
        search::read(question, &self.shelf.index, &self.shelf.synonyms, &[])
    }

    /// The passages that fit best, best first, however well.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        search::find(&self.read(query), &self.shelf.articles, (&self.shelf.index, &self.learned()), limit, false)
    }

    /// The passages that answer a question, best first; none where nothing fits well enough to claim it.
    pub fn find(&self, query: &Query, limit: usize) -> Vec<Hit<'_>> {
        search::find(query, &self.shelf.articles, (&self.shelf.index, &self.learned()), limit, true)
    }

    /// Replaces what was learned of passages: it holds for every search from now on.
    pub fn learn(&self, learned: learned::Learned) {
        *self.learned.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(learned);
    }

    /// What was learned of passages.
    pub fn learned(&self) -> Arc<learned::Learned> {
        Arc::clone(&self.learned.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What people ask that a message asks, nearest first.
    pub fn asked(&self, said: questions::Said<'_>) -> Vec<Asked<'_>> {
        self.shelf.wordings.asked(said, &self.corrected(said.asserted), &self.shelf.articles)
    }

    /// What people ask that comes near a message, whether it asks it or not, nearest first.
    pub fn nearly_asked(&self, said: questions::Said<'_>) -> Vec<Asked<'_>> {
        self.shelf.wordings.nearly_asked(said, &self.corrected(said.asserted), &self.shelf.articles)
    }

    /// The words of a message, those that the library does not know replaced by the nearest that it knows.
    fn corrected(&self, message: &str) -> String {
        let right = |word: &str| {
            let known = self.shelf.wordings.knows(word)
                || self.shelf.index.knows_word(word)
                || self.shelf.synonyms.ignores_word(word);
            let meant = if known { None } else { self.shelf.index.nearest(word) };
            meant.unwrap_or(word).to_owned()
        };
        words::words(message).iter().map(|word| right(word)).collect::<Vec<_>>().join(" ")
    }

    /// What was imported, where anything was.
    pub fn imported(&self) -> Option<&Imported> {
        self.imported.as_ref()
    }

    /// Whether the library has this stem anywhere.
    pub fn knows(&self, stem: &str) -> bool {
        self.shelf.index.knows(stem)
    }

    /// How rare a stem is in the library: 0 where it is everywhere.
    pub fn rarity(&self, stem: &str) -> f64 {
        self.shelf.index.rarity(stem)
    }
}

impl std::fmt::Debug for Library {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Library").field("articles", &self.shelf.articles.len()).finish_non_exhaustive()
    }
}
