//! What people ask that a message asks, and the answer made of it: the library's own answer to that question first, then
//! what else belongs to it.

use std::collections::HashSet;

use knowledge::questions::{Fit, Level, Said};
use knowledge::{Article, Asked, Library, Question, Urgency, words};
use protocol::Role;

use super::answer::{ANSWERS, Answer, ON_IT, is_medicine};
use super::claims::{Claim, sentences};
use super::dialogue::Dialogue;
use super::focus;
use super::kinds::{self, Kind};
use super::phrases::{GUIDE, spaced};
use super::understand::{Part, part, weight_of};
use crate::models::Prompt;

/// How near a question must be that is taken as asked.
const NEAR: f64 = 0.42;
/// How near, where its subject was named before only.
const NEAR_GOING_ON: f64 = 0.55;
/// How many of one message are answered.
const MOST: usize = 3;
/// How many messages before this one may name what it is about.
const BEFORE: usize = 4;
/// What being called by its name adds, by weight, and up to which weight.
const NAMED: f64 = 0.05;
const MOST_NAMED: f64 = 4.0;
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
    let parts = parts(question);
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
        && (asked.is_empty() || is_urgent(&whole))
    {
        asked.insert(0, whole);
    }
    asked.truncate(MOST);
    asked
}

/// Whether a question may be taken as asked by a message that asks for a dose. Which dose somebody is to take is refused,
/// unless it is just what the question is about; and who asks whether they may take more has not taken it.
fn may_be_asked(asked: &Asked, message: &str) -> bool {
    const MAY: [&str; 8] =
        [" can i ", " can he ", " can she ", " may i ", " could i ", " should i ", " ok to ", " safe to "];
    let signs = &GUIDE.signs;
    let over_label = signs.over_label.are_in(message);
    let of_a_dose = over_label || signs.dose.are_in(message);
    let may_they = over_label && !signs.already_taken.are_in(message) && MAY.iter().any(|sign| message.contains(sign));
    let is_refused = of_a_dose && asked.fit == Fit::ButForOne;
    let is_of_another = may_they && is_urgent(asked);
    !is_refused && !is_of_another
}

fn is_urgent(asked: &Asked) -> bool {
    asked.question.urgency.is_some_and(|level| Urgency::from(level) <= Urgency::Urgent)
}

/// The questions of a message, where it has more than one.
fn parts(message: &str) -> Vec<&str> {
    // People join questions without a mark: "can i have both and is 4000 too much".
    const JOINS: [&str; 16] = [
        " and is ",
        " and can ",
        " and does ",
        " and do ",
        " and should ",
        " and what ",
        " and how ",
        " and will ",
        " and why ",
        " and which ",
        " and when ",
        " and are ",
        " also can ",
        " also is ",
        " also what ",
        " also how ",
    ];
    let mut parts = Vec::new();
    for part in message.split_inclusive('?') {
        let mut rest = part;
        while let Some(at) = JOINS.iter().filter_map(|join| rest.find(join)).min() {
            parts.push(&rest[..at]);
            rest = &rest[at + 1..];
        }
        parts.push(rest);
    }
    parts.retain(|part| part.split_whitespace().count() > 2);
    parts
}

/// What one of the questions of a message is about, where only others of it were found.
pub(super) fn left_over<'library>(
    message: &str,
    asked: &[Asked],
    library: &'library Library,
) -> Option<&'library Article> {
    // What is joined without a mark is mostly another side of the same.
    let parts: Vec<&str> = message.split_inclusive('?').filter(|part| part.split_whitespace().count() > 2).collect();
    if asked.is_empty() || parts.len() < 2 {
        return None;
    }
    let nothing = Dialogue::of(&[], library);
    let about = |part: &&str| {
        let hit = library.find(&library.read(part), 1).into_iter().next()?;
        best(part, "", &nothing, library).is_none().then_some(hit.article)
    };
    let left = |article: &&Article| asked.iter().all(|asked| asked.article.id != article.id);
    parts.iter().filter_map(about).find(left)
}

/// The questions that come nearest, each of another article, where none is near enough to be taken as asked.
pub(super) fn nearest<'library>(question: &str, library: &'library Library, most: usize) -> Vec<Asked<'library>> {
    let asserted = spaced(&focus::without_denied(question).0);
    let mut found: Vec<Asked> = Vec::new();
    // "What about" something that the library has never heard of is near to nothing.
    if library.read(question).units.iter().all(|unit| !unit.known) {
        return found;
    }
    for asked in library.nearly_asked(Said { asserted: &asserted, whole: &spaced(question), before: "" }) {
        if found.len() < most && !found.iter().any(|known| known.article.id == asked.article.id) {
            found.push(asked);
        }
    }
    found
}

