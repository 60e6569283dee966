//! What follows from an answer to the guide's question, and which question comes next.

use knowledge::Urgency;
use protocol::message::Asking;

use super::answer::Answer;
use super::asking::{self, Choice, Only, Question, Slot};
use super::dialogue::{IN_A_ROW, SKIP, is_told, of_age, of_days};
use super::focus;
use super::kinds::Kind;
use super::phrases::{GUIDE, Words, spaced};
use super::slots;
use super::understand::Part;
use crate::models::{Choice as Tapped, FactKind};

impl Answer<'_, '_> {
    /// The reply to a choice: what follows from it, what to do, and what decides next.
    pub(super) fn after(&mut self, question: &'static Question, choice: &'static Choice) {
        let say = &GUIDE.say;
        let claim = choice.bullet.as_deref().and_then(|bullet| Some((self.holding(bullet)?.clone(), bullet)));
        let Some((claim, bullet)) = claim else {
            let signs = matches!(question.slot, Slot::RedFlags | Slot::HowBad);
            return self.after_none(if signs { &say.none_of_these } else { &say.noted });
        };
        let Some(urgency) = claim.urgency else {
            self.say(&claim, 45, false);
            self.what_to_do(2);
            return self.go_on();
        };
        match urgency {
            Urgency::Emergency => self.page.always(&say.emergency),
            Urgency::Urgent => self.page.own(&say.urgent),
            Urgency::Routine => self.page.own(&say.routine),
            Urgency::SelfCare => self.page.own(&say.self_care),
        }
        self.urge(&claim, Some(bullet), 40);
        match urgency {
            Urgency::Emergency => {}
            Urgency::Urgent => {
                self.what_to_do(2);
                self.page.own(&say.more_help);
            }
            Urgency::Routine | Urgency::SelfCare => {
                self.what_to_do(2);
                self.go_on();
            }
        }
    }

    /// The reply to an answer from which nothing follows, to "skip" and to "I don't know".
    pub(super) fn after_none(&mut self, words: &Words) {
        self.page.own(words);
        self.what_to_do(2);
        self.go_on();
    }

    fn what_to_do(&mut self, most: usize) {
        self.part = Part::Act;
        self.bullets(self.most(most));
    }

    /// The next question; behind the last, when to have it seen.
    fn go_on(&mut self) {
        if self.ask() {
            return;
        }
        for urgency in [Urgency::SelfCare, Urgency::Routine, Urgency::Urgent] {
            let of = self.claims.iter().filter(|claim| self.is_of_article(claim) && claim.urgency == Some(urgency));
            let fresh = of.filter(|claim| !self.was_said(claim)).max_by(|a, b| a.fit.total_cmp(&b.fit)).cloned();
            if let Some(claim) = fresh.filter(|_| self.level != Some(urgency)) {
                self.urge(&claim, None, 28);
            }
        }
        self.page.own(&GUIDE.say.more_help);
        self.offer();
    }

    /// Asks the first question of the plan whose answer is not known; false where there is none, or enough was asked.
    pub(super) fn ask(&mut self) -> bool {
        let kind = self.understood.kind;
        let wants = matches!(kind, Kind::Symptom | Kind::Medicine | Kind::Feelings | Kind::TestResult);
        let explains = self.understood.part == Some(Part::What) && !self.understood.query.personal;
        let urgent = matches!(self.level, Some(Urgency::Urgent)) && self.understood.answered.is_some();
        if !wants || explains || urgent || self.dialogue.in_a_row >= IN_A_ROW || self.understood.already_taken {
            return false;
        }
        let id = &self.article.id;
        let mut open = self.questions().filter(|question| {
            !self.dialogue.asked.contains(&(id.clone(), question.slot))
                && self.known(question).is_none()
                && (question.slot != Slot::HowBad || !is_told(question, &self.told_so_far()))
                && !self.page.earlier().has(&question.ask)
        });
        // Whoever speaks of what weighs on them is asked how bad that is before they are asked about their body.
        let next = if kind == Kind::Feelings {
            open.min_by_key(|question| question.slot != Slot::HowBad)
        } else {
            open.next()
        };
        let Some(question) = next else { return false };
        self.page.paragraph(&question.ask);
        let tapped = |choice: &Choice| asking::tapped(question.slot, id, &choice.id, &choice.label);
        let mut choices: Vec<Tapped> = question.choice.iter().map(tapped).collect();
        choices.push(Tapped { id: SKIP.to_owned(), label: "Skip".to_owned() });
        self.page.asks = Some(Asking {
            slot: question.slot.name().to_owned(),
            about: id.clone(),
            question: question.ask.clone(),
            choices: choices.iter().map(|choice| choice.label.clone()).collect(),
        });
        self.page.choices = choices;
        true
    }

    /// What the person told in this dialogue, without what they say is not there.
    fn told_so_far(&self) -> String {
        let said = self.prompt.history.iter().filter(|past| past.role == protocol::Role::User);
        let said = said.map(|past| past.text.as_str()).chain([self.prompt.question.as_str()]);
        said.map(|text| focus::without_denied(text).0).collect::<Vec<_>>().join(" ")
    }

