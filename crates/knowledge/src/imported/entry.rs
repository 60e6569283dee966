//! An imported document as it is kept.

use serde::{Deserialize, Serialize};

use super::kinds::{self, Kind};

/// An imported document, or an entry of one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entry {
    /// Where it belongs; removed together.
    pub collection: String,
    /// Its id within the collection. Entries that share one in a single import are parts of one document.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Where it was published; empty where not told.
    #[serde(default)]
    pub url: String,
    /// When, as it was written there; empty where not told.
    #[serde(default)]
    pub date: String,
    /// What it is about, where the file says so.
    #[serde(default)]
    pub focus: String,
    /// Other names of that, where the file has them.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it tells of it ("symptoms"), where the file says so.
    #[serde(default)]
    pub label: String,
}

impl Entry {
    /// What it is about, and what it tells of it.
    pub fn subject(&self) -> (String, Kind) {
        let (titled, of_title) = kinds::of_title(&self.title);
        let kind = match kinds::of_label(&self.label) {
            Kind::Other => of_title,
            told => told,
        };
        (if self.focus.trim().is_empty() { titled } else { self.focus.trim().to_owned() }, kind)
    }
}
