//! The passages in memory: a tantivy index for ranking (BM25, fields weighted), and beside it what ranking alone can't
//! tell — which words the library knows, how rare they are, and what each article is called.

use std::collections::{HashMap, HashSet};

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query as TantivyQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{DocAddress, IndexReader, Searcher, TantivyDocument, Term};

use super::article::Article;
use super::synonyms::Synonyms;
use super::{LibraryError, questions, words};

/// What a word weighs in each field; found by trying the questions of `tests/questions.toml`.
pub(super) const TITLE: f32 = 3.0;
const ALIASES: f32 = 2.0;
pub(super) const HEADING: f32 = 0.8;
const TOPICS: f32 = 0.4;
pub(super) const BODY: f32 = 1.0;

/// A word that the library has never seen is as rare as one that it has seen in few places, so that one odd word in a
/// long message does not outweigh everything else in it.
const RAREST: f64 = 4.5;

/// The least that the writer of an index takes; the library needs a fraction of it.
const WRITER_BYTES: usize = 15_000_000;

/// A word with its weight.
pub type WeightedStem = (String, f32);

/// The index over all passages, and over whole articles: a question's words may stand in several passages of the one
/// article that answers it.
pub struct Index {
    reader: IndexReader,
    fields: Fields,
    whole: Whole,
    /// By document: article and passage.
    places: Vec<(usize, usize)>,
    /// By document: the stems of its heading and text.
    stems: Vec<HashSet<String>>,
    /// By article: the stems of its title and aliases.
    name_stems: Vec<HashSet<String>>,
    /// By article: the stems of what it says itself.
    article_stems: Vec<HashSet<String>>,
    /// What an article is called, stemmed, to the articles called so.
    names: HashMap<Vec<String>, Vec<usize>>,
    /// Stem to the number of passages that have it.
    frequency: HashMap<String, usize>,
    /// Words as written, to how often; those of names and synonyms count as frequent.
    vocabulary: HashMap<String, usize>,
}

/// Whole articles.
struct Whole {
    reader: IndexReader,
    /// Each with what a word weighs in it.
    texts: [(Field, f32); 3],
}

