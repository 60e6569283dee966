//! What is written most (messages, turns, audit rows), gathered into one statement a table.

use std::collections::{BTreeMap, HashMap, HashSet};

use protocol::{ConversationId, MessageId, Role, TurnId, UserId};

use super::StoreError;
use super::writer::Tx;
use crate::alerts::{self, NewAlert};
use crate::audit::Entry;
use crate::care::store::{NewEntry, NewMarker, Reward, insert_entry, insert_marker, learn};
use crate::clock::Millis;
use crate::conversations::store::ConversationRow;
use crate::{conversations, turns};

/// A message to be stored; its place in the conversation is given when it is.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// Which conversation.
    pub conversation: ConversationId,
    /// Who speaks.
    pub role: Role,
    /// A keyed hash of the client's id: a second message of the same is not stored.
    pub client_key: Option<String>,
    /// It is still being written.
    pub open: bool,
    /// Sealed.
    pub body: Vec<u8>,
    /// When.
    pub at: Millis,
    /// A title for the conversation, sealed, where it has none yet.
    pub title: Option<Vec<u8>>,
}

/// A message whose text grew or ended.
#[derive(Debug, Clone)]
pub struct MessageUpdate {
    /// Which.
    pub id: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// It is still being written.
    pub open: bool,
    /// Sealed.
    pub body: Vec<u8>,
    /// Tokens used for it, counted when it ends.
    pub tokens: i64,
    /// Which model it is of, for figures.
    pub model: Option<String>,
    /// When.
    pub at: Millis,
}

/// Where a turn stands.
#[derive(Debug, Clone)]
pub struct TurnRow {
    /// Which.
    pub id: TurnId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Who asked.
    pub user: UserId,
    /// The question.
    pub question: MessageId,
    /// The answer.
    pub answer: MessageId,
    /// `queued` or `done`.
    pub state: &'static str,
    /// When it was asked.
    pub created_at: Millis,
    /// When this was.
    pub at: Millis,
}

/// What stays of a conversation beyond its last messages.
#[derive(Debug, Clone)]
pub struct NewMemory {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Sealed.
    pub body: Vec<u8>,
    /// When.
    pub at: Millis,
}

/// What belongs together: all of it is stored, or none.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// At most one message.
    pub message: Option<NewMessage>,
    /// The answer that will be written to it, which has the next place.
    pub answer: Option<NewMessage>,
    /// At most one update.
    pub update: Option<MessageUpdate>,
    /// At most one thing achieved.
    pub marker: Option<NewMarker>,
    /// At most one thing done or noted.
    pub entry: Option<NewEntry>,
    /// What an exercise did for somebody.
    pub reward: Option<Reward>,
    /// Somebody is in danger: whoever may be told of it is.
    pub alert: Option<NewAlert>,
    /// At most one turn.
    pub turn: Option<TurnRow>,
    /// At most one memory.
    pub memory: Option<NewMemory>,
    /// What is to be on the trail.
    pub audit: Vec<Entry>,
}

/// What became of a change.
#[derive(Debug, Clone)]
pub enum Applied {
    /// It is stored, and had neither a message nor an answer that ended.
    Stored,
    /// Its message is stored, at this place.
    At(i64),
    /// The answer that it ended is stored, and its conversation stands like this now.
    Ended(Box<ConversationRow>),
    /// One of the same client id was there: nothing of the change was stored.
    Duplicate {
        /// That one.
        message: MessageId,
        /// Its place.
        seq: i64,
    },
}

