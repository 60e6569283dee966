//! To what crosses the wire.

use protocol::Source;

use super::{Article, Hit, ImportedHit, Passage};

/// A passage as the source of an answer.
pub fn source(article: &Article, passage: &Passage, score: f64) -> Source {
    let Passage { heading, text, start, end } = passage;
    Source {
        id: format!("library/{}", article.id),
        title: format!("{} – {heading}", article.title),
        passage: text.clone(),
        url: format!("/library/{}?from={start}&to={end}#passage", article.id),
        score,
        start: *start,
        end: *end,
    }
}

impl Hit<'_> {
    /// As the source of an answer.
    pub fn source(&self) -> Source {
        source(self.article, &self.passage, self.score)
    }
}

impl ImportedHit {
    /// As the source of an answer: with its date in the title, and the address that it was published at.
    pub fn source(&self) -> Source {
        let entry = &self.entry;
        Source {
            id: format!("imported/{}/{}", entry.collection, entry.id),
            title: if entry.date.is_empty() {
                entry.title.clone()
            } else {
                format!("{} ({})", entry.title, entry.date)
            },
            passage: self.passage().to_owned(),
            url: entry.url.clone(),
            score: self.score,
            start: self.passage.start,
            end: self.passage.end,
        }
    }
}
