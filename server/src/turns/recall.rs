//! What was said lately, opened, so that a turn reads and opens only what it has not seen; and, as [`Memory`], what stays
//! of all that came before.
//!
//! Messages never change once they are stored, and places count without gaps: what is remembered up to a place holds, and
//! what came after it is read. Whoever takes messages away from a conversation has it forgotten here.

use std::collections::VecDeque;
use std::sync::Arc;

use clinical::crisis::{Speaker, Utterance, Watch};
use protocol::{Content, ConversationId, Element, FinishReason, Metadata, Role};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use vault::DataKey;

use super::memory::{Memory, Said};
use super::{Asked, Turn};
use crate::cache::by_weight;
use crate::clock::Millis;
use crate::conversations::store::MessageRow;
use crate::conversations::{store, wire};
use crate::db::{NewMemory, StoreError};
use crate::models::{CHOICE, Choice, Past};
use crate::state::App;

/// How many messages of a conversation are looked at.
const WINDOW: i64 = 60;
const WINDOW_LEN: usize = 60;

/// A memory is stored when it has heard so many messages more than the stored one: what is not in that is in the window,
/// which is read in any case.
const STORE_EVERY: i64 = WINDOW / 2;
/// How many messages are read at once where a memory is made anew.
const PAGE: i64 = 200;

/// A conversation up to a place.
#[derive(Debug, Clone)]
pub struct Recollection {
    upto: i64,
    past: VecDeque<Heard>,
    /// What danger was noticed in it.
    pub watch: Watch,
    /// What stays of all of it.
    pub memory: Memory,
    /// Up to where the stored memory goes.
    stored: i64,
}

#[derive(Debug, Clone)]
struct Heard {
    seq: i64,
    said: Past,
    /// It was an answer to danger.
    crisis: bool,
}

impl Default for Recollection {
    fn default() -> Self {
        Self { upto: 0, past: VecDeque::new(), watch: Watch::over(WINDOW_LEN), memory: Memory::default(), stored: 0 }
    }
}

impl Recollection {
    /// Takes in what was said next, at this place and time.
    pub fn hear(&mut self, seq: i64, at: Millis, role: Role, content: &Content, metadata: &Metadata) {
        let (text, crisis) = (&content.text, metadata.safety.crisis);
        match role {
            Role::User => self.watch.hear(Utterance { speaker: Speaker::Person, text }),
            Role::Assistant => self.watch.hear(Utterance { speaker: Speaker::Guide, text }),
            Role::System | Role::Interactive => {}
        }
        self.memory.hear(seq, at, said(role, content, metadata));
        if self.past.len() == WINDOW_LEN {
            self.past.pop_front();
        }
        let said = Past { role, text: text.clone(), choices: choices(&content.elements) };
        self.past.push_back(Heard { seq, said, crisis });
    }

    fn hear_row(&mut self, row: &MessageRow, key: &DataKey) -> Result<(), StoreError> {
        let message = wire::message(row, key)?;
        self.hear(row.seq, row.created_at, message.role, &message.content, &message.metadata);
        Ok(())
    }

    /// The last messages before a place and their places, oldest first.
    pub fn before(&self, seq: i64) -> impl DoubleEndedIterator<Item = (i64, &Past)> {
        self.past.iter().filter(move |heard| heard.seq < seq).map(|heard| (heard.seq, &heard.said))
    }

    /// How many answers were to danger.
    pub fn crises(&self) -> usize {
        self.past.iter().filter(|heard| heard.crisis && heard.said.role == Role::Assistant).count()
    }

    /// The memory, sealed, where it is time to store it with the end of this turn. An answer given again stands behind
    /// messages that were not heard here: with it nothing is stored.
    pub fn memory_to_store(&mut self, turn: &Turn, key: &DataKey, at: Millis) -> Result<Option<NewMemory>, StoreError> {
        if turn.answer_seq != turn.question_seq + 1 || self.memory.upto < self.stored + STORE_EVERY {
            return Ok(None);
        }
        let body = self.memory.seal(key, &turn.conversation)?;
        self.stored = self.memory.upto;
        Ok(Some(NewMemory { conversation: turn.conversation.clone(), body, at }))
    }
}

