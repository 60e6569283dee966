//! What is stored, held against what was asked and acknowledged.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use protocol::message::FinishReason;
use protocol::native::ServerFrame;
use protocol::{ConversationId, Message, Role};

use crate::client::{Client, Gone};
use crate::ledger::Ledger;

/// The server cuts a reader off that can't keep up, who then goes on where it was: so does this one.
const TRY_AGAIN_LATER: u16 = 1013;

/// Every stored message of a conversation, in the order in which `resume` gives them.
pub async fn fetch(addr: SocketAddr, token: &str, conversation: &ConversationId) -> anyhow::Result<Vec<Message>> {
    let mut messages: Vec<Message> = Vec::new();
    loop {
        let held = messages.len();
        let after = messages.last().and_then(|message| message.seq).unwrap_or(0);
        let mut client = Client::connect(addr, token).await?;
        client.resume(conversation, after, None).await?;
        match replay(&mut client, conversation, after, &mut messages).await {
            Ok(()) => return Ok(messages),
            Err(error) => match error.downcast_ref::<Gone>() {
                Some(Gone::Closed(TRY_AGAIN_LATER, _)) if messages.len() > held => {}
                Some(Gone::Closed(TRY_AGAIN_LATER, _)) => {
                    anyhow::bail!("a replay after seq {after} is cut off with 1013 before its first message")
                }
                _ => return Err(error),
            },
        }
    }
}

/// Reads the replay behind `after` until it is whole.
///
/// A connection is live from its first moment, so an answer may end just before the server reads our `resume`. What came
/// before the replay's first message is dropped here: it must be, and is, in the replay again.
pub async fn replay(
    client: &mut Client,
    conversation: &ConversationId,
    after: i64,
    into: &mut Vec<Message>,
) -> anyhow::Result<()> {
    let held = into.len();
    loop {
        match client.next().await? {
            ServerFrame::Message(message) if message.session_id.as_ref() == Some(conversation) => {
                let Some(seq) = message.seq else { continue };
                if seq == after + 1 {
                    into.truncate(held);
                }
                into.push(*message);
            }
            ServerFrame::Resumed { session_id, .. } if session_id == *conversation => return Ok(()),
            ServerFrame::Error { code, error, .. } => anyhow::bail!("{code}: {error}"),
            _ => {}
        }
    }
}

/// Whether every stored question has its answer.
pub fn is_answered(messages: &[Message]) -> bool {
    let count = |role| messages.iter().filter(|message| message.role == role).count();
    count(Role::User) == count(Role::Assistant)
}

/// What does not hold, in words; nothing where all is well. `messages` must be whole: every turn over.
pub fn faults(messages: &[Message], ledger: &Ledger, script: &str) -> Vec<String> {
    let mut faults = order(messages);
    let mut stored: HashMap<&str, Vec<&Message>> = HashMap::new();
    for message in messages.iter().filter(|message| message.role == Role::User) {
        stored.entry(&message.content.text).or_default().push(message);
    }
    for (id, text, ack) in ledger.questions() {
        let places = stored.remove(text.as_str()).unwrap_or_default();
        match (places.as_slice(), ack) {
            ([], Some(ack)) => faults.push(format!("lost: {id} was acknowledged as seq {} and is not there", ack.seq)),
            ([one], Some(ack)) if one.id.as_ref() != Some(&ack.message) || one.seq != Some(ack.seq) => {
                faults.push(format!(
                    "changed: {id} was acknowledged as {} seq {}, stored as {:?} seq {:?}",
                    ack.message, ack.seq, one.id, one.seq
                ));
            }
            ([], None) | ([_], _) => {}
            (several, _) => faults.push(format!("doubled: {id} is stored {} times", several.len())),
        }
    }
    faults.extend(stored.values().flatten().map(|message| format!("unknown: seq {:?} was never asked", message.seq)));
    faults.extend(answers(messages, script));
    faults
}

