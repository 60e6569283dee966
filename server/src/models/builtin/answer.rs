//! Composes an answer on an article from its claims: what is asked first, then when to get help, then what could be asked
//! next. Every claim carries the number of the passage in which it stands.

use knowledge::{Article, Hit, Library, Urgency, words};

use super::asking::{self, Question, Slot};
use super::claims::{self, Claim};
use super::dialogue::{Answered, CALL, Dialogue, SKIP};
use super::kinds::{self, Kind};
use super::page::Page;
use super::phrases::{GUIDE, spaced};
use super::questions;
use super::understand::{Part, Understanding, weight_of};
use super::whom;
use crate::models::{Choice as Tapped, Prompt};

/// From here a claim answers the question itself rather than its subject.
pub(super) const ANSWERS: f64 = 1.4;
/// From here a message says something of an emergency beyond the subject's name.
const BEYOND_ITS_NAME: f64 = 1.0;
/// What being for the person asked about adds.
const FOR_THEM: f64 = 1.5;
/// What speaking of doses adds where an amount of a medicine is asked for.
const SPEAKS_OF_DOSE: f64 = 3.0;

/// What naming a medicine adds where it is asked what to take.
const NAMES_A_MEDICINE: f64 = 2.0;
/// What being on the side of the subject that is asked about adds.
const SIDE: f64 = 1.6;
/// From so many words a question has something of its own to it.
const LONG: usize = 9;
/// From here a claim answers what is asked further.
const COVERS: f64 = 1.0;
/// From here a claim is on what is asked at all.
pub(super) const ON_IT: f64 = 0.5;
/// What allowing or forbidding adds where it is asked whether something may be done.
const ALLOWS_OR_NOT: f64 = 0.8;
/// What a number adds where an amount is asked for.
const NAMES_AN_AMOUNT: f64 = 0.8;
const ASKS_LEAVE: [&str; 16] = [
    " can i ",
    " should i ",
    " can he ",
    " can she ",
    " should he ",
    " should she ",
    " shall i ",
    " is it ok ",
    " is it safe ",
    " ok to ",
    " do i have to ",
    " do i need ",
    " does he skip ",
    " can we ",
    " take it or ",
    " still ",
];
const ALLOWS: [&str; 10] =
    ["Do not", "Never", "No ", "Not ", "You can", "You do not", "You may", "Keep ", "Ask ", "Don't"];
const MEDICINES: [&str; 5] = ["paracetamol", "ibuprofen", "medicine", "medicines", "painkillers"];

