//! Search in what was said. It is sealed at rest, so it is opened, and kept open in memory for the next search, in small
//! letters and without anything else, as far as there is room; never on disk.

use std::sync::Arc;

use protocol::rest::{ChatMessage, Conversation, Highlight, SearchFor, SearchHit, SearchResults};
use protocol::{ConversationId, MessageId, Role};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::desk::Desk;
use super::{store, wire};
use crate::cache;
use crate::clock::Millis;
use crate::conversations;
use crate::db::StoreError;
use crate::error::ApiError;
use crate::rest;
use crate::state::App;

/// The longest `q`, in characters.
pub(crate) const Q_CHARS_MAX: usize = 200;
/// How many rows are read at once.
const PAGE: i64 = 500;
/// How many places of a message are shown.
const HIGHLIGHTS_MAX: usize = 3;
/// How much is shown on either side of a place, in characters.
const AROUND: usize = 60;

/// A message as it is searched in.
#[derive(Debug, Clone)]
struct Line {
    id: MessageId,
    at: Millis,
    role: Role,
    /// In small letters.
    text: Box<str>,
}

/// The messages of a conversation as far as they were read. They never change once they are stored.
#[derive(Debug, Clone, Default)]
struct Opened {
    upto: i64,
    lines: Vec<Line>,
}

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<ConversationId, Arc<Opened>> for Bytes {
    fn weight(&self, _: &ConversationId, opened: &Arc<Opened>) -> u64 {
        opened.lines.iter().map(|line| line.text.len() as u64 + 112).sum::<u64>() + 64
    }
}

/// What was opened to be searched in, bounded by bytes; what was used longest ago goes first.
pub struct Search(Cache<ConversationId, Arc<Opened>, Bytes>);

impl Search {
    /// With room for so many bytes.
    pub fn new(bytes_max: usize) -> Self {
        Self(cache::by_weight(bytes_max, Bytes))
    }

    /// Forgets a conversation.
    pub fn forget(&self, conversation: &ConversationId) {
        self.0.remove(conversation);
    }
}

/// What is looked for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// All of these words, as parts of words, too; in small letters.
    pub(crate) words: Vec<String>,
    /// Said at or after this.
    pub(crate) from: Option<Millis>,
    /// Said before this.
    pub(crate) to: Option<Millis>,
    /// Said by this one.
    pub(crate) role: Option<Role>,
    pub(crate) limit: usize,
}

impl Wanted {
    /// Reads what somebody looks for.
    pub(crate) fn read(asked: SearchFor) -> Result<Self, ApiError> {
        let SearchFor { q, from, to, role, limit } = asked;
        if q.trim().is_empty() || q.chars().count() > Q_CHARS_MAX {
            return Err(ApiError::unprocessable("q", format!("`q` must have 1 to {Q_CHARS_MAX} characters.")));
        }
        let (limit, _) = rest::window(limit, None, 20, 100)?;
        let read = |name: &'static str, text: Option<String>| {
            let wrong =
                || ApiError::unprocessable(name, format!("`{name}` must be a day such as 2026-11-01, or a time."));
            text.map(|text| moment(text.trim()).ok_or_else(wrong)).transpose()
        };
        let (from, to) = (read("from", from)?, read("to", to)?);
        Ok(Self {
            words: q.split_whitespace().map(str::to_lowercase).collect(),
            from: from.map(|(begin, _)| begin),
            to: to.map(|(_, behind)| behind),
            role,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
        })
    }

    fn is_met(&self, line: &Line) -> bool {
        self.from.is_none_or(|from| line.at >= from)
            && self.to.is_none_or(|to| line.at < to)
            && self.role.is_none_or(|role| line.role == role)
            && self.words.iter().all(|word| line.text.contains(word.as_str()))
    }
}

impl Desk<'_> {
    /// One's own messages with all of the words, the newest first. The search is on the trail as a read of what it shows.
    pub(crate) async fn search(&self, wanted: Wanted) -> Result<SearchResults, ApiError> {
        let mut found: Vec<(Millis, MessageId, usize)> = Vec::new();
        let all = self.all().await?;
        for (at, conversation) in all.iter().enumerate() {
            let opened = opened(self.app, conversation).await?;
            let met = opened.lines.iter().filter(|line| wanted.is_met(line));
            found.extend(met.map(|line| (line.at, line.id.clone(), at)));
        }
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        found.sort_by(|a, b| (b.0, b.1.as_str()).cmp(&(a.0, a.1.as_str())));
        found.truncate(wanted.limit);
        let mut results = Vec::with_capacity(found.len());
        let mut read: Vec<usize> = Vec::new();
        for (_, id, at) in found {
            let conversation = &all[at];
            let Some(message) = conversations::message(self.app, &conversation.id, &id).await? else { continue };
            if !read.contains(&at) {
                read.push(at);
            }
            let message = ChatMessage::from(&message);
            let highlights = highlights(&message.content, &wanted.words);
            results.push(SearchHit { conversation: conversation.clone(), message, highlights });
        }
        for at in read {
            conversations::note_read(self.app, self.user(), &all[at].id, self.origin).await?;
        }
        Ok(SearchResults { results, total })
    }
}

