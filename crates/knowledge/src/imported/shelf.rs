//! The index of imported entries in the data folder: written whole beside the one in use, then put in its place.
//!
//! `library/current` names the folder in use. An import writes the next folder and renames `current` in the end, so an
//! interrupted one leaves what was there. A server that has the old folder open keeps reading it until it opens anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value as _,
};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager, WhitespaceTokenizer};
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyDocument};

use super::ImportError;
use super::entry::Entry;
use super::subjects::Subjects;
use super::terms::Terms;

/// Memory of the writer, in bytes: the whole of a middling library in one segment.
const WRITER_BYTES: usize = 128 << 20;
/// The layout of the folder; another one is written anew by the next import.
const LAYOUT: u32 = 1;
const CURRENT: &str = "current";
const NAMES: &str = "names.json";

/// The fields of the index.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub(super) entry: Field,
    pub(super) collection: Field,
    pub(super) subject: Field,
    pub(super) kind: Field,
    pub(super) title: Field,
    pub(super) names: Field,
    pub(super) body: Field,
}

/// An open index.
pub(super) struct Opened {
    pub(super) reader: IndexReader,
    pub(super) fields: Fields,
    pub(super) subjects: Subjects,
}

/// Where imported entries are kept.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// The shelf of a data folder.
    pub fn of(data: &Path) -> Self {
        Self { folder: data.join("library") }
    }

    /// Opens what is there; `None` where nothing was imported.
    pub(super) fn open(&self) -> Result<Option<Opened>, ImportError> {
        let Some(folder) = self.current()? else { return Ok(None) };
        let (_, fields) = schema();
        let mut index = Index::open_in_dir(&folder)?;
        index.set_tokenizers(tokenizers());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let names = fs::read(folder.join(NAMES)).map_err(|cause| self.broken(cause))?;
        let subjects = serde_json::from_slice(&names).map_err(|cause| self.broken(cause.into()))?;
        Ok(Some(Opened { reader, fields, subjects }))
    }

    /// Every entry that is there.
    pub(super) fn entries(&self) -> Result<Vec<Entry>, ImportError> {
        let Some(opened) = self.open()? else { return Ok(Vec::new()) };
        let searcher = opened.reader.searcher();
        let mut entries = Vec::new();
        for segment in searcher.segment_readers() {
            let store = segment.get_store_reader(8).map_err(|cause| self.broken(cause))?;
            for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
                entries.push(entry(&document?, opened.fields.entry).map_err(|cause| self.broken(cause))?);
            }
        }
        Ok(entries)
    }

    /// Puts these entries in the place of all that is there.
    pub(super) fn replace(&self, entries: &[Entry], mut told: impl FnMut(usize)) -> Result<(), ImportError> {
        fs::create_dir_all(&self.folder).map_err(|cause| self.broken(cause))?;
        let before = self.current()?;
        let next = self.next(before.as_deref());
        // What an interrupted import left.
        let _ = fs::remove_dir_all(&next);
        self.write(&next, entries, &mut told)?;
        let pointer = self.folder.join("next");
        let name = next.file_name().expect("it was joined").to_string_lossy().into_owned();
        write_durably(&pointer, name.as_bytes()).map_err(|cause| self.broken(cause))?;
        fs::rename(&pointer, self.folder.join(CURRENT)).map_err(|cause| self.broken(cause))?;
        fs::File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(|cause| self.broken(cause))?;
        if let Some(before) = before {
            // A reader that has it open keeps it; what can't be removed now is removed by the next import.
            let _ = fs::remove_dir_all(before);
        }
        Ok(())
    }

    fn write(&self, folder: &Path, entries: &[Entry], told: &mut impl FnMut(usize)) -> Result<(), ImportError> {
        fs::create_dir_all(folder).map_err(|cause| self.broken(cause))?;
        let (schema, fields) = schema();
        let mut terms = Terms::default();
        let gathered = Subjects::gather(entries, &mut terms);
        let mut index = Index::create_in_dir(folder, schema)?;
        index.set_tokenizers(tokenizers());
        let mut writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        for (at, (one, (subject, kind))) in entries.iter().zip(&gathered.of).enumerate() {
            let mut document = TantivyDocument::default();
            document.add_text(fields.entry, serde_json::to_string(one).expect("plain data"));
            document.add_text(fields.collection, &one.collection);
            document.add_u64(fields.subject, u64::from(*subject));
            document.add_u64(fields.kind, kind.code());
            document.add_text(fields.title, terms.line(&one.title));
            document.add_text(fields.names, &gathered.lines[*subject as usize]);
            document.add_text(fields.body, terms.line(&one.text));
            writer.add_document(document)?;
            told(at + 1);
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let names = serde_json::to_vec(&gathered.subjects).expect("plain data");
        write_durably(&folder.join(NAMES), &names).map_err(|cause| self.broken(cause))
    }

    fn current(&self) -> Result<Option<PathBuf>, ImportError> {
        match fs::read_to_string(self.folder.join(CURRENT)) {
            Ok(name) => Ok(Some(self.folder.join(name.trim()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.broken(error)),
        }
    }

    fn next(&self, before: Option<&Path>) -> PathBuf {
        let number = before
            .and_then(|before| before.file_name()?.to_str()?.rsplit('-').next()?.parse::<u64>().ok())
            .map_or(1, |number| number + 1);
        self.folder.join(format!("index-{LAYOUT}-{number}"))
    }

    fn broken(&self, cause: io::Error) -> ImportError {
        ImportError::Shelf { folder: self.folder.display().to_string(), cause }
    }

    /// Keeps others from importing at the same time, as long as what it gives is held.
    pub(super) fn lock(&self) -> Result<fs::File, ImportError> {
        fs::create_dir_all(&self.folder).map_err(|cause| self.broken(cause))?;
        let file = fs::File::create(self.folder.join("lock")).map_err(|cause| self.broken(cause))?;
        file.try_lock().map_err(|_| ImportError::Busy)?;
        Ok(file)
    }
}

/// The entry that a document holds.
pub(super) fn entry(document: &TantivyDocument, field: Field) -> Result<Entry, io::Error> {
    let text = document.get_first(field).and_then(|value| value.as_str()).unwrap_or("");
    serde_json::from_str(text).map_err(Into::into)
}

fn write_durably(place: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let mut file = fs::File::create(place)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register("terms", TextAnalyzer::builder(WhitespaceTokenizer::default()).build());
    tokenizers
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default().set_tokenizer("terms").set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let number = NumericOptions::default().set_fast();
    let fields = Fields {
        entry: schema.add_text_field("entry", STORED),
        collection: schema.add_text_field("collection", STRING),
        subject: schema.add_u64_field("subject", number.clone()),
        kind: schema.add_u64_field("kind", number),
        title: schema.add_text_field("title", text.clone()),
        names: schema.add_text_field("names", text.clone()),
        body: schema.add_text_field("body", text),
    };
    (schema.build(), fields)
}
