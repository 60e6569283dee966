//! The labelled utterances and conversations, and what the detector makes of them.
//!
//! Their writer did not know the detector. Each text belongs to one of two halves, by a hash of its words: the *open* one
//! may be looked at when rules are written, the *held* one only counts. `README.md` says how the labels are read.

use std::fmt;
use std::fs;
use std::path::Path;

use clinical::crisis::{Assessment, Danger, Level, Speaker, Utterance, Watch, assess};

/// Which half a text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    /// May be read while rules are written.
    Open,
    /// Is only counted.
    Held,
}

/// FNV-1a: stable over versions and machines, so that a text never changes sides.
fn half_of(text: &str) -> Half {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    // The low bits of the product mix worst; a high one decides.
    if hash >> 40 & 1 == 0 { Half::Open } else { Half::Held }
}

/// One utterance or conversation and what is right for it.
#[derive(Debug)]
pub(crate) struct Labelled {
    /// Its group: a language, or the kind of conversation.
    pub(crate) group: String,
    /// What the person writes, oldest first.
    pub(crate) messages: Vec<String>,
    /// What the guide says after each of them, where it is part of the text.
    replies: Vec<Option<String>>,
    /// Which half it is in.
    pub(crate) half: Half,
    /// Title of a conversation, or the text itself.
    pub(crate) name: String,
    expected: Expected,
    /// By which message, from 1.
    by: usize,
    danger: Option<Danger>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// Never above it.
    AtMost(Level),
    /// At least this, by the named message.
    AtLeast(Level),
}

/// What came of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Judged {
    /// Whether it should be a crisis.
    pub(crate) at_risk: bool,
    /// Whether the level was at least as high as labelled (or no higher than it may be).
    pub(crate) level_right: bool,
    /// Whether the labelled kind was among the found.
    pub(crate) kind_right: bool,
    /// The level that was reached.
    pub(crate) level: Level,
}

impl Judged {
    /// Whether it was taken for a crisis.
    pub(crate) fn is_flagged(self) -> bool {
        self.level >= Level::Elevated
    }
}

impl Labelled {
    /// Its label, for a table.
    pub(crate) fn label(&self) -> String {
        let danger = self.danger.map_or("-", Danger::as_str);
        match self.expected {
            Expected::AtMost(_) if self.danger == Some(Danger::ThirdParty) => "worry about another".to_owned(),
            Expected::AtMost(_) => "none".to_owned(),
            Expected::AtLeast(level) => format!("{} {danger}", level.as_str()),
        }
    }

    /// Reads it as the conversation went and compares.
    pub(crate) fn judge(&self) -> Judged {
        let mut watch = Watch::over(usize::MAX);
        let (mut highest, mut in_time, mut dangers) = (Level::None, Level::None, Vec::new());
        for (message, number) in self.messages.iter().zip(1..) {
            watch.hear(Utterance { speaker: Speaker::Person, text: message });
            let found = watch.assess();
            highest = highest.max(found.level);
            if number <= self.by {
                in_time = in_time.max(found.level);
                dangers.extend(found.dangers);
            }
            let reply = self.replies.get(number - 1).and_then(Option::as_deref);
            watch.hear(Utterance { speaker: Speaker::Guide, text: reply.unwrap_or("I see. Go on.") });
        }
        let kind_right = self.danger.is_none_or(|wanted| dangers.iter().any(|&found| meets(found, wanted)));
        match self.expected {
            Expected::AtMost(most) => {
                Judged { at_risk: false, level_right: highest <= most, kind_right, level: highest }
            }
            Expected::AtLeast(least) => {
                Judged { at_risk: true, level_right: in_time >= least, kind_right, level: in_time }
            }
        }
    }

    /// What is found in the whole of it.
    pub(crate) fn assessment(&self) -> Assessment {
        let mut utterances = Vec::new();
        for (at, message) in self.messages.iter().enumerate() {
            utterances.push(Utterance { speaker: Speaker::Person, text: message });
            let reply = self.replies.get(at).and_then(Option::as_deref);
            utterances.extend(reply.map(|text| Utterance { speaker: Speaker::Guide, text }));
        }
        assess(&utterances)
    }
}

/// One suicidal kind is met by itself or one further on; plan and intent stand for each other.
fn meets(found: Danger, wanted: Danger) -> bool {
    let step = |danger| match danger {
        Danger::SuicidalIdeation => Some(1),
        Danger::SuicidePlan | Danger::SuicideIntent => Some(2),
        Danger::SuicideAttempt => Some(3),
        _ => None,
    };
    found == wanted || matches!((step(found), step(wanted)), (Some(found), Some(wanted)) if found >= wanted)
}

fn danger_named(name: &str) -> Option<Danger> {
    Danger::ALL.into_iter().find(|danger| danger.as_str() == name)
}

fn level_named(name: &str) -> Level {
    [Level::None, Level::Watch, Level::Elevated, Level::High, Level::Imminent]
        .into_iter()
        .find(|level| level.as_str() == name)
        .unwrap_or_else(|| panic!("the level {name:?}"))
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/crisis"))
}