impl Whole {
    fn build(articles: &[Article]) -> Result<Self, LibraryError> {
        let mut schema = Schema::builder();
        let article = schema.add_u64_field("article", NumericOptions::default().set_fast());
        let [title, aliases, body] = ["title", "aliases", "body"].map(|name| schema.add_text_field(name, stemmed()));
        let index = tantivy::Index::builder().schema(schema.build()).tokenizers(tokenizers()).create_in_ram()?;
        let mut writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        for (at, whole) in articles.iter().enumerate() {
            let mut document = TantivyDocument::default();
            document.add_u64(article, at as u64);
            document.add_text(title, words::plain(&whole.title));
            document.add_text(aliases, words::plain(&whole.aliases.join(". ")));
            let texts: Vec<String> = whole.passages.iter().map(|passage| words::plain(&passage.text)).collect();
            document.add_text(body, texts.join(" "));
            writer.add_document(document)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let texts = [(title, TITLE), (aliases, ALIASES), (body, BODY)];
        Ok(Self { reader: index.reader()?, texts })
    }
}

struct Fields {
    document: Field,
    title: Field,
    aliases: Field,
    heading: Field,
    topics: Field,
    body: Field,
}

impl Index {
    /// Builds the index over these articles.
    pub fn build(articles: &[Article], synonyms: &Synonyms) -> Result<Self, LibraryError> {
        let (schema, fields) = schema();
        let index = tantivy::Index::builder().schema(schema).tokenizers(tokenizers()).create_in_ram()?;
        let mut writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        let mut built = Tables::default();
        for (at, article) in articles.iter().enumerate() {
            built.add_article(at, article);
            for (ordinal, passage) in article.passages.iter().enumerate() {
                let mut document = TantivyDocument::default();
                document.add_u64(fields.document, built.places.len() as u64);
                document.add_text(fields.title, words::plain(&article.title));
                for alias in &article.aliases {
                    document.add_text(fields.aliases, words::plain(alias));
                }
                document.add_text(fields.heading, words::plain(&passage.heading));
                document.add_text(fields.topics, words::plain(&article.topics.join(" ")));
                document.add_text(fields.body, words::plain(&passage.text));
                writer.add_document(document)?;
                built.add_passage(at, ordinal, &passage.heading, &passage.text);
            }
        }
        for word in synonyms.words() {
            *built.vocabulary.entry(word).or_default() += Tables::OFTEN;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let reader = index.reader()?;
        let Tables { places, stems, name_stems, names, frequency, vocabulary, .. } = built;
        let mut article_stems = vec![HashSet::new(); articles.len()];
        // What people ask takes in words of everything else ("as hot as the sun"): what an article may be claimed for
        // is what it says itself.
        let itself =
            |(article, ordinal): (usize, usize)| articles[article].passages[ordinal].heading != questions::HEADING;
        for (place, stems) in places.iter().zip(&stems).filter(|(place, _)| itself(**place)) {
            article_stems[place.0].extend(stems.iter().cloned());
        }
        Ok(Self {
            reader,
            fields,
            whole: Whole::build(articles)?,
            places,
            stems,
            name_stems,
            article_stems,
            names,
            frequency,
            vocabulary,
        })
    }

    /// The best documents for these words, best first.
    pub fn rank(&self, stems: &[WeightedStem], limit: usize) -> Vec<(usize, f32)> {
        let fields = &self.fields;
        let weights = [
            (fields.title, TITLE),
            (fields.aliases, ALIASES),
            (fields.heading, HEADING),
            (fields.topics, TOPICS),
            (fields.body, BODY),
        ];
        best(&self.reader, "document", &weights, stems, limit)
    }

    /// The best articles for these words, each taken as a whole, best first.
    pub fn rank_articles(&self, stems: &[WeightedStem], limit: usize) -> Vec<(usize, f32)> {
        best(&self.whole.reader, "article", &self.whole.texts, stems, limit)
    }

    /// What its scores rest on.
    pub(super) fn statistics(&self) -> Statistics {
        let searcher = self.reader.searcher();
        let words = |field: Field| -> f64 {
            let segments = searcher.segment_readers().iter();
            let words = segments.map(|segment| segment.inverted_index(field).map_or(0, |it| it.total_num_tokens()));
            counted(words.sum())
        };
        Statistics {
            passages: counted(searcher.num_docs()),
            articles: counted(self.whole.reader.searcher().num_docs()),
            title_words: words(self.fields.title),
            heading_words: words(self.fields.heading),
            body_words: words(self.fields.body),
        }
    }

    /// In how many passages and articles a stem stands, by field.
    pub(super) fn frequencies(&self, stem: &str) -> Frequencies {
        let count = |reader: &IndexReader, field: Field| {
            counted(reader.searcher().doc_freq(&Term::from_field_text(field, stem)).unwrap_or(0))
        };
        let [_, _, (whole, _)] = self.whole.texts;
        Frequencies {
            title: count(&self.reader, self.fields.title),
            heading: count(&self.reader, self.fields.heading),
            body: count(&self.reader, self.fields.body),
            article: count(&self.whole.reader, whole),
        }
    }

    /// Article and passage of a document.
    pub fn place(&self, document: usize) -> (usize, usize) {
        self.places[document]
    }

    /// Whether the passage, or a name of its article, has this stem.
    pub fn has(&self, document: usize, stem: &str) -> bool {
        self.stems[document].contains(stem) || self.name_stems[self.places[document].0].contains(stem)
    }

    /// Whether a name of the article or what it says itself has this stem.
    pub fn article_has(&self, article: usize, stem: &str) -> bool {
        self.article_stems[article].contains(stem) || self.name_stems[article].contains(stem)
    }

    /// Whether a name of the article has this stem.
    pub fn name_has(&self, article: usize, stem: &str) -> bool {
        self.name_stems[article].contains(stem)
    }

    /// The articles called exactly this.
    pub fn named(&self, stems: &[String]) -> &[usize] {
        self.names.get(stems).map_or(&[], Vec::as_slice)
    }

    /// How rare a stem is: 0 where it is everywhere, `RAREST` at most.
    pub fn rarity(&self, stem: &str) -> f64 {
        let count = self.frequency.get(stem).copied().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "a few hundred passages")]
        let rarity = ((self.places.len() + 1) as f64 / (count as f64 + 0.5)).ln();
        rarity.clamp(0.0, RAREST)
    }

    /// Whether the library has this stem anywhere.
    pub fn knows(&self, stem: &str) -> bool {
        self.frequency.contains_key(stem)
    }

    /// Whether the library has this word as written.
    pub fn knows_word(&self, word: &str) -> bool {
        self.vocabulary.contains_key(word)
    }

    /// The word that was probably meant by one the library does not know.
    pub fn nearest(&self, word: &str) -> Option<&str> {
        let length = word.chars().count();
        let most = match length {
            0..=4 => return None,
            5..=7 => 1,
            _ => 2,
        };
        let first = word.chars().next();
        self.vocabulary
            .iter()
            .filter(|(known, count)| **count >= 3 && known.chars().count() >= 4 && known.chars().next() == first)
            .filter_map(|(known, count)| Some((words::distance(word, known, most)?, known, *count)))
            .min_by(|a, b| a.0.cmp(&b.0).then(b.2.cmp(&a.2)).then(a.1.cmp(b.1)))
            .map(|(_, known, _)| known.as_str())
    }
}

