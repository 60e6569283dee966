//! What server functions carry beside the types of `protocol`.

use protocol::rest::{Conversation, User};
use protocol::{CaseId, Message, UserId};
use serde::{Deserialize, Serialize};

/// Who looks at the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    /// Their account.
    pub user: User,
}

impl Viewer {
    /// Whose.
    pub fn id(&self) -> &UserId {
        &self.user.id
    }
}

/// What every page may need to know of this installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Demo accounts, one click each, and mailed codes shown on the page.
    pub demo: bool,
    /// Who answers, in words ("Built-in guide").
    pub model_label: String,
    /// The product's version.
    pub version: String,
}

/// One signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserSession {
    /// Names it when it is ended; not the secret in the cookie.
    pub id: String,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// RFC 3339 UTC.
    pub last_active_at: String,
    /// Browser and system, as far as known.
    pub agent: String,
    /// The one that asks.
    pub current: bool,
}

/// A conversation to open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// Which.
    pub conversation: Conversation,
    /// Its last messages, oldest first.
    pub messages: Vec<Message>,
    /// There are older ones.
    pub has_older: bool,
    /// What comes before the first of these, where all of it was folded away.
    #[serde(default)]
    pub folded: Option<Folded>,
}

/// Messages that were folded into a summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded {
    /// How many.
    pub count: i64,
    /// What a model is shown of them; `None` where nothing in them is worth it.
    pub summary: Option<String>,
}

/// Conversations that are not in the list, each list the most recently active first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PutAway {
    /// In the archive.
    pub archived: Vec<Conversation>,
    /// Deleted, and still to be had.
    pub deleted: Vec<Conversation>,
    /// For how many days after a deletion.
    pub restore_days: u64,
}

/// A page of earlier messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// There are older ones.
    pub has_older: bool,
    /// What comes before the first of these, where all of it was folded away.
    #[serde(default)]
    pub folded: Option<Folded>,
}

/// A source named by a library article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleSource {
    /// The document.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// When.
    pub year: u16,
    /// Where.
    pub url: String,
}

/// A library article to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Its id (the file's name).
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text in Markdown; passages count bytes of it.
    pub markdown: String,
    /// When a person last checked it (YYYY-MM-DD).
    pub reviewed: String,
    /// What it rests on.
    pub sources: Vec<ArticleSource>,
    /// Ids and titles of articles beside it.
    pub related: Vec<(String, String)>,
}

/// A line in the list of articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleLine {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it belongs to.
    pub topics: Vec<String>,
}

/// What came of asking for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Started {
    /// It runs.
    Case(CaseId),
    /// Nothing was made: fields that can't be taken, by their names, and why.
    Wrong(Vec<(String, String)>),
}
