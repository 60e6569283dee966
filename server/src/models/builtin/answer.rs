//! Composes an answer on an article from its claims: what is asked first, then when to get help, then what could be asked
//! next. Every claim carries the number of the passage in which it stands.

use super::asking::{self, Question};
use super::claims::{self, Claim};
use super::dialogue::{Answered, Dialogue};
use super::kinds::Kind;
use super::page::{Page, closed};
use super::phrases::{GUIDE, spaced};
use super::slots;
use super::understand::{Part, Understanding, weight_of};
use super::whom;
use crate::knowledge::{Article, Hit, Library, Urgency, words};
use crate::models::Prompt;

/// From here a claim answers the question itself rather than its subject.
pub(super) const ANSWERS: f64 = 1.4;
/// What being in the wanted part adds.
const WANTED_PART: f64 = 1.2;
/// What being for the person asked about adds.
const FOR_THEM: f64 = 1.5;
/// What speaking of doses adds where an amount of a medicine is asked for.
const SPEAKS_OF_DOSE: f64 = 3.0;

/// What naming a medicine adds where it is asked what to take.
const NAMES_A_MEDICINE: f64 = 2.0;
/// From here a clause on when to get help is near enough to be said.
const NEAR: f64 = 0.6;
/// From here a claim answers what goes on from before.
const DIRECT: f64 = 0.8;
/// From here a clause on when to get help is taken to be what the message tells.
const TELLS: f64 = 1.8;
/// What being on the side of the subject that is asked about adds.
const SIDE: f64 = 1.6;
/// From here a claim is on what is asked at all.
const ON_IT: f64 = 0.5;
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
/// How many steps of first aid are said.
const STEPS: usize = 5;
/// An answer has about this many words.
const WORDS: usize = 145;
/// What is kept of them for the question at the end.
const CLOSING: usize = 28;
/// With these words an emergency often begins; its label says them already.
const CALL: &str = "call your emergency number (112, 911, 999 or your local number) ";
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
    /// Where claims that were said begin, with their article.
    said: Vec<(&'library str, usize)>,
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
        let article = understood.continues.unwrap_or_else(|| subject(&text, understood, library));
        let mut all = claims::of(article, &understood.query, library);
        if let Some(second) = second_article(&understood.hits, article) {
            all.extend(claims::of(second, &understood.query, library));
            // What stands beside both may say how they go together.
            let beside = article.related.iter().filter(|id| second.related.contains(*id));
            for beside in beside.filter_map(|id| library.article(id)).filter(|article| is_medicine(article)) {
                all.extend(claims::of(beside, &understood.query, library));
            }
        }
        if text.contains(" pregnan") {
            all.retain(|claim| !claim.text.contains("not pregnant"));
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
        Self { prompt, understood, dialogue, text, article, part, claims: all, said: Vec::new(), level: None, page }
    }

    pub(super) fn compose(mut self) -> Page<'library> {
        match self.understood.answered {
            Some(Answered::With(_, question, choice)) => self.after(question, choice),
            Some(Answered::Left(_)) => self.after_none(&GUIDE.say.left),
            Some(Answered::Meant(_)) | None => self.first(),
        }
        self.say_facts();
        if self.page.sources.is_empty() {
            self.page.own(&GUIDE.say.nothing_new);
            self.page.own(&GUIDE.say.more_help);
        }
        self.page
    }

    /// The answer to a message that is not itself an answer.
    fn first(&mut self) {
        self.say_first();
        let close = self.emergency_is_close();
        // Of some articles the emergency is always named first, once.
        let feared = !close && self.understood.continues.is_none() && GUIDE.first.emergency.contains(&self.article.id);
        if feared && self.part != Part::Help {
            self.page.always(&GUIDE.say.rule_out);
            self.help(true);
        }
        if close && self.part != Part::Help {
            let told = self.understood.query.personal || self.understood.tells;
            let words = if told { &GUIDE.say.emergency } else { &GUIDE.say.rule_out };
            self.page.always(words);
        }
        let emergency_first = self.part == Part::Help || close;
        if emergency_first {
            self.help(close);
        } else if !feared {
            self.told();
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
            self.bullets(2);
            return self.closing(false);
        }
        if self.part == Part::People {
            self.lead(true);
            self.bullets(2);
        } else if self.is_first_aid() && self.part == Part::Act {
            self.steps();
        } else if self.part != Part::Help {
            self.lead(!close && !feared);
            self.bullets(if close || feared { 2 } else { 3 });
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
        self.closing(close);
    }

    /// What must be said before anything of the library.
    fn say_first(&mut self) {
        let say = &GUIDE.say;
        if self.understood.shortened {
            self.page.own(&say.long);
        }
        if self.understood.taken {
            let title = self.article.title.split(" (").next().unwrap_or_default();
            self.page.paragraph(&format!("I take this to be about {}; tell me if it isn't.", title.to_lowercase()));
        }
        if self.understood.kind == Kind::Feelings && self.understood.query.personal {
            self.page.own(&say.warmth);
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
    fn is_first_aid(&self) -> bool {
        self.article.id.starts_with("first-aid-")
    }

    fn emergency_is_close(&self) -> bool {
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
                    self.is_of_article(claim) && claim.urgency == Some(Urgency::Emergency) && self.matches(claim)
                }))
    }

    /// What goes on from before is answered by the claim that says most of it, of whatever part; its urgency with it.
    fn direct(&mut self) {
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

    fn direct_claim(&self) -> Option<Claim<'library>> {
        let fit = |claim: &Claim| claim.best_piece().map_or(claim.fit, |piece| piece.fit.max(claim.fit * 0.9));
        let of = self.claims.iter().filter(|claim| {
            (self.is_of_article(claim) || is_medicine(claim.article)) && !self.was_said(claim) && fit(claim) >= DIRECT
        });
        let best = of.reduce(|best, next| if fit(next) > fit(best) + 0.05 { next } else { best });
        best.filter(|best| best.stands_alone() || best.urgency.is_some()).cloned()
    }

    /// Whether one clause of a bullet says what the message says.
    fn matches(&self, claim: &Claim) -> bool {
        claim.pieces.iter().any(|piece| {
            let said = &claim.text[piece.range.clone()];
            piece.units + usize::from(self.understood.is_for(said)) >= 2 && piece.fit >= ANSWERS
        })
    }

    /// What the message itself says decides how soon: its bullet, where it is not an emergency.
    fn told(&mut self) {
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

    /// The questions of the article's plan.
    pub(super) fn questions(&self) -> impl Iterator<Item = &'static Question> + use<> {
        asking::plan(&self.article.id).into_iter().flat_map(|plan| &plan.question)
    }

    /// When to get help. Emergencies are named once in a dialogue; the rest where it is asked for or fits.
    fn help(&mut self, close: bool) {
        let whole = self.part == Part::Help;
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
        if !whole && !close {
            self.how_soon();
        }
    }

    /// To someone who tells of a complaint, what comes nearest of when to have it seen, where nothing was said of that.
    fn how_soon(&mut self) {
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
        let text = self.page.earlier().fresh(&text);
        if text.is_empty() || self.page.earlier().began(text) {
            return;
        }
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

    /// What is different for a child, in pregnancy or for an older person, where one is spoken of.
    fn for_whom(&mut self) {
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
    fn lead(&mut self, may_be_specific: bool) {
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
        let first = |claim: &&Claim| {
            claim.part == section
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
    fn steps(&mut self) {
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
    fn with_next(&mut self, claim: &Claim<'library>, long_enough: usize) -> Claim<'library> {
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
        WORDS - CLOSING - help
    }

    /// The question that decides next, else what could be asked.
    fn closing(&mut self, close: bool) {
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
        if next.is_empty() || self.page.earlier().has(&next) {
            self.page.own(&GUIDE.say.what_else);
        } else {
            self.page.and(&next);
        }
    }

    /// The claim that answers best, among those not yet said.
    fn best(&self, may: impl Fn(&Claim) -> bool) -> Option<Claim<'library>> {
        let rank = |claim: &Claim| claim.fit + claim.implied + if claim.part == self.part { WANTED_PART } else { 0.0 };
        // People's parts are said by `for_whom`, and only where someone like that is spoken of.
        let fits = self.claims.iter().filter(|claim| claim.part != Part::People && may(claim) && !self.was_said(claim));
        fits.reduce(|best, next| if rank(next) > rank(best) { next } else { best }).cloned()
    }

    pub(super) fn was_said(&self, claim: &Claim) -> bool {
        self.said.iter().any(|(id, start)| claim.article.id == *id && claim.start == *start)
            || self.page.earlier().began(claim.clipped(26))
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

fn best_or_first<'claims, 'library>(claims: &'claims [Claim<'library>]) -> Option<&'claims Claim<'library>> {
    let first = claims.first()?;
    Some(claims.iter().fold(first, |best, next| if next.fit > best.fit + 0.5 { next } else { best }))
}
