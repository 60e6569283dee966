//! A file that is one document: Markdown, plain text or HTML.

use super::{Format, html};
use crate::imported::Entry;

/// The document of a file; `name` is its id, and its title where it has none of its own.
pub(super) fn read(text: &str, name: &str, format: Format) -> Result<Entry, &'static str> {
    let text = text.trim_start_matches('\u{feff}');
    let mut entry = match format {
        Format::Html => html::read(text),
        Format::Markdown | Format::Text | Format::Lines => written(text, format),
    };
    if !entry.text.chars().any(char::is_alphanumeric) {
        return Err("no text in it");
    }
    name.clone_into(&mut entry.id);
    if entry.title.is_empty() {
        let file = name.rsplit('/').next().unwrap_or(name);
        let stem = file.strip_suffix(".gz").unwrap_or(file);
        entry.title = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem).replace(['-', '_'], " ");
    }
    Ok(entry)
}

/// Markdown and text: a front matter of `name: value` lines where there is one, the first heading as title.
fn written(text: &str, format: Format) -> Entry {
    let mut entry = Entry::default();
    let mut body = text;
    if let Some((front, rest)) = front_matter(text) {
        for line in front.lines() {
            let Some((field, value)) = line.split_once([':', '=']) else { continue };
            let value = value.trim().trim_matches(['"', '\'']).to_owned();
            match field.trim().to_ascii_lowercase().as_str() {
                "title" => entry.title = value,
                "url" | "source" | "link" => entry.url = value,
                "date" | "updated" | "reviewed" => entry.date = value,
                _ => {}
            }
        }
        body = rest;
    }
    body.trim().clone_into(&mut entry.text);
    let first = body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    if entry.title.is_empty() {
        if let Some(heading) = first.strip_prefix('#') {
            heading.trim_matches(['#', ' ']).clone_into(&mut entry.title);
        } else if format == Format::Text && first.chars().count() <= 100 && body.trim().lines().count() > 1 {
            first.clone_into(&mut entry.title);
        }
    }
    entry
}

fn front_matter(text: &str) -> Option<(&str, &str)> {
    ["---", "+++"].into_iter().find_map(|mark| {
        let rest = text.strip_prefix(mark)?.strip_prefix('\n')?;
        let end = rest.find(&format!("\n{mark}\n"))?;
        Some((&rest[..end], &rest[end + mark.len() + 2..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_the_title_that_it_gives_itself() {
        let read = |text, name, format| read(text, name, format).unwrap();
        assert_eq!(read("# Gout\n\nCrystals.", "a/gout.md", Format::Markdown).title, "Gout");
        assert_eq!(read("Crystals.", "a/big-toe.md.gz", Format::Markdown).title, "big toe");
        assert_eq!(read("Gout\n\nCrystals in a joint.", "x.txt", Format::Text).title, "Gout");
        let entry = read(
            "---\ntitle: \"Gout\"\nurl: https://example.org/g\ndate: 2020-01-02\n---\nCrystals.",
            "g.md",
            Format::Markdown,
        );
        assert_eq!(
            (entry.title.as_str(), entry.url.as_str(), entry.date.as_str()),
            ("Gout", "https://example.org/g", "2020-01-02")
        );
        assert_eq!(entry.text, "Crystals.");
        assert!(super::read(" \n", "x.txt", Format::Text).is_err());
    }
}
