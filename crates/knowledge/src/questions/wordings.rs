//! From a message to the questions that it asks.

use std::collections::{BTreeSet, HashMap};

use super::finder::{Finder, Place};
use super::{Asked, Fit, Level, Said};
use crate::Article;
use crate::words;

/// What a wording must have in common with a message that does not fit its question, of 1.
const NEARLY_THE_SAME: f64 = 0.75;
/// The same of a message that fits but for one group of phrases, and where that group may be what makes it urgent.
const NEAR_BUT_FOR_ONE: f64 = 0.5;
const URGENT_BUT_FOR_ONE: f64 = 0.65;
/// What a wording must have in common with a message for its question to be offered.
const COMES_NEAR: f64 = 0.36;
/// A wording that is the message itself.
const THE_SAME: f64 = 0.97;
/// What having every word of a wording in it adds to a long message, of 1.
const CONTAINED: f64 = 0.35;
/// What each group of phrases adds: a question with more of them is nearer to what is asked.
const GROUP: f64 = 0.06;
/// What it adds that the phrases make up all of a message, of 1.
const EXPLAINED: f64 = 0.6;
/// What stands before a question that is an emergency, and one that is urgent, of those as near.
const EMERGENCY: f64 = 0.08;
const URGENT: f64 = 0.04;
/// What stands before an emergency of the subject that was spoken of, of those as near.
const RUNNING: f64 = 0.25;

/// How every question of the library is worded.
#[derive(Default)]
pub struct Wordings {
    finder: Finder,
    questions: Vec<Known>,
    /// By phrase: the questions and their groups that it belongs to.
    groups: HashMap<usize, Vec<(usize, usize)>>,
    /// By phrase: the questions that it rules out.
    excludes: HashMap<usize, Vec<usize>>,
    stems: HashMap<String, usize>,
    /// By stem: how much it tells.
    telling: Vec<f64>,
    /// By stem: the wordings that have it.
    postings: Vec<Vec<usize>>,
    all: Vec<Wording>,
}

struct Known {
    article: usize,
    question: usize,
    groups: usize,
    level: Option<Level>,
}

struct Wording {
    question: usize,
    /// What its stems tell together.
    tells: f64,
}

/// The words of a message, as typed and with mistakes corrected.
struct Message {
    words: Vec<String>,
    found: Vec<Place>,
}

impl Wordings {
    /// Of these articles.
    pub fn of(articles: &[Article]) -> Self {
        let mut all = Self::default();
        let mut texts: Vec<BTreeSet<usize>> = Vec::new();
        let mut known = words::Stems::default();
        for (article, of) in articles.iter().enumerate() {
            for (at, question) in of.questions.iter().enumerate() {
                let number = all.questions.len();
                let groups = question.needs.len();
                all.questions.push(Known { article, question: at, groups, level: question.urgency });
                for (group, phrases) in question.needs.iter().enumerate() {
                    for phrase in phrases {
                        let phrase = all.finder.add(phrase);
                        all.groups.entry(phrase).or_default().push((number, group));
                    }
                }
                for phrase in &question.unless {
                    let phrase = all.finder.add(phrase);
                    all.excludes.entry(phrase).or_default().push(number);
                }
                for wording in question.asked.iter().chain([&question.ask]) {
                    let stems: BTreeSet<usize> = known.of(wording).into_iter().map(|stem| all.number(stem)).collect();
                    for stem in &stems {
                        all.postings[*stem].push(texts.len());
                    }
                    texts.push(stems);
                    all.all.push(Wording { question: number, tells: 0.0 });
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "some thousand wordings")]
        let rarity = |count: usize| ((texts.len() as f64 + 1.0) / (count as f64 + 1.0)).ln().powi(2);
        all.telling = all.postings.iter().map(|postings| rarity(postings.len())).collect();
        for (wording, stems) in all.all.iter_mut().zip(&texts) {
            wording.tells = stems.iter().map(|stem| all.telling[*stem]).sum();
        }
        all
    }

    fn number(&mut self, stem: String) -> usize {
        let next = self.stems.len();
        let number = *self.stems.entry(stem).or_insert(next);
        if number == next {
            self.postings.push(Vec::new());
        }
        number
    }

    fn read(&self, text: &str) -> Message {
        let words = words::words(text);
        let found = self.finder.find(&words);
        Message { words, found }
    }

    /// The stems of words that any wording has; in order, as a sum over them must be the same each time.
    fn known(&self, words: &[String]) -> BTreeSet<usize> {
        words.iter().filter_map(|word| self.stems.get(&words::stem(word)).copied()).collect()
    }

    fn tell<'stems>(&self, stems: impl IntoIterator<Item = &'stems usize>) -> f64 {
        stems.into_iter().map(|stem| self.telling[*stem]).sum()
    }

