//! Decides what kind of page a message gets: the guide's own words, an answer on an article, what comes nearest, or that
//! it does not know.

use knowledge::{Asked, Hit, Library, words};
use protocol::Role;

use super::answer::Answer;
use super::asking::{self, Slot};
use super::claims::{self, Claim};
use super::dialogue::{Dialogue, SKIP};
use super::focus;
use super::kinds::{self, Kind};
use super::page::{Page, closed};
use super::phrases::{GUIDE, Words, spaced};
use super::questions;
use super::slots;
use super::understand::{Part, Understanding};
use crate::models::{Choice, FactKind, Past, Prompt};

/// How many imported entries are quoted where the guide has nothing of its own, and how many words of each.
const FURTHER: usize = 2;
const QUOTED: usize = 45;
/// How many subjects are offered where it is not clear which is meant.
const NEAREST: usize = 3;

/// An answer before it is streamed.
pub(super) fn compose<'library>(
    prompt: &Prompt,
    understood: &Understanding<'library>,
    dialogue: &Dialogue<'library>,
    library: &'library Library,
) -> Page<'library> {
    let mut page = Page::resting_on(&understood.hits, dialogue.earlier.clone());
    let say = &GUIDE.say;
    let text = spaced(&understood.question);
    match understood.kind {
        Kind::Empty => page.always(&say.empty),
        Kind::SmallTalk => page.always(small_talk(&text)),
        Kind::About => page.always(about(&text, &prompt.history)),
        Kind::NotHealth if kinds::of_an_animal(&text) || kinds::of_an_animal_before(&text, &prompt.history) => {
            page.always(&say.animal);
        }
        Kind::NotHealth => page.always(&say.not_health),
        Kind::OwnData => own_data(prompt, &text, &mut page),
        Kind::NotAnswerable => match focus::tongue(&prompt.question) {
            Some(tongue) => {
                let danger = tongue.danger(&prompt.question);
                if let Some(now) = danger {
                    page.paragraph(&format!("**{now}**"));
                }
                if let focus::Tongues::Known(tongue) = tongue {
                    page.paragraph(&tongue.say);
                }
                page.always(&say.english_only);
                page.and(if danger.is_some() {
                    "What you write may be an emergency: call 112, 911, 999 or your local number now."
                } else {
                    "In an emergency call 112, 911, 999 or your local number."
                });
            }
            None => page.always(&say.nonsense),
        },
        Kind::Harm => return harm(&text, understood, dialogue, library),
        _ if understood.answered.is_some() || !understood.asked.is_empty() => {
            return Answer::new(prompt, understood, dialogue, library).compose();
        }
        _ => {
            if understood.sign.is_none()
                && let Some(page) = several(prompt, dialogue, library)
            {
                return page;
            }
            let known = understood.sign.is_some()
                || understood.continues.is_some()
                || understood.hits.first().is_some_and(|hit| understood.speaks_of(hit.article, library));
            if known {
                return Answer::new(prompt, understood, dialogue, library).compose();
            }
            if understood.kind == Kind::Feelings {
                // What comes nearest in words is no answer to what weighs on somebody.
                page.own(&say.warmth);
                page.always(&say.weighs);
                return page;
            }
            if is_outside(&text, understood) {
                page.always(&say.not_health);
                return page;
            }
            return which(understood, dialogue, library).unwrap_or_else(|| unknown(understood, dialogue, library));
        }
    }
    page
}

/// Whether nothing in a message speaks of health: who asks about the offside rule is not sent to a pharmacist. What is short
/// may be the name of something that the library has never heard of.
fn is_outside(text: &str, understood: &Understanding<'_>) -> bool {
    const SHORT: usize = 5;
    let health = GUIDE.signs.health.are_in(text) || understood.query.names_something();
    let medicine = understood.dose || understood.over_label || understood.already_taken;
    !health && !medicine && text.split_whitespace().count() > SHORT
}

