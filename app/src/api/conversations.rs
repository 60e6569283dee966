//! The list of conversations. The conversation itself goes through the WebSocket.

use leptos::prelude::*;
use leptos::server_fn::codec::{Json, PostUrl};
use protocol::ConversationId;
use protocol::rest::Conversation;

use super::ApiFailure;
use super::types::{Earlier, Transcript};

/// Their conversations, the most recently active first.
#[server(prefix = "/fn", endpoint = "conversations", input = Json, output = Json)]
pub async fn list_conversations() -> Result<Vec<Conversation>, ApiFailure> {
    super::host::told(super::host::use_host()?.conversations().await)
}

/// One conversation with its last messages.
#[server(prefix = "/fn", endpoint = "transcript", input = Json, output = Json)]
pub async fn open_transcript(id: ConversationId) -> Result<Transcript, ApiFailure> {
    super::host::told(super::host::use_host()?.transcript(id).await)
}

/// A page of messages before a place.
#[server(prefix = "/fn", endpoint = "earlier-messages", input = Json, output = Json)]
pub async fn earlier_messages(id: ConversationId, before_seq: i64) -> Result<Earlier, ApiFailure> {
    super::host::told(super::host::use_host()?.earlier(id, before_seq).await)
}

/// Makes an empty conversation; a plain form goes to its page.
#[server(prefix = "/fn", endpoint = "new-conversation", input = PostUrl, output = Json)]
pub async fn new_conversation() -> Result<Conversation, ApiFailure> {
    let conversation = super::host::told(super::host::use_host()?.new_conversation().await)?;
    leptos_axum::redirect(&format!("/chat/{}", conversation.id));
    Ok(conversation)
}

/// Gives a conversation another title.
#[server(prefix = "/fn", endpoint = "rename-conversation", input = PostUrl, output = Json)]
pub async fn rename_conversation(id: ConversationId, title: String) -> Result<Conversation, ApiFailure> {
    super::host::told(super::host::use_host()?.rename_conversation(id, title).await)
}

/// Deletes a conversation; a plain form goes back to the list, where it can be taken back.
#[server(prefix = "/fn", endpoint = "delete-conversation", input = PostUrl, output = Json)]
pub async fn delete_conversation(id: ConversationId) -> Result<(), ApiFailure> {
    super::host::told(super::host::use_host()?.delete_conversation(id.clone()).await)?;
    leptos_axum::redirect(&format!("/chat?deleted={id}"));
    Ok(())
}

/// Takes a deletion back.
#[server(prefix = "/fn", endpoint = "restore-conversation", input = PostUrl, output = Json)]
pub async fn restore_conversation(id: ConversationId) -> Result<Conversation, ApiFailure> {
    let conversation = super::host::told(super::host::use_host()?.restore_conversation(id).await)?;
    leptos_axum::redirect(&format!("/chat/{}", conversation.id));
    Ok(conversation)
}
