//! From a question to passages.
//!
//! A question is read as *units*: words and set phrases that carry meaning, each with what the library says for it. The
//! index ranks; then a floor decides what may be claimed at all: an article that the question names must cover enough of
//! the rest of it, one that it does not name must cover nearly all.

use super::article::Article;
use super::index::Index;
pub(super) use super::index::WeightedStem;
use super::learned::Learned;
use super::own::OwnDocument;
use super::passages::Passage;
use super::synonyms::Synonyms;
use super::words;

/// The longest set phrase, in words.
const LONGEST_PHRASE: usize = 6;
/// What a synonym weighs beside the word itself.
const SYNONYM: f32 = 0.6;
/// What a word of a set phrase weighs by itself.
const SET_WORD: f32 = 0.3;
/// Numbers help to find a threshold and say nothing by themselves.
const NUMBER: f32 = 0.4;
/// What being named adds to every passage of an article, for a word as rare as can be.
const NAMED: f64 = 2.0;
/// What a name of several words weighs at least.
const SET_PHRASE: f64 = 3.5;
/// What any name weighs at least.
const NAME: f64 = 2.0;
/// What a word weighs that the library has never heard of, in a message of some length: it is more likely part of the
/// story than of the question.
const STORY: f64 = 1.5;
/// From so many units a message is of some length.
const SOME_LENGTH: usize = 4;
/// Words that name nothing must be this rare, on average, to be enough.
const TELLING: f64 = 3.0;
/// What the best passage of an article counts beside the whole of it.
pub(super) const PASSAGE: f64 = 0.5;
/// What scores less than this share of the best is only noise beside it.
const BESIDE: f64 = 0.25;
/// How many documents are looked at.
const CANDIDATES: usize = 200;
/// How many passages of one article may be given.
const MOST_OF_ONE_ARTICLE: usize = 2;

/// A word or set phrase of a question that carries meaning.
#[derive(Debug, Clone)]
pub struct Unit {
    /// As it was typed, mistakes corrected.
    pub typed: String,
    /// Its stems.
    pub stems: Vec<String>,
    /// What the library says for it.
    pub means: Vec<Vec<String>>,
    /// How much it tells, from its rarity.
    pub weight: f64,
    /// The articles that it names.
    pub names: Vec<usize>,
    /// Whether the library has any word of it.
    pub known: bool,
}

/// A question as it was read.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Its units, in order.
    pub units: Vec<Unit>,
    /// Numbers in it.
    pub numbers: Vec<String>,
    /// Whether someone speaks of themselves or of someone near.
    pub personal: bool,
}

impl Query {
    /// Whether it names an article.
    pub fn names_something(&self) -> bool {
        self.units.iter().any(|unit| !unit.names.is_empty())
    }

    /// All stems that count for a match, with the weight of their unit.
    pub fn stems(&self) -> Vec<WeightedStem> {
        let mut stems: Vec<WeightedStem> = Vec::new();
        let mut add = |stem: &String, weight: f32| match stems.iter_mut().find(|(known, _)| known == stem) {
            Some((_, before)) => *before = before.max(weight),
            None => stems.push((stem.clone(), weight)),
        };
        for unit in &self.units {
            // A set phrase says what it means and little by its words: what "burns when I pee" is no burn.
            let set = unit.typed.contains(' ') && !unit.means.is_empty();
            let (own, means) = if set { (SET_WORD, 1.0) } else { (1.0, SYNONYM) };
            unit.stems.iter().for_each(|stem| add(stem, own));
            unit.means.iter().flatten().for_each(|stem| add(stem, means));
        }
        self.numbers.iter().for_each(|number| add(number, NUMBER));
        stems
    }
}

/// A passage that fits.
#[derive(Debug, Clone)]
pub struct Hit<'library> {
    /// Where it stands.
    pub article: &'library Article,
    /// What it says.
    pub passage: Passage,
    /// How well it fits, higher is better; comparable within one search only.
    pub score: f64,
}

struct Token {
    word: String,
    stem: String,
}

