//! New ids: `UUIDv7`, so that they sort by the time they were made.

use protocol::{CaseId, ConversationId, DocumentId, MessageId, TurnId, UserId};
use uuid::{ContextV7, Timestamp, Uuid};

use crate::clock::Millis;

fn uuid(now: Millis) -> String {
    // The context keeps ids of one millisecond in order.
    static CONTEXT: std::sync::Mutex<ContextV7> = std::sync::Mutex::new(ContextV7::new());
    let millis = u64::try_from(now).unwrap_or(0);
    let nanos = u32::try_from(millis % 1000).expect("below 1000") * 1_000_000;
    let context = CONTEXT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Uuid::new_v7(Timestamp::from_unix(&*context, millis / 1000, nanos)).to_string()
}

/// For rows that have no id type of their own.
pub fn plain(now: Millis) -> String {
    uuid(now)
}

/// For an account.
pub fn user(now: Millis) -> UserId {
    UserId::new(uuid(now))
}

/// For a conversation.
pub fn conversation(now: Millis) -> ConversationId {
    ConversationId::new(uuid(now))
}

/// For a message.
pub fn message(now: Millis) -> MessageId {
    MessageId::new(format!("msg_{}", uuid(now)))
}

/// For a turn.
pub fn turn(now: Millis) -> TurnId {
    TurnId::new(uuid(now))
}

/// For a case.
pub fn case(now: Millis) -> CaseId {
    CaseId::new(uuid(now))
}

/// For a document.
pub fn document(now: Millis) -> DocumentId {
    DocumentId::new(uuid(now))
}
