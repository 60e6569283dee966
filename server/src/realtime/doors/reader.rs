//! Reading a frame of JSON, and what doors without a field for help lines say instead: shared by the doors.

use std::fmt::Write;

use protocol::engine::ErrorCode;
use protocol::{ConversationId, Element, Message};
use serde_json::{Map, Value};

use super::Unreadable;

/// A field, or which one is wrong.
pub(super) type Field<T> = Result<T, (ErrorCode, String)>;

/// Says which field is wrong, and what it must be.
pub(super) fn wrong(name: &str, what: &str) -> (ErrorCode, String) {
    (ErrorCode::BadField, format!("`{name}` must be {what}"))
}

/// Nobody knows this `type`.
pub(super) fn unknown_type(kind: &str) -> (ErrorCode, String) {
    (ErrorCode::UnknownType, format!("Unknown message type: {}", kind.chars().take(64).collect::<String>()))
}

/// There is no `type`.
pub(super) fn no_type() -> (ErrorCode, String) {
    (ErrorCode::BadField, "A frame needs a `type`, which is a text".to_owned())
}

/// What could not be read, where it names no conversation.
pub(super) fn unreadable(code: ErrorCode, text: &str) -> Unreadable {
    Unreadable { code, text: text.to_owned(), session: None, client_id: None }
}

/// A frame is one JSON object.
pub(super) fn object(frame: &str) -> Result<Map<String, Value>, Unreadable> {
    match serde_json::from_str(frame) {
        Ok(Value::Object(frame)) => Ok(frame),
        Ok(_) => Err(unreadable(ErrorCode::BadJson, "A frame is one JSON object")),
        Err(_) => Err(unreadable(ErrorCode::BadJson, "Invalid JSON format")),
    }
}

/// Reads fields and names the one that is wrong.
pub(super) struct Reader<'a>(pub(super) &'a Map<String, Value>);

impl Reader<'_> {
    pub(super) fn session(&self) -> Field<Option<ConversationId>> {
        match self.0.get("session_id").or_else(|| self.0.get("conversation_id")) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(id)) if !id.contains('\0') => Ok(Some(ConversationId::new(id.clone()))),
            Some(_) => Err(wrong("session_id", "a text")),
        }
    }

    pub(super) fn session_required(&self) -> Field<ConversationId> {
        self.session()?.ok_or_else(|| wrong("session_id", "given"))
    }

    pub(super) fn text(&self, name: &str) -> Field<String> {
        let text = self.0.get(name).and_then(Value::as_str);
        // No database keeps a NUL in a text.
        text.filter(|text| !text.contains('\0')).map(ToOwned::to_owned).ok_or_else(|| wrong(name, "a text"))
    }

    pub(super) fn text_or_none(&self, name: &str) -> Field<Option<String>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.text(name).map(Some),
        }
    }

    pub(super) fn integer(&self, name: &str) -> Field<i64> {
        self.0.get(name).and_then(Value::as_i64).filter(|n| *n >= 0).ok_or_else(|| wrong(name, "a whole number from 0"))
    }

    pub(super) fn flag(&self, name: &str) -> Field<bool> {
        self.0.get(name).and_then(Value::as_bool).ok_or_else(|| wrong(name, "true or false"))
    }

    pub(super) fn flag_or(&self, name: &str, without: bool) -> Field<bool> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(without),
            Some(_) => self.flag(name),
        }
    }

    pub(super) fn object(&self, name: &str) -> Field<Map<String, Value>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(map)) => Ok(map.clone()),
            Some(_) => Err(wrong(name, "an object")),
        }
    }

    pub(super) fn content(&self) -> Field<Map<String, Value>> {
        if !self.0.contains_key("content") {
            return Err(wrong("content", "an object"));
        }
        self.object("content")
    }
}

/// What stands behind a text where there is no field for help lines: those that it does not name.
pub(crate) fn help_of(text: &str, elements: &[Element]) -> String {
    let mut lines = String::new();
    for element in elements {
        if let Element::Resource { label, info, .. } = element
            && !text.contains(info.as_str())
            && !lines.contains(info.as_str())
        {
            lines.push_str(if lines.is_empty() && text.ends_with('\n') { "" } else { "\n" });
            let _ = write!(lines, "\n{label}: {info}");
        }
    }
    lines
}

/// The same for an answer.
pub(super) fn help_lines(message: &Message) -> String {
    help_of(&message.content.text, &message.content.elements)
}

/// The text of an answer, with its help lines.
pub(crate) fn text_with_help(message: &Message) -> String {
    format!("{}{}", message.content.text, help_lines(message))
}
