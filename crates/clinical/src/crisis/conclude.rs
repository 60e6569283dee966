//! From findings in single messages to what the conversation says: facts that add up, and time that passes over them.

use std::collections::BTreeSet;

use super::assess::Finding;
use super::{Assessment, Danger, Level, Screener, Sign, Standing};

/// Weak signs of so much weight together are a crisis. A single one weighs at most 3.
pub(super) const ENOUGH: u8 = 4;
/// Where they come in different messages, less is enough: it goes on.
const ENOUGH_OVER_MESSAGES: u8 = 3;
/// So much, with something that points to acting among it, is a grave one.
const GRAVE: u8 = 7;
/// Weak signs that lie further apart than so many of the person's messages don't count together.
const REACH: usize = 24;

/// The level that a finding still has so many of the person's messages later.
///
/// A danger to life stays as grave for three more messages and then goes down by a step every two, never below
/// [`Level::Watch`]; a bodily emergency stays for one more.
fn remaining(found: &Finding, pace: usize) -> Level {
    let age = pace.saturating_sub(found.pace);
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

/// What the findings say together. `pace` and `turn` are of now; `taken_back`: the latest message only took something back.
pub(super) fn conclude(
    mut findings: Vec<Finding>,
    pace: usize,
    turn: usize,
    taken_back: bool,
    screener: Screener,
) -> Assessment {
    add_up_weak_signs(&mut findings);
    add_up_thoughts_and_steps(&mut findings);
    let level = findings.iter().map(|found| remaining(found, pace)).max().unwrap_or_default();
    // While something is a crisis, what has faded or was weak does not colour the answer.
    let least = level.min(Level::Elevated);
    let mut dangers: Vec<_> =
        findings.iter().filter(|found| remaining(found, pace) >= least).map(|found| found.evidence.danger).collect();
    dangers.sort_unstable();
    dangers.dedup();
    let gravest = findings.iter().map(|found| found.level).max().unwrap_or_default();
    let is_new = findings.iter().any(|found| found.turn == turn && found.level >= level);
    let standing = if level == Level::None {
        Standing::Clear
    } else if is_new {
        Standing::Said
    } else if level < gravest {
        Standing::Faded
    } else if taken_back {
        Standing::TakenBack
    } else {
        Standing::Held
    };
    let evidence = findings.into_iter().map(|found| found.evidence).collect();
    Assessment { level, dangers, evidence, standing, screener }
}

/// One kind of weak sign, over all messages that count.
struct Weighed {
    sign: Sign,
    /// Of its gravest wording.
    weight: u8,
    /// Whether it came back, in other words or in another message.
    again: bool,
    /// Which of the person's messages first had it.
    since: usize,
    /// Where it was last said.
    turn: usize,
    end: usize,
}

/// Two wordings of one sign count once, and a little more where it comes back.
fn weigh(findings: &[Finding], newest: usize) -> Vec<Weighed> {
    let mut signs: Vec<Weighed> = Vec::new();
    for found in findings.iter().filter(|found| found.weight > 0 && found.turn + REACH > newest) {
        let Some(sign) = found.evidence.sign else { continue };
        let (turn, end) = (found.turn, found.evidence.end);
        match signs.iter_mut().find(|known| known.sign == sign) {
            Some(known) => {
                known.again |= known.turn != turn || known.end <= found.evidence.start;
                known.weight = known.weight.max(found.weight);
                (known.turn, known.end) = (turn, end);
            }
            None => signs.push(Weighed { sign, weight: found.weight, again: false, since: turn, turn, end }),
        }
    }
    signs
}

/// Different weak signs are more than each: hopelessness with a question about means, being a burden with words of
/// farewell.
fn add_up_weak_signs(findings: &mut [Finding]) {
    let Some(latest) = findings.iter().rposition(|found| found.weight > 0) else { return };
    let newest = findings[latest].turn;
    let signs = weigh(findings, newest);
    // Low mood, loneliness and self-reproach are what people come to talk about: they count once, and never alone.
    let telling = || signs.iter().filter(|sign| sign.weight > 1);
    let light = signs.iter().any(|sign| sign.weight == 1);
    let sum = telling().map(|sign| sign.weight + u8::from(sign.again)).sum::<u8>() + u8::from(light);
    let is_one = signs.len() == 1;
    // In a talk about someone else they are most likely of that person.
    let of_another = findings.iter().any(|found| found.evidence.danger == Danger::ThirdParty);
    let is_spread = signs.iter().any(|sign| sign.since != newest);
    let enough = match (of_another, is_spread && !is_one) {
        (true, _) => GRAVE,
        (false, true) => ENOUGH_OVER_MESSAGES,
        (false, false) => ENOUGH,
    };
    if sum >= enough && telling().next().is_some() {
        let acts = signs.iter().any(|sign| is_step(sign.sign));
        let reached = if sum >= GRAVE && acts { Level::High } else { Level::Elevated };
        findings[latest].level = findings[latest].level.max(reached);
    }
}

/// What points to acting.
fn is_step(sign: Sign) -> bool {
    matches!(sign, Sign::Plan | Sign::Intent | Sign::Means | Sign::Preparation | Sign::Goodbye)
}

/// Thoughts of death and, in another statement, a step towards it: graver than either.
fn add_up_thoughts_and_steps(findings: &mut [Finding]) {
    let (mut thoughts, mut steps) = (BTreeSet::new(), BTreeSet::new());
    let mut latest = None;
    for (at, found) in findings.iter().enumerate() {
        let Some(sign) = found.evidence.sign else { continue };
        let rule = found.evidence.rule;
        let is_thought = found.level >= Level::Elevated && found.evidence.danger.is_suicidal();
        let is_step = is_step(sign) && (found.weight > 1 || found.level >= Level::Elevated);
        let other = |rules: &BTreeSet<&str>| rules.iter().any(|&known| known != rule);
        if (is_thought && other(&steps)) || (is_step && other(&thoughts)) {
            latest = Some(at);
        }
        if is_thought {
            thoughts.insert(rule);
        }
        if is_step {
            steps.insert(rule);
        }
    }
    if let Some(latest) = latest {
        findings[latest].level = findings[latest].level.max(Level::High);
    }
}
