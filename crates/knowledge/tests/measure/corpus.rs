//! How well imported entries are found: the corpus in `../shared` beside the checkout, asked in two ways, by the library
//! and by plain BM25 over the same titles and texts.
//!
//! `letters.tsv` has letters of lay people, written for this measure, with the subjects that answer them and what of those
//! is asked; a letter with an even number is worked with, one with an odd number is looked at only in the end. *Other
//! names* are drawn from the corpus' own field of synonyms, which is hidden from the index then: only id, title, text and
//! address are imported.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use knowledge::imported::names;
use knowledge::imported::terms::{self, Terms};
use knowledge::imported::{self, Entry};
use knowledge::intake::{self, Options};
use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::schema::{STORED, Schema, TEXT, Value as _};
use tantivy::{Index, IndexReader, TantivyDocument};

use super::{Asked, DEPTH};

/// How many subjects are asked for by another name.
const OTHER_NAMES: usize = 600;

/// Where the corpus is, beside the checkout.
pub(crate) fn place() -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/clinical/corpus");
    place.is_dir().then_some(place)
}

/// The whole corpus with all its fields.
pub(crate) fn entries(place: &Path) -> Vec<Entry> {
    let options = Options { collection: Some("corpus".into()), entry_bytes: 1 << 22, strict: true };
    let intake = intake::read(&place.display().to_string(), &options, &mut |_| {});
    assert!(intake.problems.is_empty(), "{:?}", intake.problems.first());
    intake.entries
}

/// Imports the corpus without what it says of its subjects, their names and their kinds.
pub(crate) fn import_bare(data: &Path, entries: &[Entry]) {
    let bare =
        |entry: &Entry| Entry { focus: String::new(), aliases: Vec::new(), label: String::new(), ..entry.clone() };
    imported::add(data, entries.iter().map(bare).collect(), |_| {}).expect("a folder of its own");
}

/// The subject of each entry, as a key, to where the entries stand.
fn by_subject(entries: &[Entry], read: &mut Terms) -> HashMap<String, Vec<usize>> {
    let mut by_subject: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        for name in names::variants(&entry.focus) {
            by_subject.entry(terms::key(&read.of(&name))).or_default().push(at);
        }
    }
    by_subject
}

/// The letters; an entry of a subject counts 2 where it tells what is asked, else 1.
pub(crate) fn letters(entries: &[Entry]) -> Vec<Asked> {
    let mut read = Terms::default();
    let by_subject = by_subject(entries, &mut read);
    let file = BufReader::new(include_str!("letters.tsv").as_bytes());
    let lines = file.lines().map(|line| line.expect("it is in memory"));
    let letters = lines.enumerate().map(|(number, line)| {
        let columns: Vec<&str> = line.split('\t').collect();
        let kinds: HashSet<&str> = columns[2].split('|').collect();
        let mut grades: HashMap<String, u8> = HashMap::new();
        for subject in columns[1].split('|') {
            for at in by_subject.get(&terms::key(&read.of(subject))).into_iter().flatten() {
                let grade = grades.entry(entries[*at].id.clone()).or_default();
                *grade = (*grade).max(if kinds.contains(entries[*at].label.as_str()) { 2 } else { 1 });
            }
        }
        if !grades.values().any(|grade| *grade == 2) {
            // An overview is all that there is of some subjects.
            for grade in grades.values_mut() {
                *grade = 2;
            }
        }
        Asked { held: number % 2 == 1, text: columns[0].to_owned(), grades }
    });
    letters.filter(|letter| !letter.grades.is_empty()).collect()
}

/// Subjects by one of their synonyms; every entry of the subject counts.
pub(crate) fn other_names(entries: &[Entry]) -> Vec<Asked> {
    let mut read = Terms::default();
    let by_subject = by_subject(entries, &mut read);
    let mut aliases: HashMap<&str, &[String]> = HashMap::new();
    for entry in entries.iter().filter(|entry| !entry.aliases.is_empty()) {
        aliases.entry(&entry.focus).or_insert(&entry.aliases);
    }
    let mut subjects: Vec<(u64, &str, &[String])> =
        aliases.into_iter().map(|(subject, aliases)| (spread(subject), subject, aliases)).collect();
    subjects.sort_unstable();
    subjects.truncate(OTHER_NAMES);
    let asked = subjects.into_iter().filter_map(|(number, subject, aliases)| {
        let of = by_subject.get(&terms::key(&read.of(subject)))?;
        let alias = &aliases[usize::try_from(number >> 32).ok()? % aliases.len()];
        let grades = of.iter().map(|at| (entries[*at].id.clone(), 2)).collect();
        Some(Asked { held: number >> 20 & 1 == 1, text: alias.clone(), grades })
    });
    asked.collect()
}

/// A number that tells names apart and has nothing to do with what they say (FNV-1a, then mixed).
fn spread(name: &str) -> u64 {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

/// BM25 over title and text as they are written.
pub(crate) struct PlainCorpus {
    reader: IndexReader,
    parser: QueryParser,
    id: tantivy::schema::Field,
}

impl PlainCorpus {
    pub(crate) fn new(entries: &[Entry]) -> Self {
        let mut schema = Schema::builder();
        let id = schema.add_text_field("id", STORED);
        let text = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 128 << 20).expect("an index in memory");
        for entry in entries {
            let mut document = TantivyDocument::default();
            document.add_text(id, &entry.id);
            document.add_text(text, format!("{} {}", entry.title, entry.text));
            writer.add_document(document).expect("a document");
        }
        writer.commit().expect("an index in memory");
        let parser = QueryParser::for_index(&index, vec![text]);
        Self { reader: index.reader().expect("an index in memory"), parser, id }
    }

    pub(crate) fn rank(&self, query: &str) -> Vec<String> {
        // Words only: a parser makes phrases of hyphens and operators of capitals.
        let words = query.to_lowercase().replace(|mark: char| !mark.is_alphanumeric(), " ");
        let (query, _) = self.parser.parse_query_lenient(&words);
        let searcher = self.reader.searcher();
        let found = searcher.search(&query, &TopDocs::with_limit(DEPTH).order_by_score()).expect("a search in memory");
        let id = |document: TantivyDocument| document.get_first(self.id).and_then(|id| id.as_str().map(str::to_owned));
        found.into_iter().filter_map(|(_, at)| id(searcher.doc(at).expect("a stored document"))).collect()
    }
}
