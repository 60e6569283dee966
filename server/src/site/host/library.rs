//! Articles as the pages show them.

use app::api::types;
use knowledge::{Article, Library};

/// An article to read.
pub(super) fn page(article: &Article, library: &Library) -> types::Article {
    let sources = article.sources.iter().map(|source| types::ArticleSource {
        title: source.title.clone(),
        publisher: source.publisher.clone(),
        year: source.year,
        url: source.url.clone(),
    });
    // The page lists them itself, with their addresses.
    let text = article.body.split("\n## Sources\n").next().unwrap_or(&article.body);
    let related = article.related.iter().filter_map(|id| library.article(id));
    types::Article {
        id: article.id.clone(),
        title: article.title.clone(),
        markdown: text.to_owned(),
        reviewed: article.reviewed.clone(),
        sources: sources.collect(),
        related: related.map(|article| (article.id.clone(), article.title.clone())).collect(),
    }
}

/// All articles for a list, by title.
pub(super) fn lines(library: &Library) -> Vec<types::ArticleLine> {
    let line = |article: &Article| types::ArticleLine {
        id: article.id.clone(),
        title: article.title.clone(),
        topics: article.topics.clone(),
    };
    let mut lines: Vec<_> = library.articles().iter().map(line).collect();
    lines.sort_by(|a, b| a.title.cmp(&b.title));
    lines
}
