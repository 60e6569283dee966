//! To what crosses the wire.

use app::api::types;
use protocol::Source;

use super::{Article, Hit, ImportedHit, Library, Passage};

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

impl Article {
    /// To read on a page.
    pub fn to_page(&self, library: &Library) -> types::Article {
        let sources = self.sources.iter().map(|source| types::ArticleSource {
            title: source.title.clone(),
            publisher: source.publisher.clone(),
            year: source.year,
            url: source.url.clone(),
        });
        let related = self.related.iter().filter_map(|id| library.article(id));
        types::Article {
            id: self.id.clone(),
            title: self.title.clone(),
            markdown: self.body.clone(),
            reviewed: self.reviewed.clone(),
            sources: sources.collect(),
            related: related.map(|article| (article.id.clone(), article.title.clone())).collect(),
        }
    }

    /// For the list of articles.
    pub fn to_line(&self) -> types::ArticleLine {
        types::ArticleLine { id: self.id.clone(), title: self.title.clone(), topics: self.topics.clone() }
    }
}

impl Library {
    /// All articles for a list, by title.
    pub fn lines(&self) -> Vec<types::ArticleLine> {
        let mut lines: Vec<_> = self.articles().iter().map(Article::to_line).collect();
        lines.sort_by(|a, b| a.title.cmp(&b.title));
        lines
    }
}
