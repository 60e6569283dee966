//! Conversations taken out: as JSON that can be taken in again, as Markdown, as a page.

use std::fmt::Write;

use protocol::rest::{ChatMessage, Conversation, Export, ExportedConversation};
use protocol::{ConversationId, Element, Role};

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

    /// The file.
    pub(crate) fn write(self, export: &Export) -> String {
        match self {
            Self::Json => serde_json::to_string_pretty(export).expect("an export is plain data"),
            Self::Markdown => export.conversations.iter().map(markdown).collect::<Vec<_>>().join("\n---\n\n"),
            Self::Html => html(export),
        }
    }
}

const fn speaker(role: Role) -> &'static str {
    match role {
        Role::User => "You",
        Role::Assistant => "Answer",
        Role::System => "Notice",
        Role::Interactive => "Exercise",
    }
}

/// The text of a message with its help lines, and the steps of an exercise.
fn text_of(message: &ChatMessage) -> String {
    let mut text = format!("{}{}", message.content, help_of(&message.content, &message.elements));
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

fn html(export: &Export) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Conversations</title></head><body>\n",
    );
    for one in &export.conversations {
        let _ = write!(page, "<article>\n<h1>{}</h1>\n", escaped(title_of(one)));
        let _ = writeln!(page, "<p>Begun <time>{}</time>.</p>", escaped(&one.conversation.created_at));
        for message in &one.messages {
            let (who, when) = (speaker(message.role), escaped(&message.created_at));
            let _ = write!(page, "<section>\n<h2>{who} (<time>{when}</time>)</h2>\n");
            for paragraph in text_of(message).split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
                let _ = writeln!(page, "<p>{}</p>", escaped(paragraph.trim()).replace('\n', "<br>\n"));
            }
            if !message.sources.is_empty() {
                page.push_str("<ol>\n");
                for source in &message.sources {
                    let _ = writeln!(page, "<li>{} ({})</li>", escaped(&source.title), escaped(&source.url));
                }
                page.push_str("</ol>\n");
            }
            page.push_str("</section>\n");
        }
        page.push_str("</article>\n");
    }
    page + "</body></html>\n"
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
        let mut taken = Vec::with_capacity(conversations.len());
        for conversation in conversations {
            let messages = self.all_messages(&conversation.id).await?;
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

    async fn all_messages(&self, id: &ConversationId) -> Result<Vec<ChatMessage>, ApiError> {
        let (mut all, mut place) = (Vec::new(), 0);
        loop {
            let (messages, next) = conversations::after(self.app, id, place).await?;
            all.extend(messages.iter().map(ChatMessage::from));
            match next {
                Some(next) => place = next,
                None => return Ok(all),
            }
        }
    }
}

/// As text within a page: nothing that a person or a model wrote becomes a tag.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_that_was_written_becomes_a_tag() {
        assert_eq!(super::escaped("<b title='x'>\"&"), "&lt;b title=&#39;x&#39;&gt;&quot;&amp;");
    }
}
