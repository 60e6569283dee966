//! From a conversation to a level and its evidence.

use super::lexicon::Lexicon;
use super::normalise::{Token, Words, words};
use super::pattern::Pattern;
use super::rules::{Frame, Position, Rule, Rules, Sign, rules};
use super::{Assessment, Danger, Evidence, Level, Speaker, Utterance};

/// What ends a question, as [`words`] reads it.
const QUESTION_MARKS: [char; 2] = ['?', '？'];

/// A danger found in one utterance, before time has passed over it.
#[derive(Debug, Clone)]
struct Finding {
    evidence: Evidence,
    level: Level,
    sign: Option<Sign>,
    /// Which of the person's messages it is of, from 1.
    turn: usize,
}

/// A conversation that is listened to as it goes on: each utterance is read once.
///
/// What a person said holds for the messages that follow, even if they take it back: a danger to life stays as grave for
/// three more of their messages and then goes down by a step every two, never below [`Level::Watch`]; a bodily emergency
/// stays for one more message. What the guide says is no evidence, but a "yes" to its question is.
#[derive(Debug, Clone)]
pub struct Watch {
    findings: Vec<Finding>,
    /// Utterances heard.
    heard: usize,
    /// Of them the person's.
    turns: usize,
    /// What the guide said since the person last spoke.
    asked: Option<String>,
    /// What lies so many utterances back is forgotten.
    window: usize,
}

impl Watch {
    /// Nothing heard yet. Findings are kept for so many utterances.
    pub const fn over(window: usize) -> Self {
        Self { findings: Vec::new(), heard: 0, turns: 0, asked: None, window }
    }

    /// Takes in what was said next.
    pub fn hear(&mut self, utterance: Utterance<'_>) {
        let number = self.heard;
        self.heard += 1;
        match utterance.speaker {
            Speaker::Guide => self.asked = utterance.text.contains(QUESTION_MARKS).then(|| utterance.text.to_owned()),
            Speaker::Person => {
                self.turns += 1;
                self.read(number, utterance.text);
            }
        }
        let oldest = self.heard.saturating_sub(self.window);
        self.findings.retain(|found| found.evidence.utterance >= oldest);
    }

    fn read(&mut self, number: usize, text: &str) {
        let rules = rules();
        let said = words(text, &rules.lexicon);
        let mut found = find(rules, &said);
        found.extend(self.asked.take().and_then(|asked| answered(rules, &asked, &said)));
        self.findings.extend(found.into_iter().map(|found| Finding {
            evidence: Evidence {
                danger: found.danger,
                utterance: number,
                start: said.tokens[found.first].start,
                end: said.tokens[found.last].end,
                rule: found.code,
            },
            level: found.level,
            sign: found.sign,
            turn: self.turns,
        }));
    }

    /// How grave it is now.
    pub fn assess(&self) -> Assessment {
        let mut findings = self.findings.clone();
        combine(&mut findings);
        self.conclude(findings)
    }

    /// The level that a finding still has.
    fn remaining(&self, found: &Finding) -> Level {
        // How many messages the person has sent since.
        let age = self.turns - found.turn;
        if found.evidence.danger.is_bodily() {
            return if age <= 1 { found.level } else { found.level.min(Level::Watch) };
        }
        let mut level = found.level;
        for _ in 0..age.saturating_sub(2) / 2 {
            level = match level {
                Level::Imminent => Level::High,
                Level::High => Level::Elevated,
                _ => level.min(Level::Watch),
            };
        }
        level
    }

    fn conclude(&self, findings: Vec<Finding>) -> Assessment {
        let level = findings.iter().map(|found| self.remaining(found)).max().unwrap_or_default();
        // While something is a crisis, what has faded or was weak does not colour the answer.
        let least = level.min(Level::Elevated);
        let mut dangers: Vec<_> =
            findings.iter().filter(|found| self.remaining(found) >= least).map(|found| found.evidence.danger).collect();
        dangers.sort_unstable();
        dangers.dedup();
        Assessment { level, dangers, evidence: findings.into_iter().map(|found| found.evidence).collect() }
    }
}

/// Reads a whole conversation, oldest message first, as [`Watch`] does.
pub fn assess(conversation: &[Utterance<'_>]) -> Assessment {
    let mut watch = Watch::over(usize::MAX);
    for utterance in conversation {
        watch.hear(*utterance);
    }
    watch.assess()
}

/// A rule that matched, by token numbers.
struct Found {
    code: &'static str,
    danger: Danger,
    level: Level,
    sign: Option<Sign>,
    first: usize,
    last: usize,
}

/// Every rule that speaks in one message.
fn find(rules: &Rules, said: &Words) -> Vec<Found> {
    let tokens = said.tokens.as_slice();
    let mut candidates: Vec<(u16, u16)> = Vec::new();
    for token in tokens.iter().filter(|token| token.word != Lexicon::UNKNOWN) {
        candidates.extend_from_slice(&rules.by_word[token.word as usize]);
    }
    candidates.sort_unstable();
    candidates.dedup();

    let mut found = Vec::new();
    for group in candidates.chunk_by(|a, b| a.0 == b.0) {
        let rule = &rules.list[usize::from(group[0].0)];
        for (first, last) in spans(rule, group, tokens) {
            if rule.whole && sentence_of(tokens, first, last).len() != last + 1 - first {
                continue;
            }
            if let Some((level, danger)) = framed(rules, rule, tokens, first, last) {
                found.push(Found { code: rule.code, danger, level, sign: rule.sign, first, last });
            }
        }
    }
    found.sort_by_key(|found| found.first);
    found
}

/// Where a rule's patterns match; of overlapping matches the one that begins first, since it holds the most context.
fn spans(rule: &Rule, group: &[(u16, u16)], tokens: &[Token]) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    for &(_, number) in group {
        let pattern = &rule.patterns[usize::from(number)];
        let mut from = 0;
        while let Some(range) = pattern.find(tokens, from) {
            from = range.start + 1;
            all.push((range.start, range.end - 1));
        }
    }
    all.sort_unstable();
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for span in all {
        if kept.last().is_none_or(|last| span.0 > last.1) {
            kept.push(span);
        }
    }
    kept
}

