//! What a message wants: what kind it is, what is asked of the library, for whom, and what it goes on from.

use knowledge::questions::{Fit, Level};
use knowledge::{Article, Asked, Hit, Library, Query, Urgency, words};
use protocol::Role;

use super::claims;
use super::constellations::{self, Sign};
use super::dialogue::{Answered, Dialogue};
use super::focus;
use super::kinds::{self, Kind};
use super::phrases::{GUIDE, spaced};
use super::questions;
use super::slots;
use super::subject::{refused_before, subject_before};
use super::whom;
use crate::models::{Past, Prompt};

/// The part of an article that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    What,
    Act,
    Help,
    People,
}

impl Part {
    pub(super) const ALL: [Self; 4] = [Self::What, Self::Act, Self::Help, Self::People];

    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::What => "What it is",
            Self::Act => "What you can do",
            Self::Help => "When to get help",
            Self::People => "Children, pregnancy and older people",
        }
    }

    /// As it is offered at the end of an answer.
    pub(super) fn offer(self) -> &'static str {
        let offer = &GUIDE.offer;
        match self {
            Self::What => &offer.what,
            Self::Act => &offer.act,
            Self::Help => &offer.help,
            Self::People => &offer.people,
        }
    }
}

/// A message as it was understood.
#[expect(clippy::struct_excessive_bools, reason = "signs that stand by themselves, each found or not")]
pub(super) struct Understanding<'library> {
    pub(super) kind: Kind,
    /// What of the message is gone by.
    pub(super) question: String,
    /// Whether that is only a part of it.
    pub(super) shortened: bool,
    /// What is wanted of the article, where the message says so.
    pub(super) part: Option<Part>,
    /// Indices into the guide's audiences.
    pub(super) audiences: Vec<usize>,
    pub(super) query: Query,
    /// Passages that fit, best first.
    pub(super) hits: Vec<Hit<'library>>,
    /// The article that an earlier question was about, where this message goes on from it.
    pub(super) continues: Option<&'library Article>,
    /// How the open question was answered.
    pub(super) answered: Option<Answered<'library>>,
    /// What people ask that it asks, in its own order.
    pub(super) asked: Vec<Asked<'library>>,
    /// What it asks about besides and nothing was found that answers just that.
    pub(super) left: Option<&'library Article>,
    /// Signs that mean something together, which decide what it is about and how soon.
    pub(super) sign: Option<&'static Sign>,
    /// Whether it goes on with a statement rather than a question.
    pub(super) tells: bool,
    /// For how many days it has been going on.
    pub(super) days: Option<u32>,
    /// Whether signs are said not to be there.
    pub(super) denies: bool,
    pub(super) over_label: bool,
    pub(super) already_taken: bool,
    pub(super) dose: bool,
    pub(super) asks_diagnosis: bool,
    /// It would put off what was said to be urgent.
    pub(super) puts_off: bool,
}

/// How many passages are looked at for one answer.
const PASSAGES: usize = 6;
/// From here what people ask is asked whatever else the message looks like.
const PLAINLY: f64 = 0.8;

