//! How well what people ask is found: 300 lay questions, each with the articles that answer it, ranked by the library
//! and by plain BM25 over the same articles.
//!
//! `lay_questions.tsv` has the half (`dev` to work with, `held` to look at only in the end), the question, and the
//! articles: `:2` answers it, `:1` helps.

pub(crate) mod corpus;

use std::collections::{BTreeMap, HashMap};

use knowledge::Library;
use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::schema::{STORED, Schema, TEXT, Value};
use tantivy::{Index, IndexReader, TantivyDocument};

/// How deep a ranking is looked at.
pub(crate) const DEPTH: usize = 10;

/// A question of the set.
pub(crate) struct Asked {
    pub(crate) held: bool,
    pub(crate) text: String,
    pub(crate) grades: HashMap<String, u8>,
}

/// The whole set.
pub(crate) fn questions() -> Vec<Asked> {
    let line = |line: &'static str| {
        let mut columns = line.split('\t');
        let mut next = || columns.next().expect("three columns");
        let (half, text, grades) = (next(), next().to_owned(), next());
        let grades = grades.split(' ').filter_map(|grade| grade.split_once(':'));
        let grades = grades.map(|(id, grade)| (id.to_owned(), grade.parse().expect("a grade"))).collect();
        Asked { held: half == "held", text, grades }
    };
    include_str!("lay_questions.tsv").lines().map(line).collect()
}

/// Means over questions, each between 0 and 1.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) ndcg: f64,
    pub(crate) hit_1: f64,
    pub(crate) hit_5: f64,
    pub(crate) hit_10: f64,
    /// Share of questions for which nothing was claimed.
    pub(crate) silent: f64,
}

/// Ranks every question of a half and measures; `rank` gives ids of articles, best first.
pub(crate) fn measure(asked: &[Asked], held: bool, mut rank: impl FnMut(&str) -> Vec<String>) -> Figures {
    let mut sum = Figures::default();
    let mut count = 0.0;
    for question in asked.iter().filter(|question| question.held == held) {
        let ranked = rank(&question.text);
        let grade = |id: &String| question.grades.get(id).copied().unwrap_or(0);
        let hit = |most: usize| f64::from(u8::from(ranked.iter().take(most).any(|id| grade(id) == 2)));
        sum.ndcg += gain(ranked.iter().map(grade)) / ideal(question.grades.values().copied());
        sum.hit_1 += hit(1);
        sum.hit_5 += hit(5);
        sum.hit_10 += hit(10);
        sum.silent += f64::from(u8::from(ranked.is_empty()));
        count += 1.0;
    }
    Figures {
        ndcg: sum.ndcg / count,
        hit_1: sum.hit_1 / count,
        hit_5: sum.hit_5 / count,
        hit_10: sum.hit_10 / count,
        silent: sum.silent / count,
    }
}

fn gain(grades: impl Iterator<Item = u8>) -> f64 {
    let gains = grades.take(DEPTH).zip(2_u32..);
    gains.map(|(grade, place)| (f64::from(grade).exp2() - 1.0) / f64::from(place).log2()).sum()
}

fn ideal(grades: impl Iterator<Item = u8>) -> f64 {
    let mut grades: Vec<u8> = grades.collect();
    grades.sort_unstable_by(|a, b| b.cmp(a));
    gain(grades.into_iter())
}

/// The library's ranking, passages of one article counted once.
pub(crate) fn by_library(library: &Library, question: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for hit in library.search(question, DEPTH * 2) {
        if !ids.contains(&hit.article.id) {
            ids.push(hit.article.id.clone());
        }
    }
    ids.truncate(DEPTH);
    ids
}

/// What the library finds in the imported corpus.
pub(crate) fn by_imported(library: &Library, query: &str) -> Vec<String> {
    let found = library.look_up(query, Some("corpus"), DEPTH).expect("the index can be read");
    found.iter().map(|found| found.id().to_owned()).collect()
}

/// BM25 over whole articles as they are written: one field, no stemming, no synonyms.
pub(crate) struct Plain {
    reader: IndexReader,
    parser: QueryParser,
    id: tantivy::schema::Field,
}

impl Plain {
    pub(crate) fn new(library: &Library) -> Self {
        let mut schema = Schema::builder();
        let id = schema.add_text_field("id", STORED);
        let text = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).expect("an index in memory");
        for article in library.articles() {
            let mut document = TantivyDocument::default();
            document.add_text(id, &article.id);
            document.add_text(text, format!("{} {} {}", article.title, article.aliases.join(" "), article.body));
            writer.add_document(document).expect("a document");
        }
        writer.commit().expect("an index in memory");
        let parser = QueryParser::for_index(&index, vec![text]);
        Self { reader: index.reader().expect("an index in memory"), parser, id }
    }

    pub(crate) fn rank(&self, question: &str) -> Vec<String> {
        let (query, _) = self.parser.parse_query_lenient(question);
        let searcher = self.reader.searcher();
        let found = searcher.search(&query, &TopDocs::with_limit(DEPTH).order_by_score()).expect("a search in memory");
        let id = |document: TantivyDocument| document.get_first(self.id).and_then(|id| id.as_str().map(str::to_owned));
        found.into_iter().filter_map(|(_, at)| id(searcher.doc(at).expect("a stored document"))).collect()
    }
}

/// Both rankings on both halves, by name.
pub(crate) fn all(library: &Library) -> BTreeMap<(&'static str, &'static str), Figures> {
    let (asked, plain) = (questions(), Plain::new(library));
    [("dev", false), ("held", true)]
        .into_iter()
        .flat_map(|(half, held)| {
            [
                ((half, "library"), measure(&asked, held, |question| by_library(library, question))),
                ((half, "plain BM25"), measure(&asked, held, |question| plain.rank(question))),
            ]
        })
        .collect()
}
