//! Conversations taken out: as JSON that can be taken in again, as Markdown, as a page.

mod html;

use std::fmt::Write;
use std::io;

use protocol::rest::{ChatMessage, Conversation, Export, ExportedConversation};
use protocol::{ConversationId, Element, Role};
use serde::Serialize;

use super::desk::{Desk, LOOKED_THROUGH, TOP, active_at};
use super::store::list::{self, Which};
use crate::clock::rfc3339;
use crate::conversations;
use crate::error::ApiError;
use crate::realtime::doors::help_of;

/// What a file of conversations says that it is.
pub(super) const FORMAT: &str = "anamnesis.conversations";
/// Of which form.
pub(super) const VERSION: u32 = 1;

/// How they are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// Can be taken in again.
    #[default]
    Json,
    /// To read as text.
    Markdown,
    /// To read in a browser.
    Html,
}

impl Form {
    /// Its media type.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// To save it, under a name that tells nothing.
    pub(crate) const fn disposition(self) -> &'static str {
        match self {
            Self::Json => "attachment; filename=\"conversations.json\"",
            Self::Markdown => "attachment; filename=\"conversations.md\"",
            Self::Html => "attachment; filename=\"conversations.html\"",
        }
    }

    /// The file; `None` where it would have more bytes than this.
    pub(crate) fn write(self, export: &Export, bytes_max: usize) -> Option<Vec<u8>> {
        match self {
            Self::Json => {
                let mut file = Room { left: bytes_max, into: Vec::new() };
                serde_json::to_writer_pretty(&mut file, export).ok()?;
                Some(file.into)
            }
            Self::Markdown => {
                let file = export.conversations.iter().map(markdown).collect::<Vec<_>>().join("\n---\n\n");
                Some(file.into_bytes()).filter(|file| file.len() <= bytes_max)
            }
            Self::Html => html::page(export, bytes_max).map(String::into_bytes),
        }
    }
}

/// Takes as much as there is room for, and then fails.
struct Room<W> {
    left: usize,
    into: W,
}

impl<W: io::Write> io::Write for Room<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.left.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        self.into.write_all(bytes)?;
        self.left = left;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}

impl Room<io::Sink> {
    /// Counts something as it is in JSON; false where there is no room for it.
    fn holds(&mut self, it: &impl Serialize) -> bool {
        serde_json::to_writer(self, it).is_ok()
    }
}

/// More bytes than an export may have.
pub(super) fn too_large(bytes_max: usize, is_one: bool) -> ApiError {
    let most = if bytes_max >= 1 << 20 { format!("{} MiB", bytes_max >> 20) } else { format!("{bytes_max} bytes") };
    let way = if is_one {
        "Read its messages in parts (GET /api/chat/conversations/{id}/messages), or ask whoever runs this server to raise \
         `export_bytes`."
    } else {
        "Take the conversations one by one."
    };
    ApiError::new(http::StatusCode::PAYLOAD_TOO_LARGE, format!("That is more than {most}, the most at once. {way}"))
}

const fn speaker(role: Role) -> &'static str {
    match role {
        Role::User => "You",
        Role::Assistant => "Answer",
        Role::System => "Notice",
        Role::Interactive => "Exercise",
    }
}

/// What stands behind the text of a message: its help lines, and the steps of an exercise.
fn beside(message: &ChatMessage) -> String {
    let mut text = help_of(&message.content, &message.elements);
    for element in &message.elements {
        if let Element::Instruction { label, steps, .. } = element {
            let _ = write!(text, "\n\n{label}:");
            for step in steps {
                let _ = write!(text, "\n- {}", step.text);
            }
        }
    }
    text
}

fn title_of(one: &ExportedConversation) -> &str {
    if one.conversation.title.is_empty() { "Conversation" } else { &one.conversation.title }
}

fn text_of(message: &ChatMessage) -> String {
    format!("{}{}", message.content, beside(message))
}

