//! What people ask that a message asks, and the answer made of it: the library's own answer to that question first, then
//! what else belongs to it.

use std::collections::HashSet;

use super::answer::{ANSWERS, Answer, is_medicine};
use super::claims::Claim;
use super::dialogue::Dialogue;
use super::focus;
use super::kinds::{self, Kind};
use super::phrases::{GUIDE, spaced};
use super::understand::Part;
use crate::knowledge::questions::Said;
use crate::knowledge::{Asked, Library, Urgency, words};
use crate::models::Prompt;
use protocol::Role;

/// How near a question must be that is taken as asked.
const NEAR: f64 = 0.28;
/// How near, where its subject was named before only.
const NEAR_GOING_ON: f64 = 0.34;
/// How many of one message are answered.
const MOST: usize = 3;
/// How many messages before this one may name what it is about.
const BEFORE: usize = 4;
/// A claim that shares this much with what was said already says nothing new.
const SAME: f64 = 0.5;

/// The questions of the library that a message asks, one for each of its own, the first one first.
pub(super) fn of<'library>(
    prompt: &Prompt,
    question: &str,
    dialogue: &Dialogue<'library>,
    library: &'library Library,
) -> Vec<Asked<'library>> {
    let said = prompt.history.iter().rev().filter(|past| past.role == Role::User).take(BEFORE);
    let mut before: String = said.map(|past| spaced(&focus::without_denied(&past.text).0)).collect();
    let whole = best(question, &before, dialogue, library);
    let parts: Vec<&str> = question.split_inclusive('?').filter(|part| part.split_whitespace().count() > 2).collect();
    if parts.len() < 2 {
        return whole.into_iter().collect();
    }
    let mut asked: Vec<Asked> = Vec::new();
    for part in parts.into_iter().take(MOST) {
        let found = best(part, &before, dialogue, library);
        before += &spaced(&focus::without_denied(part).0);
        asked.extend(found.filter(|found| !asked.iter().any(|known| same(known, found))));
    }
    // What only the whole of it tells comes first.
    if let Some(whole) = whole
        && !asked.iter().any(|known| same(known, &whole))
        && (asked.is_empty() || whole.question.urgency.is_some_and(|level| Urgency::from(level) <= Urgency::Urgent))
    {
        asked.insert(0, whole);
    }
    asked.truncate(MOST);
    asked
}

fn same(one: &Asked, other: &Asked) -> bool {
    std::ptr::eq(one.question, other.question)
}

fn best<'library>(
    question: &str,
    before: &str,
    dialogue: &Dialogue<'library>,
    library: &'library Library,
) -> Option<Asked<'library>> {
    let asserted = spaced(&focus::without_denied(question).0);
    let found = library.asked(Said { asserted: &asserted, whole: &spaced(question), before });
    let was_said = |asked: &&Asked| !dialogue.earlier.began(&asked.question.answer);
    let near = |asked: &&Asked| asked.score >= if asked.goes_on { NEAR_GOING_ON } else { NEAR };
    found.iter().filter(near).find(was_said).copied()
}

impl<'library> Answer<'_, 'library> {
    /// The answer to what people ask.
    pub(super) fn asked(&mut self) {
        let say = &GUIDE.say;
        if self.understood.shortened {
            self.page.own(&say.long);
        }
        if self.understood.kind == Kind::Feelings {
            self.page.own(&say.warmth);
        }
        if let Some(sign) = self.understood.sign
            && let Some(bullet) = sign.bullet.as_deref()
            && let Some(claim) = self.holding(bullet).cloned()
        {
            self.page.always(&say.emergency);
            self.urge(&claim, Some(bullet), 44);
        }
        for asked in &self.understood.asked {
            self.page.line(&asked.question.answer, asked.article, asked.start(), asked.score);
            if let Some(urgency) = asked.question.urgency.map(Urgency::from) {
                self.level = Some(self.level.map_or(urgency, |level| level.min(urgency)));
            }
        }
        if self.level == Some(Urgency::Emergency) {
            self.page.own(&say.not_a_doctor);
            return self.offer();
        }
        self.for_whom_beside();
        let tells = !kinds::asks(&self.text, &self.understood.question);
        if self.understood.asked.len() == 1 {
            self.part = Part::Act;
            self.beside(if tells { 2 } else { 1 });
        }
        self.how_soon();
        self.page.own(&say.not_a_doctor);
        let personal = self.understood.query.personal || tells || self.understood.continues.is_some();
        if !personal || is_medicine(self.article) || !self.ask() {
            self.offer();
        }
    }

    /// What is different for those who are spoken of, where the answer does not speak of them itself.
    fn for_whom_beside(&mut self) {
        let answers: Vec<&str> =
            self.understood.asked.iter().map(|asked| asked.question.answer.as_str()).collect();
        if !answers.iter().any(|answer| self.understood.is_for(answer)) {
            self.for_whom();
        }
    }

    /// Claims of the article that say more of what is asked.
    fn beside(&mut self, most: usize) {
        let said: HashSet<String> =
            self.understood.asked.iter().flat_map(|asked| words::stems(&asked.question.answer)).collect();
        let new = |claim: &&Claim| {
            let own: HashSet<String> = words::stems(claim.clipped(26)).into_iter().collect();
            #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
            let share = own.intersection(&said).count() as f64 / own.len().max(1) as f64;
            share < SAME
        };
        let fits = |claim: &&Claim| {
            claim.urgency.is_none()
                && self.is_of_article(claim)
                && matches!(claim.part, Part::Act | Part::What)
                && claim.fit >= ANSWERS
                && claim.stands_alone()
                && !self.was_said(claim)
        };
        let mut found: Vec<Claim> = self.claims.iter().filter(fits).filter(new).cloned().collect();
        found.sort_by(|a, b| b.fit.total_cmp(&a.fit));
        for claim in found.into_iter().take(most) {
            self.say(&claim, 26, true);
        }
    }
}