/// Reads a message with what was said before it.
pub(super) fn understand<'library>(
    prompt: &Prompt,
    dialogue: &Dialogue<'library>,
    library: &'library Library,
) -> Understanding<'library> {
    let (question, shortened) = focus::of(&prompt.question);
    let all = spaced(&question);
    let goes_on_from = subject_before(&prompt.history, library);
    let (asserted, denies) = focus::without_denied(&question);
    let nothing_left = words::words(&asserted).is_empty();
    let asserted = if nothing_left && goes_on_from.is_none() { question.clone() } else { asserted };
    let text = spaced(&asserted);
    let signs = &GUIDE.signs;
    let own = library.read(&asserted);
    let pressed = signs.excuse.are_in(&all) && refused_before(&prompt.history, library);
    let fixed = if pressed {
        Some(Kind::Harm)
    } else if focus::tongue(&prompt.question).is_some() {
        Some(Kind::NotAnswerable)
    } else {
        let spoken_of = !whom::signs_in(&all, &question).is_empty();
        let has_part = part(&all).is_some() || spoken_of;
        let animal = kinds::of_an_animal_before(&all, &prompt.history).then_some(Kind::NotHealth);
        let app = kinds::of_this_app_before(&all, &own, &prompt.history).then_some(Kind::About);
        kinds::not_of_health(&all, &own, goes_on_from.is_some())
            .or(animal)
            .or(app)
            .filter(|kind| *kind != Kind::SmallTalk || !has_part || own.units.is_empty())
            .filter(|kind| *kind != Kind::SmallTalk || accepted_offer(&all, &prompt.history).is_none())
    };
    let answered = match fixed {
        None | Some(Kind::SmallTalk) => dialogue.answered(&prompt.question, library),
        Some(_) => None,
    };
    let fixed = fixed.filter(|_| answered.is_none());
    // Where it was asked which is meant, what is tapped is a question itself.
    let which = matches!(answered, Some(Answered::Meant(_)));
    let taps = answered.is_some() && !which && dialogue.taps(&prompt.question);
    let asked = match fixed {
        _ if taps => Vec::new(),
        None => questions::of(prompt, &question, dialogue, library),
        // Words of talk do not make less of a question that is plainly one of health.
        Some(Kind::SmallTalk | Kind::NotHealth)
            if !kinds::of_an_animal(&all) && !kinds::of_an_animal_before(&all, &prompt.history) =>
        {
            let mut asked = questions::of(prompt, &question, dialogue, library);
            asked.retain(|asked| asked.score >= PLAINLY && asked.fit == Fit::Whole);
            asked
        }
        Some(_) => Vec::new(),
    };
    let fixed = fixed.filter(|_| asked.is_empty());
    let answered = answered.filter(|_| asked.is_empty());
    let mut understood = Understanding {
        kind: fixed.unwrap_or(Kind::Symptom),
        part: part(&all),
        audiences: Vec::new(),
        query: own,
        hits: Vec::new(),
        continues: None,
        answered,
        left: questions::left_over(&question, &asked, library),
        asked,
        sign: None,
        tells: false,
        days: slots::days(&question),
        denies,
        over_label: signs.over_label.are_in(&all),
        already_taken: signs.already_taken.are_in(&all) || slots::dismay_at_taking(&question),
        dose: signs.dose.are_in(&all),
        asks_diagnosis: signs.no_diagnosis.are_in(&all),
        puts_off: signs.puts_off.are_in(&all) && dialogue.is_urgent(),
        question,
        shortened,
    };
    if fixed.is_none() {
        understood.sign = constellations::told(prompt, &asserted)
            .filter(|_| understood.answered.is_none() || !dialogue.taps(&prompt.question));
        // What is asked in so many words is nearer than a sign, unless that is an emergency and the other is none.
        let graver = understood.sign.is_some_and(|sign| is_emergency(sign, library))
            && !understood.asked.iter().any(|asked| asked.question.urgency == Some(Level::Emergency));
        if understood.sign.is_some() {
            understood.asked.retain(|asked| asked.fit != Fit::ButForOne);
        }
        if !understood.asked.is_empty() && !graver {
            understood.sign = None;
        }
        if understood.sign.is_some() {
            understood.answered = None;
        }
        understood.of_health(&text, &asserted, prompt, goes_on_from, library);
    }
    understood
}

impl<'library> Understanding<'library> {
    /// Whether what is asked or told is for the same day at the latest.
    pub(super) fn cannot_wait(&self, library: &Library) -> bool {
        let is_urgent = |level: Level| Urgency::from(level) <= Urgency::Urgent;
        self.asked.iter().any(|asked| asked.question.urgency.is_some_and(is_urgent))
            || self.sign.is_some_and(|sign| is_emergency(sign, library))
    }

