//! From findings in single messages to what the conversation says: facts that add up, and time that passes over them.

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

/// Different weak signs are more than each: hopelessness with a question about means, being a burden with words of
/// farewell. Two wordings of one sign count once, and a little more where it comes back in another message.
fn add_up_weak_signs(findings: &mut [Finding]) {
    let Some(latest) = findings.iter().rposition(|found| found.weight > 0) else { return };
    let newest = findings[latest].turn;
    let counted = |found: &&Finding| found.weight > 0 && found.turn + REACH > newest;
    let mut signs: Vec<(Sign, u8)> = Vec::new();
    for (at, found) in findings.iter().enumerate().filter(|(_, found)| counted(found)) {
        let Some(sign) = found.evidence.sign else { continue };
        let again = findings[..at].iter().filter(counted).any(|before| {
            before.evidence.sign == Some(sign)
                && (before.turn != found.turn || before.evidence.end <= found.evidence.start)
        });
        match signs.iter_mut().find(|(known, _)| *known == sign) {
            // The bonus for coming back is kept in the units, the weight in the tens.
            Some((_, weight)) => *weight = (*weight / 10).max(found.weight) * 10 + (*weight % 10).max(u8::from(again)),
            None => signs.push((sign, found.weight * 10)),
        }
    }
    // Light signs, of which a long message has many, count once.
    let light = signs.iter().any(|&(_, weight)| weight < 20);
    let telling = signs.iter().filter(|(_, weight)| *weight >= 20).map(|(_, weight)| weight / 10 + weight % 10);
    let sum = telling.sum::<u8>() + u8::from(light);
    let acts = signs.iter().any(|&(sign, _)| is_step(sign));
    // Low mood, loneliness and self-reproach alone are what people come to talk about; means alone, what they ask about.
    let points_further = signs.iter().any(|&(_, weight)| weight >= 20);
    // One strong sign is enough where it comes back.
    let is_wide = signs.len() > 1 || signs.iter().any(|&(_, weight)| weight > 30);
    // In a talk about someone else they are most likely of that person.
    let of_another = findings.iter().any(|found| found.evidence.danger == Danger::ThirdParty);
    let is_spread = signs.len() > 1 && findings.iter().any(|found| counted(&found) && found.turn != newest);
    let enough = match (of_another, is_spread) {
        (true, _) => GRAVE,
        (false, true) => ENOUGH_OVER_MESSAGES,
        (false, false) => ENOUGH,
    };
    if sum >= enough && is_wide && points_further {
        let reached = if sum >= GRAVE && acts { Level::High } else { Level::Elevated };
        findings[latest].level = findings[latest].level.max(reached);
    }
}

/// What points to acting.
fn is_step(sign: Sign) -> bool {
    matches!(sign, Sign::Plan | Sign::Intent | Sign::Means | Sign::Preparation | Sign::Goodbye)
}

/// Thoughts of death and, elsewhere, a step towards it: graver than either.
fn add_up_thoughts_and_steps(findings: &mut [Finding]) {
    let thought = |found: &Finding| {
        found.level >= Level::Elevated && found.evidence.sign.is_some() && found.evidence.danger.is_suicidal()
    };
    let step = |found: &Finding| {
        found.evidence.sign.is_some_and(is_step) && (found.weight > 1 || found.level >= Level::Elevated)
    };
    let different = |one: &Finding, other: &Finding| one.evidence.rule != other.evidence.rule;
    let both = |one: &Finding, other: &Finding| {
        different(one, other) && ((thought(one) && step(other)) || (step(one) && thought(other)))
    };
    let latest = (0..findings.len()).rev().find(|&at| findings[..at].iter().any(|before| both(before, &findings[at])));
    if let Some(latest) = latest {
        findings[latest].level = findings[latest].level.max(Level::High);
    }
}
