//! The list of conversations as it changes under the reader: pure, like the transcript.

use protocol::ConversationId;
use protocol::rest::{Conversation, ConversationStatus};

/// Puts a conversation in its place, the most recently active first; one that is put away leaves.
pub fn upsert(list: &mut Vec<Conversation>, conversation: Conversation) {
    remove(list, &conversation.id);
    if conversation.status == ConversationStatus::Active {
        let at = list.partition_point(|other| activity(other) > activity(&conversation));
        list.insert(at, conversation);
    }
}

/// Takes a conversation out.
pub fn remove(list: &mut Vec<Conversation>, id: &ConversationId) -> Option<Conversation> {
    let at = list.iter().position(|other| other.id == *id)?;
    Some(list.remove(at))
}

/// When something was last said in it. RFC 3339 UTC sorts as text.
pub fn activity(conversation: &Conversation) -> &str {
    conversation.last_message_at.as_deref().unwrap_or(&conversation.created_at)
}

/// What it is called on the page.
pub fn title(conversation: &Conversation) -> &str {
    if conversation.title.is_empty() { "New conversation" } else { &conversation.title }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation(id: &str, at: &str) -> Conversation {
        Conversation {
            id: ConversationId::new(id),
            title: String::new(),
            status: ConversationStatus::Active,
            message_count: 1,
            last_message_at: Some(at.to_owned()),
            model_name: None,
            system_prompt: None,
            total_tokens: 0,
            metadata: serde_json::Map::new(),
            created_at: at.to_owned(),
            updated_at: at.to_owned(),
        }
    }

    fn ids(list: &[Conversation]) -> Vec<&str> {
        list.iter().map(|conversation| conversation.id.as_str()).collect()
    }

    #[test]
    fn the_most_recently_active_comes_first() {
        let mut list = vec![conversation("b", "2026-02"), conversation("a", "2026-01")];
        upsert(&mut list, conversation("a", "2026-03"));
        assert_eq!(ids(&list), ["a", "b"]);
        upsert(&mut list, conversation("c", "2025-12"));
        assert_eq!(ids(&list), ["a", "b", "c"]);
    }

    #[test]
    fn what_is_deleted_or_put_away_leaves() {
        let mut list = vec![conversation("b", "2026-02"), conversation("a", "2026-01")];
        assert!(remove(&mut list, &ConversationId::new("b")).is_some());
        upsert(&mut list, Conversation { status: ConversationStatus::Archived, ..conversation("a", "2026-04") });
        assert_eq!(ids(&list), [] as [&str; 0]);
    }
}
