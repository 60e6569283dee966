//! People's own documents, found together with the articles: in memory only, and by the same scoring.
//!
//! A document of a person is indexed by itself ([`OwnDocument`]) and never changes, so that it can be kept for as long as
//! there is room and be shown to whoever may see it. It is ranked with the statistics of the articles and of all the
//! documents of one search together, part by part, each part about as long as an article: so a score here is a score there.

use std::collections::{HashMap, HashSet};

use super::index::{BODY, HEADING, Statistics, TITLE};
use super::search::{self, PASSAGE, Query, Unit, WeightedStem};
use super::{Library, words};

/// The parameters of BM25 that the index has.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// A part has about so many words: as an article.
const PART_WORDS: u32 = 900;
/// How many passages of one part may be given.
const MOST_OF_ONE_PART: usize = 2;
/// The share of a question, by weight, that a passage must say to be claimed as an answer.
const CLAIMED: f64 = 0.6;
/// The same where the question asks of documents.
const CLAIMED_IF_ASKED: f64 = 0.4;
/// A passage must say one word at least that is so rare.
const TELLING: f64 = 1.5;
/// By these someone speaks of what they uploaded, and not of what stands in it.
const DOCUMENT_WORDS: [&str; 22] = [
    "document",
    "documents",
    "letter",
    "letters",
    "file",
    "files",
    "pdf",
    "report",
    "reports",
    "page",
    "pages",
    "upload",
    "uploaded",
    "attached",
    "attachment",
    "say",
    "says",
    "said",
    "mention",
    "mentions",
    "written",
    "according",
];

/// The index of one document.
#[derive(Debug)]
pub struct OwnDocument {
    /// Stems of its title.
    title: Vec<String>,
    /// The part that each passage is of.
    parts: Vec<u32>,
    /// Of each passage: how many words its headings and its text have.
    lengths: Vec<(u32, u32)>,
    /// Where each stem stands, in the order of the passages.
    postings: HashMap<Box<str>, Vec<Posting>>,
}

#[derive(Debug, Clone, Copy)]
struct Posting {
    passage: u32,
    /// How often in its headings.
    heading: u16,
    /// How often in its text.
    body: u16,
}

/// A passage of one of the documents that were searched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnHit {
    /// Which document of them.
    pub document: usize,
    /// Which passage of it.
    pub passage: usize,
    /// How well it fits, as of an article.
    pub score: f64,
    /// Whether it fits well enough to be claimed as an answer.
    pub is_claimed: bool,
}

impl OwnDocument {
    /// Indexes a document: its title, and of each passage the headings and the text.
    pub fn build<'text>(title: &str, passages: impl IntoIterator<Item = (String, &'text str)>) -> Self {
        let mut stems = words::Stems::default();
        let mut built =
            Self { title: stems.of(title), parts: Vec::new(), lengths: Vec::new(), postings: HashMap::new() };
        let (mut part, mut words_of_part) = (0, 0);
        for (passage, (headings, text)) in (0..).zip(passages) {
            let (heading, body) = (stems.of(&headings), stems.of(text));
            let length = |stems: &[String]| u32::try_from(stems.len()).unwrap_or(u32::MAX);
            if words_of_part >= PART_WORDS {
                (part, words_of_part) = (part + 1, 0);
            }
            words_of_part += length(&body);
            built.parts.push(part);
            built.lengths.push((length(&heading), length(&body)));
            let mut counts: HashMap<String, (u16, u16)> = HashMap::new();
            for stem in heading {
                add(&mut counts.entry(stem).or_default().0);
            }
            for stem in body {
                add(&mut counts.entry(stem).or_default().1);
            }
            for (stem, (heading, body)) in counts {
                built.postings.entry(stem.into_boxed_str()).or_default().push(Posting { passage, heading, body });
            }
        }
        built.postings.values_mut().for_each(Vec::shrink_to_fit);
        built
    }

    /// About how many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        let postings: usize = self.postings.iter().map(|(stem, all)| stem.len() + all.len() * 8 + 48).sum();
        postings + self.lengths.len() * 12 + 256
    }

    /// How many passages it has.
    pub fn passages(&self) -> usize {
        self.lengths.len()
    }

    /// Whether it has this stem anywhere.
    pub(super) fn knows(&self, stem: &str) -> bool {
        self.postings.contains_key(stem) || self.title.iter().any(|other| other == stem)
    }

    /// Whether one of these places is in a part. Both places and parts are in the order of the passages, so none is
    /// looked at that need not be: a long text has very many.
    fn stands_in(&self, all: &[Posting], part: u32) -> bool {
        let part_of = |posting: &Posting| self.parts[posting.passage as usize];
        let first = all.partition_point(|posting| part_of(posting) < part);
        all.get(first).is_some_and(|posting| part_of(posting) == part)
    }

    /// Whether a passage, its headings or the title have this stem.
    fn has(&self, passage: u32, stem: &str) -> bool {
        self.title.iter().any(|other| other == stem)
            || self.postings.get(stem).is_some_and(|all| all.binary_search_by_key(&passage, |at| at.passage).is_ok())
    }
}

