//! One entry of the trail, and the chain it becomes a link of.

use std::net::IpAddr;

use protocol::UserId;
use sha2::{Digest, Sha256};

use crate::clock::Millis;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Someone signed in.
    User(UserId),
    /// The server by itself.
    System,
    /// Someone at the command line.
    Operator,
    /// Someone who is not signed in.
    Stranger,
}

impl Actor {
    fn word(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::System => "system",
            Self::Operator => "operator",
            Self::Stranger => "stranger",
        }
    }
}

/// What was done: a fixed list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action(pub &'static str);

macro_rules! actions {
    ($($name:ident = $word:literal),* $(,)?) => { impl Action { $(
        #[doc = concat!("`", $word, "`")]
        pub const $name: Self = Self($word);
    )* } };
}

actions! {
    SIGN_UP = "account.sign_up",
    PASSWORD = "account.password",
    CODE_SENT = "account.code_sent",
    CODE = "account.code",
    SIGN_IN = "account.sign_in",
    SIGN_OUT = "account.sign_out",
    REFRESH = "account.refresh",
    RESET = "account.reset_password",
    PROFILE_READ = "account.profile_read",
    PROFILE = "account.profile_change",
    SESSION_END = "account.session_end",
    ACCOUNTS_READ = "account.list",
    ROLE = "account.role_change",
    ACTIVE = "account.active_change",
    TICKET = "account.ticket",
    SOCKET = "socket.open",
    CONVERSATION = "conversation.create",
    CONVERSATION_READ = "conversation.read",
    CONVERSATION_CHANGE = "conversation.change",
    CONVERSATION_DELETE = "conversation.delete",
    CONVERSATION_RESTORE = "conversation.restore",
    CONVERSATION_PURGE = "conversation.purge",
    MESSAGE = "message.create",
    ANSWER = "message.answer",
    FEEDBACK = "message.feedback",
    FEEDBACK_LIST = "feedback.list",
    FEEDBACK_READ = "feedback.read",
    FEEDBACK_REVIEW = "feedback.review",
    FEEDBACK_EXPORT = "feedback.export",
    MARKER = "care.marker",
    CRISIS = "care.crisis",
    ALERT = "care.alert",
    ALERT_LIST = "care.alert_list",
    ALERT_SEEN = "care.alert_seen",
    PASSAGE_OPENED = "library.passage_opened",
    PASSAGES_FORGET = "library.forget_feedback",
    PASSAGES_READ = "library.read_feedback",
    NOTED = "care.noted",
    NOTED_DELETE = "care.noted_delete",
    SAFETY_PLAN = "care.safety_plan",
    SAFETY_PLAN_DELETE = "care.safety_plan_delete",
    CASE = "case.create",
    CASE_DONE = "case.done",
    CASE_LIST = "case.list",
    CASE_READ = "case.read",
    CASE_REVIEW = "case.review",
    CASE_EXPORT = "case.export",
    SHARE = "share.create",
    SHARE_CHANGE = "share.change",
    SHARE_END = "share.end",
    DOCUMENT = "document.create",
    DOCUMENT_READ = "document.read",
    DOCUMENT_DELETE = "document.delete",
    DOCUMENT_SHARE = "document.share",
    TRAIL_READ = "audit.read",
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Refused.
    Refused,
}

/// Where from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address.
    pub address: Option<IpAddr>,
    /// The request, or the socket's upgrade.
    pub request_id: String,
    /// The country of the browser's locale, as two letters; for help lines only, and never on the trail.
    pub region: Option<String>,
}

/// One entry, before it is a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Millis,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// To what: kind/id, or empty.
    pub object: String,
    /// Whose data.
    pub subject: Option<UserId>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, as a word.
    pub reason: &'static str,
    /// Where from.
    pub origin: Origin,
}

impl Entry {
    /// Something done.
    pub fn new(at: Millis, actor: Actor, action: Action) -> Self {
        Self {
            at,
            actor,
            action,
            object: String::new(),
            subject: None,
            outcome: Outcome::Done,
            reason: "",
            origin: Origin::default(),
        }
    }

    /// To what.
    #[must_use]
    pub fn object(mut self, kind: &str, id: &str) -> Self {
        self.object = format!("{kind}/{id}");
        self
    }

    /// Whose data.
    #[must_use]
    pub fn subject(mut self, user: &UserId) -> Self {
        self.subject = Some(user.clone());
        self
    }

    /// It was refused, for this reason.
    #[must_use]
    pub fn refused(mut self, reason: &'static str) -> Self {
        self.outcome = Outcome::Refused;
        self.reason = reason;
        self
    }

    /// Where from.
    #[must_use]
    pub fn from(mut self, origin: &Origin) -> Self {
        self.origin = origin.clone();
        self
    }

    pub(crate) fn fields(&self) -> [String; 8] {
        [
            self.actor.word().to_owned(),
            self.action.0.to_owned(),
            self.object.clone(),
            self.subject.as_ref().map(|user| user.as_str().to_owned()).unwrap_or_default(),
            match self.outcome {
                Outcome::Done => "done",
                Outcome::Refused => "refused",
            }
            .to_owned(),
            self.reason.to_owned(),
            self.origin.address.map(|address| address.to_string()).unwrap_or_default(),
            self.origin.request_id.clone(),
        ]
    }
}

/// The end of one node's chain, as the writer knows it.
#[derive(Debug)]
pub struct Chain {
    pub(crate) node: String,
    /// The last committed link: number and hash. `None`: to be read from the database.
    pub(crate) head: Option<(i64, String)>,
    /// The last link of the open transaction.
    pub(crate) next: Option<(i64, String)>,
}

impl Chain {
    /// The chain of a node; its end is read when it is first needed.
    pub fn new(node: &str) -> Self {
        Self { node: node.to_owned(), head: None, next: None }
    }

    /// The open transaction holds.
    pub fn committed(&mut self) {
        if let Some(next) = self.next.take() {
            self.head = Some(next);
        }
    }

    /// The open transaction does not hold; what is stored is read again.
    pub fn rolled_back(&mut self) {
        self.next = None;
        self.head = None;
    }
}

/// The hash of a link: every field with its length before it, so that no two links read the same.
pub(crate) fn link_hash(node: &str, n: i64, at: Millis, fields: &[String; 8], previous: &str) -> String {
    use std::fmt::Write;
    let mut hasher = Sha256::new();
    let mut put = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    put(b"anamnesis audit 1");
    put(node.as_bytes());
    put(&n.to_be_bytes());
    put(&at.to_be_bytes());
    for field in fields {
        put(field.as_bytes());
    }
    put(previous.as_bytes());
    let mut hex = String::with_capacity(64);
    for byte in hasher.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
