//! From a conversation to a level and its evidence.

use super::answers::{EVADED, Given, read_answer};
use super::conclude::conclude;
use super::impression::{self, Impression};
use super::lexicon::Lexicon;
use super::normalise::{Token, Words, words};
use super::pattern::Pattern;
use super::rules::{Frame, Position, Rule, Rules, rules};
use super::screener::Screener;
use super::{Assessment, Danger, Evidence, Level, Sign, Speaker, Utterance};

/// The rule's name of what only the whole conversation says.
const IMPRESSION: &str = "impression";
/// What ends a question, as [`words`] reads it.
const QUESTION_MARKS: [char; 2] = ['?', '？'];

/// A danger found in one utterance, before time has passed over it.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) evidence: Evidence,
    pub(super) level: Level,
    /// How much it counts together with other weak signs.
    pub(super) weight: u8,
    /// Which of the person's messages it is of, from 1.
    pub(super) turn: usize,
    /// How far the conversation had come by then, as [`Watch`] counts.
    pub(super) pace: usize,
    /// Whether the conversation as a whole spoke against it by then.
    pub(super) doubted: bool,
}

/// A conversation that is listened to as it goes on: each utterance is read once.
///
/// What a person said holds for the messages that follow, even if they take it back: a danger to life stays as grave for
/// three more of their messages and then goes down by a step every two, never below [`Level::Watch`]; a bodily emergency
/// stays for one more message. A message that only takes something back ("just kidding") does not count as one that has
/// passed; one that tells of something done to be safer counts twice. Facts of different messages add up, as `conclude`
/// says. What the guide says is no evidence, but a "yes" to its question is.
#[derive(Debug, Clone)]
pub struct Watch {
    findings: Vec<Finding>,
    /// Utterances heard.
    heard: usize,
    /// Of them the person's.
    turns: usize,
    /// How far the danger has had time to pass, in messages of the person.
    pace: usize,
    /// How many messages in a row did no more than take something back, and how many did ever.
    taken_back: (usize, usize),
    screener: Screener,
    /// What the guide said since the person last spoke.
    asked: Option<String>,
    /// What it sounds like as a whole.
    impression: Impression,
    /// What lies so many utterances back is forgotten.
    window: usize,
}

/// Taking back stops the time so often at most: someone who says at every message that they are fine is not held for ever.
const TAKEN_BACK_MAX: usize = 4;

