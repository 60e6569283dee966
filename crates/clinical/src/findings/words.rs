//! Words brought to one form: case, spelling (UK and US), endings, everyday synonyms.
//!
//! Phrases of the vocabulary and a reader's text go through the same steps, so that only their outcome must agree, not
//! be a dictionary form: `haemorrhages` and `hemorrhaging` both end as `hemorrhag`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// The tables of `data/findings/reading.toml`.
#[derive(Deserialize)]
pub(super) struct Tables {
    stop: Vec<String>,
    known: Vec<String>,
    synonyms: BTreeMap<String, Vec<String>>,
    merges: BTreeMap<String, Vec<String>>,
    pub(super) present: BTreeMap<String, Vec<String>>,
    pub(super) absent: BTreeMap<String, Vec<String>>,
    pub(super) family: BTreeMap<String, String>,
}

/// The further wordings of `data/findings/wordings.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Further {
    present: BTreeMap<String, Vec<String>>,
    absent: BTreeMap<String, Vec<String>>,
}

impl Tables {
    fn add(&mut self, further: Further) {
        for (table, more) in [(&mut self.present, further.present), (&mut self.absent, further.absent)] {
            for (finding, wordings) in more {
                table.entry(finding).or_default().extend(wordings);
            }
        }
    }
}

/// Tables with what is compiled from them.
pub(super) struct Words {
    pub(super) tables: Tables,
    stop: HashSet<String>,
    known: HashSet<String>,
    synonyms: HashMap<String, String>,
    merges: HashMap<String, Vec<(Vec<String>, String)>>,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut tables: Tables =
        toml::from_str(include_str!("../../data/findings/reading.toml")).expect("reading.toml holds what is read here");
    let further: Further =
        toml::from_str(include_str!("../../data/findings/wordings.toml")).expect("wordings.toml holds wordings");
    tables.add(further);
    Words::compile(tables)
});

impl Words {
    fn compile(tables: Tables) -> Self {
        let mut synonyms = HashMap::new();
        for (canonical, words) in &tables.synonyms {
            for word in words {
                synonyms.insert(stem(&fold(word)), canonical.clone());
            }
            synonyms.insert(stem(&fold(canonical)), canonical.clone());
        }
        let mut merges: HashMap<String, Vec<(Vec<String>, String)>> = HashMap::new();
        for (canonical, phrases) in &tables.merges {
            for phrase in phrases {
                let words: Vec<String> = phrase.split(' ').map(fold).collect();
                merges.entry(words[0].clone()).or_default().push((words, canonical.clone()));
            }
        }
        for list in merges.values_mut() {
            list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        let stop = tables.stop.iter().map(|word| fold(word)).collect();
        let known = tables.known.iter().map(|word| stem(&fold(word))).collect();
        Self { tables, stop, known, synonyms, merges }
    }

    /// Whether a folded word carries no finding by itself.
    pub(super) fn is_stop(&self, folded: &str) -> bool {
        self.stop.contains(folded)
    }

    /// Whether a stem is an ordinary word that no finding rests on and no typing error of one that does.
    pub(super) fn is_ordinary(&self, stem: &str) -> bool {
        self.known.contains(stem)
    }

    /// The common form of a folded word.
    pub(super) fn canonical(&self, folded: &str) -> String {
        let stem = stem(folded);
        self.synonyms.get(&stem).cloned().unwrap_or(stem)
    }

    /// The longest run of words starting at the first of `folded` that stands for one word: how many, and which.
    pub(super) fn merge<'a>(&'a self, folded: &[&str]) -> Option<(usize, &'a str)> {
        let list = self.merges.get(*folded.first()?)?;
        list.iter()
            .find(|(words, _)| words.len() <= folded.len() && words.iter().zip(folded).all(|(a, b)| a == b))
            .map(|(words, canonical)| (words.len(), canonical.as_str()))
    }
}

/// Lower case without apostrophes, with `ae` and `oe` as `e`.
pub(super) fn fold(word: &str) -> String {
    let lower: String = word.chars().filter(|c| !matches!(c, '\'' | '’' | '`')).flat_map(char::to_lowercase).collect();
    let lower = lower.replace("ae", "e").replace("oe", "e").replace("ph", "f");
    if lower.len() > 5 { lower.replace("our", "or").replace("yse", "yze") } else { lower }
}

/// Takes the endings of number, tense and noun off a folded word. Short words stay as they are.
pub(super) fn stem(word: &str) -> String {
    // Their stems would be those of other words: `spin`, `pear`, `not`, and `wor`, to which the common form of `worse`
    // (`wors`) is cut too.
    match word {
        "spine" | "pearly" | "wore" => return word.to_owned(),
        "note" | "notes" | "noted" | "noting" => return "note".to_owned(),
        _ => {}
    }
    if word.len() <= 3 || !word.is_ascii() {
        return word.to_owned();
    }
    let mut w = word.to_owned();
    if let Some(base) = w.strip_suffix("iness") {
        w = format!("{base}y");
    } else if let Some(base) = w.strip_suffix("ness").filter(|base| base.len() >= 3) {
        w = base.to_owned();
    }
    if let Some(base) = w.strip_suffix("ies").filter(|base| base.len() >= 2) {
        w = format!("{base}y");
    } else if w.ends_with("sses") || w.ends_with("shes") || w.ends_with("ches") || w.ends_with("xes") {
        w.truncate(w.len() - 2);
    } else if w.ends_with('s') && !w.ends_with("ss") && !w.ends_with("us") && !w.ends_with("is") {
        w.pop();
    }
    for ending in ["ing", "ed"] {
        if let Some(base) = w.strip_suffix(ending).filter(|base| base.len() >= 3 && has_vowel(base)) {
            w = single_end(base);
            break;
        }
    }
    if let Some(base) = w.strip_suffix("ful").filter(|base| base.len() >= 4) {
        w = base.to_owned();
    }
    if let Some(base) = w.strip_suffix("ly").filter(|base| base.len() >= 4) {
        w = base.to_owned();
    }
    if w.len() > 3 && w.ends_with('e') {
        w.pop();
    }
    if w.len() > 2 && w.ends_with('y') {
        w.pop();
        w.push('i');
    }
    w
}

fn has_vowel(word: &str) -> bool {
    word.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// `runn` as `run`; `swell`, `pass` and `buzz` stay.
fn single_end(base: &str) -> String {
    let bytes = base.as_bytes();
    let n = bytes.len();
    if n > 3 && bytes[n - 1] == bytes[n - 2] && !matches!(bytes[n - 1], b'l' | b's' | b'z') {
        return base[..n - 1].to_owned();
    }
    base.to_owned()
}

/// Whether two words differ by at most `limit` (1 or 2) typing errors: a letter more, less, other, or two swapped.
pub(super) fn is_near(a: &str, b: &str, limit: usize) -> bool {
    if a.is_ascii() && b.is_ascii() && a.len().abs_diff(b.len()) > limit {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return false;
    }
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()] <= limit
}
