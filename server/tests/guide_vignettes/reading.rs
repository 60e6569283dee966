//! Reads vignettes from their Markdown.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) struct Vignette {
    pub(crate) name: String,
    pub(crate) turns: Vec<Turn>,
}

pub(crate) struct Turn {
    /// What the person types.
    pub(crate) says: String,
    /// Name and value of each check, in order.
    pub(crate) checks: Vec<(String, String)>,
}

/// All of a folder, by name.
pub(crate) fn all(folder: &Path) -> Vec<Vignette> {
    let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a readable entry").path()).collect();
    files.sort();
    let vignette = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("a readable vignette");
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        parse(name, &text)
    };
    files.iter().map(vignette).collect()
}

fn parse(name: String, text: &str) -> Vignette {
    let mut turns: Vec<Turn> = Vec::new();
    let mut saying = false;
    for line in text.lines() {
        if let Some(says) = line.strip_prefix('>') {
            let says = says.strip_prefix(' ').unwrap_or(says);
            match turns.last_mut().filter(|_| saying) {
                Some(turn) => turn.says = format!("{}\n{says}", turn.says),
                None => turns.push(Turn { says: says.to_owned(), checks: Vec::new() }),
            }
            saying = true;
            continue;
        }
        saying = false;
        if let Some(check) = line.strip_prefix("- ") {
            let (check, value) = check.split_once(':').unwrap_or((check, ""));
            let turn = turns.last_mut().unwrap_or_else(|| panic!("{name}: a check before the first turn"));
            turn.checks.push((check.trim().to_owned(), value.trim().to_owned()));
        }
    }
    assert!(!turns.is_empty(), "{name} has no turn");
    for turn in &turns {
        assert!(!turn.checks.is_empty(), "{name}: nothing is checked after `{}`", turn.says);
    }
    Vignette { name, turns }
}
