//! What an article says on a question: the claim that leads, bullets, first aid in its order, what differs for whom.

use knowledge::{Urgency, words};

use super::answer::{ANSWERS, Answer, is_medicine};
use super::claims::Claim;
use super::page::closed;
use super::understand::Part;
use super::whom;

/// What being in the wanted part adds.
const WANTED_PART: f64 = 1.2;
/// How many steps of first aid are said.
const STEPS: usize = 5;
/// An answer has about this many words.
const WORDS: usize = 145;
/// What is kept of them for the question at the end.
const CLOSING: usize = 28;

/// By these words a claim says that something passes by itself.
const CALMS: [&str; 11] = [
    "settle",
    "get better",
    "gets better",
    "go away",
    "goes away",
    "on their own",
    "on its own",
    "by itself",
    "harmless",
    "clear up",
    "a little time",
];

impl<'library> Answer<'_, 'library> {
    /// What is different for a child, in pregnancy or for an older person, where one is spoken of.
    pub(super) fn for_whom(&mut self) {
        if self.understood.is_for(&self.article.title) {
            return;
        }
        let people: Vec<_> = self.claims.iter().filter(|claim| claim.part == Part::People).collect();
        let most = if self.part == Part::People { 2 } else { 1 };
        let spoken_of = !self.understood.audiences.is_empty();
        let mut chosen: Vec<Claim> = (people.into_iter())
            .filter(|claim| if spoken_of { self.understood.is_for(&claim.text) } else { self.part == Part::People })
            .filter(|claim| !self.was_said(claim))
            .cloned()
            .collect();
        // A bullet says by its first words for whom it is.
        let begins = |claim: &Claim| claim.text.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        let for_others = |claim: &Claim| {
            let text = begins(claim);
            let words = words::words(&text);
            spoken_of && !self.understood.is_for(&text) && words.iter().any(|word| whom::is_mark(word))
        };
        chosen.retain(|claim| !for_others(claim));
        chosen.sort_by(|a, b| {
            let place = |claim: &Claim| (claim.bullet && self.understood.is_for(&begins(claim)), claim.bullet);
            place(b).cmp(&place(a)).then(b.fit.total_cmp(&a.fit))
        });
        for claim in chosen.into_iter().take(most) {
            let whole = self.with_next(&claim, 20);
            self.say(&whole, 40, claim.bullet && most > 1);
        }
    }

    /// The claim that answers the question itself; else, and where danger is close, the first one of the wanted part.
    pub(super) fn lead(&mut self, may_be_specific: bool) {
        // Asked what it is, only that is an answer; told a complaint, what it feels like is none unless it fits well.
        // A claim of another article must speak of this one's subject too.
        let may_lead = |claim: &Claim| {
            (self.is_of_article(claim)
                || (claim.units >= 2 && (is_medicine(claim.article) || is_medicine(self.article))))
                && claim.stands_alone()
                && match (self.understood.part, claim.part) {
                    (Some(Part::What), part) => part == Part::What && claim.fit >= ANSWERS,
                    (None | Some(Part::Act), Part::What) => claim.fit >= 2.0 * ANSWERS,
                    _ => claim.fit >= ANSWERS,
                }
        };
        let specific = self.best(|claim| claim.urgency.is_none() && may_lead(claim)).filter(|_| may_be_specific);
        let section = if self.part == Part::People { Part::Act } else { self.part };
        // What is to be seen is not called harmless in the same breath.
        let to_be_seen = matches!(self.level, Some(Urgency::Urgent | Urgency::Routine));
        let first = |claim: &&Claim| {
            claim.part == section
                && !(to_be_seen && CALMS.iter().any(|word| claim.text.contains(word)))
                && claim.urgency.is_none()
                && claim.stands_alone()
                && !self.page.earlier().began(&claim.text)
        };
        let Some(lead) = specific.or_else(|| self.claims.iter().find(first).cloned()) else { return };
        if self.was_said(&lead) {
            return;
        }
        let lead = match &lead.intro {
            Some(intro) => lead.led_in(intro),
            None => lead,
        };
        let long_enough = if self.part == Part::What { 26 } else { 14 };
        let whole = self.with_next(&lead, long_enough);
        self.say(&whole, 42, false);
    }

    /// First aid in the order in which it is done: the list in which the best claim stands, from its first step.
    pub(super) fn steps(&mut self) {
        let Some(best) = self.best(|claim| claim.part == Part::Act && claim.bullet && self.is_of_article(claim)) else {
            return self.bullets(STEPS);
        };
        let same = |claim: &&Claim| claim.part == Part::Act && claim.bullet && claim.intro == best.intro;
        let steps: Vec<Claim> =
            self.claims.iter().filter(|claim| self.is_of_article(claim)).filter(same).take(STEPS).cloned().collect();
        if let (Some(intro), Some(first)) = (&best.intro, steps.first()) {
            self.page.line(intro, first.article, first.start, first.fit);
        }
        for step in steps {
            if self.page.words() < self.room() {
                self.say(&step, 30, true);
            }
        }
    }

    /// A sentence with those that follow it in its paragraph, until it has so many words.
    pub(super) fn with_next(&mut self, claim: &Claim<'library>, long_enough: usize) -> Claim<'library> {
        let mut whole = claim.clone();
        let same = |other: &&Claim| other.article.id == claim.article.id && other.start >= claim.start && !other.bullet;
        let following: Vec<_> = self.claims.iter().filter(same).skip(1).cloned().collect();
        for next in following {
            let apart = claim.article.body[claim.start..next.start].contains("\n\n");
            if claim.bullet || apart || whole.text.split_whitespace().count() >= long_enough {
                break;
            }
            whole.append(&next);
            self.said.push((&next.article.id, next.start));
        }
        whole
    }

    pub(super) fn bullets(&mut self, most_to_do: usize) {
        let wanted: &[(Part, usize)] = match self.part {
            Part::What => &[(Part::What, 2), (Part::Act, 2)],
            Part::People => &[(Part::Act, 2)],
            _ => &[(Part::Act, most_to_do)],
        };
        for (part, most) in wanted {
            let mut chosen: Vec<Claim> = (self.claims.iter())
                .filter(|claim| claim.part == *part && claim.article.id == self.article.id && !self.was_said(claim))
                .filter(|claim| claim.bullet || (claim.fit >= ANSWERS && claim.stands_alone()))
                .cloned()
                .collect();
            // Small differences say nothing: then the order of the article stands.
            for claim in &mut chosen {
                claim.fit = if claim.fit < 1.0 { 0.0 } else { claim.fit };
            }
            chosen.sort_by(|a, b| b.fit.total_cmp(&a.fit).then(a.start.cmp(&b.start)));
            chosen.truncate(*most);
            chosen.sort_by_key(|claim| claim.start);
            for claim in chosen {
                if self.page.words() + 12 < self.room() {
                    self.say(&claim, 26, true);
                }
            }
        }
    }

    /// How many words there may be before what comes last.
    pub(super) fn room(&self) -> usize {
        let help = if self.level == Some(Urgency::Emergency) || !self.dialogue.earlier.is_empty() { 0 } else { 30 };
        self.words(WORDS) - CLOSING - help
    }

    /// The claim that answers best, among those not yet said.
    pub(super) fn best(&self, may: impl Fn(&Claim) -> bool) -> Option<Claim<'library>> {
        let rank = |claim: &Claim| claim.fit + claim.implied + if claim.part == self.part { WANTED_PART } else { 0.0 };
        // People's parts are said by `for_whom`, and only where someone like that is spoken of.
        let fits = self.claims.iter().filter(|claim| claim.part != Part::People && may(claim) && !self.was_said(claim));
        fits.reduce(|best, next| if rank(next) > rank(best) { next } else { best }).cloned()
    }

    pub(super) fn was_said(&self, claim: &Claim) -> bool {
        self.said.iter().any(|(id, start)| claim.article.id == *id && claim.start == *start)
            || self.page.earlier().began(claim.clipped(26))
    }

    /// Says a claim from the sentence in which these words stand.
    pub(super) fn say_at(&mut self, claim: &Claim<'library>, at: &str, most_words: usize) {
        self.said.push((&claim.article.id, claim.start));
        let text = closed(claim.clipped_at(at, most_words));
        let text = self.page.earlier().fresh(&text);
        if !text.is_empty() {
            self.page.line(text, claim.article, claim.start, claim.fit);
        }
    }

    pub(super) fn say(&mut self, claim: &Claim<'library>, most_words: usize, bullet: bool) {
        if self.was_said(claim) {
            return;
        }
        self.said.push((&claim.article.id, claim.start));
        let text = closed(claim.clipped(most_words));
        let text = self.page.earlier().fresh(&text);
        if text.is_empty() {
            return;
        }
        if bullet {
            self.page.bullet(text, claim.article, claim.start, claim.fit);
        } else {
            self.page.line(text, claim.article, claim.start, claim.fit);
        }
    }
}
