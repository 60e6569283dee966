//! JSON lines: an object a line, with the names of fields that such files have.

use std::io::{BufRead, Read as _};

use serde_json::{Map, Value};

use super::{DEFAULT_COLLECTION, Intake, Options, Problem};
use crate::imported::Entry;

const ID: [&str; 5] = ["id", "_id", "doc_id", "key", "uid"];
const TITLE: [&str; 5] = ["title", "question", "name", "heading", "focus"];
const TEXT: [&str; 7] = ["text", "answer", "body", "content", "contents", "passage", "abstract"];
const URL: [&str; 5] = ["url", "link", "source_url", "address", "uri"];
const DATE: [&str; 7] = ["date", "updated", "published", "reviewed", "last_reviewed", "modified", "year"];
const FOCUS: [&str; 3] = ["focus", "subject", "condition"];
const ALIASES: [&str; 4] = ["synonyms", "aliases", "also_called", "other_names"];
const LABEL: [&str; 4] = ["qtype", "kind", "type", "section"];

/// Reads lines into entries; what is wrong with one is a problem of that line only.
pub(super) fn read(
    reader: &mut dyn BufRead,
    place: &str,
    options: &Options,
    intake: &mut Intake,
    told: &mut dyn FnMut(usize),
) {
    let most = options.entry_bytes;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let problem = |what: String| Problem { place: place.to_owned(), line: Some(number), what };
        let read = (&mut *reader).take(most as u64 + 1).read_until(b'\n', &mut line);
        let outcome = match read {
            Ok(0) => return,
            Ok(_) if line.len() > most && line.last() != Some(&b'\n') => {
                if let Err(error) = reader.skip_until(b'\n') {
                    intake.problems.push(problem(error.to_string()));
                    return;
                }
                Err(format!("longer than {most} bytes (`import_entry_bytes`)"))
            }
            Ok(_) => entry(&line, options),
            Err(error) => {
                intake.problems.push(problem(error.to_string()));
                return;
            }
        };
        match outcome {
            Ok(Some(entry)) => {
                intake.entries.push(entry);
                told(intake.entries.len());
            }
            Ok(None) => {}
            Err(what) => {
                intake.problems.push(problem(what));
                if options.strict {
                    return;
                }
            }
        }
    }
}

/// The entry of a line; none of an empty one.
fn entry(line: &[u8], options: &Options) -> Result<Option<Entry>, String> {
    let line =
        std::str::from_utf8(line).map_err(|_| "not UTF-8 text".to_owned())?.trim_start_matches('\u{feff}').trim();
    if line.is_empty() {
        return Ok(None);
    }
    let value: Value = serde_json::from_str(line).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => format!("the JSON ends too early, at column {}", error.column()),
        _ => format!("not JSON, at column {}", error.column()),
    })?;
    let Value::Object(row) = value else { return Err("not a JSON object".to_owned()) };
    let id = first(&row, &ID)?.ok_or_else(|| missing("id", &ID))?;
    let text = first(&row, &TEXT)?.ok_or_else(|| missing("text", &TEXT))?;
    let title = first(&row, &TITLE)?.ok_or_else(|| missing("title", &TITLE))?;
    let named = first(&row, &["collection"])?.unwrap_or_else(|| DEFAULT_COLLECTION.to_owned());
    Ok(Some(Entry {
        collection: options.collection.clone().unwrap_or(named),
        id,
        title,
        text,
        url: first(&row, &URL)?.unwrap_or_default(),
        date: first(&row, &DATE)?.unwrap_or_default(),
        focus: first(&row, &FOCUS)?.unwrap_or_default(),
        aliases: list(&row)?,
        label: first(&row, &LABEL)?.unwrap_or_default(),
    }))
}

fn missing(what: &str, names: &[&str]) -> String {
    format!("no `{what}` (nor {})", names[1..].iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
}

/// The first of these fields that says something.
fn first(row: &Map<String, Value>, names: &[&str]) -> Result<Option<String>, String> {
    for name in names {
        match row.get(*name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.trim().is_empty() => {}
            Some(Value::String(text)) => return Ok(Some(text.trim().to_owned())),
            Some(Value::Number(number)) => return Ok(Some(number.to_string())),
            Some(_) => return Err(format!("`{name}` must be text")),
        }
    }
    Ok(None)
}

/// Other names: a list, or text with `|` or `;` between.
fn list(row: &Map<String, Value>) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for field in ALIASES {
        match row.get(field) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => names.extend(text.split(['|', ';']).map(|name| name.trim().to_owned())),
            Some(Value::Array(list)) => {
                for name in list {
                    names.push(
                        name.as_str().ok_or_else(|| format!("`{field}` must be a list of texts"))?.trim().to_owned(),
                    );
                }
            }
            Some(_) => return Err(format!("`{field}` must be a list of texts")),
        }
    }
    names.retain(|name| !name.is_empty());
    Ok(names)
}