/// What people ask about an article that was not answered yet, the nearest to a message first.
pub(super) fn of_article<'library>(
    message: &str,
    article: &'library Article,
    dialogue: &Dialogue<'library>,
) -> Vec<&'library Question> {
    let own: HashSet<String> = words::stems(message).into_iter().collect();
    let open = article.questions.iter().filter(|question| {
        question.urgency.is_none_or(|level| Urgency::from(level) > Urgency::Urgent)
            && !dialogue.earlier.began(beyond_the_call(&question.answer))
    });
    let near = |question: &Question| {
        let common = |wording: &String| words::stems(wording).iter().filter(|stem| own.contains(*stem)).count();
        question.asked.iter().map(common).max().unwrap_or(0)
    };
    let mut open: Vec<(usize, &Question)> = open.map(|question| (near(question), question)).collect();
    open.sort_by_key(|(near, _)| std::cmp::Reverse(*near));
    open.into_iter().take(MOST).map(|(_, question)| question).collect()
}

/// What a message alone is about, as far as it asks one of the questions.
pub(super) fn subject<'library>(question: &str, library: &'library Library) -> Option<&'library Article> {
    best(question, "", &Dialogue::of(&[], library), library).map(|asked| asked.article)
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
    let all = spaced(question);
    let found = library.asked(Said { asserted: &asserted, whole: &all, before });
    let was_said = |asked: &Asked| dialogue.earlier.began(beyond_the_call(&asked.question.answer));
    let query = library.read(&asserted);
    let earlier = library.read(before);
    let is_spoken_of =
        |asked: &Asked| [&query, &earlier].iter().any(|query| weight_of(query, asked.article, library) > 0.0);
    // "What is diabetes?" asks what the article says first, and none of its questions that is worded a little like it.
    let defines = part(&all) == Some(Part::What) && query.units.iter().all(|unit| !unit.names.is_empty());
    let near = |asked: &Asked| match asked.fit {
        Fit::Whole => asked.score >= NEAR,
        // "How long does it last?" is worded like many a question: of what was spoken of, then.
        Fit::Worded => asked.score >= NEAR && (before.is_empty() || is_spoken_of(asked)),
        Fit::GoesOn => asked.score >= NEAR_GOING_ON,
        // Enough at the beginning, where there is nothing else to go by.
        Fit::ButForOne => before.is_empty() && !defines,
    };
    // What the message calls by its name is rather what it is about.
    let named = |asked: &Asked| asked.score + NAMED * weight_of(&query, asked.article, library).min(MOST_NAMED);
    let mut found: Vec<Asked> =
        found.into_iter().filter(|asked| near(asked) && may_be_asked(asked, &all) && !was_said(asked)).collect();
    if found.iter().any(|asked| asked.fit != Fit::ButForOne) {
        found.retain(|asked| asked.fit != Fit::ButForOne);
    }
    for asked in &mut found {
        asked.score = named(asked);
    }
    found.into_iter().reduce(|best, next| if next.score > best.score { next } else { best })
}

impl Answer<'_, '_> {
    /// The answer to what people ask.
    pub(super) fn asked(&mut self) {
        let say = &GUIDE.say;
        if self.understood.shortened {
            self.page.own(&say.long);
        }
        let emergency = self.understood.asked.iter().any(|asked| asked.question.urgency == Some(Level::Emergency));
        self.comfort();
        if self.understood.sign.is_none() && !emergency && !self.is_first_aid() {
            self.warm();
        }
        if let Some(sign) = self.understood.sign
            && let Some(bullet) = sign.bullet.as_deref()
            && let Some(claim) = self.holding(bullet).cloned()
        {
            self.page.always(&say.emergency);
            self.urge(&claim, Some(bullet), 44);
        }
        for asked in &self.understood.asked {
            let urgency = asked.question.urgency.map(Urgency::from);
            let answer = &asked.question.answer;
            match urgency {
                // An emergency begins with the call itself.
                None | Some(Urgency::Emergency) => self.page.line(answer, asked.article, asked.start(), asked.score),
                Some(urgency) => {
                    let (kind, rest) =
                        if urgency == Urgency::SelfCare { ("", answer.as_str()) } else { self.kindly(answer) };
                    if !kind.is_empty() {
                        self.page.line(kind, asked.article, asked.start(), asked.score);
                    }
                    let labelled = format!("**{}:** {rest}", urgency.label());
                    self.page.line(&labelled, asked.article, asked.start(), asked.score);
                }
            }
            if let Some(urgency) = urgency {
                self.level = Some(self.level.map_or(urgency, |level| level.min(urgency)));
            }
        }
        if let Some(left) = self.understood.left {
            self.page.paragraph(&say.also.all()[0].replace("{title}", &left.title));
        }
        if self.level == Some(Urgency::Emergency) {
            self.page.own(&say.not_a_doctor);
            return self.offer();
        }
        let tells = !kinds::asks(&self.text, &self.understood.question);
        if self.understood.asked.len() == 1 {
            self.part = Part::Act;
            // What cannot wait stands alone; and who asks how to sleep in the heat has no heatstroke.
            let at_home = self.is_first_aid() && self.level == Some(Urgency::SelfCare);
            let waits = self.level.is_none_or(|level| level > Urgency::Urgent) && !at_home;
            if waits && (!self.is_short() || !self.understood.audiences.is_empty()) {
                self.beside();
            }
            self.everything();
            if self.is_full() {
                self.help(false);
            }
        }
        self.page.own(&say.not_a_doctor);
        let personal = self.understood.query.personal || tells || self.understood.continues.is_some();
        let decided =
            self.level == Some(Urgency::Urgent) || (self.is_first_aid() && self.level == Some(Urgency::SelfCare));
        if !personal || decided || is_medicine(self.article) || !self.ask() {
            self.offer();
        }
    }