/// Places must be 1, 2, 3 … and ids different.
fn order(messages: &[Message]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut ids = HashSet::new();
    for (expected, message) in (1_i64..).zip(messages) {
        if message.seq != Some(expected) {
            faults.push(format!("out of order: seq {:?} where {expected} is expected", message.seq));
            break;
        }
        if !ids.insert(&message.id) {
            faults.push(format!("doubled: {:?} is there twice", message.id));
        }
    }
    faults
}

/// As many answers as questions, each behind its question, each saying what the script says.
fn answers(messages: &[Message], script: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let of = |role| messages.iter().filter(move |message| message.role == role);
    let (questions, answers) = (of(Role::User).count(), of(Role::Assistant).count());
    if questions != answers {
        faults.push(format!("open: {questions} questions, {answers} answers"));
    }
    for (question, answer) in of(Role::User).zip(of(Role::Assistant)) {
        if answer.seq < question.seq {
            faults.push(format!("out of order: the answer at seq {:?} stands before its question", answer.seq));
        }
    }
    for answer in of(Role::Assistant) {
        if answer.content.text != script || answer.metadata.finish_reason != Some(FinishReason::Complete) {
            let bytes = answer.content.text.len();
            faults.push(format!(
                "broken: the answer at seq {:?} has {bytes} bytes, {:?}",
                answer.seq, answer.metadata.finish_reason
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{Content, MessageId, Metadata};

    const SCRIPT: &str = "all of it";

    fn message(seq: i64, role: Role, text: &str) -> Message {
        Message {
            id: Some(MessageId::new(format!("msg_{seq}"))),
            seq: Some(seq),
            role,
            session_id: Some(ConversationId::new("s")),
            timestamp: String::new(),
            content: Content { text: text.to_owned(), elements: Vec::new() },
            metadata: Metadata { finish_reason: Some(FinishReason::Complete), ..Metadata::default() },
        }
    }

    /// Two acknowledged questions with their answers.
    fn sound() -> (Vec<Message>, Ledger) {
        let mut ledger = Ledger::new("c");
        let mut messages = Vec::new();
        for seq in [1, 3] {
            let (id, text) = ledger.ask();
            ledger.acked(&id, &ConversationId::new("s"), &MessageId::new(format!("msg_{seq}")), seq).unwrap();
            messages.push(message(seq, Role::User, &text));
            messages.push(message(seq + 1, Role::Assistant, SCRIPT));
        }
        (messages, ledger)
    }

    fn words(messages: &[Message], ledger: &Ledger) -> String {
        faults(messages, ledger, SCRIPT).join("\n")
    }

    #[test]
    fn what_was_acknowledged_and_answered_has_no_faults() {
        let (messages, mut ledger) = sound();
        assert_eq!(words(&messages, &ledger), "");
        let _ = ledger.ask();
        assert_eq!(words(&messages, &ledger), "", "a question without an ack may be lost");
    }

    #[test]
    fn a_lost_a_doubled_and_a_changed_question_are_found() {
        let (messages, ledger) = sound();
        assert!(words(&messages[..2], &ledger).contains("lost: c-2"));
        let mut doubled = messages.clone();
        doubled.push(message(5, Role::User, &messages[0].content.text));
        doubled.push(message(6, Role::Assistant, SCRIPT));
        assert!(words(&doubled, &ledger).contains("doubled: c-1 is stored 2 times"));
        let mut changed = messages.clone();
        changed[0].id = Some(MessageId::new("msg_9"));
        assert!(words(&changed, &ledger).contains("changed: c-1"));
        let mut unknown = messages;
        unknown[0].content.text = "never asked".to_owned();
        assert!(words(&unknown, &ledger).contains("unknown: seq Some(1)"));
    }

    #[test]
    fn gaps_open_turns_and_broken_answers_are_found() {
        let (messages, ledger) = sound();
        let mut gap = messages.clone();
        gap[3].seq = Some(5);
        assert!(words(&gap, &ledger).contains("out of order: seq Some(5) where 4"));
        assert!(words(&messages[..3], &ledger).contains("open: 2 questions, 1 answers"));
        assert!(!is_answered(&messages[..3]) && is_answered(&messages));
        let mut broken = messages;
        broken[1].content.text.truncate(3);
        assert!(words(&broken, &ledger).contains("broken: the answer at seq Some(2)"));
    }
}