fn small_talk(text: &str) -> &'static Words {
    let (say, signs) = (&GUIDE.say, &GUIDE.signs);
    if signs.abuse.are_in(text) {
        &say.abuse
    } else if signs.goodbye.have(text) {
        &say.goodbye
    } else if signs.small_talk.are_in(text) {
        &say.small_talk
    } else if signs.greeting.are_in(text) && !signs.thanks.are_in(text) {
        &say.greeting
    } else {
        &say.thanks
    }
}

fn about(text: &str, history: &[Past]) -> &'static Words {
    let known = of_this_app(text);
    // "And is it really gone?" goes on from what was asked of the app before.
    known
        .or_else(|| {
            history
                .iter()
                .rev()
                .filter(|past| past.role == Role::User)
                .find_map(|past| of_this_app(&spaced(&past.text)))
        })
        .unwrap_or(&GUIDE.say.about)
}

fn of_this_app(text: &str) -> Option<&'static Words> {
    let (say, signs) = (&GUIDE.say, &GUIDE.signs);
    let words = if signs.cannot_do.are_in(text) {
        &say.cannot_do
    } else if signs.delete.are_in(text) {
        &say.delete
    } else if signs.moving.are_in(text) {
        &say.moving
    } else if signs.feel.are_in(text) {
        &say.feel
    } else if signs.about_sources.are_in(text) {
        &say.about_sources
    } else if signs.about_doubt.are_in(text) {
        &say.about_doubt
    } else if signs.account.are_in(text) {
        &say.account
    } else if signs.privacy.are_in(text) {
        &say.privacy
    } else if signs.about.are_in(text) {
        &say.about
    } else {
        return None;
    };
    Some(words)
}

/// A refusal. Where it is about food or medicines misused, with what the library says on that.
fn harm<'library>(
    text: &str,
    understood: &Understanding<'library>,
    dialogue: &Dialogue<'library>,
    library: &'library Library,
) -> Page<'library> {
    let mut page = Page::resting_on(&understood.hits, dialogue.earlier.clone());
    if !GUIDE.signs.harm_food.are_in(text) {
        page.always(&GUIDE.say.harm);
        return page;
    }
    page.always(&GUIDE.say.harm_food);
    let about = library.read("eating disorder telling someone you trust");
    if let Some(article) = library.find(&about, 1).first().map(|hit| hit.article) {
        let mut claims = claims::of(article, &about, library);
        claims.retain(|claim| {
            claim.urgency.is_none() && claim.stands_alone() && !page.earlier().began(claim.clipped(35))
        });
        claims.sort_by(|a, b| b.fit.total_cmp(&a.fit));
        for claim in claims.iter().take(2) {
            page.bullet(&closed(claim.clipped(35)), article, claim.start, claim.fit);
        }
    }
    page
}

/// Words by which someone asks what they said; they do not say what it was about.
const ASKING: [&str; 34] = [
    "what", "did", "i", "tell", "you", "say", "said", "was", "my", "do", "remember", "mention", "again", "the",
    "about", "to", "me", "have", "told", "know", "last", "remind", "it", "of", "is", "that", "am", "are", "on", "when",
    "were", "in", "a", "and",
];

