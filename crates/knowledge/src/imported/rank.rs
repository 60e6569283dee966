//! From a reading to ranked entries.

use std::collections::{HashMap, HashSet};

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Score, Searcher, TERMINATED, Term};

use super::kinds::{self, Kind};
use super::reading::Reading;
use super::shelf::Fields;

/// What each part of a score counts; found on the half of the measure that may be looked at.
#[derive(Debug, Clone, Copy)]
pub struct Weights {
    /// A word in the title.
    pub title: f32,
    /// A word in a name of the subject.
    pub names: f32,
    /// A word in the text.
    pub body: f32,
    /// How well the entry's own words fit, beside the best of all.
    pub own: f64,
    /// How well the two best entries of its subject do.
    pub subject: f64,
    /// How surely the question names its subject.
    pub named: f64,
    /// How well what it tells is what the question is after.
    pub kind: f64,
    /// What each further entry of one subject is lowered by.
    pub again: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { title: 0.3, names: 0.6, body: 2.0, own: 0.4, subject: 0.85, named: 0.9, kind: 0.5, again: 0.05 }
    }
}

/// From here a subject is surely named.
const SURE: f32 = 0.45;
/// What each further entry of a subject is lowered by where none is.
const UNSURE_AGAIN: f64 = 0.3;
/// How many entries are looked at.
const CANDIDATES: usize = 300;
/// How many named subjects are looked at whole.
const SUBJECTS: usize = 24;

/// An entry that fits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    pub(super) address: DocAddress,
    pub(super) score: f64,
    /// Whether the question surely names its subject.
    pub(super) is_named: bool,
}

/// What is searched.
#[derive(Clone, Copy)]
pub(super) struct Within<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) fields: Fields,
    pub(super) places: &'a Places,
    pub(super) collection: Option<&'a str>,
}

/// Where each entry stands, by subject; read once when the index is opened.
#[derive(Debug, Default)]
pub(super) struct Places {
    of: Vec<Vec<(u32, Kind)>>,
    entries: HashMap<u32, Vec<DocAddress>>,
    collections: HashMap<String, HashSet<DocAddress>>,
}

impl Places {
    pub(super) fn read(searcher: &Searcher, fields: Fields) -> tantivy::Result<Self> {
        let mut places = Self::default();
        for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
            let subjects = segment.fast_fields().u64("subject")?;
            let kinds = segment.fast_fields().u64("kind")?;
            let mut of = Vec::with_capacity(segment.max_doc() as usize);
            for document in 0..segment.max_doc() {
                let subject = u32::try_from(subjects.first(document).unwrap_or(0)).unwrap_or(u32::MAX);
                of.push((subject, Kind::from_code(kinds.first(document).unwrap_or(0))));
                places.entries.entry(subject).or_default().push(DocAddress::new(ordinal, document));
            }
            places.of.push(of);
            let inverted = segment.inverted_index(fields.collection)?;
            let mut names = inverted.terms().stream()?;
            while names.advance() {
                let name = String::from_utf8_lossy(names.key()).into_owned();
                let of = places.collections.entry(name).or_default();
                let mut documents = inverted.read_postings_from_terminfo(names.value(), IndexRecordOption::Basic)?;
                while documents.doc() != TERMINATED {
                    of.insert(DocAddress::new(ordinal, documents.doc()));
                    documents.advance();
                }
            }
        }
        Ok(places)
    }

    /// How many entries each collection has.
    pub(super) fn collections(&self) -> impl Iterator<Item = (&str, usize)> {
        self.collections.iter().map(|(name, entries)| (name.as_str(), entries.len()))
    }

    fn of(&self, address: DocAddress) -> (u32, Kind) {
        self.of[address.segment_ord as usize][address.doc_id as usize]
    }
}

