//! The list of conversations. The conversation itself goes through the WebSocket.

use leptos::prelude::*;
use leptos::server_fn::codec::{Json, PostUrl};
use protocol::ConversationId;
use protocol::rest::{ChatStats, CleanedUp, Conversation, SearchFor, SearchResults};

use super::ApiFailure;
use super::types::{Earlier, PutAway, Transcript};

/// Their conversations, the most recently active first.
#[server(prefix = "/fn", endpoint = "conversations", input = Json, output = Json)]
pub async fn list_conversations() -> Result<Vec<Conversation>, ApiFailure> {
    super::host::told(super::host::use_host()?.conversations().await)
}

/// One conversation with its last messages, back to a place that is looked for.
#[server(prefix = "/fn", endpoint = "transcript", input = Json, output = Json)]
pub async fn open_transcript(id: ConversationId, from_seq: Option<i64>) -> Result<Transcript, ApiFailure> {
    super::host::told(super::host::use_host()?.transcript(id, from_seq).await)
}

/// Looks through all that was said.
#[server(prefix = "/fn", endpoint = "search", input = Json, output = Json)]
pub async fn search(wanted: SearchFor) -> Result<SearchResults, ApiFailure> {
    super::host::told(super::host::use_host()?.search(wanted).await)
}

/// What is not in the list: archived, or deleted and still to be had.
#[server(prefix = "/fn", endpoint = "put-away", input = Json, output = Json)]
pub async fn list_put_away() -> Result<PutAway, ApiFailure> {
    super::host::told(super::host::use_host()?.put_away().await)
}

/// Folds all but the last messages of a conversation into a summary.
#[server(prefix = "/fn", endpoint = "fold-conversation", input = Json, output = Json)]
pub async fn fold_conversation(id: ConversationId) -> Result<CleanedUp, ApiFailure> {
    super::host::told(super::host::use_host()?.fold_conversation(id).await)
}

/// Puts a conversation into the archive, or takes it out again; a plain form goes back to the archive.
#[server(prefix = "/fn", endpoint = "archive-conversation", input = PostUrl, output = Json)]
pub async fn archive_conversation(id: ConversationId, archived: bool) -> Result<Conversation, ApiFailure> {
    let conversation = super::host::told(super::host::use_host()?.set_archived(id, archived).await)?;
    leptos_axum::redirect("/archive");
    Ok(conversation)
}

/// Figures of the conversations.
#[server(prefix = "/fn", endpoint = "chat-stats", input = Json, output = Json)]
pub async fn figures() -> Result<ChatStats, ApiFailure> {
    super::host::told(super::host::use_host()?.chat_stats().await)
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
