//! Conversations by several authors who know neither the detector nor each other; `README.md` says how they are written.

use std::fs;
use std::path::{Path, PathBuf};

/// What is right for a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    None,
    ThirdParty,
    Elevated,
    High,
    Imminent,
}

impl Label {
    fn read(word: &str) -> Self {
        match word {
            "none" => Self::None,
            "third_party" => Self::ThirdParty,
            "elevated" => Self::Elevated,
            "high" => Self::High,
            "imminent" => Self::Imminent,
            other => panic!("no label: {other}"),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ThirdParty => "third_party",
            Self::Elevated => "elevated",
            Self::High => "high",
            Self::Imminent => "imminent",
        }
    }

    /// Whether the writer is.
    pub(crate) fn is_at_risk(self) -> bool {
        !matches!(self, Self::None | Self::ThirdParty)
    }
}

/// A conversation, or a letter of one message.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) label: Label,
    pub(crate) letter: bool,
    /// What the person writes, and whether danger is heard in it.
    pub(crate) messages: Vec<(String, bool)>,
}

/// Who wrote them.
#[derive(Debug)]
pub(crate) struct Author {
    pub(crate) name: String,
    pub(crate) conversations: Vec<Conversation>,
}

/// The authors in `fitting` or `held`, by name.
pub(crate) fn all(kind: &str) -> Vec<Author> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crisis/authors").join(kind);
    let mut authors: Vec<PathBuf> =
        fs::read_dir(&folder).into_iter().flatten().map(|entry| entry.expect("a folder can be read").path()).collect();
    authors.sort();
    authors
        .into_iter()
        .map(|path| Author {
            name: path.file_name().expect("it has one").to_string_lossy().into_owned(),
            conversations: read(&path),
        })
        .collect()
}

fn read(folder: &Path) -> Vec<Conversation> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("an author's folder").flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut all = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).expect("text");
        let name = path.file_stem().expect("it has one").to_string_lossy().into_owned();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        if let Some(label) = match name.as_str() {
            "posts" => Some(Label::None),
            "risk_posts" => Some(Label::Elevated),
            _ => None,
        } {
            let letters = lines.filter(|line| !line.starts_with('#'));
            all.extend(letters.map(|line| Conversation {
                label,
                letter: true,
                messages: vec![(line.trim_start_matches("- ").to_owned(), label != Label::None)],
            }));
            continue;
        }
        for line in lines {
            if let Some(title) = line.strip_prefix('#') {
                let word = title.split('|').next().unwrap_or_default().trim();
                all.push(Conversation { label: Label::read(word), letter: false, messages: Vec::new() });
            } else {
                let marked = line.starts_with('!');
                let message = line.trim_start_matches('!').trim().to_owned();
                all.last_mut().expect("a title comes first").messages.push((message, marked));
            }
        }
    }
    all
}