fn said<'a>(role: Role, content: &'a Content, metadata: &'a Metadata) -> Said<'a> {
    let subject = metadata.sources.first().map(|source| source.title.as_str());
    // Of an answer that broke off nothing is worth keeping; one that is given in its place is.
    let text = if metadata.finish_reason == Some(FinishReason::Failed) { "" } else { content.text.as_str() };
    Said { role, text, subject, crisis: metadata.safety.crisis }
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
        known.past.iter().map(|heard| heard.said.text.len() as u64 + 72).sum::<u64>() + known.memory.weight() + 256
    }
}

/// The recollections of a process, bounded by bytes; what was used longest ago goes first.
pub struct Recall(Cache<ConversationId, Recollection, Bytes>);

impl Recall {
    /// With room for so many bytes.
    pub fn new(bytes_max: usize) -> Self {
        Self(by_weight(bytes_max, Bytes))
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
pub async fn before(app: &App, turn: &Turn, key: &DataKey) -> Result<Option<(Recollection, Arc<Asked>)>, StoreError> {
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
            drop(connection);
            let mut known = Recollection::default();
            let first = rows.first().map_or(1, |row| row.seq);
            if first > 1 {
                known.memory = memory_before(app, &turn.conversation, key, first).await?;
                known.stored = known.memory.upto;
            }
            (known, rows)
        }
    };
    let mut asked = None;
    for row in rows.iter().filter(|row| !row.is_open()) {
        if row.seq == turn.question_seq {
            let body = wire::open_body(key, row)?;
            asked = Some(Arc::new(Asked::of(&body, row.created_at)));
        } else {
            known.hear_row(row, key)?;
        }
    }
    Ok(asked.map(|asked| (known, asked)))
}

/// The memory of everything before a place: as it is stored, and what it has not heard yet; read from the first message
/// on, a page at a time, where none is stored.
pub(crate) async fn memory_before(
    app: &App,
    conversation: &ConversationId,
    key: &DataKey,
    first: i64,
) -> Result<Memory, StoreError> {
    let mut connection = app.db.read().await?;
    let sealed = super::store::memory(&mut connection, conversation).await?;
    let mut memory = sealed.and_then(|sealed| Memory::open(key, conversation, &sealed)).unwrap_or_default();
    while memory.upto < first - 1 {
        let missing = (first - 1 - memory.upto).min(PAGE);
        let rows = store::messages_after(&mut connection, conversation, memory.upto, missing).await?;
        for row in rows.iter().filter(|row| !row.is_open() && row.seq < first) {
            let message = wire::message(row, key)?;
            memory.hear(row.seq, row.created_at, said(message.role, &message.content, &message.metadata));
        }
        // Places that are open or missing count as heard, so that this ends.
        memory.upto = rows.last().map_or(first - 1, |row| row.seq.max(memory.upto));
        tokio::task::yield_now().await;
    }
    Ok(memory)
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

/// What the person wrote among the last messages, oldest first.
pub async fn questions(app: &App, conversation: &ConversationId) -> Result<Vec<String>, StoreError> {
    let key = app.keys.get(&app.db, conversation.as_str()).await?;
    let rows = {
        let mut connection = app.db.read().await?;
        store::messages_before(&mut connection, conversation, i64::MAX, WINDOW).await?
    };
    let stored = rows.iter().filter(|row| !row.is_open()).map(|row| wire::message(row, &key));
    let messages = stored.collect::<Result<Vec<_>, _>>()?;
    Ok(messages.into_iter().filter(|message| message.role == Role::User).map(|message| message.content.text).collect())
}