    fn of_health(
        &mut self,
        text: &str,
        asserted: &str,
        prompt: &Prompt,
        before: Option<&'library Article>,
        library: &'library Library,
    ) {
        let spoken_of = !whom::signs_in(&spaced(&self.question), &self.question).is_empty();
        let asked_before = prompt
            .history
            .iter()
            .rev()
            .find(|past| past.role == Role::User && library.read(&past.text).units.iter().any(|unit| unit.known));
        let asked_before = asked_before.map_or("", |past| past.text.as_str());
        if let Some(answered) = &self.answered {
            let article = answered.article();
            let own = if self.query.units.iter().any(|unit| unit.known) && !matches!(answered, Answered::Meant(_)) {
                asserted
            } else {
                ""
            };
            self.part = None;
            self.go_on(article, &format!("{asked_before} {own}"), library);
        } else if let Some(asked) = self.asked.first().copied() {
            self.tells = !kinds::asks(&spaced(&self.question), &self.question);
            self.hits = library.find(&self.query, PASSAGES);
            self.hits.retain(|hit| hit.article.id != asked.article.id);
            let passage = asked.article.passage_at(asked.start()).expect("a question is a passage of its own").clone();
            self.hits.insert(0, Hit { article: asked.article, passage, score: asked.score });
            self.continues = before.filter(|before| before.id == asked.article.id);
        } else if let Some(article) =
            self.recognised(text, prompt, before, library).and_then(|sign| library.article(&sign.article))
        {
            self.tells = !kinds::asks(&spaced(&self.question), &self.question);
            self.go_on(article, asserted, library);
            self.continues = before.filter(|before| before.id == article.id);
        } else if let Some(article) = before.filter(|article| self.puts_off || self.goes_on(text, article, library)) {
            let offered = accepted_offer(text, &prompt.history);
            self.part = self.part.or(offered).or(spoken_of.then_some(Part::People));
            self.tells = offered.is_none() && !spoken_of && !kinds::asks(&spaced(&self.question), &self.question);
            self.go_on(article, asserted, library);
        } else {
            self.hits = library.find(&self.query, PASSAGES);
            self.named_first(library);
        }
        self.audiences = whom::of(prompt, &self.question, self.continues.is_some() || self.answered.is_some());
        let article = self.about(library);
        if self.audiences.is_empty()
            && self.query.personal
            && article.is_some_and(|article| article.topics.first().is_some_and(|topic| topic == "pregnancy"))
        {
            self.audiences.extend(whom::named("pregnancy"));
        }
        if self.asks_diagnosis {
            self.part = self.part.filter(|part| *part == Part::Help).or(Some(Part::What));
        }
        if self.days.is_none() && self.continues.is_some() {
            let mut said = prompt.history.iter().rev().filter(|past| past.role == Role::User).take(6);
            self.days = said.find_map(|past| slots::days(&past.text));
        }
        let kind = |written: &str, query: &Query| {
            let medicine = query
                .units
                .iter()
                .flat_map(|unit| &unit.names)
                .any(|at| library.articles()[*at].topics.first().is_some_and(|topic| topic == "medicines"));
            kinds::of_health(&spaced(written), written, query, article, medicine)
        };
        let own = library.read(asserted);
        self.kind = kind(&self.question, &own);
        if let Some(kind) = self.sign.and_then(Sign::kind) {
            self.kind = kind;
            return;
        }
        if self.sign.is_some_and(|sign| sign.bullet.is_some()) && self.kind != Kind::TestResult {
            self.kind = if self.kind == Kind::Medicine && own.names_something() && self.is_on_medicine(library) {
                Kind::Medicine
            } else {
                Kind::Symptom
            };
        }
        let short = self.question.split_whitespace().count() <= 4;
        if self.kind == Kind::Symptom && self.continues.is_some() && (!self.tells || short) {
            // What goes on from a question about a medicine is one, too.
            self.kind = kind(asked_before, &library.read(asked_before));
        }
    }

    /// The sign that the message tells; an emergency told before lasts while the message goes on from it.
    fn recognised(
        &mut self,
        text: &str,
        prompt: &Prompt,
        before: Option<&'library Article>,
        library: &'library Library,
    ) -> Option<&'static Sign> {
        if self.sign.is_none() {
            let lasts = |sign: &&Sign| {
                let article = library.article(&sign.article);
                is_emergency(sign, library)
                    && before.or(article).is_none_or(|before| self.goes_on(text, before, library))
            };
            self.sign = constellations::told_before(prompt).filter(lasts);
        }
        self.sign
    }

    /// The article that the message is about, as far as is known before it is answered.
    pub(super) fn about(&self, library: &'library Library) -> Option<&'library Article> {
        let told = self.sign.and_then(|sign| library.article(&sign.article));
        told.or(self.continues).or(self.hits.first().map(|hit| hit.article))
    }

    /// Whether what the message is about is a medicine.
    fn is_on_medicine(&self, library: &'library Library) -> bool {
        self.about(library).is_some_and(|article| article.topics.iter().any(|topic| topic == "medicines"))
    }

    /// What the message names stands before what only comes near.
    fn named_first(&mut self, library: &'library Library) {
        if let Some(first) = self.hits.first()
            && weight_of(&self.query, first.article, library) <= 0.0
        {
            // "The runs" are no running, whatever the words say.
            let named =
                |hit: &Hit| weight_of(&self.query, hit.article, library) >= 3.0 && hit.score >= first.score * 0.3;
            if let Some(at) = self.hits.iter().position(named) {
                let hit = self.hits.remove(at);
                self.hits.insert(0, hit);
                return;
            }
        }
        if self.hits.first().is_some_and(|hit| self.speaks_of(hit.article, library)) {
            return;
        }
        let found = library.search(&self.question, PASSAGES * 2);
        let best =
            self.hits.iter().chain(&found).find(|hit| weight_of(&self.query, hit.article, library) > 0.0).cloned();
        if let Some(best) = best.filter(|_| !self.hits.is_empty() || self.query.personal || self.over_label) {
            self.hits.retain(|hit| hit.article.id != best.article.id);
            self.hits.insert(0, best);
        }
    }

    /// Takes up an article again, with what is asked of it now.
    fn go_on(&mut self, article: &'library Article, question: &str, library: &'library Library) {
        let personal = self.query.personal;
        let with_name = library.read(&format!("{} {question}", article.names().nth(1).unwrap_or(&article.title)));
        let found = library.find(&with_name, PASSAGES);
        // What is asked now decides what is said; the article's name would speak for claims that only repeat it.
        let own = library.read(question);
        let content = own.units.iter().any(|unit| unit.known && !whom::is_audience(&unit.typed));
        self.query = if content { own } else { with_name };
        self.query.personal |= personal;
        let (mut hits, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|hit| hit.article.id == article.id);
        if hits.is_empty()
            && let Some(passage) = article.passages.first()
        {
            hits.push(Hit { article, passage: passage.clone(), score: 1.0 });
        }
        hits.extend(others);
        self.hits = hits;
        self.continues = Some(article);
    }
}

