//! One search over the built-in articles and what was imported.

use protocol::Source;

use super::{Hit, ImportError, ImportedHit, Library};

/// The collection of the built-in articles.
pub const BUILTIN: &str = "builtin";

/// Where both fit, so many imported entries stand before the first article: the operator imported them on purpose.
const IMPORTED_FIRST: usize = 3;
/// The most articles beside imported entries.
const ARTICLES_BESIDE: usize = 2;

/// Something that fits: a passage of an article or of an imported entry.
#[derive(Debug, Clone)]
pub enum Found<'library> {
    /// Of a built-in article.
    Article(Hit<'library>),
    /// Imported.
    Imported(ImportedHit),
}

impl Found<'_> {
    /// Its collection.
    pub fn collection(&self) -> &str {
        match self {
            Self::Article(_) => BUILTIN,
            Self::Imported(hit) => &hit.entry.collection,
        }
    }

    /// Its id within the collection.
    pub fn id(&self) -> &str {
        match self {
            Self::Article(hit) => &hit.article.id,
            Self::Imported(hit) => &hit.entry.id,
        }
    }

    /// The title of the document.
    pub fn title(&self) -> &str {
        match self {
            Self::Article(hit) => &hit.article.title,
            Self::Imported(hit) => &hit.entry.title,
        }
    }

    /// The passage.
    pub fn passage(&self) -> &str {
        match self {
            Self::Article(hit) => &hit.passage.text,
            Self::Imported(hit) => hit.passage(),
        }
    }

    /// How well it fits; comparable among articles, and among imported entries.
    pub fn score(&self) -> f64 {
        match self {
            Self::Article(hit) => hit.score,
            Self::Imported(hit) => hit.score,
        }
    }

    /// As the source of an answer.
    pub fn source(&self) -> Source {
        match self {
            Self::Article(hit) => hit.source(),
            Self::Imported(hit) => hit.source(),
        }
    }
}

impl Library {
    /// What fits best among articles and imported entries, best first, each document once. `collection`: only in this one
    /// ([`BUILTIN`] for the articles).
    ///
    /// # Errors
    /// Where the imported index can't be read.
    pub fn look_up(&self, query: &str, collection: Option<&str>, limit: usize) -> Result<Vec<Found<'_>>, ImportError> {
        let Some(imported) = self.imported().filter(|_| collection != Some(BUILTIN)) else {
            let articles = if collection.is_none_or(|name| name == BUILTIN) {
                self.articles_once(query, limit, false)
            } else {
                Vec::new()
            };
            return Ok(articles.into_iter().map(Found::Article).collect());
        };
        let hits = imported.search(query, &self.shelf.synonyms, collection, limit)?;
        let articles = match collection {
            Some(_) => Vec::new(),
            None => self.articles_once(query, ARTICLES_BESIDE, true),
        };
        let before = hits.iter().take_while(|hit| hit.is_claimed).count().min(IMPORTED_FIRST);
        let mut found: Vec<Found<'_>> = hits.into_iter().map(Found::Imported).collect();
        let behind = found.split_off(before.min(found.len()));
        found.extend(articles.into_iter().map(Found::Article));
        found.extend(behind);
        found.truncate(limit);
        Ok(found)
    }

    /// Imported entries that answer a question, best first; none where nothing fits well enough to be claimed. For the
    /// prompt of a language model, and to read further.
    ///
    /// # Errors
    /// Where the imported index can't be read.
    pub fn further(&self, question: &str, limit: usize) -> Result<Vec<ImportedHit>, ImportError> {
        let Some(imported) = self.imported() else { return Ok(Vec::new()) };
        let mut hits = imported.search(question, &self.shelf.synonyms, None, limit)?;
        hits.retain(|hit| hit.is_claimed);
        Ok(hits)
    }

    /// Articles by their best passage.
    fn articles_once(&self, query: &str, limit: usize, to_claim: bool) -> Vec<Hit<'_>> {
        // An article gives two passages at most.
        let most = limit * 2;
        let found = if to_claim { self.find(&self.read(query), most) } else { self.search(query, most) };
        let mut once: Vec<Hit<'_>> = Vec::new();
        for hit in found {
            if !once.iter().any(|other| other.article.id == hit.article.id) {
                once.push(hit);
            }
        }
        once.truncate(limit);
        once
    }
}