impl Watch {
    /// Nothing heard yet. Findings are kept for so many utterances.
    pub fn over(window: usize) -> Self {
        Self {
            findings: Vec::new(),
            heard: 0,
            turns: 0,
            pace: 0,
            taken_back: (0, 0),
            screener: Screener::default(),
            asked: None,
            impression: Impression::default(),
            window,
        }
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
        let found = find(rules, &said);
        let answered = self.asked.take().and_then(|asked| self.answered(rules, &asked, number, text));
        let is_calm = |level: Level| level < Level::Elevated;
        let calm =
            found.iter().all(|found| is_calm(found.level)) && answered.iter().all(|(found, _)| is_calm(found.level));
        let says = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.find(&said.tokens, 0).is_some());
        let eases = calm && (says(&rules.made_safer) || says(&rules.taken_back));
        let sounds = self.impression.hear(&impression::read_with(text, &found));
        // Who takes it back or gives the pills away speaks of it, and says nothing new; and a stroke is no wish to die.
        let other = found.iter().any(|found| found.level >= Level::Elevated && !is_of_own_life(found.danger));
        let heard = if eases || other { Level::None } else { sounds.level };
        self.pass(rules, &said, calm && heard == Level::None);
        let (turn, pace) = (self.turns, self.pace);
        let finding = |mut evidence: Evidence, weight: u8, by_rule: bool| {
            let own = by_rule && is_of_own_life(evidence.danger);
            let doubted = by_rule && sounds.doubts;
            let waits = own && (sounds.of_another || (doubted && evidence.level == Level::Elevated));
            if own && sounds.of_another {
                evidence.danger = Danger::ThirdParty;
            }
            let level = if waits { evidence.level.min(Level::Watch) } else { evidence.level };
            Finding { evidence, level, weight, turn, pace, doubted }
        };
        self.findings.extend(found.into_iter().map(|found| {
            let evidence = Evidence {
                danger: found.danger,
                utterance: number,
                start: said.tokens[found.first].start,
                end: said.tokens[found.last].end,
                rule: found.code,
                sign: found.sign,
                level: found.level,
            };
            finding(evidence, found.weight, true)
        }));
        self.findings.extend(answered.map(|(evidence, weight)| finding(evidence, weight, false)));
        if heard > Level::None {
            // Who speaks of harming themselves, and not of dying, is not taken to.
            let of = |danger: fn(Danger) -> bool| self.findings.iter().any(|found| danger(found.evidence.danger));
            let is_harm = of(|danger| danger == Danger::SelfHarm) && !of(Danger::is_suicidal);
            let evidence = Evidence {
                danger: if is_harm { Danger::SelfHarm } else { Danger::SuicidalIdeation },
                utterance: number,
                start: 0,
                end: text.len(),
                rule: IMPRESSION,
                sign: Some(if is_harm { Sign::SelfHarm } else { Sign::Mortality }),
                level: heard,
            };
            self.findings.push(finding(evidence, 0, false));
        }
    }

    /// What an answer to the guide's last question shows, where that was a direct one, and its weight.
    fn answered(&mut self, rules: &Rules, asked: &str, number: usize, text: &str) -> Option<(Evidence, u8)> {
        let (asking, given) = read_answer(rules, asked, text)?;
        if !asking.reversed {
            self.screener.record(asking.question, given.recorded(asking.question));
        } else if !self.findings.iter().any(|found| found.evidence.danger.is_suicidal()) {
            // Whether someone is safe is asked for many reasons.
            return None;
        }
        let (danger, level, sign) = asking.question.meaning();
        let (level, weight) = match given {
            // A plan together with what it takes is graver than either "yes".
            Given::Yes => (level.max(self.screener.level()), 0),
            Given::Hedged => (level.one_less().max(Level::Elevated), 0),
            Given::Evaded => (Level::Watch, EVADED),
            Given::No | Given::Open => return None,
        };
        let (start, end) = (0, text.len());
        Some((Evidence { danger, utterance: number, start, end, rule: asking.code, sign: Some(sign), level }, weight))
    }

    /// Lets the time of one message pass, as much of it as the message gives reason to.
    fn pass(&mut self, rules: &Rules, said: &Words, is_calm: bool) {
        let says = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.find(&said.tokens, 0).is_some());
        if is_calm && says(&rules.made_safer) {
            self.pace += 2;
            self.taken_back.0 = 0;
        } else if is_calm && self.taken_back.1 < TAKEN_BACK_MAX && says(&rules.taken_back) {
            self.taken_back = (self.taken_back.0 + 1, self.taken_back.1 + 1);
        } else {
            self.pace += 1;
            self.taken_back.0 = 0;
        }
    }

    /// How grave it is now.
    pub fn assess(&self) -> Assessment {
        conclude(self.findings.clone(), self.pace, self.turns, self.taken_back.0 > 0, self.screener)
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
pub(super) struct Found {
    pub(super) code: &'static str,
    pub(super) danger: Danger,
    pub(super) level: Level,
    pub(super) sign: Option<Sign>,
    weight: u8,
    first: usize,
    last: usize,
}

/// Whether it is about the writer's own life.
pub(super) fn is_of_own_life(danger: Danger) -> bool {
    danger.is_suicidal() || danger == Danger::SelfHarm
}

/// Every rule that speaks in one message.
pub(super) fn find(rules: &Rules, said: &Words) -> Vec<Found> {
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
            if let Some((level, danger, weight)) = framed(rules, rule, tokens, first, last) {
                let sign = rule.sign.filter(|_| danger == rule.danger);
                found.push(Found { code: rule.code, danger, level, sign, weight, first, last });
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
            // What must be all of its sentence is taken as long as it can be.
            let longest = || range.start + (63 - pattern.ends(tokens, range.start).leading_zeros() as usize);
            let end = if rule.whole { longest() } else { range.end };
            all.push((range.start, end - 1));
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
fn framed(rules: &Rules, rule: &Rule, tokens: &[Token], first: usize, last: usize) -> Option<(Level, Danger, u8)> {
    for &number in &rule.frames {
        let frame = &rules.frames[number];
        if holds(rules, frame, tokens, first, last) {
            let danger = frame.becomes.unwrap_or(rule.danger);
            return frame.leaves.map(|level| (level.min(rule.level), danger, frame.weight));
        }
    }
    Some((rule.level, rule.danger, rule.weight))
}

fn holds(rules: &Rules, frame: &Frame, tokens: &[Token], first: usize, last: usize) -> bool {
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
        Position::Attributed => {
            // Back to where the writer last spoke of themselves; the match itself counts.
            let own =
                |at: &usize| rules.first_person.contains(&tokens[*at].word) && rules.my_person.ends(tokens, *at) == 0;
            let start = tokens.partition_point(|token| token.sentence < tokens[first].sentence);
            !(first..=last).any(|at| own(&at)) && {
                let from = (start..first).rev().find(own).map_or(start, |at| at + 1);
                frame.patterns.iter().any(|pattern| pattern.find(&tokens[from..first], 0).is_some())
            }
        }
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
                !rules.anxiety.frames.iter().any(|&frame| holds(rules, &rules.frames[frame], tokens, first, last))
            }
        })
    })
}