/// What the person told, from the facts; else in their own words.
fn own_data(prompt: &Prompt, text: &str, page: &mut Page) {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let kind = if has(&["allerg"]) {
        Some(FactKind::Allergy)
    } else if has(&[" medicine", " taking ", " tablets ", " take "]) {
        Some(FactKind::Medicine)
    } else if has(&[" pregnan"]) {
        Some(FactKind::Pregnancy)
    } else {
        None
    };
    let facts: Vec<&str> = (prompt.facts.iter())
        .filter(|fact| kind.is_none_or(|kind| fact.kind == kind))
        .map(|fact| fact.text.as_str())
        .collect();
    let all = has(&["what did i tell you", "what have i told you", "what do you know about me"]);
    if !facts.is_empty() && (kind.is_some() || all) {
        page.paragraph(&GUIDE.say.own_data.all()[0]);
        for fact in facts {
            page.paragraph(&format!("- {fact}"));
        }
        return;
    }
    if let Some(told) = measured(prompt, text) {
        page.paragraph(&GUIDE.say.own_quoted.all()[0]);
        return page.paragraph(&format!("- “{told}”"));
    }
    let asked: Vec<String> = words::words(text)
        .iter()
        .filter(|word| !ASKING.contains(&word.as_str()))
        .map(|word| words::stem(word))
        .collect();
    let mut quoted: Vec<&str> = Vec::new();
    for past in prompt.history.iter().filter(|past| past.role == Role::User) {
        for sentence in past.text.lines().flat_map(claims::sentences) {
            let stems = words::stems(sentence);
            let near = |asked: &String| {
                stems.iter().any(|stem| stem == asked || (asked.len() > 5 && stem.get(..6) == asked.get(..6)))
            };
            if asked.is_empty() || asked.iter().any(near) {
                quoted.push(sentence.trim());
            }
        }
    }
    if quoted.is_empty() {
        return page.always(&GUIDE.say.own_nothing);
    }
    page.paragraph(&GUIDE.say.own_quoted.all()[0]);
    for quote in quoted.iter().rev().take(3).rev() {
        let short: Vec<&str> = quote.split_whitespace().take(24).collect();
        page.paragraph(&format!("- “{}”", short.join(" ")));
    }
}

/// What was measured, as the person told it last: "what was my reading" does not repeat what it was a reading of.
fn measured<'prompt>(prompt: &'prompt Prompt, text: &str) -> Option<&'prompt str> {
    const READING: [&str; 10] = [
        " reading ",
        " readings ",
        " number ",
        " numbers ",
        " result ",
        " results ",
        " figure ",
        " level ",
        " levels ",
        " score ",
    ];
    const MEASURES: [&[&str]; 6] = [
        &[" bp ", " blood pressure ", " pressure "],
        &[" temp ", " temperature ", " fever "],
        &[" sugar ", " sugars ", " glucose ", " hba1c ", " a1c "],
        &[" weight ", " weigh ", " kg ", " kilos ", " stone ", " bmi "],
        &[
            " egfr ",
            " ferritin ",
            " cholesterol ",
            " tsh ",
            " b12 ",
            " crp ",
            " psa ",
            " inr ",
            " potassium ",
            " haemoglobin ",
        ],
        &[" pulse ", " heart rate ", " oxygen ", " sats ", " peak flow "],
    ];
    let named: Vec<&[&str]> =
        MEASURES.into_iter().filter(|names| names.iter().any(|name| text.contains(name))).collect();
    if named.is_empty() && !READING.iter().any(|word| text.contains(word)) {
        return None;
    }
    let tells = |sentence: &str| {
        let said = spaced(sentence);
        let digit = sentence.contains(|character: char| character.is_ascii_digit());
        let of = |names: &&[&str]| names.iter().any(|name| said.contains(name));
        let pressure = slots::blood_pressure(sentence).is_some();
        let wants_pressure = named.is_empty() || named.iter().any(|names| names.contains(&" bp "));
        (pressure && wants_pressure)
            || (digit && if named.is_empty() { MEASURES.iter().any(of) } else { named.iter().any(of) })
    };
    let said = prompt.history.iter().rev().filter(|past| past.role == Role::User);
    said.flat_map(|past| past.text.lines().flat_map(claims::sentences)).map(str::trim).find(|sentence| tells(sentence))
}