/// An answer in the making.
pub(super) struct Answer<'question, 'library> {
    pub(super) prompt: &'question Prompt,
    pub(super) understood: &'question Understanding<'library>,
    pub(super) dialogue: &'question Dialogue<'library>,
    pub(super) text: String,
    pub(super) article: &'library Article,
    pub(super) part: Part,
    /// Of the article, best first within equal places; then of a second article that the question names.
    pub(super) claims: Vec<Claim<'library>>,
    /// Where those emergencies of the article begin of which the message says something beyond the subject's name.
    pub(super) beyond: Vec<usize>,
    /// Whether the message has words of its own beyond the subject's name.
    further: bool,
    /// Where claims that were said begin, with their article.
    pub(super) said: Vec<(&'library str, usize)>,
    /// The most urgent of what was said about when to get help.
    pub(super) level: Option<Urgency>,
    pub(super) page: Page<'library>,
}

impl<'question, 'library> Answer<'question, 'library> {
    pub(super) fn new(
        prompt: &'question Prompt,
        understood: &'question Understanding<'library>,
        dialogue: &'question Dialogue<'library>,
        library: &'library Library,
    ) -> Self {
        let text = spaced(&understood.question);
        let told = understood.sign.and_then(|sign| library.article(&sign.article));
        let asked = understood.asked.first().map(|asked| asked.article);
        let article = told.or(asked).or(understood.continues).unwrap_or_else(|| subject(&text, understood, library));
        let mut all = claims::of(article, &understood.query, library);
        if let Some(second) = second_article(&understood.hits, article) {
            all.extend(claims::of(second, &understood.query, library));
            // What stands beside both may say how they go together.
            let beside = article.related.iter().filter(|id| second.related.contains(*id));
            for beside in beside.filter_map(|id| library.article(id)).filter(|article| is_medicine(article)) {
                all.extend(claims::of(beside, &understood.query, library));
            }
        }
        // What only repeats the subject's name tells of no emergency.
        let mut beyond = understood.query.clone();
        let at = library.articles().iter().position(|known| known.id == article.id);
        beyond.units.retain(|unit| at.is_none_or(|at| !unit.names.contains(&at)));
        let further = beyond.units.iter().any(|unit| unit.known && !whom::is_audience(&unit.typed));
        let beyond: Vec<usize> = claims::of(article, &beyond, library)
            .iter()
            .filter(|claim| claim.urgency == Some(Urgency::Emergency))
            .filter(|claim| claim.pieces.iter().any(|piece| piece.units >= 1 && piece.fit >= BEYOND_ITS_NAME))
            .map(|claim| claim.start)
            .collect();
        if text.contains(" pregnan") {
            all.retain(|claim| !claim.text.contains("not pregnant"));
        }
        let young = understood.whom().iter().any(|name| matches!(*name, "child" | "baby"));
        if young {
            // What is for adults only must not be read as advice for a child.
            all.retain(|claim| {
                let text = spaced(&claim.text);
                let grown = text.contains(" adult ") || text.contains(" adults ");
                !grown || text.contains(" child ") || text.contains(" children ")
            });
        }
        let amount = understood.dose || text.contains(" how many ") || text.contains(" how much ");
        let sides: Vec<_> = GUIDE.aspect.iter().filter(|aspect| aspect.signs.are_in(&text)).collect();
        let may = ASKS_LEAVE.iter().any(|sign| text.contains(sign));
        for claim in &mut all {
            // An emergency of a child is one that begins with the child; "a baby" somewhere in a long list is not.
            let begins: Vec<&str> = claim.text.split_whitespace().take(6).collect();
            let heard = if claim.urgency.is_some() { begins.join(" ") } else { claim.text.clone() };
            if matches!(claim.part, Part::Help | Part::People) && understood.is_for(&heard) {
                claim.fit += FOR_THEM;
            }
            let of_side = spaced(&claim.text);
            if sides.iter().any(|aspect| aspect.says.are_in(&of_side)) {
                let more = if claim.urgency.is_some() { SIDE * 0.5 } else { SIDE };
                claim.raise(more, |text| sides.iter().any(|aspect| aspect.says.are_in(&spaced(text))));
            }
            if claim.fit >= ON_IT && claim.urgency.is_none() {
                if may && ALLOWS.iter().any(|begin| claim.text.trim_start_matches('*').starts_with(begin)) {
                    claim.fit += ALLOWS_OR_NOT;
                }
                if amount && claim.text.contains(|character: char| character.is_ascii_digit()) {
                    claim.fit += NAMES_AN_AMOUNT;
                }
            }
            let says = words::words(&claim.text);
            let has = |word: &&str| says.iter().any(|said| said == word);
            let to_take = ["take", "use"].iter().any(has) && MEDICINES.iter().any(has);
            if text.contains(" take ") && claim.part == Part::Act && to_take {
                claim.fit += NAMES_A_MEDICINE;
            }
            if is_medicine(claim.article) && (amount || understood.over_label) && says.contains(&"dose".to_owned()) {
                claim.fit += SPEAKS_OF_DOSE;
            }
        }
        // "Is 150 over 95 high" asks what the numbers mean.
        let asks_of_numbers = !understood.query.numbers.is_empty() && text.starts_with(" is ");
        let part = understood.part.unwrap_or(Part::Act);
        let part = if asks_of_numbers { Part::What } else { part };
        let page = Page::resting_on(&understood.hits, dialogue.earlier.clone());
        Self {
            prompt,
            understood,
            dialogue,
            text,
            article,
            part,
            claims: all,
            beyond,
            further,
            said: Vec::new(),
            level: None,
            page,
        }
    }