/// The entries that fit best, best first.
pub(super) fn rank(
    reading: &Reading,
    within: &Within<'_>,
    limit: usize,
    weights: &Weights,
) -> tantivy::Result<Vec<Ranked>> {
    let places = within.places;
    let found = matching(reading, within, weights)?;
    let best = found.first().map_or(1.0, |(score, _)| f64::from(*score)).max(f64::EPSILON);
    let mut own: HashMap<DocAddress, f64> =
        found.iter().map(|(score, address)| (*address, f64::from(*score) / best)).collect();
    let only = within.collection.map(|name| places.collections.get(name));
    let mut named: Vec<(&u32, &f32)> = reading.subjects.iter().collect();
    named.sort_by(|a, b| b.1.total_cmp(a.1).then(a.0.cmp(b.0)));
    for (subject, _) in named.into_iter().take(SUBJECTS) {
        for address in places.entries.get(subject).into_iter().flatten() {
            if only.is_none_or(|only| only.is_some_and(|only| only.contains(address))) {
                own.entry(*address).or_default();
            }
        }
    }
    // A subject is as good as its two best entries.
    let mut of_subject: HashMap<u32, (f64, f64)> = HashMap::new();
    for (address, score) in &own {
        let two = of_subject.entry(places.of(*address).0).or_default();
        if *score > two.0 {
            *two = (*score, two.0);
        } else if *score > two.1 {
            two.1 = *score;
        }
    }
    let surest = reading.subjects.values().copied().fold(0.0_f32, f32::max).max(0.5);
    let mut ranked: Vec<(f64, u32, DocAddress)> = own
        .into_iter()
        .map(|(address, own)| {
            let (subject, kind) = places.of(address);
            let two = of_subject[&subject];
            let named =
                f64::from(reading.subjects.get(&subject).copied().unwrap_or(0.0) / surest) * f64::from(surest.min(1.0));
            let kind = fits(&reading.wanted, kind);
            let score = weights.own * own
                + weights.subject * (0.7 * two.0 + 0.3 * two.1)
                + weights.named * named
                + weights.kind * kind * (0.3 + 0.7 * named.max(0.6 * two.0));
            (score, subject, address)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
    // Where no name is sure, several subjects are offered before more of one.
    let sure = reading.subjects.values().any(|sure| *sure >= SURE);
    let mut spread = spread(&ranked, limit, if sure { weights.again } else { UNSURE_AGAIN });
    for one in &mut spread {
        one.is_named = reading.subjects.get(&places.of(one.address).0).is_some_and(|sure| *sure >= SURE);
    }
    Ok(spread)
}

/// Takes the best, each further entry of one subject a little lower.
fn spread(ranked: &[(f64, u32, DocAddress)], limit: usize, again: f64) -> Vec<Ranked> {
    let mut taken: HashMap<u32, u32> = HashMap::new();
    let mut spread: Vec<Ranked> = ranked
        .iter()
        .map(|(score, subject, address)| {
            let before = taken.entry(*subject).or_default();
            let lowered = score - again * f64::from(*before);
            *before += 1;
            Ranked { address: *address, score: lowered, is_named: false }
        })
        .collect();
    spread.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.address.cmp(&b.address)));
    spread.truncate(limit);
    spread
}

/// How well a kind fits what is wanted, 0 to 1. Where nothing is said, what it is comes first.
fn fits(wanted: &[(Kind, f64)], kind: Kind) -> f64 {
    if wanted.is_empty() {
        return match kind {
            Kind::Information => 1.0,
            Kind::Other => 0.7,
            Kind::Treatment | Kind::Symptoms => 0.5,
            Kind::Causes => 0.4,
            _ => 0.2,
        };
    }
    wanted.iter().map(|(want, sure)| sure * kinds::nearness(*want, kind)).fold(0.0, f64::max)
}

fn matching(reading: &Reading, within: &Within<'_>, weights: &Weights) -> tantivy::Result<Vec<(Score, DocAddress)>> {
    let Within { searcher, fields, collection, .. } = *within;
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for (term, weight) in &reading.terms {
        for (field, field_weight) in
            [(fields.title, weights.title), (fields.names, weights.names), (fields.body, weights.body)]
        {
            let term = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs);
            clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term), weight * field_weight))));
        }
    }
    if clauses.is_empty() {
        return Ok(Vec::new());
    }
    let query: Box<dyn Query> = match collection {
        None => Box::new(BooleanQuery::new(clauses)),
        Some(collection) => {
            let only = TermQuery::new(Term::from_field_text(fields.collection, collection), IndexRecordOption::Basic);
            Box::new(BooleanQuery::new(vec![
                (Occur::Must, Box::new(BooleanQuery::new(clauses))),
                (Occur::Must, Box::new(ConstScoreQuery::new(Box::new(only), 0.0))),
            ]))
        }
    };
    searcher.search(&*query, &TopDocs::with_limit(CANDIDATES).order_by_score())
}