/// What is left of a match once its surroundings are taken into account.
fn framed(rules: &Rules, rule: &Rule, tokens: &[Token], first: usize, last: usize) -> Option<(Level, Danger)> {
    for &number in &rule.frames {
        let frame = &rules.frames[number];
        if holds(frame, tokens, first, last) {
            return frame.leaves.map(|level| (level.min(rule.level), frame.becomes.unwrap_or(rule.danger)));
        }
    }
    Some((rule.level, rule.danger))
}

fn holds(frame: &Frame, tokens: &[Token], first: usize, last: usize) -> bool {
    let sentence = sentence_of(tokens, first, last);
    if frame.unless.iter().any(|pattern| pattern.find(sentence, 0).is_some()) {
        return false;
    }
    let any = |inside: &[Token]| frame.patterns.iter().any(|pattern| pattern.find(inside, 0).is_some());
    match frame.position {
        Position::Message => any(tokens),
        Position::Sentence => any(sentence),
        Position::Before => frame
            .patterns
            .iter()
            .any(|pattern| ends_before(pattern, tokens, first, |token| token.clause == tokens[first].clause)),
        Position::Leading => frame
            .patterns
            .iter()
            .any(|pattern| ends_before(pattern, tokens, first, |token| token.sentence == tokens[first].sentence)),
        Position::Around => frame.patterns.iter().any(|pattern| touches(pattern, tokens, first, last)),
    }
}

/// The sentence (or sentences, where the phrase goes over an end) that a match is in.
fn sentence_of(tokens: &[Token], first: usize, last: usize) -> &[Token] {
    let (from, to) = (tokens[first].sentence, tokens[last].sentence);
    let start = tokens.partition_point(|token| token.sentence < from);
    let end = tokens.partition_point(|token| token.sentence <= to);
    &tokens[start..end]
}

/// The longest frame, in words.
const FRAME_REACH: usize = 16;

fn ends_before(pattern: &Pattern, tokens: &[Token], first: usize, within: impl Fn(&Token) -> bool) -> bool {
    (first.saturating_sub(FRAME_REACH)..first)
        .filter(|&at| within(&tokens[at]))
        .any(|at| pattern.ends(tokens, at) >> (first - at) & 1 == 1)
}

fn touches(pattern: &Pattern, tokens: &[Token], first: usize, last: usize) -> bool {
    (first.saturating_sub(FRAME_REACH)..=(last + 1).min(tokens.len() - 1)).any(|at| {
        let ends = pattern.ends(tokens, at);
        ends != 0 && at + (63 - ends.leading_zeros() as usize) >= first
    })
}

/// Whether a text speaks of anxiety or panic that its writer has now.
pub(crate) fn is_anxious(text: &str) -> bool {
    let rules = rules();
    let said = words(text, &rules.lexicon);
    let tokens = said.tokens.as_slice();
    rules.anxiety.patterns.iter().any(|pattern| {
        (0..tokens.len()).any(|first| {
            let ends = pattern.ends(tokens, first);
            ends != 0 && {
                let last = first + ends.trailing_zeros() as usize - 1;
                !rules.anxiety.frames.iter().any(|&frame| holds(&rules.frames[frame], tokens, first, last))
            }
        })
    })
}

/// What a "yes" means, where the guide's last question was one of those that `data/crisis.toml` knows.
fn answered(rules: &Rules, asked: &str, said: &Words) -> Option<Found> {
    let asked = words(asked, &rules.lexicon);
    let last = *asked.questions.last()?;
    let question: Vec<Token> = asked.tokens.into_iter().filter(|token| token.sentence == last).collect();
    let answer = rules.answers.iter().find(|answer| {
        answer.asked.iter().any(|pattern| pattern.find(&question, 0).is_some())
            && !said.tokens.is_empty()
            && answer.yes.iter().any(|pattern| pattern.ends(&said.tokens, 0) != 0)
    })?;
    Some(Found { code: answer.code, danger: answer.danger, level: answer.level, sign: None, first: 0, last: 0 })
}

/// Two different weak signs are more than one: distress with a question about means, or two kinds of distress.
fn combine(findings: &mut [Finding]) {
    let signs: Vec<_> = findings.iter().filter_map(|found| Some((found.sign?, found.evidence.rule))).collect();
    let Some(&(_, one)) = signs.iter().find(|(sign, _)| *sign == Sign::Distress) else { return };
    if signs.iter().all(|&(_, rule)| rule == one) {
        return;
    }
    if let Some(latest) = findings.iter_mut().rfind(|found| found.sign.is_some()) {
        latest.level = latest.level.max(Level::Elevated);
    }
}