fn add(count: &mut u16) {
    *count = count.saturating_add(1);
}

/// What the scores of a search rest on: the articles and these documents together.
struct Together {
    passages: f64,
    parts: f64,
    /// Words in headings and texts.
    heading: f64,
    body: f64,
    title: f64,
}

impl Together {
    fn of(library: Statistics, documents: &[&OwnDocument]) -> Self {
        let passages: f64 = documents.iter().map(|one| number(one.lengths.len())).sum();
        let parts: f64 = documents.iter().map(|one| f64::from(one.parts.last().map_or(0, |last| last + 1))).sum();
        let lengths = || documents.iter().flat_map(|one| &one.lengths);
        let title: f64 = documents.iter().map(|one| number(one.title.len() * one.lengths.len())).sum();
        Self {
            passages: library.passages + passages,
            parts: library.articles + parts,
            heading: library.heading_words + lengths().map(|(heading, _)| f64::from(*heading)).sum::<f64>(),
            body: library.body_words + lengths().map(|(_, body)| f64::from(*body)).sum::<f64>(),
            title: library.title_words + title,
        }
    }
}

/// What one word of a question counts in one field.
#[derive(Clone, Copy)]
struct Term {
    weight: f64,
    /// How rare it is in the field.
    idf: f64,
    /// How long the field is on average.
    average: f64,
}

impl Term {
    fn new(weight: f64, (with, all): (f64, f64), words: f64) -> Self {
        // As tantivy has it; a word can't stand in more places than there are.
        let with = with.min(all);
        Self { weight, idf: (1.0 + (all - with + 0.5) / (with + 0.5)).ln(), average: (words / all.max(1.0)).max(1.0) }
    }

    fn score(self, count: f64, length: f64) -> f64 {
        if count == 0.0 {
            return 0.0;
        }
        self.weight * self.idf * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length / self.average))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of words and passages")]
fn number(count: usize) -> f64 {
    count as f64
}

impl Library {
    /// Reads a question that is asked of these documents, too: a word that they know is no slip of the pen.
    pub fn read_with(&self, question: &str, own: &[&OwnDocument]) -> Query {
        search::read(question, &self.shelf.index, &self.shelf.synonyms, own)
    }