    pub(super) fn compose(mut self) -> Page<'library> {
        if self.puts_off() {
            return self.page;
        }
        match self.understood.answered {
            None if !self.understood.asked.is_empty() => self.asked(),
            Some(Answered::With(_, question, choice)) => self.after(question, choice),
            Some(Answered::Left(_)) => self.after_none(&GUIDE.say.left),
            Some(Answered::Meant(_)) | None => match self.understood.sign {
                Some(sign) => self.recognised(sign),
                None => self.first(),
            },
        }
        self.say_facts();
        if self.page.sources.is_empty() && self.page.choices.is_empty() {
            self.page.own(&GUIDE.say.nothing_new);
            self.page.own(&GUIDE.say.more_help);
        }
        self.page
    }

    /// Holds to what was said, where somebody would put off what cannot wait and tells or asks nothing else; with where it
    /// stands in the library.
    fn puts_off(&mut self) -> bool {
        let Some(urged) = self.dialogue.urged.as_deref() else { return false };
        let understood = self.understood;
        let emergency = urged.starts_with(CALL);
        // After a call for help, what is told further of it makes no care at home of it.
        let asks = kinds::asks(&self.text, &understood.question);
        let tells_on = emergency && understood.continues.is_some() && !asks && understood.answered.is_none();
        if !(understood.puts_off || tells_on) || !understood.asked.is_empty() || understood.sign.is_some() {
            return false;
        }
        self.page.always(if understood.puts_off { &GUIDE.say.not_wait } else { &GUIDE.say.emergency });
        let urgency = if emergency { Urgency::Emergency } else { Urgency::Urgent };
        let why = urged.strip_prefix(CALL).unwrap_or(urged).trim();
        self.page.paragraph(&format!("**{}:** {} {why}", urgency.label(), GUIDE.say.still.all()[0]));
        let worse = |claim: &&Claim| self.is_of_article(claim) && claim.urgency == Some(Urgency::Emergency);
        if let Some(claim) = self.claims.iter().find(worse).cloned().filter(|_| !emergency) {
            self.urge(&claim, Some(""), 36);
        }
        self.page.own(&GUIDE.say.not_a_doctor);
        true
    }

    /// The answer to a message that is not itself an answer.
    pub(super) fn first(&mut self) {
        self.say_first();
        let close = self.emergency_is_close();
        if !close && self.is_left_open() {
            return self.not_covered();
        }
        // Of some articles the emergency is always named first, once.
        let feared = !close && self.understood.continues.is_none() && GUIDE.first.emergency.contains(&self.article.id);
        if feared && self.part != Part::Help {
            self.page.always(&GUIDE.say.rule_out);
            self.help(true);
        }
        let told = self.understood.query.personal || self.understood.tells;
        if !close && !feared && !self.is_first_aid() {
            self.warm();
        }
        if close && self.part != Part::Help {
            let words = if told { &GUIDE.say.emergency } else { &GUIDE.say.rule_out };
            self.page.always(words);
        }
        let emergency_first = self.part == Part::Help || close;
        if emergency_first {
            self.help(close);
        } else if !feared {
            self.told();
        }
        if close && told && !self.is_first_aid() {
            // After an emergency no care at home is named: it would speak against the call.
            return self.closing(true);
        }
        if !self.is_first_aid() {
            self.for_whom();
        }
        if !close {
            self.direct();
            if self.level == Some(Urgency::Emergency) && !feared {
                return self.closing(true);
            }
        }
        if self.understood.tells && !close && self.understood.part.is_none() {
            if self.page.words() == 0 {
                self.page.own(&GUIDE.say.noted);
            }
            self.part = Part::Act;
            self.lead(true);
            self.bullets(self.most(2));
            self.everything();
            return self.closing(false);
        }
        if self.part == Part::People {
            self.lead(true);
            self.bullets(self.most(2));
        } else if self.is_first_aid() && self.part == Part::Act {
            self.steps();
        } else if self.part != Part::Help {
            self.lead(!close && !feared);
            self.bullets(self.most(if close || feared { 2 } else { 3 }));
        } else if let Some(lead) =
            self.best(|claim| self.is_of_article(claim) && claim.urgency.is_none() && claim.fit >= 1.5 * ANSWERS)
        {
            self.say(&lead, 40, false);
        }
        if self.is_first_aid() {
            self.for_whom();
        }
        if !emergency_first && !feared {
            self.help(close);
        }
        if !close {
            self.everything();
        }
        self.closing(close);
    }

