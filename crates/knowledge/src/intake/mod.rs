//! Reads what an operator imports: JSON lines, Markdown, text and HTML, plain or gzipped, from a file, a folder or the
//! standard input.
//!
//! [`read`] walks and decides by a file's ending, `lines` reads JSON lines, `pages` reads a file that is one document.
//! What can't be read is a [`Problem`] with file, line and what is wrong; the rest is read all the same.

pub mod html;
mod lines;
mod pages;

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::imported::Entry;

/// The collection of what names none.
pub const DEFAULT_COLLECTION: &str = "imported";

/// Something that can't be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, or `standard input`.
    pub place: String,
    /// The line, from 1, where it is one line's.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}, line {line}: {}", self.place, self.what),
            None => write!(formatter, "{}: {}", self.place, self.what),
        }
    }
}

/// What was read.
#[derive(Debug, Default)]
pub struct Intake {
    /// The entries, in the order of the files.
    pub entries: Vec<Entry>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Files of a folder that are of no kind that is read.
    pub passed_over: usize,
}

/// How to read.
#[derive(Debug, Clone)]
pub struct Options {
    /// The collection of everything; else what a line names, else [`DEFAULT_COLLECTION`].
    pub collection: Option<String>,
    /// The most bytes of one entry.
    pub entry_bytes: usize,
    /// Whether the first problem ends the reading.
    pub strict: bool,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Lines,
    Html,
    Markdown,
    Text,
}

impl Format {
    fn of(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let plain = lower.strip_suffix(".gz").unwrap_or(&lower);
        Some(match plain.rsplit_once('.')?.1 {
            "jsonl" | "ndjson" | "json" => Self::Lines,
            "html" | "htm" | "xhtml" => Self::Html,
            "md" | "markdown" => Self::Markdown,
            "txt" | "text" => Self::Text,
            _ => return None,
        })
    }

    /// By what it begins with.
    fn seen(beginning: &[u8]) -> Self {
        match beginning.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => Self::Lines,
            Some(b'<') => Self::Html,
            _ => Self::Markdown,
        }
    }
}

/// Reads a file, a folder with all in it, or with `-` the standard input. `told` hears how many entries there are.
pub fn read(from: &str, options: &Options, told: &mut dyn FnMut(usize)) -> Intake {
    let mut intake = Intake::default();
    if from == "-" {
        take(&mut io::stdin().lock(), "standard input", "standard input", None, options, &mut intake, told);
        return intake;
    }
    let root = Path::new(from);
    if !root.is_dir() {
        let name = root.file_name().map_or_else(|| from.to_owned(), |name| name.to_string_lossy().into_owned());
        file(root, &name, Format::of(&name), options, &mut intake, told);
        return intake;
    }
    for path in walk(root, &mut intake.problems) {
        if options.strict && !intake.problems.is_empty() {
            break;
        }
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        match Format::of(&name) {
            Some(format) => file(&path, &name, Some(format), options, &mut intake, told),
            None => intake.passed_over += 1,
        }
    }
    intake
}

/// All files below a folder, in the order of their names; what is hidden is left out.
fn walk(folder: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let problem =
        |error: &io::Error| Problem { place: folder.display().to_string(), line: None, what: error.to_string() };
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(found) => found.into_iter().map(|found| found.path()).collect(),
        Err(error) => {
            problems.push(problem(&error));
            return Vec::new();
        }
    };
    paths.retain(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        // A link to a folder is not followed: it could lead round in a circle.
        if path.is_dir() && !path.is_symlink() {
            files.extend(walk(&path, problems));
        } else if path.is_file() {
            files.push(path);
        }
    }
    files
}

fn file(
    path: &Path,
    name: &str,
    format: Option<Format>,
    options: &Options,
    intake: &mut Intake,
    told: &mut dyn FnMut(usize),
) {
    let place = path.display().to_string();
    match File::open(path) {
        Ok(mut file) => take(&mut file, &place, name, format, options, intake, told),
        Err(error) => intake.problems.push(Problem { place, line: None, what: error.to_string() }),
    }
}

fn take(
    from: &mut dyn Read,
    place: &str,
    name: &str,
    format: Option<Format>,
    options: &Options,
    intake: &mut Intake,
    told: &mut dyn FnMut(usize),
) {
    let mut reader = BufReader::new(from);
    let zipped = reader.fill_buf().is_ok_and(|bytes| bytes.starts_with(&[0x1f, 0x8b]));
    let mut reader: Box<dyn BufRead + '_> =
        if zipped { Box::new(BufReader::new(MultiGzDecoder::new(reader))) } else { Box::new(reader) };
    let format = match (format, reader.fill_buf()) {
        (Some(format), Ok(_)) => format,
        (None, Ok(beginning)) => Format::seen(beginning),
        (_, Err(error)) => {
            intake.problems.push(Problem { place: place.to_owned(), line: None, what: error.to_string() });
            return;
        }
    };
    if format == Format::Lines {
        lines::read(&mut reader, place, options, intake, told);
        return;
    }
    let mut bytes = Vec::new();
    let problem = |what: String| Problem { place: place.to_owned(), line: None, what };
    let most = options.entry_bytes as u64;
    match reader.take(most + 1).read_to_end(&mut bytes) {
        Err(error) => intake.problems.push(problem(error.to_string())),
        Ok(_) if bytes.len() as u64 > most => {
            intake.problems.push(problem(format!("longer than {most} bytes (`import_entry_bytes`)")));
        }
        Ok(_) => match String::from_utf8(bytes) {
            Err(_) => intake.problems.push(problem("not UTF-8 text".to_owned())),
            Ok(text) => match pages::read(&text, name, format) {
                Ok(mut entry) => {
                    entry.collection = options.collection.clone().unwrap_or_else(|| DEFAULT_COLLECTION.to_owned());
                    intake.entries.push(entry);
                    told(intake.entries.len());
                }
                Err(what) => intake.problems.push(problem(what.to_owned())),
            },
        },
    }
}