fn markdown(one: &ExportedConversation) -> String {
    let mut text = format!("# {}\n\nBegun {}.\n", title_of(one), one.conversation.created_at);
    for message in &one.messages {
        let _ = write!(text, "\n## {} ({})\n\n", speaker(message.role), message.created_at);
        // An answer is Markdown; what a person wrote is not, and stays as it is within a quotation.
        if message.role == Role::Assistant {
            let _ = writeln!(text, "{}", text_of(message));
        } else {
            for line in text_of(message).lines() {
                let _ = writeln!(text, "> {line}");
            }
        }
        for (at, source) in message.sources.iter().enumerate() {
            let _ = write!(text, "{}[{}] {} ({})  ", if at == 0 { "\n" } else { "" }, at + 1, source.title, source.url);
            text.push('\n');
        }
    }
    text
}

impl Desk<'_> {
    /// One conversation with all of its messages, or all of them. The reads are on the trail.
    pub(crate) async fn export(&self, only: Option<&ConversationId>) -> Result<Export, ApiError> {
        let conversations = match only {
            Some(id) => vec![self.find(id).await?],
            None => self.all().await?,
        };
        let messages: i64 = conversations.iter().map(|one| one.message_count).sum();
        let max = self.app.settings.export_messages;
        if usize::try_from(messages).is_ok_and(|messages| messages > max) {
            let text =
                format!("That is {messages} messages; {max} is the most at once. Take the conversations one by one.");
            return Err(ApiError::new(http::StatusCode::PAYLOAD_TOO_LARGE, text));
        }
        let bytes_max = self.app.settings.export_bytes;
        let mut room = Room { left: bytes_max, into: io::sink() };
        let mut taken = Vec::with_capacity(conversations.len());
        for conversation in conversations {
            let held = room.holds(&conversation);
            let messages = if held { self.all_messages(&conversation.id, &mut room).await? } else { None };
            let messages = messages.ok_or_else(|| too_large(bytes_max, only.is_some()))?;
            conversations::note_read(self.app, self.user(), &conversation.id, self.origin).await?;
            taken.push(ExportedConversation { conversation, messages });
        }
        let exported_at = rfc3339(self.app.clock.now());
        Ok(Export { format: FORMAT.to_owned(), version: VERSION, exported_at, conversations: taken })
    }

    pub(super) async fn all(&self) -> Result<Vec<Conversation>, ApiError> {
        let which = Which { user: self.user(), status: "", deleted_since: 0 };
        let (mut all, mut at) = (Vec::new(), (TOP.0, TOP.1.to_owned()));
        loop {
            let rows = {
                let mut connection = self.app.db.read().await?;
                list::page(&mut connection, which, &at, (LOOKED_THROUGH, 0)).await?
            };
            let Some(last) = rows.last() else { return Ok(all) };
            at = (active_at(last), last.id.clone());
            for row in &rows {
                all.push(self.open(row).await?);
            }
        }
    }

    /// `None` where there is no room for them.
    async fn all_messages(
        &self,
        id: &ConversationId,
        room: &mut Room<io::Sink>,
    ) -> Result<Option<Vec<ChatMessage>>, ApiError> {
        let (mut all, mut place) = (Vec::new(), 0);
        loop {
            let (messages, next) = conversations::after(self.app, id, place).await?;
            let messages: Vec<ChatMessage> = messages.iter().map(ChatMessage::from).collect();
            if !messages.iter().all(|message| room.holds(message)) {
                return Ok(None);
            }
            all.extend(messages);
            match next {
                Some(next) => place = next,
                None => return Ok(Some(all)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_as_large_as_there_is_room_for() {
        let export = Export {
            format: FORMAT.to_owned(),
            version: VERSION,
            exported_at: String::new(),
            conversations: Vec::new(),
        };
        for form in [Form::Json, Form::Html] {
            let file = form.write(&export, usize::MAX).expect("there is room");
            assert_eq!(form.write(&export, file.len()), Some(file.clone()), "{form:?}");
            assert_eq!(form.write(&export, file.len() - 1), None, "{form:?}");
        }
    }

    #[test]
    fn what_is_counted_fills_the_room() {
        let mut room = Room { left: 5, into: io::sink() };
        assert!(room.holds(&"a") && !room.holds(&"b") && room.left < 3);
    }
}
