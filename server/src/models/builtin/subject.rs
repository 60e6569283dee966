//! What a dialogue is about: the article that was last spoken of, and whether a message stays with it.

use knowledge::{Article, Library, Query};
use protocol::Role;

use super::phrases::{GUIDE, spaced};
use super::understand::{Understanding, weight_of};
use super::{asking, claims, focus, kinds, questions, whom};
use crate::models::Past;

/// From here a claim of the article before answers the message, too.
const SPEAKS_TO_IT: f64 = 1.4;

impl Understanding<'_> {
    /// Whether a message has no subject of its own, or one that belongs to the subject before it. People stay with a
    /// subject: it takes the name of another complaint, of which the article before says nothing, to leave it.
    pub(super) fn goes_on(&self, text: &str, before: &Article, library: &Library) -> bool {
        const POINTS_BACK: [&str; 4] = [" for it ", " with it ", " for that ", " for this "];
        let content: Vec<_> = self.query.units.iter().filter(|unit| !whom::is_audience(&unit.typed)).collect();
        let named = content.iter().any(|unit| !unit.names.is_empty());
        if !named {
            // A thing that nobody has heard of is a new subject, said shortly.
            let changes = GUIDE.signs.new_subject.are_in(text);
            return content.is_empty() || !changes || best_fit(before, &self.query, library) >= SPEAKS_TO_IT;
        }
        if POINTS_BACK.iter().any(|sign| text.contains(sign)) {
            return true;
        }
        let Some(new) = library.find(&self.query, 1).first().map(|hit| hit.article) else { return true };
        if new.id == before.id {
            return true;
        }
        // A medicine, a test or a way of living may be asked about for what came before; another complaint is new.
        let first = new.topics.first().map(String::as_str);
        let aspect = matches!(
            first,
            Some("medicines" | "tests" | "care" | "living-well" | "food-and-drink" | "movement" | "prevention")
        );
        if weight_of(&self.query, new, library) <= 0.0 {
            return true;
        }
        let changes = GUIDE.signs.new_subject.are_in(text);
        let here = best_fit(before, &self.query, library);
        let there = best_fit(new, &self.query, library);
        let share = match (aspect, changes) {
            (false, true) => return false,
            (true, true) | (false, false) => 0.8,
            (true, false) => 0.5,
        };
        (here >= SPEAKS_TO_IT && here >= there * share)
            || before.related.contains(&new.id) && !changes && here >= SPEAKS_TO_IT * 0.8
    }
}

/// How well the best claim of an article answers.
fn best_fit(article: &Article, query: &Query, library: &Library) -> f64 {
    let claims = claims::of(article, query, library);
    claims.iter().map(|claim| claim.fit + claim.implied).fold(0.0, f64::max)
}

/// Whether the message before was refused because it asked for harm.
pub(super) fn refused_before(history: &[Past], library: &Library) -> bool {
    let last = history.iter().rev().find(|past| past.role == Role::User);
    last.is_some_and(|past| {
        let query = library.read(&past.text);
        kinds::not_of_health(&spaced(&past.text), &query, false) == Some(kinds::Kind::Harm)
    })
}

/// The article that was last spoken of: what the guide asked about, or the last question with a subject.
pub(super) fn subject_before<'library>(history: &[Past], library: &'library Library) -> Option<&'library Article> {
    // "And in pregnancy?" is a question about what came before it.
    let of_its_own =
        |query: &Query| query.units.iter().any(|unit| !unit.names.is_empty() && !whom::is_audience(&unit.typed));
    let mut near = None;
    for past in history.iter().rev() {
        match past.role {
            Role::Assistant => {
                let parts = past.choices.iter().filter_map(|choice| asking::parts(&choice.id));
                let mut asked = parts.filter_map(|(slot, id, _)| Some((slot, library.article(id)?)));
                match asked.next() {
                    // What came nearest, for someone who tells on without saying which was meant.
                    Some((asking::Slot::Which, article)) => near = near.or(Some(article)),
                    Some((_, article)) => return Some(article),
                    None => {}
                }
            }
            // Another language was not understood, so it was about nothing.
            Role::User if focus::tongue(&past.text).is_some() => {}
            Role::User => {
                let (question, _) = focus::of(&past.text);
                if let Some(article) = questions::subject(&question, library) {
                    return Some(article);
                }
                let query = library.read(&question);
                let found = library.find(&query, 1).first().map(|hit| hit.article);
                if found.is_some() && of_its_own(&query) {
                    return found;
                }
                near = near.or(found);
            }
            _ => {}
        }
    }
    near
}