/// Whether the bullet that a sign names is an emergency.
fn is_emergency(sign: &Sign, library: &Library) -> bool {
    let named = library.article(&sign.article).zip(sign.bullet.as_deref());
    named.is_some_and(|(article, bullet)| {
        let claims = claims::of(article, &Query::default(), library);
        let holds = |claim: &&claims::Claim| claim.text.to_lowercase().contains(&bullet.to_lowercase());
        claims.iter().find(holds).is_some_and(|claim| claim.urgency == Some(Urgency::Emergency))
    })
}

/// What is wanted: the longest sign decides, and of equals the more careful part.
pub(super) fn part(text: &str) -> Option<Part> {
    let intents = &GUIDE.intents;
    let found = [
        (intents.what.longest_in(text), Part::What),
        (intents.act.longest_in(text), Part::Act),
        (intents.help.longest_in(text), Part::Help),
    ];
    found.into_iter().filter(|(length, _)| *length > 0).max_by_key(|(length, _)| *length).map(|(_, part)| part)
}

/// The part that the last answer offered first, where the message is nothing but a yes.
fn accepted_offer(text: &str, history: &[Past]) -> Option<Part> {
    const YES: [&str; 14] = [
        "yes",
        "yes please",
        "yeah",
        "yep",
        "sure",
        "ok",
        "okay",
        "please",
        "tell me more",
        "more",
        "go on",
        "please do",
        "yes tell me",
        "yes thanks",
    ];
    if !YES.contains(&text.trim()) {
        return None;
    }
    let last = history.iter().rev().find(|past| past.role == Role::Assistant)?;
    let offered = |part: &Part| last.text.rfind(part.offer()).map(|at| (at, *part));
    Part::ALL.iter().filter_map(offered).min_by_key(|(at, _)| *at).map(|(_, part)| part)
}

/// How much a question names this article; one that it does not name at all only comes near.
pub(super) fn weight_of(query: &Query, article: &Article, library: &Library) -> f64 {
    let at = library.articles().iter().position(|known| known.id == article.id);
    let naming = query.units.iter().filter(|unit| at.is_some_and(|at| unit.names.contains(&at)));
    naming.map(|unit| unit.weight).sum()
}

pub(super) use super::whom::is_audience;

impl Understanding<'_> {
    /// Whether the question names this article, or a word of it stands in the article's title.
    pub(super) fn speaks_of(&self, article: &Article, library: &Library) -> bool {
        let title = words::stems(&article.title);
        let in_title = |stems: &Vec<String>| !stems.is_empty() && stems.iter().all(|stem| title.contains(stem));
        let units = self.query.units.iter().filter(|unit| !is_audience(&unit.typed));
        weight_of(&self.query, article, library) > 0.0
            || units.flat_map(|unit| std::iter::once(&unit.stems).chain(&unit.means)).any(in_title)
    }

    /// Whether a text is for one of the audiences.
    pub(super) fn is_for(&self, text: &str) -> bool {
        let words = words::words(text);
        let marks = self.audiences.iter().flat_map(|at| &GUIDE.audience[*at].marks);
        marks.into_iter().any(|mark| words.contains(mark))
    }

    /// For whom it is asked.
    pub(super) fn whom(&self) -> Vec<&'static str> {
        self.audiences.iter().map(|at| GUIDE.audience[*at].name.as_str()).collect()
    }
}
