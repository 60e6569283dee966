//! What `anamnesis library …` prints.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Found, ImportError, Library};

/// How much of a passage a line shows, in characters.
const SHOWN: usize = 220;

/// What fits a query, as it is printed for programs.
#[derive(Serialize)]
struct Row<'a> {
    query: &'a str,
    rank: usize,
    id: &'a str,
    collection: &'a str,
    title: &'a str,
    score: f64,
    passage: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    date: &'a str,
}

/// Where to look, and how to print what is found.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Only in this collection.
    pub collection: Option<&'a str>,
    /// The most entries of a query.
    pub limit: usize,
    /// A JSON object a line, for programs.
    pub json: bool,
    /// Whether the query is printed above what it finds.
    pub headed: bool,
}

/// The ranked entries for a query, as lines for a person or as JSON for a program.
///
/// # Errors
/// Where the imported index can't be read.
pub fn search(library: &Library, query: &str, how: &Search<'_>) -> Result<String, ImportError> {
    let found = library.look_up(query, how.collection, how.limit)?;
    let mut text = String::new();
    if how.headed && !how.json {
        writeln!(text, "{query}").expect("a String takes everything");
    }
    if found.is_empty() && !how.json {
        text.push_str("Nothing in the library fits that well enough.\n");
    }
    for (rank, found) in (1..).zip(&found) {
        let line = if how.json { row(query, rank, found) } else { shown(rank, found) };
        writeln!(text, "{line}").expect("a String takes everything");
    }
    Ok(text)
}

fn row(query: &str, rank: usize, found: &Found<'_>) -> String {
    let (url, date) = match found {
        Found::Article(_) => ("", ""),
        Found::Imported(hit) => (hit.entry.url.as_str(), hit.entry.date.as_str()),
    };
    let row = Row {
        query,
        rank,
        id: found.id(),
        collection: found.collection(),
        title: found.title(),
        score: found.score(),
        passage: found.passage(),
        url,
        date,
    };
    serde_json::to_string(&row).expect("plain data")
}

fn shown(rank: usize, found: &Found<'_>) -> String {
    let flat: Vec<&str> = found.passage().split_whitespace().collect();
    let flat = flat.join(" ");
    let short: String = flat.chars().take(SHOWN).collect();
    let more = if short.len() < flat.len() { "…" } else { "" };
    let mut line = match found {
        Found::Article(hit) => format!(
            "{rank:>2}. {:>5.1}  {} – {}  [{}]",
            hit.score, hit.article.title, hit.passage.heading, hit.article.id
        ),
        Found::Imported(hit) => {
            format!("{rank:>2}. {:>5.1}  {}  [{}/{}]", hit.score, hit.entry.title, hit.entry.collection, hit.entry.id)
        }
    };
    write!(line, "\n    {short}{more}").expect("a String takes everything");
    if let Found::Imported(hit) = found
        && !hit.entry.url.is_empty()
    {
        write!(line, "\n    {} {}", hit.entry.url, hit.entry.date).expect("a String takes everything");
    }
    line.trim_end().to_owned()
}