    /// The passages of these documents that fit best, best first.
    pub fn find_own(&self, question: &str, own: &[&OwnDocument], limit: usize) -> Vec<OwnHit> {
        let mut query = self.read_with(question, own);
        let asked_of_documents = without_document_words(&mut query);
        if query.units.is_empty() && query.numbers.is_empty() {
            return Vec::new();
        }
        let together = Together::of(self.shelf.index.statistics(), own);
        let stems = query.stems();
        let counts: Vec<[Term; 4]> =
            stems.iter().map(|(stem, weight)| self.terms(stem, f64::from(*weight), own, &together)).collect();
        let floor = if asked_of_documents { CLAIMED_IF_ASKED } else { CLAIMED };
        let mut hits = Vec::new();
        for (document, one) in own.iter().enumerate() {
            rank(&query, (&stems, &counts), (document, one), floor, &mut hits);
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        hits.truncate(limit);
        hits
    }

    /// What a stem counts in titles, headings and texts of passages, and in whole texts.
    fn terms(&self, stem: &str, weight: f64, own: &[&OwnDocument], together: &Together) -> [Term; 4] {
        let library = self.shelf.index.frequencies(stem);
        let postings = || own.iter().filter_map(|one| Some((*one, one.postings.get(stem)?)));
        let with = |counts: fn(&Posting) -> u16| -> f64 {
            postings().map(|(_, all)| number(all.iter().filter(|at| counts(at) > 0).count())).sum()
        };
        let titled: f64 = own
            .iter()
            .filter(|one| one.title.iter().any(|other| other == stem))
            .map(|one| number(one.lengths.len()))
            .sum();
        let parts: f64 = postings()
            .map(|(one, all)| {
                let parts: HashSet<u32> = all.iter().map(|at| one.parts[at.passage as usize]).collect();
                number(parts.len())
            })
            .sum();
        let Together { passages, .. } = *together;
        [
            Term::new(weight * f64::from(TITLE), (library.title + titled, passages), together.title),
            Term::new(
                weight * f64::from(HEADING),
                (library.heading + with(|at| at.heading), passages),
                together.heading,
            ),
            Term::new(weight * f64::from(BODY), (library.body + with(|at| at.body), passages), together.body),
            Term::new(weight * f64::from(BODY), (library.article + parts, together.parts), together.body),
        ]
    }
}

/// Ranks the passages of a document, as `search::find` does those of an article.
fn rank(
    query: &Query,
    (stems, counts): (&[WeightedStem], &[[Term; 4]]),
    (document, one): (usize, &OwnDocument),
    floor: f64,
    hits: &mut Vec<OwnHit>,
) {
    let mut passages: HashMap<u32, f64> = HashMap::new();
    let mut parts: HashMap<u32, HashMap<usize, f64>> = HashMap::new();
    let title_length = number(one.title.len());
    let mut titled = 0.0;
    for (at, ((stem, _), [title, heading, body, _])) in stems.iter().zip(counts).enumerate() {
        titled += title.score(number(one.title.iter().filter(|other| *other == stem).count()), title_length);
        for posting in one.postings.get(stem.as_str()).into_iter().flatten() {
            let (heading_length, body_length) = one.lengths[posting.passage as usize];
            *passages.entry(posting.passage).or_default() += heading
                .score(f64::from(posting.heading), f64::from(heading_length))
                + body.score(f64::from(posting.body), f64::from(body_length));
            let part = one.parts[posting.passage as usize];
            *parts.entry(part).or_default().entry(at).or_default() += f64::from(posting.body);
        }
    }
    let mut part_words: HashMap<u32, f64> = HashMap::new();
    for (part, (_, words)) in one.parts.iter().zip(&one.lengths) {
        *part_words.entry(*part).or_default() += f64::from(*words);
    }
    let mut by_part: HashMap<u32, Vec<(u32, f64)>> = HashMap::new();
    for (passage, score) in passages {
        by_part.entry(one.parts[passage as usize]).or_default().push((passage, score + titled));
    }
    for (part, mut found) in by_part {
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let whole: f64 =
            parts[&part].iter().map(|(at, count)| counts[*at][3].score(*count, part_words[&part])).sum::<f64>()
                + titled;
        let of_part = |stem: &str| {
            one.title.iter().any(|other| other == stem)
                || one.postings.get(stem).is_some_and(|all| one.stands_in(all, part))
        };
        let best = found[0].1;
        let score = (PASSAGE * best + whole) * search::covered(query, of_part);
        for (passage, fits) in found.into_iter().take(MOST_OF_ONE_PART) {
            let here = |stem: &str| one.has(passage, stem);
            let is_claimed = search::covered(query, here) >= floor && says_enough(query, &here);
            hits.push(OwnHit { document, passage: passage as usize, score: score * fits / best, is_claimed });
        }
    }
}

/// Whether two words of a question are said, or the only one, and one of them tells something.
fn says_enough(query: &Query, has: &dyn Fn(&str) -> bool) -> bool {
    let said: Vec<&Unit> = query.units.iter().filter(|unit| search::fit(unit, has) > 0.99).collect();
    said.len() >= query.units.len().min(2) && said.iter().any(|unit| unit.weight >= TELLING)
}

/// Takes out the words by which someone speaks of their documents; whether there were any. Where there is nothing else,
/// they stay.
fn without_document_words(query: &mut Query) -> bool {
    let is_one = |unit: &Unit| DOCUMENT_WORDS.contains(&unit.typed.as_str());
    let any = query.units.iter().any(is_one);
    if !query.units.iter().all(is_one) || !query.numbers.is_empty() {
        query.units.retain(|unit| !is_one(unit));
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: [(&str, &str); 3] = [
        ("Medicines", "Apixaban 5 mg twice a day was started for atrial fibrillation. Do not take ibuprofen with it."),
        ("Follow up", "A blood test of the kidneys in six weeks at the practice."),
        ("Advice", "Walk a little more every day. Ring the ward with any questions."),
    ];

    fn letter() -> OwnDocument {
        OwnDocument::build("Discharge letter", LETTER.map(|(heading, text)| (heading.to_owned(), text)))
    }

    #[test]
    fn what_is_asked_is_found_where_it_stands() {
        let (library, letter) = (Library::load().unwrap(), letter());
        let best = |question: &str| library.find_own(question, &[&letter], 5).first().copied();
        for (question, passage) in [
            ("What does my letter say about apixaban?", 0),
            ("When is my blood test?", 1),
            ("Can I take ibuprofen with apixaban?", 0),
            ("apixaban", 0),
        ] {
            let hit = best(question).unwrap_or_else(|| panic!("{question}"));
            assert_eq!((hit.passage, hit.is_claimed), (passage, true), "{question}");
        }
        for question in ["How do I get rid of head lice?", "My son has an earache since last night", "hello"] {
            assert!(!best(question).is_some_and(|hit| hit.is_claimed), "{question}");
        }
        assert_eq!(library.find_own("", &[&letter], 5), []);
        assert_eq!(library.find_own("apixaban", &[], 5), []);
    }

    #[test]
    fn a_word_of_a_document_is_no_slip_of_the_pen() {
        let library = Library::load().unwrap();
        let own = OwnDocument::build("x", [(String::new(), "Seen by Dr Feber about the knee.")]);
        assert_eq!(library.find_own("Feber", &[&own], 1).len(), 1);
    }

    /// An article taken in as somebody's own document scores as the article does.
    #[test]
    fn a_score_here_is_a_score_there() {
        let library = Library::load().unwrap();
        let mut ratios = Vec::new();
        for (id, question) in [
            ("gout", "what should I eat with gout"),
            ("migraine", "how is a migraine treated"),
            ("asthma", "asthma attack at night"),
            ("shingles", "is shingles catching"),
        ] {
            let Some(article) = library.article(id) else { continue };
            let passages = article.passages.iter().map(|passage| (passage.heading.clone(), passage.text.as_str()));
            let own = OwnDocument::build(&article.title, passages);
            let hits = library.search(question, 20);
            let there = hits.iter().find(|hit| hit.article.id == id).map(|hit| hit.score);
            let here = library.find_own(question, &[&own], 1).first().map(|hit| hit.score);
            if let (Some(there), Some(here)) = (there, here) {
                ratios.push(here / there);
            }
        }
        assert!(ratios.len() >= 3, "{ratios:?}");
        // An article has names beside its title, for which it scores more.
        assert!(ratios.iter().all(|ratio| (0.4..1.6).contains(ratio)), "{ratios:?}");
    }

    #[test]
    fn a_long_document_takes_little_memory() {
        let text = "The knee was examined and the ligament was found to be stable under load. ".repeat(14);
        let own = OwnDocument::build("Book", (0..600).map(|at| (format!("Chapter {at}"), text.as_str())));
        assert!(own.bytes() < 600 * 400, "{}", own.bytes());
        assert_eq!(own.passages(), 600);
    }
}