    /// Whether something is asked further on the subject that the article does not answer.
    fn is_left_open(&self) -> bool {
        let fit = |claim: &Claim| claim.best_piece().map_or(claim.fit, |piece| piece.fit.max(claim.fit));
        // Of a short question without a word of its own ("is it serious?") the whole subject is an answer.
        let own = if self.further {
            !self.claims.iter().any(|claim| self.is_of_article(claim) && fit(claim) >= COVERS)
        } else {
            let sides = GUIDE.aspect.iter().any(|aspect| aspect.signs.are_in(&self.text));
            let intents = [&GUIDE.intents.what, &GUIDE.intents.act, &GUIDE.intents.help];
            let plain = intents.iter().any(|intent| intent.longest_in(&self.text) >= 3);
            !sides && !plain && self.text.split_whitespace().count() >= LONG
        };
        self.understood.continues.is_some()
            && self.understood.answered.is_none()
            && self.understood.audiences.is_empty()
            && own
            && kinds::asks(&self.text, &self.understood.question)
    }

    /// Says so, rather than something else on the subject, and offers what the library has an answer to.
    fn not_covered(&mut self) {
        self.page.own(&GUIDE.say.not_covered);
        self.page.own(&GUIDE.say.not_a_doctor);
        let near = questions::of_article(&self.understood.question, self.article, self.dialogue);
        if near.is_empty() {
            return self.offer();
        }
        self.page.next("Or is it one of these?");
        self.page.choices = near
            .into_iter()
            .map(|question| asking::tapped(Slot::Which, &self.article.id, "this", &question.ask))
            .chain([Tapped { id: SKIP.to_owned(), label: "Skip".to_owned() }])
            .collect();
    }

    /// What must be said before anything of the library.
    fn say_first(&mut self) {
        let say = &GUIDE.say;
        if self.understood.shortened {
            self.page.own(&say.long);
        }
        let tells = self.understood.query.personal || !kinds::asks(&self.text, &self.understood.question);
        if tells {
            self.comfort();
        }
        let medicine = self.understood.hits.iter().any(|hit| is_medicine(hit.article));
        if self.understood.already_taken && medicine {
            self.page.own(&say.already_taken);
        } else if self.understood.over_label && medicine {
            self.page.always(&say.over_label);
        } else if self.understood.dose
            && !self.understood.hits.iter().any(|hit| GUIDE.first.on_the_pack.contains(&hit.article.id))
        {
            self.page.always(&say.prescription);
        } else if self.understood.asks_diagnosis && self.part != Part::Help {
            self.page.always(&say.no_diagnosis);
        }
        if let Some(word) = self.not_known() {
            let title = self.article.names().nth(1).unwrap_or(&self.article.title).to_lowercase();
            self.page
                .paragraph(&format!("I don't have anything reliable on “{word}”. This is what I have on {title}."));
        }
    }

