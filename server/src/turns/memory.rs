//! What stays of a conversation beyond its last messages: what the person said that stays true, and a summary.
//!
//! It is made of the messages as they come, kept sealed beside them, and made again from them where it is missing, was
//! written in another form, or does not open. It is bounded, however long a conversation grows.

use std::collections::VecDeque;

use clinical::facts::{Kind, Statement, facts};
use protocol::{ConversationId, Role};
use serde::{Deserialize, Serialize};
use vault::{DataKey, Place};
use zeroize::Zeroizing;

use super::summary::{self, Exchange};
use crate::clock::Millis;
use crate::db::StoreError;

/// Counts up when a message is read in another way, so that what was read the old way is read again.
const FORM: u32 = 1;
/// Facts that are kept; of those that weigh the least, the oldest go first.
const FACTS_MAX: usize = 60;
/// Questions with their answers that are kept in a line each.
const EXCHANGES_MAX: usize = 30;
/// Subjects that are kept of those before.
const SUBJECTS_MAX: usize = 60;

/// What stays of a conversation up to a place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    form: u32,
    /// The place of the last message that was heard.
    pub upto: i64,
    /// Oldest first.
    pub facts: Vec<Known>,
    /// Oldest first.
    pub exchanges: VecDeque<Exchange>,
    /// What was spoken of before those, oldest first.
    pub subjects: VecDeque<String>,
}

/// Something that the person said and that stays true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Of whom; `None`: of themselves.
    pub who: Option<String>,
    /// What it is about.
    #[serde(with = "KindWord")]
    pub kind: Kind,
    /// What exactly, in one spelling.
    pub what: String,
    /// In their words.
    pub text: String,
    /// The place of the message in which it was said.
    pub seq: i64,
    /// When.
    pub at: Millis,
}

impl Known {
    /// How much is lost where it is forgotten: of others less than of the person, of an allergy the most.
    pub fn weighs(&self) -> u8 {
        let weight = match self.kind {
            Kind::Allergy => 4,
            Kind::Pregnancy => 3,
            Kind::Medicine => 2,
            Kind::Condition => 1,
            Kind::Person => 0,
        };
        if self.who.is_none() { 5 + weight } else { weight }
    }
}

/// The words of [`Kind`] in storage.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Kind", rename_all = "snake_case")]
enum KindWord {
    Person,
    Pregnancy,
    Allergy,
    Medicine,
    Condition,
}

impl Memory {
    /// Hears a message; one that was heard already changes nothing. `subject`: what an answer was about.
    pub fn hear(&mut self, seq: i64, at: Millis, said: Said<'_>) {
        if seq <= self.upto {
            return;
        }
        self.upto = seq;
        match said.role {
            Role::User => {
                for statement in facts(said.text) {
                    self.learn(statement, seq, at);
                }
                self.exchanges.push_back(Exchange::asked(seq, said.text));
                if self.exchanges.len() > EXCHANGES_MAX {
                    self.shorten();
                }
            }
            Role::Assistant => {
                if let Some(open) = self.exchanges.back_mut().filter(|last| last.answer.is_empty()) {
                    open.answered(said.text, said.subject, said.crisis);
                }
            }
            Role::System | Role::Interactive => {}
        }
    }

    fn learn(&mut self, said: Statement, seq: i64, at: Millis) {
        let same = |known: &Known| (known.who.clone(), known.kind, known.what.clone());
        let is_known = self.facts.iter().any(|known| {
            let (who, kind, what) = same(known);
            said.what != what && said.is_said_by(who.as_deref(), kind, &what)
        });
        if is_known {
            return;
        }
        self.facts.retain(|known| !said.replaces(known.who.as_deref(), known.kind, &known.what));
        if said.holds {
            let Statement { who, kind, what, text, .. } = said;
            self.facts.push(Known { who, kind, what, text, seq, at });
        }
        if self.facts.len() > FACTS_MAX
            && let Some((at, _)) = self.facts.iter().enumerate().min_by_key(|(_, known)| known.weighs())
        {
            self.facts.remove(at);
        }
    }

    /// Of the oldest exchange only the subject stays.
    fn shorten(&mut self) {
        let Some(oldest) = self.exchanges.pop_front() else { return };
        let subject = oldest.subject.unwrap_or(oldest.question);
        self.subjects.retain(|known| *known != subject);
        self.subjects.push_back(subject);
        if self.subjects.len() > SUBJECTS_MAX {
            self.subjects.pop_front();
        }
    }

    /// What was said before a place, in at most so many tokens.
    pub fn summary(&self, before: i64, tokens_max: usize) -> Option<String> {
        let earlier: Vec<&Exchange> = self.exchanges.iter().filter(|exchange| exchange.seq < before).collect();
        summary::write(&self.subjects, &earlier, tokens_max)
    }

    /// Bytes that it takes in memory, about.
    pub fn weight(&self) -> u64 {
        let facts: usize = self.facts.iter().map(|known| known.what.len() + known.text.len() + 64).sum();
        let exchanges: usize = self.exchanges.iter().map(Exchange::weight).sum();
        let subjects: usize = self.subjects.iter().map(|subject| subject.len() + 24).sum();
        (facts + exchanges + subjects) as u64
    }

