//! What a conversation sounds like as a whole, where no single statement says it.
//!
//! The rules find statements. People who are in danger often make none: they speak of it around corners, over many
//! messages. Two linear models give each message a number by its words, its pairs of words, those of the messages before it
//! and the rules that speak in it: one for "this speaks of the writer's own death or harm", one for "and it is close". A
//! small third step makes of the numbers of the last [`WINDOW`] messages what the conversation sounds like.
//!
//! The weights are in `data/crisis/impression.tsv`, fitted by `examples/impression.rs` to conversations written for this
//! project (`tests/crisis/authors`); a person can read there what each phrase counts. It knows English only. It adds to
//! the rules, and makes a weak one of them wait; what is said plainly of oneself it cannot take back.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::LazyLock;

use super::assess::{Found, find, is_of_own_life};
use super::normalise::words;
use super::rules::rules;
use super::{Danger, Level, Sign};

/// How many of the person's messages count.
pub const WINDOW: usize = 16;
/// What is made of the numbers of some messages: see [`pooled`].
pub const POOLED: usize = 7;
/// How many of the numbers for "it is close" are looked at beside those for danger.
pub const ALSO: usize = 4;
/// A message lower than this speaks against nothing.
const LOWEST: f32 = -4.0;
/// The least number of a message that adds to the impression rather than follows others that did.
const ADDS: f32 = -2.0;
/// From so many words in a hundred known on, a message counts as English.
const KNOWN: usize = 60;
/// From this share of the words for people on, a conversation is about somebody else; and where that share stands.
const MOSTLY: f32 = 0.25;
const OF_OTHERS: usize = 4;
/// Where less was said, it speaks against nothing.
const ENOUGH_WORDS: usize = 40;

/// One of the two questions: whether there is danger, and whether it is close.
pub type Pair = [f32; 2];

/// What a message is made of.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// Its words and pairs of words, each once, in order.
    pub phrases: Vec<String>,
    /// The rules on the writer's own life that speak in it, and on someone else's; the levels and the signs that they stand
    /// for, each once.
    pub marks: Vec<String>,
    /// How often it speaks of somebody else (he, her), and of the writer (I, my).
    pub others: u32,
    /// See `others`.
    pub own: u32,
    pub(super) words: usize,
    /// Whether a rule hears a hint at danger in it, and not only what weighs on somebody.
    pub(super) hints: bool,
}

/// Reads a message for the models, with the rules that speak in it.
pub fn read(text: &str) -> Message {
    let rules = rules();
    read_with(text, &find(rules, &words(text, &rules.lexicon)))
}

pub(super) fn read_with(text: &str, found: &[Found]) -> Message {
    const OTHERS: [&str; 11] = ["he", "she", "his", "her", "him", "hes", "shes", "hed", "shed", "himself", "herself"];
    const OWN: [&str; 9] = ["i", "me", "my", "im", "ive", "id", "ill", "mine", "myself"];
    let words = plain_words(text);
    let count = |list: &[&str]| words.iter().filter(|word| list.contains(&word.as_str())).count();
    let pairs = words.windows(2).map(|pair| format!("{} {}", pair[0], pair[1]));
    let phrases: BTreeSet<String> = words.iter().cloned().chain(pairs).collect();
    let marks: BTreeSet<String> = found
        .iter()
        .filter(|found| is_of_own_life(found.danger) || found.danger == Danger::ThirdParty)
        .flat_map(|found| {
            let sign = found.sign.map(|sign| format!("sign {sign:?}"));
            [format!("rule {}", found.code), format!("level {}", found.level.as_str())].into_iter().chain(sign)
        })
        .collect();
    Message {
        others: u32::try_from(count(&OTHERS)).unwrap_or(u32::MAX),
        own: u32::try_from(count(&OWN)).unwrap_or(u32::MAX),
        words: words.len(),
        hints: found.iter().any(|found| is_of_own_life(found.danger) && found.sign != Some(Sign::Hardship)),
        phrases: phrases.into_iter().collect(),
        marks: marks.into_iter().collect(),
    }
}

/// Lower-case words without apostrophes, `0` for a number, `?` by itself.
fn plain_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            let number = word.bytes().all(|byte| byte.is_ascii_digit());
            words.push(if number { "0".to_owned() } else { std::mem::take(word) });
            word.clear();
        }
    };
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            '\'' | '’' | '‘' | '`' => {}
            '?' => {
                end(&mut word);
                word.push('?');
                end(&mut word);
            }
            _ if character.is_alphanumeric() => {
                let changes =
                    word.chars().next_back().is_some_and(|last| last.is_ascii_digit() != character.is_ascii_digit());
                if changes {
                    end(&mut word);
                }
                word.push(character);
            }
            _ => end(&mut word),
        }
    }
    end(&mut word);
    words
}