/// Stores what has gathered, in the order in which it came. A message that is there already fails the group, unless
/// `repeats` are looked for, which costs a statement.
pub(super) async fn apply(tx: &mut Tx, changes: &[&Change], repeats: bool) -> Result<Vec<Applied>, StoreError> {
    let mut applied = vec![Applied::Stored; changes.len()];
    let repeated = if repeats { duplicates(tx, changes).await? } else { HashMap::new() };
    for (index, (message, seq)) in &repeated {
        applied[*index] = Applied::Duplicate { message: message.clone(), seq: *seq };
    }
    let kept: Vec<(usize, &Change)> =
        changes.iter().enumerate().filter(|(index, _)| !repeated.contains_key(index)).map(|(i, c)| (i, *c)).collect();

    let fresh: Vec<(usize, &NewMessage)> = kept
        .iter()
        .flat_map(|(index, change)| change.message.iter().chain(&change.answer).map(|message| (*index, message)))
        .collect();
    let places = place(tx, &fresh).await?;
    for ((index, _), seq) in fresh.iter().zip(&places).rev() {
        // The message's, not that of the answer behind it.
        applied[*index] = Applied::At(*seq);
    }
    let rows: Vec<(&NewMessage, i64)> = fresh.iter().zip(&places).map(|((_, message), seq)| (*message, *seq)).collect();
    conversations::store::insert_messages(&mut tx.connection, &rows).await?;

    // Of several updates of one message in a group, the last is the one that holds.
    let mut updates: BTreeMap<&str, &MessageUpdate> = BTreeMap::new();
    for update in kept.iter().filter_map(|(_, change)| change.update.as_ref()) {
        updates.insert(update.id.as_str(), update);
    }
    let updates: Vec<&MessageUpdate> = updates.into_values().collect();
    conversations::store::update_messages(&mut tx.connection, &updates).await?;
    let ended = conversations::store::count_tokens(&mut tx.connection, &updates).await?;
    for (index, update) in kept.iter().filter_map(|(index, change)| Some((*index, change.update.as_ref()?))) {
        if !update.open
            && let Some(row) = ended.get(update.conversation.as_str())
        {
            applied[index] = Applied::Ended(Box::new(row.clone()));
        }
    }

    let mut states: BTreeMap<&str, &TurnRow> = BTreeMap::new();
    for turn in kept.iter().filter_map(|(_, change)| change.turn.as_ref()) {
        states.insert(turn.id.as_str(), turn);
    }
    let states: Vec<&TurnRow> = states.into_values().collect();
    turns::store::upsert(&mut tx.connection, &states).await?;

    let mut memories: BTreeMap<&str, &NewMemory> = BTreeMap::new();
    for memory in kept.iter().filter_map(|(_, change)| change.memory.as_ref()) {
        memories.insert(memory.conversation.as_str(), memory);
    }
    let memories: Vec<&NewMemory> = memories.into_values().collect();
    turns::store::keep_memories(&mut tx.connection, &memories).await?;

    for marker in kept.iter().filter_map(|(_, change)| change.marker.as_ref()) {
        insert_marker(&mut tx.connection, marker).await?;
    }
    for entry in kept.iter().filter_map(|(_, change)| change.entry.as_ref()) {
        insert_entry(&mut tx.connection, entry).await?;
    }
    for reward in kept.iter().filter_map(|(_, change)| change.reward.as_ref()) {
        learn(&mut tx.connection, reward).await?;
    }
    for alert in kept.iter().filter_map(|(_, change)| change.alert.as_ref()) {
        let told = alerts::store::raise(&mut tx.connection, alert).await?;
        tx.audit.extend(told);
    }
    for (_, change) in kept {
        tx.audit.extend(change.audit.iter().cloned());
    }
    Ok(applied)
}

/// Which changes carry a client id that is stored already, or stands earlier in this group.
async fn duplicates(tx: &mut Tx, changes: &[&Change]) -> Result<HashMap<usize, (MessageId, i64)>, StoreError> {
    let named: Vec<(usize, &ConversationId, &str)> = changes
        .iter()
        .enumerate()
        .filter_map(|(index, change)| {
            let message = change.message.as_ref()?;
            Some((index, &message.conversation, message.client_key.as_deref()?))
        })
        .collect();
    if named.is_empty() {
        return Ok(HashMap::new());
    }
    let mut seen = HashSet::new();
    if named.iter().any(|(_, conversation, client)| !seen.insert((conversation.as_str(), *client))) {
        // Two of the same in one group: let each be tried alone, so that the second sees the first.
        return Err(StoreError::Exists);
    }
    let keys: Vec<(&ConversationId, &str)> =
        named.iter().map(|(_, conversation, client)| (*conversation, *client)).collect();
    let stored = conversations::store::by_client_keys(&mut tx.connection, &keys).await?;
    Ok(named
        .into_iter()
        .filter_map(|(index, conversation, client)| {
            let (_, _, message, seq) = stored.iter().find(|(c, k, _, _)| c == conversation && k == client)?;
            Some((index, (message.clone(), *seq)))
        })
        .collect())
}

/// Gives each message its place: the conversations count on, in one statement.
async fn place(tx: &mut Tx, fresh: &[(usize, &NewMessage)]) -> Result<Vec<i64>, StoreError> {
    // Sorted by id, so that two nodes that write to the same conversations wait for each other in the same order.
    let mut counts: BTreeMap<&str, conversations::store::Growth<'_>> = BTreeMap::new();
    for (_, message) in fresh {
        let growth = counts.entry(message.conversation.as_str()).or_default();
        growth.messages += 1;
        growth.at = growth.at.max(message.at);
        growth.title = growth.title.or(message.title.as_deref());
    }
    let grown: Vec<(&str, conversations::store::Growth<'_>)> = counts.into_iter().collect();
    let mut next: HashMap<String, i64> = conversations::store::grow(&mut tx.connection, &grown).await?;
    for (id, growth) in &grown {
        // `grow` gives the last place; count up to it.
        let last = next.get_mut(*id).ok_or(StoreError::Gone)?;
        *last -= growth.messages;
    }
    Ok(fresh
        .iter()
        .map(|(_, message)| {
            let place = next.get_mut(message.conversation.as_str()).expect("counted above");
            *place += 1;
            *place
        })
        .collect())
}
