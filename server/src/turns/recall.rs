//! What was said lately, opened, so that a turn reads and opens only what it has not seen.
//!
//! Messages never change once they are stored, and places count without gaps: what is remembered up to a place holds, and
//! what came after it is read. Whoever takes messages away from a conversation has it forgotten here.

use std::collections::VecDeque;
use std::sync::Arc;

use clinical::crisis::{Speaker, Utterance, Watch};
use protocol::{Content, ConversationId, Element, Message, Role};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use vault::DataKey;

use super::Turn;
use crate::conversations::{store, wire};
use crate::db::StoreError;
use crate::models::{CHOICE, Choice, Past};
use crate::state::App;

/// How many messages of a conversation are looked at.
const WINDOW: i64 = 60;
const WINDOW_LEN: usize = 60;

/// A conversation up to a place.
#[derive(Debug, Clone)]
pub struct Recollection {
    upto: i64,
    past: VecDeque<(Past, bool)>,
    /// What danger was noticed in it.
    pub watch: Watch,
}

impl Default for Recollection {
    fn default() -> Self {
        Self { upto: 0, past: VecDeque::new(), watch: Watch::over(WINDOW_LEN) }
    }
}

impl Recollection {
    /// Takes in what was said next; `crisis`: it was an answer to danger.
    pub fn hear(&mut self, role: Role, content: &Content, crisis: bool) {
        let text = &content.text;
        match role {
            Role::User => self.watch.hear(Utterance { speaker: Speaker::Person, text }),
            Role::Assistant => self.watch.hear(Utterance { speaker: Speaker::Guide, text }),
            Role::System | Role::Interactive => {}
        }
        if self.past.len() == WINDOW_LEN {
            self.past.pop_front();
        }
        self.past.push_back((Past { role, text: text.clone(), choices: choices(&content.elements) }, crisis));
    }

    fn hear_message(&mut self, message: &Message) {
        self.hear(message.role, &message.content, message.metadata.safety.crisis);
    }

    /// The last messages, at most so many, oldest first.
    pub fn last(&self, most: usize) -> Vec<Past> {
        let skip = self.past.len().saturating_sub(most);
        self.past.iter().skip(skip).map(|(said, _)| said.clone()).collect()
    }

    /// How many answers were to danger.
    pub fn crises(&self) -> usize {
        self.past.iter().filter(|(said, crisis)| *crisis && said.role == Role::Assistant).count()
    }
}

fn choices(elements: &[Element]) -> Vec<Choice> {
    let choice = |element: &Element| match element {
        Element::Button { id, label } if id.starts_with(CHOICE) => {
            Some(Choice { id: id.clone(), label: label.clone() })
        }
        _ => None,
    };
    elements.iter().filter_map(choice).collect()
}

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<ConversationId, Recollection> for Bytes {
    fn weight(&self, _: &ConversationId, known: &Recollection) -> u64 {
        // An entry without text weighs something, too.
        known.past.iter().map(|(said, _)| said.text.len() as u64 + 64).sum::<u64>() + 256
    }
}

/// The recollections of a process, bounded by bytes; what was used longest ago goes first.
pub struct Recall(Cache<ConversationId, Recollection, Bytes>);

impl Recall {
    /// With room for so many bytes.
    pub fn new(bytes_max: usize) -> Self {
        Self(Cache::with_weighter(1_000, bytes_max as u64, Bytes))
    }

    /// Forgets a conversation.
    pub fn forget(&self, conversation: &ConversationId) {
        self.0.remove(conversation);
    }

    /// Remembers a conversation up to the end of a turn. An answer given again stands elsewhere than behind its question:
    /// what came between is read next time.
    pub fn keep(&self, turn: &Turn, mut recollection: Recollection) {
        if turn.answer_seq == turn.question_seq + 1 {
            recollection.upto = turn.answer_seq;
            self.0.insert(turn.conversation.clone(), recollection);
        }
    }
}

/// The conversation before a turn's question, and the question. `None` where the question is not there any more.
pub async fn before(app: &App, turn: &Turn, key: &DataKey) -> Result<Option<(Recollection, Arc<str>)>, StoreError> {
    let known = app.recall.0.remove(&turn.conversation).map(|(_, known)| known);
    let known = known.filter(|known| known.upto < turn.question_seq);
    let missing = known.as_ref().map(|known| turn.question_seq - known.upto);
    let (mut known, rows) = match (known, missing, &turn.asked) {
        (Some(known), Some(1), Some(asked)) => return Ok(Some((known, Arc::clone(asked)))),
        (Some(known), Some(missing), _) if missing <= WINDOW => {
            let mut connection = app.db.read().await?;
            let rows = store::messages_after(&mut connection, &turn.conversation, known.upto, missing).await?;
            (known, rows)
        }
        _ => {
            let mut connection = app.db.read().await?;
            let before = turn.question_seq + 1;
            let rows = store::messages_before(&mut connection, &turn.conversation, before, WINDOW).await?;
            (Recollection::default(), rows)
        }
    };
    let mut asked = None;
    for row in rows.iter().filter(|row| !row.is_open()) {
        let message = wire::message(row, key)?;
        if row.seq == turn.question_seq {
            asked = Some(message.content.text.into());
        } else {
            known.hear_message(&message);
        }
    }
    Ok(asked.map(|asked| (known, asked)))
}

/// What a tapped choice says: the label of the latest choice of this id among the last messages.
pub async fn said_by(app: &App, conversation: &ConversationId, id: &str) -> Result<Option<String>, StoreError> {
    let key = app.keys.get(&app.db, conversation.as_str()).await?;
    let rows = {
        let mut connection = app.db.read().await?;
        store::messages_before(&mut connection, conversation, i64::MAX, WINDOW).await?
    };
    for row in rows.iter().rev().filter(|row| !row.is_open()) {
        let elements = wire::message(row, &key)?.content.elements;
        if let Some(choice) = choices(&elements).into_iter().find(|choice| choice.id == id) {
            return Ok(Some(choice.label));
        }
    }
    Ok(None)
}
