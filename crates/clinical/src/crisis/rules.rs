//! `data/crisis.toml` and `data/crisis/*.toml`, read once: rules that find dangers, and frames that say when words do not mean what they say.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::lexicon::{Lexicon, Spelling, WordId};
use super::pattern::Pattern;
use super::screener::Question;
use super::{Danger, Level, Sign};

/// All of the data, compiled.
pub(super) struct Rules {
    pub(super) lexicon: Lexicon,
    pub(super) list: Vec<Rule>,
    pub(super) answers: Answers,
    pub(super) frames: Vec<Frame>,
    /// Taking back what was said: no reason to think that the danger has passed.
    pub(super) taken_back: Vec<Pattern>,
    /// Something done to be safer: the danger passes sooner.
    pub(super) made_safer: Vec<Pattern>,
    /// When to offer an exercise. No danger, so it is kept apart from the rules.
    pub(super) anxiety: Anxiety,
    /// Words by which the writer speaks of themselves.
    pub(super) first_person: Vec<WordId>,
    /// "My friend", where the first word is not of the writer.
    pub(super) my_person: Pattern,
    /// For each word, the patterns (rule, pattern) that can only match where it occurs.
    pub(super) by_word: Vec<Vec<(u16, u16)>>,
}

/// Phrases that show one danger.
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) danger: Danger,
    pub(super) level: Level,
    /// What it is a sign of.
    pub(super) sign: Option<Sign>,
    /// How much it counts towards a crisis together with other signs, for what is none alone; 0 elsewhere.
    pub(super) weight: u8,
    /// Whether it must be all that its sentence says.
    pub(super) whole: bool,
    /// Indices of the frames that can take the meaning away.
    pub(super) frames: Vec<usize>,
    pub(super) patterns: Vec<Pattern>,
}

/// A surrounding in which a phrase does not mean danger: negation, the past, a story, an idiom …
pub(super) struct Frame {
    pub(super) position: Position,
    pub(super) patterns: Vec<Pattern>,
    /// Where one of these is in the same sentence, the frame does not hold ("years ago, and again today").
    pub(super) unless: Vec<Pattern>,
    /// What is left of the level; nothing at all where absent.
    pub(super) leaves: Option<Level>,
    /// How much it still counts together with other signs.
    pub(super) weight: u8,
    /// The danger it is instead ("she said …": worry about someone else).
    pub(super) becomes: Option<Danger>,
}

/// Where a frame's words stand, seen from the phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Position {
    /// Directly before it, in the same clause.
    Before,
    /// Directly before it, in the same sentence: a comma, colon or quotation mark may stand between.
    Leading,
    /// Sharing at least one word with it, or touching it.
    Around,
    /// Anywhere in its sentence.
    Sentence,
    /// Before it in the sentence, with nothing about the writer from there to its end: what is said is of another.
    Attributed,
    /// Anywhere in the message.
    Message,
}

/// Phrases of anxiety and panic.
pub(super) struct Anxiety {
    pub(super) frames: Vec<usize>,
    pub(super) patterns: Vec<Pattern>,
}

/// How the guide's direct questions are recognised, and how the answers to them are read.
pub(super) struct Answers {
    /// Words of answers. They have a lexicon of their own: to a direct question "sometimes" is no filler.
    pub(super) lexicon: Lexicon,
    pub(super) questions: Vec<Asking>,
    pub(super) hedged: Vec<Pattern>,
    pub(super) no: Vec<Pattern>,
    pub(super) evaded: Vec<Pattern>,
    /// How a question begins that is asked instead of an answer.
    pub(super) asks: Vec<Pattern>,
}

