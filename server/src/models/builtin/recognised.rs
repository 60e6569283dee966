//! The answer to signs that mean something together: how soon, then what else belongs to it.

use knowledge::Urgency;

use super::answer::{Answer, ON_IT};
use super::claims::Claim;
use super::constellations::Sign;
use super::kinds;
use super::page::closed;
use super::phrases::GUIDE;
use super::understand::Part;

impl<'library> Answer<'_, 'library> {
    /// The answer to signs that mean something together: how soon, then what else belongs to it. After an emergency
    /// no care at home is named: it would speak against the call.
    pub(super) fn recognised(&mut self, sign: &'static Sign) {
        let claim = |words: &str| self.holding(words).cloned();
        let decides = sign.bullet.as_deref().and_then(|bullet| Some((claim(bullet)?, bullet)));
        let others: Vec<(Claim, &str)> =
            sign.says.iter().filter_map(|words| Some((claim(words)?, words.as_str()))).collect();
        let say = &GUIDE.say;
        let urgency = decides.as_ref().and_then(|(claim, _)| claim.urgency);
        match urgency {
            Some(Urgency::Emergency) => self.page.always(&say.emergency),
            Some(Urgency::Urgent) => self.page.own(&say.urgent),
            Some(Urgency::Routine) => self.page.own(&say.routine),
            Some(Urgency::SelfCare) | None => {}
        }
        if let Some(answer) = sign.answer.filter(|_| kinds::asks(&self.text, &self.understood.question)) {
            self.page.paragraph(answer.in_words());
        }
        if let Some((claim, bullet)) = &decides {
            let text = closed(claim.clipped_at(bullet, 50));
            let fresh = self.page.earlier().fresh(&text).to_lowercase();
            if fresh.contains(&bullet.to_lowercase()) {
                self.urge(claim, Some(bullet), 50);
            } else {
                self.still(claim, &text);
            }
        }
        for (claim, words) in &others {
            if claim.urgency.is_some() {
                self.urge(claim, Some(words), 40);
            } else {
                self.say_at(claim, words, 45);
            }
        }
        match urgency {
            Some(Urgency::Emergency) => {
                self.page.own(&say.not_a_doctor);
                self.offer();
            }
            Some(Urgency::Urgent | Urgency::Routine) => {
                self.part = Part::Act;
                self.for_whom();
                self.claims.retain(|claim| claim.part != Part::Act || claim.fit >= ON_IT);
                self.bullets(2);
                self.safety_net();
                self.page.own(&say.more_help);
                self.page.own(&say.not_a_doctor);
                if urgency == Some(Urgency::Routine) && !self.ask() {
                    self.offer();
                }
            }
            Some(Urgency::SelfCare) | None => self.first(),
        }
    }

    /// Says that a bullet which was said before still holds: people ask again because they doubt it.
    fn still(&mut self, claim: &Claim<'library>, text: &str) {
        let Some(urgency) = claim.urgency else { return };
        let text = text.replace(". ", "; ");
        let mut lines = GUIDE.say.still.all().iter().map(|words| format!("{words} {text}"));
        let Some(line) = lines.find(|line| !self.page.earlier().has(line)) else { return };
        self.level = Some(self.level.map_or(urgency, |level| level.min(urgency)));
        self.said.push((&claim.article.id, claim.start));
        self.page.bullet(&format!("**{}:** {line}", urgency.label()), claim.article, claim.start, claim.fit);
    }

    /// What would make it an emergency, once.
    fn safety_net(&mut self) {
        let of = |claim: &&Claim| self.is_of_article(claim) && claim.urgency == Some(Urgency::Emergency);
        let Some(first) = self.claims.iter().find(of).cloned() else { return };
        if !self.page.earlier().began(&first.text) && !self.was_said(&first) {
            self.urge(&first, Some(""), 36);
        }
    }
}