/// Reads a question that is asked of the library, and of these documents beside it.
pub fn read(question: &str, index: &Index, synonyms: &Synonyms, own: &[&OwnDocument]) -> Query {
    const NEAR: [&str; 22] = [
        "i", "im", "ive", "my", "me", "he", "she", "his", "her", "hes", "shes", "our", "son", "daughter", "husband",
        "wife", "mum", "mom", "dad", "baby", "kid", "child",
    ];
    let written = words::words(question);
    let mut query = Query { personal: written.iter().any(|word| NEAR.contains(&word.as_str())), ..Query::default() };
    let tokens: Vec<Token> = written
        .into_iter()
        .map(|word| {
            let stem = words::stem(&word);
            let known = index.knows_word(&word) || index.knows(&stem) || synonyms.ignores_word(&word);
            let known = known || own.iter().any(|document| document.knows(&stem));
            match index.nearest(&word).filter(|_| !known) {
                Some(meant) => Token { word: meant.to_owned(), stem: words::stem(meant) },
                None => Token { word, stem },
            }
        })
        .collect();
    let mut at = 0;
    while at < tokens.len() {
        at += read_unit(&tokens[at..], (index, own), synonyms, &mut query);
    }
    if query.units.len() >= SOME_LENGTH {
        query.units.iter_mut().filter(|unit| !unit.known).for_each(|unit| unit.weight = STORY);
    }
    query
}

/// Reads the longest unit at the beginning and says how many words it took.
fn read_unit(
    tokens: &[Token],
    (index, own): (&Index, &[&OwnDocument]),
    synonyms: &Synonyms,
    query: &mut Query,
) -> usize {
    for length in (1..=tokens.len().min(LONGEST_PHRASE)).rev() {
        let phrase = &tokens[..length];
        let stems: Vec<String> = phrase.iter().map(|token| token.stem.clone()).collect();
        if synonyms.ignores_phrase(&stems) {
            return length;
        }
        let means = synonyms.means(&stems).to_vec();
        let mut names = index.named(&stems).to_vec();
        if length > 1 && means.is_empty() && names.is_empty() {
            continue;
        }
        let word = &tokens[0].word;
        if length == 1 && means.is_empty() && names.is_empty() {
            if word.chars().all(|character| character.is_ascii_digit()) {
                // One digit alone is a count or what stands behind a decimal point.
                query.numbers.extend((word.len() > 1).then(|| word.clone()));
                return 1;
            }
            if synonyms.ignores_word(word) {
                return 1;
            }
        }
        let also = means.iter().flat_map(|meaning| index.named(meaning)).filter(|article| !names.contains(article));
        let also: Vec<usize> = also.copied().collect();
        names.extend(also);
        let mut typed: Vec<&str> = phrase.iter().map(|token| token.word.as_str()).collect();
        typed.retain(|word| length == 1 || !synonyms.ignores_word(word));
        let content: Vec<String> = typed.iter().map(|word| words::stem(word)).collect();
        let content = if content.is_empty() { stems.clone() } else { content };
        let rarest = |stems: &[String]| stems.iter().map(|stem| index.rarity(stem)).fold(0.0, f64::max);
        let weight = means
            .iter()
            .map(|meaning| rarest(meaning))
            .fold(None, |least: Option<f64>, next| Some(least.map_or(next, |least| least.min(next))));
        // A name of several words is never said by chance.
        let least = match (names.is_empty(), length) {
            (true, _) => 0.3,
            (false, 1) => NAME,
            (false, _) => SET_PHRASE,
        };
        query.units.push(Unit {
            typed: phrase.iter().map(|token| token.word.as_str()).collect::<Vec<_>>().join(" "),
            known: !means.is_empty()
                || content.iter().any(|stem| index.knows(stem) || own.iter().any(|document| document.knows(stem))),
            weight: weight.unwrap_or_else(|| rarest(&content)).max(least),
            stems: content,
            means,
            names,
        });
        return length;
    }
    1
}