    /// A thing that the question joins to its subject and the library has never heard of.
    fn not_known(&self) -> Option<&'question str> {
        const JOINS: [&str; 9] = ["with", "and", "or", "have", "got", "on", "taking", "take", "for"];
        if self.understood.shortened {
            return None;
        }
        let unknown = self.understood.query.units.iter().filter(|unit| !unit.known && unit.typed.len() >= 4);
        let mut joined =
            unknown.filter(|unit| JOINS.iter().any(|join| self.text.contains(&format!(" {join} {} ", unit.typed))));
        joined.next().map(|unit| unit.typed.as_str())
    }

    pub(super) fn is_of_article(&self, claim: &Claim) -> bool {
        claim.article.id == self.article.id
    }

    /// First aid begins with what to do; to call is part of it.
    pub(super) fn is_first_aid(&self) -> bool {
        self.article.id.starts_with("first-aid-")
    }

    /// The questions of the article's plan.
    pub(super) fn questions(&self) -> impl Iterator<Item = &'static Question> + use<> {
        asking::plan(&self.article.id).into_iter().flat_map(|plan| &plan.question)
    }

    /// The question that decides next, else what could be asked.
    pub(super) fn closing(&mut self, close: bool) {
        if close {
            self.page.own(&GUIDE.say.not_a_doctor);
            return self.offer();
        }
        self.page.own(&GUIDE.say.not_a_doctor);
        if !self.ask() {
            self.offer();
        }
    }

    /// Offers what the answer has not given.
    pub(super) fn offer(&mut self) {
        if self.is_short() {
            return;
        }
        if self.understood.kind == Kind::Feelings {
            // A list of headings is cold behind what weighs on somebody.
            return self.page.own(&GUIDE.say.listens);
        }
        let given: Vec<Part> = self
            .said
            .iter()
            .filter_map(|(id, start)| {
                let claim = self.claims.iter().find(|claim| claim.article.id == *id && claim.start == *start)?;
                (claim.part != Part::Help || self.part == Part::Help).then_some(claim.part)
            })
            .collect();
        let open: Vec<&str> =
            Part::ALL.into_iter().filter(|part| !given.contains(part)).map(Part::offer).take(2).collect();
        let next = match open.as_slice() {
            [] => String::new(),
            [one] => format!("Would you like to know {one}?"),
            [one, two, ..] => format!("Would you like to know {one}, or {two}?"),
        };
        if self.page.text.is_empty() {
            // Nothing was said that could be gone on from.
        } else if next.is_empty() || self.page.earlier().has(&next) {
            self.page.own(&GUIDE.say.what_else);
        } else {
            self.page.next(&next);
        }
    }
}

pub(super) fn is_medicine(article: &Article) -> bool {
    article.topics.iter().any(|topic| topic == "medicines")
}

/// What the answer is about: the best article, but a condition before the way of living that is asked about for it, and
/// a medicine before what it is to be taken for.
fn subject<'library>(text: &str, understood: &Understanding<'library>, library: &Library) -> &'library Article {
    const TO_TAKE: [&str; 14] = [
        " can i take ",
        " can i have ",
        " can he have ",
        " can she have ",
        " can he take ",
        " can she take ",
        " ok to take ",
        " safe to take ",
        " together ",
        " should i take ",
        " i take ",
        " mg ",
        " can i give ",
        " stop taking ",
    ];
    let hits = &understood.hits;
    let first = &hits[0];
    // By what it is about first: much else is also about living well.
    let of_living = |article: &Article| {
        let topic = article.topics.first().map(String::as_str);
        matches!(topic, Some("living-well" | "food-and-drink" | "movement"))
    };
    if !is_medicine(first.article) && (TO_TAKE.iter().any(|sign| text.contains(sign)) || understood.over_label) {
        let named = |hit: &&Hit| is_medicine(hit.article) && weight_of(&understood.query, hit.article, library) > 0.0;
        if let Some(hit) = hits.iter().find(named).filter(|hit| hit.score >= first.score * 0.35) {
            return hit.article;
        }
    }
    let other = hits.iter().find(|hit| hit.article.id != first.article.id && hit.score >= first.score * 0.6);
    match other {
        Some(other) if of_living(first.article) && !of_living(other.article) => other.article,
        _ => first.article,
    }
}

/// A second article, where it fits nearly as well as the first: the question is about both.
fn second_article<'library>(hits: &[Hit<'library>], subject: &Article) -> Option<&'library Article> {
    let second = hits.iter().find(|hit| hit.article.id != subject.id)?;
    (second.score >= hits[0].score * 0.4).then_some(second.article)
}