    /// The choice for the age that was said, here or before, of whom it is about.
    #[expect(clippy::option_option, reason = "not said, said, and said to be this choice are three things")]
    fn of_said_age(&self, question: &'static Question) -> Option<Option<&'static Choice>> {
        let before = self.prompt.history.iter().rev().filter(|past| past.role == protocol::Role::User);
        let before =
            before.map(|past| past.text.as_str()).take(if self.understood.continues.is_some() { 6 } else { 0 });
        let said = std::iter::once(self.understood.question.as_str()).chain(before);
        said.filter(|text| slots::age_years(text).is_some()).map(|text| of_age(question, text)).next()
    }

    /// Whether the answer to a question is known already, or the question is not for this person; with the choice that it
    /// comes to, where it comes to one.
    #[expect(clippy::option_option, reason = "not known, known, and known to be this choice are three things")]
    pub(super) fn known(&self, question: &'static Question) -> Option<Option<&'static Choice>> {
        let whom = self.understood.whom();
        let is = |names: &[&str]| whom.iter().any(|name| names.contains(name));
        let said = |phrases: &crate::models::builtin::phrases::Phrases| phrases.are_in(&self.text);
        let by_id = |ids: &[&str]| question.choice.iter().find(|choice| ids.contains(&choice.id.as_str()));
        let young = is(&["baby", "child"]);
        match question.only {
            Some(Only::Women) if young || (said(&GUIDE.signs.men) && !said(&GUIDE.signs.women)) => return Some(None),
            Some(Only::Adults) if young => return Some(None),
            Some(Only::Children) if !young => return Some(None),
            _ => {}
        }
        let fact = |kind: FactKind| self.prompt.facts.iter().any(|fact| fact.kind == kind);
        let history = || self.prompt.history.iter().filter(|past| past.role == protocol::Role::User);
        match question.slot {
            Slot::HowLong => self.understood.days.map(|days| of_days(question, days)),
            Slot::Who | Slot::Age if is(&["baby"]) => Some(by_id(&["baby"])),
            Slot::Who | Slot::Age if is(&["pregnancy"]) => Some(by_id(&["pregnant", "pregnancy"])),
            Slot::Who | Slot::Age if is(&["child"]) => Some(by_id(&["child"])),
            Slot::Who | Slot::Age if is(&["older"]) => Some(by_id(&["older"])),
            Slot::Who | Slot::Age => {
                self.of_said_age(question).or_else(|| said(&GUIDE.signs.grown).then(|| by_id(&["adult", "other"])))
            }
            Slot::Pregnancy if is(&["pregnancy"]) => Some(by_id(&["yes", "pregnant"])),
            Slot::Pregnancy => {
                let spoken = history().any(|past| spaced(&past.text).contains(" pregnant "));
                let now = spaced(&self.prompt.question).contains(" pregnant ");
                (is(&["older"]) || spoken || now).then_some(None)
            }
            Slot::Medicines => {
                let none =
                    [" no medicines ", " no other medicines ", " not on anything ", " no tablets ", " no medication "];
                let text = spaced(&self.prompt.question);
                (fact(FactKind::Medicine) || none.iter().any(|none| text.contains(none))).then_some(None)
            }
            Slot::Allergies => fact(FactKind::Allergy).then_some(None),
            Slot::RedFlags | Slot::HowBad => {
                let denied = self.understood.denies && question.slot == Slot::RedFlags;
                let decided = matches!(self.level, Some(Urgency::Urgent)) && self.understood.answered.is_none();
                (denied || decided).then_some(None)
            }
            Slot::Which => Some(None),
        }
    }

    /// Says what the person told of themselves, or of whom they ask for, where it matters for this answer.
    pub(super) fn say_facts(&mut self) {
        if self.understood.kind != Kind::Medicine && !super::answer::is_medicine(self.article) {
            return;
        }
        let medicines = self.page.text.to_lowercase();
        let mut told = Vec::new();
        let asked = spaced(&self.prompt.question);
        let is_for = |who: &str| asked.contains(&format!(" {who} "));
        let counts = |kind| matches!(kind, FactKind::Allergy | FactKind::Medicine);
        let theirs = self.prompt.of_others.iter().filter(|other| is_for(&other.who) && counts(other.fact.kind));
        let theirs: Vec<_> =
            theirs.map(|other| (other.fact.kind, format!("{}: {}", other.whom(), other.fact.text))).collect();
        let own_too = theirs.is_empty()
            || ["im", "ive", "me", "mine", "myself", "can i take", "can i have", "should i take", "may i take"]
                .into_iter()
                .any(is_for);
        let own = self.prompt.facts.iter().filter(|_| own_too).map(|fact| (fact.kind, fact.text.clone()));
        for (kind, what) in theirs.into_iter().chain(own) {
            let words = match kind {
                FactKind::Allergy => &GUIDE.say.your_allergy,
                FactKind::Medicine if !medicines.is_empty() => &GUIDE.say.your_medicines,
                _ => continue,
            };
            let text = words.all()[0].replace("{}", &what);
            if !self.page.earlier().has(&text) && !told.contains(&text) {
                told.push(text);
            }
        }
        if told.is_empty() || self.page.sources.is_empty() {
            return;
        }
        // Before the question, which stays last.
        let closing = self.page.text.rfind("\n\n").unwrap_or(self.page.text.len());
        self.page.text.insert_str(closing, &format!("\n\n{}", told.join(" ")));
    }
}