/// One question.
pub(super) struct Asking {
    pub(super) code: &'static str,
    pub(super) question: Question,
    /// Whether "no" is the sign ("are you safe?").
    pub(super) reversed: bool,
    pub(super) asked: Vec<Pattern>,
    pub(super) yes: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    spelling: Spelling,
    lists: BTreeMap<String, String>,
    frame: Vec<FrameData>,
    rule: Vec<RuleData>,
    answers: AnswersData,
    answer: Vec<AnswerData>,
    since: SinceData,
    anxiety: AnxietyData,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameData {
    name: String,
    position: Position,
    leaves: Option<Level>,
    #[serde(default)]
    weight: u8,
    becomes: Option<Danger>,
    patterns: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleData {
    code: String,
    danger: Danger,
    level: Level,
    sign: Option<Sign>,
    #[serde(default)]
    weight: u8,
    #[serde(default)]
    whole: bool,
    frames: Vec<String>,
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswersData {
    /// What people say before they answer.
    lead: String,
    hedged: Vec<String>,
    yes: Vec<String>,
    no: Vec<String>,
    evaded: Vec<String>,
    asks: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerData {
    code: String,
    question: Question,
    #[serde(default)]
    reversed: bool,
    asked: Vec<String>,
    /// Besides the "yes" that suits every question.
    #[serde(default)]
    yes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SinceData {
    taken_back: Vec<String>,
    made_safer: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnxietyData {
    frames: Vec<String>,
    patterns: Vec<String>,
}

const FIRST_PERSON: [&str; 26] = [
    "i",
    "im",
    "ive",
    "id",
    "ill",
    "me",
    "my",
    "myself",
    "mine",
    "we",
    "us",
    "our",
    "yo",
    "je",
    "jai",
    "moi",
    "ich",
    "mich",
    "mir",
    "mujhe",
    "मैं",
    "मुझे",
    "aku",
    "saya",
    "gue",
    "gw",
];

/// The files are one table: they may be written in any order.
const DATA: &str = concat!(
    include_str!("../../data/crisis.toml"),
    include_str!("../../data/crisis/answers.toml"),
    include_str!("../../data/crisis/suicide.toml"),
    include_str!("../../data/crisis/conversation.toml"),
    include_str!("../../data/crisis/veiled.toml"),
    include_str!("../../data/crisis/harm_and_body.toml"),
    include_str!("../../data/crisis/languages.toml"),
);

/// The rules that ship with the crate.
pub(super) fn rules() -> &'static Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::read(DATA).expect("the data is checked by the tests"));
    &RULES
}

impl Rules {
    fn read(text: &str) -> Result<Self, String> {
        let data: Data = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut lexicon = Lexicon::new();
        let mut compile = |patterns: &[String]| -> Result<Vec<Pattern>, String> {
            patterns.iter().map(|pattern| Pattern::parse(pattern, &data.lists, &mut lexicon)).collect()
        };

        let mut frames = Vec::new();
        for frame in &data.frame {
            frames.push(Frame {
                position: frame.position,
                patterns: compile(&frame.patterns)?,
                unless: compile(&frame.unless)?,
                leaves: frame.leaves,
                weight: frame.weight,
                becomes: frame.becomes,
            });
        }
        let frame_named = |name: &String| {
            data.frame.iter().position(|frame| frame.name == *name).ok_or_else(|| format!("no frame {name:?}"))
        };
        let mut list = Vec::new();
        for rule in &data.rule {
            list.push(Rule {
                code: leak(&rule.code),
                danger: rule.danger,
                level: rule.level,
                sign: rule.sign,
                weight: rule.weight,
                whole: rule.whole,
                frames: rule.frames.iter().map(frame_named).collect::<Result<_, _>>()?,
                patterns: compile(&rule.patterns)?,
            });
        }
        let asked = data.answer.iter().map(|one| compile(&one.asked)).collect::<Result<Vec<_>, _>>()?;
        let answers = Answers::read(&data, asked)?;
        let anxiety = Anxiety {
            frames: data.anxiety.frames.iter().map(frame_named).collect::<Result<_, _>>()?,
            patterns: compile(&data.anxiety.patterns)?,
        };
        let (taken_back, made_safer) = (compile(&data.since.taken_back)?, compile(&data.since.made_safer)?);
        let my_person = Pattern::parse("(my|our) ..1 {person}", &data.lists, &mut lexicon)?;
        let first_person = FIRST_PERSON.map(|word| lexicon.intern(word)).to_vec();
        lexicon.finish(&data.spelling);
        let by_word = index(&list, &lexicon);
        Ok(Self { lexicon, list, answers, frames, taken_back, made_safer, anxiety, first_person, my_person, by_word })
    }
}

impl Answers {
    fn read(data: &Data, asked: Vec<Vec<Pattern>>) -> Result<Self, String> {
        let mut lexicon = Lexicon::new();
        let mut compile = |patterns: &[String]| -> Result<Vec<Pattern>, String> {
            let led = |pattern: &String| format!("[{0}] [{0}] ({pattern})", data.answers.lead);
            patterns.iter().map(|pattern| Pattern::parse(&led(pattern), &data.lists, &mut lexicon)).collect()
        };
        let mut questions = Vec::new();
        for (one, asked) in data.answer.iter().zip(asked) {
            questions.push(Asking {
                code: leak(&one.code),
                question: one.question,
                reversed: one.reversed,
                asked,
                yes: compile(&[data.answers.yes.as_slice(), &one.yes].concat())?,
            });
        }
        let (hedged, no) = (compile(&data.answers.hedged)?, compile(&data.answers.no)?);
        let evaded = compile(&data.answers.evaded)?;
        let asks = compile(&data.answers.asks)?;
        lexicon.finish(&data.spelling.only_pairs());
        Ok(Self { lexicon, questions, hedged, no, evaded, asks })
    }
}

/// Rule codes live as long as the process: they are read once.
fn leak(code: &str) -> &'static str {
    Box::leak(code.to_owned().into_boxed_str())
}

fn index(rules: &[Rule], lexicon: &Lexicon) -> Vec<Vec<(u16, u16)>> {
    let mut by_word = vec![Vec::new(); lexicon.len()];
    for (rule, rule_number) in rules.iter().zip(0..) {
        for (pattern, pattern_number) in rule.patterns.iter().zip(0..) {
            for &word in &pattern.key {
                by_word[word as usize].push((rule_number, pattern_number));
            }
        }
    }
    by_word
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Rules, rules};
    use crate::crisis::Level;
    use crate::crisis::conclude::ENOUGH;

    #[test]
    fn every_rule_has_a_code_of_its_own() {
        let rules = rules();
        let codes: BTreeSet<_> = rules
            .list
            .iter()
            .map(|rule| rule.code)
            .chain(rules.answers.questions.iter().map(|asking| asking.code))
            .collect();
        assert_eq!(codes.len(), rules.list.len() + rules.answers.questions.len());
        assert!(codes.iter().all(|code| code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_' | b'.'))));
    }

    #[test]
    fn weak_signs_are_never_a_crisis_alone() {
        for rule in rules().list.iter().filter(|rule| rule.weight > 0) {
            assert!(rule.level <= Level::Watch, "{}", rule.code);
            assert!(rule.weight < ENOUGH && rule.sign.is_some(), "{}", rule.code);
        }
    }

    #[test]
    fn every_suicidal_rule_says_what_it_is_a_sign_of() {
        for rule in rules().list.iter().filter(|rule| rule.danger.is_suicidal()) {
            assert!(rule.sign.is_some(), "{}", rule.code);
        }
    }

    #[test]
    fn malformed_data_is_refused_with_a_reason() {
        assert!(Rules::read("nonsense = 1").is_err());
    }
}