    /// What these stems have in common with each wording.
    fn common<'stems>(&self, stems: impl IntoIterator<Item = &'stems usize>) -> Vec<f64> {
        let mut common = vec![0.0; self.all.len()];
        for stem in stems {
            for wording in &self.postings[*stem] {
                common[*wording] += self.telling[*stem];
            }
        }
        common
    }

    /// Of each question, how near its nearest wording is, of 1. `own`: what the message tells.
    fn nearest(&self, common: &[f64], own: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut nearest: Vec<f64> = vec![0.0; self.questions.len()];
        for (at, (wording, common)) in self.all.iter().zip(common).enumerate() {
            if *common > 0.0 {
                let alike = common / (own(at) * wording.tells).sqrt();
                let near = alike.max(alike * (1.0 - CONTAINED) + CONTAINED * common / wording.tells);
                nearest[wording.question] = nearest[wording.question].max(near);
            }
        }
        nearest
    }

    /// The questions that these phrases rule out.
    fn excluded(&self, found: &[Place]) -> BTreeSet<usize> {
        found.iter().filter_map(|place| self.excludes.get(&place.phrase)).flatten().copied().collect()
    }

    /// Of each question, which of its groups (as bits) these phrases belong to.
    fn groups_of(&self, phrases: impl IntoIterator<Item = usize>) -> HashMap<usize, u32> {
        let mut groups: HashMap<usize, u32> = HashMap::new();
        for phrase in phrases {
            for (question, group) in self.groups.get(&phrase).into_iter().flatten() {
                *groups.entry(*question).or_default() |= 1 << group;
            }
        }
        groups
    }

    /// How much of a message the phrases of a question make up, of 1.
    fn explained(&self, question: usize, message: &Message, tells: f64) -> f64 {
        let mut longest: HashMap<usize, Place> = HashMap::new();
        for place in &message.found {
            for (of, group) in self.groups.get(&place.phrase).into_iter().flatten() {
                if *of == question {
                    let best = longest.entry(*group).or_insert(*place);
                    if place.length > best.length {
                        *best = *place;
                    }
                }
            }
        }
        let words: BTreeSet<usize> = longest.values().flat_map(|place| place.at..place.at + place.length).collect();
        let words: Vec<String> = words.into_iter().map(|at| message.words[at].clone()).collect();
        (self.tell(&self.known(&words)) / tells).min(1.0)
    }

    /// Whether any wording has a word.
    pub fn knows(&self, word: &str) -> bool {
        self.stems.contains_key(&words::stem(word))
    }

    /// What comes near a message, whether it asks it or not, nearest first.
    pub fn nearly_asked<'library>(
        &self,
        said: Said<'_>,
        corrected: &str,
        articles: &'library [Article],
    ) -> Vec<Asked<'library>> {
        let [whole, right] = [said.whole, corrected].map(|text| self.read(text));
        let stems: BTreeSet<usize> = self.known(&whole.words).union(&self.known(&right.words)).copied().collect();
        let own = self.tell(&stems).max(f64::MIN_POSITIVE) + self.strange(&right.words);
        let nearest = self.nearest(&self.common(&stems), |_| own);
        let excluded = self.excluded(&whole.found);
        let near = self.questions.iter().enumerate().zip(nearest);
        let near = near.filter(|((number, _), near)| *near >= COMES_NEAR && !excluded.contains(number));
        let mut near: Vec<Asked> = near
            .map(|((_, known), score)| {
                let article = &articles[known.article];
                Asked { article, question: &article.questions[known.question], score, fit: Fit::ButForOne }
            })
            .collect();
        near.sort_by(|a, b| b.score.total_cmp(&a.score));
        near
    }

    /// What a message asks, nearest first. `corrected`: what it says is there, with its mistakes corrected.
    pub fn asked<'library>(
        &self,
        said: Said<'_>,
        corrected: &str,
        articles: &'library [Article],
    ) -> Vec<Asked<'library>> {
        let [whole, asserted, right, before] =
            [said.whole, said.asserted, corrected, said.before].map(|text| self.read(text));
        let stems: BTreeSet<usize> = self.known(&whole.words).union(&self.known(&right.words)).copied().collect();
        let own = self.tell(&stems).max(f64::MIN_POSITIVE);
        let common = self.common(&stems);
        let alone = self.nearest(&common, |_| own);
        // A word that no wording has tells something else; it matters where nothing but the wording is gone by.
        let strictly = (own / (own + self.strange(&right.words))).sqrt();
        // What was said before may complete a wording and is not held against it.
        let earlier: BTreeSet<usize> = self.known(&before.words).difference(&stems).copied().collect();
        let with = (!earlier.is_empty()).then(|| {
            let more = self.common(&earlier);
            let all: Vec<f64> = common.iter().zip(&more).map(|(common, more)| common + more).collect();
            self.nearest(&all, |wording| own + more[wording])
        });
        let told = (asserted.found.iter().chain(&right.found).map(|place| place.phrase))
            .chain(whole.found.iter().map(|place| place.phrase).filter(|phrase| self.finder.says_missing(*phrase)));
        let told = self.groups_of(told);
        let subjects = self.groups_of(before.found.iter().map(|place| place.phrase));
        let mut excluded = self.excluded(&whole.found);
        excluded.extend(self.excluded(&before.found));
        let mut asked = Vec::new();
        for (number, known) in self.questions.iter().enumerate().filter(|(number, _)| !excluded.contains(number)) {
            let all = (1_u32 << known.groups) - 1;
            let missing = all & !told.get(&number).copied().unwrap_or(0);
            #[expect(clippy::cast_precision_loss, reason = "a handful of groups")]
            let groups = GROUP * known.groups as f64;
            let fits = match known.level {
                Some(Level::Emergency) => groups + EMERGENCY,
                Some(Level::Urgent) => groups + URGENT,
                _ => groups,
            };
            let running = if known.level == Some(Level::Emergency) { RUNNING } else { 0.0 };
            let named_before = || subjects.get(&number).is_some_and(|groups| groups & 1 == 1);
            let (score, fit) = if missing == 0 {
                (alone[number] + fits + EXPLAINED * self.explained(number, &whole, own), Fit::Whole)
            } else if missing == 1 && known.groups > 1 && named_before() {
                (with.as_ref().map_or(alone[number], |with| with[number]) + fits + running, Fit::GoesOn)
            } else if missing.is_power_of_two() && missing != 1 && but_for_one(known.level, alone[number]) {
                (alone[number], Fit::ButForOne)
            } else if alone[number] * strictly
                >= if known.level == Some(Level::Emergency) { THE_SAME } else { NEARLY_THE_SAME }
            {
                (alone[number] * strictly, Fit::Worded)
            } else {
                continue;
            };
            let article = &articles[known.article];
            asked.push(Asked { article, question: &article.questions[known.question], score, fit });
        }
        asked.sort_by(|a, b| b.score.total_cmp(&a.score));
        asked
    }

    /// What those words of a message tell that no wording has.
    #[expect(clippy::cast_precision_loss, reason = "a handful of words and some thousand wordings")]
    fn strange(&self, message: &[String]) -> f64 {
        let rarest = (self.all.len() as f64 / 4.0).max(1.0).ln();
        message.iter().filter(|word| !self.knows(word)).count() as f64 * rarest.powi(2)
    }
}

/// Whether a message that lacks one group of phrases is near enough: never to an emergency, which that group may make.
fn but_for_one(level: Option<Level>, near: f64) -> bool {
    match level {
        Some(Level::Emergency) => false,
        Some(Level::Urgent) => near >= URGENT_BUT_FOR_ONE,
        Some(Level::Routine | Level::SelfCare) | None => near >= NEAR_BUT_FOR_ONE,
    }
}
