//! When to get help: what the message itself tells of it, what stands in the article, and what is close to it.

use knowledge::Urgency;

use super::answer::{ANSWERS, Answer, is_medicine};
use super::claims::Claim;
use super::kinds::Kind;
use super::page::closed;
use super::slots;
use super::understand::Part;

/// From here a clause on when to get help is near enough to be said.
const NEAR: f64 = 0.6;
/// From here a claim answers what goes on from before.
const DIRECT: f64 = 0.8;
/// From here a clause on when to get help is taken to be what the message tells.
const TELLS: f64 = 1.8;
/// With these words an emergency often begins; its label says them already.
const CALL: &str = "call your emergency number (112, 911, 999 or your local number) ";

impl<'library> Answer<'_, 'library> {
    pub(super) fn emergency_is_close(&self) -> bool {
        if self.is_first_aid() {
            return false;
        }
        // A question about what came before ("is vaping better?") tells of no signs.
        let asked_further =
            self.understood.continues.is_some() && !self.understood.tells && !self.understood.query.personal;
        let direct = || {
            let told = self.understood.tells || self.understood.query.personal;
            (told && self.understood.continues.is_some()).then(|| self.direct_claim()).flatten().is_some_and(|claim| {
                claim.urgency == Some(Urgency::Emergency) && claim.best_piece().is_some_and(|piece| piece.fit >= TELLS)
            })
        };
        self.understood.already_taken
            || direct()
            || (!asked_further
                && self.claims.iter().any(|claim| {
                    self.is_of_article(claim)
                        && claim.urgency == Some(Urgency::Emergency)
                        && self.beyond.contains(&claim.start)
                        && self.matches(claim)
                }))
    }

    /// What goes on from before is answered by the claim that says most of it, of whatever part; its urgency with it.
    pub(super) fn direct(&mut self) {
        if self.understood.continues.is_none() || self.understood.part.is_some_and(|part| part != Part::Act) {
            return;
        }
        let Some(best) = self.direct_claim() else { return };
        if best.urgency.is_some() {
            self.urge(&best, None, 38);
        } else {
            let whole = self.with_next(&best, 14);
            self.say(&whole, 45, false);
        }
    }

    pub(super) fn direct_claim(&self) -> Option<Claim<'library>> {
        let fit = |claim: &Claim| claim.best_piece().map_or(claim.fit, |piece| piece.fit.max(claim.fit * 0.9));
        let of = self.claims.iter().filter(|claim| {
            (self.is_of_article(claim) || is_medicine(claim.article)) && !self.was_said(claim) && fit(claim) >= DIRECT
        });
        let best = of.reduce(|best, next| if fit(next) > fit(best) + 0.05 { next } else { best });
        best.filter(|best| best.stands_alone() || best.urgency.is_some()).cloned()
    }

    /// Whether one clause of a bullet says what the message says.
    pub(super) fn matches(&self, claim: &Claim) -> bool {
        claim.pieces.iter().any(|piece| {
            let said = &claim.text[piece.range.clone()];
            // For whom it is says little by itself: "a child with …" is about what the child has.
            let for_them = piece.units == 1 && piece.fit >= TELLS && self.understood.is_for(said);
            (piece.units >= 2 && piece.fit >= ANSWERS) || for_them
        })
    }

    /// What the message itself says decides how soon: its bullet, where it is not an emergency.
    pub(super) fn told(&mut self) {
        let known = self.questions().filter_map(|question| self.known(question)).flatten().find_map(|choice| {
            let bullet = choice.bullet.as_deref()?;
            let claim = self.holding(bullet).filter(|claim| claim.urgency != Some(Urgency::SelfCare))?;
            Some((claim.clone(), bullet))
        });
        let measured = slots::blood_pressure(&self.understood.question).and_then(|(upper, lower)| {
            let reached =
                |claim: &&Claim| slots::pressures(&claim.text).any(|(high, low)| upper >= high || lower >= low);
            let of = self
                .claims
                .iter()
                .filter(|claim| self.is_of_article(claim) && claim.urgency > Some(Urgency::Emergency));
            of.filter(reached).min_by_key(|claim| claim.urgency).cloned()
        });
        let matching = |urgency: Urgency| {
            let of = self.claims.iter().filter(|claim| self.is_of_article(claim) && claim.urgency == Some(urgency));
            let fits = |claim: &Claim| claim.best_piece().is_some_and(|piece| piece.fit >= TELLS);
            of.filter(|claim| self.matches(claim) || fits(claim)).max_by(|a, b| a.fit.total_cmp(&b.fit)).cloned()
        };
        let said = measured
            .or_else(|| matching(Urgency::Urgent))
            .map(|claim| (claim, None))
            .or_else(|| known.map(|(claim, bullet)| (claim, Some(bullet))))
            .or_else(|| matching(Urgency::Routine).map(|claim| (claim, None)));
        let Some((claim, bullet)) = said else { return };
        if let Some(bullet) = bullet
            && self.page.earlier().fresh(&closed(claim.clipped_at(bullet, 36))).is_empty()
        {
            return;
        }
        if claim.urgency.is_none() {
            self.say(&claim, 40, false);
        } else if claim.urgency != Some(Urgency::Emergency) || bullet.is_some() {
            self.urge(&claim, bullet, 36);
        }
    }

    /// The claim of the article in which these words stand.
    pub(super) fn holding(&self, words: &str) -> Option<&Claim<'library>> {
        let words = words.to_lowercase();
        self.claims.iter().find(|claim| self.is_of_article(claim) && claim.text.to_lowercase().contains(&words))
    }

    /// When to get help. Emergencies are named once in a dialogue; the rest where it is asked for or fits.
    pub(super) fn help(&mut self, close: bool) {
        let whole = self.part == Part::Help || self.is_full();
        for urgency in Urgency::ALL {
            let of_article: Vec<Claim> = (self.claims.iter())
                .filter(|claim| claim.part == Part::Help && claim.urgency == Some(urgency) && self.is_of_article(claim))
                .cloned()
                .collect();
            let Some(best) = best_or_first(&of_article) else { continue };
            let matches = best.best_piece().is_some_and(|piece| piece.fit >= ANSWERS);
            let was = of_article.iter().any(|claim| self.page.earlier().began(claim.clipped(30)));
            let wanted = match urgency {
                Urgency::Emergency => !was || matches,
                Urgency::Urgent => whole || matches,
                Urgency::Routine | Urgency::SelfCare => whole,
            };
            if !wanted || self.said.contains(&(best.article.id.as_str(), best.start)) {
                continue;
            }
            self.urge(
                best,
                None,
                if close {
                    44
                } else if urgency == Urgency::Emergency {
                    36
                } else {
                    26
                },
            );
            let second = of_article.iter().find(|claim| claim.start != best.start && claim.fit >= ANSWERS);
            if let Some(second) = second.filter(|_| close && urgency == Urgency::Emergency) {
                self.urge(second, None, 30);
            }
        }
        if self.part != Part::Help && !close {
            self.how_soon();
        }
    }

    /// To someone who tells of a complaint, what comes nearest of when to have it seen, where nothing was said of that.
    pub(super) fn how_soon(&mut self) {
        let told = self.understood.query.personal || self.understood.continues.is_some();
        let said = matches!(self.level, Some(Urgency::Urgent | Urgency::Routine));
        if said || !told || !matches!(self.understood.kind, Kind::Symptom | Kind::Feelings | Kind::TestResult) {
            return;
        }
        let fit = |claim: &Claim| claim.best_piece().map_or(0.0, |piece| piece.fit);
        let of = self.claims.iter().filter(|claim| {
            self.is_of_article(claim)
                && matches!(claim.urgency, Some(Urgency::Urgent | Urgency::Routine))
                && !self.was_said(claim)
        });
        let best = of.reduce(|best, next| if fit(next) > fit(best) { next } else { best });
        if let Some(best) = best.filter(|best| fit(best) >= NEAR).cloned() {
            self.urge(&best, None, 26);
        }
    }

    /// Says a bullet of "When to get help" with its urgency, from the clause that fits or holds these words.
    pub(super) fn urge(&mut self, claim: &Claim<'library>, words: Option<&str>, most_words: usize) {
        let text = match words {
            Some(words) => claim.clipped_at(words, most_words),
            None => claim.clipped(most_words),
        };
        let text = closed(text.strip_prefix(CALL).unwrap_or(text));
        let fresh = self.page.earlier().fresh(&text);
        // What follows from the person's own answer is said even where it stood in a longer list before.
        let text = match words {
            Some(words) if fresh.is_empty() && !words.is_empty() => text.as_str(),
            None | Some("") if fresh.is_empty() || self.page.earlier().began(fresh) => return,
            Some(_) | None => fresh,
        };
        let urgency = claim.urgency.unwrap_or(Urgency::Routine);
        self.level = Some(self.level.map_or(urgency, |level| level.min(urgency)));
        let number = match urgency {
            Urgency::Emergency if !text.contains("112") => " (112, 911, 999 or your local number)",
            _ => "",
        };
        let line = format!("**{}{number}:** {text}", urgency.label());
        self.said.push((&claim.article.id, claim.start));
        self.page.bullet(&line, claim.article, claim.start, claim.fit);
    }
}

fn best_or_first<'claims, 'library>(claims: &'claims [Claim<'library>]) -> Option<&'claims Claim<'library>> {
    let first = claims.first()?;
    Some(claims.iter().fold(first, |best, next| if next.fit > best.fit + 0.5 { next } else { best }))
}
