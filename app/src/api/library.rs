//! The library.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::ApiFailure;
use super::types::{Article, ArticleLine};

/// An article to read.
#[server(prefix = "/fn", endpoint = "article", input = Json, output = Json)]
pub async fn read_article(id: String) -> Result<Article, ApiFailure> {
    super::host::told(super::host::use_host()?.article(id).await)
}

/// All articles, by title.
#[server(prefix = "/fn", endpoint = "articles", input = Json, output = Json)]
pub async fn list_articles() -> Result<Vec<ArticleLine>, ApiFailure> {
    super::host::told(super::host::use_host()?.articles().await)
}