    /// Sealed to its conversation.
    pub fn seal(&self, key: &DataKey, conversation: &ConversationId) -> Result<Vec<u8>, StoreError> {
        let written = Self { form: FORM, ..self.clone() };
        let plain = serde_json::to_vec(&written).map_err(|_| StoreError::Corrupt("a memory could not be written"))?;
        Ok(key.seal(place(conversation), &Zeroizing::new(plain))?)
    }

    /// Opens it. `None` where it must be made again from the messages.
    pub fn open(key: &DataKey, conversation: &ConversationId, sealed: &[u8]) -> Option<Self> {
        let plain = key.open(place(conversation), sealed).ok()?;
        let memory: Self = serde_json::from_slice(&plain).ok()?;
        (memory.form == FORM).then_some(memory)
    }
}

/// A message as a memory hears it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Who speaks.
    pub role: Role,
    /// What.
    pub text: &'a str,
    /// What an answer was about, by its first source.
    pub subject: Option<&'a str>,
    /// It was an answer to danger.
    pub crisis: bool,
}

fn place(conversation: &ConversationId) -> Place<'_> {
    Place { table: "memories", column: "body", row: conversation.as_str() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(role: Role, text: &str) -> Said<'_> {
        Said { role, text, subject: None, crisis: false }
    }

    fn after(questions: &[&str]) -> Memory {
        let mut memory = Memory::default();
        for (question, seq) in questions.iter().zip((1..).step_by(2)) {
            memory.hear(seq, seq, said(Role::User, question));
            memory.hear(seq + 1, seq, said(Role::Assistant, "Drink enough. Rest."));
        }
        memory
    }

    fn known(memory: &Memory) -> Vec<&str> {
        memory.facts.iter().map(|known| known.text.as_str()).collect()
    }

    #[test]
    fn what_is_taken_back_is_forgotten_and_what_is_said_again_is_kept_once() {
        let memory = after(&["I'm allergic to penicillin", "I take metformin", "I'm allergic to penicillin, you know"]);
        assert_eq!(known(&memory), ["takes metformin", "allergic to penicillin"]);
        let memory = after(&["I'm allergic to penicillin", "I'm not allergic to penicillin any more"]);
        assert_eq!(known(&memory), Vec::<&str>::new());
    }

    #[test]
    fn a_less_exact_word_does_not_take_the_place_of_a_more_exact_one() {
        assert_eq!(known(&after(&["I have type 2 diabetes", "I'm diabetic"])), ["type 2 diabetes"]);
        assert_eq!(known(&after(&["I'm diabetic", "I have type 2 diabetes"])), ["type 2 diabetes"]);
        assert_eq!(known(&after(&["I have type 2 diabetes", "I don't have diabetes"])), Vec::<&str>::new());
    }

    #[test]
    fn what_is_of_someone_else_stays_theirs() {
        let memory = after(&["My son is allergic to nuts", "I'm not allergic to nuts"]);
        assert_eq!(memory.facts[0].who.as_deref(), Some("son"));
    }

    #[test]
    fn a_message_heard_twice_counts_once() {
        let mut memory = after(&["one", "two"]);
        let before = memory.clone();
        memory.hear(3, 0, said(Role::User, "I'm allergic to latex"));
        assert_eq!(memory, before);
    }

    #[test]
    fn an_allergy_of_ones_own_outlasts_all_else() {
        let questions = (0..FACTS_MAX).map(|n| format!("My son is allergic to stuff{n}"));
        let own = "I'm allergic to penicillin".to_owned();
        let questions: Vec<String> = std::iter::once(own).chain(questions).collect();
        let memory = after(&questions.iter().map(String::as_str).collect::<Vec<_>>());
        let known = known(&memory);
        assert_eq!((known.len(), known[0], known[1]), (FACTS_MAX, "allergic to penicillin", "allergic to stuff1"));
    }

    #[test]
    fn it_is_bounded_however_long_the_conversation() {
        let questions: Vec<String> = (0..2_000)
            .map(|n| format!("I'm allergic to stuff{n}, and what about question {n}? {}", "x ".repeat(900)))
            .collect();
        let memory = after(&questions.iter().map(String::as_str).collect::<Vec<_>>());
        let written = serde_json::to_vec(&memory).unwrap().len();
        assert!(written < 32 * 1024, "{written} bytes");
        assert_eq!((memory.facts.len(), memory.upto), (FACTS_MAX, 4_000));
    }

    #[test]
    fn it_opens_only_for_its_own_conversation() {
        let key = DataKey::generate().unwrap();
        let (here, there) = (ConversationId::new("a"), ConversationId::new("b"));
        let sealed = after(&["I take metformin"]).seal(&key, &here).unwrap();
        assert_eq!(known(&Memory::open(&key, &here, &sealed).unwrap()), ["takes metformin"]);
        assert_eq!(Memory::open(&key, &there, &sealed), None);
        assert!(!sealed.windows(9).any(|bytes| bytes == b"metformin"));
    }
}