/// Every utterance of both tables.
pub(crate) fn utterances() -> Vec<Labelled> {
    let mut all = Vec::new();
    for table in ["english_utterances.tsv", "other_languages.tsv"] {
        let text = fs::read_to_string(folder().join(table)).expect("the tables are beside this file");
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("language\t")) {
            let fields: Vec<_> = line.split('\t').collect();
            let [language, text, label, danger] = fields[..] else { panic!("four fields: {line:?}") };
            let expected = match level_named(label) {
                Level::None => Expected::AtMost(Level::Watch),
                level => Expected::AtLeast(level),
            };
            all.push(Labelled {
                group: language.to_owned(),
                messages: vec![text.to_owned()],
                replies: Vec::new(),
                half: half_of(text),
                name: text.to_owned(),
                expected,
                by: 1,
                danger: danger_named(danger),
            });
        }
    }
    all
}

/// Every conversation, in the order of the file names.
pub(crate) fn conversations() -> Vec<Labelled> {
    let mut paths: Vec<_> = fs::read_dir(folder().join("conversations"))
        .expect("the conversations are beside this file")
        .map(|entry| entry.expect("a folder that can be read").path())
        .collect();
    paths.sort();
    paths.iter().map(|path| conversation(path)).collect()
}

fn conversation(path: &Path) -> Labelled {
    let text = fs::read_to_string(path).expect("a listed file can be read");
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name} in {}", path.display())).trim()
    };
    let expected = match field("expect: level").split_at(2) {
        (">=", level) => Expected::AtLeast(level_named(level)),
        ("<=", level) => Expected::AtMost(level_named(level)),
        other => panic!("{other:?} in {}", path.display()),
    };
    let messages: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned).collect();
    let name = path.file_stem().expect("a listed file has a name").to_string_lossy().into_owned();
    Labelled {
        group: name.split('-').next().unwrap_or_default().to_owned(),
        half: half_of(&messages.join("\n")),
        messages,
        replies: Vec::new(),
        name,
        expected,
        by: field("from:").parse().expect("`from:` is a number"),
        danger: danger_named(field("types:")),
    }
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Share {
    /// Those for which it holds.
    pub(crate) right: u32,
    /// All.
    pub(crate) all: u32,
}

impl Share {
    /// Counts those of a set for which something holds.
    pub(crate) fn of<T>(set: impl IntoIterator<Item = T>, holds: impl Fn(&T) -> bool) -> Self {
        let mut share = Self::default();
        for one in set {
            share.right += u32::from(holds(&one));
            share.all += 1;
        }
        share
    }

    /// From 0 to 1; 1 where there is none.
    pub(crate) fn ratio(self) -> f64 {
        if self.all == 0 { 1.0 } else { f64::from(self.right) / f64::from(self.all) }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:>3} of {:>3} = {:>5.1} %", self.right, self.all, 100.0 * self.ratio())
    }
}

/// The plain statements and ordinary questions that were written here, by whoever wrote the rules: no half is held.
pub(crate) fn typical() -> Vec<Labelled> {
    tabled("typical", &[])
}

/// Statements by the same hand that need what was said before them: two messages of someone who has a hard time.
pub(crate) fn in_passing() -> Vec<Labelled> {
    let before = [
        "Hi, I've been going through a really rough time since I lost my job",
        "I'm sleeping badly and I feel pretty low",
    ];
    tabled("in_passing", &before)
}

/// The statements of a table, each said after the same messages.
fn tabled(group: &str, before: &[&str]) -> Vec<Labelled> {
    let text = fs::read_to_string(folder().join(group).with_extension("tsv")).expect("the table is beside this file");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let one = |line: &str| {
        let (label, text) = line.split_once('\t').unwrap_or_else(|| panic!("two fields: {line:?}"));
        let expected = match level_named(label) {
            Level::None => Expected::AtMost(Level::Watch),
            level => Expected::AtLeast(level),
        };
        let messages: Vec<_> = before.iter().chain([&text]).map(|&one| one.to_owned()).collect();
        let (group, name, by) = (group.to_owned(), text.to_owned(), messages.len());
        Labelled { group, messages, replies: Vec::new(), half: Half::Open, name, expected, by, danger: None }
    };
    lines.map(one).collect()
}

/// Whole conversations by the same hand.
pub(crate) fn personas() -> Vec<Labelled> {
    headed("personas", Half::Open)
}

/// Whole conversations, with what the guide asked in between, that no rule was written for.
pub(crate) fn apart() -> Vec<Labelled> {
    headed("apart", Half::Held)
}

/// The conversations of a file whose headings are their labels; lines of the guide begin with `>`.
fn headed(group: &str, half: Half) -> Vec<Labelled> {
    let text = fs::read_to_string(folder().join(group).with_extension("md")).expect("the file is beside this one");
    let one = |block: &str| {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let (label, danger) = match lines.next().expect("a heading").split_once(' ') {
            Some((label, "other")) => (label.to_owned(), Some(Danger::ThirdParty)),
            _ => (block.lines().next().expect("a heading").trim().to_owned(), None),
        };
        let expected = match level_named(&label) {
            Level::None => Expected::AtMost(Level::Watch),
            level => Expected::AtLeast(level),
        };
        let (mut messages, mut replies) = (Vec::new(), Vec::new());
        for line in lines {
            if let (Some(said), Some(last)) = (line.strip_prefix("> "), replies.last_mut()) {
                *last = Some(said.to_owned());
            } else {
                messages.push(line.to_owned());
                replies.push(None);
            }
        }
        let (group, name, by) = (group.to_owned(), messages[0].clone(), messages.len());
        Labelled { group, messages, replies, half, name, expected, by, danger }
    };
    text.split("\n# ").skip(1).map(one).collect()
}