/// The numbers of some messages as one row: the highest, the mean of the two and of the three highest, the mean of all, how
/// much of them speaks of others, how many they are, and whether it is one only.
#[expect(clippy::cast_precision_loss, reason = "a handful of messages and their words")]
pub fn pooled(numbers: &[f32], others: u32, own: u32) -> [f32; POOLED] {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let count = sorted.len().max(1);
    let mean = |of: usize| {
        let of = of.min(count);
        (sorted.iter().take(of).sum::<f32>() / of as f32).max(LOWEST)
    };
    let all = numbers.iter().map(|number| number.clamp(LOWEST, -LOWEST)).sum::<f32>() / count as f32;
    let of_others = others as f32 / (others as f32 + own as f32 + 2.0);
    [mean(1), mean(2), mean(3), all, of_others, (1.0 + count as f32).ln(), f32::from(u8::from(count == 1))]
}

/// What was said before, as far as the models know it.
#[derive(Debug, Clone, Default)]
struct Before {
    /// In how many of the messages each phrase stands.
    counts: HashMap<u32, u32>,
    /// Of each phrase once.
    sum: Pair,
}

impl Before {
    fn enter(&mut self, model: &Model, phrases: &[u32]) {
        for phrase in phrases {
            let count = self.counts.entry(*phrase).or_default();
            *count += 1;
            if *count == 1 {
                add(&mut self.sum, model.weights[*phrase as usize][1], 1.0);
            }
        }
    }

    fn leave(&mut self, model: &Model, phrases: &[u32]) {
        for phrase in phrases {
            let count = self.counts.get_mut(phrase).expect("it came in");
            *count -= 1;
            if *count == 0 {
                self.counts.remove(phrase);
                add(&mut self.sum, model.weights[*phrase as usize][1], -1.0);
            }
        }
    }
}

fn add(sum: &mut Pair, weights: Pair, scale: f32) {
    for (sum, weight) in sum.iter_mut().zip(weights) {
        *sum += weight * scale;
    }
}

/// What is kept of a message.
#[derive(Debug, Clone)]
struct Kept {
    phrases: Vec<u32>,
    numbers: Pair,
    others: u32,
    own: u32,
    words: usize,
}

/// A conversation as it is listened to.
#[derive(Debug, Clone, Default)]
pub(super) struct Impression {
    last: VecDeque<Kept>,
    before: Before,
}

/// What it sounds like with the latest message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sounds {
    /// [`Level::None`], [`Level::Elevated`] or [`Level::High`], if the latest message adds to it.
    pub(super) level: Level,
    /// Whether it speaks against what only hints at danger.
    pub(super) doubts: bool,
    /// Whether it is about somebody else as well.
    pub(super) of_another: bool,
}

impl Impression {
    /// Takes in what the person said next.
    pub(super) fn hear(&mut self, message: &Message) -> Sounds {
        let model = &*MODEL;
        let phrases: Vec<u32> =
            message.phrases.iter().filter_map(|phrase| model.phrases.get(phrase.as_str()).copied()).collect();
        let numbers = self.numbers(model, message, &phrases);
        let words = message.phrases.iter().filter(|phrase| !phrase.contains(' '));
        let (all, known) = words.fold((0, 0), |(all, known), word| {
            (all + 1, known + usize::from(model.phrases.contains_key(word.as_str())))
        });
        self.last.push_back(Kept { phrases, numbers, others: message.others, own: message.own, words: message.words });
        let first = (self.last.len() > WINDOW).then(|| self.last.pop_front()).flatten();
        let Self { last, before } = self;
        before.enter(model, &last.back().expect("it came in").phrases);
        first.inspect(|first| before.leave(model, &first.phrases));

        let (others, own) = last.iter().fold((0, 0), |(others, own), kept| (others + kept.others, own + kept.own));
        let pool = |which: usize| {
            let numbers: Vec<f32> = last.iter().map(|kept| kept.numbers[which]).collect();
            pooled(&numbers, others, own)
        };
        let (danger, close) = (pool(0), pool(1));
        let is_danger = model.danger.of(&danger);
        let both: Vec<f32> = danger.into_iter().chain(close.into_iter().take(ALSO)).collect();
        // A single message must hint at it in some words that a rule knows: most are questions about something else.
        let adds = numbers[0] > ADDS && own > 0 && (last.len() > 1 || message.hints);
        // Of one message alone nobody hears how close it is.
        let is_close = last.len() > 1 && model.close.of(&both) > 0.0;
        let level = match (is_danger > 0.0 && adds, is_close) {
            (false, _) => Level::None,
            (true, false) => Level::Elevated,
            (true, true) => Level::High,
        };
        let can_doubt = known * 100 >= KNOWN * all && last.iter().map(|kept| kept.words).sum::<usize>() >= ENOUGH_WORDS;
        let doubts = can_doubt && is_danger < model.doubt;
        Sounds { level, doubts, of_another: doubts && danger[OF_OTHERS] > MOSTLY }
    }

