//! What one person asked, and what was acknowledged.

use std::collections::BTreeMap;

use protocol::{ConversationId, MessageId};

use crate::script;

/// Where an acknowledged question stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acked {
    /// Its message.
    pub message: MessageId,
    /// Its place.
    pub seq: i64,
}

/// Questions of one conversation by the client's id.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    name: String,
    /// Known from the first ack on.
    pub conversation: Option<ConversationId>,
    asked: BTreeMap<u64, Option<Acked>>,
}

impl Ledger {
    /// An empty one; the name makes ids that no other ledger has.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// A new question: its client id and its text.
    pub fn ask(&mut self) -> (String, String) {
        let n = self.asked.last_key_value().map_or(1, |(last, _)| last + 1);
        self.asked.insert(n, None);
        (self.id(n), script::question(&self.id(n)))
    }

    /// The client id of the n-th question.
    fn id(&self, n: u64) -> String {
        format!("{}-{n}", self.name)
    }

    fn number(&self, id: &str) -> Option<u64> {
        id.strip_prefix(self.name.as_str())?.strip_prefix('-')?.parse().ok()
    }

    /// An ack came. The same question must always get the same place.
    pub fn acked(
        &mut self,
        id: &str,
        conversation: &ConversationId,
        message: &MessageId,
        seq: i64,
    ) -> anyhow::Result<()> {
        let known = self.conversation.get_or_insert_with(|| conversation.clone());
        anyhow::ensure!(known == conversation, "{id} was stored in another conversation");
        let n = self.number(id).filter(|n| self.asked.contains_key(n));
        let Some(n) = n else { anyhow::bail!("{id} was acknowledged and never asked") };
        let ack = Acked { message: message.clone(), seq };
        match self.asked.insert(n, Some(ack.clone())) {
            Some(Some(before)) if before != ack => {
                anyhow::bail!(
                    "{id} was acknowledged as {} seq {}, now as {message} seq {seq}",
                    before.message,
                    before.seq
                )
            }
            _ => Ok(()),
        }
    }

    /// How many were asked.
    pub fn asked(&self) -> usize {
        self.asked.len()
    }

    /// How many were acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.asked.values().flatten().count()
    }

    /// Every question: client id, text, and its ack.
    pub fn questions(&self) -> impl Iterator<Item = (String, String, Option<&Acked>)> {
        self.asked.iter().map(|(n, ack)| {
            let id = self.id(*n);
            let text = script::question(&id);
            (id, text, ack.as_ref())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ack_belongs_to_a_question_and_never_changes() {
        let mut ledger = Ledger::new("r1-c2");
        let (id, text) = ledger.ask();
        assert_eq!(id, "r1-c2-1");
        assert!(text.contains("r1-c2-1"));
        let (conversation, message) = (ConversationId::new("s"), MessageId::new("msg_1"));
        ledger.acked(&id, &conversation, &message, 1).unwrap();
        ledger.acked(&id, &conversation, &message, 1).unwrap();
        assert!(ledger.acked(&id, &conversation, &message, 2).is_err());
        assert!(ledger.acked("r1-c2-7", &conversation, &message, 1).is_err());
        assert!(ledger.acked(&id, &ConversationId::new("other"), &message, 1).is_err());
        assert_eq!((ledger.asked(), ledger.acknowledged()), (1, 1));
    }
}
