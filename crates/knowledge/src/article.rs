//! An article: front matter in TOML between `+++` lines, then Markdown with five headings.
//!
//! The body is kept as written. Sections and blocks are ranges of its bytes, so whatever is shown can be found in it.

use std::ops::Range;

use serde::Deserialize;

use super::LibraryError;
use super::passages::{self, Passage};
use super::questions::{self, Question};

/// The headings of every article, in order; before the last may stand what people ask ([`questions::HEADING`]).
pub const HEADINGS: [&str; 5] =
    ["What it is", "What you can do", "When to get help", "Children, pregnancy and older people", "Sources"];

/// A document that an article rests on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: String,
    aliases: Vec<String>,
    topics: Vec<String>,
    icd10: Vec<String>,
    reviewed: String,
    related: Vec<String>,
    sources: Vec<ArticleSource>,
}

/// An article of the library.
#[derive(Debug, Clone)]
pub struct Article {
    /// The file's name without its ending.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What people call it, lay and clinical.
    pub aliases: Vec<String>,
    /// What it belongs to.
    pub topics: Vec<String>,
    /// ICD-10 codes, where sure.
    pub icd10: Vec<String>,
    /// When a person last checked it, YYYY-MM-DD.
    pub reviewed: String,
    /// Ids of articles beside it.
    pub related: Vec<String>,
    /// What it rests on.
    pub sources: Vec<ArticleSource>,
    /// The Markdown behind the front matter. Passages count bytes of it.
    pub body: String,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// What is found and cited, in order.
    pub passages: Vec<Passage>,
    /// What people ask about it.
    pub questions: Vec<Question>,
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Without the `##`.
    pub heading: String,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
}

/// A paragraph or one bullet, as a range of bytes of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// From the first character (of a bullet: the dash) to behind the last.
    pub range: Range<usize>,
    /// Whether it is a bullet.
    pub bullet: bool,
    /// The urgency that it begins with.
    pub urgency: Option<Urgency>,
}

/// How soon to get help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Call now.
    Emergency,
    /// Be seen the same day.
    Urgent,
    /// Book an appointment.
    Routine,
    /// Look after it oneself.
    SelfCare,
}

impl Urgency {
    /// All, most urgent first.
    pub const ALL: [Self; 4] = [Self::Emergency, Self::Urgent, Self::Routine, Self::SelfCare];

    /// As an article writes it, in bold with a colon behind it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Emergency => "Emergency – call now",
            Self::Urgent => "Urgent – same day",
            Self::Routine => "Routine – book an appointment",
            Self::SelfCare => "Self-care",
        }
    }

    /// The text behind the label, where it begins with one.
    pub fn strip(text: &str) -> Option<(Self, &str)> {
        let inner = text.strip_prefix("**")?;
        Self::ALL
            .into_iter()
            .find_map(|urgency| Some((urgency, inner.strip_prefix(urgency.label())?.strip_prefix(":**")?.trim_start())))
    }
}

impl Article {
    /// Reads an article, and what people ask about it.
    ///
    /// # Errors
    /// Where the front matter or a heading is missing or wrong, or the questions can't be read.
    pub fn parse(id: &str, text: &str, asked: Option<&str>) -> Result<Self, LibraryError> {
        let problem = |problem: String| LibraryError::Article { id: id.to_owned(), problem };
        let (front, body) = text
            .strip_prefix("+++\n")
            .and_then(|rest| rest.split_once("\n+++\n"))
            .ok_or_else(|| problem("the front matter must stand between two lines of +++".into()))?;
        let mut front: FrontMatter = toml::from_str(front).map_err(|error| problem(error.to_string()))?;
        let mut questions = Vec::new();
        let mut body = body.to_owned();
        if let Some(asked) = asked {
            let (whole, added, read) = questions::put_in(&body, &front.sources, asked).map_err(problem)?;
            (body, questions) = (whole, read);
            front.sources.extend(added);
        }
        let sections = sections(&body);
        let headings = sections.iter().map(|section| section.heading.as_str());
        if !headings.filter(|heading| *heading != questions::HEADING).eq(HEADINGS) {
            return Err(problem(format!("the headings must be exactly {}, in this order", HEADINGS.join(" / "))));
        }
        let passages = passages::cut(&body, &sections);
        let FrontMatter { title, aliases, topics, icd10, reviewed, related, sources } = front;
        let id = id.to_owned();
        Ok(Self { id, title, aliases, topics, icd10, reviewed, related, sources, body, sections, passages, questions })
    }

    /// The section of this heading (one of [`HEADINGS`]).
    pub fn section(&self, heading: &str) -> &Section {
        self.sections.iter().find(|section| section.heading == heading).expect("checked when it was read")
    }

    /// The bytes of a block.
    pub fn text(&self, block: &Block) -> &str {
        &self.body[block.range.clone()]
    }

    /// The passage in which a block stands; none for those under "Sources".
    pub fn passage_at(&self, position: usize) -> Option<&Passage> {
        self.passages.iter().find(|passage| (passage.start..passage.end).contains(&position))
    }

    /// What it is called: the title, the title without what it has in brackets, that, the halves of a title of two
    /// things, and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let (short, bracket) = self.title.split_once('(').unwrap_or((&self.title, ""));
        let title = [self.title.as_str(), short.trim(), bracket.trim_end_matches(')')];
        let halves = short.split(" and ").map(str::trim).filter(move |half| *half != short.trim());
        title.into_iter().filter(|name| !name.is_empty()).chain(halves).chain(self.aliases.iter().map(String::as_str))
    }
}

/// Finds headings and blocks, line by line: articles hold nothing but headings, paragraphs and flat bullets.
fn sections(body: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut position = 0;
    let mut open = false;
    for line in body.split_inclusive('\n') {
        let range = position..position + line.trim_end().len();
        position += line.len();
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push(Section { heading: heading.trim().to_owned(), blocks: Vec::new() });
            open = false;
        } else if range.is_empty() {
            open = false;
        } else if let Some(section) = sections.last_mut() {
            let bullet = line.starts_with("- ");
            if open && !bullet {
                section.blocks.last_mut().expect("a block is open").range.end = range.end;
            } else {
                let text = line.trim_end().trim_start_matches("- ");
                let urgency = Urgency::strip(text).map(|(urgency, _)| urgency);
                section.blocks.push(Block { range, bullet, urgency });
            }
            open = true;
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_slice_back_to_their_lines() {
        let body = "## What it is\nOne\ntwo.\n\n- a\n- b\n## Sources\n- c\n";
        let sections = sections(body);
        let texts: Vec<_> = sections[0].blocks.iter().map(|block| &body[block.range.clone()]).collect();
        assert_eq!(texts, ["One\ntwo.", "- a", "- b"]);
        assert_eq!(sections[1].heading, "Sources");
    }

    #[test]
    fn an_article_without_its_headings_is_refused() {
        let text = "+++\ntitle='t'\naliases=[]\ntopics=[]\nicd10=[]\nreviewed=''\nrelated=[]\nsources=[]\n+++\n## What it is\nx\n";
        let error = Article::parse("t", text, None).expect_err("four headings are missing");
        assert!(error.to_string().contains("headings"), "{error}");
        assert!(Article::parse("t", "no front matter", None).is_err());
    }

    #[test]
    fn an_urgency_is_read_off_a_bullet() {
        assert_eq!(Urgency::strip("**Urgent – same day:** now"), Some((Urgency::Urgent, "now")));
        assert_eq!(Urgency::strip("**Children:** now"), None);
    }
}