    /// The two numbers of a message.
    fn numbers(&self, model: &Model, message: &Message, phrases: &[u32]) -> Pair {
        let mut sum = model.bias;
        for phrase in phrases {
            add(&mut sum, model.weights[*phrase as usize][0], share(phrases.len()));
        }
        add(&mut sum, self.before.sum, share(self.before.counts.len()));
        for mark in message.marks.iter().filter_map(|mark| model.marks.get(mark.as_str())) {
            add(&mut sum, *mark, 1.0);
        }
        sum
    }
}

/// What one of so many phrases counts: a long message is no graver than a short one.
#[expect(clippy::cast_precision_loss, reason = "some thousand phrases")]
pub fn share(count: usize) -> f32 {
    1.0 / (count.max(1) as f32).sqrt()
}

/// Weights of a row, and what is added; above 0 is yes.
#[derive(Default)]
struct Linear {
    weights: Vec<f32>,
    bias: f32,
}

impl Linear {
    fn of(&self, row: &[f32]) -> f32 {
        self.weights.iter().zip(row).map(|(weight, value)| weight * value).sum::<f32>() + self.bias
    }
}

/// The weights, as fitted.
#[derive(Default)]
struct Model {
    phrases: HashMap<&'static str, u32>,
    /// By phrase: in the message itself, and in those before it.
    weights: Vec<[Pair; 2]>,
    marks: HashMap<&'static str, Pair>,
    bias: Pair,
    danger: Linear,
    close: Linear,
    /// Below this the conversation speaks against danger.
    doubt: f32,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    parse(include_str!("../../data/crisis/impression.tsv")).expect("data/crisis/impression.tsv is checked by the tests")
});

fn parse(text: &'static str) -> Option<Model> {
    let mut model = Model::default();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (kind, name) = (fields.next()?, fields.next()?);
        let values: Vec<f32> = fields.map(str::parse).collect::<Result<_, _>>().ok()?;
        match (kind, values.as_slice()) {
            ("phrase", &[danger, close, danger_before, close_before]) => {
                model.phrases.insert(name, u32::try_from(model.weights.len()).ok()?);
                model.weights.push([[danger, close], [danger_before, close_before]]);
            }
            ("mark", &[danger, close]) => {
                model.marks.insert(name, [danger, close]);
            }
            ("bias", &[danger, close]) => model.bias = [danger, close],
            ("together", [weights @ .., bias]) => {
                let linear = Linear { weights: weights.to_vec(), bias: *bias };
                match name {
                    "danger" if weights.len() == POOLED => model.danger = linear,
                    "close" if weights.len() == POOLED + ALSO => model.close = linear,
                    _ => return None,
                }
            }
            ("doubt", &[below]) => model.doubt = below,
            _ => return None,
        }
    }
    Some(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_plain() {
        assert_eq!(plain_words("I’M fine, at 3am? Don't."), ["im", "fine", "at", "0", "am", "?", "dont"]);
        assert!(plain_words(" …  ").is_empty());
    }

    #[test]
    fn few_numbers_are_pooled_as_many() {
        let row = pooled(&[1.0, -9.0], 2, 0);
        assert_eq!(format!("{:.1?}", &row[..5]), "[1.0, -4.0, -4.0, -1.5, 0.5]");
    }

    #[test]
    fn the_weights_can_be_read() {
        assert!(parse("phrase\ta\t1").is_none());
        assert!(MODEL.phrases.len() > 1000 && MODEL.doubt < 0.0);
        assert!(MODEL.danger.weights.len() == POOLED && MODEL.close.weights.len() == POOLED + ALSO);
    }
}