/// What the scores of an index rest on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statistics {
    pub(super) passages: f64,
    pub(super) articles: f64,
    pub(super) title_words: f64,
    pub(super) heading_words: f64,
    pub(super) body_words: f64,
}

/// In how many places of each kind a stem stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frequencies {
    pub(super) title: f64,
    pub(super) heading: f64,
    pub(super) body: f64,
    pub(super) article: f64,
}

#[expect(clippy::cast_precision_loss, reason = "counts of words and passages")]
fn counted(count: u64) -> f64 {
    count as f64
}

/// Ranks by BM25 over weighted fields; `number` is the field that says which one a document is.
fn best(
    reader: &IndexReader,
    number: &str,
    fields: &[(Field, f32)],
    stems: &[WeightedStem],
    limit: usize,
) -> Vec<(usize, f32)> {
    let searcher: Searcher = reader.searcher();
    let mut clauses: Vec<(Occur, Box<dyn TantivyQuery>)> = Vec::new();
    for (stem, weight) in stems {
        for (field, field_weight) in fields {
            let term = TermQuery::new(Term::from_field_text(*field, stem), IndexRecordOption::WithFreqs);
            clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term), weight * field_weight))));
        }
    }
    let found = searcher.search(&BooleanQuery::new(clauses), &TopDocs::with_limit(limit.max(1)).order_by_score());
    let found = found.expect("an index in memory can be read");
    let numbers: Vec<_> = (searcher.segment_readers().iter())
        .map(|segment| segment.fast_fields().u64(number).expect("every document is numbered"))
        .collect();
    let document = |address: DocAddress| numbers[address.segment_ord as usize].first(address.doc_id);
    let number = |address| document(address).and_then(|number| usize::try_from(number).ok());
    found.into_iter().filter_map(|(score, address)| Some((number(address)?, score))).collect()
}

fn tokenizers() -> TokenizerManager {
    let tokenizers = TokenizerManager::default();
    tokenizers.register("stems", words::analyzer());
    tokenizers
}

fn stemmed() -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer("stems").set_index_option(IndexRecordOption::WithFreqs);
    TextOptions::default().set_indexing_options(indexing)
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let text = stemmed();
    let fields = Fields {
        document: schema.add_u64_field("document", NumericOptions::default().set_fast()),
        title: schema.add_text_field("title", text.clone()),
        aliases: schema.add_text_field("aliases", text.clone()),
        heading: schema.add_text_field("heading", text.clone()),
        topics: schema.add_text_field("topics", text.clone()),
        body: schema.add_text_field("body", text),
    };
    (schema.build(), fields)
}

/// What is gathered while the index is built.
#[derive(Default)]
struct Tables {
    places: Vec<(usize, usize)>,
    stems: Vec<HashSet<String>>,
    name_stems: Vec<HashSet<String>>,
    names: HashMap<Vec<String>, Vec<usize>>,
    frequency: HashMap<String, usize>,
    vocabulary: HashMap<String, usize>,
    known_stems: words::Stems,
}

impl Tables {
    /// A word of a name is as good as one that stands in this many places.
    const OFTEN: usize = 10;

    fn add_article(&mut self, at: usize, article: &Article) {
        let mut stems = HashSet::new();
        for name in article.names() {
            let name_stems = self.known_stems.of(name);
            stems.extend(name_stems.iter().cloned());
            let called = self.names.entry(name_stems).or_default();
            if !called.contains(&at) {
                called.push(at);
            }
            for word in words::words(name) {
                *self.vocabulary.entry(word).or_default() += Self::OFTEN;
            }
        }
        for stem in &stems {
            *self.frequency.entry(stem.clone()).or_default() += 1;
        }
        self.name_stems.push(stems);
    }

    fn add_passage(&mut self, article: usize, ordinal: usize, heading: &str, text: &str) {
        let written = words::words(text);
        let mut stems: HashSet<String> = written.iter().map(|word| self.known_stems.stem(word.clone())).collect();
        stems.extend(self.known_stems.of(heading));
        for stem in &stems {
            *self.frequency.entry(stem.clone()).or_default() += 1;
        }
        for word in written {
            *self.vocabulary.entry(word).or_default() += 1;
        }
        self.places.push((article, ordinal));
        self.stems.push(stems);
    }
}