/// More than one question in a message: each in short, and which to go into.
fn several<'library>(
    prompt: &Prompt,
    dialogue: &Dialogue<'library>,
    library: &'library Library,
) -> Option<Page<'library>> {
    const MOST: usize = 3;
    let asked: Vec<&str> = prompt.question.split_inclusive('?').filter(|part| part.ends_with('?')).collect();
    let mut found: Vec<(claims::Claim<'library>, Hit<'library>)> = Vec::new();
    if asked.len() < 2 {
        return None;
    }
    for part in asked.iter().take(MOST + 1) {
        let query = library.read(part);
        if !query.names_something() {
            continue;
        }
        let Some(hit) = library.find(&query, 1).into_iter().next() else { continue };
        if found.iter().any(|(claim, _)| claim.article.id == hit.article.id) {
            continue;
        }
        let claims = claims::of(hit.article, &query, library);
        let may = |claim: &&Claim| claim.stands_alone() && claim.urgency.is_none() && claim.part != Part::People;
        let best = claims.iter().filter(may).max_by(|a, b| a.fit.total_cmp(&b.fit));
        if let Some(best) = best.cloned() {
            found.push((best, hit));
        }
    }
    if found.len() < 2 {
        return None;
    }
    let hits: Vec<Hit> = found.iter().map(|(_, hit)| hit.clone()).collect();
    let mut page = Page::resting_on(&hits, dialogue.earlier.clone());
    page.always(&GUIDE.say.several);
    let mut choices = Vec::new();
    for (claim, hit) in found.iter().take(MOST) {
        let text = closed(claim.clipped(32));
        page.bullet(&format!("*{}:* {text}", hit.article.title), hit.article, claim.start, claim.fit);
        choices.push(asking::tapped(Slot::Which, &hit.article.id, "this", &hit.article.title));
    }
    page.own(&GUIDE.say.not_a_doctor);
    page.and("Which shall we go into?");
    choices.push(Choice { id: SKIP.to_owned(), label: "Skip".to_owned() });
    page.choices = choices;
    Some(page)
}

/// The second chance: nothing may be claimed, but people ask something near it.
fn which<'library>(
    understood: &Understanding<'library>,
    dialogue: &Dialogue<'library>,
    library: &'library Library,
) -> Option<Page<'library>> {
    let near = questions::nearest(&understood.question, library, NEAREST);
    if near.is_empty() {
        return None;
    }
    let mut page = Page::resting_on(&understood.hits, dialogue.earlier.clone());
    page.always(&GUIDE.say.which);
    page.own(&GUIDE.say.not_a_doctor);
    page.and("If it is severe, sudden or getting worse quickly, call your emergency number (112, 911, 999 or your local number). Which one do you mean?");
    let tapped = |near: &Asked| asking::tapped(Slot::Which, &near.article.id, "this", &near.question.ask);
    page.choices = near.iter().map(tapped).collect();
    page.choices.push(Choice { id: SKIP.to_owned(), label: "Skip".to_owned() });
    Some(page)
}

fn unknown<'library>(
    understood: &Understanding<'library>,
    dialogue: &Dialogue<'library>,
    library: &'library Library,
) -> Page<'library> {
    let mut page = Page::resting_on(&[], dialogue.earlier.clone());
    let say = &GUIDE.say;
    if understood.kind == Kind::Feelings {
        page.own(&say.warmth);
    }
    if understood.already_taken {
        page.always(&say.already_taken);
    } else if understood.over_label {
        page.always(&say.over_label);
    } else if understood.dose {
        page.always(&say.prescription);
    }
    page.always(&say.unknown);
    imported(&mut page, &understood.question, library);
    page
}

/// What was imported beside the articles, quoted: the guide makes no advice of it.
fn imported(page: &mut Page<'_>, question: &str, library: &Library) {
    let hits = library.further(question, FURTHER).unwrap_or_else(|error| {
        tracing::warn!(%error, "the imported library can't be read");
        Vec::new()
    });
    if !hits.is_empty() {
        page.always(&GUIDE.say.imported);
    }
    for hit in hits {
        let source = hit.source();
        let flat: Vec<&str> = source.passage.split_whitespace().take(QUOTED).collect();
        let more = if flat.len() == QUOTED { " …" } else { "" };
        page.imported(&format!("**{}:** “{}{more}”", closed_title(&source.title), plain(&flat.join(" "))), source);
    }
}

/// A title as the beginning of a line.
fn closed_title(title: &str) -> String {
    plain(title.trim().trim_end_matches(['?', '.', ':', ' ']))
}

/// Text in which nothing is Markdown.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|character| !"*_`[]<>#|\\".contains(*character)).collect()
}