    /// Whether a claim only says what its subject is, to somebody who asks something of it.
    fn defines(&self, claim: &Claim) -> bool {
        claim.part == Part::What && self.understood.part != Some(Part::What) && {
            let first = self.claims.iter().find(|other| other.part == Part::What && self.is_of_article(other));
            first.is_some_and(|first| first.start == claim.start)
        }
    }

    /// Of what is said to somebody on whom something weighs, the sentences that come before any urgency: those that ask
    /// nothing of them yet.
    fn kindly<'text>(&self, answer: &'text str) -> (&'text str, &'text str) {
        const ACTS: [&str; 24] = [
            " today ",
            " now ",
            " call ",
            " ring ",
            " tell ",
            " see ",
            " book ",
            " ask ",
            " go ",
            " text ",
            " emergency ",
            " same day ",
            " get ",
            " talk ",
            " plan ",
            " doctor ",
            " write ",
            " try ",
            " day ",
            " listen ",
            " be seen ",
            " speak ",
            " visit ",
            " help ",
        ];
        if self.understood.kind != Kind::Feelings {
            return ("", answer);
        }
        let mut at = 0;
        for sentence in sentences(answer) {
            let words = spaced(sentence);
            let asks = sentence.trim_end().ends_with('?');
            if ACTS.iter().any(|word| words.contains(word)) && !asks && !words.starts_with(" i am so glad ") {
                break;
            }
            at += sentence.len();
        }
        let (kind, rest) = answer.split_at(at);
        if rest.trim().is_empty() { ("", answer) } else { (kind.trim(), rest) }
    }

    /// What else the article says on what is asked: the claim that fits best, where it fits well, and what is different for
    /// those who are spoken of.
    fn beside(&mut self) {
        let said: HashSet<String> =
            self.understood.asked.iter().flat_map(|asked| words::stems(&asked.question.answer)).collect();
        let new = |claim: &&Claim| {
            let own: HashSet<String> = words::stems(claim.clipped(26)).into_iter().collect();
            #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
            let share = own.intersection(&said).count() as f64 / own.len().max(1) as f64;
            share < SAME
        };
        // What weighs on somebody is about them, whomever else they name.
        let weighs = self.understood.kind == Kind::Feelings;
        let fits = |claim: &&Claim| {
            let for_them = claim.part == Part::People && self.understood.is_for(begin(claim)) && !weighs;
            claim.urgency.is_none()
                && self.is_of_article(claim)
                && (for_them
                    || (matches!(claim.part, Part::Act | Part::What) && claim.units >= 2 && !self.defines(claim)))
                && claim.fit >= if for_them { ON_IT } else { ANSWERS }
                && claim.stands_alone()
                && !["It ", "They ", "This ", "These "].iter().any(|word| claim.clipped(26).starts_with(word))
                && !self.was_said(claim)
        };
        let found = self.claims.iter().filter(fits).filter(new);
        let best = found.reduce(|best, next| if next.fit > best.fit { next } else { best }).cloned();
        if let Some(best) = best {
            self.say(&best, 26, true);
        }
    }
}

/// An answer without the call that all emergencies begin with: one is not said because another was.
fn beyond_the_call(answer: &str) -> &str {
    const CALL: &str = "Call your emergency number now (112, 911, 999 or your local number). ";
    answer.strip_prefix(CALL).unwrap_or(answer)
}

/// The first words of a claim, by which it says for whom it is.
fn begin<'claim>(claim: &'claim Claim) -> &'claim str {
    claim.text.split_once(':').map_or("", |(begin, _)| begin)
}
