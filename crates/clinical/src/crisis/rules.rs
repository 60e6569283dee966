//! `data/crisis.toml`, read once: rules that find dangers, and frames that say when words do not mean what they say.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::lexicon::{Lexicon, Spelling};
use super::pattern::Pattern;
use super::{Danger, Level};

/// All of the data, compiled.
pub(super) struct Rules {
    pub(super) lexicon: Lexicon,
    pub(super) list: Vec<Rule>,
    pub(super) answers: Vec<Answer>,
    pub(super) frames: Vec<Frame>,
    /// When to offer an exercise. No danger, so it is kept apart from the rules.
    pub(super) anxiety: Anxiety,
    /// For each word, the patterns (rule, pattern) that can only match where it occurs.
    pub(super) by_word: Vec<Vec<(u16, u16)>>,
}

/// Phrases that show one danger.
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) danger: Danger,
    pub(super) level: Level,
    /// Signs that mean little alone: two different kinds together are taken as [`Level::Elevated`].
    pub(super) sign: Option<Sign>,
    /// Whether it must be all that its sentence says.
    pub(super) whole: bool,
    /// Indices of the frames that can take the meaning away.
    pub(super) frames: Vec<usize>,
    pub(super) patterns: Vec<Pattern>,
}

/// What a weak sign is a sign of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sign {
    Distress,
    Means,
}

/// A surrounding in which a phrase does not mean danger: negation, the past, a story, an idiom …
pub(super) struct Frame {
    pub(super) position: Position,
    pub(super) patterns: Vec<Pattern>,
    /// Where one of these is in the same sentence, the frame does not hold ("years ago, and again today").
    pub(super) unless: Vec<Pattern>,
    /// What is left of the level; nothing at all where absent.
    pub(super) leaves: Option<Level>,
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
    /// Anywhere in the message.
    Message,
}

/// Phrases of anxiety and panic.
pub(super) struct Anxiety {
    pub(super) frames: Vec<usize>,
    pub(super) patterns: Vec<Pattern>,
}

/// What "yes" means after a question that the guide asked.
pub(super) struct Answer {
    pub(super) code: &'static str,
    pub(super) danger: Danger,
    pub(super) level: Level,
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
    answer: Vec<AnswerData>,
    anxiety: AnxietyData,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameData {
    name: String,
    position: Position,
    leaves: Option<Level>,
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
    whole: bool,
    frames: Vec<String>,
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerData {
    code: String,
    danger: Danger,
    level: Level,
    asked: Vec<String>,
    yes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnxietyData {
    frames: Vec<String>,
    patterns: Vec<String>,
}

/// The rules that ship with the crate.
pub(super) fn rules() -> &'static Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(|| {
        Rules::read(include_str!("../../data/crisis.toml")).expect("data/crisis.toml is checked by the tests")
    });
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
                whole: rule.whole,
                frames: rule.frames.iter().map(frame_named).collect::<Result<_, _>>()?,
                patterns: compile(&rule.patterns)?,
            });
        }
        let mut answers = Vec::new();
        for answer in &data.answer {
            answers.push(Answer {
                code: leak(&answer.code),
                danger: answer.danger,
                level: answer.level,
                asked: compile(&answer.asked)?,
                yes: compile(&answer.yes)?,
            });
        }
        let anxiety = Anxiety {
            frames: data.anxiety.frames.iter().map(frame_named).collect::<Result<_, _>>()?,
            patterns: compile(&data.anxiety.patterns)?,
        };
        lexicon.finish(&data.spelling);
        let by_word = index(&list, &lexicon);
        Ok(Self { lexicon, list, answers, frames, anxiety, by_word })
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

    #[test]
    fn every_rule_has_a_code_of_its_own() {
        let rules = rules();
        let codes: BTreeSet<_> =
            rules.list.iter().map(|rule| rule.code).chain(rules.answers.iter().map(|answer| answer.code)).collect();
        assert_eq!(codes.len(), rules.list.len() + rules.answers.len());
        assert!(codes.iter().all(|code| code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_' | b'.'))));
    }

    #[test]
    fn weak_signs_are_never_a_crisis_alone() {
        assert!(rules().list.iter().filter(|rule| rule.sign.is_some()).all(|rule| rule.level == Level::Watch));
    }

    #[test]
    fn malformed_data_is_refused_with_a_reason() {
        assert!(Rules::read("nonsense = 1").is_err());
    }
}
