//! `anamnesis library search "…"`.

use std::fmt::Write as _;

use serde_json::json;

use super::Library;

/// How much of a passage a line shows, in characters.
const SHOWN: usize = 220;

/// The ranked passages for a question, as lines for a person or as JSON for a program.
pub fn search_command(library: &Library, query: &str, limit: usize, json: bool) -> String {
    let hits = library.search(query, limit);
    if json {
        let rows: Vec<_> = hits.iter().map(super::Hit::source).collect();
        return serde_json::to_string_pretty(&json!({ "query": query, "results": rows })).expect("plain data") + "\n";
    }
    if hits.is_empty() {
        return "Nothing in the library fits that well enough.\n".into();
    }
    let mut text = String::new();
    for (rank, hit) in (1..).zip(&hits) {
        let flat: Vec<&str> = hit.passage.text.split_whitespace().collect();
        let flat = flat.join(" ");
        let short: String = flat.chars().take(SHOWN).collect();
        let more = if short.len() < flat.len() { "…" } else { "" };
        let (article, heading) = (hit.article, &hit.passage.heading);
        writeln!(
            text,
            "{rank:>2}. {:>5.1}  {} – {heading}  [{}]\n    {short}{more}",
            hit.score, article.title, article.id
        )
        .expect("a String takes everything");
    }
    text
}
