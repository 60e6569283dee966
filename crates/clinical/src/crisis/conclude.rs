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
/// A weak sign of this weight is often about death.
const STRONG: u8 = 3;
/// Means and the intention to use them count together within so many of the person's messages.
const NEAR: usize = 3;
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
    add_up_means_and_intent(&mut findings);
    let level = findings.iter().map(|found| remaining(found, pace)).max().unwrap_or_default();
    // While something is a crisis, what has faded or was weak does not colour the answer.
    let least = level.min(Level::Elevated);
    let mut dangers: Vec<_> = findings
        .iter()
        .filter(|found| remaining(found, pace) >= least.max(Level::Watch))
        .map(|found| found.evidence.danger)
        .collect();
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
    let shows = |found: &Finding| found.evidence.sign != Some(Sign::Hardship) || found.level > Level::None;
    let evidence = findings.into_iter().filter(shows).map(|found| found.evidence).collect();
    Assessment { level, dangers, evidence, standing, screener }
}

/// One kind of weak sign, over all messages that count.
struct Weighed {
    sign: Sign,
    /// Of its gravest wording.
    weight: u8,
    /// Whether it came back in another message.
    again: bool,
    /// Which of the person's messages first had it.
    since: usize,
    /// Where it was last said.
    turn: usize,
}

/// Two wordings of one sign count once, and a little more where it comes back in another message. Words that show several signs count for the
/// one that weighs most.
fn weigh(findings: &[Finding], newest: usize) -> Vec<Weighed> {
    let mut signs: Vec<Weighed> = Vec::new();
    let counted = |found: &&Finding| found.weight > 0 && found.turn + REACH > newest;
    for found in findings.iter().filter(counted) {
        let Some(sign) = found.evidence.sign else { continue };
        let outweighed = |other: &Finding| {
            let overlap = other.turn == found.turn
                && other.evidence.start < found.evidence.end
                && found.evidence.start < other.evidence.end;
            overlap && other.evidence.sign != Some(sign) && other.weight > found.weight
        };
        if findings.iter().any(outweighed) {
            continue;
        }
        let turn = found.turn;
        match signs.iter_mut().find(|known| known.sign == sign) {
            Some(known) => {
                known.again |= known.turn != turn;
                known.weight = known.weight.max(found.weight);
                known.turn = turn;
            }
            None => signs.push(Weighed { sign, weight: found.weight, again: false, since: turn, turn }),
        }
    }
    signs
}

/// Different weak signs are more than each: hopelessness with a question about means, being a burden with words of
/// farewell.
fn add_up_weak_signs(findings: &mut [Finding]) {
    let is_hardship = |found: &Finding| found.evidence.sign == Some(Sign::Hardship);
    let Some(latest) = findings.iter().rposition(|found| found.weight > 0 && !is_hardship(found)) else { return };
    let newest = findings[latest].turn;
    let (hardships, signs): (Vec<_>, Vec<_>) =
        weigh(findings, newest).into_iter().partition(|sign| sign.sign == Sign::Hardship);
    // Low mood, loneliness and self-reproach are what people come to talk about: they count once, and never alone.
    let telling = || signs.iter().filter(|sign| sign.weight > 1);
    let light = signs.iter().any(|sign| sign.weight == 1);
    let mut sum = telling().map(|sign| sign.weight + u8::from(sign.again)).sum::<u8>() + u8::from(light);
    // What weighs on someone counts with what may well be about death, where they have spoken of each by itself.
    let elsewhere = hardships.iter().any(|hardship| hardship.since != newest || hardship.again);
    let is_thought = |sign: &Weighed| sign.weight >= STRONG && !matches!(sign.sign, Sign::Means | Sign::Preparation);
    sum += u8::from(elsewhere && telling().any(is_thought));
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
        let reached = match (sum >= GRAVE && acts, findings[latest].doubted) {
            (true, _) => Level::High,
            (false, false) => Level::Elevated,
            (false, true) => Level::Watch,
        };
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

/// What it takes at hand or in sight, and soon after or before it the intention or a farewell, from someone already at
/// grave risk: life is in danger now.
fn add_up_means_and_intent(findings: &mut [Finding]) {
    let counts = |found: &&Finding| found.weight >= STRONG || found.level >= Level::Elevated;
    let of = |wanted: &'static [Sign]| {
        findings
            .iter()
            .filter(counts)
            .filter(move |found| found.evidence.sign.is_some_and(|sign| wanted.contains(&sign)))
    };
    let is_grave = findings.iter().any(|found| found.level >= Level::High && found.evidence.danger.is_suicidal());
    let latest = of(&[Sign::Means])
        .flat_map(|means| of(&[Sign::Intent, Sign::Goodbye]).map(move |intent| (means, intent)))
        .filter(|(means, intent)| means.turn.abs_diff(intent.turn) <= NEAR)
        .map(|(means, intent)| (means.turn, means.evidence.start).max((intent.turn, intent.evidence.start)))
        .max();
    if let Some(at) = latest.filter(|_| is_grave)
        && let Some(found) = findings.iter_mut().find(|found| (found.turn, found.evidence.start) == at)
    {
        found.level = Level::Imminent;
    }
}