/// The passages that fit best, best first: articles by how well they answer as a whole and in their best passage, and of
/// each its best passages; then in the order of what was learned of them. `to_claim`: only articles that fit well enough to
/// be claimed as an answer.
pub fn find<'library>(
    query: &Query,
    articles: &'library [Article],
    (index, learned): (&Index, &Learned),
    limit: usize,
    to_claim: bool,
) -> Vec<Hit<'library>> {
    if query.units.is_empty() || limit == 0 {
        return Vec::new();
    }
    let stems = query.stems();
    let mut passages: Vec<Vec<(usize, f64)>> = vec![Vec::new(); articles.len()];
    let mut scores = vec![0.0; articles.len()];
    for (document, score) in index.rank(&stems, CANDIDATES) {
        let (article, _) = index.place(document);
        if passages[article].is_empty() {
            scores[article] += PASSAGE * f64::from(score);
        }
        passages[article].push((document, f64::from(score)));
    }
    for (article, score) in index.rank_articles(&stems, CANDIDATES) {
        scores[article] += f64::from(score);
    }
    for unit in &query.units {
        for article in &unit.names {
            scores[*article] += NAMED * unit.weight;
        }
    }
    let mut order: Vec<usize> = (0..articles.len()).filter(|article| !passages[*article].is_empty()).collect();
    for article in &order {
        scores[*article] *= covered(query, |stem| index.article_has(*article, stem));
    }
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let best = order.first().map_or(0.0, |article| scores[*article]);
    let mut hits = Vec::new();
    for article in order.into_iter().take_while(|article| scores[*article] >= best * BESIDE) {
        if to_claim && !may_be_claimed(query, index, article) {
            continue;
        }
        for (document, passage) in passages[article].iter().take(MOST_OF_ONE_ARTICLE) {
            let (_, ordinal) = index.place(*document);
            // What is beside the best passage of an article stands a little below it.
            let score = scores[article] * passage / passages[article][0].1;
            hits.push(Hit { article: &articles[article], passage: articles[article].passages[ordinal].clone(), score });
        }
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    learned.order(&mut hits);
    hits.truncate(limit);
    hits
}

/// The share of a question, by weight, that something says.
pub(super) fn covered(query: &Query, has: impl Fn(&str) -> bool) -> f64 {
    let total: f64 = query.units.iter().map(|unit| unit.weight).sum();
    query.units.iter().map(|unit| unit.weight * fit(unit, &has)).sum::<f64>() / total
}

pub(super) fn fit(unit: &Unit, has: &dyn Fn(&str) -> bool) -> f64 {
    std::iter::once(&unit.stems).chain(&unit.means).map(|stems| share(stems, has)).fold(0.0, f64::max)
}

/// The floor under which nothing is claimed, calibrated on `tests/questions.toml`.
fn may_be_claimed(query: &Query, index: &Index, article: usize) -> bool {
    let named = query.units.iter().any(|unit| unit.names.contains(&article));
    let total: f64 = query.units.iter().map(|unit| unit.weight).sum();
    let here = |stem: &str| index.article_has(article, stem);
    let covered = covered(query, here);
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let units = query.units.len() as f64;
    if named {
        let floor = (1.2 / units).clamp(0.15, 0.45);
        return covered >= if query.personal { floor * 0.5 } else { floor };
    }
    let matched = query.units.iter().filter(|unit| fit(unit, &here) > 0.99).count();
    let in_name = |stem: &str| index.name_has(article, stem);
    let by_name = self::covered(query, in_name);
    match query.units.as_slice() {
        [unit] => unit.known && (by_name > 0.99 || (unit.typed.contains(' ') && covered > 0.99)),
        [_, _] | [_, _, _] if by_name < 0.5 => {
            query.personal && matched >= 2 && covered >= 0.75 && total / units >= TELLING
        }
        [_, _, ..] if query.units.len() <= 5 => matched >= 2 && covered >= 0.65,
        _ => matched >= 3 && covered >= 0.55,
    }
}

fn share(stems: &[String], has: &dyn Fn(&str) -> bool) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let share = |count: usize| count as f64 / stems.len() as f64;
    share(stems.iter().filter(|stem| has(stem)).count())
}
