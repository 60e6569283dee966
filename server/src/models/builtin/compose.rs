//! Decides what kind of page a message gets: the guide's own words, an answer on an article, what comes nearest, or that
//! it does not know.

use super::answer::{ANSWERS, Answer};
use super::claims::{self, Claim};
use super::page::{Page, clip};
use super::phrases::GUIDE;
use super::understand::{Kind, Understanding};
use crate::knowledge::{Article, Library};

/// An answer before it is streamed.
pub(super) fn compose<'library>(
    question: &str,
    understood: &Understanding<'library>,
    library: &'library Library,
) -> Page<'library> {
    let say = &GUIDE.say;
    let fixed = match understood.kind {
        Kind::Empty => &say.empty,
        Kind::Greeting => &say.greeting,
        Kind::Thanks => &say.thanks,
        Kind::About => &say.about,
        Kind::Privacy => &say.privacy,
        Kind::NotHealth => &say.not_health,
        Kind::Harm => &say.harm,
        Kind::Health if understood.hits.is_empty() => return unknown(understood),
        Kind::Health if !understood.speaks_of(understood.hits[0].article, library) => {
            return loosely(understood, library);
        }
        Kind::Health => return Answer::new(question, understood, library).compose(),
    };
    let mut page = Page::default();
    page.paragraph(fixed.trim());
    page
}

fn unknown<'library>(understood: &Understanding) -> Page<'library> {
    let mut page = Page::default();
    if understood.already_taken {
        page.paragraph(&GUIDE.say.already_taken);
    } else if understood.over_label {
        page.paragraph(&GUIDE.say.over_label);
    } else if understood.dose {
        page.paragraph(&GUIDE.say.prescription);
    }
    page.paragraph(GUIDE.say.unknown.trim());
    page
}

/// What comes nearest, where the question names nothing that there is an article on.
fn loosely<'library>(understood: &Understanding<'library>, library: &'library Library) -> Page<'library> {
    let mut articles: Vec<&Article> = Vec::new();
    for hit in &understood.hits {
        if articles.len() < 3 && !articles.iter().any(|article| article.id == hit.article.id) {
            articles.push(hit.article);
        }
    }
    let mut claims: Vec<Claim> = articles.iter().flat_map(|article| claims::of(article, understood, library)).collect();
    let best = claims.iter().map(|claim| claim.fit).fold(0.0, f64::max);
    claims.retain(|claim| claim.fit >= ANSWERS && claim.fit >= best * 0.7);
    if claims.is_empty() {
        return unknown(understood);
    }
    claims.sort_by(|a, b| b.fit.total_cmp(&a.fit));
    claims.truncate(3);
    claims.sort_by_key(|claim| claim.urgency.map_or(4, |urgency| urgency as usize));
    let mut page = Page::resting_on(&understood.hits);
    page.paragraph(&GUIDE.say.loosely);
    for claim in &claims {
        let label = claim.urgency.map_or_else(String::new, |urgency| format!("**{}:** ", urgency.label()));
        let text = format!("{label}{} (from *{}*)", clip(&claim.text, 45), claim.article.title);
        page.bullet(&text, claim.article, claim.start, claim.fit);
    }
    page.paragraph(&GUIDE.say.ask_someone);
    page.paragraph(&format!("{} What else do you notice, and since when?", GUIDE.say.not_a_doctor));
    page
}