/// The messages of a conversation, opened as far as they were not yet.
async fn opened(app: &App, conversation: &Conversation) -> Result<Arc<Opened>, StoreError> {
    let id = &conversation.id;
    let known = app.search.0.get(id).unwrap_or_default();
    if known.upto >= conversation.message_count {
        return Ok(known);
    }
    let mut opened = Opened::clone(&known);
    let key = app.keys.get(&app.db, id.as_str()).await?;
    'reading: loop {
        let rows = {
            let mut connection = app.db.read().await?;
            store::messages_after(&mut connection, id, opened.upto, PAGE).await?
        };
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            if row.is_open() {
                // It and what stands behind it are looked at again once it is whole.
                break 'reading;
            }
            let text = wire::open_body(&key, row)?.content.text.to_lowercase().into_boxed_str();
            let role = wire::role(&row.role)?;
            opened.lines.push(Line { id: MessageId::new(row.id.clone()), at: row.created_at, role, text });
            opened.upto = row.seq;
        }
        tokio::task::yield_now().await;
    }
    let opened = Arc::new(opened);
    app.search.0.insert(id.clone(), Arc::clone(&opened));
    Ok(opened)
}

/// Where the words stand in a text, with what stands around them.
fn highlights(text: &str, words: &[String]) -> Vec<Highlight> {
    let mut places: Vec<(usize, usize)> = words.iter().filter_map(|word| place_of(text, word)).collect();
    places.sort_unstable();
    places.dedup();
    places.truncate(HIGHLIGHTS_MAX);
    let shown = |(from, to): (usize, usize)| {
        let begin = text[..from].char_indices().rev().take(AROUND).last().map_or(from, |(at, _)| at);
        let end = text[to..].char_indices().nth(AROUND).map_or(text.len(), |(at, _)| to + at);
        Highlight {
            before: text[begin..from].to_owned(),
            found: text[from..to].to_owned(),
            after: text[to..end].to_owned(),
        }
    };
    places.into_iter().map(shown).collect()
}

/// The first place of a word in small letters, in a text of any: bytes from and to.
fn place_of(text: &str, word: &str) -> Option<(usize, usize)> {
    text.char_indices().find_map(|(from, _)| {
        let mut left = word.chars().peekable();
        for (at, character) in text[from..].char_indices() {
            for small in character.to_lowercase() {
                left.next_if_eq(&small)?;
                if left.peek().is_none() {
                    return Some((from, from + at + character.len_utf8()));
                }
            }
        }
        None
    })
}

/// A day such as 2026-11-01, or a time: the first moment of it, and the first behind it.
pub(crate) fn moment(text: &str) -> Option<(Millis, Millis)> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some((time.as_millisecond(), time.as_millisecond() + 1));
    }
    let day: jiff::civil::Date = text.parse().ok()?;
    let start = |day: jiff::civil::Date| Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond());
    Some((start(day)?, start(day.tomorrow().ok()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_letters_of_any_size() {
        assert_eq!(place_of("My HEAD", "head"), Some((3, 7)));
        assert_eq!(place_of("İstanbul Straße", "straße"), Some((10, 17)));
        assert_eq!(place_of("head", "heads"), None);
        assert_eq!(place_of("", "x"), None);
    }

    #[test]
    fn a_place_is_shown_with_what_stands_around_it() {
        let long = format!("{}Head{}", "ü".repeat(100), "ß".repeat(100));
        let shown = highlights(&long, &["head".to_owned()]);
        let one = &shown[0];
        assert_eq!((one.found.as_str(), one.before.chars().count(), one.after.chars().count()), ("Head", 60, 60));
        assert_eq!(highlights("head", &["head".to_owned(), "head".to_owned()]).len(), 1);
    }

    #[test]
    fn a_day_ends_where_the_next_begins() {
        let (from, to) = moment("2026-11-01").unwrap();
        assert_eq!(to - from, 24 * 3_600_000);
        assert_eq!(moment("2026-11-01T00:00:00Z"), Some((from, from + 1)));
        assert_eq!(moment("yesterday"), None);
    }
}
