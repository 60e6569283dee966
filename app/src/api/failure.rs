//! Why a server function did not do what it was asked.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

/// An error that a person can act on. It travels in an address when a plain form fails, so it never holds what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiFailure {
    /// The HTTP status it stands for.
    pub status: u16,
    /// The form field it is about, by its name, where it is about one.
    pub field: Option<String>,
    /// What to do, in a sentence.
    pub message: String,
}

impl ApiFailure {
    /// A failure that is about no one field.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, field: None, message: message.into() }
    }

    /// A failure of one form field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self { status: 422, field: Some(field.to_owned()), message: message.into() }
    }
}

impl std::fmt::Display for ApiFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApiFailure {}

impl FromServerFnError for ApiFailure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => {
                Self::new(0, "The server could not be reached. Check your connection and try again.")
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::new(422, "The form was not complete. Fill in every field and try again.")
            }
            _ => Self::new(500, "Something went wrong on our side. Please try again."),
        }
    }
}
