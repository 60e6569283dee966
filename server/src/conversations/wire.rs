//! Rows to and from `protocol`: this is where bodies and titles are sealed and opened.

use protocol::rest::{Conversation, ConversationStatus};
use protocol::{ConversationId, Message, MessageId, Role};
use serde_json::{Map, Value};
use vault::{DataKey, Place};

use super::store::{ConversationRow, MessageRow};
use super::types::Body;
use crate::clock::rfc3339;
use crate::db::StoreError;

/// The word of a role in storage.
pub const fn role_word(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::System => "system",
        Role::Interactive => "interactive",
    }
}

/// Who speaks in a row.
pub fn role(word: &str) -> Result<Role, StoreError> {
    [Role::User, Role::Assistant, Role::System, Role::Interactive]
        .into_iter()
        .find(|role| role_word(*role) == word)
        .ok_or(StoreError::Corrupt("a message has a role that nobody knows"))
}

fn body_place(id: &str) -> Place<'_> {
    Place { table: "messages", column: "body", row: id }
}

/// Seals a message's body to its row.
pub fn seal_body(key: &DataKey, id: &MessageId, body: &Body) -> Result<Vec<u8>, StoreError> {
    let plain =
        zeroize_later(serde_json::to_vec(body).map_err(|_| StoreError::Corrupt("a body could not be written"))?);
    Ok(key.seal(body_place(id.as_str()), &plain)?)
}

/// Opens a message's body.
pub fn open_body(key: &DataKey, row: &MessageRow) -> Result<Body, StoreError> {
    let plain = key.open(body_place(&row.id), &row.body)?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt("a body has another form"))
}

/// A stored message as doors and pages show it.
pub fn message(row: &MessageRow, key: &DataKey) -> Result<Message, StoreError> {
    let body = open_body(key, row)?;
    Ok(Message {
        id: Some(MessageId::new(row.id.clone())),
        seq: Some(row.seq),
        role: role(&row.role)?,
        session_id: Some(ConversationId::new(row.conversation_id.clone())),
        timestamp: rfc3339(row.created_at),
        content: body.content,
        metadata: body.metadata,
    })
}

fn title_place(id: &str) -> Place<'_> {
    Place { table: "conversations", column: "title", row: id }
}

/// Seals a title to its row.
pub fn seal_title(key: &DataKey, id: &ConversationId, title: &str) -> Result<Vec<u8>, StoreError> {
    Ok(key.seal(title_place(id.as_str()), title.as_bytes())?)
}

fn prompt_place(id: &ConversationId) -> Place<'_> {
    Place { table: "conversations", column: "system_prompt", row: id.as_str() }
}

/// Seals what the person wants of answers.
pub fn seal_system_prompt(key: &DataKey, id: &ConversationId, text: &str) -> Result<Vec<u8>, StoreError> {
    Ok(key.seal(prompt_place(id), text.as_bytes())?)
}

/// Opens it.
pub fn open_system_prompt(key: &DataKey, id: &ConversationId, sealed: &[u8]) -> Result<String, StoreError> {
    let plain = key.open(prompt_place(id), sealed)?;
    String::from_utf8(plain.to_vec()).map_err(|_| StoreError::Corrupt("a system prompt has another form"))
}

fn metadata_place(id: &ConversationId) -> Place<'_> {
    Place { table: "conversations", column: "metadata", row: id.as_str() }
}

/// Seals what a client put beside a conversation.
pub fn seal_metadata(key: &DataKey, id: &ConversationId, metadata: &Map<String, Value>) -> Result<Vec<u8>, StoreError> {
    let plain = serde_json::to_vec(metadata).map_err(|_| StoreError::Corrupt("metadata could not be written"))?;
    Ok(key.seal(metadata_place(id), &zeroize_later(plain))?)
}

fn open_metadata(key: &DataKey, id: &ConversationId, sealed: &[u8]) -> Result<Map<String, Value>, StoreError> {
    let plain = key.open(metadata_place(id), sealed)?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt("metadata has another form"))
}

/// A stored conversation as doors and pages show it.
pub fn conversation(row: &ConversationRow, key: &DataKey) -> Result<Conversation, StoreError> {
    let title = match &row.title {
        Some(sealed) => {
            let plain = key.open(title_place(&row.id), sealed)?;
            String::from_utf8(plain.to_vec()).map_err(|_| StoreError::Corrupt("a title has another form"))?
        }
        None => String::new(),
    };
    let id = ConversationId::new(row.id.clone());
    let system_prompt = row.system_prompt.as_ref().map(|sealed| open_system_prompt(key, &id, sealed)).transpose()?;
    let metadata = row.metadata.as_ref().map(|sealed| open_metadata(key, &id, sealed)).transpose()?;
    Ok(Conversation {
        id,
        title,
        status: ConversationStatus::parse(&row.status).ok_or(StoreError::Corrupt("a status that nobody knows"))?,
        message_count: row.last_seq,
        last_message_at: row.last_message_at.map(rfc3339),
        model_name: row.model_name.clone(),
        system_prompt,
        total_tokens: row.total_tokens,
        metadata: metadata.unwrap_or_default(),
        created_at: rfc3339(row.created_at),
        updated_at: rfc3339(row.updated_at),
    })
}

/// The plaintext is wiped when it is no longer needed.
fn zeroize_later(bytes: Vec<u8>) -> zeroize::Zeroizing<Vec<u8>> {
    zeroize::Zeroizing::new(bytes)
}
